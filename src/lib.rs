//! Lontar.

pub mod certificates;
pub mod config;
pub mod crypto;
pub mod domain;
pub mod locale;
pub mod store;
