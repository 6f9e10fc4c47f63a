//! From what TOML says to what the domain knows, with a diagnostic for everything that is wrong.

pub(super) mod framework;
pub(super) mod items;
pub(super) mod questions;
pub(super) mod rules;

use std::str::FromStr;

use super::Tenths;
use super::diagnostic::{Problems, Source};
use super::raw::Word;

/// Reads a word of a strict shape, or says what the shape is.
pub(super) fn parse<T>(source: Source<'_>, word: &Word, problems: &mut Problems) -> Option<T>
where
    T: FromStr,
    T::Err: std::fmt::Display,
{
    match word.get_ref().parse() {
        Ok(value) => Some(value),
        Err(why) => {
            let message = format!("`{}` cannot be read: {why}", word.get_ref());
            problems.error(source, word.span(), "shape", message, "Write it in that shape.");
            None
        }
    }
}

/// A factor from 0.1 to 9.9 with one digit after the point.
pub(super) fn tenths(factor: f64) -> Option<Tenths> {
    let scaled = factor * 10.0;
    let whole = scaled.round();
    let fits = (scaled - whole).abs() < 1e-6 && (1.0..=99.0).contains(&whole);
    // The range check makes the conversion exact.
    fits.then_some(Tenths(whole as u16))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factors_have_one_digit_after_the_point() {
        assert_eq!(tenths(1.2), Some(Tenths(12)));
        assert_eq!(tenths(0.5), Some(Tenths(5)));
        for wrong in [0.0, -1.0, 1.25, 10.0, f64::NAN, f64::INFINITY] {
            assert_eq!(tenths(wrong), None, "{wrong} was taken");
        }
    }
}
