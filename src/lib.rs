//! Lontar: a learning management server that opens anywhere and exposes nobody.
//!
//! # The map
//!
//! By layer first, then by feature, with the same names everywhere: *attempts* is an address,
//! `web/attempts/`, `templates/attempts/`, `store/attempts.rs`.
//!
//! | Layer | What it is | What it must not know |
//! | --- | --- | --- |
//! | [`domain`] | courses and their compiler, quizzes and scoring, progress, policy, needs, disclosure: plain values and decisions | Rocket, sea-orm, handlebars, disk, clock, chance |
//! | [`locale`] | words, plurals, numbers, dates | the same |
//! | [`exchange`] | courses as folders and zip files | the web, the store |
//! | [`certificates`] | fonts, Typst pages, signed badges, verification | accounts, the store, the web |
//! | [`crypto`] | the server key, sealing, passwords, tokens, sign-in names | what is sealed |
//! | [`store`] | the only sea-orm: one file of functions per collection, domain values in and out | the web |
//! | [`web`] | the only Rocket and handlebars: guards, forms, pages | SQL |
//! | [`worker`] | what the server does by itself: deleting what is due, moving learners to new editions, counting for managers, calibrating the needs assessment | the web |
//! | [`catalogue`], [`instruments`], [`kept`], [`config`], [`app`], [`cli`] | the published courses and the needs assessment in memory, kept current while the server runs; settings, assembly, commands | |
//!
//! Arrows: `web → store → domain`; `app` sees all, and only `cli` and tests see `app`. A test reads
//! the imports and explains a wrong arrow (`tests/suite/layers.rs`).
//!
//! # What is absent on purpose
//!
//! - A list of learners, for anybody. People are found by the sign-in name they give.
//! - A password, a recovery code or a name on a certificate in readable form, anywhere.
//! - Addresses and user agents: not in the database, not in the log.
//! - A key of a question in a page before marking: forms carry positions as shown.
//! - Raw output in templates: only [`domain::markup::SafeHtml`] and our own rendered pages go
//!   through `{{html}}`.
//! - A request to anybody else, by server or page.
//!
//! # Two walks
//!
//! **A lesson.** `web/learn/lesson.rs` asks for a `Learner` (the guard has looked the session up,
//! for at most a second in memory) and loads the `Journey` (nobody gets another's). Who has not yet
//! worked in the lesson gets its sheet: the page as all get it who have done the same lessons, printed
//! for nobody and compressed once, with this reader's form token and enrolment written into the
//! compressed bytes (`web/learn/sheets.rs`, `web/compress/stencil.rs`). Who has gets the same sheet with
//! what they ticked, wrote and answered put in between its seams, compressed while they wait. The sheets
//! are why a lesson costs little more than a bare route, weighs less than quick compression would make
//! it, and yet keeps a fresh token in each answer. The first reader of a lesson gets a page made for them
//! from the pressed lesson (compiled once per edition and language, `web/learn/pressed.rs`).
//! The frame of every page is printed once for all who get the same (`web/frame.rs`).
//!
//! **A quiz.** Starting draws questions by a seed ([`domain::quiz::drawing`]) and stores the
//! attempt; each page saves one sealed response in one statement; handing in marks everything in
//! [`domain::quiz::scoring`], once for all, and closes the attempt by a conditional update, so that two browsers
//! make one attempt. The writer of [`store`] commits many people's answers together and answers
//! after the commit. Which questions are answered is remembered while one server writes alone
//! (`web/attempts/memory.rs`), so that going on to the next one reads nothing.
//!
//! # Where the next one goes
//!
//! | New | Place |
//! | --- | --- |
//! | question kind | `domain/quiz/question/`, `domain/course/question/`, `web/questions/`, `templates/questions/_<name>` |
//! | course block | `domain/course/block/`, `web/blocks/`, `templates/blocks/_<name>` |
//! | lint | `domain/course/lint/<name>.rs`, a line in `LINTS`, a fixture folder |
//! | language | `locale/messages/<tag>.json`, a variant of [`locale::Language`] |
//! | table | a migration, an entity, a line in the data map, functions in `store/` |
//! | page | a folder in `web/`, a row in the authorisation matrix |
//! | command · setting | `cli/<name>.rs` · [`config`] |

pub mod app;
pub mod catalogue;
pub mod certificates;
pub mod cli;
pub mod config;
pub mod crypto;
pub mod domain;
pub mod exchange;
pub mod instruments;
pub mod kept;
pub mod locale;
pub mod store;
pub mod web;
pub mod worker;
