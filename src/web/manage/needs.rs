//! The needs map: how many people need how much of what. Figures come from frozen releases alone.

use std::sync::Arc;

use rocket::{FromForm, Route, get, routes};
use serde::Serialize;

use super::Manager;
use super::figures::{self, Choice, Labels, State};
use super::heat::{Heat, heat};
use super::offer::{OfferRow, offers};
use crate::domain::competency::CompetencyCode;
use crate::domain::disclosure::{Release, RowKey, Table};
use crate::domain::needs::framework::AreaCode;
use crate::domain::needs::instrument::{Instrument, InstrumentText};
use crate::store::releases::{self, Kept};
use crate::web::courses::content_language;
use crate::web::error::AppError;
use crate::web::page::View;
use crate::web::reply::Reply;
use crate::web::visitor::ProgrammeManager;

/// `manage/needs`
#[derive(Serialize)]
struct ShowNeeds {
    state: State,
    periods: Vec<Choice>,
    scopes: Vec<Choice>,
    has_scopes: bool,
    areas: Vec<Choice>,
    groupings: Vec<Choice>,
    competencies: Vec<Choice>,
    /// Whether rows are groups, of one competency.
    is_by_group: bool,
    caption: String,
    first_column: String,
    heat: Heat,
    has_rows: bool,
    offers: Vec<OfferRow>,
    has_offers: bool,
    csv_url: String,
    xlsx_url: String,
}

impl View for ShowNeeds {
    const TEMPLATE: &'static str = "manage/needs";
    const IS_STAFF_PAGE: bool = true;
}

/// What was asked for. Whatever is unknown counts as not asked for.
#[derive(FromForm)]
pub struct Asked<'a> {
    period: Option<&'a str>,
    scope: Option<&'a str>,
    area: Option<&'a str>,
    by: Option<&'a str>,
    competency: Option<&'a str>,
}

/// By what the rows of the table differ.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Grouping {
    Everyone,
    Organisations,
    Cohorts,
    Roles,
}

const GROUPINGS: [(Grouping, &str, &str); 4] = [
    (Grouping::Everyone, "competency", "manage.by_competency"),
    (Grouping::Organisations, "organisation", "manage.by_organisation"),
    (Grouping::Cohorts, "cohort", "manage.by_cohort"),
    (Grouping::Roles, "role", "manage.by_role"),
];

impl Grouping {
    fn read(text: Option<&str>) -> Self {
        let known = GROUPINGS.into_iter().find(|(_, value, _)| Some(*value) == text);
        known.map_or(Self::Everyone, |(grouping, ..)| grouping)
    }

    fn holds(self, row: &RowKey) -> bool {
        match row {
            RowKey::Everyone => self == Self::Everyone,
            RowKey::Organisation(_) => self == Self::Organisations,
            RowKey::Cohort { .. } => self == Self::Cohorts,
            RowKey::Role(_) => self == Self::Roles,
        }
    }
}

/// The instrument as the page names things by it.
pub struct Names {
    instrument: Option<Arc<Instrument>>,
    language: crate::domain::language::LanguageTag,
}

impl Names {
    pub fn of(manager: &Manager<'_, '_>) -> Self {
        let instrument = manager.visitor.house.instruments.latest();
        Self { instrument, language: content_language(manager.visitor.language) }
    }

    fn text(&self) -> Option<&InstrumentText> {
        self.instrument.as_ref().map(|instrument| instrument.text(&self.language))
    }

    pub async fn labels(&self, manager: &Manager<'_, '_>) -> Result<Labels, AppError> {
        let known = self.instrument.as_deref().map(|instrument| (instrument, instrument.text(&self.language)));
        Labels::load(manager, known).await
    }

    pub fn competency(&self, code: CompetencyCode) -> String {
        let known = self.text().and_then(|text| text.framework.competencies.get(&code));
        known.map_or_else(|| code.as_str().to_owned(), |competency| competency.name.clone())
    }

    fn areas(&self) -> Vec<(AreaCode, String)> {
        let Some(instrument) = &self.instrument else { return Vec::new() };
        let names = &instrument.text(&self.language).framework.areas;
        let name = |code: AreaCode| names.get(&code).cloned().unwrap_or_else(|| code.to_string());
        instrument.framework.areas.iter().map(|area| (area.code, name(area.code))).collect()
    }
}

