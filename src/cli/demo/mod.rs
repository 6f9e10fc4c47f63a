//! `lontar demo`: a scratch database with a made-up network: organisations, learners, a year of what they did,
//! and a way in for each role. For trying out, for pictures, for benchmarks.
//!
//! Everything is made by chance from a seed, through the courses and the needs assessment as they are
//! published. Nobody real is meant by anything.

mod cast;
mod dice;
mod needs;
mod network;
mod person;
mod study;

use std::process::ExitCode;
use std::sync::Arc;

use super::{Outcome, open_store, sentence};
use crate::app;
use crate::config::Settings;
use crate::crypto::names::{self, SignInName};
use crate::crypto::password::{Hasher, Password, PasswordHash};
use crate::crypto::token::Token;
use crate::domain::course::{Area, Course};
use crate::domain::disclosure::Quarter;
use crate::domain::id::AccountId;
use crate::domain::needs::framework::AreaCode;
use crate::domain::needs::instrument::Instrument;
use crate::domain::time::{DAY, HOUR, Timestamp};
use crate::store::demo::{Person, Study};
use crate::store::memberships::Placement;
use crate::store::releases::{self, Tests};
use crate::store::{Store, accounts, demo};
use crate::web::house::House;

use cast::Cast;
use dice::Dice;
use person::{Character, Habit};

/// People written in one transaction, which has a time limit: unoptimised builds are slow.
const AT_ONCE: usize = if cfg!(debug_assertions) { 10 } else { 100 };

/// What `lontar demo` was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::Args)]
pub struct Wanted {
    /// How many learners
    #[arg(long, default_value_t = 600, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub learners: u32,
    /// The same number makes the same network
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Print the second-step codes of now for the demo that is in the data folder, and make nothing
    #[arg(long)]
    pub codes: bool,
}

/// What everything is made of.
struct Ground {
    store: Store,
    courses: Vec<Arc<Course>>,
    instrument: Arc<Instrument>,
    /// Nobody knows what it hashes: those without a printed sign-in cannot be signed in as.
    unusable: PasswordHash,
    now: Timestamp,
}

pub async fn run(settings: Settings, wanted: Wanted) -> Outcome {
    if wanted.codes {
        return cast::print_codes(&settings.data, app::system_clock());
    }
    let store = open_store(&settings).await?;
    let folder = settings.data.clone();
    let cast = fill(settings, store, wanted, app::system_clock()).await?;
    cast.keep(&folder)?;
    cast.print(&folder, app::system_clock());
    Ok(ExitCode::SUCCESS)
}

/// Fills an empty database; the sign-ins to print.
pub async fn fill(settings: Settings, store: Store, wanted: Wanted, now: Timestamp) -> Result<Cast, String> {
    if accounts::count(&store).await.map_err(said)? > 0 {
        return Err(format!(
            "The data folder {} holds accounts, and a demo goes only into an empty one. \
             Choose another folder: LONTAR_DATA=demo lontar demo",
            settings.data.display()
        ));
    }
    let ground = Ground::lay(settings, store, now).await?;
    let mut dice = Dice::new(wanted.seed);
    let learners = wanted.learners as usize;
    let groups = network::found(&ground.store, &mut dice, learners, now).await.map_err(said)?;
    let cast = cast::invite(&ground, &mut dice, &groups).await?;
    let mut written = 0;
    let mut crowd = Vec::with_capacity(AT_ONCE);
    for (begins, placement) in everybody(&groups) {
        let number = written + crowd.len() + 1;
        let registered = begins.plus(dice.between(0, 20) * DAY + dice.between(6, 20) * HOUR);
        if number <= learners {
            crowd.push(ground.person(&mut dice, number, registered.min(now.plus(-HOUR)), placement)?);
        }
        if crowd.len() == AT_ONCE {
            written += AT_ONCE;
            ground.write(std::mem::take(&mut crowd), &cast, (written, learners)).await?;
        }
    }
    written += crowd.len();
    ground.write(crowd, &cast, (written, learners)).await?;
    ground.release().await?;
    Ok(cast)
}

fn said(error: impl std::fmt::Display) -> String {
    sentence(&error)
}

/// When the group of each person began, and where they belong.
fn everybody(groups: &[network::Group]) -> impl Iterator<Item = (Timestamp, Option<Placement>)> {
    groups.iter().flat_map(|group| std::iter::repeat_n((group.begins, group.placement), group.people))
}

