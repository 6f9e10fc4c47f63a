//! Photographs and drawings in PNG, JPEG and WebP: decoded within limits and encoded anew, so that
//! nothing but the pixels is served.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::webp::WebPEncoder;
use image::{DynamicImage, ImageFormat, ImageReader, Limits};

use super::{Ready, Refusal, palette, refuse};

/// The longest side, in pixels.
pub const MAX_SIDE: u32 = 8_192;
/// What a decoded picture may take in memory.
const MAX_MEMORY: u64 = 48 * 1024 * 1024;
const JPEG_QUALITY: u8 = 80;

pub fn re_encode(content_type: &'static str, bytes: &[u8]) -> Result<Ready, Refusal> {
    let format = match content_type {
        "image/jpeg" => ImageFormat::Jpeg,
        "image/webp" => ImageFormat::WebP,
        _ => ImageFormat::Png,
    };
    let picture = decode(format, bytes)?;
    let size = Some((picture.width(), picture.height()));
    let encoded = match format {
        ImageFormat::Jpeg => encode_jpeg(&picture),
        ImageFormat::WebP => encode_webp(&picture),
        _ => palette::encode_png(&picture.to_rgba8()),
    };
    match encoded {
        Some(bytes) => Ok(Ready { content_type, size, bytes }),
        None => refuse("the picture cannot be encoded again".into(), "save it anew in a drawing program"),
    }
}

fn decode(format: ImageFormat, bytes: &[u8]) -> Result<DynamicImage, Refusal> {
    let reader = || ImageReader::with_format(Cursor::new(bytes), format);
    let broken = || Refusal { message: "the picture cannot be read".into(), help: "save it anew in a drawing program" };
    let (width, height) = reader().into_dimensions().map_err(|_| broken())?;
    if width.max(height) > MAX_SIDE || u64::from(width) * u64::from(height) * 4 > MAX_MEMORY {
        return refuse(
            format!(
                "the picture is {width} × {height} pixels; at most {MAX_SIDE} a side and 12 million in all are read"
            ),
            "make it smaller: 1,200 pixels wide is plenty",
        );
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_MEMORY * 2);
    let mut reader = reader();
    reader.limits(limits);
    reader.decode().map_err(|_| broken())
}

fn encode_jpeg(picture: &DynamicImage) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    picture.to_rgb8().write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY)).ok()?;
    Some(bytes)
}

fn encode_webp(picture: &DynamicImage) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    picture.to_rgba8().write_with_encoder(WebPEncoder::new_lossless(&mut bytes)).ok()?;
    Some(bytes)
}
