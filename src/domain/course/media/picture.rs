//! Photographs and drawings in PNG, JPEG and WebP: decoded within limits and encoded anew, so that
//! nothing but the pixels is served.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::codecs::webp::WebPEncoder;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

use super::{Ready, Refusal, palette, refuse};

/// The longest side, in pixels.
const MAX_SIDE: u32 = 8_192;
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
        _ => encode_png(&picture),
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
    let mut decoder = reader.into_decoder().map_err(|_| broken())?;
    // The one piece of metadata that is part of the picture: which side is up.
    let orientation = decoder.orientation().map_err(|_| broken())?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|_| broken())?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

/// With a palette where that loses nothing.
fn encode_png(picture: &DynamicImage) -> Option<Vec<u8>> {
    let rgba = picture.to_rgba8();
    if palette::count_colours(&rgba) <= palette::MAX_COLOURS {
        return palette::encode_png(&rgba, palette::MAX_COLOURS);
    }
    let mut bytes = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Best, FilterType::Adaptive);
    let encoded = if picture.color().has_alpha() {
        rgba.write_with_encoder(encoder)
    } else {
        picture.to_rgb8().write_with_encoder(encoder)
    };
    encoded.ok()?;
    Some(bytes)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn photograph() -> DynamicImage {
        DynamicImage::ImageRgb8(image::RgbImage::from_fn(60, 40, |x, y| image::Rgb([x as u8 * 4, y as u8 * 6, 90])))
    }

    fn written(format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        photograph().write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn pictures_come_back_as_the_same_picture() {
        for (content_type, format) in
            [("image/png", ImageFormat::Png), ("image/jpeg", ImageFormat::Jpeg), ("image/webp", ImageFormat::WebP)]
        {
            let ready = re_encode(content_type, &written(format)).unwrap();
            assert_eq!((ready.content_type, ready.size), (content_type, Some((60, 40))));
            let back = image::load_from_memory_with_format(&ready.bytes, format).unwrap().to_rgb8();
            let difference = |(left, right): (&u8, &u8)| u64::from(left.abs_diff(*right));
            let sum: u64 = back.as_raw().iter().zip(photograph().to_rgb8().as_raw()).map(difference).sum();
            assert!(sum / 7_200 < 4, "{content_type} lost {sum}");
        }
    }

    #[test]
    fn what_a_camera_notes_is_dropped_and_the_right_side_is_up() {
        // An EXIF block that says: turned by 90 degrees, taken by "Sari".
        let exif: &[u8] =
            b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x02\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\x01\x3b\0\x02\0\0\0\x04Sar\0\0\0\0\0";
        let mut bytes = written(ImageFormat::Jpeg);
        let mut segment = vec![0xff, 0xe1];
        segment.extend_from_slice(&u16::try_from(exif.len() + 2).unwrap().to_be_bytes());
        segment.extend_from_slice(exif);
        bytes.splice(2..2, segment);
        let ready = re_encode("image/jpeg", &bytes).unwrap();
        assert_eq!(ready.size, Some((40, 60)));
        assert!(!ready.bytes.windows(4).any(|window| window == b"Exif"));
    }

    #[test]
    fn a_declared_size_beyond_reason_is_refused_before_decoding() {
        let mut bytes = written(ImageFormat::Png);
        // Width and height stand at bytes 16 to 23 of every PNG; the checksum after them is mended too.
        bytes[16..24].copy_from_slice(&[0, 0, 0x27, 0x10, 0, 0, 0x27, 0x10]);
        let mut crc = !0u32;
        for byte in &bytes[12..29] {
            crc ^= u32::from(*byte);
            for _ in 0..8 {
                crc = if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
            }
        }
        bytes[29..33].copy_from_slice(&(!crc).to_be_bytes());
        let refusal = re_encode("image/png", &bytes).err().unwrap();
        assert!(refusal.message.contains("10000 × 10000"), "{}", refusal.message);
    }
}
