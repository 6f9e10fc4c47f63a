//! A paper as pixels.

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder, RgbImage, imageops};
use typst_layout::PagedDocument;
use typst_render::RenderOptions;

/// What a picture on a page may weigh.
pub const MOST_PREVIEW_BYTES: usize = 40 * 1024;

/// A4 landscape is 842 points wide.
const WIDTH: f64 = 1600.0;

const PREVIEW_WIDTH: u32 = 640;

/// The first page as a PNG. `None`: there is none, or it cannot be encoded.
pub fn large(document: &PagedDocument) -> Option<Vec<u8>> {
    png(&pixels(document)?)
}

/// The first page as a small JPEG, likewise.
pub fn small(document: &PagedDocument) -> Option<Vec<u8>> {
    preview(&pixels(document)?)
}

fn pixels(document: &PagedDocument) -> Option<RgbImage> {
    let page = document.pages().first()?;
    let scale = WIDTH / page.frame.width().to_pt();
    let pixels = typst_render::render(page, &RenderOptions { pixel_per_pt: scale.into(), render_bleed: false });
    // The page is opaque: the fourth byte of each pixel says nothing.
    let opaque = pixels.data().chunks_exact(4).flat_map(|pixel| pixel.iter().take(3)).copied().collect();
    RgbImage::from_raw(pixels.width(), pixels.height(), opaque)
}

fn png(picture: &RgbImage) -> Option<Vec<u8>> {
    let mut png = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut png, CompressionType::Fast, FilterType::Adaptive);
    encoder.write_image(picture, picture.width(), picture.height(), ExtendedColorType::Rgb8).ok()?;
    Some(png)
}

/// The best of a few qualities that is light enough.
fn preview(picture: &RgbImage) -> Option<Vec<u8>> {
    let height = picture.height() * PREVIEW_WIDTH / picture.width();
    let small = imageops::thumbnail(picture, PREVIEW_WIDTH, height);
    [82, 70, 55, 35].into_iter().find_map(|quality| {
        let mut jpeg = Vec::new();
        JpegEncoder::new_with_quality(&mut jpeg, quality).encode_image(&small).ok()?;
        (jpeg.len() <= MOST_PREVIEW_BYTES).then_some(jpeg)
    })
}
