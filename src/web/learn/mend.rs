//! A text that is longer than what is kept of it: it comes back in its field, to be shortened there.

use serde::Serialize;

use crate::domain::quiz::response::FieldProblem;
use crate::locale::Argument;
use crate::web::error::AppError;
use crate::web::page::View;
use crate::web::reply::Reply;
use crate::web::visitor::Visitor;

/// `learn/mend`
#[derive(Serialize)]
struct MendText<'a> {
    action: &'a str,
    /// What the form sends beside the text.
    hidden_name: &'static str,
    hidden_value: &'a str,
    name: &'static str,
    text: &'a str,
    error: String,
    lesson_url: &'a str,
}

impl View for MendText<'_> {
    const TEMPLATE: &'static str = "learn/mend";
}

/// A field of a lesson with what was typed into it.
pub struct LongText<'a> {
    /// What the form sends beside the text, such as the block it belongs to.
    pub beside: (&'static str, &'a str),
    pub name: &'static str,
    pub text: &'a str,
    pub problem: FieldProblem,
    pub lesson_url: &'a str,
}

/// The page that asks to shorten it; it posts to where the form was posted.
pub fn ask(visitor: &Visitor<'_>, long: &LongText<'_>) -> Result<Reply, AppError> {
    let most = Argument::Number(long.problem.most().unwrap_or_default().into());
    let page = visitor.mend(&MendText {
        action: visitor.asked(),
        hidden_name: long.beside.0,
        hidden_value: long.beside.1,
        name: long.name,
        text: long.text,
        error: visitor.words().fill(long.problem.key(), &[("most", most)]),
        lesson_url: long.lesson_url,
    })?;
    Ok(page.private())
}
