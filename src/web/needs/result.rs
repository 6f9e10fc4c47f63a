//! What came of an assessment: where the person stands in each subject against what their work asks
//! for, why each number is what it is, and what changed since the time before.

use std::collections::BTreeMap;

use rocket::{Route, get, routes};
use serde::Serialize;

use super::index::{area_name, scope};
use super::picture::{Drawn, Picture, draw};
use super::{Seated, reader};
use crate::domain::competency::{CompetencyCode, Level};
use crate::domain::id::OptionId;
use crate::domain::needs::diagnosis::{Explanation, Kept, KeptStanding, Note};
use crate::domain::needs::framework::AreaCode;
use crate::domain::needs::gain::{self, Change};
use crate::domain::needs::instrument::{Form, Instrument, InstrumentText, ItemKind};
use crate::domain::needs::sheet::Sheet;
use crate::locale::{Argument, Language, Words};
use crate::store::needs::{self, Assessment};
use crate::web::error::AppError;
use crate::web::page::View;
use crate::web::reply::Reply;
use crate::web::visitor::Learner;

/// `needs/result`
#[derive(Serialize)]
struct ShowResult {
    lang: String,
    dir: &'static str,
    /// "All areas, 26 November 2026"
    what: String,
    /// Which questions were used, and how they were chosen.
    form: String,
    summary: Vec<String>,
    picture: Picture,
    areas: Vec<AreaPart>,
    has_before: bool,
    /// What follows from how the person learns.
    advice: Vec<String>,
    delete_url: String,
}

#[derive(Serialize)]
struct AreaPart {
    name: String,
    rows: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    name: String,
    /// "Level 1 · your work asks for 3"
    standing: String,
    now: String,
    asked: String,
    gap: String,
    is_met: bool,
    note: String,
    explanations: Vec<String>,
    /// What one can do at the level shown, and at the level asked for.
    meanings: Vec<String>,
    change: String,
    certainty: String,
    before: String,
}

impl View for ShowResult {
    const TEMPLATE: &'static str = "needs/result";
}

/// What every row needs.
struct Said<'a> {
    words: &'a Words,
    text: &'a InstrumentText,
    instrument: &'a Instrument,
}

#[get("/needs/<assessment>/result")]
async fn show(learner: Learner<'_>, assessment: &str) -> Result<Reply, AppError> {
    let seated = Seated::load(&learner, assessment).await?;
    let Some(kept) = &seated.assessment.sheet.kept else {
        return Ok(Reply::see_other(format!("/needs/{}", seated.assessment.id)));
    };
    let visitor = &learner.visitor;
    let mine = needs::mine(&visitor.house.store, learner.id).await?;
    let before = before(&mine, &seated.assessment);
    let changes = gain::of_person(&before, &kept.standings);
    let language = seated.instrument.language_of(&reader(visitor));
    let said = Said { words: visitor.words(), text: seated.instrument.text(&language), instrument: &seated.instrument };
    visitor.page(&ShowResult {
        dir: language.dir(),
        lang: language.to_string(),
        what: said.what(&seated.assessment),
        form: said.form(&seated.assessment),
        summary: said.summary(kept),
        picture: said.picture(kept, &changes, language.is_rtl()),
        areas: said.areas(kept, &changes),
        has_before: !changes.is_empty(),
        advice: said.advice(&seated.assessment.sheet, visitor.language),
        delete_url: seated.url("deletion"),
    })
}

/// What was last known of each competency before this assessment. `mine` is newest first.
fn before(mine: &[Assessment], now: &Assessment) -> Vec<KeptStanding> {
    let is_before = |other: &&Assessment| other.id != now.id && other.finished < now.finished;
    let mut known: BTreeMap<CompetencyCode, KeptStanding> = BTreeMap::new();
    let mut earlier: Vec<&Assessment> = mine.iter().filter(is_before).collect();
    earlier.sort_by_key(|other| other.finished);
    for kept in earlier.iter().filter_map(|other| other.sheet.kept.as_ref()) {
        known.extend(kept.standings.iter().map(|standing| (standing.code, standing.clone())));
    }
    known.into_values().collect()
}

