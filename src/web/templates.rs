//! The templates, one registry per language.
//!
//! `{{t "key"}}` without arguments is replaced by its words when a registry is made: a page then
//! costs no look-ups, and a missing key stops the start. Templates are embedded in release builds
//! and read from disk in development, where a changed file shows on the next request.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::SystemTime;

use arc_swap::ArcSwap;
use handlebars::Handlebars;
use rust_embed::RustEmbed;
use serde::Serialize;

use super::helpers;
use crate::locale::{Language, Words};

#[derive(RustEmbed)]
#[folder = "templates"]
#[include = "*.html.hbs"]
struct Files;

/// Why the templates cannot be used. Found at start, never by a visitor.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    #[error("the template {name} does not parse: {source}")]
    Syntax { name: String, source: Box<handlebars::TemplateError> },
    #[error("the template {name} asks for the words {key:?}, which {language} lacks")]
    UnknownWords { name: String, key: String, language: &'static str },
    #[error("the template {0} is not UTF-8")]
    Encoding(String),
}

/// All templates in all languages.
pub struct Templates {
    current: ArcSwap<Loaded>,
}

struct Loaded {
    registries: HashMap<Language, Handlebars<'static>>,
    newest: Option<SystemTime>,
}

impl Templates {
    pub fn load() -> Result<Self, TemplateError> {
        Ok(Self { current: ArcSwap::from_pointee(Loaded::read()?) })
    }

    /// Renders `name` (`attempts/show`) with `data`. Strict: a name the data lacks is an error.
    pub fn render(
        &self,
        language: Language,
        name: &str,
        data: &impl Serialize,
    ) -> Result<String, handlebars::RenderError> {
        if cfg!(debug_assertions) {
            self.reload_if_changed();
        }
        self.current.load().registries[&language].render(name, data)
    }

    /// When a template was last changed; `None` in a release, where none ever is.
    pub fn changed(&self) -> Option<SystemTime> {
        self.current.load().newest
    }

    /// The names of all pages and partials.
    pub fn names() -> impl Iterator<Item = String> {
        Files::iter().map(|path| path.trim_end_matches(".html.hbs").to_owned())
    }

    fn reload_if_changed(&self) {
        if newest() == self.current.load().newest {
            return;
        }
        match Loaded::read() {
            Ok(loaded) => self.current.store(Arc::new(loaded)),
            Err(error) => tracing::error!("templates keep their last good state: {error}"),
        }
    }
}

fn newest() -> Option<SystemTime> {
    if !cfg!(debug_assertions) {
        return None;
    }
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    Files::iter().filter_map(|path| folder.join(path.as_ref()).metadata().ok()?.modified().ok()).max()
}

impl Loaded {
    fn read() -> Result<Self, TemplateError> {
        let newest = newest();
        let registries = Language::ALL
            .into_iter()
            .map(|language| Ok((language, registry(language)?)))
            .collect::<Result<_, TemplateError>>()?;
        Ok(Self { registries, newest })
    }
}

fn registry(language: Language) -> Result<Handlebars<'static>, TemplateError> {
    let mut registry = Handlebars::new();
    registry.set_strict_mode(true);
    registry.set_prevent_indent(true);
    helpers::register(&mut registry, language);
    for path in Files::iter() {
        let name = path.trim_end_matches(".html.hbs").to_owned();
        let file = Files::get(&path).map(|file| file.data).unwrap_or(Cow::Borrowed(&[]));
        let source = std::str::from_utf8(&file).map_err(|_| TemplateError::Encoding(name.clone()))?;
        let baked = bake(source, language.words(), &name)?;
        registry
            .register_template_string(&name, tighten(&baked))
            .map_err(|source| TemplateError::Syntax { name, source: Box::new(source) })?;
    }
    Ok(registry)
}

/// Puts the words of `{{t "key"}}` into the source, escaped for text and attributes.
fn bake(source: &str, words: &Words, name: &str) -> Result<String, TemplateError> {
    let mut baked = String::with_capacity(source.len());
    let mut rest = source;
    while let Some((before, after)) = rest.split_once("{{t \"") {
        baked.push_str(before);
        let (key, behind) = after.split_once('"').unwrap_or((after, ""));
        if !words.has(key) {
            let (name, key) = (name.to_owned(), key.to_owned());
            return Err(TemplateError::UnknownWords { name, key, language: words.language.tag() });
        }
        match behind.strip_prefix("}}") {
            Some(behind) => {
                baked.push_str(&handlebars::html_escape(&words.get(key)));
                rest = behind;
            }
            None => {
                baked.push_str("{{t \"");
                rest = after;
            }
        }
    }
    baked.push_str(rest);
    Ok(baked)
}

