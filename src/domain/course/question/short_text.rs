//! `short-text`: a few words, typed.

use super::{Answers, explanation, prompt, text_of, variants, wrong};
use crate::domain::course::block::list;
use crate::domain::course::reader::Reader;
use crate::domain::course::scan::RawBlock;
use crate::domain::quiz::question::{Body, ShortText, Variant};

pub fn read(raw: &RawBlock, reader: &mut Reader) -> Option<Answers> {
    let fragment = text_of(raw, reader)?;
    let parts = list::parts(&fragment, reader);
    let prompt = prompt(raw, &fragment, &parts, reader);
    let (written, otherwise) = variants::read(raw, &fragment, &parts, reader);
    let explanation = explanation(&fragment, &parts, reader);
    let mut variants = Vec::with_capacity(written.len());
    for variant in written {
        if variant.text.is_empty() {
            wrong(
                variant.line,
                "this answer is empty",
                "write the words that are accepted behind the brackets",
                reader,
            );
        }
        variants.push(Variant { text: variant.text, is_key: variant.is_key, feedback: variant.feedback });
    }
    Some(Answers { prompt, explanation, body: Body::ShortText(ShortText { variants, otherwise }) })
}
