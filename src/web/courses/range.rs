//! The part of a file that a browser asks for (RFC 9110, section 14): sound and film are played
//! piece by piece, and a download that broke off goes on where it was.

use std::ops::Range;

/// What to send of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    Whole,
    Bytes(Range<usize>),
    /// The file is shorter than that.
    Outside,
}

impl Part {
    /// Reads a `Range` header for a file of `length` bytes. What is not one range of bytes is as if it
    /// had not been asked.
    pub fn read(header: &str, length: usize) -> Self {
        let Some((first, last)) = header.trim().strip_prefix("bytes=").and_then(|range| range.split_once('-')) else {
            return Self::Whole;
        };
        match (number(first), number(last)) {
            (Some(first), None) if last.is_empty() => Self::between(first, length, length),
            (Some(first), Some(last)) if first <= last => Self::between(first, last.saturating_add(1), length),
            (None, Some(count)) if first.is_empty() => {
                Self::between(length.saturating_sub(count), if count == 0 { 0 } else { length }, length)
            }
            _ => Self::Whole,
        }
    }

    fn between(start: usize, end: usize, length: usize) -> Self {
        let end = end.min(length);
        if start < end { Self::Bytes(start..end) } else { Self::Outside }
    }
}

/// Digits only; more than there are bytes anywhere is as good as all.
fn number(text: &str) -> Option<usize> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_of_bytes_is_read_in_its_three_forms() {
        assert_eq!(Part::read("bytes=0-1", 10), Part::Bytes(0..2));
        assert_eq!(Part::read("bytes=4-", 10), Part::Bytes(4..10));
        assert_eq!(Part::read("bytes=-3", 10), Part::Bytes(7..10));
        assert_eq!(Part::read("bytes=-99", 10), Part::Bytes(0..10));
        assert_eq!(Part::read("bytes=8-99999999999999999999999", 10), Part::Bytes(8..10));
    }

    #[test]
    fn what_lies_outside_is_told() {
        for outside in ["bytes=10-", "bytes=10-12", "bytes=-0", "bytes=99999999999999999999999-"] {
            assert_eq!(Part::read(outside, 10), Part::Outside, "{outside}");
        }
        assert_eq!(Part::read("bytes=0-", 0), Part::Outside);
    }

    #[test]
    fn what_is_no_single_range_is_not_heeded() {
        for other in ["", "bytes", "bytes=", "bytes=-", "bytes=0-1,3-4", "bytes=4-2", "lines=1-2", "bytes=+1-2"] {
            assert_eq!(Part::read(other, 10), Part::Whole, "{other}");
        }
    }
}
