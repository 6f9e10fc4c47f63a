//! Those whom one can sign in as: one for each role.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::ExitCode;

use super::dice::Dice;
use super::network::Group;
use super::person::{Character, Habit};
use super::{Ground, needs, said, study};
use crate::cli::Outcome;
use crate::crypto::names;
use crate::crypto::password::{Hasher, Password, PasswordHash};
use crate::crypto::totp::TotpSecret;
use crate::domain::account::Role;
use crate::domain::id::AccountId;
use crate::domain::needs::instrument::Form;
use crate::domain::time::{DAY, Timestamp};
use crate::store::accounts::{Door, NewAccount, second_factor};
use crate::store::demo::Person;
use crate::store::memberships::Placement;
use crate::store::{accounts, demo, invitations, memberships, pathways};

/// The sign-ins are kept in this file of the data folder, for `lontar demo --codes`.
const FILE: &str = "demo.txt";

const LEARNER: &str = "demo-learner";

/// Those who are staff, and what for.
const STAFF: [(&str, &str, Role); 4] = [
    ("demo-trainer", "trainer", Role::Trainer),
    ("demo-manager", "programme manager of River Watch", Role::ProgrammeManager),
    ("demo-network", "programme manager of the network", Role::ProgrammeManager),
    ("demo-administrator", "administrator", Role::Administrator),
];

/// Everybody with a sign-in to print.
pub struct Cast {
    password: Password,
    staff: Vec<Member>,
}

/// Somebody of the staff.
struct Member {
    account: AccountId,
    name: &'static str,
    role: &'static str,
    secret: TotpSecret,
}

impl Cast {
    pub fn trainer(&self) -> AccountId {
        self.staff[0].account
    }

    /// Name, what they are, and their second step if they have one.
    fn lines(&self) -> impl Iterator<Item = (&str, &str, String)> {
        let staff = self.staff.iter().map(|member| (member.name, member.role, member.secret.reveal()));
        std::iter::once((LEARNER, "learner", String::new())).chain(staff)
    }

    /// Keeps the sign-ins in the data folder, so that codes can be had later.
    pub fn keep(&self, folder: &Path) -> Result<(), String> {
        let lines: Vec<String> =
            self.lines().map(|(name, role, secret)| format!("{name}\t{role}\t{secret}\n")).collect();
        let text = format!("{}\n{}", self.password.reveal(), lines.concat());
        let path = folder.join(FILE);
        let written = std::fs::write(&path, text).and_then(|()| for_owner_only(&path));
        written.map_err(|error| format!("{FILE} cannot be written: {error}."))
    }

    pub fn print(&self, folder: &Path, now: Timestamp) {
        say!("A made-up network is ready. Password of all: {}\n", self.password.reveal());
        say!("{:<20} {:<34} {:<34} code now", "Sign-in name", "Role", "Key for an authenticator app");
        let codes = self.staff.iter().map(|member| member.secret.digits(now));
        for ((name, role, secret), code) in self.lines().zip(std::iter::once(String::new()).chain(codes)) {
            say!("{name:<20} {role:<34} {secret:<34} {code}");
        }
        say!("\nA code is good for half a minute. New ones: LONTAR_DATA={} lontar demo --codes", folder.display());
        say!("Look around: LONTAR_DATA={} lontar serve", folder.display());
    }
}

