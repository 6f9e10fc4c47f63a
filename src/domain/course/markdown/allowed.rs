//! The allow-list: whatever went wrong before, nothing else reaches a page.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};

/// The one value of `rel` on links that leave us.
pub const OUTSIDE_REL: &str = "noreferrer noopener external";

/// HTML with everything taken out that is not on the list.
pub fn clean(html: &str) -> String {
    ALLOWED.clean(html).to_string()
}

/// What may stand in a page: the elements that Markdown makes, our fact marks, and nothing else.
static ALLOWED: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let tags = [
        "p",
        "br",
        "hr",
        "em",
        "strong",
        "code",
        "pre",
        "blockquote",
        "ul",
        "ol",
        "li",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "a",
        "span",
    ];
    let mut attributes: HashMap<&str, HashSet<&str>> =
        ["h2", "h3", "h4", "h5", "h6"].into_iter().map(|tag| (tag, HashSet::from(["id"]))).collect();
    attributes.insert("a", HashSet::from(["href"]));
    attributes.insert("ol", HashSet::from(["start"]));
    let mut builder = Builder::empty();
    builder
        .tags(HashSet::from(tags))
        .tag_attributes(attributes)
        .tag_attribute_values(HashMap::from([
            ("a", HashMap::from([("rel", HashSet::from([OUTSIDE_REL]))])),
            ("span", HashMap::from([("aria-hidden", HashSet::from(["true"]))])),
        ]))
        .allowed_classes(HashMap::from([
            ("a", HashSet::from(["external", "fact-mark"])),
            ("span", HashSet::from(["fact", "fact-date"])),
        ]))
        .url_schemes(HashSet::from(["https", "mailto"]))
        .url_relative(UrlRelative::PassThrough)
        .link_rel(None)
        .strip_comments(true);
    builder
});

/// Text made harmless for element content and for attributes in double quotes.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_on_the_list_is_taken_out() {
        for (html, left) in [
            ("<p style=\"color:red\" class=\"x\" onclick=\"a()\">a</p>", "<p>a</p>"),
            ("<script>a</script><style>b</style>", ""),
            ("<a href=\"javascript:a()\">a</a>", "<a>a</a>"),
            ("<a href=\"1-2\" rel=\"opener\" target=\"_blank\">a</a>", "<a href=\"1-2\">a</a>"),
            ("<img src=\"https://evil.example\"><input><form>a</form>", "a"),
            ("<span class=\"fact admin\" aria-hidden=\"false\">a</span>", "<span class=\"fact\">a</span>"),
            ("<h1 id=\"x\">a</h1><h2 id=\"h-x\">b</h2>", "a<h2 id=\"h-x\">b</h2>"),
        ] {
            assert_eq!(clean(html), left);
        }
    }
}
