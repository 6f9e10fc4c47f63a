//! One step of an assessment: asked, and saved when one goes on, back, or pauses.

use rocket::{Route, get, post, routes};
use serde::Serialize;

use super::index::area_name;
use super::{Seated, reader};
use crate::domain::competency::CompetencyCode;
use crate::domain::id::OptionId;
use crate::domain::language::LanguageTag;
use crate::domain::needs::answers::Outcome;
use crate::domain::needs::instrument::{ContextItem, InstrumentText, ItemKind};
use crate::domain::needs::sheet::{Given, Sheet};
use crate::domain::needs::steps::{Part, Step};
use crate::domain::quiz::drawing;
use crate::domain::quiz::question::{Body, Choice, Question};
use crate::locale::{Argument, Language, Words};
use crate::store::error::StoreError;
use crate::store::needs;
use crate::web::accounts;
use crate::web::error::AppError;
use crate::web::form::{Fields, Form, Submitted};
use crate::web::helpers::Markup;
use crate::web::learn::outline::Leaves;
use crate::web::page::View;
use crate::web::reply::Reply;
use crate::web::visitor::{Learner, Visitor};

/// What a field says for "I do not answer this".
const NOTHING: &str = "-";
/// What a short question's field says for "I don't know".
const UNKNOWN: &str = "unknown";
/// The field of a short question.
const QUESTION: &str = "q";
/// Which short question it is.
const ASKED: &str = "asked";

/// `needs/step`
#[derive(Serialize)]
struct ShowStep {
    lang: String,
    dir: &'static str,
    heading: String,
    leaves: Leaves,
    danger: String,
    action: String,
    items: Vec<ItemRow>,
    /// Which short question this is; empty on other steps.
    asked: String,
    /// Said when another one stands here than the one that was answered.
    changed: String,
    is_first: bool,
}

/// One thing that is asked, with what may be answered.
#[derive(Serialize)]
struct ItemRow {
    name: String,
    prompt: Markup,
    help: String,
    /// Several may be ticked.
    is_multiple: bool,
    choices: Vec<ChoiceRow>,
}

#[derive(Serialize)]
struct ChoiceRow {
    value: String,
    text: Markup,
    is_chosen: bool,
}

impl View for ShowStep {
    const TEMPLATE: &'static str = "needs/step";
}

pub struct StepForm {
    answers: Vec<(String, String)>,
    /// The short question that the page asked. In an adaptive sitting another one may have come to its
    /// place meanwhile, and a position among choices says nothing of that.
    asked: String,
    goes_back: bool,
    pauses: bool,
}

impl Form for StepForm {
    fn take(fields: &mut Fields) -> Self {
        Self {
            goes_back: fields.is_ticked("back"),
            pauses: fields.is_ticked("pause"),
            asked: fields.text(ASKED),
            answers: fields.all(|name| name == QUESTION || name.starts_with("i-") || name.starts_with("r-")),
        }
    }
}

impl StepForm {
    fn into_fields(self) -> Vec<(String, String)> {
        let press = |is_pressed: bool, name: &str| is_pressed.then(|| (name.to_owned(), "1".to_owned()));
        let presses = [press(self.goes_back, "back"), press(self.pauses, "pause")];
        let asked = Some((ASKED.to_owned(), self.asked)).filter(|(_, asked)| !asked.is_empty());
        self.answers.into_iter().chain(asked).chain(presses.into_iter().flatten()).collect()
    }

