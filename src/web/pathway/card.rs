//! The next lesson of a pathway: on top of its page, and on the home page.

use serde::Serialize;

use super::rows::LessonRow;
use super::show::leaves;
use super::walk::Walk;
use super::wording;
use crate::locale::Argument;
use crate::web::error::AppError;
use crate::web::learn::outline::Leaves;
use crate::web::visitor::Learner;

/// `pathway/_next`: the one thing to do, and why.
#[derive(Serialize)]
pub struct NextLesson {
    /// "Step 2: Communication and connectivity"
    step: String,
    reason: String,
    reason_on_paper: String,
    title: String,
    lang: String,
    cost: String,
    url: String,
    start: String,
    label: String,
}

/// `pathway/_card`: a pathway on the home page.
#[derive(Serialize)]
pub struct Card {
    next: NextLesson,
    leaves: Leaves,
    /// "This week: 85 minutes"
    week: String,
}

impl NextLesson {
    /// `None` when all is done.
    pub fn of(learner: &Learner<'_>, walk: &Walk) -> Result<Option<Self>, AppError> {
        let words = learner.visitor.words();
        let text = &walk.text(learner).framework;
        let is_left = |step: &crate::domain::needs::pathway::Step| step.lessons.iter().any(|lesson| !lesson.is_done);
        let found = (1..).zip(&walk.pathway.steps).find(|(_, step)| is_left(step));
        let Some(((number, step), lesson)) = found.zip(walk.pathway.next()) else { return Ok(None) };
        let Some(row) = LessonRow::of(&learner.visitor, walk, &lesson.lesson)? else { return Ok(None) };
        let name = wording::name(text, step.key.code);
        let label = if row.url.is_empty() { "pathway.start" } else { "learn.continue" };
        let arguments = [("number", Argument::Number(number)), ("competency", Argument::Text(&name))];
        Ok(Some(Self {
            step: words.fill("pathway.step", &arguments),
            reason: wording::reason(words, text, step),
            reason_on_paper: wording::reason_on_paper(words, step),
            title: row.title,
            lang: row.lang,
            cost: row.cost,
            url: row.url,
            start: row.start,
            label: words.get(label),
        }))
    }

    /// The same for the page that others see first over a shoulder: it gives the reason that paper gives.
    fn guarded(mut self) -> Self {
        if !self.reason_on_paper.is_empty() {
            self.reason = std::mem::take(&mut self.reason_on_paper);
        }
        self
    }
}

impl Card {
    /// `None` for somebody without a pathway, or with one that is walked.
    pub async fn load(learner: &Learner<'_>) -> Result<Option<Self>, AppError> {
        let Some(walk) = Walk::load(learner).await? else { return Ok(None) };
        let Some(next) = NextLesson::of(learner, &walk)?.map(NextLesson::guarded) else { return Ok(None) };
        let words = learner.visitor.words();
        let minutes = walk.pathway.weeks.first().map_or(0, |week| week.minutes);
        let time = words.minutes(minutes.into());
        Ok(Some(Self {
            next,
            leaves: leaves(words, &walk),
            week: words.fill("pathway.left_this_week", &[("time", Argument::Text(&time))]),
        }))
    }
}
