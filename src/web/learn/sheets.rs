//! Lessons in which nobody has worked yet, whole pages printed for all who get the same.
//!
//! A page is printed from its [`Look`] alone, for a reader who does not exist, so it cannot hold
//! anything of the person for whom it was printed first. Then each answer gets its own form token and
//! enrolment ([`Stencil`]).

use std::collections::BTreeSet;
use std::sync::Arc;

use moka::sync::Cache;
use rocket::tokio::sync::Mutex;
use rocket::tokio::task::spawn_blocking;
use uuid::Uuid;

use super::journey::Journey;
use super::lesson::{LessonPage, Work};
use crate::crypto::random;
use crate::domain::account::Role;
use crate::domain::course::{Course, CourseText, EditionHash, Place};
use crate::domain::id::{AccountId, EnrolmentId};
use crate::domain::language::LanguageTag;
use crate::domain::progress::CourseProgress;
use crate::domain::time::{Day, Timestamp};
use crate::locale::Language;
use crate::store::enrolments::Enrolment;
use crate::web::compress::Stencil;
use crate::web::csrf;
use crate::web::error::AppError;
use crate::web::house::House;
use crate::web::page::Surroundings;
use crate::web::reply::{Reply, Sheet};
use crate::web::visitor::Visitor;

/// The most bytes of pages that are kept.
const KEPT: u64 = 12 * 1024 * 1024;

/// All that decides what such a page looks like.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Look {
    edition: EditionHash,
    text: LanguageTag,
    language: Language,
    place: Place,
    roles: BTreeSet<Role>,
    /// What the outline shows as done.
    progress: CourseProgress,
    /// Facts fall due by the day.
    day: Day,
}

/// Pages that were asked for, and what stands in them where each reader's own words go.
pub struct Sheets {
    pages: Cache<Look, Seen>,
    stand_ins: StandIns,
    /// Held while a page is printed: compressing one well takes megabytes, and a class opens a lesson
    /// all at once.
    press: Mutex<()>,
}

/// The token and the enrolment of the reader who does not exist. Drawn at random when the server starts:
/// known beforehand, an author could write them into an address and be sent each reader's own.
struct StandIns {
    token: String,
    enrolment: EnrolmentId,
}

/// Printing for all takes longer than printing for one, so it waits for the second reader.
#[derive(Clone)]
enum Seen {
    Once,
    Printed(Arc<Stencil>),
}

impl Default for Sheets {
    fn default() -> Self {
        let weight = |_: &Look, seen: &Seen| match seen {
            Seen::Once => 512,
            Seen::Printed(stencil) => u32::try_from(stencil.weight()).unwrap_or(u32::MAX),
        };
        let pages = Cache::builder().weigher(weight).max_capacity(KEPT).build();
        let stand_ins = StandIns {
            token: csrf::token(&random::bytes()),
            enrolment: EnrolmentId(Uuid::from_bytes(random::bytes())),
        };
        Self { pages, stand_ins, press: Mutex::new(()) }
    }
}

/// The page of a lesson for somebody who has not worked in it; `None` when it is better made for this
/// reader alone.
pub async fn show(
    roles: &BTreeSet<Role>,
    visitor: &Visitor<'_>,
    journey: &Journey,
    place: Place,
    token: &str,
) -> Result<Option<Reply>, AppError> {
    let look = Look {
        edition: journey.course.edition.clone(),
        text: journey.text.language.clone(),
        language: visitor.language,
        place,
        roles: roles.clone(),
        progress: journey.progress.without_scores(),
        day: visitor.now.day(),
    };
    let Sheets { pages, stand_ins, press } = &visitor.house.sheets;
    let stencil = match pages.get(&look) {
        Some(Seen::Printed(stencil)) => stencil,
        Some(Seen::Once) => {
            let Ok(_turn) = press.try_lock() else { return Ok(None) };
            let page = look.print(visitor.house, &journey.course, &journey.text)?;
            let words = [stand_ins.token.clone(), stand_ins.enrolment.to_string()];
            let cut = move || Arc::new(Stencil::cut(&page, &words.each_ref().map(String::as_str)));
            let stencil = spawn_blocking(cut).await.map_err(AppError::fault)?;
            pages.insert(look, Seen::Printed(stencil.clone()));
            stencil
        }
        None => {
            pages.insert(look, Seen::Once);
            return Ok(None);
        }
    };
    Ok(Some(Reply::Sheet(Sheet { stencil, words: [token.to_owned(), journey.enrolment.id.to_string()] })))
}

impl Look {
    fn print(&self, house: &House, course: &Arc<Course>, text: &Arc<CourseText>) -> Result<String, AppError> {
        let nobodys = Enrolment {
            id: house.sheets.stand_ins.enrolment,
            account: AccountId(Uuid::nil()),
            course: course.slug.clone(),
            edition: self.edition.clone(),
            enrolled_at: Timestamp(0),
            last_place: None,
            last_opened_at: None,
            moved_from: None,
        };
        let (course, text, progress) = (course.clone(), text.clone(), Arc::new(self.progress.clone()));
        let journey = Journey { enrolment: nobodys, course, text, progress };
        let surroundings = Surroundings {
            house,
            language: self.language,
            here: &journey.url(self.place),
            chosen: None,
            roles: Some(&self.roles),
            may_sign_out: true,
            token: house.sheets.stand_ins.token.clone(),
        };
        let (place, today, work) = (self.place, self.day, Work::default());
        LessonPage { surroundings: &surroundings, journey: &journey, place, today, work }.print()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stand_ins_are_as_long_as_what_they_stand_for_and_known_to_nobody() {
        let (one, other) = (Sheets::default().stand_ins, Sheets::default().stand_ins);
        assert_eq!(one.token.len(), csrf::token(&[7; 32]).len());
        assert_eq!(one.enrolment.to_string().len(), Uuid::now_v7().to_string().len());
        assert!(one.token != other.token && one.enrolment != other.enrolment);
    }
}
