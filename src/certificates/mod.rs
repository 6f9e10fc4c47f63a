//! Certificates that prove without exposing.

pub mod badge;
pub mod fonts;

#[cfg(test)]
mod example;
