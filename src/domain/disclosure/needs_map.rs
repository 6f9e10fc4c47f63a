//! The needs map: for each competency how many people need how much, by organisation, cohort and role.

use std::collections::BTreeMap;

use crate::domain::competency::CompetencyCode;
use crate::domain::time::Day;

use super::audit::{Audit, Cell, Reader, Rule};
use super::layout::{self, Layout, People, Place, total};
use super::noise::NoiseKey;
use super::period::Quarter;
use super::suppress::suppress;
use super::{COLUMNS, Figure, Group, Refusal, Release, Row, RowKey, Scope, Table};

/// So many people of one place with one level of need. Comes from the store, and never leaves.
#[derive(Clone, PartialEq, Eq)]
pub struct Count {
    pub organisation: Group,
    pub cohort: Option<Group>,
    /// As in the instrument.
    pub role: Group,
    pub competency: CompetencyCode,
    /// The gap `G` in levels; 3 and more count alike.
    pub need: u8,
    pub people: u32,
}

/// Counts are not for printing.
impl std::fmt::Debug for Count {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Count(…)")
    }
}

/// Makes the needs map of a quarter from the assessments finished in it, each person once.
///
/// # Errors
///
/// [`Refusal`], while the quarter runs, or when there are too few people for any figure.
pub fn needs_map(
    counts: &[Count],
    scope: Scope,
    period: Quarter,
    today: Day,
    key: &NoiseKey,
) -> Result<Release, Refusal> {
    if !period.has_ended(today) {
        return Err(Refusal::StillRunning);
    }
    let tables: Vec<Table> = people(counts)
        .into_iter()
        .filter_map(|(competency, people)| table(competency, &people, &scope, period, key))
        .collect();
    if tables.is_empty() { Err(Refusal::TooFew) } else { Ok(Release::new(period, scope, tables)) }
}

fn people(counts: &[Count]) -> BTreeMap<CompetencyCode, People> {
    let mut found: BTreeMap<CompetencyCode, People> = BTreeMap::new();
    for count in counts {
        let place =
            Place { organisation: count.organisation.clone(), cohort: count.cohort.clone(), role: count.role.clone() };
        let cells = found.entry(count.competency).or_default().entry(place).or_default();
        let column = usize::from(count.need).min(COLUMNS - 1);
        cells[column] = cells[column].saturating_add(count.people);
    }
    found
}

fn table(competency: CompetencyCode, people: &People, scope: &Scope, period: Quarter, key: &NoiseKey) -> Option<Table> {
    let names = Names { period, competency, key };
    let (layout, outer) = outside(people, &names);
    match scope {
        Scope::Outside => outer.map(|audit| names.table(&layout, &audit, |_| true)),
        Scope::Inside(organisation) => inside(people, organisation, outer.as_ref(), &names),
    }
}

/// What everybody may see; `None` where there are too few people.
fn outside(people: &People, names: &Names) -> (Layout, Option<Audit>) {
    let threshold = Scope::Outside.threshold();
    let layout = layout::outside(people, threshold);
    let rule = |cell: &Cell| Rule {
        is_hidden: cell.row.is_none() || cell.count < threshold || cell.is_uniform,
        about: names.figure(cell),
        threshold,
        at_least: threshold,
        may_be_hidden: true,
        is_audited: true,
    };
    let mut audit = Audit::new(&layout, rule);
    let is_safe = total(&layout.everyone) >= threshold && suppress(&mut audit, Reader::Anybody).is_some();
    (layout, is_safe.then_some(audit))
}

/// What the managers of an organisation may see besides: checked together with what everybody sees.
fn inside(people: &People, organisation: &Group, outer: Option<&Audit>, names: &Names) -> Option<Table> {
    let outer_threshold = Scope::Outside.threshold();
    let threshold = Scope::Inside(organisation.clone()).threshold();
    let layout = layout::inside(people, organisation, (outer_threshold, threshold));
    let own_row = Some(RowKey::Organisation(organisation.clone()));
    let own_place = layout.blocks.iter().position(|block| block.key == own_row)?;
    if total(&layout.blocks[own_place].cells) < threshold {
        return None;
    }
    let rule = |cell: &Cell| {
        let is_public = outer.is_some_and(|outer| outer.is_shown(cell));
        let is_own = cell.owner == Some(own_place);
        let is_secret = cell.row.is_none() || cell.count < threshold || cell.is_uniform;
        Rule {
            is_hidden: !is_public && (is_secret || !is_own),
            about: names.figure(cell),
            threshold: if is_own { threshold } else { outer_threshold },
            at_least: if is_public { outer_threshold } else { threshold },
            may_be_hidden: !is_public,
            is_audited: !cell.is_remainder,
        }
    };
    let mut audit = Audit::new(&layout, rule);
    suppress(&mut audit, Reader::Managers)?;
    let is_own = |row: &RowKey| match row {
        RowKey::Organisation(group) | RowKey::Cohort { organisation: group, .. } => group == organisation,
        RowKey::Everyone | RowKey::Role(_) => false,
    };
    Some(names.table(&layout, &audit, is_own))
}

/// The rows that have a name, with their size; the widest first.
fn sizes(layout: &Layout) -> Vec<(RowKey, u32)> {
    let blocks = layout.blocks.iter().flat_map(|block| std::iter::once(block).chain(&block.children));
    let named = blocks.chain(&layout.roles).filter_map(|block| Some((block.key.clone()?, total(&block.cells))));
    std::iter::once((RowKey::Everyone, total(&layout.everyone))).chain(named).collect()
}

/// What names a figure for its shift: the same people have the same shift whoever looks.
struct Names<'a> {
    period: Quarter,
    competency: CompetencyCode,
    key: &'a NoiseKey,
}

impl Names<'_> {
    fn table(&self, layout: &Layout, audit: &Audit, is_wanted: impl Fn(&RowKey) -> bool) -> Table {
        let sizes = sizes(layout).into_iter().filter(|(group, _)| is_wanted(group));
        let row = |(group, people): (RowKey, u32)| {
            let mut figures = [Figure::Hidden; COLUMNS];
            let shown = audit.entries.iter().filter(|entry| !entry.rule.is_hidden);
            for entry in shown.filter(|entry| entry.cell.row.as_ref() == Some(&group)) {
                figures[entry.cell.column] = Figure::About(entry.rule.about);
            }
            Row { people: self.about(&group, None, people), group, figures }
        };
        Table { competency: self.competency, rows: sizes.map(row).collect() }
    }

    fn figure(&self, cell: &Cell) -> u32 {
        cell.row.as_ref().map_or(0, |row| self.about(row, Some(cell.column), cell.count))
    }

    /// `column`: `None` for the size of the group, which is the same for all competencies of an area.
    fn about(&self, row: &RowKey, column: Option<usize>, count: u32) -> u32 {
        let period = self.period.to_string();
        let column = column.map(|column| column.to_string());
        let figure = match &column {
            Some(column) => [self.competency.as_str(), column.as_str()],
            None => [self.competency.area(), "people"],
        };
        let group: [&str; 3] = match row {
            RowKey::Everyone => ["everyone", "", ""],
            RowKey::Organisation(organisation) => ["organisation", &organisation.0, ""],
            RowKey::Cohort { organisation, cohort } => ["cohort", &organisation.0, &cohort.0],
            RowKey::Role(role) => ["role", &role.0, ""],
        };
        let parts: Vec<&str> = [period.as_str()].into_iter().chain(figure).chain(group).collect();
        self.key.about(&parts, count)
    }
}
