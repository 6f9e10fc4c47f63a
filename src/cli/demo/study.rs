//! Made-up learning: lessons one after the other, quizzes until they are passed, a final task and what the
//! trainer said, or an end somewhere in between.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::dice::Dice;
use super::person::{Character, Habit};
use crate::domain::course::{Course, CourseText, FinalTask, Place};
use crate::domain::id::{AttemptId, CertificateId, EnrolmentId, QuizId, SubmissionId};
use crate::domain::needs::framework::AreaCode;
use crate::domain::quiz::{Quiz, drawing, rehearsal, scoring};
use crate::domain::time::{DAY, HOUR, MINUTE, Timestamp};
use crate::store::demo::{Mark, Responded, Sitting, Study, Work};
use crate::store::retention::DETAIL;
use crate::store::submissions::Item;

const TEXTS: [&str; 3] = [
    "We looked at what we hold, who could want it, and what would happen to people if it were lost. First come the \
     interview notes, then the list of members. The plan names one person for each step and a day in each quarter on \
     which we look again. What we cannot do yet stands at the end, with the reason.",
    "This is the work of our group of four. We wrote it after two meetings, and one of us read it aloud to people who \
     were not there. They asked for shorter sentences and for the dates to stand first, so we changed that.",
    "I did the task alone because our office has one phone. The second part is short: I could not find out which body \
     decides. I would be glad of a hint where to look.",
];

const COMMENTS: [&str; 3] = [
    "Clear and usable. The dates make it easy to check later; add who steps in when the person named is away.",
    "Good work. Look once more at what happens if the phone is taken while it is unlocked.",
    "A solid start. Say for each step who does it and until when.",
];

/// What is left to do in a course, in order, as somebody goes through it.
struct Walk<'a> {
    dice: &'a mut Dice,
    course: &'a Course,
    text: &'a CourseText,
    habit: Habit,
    ability: f64,
    at: Timestamp,
    now: Timestamp,
    study: Study,
}

/// Why a walk ends.
struct Ended;

/// One course of somebody, from `begun` to where they are now.
pub fn study(dice: &mut Dice, course: &Course, character: &Character, begun: Timestamp, now: Timestamp) -> Study {
    let id = EnrolmentId(dice.id(begun));
    let study = Study {
        id,
        course: course.slug.clone(),
        edition: course.edition.clone(),
        enrolled: begun,
        last_place: None,
        lessons: Vec::new(),
        sittings: Vec::new(),
        works: Vec::new(),
        certificate: None,
    };
    let ability = character.in_all(&course.competencies);
    let mut walk = Walk { dice, course, text: course.source(), habit: character.habit, ability, at: begun, now, study };
    let _ = walk.whole();
    walk.study
}

/// How much somebody learned in an area until a moment, in levels: a whole course is worth one.
pub fn grown(studies: &[(AreaCode, usize, &Study)], area: AreaCode, until: Timestamp) -> f64 {
    let share = |(_, lessons, study): &(AreaCode, usize, &Study)| {
        let done = study.lessons.iter().filter(|(_, at)| *at <= until).count();
        done as f64 / (*lessons).max(1) as f64
    };
    studies.iter().filter(|(of, ..)| *of == area).map(share).sum::<f64>().min(1.2)
}

