//! Networks, as clients write them.

use std::net::{IpAddr, Ipv6Addr};

use serde::{Deserialize, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use super::read::{FromText, Wrong, from_text, wrong};
use crate::error::FaultCode;
use crate::outbound::address;

/// Longest notation of a network.
const MAX_CHARS: usize = 43;

/// The network that one client usually has whole, by its first address: IPv4 as a mapped address of its own, IPv6 as
/// the first of its /64. All that is counted by network is counted by this.
#[must_use]
pub fn whole(address: IpAddr) -> Ipv6Addr {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.to_ipv6_mapped(),
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 64)),
    }
}

/// A network in CIDR notation (RFC 4632), or one address: as it was written, and sound.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Network(String);

impl Network {
    /// Whether an address lies in it. An IPv4 address that comes mapped into IPv6 counts as IPv4.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        address::Network::parse(&self.0).is_some_and(|network| network.contains(address.to_canonical()))
    }
}

impl FromText for Network {
    fn from_text(text: &str) -> Result<Self, Wrong> {
        match address::Network::parse(text) {
            Some(_) if text.len() <= MAX_CHARS => Ok(Self(text.to_owned())),
            _ => Err(wrong(FaultCode::InvalidFormat, "This must be a network such as 203.0.113.0/24, or an address.")),
        }
    }
}
from_text!(Network);

impl PartialSchema for Network {
    fn schema() -> RefOr<Schema> {
        let text = ObjectBuilder::new().schema_type(Type::String).max_length(Some(MAX_CHARS));
        let text = text.pattern(Some("^[0-9a-fA-F.:]+(/[0-9]{1,3})?$"));
        RefOr::T(text.description(Some("A network in CIDR notation, or one address.")).into())
    }
}

impl ToSchema for Network {
    fn name() -> std::borrow::Cow<'static, str> {
        "Network".into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_read_and_hold_addresses() {
        let holds =
            |network: &str, address: &str| Network::from_text(network).unwrap().contains(address.parse().unwrap());
        assert!(holds("203.0.113.0/24", "203.0.113.7") && holds("203.0.113.0/24", "::ffff:203.0.113.7"));
        assert!(holds("2001:db8::/32", "2001:db8::1") && holds("192.0.2.1", "192.0.2.1"));
        assert!(!holds("203.0.113.0/24", "203.0.114.7") && !holds("192.0.2.1", "192.0.2.2"));
        for wrong in ["", "news.example", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/+8", "::/129", " 10.0.0.0/8"] {
            assert!(Network::from_text(wrong).is_err(), "{wrong}");
        }
    }
}
