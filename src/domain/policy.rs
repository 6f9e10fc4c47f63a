//! Who may see and do what with works, notes for trainers and roles, as questions about values.
//!
//! Handlers ask here once they have loaded what is asked about; a *no* about somebody else's thing is
//! answered as if the thing did not exist. That lessons, attempts and notes are their owner's alone is
//! not asked: the store finds them by owner only. An administrator looks after people and settings and sees
//! no answers; being one adds nothing to what follows but the last section.

use std::collections::BTreeSet;

use crate::domain::account::Role;
use crate::domain::id::{AccountId, CourseSlug};
use crate::domain::progress::TaskState;

/// Somebody signed in: everybody is a learner, some are more.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    pub account: AccountId,
    pub roles: BTreeSet<Role>,
}

/// A work that a person marks: a final task, or a free response of a quiz.
#[derive(Clone, Copy)]
pub struct Work<'a> {
    pub owner: AccountId,
    pub course: &'a CourseSlug,
    pub kind: WorkKind,
    pub state: TaskState,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum WorkKind {
    FinalTask,
    /// It belongs to a quiz that was handed in, and is marked once.
    FreeResponse,
}

impl Person {
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Whether this person teaches `course`. For now trainers teach everything in the network; when
    /// they belong to courses or organisations, this is the one place that changes.
    pub fn teaches(&self, _course: &CourseSlug) -> bool {
        self.has(Role::Trainer)
    }
}

/// Facilitator notes and blocks are for those who teach.
pub fn may_read_facilitator_notes(person: &Person, course: &CourseSlug) -> bool {
    person.teaches(course)
}

/// One's own work always; trainers see what was handed in, as it was handed in. What its owner has
/// begun to change since is a draft again and theirs alone.
pub fn may_read_work(person: &Person, work: Work<'_>) -> bool {
    person.account == work.owner || (person.teaches(work.course) && is_handed_in(work.state))
}

/// Whoever teaches the course marks what waits for it, or returns it; nobody marks their own work.
pub fn may_mark(person: &Person, work: Work<'_>) -> bool {
    person.account != work.owner && person.teaches(work.course) && work.state == TaskState::HandedIn
}

/// Its owner may write on until it is handed in, and again when it came back.
pub fn may_write(person: &Person, work: Work<'_>) -> bool {
    let is_open = match work.state {
        TaskState::Drafted | TaskState::Returned => true,
        TaskState::NotPassed => work.kind == WorkKind::FinalTask,
        TaskState::HandedIn | TaskState::Passed => false,
    };
    person.account == work.owner && is_open
}

/// Comments go between its owner and those who teach, from handing in on.
pub fn may_comment(person: &Person, work: Work<'_>) -> bool {
    may_read_work(person, work) && is_handed_in(work.state)
}

/// The people page: sign-in names and roles, nothing of what anybody learns.
pub fn may_manage_people(person: &Person) -> bool {
    person.has(Role::Administrator)
}

/// Administrators give and take roles, never their own: nobody makes themselves a trainer to read
/// answers, and the last administrator cannot leave by mistake.
pub fn may_change_roles(person: &Person, of: AccountId) -> bool {
    may_manage_people(person) && person.account != of
}

fn is_handed_in(state: TaskState) -> bool {
    match state {
        TaskState::Drafted => false,
        TaskState::HandedIn | TaskState::Returned | TaskState::NotPassed | TaskState::Passed => true,
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const STATES: [TaskState; 5] =
        [TaskState::Drafted, TaskState::HandedIn, TaskState::Returned, TaskState::NotPassed, TaskState::Passed];

    fn account(number: u128) -> AccountId {
        AccountId(Uuid::from_u128(number))
    }

    fn person(number: u128, roles: &[Role]) -> Person {
        Person { account: account(number), roles: roles.iter().copied().collect() }
    }

    fn course() -> CourseSlug {
        "digital-security".parse().unwrap()
    }

    /// The states in which `may` holds for work of person 1.
    fn states(may: fn(&Person, Work<'_>) -> bool, person: &Person) -> Vec<TaskState> {
        let course = course();
        let work = |state| Work { owner: account(1), course: &course, kind: WorkKind::FinalTask, state };
        STATES.into_iter().filter(|&state| may(person, work(state))).collect()
    }

    #[test]
    fn learners_see_their_own_and_nobody_else_s() {
        let (mira, other) = (person(1, &[]), person(2, &[]));
        assert_eq!(states(may_read_work, &mira), STATES);
        assert!(states(may_read_work, &other).is_empty());
        assert!(states(may_comment, &other).is_empty());
    }

    #[test]
    fn trainers_see_and_mark_what_was_handed_in() {
        let trainer = person(2, &[Role::Trainer]);
        assert_eq!(states(may_read_work, &trainer), STATES[1..]);
        assert_eq!(states(may_mark, &trainer), [TaskState::HandedIn]);
        assert_eq!(states(may_comment, &trainer), STATES[1..]);
    }

    #[test]
    fn nobody_marks_their_own_work() {
        let trainer = person(1, &[Role::Trainer, Role::ProgrammeManager, Role::Administrator]);
        assert!(states(may_mark, &trainer).is_empty());
    }

    #[test]
    fn administrators_and_programme_managers_see_no_answers() {
        let staff = person(2, &[Role::Administrator, Role::ProgrammeManager]);
        for may in [may_read_work, may_mark, may_write, may_comment] {
            assert!(states(may, &staff).is_empty());
        }
        assert!(!may_read_facilitator_notes(&staff, &course()));
    }

    #[test]
    fn work_that_came_back_may_be_written_on_by_its_owner_only() {
        let open = [TaskState::Drafted, TaskState::Returned, TaskState::NotPassed];
        assert_eq!(states(may_write, &person(1, &[])), open);
        assert!(states(may_write, &person(2, &[Role::Trainer])).is_empty());
        let (course, state) = (course(), TaskState::NotPassed);
        let response = Work { owner: account(1), course: &course, kind: WorkKind::FreeResponse, state };
        assert!(!may_write(&person(1, &[]), response), "a free response is marked once");
    }

    #[test]
    fn administrators_change_roles_but_not_their_own() {
        let administrator = person(1, &[Role::Administrator]);
        assert!(may_change_roles(&administrator, account(2)));
        assert!(!may_change_roles(&administrator, account(1)));
        assert!(!may_change_roles(&person(3, &[Role::Trainer, Role::ProgrammeManager]), account(2)));
    }
}
