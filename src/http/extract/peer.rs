//! Where a request comes from.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use actix_web::HttpRequest;
use actix_web::http::header;

use crate::config::Proxies;

/// Headers by which proxies tell whom they speak for.
const FORWARDING: [&str; 3] = ["x-forwarded-for", "forwarded", "x-real-ip"];
/// More addresses than any chain of proxies has.
const MAX_HOPS: usize = 32;

/// The client's address: the peer's, or, where the peer is one of the `trusted` proxies, the last address of
/// `X-Forwarded-For` that is not one of them. Nobody else's word counts. `Forwarded` (RFC 7239) and `X-Real-IP` are not
/// looked at: proxies that write the one hand on the others as their client made them up.
#[must_use]
pub fn client_address(request: &HttpRequest, trusted: &[Proxies]) -> IpAddr {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|proxies| proxies.contains(*address));
    let mut address = peer(request).unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    if !is_trusted(&address) {
        return address;
    }
    let lines: Vec<&str> = request.headers().get_all(FORWARDING[0]).filter_map(|line| line.to_str().ok()).collect();
    for hop in lines.iter().rev().flat_map(|line| line.rsplit(',')).take(MAX_HOPS) {
        let Some(next) = hop_address(hop.trim()) else { break };
        address = next.to_canonical();
        if !is_trusted(&address) {
            break;
        }
    }
    address
}

/// A hop as proxies write it: an address, some with the port, IPv6 then in brackets.
fn hop_address(hop: &str) -> Option<IpAddr> {
    let bare = hop.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(hop);
    bare.parse().ok().or_else(|| hop.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

/// Whether the request was sent by this machine itself, and not handed on by a proxy that runs on it.
#[must_use]
pub fn is_local(request: &HttpRequest) -> bool {
    let handed_on = FORWARDING.iter().any(|name| request.headers().contains_key(*name));
    !handed_on && !request.headers().contains_key(header::VIA) && peer(request).is_some_and(|peer| peer.is_loopback())
}

fn peer(request: &HttpRequest) -> Option<IpAddr> {
    request.peer_addr().map(|address| address.ip().to_canonical())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn only_trusted_proxies_are_believed() {
        let of = |peer: &str, forwarded: &str, trusted: &[&str]| {
            let request = TestRequest::get().peer_addr(format!("{peer}:1").parse().unwrap());
            let request = request.insert_header(("X-Forwarded-For", forwarded)).to_http_request();
            let trusted: Vec<Proxies> = trusted.iter().map(|text| Proxies::parse(text).unwrap()).collect();
            client_address(&request, &trusted).to_string()
        };
        assert_eq!(of("192.0.2.1", "198.51.100.7", &[]), "192.0.2.1");
        assert_eq!(of("192.0.2.1", "203.0.113.9, 198.51.100.7", &["192.0.2.1"]), "198.51.100.7");
        assert_eq!(of("192.0.2.1", "203.0.113.9, 10.0.0.2", &["192.0.2.1", "10.0.0.2"]), "203.0.113.9");
        assert_eq!(of("192.0.2.1", "nonsense", &["192.0.2.1"]), "192.0.2.1");
        assert_eq!(of("[::ffff:192.0.2.1]", "2001:db8::1", &["192.0.2.1"]), "2001:db8::1");
        // Networks, and ports.
        let inside = ["10.0.0.0/8", "fd00::/8"];
        assert_eq!(of("10.1.2.3", "6.6.6.6, 203.0.113.9, 10.9.9.9, fd00::7", &inside), "203.0.113.9");
        assert_eq!(of("11.1.2.3", "203.0.113.9", &inside), "11.1.2.3");
        assert_eq!(of("10.1.2.3", "203.0.113.9:4711, [fd00::7]:443", &inside), "203.0.113.9");
        assert_eq!(of("10.1.2.3", "[2001:db8::7]", &inside), "2001:db8::7");
        // What lies to the left of somebody unknown was made up by them; nobody is behind nonsense.
        assert_eq!(of("10.1.2.3", "10.0.0.1, 203.0.113.9", &inside), "203.0.113.9");
        assert_eq!(of("10.1.2.3", "203.0.113.9, unknown, 10.0.0.7", &inside), "10.0.0.7");
        let endless = vec!["10.0.0.1"; 100].join(", ");
        assert_eq!(of("10.1.2.3", &endless, &inside), "10.0.0.1");
    }

    #[test]
    fn other_headers_tell_nothing() {
        let request = TestRequest::get().peer_addr("10.1.2.3:1".parse().unwrap());
        let request =
            request.insert_header(("Forwarded", "for=203.0.113.9")).insert_header(("X-Real-IP", "203.0.113.9"));
        let trusted = [Proxies::parse("10.0.0.0/8").unwrap()];
        assert_eq!(client_address(&request.to_http_request(), &trusted).to_string(), "10.1.2.3");
    }

    #[test]
    fn a_proxy_on_this_machine_is_not_this_machine() {
        let local = |peer: &str| TestRequest::get().peer_addr(format!("{peer}:1").parse().unwrap());
        assert!(is_local(&local("127.0.0.1").to_http_request()) && is_local(&local("[::1]").to_http_request()));
        assert!(!is_local(&local("192.0.2.1").to_http_request()));
        assert!(!is_local(&local("127.0.0.1").insert_header(("X-Forwarded-For", "127.0.0.1")).to_http_request()));
    }
}
