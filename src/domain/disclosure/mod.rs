//! The gate through which figures about people leave. Nothing but a [`Release`] leaves, and only
//! this module makes one.
//!
//! What it does, and against what:
//!
//! | Measure | Against |
//! | --- | --- |
//! | counts under 10 are hidden (5 inside an organisation) | small groups being seen |
//! | groups under the limit are counted together with a larger one | being worked out from totals |
//! | counts are rounded to 5 after a keyed shift of −2 to 2 | exact differences between tables |
//! | the shift of a figure is fixed for its period | averaging it away by asking again |
//! | rows where all are alike are hidden (0 % and 100 %) | learning something of everybody in them |
//! | further figures are hidden until each hidden one could be 0 and could be 5 | subtraction |
//! | only ended quarters, of assessments made in them, released once | comparing dates |
//! | averages and shares are made from released figures | leaking through them |
//!
//! **What holds.** Whoever sees all tables of all quarters, and knows besides the exact size of every
//! group in them, can narrow no hidden figure to fewer than six values, and can show of no figure under the
//! limit that it is not 0. The same holds for a member of one shown organisation who knows all about it,
//! concerning the others, and for managers who see their own figures ([`Scope::Inside`]) beside everybody's.
//! It is checked for each table before it is released (`audit`), and attacked by linear programming in the
//! tests (`attack`).
//!
//! **What does not.** Several organisations that put their knowledge together; a member of an
//! organisation that was counted together with a small one; what people tell each other.
//! One measure (what the four columns are) may be released for a quarter, and one only: two measures of
//! the same people could be compared. What a course changed ([`change()`]) is of other answers: scores of
//! its two tests, as rounded means of whole groups and nothing finer.

mod audit;
mod change;
mod layout;
mod needs_map;
mod network;
mod noise;
mod period;
mod sizes;
mod suppress;

#[cfg(test)]
mod attack;

use serde::{Deserialize, Serialize};

use crate::domain::competency::CompetencyCode;
use crate::domain::needs::framework::AreaCode;

pub use change::{Change, Tested, change};
pub use needs_map::{Count, needs_map};
pub use noise::NoiseKey;
pub use period::{NotAQuarter, Quarter};
pub use sizes::{Members, Sizes, sizes};

/// How many columns a table has: needs of 0, 1, 2, and 3 or more levels.
pub const COLUMNS: usize = 4;

/// The width that the range of a hidden figure keeps: from 0 to 5, six values.
pub const WIDTH: u32 = 5;

/// Names a group of people: an organisation, a cohort or a role, by an id and never by a name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Group(pub String);

/// Who will see the figures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// Network, donors, public.
    Outside,
    /// The managers of one organisation, about it.
    Inside(Group),
}

/// Why the gate stays shut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the period has not ended yet")]
    StillRunning,
    #[error("too few people to show anything")]
    TooFew,
    #[error("all are alike, so a figure of the group would tell of each")]
    AllAlike,
}

/// Figures that may leave. The fields are private and there is no other way to make one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release(Body);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Body {
    period: Quarter,
    scope: Scope,
    tables: Vec<Table>,
}

/// The figures of one competency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    competency: CompetencyCode,
    rows: Vec<Row>,
}

/// One group of people in a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    group: RowKey,
    people: u32,
    figures: [Figure; COLUMNS],
}

/// Whose figures a row holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RowKey {
    Everyone,
    Organisation(Group),
    Cohort { organisation: Group, cohort: Group },
    Role(Group),
}

/// A count, or that it is hidden. Hidden says nothing: it may be any number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Figure {
    /// About so many people: within 4 of the truth, a multiple of 5.
    About(u32),
    Hidden,
}

/// A release as it is kept, so that its period stays as it was: text with a seal that only the key
/// makes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frozen {
    text: String,
    seal: String,
}

impl Scope {
    /// The least count that is shown.
    pub fn threshold(&self) -> u32 {
        match self {
            Self::Outside => 10,
            Self::Inside(_) => 5,
        }
    }
}

