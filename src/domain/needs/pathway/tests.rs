use proptest::prelude::*;

use super::*;
use crate::domain::needs::answers::Answers;
use crate::domain::needs::diagnosis::diagnose;
use crate::domain::needs::instrument::Instrument;
use crate::domain::needs::{fixtures, people};

/// The 46 lessons of the three courses with the spans of the curriculum brief.
const LESSONS: [&str; 46] = [
    "ds1-1 DS1 0-2",
    "ds1-2 DS1 0-2, DS4 0-2",
    "ds1-3 DS1 1-3, DS3 1-3",
    "ds2-1 DS2 0-2",
    "ds2-2 DS2 0-3",
    "ds2-3 DS2 0-3, DS5 0-3",
    "ds3-1 DS3 0-2",
    "ds3-2 DS3 1-3",
    "ds3-3 DS3 1-3",
    "ds4-1 DS4 0-3",
    "ds4-2 DS4 1-3",
    "ds4-3 DS3 1-3, DS4 1-3, DS5 1-3",
    "ds5-1 DS5 1-3",
    "ds5-2 DS5 1-3",
    "ds5-3 DS5 1-3, DS6 1-3",
    "ds5-4 DS6 0-3",
    "un1-1 UN1 0-2",
    "un1-2 UN1 0-2, UN5 0-2",
    "un1-3 UN1 1-3, UN6 1-3",
    "un2-1 UN2 0-2",
    "un2-2 UN2 1-3, UN6 1-3",
    "un2-3 UN3 1-3",
    "un3-1 UN3 0-3, UN6 0-3",
    "un3-2 UN3 1-3, UN5 1-3",
    "un3-3 UN5 1-3",
    "un4-1 UN4 0-2",
    "un4-2 UN4 1-3, UN6 1-3",
    "un4-3 UN4 1-3, UN5 1-3",
    "un5-1 UN5 0-3",
    "un5-2 UN5 0-3",
    "un5-3 UN6 1-3",
    "bh1-1 BH1 0-2",
    "bh1-2 BH1 0-3",
    "bh1-3 BH1 0-2, BH6 0-2",
    "bh2-1 BH1 0-2, BH2 0-2",
    "bh2-2 BH2 0-2",
    "bh2-3 BH2 1-3",
    "bh3-1 BH3 0-3",
    "bh3-2 BH3 1-3, BH4 1-3",
    "bh3-3 BH4 1-3",
    "bh4-1 BH4 1-3, BH5 1-3",
    "bh4-2 BH5 0-3",
    "bh4-3 BH5 1-3, BH4 1-3",
    "bh5-1 BH6 1-3",
    "bh5-2 BH6 1-3, BH3 1-3",
    "bh5-3 BH6 1-3, UN6 1-3",
];

fn catalogue() -> Vec<Offer> {
    LESSONS.iter().map(|line| offer(line)).collect()
}

fn offer(line: &str) -> Offer {
    let (id, spans) = line.split_once(' ').unwrap();
    let course = match &id[..2] {
        "ds" => "digital-security",
        "un" => "un-mechanisms",
        _ => "business-and-human-rights",
    };
    let span = |text: &str| {
        let (code, levels) = text.trim().split_once(' ').unwrap();
        let (before, after) = levels.split_once('-').unwrap();
        CompetencySpan { code: code.parse().unwrap(), before: before.parse().unwrap(), after: after.parse().unwrap() }
    };
    Offer {
        lesson: LessonRef { course: course.parse().unwrap(), lesson: id.parse().unwrap() },
        minutes: 15,
        spans: spans.split(',').map(span).collect(),
    }
}

fn lesson(id: &str) -> LessonRef {
    catalogue().into_iter().map(|offer| offer.lesson).find(|lesson| lesson.lesson.as_str() == id).unwrap()
}

fn key(text: &str) -> StepKey {
    let (code, to) = text.split_once(' ').unwrap();
    StepKey { code: code.parse().unwrap(), to: to.parse().unwrap() }
}

fn kept(answers: &Answers) -> Kept {
    let instrument = fixtures::instrument();
    diagnose(instrument, answers).keep(instrument)
}

fn planned(answers: &Answers, progress: &Progress, edits: &[Edit]) -> Pathway {
    plan(&fixtures::instrument().framework, &kept(answers), &catalogue(), progress, edits)
}

fn fresh(answers: impl Fn(&Instrument) -> Answers) -> Pathway {
    planned(&answers(fixtures::instrument()), &Progress::default(), &[])
}

