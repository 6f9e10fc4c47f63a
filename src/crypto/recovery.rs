//! Printed recovery codes: ten codes of 120 bits, each good for one change of password.
//!
//! Written as six groups of four in Crockford's base 32, read back with any case, spacing and the
//! usual confusions (O for 0, I and L for 1).

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::crypto::random;

/// How many codes are printed at once.
pub const COUNT: usize = 10;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// 120 bits, five to a character.
const LENGTH: usize = 24;

/// One code in its canonical form (24 characters, no spaces). Prints `…`.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct RecoveryCode(String);

/// A text that cannot be a recovery code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a recovery code is {LENGTH} letters and digits")]
pub struct NotACode;

impl std::fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

/// Ten new codes.
pub fn print() -> Vec<RecoveryCode> {
    (0..COUNT).map(|_| RecoveryCode::random()).collect()
}

impl RecoveryCode {
    pub fn random() -> Self {
        // One byte a character and three bits of it thrown away: plain, and still 5 even bits.
        let bytes: [u8; LENGTH] = random::bytes();
        Self(bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect())
    }

    /// For paper: `7K3M-9QXV-2B4N-HJ6T-0WZA-5CDE`.
    pub fn printed(&self) -> String {
        let groups: Vec<&str> = (0..LENGTH).step_by(4).filter_map(|start| self.0.get(start..start + 4)).collect();
        groups.join("-")
    }

    /// The text that is hashed and looked up.
    pub fn canonical(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for RecoveryCode {
    type Err = NotACode;

    fn from_str(text: &str) -> Result<Self, NotACode> {
        // Long input is refused before it is worked on.
        if text.len() > 8 * LENGTH {
            return Err(NotACode);
        }
        let code: Option<String> = text.chars().filter(|c| !is_filler(*c)).map(read).collect();
        code.filter(|code| code.len() == LENGTH).map(Self).ok_or(NotACode)
    }
}

/// Whether a character only separates groups: spaces, hyphens, dashes, dots.
fn is_filler(character: char) -> bool {
    character.is_whitespace() || matches!(character, '-' | '.' | '_' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

fn read(character: char) -> Option<char> {
    // Full-width letters come from Asian keyboards.
    let plain = match character {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(character) - 0xfee0)?,
        other => other,
    };
    let canonical = match plain.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    canonical.is_ascii().then_some(canonical).filter(|c| ALPHABET.contains(&(*c as u8)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_differ_and_read_back_from_paper() {
        let codes = print();
        assert_eq!(codes.len(), COUNT);
        for code in &codes {
            assert_eq!(code.printed().len(), 29);
            assert_eq!(code.printed().parse::<RecoveryCode>().unwrap(), *code);
            assert_eq!(codes.iter().filter(|other| *other == code).count(), 1);
        }
    }

    #[test]
    fn sloppy_typing_is_forgiven() {
        let code: RecoveryCode = "0123-4567-89AB-1111-0000-XYZ1".parse().unwrap();
        for typed in [
            "o123 4567 89ab iIlL oO00 xyzl",
            " 0123456789AB11110000XYZ1\n",
            "0123–4567–89AB–1111–0000–XYZ1",
            "０１２３４５６７８９ＡＢ１１１１００００ＸＹＺ１",
        ] {
            assert_eq!(typed.parse::<RecoveryCode>(), Ok(code.clone()), "{typed:?}");
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for wrong in
            ["", "0123", "0123-4567-89AB-1111-0000-XYZU", "é".repeat(24).as_str(), &"0".repeat(25), &"-".repeat(999)]
        {
            assert_eq!(wrong.parse::<RecoveryCode>(), Err(NotACode), "{wrong:?} was taken");
        }
    }

    #[test]
    fn a_code_is_not_printed_by_accident() {
        assert_eq!(format!("{:?}", RecoveryCode::random()), "…");
    }
}
