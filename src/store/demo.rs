//! A made-up network, written in bulk: what `lontar demo` fills a scratch database with.
//!
//! The rows are those that the functions of the other collections would have written, one by one and over a
//! year. Nothing else may write like this: nothing is checked here but what the database checks.

use sea_orm::{ActiveModelBehavior, ActiveModelTrait, EntityTrait, IntoActiveModel, Iterable};

use crate::crypto::names::SignInName;
use crate::crypto::password::PasswordHash;
use crate::crypto::seal::DataKey;
use crate::domain::course::{EditionHash, Place};
use crate::domain::id::{
    AccountId, AssessmentId, AttemptId, CertificateId, CourseSlug, CriterionId, EnrolmentId, LessonId, QuestionId,
    QuizId, SubmissionId,
};
use crate::domain::needs::pathway::basis::Basis;
use crate::domain::needs::sheet::{NeedLevel, Sheet};
use crate::domain::quiz::response::Response;
use crate::domain::quiz::scoring::Score;
use crate::domain::time::{Day, Timestamp};

use super::Store;
use super::accounts::{name_lookup, seal_name, seal_password};
use super::entity::{
    accounts, attempt_responses, attempts, certificates, completions, enrolments, memberships, need_levels,
    needs_assessments, pathways, submission_markings, submissions,
};
use super::error::{StoreError, StoreResult};
use super::memberships::Placement;
use super::sealed::{self, ATTEMPT_RESPONSE, MARKING_COMMENT, NEEDS_ANSWERS, PATHWAY, SUBMISSION};
use super::submissions::{Item, SubmissionState};
use super::writer::Tx;

/// Somebody made up, with all they did.
#[derive(Clone)]
pub struct Person {
    pub id: AccountId,
    pub name: SignInName,
    pub password: PasswordHash,
    pub registered: Timestamp,
    pub placement: Option<Placement>,
    pub studies: Vec<Study>,
    pub assessments: Vec<Assessed>,
    /// What their pathway is planned from, and when it was changed last.
    pub pathway: Option<(Basis, Timestamp)>,
}

/// One course of one person.
#[derive(Clone)]
pub struct Study {
    pub id: EnrolmentId,
    pub course: CourseSlug,
    pub edition: EditionHash,
    pub enrolled: Timestamp,
    pub last_place: Option<(Place, Timestamp)>,
    pub lessons: Vec<(LessonId, Timestamp)>,
    pub sittings: Vec<Sitting>,
    pub works: Vec<Work>,
    /// Its id, the random id of its subject, when it was issued and until when it holds.
    pub certificate: Option<(CertificateId, uuid::Uuid, Day, Option<Day>)>,
}

/// One sitting of a quiz, handed in.
#[derive(Clone)]
pub struct Sitting {
    pub id: AttemptId,
    pub quiz: QuizId,
    pub number: u16,
    pub seed: u64,
    pub questions: Vec<QuestionId>,
    pub responses: Vec<Responded>,
    pub started: Timestamp,
    pub submitted: Timestamp,
    pub score: Score,
}

/// One response of a sitting, and what it earned.
#[derive(Clone)]
pub struct Responded {
    pub question: QuestionId,
    /// `None`: deleted after its time.
    pub response: Option<Response>,
    pub hundredths: u32,
}

/// One try at a final task, handed in.
#[derive(Clone)]
pub struct Work {
    pub id: SubmissionId,
    pub item: Item,
    pub number: u16,
    pub text: String,
    pub handed_in: Timestamp,
    pub mark: Option<Mark>,
}

/// What a trainer said of it.
#[derive(Clone)]
pub struct Mark {
    pub is_returned: bool,
    pub levels: Vec<(CriterionId, usize)>,
    pub percent: u8,
    pub passed: bool,
    pub comment: String,
    pub at: Timestamp,
}

/// One needs assessment, finished or left open.
#[derive(Clone)]
pub struct Assessed {
    pub id: AssessmentId,
    pub edition: EditionHash,
    pub sheet: Sheet,
    pub started: Timestamp,
    pub finished: Option<(Timestamp, Vec<NeedLevel>)>,
}

/// Writes people with all they did, in one transaction. `marker`: who marked their work.
pub async fn write(store: &Store, people: Vec<Person>, marker: Option<AccountId>) -> StoreResult<()> {
    let rows = Rows::of(store, people, marker)?;
    store.write(move |tx| Box::pin(rows.insert(tx))).await
}

