use std::sync::{Arc, LazyLock};

use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, Set};
use uuid::Uuid;

use super::fresh::{self, NOW, how_often, person};
use crate::domain::course::source::SourceTree;
use crate::domain::id::{AccountId, AssessmentId, OptionId};
use crate::domain::needs::answers::Outcome;
use crate::domain::needs::diagnosis::RiskBand;
use crate::domain::needs::instrument::compile::compile;
use crate::domain::needs::instrument::{Form, Instrument};
use crate::domain::needs::rasch::calibrate::{Calibration, Difficulty};
use crate::domain::needs::sheet::{Given, Sheet};
use crate::domain::time::{DAY, Timestamp};
use crate::exchange::folder;
use crate::store::accounts::{self, erasure};
use crate::store::entity::{need_levels, needs_assessments as rows};
use crate::store::error::StoreError;
use crate::store::needs::{self, NewAssessment};
use crate::store::{Store, instruments, pathways};

super::suite! {
    an_instrument_is_published_once_and_comes_back,
    of_many_that_begin_at_once_one_begins,
    steps_from_two_browsers_are_both_kept,
    finishing_counts_each_gap_once,
    a_finished_assessment_takes_no_more_answers,
    nobody_reaches_the_assessment_of_another,
    deleting_takes_the_counts_along,
    a_later_assessment_quiets_the_reminder_of_the_one_before,
    the_export_holds_the_answers_and_never_the_risk_level,
    the_export_is_the_same_at_every_risk_level,
    everybody_s_answers_are_gathered_for_calibration,
}

const RISKS: [&str; 4] = ["rarely-worried", "some-pressure", "questioned-or-attacked-online", "detained-or-attacked"];

fn tree() -> SourceTree {
    let real = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("courses/needs-assessment");
    folder::read(&real).unwrap()
}

pub(super) async fn instrument(store: &Store) -> Arc<Instrument> {
    static INSTRUMENT: LazyLock<Arc<Instrument>> = LazyLock::new(|| Arc::new(compile(&tree()).instrument.unwrap()));
    let instrument = INSTRUMENT.clone();
    instruments::publish(store, &instrument.edition, Arc::new(tree().0), NOW).await.unwrap();
    instrument
}

pub(super) async fn begin(store: &Store, account: AccountId, now: Timestamp) -> AssessmentId {
    let edition = instrument(store).await.edition.clone();
    let new = NewAssessment { id: AssessmentId(Uuid::now_v7()), edition, sheet: Sheet::new(Form::First, None, false) };
    needs::open_or_resume(store, account, new, now).await.unwrap()
}

fn option(id: &str) -> Vec<OptionId> {
    vec![id.parse().unwrap()]
}

/// A documenter at risk level 3 with one right answer.
pub(super) fn answers() -> Vec<Given> {
    vec![
        Given::Context("role".parse().unwrap(), option("documenter")),
        Given::Risk("risk".parse().unwrap(), option(RISKS[2])),
        Given::SelfRating("DS3".parse().unwrap(), Some(1)),
        right("na-ds3-a"),
        Given::Reached(9),
    ]
}

fn right(question: &str) -> Given {
    Given::Question { question: question.parse().unwrap(), outcome: Outcome::Right, choice: Some(1) }
}

async fn levels(store: &Store) -> Vec<need_levels::Model> {
    need_levels::Entity::find().all(store.reader()).await.unwrap()
}

async fn an_instrument_is_published_once_and_comes_back(store: &Store) {
    assert_eq!(instruments::current(store).await.unwrap(), None);
    let instrument = instrument(store).await;
    assert_eq!(instruments::current(store).await.unwrap().as_ref(), Some(&instrument.edition));
    assert_eq!(instruments::load(store, &instrument.edition).await.unwrap(), tree().0);

    let mut other = tree();
    other.0.insert("en/more.md".into(), b"more".to_vec());
    let (hash, later) = (other.edition_hash(), Timestamp(NOW.0 + 1));
    instruments::publish(store, &hash, Arc::new(other.0), later).await.unwrap();
    assert_eq!(instruments::current(store).await.unwrap(), Some(hash));
    // Back to the first: it is the current one again, with the files it had.
    instruments::publish(store, &instrument.edition, Arc::new(tree().0), Timestamp(NOW.0 + 2)).await.unwrap();
    assert_eq!(instruments::current(store).await.unwrap().as_ref(), Some(&instrument.edition));
    let unknown = crate::domain::course::EditionHash("0".into());
    assert_eq!(instruments::load(store, &unknown).await, Err(StoreError::NotFound));
}