/// `DS1 1-2: ds1-1 ds1-2 (ds1-3)`, shared lessons in brackets.
fn written(steps: &[Step]) -> Vec<String> {
    let line = |step: &Step| {
        let fresh = step.lessons.iter().map(|lesson| lesson.lesson.lesson.to_string());
        let shared = step.shared.iter().map(|lesson| format!("({})", lesson.lesson));
        let lessons: Vec<String> = fresh.chain(shared).collect();
        format!("{} {}-{}: {}", step.key.code, step.from, step.key.to, lessons.join(" "))
    };
    steps.iter().map(line).collect()
}

#[test]
fn mira_walks_the_path_of_the_brief() {
    let path = fresh(people::mira);
    let expected = [
        "DS1 1-2: ds1-1 ds1-2 ds1-3",
        "DS3 1-2: ds3-1",
        "DS4 1-2: ds4-1 (ds1-2)",
        "BH6 0-2: bh1-3 bh5-1 bh5-2 bh5-3",
        "DS5 0-2: ds2-3 ds4-3 ds5-1 ds5-2 ds5-3",
        "BH3 1-3: bh3-1 bh3-2 (bh5-2)",
        "BH4 2-3: bh3-3 bh4-1 bh4-3 (bh3-2)",
        "DS3 2-3: ds3-2 ds3-3 (ds1-3) (ds4-3)",
        "DS4 2-3: ds4-2 (ds4-1) (ds4-3)",
    ];
    assert_eq!(written(&path.steps)[..9], expected);
    let codes: Vec<&str> = path.steps[9..].iter().map(|step| step.key.code.as_str()).collect();
    assert_eq!(codes, ["UN6", "BH1", "BH2", "BH5"]);
    let later: Vec<&str> = path.later.iter().map(|step| step.key.code.as_str()).collect();
    assert_eq!(later, ["UN2", "UN3", "UN4", "UN5"]);
    assert_eq!(path.steps[0].reason, Reason::SafetyFirst { risk: RiskBand::ThreeOrFour });
    assert_eq!(path.steps[3].reason, Reason::Safety { is_core: true });
}

#[test]
fn lien_walks_the_path_of_the_brief() {
    let path = fresh(people::lien);
    let codes: Vec<&str> = path.steps.iter().map(|step| step.key.code.as_str()).collect();
    assert_eq!(codes, ["UN2", "UN5", "UN4", "BH6", "BH2", "BH5", "UN6", "UN3", "DS4", "DS5", "BH3"]);
    assert_eq!(path.steps[2].reason, Reason::Deadline);
    assert_eq!(path.steps[4].reason, Reason::RoleAsks { required: 3, shown: 1 });
    assert!(path.later.is_empty());
}

#[test]
fn a_path_spans_courses_and_holds_no_lesson_twice() {
    let path = fresh(people::mira);
    let all = path.steps.iter().chain(&path.later).flat_map(|step| &step.lessons);
    let all: Vec<&LessonRef> = all.map(|lesson| &lesson.lesson).collect();
    let unique: BTreeSet<&LessonRef> = all.iter().copied().collect();
    assert_eq!(all.len(), unique.len());
    let courses: BTreeSet<&CourseSlug> = all.iter().map(|lesson| &lesson.course).collect();
    assert_eq!(courses.len(), 3);
}

#[test]
fn a_missing_prerequisite_is_inserted_with_one_lesson() {
    let instrument = fixtures::instrument();
    let choices =
        [("role", "lawyer"), ("relevance-bh", "core"), ("relevance-ds", "not-now"), ("risk", "rarely-worried")];
    let mut answers = people::answers(instrument, &choices, &[("UN1", 2, 2, 2, 2, 0)]);
    answers.areas = ["BH".parse().unwrap()].into();
    let path = planned(&answers, &Progress::default(), &[]);
    let steps = written(&path.steps);
    assert_eq!(steps[..4], ["BH1 0-1: bh1-1", "UN6 0-1: un1-3", "DS4 0-1: ds1-2", "BH6 0-3: bh1-3 bh5-1 bh5-2 bh5-3"]);
    assert_eq!(path.steps[1].reason, Reason::Opens { code: "BH6".parse().unwrap() });
}

#[test]
fn a_prerequisite_taken_out_is_named_by_what_waits_for_it() {
    let instrument = fixtures::instrument();
    let answers = people::answers(instrument, &[("role", "lawyer")], &[]);
    let path = planned(&answers, &Progress::default(), &[Edit::Drop(key("UN6 1")), Edit::Drop(key("UN6 3"))]);
    let remedy = path.steps.iter().find(|step| step.key.code.as_str() == "BH6").unwrap();
    assert_eq!(remedy.waits_for, ["UN6 1".parse().unwrap()]);
    assert!(path.set_aside.contains(&SetAside { key: key("UN6 1"), why: Aside::Dropped }));
}