#[cfg(unix)]
fn for_owner_only(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
fn for_owner_only(_: &Path) -> std::io::Result<()> {
    Ok(())
}

/// Prints the codes of this moment for the demo in a folder.
pub fn print_codes(folder: &Path, now: Timestamp) -> Outcome {
    let path = folder.join(FILE);
    let text = std::fs::read_to_string(&path)
        .map_err(|_| format!("There is no demo in {}: {FILE} is missing.", folder.display()))?;
    let mut lines = text.lines();
    say!("Password of all: {}", lines.next().unwrap_or_default());
    for line in lines {
        let mut parts = line.split('\t');
        let (name, role) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let secret = parts.next().unwrap_or_default().parse::<TotpSecret>();
        let code = secret.map(|secret| secret.digits(now)).unwrap_or_default();
        say!("{name:<20} {role:<34} {code}");
    }
    Ok(ExitCode::SUCCESS)
}

/// Makes the accounts of all that can be signed in as.
pub async fn invite(ground: &Ground, dice: &mut Dice, groups: &[Group]) -> Result<Cast, String> {
    let password = Password::new(&format!("{} {}", names::propose().reveal(), names::propose().reveal()));
    let hash = Hasher::default().hash(password.clone()).await.map_err(said)?;
    let home = groups.iter().find_map(|group| group.placement);
    let mut staff = Vec::new();
    for (name, role, may) in STAFF {
        let is_of_organisation = name == "demo-manager";
        let placement = home.filter(|_| is_of_organisation);
        let account = employ(ground, name, &hash, may, placement).await?;
        let secret = TotpSecret::random();
        second_factor::set(&ground.store, account, Some(&secret)).await.map_err(said)?;
        staff.push(Member { account, name, role, secret });
    }
    let learner = learner(ground, dice, &hash, home)?;
    let (id, kept) = (learner.id, learner.assessments.last().and_then(|assessed| assessed.sheet.kept.clone()));
    demo::write(&ground.store, vec![learner], None).await.map_err(said)?;
    if let Some(kept) = kept {
        pathways::put_diagnosis(&ground.store, id, kept, ground.now.plus(-44 * DAY)).await.map_err(said)?;
    }
    Ok(Cast { password, staff })
}

async fn employ(
    ground: &Ground,
    name: &str,
    hash: &PasswordHash,
    role: Role,
    placement: Option<Placement>,
) -> Result<AccountId, String> {
    let store = &ground.store;
    let door = match role {
        // Belongs somewhere first: by that it is fixed what they manage.
        Role::ProgrammeManager => Door::CommandLine(BTreeSet::new()),
        Role::Trainer | Role::Administrator => Door::CommandLine(BTreeSet::from([role])),
    };
    let account = NewAccount {
        name: names::choose(name).map_err(said)?,
        password: hash.clone(),
        language: "en".parse().map_err(said)?,
        recovery_codes: Vec::new(),
        door,
    };
    let id = accounts::create(store, account, ground.now).await.map_err(said)?;
    if let Some(placement) = placement {
        let placement = Placement { cohort: None, ..placement };
        let (_, code) =
            invitations::create(store, 1, ground.now.plus(DAY), Some(placement), ground.now).await.map_err(said)?;
        memberships::join(store, id, code.canonical(), ground.now).await.map_err(said)?;
        accounts::roles::grant(store, id, role, ground.now).await.map_err(said)?;
    } else if role == Role::ProgrammeManager {
        accounts::roles::grant_network(store, id, ground.now).await.map_err(said)?;
    }
    Ok(id)
}

/// Somebody in the middle of two courses, measured six weeks ago.
fn learner(
    ground: &Ground,
    dice: &mut Dice,
    hash: &PasswordHash,
    placement: Option<Placement>,
) -> Result<Person, String> {
    let began = ground.now.plus(-44 * DAY);
    let mut character = Character::made_up(dice, &ground.instrument);
    character.ability.values_mut().for_each(|ability| *ability = ability.clamp(0.4, 2.2));
    let assessed =
        needs::whole(dice, &ground.instrument, &character, (Form::First, None), began, ground.now, |_, _| 0.0);
    let mut studies = Vec::new();
    for (course, (lessons, days)) in ground.courses.iter().zip([(9, 40), (3, 12)]) {
        character.habit = Habit::Stops(lessons);
        studies.push(study::study(dice, course, &character, ground.now.plus(-days * DAY), ground.now));
    }
    Ok(Person {
        id: AccountId(dice.id(began)),
        name: names::choose(LEARNER).map_err(said)?,
        password: hash.clone(),
        registered: began,
        placement,
        studies,
        assessments: assessed.into_iter().collect(),
        // Put in afterwards as it was measured: whoever tries it out makes the first change.
        pathway: None,
    })
}
