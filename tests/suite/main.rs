//! One test binary: whole requests through the assembled server, and the checks that look across.
//!
//! `support` holds the server of a test, its browsers and what they have done; `web` has one file
//! for each promise the pages make; `layers` and `words` read the source.

mod backup;
mod layers;
mod support;
mod web;
mod words;