/// Drops indentation and empty lines: they cost bytes on a 2G link and mean nothing in our HTML,
/// where `<pre>` and `<textarea>` never span lines of a template.
fn tighten(source: &str) -> String {
    let mut tight = String::with_capacity(source.len());
    for line in source.lines().map(str::trim).filter(|line| !line.is_empty()) {
        tight.push_str(line);
        tight.push('\n');
    }
    tight
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_templates_parse_in_all_languages() {
        Loaded::read().map_err(|error| error.to_string()).map(drop).unwrap();
    }

    #[test]
    fn words_are_baked_in_escaped() {
        let words = Language::English.words();
        assert_eq!(bake("<p>{{t \"unit.megabytes\"}}</p>", words, "x").unwrap(), "<p>count MB</p>");
        assert_eq!(bake("{{t \"unit.megabytes\" count=2}}", words, "x").unwrap(), "{{t \"unit.megabytes\" count=2}}");
        assert!(bake("{{t \"no.such\"}}", words, "x").is_err());
    }

    /// What SAFETY 14 and 18 forbid in a template, found in this one.
    fn faults(source: &str) -> Vec<String> {
        let mut faults = Vec::new();
        if source.contains("{{{") || source.contains("{{&") {
            faults.push("it prints raw".to_owned());
        }
        let source = masked(source);
        for tag in source.split('<').skip(1) {
            let (tag, inside) = tag.split_once('>').unwrap_or((tag, ""));
            let name = tag.split_whitespace().next().unwrap_or_default();
            if matches!(name, "script" | "style") && inside.trim() != "" {
                faults.push(format!("<{name}> is not empty: {inside}"));
            }
            faults.extend(attributes(tag).filter_map(attribute_fault));
        }
        faults
    }

    /// The source with `§` for every expression: what it holds is no attribute.
    fn masked(source: &str) -> String {
        let mut pieces = source.split("{{");
        let mut masked = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            masked.push('§');
            masked.push_str(piece.split_once("}}").map_or("", |(_, rest)| rest));
        }
        masked
    }

    /// The attributes of a tag, each with how its value begins.
    fn attributes(tag: &str) -> impl Iterator<Item = (&str, Option<char>)> {
        // Every second piece stands between quotes.
        tag.split('"').step_by(2).flat_map(|outside| {
            outside.match_indices('=').map(|(at, _)| {
                let name = outside[..at].rsplit([' ', '§', '\n']).next().unwrap_or_default();
                (name, outside[at + 1..].chars().next())
            })
        })
    }

    fn attribute_fault((name, begins): (&str, Option<char>)) -> Option<String> {
        match name {
            _ if begins.is_some() => Some(format!("the value of {name} is not quoted")),
            "style" => Some("it has a style of its own".to_owned()),
            name if name.starts_with("on") => Some(format!("{name} is script")),
            _ => None,
        }
    }

    #[test]
    fn nothing_raw_is_printed_nothing_is_unquoted_and_nothing_is_script() {
        for path in Files::iter() {
            let file = Files::get(&path).unwrap().data;
            let found = faults(std::str::from_utf8(&file).unwrap());
            assert!(found.is_empty(), "{path}: {found:?}");
        }
    }

    #[test]
    fn each_fault_of_a_template_is_noticed() {
        for source in [
            "<p>{{{name}}}</p>",
            "<p>{{& name}}</p>",
            "<a href={{url}}>x</a>",
            "<a class=\"a\" href={{url}}>x</a>",
            "<input type=text>",
            "<p{{#if wide}} class={{width}}{{/if}}>x</p>",
            "<script>let a = \"{{name}}\";</script>",
            "<style>\n.{{name}} { color: red }</style>",
            "<p onclick=\"{{act}}\">x</p>",
            "<p\nonload=\"x\">x</p>",
            "<p style=\"color: {{colour}}\">x</p>",
        ] {
            assert_eq!(faults(source).len(), 1, "{source}: {:?}", faults(source));
        }
        for source in [
            "<a class=\"on-{{a}}\" href=\"/x?a=1&b={{b}}\"{{#if c}} download{{/if}}>a = {{b}}</a>",
            "{{> shared/_field name=\"a\" label=(t \"b\") is_plain=true}}",
            "<script type=\"module\" src=\"{{url}}\"></script>",
        ] {
            assert_eq!(faults(source), Vec::<String>::new(), "{source}");
        }
    }
}
