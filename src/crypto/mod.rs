//! Secrets: the server key and what is derived from it, sealed values, passwords, tokens, printed
//! codes. Knows no database and no web; randomness comes from the operating system.
//!
//! - [`vault`] holds the server key and everything derived from it;
//! - [`seal`] is the one way to store a personal value, [`stream`] the one to write a backup;
//! - [`password`], [`recovery`], [`totp`] and [`token`] are the ways to show who one is;
//! - [`names`] proposes sign-in names and says which chosen ones are refused.

pub mod names;
pub mod password;
pub mod random;
pub mod recovery;
pub mod seal;
pub mod stream;
pub mod token;
pub mod totp;
pub mod vault;
