//! Whole requests, from the address to the page and the row.

mod accounts;
mod bad_input;
mod csrf;
mod echoes;
mod headers;
mod learning;
mod manage;
mod matrix;
mod needs;
mod pathway;
mod sheets;
mod staff;
mod vectors;
