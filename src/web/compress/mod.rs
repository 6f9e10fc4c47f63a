//! Compression of pages (quick) and of files (once, hard).
//!
//! Pages may be compressed because the only secret in them, the form token, is masked anew for
//! each page (SAFETY 29).

mod stencil;

use std::io::Write;

pub use stencil::Stencil;

/// How a body travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    Brotli,
    Zstd,
    Gzip,
    Plain,
}

impl Encoding {
    /// For a page made on demand: the smallest. zstd would be quicker than Brotli and some 5 % larger, and
    /// bytes cost the reader money.
    pub fn of_page(accept_encoding: &str) -> Self {
        Self::first(accept_encoding, [Self::Brotli, Self::Zstd, Self::Gzip])
    }

    /// For a file that was compressed beforehand: the smallest.
    pub fn of_file(accept_encoding: &str) -> Self {
        Self::first(accept_encoding, [Self::Brotli, Self::Gzip, Self::Plain])
    }

    fn first(accept_encoding: &str, preferred: [Self; 3]) -> Self {
        let accepted = |name: &str| {
            accept_encoding.split(',').any(|entry| {
                let mut parts = entry.split(';').map(str::trim);
                parts.next() == Some(name)
                    && !parts.any(|weight| matches!(weight, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
            })
        };
        preferred.into_iter().find(|encoding| encoding.name().is_some_and(accepted)).unwrap_or(Self::Plain)
    }

    /// The token of `Content-Encoding`; `None` for a plain body.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Brotli => Some("br"),
            Self::Zstd => Some("zstd"),
            Self::Gzip => Some("gzip"),
            Self::Plain => None,
        }
    }
}

/// `body` in `encoding`, at a level fit for a page that is made while somebody waits.
pub fn compress(body: Vec<u8>, encoding: Encoding) -> Vec<u8> {
    encode(&body, encoding, 4, 3).unwrap_or(body)
}

/// `body` in `encoding`, as small as it goes; for files that are compressed once.
pub fn compress_hard(body: &[u8], encoding: Encoding) -> Vec<u8> {
    encode(body, encoding, 11, 19).unwrap_or_else(|| body.to_vec())
}

fn encode(body: &[u8], encoding: Encoding, brotli_quality: i32, zstd_level: i32) -> Option<Vec<u8>> {
    let mut encoded = Vec::with_capacity(body.len() / 3);
    match encoding {
        Encoding::Plain => return None,
        Encoding::Brotli => {
            let parameters = brotli::enc::BrotliEncoderParams {
                quality: brotli_quality,
                lgwin: 18,
                size_hint: body.len(),
                ..Default::default()
            };
            brotli::BrotliCompress(&mut &body[..], &mut encoded, &parameters).ok()?;
        }
        Encoding::Zstd => encoded = zstd::bulk::compress(body, zstd_level).ok()?,
        Encoding::Gzip => {
            let mut encoder = flate2::write::GzEncoder::new(&mut encoded, flate2::Compression::new(5));
            encoder.write_all(body).ok()?;
            encoder.finish().ok()?;
        }
    }
    Some(encoded)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn the_browser_decides_what_it_can_read() {
        for (header, expected) in [
            ("gzip, deflate, br, zstd", Encoding::Brotli),
            ("gzip, deflate", Encoding::Gzip),
            ("br;q=0, gzip", Encoding::Gzip),
            ("zstd", Encoding::Zstd),
            ("", Encoding::Plain),
            ("brotli", Encoding::Plain),
        ] {
            assert_eq!(Encoding::of_page(header), expected, "{header}");
        }
    }

    #[test]
    fn what_is_packed_can_be_unpacked() {
        let body = "daun lontar ".repeat(500).into_bytes();
        let mut plain = Vec::new();
        brotli::Decompressor::new(&compress(body.clone(), Encoding::Brotli)[..], 4096).read_to_end(&mut plain).unwrap();
        assert_eq!(plain, body);
        assert_eq!(zstd::bulk::decompress(&compress(body.clone(), Encoding::Zstd), 1 << 20).unwrap(), body);
        plain.clear();
        flate2::read::GzDecoder::new(&compress(body.clone(), Encoding::Gzip)[..]).read_to_end(&mut plain).unwrap();
        assert_eq!(plain, body);
    }
}
