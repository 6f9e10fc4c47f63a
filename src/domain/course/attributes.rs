//! What stands in braces behind a block's name: `{#id key=value key="quoted value" flag}`.

use super::diagnostic::rule;

/// The attributes of one block, in the order they were written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attributes {
    pub id: Option<String>,
    entries: Vec<(String, Option<String>)>,
}

/// What is wrong with the text in braces, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub rule: &'static str,
    pub message: String,
    pub help: &'static str,
}

impl Attributes {
    /// The value of `key`, empty ones included.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.entries.iter().find(|(name, _)| name == key)?.1.as_deref()
    }

    /// Whether `key` stands there without a value.
    pub fn flag(&self, key: &str) -> bool {
        self.entries.iter().any(|(name, value)| name == key && value.is_none())
    }

    /// Every name, and whether it has a value.
    pub fn names(&self) -> impl Iterator<Item = (&str, bool)> {
        self.entries.iter().map(|(name, value)| (name.as_str(), value.is_some()))
    }

    /// Reads `text`, with its braces or empty.
    pub fn read(text: &str) -> Result<Self, Refusal> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(Self::default());
        }
        let inside = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).ok_or_else(|| {
            refuse(
                format!("`{text}` stands behind the block's name; attributes were expected in braces"),
                "write ::: name {#id key=value key=\"quoted value\"}",
            )
        })?;
        let mut attributes = Self::default();
        let mut rest = inside.trim_start();
        while !rest.is_empty() {
            rest = attributes.read_one(rest)?.trim_start();
        }
        Ok(attributes)
    }

    fn read_one<'a>(&mut self, text: &'a str) -> Result<&'a str, Refusal> {
        let end = text.find(|c: char| c.is_whitespace() || c == '=').unwrap_or(text.len());
        let (name, rest) = text.split_at(end);
        if let Some(id) = name.strip_prefix('#') {
            if self.id.replace(id.to_owned()).is_some() {
                return Err(refuse("a block has one id; two were found".into(), "keep one of them"));
            }
            return Ok(rest);
        }
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'-' | b'_')) {
            return Err(refuse(
                format!("`{name}` was found where a name of an attribute was expected"),
                "names are small letters; values with spaces stand in double quotes",
            ));
        }
        let (value, rest) = match rest.strip_prefix('=') {
            Some(rest) => read_value(rest).map(|(value, rest)| (Some(value), rest))?,
            None => (None, rest),
        };
        if self.entries.len() == MOST {
            return Err(refuse(format!("more than {MOST} attributes were found"), "no block knows that many"));
        }
        if self.entries.iter().any(|(known, _)| known == name) {
            return Err(refuse(format!("`{name}` stands twice"), "keep one of them"));
        }
        self.entries.push((name.to_owned(), value));
        Ok(rest)
    }
}

/// The most attributes of a block.
const MOST: usize = 32;

/// A value and what follows it.
fn read_value(text: &str) -> Result<(String, &str), Refusal> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(char::is_whitespace).unwrap_or(text.len());
        let (value, rest) = text.split_at(end);
        return Ok((value.to_owned(), rest));
    };
    let mut value = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Ok((value, quoted.get(at + 1..).unwrap_or_default())),
            '\\' => value.extend(chars.next().map(|(_, escaped)| escaped)),
            c => value.push(c),
        }
    }
    Err(refuse("a value in double quotes has no end".into(), "close the quotes; a quote inside is written \\\""))
}

fn refuse(message: String, help: &'static str) -> Refusal {
    Refusal { rule: rule::BAD_ATTRIBUTES, message, help }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_values_and_flags_are_told_apart() {
        let read = Attributes::read(r#" {#ds1-1-q1 kind=single title="He said: \"no\"" sure empty=""} "#).unwrap();
        assert_eq!(read.id.as_deref(), Some("ds1-1-q1"));
        assert_eq!(read.text("kind"), Some("single"));
        assert_eq!(read.text("title"), Some("He said: \"no\""));
        assert!(read.flag("sure") && !read.flag("kind"));
        assert_eq!(read.text("empty"), Some(""));
    }

    #[test]
    fn braces_may_stand_in_quotes() {
        assert_eq!(Attributes::read(r#"{alt="a } b"}"#).unwrap().text("alt"), Some("a } b"));
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        for wrong in ["#id", "{#a #b}", "{a=1 a=2}", "{\"x\"}", "{a=\"b}", "{=x}", "{Ä=1}", "{a", "}"] {
            assert!(Attributes::read(wrong).is_err(), "{wrong} was taken");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_answered(text in ".*") {
            let _ = Attributes::read(&text);
            let _ = Attributes::read(&format!("{{{text}}}"));
        }
    }
}
