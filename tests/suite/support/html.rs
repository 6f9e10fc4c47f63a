//! Reading pages the way browsers do, as far as tests need it.

use std::cell::RefCell;

use html5ever::buffer_queue::BufferQueue;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

/// A start tag with its attributes, decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    pub name: String,
    pub attributes: Vec<(String, String)>,
}

impl Tag {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// A piece of text and the elements around it, the outermost first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    pub within: Vec<Tag>,
    pub text: String,
}

#[derive(Default)]
struct Sink {
    tags: RefCell<Vec<Tag>>,
    text: RefCell<String>,
    open: RefCell<Vec<Tag>>,
    pieces: RefCell<Vec<Piece>>,
}

/// Elements that hold nothing and are never closed.
const EMPTY: [&str; 9] = ["area", "br", "hr", "img", "input", "link", "meta", "source", "track"];

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        match token {
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => {
                let name = tag.name.to_string();
                let attribute =
                    |attribute: &html5ever::Attribute| (attribute.name.local.to_string(), attribute.value.to_string());
                let found = Tag { name: name.clone(), attributes: tag.attrs.iter().map(attribute).collect() };
                if !EMPTY.contains(&name.as_str()) {
                    self.open.borrow_mut().push(found.clone());
                }
                self.tags.borrow_mut().push(found);
                match name.as_str() {
                    "textarea" | "title" => return TokenSinkResult::RawData(RawKind::Rcdata),
                    "script" => return TokenSinkResult::RawData(RawKind::ScriptData),
                    "style" => return TokenSinkResult::RawData(RawKind::Rawtext),
                    _ => {}
                }
            }
            Token::TagToken(tag) => {
                let mut open = self.open.borrow_mut();
                if let Some(at) = open.iter().rposition(|opened| *opened.name == *tag.name) {
                    open.truncate(at);
                }
            }
            Token::CharacterTokens(text) => {
                self.text.borrow_mut().push_str(&text);
                let within = self.open.borrow().clone();
                self.pieces.borrow_mut().push(Piece { within, text: text.to_string() });
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

fn tokenized(html: &str) -> Sink {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(html));
    let tokenizer = Tokenizer::new(Sink::default(), TokenizerOpts::default());
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink
}

/// All start tags, in order.
pub fn tags(html: &str) -> Vec<Tag> {
    tokenized(html).tags.into_inner()
}

/// All text, decoded, without tags.
pub fn text(html: &str) -> String {
    tokenized(html).text.into_inner()
}

/// All pieces of text, each with what it stands in.
pub fn pieces(html: &str) -> Vec<Piece> {
    tokenized(html).pieces.into_inner()
}

/// The value of the first field with this name.
pub fn field(html: &str, name: &str) -> Option<String> {
    let tag = tags(html).into_iter().find(|tag| tag.name == "input" && tag.get("name") == Some(name))?;
    Some(tag.get("value").unwrap_or_default().to_owned())
}

/// The addresses of all links.
pub fn links(html: &str) -> Vec<String> {
    tags(html).iter().filter(|tag| tag.name == "a").filter_map(|tag| tag.get("href").map(str::to_owned)).collect()
}

/// Where forms are posted.
pub fn posted_to(html: &str) -> Vec<String> {
    let forms = tags(html).into_iter().filter(|tag| tag.name == "form" && tag.get("method") == Some("post"));
    forms.filter_map(|tag| tag.get("action").map(str::to_owned)).collect()
}
