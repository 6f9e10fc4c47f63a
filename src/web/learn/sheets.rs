//! Lessons printed for all who get the same.
//!
//! A page is printed from its [`Look`] alone, for a reader who does not exist, so it cannot hold
//! anything of the person for whom it was printed first. Then each answer gets its own form token and
//! enrolment ([`Stencil`]). Who has worked in the lesson gets what they did put in between its seams,
//! which takes a fraction of making the page, and has it compressed.

use std::collections::BTreeSet;
use std::ops::Range;
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
use crate::web::blocks::Part;
use crate::web::compress::{Encoding, Stencil};
use crate::web::csrf;
use crate::web::error::AppError;
use crate::web::house::House;
use crate::web::page::Surroundings;
use crate::web::reply::{self, Reply};

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
    /// Stands around the parts in which readers do something while a page is printed. Drawn at random as
    /// well, so that no lesson holds it.
    seam: String,
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
    Printed(Arc<Sheet>),
}

/// A printed page.
pub struct Sheet {
    stencil: Arc<Stencil>,
    /// Where in it the parts stand in which readers do something, in their order.
    seams: Vec<Range<usize>>,
}

impl Default for Sheets {
    fn default() -> Self {
        let weight = |_: &Look, seen: &Seen| match seen {
            Seen::Once => 512,
            Seen::Printed(sheet) => u32::try_from(sheet.stencil.weight()).unwrap_or(u32::MAX),
        };
        let pages = Cache::builder().weigher(weight).max_capacity(KEPT).build();
        let stand_ins = StandIns {
            token: csrf::token(&random::bytes()),
            enrolment: EnrolmentId(Uuid::from_bytes(random::bytes())),
        };
        Self { pages, stand_ins, seam: format!("<!--{}-->", Uuid::from_bytes(random::bytes())), press: Mutex::new(()) }
    }
}

/// The sheet of a lesson for this reader; `None` when the page is better made for them alone.
pub async fn of(page: &LessonPage<'_>) -> Result<Option<Arc<Sheet>>, AppError> {
    let LessonPage { surroundings, journey, place, today: day, .. } = *page;
    let look = Look {
        edition: journey.course.edition.clone(),
        text: journey.text.language.clone(),
        language: surroundings.language,
        place,
        roles: surroundings.roles.cloned().unwrap_or_default(),
        progress: journey.progress.without_scores(),
        day,
    };
    let Sheets { pages, press, .. } = &surroundings.house.sheets;
    match pages.get(&look) {
        Some(Seen::Printed(sheet)) => Ok(Some(sheet)),
        Some(Seen::Once) => {
            let Ok(_turn) = press.try_lock() else { return Ok(None) };
            let sheet = look.sheet(surroundings.house, journey).await?;
            pages.insert(look, Seen::Printed(sheet.clone()));
            Ok(Some(sheet))
        }
        None => {
            pages.insert(look, Seen::Once);
            Ok(None)
        }
    }
}

impl Sheet {
    /// The page of a reader who did nothing in the lesson.
    pub fn for_reader(&self, page: &LessonPage<'_>) -> Reply {
        Reply::Sheet(reply::Sheet { stencil: self.stencil.clone(), words: words(page) })
    }

    /// The page of a reader who did something in the `touched` among its `parts`.
    pub fn worked_in(&self, page: &LessonPage<'_>, parts: &[Part], touched: &[&Part]) -> Result<String, AppError> {
        let words = words(page);
        let sheet = self.stencil.fill(&words.each_ref().map(String::as_str), Encoding::Plain);
        let sheet = String::from_utf8(sheet).map_err(AppError::fault)?;
        let mut html = String::with_capacity(sheet.len() + 4 * 1024);
        let mut copied = 0;
        for (part, seam) in parts.iter().filter(|part| part.own_id().is_some()).zip(&self.seams) {
            if touched.iter().any(|touched| touched.own_id() == part.own_id()) {
                html.push_str(sheet.get(copied..seam.start).unwrap_or_default());
                html.push_str(&page.part(part)?);
                copied = seam.end;
            }
        }
        html.push_str(sheet.get(copied..).unwrap_or_default());
        Ok(html)
    }
}

/// What goes where the words of the reader stand who does not exist.
fn words(page: &LessonPage<'_>) -> [String; 2] {
    [page.surroundings.token.clone(), page.journey.enrolment.id.to_string()]
}

/// Takes the seams out of a page: the page, and what stood between the first and the second, the third
/// and the fourth, and so on.
fn unpicked(page: &str, seam: &str) -> (String, Vec<Range<usize>>) {
    let (mut html, mut seams) = (String::with_capacity(page.len()), Vec::new());
    for (number, stretch) in page.split(seam).enumerate() {
        let start = html.len();
        html.push_str(stretch);
        if number % 2 == 1 {
            seams.push(start..html.len());
        }
    }
    (html, seams)
}

impl Look {
    async fn sheet(&self, house: &House, journey: &Journey) -> Result<Arc<Sheet>, AppError> {
        let Sheets { stand_ins, seam, .. } = &house.sheets;
        let (page, seams) = unpicked(&self.print(house, &journey.course, &journey.text)?, seam);
        let words = [stand_ins.token.clone(), stand_ins.enrolment.to_string()];
        let cut = move || Stencil::cut(&page, &words.each_ref().map(String::as_str));
        let stencil = Arc::new(spawn_blocking(cut).await.map_err(AppError::fault)?);
        Ok(Arc::new(Sheet { stencil, seams }))
    }

    /// The page with its seams, for the reader who does not exist.
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
        LessonPage { surroundings: &surroundings, journey: &journey, place, today, work }
            .print_with_seams(&house.sheets.seam)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_between_seams_is_found_again() {
        let (page, seams) = unpicked("<p>a</p>|<form>|<hr>||end", "|");
        assert_eq!(page, "<p>a</p><form><hr>end");
        assert_eq!(seams, [8..14, 18..18]);
    }

    #[test]
    fn the_stand_ins_are_as_long_as_what_they_stand_for_and_known_to_nobody() {
        let (one, other) = (Sheets::default().stand_ins, Sheets::default().stand_ins);
        assert_eq!(one.token.len(), csrf::token(&[7; 32]).len());
        assert_eq!(one.enrolment.to_string().len(), Uuid::now_v7().to_string().len());
        assert!(one.token != other.token && one.enrolment != other.enrolment);
    }
}
