//! The data map: every column of every table with its class and its form. A test compares it with the
//! real schema of both databases, so a column without a line here fails the build.
//!
//! A new personal or sensitive column needs a line that says why it is there, who reads it and how long
//! it is kept (its table's), and it is stored sealed or as a keyed hash, never as it is.

use Class::{Organisation, Personal, Public, Sensitive};
use Form::{Hash, Plain, Pseudonym, Sealed};

/// Whom it would harm if it leaked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Nobody.
    Public,
    /// Tells how this server is run or used, not about anybody.
    Organisation,
    /// About a person.
    Personal,
    /// Could cost a person their freedom.
    Sensitive,
}

/// How a column holds its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// As it is.
    Plain,
    /// A random id of a row; says nothing without the sealed name beside it.
    Pseudonym,
    /// A keyed hash, or the hash of a random token.
    Hash,
    /// Sealed with the person's data key, or (that key) with the server's.
    Sealed,
}

pub struct Table {
    pub name: &'static str,
    /// What it is for.
    pub why: &'static str,
    /// Who reads it.
    pub readers: &'static str,
    /// How long a row is kept.
    pub kept: &'static str,
    pub columns: &'static [(&'static str, Class, Form)],
}

impl Table {
    /// Whether it holds something about a person, readable or not.
    pub fn is_personal(&self) -> bool {
        self.columns.iter().any(|(_, class, form)| *class >= Personal || *form == Sealed)
    }
}

