//! *Mark as done*, and taking it back.

use rocket::{Route, post, routes};

use super::journey::Journey;
use crate::domain::course::Place;
use crate::domain::id::LessonId;
use crate::store::enrolments;
use crate::web::error::AppError;
use crate::web::form::{Fields, Form, Submitted};
use crate::web::reply::Reply;
use crate::web::visitor::Learner;

pub struct CompletionForm {
    /// The lesson's own id: places shift when a course changes, ids do not.
    lesson: String,
    takes_back: bool,
}

impl Form for CompletionForm {
    fn take(fields: &mut Fields) -> Self {
        Self { lesson: fields.text("lesson"), takes_back: fields.is_ticked("take_back") }
    }
}

#[post("/learn/<enrolment>/<place>/completion", data = "<form>")]
async fn create(
    learner: Learner<'_>,
    enrolment: &str,
    place: &str,
    form: Submitted<CompletionForm>,
) -> Result<Reply, AppError> {
    let journey = Journey::load(&learner, enrolment).await?;
    let lesson: LessonId = form.0.lesson.parse().map_err(|_| AppError::Unreadable)?;
    let found = journey.text.place_of(&lesson).ok_or(AppError::NotFound)?;
    let _: Place = place.parse().map_err(|()| AppError::NotFound)?;
    let house = learner.visitor.house;
    journey.worked_at(&learner, found).await?;
    if form.0.takes_back {
        enrolments::uncomplete_lesson(&house.store, &journey.enrolment, &lesson).await?;
        house.progress.forget(journey.enrolment.id);
        return Ok(Reply::see_other(journey.url(found)));
    }
    enrolments::complete_lesson(&house.store, &journey.enrolment, &lesson, learner.visitor.now).await?;
    house.progress.forget(journey.enrolment.id);
    Ok(Reply::see_other(onwards(&journey, found)))
}

/// The lesson behind this one, the module's quiz behind its last, the overview at the end.
fn onwards(journey: &Journey, done: Place) -> String {
    let Some(module) = journey.text.modules.get(usize::from(done.module) - 1) else { return journey.next_url() };
    if usize::from(done.lesson) < module.lessons.len() {
        return journey.url(Place { lesson: done.lesson + 1, ..done });
    }
    match (&module.quiz, journey.text.lesson_at(Place { module: done.module + 1, lesson: 1 })) {
        (Some(_), _) => journey.url(format_args!("quizzes/{}", done.module)),
        (None, Some(_)) => journey.url(Place { module: done.module + 1, lesson: 1 }),
        (None, None) => format!("/learn/{}", journey.enrolment.id),
    }
}

pub fn routes() -> Vec<Route> {
    routes![create]
}
