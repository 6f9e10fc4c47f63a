//! Everything held about a person, for that person: readable, complete, and nobody else's.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::domain::account::{ManagerScope, Role};
use crate::domain::competency::{CompetencyCode, Level};
use crate::domain::id::{AccountId, CertificateId, CourseSlug, ItemId, LessonId, OptionId, QuestionId};
use crate::domain::language::LanguageTag;
use crate::domain::needs::answers::Outcome;
use crate::domain::needs::diagnosis::KeptStanding;
use crate::domain::needs::framework::AreaCode;
use crate::domain::needs::pathway::StepKey;
use crate::domain::needs::pathway::basis::Basis;
use crate::domain::needs::pathway::edit::Edit;
use crate::domain::quiz::response::{Confidence, Response};
use crate::domain::time::{Day, Timestamp};
use crate::store::attempts::{self, Attempt, SavedResponse};
use crate::store::audit;
use crate::store::challenges::{self, Challenge};
use crate::store::enrolments::{self, Enrolment};
use crate::store::entity::{attempts as attempt_rows, remembered_devices, sessions, submissions as submission_rows};
use crate::store::error::{StoreError, StoreResult};
use crate::store::needs::{self, Assessment};
use crate::store::notes::Note;
use crate::store::submissions::{self, Message, Submission, SubmissionState};
use crate::store::{Store, certificates, checks, memberships, notes, organisations, pathways};

use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};

/// All we hold. Moments are milliseconds since 1970 in UTC, days are counted from 1970-01-01.
#[derive(Serialize)]
pub struct Held {
    sign_in_name: String,
    language: LanguageTag,
    registered_on: Day,
    password_changed_at: Timestamp,
    has_second_factor: bool,
    roles: BTreeSet<Role>,
    /// As a programme manager: an organisation's name, or the network.
    #[serde(skip_serializing_if = "Option::is_none")]
    manages: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    membership: Option<HeldMembership>,
    recovery_codes_left: u64,
    sessions: Vec<HeldSession>,
    remembered_devices: u64,
    courses: Vec<HeldCourse>,
    needs_assessments: Vec<HeldAssessment>,
    certificates: Vec<HeldCertificate>,
    pathway: Option<HeldPathway>,
    challenges: Vec<HeldChallenge>,
    audit_entries: Vec<audit::Entry>,
}

#[derive(Serialize)]
struct HeldMembership {
    organisation: String,
    cohort: Option<String>,
    joined_at: Timestamp,
}

#[derive(Serialize)]
struct HeldSession {
    created_at: Timestamp,
    last_seen_at: Timestamp,
    is_own_device: bool,
}

#[derive(Serialize)]
struct HeldCourse {
    course: CourseSlug,
    enrolled_at: Timestamp,
    last_place: Option<String>,
    last_opened_at: Option<Timestamp>,
    lessons_done: BTreeMap<LessonId, Timestamp>,
    ticks: BTreeMap<String, BTreeSet<usize>>,
    reflections: BTreeMap<String, String>,
    checks: BTreeMap<QuestionId, HeldResponse>,
    attempts: Vec<HeldAttempt>,
    work: Vec<HeldWork>,
}

#[derive(Serialize)]
struct HeldResponse {
    response: Option<Response>,
    #[serde(skip_serializing_if = "Option::is_none")]
    confidence: Option<Confidence>,
    points_hundredths: Option<u32>,
    at: Timestamp,
}

#[derive(Serialize)]
struct HeldAttempt {
    quiz: String,
    number: u16,
    questions: Vec<QuestionId>,
    started_at: Timestamp,
    handed_in_at: Option<Timestamp>,
    percent: Option<u8>,
    passed: Option<bool>,
    responses: BTreeMap<QuestionId, HeldResponse>,
}

#[derive(Serialize)]
struct HeldWork {
    item: String,
    number: u16,
    text: String,
    handed_in_at: Option<Timestamp>,
    percent: Option<u8>,
    passed: Option<bool>,
    comment: Option<String>,
    messages: Vec<HeldMessage>,
}

#[derive(Serialize)]
struct HeldMessage {
    from: &'static str,
    text: String,
    at: Timestamp,
}

/// Without the risk level, exact or rough: it is never written into a file (SAFETY, and the curriculum
/// brief, section 2a).
#[derive(Serialize)]
struct HeldAssessment {
    form: &'static str,
    begun_at: Timestamp,
    finished_at: Option<Timestamp>,
    areas: BTreeSet<AreaCode>,
    situation: BTreeMap<ItemId, Vec<OptionId>>,
    self_ratings: BTreeMap<CompetencyCode, u8>,
    short_questions: BTreeMap<QuestionId, Outcome>,
    /// Measured and required level of each competency.
    levels: BTreeMap<CompetencyCode, (Level, Level)>,
}

