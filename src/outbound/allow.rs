//! What the operator allows beyond the open internet.

use std::net::IpAddr;

use super::address::Network;

/// An entry of `SLUGLINE_OUTBOUND_ALLOW`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Allowed {
    /// Every address of a network, at every port: `10.20.0.0/16`.
    Network(Network),
    /// A name at a port, wherever it leads: `receiver.internal:8443`.
    Host {
        /// The name, in lower case.
        name: String,
        /// The port.
        port: u16,
    },
}

impl Allowed {
    /// Reads an entry.
    ///
    /// # Errors
    /// A sentence that says how entries are written.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if let Some(network) = Network::parse(text) {
            return Ok(Self::Network(network));
        }
        let host = text.rsplit_once(':').and_then(|(name, port)| {
            let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b));
            let port = port.parse().ok().filter(|port| *port > 0);
            port.filter(|_| plain).map(|port| Self::Host { name: name.to_ascii_lowercase(), port })
        });
        host.ok_or_else(|| {
            "write networks such as 10.20.0.0/16, or names with a port such as hooks.internal:8443".into()
        })
    }

    /// Whether it allows this name at this port, wherever that leads.
    #[must_use]
    pub fn names(&self, host: &str, at: u16) -> bool {
        matches!(self, Self::Host { name, port } if *port == at && name.eq_ignore_ascii_case(host))
    }

    /// Whether it allows this address.
    #[must_use]
    pub fn holds(&self, address: IpAddr) -> bool {
        matches!(self, Self::Network(network) if network.contains(address))
    }
}

#[cfg(test)]
mod tests {
    use super::Allowed;

    #[test]
    fn entries_are_networks_or_names_with_a_port() {
        let network = Allowed::parse(" 127.0.0.0/8 ").unwrap();
        assert!(network.holds("127.0.0.1".parse().unwrap()) && !network.holds("128.0.0.1".parse().unwrap()));
        let host = Allowed::parse("Hooks.internal:8443").unwrap();
        assert!(host.names("hooks.INTERNAL", 8443) && !host.names("hooks.internal", 443));
        assert!(!host.names("evil.hooks.internal", 8443) && !host.holds("127.0.0.1".parse().unwrap()));
        for wrong in ["", "hooks.internal", ":80", "name:0", "name:70000", "http://name:80", "a b:80", "10.0.0.0/99"] {
            assert!(Allowed::parse(wrong).is_err(), "{wrong}");
        }
    }
}
