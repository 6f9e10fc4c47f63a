//! Accounts: how one signs in, and what one may be here.

use serde::{Deserialize, Serialize};

use crate::domain::id::OrganisationId;

/// What a person may be besides a learner, which everybody with an account is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    Trainer,
    ProgrammeManager,
    Administrator,
}

impl ManagerScope {
    /// Whether organisations may be made, renamed and deleted.
    pub fn is_network(self) -> bool {
        self == Self::Network
    }

    /// Whether cohorts and codes of this organisation may be changed.
    pub fn manages(self, organisation: OrganisationId) -> bool {
        match self {
            Self::Network => true,
            Self::Organisation(own) => own == organisation,
            Self::Nothing => false,
        }
    }
}

impl Role {
    pub const ALL: [Self; 3] = [Self::Trainer, Self::ProgrammeManager, Self::Administrator];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Trainer => "trainer",
            Self::ProgrammeManager => "programme-manager",
            Self::Administrator => "administrator",
        }
    }
}

impl std::str::FromStr for Role {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(())
    }
}

/// What a programme manager manages. Said when the role is given: joining or leaving changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ManagerScope {
    /// All organisations; of people only what may leave an organisation.
    Network,
    Organisation(OrganisationId),
    /// They belonged to no organisation when the role was given, or theirs is gone.
    Nothing,
}

/// Who may make an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Registration {
    Open,
    ByInvitation,
    Closed,
}

impl Registration {
    pub const ALL: [Self; 3] = [Self::Open, Self::ByInvitation, Self::Closed];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::ByInvitation => "by-invitation",
            Self::Closed => "closed",
        }
    }
}

impl std::str::FromStr for Registration {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|registration| registration.as_str() == text).ok_or(())
    }
}