/// The rows of many people by table, in the order in which they refer to each other.
#[derive(Clone, Default)]
struct Rows {
    accounts: Vec<accounts::Model>,
    memberships: Vec<memberships::Model>,
    enrolments: Vec<enrolments::Model>,
    completions: Vec<completions::Model>,
    attempts: Vec<attempts::Model>,
    responses: Vec<attempt_responses::Model>,
    submissions: Vec<submissions::Model>,
    markings: Vec<submission_markings::Model>,
    certificates: Vec<certificates::Model>,
    assessments: Vec<needs_assessments::Model>,
    levels: Vec<need_levels::Model>,
    pathways: Vec<pathways::Model>,
}

impl Rows {
    fn of(store: &Store, people: Vec<Person>, marker: Option<AccountId>) -> StoreResult<Self> {
        let mut rows = Self::default();
        for person in people {
            rows.person(store, person, marker)?;
        }
        Ok(rows)
    }

    async fn insert(self, tx: &Tx) -> StoreResult<()> {
        insert_all(tx, self.accounts).await?;
        insert_all(tx, self.memberships).await?;
        insert_all(tx, self.enrolments).await?;
        insert_all(tx, self.completions).await?;
        insert_all(tx, self.attempts).await?;
        insert_all(tx, self.responses).await?;
        insert_all(tx, self.submissions).await?;
        insert_all(tx, self.markings).await?;
        insert_all(tx, self.certificates).await?;
        insert_all(tx, self.assessments).await?;
        insert_all(tx, self.levels).await?;
        insert_all(tx, self.pathways).await
    }

    fn person(&mut self, store: &Store, person: Person, marker: Option<AccountId>) -> StoreResult<()> {
        let id = person.id;
        let (key, data_key) = store.vault().new_data_key(id.0);
        self.accounts.push(accounts::Model {
            id,
            sign_in_lookup: name_lookup(store, person.name.reveal()),
            sign_in_name: seal_name(&key, id, &person.name),
            password: seal_password(&key, id, &person.password),
            data_key,
            language: "en".parse().map_err(|_| StoreError::Fault("en is a language".into()))?,
            registered_on: person.registered.day(),
            password_changed_at: person.registered,
            second_factor: None,
        });
        self.memberships.extend(person.placement.map(|placement| memberships::Model {
            account: id,
            organisation: placement.organisation,
            cohort: placement.cohort,
            joined_at: person.registered,
        }));
        for study in person.studies {
            self.study(&key, id, study, marker)?;
        }
        for assessed in person.assessments {
            self.assessment(&key, id, assessed)?;
        }
        if let Some((basis, updated_at)) = person.pathway {
            let content = PATHWAY.seal(&key, id.0.as_bytes(), &basis)?;
            self.pathways.push(pathways::Model { account: id, content, updated_at });
        }
        Ok(())
    }

    fn study(&mut self, key: &DataKey, account: AccountId, study: Study, marker: Option<AccountId>) -> StoreResult<()> {
        self.enrolments.push(enrolments::Model {
            id: study.id,
            account,
            course: study.course.clone(),
            edition: study.edition.clone(),
            enrolled_at: study.enrolled,
            last_place: study.last_place.map(|(place, _)| place.to_string()),
            last_opened_at: study.last_place.map(|(_, at)| at),
            moved_from: None,
        });
        let done = |(lesson, done_at)| completions::Model { enrolment: study.id, lesson, done_at };
        self.completions.extend(study.lessons.into_iter().map(done));
        for sitting in study.sittings {
            for (position, responded) in (1..).zip(&sitting.responses) {
                self.responses.push(response(key, &sitting, position, responded)?);
            }
            self.attempts.push(attempt(study.id, &study.edition, sitting)?);
        }
        for work in study.works {
            self.work(key, study.id, &study.edition, work, marker)?;
        }
        self.certificates.extend(study.certificate.map(|(id, subject, issued_on, expires_on)| certificates::Model {
            id,
            enrolment: Some(study.id),
            course: study.course,
            edition: study.edition,
            subject,
            issued_on,
            expires_on,
        }));
        Ok(())
    }

