//! Lessons in which nobody has worked yet, whole pages printed for all who get the same.
//!
//! A page is printed from its [`Look`] alone, for a reader who does not exist, so it cannot hold
//! anything of the person for whom it was printed first. Then each answer gets its own form token and
//! enrolment ([`Stencil`]).

use std::collections::BTreeSet;
use std::sync::Arc;

use moka::sync::Cache;
use uuid::Uuid;

use super::journey::Journey;
use super::lesson::{LessonPage, Work};
use crate::domain::account::Role;
use crate::domain::course::{Course, CourseText, EditionHash, Place};
use crate::domain::id::{AccountId, EnrolmentId};
use crate::domain::language::LanguageTag;
use crate::domain::progress::CourseProgress;
use crate::domain::time::{Day, Timestamp};
use crate::locale::Language;
use crate::store::enrolments::Enrolment;
use crate::web::compress::Stencil;
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

pub struct Sheets(Cache<Look, Arc<Stencil>>);

impl Default for Sheets {
    fn default() -> Self {
        let weight = |_: &Look, stencil: &Arc<Stencil>| u32::try_from(stencil.weight()).unwrap_or(u32::MAX);
        Self(Cache::builder().weigher(weight).max_capacity(KEPT).build())
    }
}

/// The token and the enrolment of the reader who does not exist: as long as real ones, and such as
/// stand in no text.
const NO_TOKEN: &str = "stand-in-for-the-token-of-a-form_stand-in-for-the-token-of-a-form_stand-in-for-the-tok";
const NO_ENROLMENT: Uuid = Uuid::from_u128(0x5374_616e_642d_496e_0046_6f72_4f6e_6521);

/// The page of a lesson for somebody who has not worked in it.
pub fn show(
    roles: &BTreeSet<Role>,
    visitor: &Visitor<'_>,
    journey: &Journey,
    place: Place,
    token: String,
) -> Result<Reply, AppError> {
    let look = Look {
        edition: journey.course.edition.clone(),
        text: journey.text.language.clone(),
        language: visitor.language,
        place,
        roles: roles.clone(),
        progress: journey.progress.without_scores(),
        day: visitor.now.day(),
    };
    let sheets = &visitor.house.sheets.0;
    let stencil = match sheets.get(&look) {
        Some(stencil) => stencil,
        None => {
            let page = look.print(visitor.house, &journey.course, &journey.text)?;
            let stencil = Arc::new(Stencil::cut(&page, &[NO_TOKEN, &NO_ENROLMENT.to_string()]));
            sheets.insert(look, stencil.clone());
            stencil
        }
    };
    Ok(Reply::Sheet(Sheet { stencil, words: [token, journey.enrolment.id.to_string()] }))
}

impl Look {
    fn print(&self, house: &House, course: &Arc<Course>, text: &Arc<CourseText>) -> Result<String, AppError> {
        let nobodys = Enrolment {
            id: EnrolmentId(NO_ENROLMENT),
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
            token: NO_TOKEN.to_owned(),
        };
        let (place, today, work) = (self.place, self.day, Work::default());
        LessonPage { surroundings: &surroundings, journey: &journey, place, today, work }.print()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::csrf;

    #[test]
    fn the_stand_ins_are_as_long_as_what_they_stand_for() {
        assert_eq!(NO_TOKEN.len(), csrf::token(&[7; 32]).len());
        assert_eq!(NO_ENROLMENT.to_string().len(), Uuid::now_v7().to_string().len());
    }
}