#[test]
fn edits_survive_planning_again() {
    let instrument = fixtures::instrument();
    let mira = people::mira(instrument);
    let edits = [
        Edit::Drop(key("BH3 3")),
        Edit::Move { step: key("UN6 3"), before: Some(key("DS1 2")) },
        Edit::Add(key("UN2 1")),
        Edit::Add(key("DS6 3")),
        Edit::Skip(lesson("ds5-2")),
    ];
    for progress in [Progress::default(), Progress { done: [lesson("ds1-1")].into(), ..Progress::default() }] {
        let path = planned(&mira, &progress, &edits);
        let codes: Vec<String> = path.steps.iter().map(|step| format!("{} {}", step.key.code, step.key.to)).collect();
        assert_eq!(codes[0], "UN6 3");
        assert!(!codes.contains(&"BH3 3".to_owned()));
        assert_eq!(codes[codes.len() - 2..], ["UN2 1", "DS6 3"]);
        assert!(path.steps.iter().flat_map(|step| &step.lessons).all(|taken| taken.lesson != lesson("ds5-2")));
    }
}

#[test]
fn a_lesson_that_is_skipped_is_named_by_its_step_and_nothing_takes_its_place() {
    let mira = people::mira(fixtures::instrument());
    let (before, skip) = (fresh(people::mira), Edit::Skip(lesson("ds3-1")));
    let path = planned(&mira, &Progress::default(), std::slice::from_ref(&skip));
    let step = path.step(key("DS3 2")).unwrap();
    assert!(step.lessons.is_empty() && step.shared.is_empty() && !step.is_done());
    assert_eq!((&step.skipped[..], &path.skipped[..]), (&[lesson("ds3-1")][..], &[lesson("ds3-1")][..]));
    let others =
        |path: &Pathway| path.steps.iter().filter(|step| step.key != key("DS3 2")).cloned().collect::<Vec<_>>();
    assert_eq!(others(&path), others(&before));
    let back = planned(&mira, &Progress::default(), &[skip, Edit::TakeBack(lesson("ds3-1"))]);
    assert_eq!(back, before);
}

#[test]
fn a_lesson_is_named_by_its_course_and_itself() {
    assert_eq!("digital-security/ds3-1".parse(), Ok(lesson("ds3-1")));
    assert_eq!(lesson("ds3-1").to_string(), "digital-security/ds3-1");
    for wrong in ["", "ds3-1", "/ds3-1", "digital-security/", "a/b/c", "Digital/ds3-1"] {
        assert_eq!(wrong.parse::<LessonRef>(), Err(NoLesson), "{wrong:?}");
    }
}

#[test]
fn no_reason_on_paper_tells_a_risk_level() {
    let floor = Reason::SafetyFirst { risk: RiskBand::ThreeOrFour };
    assert_eq!(floor.paper_key(), Reason::Safety { is_core: false }.key());
    assert_eq!(Reason::Deadline.paper_key(), Reason::Deadline.key());
}

#[test]
fn a_step_moves_past_its_neighbour_and_back() {
    let mira = people::mira(fixtures::instrument());
    let keys = |path: &Pathway| path.steps.iter().map(|step| step.key).collect::<Vec<_>>();
    let before = planned(&mira, &Progress::default(), &[]);
    assert_eq!(before.up(keys(&before)[0]), None);
    assert_eq!(before.down(*keys(&before).last().unwrap()), None);
    assert_eq!(before.up(key("UN2 1")), None, "what is for later is not in the order");
    for at in 1..before.steps.len() {
        let up = before.up(keys(&before)[at]).unwrap();
        let after = planned(&mira, &Progress::default(), std::slice::from_ref(&up));
        let mut expected = keys(&before);
        expected.swap(at - 1, at);
        assert_eq!(keys(&after), expected);
        let down = after.down(keys(&after)[at - 1]).unwrap();
        let back = planned(&mira, &Progress::default(), &[up, down]);
        assert_eq!(keys(&back), keys(&before));
    }
}

#[test]
fn a_step_is_named_by_competency_and_level() {
    assert_eq!("DS1-2".parse(), Ok(key("DS1 2")));
    assert_eq!(key("DS1 2").to_string(), "DS1-2");
    for wrong in ["", "DS1", "DS1-0", "DS1-5", "DS1-22", "ds1-2", "DS1-2-3", "-2"] {
        assert_eq!(wrong.parse::<StepKey>(), Err(NoStep), "{wrong:?}");
    }
}

