//! Facts are looked at again in time, and none is kept that nobody cites.

use super::Material;
use crate::domain::course::diagnostic::{Report, Spot, rule};
use crate::domain::course::read::facts::FILE;

pub fn check_overdue(material: &Material, report: &mut Report) {
    let Some(today) = material.today else { return };
    for fact in material.facts.facts.values().filter(|fact| fact.is_overdue(today)) {
        report.warning(
            &material.facts.spots.get(&fact.id).cloned().unwrap_or_else(|| Spot::file(FILE)),
            rule::OVERDUE_FACT,
            format!("the fact `{}` was to be looked at again by {}", fact.id, fact.review_by),
            "look it up at its source, then write today's day as checked and a later one as review_by",
        );
    }
}

pub fn check_unused(material: &Material, report: &mut Report) {
    for (id, spot) in material.facts.spots.iter().filter(|(id, _)| !material.found.facts.contains(*id)) {
        report.warning(
            spot,
            rule::UNUSED_FACT,
            format!("no text cites the fact `{id}`"),
            format!("write {{fact:{id}}} where it is told, or take it out"),
        );
    }
}