impl Walk<'_> {
    fn whole(&mut self) -> Result<(), Ended> {
        self.wait(0, 90, MINUTE)?;
        if let Some(quiz) = self.text.pre_test.clone().filter(|_| self.dice.chance(0.8)) {
            self.sit(&quiz, 1, 0.0);
        }
        let mut has_passed = true;
        for (number, module) in (1..).zip(&self.text.modules) {
            for (lesson, found) in (1..).zip(&module.lessons) {
                self.lesson(Place { module: number, lesson }, &found.id, found.minutes)?;
            }
            if let Some(quiz) = &module.quiz {
                has_passed &= self.module_quiz(quiz)?;
            }
        }
        let is_done = match &self.text.final_task {
            Some(task) => self.task(task)?,
            None => true,
        };
        if let Some(quiz) = self.text.post_test.clone().filter(|_| self.dice.chance(0.85)) {
            self.wait(2, 40, HOUR)?;
            self.sit(&quiz, 1, 1.1);
        }
        if has_passed && is_done && self.course.certificate.is_issued && self.dice.chance(0.9) {
            self.wait(1, 50, HOUR)?;
            let issued = self.at.day();
            let expires = self.course.certificate.expires_after_months.map(|months| issued.plus_months(months));
            let (id, subject) = (CertificateId(self.dice.random_id()), self.dice.random_id());
            self.study.certificate = Some((id, subject, issued, expires));
        }
        Ok(())
    }

    fn wait(&mut self, least: i64, most: i64, unit: i64) -> Result<(), Ended> {
        let units = self.dice.between(least, most);
        self.pass(units * unit)
    }

    /// Lets time pass; the walk ends at the present.
    fn pass(&mut self, millis: i64) -> Result<(), Ended> {
        let then = self.at.plus(millis);
        if then > self.now {
            return Err(Ended);
        }
        self.at = then;
        Ok(())
    }

    fn lesson(&mut self, place: Place, id: &crate::domain::id::LessonId, minutes: u16) -> Result<(), Ended> {
        let days = self.habit.pause(self.dice, self.study.lessons.len()).ok_or(Ended)?;
        self.pass(days * DAY)?;
        self.wait(5, 300, MINUTE)?;
        self.study.last_place = Some((place, self.at));
        self.pass(i64::from(minutes) * MINUTE)?;
        // Some read and do not say so.
        if self.dice.chance(0.96) {
            self.study.lessons.push((id.clone(), self.at));
        }
        Ok(())
    }

    /// Tries until it is passed, three times at most.
    fn module_quiz(&mut self, quiz: &Arc<Quiz>) -> Result<bool, Ended> {
        let most = if quiz.attempts == 0 { 3 } else { quiz.attempts.min(3) };
        for number in 1..=most {
            self.wait(1, 30, HOUR)?;
            if self.sit(quiz, number, 0.7 + 0.4 * f64::from(number)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Sits a quiz and hands it in; whether it was passed. `grown`: levels above the first ability.
    fn sit(&mut self, quiz: &Arc<Quiz>, number: u16, grown: f64) -> bool {
        let seed = self.dice.bits();
        let questions = drawing::draw(quiz, seed, &[]);
        let skill = self.ability + grown + self.dice.normal() * 0.45;
        let share = 0.3 + 0.68 / (1.0 + (-1.5 * (skill - 1.5)).exp());
        let mut given = BTreeMap::new();
        for question in questions.iter().filter_map(|id| quiz.question(id)) {
            let wrong = rehearsal::wrong(question).filter(|_| !self.dice.chance(share));
            given.insert(question.id.clone(), wrong.unwrap_or_else(|| rehearsal::right(question)));
        }
        let (machine, marks) = scoring::mark_attempt(std::slice::from_ref(quiz), &questions, &given);
        let score = scoring::add_up(quiz, &questions, machine, &BTreeMap::new());
        let started = self.at;
        self.at = started.plus((i64::from(quiz.minutes.max(2)) * MINUTE).min(self.now.since(started)));
        self.study.sittings.push(Sitting {
            id: AttemptId(self.dice.id(started)),
            quiz: QuizId::clone(&quiz.id),
            number,
            seed,
            questions,
            responses: marks
                .into_iter()
                .map(|(question, hundredths)| Responded {
                    response: given.remove(&question).filter(|_| self.now.since(self.at) < DETAIL),
                    question,
                    hundredths,
                })
                .collect(),
            started,
            submitted: self.at,
            score,
        });
        score.passed
    }

    /// Hands the final task in, once more when it comes back; whether it was passed by now.
    fn task(&mut self, task: &FinalTask) -> Result<bool, Ended> {
        for number in 1..=2 {
            self.wait(1, 12, DAY)?;
            let handed_in = self.at;
            let marked = self.wait(1, 9, DAY).is_ok();
            let is_returned = number == 1 && self.dice.chance(0.22);
            let mark = marked.then(|| self.mark(task, is_returned));
            let passed = mark.as_ref().is_some_and(|mark| mark.passed);
            self.study.works.push(Work {
                id: SubmissionId(self.dice.id(handed_in)),
                item: Item::Task(task.id.clone()),
                number,
                text: (*self.dice.pick(&TEXTS)).to_owned(),
                handed_in,
                mark,
            });
            if !marked {
                return Err(Ended);
            }
            if !is_returned {
                return Ok(passed);
            }
        }
        Ok(false)
    }

    fn mark(&mut self, task: &FinalTask, is_returned: bool) -> Mark {
        let comment = (*self.dice.pick(&COMMENTS)).to_owned();
        let at = self.at;
        if is_returned {
            return Mark { is_returned, levels: Vec::new(), percent: 0, passed: false, comment, at };
        }
        let mut percent = 0_u32;
        let mut levels = Vec::new();
        for criterion in &task.rubric {
            let highest = criterion.levels.len() - 1;
            let level = if self.dice.chance(0.45) { highest } else { highest.saturating_sub(1).max(1).min(highest) };
            percent += u32::from(criterion.weight) * u32::from(criterion.levels[level].share);
            levels.push((criterion.id.clone(), level));
        }
        let weights: u32 = task.rubric.iter().map(|criterion| u32::from(criterion.weight)).sum();
        let percent = u8::try_from(percent / weights.max(1)).unwrap_or(100);
        Mark { is_returned, levels, percent, passed: percent >= task.pass, comment, at }
    }
}