#[test]
fn without_a_role_nobody_is_told_what_their_role_asks() {
    let path = planned(&people::answers(fixtures::instrument(), &[], &[]), &Progress::default(), &[]);
    let asks = |step: &&Step| matches!(step.reason, Reason::RoleAsks { .. });
    assert_eq!(path.steps.iter().filter(asks).count(), 0);
    assert!(path.steps.iter().any(|step| matches!(step.reason, Reason::MostNeed { .. })));
}

#[test]
fn an_edit_for_a_step_that_is_gone_does_nothing() {
    let instrument = fixtures::instrument();
    let mira = people::mira(instrument);
    let edits = [
        Edit::Move { step: key("DS2 4"), before: None },
        Edit::Drop(key("UN1 4")),
        Edit::Add(StepKey { code: "ZZ9".parse().unwrap(), to: 2 }),
        Edit::Add(StepKey { code: "DS1".parse().unwrap(), to: 9 }),
        Edit::Move { step: key("BH6 2"), before: Some(key("ZZ1 1")) },
    ];
    assert_eq!(planned(&mira, &Progress::default(), &edits).steps.len(), fresh(people::mira).steps.len());
}

#[test]
fn what_is_proven_gives_credit_and_what_is_said_is_set_aside() {
    let instrument = fixtures::instrument();
    let mira = people::mira(instrument);
    let proven = Progress { proven: [("BH6".parse().unwrap(), 2)].into(), ..Progress::default() };
    let path = planned(&mira, &proven, &[]);
    assert_eq!(path.set_aside, [SetAside { key: key("BH6 2"), why: Aside::Proven }]);
    assert!(path.steps.iter().all(|step| step.key.code.as_str() != "BH6"));

    let path = planned(&mira, &Progress::default(), &[Edit::Know(key("BH6 2"))]);
    assert_eq!(path.set_aside, [SetAside { key: key("BH6 2"), why: Aside::SaidKnown }]);
    let path = planned(&mira, &Progress::default(), &[Edit::Know(key("BH6 2")), Edit::Add(key("BH6 2"))]);
    assert!(path.set_aside.is_empty());
    assert!(path.steps.iter().any(|step| step.key == key("BH6 2")));
}

#[test]
fn taking_one_step_back_leaves_the_others_known() {
    let mira = people::mira(fixtures::instrument());
    let known = [Edit::Know(key("DS3 2")), Edit::Know(key("DS3 3")), Edit::Add(key("DS3 3"))];
    let path = planned(&mira, &Progress::default(), &known);
    assert_eq!(path.set_aside, [SetAside { key: key("DS3 2"), why: Aside::SaidKnown }]);
    let steps: Vec<_> = path.steps.iter().filter(|step| step.key.code.as_str() == "DS3").collect();
    assert_eq!(steps.len(), 1, "what is set aside is not planned");
    assert_eq!((steps[0].from, steps[0].key.to), (2, 3));
}

#[test]
fn weeks_hold_the_time_and_follow_progress() {
    let path = fresh(people::mira);
    assert!(path.weeks.iter().all(|week| week.minutes <= 90));
    assert_eq!(path.weeks[0].lessons.len(), 6);
    let done = path.weeks[0].lessons.iter().map(|(_, lesson)| lesson.clone()).collect();
    let later = planned(&people::mira(fixtures::instrument()), &Progress { done, ..Progress::default() }, &[]);
    assert_eq!(later.weeks[0].lessons, path.weeks[1].lessons);
    assert_eq!(later.next().map(|next| &next.lesson), path.weeks[1].lessons.first().map(|(_, lesson)| lesson));
    assert!(later.steps[0].is_done());
    assert_eq!(later.steps[0].minutes(), 0);
}

#[test]
fn a_lesson_longer_than_a_week_has_its_own() {
    let instrument = fixtures::instrument();
    let mut catalogue = catalogue();
    catalogue[0].minutes = 600;
    let path = plan(&instrument.framework, &kept(&people::mira(instrument)), &catalogue, &Progress::default(), &[]);
    assert_eq!(path.weeks[0].lessons.len(), 1);
    assert_eq!(path.weeks[0].minutes, 600);
}

#[test]
fn level_four_is_a_mentored_task() {
    let instrument = fixtures::instrument();
    let answers = people::answers(instrument, &[("role", "security-focal-point")], &[]);
    let path = planned(&answers, &Progress::default(), &[]);
    let devices = path.steps.iter().find(|step| step.key == key("DS2 4")).unwrap();
    assert!(devices.has_mentored_task && !devices.lessons.is_empty() && !devices.is_done());
    assert_eq!(challenge::draws(devices), None);
}

