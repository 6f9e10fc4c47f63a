//! Text by learners and trainers: comments, answers. The same path as authors' text, with less in it.

use super::fragment::Fragment;
use super::{CitedFact, Fault, Passage, Target, Voice, render};
use crate::domain::course::scan::Chunk;
use crate::domain::markup::SafeHtml;

/// Markdown by anybody: links lead only to https and mailto, headings become bold lines, HTML and
/// pictures stand there as text. What is nested beyond reason gives nothing.
pub fn render_untrusted(markdown: &str) -> SafeHtml {
    let fragment = Fragment::parse(Chunk { line: 1, text: markdown });
    render(&fragment, fragment.whole(), &mut Anybody)
}

struct Anybody;

impl Voice for Anybody {
    fn link(&mut self, destination: &str, _line: u32) -> Option<Target> {
        outside_link(destination)
    }

    fn fact(&mut self, _id: &str, _line: u32) -> Option<CitedFact> {
        None
    }

    fn fault(&mut self, _fault: Fault, _line: u32) {}

    fn heading(&mut self, _text: &str) -> Option<String> {
        None
    }

    fn passage(&mut self, _passage: Passage) {}
}

/// `https://host…` or `mailto:somebody@host`, and nothing odd in it.
pub(in crate::domain::course) fn outside_link(destination: &str) -> Option<Target> {
    let is_odd = |c: char| c.is_whitespace() || c.is_control();
    let fits = match destination.split_once(':')? {
        ("https", rest) => rest.strip_prefix("//").is_some_and(|host| host.starts_with(|c: char| c.is_alphanumeric())),
        ("mailto", address) => address.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty()),
        _ => false,
    };
    (fits && !destination.contains(is_odd)).then(|| Target::Outside(destination.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_harmful_comes_through() {
        for text in [
            "<script>alert(1)</script>",
            "a <img src=x onerror=alert(1)> b",
            "[x](javascript:alert(1))",
            "[x](data:text/html,hi)",
            "[x](lesson:ds1-1)",
            "[x](//evil.example)",
            "[x](/account/delete)",
            "![x](https://evil.example/x.png)",
            "[x](https://a.example\"onclick=alert(1))",
            "<https://a.example/\"onmouseover=\"alert(1)>",
        ] {
            let html = render_untrusted(text);
            for wrong in ["<script", "<img", "href=\"javascript", "href=\"data", "href=\"lesson", "href=\"/", " on"] {
                let tags: String =
                    html.as_str().split('<').skip(1).map(|part| part.split('>').next().unwrap_or("")).collect();
                assert!(!format!("<{tags}").contains(wrong), "{text} gave {}", html.as_str());
            }
        }
    }

    #[test]
    fn plain_marks_work() {
        let html = render_untrusted("# Hello\n\n*a* **b** [c](https://d.example) {fact:x}");
        assert_eq!(
            html.as_str(),
            "<p><strong>Hello</strong></p>\n<p><em>a</em> <strong>b</strong> <a href=\"https://d.example\" class=\"external\" rel=\"noreferrer noopener external\">c</a> {fact:x}</p>\n"
        );
    }

    #[test]
    fn nesting_beyond_reason_gives_nothing() {
        for mark in [">", "- ", "*a **b ", "1. "] {
            let _ = render_untrusted(&mark.repeat(50_000));
        }
        assert!(render_untrusted(&">".repeat(1_000)).is_empty());
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_answered(text in "(?s).*") {
            let html = render_untrusted(&text);
            proptest::prop_assert!(!html.as_str().contains("<script"));
        }
    }
}
