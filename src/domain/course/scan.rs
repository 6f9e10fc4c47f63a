//! Cuts a file into front matter, text and `:::` blocks, line by line. What the blocks mean is read
//! elsewhere; nothing here can fail on any text, it only reports.

use std::sync::Arc;

use super::attributes::Attributes;
use super::diagnostic::{Report, Spot, rule};

/// How deep blocks may stand in each other. Real courses need three.
const MAX_DEPTH: usize = 8;

/// A file in pieces.
#[derive(Debug)]
pub struct Document<'a> {
    pub file: Arc<str>,
    /// The TOML between the two lines `+++`.
    pub front: Chunk<'a>,
    /// Whether there are such lines.
    pub has_front: bool,
    pub nodes: Vec<Node<'a>>,
}

#[derive(Debug)]
pub enum Node<'a> {
    Text(Chunk<'a>),
    Block(RawBlock<'a>),
}

/// Whole lines of a file. `line` is the number of the first of them, from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Chunk<'a> {
    pub line: u32,
    pub text: &'a str,
}

/// A block before its name and attributes are understood.
#[derive(Debug)]
pub struct RawBlock<'a> {
    pub line: u32,
    pub name: &'a str,
    pub attributes: Attributes,
    pub nodes: Vec<Node<'a>>,
}

impl<'a> RawBlock<'a> {
    /// The texts that stand directly in the block.
    pub fn texts(&self) -> impl Iterator<Item = Chunk<'a>> {
        self.nodes.iter().filter_map(|node| match node {
            Node::Text(chunk) => Some(*chunk),
            Node::Block(_) => None,
        })
    }

    /// The blocks that stand directly in the block.
    pub fn blocks(&self) -> impl Iterator<Item = &RawBlock<'a>> {
        self.nodes.iter().filter_map(|node| match node {
            Node::Text(_) => None,
            Node::Block(block) => Some(block),
        })
    }
}

/// Reads a Markdown file. `text` has LF line ends.
pub fn document<'a>(file: &str, text: &'a str, report: &mut Report) -> Document<'a> {
    let file: Arc<str> = file.into();
    let split = split_front_matter(text);
    let has_front = split.is_ok();
    let (front, body) = split.unwrap_or_else(|message| {
        let help = "begin the file with a line +++, then the fields, then another line +++";
        report.error(&Spot::line(&file, 1), rule::FRONT_MATTER, message, help);
        (Chunk { line: 1, text: "" }, Chunk { line: 1, text })
    });
    let nodes = Scanner::new(&file, body, report).run();
    Document { file, front, has_front, nodes }
}

fn split_front_matter(text: &str) -> Result<(Chunk<'_>, Chunk<'_>), &'static str> {
    let rest = text.strip_prefix("+++\n").ok_or("the file does not begin with a line +++")?;
    let mut at = 0;
    for (number, line) in (2..).zip(rest.split_inclusive('\n')) {
        if line.trim_end() == "+++" {
            let (front, body) = rest.split_at(at);
            let body = body.get(line.len()..).unwrap_or_default();
            return Ok((Chunk { line: 2, text: front }, Chunk { line: number + 1, text: body }));
        }
        at += line.len();
    }
    Err("the front matter has no second line +++")
}

struct Scanner<'a, 'r> {
    file: &'r Arc<str>,
    body: Chunk<'a>,
    report: &'r mut Report,
    /// Blocks that are open, outermost first.
    open: Vec<RawBlock<'a>>,
    nodes: Vec<Node<'a>>,
    /// How many blocks are open beyond [`MAX_DEPTH`]; what stands in them is skipped.
    skipped: usize,
    /// First line and offset of text not yet put away.
    text_from: Option<(u32, usize)>,
    fence: Option<Fence>,
}

struct Fence {
    line: u32,
    mark: u8,
    length: usize,
}

impl<'a, 'r> Scanner<'a, 'r> {
    fn new(file: &'r Arc<str>, body: Chunk<'a>, report: &'r mut Report) -> Self {
        Self { file, body, report, open: Vec::new(), nodes: Vec::new(), skipped: 0, text_from: None, fence: None }
    }

