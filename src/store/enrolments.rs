//! Enrolments: one learner in one course, where they are in it and which lessons they have done.
//!
//! Functions that change something below an enrolment take the loaded [`Enrolment`]: whoever has one
//! was let to it by [`by_id`], which asks whose it is.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ColumnTrait, EntityTrait, ExprTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Set, Statement,
};
use uuid::Uuid;

use crate::domain::course::{EditionHash, Place};
use crate::domain::id::{AccountId, BlockId, CourseSlug, EnrolmentId, LessonId, QuizId};
use crate::domain::progress::edition::Holds;
use crate::domain::time::Timestamp;

use super::entity::enrolments::{self, ActiveModel, Column, Entity, Model};
use super::entity::{attempts, completions};
use super::error::{StoreError, StoreResult};
use super::rows::{found, upsert};
use super::writer::Tx;
use super::{Store, certificates, notes, submissions};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolment {
    pub id: EnrolmentId,
    pub account: AccountId,
    pub course: CourseSlug,
    pub edition: EditionHash,
    pub enrolled_at: Timestamp,
    /// The lesson that was worked at last.
    pub last_place: Option<Place>,
    pub last_opened_at: Option<Timestamp>,
    /// The edition they were in before, until they have seen what changed.
    pub moved_from: Option<EditionHash>,
}

/// Enrols a person in the edition that is current now. Enrolling again gives the enrolment there is.
pub async fn enrol(
    store: &Store,
    account: AccountId,
    course: &CourseSlug,
    edition: &EditionHash,
    now: Timestamp,
) -> StoreResult<Enrolment> {
    let row = Model {
        id: EnrolmentId(Uuid::now_v7()),
        account,
        course: course.clone(),
        edition: edition.clone(),
        enrolled_at: now,
        last_place: None,
        last_opened_at: None,
        moved_from: None,
    };
    let course = course.clone();
    let enrolled = store.write(move |tx| {
        Box::pin(async move {
            let keep = OnConflict::columns([Column::Account, Column::Course]).do_nothing().to_owned();
            upsert(tx, row, keep).await?;
            let there = of_course(account, &course).one(tx).await?.ok_or(StoreError::NotFound)?;
            enrolment(there)
        })
    });
    enrolled.await
}

/// Withdraws: deletes the enrolment with all notes, responses, attempts and submissions. A certificate
/// stays, and its holder still finds it.
pub async fn withdraw(store: &Store, enrolment: &Enrolment) -> StoreResult<()> {
    let (id, account, key) = (enrolment.id, enrolment.account, store.data_key(enrolment.account).await?);
    let delete =
        Entity::delete_many().filter(enrolments::COLUMN.id.eq(id)).filter(enrolments::COLUMN.account.eq(account));
    let withdrawn = store.write_then_forget(move |tx| {
        Box::pin(async move {
            certificates::keep(tx, &key, account, id).await?;
            found(delete.exec(tx).await?.rows_affected)
        })
    });
    withdrawn.await
}

/// A person's enrolments, the one opened last first.
pub async fn mine(store: &Store, account: AccountId) -> StoreResult<Vec<Enrolment>> {
    let query = Entity::find().filter(enrolments::COLUMN.account.eq(account)).order_by_desc(Column::EnrolledAt);
    let rows = store.read(query.all(store.reader())).await?;
    let mut mine = rows.into_iter().map(enrolment).collect::<StoreResult<Vec<_>>>()?;
    mine.sort_by_key(|enrolment| std::cmp::Reverse(enrolment.last_opened_at.unwrap_or(enrolment.enrolled_at)));
    Ok(mine)
}

/// An enrolment, if it is this person's.
pub async fn by_id(store: &Store, account: AccountId, id: EnrolmentId) -> StoreResult<Option<Enrolment>> {
    let query = Entity::find_by_id(id).filter(enrolments::COLUMN.account.eq(account));
    store.read(query.one(store.reader())).await?.map(enrolment).transpose()
}

/// A person's enrolment in a course.
pub async fn in_course(store: &Store, account: AccountId, course: &CourseSlug) -> StoreResult<Option<Enrolment>> {
    store.read(of_course(account, course).one(store.reader())).await?.map(enrolment).transpose()
}

/// All lessons that a person has done, in whatever course.
pub async fn lessons_done(store: &Store, account: AccountId) -> StoreResult<BTreeSet<(CourseSlug, LessonId)>> {
    let sql = "SELECT enrolments.course, completions.lesson FROM completions \
        JOIN enrolments ON enrolments.id = completions.enrolment WHERE enrolments.account = $1";
    let statement = Statement::from_sql_and_values(store.reader().get_database_backend(), sql, [account.into()]);
    let rows = store.read(Done::find_by_statement(statement).all(store.reader())).await?;
    Ok(rows.into_iter().map(|row| (row.course, row.lesson)).collect())
}

#[derive(FromQueryResult)]
struct Done {
    course: CourseSlug,
    lesson: LessonId,
}

/// Remembers the lesson that was worked at last, so that another device can go on there.
pub async fn remember_place(store: &Store, enrolment: &Enrolment, place: Place, now: Timestamp) -> StoreResult<()> {
    let change =
        ActiveModel { last_place: Set(Some(place.to_string())), last_opened_at: Set(Some(now)), ..Default::default() };
    update(store, enrolment.id, change).await
}

