//! Where a request comes from, for limits: a keyed hash, in memory only (SAFETY 10).

use std::convert::Infallible;
use std::net::IpAddr;

use rocket::request::{FromRequest, Outcome, Request};

use super::house::House;
use super::limits::Key;

/// The caller's address as a key; `None` when nobody who is believed says it: a proxy that names none, or
/// a program on this machine such as an onion service.
pub struct Caller(pub Option<Key>);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Caller {
    type Error = Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Infallible> {
        let Some(house) = request.rocket().state::<House>() else { return Outcome::Success(Self(None)) };
        let peer = request.remote().map(|peer| peer.ip().to_canonical());
        let forwarded = request.headers().get("X-Forwarded-For").last();
        let address = origin(peer, forwarded, &house.settings.proxies);
        Outcome::Success(Self(address.map(|address| house.vault.limit_key(&network(address)))))
    }
}

/// What the peer is, or what a proxy of ours says of its own peer: the last address in the header, because
/// those before it are the caller's own word. From anybody else the header says nothing.
fn origin(peer: Option<IpAddr>, forwarded: Option<&str>, proxies: &[IpAddr]) -> Option<IpAddr> {
    let peer = peer?;
    match proxies.contains(&peer) {
        true => forwarded.and_then(|header| header.rsplit(',').next()).and_then(|last| last.trim().parse().ok()),
        false => Some(peer).filter(|peer| !peer.is_loopback()),
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
    fn only_a_proxy_of_ours_is_believed_and_only_its_own_word() {
        let near = Some(ip("127.0.0.1"));
        let proxies = [ip("127.0.0.1")];
        assert_eq!(origin(near, Some("203.0.113.9, 198.51.100.7"), &proxies), Some(ip("198.51.100.7")));
        assert_eq!(origin(near, None, &proxies), None);
        assert_eq!(origin(near, Some("unknown"), &proxies), None);
        assert_eq!(origin(Some(ip("192.0.2.1")), Some("198.51.100.7"), &proxies), Some(ip("192.0.2.1")));
        assert_eq!(origin(near, Some("198.51.100.7"), &[]), None, "Tor hands on what the caller wrote");
        assert_eq!(origin(Some(ip("10.0.0.2")), Some("198.51.100.7"), &[ip("10.0.0.2")]), Some(ip("198.51.100.7")));
    }

    #[test]
    fn one_customer_has_one_key() {
        assert_eq!(network(ip("2001:db8:1:2::1")), network(ip("2001:db8:1:2:ffff::9")));
        assert_ne!(network(ip("2001:db8:1:2::1")), network(ip("2001:db8:1:3::1")));
        assert_eq!(network(ip("::ffff:192.0.2.1")), network(ip("192.0.2.1")));
        assert_ne!(network(ip("192.0.2.1")), network(ip("192.0.2.2")));
    }
}
