//! Moving learners to the newest edition of their course when all their work carries over. Attempts
//! and certificates keep the edition they were made in.

use std::time::Duration;

use crate::catalogue::{Catalogue, CatalogueError};
use crate::domain::course::Course;
use crate::domain::progress::edition::{self, Holds};
use crate::store::enrolments::{self, Enrolment, Move};
use crate::store::error::StoreError;
use crate::store::{Store, progress};

/// How many are looked at between two pauses, in which those who learn have the database to themselves.
const BATCH: u64 = 50;
const PAUSE: Duration = Duration::from_millis(100);

/// Moves everybody who can be moved; how many were.
pub async fn carry_over(store: &Store, catalogue: &Catalogue) -> Result<u64, CatalogueError> {
    let mut moved = 0;
    for course in catalogue.latest() {
        let mut after = None;
        loop {
            let batch = enrolments::in_older_editions(store, &course.slug, &course.edition, after, BATCH).await?;
            let Some(last) = batch.last().map(|enrolment| enrolment.id) else { break };
            for enrolment in &batch {
                match carry_one_over(store, catalogue, &course, enrolment).await {
                    Ok(was_moved) => moved += u64::from(was_moved),
                    Err(error @ CatalogueError::Store(StoreError::Unavailable(_))) => return Err(error),
                    // One learner's trouble is not the others'.
                    Err(error) => tracing::error!("a learner stays in an older edition: {error}"),
                }
            }
            after = Some(last);
            tokio::time::sleep(PAUSE).await;
        }
    }
    Ok(moved)
}

/// Whether this learner was moved. Somebody whose work would be lost stays where they are, and so
/// does somebody in an edition that this release cannot read.
async fn carry_one_over(
    store: &Store,
    catalogue: &Catalogue,
    new: &Course,
    enrolment: &Enrolment,
) -> Result<bool, CatalogueError> {
    let old = match catalogue.edition(store, &enrolment.edition).await {
        Ok(old) => old,
        Err(CatalogueError::Unreadable(_)) => return Ok(false),
        Err(error) => return Err(error),
    };
    let progress = progress::of_enrolment(store, enrolment.id).await?;
    let carried = edition::carry_over(old.source(), new.source(), &progress);
    if !carried.keeps_all_work() {
        return Ok(false);
    }
    let lesson = enrolment.last_place.and_then(|place| old.source().lesson_at(place));
    let to = Move {
        edition: new.edition.clone(),
        last_place: lesson.and_then(|lesson| new.source().place_of(&lesson.id)),
        has_news: carried.has_news(),
        holds: Holds::of(new.source()),
    };
    Ok(enrolments::move_to_edition(store, enrolment, to).await?)
}
