//! HTML that may stand in a page as it is.

use serde::{Deserialize, Serialize};

/// HTML that went through our allow-list. Only [`crate::domain::course::markdown`] makes it, from
/// authors' Markdown; templates print it through the `html` helper and nothing else.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SafeHtml(String);

impl SafeHtml {
    /// Takes HTML that the caller has just sanitised. Visible to the Markdown renderer only.
    pub(in crate::domain) fn trusted(html: String) -> Self {
        Self(html)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn is_empty(&self) -> bool {
        self.0.trim().is_empty()
    }

    /// The text without its tags, for counting, searching and titles; blocks stand on lines of their
    /// own. Not HTML: whoever prints it escapes it.
    pub fn plain_text(&self) -> String {
        let mut text = String::with_capacity(self.0.len());
        let mut rest = self.0.as_str();
        while let Some(at) = rest.find(['<', '&']) {
            let (before, from) = rest.split_at(at);
            push(before, &mut text);
            rest = if from.starts_with('<') { skip_tag(from, &mut text) } else { read_entity(from, &mut text) };
        }
        push(rest, &mut text);
        text.trim().to_owned()
    }
}

/// Adds a piece of text; white space between blocks is none of the text's.
fn push(piece: &str, text: &mut String) {
    let is_between = text.is_empty() || text.ends_with('\n');
    text.push_str(if is_between { piece.trim_start() } else { piece });
}

/// Leaves a tag out; one that begins or ends a block breaks the line.
fn skip_tag<'a>(from: &'a str, text: &mut String) -> &'a str {
    let (tag, rest) = from.split_once('>').unwrap_or((from, ""));
    let name = tag.trim_start_matches(['<', '/']).split([' ', '/']).next().unwrap_or_default();
    let is_block = matches!(
        name,
        "p" | "li"
            | "ul"
            | "ol"
            | "blockquote"
            | "pre"
            | "br"
            | "hr"
            | "table"
            | "tr"
            | "th"
            | "td"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
    );
    if is_block && !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    rest
}

/// The sanitiser writes these entities and no others.
fn read_entity<'a>(from: &'a str, text: &mut String) -> &'a str {
    const ENTITIES: [(&str, char); 5] =
        [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>'), ("&quot;", '"'), ("&nbsp;", '\u{a0}')];
    for (entity, c) in ENTITIES {
        if let Some(rest) = from.strip_prefix(entity) {
            text.push(c);
            return rest;
        }
    }
    text.push('&');
    from.get(1..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_has_no_tags_and_keeps_blocks_apart() {
        let html = SafeHtml::trusted("<p>A <em>b</em> &amp; c</p>\n<ul><li>d&lt;</li><li>e &x</li></ul>".into());
        assert_eq!(html.plain_text(), "A b & c\nd<\ne &x");
    }
}
