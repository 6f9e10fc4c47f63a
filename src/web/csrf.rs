//! The secret that a form carries to show that it came from our page.
//!
//! A token is `mask ‖ mask ⊕ secret`, in URL-safe Base64, with a fresh random mask for each page, so
//! that compressing pages tells nothing about the secret (SAFETY 23 and 29).

use data_encoding::BASE64URL_NOPAD;
use subtle::ConstantTimeEq;

/// Of a session, or of all visitors without one.
pub type Secret = [u8; 32];

/// A token for one page.
#[expect(clippy::expect_used, reason = "without randomness a page must not be made; no input brings that about")]
pub fn token(secret: &Secret) -> String {
    let mut bytes = [0; 64];
    let (mask, masked) = bytes.split_at_mut(32);
    getrandom::fill(mask).expect("the operating system gives random bytes");
    for ((out, mask), secret) in masked.iter_mut().zip(mask.iter()).zip(secret) {
        *out = mask ^ secret;
    }
    BASE64URL_NOPAD.encode(&bytes)
}

/// Whether `token` was made from `secret`.
pub fn fits(token: &str, secret: &Secret) -> bool {
    let Ok(bytes) = BASE64URL_NOPAD.decode(token.as_bytes()) else { return false };
    let Some((mask, masked)) = bytes.split_at_checked(32).filter(|(_, masked)| masked.len() == 32) else {
        return false;
    };
    let unmasked: Vec<u8> = mask.iter().zip(masked).map(|(mask, masked)| mask ^ masked).collect();
    unmasked.ct_eq(secret).into()
}

/// What a request says about where it comes from.
#[derive(Clone, Copy, Debug, Default)]
pub struct Provenance<'a> {
    /// `Sec-Fetch-Site`
    pub fetch_site: Option<&'a str>,
    /// `Origin`
    pub origin: Option<&'a str>,
    /// `Host`
    pub host: Option<&'a str>,
}

/// Whether a form may come from there. Our `no-referrer` makes browsers send `Origin: null` with
/// our own forms, so `null` says nothing and the other two signs decide.
pub fn comes_from_us(provenance: Provenance<'_>) -> bool {
    let site_fits = matches!(provenance.fetch_site, None | Some("same-origin" | "none"));
    let origin_fits = match provenance.origin {
        None | Some("null") => true,
        Some(origin) => origin.split_once("://").is_some_and(|(_, authority)| Some(authority) == provenance.host),
    };
    site_fits && origin_fits
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_token_fits_its_secret_and_no_other(secret: [u8; 32], other: [u8; 32]) {
            let token = token(&secret);
            prop_assert!(fits(&token, &secret));
            prop_assert_eq!(fits(&token, &other), secret == other);
        }

        #[test]
        fn no_text_is_taken_by_accident(text in ".{0,200}", secret: [u8; 32]) {
            prop_assert!(!fits(&text, &secret));
        }
    }

    #[test]
    fn two_pages_share_no_token() {
        assert_ne!(token(&[7; 32]), token(&[7; 32]));
    }

    #[test]
    fn other_sites_are_known_by_what_the_browser_says() {
        let us = Provenance { host: Some("learn.example"), ..Default::default() };
        assert!(comes_from_us(us));
        assert!(comes_from_us(Provenance { origin: Some("https://learn.example"), ..us }));
        assert!(comes_from_us(Provenance { origin: Some("null"), fetch_site: Some("same-origin"), ..us }));
        assert!(!comes_from_us(Provenance { origin: Some("https://learn.example.evil"), ..us }));
        assert!(!comes_from_us(Provenance { origin: Some("https://evil"), ..us }));
        assert!(!comes_from_us(Provenance { fetch_site: Some("cross-site"), ..us }));
        assert!(!comes_from_us(Provenance { fetch_site: Some("same-site"), ..us }));
    }
}
