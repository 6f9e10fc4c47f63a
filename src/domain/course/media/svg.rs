//! Our own drawings: SVG is checked, drawn once at compile time, and served as PNG. Learners' browsers
//! never see the SVG.

use std::sync::{Arc, LazyLock};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{self, fontdb, roxmltree};

use super::picture::MAX_SIDE;
use super::{Ready, Refusal, palette, refuse};

/// Bytes of source; our drawings have less than ten thousand.
const MAX_SOURCE: usize = 256 * 1024;
/// How deep elements may stand in each other.
const MAX_DEPTH: usize = 32;
const MAX_USES: usize = 100;
/// Pixels drawn for each of the view box, for sharp screens …
const SCALE: f32 = 2.0;
/// … but no more than this across.
const MAX_WIDTH: f32 = 1_200.0;

/// The serif that certificates are set in; it is in the program, so drawings look alike everywhere.
static FONTS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = fontdb::Database::new();
    for font in typst_assets::fonts() {
        fonts.load_font_source(fontdb::Source::Binary(Arc::new(font)));
    }
    fonts.set_serif_family(FONT);
    fonts.set_sans_serif_family(FONT);
    fonts.set_monospace_family("DejaVu Sans Mono");
    Arc::new(fonts)
});

const FONT: &str = "Libertinus Serif";

pub fn rasterise(bytes: &[u8]) -> Result<Ready, Refusal> {
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    if text.len() > MAX_SOURCE || depth(text) > MAX_DEPTH {
        return refuse("the drawing is too large or too deeply nested to be read".into(), "simplify it");
    }
    let document = roxmltree::Document::parse(text).map_err(|mistake| Refusal {
        message: format!("the drawing is not well-formed: {mistake}"),
        help: "mend the SVG in an editor",
    })?;
    check(&document)?;
    let options = usvg::Options { fontdb: FONTS.clone(), font_family: FONT.into(), ..usvg::Options::default() };
    let tree = usvg::Tree::from_xmltree(&document, &options).map_err(|mistake| Refusal {
        message: format!("the drawing cannot be drawn: {mistake}"),
        help: "give it a viewBox, and check its shapes",
    })?;
    draw(&tree)
}

/// How deep elements stand in each other at most, counted before anything recursive reads the text.
/// Over-counts where `<` stands in comments, which does no harm.
fn depth(text: &str) -> usize {
    let (mut depth, mut deepest) = (0usize, 0usize);
    for tag in text.split('<').skip(1) {
        let tag = tag.split('>').next().unwrap_or_default();
        if tag.starts_with('/') {
            depth = depth.saturating_sub(1);
        } else if !tag.starts_with(['!', '?']) && !tag.ends_with('/') {
            depth += 1;
            deepest = deepest.max(depth);
        }
    }
    deepest
}

/// Refuses what runs, what reaches outside, and what multiplies.
fn check(document: &roxmltree::Document) -> Result<(), Refusal> {
    let mut uses = 0;
    for node in document.descendants().filter(roxmltree::Node::is_element) {
        let name = node.tag_name().name();
        if matches!(
            name.to_ascii_lowercase().as_str(),
            "script" | "foreignobject" | "image" | "iframe" | "audio" | "video"
        ) {
            return refuse(format!("the drawing has an element `{name}`"), "draw with shapes and text only");
        }
        if name == "use" {
            uses += 1;
            let ancestors = node
                .ancestors()
                .skip(1)
                .filter(|above| matches!(above.tag_name().name(), "symbol" | "defs" | "pattern" | "marker"));
            if uses > MAX_USES || ancestors.count() > 0 {
                return refuse("the drawing repeats parts within parts".into(), "write the shapes out");
            }
        }
        for attribute in node.attributes() {
            check_attribute(name, attribute)?;
        }
        if name == "style" {
            check_value(node.text().unwrap_or_default())?;
        }
    }
    check_uses(document)
}

/// A `use` of something that holds a `use` could multiply without end.
fn check_uses(document: &roxmltree::Document) -> Result<(), Refusal> {
    let is_use = |node: &roxmltree::Node| node.tag_name().name() == "use";
    let holds_use = |node: &roxmltree::Node| node.descendants().any(|inner| is_use(&inner));
    let doubling = document.descendants().filter(is_use).any(|node| {
        let href = node.attributes().find(|attribute| attribute.name() == "href").map(|attribute| attribute.value());
        let target = href.and_then(|href| href.strip_prefix('#'));
        document.descendants().any(|other| target.is_some() && other.attribute("id") == target && holds_use(&other))
    });
    if doubling {
        return refuse("the drawing repeats parts within parts".into(), "write the shapes out");
    }
    Ok(())
}

