//! Whole requests, from the address to the page and the row.

mod accounts;
mod attempts;
mod bad_input;
mod certificates;
mod csrf;
mod echoes;
mod guessers;
mod headers;
mod keys;
mod learning;
mod manage;
mod matrix;
mod needs;
mod pathway;
mod questions;
mod sessions;
mod sheets;
mod staff;
mod tasks;
mod vectors;
