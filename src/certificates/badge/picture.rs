//! Baking: a PNG picture that carries its badge (Open Badges 3.0, section 5.3).

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
const KEYWORD: &[u8] = b"openbadgecredential";

/// The signature and the header chunk, which must come first.
const HEAD: usize = 8 + 25;

/// The picture with `jwt` in an `iTXt` chunk after the header. `None`: not a PNG.
pub fn bake(png: &[u8], jwt: &str) -> Option<Vec<u8>> {
    let (head, rest) = png.split_at_checked(HEAD).filter(|_| png.starts_with(SIGNATURE))?;
    // Keyword, not compressed, no language, no translated keyword, text.
    let text = [KEYWORD, &[0, 0, 0, 0, 0], jwt.as_bytes()].concat();
    Some([head, &chunk(*b"iTXt", &text)?, rest].concat())
}

fn chunk(kind: [u8; 4], data: &[u8]) -> Option<Vec<u8>> {
    let length = u32::try_from(data.len()).ok()?;
    let mut crc = flate2::Crc::new();
    crc.update(&kind);
    crc.update(data);
    Some([&length.to_be_bytes(), kind.as_slice(), data, &crc.sum().to_be_bytes()].concat())
}

/// The badge in a baked picture. `None`: not a PNG, or none in it.
pub fn baked(png: &[u8]) -> Option<&str> {
    let mut rest = png.strip_prefix(SIGNATURE)?;
    loop {
        let (length, after) = rest.split_first_chunk::<4>()?;
        let (kind, after) = after.split_first_chunk::<4>()?;
        let (data, after) = after.split_at_checked(u32::from_be_bytes(*length) as usize)?;
        if let Some(text) = data.strip_prefix(KEYWORD)
            && kind == b"iTXt"
        {
            // Uncompressed; language and translated keyword may be filled by other tools.
            let text = text.strip_prefix(&[0, 0, 0])?;
            return std::str::from_utf8(text.splitn(3, |byte| *byte == 0).nth(2)?).ok();
        }
        rest = after.get(4..)?;
    }
}

#[cfg(test)]
mod tests {
    use image::{ImageFormat, RgbImage};
    use proptest::prelude::*;

    use super::*;

    fn picture() -> Vec<u8> {
        let mut png = std::io::Cursor::new(Vec::new());
        RgbImage::new(3, 2).write_to(&mut png, ImageFormat::Png).unwrap();
        png.into_inner()
    }

    #[test]
    fn a_baked_picture_is_the_same_picture_and_gives_its_badge_back() {
        let plain = picture();
        let picture = bake(&plain, "a.b.c").unwrap();
        assert_eq!(baked(&picture), Some("a.b.c"));
        assert_eq!(baked(&plain), None);
        assert_eq!(image::load_from_memory(&picture).unwrap(), image::load_from_memory(&plain).unwrap());
    }

    /// The checksum that every PNG ends with.
    #[test]
    fn a_chunk_has_its_checksum() {
        assert_eq!(chunk(*b"IEND", b"").unwrap(), b"\0\0\0\0IEND\xae\x42\x60\x82");
    }

    #[test]
    fn what_is_no_picture_is_not_baked() {
        assert_eq!(bake(b"GIF89a", "a.b.c"), None);
        assert_eq!(bake(SIGNATURE, "a.b.c"), None);
    }

    proptest! {
        #[test]
        fn a_damaged_picture_never_panics(cut in 0..200_usize, at in 0..200_usize, byte: u8) {
            let mut picture = bake(&picture(), "a.b.c").unwrap();
            picture.truncate(cut);
            if let Some(place) = picture.get_mut(at) {
                *place = byte;
            }
            baked(&picture);
        }
    }
}