impl Said<'_> {
    fn what(&self, assessment: &Assessment) -> String {
        let scope = scope(self.words, self.text, assessment);
        let day = self.words.day(assessment.finished.unwrap_or(assessment.started).day());
        self.words.fill("needs.scope_on_day", &[("scope", Argument::Text(&scope)), ("day", Argument::Text(&day))])
    }

    fn form(&self, assessment: &Assessment) -> String {
        self.words.get(match (assessment.form, assessment.sheet.is_adaptive) {
            (Form::First, false) => "needs.form_first",
            (Form::Again, false) => "needs.form_again",
            (Form::First, true) => "needs.form_first_adaptive",
            (Form::Again, true) => "needs.form_again_adaptive",
        })
    }

    fn summary(&self, kept: &Kept) -> Vec<String> {
        let count = |wanted: &dyn Fn(&KeptStanding) -> bool| {
            let count = kept.standings.iter().filter(|standing| wanted(standing)).count();
            i64::try_from(count).unwrap_or_default()
        };
        let said = [
            ("needs.summary_gaps", count(&|standing| standing.gap() > 0)),
            ("needs.summary_met", count(&|standing| standing.gap() == 0)),
            ("needs.summary_check", count(&|standing| standing.note == Some(Note::CheckTogether))),
            ("needs.summary_more", count(&|standing| standing.note == Some(Note::KnowMore))),
        ];
        let there = said.into_iter().filter(|(_, count)| *count > 0);
        there.map(|(key, count)| self.words.fill(key, &[("count", Argument::Number(count))])).collect()
    }

    fn picture(&self, kept: &Kept, changes: &[Change], is_rtl: bool) -> Picture {
        let drawn = |standing: &KeptStanding| Drawn {
            name: self.name(standing.code),
            now: standing.measured.level(),
            asked: standing.required.level(),
            before: changes.iter().find(|change| change.code == standing.code).map(|change| change.level_before),
        };
        let by_area = |(area, standings): (AreaCode, Vec<&KeptStanding>)| {
            (area_name(self.text, area), standings.into_iter().map(drawn).collect())
        };
        let areas: Vec<(String, Vec<Drawn<'_>>)> = by_area_of(kept).into_iter().map(by_area).collect();
        draw(&areas, is_rtl, |level| self.words.number(level.into()))
    }

    fn areas(&self, kept: &Kept, changes: &[Change]) -> Vec<AreaPart> {
        let row =
            |standing: &KeptStanding| self.row(standing, changes.iter().find(|change| change.code == standing.code));
        let part = |(area, standings): (AreaCode, Vec<&KeptStanding>)| AreaPart {
            name: area_name(self.text, area),
            rows: standings.into_iter().map(row).collect(),
        };
        by_area_of(kept).into_iter().map(part).collect()
    }

    fn row(&self, standing: &KeptStanding, change: Option<&Change>) -> Row {
        let (now, asked) = (standing.measured.level(), standing.required.level());
        let number = |level: Level| Argument::Number(level.into());
        let key = if standing.gap() == 0 { "needs.standing_met" } else { "needs.standing_gap" };
        let explained = [standing.measured.explain(), standing.required.explain(), standing.explain_gap()];
        Row {
            name: self.name(standing.code).to_owned(),
            standing: self.words.fill(key, &[("now", number(now)), ("asked", number(asked))]),
            now: self.words.number(now.into()),
            asked: self.words.number(asked.into()),
            gap: self.words.number(standing.gap().into()),
            is_met: standing.gap() == 0,
            note: standing.note.map(|note| self.words.get(note_key(note))).unwrap_or_default(),
            explanations: explained.iter().map(|explanation| self.explanation(explanation)).collect(),
            meanings: self.meanings(standing.code, now, asked),
            change: change.map(|change| self.change(change)).unwrap_or_default(),
            certainty: change.filter(differs).map(|change| self.words.get(change.certainty.key())).unwrap_or_default(),
            before: change.map(|change| self.words.number(change.level_before.into())).unwrap_or_default(),
        }
    }

    /// The lint lets no competency without a name in.
    fn name(&self, code: CompetencyCode) -> &str {
        self.text.framework.competencies.get(&code).map_or("", |known| &known.name)
    }

    fn explanation(&self, explanation: &Explanation) -> String {
        let numbers: Vec<(&str, String)> = explanation
            .numbers()
            .into_iter()
            .map(|(name, hundredths)| (name, self.words.hundredths(hundredths.into())))
            .collect();
        let role = match explanation {
            Explanation::RequiredByRole { role, .. } => self.role(role),
            _ => String::new(),
        };
        let numbers = numbers.iter().map(|(name, text)| (*name, Argument::Text(text)));
        let arguments: Vec<_> = numbers.chain([("role", Argument::Text(&role))]).collect();
        self.words.fill(explanation.key(), &arguments)
    }

    fn role(&self, role: &OptionId) -> String {
        let item = self.instrument.item(|kind| kind == ItemKind::Role);
        let written = item.and_then(|item| self.text.items.get(&item.id));
        written.and_then(|written| written.options.get(role)).cloned().unwrap_or_default()
    }

    /// "Level 1: can name what might go wrong"
    fn meanings(&self, code: CompetencyCode, now: Level, asked: Level) -> Vec<String> {
        let Some(known) = self.text.framework.competencies.get(&code) else { return Vec::new() };
        let meaning = |level: Level| {
            let written = known.levels.get(usize::from(level.checked_sub(1)?))?;
            let number = Argument::Number(level.into());
            Some(self.words.fill("needs.level_means", &[("level", number), ("meaning", Argument::Text(written))]))
        };
        let levels = if asked > now { vec![now, asked] } else { vec![now] };
        levels.into_iter().filter_map(meaning).collect()
    }

    fn change(&self, change: &Change) -> String {
        let number = |level: u8| Argument::Number(level.into());
        let arguments = [
            ("before", number(change.level_before)),
            ("now", number(change.level_after)),
            ("right_before", number(change.before.right)),
            ("answered_before", number(change.before.answered)),
            ("right_now", number(change.after.right)),
            ("answered_now", number(change.after.answered)),
        ];
        self.words.fill(if differs(&change) { "needs.change" } else { "needs.change_none" }, &arguments)
    }

    fn advice(&self, sheet: &Sheet, language: Language) -> Vec<String> {
        let mut keys = Vec::new();
        for item in &self.instrument.items {
            for option in sheet.chosen(&item.id).unwrap_or_default() {
                keys.extend(advice_key(item.kind, option.as_str(), language));
            }
        }
        keys.dedup();
        keys.into_iter().map(|key| self.words.get(key)).collect()
    }
}