    fn run(mut self) -> Vec<Node<'a>> {
        let mut at = 0;
        for (number, line) in (self.body.line..).zip(self.body.text.split_inclusive('\n')) {
            self.line(number, at, line);
            at += line.len();
        }
        self.put_text_away(at);
        self.finish()
    }

    fn line(&mut self, number: u32, at: usize, line: &'a str) {
        if self.fenced(number, line) {
            self.text_from.get_or_insert((number, at));
            return;
        }
        match directive(line) {
            None => {
                self.text_from.get_or_insert((number, at));
            }
            Some("") => {
                self.put_text_away(at);
                self.close(number);
            }
            Some(rest) => {
                self.put_text_away(at);
                self.begin(number, rest);
            }
        }
    }

    /// Whether the line belongs to a code fence, where nothing is read as a block.
    fn fenced(&mut self, number: u32, line: &str) -> bool {
        let line = line.trim();
        let mark = line.bytes().next().filter(|mark| matches!(mark, b'`' | b'~'));
        let length = mark.map_or(0, |mark| line.bytes().take_while(|byte| *byte == mark).count());
        match &self.fence {
            Some(fence) => {
                if mark == Some(fence.mark) && length >= fence.length && length == line.len() {
                    self.fence = None;
                }
                true
            }
            None => {
                let rest = line.get(length..).unwrap_or_default();
                let Some(mark) = mark.filter(|mark| length >= 3 && !(*mark == b'`' && rest.contains('`'))) else {
                    return false;
                };
                self.fence = Some(Fence { line: number, mark, length });
                true
            }
        }
    }

    fn put_text_away(&mut self, until: usize) {
        let Some((line, from)) = self.text_from.take() else { return };
        let text = self.body.text.get(from..until).unwrap_or_default();
        if self.skipped == 0 && !text.trim().is_empty() {
            self.put(Node::Text(Chunk { line, text }));
        }
    }

    fn put(&mut self, node: Node<'a>) {
        match self.open.last_mut() {
            Some(block) => block.nodes.push(node),
            None => self.nodes.push(node),
        }
    }

    fn begin(&mut self, line: u32, rest: &'a str) {
        if self.open.len() == MAX_DEPTH {
            if self.skipped == 0 {
                self.report.error(
                    &Spot::line(self.file, line),
                    rule::TOO_DEEP,
                    format!("more than {MAX_DEPTH} blocks stand in each other here"),
                    "close the outer blocks first, each with a line :::",
                );
            }
            self.skipped += 1;
            return;
        }
        let end = rest.find(|c: char| c.is_whitespace() || c == '{').unwrap_or(rest.len());
        let (name, attributes) = rest.split_at(end);
        let attributes = Attributes::read(attributes).unwrap_or_else(|refusal| {
            self.report.error(&Spot::line(self.file, line), refusal.rule, refusal.message, refusal.help);
            Attributes::default()
        });
        self.open.push(RawBlock { line, name, attributes, nodes: Vec::new() });
    }

    fn close(&mut self, line: u32) {
        if self.skipped > 0 {
            self.skipped -= 1;
        } else if let Some(block) = self.open.pop() {
            self.put(Node::Block(block));
        } else {
            self.report.error(
                &Spot::line(self.file, line),
                rule::STRAY_CLOSE,
                "this ::: closes nothing: no block is open here",
                "take the line out, or look above for a block that was closed too early",
            );
        }
    }

    fn finish(mut self) -> Vec<Node<'a>> {
        if let Some(fence) = &self.fence {
            self.report.error(
                &Spot::line(self.file, fence.line),
                rule::UNCLOSED_FENCE,
                "this code fence has no end",
                "close it with a line of the same marks",
            );
        }
        while let Some(block) = self.open.pop() {
            self.report.error(
                &Spot::line(self.file, block.line),
                rule::UNCLOSED_BLOCK,
                format!("the block `{}` has no end", block.name),
                "close it with a line of its own: :::",
            );
            self.put(Node::Block(block));
        }
        self.nodes
    }
}

/// What stands behind three or more colons at the beginning of a line; `None`: an ordinary line.
fn directive(line: &str) -> Option<&str> {
    let trimmed = line.trim_start_matches(' ');
    if line.len() - trimmed.len() > 3 || !trimmed.starts_with(":::") {
        return None;
    }
    Some(trimmed.trim_start_matches(':').trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(text: &str) -> (String, Vec<&'static str>) {
        let mut report = Report::default();
        let shape = shape(&document("a.md", text, &mut report).nodes);
        (shape, report.into_sorted().iter().map(|diagnostic| diagnostic.rule).collect())
    }

    fn shape(nodes: &[Node]) -> String {
        let pieces: Vec<String> = nodes
            .iter()
            .map(|node| match node {
                Node::Text(chunk) => format!("{}:{}", chunk.line, chunk.text.trim().replace('\n', "/")),
                Node::Block(block) => format!("{}:{}({})", block.line, block.name, shape(&block.nodes)),
            })
            .collect();
        pieces.join(" ")
    }

    #[test]
    fn blocks_nest_and_keep_their_lines() {
        let (shape, rules) =
            scan("+++\na = 1\n+++\none\n::: note {title=\"x\"}\ntwo\n\n::: steps\n1. a\n:::\n:::\nthree\n");
        assert_eq!(shape, "4:one 5:note(6:two 8:steps(9:1. a)) 12:three");
        assert!(rules.is_empty());
    }

    #[test]
    fn nothing_is_a_block_inside_a_code_fence() {
        let (shape, rules) = scan("+++\n+++\n```\n::: note\n:::\n```\n~~~~ x\n:::\n~~~\n~~~~\n");
        assert_eq!(shape, "3:```/::: note/:::/```/~~~~ x/:::/~~~/~~~~");
        assert!(rules.is_empty());
    }

    #[test]
    fn what_is_left_open_is_named() {
        assert_eq!(scan("+++\n+++\n::: note\nx\n").1, ["unclosed-block"]);
        assert_eq!(scan("+++\n+++\n:::\n").1, ["stray-close"]);
        assert_eq!(scan("+++\n+++\n```\n").1, ["unclosed-fence"]);
        assert_eq!(scan("+++\nx\n").1, ["front-matter"]);
        assert_eq!(scan("x\n").1, ["front-matter"]);
    }

    #[test]
    fn deep_nesting_is_refused_once() {
        let deep = format!("+++\n+++\n{}{}after\n", "::: note\n".repeat(100_000), ":::\n".repeat(100_000));
        let (shape, rules) = scan(&deep);
        assert_eq!(rules, ["too-deep"]);
        assert!(shape.ends_with("after"));
    }
}
