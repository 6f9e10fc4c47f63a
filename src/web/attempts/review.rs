//! Looking over an attempt before submitting it.

use rocket::{Route, get, routes};
use serde::Serialize;

use super::question::answered;
use super::sitting::Seated;
use crate::locale::{Argument, Words};
use crate::web::error::AppError;
use crate::web::learn::outline::Leaves;
use crate::web::page::View;
use crate::web::questions::plain_prompt;
use crate::web::reply::Reply;
use crate::web::visitor::Learner;

/// `attempts/review`
#[derive(Serialize)]
pub struct ShowReview {
    #[serde(flatten)]
    heading: Heading,
    leaves: Leaves,
    summary: String,
    is_complete: bool,
    rows: Vec<Row>,
    action: String,
    back_url: String,
}

/// What is sat, and in which languages title and questions are.
#[derive(Serialize)]
pub struct Heading {
    pub quiz_title: String,
    pub title_lang: String,
    pub title_dir: &'static str,
    pub lang: String,
    pub dir: &'static str,
}

#[derive(Serialize)]
struct Row {
    url: String,
    label: String,
    excerpt: String,
    is_answered: bool,
    state: String,
}

impl View for ShowReview {
    const TEMPLATE: &'static str = "attempts/review";
}

#[get("/attempts/<attempt>/review")]
async fn show(learner: Learner<'_>, attempt: &str) -> Result<Reply, AppError> {
    let seated = Seated::load(&learner, attempt).await?;
    let visitor = &learner.visitor;
    let saved = seated.saved_beside(visitor.house, None).await?;
    if saved.is_submitted {
        return Ok(Reply::see_other(seated.url()));
    }
    let prompts = seated.questions().map(|(_, question)| plain_prompt(question)).collect();
    let answered = answered(&seated, &saved);
    let heading = Heading {
        quiz_title: seated.quiz.title.clone(),
        title_lang: seated.quiz.language.to_string(),
        title_dir: seated.quiz.language.dir(),
        lang: seated.quiz.language.to_string(),
        dir: seated.quiz.language.dir(),
    };
    visitor.page(&ShowReview::new(visitor.words(), heading, prompts, &answered, |rest| seated.url_of(rest)))
}

impl ShowReview {
    /// What is answered of the questions with these prompts, whose pages and hand-in stand at `url`.
    pub fn new(
        words: &Words,
        heading: Heading,
        prompts: Vec<String>,
        answered: &[bool],
        url: impl Fn(String) -> String,
    ) -> Self {
        let count = |number: usize| Argument::Number(i64::try_from(number).unwrap_or_default());
        let missing = answered.iter().filter(|is_answered| !**is_answered).count();
        let last = prompts.len().max(1);
        let rows = (1_usize..).zip(prompts).zip(answered).map(|((number, prompt), is_answered)| Row {
            url: url(number.to_string()),
            label: words.fill("attempts.question", &[("number", count(number))]),
            excerpt: excerpt(&prompt),
            is_answered: *is_answered,
            state: words.get(if *is_answered { "attempts.answered" } else { "attempts.unanswered" }),
        });
        let rows = rows.collect();
        Self {
            heading,
            leaves: Leaves::of(words, answered, None),
            summary: match missing {
                0 => words.get("attempts.all_answered"),
                _ => words.fill("attempts.some_unanswered", &[("count", count(missing))]),
            },
            is_complete: missing == 0,
            rows,
            action: url("submission".to_owned()),
            back_url: url(last.to_string()),
        }
    }
}

/// The beginning of a text, in whole words where there are spaces.
fn excerpt(text: &str) -> String {
    const MOST: usize = 90;
    let Some((end, _)) = text.char_indices().nth(MOST) else { return text.to_owned() };
    let beginning = text.get(..end).unwrap_or(text);
    let whole = beginning.rsplit_once(' ').map_or(beginning, |(whole, _)| whole);
    format!("{whole} …")
}

pub fn routes() -> Vec<Route> {
    routes![show]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_ends_with_a_whole_word() {
        assert_eq!(excerpt("Short."), "Short.");
        let long = excerpt(&"words and ".repeat(20));
        assert!(long.ends_with("and …") || long.ends_with("words …"), "{long}");
        assert_eq!(excerpt(&"ก".repeat(200)).chars().count(), 92);
    }
}