impl Ground {
    /// Publishes courses and needs assessment, and takes what is needed of them.
    async fn lay(settings: Settings, store: Store, now: Timestamp) -> Result<Self, String> {
        let folder = settings.courses.clone();
        let rocket = app::build(settings, store.clone(), app::system_clock).await.map_err(|error| error.to_string())?;
        let house = rocket.state::<House>().ok_or("The server was put together without its state.")?;
        let told = app::publish_folder(house).await.map_err(|error| error.to_string())?;
        told.iter().for_each(|line| complain!("{line}"));
        let courses: Vec<_> =
            house.catalogue.latest().into_iter().filter(|course| course.area != Area::Platform).collect();
        let missing = |what: &str| format!("There is no {what} in {}, so there is nothing to learn.", folder.display());
        if courses.is_empty() {
            return Err(missing("course"));
        }
        let instrument = house.instruments.latest().ok_or_else(|| missing("needs assessment"))?;
        let unusable = Hasher::default().hash(Password::new(&Token::random().reveal())).await.map_err(said)?;
        Ok(Self { store, courses, instrument, unusable, now })
    }

    /// One learner with all they did until now.
    fn person(
        &self,
        dice: &mut Dice,
        number: usize,
        registered: Timestamp,
        placement: Option<Placement>,
    ) -> Result<Person, String> {
        let character = Character::made_up(dice, &self.instrument);
        let studies = self.studies(dice, &character, registered);
        Ok(self.live(dice, numbered(number)?, (registered, placement), &character, studies))
    }

    fn live(
        &self,
        dice: &mut Dice,
        name: SignInName,
        (registered, placement): (Timestamp, Option<Placement>),
        character: &Character,
        studies: Vec<Study>,
    ) -> Person {
        let areas: Vec<_> = studies.iter().filter_map(|study| self.area(study)).collect();
        let grown = |area, until| study::grown(&areas, area, until);
        let assessments = needs::assessments(dice, &self.instrument, character, registered, self.now, grown);
        let pathway = needs::pathway(dice, &assessments);
        let id = AccountId(dice.id(registered));
        Person { id, name, password: self.unusable.clone(), registered, placement, studies, assessments, pathway }
    }

    /// The area that a course teaches, its number of lessons, and what was done of it.
    fn area<'a>(&self, study: &'a Study) -> Option<(AreaCode, usize, &'a Study)> {
        let area = self.instrument.framework.areas.iter().find(|area| area.course == study.course)?;
        let course = self.courses.iter().find(|course| course.slug == study.course)?;
        Some((area.code, course.source().lessons().count(), study))
    }

    /// The courses of one learner: what they can do least comes first.
    fn studies(&self, dice: &mut Dice, character: &Character, registered: Timestamp) -> Vec<Study> {
        let mut courses: Vec<&Arc<Course>> = self.courses.iter().collect();
        courses.sort_by(|a, b| {
            let ability = |course: &Course| character.in_all(&course.competencies);
            ability(a).total_cmp(&ability(b))
        });
        let count = match (character.habit, dice.below(10)) {
            // Some only look around.
            (_, 0) => 0,
            (Habit::Steady, 1..=5) => 2,
            (Habit::Steady, 6) => 3,
            (_, 1) => 2,
            _ => 1,
        };
        let mut begun = registered.plus(dice.between(0, 14) * DAY);
        let mut studies = Vec::new();
        for course in courses.into_iter().take(count) {
            if begun >= self.now {
                break;
            }
            let study = study::study(dice, course, character, begun, self.now);
            begun = study.lessons.last().map_or(begun, |(_, at)| *at).plus(dice.between(3, 25) * DAY);
            studies.push(study);
        }
        studies
    }

    async fn write(&self, people: Vec<Person>, cast: &Cast, (done, of): (usize, usize)) -> Result<(), String> {
        demo::write(&self.store, people, Some(cast.trainer())).await.map_err(said)?;
        if done == of || done.is_multiple_of(1_000) {
            complain!("{done} of {of} learners are there.");
        }
        Ok(())
    }

    /// Freezes the figures of all ended quarters of the year.
    async fn release(&self) -> Result<(), String> {
        let tests = Tests::of(&self.courses);
        for period in Quarter::ended(self.now.day()).take(4) {
            releases::make(&self.store, period, &tests, self.now).await.map_err(said)?;
        }
        Ok(())
    }
}

/// `made-up-aaaab`: letters, because many digits look like a telephone number.
fn numbered(number: usize) -> Result<SignInName, String> {
    let letter = |place: u32| char::from(b'a' + (number / 26_usize.pow(place) % 26) as u8);
    let letters: String = (0..5).rev().map(letter).collect();
    names::choose(&format!("made-up-{letters}")).map_err(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_a_name_of_its_own() {
        let name = |number| numbered(number).unwrap().reveal().to_owned();
        assert_eq!((name(1), name(27)), ("made-up-aaaab".to_owned(), "made-up-aaabb".to_owned()));
        let names: std::collections::BTreeSet<String> = (1..2_000).map(name).collect();
        assert_eq!(names.len(), 1_999);
    }
}
