//! Enrolling by walking: the first lesson of a course that one starts enrols in it.

use rocket::{Route, post, routes};

use super::walk::Walk;
use crate::domain::needs::pathway::LessonRef;
use crate::store::enrolments;
use crate::web::error::AppError;
use crate::web::form::{Fields, Form, Submitted};
use crate::web::reply::Reply;
use crate::web::visitor::Learner;

/// `lesson` is `digital-security/ds1-1`.
pub struct LessonForm {
    lesson: String,
}

impl Form for LessonForm {
    fn take(fields: &mut Fields) -> Self {
        Self { lesson: fields.text("lesson") }
    }
}

#[post("/pathway/lessons", data = "<form>")]
async fn create(learner: Learner<'_>, form: Submitted<LessonForm>) -> Result<Reply, AppError> {
    let lesson: LessonRef = form.0.lesson.parse().map_err(|_| AppError::Unreadable)?;
    let Some(walk) = Walk::load(&learner).await? else { return Ok(Reply::see_other("/pathway")) };
    let found = walk.find(&lesson).ok_or(AppError::NotFound)?;
    let course = &found.shelf.course;
    let visitor = &learner.visitor;
    let enrolment =
        enrolments::enrol(&visitor.house.store, learner.id, &course.slug, &course.edition, visitor.now).await?;
    Ok(Reply::see_other(format!("/learn/{}/{}", enrolment.id, found.place)))
}

pub fn routes() -> Vec<Route> {
    routes![create]
}