#[derive(Serialize)]
struct HeldCertificate {
    id: CertificateId,
    course: CourseSlug,
    issued: Day,
    expires: Option<Day>,
    revoked: Option<Day>,
}

/// What the pathway is planned from. The risk band is held with it and left out on purpose, and so are
/// the needs: their order, their causes and how far they go follow from it, and the rest of them from the
/// levels. What tells a risk stands in no file that can be found on a device.
#[derive(Serialize)]
struct HeldPathway {
    minutes_a_week: u16,
    levels: Vec<KeptStanding>,
    own_changes: Vec<Edit>,
    proven: BTreeMap<CompetencyCode, Level>,
}

#[derive(Serialize)]
struct HeldChallenge {
    step: StepKey,
    started_at: Timestamp,
    finished_at: Option<Timestamp>,
    questions: Vec<QuestionId>,
    /// By the number of the question.
    responses: BTreeMap<u16, Option<Response>>,
    right: Option<u16>,
}

/// Gathers everything held about a person. Hashes, keys and the password are left out: they tell the
/// person nothing.
pub async fn export(store: &Store, account: AccountId) -> StoreResult<Held> {
    let person = super::by_id(store, account).await?.ok_or(StoreError::NotFound)?;
    let mut courses = Vec::new();
    for enrolment in enrolments::mine(store, account).await? {
        courses.push(course(store, enrolment).await?);
    }
    let devices = remembered_devices::Entity::find().filter(remembered_devices::COLUMN.account.eq(account));
    Ok(Held {
        sign_in_name: person.name.reveal().to_owned(),
        language: person.language,
        registered_on: person.registered_on,
        password_changed_at: person.password_changed_at,
        has_second_factor: person.has_second_factor,
        manages: manages(store, account, &person.roles).await?,
        membership: membership(store, account).await?,
        roles: person.roles,
        recovery_codes_left: super::recovery::left(store, account).await?,
        sessions: sessions_of(store, account).await?,
        remembered_devices: store.read(devices.count(store.reader())).await?,
        courses,
        needs_assessments: assessments_of(store, account).await?,
        certificates: certificates_of(store, account).await?,
        pathway: pathways::mine(store, account).await?.map(held_pathway),
        challenges: challenges::mine(store, account).await?.into_iter().map(held_challenge).collect(),
        audit_entries: audit::mine(store, account).await?,
    })
}

async fn manages(store: &Store, account: AccountId, roles: &BTreeSet<Role>) -> StoreResult<Option<String>> {
    if !roles.contains(&Role::ProgrammeManager) {
        return Ok(None);
    }
    Ok(match memberships::manager_scope(store, account).await? {
        ManagerScope::Network => Some("the network".to_owned()),
        ManagerScope::Organisation(id) => organisations::by_id(store, id).await?.map(|found| found.name),
        ManagerScope::Nothing => None,
    })
}

async fn membership(store: &Store, account: AccountId) -> StoreResult<Option<HeldMembership>> {
    let Some(held) = memberships::of(store, account).await? else { return Ok(None) };
    let organisation = organisations::by_id(store, held.placement.organisation).await?;
    let cohort = match held.placement.cohort {
        Some(id) => organisations::cohort_by_id(store, id).await?.map(|cohort| cohort.name),
        None => None,
    };
    let organisation = organisation.map(|found| found.name).unwrap_or_default();
    Ok(Some(HeldMembership { organisation, cohort, joined_at: held.joined_at }))
}

async fn sessions_of(store: &Store, account: AccountId) -> StoreResult<Vec<HeldSession>> {
    let of_account = sessions::Entity::find().filter(sessions::COLUMN.account.eq(account));
    let query = of_account.filter(sessions::COLUMN.was_ended.eq(false));
    let held = |row: sessions::Model| HeldSession {
        created_at: row.created_at,
        last_seen_at: row.last_seen_at,
        is_own_device: row.is_own_device,
    };
    Ok(store.read(query.all(store.reader())).await?.into_iter().map(held).collect())
}

async fn assessments_of(store: &Store, account: AccountId) -> StoreResult<Vec<HeldAssessment>> {
    let held = |assessment: Assessment| {
        let answers = assessment.sheet.answers;
        let standings = assessment.sheet.kept.map(|kept| kept.standings).unwrap_or_default();
        let levels = |standing: KeptStanding| (standing.code, (standing.measured.level(), standing.required.level()));
        HeldAssessment {
            form: assessment.form.as_str(),
            begun_at: assessment.started,
            finished_at: assessment.finished,
            areas: answers.areas,
            situation: answers.context,
            self_ratings: answers.self_ratings,
            short_questions: answers.questions,
            levels: standings.into_iter().map(levels).collect(),
        }
    };
    Ok(needs::mine(store, account).await?.into_iter().map(held).collect())
}