async fn of_many_that_begin_at_once_one_begins(store: &Store) {
    let mira = person(store, "river-lamp-42").await;
    instrument(store).await;
    let shared = store.clone();
    let begun = how_often(20, move || {
        let store = shared.clone();
        async move { Ok::<_, StoreError>(begin(&store, mira, NOW).await) }
    });
    assert_eq!(begun.await, 20);
    assert_eq!(needs::mine(store, mira).await.unwrap().len(), 1);
}

async fn steps_from_two_browsers_are_both_kept(store: &Store) {
    let mira = person(store, "river-lamp-42").await;
    let id = begin(store, mira, NOW).await;
    let questions = ["na-ds1-a", "na-ds1-b", "na-ds1-c", "na-ds2-a", "na-ds2-b", "na-ds2-c"];
    let tasks: Vec<_> = questions
        .into_iter()
        .map(|question| {
            let store = store.clone();
            tokio::spawn(async move { needs::save(&store, mira, id, vec![right(question)], NOW).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    let sheet = needs::by_id(store, mira, id).await.unwrap().unwrap().sheet;
    assert_eq!(sheet.answers.questions.len(), questions.len());
}

async fn finishing_counts_each_gap_once(store: &Store) {
    let mira = person(store, "river-lamp-42").await;
    let id = begin(store, mira, NOW).await;
    needs::save(store, mira, id, answers(), NOW).await.unwrap();
    assert!(levels(store).await.is_empty());
    let instrument = instrument(store).await;
    for later in 0..2 {
        needs::finish(store, mira, id, (instrument.clone(), None), Timestamp(NOW.0 + later)).await.unwrap();
    }
    let levels = levels(store).await;
    assert_eq!(levels.len(), 18);
    assert!(levels.iter().all(|row| row.role == "documenter" && row.finished_at == NOW));
    let ds3 = levels.iter().find(|row| row.competency == "DS3").unwrap();
    assert_eq!(ds3.need, 2, "asked for 3, measured 1");

    let assessment = needs::by_id(store, mira, id).await.unwrap().unwrap();
    assert_eq!((assessment.finished, assessment.remind), (Some(NOW), Some(Timestamp(NOW.0 + 91 * DAY))));
    let kept = assessment.sheet.kept.as_ref().unwrap();
    assert!(kept.risk == RiskBand::ThreeOrFour);
    let basis = pathways::mine(store, mira).await.unwrap().unwrap();
    assert!(basis.kept == *kept, "the pathway is made in the same moment");
    let json = serde_json::to_string(&assessment.sheet).unwrap();
    assert!(RISKS.iter().all(|risk| !json.contains(risk)), "{json}");
}

async fn a_finished_assessment_takes_no_more_answers(store: &Store) {
    let mira = person(store, "river-lamp-42").await;
    let id = begin(store, mira, NOW).await;
    needs::finish(store, mira, id, (instrument(store).await, None), NOW).await.unwrap();
    assert_eq!(needs::save(store, mira, id, answers(), NOW).await, Err(StoreError::Gone));
    assert_ne!(begin(store, mira, NOW).await, id, "the next one is another");
}

async fn nobody_reaches_the_assessment_of_another(store: &Store) {
    let (mira, arun) = (person(store, "river-lamp-42").await, person(store, "stone-cup-77").await);
    let id = begin(store, mira, NOW).await;
    assert_eq!(needs::by_id(store, arun, id).await, Ok(None));
    assert_eq!(needs::save(store, arun, id, answers(), NOW).await, Err(StoreError::Gone));
    let finished = needs::finish(store, arun, id, (instrument(store).await, None), NOW).await;
    assert_eq!(finished, Err(StoreError::NotFound));
    assert_eq!(needs::delete(store, arun, id, NOW).await, Err(StoreError::NotFound));
    assert_eq!(needs::dismiss_reminder(store, arun, id).await, Err(StoreError::NotFound));
    needs::delete_all(store, arun).await.unwrap();
    let assessment = needs::by_id(store, mira, id).await.unwrap().unwrap();
    assert!(assessment.finished.is_none() && assessment.sheet.answers.context.is_empty());
}

async fn deleting_takes_the_counts_along(store: &Store) {
    let mira = person(store, "river-lamp-42").await;
    let instrument = instrument(store).await;
    let mut ids = Vec::new();
    for _ in 0..2 {
        let id = begin(store, mira, NOW).await;
        needs::finish(store, mira, id, (instrument.clone(), None), NOW).await.unwrap();
        ids.push(id);
    }
    needs::delete(store, mira, ids[0], NOW).await.unwrap();
    assert!(pathways::mine(store, mira).await.unwrap().is_some(), "one is left to make it of");
    assert!(levels(store).await.iter().all(|row| row.assessment == ids[1]));
    needs::delete_all(store, mira).await.unwrap();
    assert!(levels(store).await.is_empty());
    assert!(needs::mine(store, mira).await.unwrap().is_empty());
    assert_eq!(pathways::mine(store, mira).await.unwrap(), None);

    let id = begin(store, mira, NOW).await;
    needs::finish(store, mira, id, (instrument, None), NOW).await.unwrap();
    erasure::erase(store, mira).await.unwrap();
    let left = rows::Entity::find().filter(rows::COLUMN.account.eq(mira)).count(store.reader()).await.unwrap();
    assert_eq!((left, levels(store).await.len()), (0, 0));
}

async fn a_later_assessment_quiets_the_reminder_of_the_one_before(store: &Store) {
    let mira = person(store, "river-lamp-42").await;
    let instrument = instrument(store).await;
    for day in 0..2 {
        let now = Timestamp(NOW.0 + day * DAY);
        let id = begin(store, mira, now).await;
        needs::finish(store, mira, id, (instrument.clone(), None), now).await.unwrap();
    }
    let mine = needs::mine(store, mira).await.unwrap();
    assert_eq!(mine.iter().map(|found| found.remind.is_some()).collect::<Vec<_>>(), [true, false]);
    needs::dismiss_reminder(store, mira, mine[0].id).await.unwrap();
    assert_eq!(needs::by_id(store, mira, mine[0].id).await.unwrap().unwrap().remind, None);
}

async fn the_export_holds_the_answers_and_never_the_risk_level(store: &Store) {
    let mira = person(store, "river-lamp-42").await;
    let id = begin(store, mira, NOW).await;
    needs::save(store, mira, id, answers(), NOW).await.unwrap();
    for is_finished in [false, true] {
        if is_finished {
            needs::finish(store, mira, id, (instrument(store).await, None), NOW).await.unwrap();
        }
        let held = serde_json::to_string(&accounts::export(store, mira).await.unwrap()).unwrap();
        assert!(held.contains("documenter") && held.contains("na-ds3-a"), "{held}");
        for risk in RISKS.into_iter().chain(["1-2", "3-4", "risk"]) {
            assert!(!held.contains(risk), "{risk} is in {held}");
        }
    }
}

/// What follows from the level would tell it to whoever knows the formulas.
async fn the_export_is_the_same_at_every_risk_level(store: &Store) {
    let mira = person(store, "river-lamp-42").await;
    let mut exports = Vec::new();
    for risk in RISKS {
        let id = begin(store, mira, NOW).await;
        let mut given = answers();
        given.push(Given::Risk("risk".parse().unwrap(), option(risk)));
        needs::save(store, mira, id, given, NOW).await.unwrap();
        needs::finish(store, mira, id, (instrument(store).await, None), NOW).await.unwrap();
        exports.push(serde_json::to_string(&accounts::export(store, mira).await.unwrap()).unwrap());
        needs::delete_all(store, mira).await.unwrap();
    }
    assert!(exports[0].contains("\"pathway\":{") && exports.iter().all(|export| *export == exports[0]), "{exports:#?}");
}

/// The answers are sealed, and the sheet that still held the risk level is gone from every file.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_answer_is_found_in_any_file() {
    let fresh = fresh::sqlite().await;
    let store = &fresh.store;
    let mira = person(store, "river-lamp-42").await;
    let id = begin(store, mira, NOW).await;
    needs::save(store, mira, id, answers(), NOW).await.unwrap();
    let row = rows::Entity::find_by_id(id).one(store.reader()).await.unwrap().unwrap();
    let files = || {
        let read = |entry: std::io::Result<std::fs::DirEntry>| std::fs::read(entry.unwrap().path()).unwrap();
        std::fs::read_dir(fresh.folder.path()).unwrap().map(read).collect::<Vec<_>>()
    };
    let is_found =
        |needle: &[u8]| files().iter().any(|bytes| bytes.windows(needle.len()).any(|window| window == needle));
    assert!(is_found(&row.answers), "the search works");
    // The instrument itself, which anybody may read, names every option; answers name them as JSON.
    for answer in ["[\"documenter\"]", "[\"questioned-or-attacked-online\"]", "na-ds3-a\":\"right"] {
        assert!(!is_found(answer.as_bytes()), "{answer} can be read");
    }
    needs::finish(store, mira, id, (instrument(store).await, None), NOW).await.unwrap();
    assert!(!is_found(&row.answers), "the sheet with the risk level is still there");
}

/// Difficulties are worked out from sealed answers, once enough people finished; adaptive sittings and
/// what was passed over do not count.
async fn everybody_s_answers_are_gathered_for_calibration(store: &Store) {
    let instrument = instrument(store).await;
    let questions: Vec<_> =
        instrument.questions(Form::First, &instrument.source_language).iter().map(|q| q.id.clone()).collect();
    for (number, is_adaptive) in [false, false, true].into_iter().enumerate() {
        let person = person(store, &format!("river-lamp-4{number}")).await;
        let sheet = Sheet::new(Form::First, None, is_adaptive);
        let new = NewAssessment { id: AssessmentId(Uuid::now_v7()), edition: instrument.edition.clone(), sheet };
        let id = needs::open_or_resume(store, person, new, NOW).await.unwrap();
        let outcomes = [Outcome::Right, Outcome::DoNotKnow, Outcome::PassedOver];
        let given = questions.iter().zip(outcomes).map(|(question, outcome)| Given::Question {
            question: question.clone(),
            outcome,
            choice: None,
        });
        needs::save(store, person, id, given.collect(), NOW).await.unwrap();
        if number > 0 {
            needs::finish(store, person, id, (instrument.clone(), None), NOW).await.unwrap();
        }
    }
    let damaged = person(store, "wind-tree-10").await;
    let id = begin(store, damaged, NOW).await;
    needs::finish(store, damaged, id, (instrument.clone(), None), NOW).await.unwrap();
    let garbage =
        rows::Entity::update_many().set(rows::ActiveModel { answers: Set(vec![7; 64]), ..Default::default() });
    let garbage = garbage.filter(rows::COLUMN.id.eq(id));
    store.write(move |tx| Box::pin(async move { Ok(garbage.exec(tx).await.map(drop)?) })).await.unwrap();
    store.forget_key(damaged);

    let rows = needs::responses(store, &instrument.edition, Form::First, &questions).await.unwrap();
    assert_eq!(rows.len(), 1, "one is open, one adaptive and one damaged");
    assert!(!store.0.keys.contains_key(&damaged), "keys are kept for people who are here");
    assert_eq!(rows[0][..4], [Some(true), Some(false), None, None]);
    assert!(needs::responses(store, &instrument.edition, Form::Again, &questions).await.unwrap().is_empty());

    let found =
        Calibration { items: vec![None, Some(Difficulty { logit: 0.25, error: 0.1, responses: 300 })], persons: 300 };
    for persons in [1, 300] {
        let found = Calibration { persons, ..found.clone() };
        needs::calibrate(store, &instrument.edition, Form::First, &found, NOW).await.unwrap();
    }
    let kept = needs::calibrations(store, &instrument.edition).await.unwrap();
    assert_eq!(kept, [(Form::First, found)].into());
}
