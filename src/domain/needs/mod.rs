//! Needs assessment → diagnosis → pathway → measured again.
//!
//! A person says what they do and what they know ([`answers`]); [`diagnosis`] turns this into a level
//! for each competency and says why; [`pathway`] turns the gaps into steps made of lessons;
//! [`gain`] says what changed afterwards and how sure one can be. [`instrument`] reads and lints
//! the authored files behind all of it, [`rasch`] knows how hard each short question is.
//!
//! Answers are the person's own. Nothing here leaves but through [`crate::domain::disclosure`],
//! and the exact risk level does not outlive the making of the path ([`diagnosis::Kept`]).

pub mod adaptive;
pub mod answers;
pub mod diagnosis;
#[cfg(test)]
pub(in crate::domain) mod fixtures;
pub mod framework;
pub mod gain;
pub mod instrument;
pub mod pathway;
#[cfg(test)]
pub(in crate::domain) mod people;
pub mod ranking;
pub mod rasch;
pub mod sheet;
pub mod steps;