async fn certificates_of(store: &Store, account: AccountId) -> StoreResult<Vec<HeldCertificate>> {
    let held = |stored: certificates::Stored| HeldCertificate {
        id: stored.id,
        course: stored.course,
        issued: stored.issued,
        expires: stored.expires,
        revoked: stored.revoked,
    };
    Ok(certificates::mine(store, account).await?.into_iter().map(held).collect())
}

fn held_pathway(basis: Basis) -> HeldPathway {
    HeldPathway {
        minutes_a_week: basis.kept.minutes_a_week,
        levels: basis.kept.standings,
        own_changes: basis.edits,
        proven: basis.proven,
    }
}

fn held_challenge(challenge: Challenge) -> HeldChallenge {
    HeldChallenge {
        step: challenge.sitting.step,
        started_at: challenge.started,
        finished_at: challenge.finished,
        questions: challenge.sitting.questions.into_iter().map(|asked| asked.question).collect(),
        responses: challenge.sitting.responses,
        right: challenge.sitting.right,
    }
}

async fn course(store: &Store, enrolment: Enrolment) -> StoreResult<HeldCourse> {
    let (account, id) = (enrolment.account, enrolment.id);
    let (mut ticks, mut reflections) = (BTreeMap::new(), BTreeMap::new());
    for (block, note) in notes::of_enrolment(store, account, id).await? {
        match note {
            Note::Ticks(ticked) => drop(ticks.insert(block.to_string(), ticked)),
            Note::Reflection(text) => drop(reflections.insert(block.to_string(), text)),
        }
    }
    let check = |check: checks::Check| HeldResponse {
        response: Some(check.response),
        confidence: None,
        points_hundredths: Some(check.hundredths),
        at: check.answered,
    };
    let checks = checks::of_enrolment(store, account, id).await?;
    Ok(HeldCourse {
        course: enrolment.course.clone(),
        enrolled_at: enrolment.enrolled_at,
        last_place: enrolment.last_place.map(|place| place.to_string()),
        last_opened_at: enrolment.last_opened_at,
        lessons_done: enrolments::completions(store, id).await?,
        ticks,
        reflections,
        checks: checks.into_iter().map(|(question, held)| (question, check(held))).collect(),
        attempts: attempts_of(store, &enrolment).await?,
        work: work_of(store, &enrolment).await?,
    })
}

async fn attempts_of(store: &Store, enrolment: &Enrolment) -> StoreResult<Vec<HeldAttempt>> {
    let query = attempt_rows::Entity::find()
        .filter(attempt_rows::COLUMN.enrolment.eq(enrolment.id))
        .order_by_asc(attempt_rows::Column::StartedAt);
    let mut held = Vec::new();
    for row in store.read(query.all(store.reader())).await? {
        let attempt = attempts::by_id(store, enrolment.account, row.id).await?.ok_or(StoreError::NotFound)?;
        let responses = attempts::responses(store, enrolment.account, attempt.id).await?;
        held.push(held_attempt(attempt, responses));
    }
    Ok(held)
}

fn held_attempt(attempt: Attempt, responses: BTreeMap<QuestionId, SavedResponse>) -> HeldAttempt {
    let response = |saved: SavedResponse| HeldResponse {
        response: saved.response,
        confidence: saved.confidence,
        points_hundredths: saved.points_hundredths,
        at: saved.saved,
    };
    HeldAttempt {
        quiz: attempt.quiz.to_string(),
        number: attempt.number,
        questions: attempt.questions,
        started_at: attempt.started,
        handed_in_at: attempt.submitted,
        percent: attempt.score.map(|score| score.percent),
        passed: attempt.score.map(|score| score.passed),
        responses: responses.into_iter().map(|(question, saved)| (question, response(saved))).collect(),
    }
}

async fn work_of(store: &Store, enrolment: &Enrolment) -> StoreResult<Vec<HeldWork>> {
    let query = submission_rows::Entity::find()
        .filter(submission_rows::COLUMN.enrolment.eq(enrolment.id))
        .order_by_asc(submission_rows::Column::SavedAt);
    let mut held = Vec::new();
    for row in store.read(query.all(store.reader())).await? {
        let work = submissions::by_id(store, row.id).await?.ok_or(StoreError::NotFound)?;
        let messages = submissions::thread(store, work.id).await?;
        held.push(held_work(work, messages));
    }
    Ok(held)
}

fn held_work(work: Submission, messages: Vec<Message>) -> HeldWork {
    let message = |message: Message| HeldMessage {
        from: if message.from_learner { "learner" } else { "trainer" },
        text: message.text,
        at: message.at,
    };
    let marked = work.marking.as_ref().filter(|_| work.state == SubmissionState::Marked);
    HeldWork {
        percent: marked.map(|marking| marking.percent),
        passed: marked.map(|marking| marking.passed),
        comment: work.marking.as_ref().map(|marking| marking.comment.clone()),
        item: work.item.to_string(),
        number: work.number,
        text: work.text,
        handed_in_at: work.handed_in,
        messages: messages.into_iter().map(message).collect(),
    }
}
