//! What courses changed: the mean of the test before and of the test after, of the same people.

use rocket::{Route, get, routes};
use serde::Serialize;

use super::Manager;
use super::figures::{self, Choice, State};
use crate::domain::course::CourseText;
use crate::domain::disclosure::{Change, Quarter};
use crate::domain::needs::gain::Size;
use crate::locale::{Argument, Words};
use crate::store::releases::{self, Kept, Tests};
use crate::web::courses::content_language;
use crate::web::error::AppError;
use crate::web::page::View;
use crate::web::reply::Reply;
use crate::web::visitor::ProgrammeManager;

/// `manage/gain`
#[derive(Serialize)]
struct ShowGain {
    state: State,
    periods: Vec<Choice>,
    scopes: Vec<Choice>,
    has_scopes: bool,
    courses: Vec<CourseRow>,
    has_courses: bool,
}

#[derive(Serialize)]
struct CourseRow {
    title: String,
    lang: String,
    dir: &'static str,
    is_released: bool,
    people: String,
    before: String,
    after: String,
    /// Widths of the picture's bars, 0–300.
    before_width: u32,
    after_width: u32,
    picture: String,
    gain: String,
    certainty: String,
}

impl View for ShowGain {
    const TEMPLATE: &'static str = "manage/gain";
    const IS_STAFF_PAGE: bool = true;
}

#[get("/manage/gain?<period>&<scope>")]
async fn show(manager: ProgrammeManager<'_>, period: Option<&str>, scope: Option<&str>) -> Result<Reply, AppError> {
    let manager = Manager::load(&manager).await?;
    let house = manager.visitor.house;
    let period = figures::chosen_quarter(&manager, period);
    let scope = figures::chosen_scope(&manager, scope);
    let wanted = content_language(manager.visitor.language);
    let mut courses = Vec::new();
    for tests in Tests::of(&house.catalogue.latest()) {
        let Some(course) = house.catalogue.course(&tests.course) else { continue };
        let kept = releases::change(&house.store, period, &scope, &tests.course).await?;
        courses.push(row(manager.words(), course.text(&wanted), &kept));
    }
    let is_made = releases::made(&house.store).await?.contains(&period);
    let scopes = figures::scopes(&manager, &scope);
    manager.visitor.page(&ShowGain {
        state: state(&manager, is_made, period),
        periods: figures::quarters(&manager, period),
        has_scopes: !scopes.is_empty(),
        scopes,
        has_courses: !courses.is_empty(),
        courses,
    })
}

fn state(manager: &Manager<'_, '_>, is_made: bool, period: Quarter) -> State {
    let kept = if is_made { Kept::Released(()) } else { Kept::NotMade };
    State::of(manager.words(), &kept, period)
}

fn row(words: &Words, text: &CourseText, kept: &Kept<Change>) -> CourseRow {
    let change = match kept {
        Kept::Released(change) => Some(change),
        Kept::NotMade | Kept::Shut => None,
    };
    let (before, after) = change.map(Change::means).unwrap_or_default();
    let percent = |percent: u32| words.fill("manage.percent", &[("count", Argument::Number(percent.into()))]);
    let gaps = [("before", Argument::Number(before.into())), ("after", Argument::Number(after.into()))];
    CourseRow {
        title: text.title.clone(),
        lang: text.language.to_string(),
        dir: text.language.dir(),
        is_released: change.is_some(),
        people: change.map(|change| about(words, change.people())).unwrap_or_default(),
        before: percent(before),
        after: percent(after),
        before_width: before * 3,
        after_width: after * 3,
        picture: words.fill("manage.gain_picture", &gaps),
        gain: change.map(|change| gain(words, change)).unwrap_or_default(),
        certainty: change.map(|change| words.get(change.certainty().group_key())).unwrap_or_default(),
    }
}

fn about(words: &Words, people: u32) -> String {
    words.fill("manage.about_people", &[("count", Argument::Number(people.into()))])
}

/// The normalised gain with its interval, and how large that is called.
fn gain(words: &Words, change: &Change) -> String {
    let Some(gain) = change.gain() else { return words.get("manage.gain_none_left") };
    let number = |hundredths: i32| words.hundredths(hundredths.into());
    let size = match change.size() {
        Some(Size::High) => "manage.gain_high",
        Some(Size::Medium) => "manage.gain_medium",
        Some(Size::Low) => "manage.gain_low",
        Some(Size::None) | None => "manage.gain_zero",
    };
    let (value, low, high, size) = (number(gain.value), number(gain.low), number(gain.high), words.get(size));
    let gaps = [
        ("value", Argument::Text(&value)),
        ("low", Argument::Text(&low)),
        ("high", Argument::Text(&high)),
        ("size", Argument::Text(&size)),
    ];
    words.fill("manage.gain_value", &gaps)
}

pub fn routes() -> Vec<Route> {
    routes![show]
}
