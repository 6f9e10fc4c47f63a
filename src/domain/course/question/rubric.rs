//! `criterion` blocks: the lines of a rubric, for free responses and final tasks.

use std::collections::BTreeSet;

use crate::domain::course::block::list;
use crate::domain::course::diagnostic::rule;
use crate::domain::course::markdown::fragment::{self, Fragment};
use crate::domain::course::reader::Reader;
use crate::domain::course::scan::RawBlock;
use crate::domain::quiz::question::{Criterion, CriterionLevel};

/// Reads the criteria among `blocks`; their weights must add up to 100. `line` is the rubric's.
pub fn read<'r, 'a: 'r>(
    blocks: impl Iterator<Item = &'r RawBlock<'a>>,
    line: u32,
    reader: &mut Reader,
) -> Vec<Criterion> {
    let mut criteria = Vec::new();
    let mut weights = 0u32;
    let mut ids = BTreeSet::new();
    for block in blocks {
        weights += block.attributes.text("weight").and_then(|weight| weight.parse::<u8>().ok()).map_or(0, u32::from);
        let Some(criterion) = criterion(block, reader) else { continue };
        if !ids.insert(criterion.id.clone()) {
            reader.error(
                block.line,
                rule::DUPLICATE_ID,
                format!("two criteria of this rubric are called `{}`", criterion.id),
                "give one of them another id",
            );
        }
        criteria.push(criterion);
    }
    if weights != 100 {
        reader.error(
            line,
            rule::WEIGHTS,
            format!("the weights of this rubric add up to {weights}"),
            "let the weight=… of its criteria add up to 100",
        );
    }
    criteria
}

fn criterion(raw: &RawBlock, reader: &mut Reader) -> Option<Criterion> {
    reader.allow(raw, &["#", "weight", "required!", "title"]);
    let id = reader.id(raw);
    let title = reader.required_title(raw, "title");
    if raw.attributes.text("weight").is_none() {
        reader.missing_attribute(raw, "weight", "25");
    }
    let weight = reader.number(raw, "weight", 1..=100);
    let fragment = Fragment::parse(reader.only_text(raw)?);
    let levels = levels(raw, &fragment, reader);
    Some(Criterion {
        id: id?,
        title: title?,
        weight: u8::try_from(weight?).ok()?,
        is_required: raw.attributes.flag("required"),
        levels,
    })
}

fn levels(raw: &RawBlock, fragment: &Fragment, reader: &mut Reader) -> Vec<CriterionLevel> {
    let items = list::only_list(raw.name, fragment, reader);
    let levels: Vec<CriterionLevel> = items
        .iter()
        .filter_map(|item| {
            let text = reader.plain(&fragment::plain(item.label), item.line);
            let level = level(&text);
            if level.is_none() {
                reader.content(
                    item.line,
                    "this level cannot be read",
                    "write - 70% Meets: what work on this level shows",
                );
            }
            level
        })
        .collect();
    let rises = levels.windows(2).all(|pair| matches!(pair, [low, high] if low.share < high.share));
    if levels.len() < 2 || !rises {
        reader.content(
            raw.line,
            "a criterion has two or more levels that rise",
            "write them from low to high: - 0% … - 70% … - 100% …",
        );
    }
    levels
}

/// `70% Meets: specific, dated`; the label may be missing.
fn level(text: &str) -> Option<CriterionLevel> {
    let (share, rest) = text.split_once('%')?;
    let share = share.trim().parse::<u8>().ok().filter(|share| *share <= 100)?;
    let (label, descriptor) = rest.split_once(':').unwrap_or(("", rest));
    let (label, descriptor) = (label.trim().to_owned(), descriptor.trim().to_owned());
    (!descriptor.is_empty()).then_some(CriterionLevel { share, label, descriptor })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_share_label_and_descriptor() {
        let read = level("70% Meets: from when to when: dated").unwrap();
        assert_eq!(
            (read.share, read.label.as_str(), read.descriptor.as_str()),
            (70, "Meets", "from when to when: dated")
        );
        assert!(level("Meets").is_none() && level("170% x: y").is_none() && level("7% x:").is_none());
    }
}