    fn work(
        &mut self,
        key: &DataKey,
        enrolment: EnrolmentId,
        edition: &EditionHash,
        work: Work,
        marker: Option<AccountId>,
    ) -> StoreResult<()> {
        let row = work.id.0.as_bytes();
        let state = match &work.mark {
            None => SubmissionState::HandedIn,
            Some(mark) if mark.is_returned => SubmissionState::Returned,
            Some(_) => SubmissionState::Marked,
        };
        self.submissions.push(submissions::Model {
            id: work.id,
            enrolment,
            item: work.item.to_string(),
            edition: edition.clone(),
            number: work.number.into(),
            state: state.as_str().to_owned(),
            content: SUBMISSION.seal_text(key, row, &work.text),
            saved_at: work.handed_in,
            handed_in_at: Some(work.handed_in),
        });
        if let Some(mark) = work.mark {
            self.markings.push(submission_markings::Model {
                submission: work.id,
                marker,
                outcome: state.as_str().to_owned(),
                levels: json(&mark.levels)?,
                percent: mark.percent.into(),
                passed: mark.passed,
                comment: MARKING_COMMENT.seal_text(key, row, &mark.comment),
                marked_at: mark.at,
            });
        }
        Ok(())
    }

    fn assessment(&mut self, key: &DataKey, account: AccountId, assessed: Assessed) -> StoreResult<()> {
        self.assessments.push(needs_assessments::Model {
            id: assessed.id,
            account,
            edition: assessed.edition,
            form: assessed.sheet.answers.form.as_str().to_owned(),
            started_at: assessed.started,
            finished_at: assessed.finished.as_ref().map(|(at, _)| *at),
            remind_at: None,
            answers: NEEDS_ANSWERS.seal(key, assessed.id.0.as_bytes(), &assessed.sheet)?,
            saved_at: assessed.finished.as_ref().map_or(assessed.started, |(at, _)| *at),
        });
        let Some((finished_at, levels)) = assessed.finished else { return Ok(()) };
        self.levels.extend(levels.into_iter().map(|level| need_levels::Model {
            assessment: assessed.id,
            competency: level.competency.as_str().to_owned(),
            role: level.role.map(String::from).unwrap_or_default(),
            need: level.need.into(),
            finished_at,
        }));
        Ok(())
    }
}

fn response(
    key: &DataKey,
    sitting: &Sitting,
    position: i64,
    responded: &Responded,
) -> StoreResult<attempt_responses::Model> {
    let place = sealed::row(sitting.id.0, responded.question.as_str());
    Ok(attempt_responses::Model {
        attempt: sitting.id,
        question: responded.question.clone(),
        position,
        response: match &responded.response {
            Some(response) => ATTEMPT_RESPONSE.seal(key, &place, &Some(response))?,
            None => Vec::new(),
        },
        confidence: None,
        points_hundredths: Some(responded.hundredths.into()),
        saved_at: sitting.submitted,
    })
}

fn attempt(enrolment: EnrolmentId, edition: &EditionHash, sitting: Sitting) -> StoreResult<attempts::Model> {
    Ok(attempts::Model {
        id: sitting.id,
        enrolment,
        quiz: sitting.quiz,
        edition: edition.clone(),
        number: sitting.number.into(),
        seed: sitting.seed.cast_signed(),
        questions: json(&sitting.questions)?,
        started_at: sitting.started,
        submitted_at: Some(sitting.submitted),
        score_hundredths: Some(sitting.score.hundredths.into()),
        max_hundredths: Some(sitting.score.max_hundredths.into()),
        passed: Some(sitting.score.passed),
        awaiting: Some(sitting.score.awaiting.into()),
        emptied_at: None,
        machine_units: None,
        may_still_pass: Some(sitting.score.may_still_pass),
    })
}

fn json(value: &impl serde::Serialize) -> StoreResult<String> {
    serde_json::to_string(value).map_err(|_| StoreError::Fault("a made-up value is no JSON".into()))
}

/// Inserts rows in statements of as many as the databases take values for.
async fn insert_all<M, A>(tx: &Tx, rows: Vec<M>) -> StoreResult<()>
where
    M: IntoActiveModel<A>,
    A: ActiveModelTrait + ActiveModelBehavior + Send,
{
    // SQLite takes 32,766 values in a statement, PostgreSQL 65,535.
    let columns = <A::Entity as EntityTrait>::Column::iter().count();
    let most = 20_000 / columns.max(1);
    let mut rows = rows.into_iter().map(IntoActiveModel::into_active_model).peekable();
    while rows.peek().is_some() {
        let part: Vec<A> = rows.by_ref().take(most).collect();
        A::Entity::insert_many(part).exec_without_returning(tx).await?;
    }
    Ok(())
}
