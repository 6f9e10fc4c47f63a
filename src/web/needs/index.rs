//! What the needs assessment is, who sees what, and where one stands in it; and its beginning.

use rocket::{Route, get, post, routes};
use serde::Serialize;
use uuid::Uuid;

use super::{reader, url};
use crate::domain::id::AssessmentId;
use crate::domain::needs::framework::AreaCode;
use crate::domain::needs::instrument::{Form as ItemForm, Instrument, InstrumentText};
use crate::domain::needs::sheet::Sheet;
use crate::locale::{Argument, Words};
use crate::store::needs::{self, Assessment, NewAssessment};
use crate::web::error::AppError;
use crate::web::form::{Fields, Form, Submitted};
use crate::web::page::View;
use crate::web::reply::Reply;
use crate::web::visitor::Learner;

/// `needs/index`
#[derive(Serialize)]
struct ShowNeeds {
    lang: String,
    dir: &'static str,
    introduction: String,
    danger: String,
    preview: Vec<String>,
    never: Vec<String>,
    scopes: Vec<ScopeRow>,
    offers_adaptive: bool,
    form: String,
    open: Vec<OpenRow>,
    has_open: bool,
    earlier: Vec<EarlierRow>,
    has_earlier: bool,
}

#[derive(Serialize)]
struct ScopeRow {
    value: String,
    label: String,
    meta: String,
    is_chosen: bool,
}

#[derive(Serialize)]
struct OpenRow {
    label: String,
    url: String,
    delete_url: String,
}

#[derive(Serialize)]
struct EarlierRow {
    label: String,
    scope: String,
    url: String,
    delete_url: String,
}

impl View for ShowNeeds {
    const TEMPLATE: &'static str = "needs/index";
}

pub struct BeginForm {
    scope: String,
    is_adaptive: bool,
}

impl Form for BeginForm {
    fn take(fields: &mut Fields) -> Self {
        Self { scope: fields.text("scope"), is_adaptive: fields.is_ticked("adaptive") }
    }
}

#[get("/needs")]
async fn show(learner: Learner<'_>) -> Result<Reply, AppError> {
    let visitor = &learner.visitor;
    let house = visitor.house;
    let words = visitor.words();
    let instrument = house.instruments.latest().ok_or(AppError::NotFound)?;
    let language = instrument.language_of(&reader(visitor));
    let text = instrument.text(&language);
    let mine = needs::mine(&house.store, learner.id).await?;
    let (open, finished): (Vec<_>, Vec<_>) = mine.iter().partition(|assessment| assessment.finished.is_none());
    let form = next_form(&mine, None);
    let view = ShowNeeds {
        dir: language.dir(),
        lang: language.to_string(),
        introduction: text.introduction.clone(),
        danger: text.danger.clone(),
        preview: text.preview.clone(),
        never: text.never.clone(),
        scopes: scopes(words, &instrument, text),
        offers_adaptive: house.instruments.calibration(&instrument.edition, form).is_some(),
        form: match form {
            ItemForm::First => String::new(),
            ItemForm::Again => words.get("needs.form_next"),
        },
        has_open: !open.is_empty(),
        open: open.into_iter().map(|assessment| open_row(words, assessment)).collect(),
        has_earlier: !finished.is_empty(),
        earlier: finished.into_iter().map(|assessment| earlier_row(words, text, assessment)).collect(),
    };
    visitor.page(&view)
}

#[post("/needs", data = "<form>")]
async fn create(learner: Learner<'_>, form: Submitted<BeginForm>) -> Result<Reply, AppError> {
    let house = learner.visitor.house;
    let instrument = house.instruments.latest().ok_or(AppError::NotFound)?;
    let area = match form.0.scope.as_str() {
        "" | "all" => None,
        code => {
            Some(code.parse().ok().filter(|area| instrument.framework.has_area(*area)).ok_or(AppError::Unreadable)?)
        }
    };
    let mine = needs::mine(&house.store, learner.id).await?;
    let item_form = next_form(&mine, area);
    let is_ready = house.instruments.calibration(&instrument.edition, item_form).is_some();
    let is_adaptive = form.0.is_adaptive && is_ready;
    let new = NewAssessment {
        id: AssessmentId(Uuid::now_v7()),
        edition: instrument.edition.clone(),
        sheet: Sheet::new(item_form, area, is_adaptive),
    };
    let id = needs::open_or_resume(&house.store, learner.id, new, learner.visitor.now).await?;
    Ok(Reply::see_other(format!("/needs/{id}")))
}

/// Where to go in it: on with the steps, or to what came of it.
#[get("/needs/<assessment>")]
async fn resume(learner: Learner<'_>, assessment: &str) -> Result<Reply, AppError> {
    let seated = super::Seated::load(&learner, assessment).await?;
    Ok(Reply::see_other(match seated.assessment.finished {
        Some(_) => seated.url("result"),
        None => seated.url(seated.assessment.sheet.furthest.max(1)),
    }))
}

/// The other questions than those of the last time this was asked about.
fn next_form(mine: &[Assessment], area: Option<AreaCode>) -> ItemForm {
    let asked = |assessment: &&Assessment| {
        let areas = &assessment.sheet.answers.areas;
        assessment.finished.is_some() && area.is_none_or(|area| areas.is_empty() || areas.contains(&area))
    };
    mine.iter().find(asked).map_or(ItemForm::First, |last| last.form.other())
}

fn scopes(words: &Words, instrument: &Instrument, text: &InstrumentText) -> Vec<ScopeRow> {
    let number = |minutes: u16| Argument::Number(minutes.into());
    let minutes = &instrument.minutes;
    let whole = ScopeRow {
        value: "all".to_owned(),
        label: words.get("needs.scope_all"),
        meta: words.fill("needs.minutes_range", &[("least", number(minutes.least)), ("most", number(minutes.most))]),
        is_chosen: true,
    };
    let one = |area: AreaCode| ScopeRow {
        value: area.to_string(),
        label: area_name(text, area),
        meta: words.fill("needs.minutes_about", &[("count", number(minutes.one_area))]),
        is_chosen: false,
    };
    std::iter::once(whole).chain(instrument.framework.areas.iter().map(|area| one(area.code))).collect()
}

pub(super) fn area_name(text: &InstrumentText, area: AreaCode) -> String {
    text.framework.areas.get(&area).cloned().unwrap_or_else(|| area.to_string())
}

/// Which areas an assessment asks about, in words.
pub(super) fn scope(words: &Words, text: &InstrumentText, assessment: &Assessment) -> String {
    let areas: Vec<String> = assessment.sheet.answers.areas.iter().map(|area| area_name(text, *area)).collect();
    if areas.is_empty() { words.get("needs.scope_all") } else { areas.join(", ") }
}

fn open_row(words: &Words, assessment: &Assessment) -> OpenRow {
    let day = words.day(assessment.started.day());
    OpenRow {
        label: words.fill("needs.open", &[("day", Argument::Text(&day))]),
        url: format!("/needs/{}", assessment.id),
        delete_url: url(assessment, "deletion"),
    }
}

fn earlier_row(words: &Words, text: &InstrumentText, assessment: &Assessment) -> EarlierRow {
    EarlierRow {
        label: words.day(assessment.finished.unwrap_or(assessment.started).day()),
        scope: scope(words, text, assessment),
        url: url(assessment, "result"),
        delete_url: url(assessment, "deletion"),
    }
}

pub fn routes() -> Vec<Route> {
    routes![show, create, resume]
}
