//! Where to go afterwards, as a page asks for it: one of our own addresses or nothing (SAFETY 25).

use rocket::http::uri::Origin;

/// An address of ours that answers to GET.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Next(String);

/// `text` as the value of a query field.
pub fn encoded(text: &str) -> String {
    const KEPT: &[u8] = b"-._~/";
    let mut encoded = String::with_capacity(text.len() + 16);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || KEPT.contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// First parts of our addresses to which one can come back.
const PLACES: [&str; 18] = [
    "",
    "home",
    "about",
    "emergency",
    "sign-in",
    "sign-up",
    "recovery",
    "courses",
    "learn",
    "attempts",
    "needs",
    "pathway",
    "certificates",
    "account",
    "teach",
    "manage",
    "admin",
    "verify",
];

impl Next {
    /// `text` if it is one of our places, the home page otherwise.
    pub fn read(text: &str) -> Self {
        let home = || Self("/home".to_owned());
        // Browsers read a backslash as a slash and drop tabs and line ends inside addresses.
        if text.contains('\\') || text.chars().any(char::is_control) || text.len() > 2000 {
            return home();
        }
        match Origin::parse(text) {
            Ok(origin) if is_ours(&origin) => Self(origin.to_string()),
            Ok(_) | Err(_) => home(),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn into_address(self) -> String {
        self.0
    }
}

fn is_ours(origin: &Origin<'_>) -> bool {
    let path = origin.path().as_str();
    let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    !path.starts_with("//") && !path.contains("//") && PLACES.contains(&first)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn our_places_are_kept() {
        for place in
            ["/", "/home", "/emergency", "/about?lang=id", "/learn/0192/2-1", "/courses?area=un", "/attempts/0192/3"]
        {
            assert_eq!(Next::read(place).as_str(), place);
        }
    }

    #[test]
    fn everything_else_leads_home() {
        for trick in [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/home\n//evil",
            "javascript:alert(1)",
            "/leave",
            "/home//evil.example",
            "home",
            "/%2f/evil",
            "/sign-out",
            "///evil",
            "/\t/evil.example",
            "\\\\evil",
            "/.evil",
        ] {
            assert_eq!(Next::read(trick).as_str(), "/home", "{trick:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_leads_away(text in ".{0,60}") {
            let next = Next::read(&text).into_address();
            prop_assert!(next.starts_with('/') && !next.starts_with("//") && !next.contains('\\'));
        }
    }
}
