//! A certificate as the server keeps it, and the name that its holder types when a file is made.
//!
//! The two never meet in storage: a [`Certificate`] says what was completed and when, a
//! [`HolderName`] lives as long as the request that draws the file.

mod name;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::course::EditionHash;
use crate::domain::id::{CertificateId, CourseSlug};
use crate::domain::language::LanguageTag;
use crate::domain::time::Day;

pub use name::{HolderName, MOST_CHARACTERS, NameProblem};

/// What somebody completed: no account, no name, no organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// Random; all one needs to check it.
    pub id: CertificateId,
    pub course: CourseSlug,
    /// The course's certificate title, one per language of the edition; never empty.
    pub titles: BTreeMap<LanguageTag, String>,
    /// The language to fall back on: the course's source language.
    pub source_language: LanguageTag,
    pub edition: EditionHash,
    pub issued: Day,
    /// The last day on which it is valid.
    pub expires: Option<Day>,
    /// Whom a badge is about: random, drawn anew for each certificate, so that two certificates of
    /// one person share no value.
    pub subject: Uuid,
    /// The day from which it is no longer valid, whatever `expires` says.
    pub revoked: Option<Day>,
}

/// How a certificate stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Validity {
    Valid,
    Expired,
    Revoked,
}

/// Whether a new certificate may take the place of one on `today`: it has run out, and nobody revoked
/// it, on whatever day.
pub fn is_renewable(revoked: Option<Day>, expires: Option<Day>, today: Day) -> bool {
    revoked.is_none() && has_run_out(expires, today)
}

fn has_run_out(expires: Option<Day>, today: Day) -> bool {
    expires.is_some_and(|expires| expires < today)
}

impl Certificate {
    /// How it stands on `today`. A revocation counts from its day on and outweighs the end date. A
    /// clock set back before the day of issue changes nothing: that is the clock's fault.
    pub fn validity(&self, today: Day) -> Validity {
        match self.revoked {
            Some(revoked) if revoked <= today => Validity::Revoked,
            _ if has_run_out(self.expires, today) => Validity::Expired,
            _ => Validity::Valid,
        }
    }

    /// The title for a reader of `language`, and the language it really is in: the same language,
    /// else one with the same primary subtag, else the source language.
    pub fn title(&self, language: &LanguageTag) -> Option<(&LanguageTag, &str)> {
        self.titles
            .get_key_value(language)
            .or_else(|| self.titles.iter().find(|(tag, _)| tag.primary() == language.primary()))
            .or_else(|| self.titles.get_key_value(&self.source_language))
            .or_else(|| self.titles.iter().next())
            .map(|(tag, title)| (tag, title.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn certificate() -> Certificate {
        Certificate {
            id: CertificateId(Uuid::from_u128(1)),
            course: "digital-security".parse().unwrap(),
            titles: [("en", "Digital security"), ("id", "Keamanan digital"), ("zh-Hant", "數位安全")]
                .map(|(tag, title)| (tag.parse().unwrap(), title.to_owned()))
                .into(),
            source_language: "en".parse().unwrap(),
            edition: EditionHash("ab".repeat(32)),
            issued: day("2026-11-23"),
            expires: Some(day("2028-11-23")),
            subject: Uuid::from_u128(2),
            revoked: None,
        }
    }

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn it_is_valid_through_its_last_day() {
        let certificate = certificate();
        assert_eq!(certificate.validity(day("2026-11-23")), Validity::Valid);
        assert_eq!(certificate.validity(day("2028-11-23")), Validity::Valid);
        assert_eq!(certificate.validity(day("2028-11-24")), Validity::Expired);
    }

    #[test]
    fn a_revocation_outweighs_the_end_date() {
        let certificate = Certificate { revoked: Some(day("2027-01-05")), ..certificate() };
        assert_eq!(certificate.validity(day("2027-01-04")), Validity::Valid);
        assert_eq!(certificate.validity(day("2027-01-05")), Validity::Revoked);
        assert_eq!(certificate.validity(day("2030-01-01")), Validity::Revoked);
    }

    #[test]
    fn only_what_has_run_out_and_was_not_revoked_is_renewed() {
        let (last, today) = (Some(day("2028-11-23")), day("2028-11-24"));
        assert!(is_renewable(None, last, today));
        assert!(!is_renewable(None, last, day("2028-11-23")), "its last day");
        assert!(!is_renewable(None, None, today), "without an end date");
        for revoked in ["2027-01-05", "2028-11-24", "2030-01-01"] {
            assert!(!is_renewable(Some(day(revoked)), last, today), "revoked on {revoked}");
        }
    }

    #[test]
    fn without_an_end_date_it_never_expires() {
        let certificate = Certificate { expires: None, ..certificate() };
        assert_eq!(certificate.validity(day("2999-12-31")), Validity::Valid);
    }

    #[test]
    fn a_title_falls_back_to_a_near_language_then_to_the_source() {
        let certificate = certificate();
        let title = |tag: &str| certificate.title(&tag.parse().unwrap()).map(|(_, title)| title.to_owned());
        assert_eq!(title("id").as_deref(), Some("Keamanan digital"));
        assert_eq!(title("zh-Hans").as_deref(), Some("數位安全"));
        assert_eq!(title("my").as_deref(), Some("Digital security"));
    }
}
