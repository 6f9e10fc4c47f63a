//! What the tests of this folder issue.

use ed25519_dalek::SigningKey;
use uuid::Uuid;

use super::badge::{self, Badge, BadgeWords, Issuer};
use crate::domain::certificate::Certificate;
use crate::domain::course::EditionHash;

pub fn key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

pub fn issuer() -> Issuer {
    Issuer { name: "Banyan Rights Network".to_owned(), url: "https://learn.banyan.example".to_owned() }
}

pub fn certificate() -> Certificate {
    Certificate {
        id: "0b5cbb1e-7c0a-4d26-8f43-9c1f5a2e6d70".parse().unwrap(),
        course: "digital-security".parse().unwrap(),
        titles: [("en", "Digital security for human rights defenders")]
            .map(|(tag, title)| (tag.parse().unwrap(), title.to_owned()))
            .into(),
        source_language: "en".parse().unwrap(),
        edition: EditionHash("ab".repeat(32)),
        issued: "2026-11-23".parse().unwrap(),
        expires: Some("2028-11-23".parse().unwrap()),
        subject: Uuid::from_u128(0x3333),
        revoked: None,
    }
}

pub fn badge_words() -> BadgeWords {
    BadgeWords {
        language: "en".parse().unwrap(),
        description: "How to find out what threatens you and your group, and what to do about it.".to_owned(),
        criteria: "All lessons read, each module quiz passed, the final task accepted by a trainer.".to_owned(),
    }
}

pub fn badge() -> Badge {
    badge::sign(&key(), &issuer(), &certificate(), &badge_words())
}