/// Up to `most` enrolments in other editions of a course than `latest`, those after `after` in the
/// order of their ids.
pub async fn in_older_editions(
    store: &Store,
    course: &CourseSlug,
    latest: &EditionHash,
    after: Option<EnrolmentId>,
    most: u64,
) -> StoreResult<Vec<Enrolment>> {
    let mut query = Entity::find()
        .filter(enrolments::COLUMN.course.eq(course.clone()))
        .filter(enrolments::COLUMN.edition.ne(latest.clone()))
        .order_by_asc(Column::Id)
        .limit(most);
    if let Some(after) = after {
        query = query.filter(enrolments::COLUMN.id.gt(after));
    }
    store.read(query.all(store.reader())).await?.into_iter().map(enrolment).collect()
}

/// A newer edition for a learner.
#[derive(Clone, Debug)]
pub struct Move {
    pub edition: EditionHash,
    /// Where the lesson of their last work stands in it.
    pub last_place: Option<Place>,
    /// Whether something changed that they are told.
    pub has_news: bool,
    /// What work may hang on in it.
    pub holds: Holds,
}

/// Moves a learner to a newer edition; whether they were. Nothing happens when another server moved
/// them first, nor when something of theirs has no place there: a quiz that is passed or open, a task
/// that was begun, a reflection. That is asked in the moment of the move, so that work done meanwhile
/// counts.
pub async fn move_to_edition(store: &Store, enrolment: &Enrolment, to: Move) -> StoreResult<bool> {
    // What they have not looked at yet stays to be told.
    let from = enrolment.moved_from.clone().or_else(|| to.has_news.then(|| enrolment.edition.clone()));
    let change = ActiveModel {
        moved_from: Set(from.filter(|from| *from != to.edition)),
        edition: Set(to.edition),
        last_place: Set(to.last_place.map(|place| place.to_string())),
        ..Default::default()
    };
    let (id, holds) = (enrolment.id, to.holds);
    let update = Entity::update_many()
        .set(change)
        .filter(enrolments::COLUMN.id.eq(enrolment.id))
        .filter(enrolments::COLUMN.edition.eq(enrolment.edition.clone()));
    let moved = store.write(move |tx| {
        Box::pin(async move { Ok(has_place(tx, id, &holds).await? && update.exec(tx).await?.rows_affected > 0) })
    });
    moved.await
}

/// Whether everything that somebody passed or began has its place in an edition.
async fn has_place(tx: &Tx, enrolment: EnrolmentId, holds: &Holds) -> StoreResult<bool> {
    let is_lost = |quiz: &QuizId| !holds.quizzes.contains(quiz);
    let quizzes: Vec<QuizId> = attempts::Entity::find()
        .select_only()
        .column(attempts::Column::Quiz)
        .filter(attempts::COLUMN.enrolment.eq(enrolment))
        .filter(attempts::Column::SubmittedAt.is_null().or(attempts::Column::Passed.eq(true)))
        .into_tuple()
        .all(tx)
        .await?;
    let reflections: Vec<BlockId> = notes::written(tx, enrolment).await?;
    let tasks = submissions::tasks_begun(tx, enrolment).await?;
    Ok(!quizzes.iter().any(is_lost)
        && tasks.iter().all(|task| holds.tasks.contains(task))
        && reflections.iter().all(|block| holds.reflections.contains(block)))
}

/// The learner has seen what changed with the new edition.
pub async fn see_changes(store: &Store, enrolment: &Enrolment) -> StoreResult<()> {
    update(store, enrolment.id, ActiveModel { moved_from: Set(None), ..Default::default() }).await
}

/// Marks a lesson as done; the first time counts.
pub async fn complete_lesson(
    store: &Store,
    enrolment: &Enrolment,
    lesson: &LessonId,
    now: Timestamp,
) -> StoreResult<()> {
    let row = completions::Model { enrolment: enrolment.id, lesson: lesson.clone(), done_at: now };
    let key = [completions::Column::Enrolment, completions::Column::Lesson];
    let keep = OnConflict::columns(key).do_nothing().to_owned();
    store.write(move |tx| Box::pin(async move { upsert(tx, row, keep).await.map(drop) })).await
}

/// Takes the mark away.
pub async fn uncomplete_lesson(store: &Store, enrolment: &Enrolment, lesson: &LessonId) -> StoreResult<()> {
    let delete = completions::Entity::delete_by_id((enrolment.id, lesson.clone()));
    store.write(move |tx| Box::pin(async move { Ok(delete.exec(tx).await.map(drop)?) })).await
}

/// The lessons done in an enrolment, and when.
pub async fn completions(store: &Store, enrolment: EnrolmentId) -> StoreResult<BTreeMap<LessonId, Timestamp>> {
    let query = completions::Entity::find().filter(completions::COLUMN.enrolment.eq(enrolment));
    let rows = store.read(query.all(store.reader())).await?;
    Ok(rows.into_iter().map(|row| (row.lesson, row.done_at)).collect())
}

async fn update(store: &Store, id: EnrolmentId, change: ActiveModel) -> StoreResult<()> {
    let update = Entity::update_many().set(change).filter(enrolments::COLUMN.id.eq(id));
    store.write(move |tx| Box::pin(async move { found(update.exec(tx).await?.rows_affected) })).await
}

fn of_course(account: AccountId, course: &CourseSlug) -> sea_orm::Select<Entity> {
    Entity::find().filter(enrolments::COLUMN.account.eq(account)).filter(enrolments::COLUMN.course.eq(course.clone()))
}

fn enrolment(row: Model) -> StoreResult<Enrolment> {
    let place = row.last_place.map(|text| text.parse::<Place>()).transpose();
    Ok(Enrolment {
        id: row.id,
        account: row.account,
        course: row.course,
        edition: row.edition,
        enrolled_at: row.enrolled_at,
        last_place: place.map_err(|()| StoreError::Corrupt("a place that is none"))?,
        last_opened_at: row.last_opened_at,
        moved_from: row.moved_from,
    })
}
