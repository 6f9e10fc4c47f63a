//! What tests share: a server of their own, browsers, a little reading of HTML.

mod app;
mod browser;
pub mod html;
mod world;

pub use app::{App, BEGIN, Factor, dump_of, fixture, pass_time, set_clock};
pub use browser::{Answer, Browser, Extra, encoded, percent};
pub use world::World;

/// A password that everybody in the tests has.
pub const PASSWORD: &str = "nine boats on a slow river";
