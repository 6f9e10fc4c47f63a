//! From what a browser asks for to a language we have.

use super::Language;

/// The best offered language for an `Accept-Language` header; English when none fits.
///
/// Weights are read as RFC 9110 section 12.5.4 has them; a tag fits by its first part, so `id-ID`
/// is Indonesian.
pub fn negotiate(accept_language: &str) -> Language {
    let mut best = (Language::English, 0.0);
    for entry in accept_language.split(',').take(20) {
        let mut parts = entry.split(';');
        let tag = parts.next().unwrap_or_default().trim();
        let weight = parts.find_map(|part| part.trim().strip_prefix("q=")?.parse::<f32>().ok()).unwrap_or(1.0);
        let primary = tag.split('-').next().unwrap_or_default();
        // `in` is what old Java phones still call Indonesian.
        let primary = if primary.eq_ignore_ascii_case("in") { "id" } else { primary };
        let fitting = Language::OFFERED.into_iter().find(|language| language.tag().eq_ignore_ascii_case(primary));
        if let Some(language) = fitting
            && weight > best.1
        {
            best = (language, weight);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_language_we_have_wins() {
        for (header, expected) in [
            ("", Language::English),
            ("id", Language::Indonesian),
            ("id-ID,id;q=0.9,en;q=0.8", Language::Indonesian),
            ("my, en;q=0.5, id;q=0.7", Language::Indonesian),
            ("in-ID", Language::Indonesian),
            ("en;q=1, id;q=0.1", Language::English),
            (";;;q=,,\u{0}", Language::English),
            ("id;q=0", Language::English),
        ] {
            assert_eq!(negotiate(header), expected, "{header:?}");
        }
    }
}
