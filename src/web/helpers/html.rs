//! `{{html field}}`: prints HTML as it is, and only [`Markup`], which views can make from
//! [`SafeHtml`] and from our own rendered templates but from no other text.

use handlebars::{Context, Handlebars, Helper, HelperResult, Output, RenderContext, RenderErrorReason};
use serde::{Serialize, Serializer};

use crate::domain::markup::SafeHtml;

/// HTML that a template may print unescaped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Markup(String);

/// Marks a serialised [`Markup`], so that `{{html}}` refuses any other string. A control
/// character, so no text that people type can begin with it: forms refuse it.
const MARK: char = '\u{1}';

impl Markup {
    /// Takes what one of our templates printed.
    pub(in crate::web) fn rendered(html: String) -> Self {
        Self(html)
    }

    /// Plain text, escaped, with its line breaks.
    pub fn escaped(text: &str) -> Self {
        Self(handlebars::html_escape(text).replace('\n', "<br>"))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&SafeHtml> for Markup {
    fn from(html: &SafeHtml) -> Self {
        Self(html.as_str().to_owned())
    }
}

impl Serialize for Markup {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{MARK}{}", self.0))
    }
}

pub fn print(
    helper: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    let markup = helper.param(0).and_then(|param| param.value().as_str()).and_then(|text| text.strip_prefix(MARK));
    match markup {
        Some(html) => Ok(out.write(html)?),
        None => Err(RenderErrorReason::Other("{{html}} prints only Markup".to_owned()).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_markup_is_printed_raw() {
        let mut registry = Handlebars::new();
        registry.register_helper("html", Box::new(print));
        let printed = |value: serde_json::Value| registry.render_template("{{html x}}", &value);

        let markup = Markup::rendered("<b>x</b>".to_owned());
        assert_eq!(printed(serde_json::json!({ "x": markup })).unwrap(), "<b>x</b>");
        assert!(printed(serde_json::json!({ "x": "<b>x</b>" })).is_err());
    }
}
