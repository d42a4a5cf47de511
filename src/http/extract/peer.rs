//! Where a request comes from.

use std::net::{IpAddr, Ipv4Addr};

use actix_web::HttpRequest;
use actix_web::http::header;

/// Headers by which proxies tell whom they speak for.
const FORWARDING: [&str; 3] = ["x-forwarded-for", "forwarded", "x-real-ip"];
/// More addresses than any chain of proxies has.
const MAX_HOPS: usize = 32;

/// The client's address: the peer's, or, where the peer is one of the `trusted` proxies, the last address of
/// `X-Forwarded-For` that is not one of them. Nobody else's word counts.
#[must_use]
pub fn client_address(request: &HttpRequest, trusted: &[IpAddr]) -> IpAddr {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|proxy| proxy.to_canonical() == *address);
    let mut address = peer(request).unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    if !is_trusted(&address) {
        return address;
    }
    let lines: Vec<&str> = request.headers().get_all(FORWARDING[0]).filter_map(|line| line.to_str().ok()).collect();
    for hop in lines.iter().rev().flat_map(|line| line.rsplit(',')).take(MAX_HOPS) {
        let Ok(next) = hop.trim().parse::<IpAddr>() else { break };
        address = next.to_canonical();
        if !is_trusted(&address) {
            break;
        }
    }
    address
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
            let trusted: Vec<IpAddr> = trusted.iter().map(|text| text.parse().unwrap()).collect();
            client_address(&request, &trusted).to_string()
        };
        assert_eq!(of("192.0.2.1", "198.51.100.7", &[]), "192.0.2.1");
        assert_eq!(of("192.0.2.1", "203.0.113.9, 198.51.100.7", &["192.0.2.1"]), "198.51.100.7");
        assert_eq!(of("192.0.2.1", "203.0.113.9, 10.0.0.2", &["192.0.2.1", "10.0.0.2"]), "203.0.113.9");
        assert_eq!(of("192.0.2.1", "nonsense", &["192.0.2.1"]), "192.0.2.1");
        assert_eq!(of("[::ffff:192.0.2.1]", "2001:db8::1", &["192.0.2.1"]), "2001:db8::1");
    }

    #[test]
    fn a_proxy_on_this_machine_is_not_this_machine() {
        let local = |peer: &str| TestRequest::get().peer_addr(format!("{peer}:1").parse().unwrap());
        assert!(is_local(&local("127.0.0.1").to_http_request()) && is_local(&local("[::1]").to_http_request()));
        assert!(!is_local(&local("192.0.2.1").to_http_request()));
        assert!(!is_local(&local("127.0.0.1").insert_header(("X-Forwarded-For", "127.0.0.1")).to_http_request()));
    }
}
