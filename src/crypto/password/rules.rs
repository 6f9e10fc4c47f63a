//! Which passwords are refused: short ones, endless ones, and those that are tried first. There
//! are no composition rules and no expiry; both make people choose worse ones.

use unicode_normalization::UnicodeNormalization;
use zxcvbn::matching::patterns::MatchPattern;
use zxcvbn::{Score, zxcvbn};

use super::Password;

/// The fewest characters allowed.
pub const SHORTEST: usize = 8;
/// What the form advises.
pub const ADVISED: usize = 15;
/// The most bytes allowed: far beyond any passphrase, and cheap to refuse.
pub const LONGEST_BYTES: usize = 1_024;

/// Why a password is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordProblem {
    #[error("the password has fewer than {SHORTEST} characters")]
    Short,
    #[error("the password is longer than {LONGEST_BYTES} bytes")]
    Long,
    /// On the bundled lists of common passwords, or as quickly guessed: a run of keys, a repeat.
    #[error("the password is among the first that are tried")]
    Common,
    #[error("the password is the sign-in name")]
    IsSignInName,
}

/// Whether `password` may be used by the person who signs in as `sign_in_name`.
pub fn rules(password: &Password, sign_in_name: &str) -> Result<(), PasswordProblem> {
    let text = password.reveal();
    if text.len() > LONGEST_BYTES {
        return Err(PasswordProblem::Long);
    }
    if text.chars().count() < SHORTEST {
        return Err(PasswordProblem::Short);
    }
    if plain(text).contains(&plain(sign_in_name)) && text.chars().count() < sign_in_name.chars().count() + SHORTEST {
        return Err(PasswordProblem::IsSignInName);
    }
    if is_common(text) { Err(PasswordProblem::Common) } else { Ok(()) }
}

/// Whether the bundled lists hold the whole password, in some spelling, or it is guessed within
/// about a million tries. Very long ones are judged by their first hundred characters.
fn is_common(text: &str) -> bool {
    let estimate = zxcvbn(text, &[]);
    let is_listed = matches!(estimate.sequence(), [only] if matches!(only.pattern, MatchPattern::Dictionary(_)));
    is_listed || estimate.score() <= Score::One
}

fn plain(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(text: &str) -> Result<(), PasswordProblem> {
        rules(&Password::new(text), "river-lamp-42")
    }

    #[test]
    fn length_is_counted_in_characters_and_capped_in_bytes() {
        assert_eq!(judge("kT9#vq2"), Err(PasswordProblem::Short));
        assert_eq!(judge("kT9#vq2w"), Ok(()));
        assert_eq!(judge("ខ្ញុំស្រឡាញ់"), Ok(()));
        assert_eq!(judge(&"long pass phrase ".repeat(60)), Ok(()));
        assert_eq!(judge(&"long pass phrase ".repeat(61)), Err(PasswordProblem::Long));
    }

    #[test]
    fn what_is_tried_first_is_refused() {
        for common in ["password", "P@ssw0rd", "12345678", "qwertyuiop", "aaaaaaaaaaaa", "iloveyou", "sunshine1"] {
            assert_eq!(judge(common), Err(PasswordProblem::Common), "{common:?}");
        }
    }

    #[test]
    fn plain_words_make_a_good_password() {
        for good in ["correct horse battery staple", "satu gelas kopi pagi", "四月の朝に歩いた道"] {
            assert_eq!(judge(good), Ok(()), "{good:?}");
        }
    }

    #[test]
    fn the_sign_in_name_is_no_password() {
        assert_eq!(judge("River-Lamp-42"), Err(PasswordProblem::IsSignInName));
        assert_eq!(judge("river-lamp-421"), Err(PasswordProblem::IsSignInName));
        assert_eq!(judge("river-lamp-42 and a goat"), Ok(()));
    }
}
