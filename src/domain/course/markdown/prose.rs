//! Our own pages of prose, such as what to do in danger: anybody's text, with headings.

use super::fragment::Fragment;
use super::untrusted::outside_link;
use super::{CitedFact, Fault, Passage, Target, Voice, render};
use crate::domain::course::scan::Chunk;
use crate::domain::markup::SafeHtml;

/// Markdown that we wrote ourselves. Its headings are headings: people who listen to a page jump
/// from one to the next.
pub fn render_prose(markdown: &str) -> SafeHtml {
    let fragment = Fragment::parse(Chunk { line: 1, text: markdown });
    render(&fragment, fragment.whole(), &mut Ourselves { headings: 0 })
}

struct Ourselves {
    headings: u16,
}

impl Voice for Ourselves {
    fn link(&mut self, destination: &str, _line: u32) -> Option<Target> {
        outside_link(destination)
    }

    fn fact(&mut self, _id: &str, _line: u32) -> Option<CitedFact> {
        None
    }

    fn fault(&mut self, _fault: Fault, _line: u32) {}

    fn heading(&mut self, _text: &str) -> Option<String> {
        self.headings += 1;
        Some(format!("s-{}", self.headings))
    }

    fn passage(&mut self, _passage: Passage) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_headings() {
        let html = render_prose("## One\n\ntext\n\n## Two");
        assert_eq!(html.as_str(), "<h2 id=\"s-1\">One</h2>\n<p>text</p>\n<h2 id=\"s-2\">Two</h2>\n");
    }
}
