//! `numeric`: a number, typed.

use super::{Answers, explanation, prompt, text_of, variants, wrong};
use crate::domain::course::block::list;
use crate::domain::course::reader::Reader;
use crate::domain::course::scan::RawBlock;
use crate::domain::quiz::question::{Body, Numeric, NumericVariant};

pub fn read(raw: &RawBlock, reader: &mut Reader) -> Option<Answers> {
    let tolerance = tolerance(raw, reader);
    let unit = reader.title(raw, "unit");
    let fragment = text_of(raw, reader)?;
    let parts = list::parts(&fragment, reader);
    let prompt = prompt(raw, &fragment, &parts, reader);
    let (written, otherwise) = variants::read(raw, &fragment, &parts, reader);
    let explanation = explanation(&fragment, &parts, reader);
    let mut variants = Vec::with_capacity(written.len());
    for variant in written {
        match number(&variant.text) {
            Some(value) => variants.push(NumericVariant { value, is_key: variant.is_key, feedback: variant.feedback }),
            None => wrong(
                variant.line,
                format!("`{}` is not a number", variant.text),
                "write digits, with a point for decimals and nothing else: 5630 or 0.5; the unit stands in unit=\"…\"",
                reader,
            ),
        }
    }
    Some(Answers { prompt, explanation, body: Body::Numeric(Numeric { unit, tolerance, variants, otherwise }) })
}

fn tolerance(raw: &RawBlock, reader: &mut Reader) -> f64 {
    let Some(text) = raw.attributes.text("tolerance") else { return 0.0 };
    let tolerance = number(text).filter(|tolerance| *tolerance >= 0.0);
    if tolerance.is_none() {
        reader.bad_attribute(raw, "tolerance", "a number that is not negative, such as 0 or 0.5");
    }
    tolerance.unwrap_or(0.0)
}

fn number(text: &str) -> Option<f64> {
    let is_plain = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-'));
    text.parse::<f64>().ok().filter(|number| is_plain && number.is_finite())
}
