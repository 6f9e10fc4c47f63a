//! Commands.

pub mod course;
