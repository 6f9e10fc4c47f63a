//! Whole requests, from the address to the page and the row.

mod accounts;
mod attempts;
mod bad_input;
mod blocks;
mod certificates;
mod csrf;
mod devices;
mod echoes;
mod headers;
mod learning;
mod manage;
mod matrix;
mod needs;
mod pages;
mod paper;
mod pathway;
mod questions;
mod registration;
mod remembered;
mod results;
mod sheets;
mod sizes;
mod staff;
mod tasks;
mod vectors;
