//! Courses in and out: each format a file, to and from what `domain::course` knows.

pub mod folder;
pub mod spreadsheet;
pub mod zipped;

#[cfg(test)]
mod course_fixtures;
