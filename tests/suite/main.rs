//! One test binary: whole requests through the assembled server, and the checks that look across.
//!
//! `support` holds the server of a test, its browsers and what they have done; `web` has one file
//! for each promise the pages make; `publishing` is how courses come and stay, `courses` the
//! ones that come with the program, `command_line`, `sealing` and `backup` what an operator runs;
//! `layers` and `words` read the source.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod backup;
mod command_line;
mod courses;
mod layers;
mod publishing;
mod sealing;
mod support;
mod web;
mod words;
