//! Where a request comes from, for limits: a keyed hash, in memory only (SAFETY 10).

use std::convert::Infallible;
use std::net::IpAddr;

use rocket::request::{FromRequest, Outcome, Request};

use super::house::House;
use super::limits::Key;

/// The caller's address as a key; `None` when only the proxy or the onion service in front has one.
pub struct Caller(pub Option<Key>);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Caller {
    type Error = Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Infallible> {
        let peer = request.remote().map(|peer| peer.ip().to_canonical());
        let forwarded = request.headers().get("X-Forwarded-For").last();
        let house = request.rocket().state::<House>();
        let key = |address: IpAddr| house.map(|house| house.vault.limit_key(&network(address)));
        Outcome::Success(Self(origin(peer, forwarded).and_then(key)))
    }
}

/// What the peer is, or what a proxy on this machine says of its own peer: the last address in the
/// header, because those before it are the caller's own word. From elsewhere the header says nothing.
fn origin(peer: Option<IpAddr>, forwarded: Option<&str>) -> Option<IpAddr> {
    match peer {
        Some(peer) if !peer.is_loopback() => Some(peer),
        _ => forwarded.and_then(|header| header.rsplit(',').next()).and_then(|last| last.trim().parse().ok()),
    }
}

/// The part of an address that one customer of a provider has: in IPv6 the first 64 bits.
fn network(address: IpAddr) -> Vec<u8> {
    match address.to_canonical() {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets()[..8].to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn only_a_proxy_on_this_machine_is_believed_and_only_its_own_word() {
        let near = Some(ip("127.0.0.1"));
        assert_eq!(origin(near, Some("203.0.113.9, 198.51.100.7")), Some(ip("198.51.100.7")));
        assert_eq!(origin(near, None), None);
        assert_eq!(origin(near, Some("unknown")), None);
        assert_eq!(origin(Some(ip("192.0.2.1")), Some("198.51.100.7")), Some(ip("192.0.2.1")));
    }

    #[test]
    fn one_customer_has_one_key() {
        assert_eq!(network(ip("2001:db8:1:2::1")), network(ip("2001:db8:1:2:ffff::9")));
        assert_ne!(network(ip("2001:db8:1:2::1")), network(ip("2001:db8:1:3::1")));
        assert_eq!(network(ip("::ffff:192.0.2.1")), network(ip("192.0.2.1")));
        assert_ne!(network(ip("192.0.2.1")), network(ip("192.0.2.2")));
    }
}