/// Whether there is anything of which one could ask if it is chance.
fn differs(change: &&Change) -> bool {
    (change.level_before, change.before) != (change.level_after, change.after)
}

fn note_key(note: Note) -> &'static str {
    match note {
        Note::CheckTogether => "needs.note_check",
        Note::KnowMore => "needs.note_more",
    }
}

/// What is said to somebody who chose this, where there is something to say.
fn advice_key(kind: ItemKind, option: &str, language: Language) -> Option<&'static str> {
    match (kind, option) {
        (ItemKind::Setting, "independent") => Some("needs.advice_alone"),
        (ItemKind::Device, "shared-device") => Some("needs.advice_shared"),
        (ItemKind::Connectivity, "slow-or-costly") => Some("needs.advice_slow"),
        (ItemKind::Connectivity, "often-cut-off") => Some("needs.advice_cut_off"),
        (ItemKind::Language, tag) if tag != language.tag() => Some("needs.advice_language"),
        (ItemKind::Access, "more-time") => Some("needs.advice_time"),
        (ItemKind::Access, "larger-text") => Some("needs.advice_larger"),
        (ItemKind::Access, "screen-reader") => Some("needs.advice_reader"),
        (ItemKind::Access, "captions") => Some("needs.advice_captions"),
        _ => None,
    }
}

/// Standings stand in course order, so an area's stand together.
fn by_area_of(kept: &Kept) -> Vec<(AreaCode, Vec<&KeptStanding>)> {
    let mut areas: Vec<(AreaCode, Vec<&KeptStanding>)> = Vec::new();
    for standing in &kept.standings {
        let area = AreaCode::of(standing.code);
        match areas.last_mut() {
            Some((last, standings)) if *last == area => standings.push(standing),
            _ => areas.push((area, vec![standing])),
        }
    }
    areas
}

pub fn routes() -> Vec<Route> {
    routes![show]
}
