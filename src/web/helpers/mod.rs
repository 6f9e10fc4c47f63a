//! What templates may call: `t` for words with arguments, `html` for the typed [`SafeHtml`].
//!
//! [`SafeHtml`]: crate::domain::markup::SafeHtml

mod html;
mod t;

use handlebars::Handlebars;

use crate::locale::Language;

pub use html::Markup;

pub fn register(registry: &mut Handlebars<'static>, language: Language) {
    registry.register_helper("t", Box::new(t::Translate(language)));
    registry.register_helper("html", Box::new(html::print));
}