fn check_attribute(element: &str, attribute: roxmltree::Attribute) -> Result<(), Refusal> {
    let (name, value) = (attribute.name(), attribute.value());
    if name.len() > 2 && name.to_ascii_lowercase().starts_with("on") {
        return refuse(format!("`{element}` has an event `{name}`"), "take it out: drawings do nothing");
    }
    if name == "href" && !value.trim_start().starts_with('#') {
        return refuse(format!("`{element}` points outside of the drawing"), "keep everything in the one file");
    }
    check_value(value)
}

/// Styles and paints may only point into the drawing.
fn check_value(value: &str) -> Result<(), Refusal> {
    let value: String =
        value.to_ascii_lowercase().chars().filter(|c| !c.is_whitespace() && !matches!(c, '"' | '\'' | '\\')).collect();
    let points_outside = value.split("url(").skip(1).any(|target| !target.starts_with('#'));
    if points_outside || value.contains("@import") || value.contains("@font-face") {
        return refuse("a style points outside of the drawing".into(), "keep everything in the one file");
    }
    Ok(())
}

fn draw(tree: &usvg::Tree) -> Result<Ready, Refusal> {
    let size = tree.size();
    let scale = SCALE.min(MAX_WIDTH / size.width());
    let pixels = |length: f32| (length * scale).ceil() as u32;
    let (width, height) = (pixels(size.width()), pixels(size.height()));
    if width == 0 || height == 0 || height > MAX_SIDE {
        return refuse(
            format!("the drawing would be {width} × {height} pixels"),
            "give it a viewBox of about 340 × 300",
        );
    }
    let Some(mut pixmap) = Pixmap::new(width, height) else {
        return refuse("the drawing is too large".into(), "give it a viewBox of about 340 × 300");
    };
    resvg::render(tree, Transform::from_scale(scale, scale), &mut pixmap.as_mut());
    let rgba: Vec<u8> = pixmap
        .pixels()
        .iter()
        .flat_map(|pixel| {
            let colour = pixel.demultiply();
            [colour.red(), colour.green(), colour.blue(), colour.alpha()]
        })
        .collect();
    let bytes = image::RgbaImage::from_raw(width, height, rgba).and_then(|picture| palette::encode_png(&picture));
    match bytes {
        Some(bytes) => Ok(Ready {
            content_type: "image/png",
            size: Some((size.width().ceil() as u32, size.height().ceil() as u32)),
            bytes,
        }),
        None => refuse("the drawing cannot be encoded".into(), "simplify it"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn svg(inside: &str) -> String {
        format!(r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 34 20">{inside}</svg>"##)
    }

    #[test]
    fn a_drawing_becomes_a_small_picture_of_twice_its_size() {
        let ready = rasterise(
            svg(r##"<rect width="34" height="20" fill="#1F6B4A"/><text x="1" y="12" font-size="8">Aa</text>"##)
                .as_bytes(),
        )
        .unwrap();
        assert_eq!(ready.size, Some((34, 20)));
        let picture = image::load_from_memory(&ready.bytes).unwrap().to_rgba8();
        assert_eq!((picture.width(), picture.height()), (68, 40));
        assert_eq!(picture.get_pixel(60, 35).0, [0x1f, 0x6b, 0x4a, 255]);
        assert!(picture.pixels().any(|pixel| pixel.0 != [0x1f, 0x6b, 0x4a, 255]), "the text was not drawn");
    }

    #[test]
    fn what_runs_or_reaches_outside_is_refused() {
        let deep = "<g>".repeat(50_000) + &"</g>".repeat(50_000);
        let doubling =
            r##"<g id="a"><path d="M0 0"/></g><g id="b"><use href="#a"/><use href="#a"/></g><use href="#b"/>"##;
        for inside in [
            "<script>1</script>",
            "<foreignObject/>",
            r#"<rect onclick="a()"/>"#,
            r#"<image href="data:image/png;base64,AA"/>"#,
            r#"<a href="https://evil.example"><rect/></a>"#,
            r#"<rect fill="url(https://evil.example#a)"/>"#,
            r#"<rect style="fill: URL( 'https://evil.example' )"/>"#,
            "<style>@import url(x.css)</style>",
            "<p>",
            &deep,
            doubling,
        ] {
            assert!(
                rasterise(svg(inside).as_bytes()).is_err(),
                "{} was drawn",
                inside.chars().take(60).collect::<String>()
            );
        }
        assert!(rasterise(b"<!DOCTYPE svg [<!ENTITY a \"b\">]><svg>&a;</svg>").is_err());
    }
}