#[test]
fn a_challenge_asks_six_questions_over_the_levels_of_the_step() {
    let path = fresh(people::mira);
    let draws = |text: &str| {
        let step = path.steps.iter().find(|step| step.key == key(text)).unwrap();
        let draws = challenge::draws(step).unwrap();
        draws.iter().map(|draw| (draw.level.unwrap(), draw.count)).collect::<Vec<_>>()
    };
    assert_eq!(draws("BH3 3"), [(3, 3), (2, 3)]);
    assert_eq!(draws("DS1 2"), [(2, 6)]);
    assert!(challenge::is_proven(5) && !challenge::is_proven(4));
}

#[test]
fn an_empty_catalogue_gives_steps_without_lessons() {
    let instrument = fixtures::instrument();
    let path = plan(&instrument.framework, &kept(&people::mira(instrument)), &[], &Progress::default(), &[]);
    assert!(path.weeks.is_empty() && path.next().is_none() && !path.steps.is_empty());
}

fn any_edit() -> impl Strategy<Value = Edit> {
    let codes = ["DS1", "DS3", "DS4", "UN1", "UN2", "UN6", "BH1", "BH3", "BH6"];
    let keys = (0..codes.len(), 1_u8..=4).prop_map(move |(at, to)| StepKey { code: codes[at].parse().unwrap(), to });
    let lessons = (0..LESSONS.len()).prop_map(|at| catalogue()[at].lesson.clone());
    prop_oneof![
        keys.clone().prop_map(Edit::Add),
        keys.clone().prop_map(Edit::Drop),
        lessons.clone().prop_map(Edit::Skip),
        lessons.prop_map(Edit::TakeBack),
        keys.clone().prop_map(Edit::Know),
        (keys.clone(), proptest::option::of(keys)).prop_map(|(step, before)| Edit::Move { step, before }),
    ]
}

proptest! {
    #[test]
    fn whatever_is_edited_no_lesson_stands_before_what_opens_it(edits in proptest::collection::vec(any_edit(), 0..12)) {
        let instrument = fixtures::instrument();
        let answers = people::answers(instrument, &[("role", "advocacy-officer"), ("relevance-un", "core")], &[]);
        let path = planned(&answers, &Progress::default(), &edits);
        let mut levels: BTreeMap<CompetencyCode, Level> = BTreeMap::new();
        for edit in &edits {
            if let Edit::Know(key) = edit {
                levels.insert(key.code, key.to.max(levels.get(&key.code).copied().unwrap_or(0)));
            }
        }
        for step in path.steps.iter().chain(&path.later) {
            for needed in instrument.framework.prerequisites(step.key.code) {
                let is_met = levels.get(&needed.code).is_some_and(|level| *level >= needed.level);
                prop_assert!(is_met || step.waits_for.contains(needed), "{:?} of {:?}", needed, step.key);
            }
            let level = levels.entry(step.key.code).or_default();
            *level = step.key.to.max(*level);
        }
    }

    #[test]
    fn planning_again_with_progress_never_brings_back_a_lesson(count in 0_usize..30) {
        let mira = people::mira(fixtures::instrument());
        let path = planned(&mira, &Progress::default(), &[]);
        let all = path.weeks.iter().flat_map(|week| &week.lessons).map(|(_, lesson)| lesson.clone());
        let done: BTreeSet<LessonRef> = all.take(count).collect();
        let again = planned(&mira, &Progress { done: done.clone(), ..Progress::default() }, &[]);
        let left = again.weeks.iter().flat_map(|week| &week.lessons);
        prop_assert!(left.into_iter().all(|(_, lesson)| !done.contains(lesson)));
        prop_assert_eq!(written(&again.steps), written(&path.steps));
    }
}

/// Prints what one diagnosis with its pathway costs; the budget is 5 ms of CPU in release. The best of
/// many runs: on a busy machine the others tell of the machine.
#[test]
fn a_diagnosis_with_its_pathway_takes_milliseconds_at_most() {
    let (instrument, catalogue) = (fixtures::instrument(), catalogue());
    for (name, answers) in [("Mira", people::mira(instrument)), ("Lien", people::lien(instrument))] {
        let run = || {
            let begun = std::time::Instant::now();
            let kept = diagnose(instrument, &answers).keep(instrument);
            let path = plan(&instrument.framework, &kept, &catalogue, &Progress::default(), &[]);
            assert!(!path.steps.is_empty());
            begun.elapsed()
        };
        let best = (0..50).map(|_| run()).min().unwrap_or_default();
        println!("diagnosis and pathway of {name}: {} µs", best.as_micros());
    }
}
