//! What the pages of figures share: which quarter, seen by whom, and what groups are called.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Manager;
use crate::domain::account::ManagerScope;
use crate::domain::disclosure::{Group, Quarter, RowKey, Scope};
use crate::domain::id::CohortId;
use crate::domain::needs::instrument::{Instrument, InstrumentText, ItemKind};
use crate::locale::{Argument, Words};
use crate::store::organisations;
use crate::store::releases::{Kept, NO_ORGANISATION};
use crate::web::error::AppError;

/// How many ended quarters can be looked at. The same for everybody, whatever happened in them.
const QUARTERS: usize = 8;

/// One thing to choose.
#[derive(Clone, Serialize)]
pub struct Choice {
    pub value: String,
    pub label: String,
    pub is_chosen: bool,
}

/// How far the figures that were asked for are, for the template.
#[derive(Serialize)]
pub struct State {
    pub is_not_made: bool,
    pub is_shut: bool,
    pub is_released: bool,
    pub period_name: String,
}

impl State {
    pub fn of<T>(words: &Words, kept: &Kept<T>, period: Quarter) -> Self {
        Self {
            is_not_made: matches!(kept, Kept::NotMade),
            is_shut: matches!(kept, Kept::Shut),
            is_released: matches!(kept, Kept::Released(_)),
            period_name: quarter(words, period),
        }
    }
}

/// `July to September 2026`.
pub fn quarter(words: &Words, quarter: Quarter) -> String {
    let key = match quarter.number {
        1 => "manage.quarter_1",
        2 => "manage.quarter_2",
        3 => "manage.quarter_3",
        _ => "manage.quarter_4",
    };
    words.fill(key, &[("year", Argument::Text(&quarter.year.to_string()))])
}

/// The quarter that was asked for, if it is one of those to choose from; the latest that ended otherwise.
pub fn chosen_quarter(manager: &Manager<'_, '_>, asked: Option<&str>) -> Quarter {
    let today = manager.visitor.now.day();
    let latest = Quarter::of(today).before();
    let asked = asked.and_then(|text| text.parse::<Quarter>().ok());
    asked.filter(|asked| Quarter::ended(today).take(QUARTERS).any(|ended| ended == *asked)).unwrap_or(latest)
}

pub fn quarters(manager: &Manager<'_, '_>, chosen: Quarter) -> Vec<Choice> {
    let choice = |ended: Quarter| Choice {
        value: ended.to_string(),
        label: quarter(manager.words(), ended),
        is_chosen: ended == chosen,
    };
    Quarter::ended(manager.visitor.now.day()).take(QUARTERS).map(choice).collect()
}

/// The scope that was asked for: one's own organisation, for its managers, or what everybody may see.
pub fn chosen_scope(manager: &Manager<'_, '_>, asked: Option<&str>) -> Scope {
    match manager.scope {
        ManagerScope::Organisation(own) if asked != Some("outside") => Scope::Inside(Group(own.to_string())),
        ManagerScope::Organisation(_) | ManagerScope::Network | ManagerScope::Nothing => Scope::Outside,
    }
}

/// Empty where there is nothing to choose.
pub fn scopes(manager: &Manager<'_, '_>, chosen: &Scope) -> Vec<Choice> {
    if !matches!(manager.scope, ManagerScope::Organisation(_)) {
        return Vec::new();
    }
    let is_outside = *chosen == Scope::Outside;
    [("inside", "manage.scope_inside", !is_outside), ("outside", "manage.scope_outside", is_outside)]
        .into_iter()
        .map(|(value, key, is_chosen)| Choice { value: value.to_owned(), label: manager.words().get(key), is_chosen })
        .collect()
}

pub fn scope_value(scope: &Scope) -> &'static str {
    match scope {
        Scope::Outside => "outside",
        Scope::Inside(_) => "inside",
    }
}

/// What groups are called. Names of organisations are for those who manage them; to others they are numbers.
pub struct Labels {
    organisations: BTreeMap<Group, String>,
    cohorts: BTreeMap<Group, String>,
    roles: BTreeMap<Group, String>,
    words: &'static Words,
}

impl Labels {
    pub async fn load(
        manager: &Manager<'_, '_>,
        instrument: Option<(&Instrument, &InstrumentText)>,
    ) -> Result<Self, AppError> {
        let store = &manager.visitor.house.store;
        let words = manager.words();
        let none = (Group(NO_ORGANISATION.to_owned()), words.get("manage.no_organisation"));
        let mut named = BTreeMap::from([none]);
        for (number, organisation) in (1..).zip(organisations::all(store).await?) {
            let name = match manager.scope.manages(organisation.id) {
                true => organisation.name,
                false => words.fill("manage.another_organisation", &[("number", Argument::Number(number))]),
            };
            named.insert(Group(organisation.id.to_string()), name);
        }
        let mut cohorts = BTreeMap::new();
        for (number, cohort) in (1_i64..).zip(organisations::cohorts(store, None).await?) {
            let name = match manager.scope.manages(cohort.organisation) {
                true => cohort.name,
                false => words.fill("manage.another_cohort", &[("number", Argument::Number(number))]),
            };
            cohorts.insert(cohort_group(cohort.id), name);
        }
        Ok(Self { organisations: named, cohorts, roles: roles(words, instrument), words })
    }

    pub fn row(&self, row: &RowKey) -> String {
        let gone = || self.words.get("manage.gone");
        match row {
            RowKey::Everyone => self.words.get("manage.everyone"),
            RowKey::Organisation(group) => self.organisations.get(group).cloned().unwrap_or_else(gone),
            RowKey::Cohort { organisation, cohort } => {
                let organisation = self.organisations.get(organisation).cloned().unwrap_or_else(gone);
                let cohort = self.cohorts.get(cohort).cloned().unwrap_or_else(gone);
                format!("{organisation}: {cohort}")
            }
            RowKey::Role(group) => self.roles.get(group).cloned().unwrap_or_else(gone),
        }
    }
}

fn cohort_group(cohort: CohortId) -> Group {
    Group(cohort.to_string())
}

fn roles(words: &Words, instrument: Option<(&Instrument, &InstrumentText)>) -> BTreeMap<Group, String> {
    let mut roles = BTreeMap::from([(Group(String::new()), words.get("manage.no_role"))]);
    let text = instrument.and_then(|(instrument, text)| {
        let item = instrument.item(|kind| kind == ItemKind::Role)?;
        text.items.get(&item.id)
    });
    if let Some(text) = text {
        roles.extend(text.options.iter().map(|(id, label)| (Group(id.to_string()), label.clone())));
    }
    roles
}