    fn values<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f str> {
        self.answers.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

#[get("/needs/<assessment>/<number>", rank = 2)]
async fn show(learner: Learner<'_>, assessment: &str, number: &str) -> Result<Reply, AppError> {
    let seated = match Seated::load_open(&learner, assessment).await? {
        Ok(seated) => seated,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let steps = seated.steps(&learner.visitor);
    let number: usize = number.parse().map_err(|_| AppError::NotFound)?;
    if number > steps.len() {
        return Ok(Reply::see_other(seated.url("end")));
    }
    let step = number.checked_sub(1).and_then(|at| steps.get(at)).ok_or(AppError::NotFound)?;
    learner.visitor.page(&view(&learner.visitor, &seated, &steps, step, number))
}

#[post("/needs/<assessment>/<number>", rank = 2, data = "<form>")]
async fn save(
    visitor: Visitor<'_>,
    learner: Result<Learner<'_>, AppError>,
    assessment: &str,
    number: &str,
    form: Submitted<StepForm>,
) -> Result<Reply, AppError> {
    let form = form.0;
    let learner = match learner {
        Ok(learner) => learner,
        Err(refusal) => return accounts::keep(&visitor, refusal, form.into_fields()),
    };
    let seated = match Seated::load_open(&learner, assessment).await? {
        Ok(seated) => seated,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let steps = seated.steps(&learner.visitor);
    let number: usize = number.parse().map_err(|_| AppError::NotFound)?;
    let step = number.checked_sub(1).and_then(|at| steps.get(at)).ok_or(AppError::NotFound)?;
    let is_another = matches!(step, Step::Question { question, .. } if form.asked != question.id.as_str());
    if is_another && form.pauses {
        return Ok(Reply::see_other("/needs"));
    }
    if is_another && !form.goes_back {
        let changed = visitor.words().get("needs.step_changed");
        return visitor.mend(&ShowStep { changed, ..view(&learner.visitor, &seated, &steps, step, number) });
    }
    let mut given = match is_another {
        // *Back* says nothing of the question that stands here.
        true => Vec::new(),
        false => read(step, &form, seed(&seated)).ok_or(AppError::Unreadable)?,
    };
    let next = if form.goes_back { number.max(2) - 1 } else { number + 1 };
    given.push(Given::Reached(u16::try_from(next).unwrap_or(u16::MAX)));
    match needs::save(&visitor.house.store, learner.id, seated.assessment.id, given, visitor.now).await {
        Ok(()) if form.pauses => Ok(Reply::see_other("/needs")),
        Ok(()) => Ok(Reply::see_other(seated.url(next))),
        // Another window finished it meanwhile: what came of it is there.
        Err(StoreError::Gone) => Ok(Reply::see_other(seated.url("result"))),
        Err(error) => Err(error.into()),
    }
}

/// What the form says, for everything the step asks; `None` for what no page of ours sends.
fn read(step: &Step<'_>, form: &StepForm, seed: u64) -> Option<Vec<Given>> {
    match step {
        Step::Situation(items) => items.iter().map(|item| read_item(item, form)).collect(),
        Step::Ratings(_, codes) => codes.iter().map(|code| read_rating(*code, form)).collect(),
        Step::Question { question, .. } => Some(vec![read_question(question, form, seed)?]),
    }
}

fn read_item(item: &ContextItem, form: &StepForm) -> Option<Given> {
    let name = item_field(item);
    let chosen = form.values(&name).filter(|value| *value != NOTHING);
    let mut options = chosen.map(|value| option(item, value)).collect::<Option<Vec<OptionId>>>()?;
    if !item.is_multiple {
        options.truncate(1);
    }
    // "None of these" beside others: the others are what was meant to be said.
    let excludes = |id: &OptionId| item.option(id).is_some_and(|option| option.excludes_others);
    if options.len() > 1 {
        options.retain(|id| !excludes(id));
    }
    let is_risk = item.kind == ItemKind::Risk;
    Some(if is_risk { Given::Risk(item.id.clone(), options) } else { Given::Context(item.id.clone(), options) })
}

fn option(item: &ContextItem, value: &str) -> Option<OptionId> {
    let id: OptionId = value.parse().ok()?;
    let is_known = match item.kind {
        ItemKind::Language => Language::from_tag(value).is_some(),
        _ => item.option(&id).is_some(),
    };
    is_known.then_some(id)
}

fn read_rating(code: CompetencyCode, form: &StepForm) -> Option<Given> {
    let name = rating_field(code);
    let rating = match form.values(&name).next() {
        None | Some(NOTHING) => None,
        Some(value) => Some(value.parse().ok().filter(|rating| *rating <= 4)?),
    };
    Some(Given::SelfRating(code, rating))
}

fn read_question(question: &Question, form: &StepForm, seed: u64) -> Option<Given> {
    let (outcome, choice) = match form.values(QUESTION).next() {
        None | Some(NOTHING) => (Outcome::PassedOver, None),
        Some(UNKNOWN) => (Outcome::DoNotKnow, None),
        Some(position) => {
            let order = drawing::present(question, seed).order;
            let choice = *order.get(position.parse::<usize>().ok()?)?;
            let is_key = choices(question).get(choice)?.is_key;
            (if is_key { Outcome::Right } else { Outcome::Wrong }, Some(choice))
        }
    };
    Some(Given::Question { question: question.id.clone(), outcome, choice })
}

/// The lint of the instrument lets only questions with one key in.
fn choices(question: &Question) -> &[Choice] {
    match &question.body {
        Body::SingleChoice(choices) | Body::TrueFalse(choices) => &choices.0,
        Body::MultipleChoice(_)
        | Body::ShortText(_)
        | Body::Numeric(_)
        | Body::Matching(_)
        | Body::Ordering(_)
        | Body::Blanks(_)
        | Body::FreeResponse(_) => &[],
    }
}

/// From which choices are shuffled: the same for one assessment, on every device.
fn seed(seated: &Seated) -> u64 {
    seated.assessment.id.0.as_u64_pair().1
}

fn item_field(item: &ContextItem) -> String {
    format!("i-{}", item.id)
}

fn rating_field(code: CompetencyCode) -> String {
    format!("r-{code}")
}

fn view(visitor: &Visitor<'_>, seated: &Seated, steps: &[Step<'_>], step: &Step<'_>, number: usize) -> ShowStep {
    let words = visitor.words();
    let language = seated.instrument.language_of(&reader(visitor));
    let text = seated.instrument.text(&language);
    ShowStep {
        dir: language.dir(),
        heading: heading(words, text, step),
        leaves: leaves(words, steps, step),
        danger: text.danger.clone(),
        action: seated.url(number),
        items: items(words, seated, text, step, &language),
        asked: match step {
            Step::Question { question, .. } => question.id.to_string(),
            Step::Situation(_) | Step::Ratings(..) => String::new(),
        },
        changed: String::new(),
        is_first: number == 1,
        lang: language.to_string(),
    }
}

fn heading(words: &Words, text: &InstrumentText, step: &Step<'_>) -> String {
    let count = |number: usize| Argument::Number(i64::try_from(number).unwrap_or_default());
    match step {
        Step::Situation(items) if items.iter().any(|item| item.kind == ItemKind::Role) => words.get("needs.step_work"),
        Step::Situation(items) => words.get(match items.first().map(|item| item.kind) {
            Some(ItemKind::Risk) => "needs.step_risk",
            Some(ItemKind::Relevance(_) | ItemKind::Deadline) => "needs.step_soon",
            _ => "needs.step_learning",
        }),
        Step::Ratings(area, _) => {
            words.fill("needs.step_ratings", &[("area", Argument::Text(&area_name(text, *area)))])
        }
        Step::Question { number, of, .. } => {
            words.fill("needs.step_question", &[("number", count(*number)), ("all", count(*of))])
        }
    }
}

/// One leaf for each part: the steps of a part differ in number, and are many.
fn leaves(words: &Words, steps: &[Step<'_>], here: &Step<'_>) -> Leaves {
    let mut parts: Vec<Part> = steps.iter().map(Step::part).collect();
    parts.dedup();
    let at = parts.iter().position(|part| *part == here.part()).unwrap_or_default();
    let done: Vec<bool> = (0..parts.len()).map(|part| part < at).collect();
    Leaves::of(words, &done, Some(at))
}

fn items(
    words: &Words,
    seated: &Seated,
    text: &InstrumentText,
    step: &Step<'_>,
    language: &LanguageTag,
) -> Vec<ItemRow> {
    let sheet = &seated.assessment.sheet;
    match step {
        Step::Situation(items) => items.iter().map(|item| item_row(text, sheet, item)).collect(),
        Step::Ratings(_, codes) => codes.iter().map(|code| rating_row(words, text, sheet, *code)).collect(),
        Step::Question { question, .. } => {
            let translated = seated.instrument.questions(sheet.answers.form, language);
            let question = translated.iter().find(|known| known.id == question.id).unwrap_or(question);
            vec![question_row(text, sheet, question, seed(seated))]
        }
    }
}

fn item_row(text: &InstrumentText, sheet: &Sheet, item: &ContextItem) -> ItemRow {
    let written = text.items.get(&item.id);
    let chosen = sheet.chosen(&item.id);
    let row = |value: &str, label: String| ChoiceRow {
        value: value.to_owned(),
        text: Markup::escaped(&label),
        is_chosen: chosen.is_some_and(|chosen| chosen.iter().any(|id| id.as_str() == value)),
    };
    let mut choices: Vec<ChoiceRow> = match item.kind {
        ItemKind::Language => {
            Language::OFFERED.iter().map(|language| row(language.tag(), language.own_name().to_owned())).collect()
        }
        _ => {
            let label = |id: &OptionId| written.and_then(|written| written.options.get(id)).cloned();
            item.options.iter().map(|option| row(option.id.as_str(), label(&option.id).unwrap_or_default())).collect()
        }
    };
    if !item.is_multiple {
        // Of several nothing need be ticked; of one, "prefer not to say" is one of the answers.
        choices.push(nothing(&text.prefer_not_to_say, chosen.is_some_and(<[OptionId]>::is_empty)));
    }
    ItemRow {
        name: item_field(item),
        prompt: Markup::escaped(written.map_or("", |written| &written.prompt)),
        help: written.map(|written| written.help.clone()).unwrap_or_default(),
        is_multiple: item.is_multiple,
        choices,
    }
}

fn rating_row(words: &Words, text: &InstrumentText, sheet: &Sheet, code: CompetencyCode) -> ItemRow {
    let written = text.self_ratings.get(&code);
    let chosen = sheet.self_rating(code);
    let rungs = written.map(|written| written.options.as_slice()).unwrap_or_default();
    let labels = std::iter::once(&text.none_yet).chain(rungs);
    let row = |(rating, label): (u8, &String)| ChoiceRow {
        value: rating.to_string(),
        text: Markup::escaped(&format!("{} · {label}", words.number(rating.into()))),
        is_chosen: chosen == Some(rating),
    };
    let mut choices: Vec<ChoiceRow> = (0..).zip(labels).map(row).collect();
    choices.push(nothing(&text.pass_over, false));
    let name = text.framework.competencies.get(&code).map_or("", |known| &known.name);
    ItemRow {
        name: rating_field(code),
        prompt: Markup::escaped(&format!("{name}: {}", written.map_or("", |written| &written.stem))),
        help: String::new(),
        is_multiple: false,
        choices,
    }
}

fn question_row(text: &InstrumentText, sheet: &Sheet, question: &Question, seed: u64) -> ItemRow {
    let outcome = sheet.answers.questions.get(&question.id);
    let chosen = sheet.choice(&question.id);
    let order = drawing::present(question, seed).order;
    let written = choices(question);
    let shown = order.iter().filter_map(|index| Some((*index, written.get(*index)?)));
    let mut choices: Vec<ChoiceRow> = shown
        .enumerate()
        .map(|(position, (index, choice))| ChoiceRow {
            value: position.to_string(),
            text: (&choice.text).into(),
            is_chosen: chosen == Some(index),
        })
        .collect();
    choices.push(ChoiceRow {
        value: UNKNOWN.to_owned(),
        text: Markup::escaped(&text.do_not_know),
        is_chosen: outcome == Some(&Outcome::DoNotKnow),
    });
    choices.push(nothing(&text.pass_over, outcome == Some(&Outcome::PassedOver)));
    ItemRow {
        name: QUESTION.to_owned(),
        prompt: (&question.prompt).into(),
        help: String::new(),
        is_multiple: false,
        choices,
    }
}

fn nothing(label: &str, is_chosen: bool) -> ChoiceRow {
    ChoiceRow { value: NOTHING.to_owned(), text: Markup::escaped(label), is_chosen }
}

pub fn routes() -> Vec<Route> {
    routes![show, save]
}
