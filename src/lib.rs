//! Lontar.

pub mod certificates;
pub mod cli;
pub mod crypto;
pub mod domain;
pub mod exchange;
pub mod locale;
pub mod store;
