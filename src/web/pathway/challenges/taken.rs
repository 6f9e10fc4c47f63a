//! A challenge with its questions, as they were in the editions they were drawn from.

use std::sync::Arc;

use crate::domain::course::{Course, CourseText};
use crate::domain::id::ChallengeId;
use crate::domain::needs::pathway::challenge::Asked;
use crate::domain::quiz::question::Question;
use crate::domain::quiz::response::Response;
use crate::store::challenges::{self, Challenge};
use crate::store::enrolments;
use crate::web::courses::content_language;
use crate::web::error::AppError;
use crate::web::pathway::wording;
use crate::web::visitor::Learner;

pub struct Taken {
    pub challenge: Challenge,
    /// For each question the course it comes from.
    sources: Vec<Source>,
    /// What the competency is called.
    pub title: String,
    /// In which the title is.
    pub lang: &'static str,
    pub dir: &'static str,
}

struct Source {
    text: Arc<CourseText>,
    folder: String,
}

impl Taken {
    /// The challenge, if it is this learner's: otherwise there is no such thing.
    pub async fn load(learner: &Learner<'_>, id: &str) -> Result<Self, AppError> {
        let id: ChallengeId = id.parse().map_err(|_| AppError::NotFound)?;
        let store = &learner.visitor.house.store;
        let challenge = challenges::by_id(store, learner.id, id).await?.ok_or(AppError::NotFound)?;
        let mut sources = Vec::with_capacity(challenge.sitting.questions.len());
        for asked in &challenge.sitting.questions {
            sources.push(source(learner, asked).await?);
        }
        let language = learner.visitor.language;
        let instrument = learner.visitor.house.instruments.latest().ok_or(AppError::NotFound)?;
        let text = instrument.text(&content_language(language));
        let title = wording::name(&text.framework, challenge.sitting.step.code);
        Ok(Self { challenge, sources, title, lang: language.tag(), dir: language.dir() })
    }

    pub fn is_over(&self) -> bool {
        self.challenge.finished.is_some()
    }

    pub fn length(&self) -> usize {
        self.sources.len()
    }

    /// The question with this number, from 1.
    pub fn question(&self, number: usize) -> Option<&Question> {
        let at = number.checked_sub(1)?;
        let asked = self.challenge.sitting.questions.get(at)?;
        self.sources.get(at)?.text.practice().find(|question| question.id == asked.question)
    }

    /// All of them in order.
    pub fn questions(&self) -> Result<Vec<&Question>, AppError> {
        let all = (1..=self.length()).map(|number| self.question(number));
        all.collect::<Option<_>>().ok_or_else(|| AppError::fault("a question is gone from its edition"))
    }

    pub fn response(&self, number: usize) -> Option<&Response> {
        let number = u16::try_from(number).ok()?;
        self.challenge.sitting.responses.get(&number)?.as_ref()
    }

    /// For each question whether it has a response.
    pub fn answered(&self) -> Vec<bool> {
        (1..=self.length()).map(|number| self.response(number).is_some()).collect()
    }

    pub fn text(&self, number: usize) -> Option<&CourseText> {
        Some(&self.sources.get(number.checked_sub(1)?)?.text)
    }

    /// Where the lessons and terms stand that a question's texts link to.
    pub fn folder(&self, number: usize) -> &str {
        let source = number.checked_sub(1).and_then(|at| self.sources.get(at));
        source.map(|source| source.folder.as_str()).unwrap_or_default()
    }

    /// `/pathway/challenges/<id>`
    pub fn url(&self) -> String {
        format!("/pathway/challenges/{}", self.challenge.id)
    }

    /// `/pathway/challenges/<id>/<rest>`
    pub fn url_of(&self, rest: impl std::fmt::Display) -> String {
        format!("{}/{rest}", self.url())
    }
}

async fn source(learner: &Learner<'_>, asked: &Asked) -> Result<Source, AppError> {
    let house = learner.visitor.house;
    let course: Arc<Course> = house.catalogue.edition(&house.store, &asked.edition).await?;
    let text = course.text(&content_language(learner.visitor.language)).clone();
    let folder = match enrolments::in_course(&house.store, learner.id, &asked.course).await? {
        Some(enrolment) => format!("/learn/{}/", enrolment.id),
        None => format!("/courses/{}/", asked.course),
    };
    Ok(Source { text, folder })
}
