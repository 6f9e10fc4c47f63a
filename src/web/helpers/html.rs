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

    /// The same for a page: links of courses are relative to the folder of lessons, which is `folder`
    /// (`/learn/…/`). Pages have none that are: they would lead elsewhere from an address with a slash at
    /// its end.
    pub fn in_folder(self, folder: &str) -> Self {
        self.linked(|address| format!("{folder}{address}"))
    }

    /// The same with a say in where a relative address leads.
    pub fn linked(self, lead: impl Fn(&str) -> String) -> Self {
        Self(led(&self.0, lead))
    }

    /// The HTML, to be put into a page of ours.
    pub(in crate::web) fn into_html(self) -> String {
        self.0
    }

    #[cfg(test)]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Puts what `lead` makes of it in place of every relative address of a link. Both the Markdown renderer
/// and our templates write `<a … href="…">`, and text holds no bare `<`.
fn led(html: &str, lead: impl Fn(&str) -> String) -> String {
    let mut led = String::with_capacity(html.len() + 64);
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once("<a ") {
        led.push_str(before);
        led.push_str("<a ");
        let attributes = tag.split('>').next().unwrap_or_default();
        match attributes.split_once("href=\"") {
            Some((first, address)) if is_relative(address) => {
                let (address, after) = address.split_once('"').unwrap_or((address, ""));
                led.push_str(&format!("{first}href=\"{}\"{after}", lead(address)));
            }
            Some(_) | None => led.push_str(attributes),
        }
        rest = tag.get(attributes.len()..).unwrap_or_default();
    }
    led.push_str(rest);
    led
}

fn is_relative(address: &str) -> bool {
    let address = address.split('"').next().unwrap_or_default();
    address.starts_with(|first: char| first.is_ascii_alphanumeric()) && !address.contains(':')
}

/// A table may be wider than a phone, so it scrolls in a box of its own, by keyboard too. Sanitised
/// HTML holds no table with attributes.
impl From<&SafeHtml> for Markup {
    fn from(html: &SafeHtml) -> Self {
        let boxed = html.as_str().replace("<table>", "<div class=\"scroll\" tabindex=\"0\"><table>");
        Self(boxed.replace("</table>", "</table></div>"))
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
    fn links_of_lessons_are_led_to_their_folder() {
        let html = r##"<p>a <a href="1-2">x</a> <a class="fact-mark" href="facts#f-a">y</a> href="1-2" <a href="##;
        for (link, led) in [
            ("\"https://d.example/a\" rel=\"x\">z</a>", "\"https://d.example/a\" rel=\"x\">z</a>"),
            ("\"mailto:a@b.example\">z</a>", "\"mailto:a@b.example\">z</a>"),
            ("\"/emergency\">z</a>", "\"/emergency\">z</a>"),
            ("\"#t-x\">z</a>", "\"#t-x\">z</a>"),
            ("\"glossary#t-x\">z</a>", "\"/learn/9/glossary#t-x\">z</a>"),
        ] {
            let markup = Markup::rendered(format!("{html}{link}")).in_folder("/learn/9/");
            let expected =
                html.replace("<a href=\"1-2", "<a href=\"/learn/9/1-2").replace("\"facts#", "\"/learn/9/facts#");
            assert_eq!(markup.as_str(), format!("{expected}{led}"));
        }
    }

    #[test]
    fn a_table_of_a_text_stands_in_a_box_that_scrolls() {
        let html: SafeHtml = serde_json::from_str("\"<p>a</p><table><tr><td>b</td></tr></table>\"").unwrap();
        let expected = "<p>a</p><div class=\"scroll\" tabindex=\"0\"><table><tr><td>b</td></tr></table></div>";
        assert_eq!(Markup::from(&html).as_str(), expected);
    }

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
