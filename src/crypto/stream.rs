//! Sealing what is too large for memory, in chunks: XChaCha20-Poly1305 in the STREAM construction.
//!
//! The nonce of a chunk is 19 random bytes of the file, the number of the chunk and whether it is the
//! last: a chunk that is changed, missing, moved, doubled or put behind the end does not open.

use std::io::{self, Read, Write};

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

use crate::crypto::random;

const CHUNK: usize = 64 * 1024;
const TAG: usize = 16;
const PREFIX: usize = 19;

/// Why a sealed file does not open.
#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    /// It is not as it was written, or was written with another key.
    #[error("it is damaged")]
    Damaged,
    #[error("{0}")]
    File(#[from] io::Error),
}

/// Seals `from` into `to`, bound to `context`.
pub fn seal(key: &[u8; 32], context: &[u8], from: &mut impl Read, to: &mut impl Write) -> io::Result<()> {
    let cipher = XChaCha20Poly1305::new(key.into());
    let prefix: [u8; PREFIX] = random::bytes();
    to.write_all(&prefix)?;
    let mut number = 0;
    let mut chunk = read_chunk(from, CHUNK)?;
    loop {
        let next = read_chunk(from, CHUNK)?;
        let is_last = next.is_empty();
        let payload = Payload { msg: &chunk, aad: context };
        let sealed = cipher.encrypt(&nonce(&prefix, number, is_last), payload);
        to.write_all(&sealed.map_err(|_| io::Error::other("a chunk cannot be sealed"))?)?;
        if is_last {
            return Ok(());
        }
        chunk = next;
        number = number.checked_add(1).ok_or_else(|| io::Error::other("the file is too large"))?;
    }
}

/// Opens what [`seal`] made. When it fails, what was written to `to` is worth nothing.
pub fn open(key: &[u8; 32], context: &[u8], from: &mut impl Read, to: &mut impl Write) -> Result<(), StreamError> {
    let cipher = XChaCha20Poly1305::new(key.into());
    let prefix: [u8; PREFIX] = read_chunk(from, PREFIX)?.try_into().map_err(|_| StreamError::Damaged)?;
    let mut number = 0_u32;
    let mut chunk = read_chunk(from, CHUNK + TAG)?;
    loop {
        let next = read_chunk(from, CHUNK + TAG)?;
        let is_last = next.is_empty();
        let payload = Payload { msg: &chunk, aad: context };
        let opened = cipher.decrypt(&nonce(&prefix, number, is_last), payload);
        to.write_all(&opened.map_err(|_| StreamError::Damaged)?)?;
        if is_last {
            return Ok(());
        }
        chunk = next;
        number = number.checked_add(1).ok_or(StreamError::Damaged)?;
    }
}

fn nonce(prefix: &[u8; PREFIX], number: u32, is_last: bool) -> XNonce {
    let mut nonce = [0; 24];
    let (first, rest) = nonce.split_at_mut(PREFIX);
    first.copy_from_slice(prefix);
    let (middle, last) = rest.split_at_mut(4);
    middle.copy_from_slice(&number.to_be_bytes());
    last.fill(u8::from(is_last));
    XNonce::from(nonce)
}

/// Up to `most` bytes; fewer only at the end.
fn read_chunk(from: &mut impl Read, most: usize) -> io::Result<Vec<u8>> {
    let mut chunk = Vec::with_capacity(most);
    from.take(most as u64).read_to_end(&mut chunk)?;
    Ok(chunk)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 32] = [7; 32];

    fn sealed(plain: &[u8]) -> Vec<u8> {
        let mut sealed = Vec::new();
        seal(&KEY, b"context", &mut &plain[..], &mut sealed).unwrap();
        sealed
    }

    fn opened(sealed: &[u8]) -> Option<Vec<u8>> {
        let mut plain = Vec::new();
        open(&KEY, b"context", &mut &sealed[..], &mut plain).ok().map(|()| plain)
    }

    #[test]
    fn every_length_comes_back() {
        for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 17] {
            let plain: Vec<u8> = (0..length).map(|number| (number % 251) as u8).collect();
            assert_eq!(opened(&sealed(&plain)), Some(plain), "{length}");
        }
    }

    #[test]
    fn whatever_is_changed_is_noticed() {
        let sealed = sealed(&vec![5; 3 * CHUNK]);
        let chunk = |number: usize| PREFIX + number * (CHUNK + TAG)..PREFIX + (number + 1) * (CHUNK + TAG);
        for position in (0..sealed.len()).step_by(997) {
            let mut changed = sealed.clone();
            changed[position] ^= 1;
            assert_eq!(opened(&changed), None, "byte {position}");
        }
        for length in [0, PREFIX - 1, PREFIX, chunk(0).end, chunk(1).end, sealed.len() - 1] {
            assert_eq!(opened(&sealed[..length]), None, "cut at {length}");
        }
        let parts = |order: &[usize]| -> Vec<u8> {
            let chunks = order.iter().flat_map(|number| sealed[chunk(*number)].to_vec());
            sealed[..PREFIX].iter().copied().chain(chunks).collect()
        };
        assert_eq!(parts(&[0, 1, 2]), sealed);
        for order in [&[1, 0, 2][..], &[0, 2], &[0, 1, 1, 2], &[0, 1, 2, 2], &[2]] {
            assert_eq!(opened(&parts(order)), None, "{order:?}");
        }
        let mut longer = sealed.clone();
        longer.push(0);
        assert_eq!(opened(&longer), None);
    }

    #[test]
    fn another_key_or_context_does_not_open() {
        let sealed = sealed(b"text");
        let mut plain = Vec::new();
        assert!(open(&[8; 32], b"context", &mut &sealed[..], &mut plain).is_err());
        assert!(open(&KEY, b"other", &mut &sealed[..], &mut plain).is_err());
    }
}