/// Who is enrolled where, and what came of it, is readable by pseudonym so that figures can be
/// computed: the class of such columns is what they say of a pseudonym.
pub const DATA_MAP: &[Table] = &[
    Table {
        name: "migrations",
        why: "which changes of the schema ran",
        readers: "the server",
        kept: "always",
        columns: &[("version", Public, Plain), ("applied_at", Organisation, Plain)],
    },
    Table {
        name: "settings",
        why: "how the server is run",
        readers: "the server, administrators",
        kept: "until changed",
        columns: &[("key", Public, Plain), ("value", Organisation, Plain)],
    },
    Table {
        name: "accounts",
        why: "signing in",
        readers: "the person; administrators see name and roles; nobody sees the password",
        kept: "until the person deletes the account",
        columns: &[
            ("id", Personal, Pseudonym),
            ("sign_in_lookup", Personal, Hash),
            ("sign_in_name", Personal, Sealed),
            ("password", Sensitive, Sealed),
            ("data_key", Sensitive, Sealed),
            ("language", Organisation, Plain),
            ("registered_on", Organisation, Plain),
            ("password_changed_at", Organisation, Plain),
            ("second_factor", Sensitive, Sealed),
        ],
    },
    Table {
        name: "roles",
        why: "what a person may do",
        readers: "the person, administrators",
        kept: "until taken away or the account is deleted",
        columns: &[
            ("account", Personal, Pseudonym),
            ("role", Organisation, Plain),
            ("granted_at", Organisation, Plain),
        ],
    },
    Table {
        name: "sessions",
        why: "staying signed in",
        readers: "the person",
        kept: "12 hours at most; a day longer as whose it was",
        columns: &[
            ("token_hash", Sensitive, Hash),
            ("id", Personal, Pseudonym),
            ("account", Personal, Pseudonym),
            ("created_at", Organisation, Plain),
            ("last_seen_at", Organisation, Plain),
            ("is_own_device", Organisation, Plain),
            ("second_factor_passed", Organisation, Plain),
            ("was_ended", Organisation, Plain),
        ],
    },
    Table {
        name: "remembered_devices",
        why: "strangers' guesses cannot lock the owner out",
        readers: "the server",
        kept: "90 days",
        columns: &[
            ("token_hash", Sensitive, Hash),
            ("account", Personal, Pseudonym),
            ("created_at", Organisation, Plain),
        ],
    },
    Table {
        name: "recovery_codes",
        why: "a new password without mail",
        readers: "the server",
        kept: "until the next set is printed or the account is deleted",
        columns: &[("code_hash", Sensitive, Hash), ("account", Personal, Pseudonym), ("used_at", Organisation, Plain)],
    },
    Table {
        name: "recoveries",
        why: "a new password with the help of two administrators",
        readers: "administrators, until it is confirmed",
        kept: "a day",
        columns: &[
            ("id", Personal, Pseudonym),
            ("account", Personal, Pseudonym),
            ("started_by", Personal, Pseudonym),
            ("started_at", Organisation, Plain),
            ("confirmed_by", Personal, Pseudonym),
            ("confirmed_at", Organisation, Plain),
            ("code_hash", Sensitive, Hash),
        ],
    },
    Table {
        name: "invitations",
        why: "registration by invitation, and joining a cohort",
        readers: "administrators; programme managers, for cohorts they manage",
        kept: "until expired",
        columns: &[
            ("id", Organisation, Pseudonym),
            ("code_hash", Organisation, Hash),
            ("uses_left", Organisation, Plain),
            ("expires_at", Organisation, Plain),
            ("created_at", Organisation, Plain),
            ("organisation", Organisation, Pseudonym),
            ("cohort", Organisation, Pseudonym),
        ],
    },
    Table {
        name: "blobs",
        why: "files of published courses",
        readers: "everybody",
        kept: "always",
        columns: &[("hash", Public, Plain), ("content", Public, Plain)],
    },
    Table {
        name: "editions",
        why: "published courses",
        readers: "everybody",
        kept: "always: attempts and certificates point to them",
        columns: &[
            ("hash", Public, Plain),
            ("course", Public, Plain),
            ("number", Public, Plain),
            ("published_at", Public, Plain),
        ],
    },
    Table {
        name: "edition_files",
        why: "which files an edition is made of",
        readers: "everybody",
        kept: "always",
        columns: &[("edition", Public, Plain), ("path", Public, Plain), ("blob", Public, Plain)],
    },
    Table {
        name: "edition_media",
        why: "which edition a picture belongs to",
        readers: "everybody",
        kept: "always",
        columns: &[("hash", Public, Plain), ("edition", Public, Plain)],
    },
    Table {
        name: "enrolments",
        why: "learning a course and going on where one was",
        readers: "the person; those who teach the course, by pseudonym",
        kept: "until withdrawal; the last place for 90 days",
        columns: &[
            ("id", Personal, Pseudonym),
            ("account", Personal, Pseudonym),
            ("course", Organisation, Plain),
            ("edition", Public, Plain),
            ("enrolled_at", Organisation, Plain),
            ("last_place", Organisation, Plain),
            ("last_opened_at", Organisation, Plain),
            ("moved_from", Public, Plain),
        ],
    },
    Table {
        name: "completions",
        why: "progress",
        readers: "the person",
        kept: "until withdrawal",
        columns: &[
            ("enrolment", Personal, Pseudonym),
            ("lesson", Organisation, Plain),
            ("done_at", Organisation, Plain),
        ],
    },
    Table {
        name: "notes",
        why: "ticks and reflections in lessons",
        readers: "the person alone",
        kept: "until withdrawal",
        columns: &[
            ("enrolment", Personal, Pseudonym),
            ("block", Organisation, Plain),
            ("kind", Public, Plain),
            ("content", Sensitive, Sealed),
        ],
    },
    Table {
        name: "check_responses",
        why: "feedback inside lessons",
        readers: "the person alone",
        kept: "90 days",
        columns: &[
            ("enrolment", Personal, Pseudonym),
            ("question", Organisation, Plain),
            ("response", Sensitive, Sealed),
            ("points_hundredths", Organisation, Plain),
            ("answered_at", Organisation, Plain),
        ],
    },
    Table {
        name: "attempts",
        why: "quizzes and whether they were passed",
        readers: "the person",
        kept: "until withdrawal; one that was left open 90 days",
        columns: &[
            ("id", Personal, Pseudonym),
            ("enrolment", Personal, Pseudonym),
            ("quiz", Organisation, Plain),
            ("edition", Public, Plain),
            ("number", Organisation, Plain),
            ("seed", Organisation, Plain),
            ("questions", Organisation, Plain),
            ("started_at", Organisation, Plain),
            ("submitted_at", Organisation, Plain),
            ("score_hundredths", Organisation, Plain),
            ("max_hundredths", Organisation, Plain),
            ("passed", Organisation, Plain),
            ("awaiting", Organisation, Plain),
            ("emptied_at", Organisation, Plain),
            ("machine_units", Organisation, Plain),
            ("may_still_pass", Organisation, Plain),
        ],
    },
    Table {
        name: "attempt_responses",
        why: "marking and feedback",
        readers: "the person; those who teach, for free responses",
        kept: "the response 90 days after handing in, its points until withdrawal",
        columns: &[
            ("attempt", Personal, Pseudonym),
            ("question", Organisation, Plain),
            ("position", Organisation, Plain),
            ("response", Sensitive, Sealed),
            ("confidence", Organisation, Plain),
            ("points_hundredths", Organisation, Plain),
            ("saved_at", Organisation, Plain),
        ],
    },
    Table {
        name: "submissions",
        why: "work that a person marks",
        readers: "the person; those who teach the course, once it is handed in",
        kept: "until withdrawal; the text of a free response 90 days after it was written or given back, or while it \
               waits for a trainer, at most a year",
        columns: &[
            ("id", Personal, Pseudonym),
            ("enrolment", Personal, Pseudonym),
            ("item", Organisation, Plain),
            ("edition", Public, Plain),
            ("number", Organisation, Plain),
            ("state", Organisation, Plain),
            ("content", Sensitive, Sealed),
            ("saved_at", Organisation, Plain),
            ("handed_in_at", Organisation, Plain),
        ],
    },
    Table {
        name: "submission_markings",
        why: "the mark and what a trainer said",
        readers: "the person; those who teach the course",
        kept: "until withdrawal",
        columns: &[
            ("submission", Personal, Pseudonym),
            ("marker", Personal, Pseudonym),
            ("outcome", Organisation, Plain),
            ("levels", Organisation, Plain),
            ("percent", Organisation, Plain),
            ("passed", Organisation, Plain),
            ("comment", Sensitive, Sealed),
            ("marked_at", Organisation, Plain),
        ],
    },
    Table {
        name: "submission_messages",
        why: "asking and answering about work",
        readers: "the person; those who teach the course",
        kept: "until withdrawal; about a free response 90 days",
        columns: &[
            ("id", Personal, Pseudonym),
            ("submission", Personal, Pseudonym),
            ("sender", Organisation, Plain),
            ("content", Sensitive, Sealed),
            ("sent_at", Organisation, Plain),
        ],
    },
    Table {
        name: "instrument_editions",
        why: "published editions of the needs assessment",
        readers: "everybody",
        kept: "always: assessments point to them",
        columns: &[("hash", Public, Plain), ("published_at", Public, Plain)],
    },
    Table {
        name: "instrument_files",
        why: "which files an edition of the needs assessment is made of",
        readers: "everybody",
        kept: "always",
        columns: &[("edition", Public, Plain), ("path", Public, Plain), ("blob", Public, Plain)],
    },
    Table {
        name: "needs_assessments",
        why: "finding what a person lacks; answers without the exact risk level once it is finished",
        readers: "the person alone",
        kept: "until the person deletes it; one that is not finished 30 days after it was saved last",
        columns: &[
            ("id", Personal, Pseudonym),
            ("account", Personal, Pseudonym),
            ("edition", Public, Plain),
            ("form", Public, Plain),
            ("started_at", Organisation, Plain),
            ("finished_at", Organisation, Plain),
            ("remind_at", Organisation, Plain),
            ("answers", Sensitive, Sealed),
            ("saved_at", Organisation, Plain),
        ],
    },
    Table {
        name: "need_levels",
        why: "counting what groups need; figures leave through the disclosure gate only",
        readers: "nobody: programme managers see released counts",
        kept: "until the person deletes the assessment",
        columns: &[
            ("assessment", Personal, Pseudonym),
            ("competency", Organisation, Plain),
            ("role", Organisation, Plain),
            ("need", Organisation, Plain),
            ("finished_at", Organisation, Plain),
        ],
    },
    Table {
        name: "calibrations",
        why: "how hard the short questions are, from everybody's answers together",
        readers: "the server",
        kept: "until there is a newer one",
        columns: &[
            ("edition", Public, Plain),
            ("form", Public, Plain),
            ("content", Organisation, Plain),
            ("made_at", Organisation, Plain),
        ],
    },
    Table {
        name: "certificates",
        why: "proving what was completed",
        readers: "whoever has the number sees what is on the paper",
        kept: "always; the link to the enrolment goes with it",
        columns: &[
            ("id", Personal, Pseudonym),
            ("enrolment", Personal, Pseudonym),
            ("course", Organisation, Plain),
            ("edition", Public, Plain),
            ("subject", Personal, Pseudonym),
            ("issued_on", Organisation, Plain),
            ("expires_on", Organisation, Plain),
        ],
    },
    Table {
        name: "kept_certificates",
        why: "finding a certificate again after leaving its course",
        readers: "the person alone",
        kept: "until the account is deleted",
        columns: &[("id", Personal, Pseudonym), ("account", Personal, Pseudonym), ("content", Sensitive, Sealed)],
    },
    Table {
        name: "revocations",
        why: "certificates that no longer hold",
        readers: "whoever has the number sees that it was revoked; administrators see why",
        kept: "always",
        columns: &[
            ("certificate", Personal, Pseudonym),
            ("reason", Organisation, Plain),
            ("revoked_at", Organisation, Plain),
        ],
    },
    Table {
        name: "pathways",
        why: "what to learn next: levels, the learner's own changes, what was proven; of the risk a band",
        readers: "the person alone",
        kept: "until the person deletes it",
        columns: &[
            ("account", Personal, Pseudonym),
            ("content", Sensitive, Sealed),
            ("updated_at", Organisation, Plain),
        ],
    },
    Table {
        name: "challenges",
        why: "proving that a step is known already",
        readers: "the person alone",
        kept: "90 days; what was proven stays with the pathway",
        columns: &[
            ("id", Personal, Pseudonym),
            ("account", Personal, Pseudonym),
            ("content", Sensitive, Sealed),
            ("started_at", Organisation, Plain),
            ("finished_at", Organisation, Plain),
        ],
    },
    Table {
        name: "audit_entries",
        why: "the person sees who looked",
        readers: "the person",
        kept: "90 days",
        columns: &[
            ("id", Personal, Pseudonym),
            ("account", Personal, Pseudonym),
            ("content", Sensitive, Sealed),
            ("happened_at", Organisation, Plain),
        ],
    },
    Table {
        name: "organisations",
        why: "who learns together, and for whom needs are counted",
        readers: "the organisation's members and managers, managers of the network",
        kept: "until a manager deletes it",
        columns: &[("id", Organisation, Pseudonym), ("name", Sensitive, Sealed), ("created_at", Organisation, Plain)],
    },
    Table {
        name: "cohorts",
        why: "who learns together, and for whom needs are counted",
        readers: "the organisation's members and managers, managers of the network",
        kept: "until a manager deletes it, or its organisation",
        columns: &[
            ("id", Organisation, Pseudonym),
            ("organisation", Organisation, Pseudonym),
            ("name", Sensitive, Sealed),
            ("created_at", Organisation, Plain),
        ],
    },
    Table {
        name: "memberships",
        why: "counting needs by organisation and cohort",
        readers: "the person; managers see rounded sizes of groups, nobody sees a list",
        kept: "until the person leaves or the account is deleted",
        columns: &[
            ("account", Personal, Pseudonym),
            ("organisation", Organisation, Pseudonym),
            ("cohort", Organisation, Pseudonym),
            ("joined_at", Organisation, Plain),
        ],
    },
    Table {
        name: "manager_scopes",
        why: "what a programme manager manages: an organisation, or the network",
        readers: "the server, the person; administrators see whether it is one organisation or the network",
        kept: "until the role is taken away or the account is deleted",
        columns: &[
            ("account", Personal, Pseudonym),
            ("organisation", Organisation, Pseudonym),
            ("is_network", Organisation, Plain),
        ],
    },
    Table {
        name: "releases",
        why: "figures that passed the disclosure gate, kept as they were released",
        readers: "programme managers; an organisation's own only its managers",
        kept: "always: a figure that changed would tell who came or went; sizes until the next \
               week, or outside of the organisation the next quarter",
        columns: &[
            ("period", Organisation, Plain),
            ("scope", Organisation, Plain),
            ("frozen", Organisation, Plain),
            ("seal", Organisation, Plain),
            ("made_at", Organisation, Plain),
        ],
    },
];