impl Release {
    fn new(period: Quarter, scope: Scope, tables: Vec<Table>) -> Self {
        Self(Body { period, scope, tables })
    }

    pub fn period(&self) -> Quarter {
        self.0.period
    }

    pub fn scope(&self) -> &Scope {
        &self.0.scope
    }

    pub fn tables(&self) -> &[Table] {
        &self.0.tables
    }

    /// The tables of one area.
    pub fn area(&self, area: AreaCode) -> impl Iterator<Item = &Table> {
        self.0.tables.iter().filter(move |table| AreaCode::of(table.competency) == area)
    }

    /// What to offer next: competencies by about how many people lack two levels or more, most first.
    /// Made from released figures; where they are hidden it is not known, and the competency is left out.
    pub fn most_needed(&self) -> Vec<(CompetencyCode, u32)> {
        let lacking = |table: &Table| {
            let row = table.rows.first()?;
            let shown = row.figures[2..].iter().filter_map(Figure::about);
            shown.reduce(|sum, count| sum + count).map(|sum| (table.competency, sum))
        };
        let mut needed: Vec<_> = self.0.tables.iter().filter_map(lacking).collect();
        needed.sort_by_key(|(code, people)| (std::cmp::Reverse(*people), *code));
        needed
    }

    /// The release for keeping.
    pub fn freeze(&self, key: &NoiseKey) -> Frozen {
        Frozen::of(&self.0, key)
    }
}

impl Frozen {
    #[expect(clippy::expect_used, reason = "a release is plain data that JSON can hold")]
    fn of(body: &impl Serialize, key: &NoiseKey) -> Self {
        let text = serde_json::to_string(body).expect("a release is plain data that JSON can hold");
        let seal = key.seal(&text);
        Self { text, seal }
    }

    /// Takes text and seal back from where they were kept.
    pub fn kept(text: String, seal: String) -> Self {
        Self { text, seal }
    }

    pub fn into_parts(self) -> (String, String) {
        (self.text, self.seal)
    }

    /// The release as it was, unless the text is not what the gate wrote.
    pub fn thaw(&self, key: &NoiseKey) -> Option<Release> {
        self.open(key).map(Release)
    }

    fn open<T: serde::de::DeserializeOwned>(&self, key: &NoiseKey) -> Option<T> {
        if !key.is_sealed(&self.text, &self.seal) {
            return None;
        }
        serde_json::from_str(&self.text).ok()
    }
}

impl Table {
    pub fn competency(&self) -> CompetencyCode {
        self.competency
    }

    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    pub fn row(&self, group: &RowKey) -> Option<&Row> {
        self.rows.iter().find(|row| row.group == *group)
    }
}

impl Row {
    pub fn group(&self) -> &RowKey {
        &self.group
    }

    /// About how many people, a multiple of 5.
    pub fn people(&self) -> u32 {
        self.people
    }

    pub fn figures(&self) -> &[Figure; COLUMNS] {
        &self.figures
    }

    /// The share of a column in per cent, rounded to 5; from released figures only. `None` where hidden,
    /// and where it would be 0 % or 100 %.
    pub fn share(&self, column: usize) -> Option<u32> {
        let part = self.figures.get(column)?.about()?;
        let percent = (part * 100 + self.people / 2) / self.people.max(1);
        Some((percent + 2) / 5 * 5).filter(|percent| (1..100).contains(percent))
    }

    /// The mean need in levels, 0 to 3, in halves; only where every figure of the row is shown.
    pub fn mean(&self) -> Option<f64> {
        let counts: Option<Vec<u32>> = self.figures.iter().map(Figure::about).collect();
        let counts = counts?;
        let people: u32 = counts.iter().sum();
        let levels: u32 = counts.iter().zip(0..).map(|(count, level)| count * level).sum();
        Some((f64::from(levels) / f64::from(people.max(1)) * 2.0).round() / 2.0)
    }
}

impl Figure {
    pub fn about(&self) -> Option<u32> {
        match self {
            Self::About(count) => Some(*count),
            Self::Hidden => None,
        }
    }
}
