//! Lontar: a learning management server that opens anywhere and exposes nobody.

pub mod app;
pub mod catalogue;
pub mod certificates;
pub mod cli;
pub mod config;
pub mod crypto;
pub mod domain;
pub mod exchange;
pub mod locale;
pub mod store;
pub mod web;
