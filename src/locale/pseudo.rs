//! The pseudo-language: readable English that is a third longer and shows what was not translated.

/// `Sign in` → `⟦Sîgn în··⟧`; gaps in braces are left alone.
pub fn stretch(text: &str) -> String {
    let mut stretched = String::from("⟦");
    let mut in_gap = false;
    for letter in text.chars() {
        match letter {
            '{' => in_gap = true,
            '}' => in_gap = false,
            _ => {}
        }
        stretched.push(if in_gap { letter } else { accented(letter) });
    }
    stretched.extend(std::iter::repeat_n('·', text.chars().count().div_ceil(3)));
    stretched.push('⟧');
    stretched
}

fn accented(letter: char) -> char {
    match letter {
        'a' => 'à',
        'e' => 'é',
        'i' => 'î',
        'o' => 'ö',
        'u' => 'û',
        _ => letter,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gaps_survive() {
        assert_eq!(super::stretch("{name} in"), "⟦{name} în···⟧");
    }
}
