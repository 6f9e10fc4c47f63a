//! What Lontar knows, as plain values: courses, quizzes, competencies, progress, rules.
//!
//! Nothing here knows of Rocket, sea-orm, handlebars, the disk, the clock or chance: time, ids and
//! seeds come in as arguments, so every decision can be tested with values.

pub mod account;
pub mod certificate;
pub mod competency;
pub mod course;
pub mod disclosure;
pub mod id;
pub mod language;
pub mod markup;
pub mod needs;
pub mod policy;
pub mod progress;
pub mod quiz;
pub mod time;
