//! Our own drawings: SVG is checked, drawn once at compile time, and served as PNG. Learners' browsers
//! never see the SVG.

use std::sync::{Arc, LazyLock};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{self, fontdb, roxmltree};

use super::{Ready, Refusal, palette, refuse};

/// Bytes of source; our drawings have less than ten thousand.
const MAX_SOURCE: usize = 256 * 1024;
/// Elements, texts and comments together.
const MAX_NODES: u32 = 4_000;
/// How deep elements may stand in each other: what draws them calls itself for each level.
const MAX_DEPTH: usize = 32;
/// Pixels drawn for each of the view box, for sharp screens …
const SCALE: f32 = 2.0;
/// … but no more than this across.
const MAX_WIDTH: f32 = 1_200.0;
const MAX_HEIGHT: u32 = 2_400;
/// Enough for a few colours and the edges between them.
const MAX_COLOURS: usize = 64;

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
    if text.len() > MAX_SOURCE {
        return refuse("the drawing has more than 256 kB".into(), "simplify it");
    }
    let limits = roxmltree::ParsingOptions { nodes_limit: MAX_NODES, ..roxmltree::ParsingOptions::default() };
    let document = roxmltree::Document::parse_with_options(text, limits).map_err(|mistake| Refusal {
        message: format!("the drawing cannot be read: {mistake}"),
        help: "mend or simplify the SVG in an editor",
    })?;
    check(&document)?;
    let options = usvg::Options { fontdb: FONTS.clone(), font_family: FONT.into(), ..usvg::Options::default() };
    let tree = usvg::Tree::from_xmltree(&document, &options).map_err(|mistake| Refusal {
        message: format!("the drawing cannot be drawn: {mistake}"),
        help: "give it a viewBox, and check its shapes",
    })?;
    draw(&tree)
}

/// Elements that run, reach outside, or could multiply the work of drawing without end.
const REFUSED: &[&str] =
    &["script", "foreignObject", "image", "iframe", "audio", "video", "filter", "mask", "pattern", "symbol", "use"];

fn check(document: &roxmltree::Document) -> Result<(), Refusal> {
    for node in document.descendants().filter(roxmltree::Node::is_element) {
        let name = node.tag_name().name();
        if REFUSED.iter().any(|refused| refused.eq_ignore_ascii_case(name)) {
            return refuse(format!("the drawing has an element `{name}`"), "draw with shapes, gradients and text only");
        }
        if node.ancestors().count() > MAX_DEPTH {
            return refuse(format!("more than {MAX_DEPTH} elements stand in each other"), "take groups out");
        }
        for attribute in node.attributes() {
            check_attribute(name, attribute)?;
        }
        if name == "style" {
            check_value(node.text().unwrap_or_default())?;
        }
        check_parts(&node)?;
    }
    Ok(())
}

/// A marker or clip that uses another could multiply: each stands alone.
fn check_parts(node: &roxmltree::Node) -> Result<(), Refusal> {
    let is_part = |above: roxmltree::Node| matches!(above.tag_name().name(), "marker" | "clipPath");
    let refers = node.attributes().any(|attribute| attribute.value().to_ascii_lowercase().contains("url("));
    if refers && node.ancestors().any(is_part) {
        return refuse("a marker or clip uses another part of the drawing".into(), "write its colours out");
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
    if width == 0 || height == 0 || height > MAX_HEIGHT {
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
    let bytes =
        image::RgbaImage::from_raw(width, height, rgba).and_then(|picture| palette::encode_png(&picture, MAX_COLOURS));
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
        let doubling = r##"<clipPath id="a"><rect clip-path="url(#b)"/></clipPath>"##;
        let hidden = r#"<g a="/>">"#.repeat(200) + &"</g>".repeat(200);
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
            &hidden,
            r##"<use href="#a"/>"##,
            r#"<filter id="f"/>"#,
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