#[get("/manage/needs?<asked..>")]
async fn show(manager: ProgrammeManager<'_>, asked: Asked<'_>) -> Result<Reply, AppError> {
    let manager = Manager::load(&manager).await?;
    let words = manager.words();
    let period = figures::chosen_quarter(&manager, asked.period);
    let scope = figures::chosen_scope(&manager, asked.scope);
    let kept = releases::needs_map(&manager.visitor.house.store, period, &scope).await?;
    let names = Names::of(&manager);
    let area: Option<AreaCode> = asked.area.and_then(|text| text.parse().ok());
    let area = area.filter(|area| names.areas().iter().any(|(known, _)| known == area));
    let grouping = Grouping::read(asked.by);
    let tables: Vec<&Table> = match &kept {
        Kept::Released(release) => {
            let is_asked = |table: &&Table| area.is_none_or(|area| AreaCode::of(table.competency()) == area);
            release.tables().iter().filter(is_asked).collect()
        }
        Kept::NotMade | Kept::Shut => Vec::new(),
    };
    let competency = asked.competency.and_then(|text| text.parse::<CompetencyCode>().ok());
    let competency = competency.filter(|code| tables.iter().any(|table| table.competency() == *code));
    let competency = competency.or_else(|| tables.first().map(|table| table.competency()));
    let labels = names.labels(&manager).await?;
    let heat = rows(&manager, &names, &labels, &tables, (grouping, competency));
    let offers = match &kept {
        Kept::Released(release) => offered(&manager, &names, release, area),
        Kept::NotMade | Kept::Shut => Vec::new(),
    };
    let file = |kind: &str| format!("/manage/needs.{kind}?period={period}&scope={}", figures::scope_value(&scope));
    let is_by_group = grouping != Grouping::Everyone;
    let scopes = figures::scopes(&manager, &scope);
    manager.visitor.page(&ShowNeeds {
        state: State::of(words, &kept, period),
        periods: figures::quarters(&manager, period),
        has_scopes: !scopes.is_empty(),
        scopes,
        areas: areas(&manager, &names, area),
        groupings: groupings(&manager, grouping),
        competencies: competencies(&names, &tables, competency),
        is_by_group,
        caption: match competency.filter(|_| is_by_group) {
            Some(code) => names.competency(code),
            None => words.get("manage.by_competency"),
        },
        first_column: words.get(if is_by_group { "manage.group" } else { "manage.competency" }),
        has_rows: !heat.rows.is_empty(),
        heat,
        has_offers: !offers.is_empty(),
        offers,
        csv_url: file("csv"),
        xlsx_url: file("xlsx"),
    })
}

fn rows(
    manager: &Manager<'_, '_>,
    names: &Names,
    labels: &Labels,
    tables: &[&Table],
    (grouping, competency): (Grouping, Option<CompetencyCode>),
) -> Heat {
    let words = manager.words();
    if grouping == Grouping::Everyone {
        // Inside an organisation its own row is the whole.
        let whole = tables.iter().filter_map(|table| {
            let row = table.rows().first()?;
            Some((table.competency().as_str().to_owned(), names.competency(table.competency()), row))
        });
        return heat(words, whole);
    }
    let table = tables.iter().find(|table| Some(table.competency()) == competency);
    let groups = table.into_iter().flat_map(|table| table.rows()).filter(|row| grouping.holds(row.group()));
    heat(words, (1..).zip(groups).map(|(number, row): (i64, _)| (words.number(number), labels.row(row.group()), row)))
}

fn offered(manager: &Manager<'_, '_>, names: &Names, release: &Release, area: Option<AreaCode>) -> Vec<OfferRow> {
    let mut needed = release.most_needed();
    needed.retain(|(code, _)| area.is_none_or(|area| AreaCode::of(*code) == area));
    offers(manager.visitor, &needed, |code| names.competency(code))
}

fn areas(manager: &Manager<'_, '_>, names: &Names, chosen: Option<AreaCode>) -> Vec<Choice> {
    let all =
        Choice { value: String::new(), label: manager.words().get("manage.all_areas"), is_chosen: chosen.is_none() };
    let choice =
        |(code, label): (AreaCode, String)| Choice { value: code.to_string(), label, is_chosen: chosen == Some(code) };
    std::iter::once(all).chain(names.areas().into_iter().map(choice)).collect()
}

fn groupings(manager: &Manager<'_, '_>, chosen: Grouping) -> Vec<Choice> {
    let choice = |(grouping, value, key): (Grouping, &str, &str)| Choice {
        value: value.to_owned(),
        label: manager.words().get(key),
        is_chosen: grouping == chosen,
    };
    GROUPINGS.into_iter().map(choice).collect()
}

fn competencies(names: &Names, tables: &[&Table], chosen: Option<CompetencyCode>) -> Vec<Choice> {
    let choice = |table: &&Table| Choice {
        value: table.competency().as_str().to_owned(),
        label: format!("{} {}", table.competency(), names.competency(table.competency())),
        is_chosen: Some(table.competency()) == chosen,
    };
    tables.iter().map(choice).collect()
}

pub fn routes() -> Vec<Route> {
    routes![show]
}
