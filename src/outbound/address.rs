//! Networks, and which addresses belong to the open internet. The lists follow IANA's registries of special-purpose
//! addresses (RFC 6890 and what came after).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An IP network: all addresses that begin with the same bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    base: IpAddr,
    bits: u8,
}

impl Network {
    /// The network of the first `bits` of an address: 0 to 32 for IPv4, to 128 for IPv6.
    #[must_use]
    pub fn new(base: IpAddr, bits: u8) -> Option<Self> {
        (bits <= if base.is_ipv4() { 32 } else { 128 }).then_some(Self { base, bits })
    }

    /// Reads CIDR notation such as `10.0.0.0/8` or `fd00::/8`; an address alone is a network of one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (base, bits) = text.split_once('/').map_or((text, None), |(base, bits)| (base, Some(bits)));
        let base: IpAddr = base.parse().ok()?;
        let bits = match bits {
            Some(bits) if bits.bytes().all(|byte| byte.is_ascii_digit()) => bits.parse().ok()?,
            Some(_) => return None,
            None if base.is_ipv4() => 32,
            None => 128,
        };
        Self::new(base, bits)
    }

    /// The address that it was written with.
    #[must_use]
    pub const fn base(&self) -> IpAddr {
        self.base
    }

    /// How many first bits its addresses have in common.
    #[must_use]
    pub const fn bits(&self) -> u8 {
        self.bits
    }

    /// Whether an address lies in it. IPv4 and IPv6 have nothing in common here, mapped addresses included.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.base, address) {
            (IpAddr::V4(base), IpAddr::V4(address)) => v4(base, self.bits, address),
            (IpAddr::V6(base), IpAddr::V6(address)) => v6(base, self.bits, address),
            _ => false,
        }
    }
}

fn v4(base: Ipv4Addr, bits: u8, address: Ipv4Addr) -> bool {
    let differing = base.to_bits() ^ address.to_bits();
    differing.leading_zeros() >= u32::from(bits)
}

fn v6(base: Ipv6Addr, bits: u8, address: Ipv6Addr) -> bool {
    let differing = base.to_bits() ^ address.to_bits();
    differing.leading_zeros() >= u32::from(bits)
}

/// IPv4 networks that are not the open internet's.
const NOT_GLOBAL_V4: &[(Ipv4Addr, u8)] = &[
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    // What Azure answers its virtual machines on; a public address that is not the same machine for everybody.
    (Ipv4Addr::new(168, 63, 129, 16), 32),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 31, 196, 0), 24),
    (Ipv4Addr::new(192, 52, 193, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(192, 175, 48, 0), 24),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];

/// The part of IPv6 that is given out for the open internet; all else is special: loopback, mapped and translated IPv4
/// (`::ffff:0:0/96`, `64:ff9b::/96`), unique local, link-local, multicast.
const UNICAST_V6: (Ipv6Addr, u8) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// What in that part is special all the same: protocols and Teredo, documentation, 6to4, AS112.
const NOT_GLOBAL_V6: &[(Ipv6Addr, u8)] = &[
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0x0db8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x2620, 0x004f, 0x8000, 0, 0, 0, 0, 0), 48),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// Whether an address belongs to the open internet.
#[must_use]
pub fn is_global(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !NOT_GLOBAL_V4.iter().any(|(base, bits)| v4(*base, *bits, address)),
        IpAddr::V6(address) => {
            v6(UNICAST_V6.0, UNICAST_V6.1, address)
                && !NOT_GLOBAL_V6.iter().any(|(base, bits)| v6(*base, *bits, address))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REFUSED: &[&str] = &[
        // This host, loopback, private networks, carriers' networks.
        "0.0.0.0",
        "0.1.2.3",
        "0.255.255.255",
        "127.0.0.1",
        "127.255.255.254",
        "10.0.0.0",
        "10.1.2.3",
        "10.255.255.255",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.0.1",
        "192.168.255.255",
        "100.64.0.1",
        "100.127.255.254",
        // Link-local, and where clouds tell machines their secrets.
        "169.254.0.1",
        "169.254.169.254",
        "169.254.170.2",
        "100.100.100.200",
        "192.0.0.192",
        "168.63.129.16",
        // Protocols, documentation, benchmarks, relays, AS112.
        "192.0.0.1",
        "192.0.0.255",
        "192.0.2.1",
        "198.51.100.7",
        "203.0.113.9",
        "198.18.0.1",
        "198.19.255.255",
        "192.88.99.1",
        "192.31.196.1",
        "192.52.193.1",
        "192.175.48.1",
        // Multicast, reserved, broadcast.
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "254.1.1.1",
        "255.255.255.255",
        // The same in IPv6.
        "::",
        "::1",
        "::2",
        "fc00::1",
        "fd00:ec2::254",
        "fdff:ffff::1",
        "fe80::1",
        "febf::1",
        "fec0::1",
        "ff02::1",
        "ff0e::1",
        "100::1",
        "5f00::1",
        "4000::1",
        "1fff:ffff::1",
        // IPv4 inside of IPv6: compatible, mapped, translated, 6to4, Teredo, ISATAP's private prefix.
        "::127.0.0.1",
        "::8.8.8.8",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "::ffff:8.8.8.8",
        "::ffff:0:127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b::808:808",
        "64:ff9b:1::7f00:1",
        "2002:7f00:1::1",
        "2002:a9fe:a9fe::1",
        "2002:808:808::1",
        "2001::1",
        "2001:0:7f00:1::1",
        "2001:2::1",
        "2001:10::1",
        "2001:20::1",
        "2001:1ff:ffff::1",
        "2001:db8::1",
        "2001:db8:ffff::1",
        "3fff::1",
        "3fff:fff::1",
        "2620:4f:8000::1",
    ];

    const TAKEN: &[&str] = &[
        "1.1.1.1",
        "8.8.8.8",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.1",
        "168.63.129.15",
        "168.63.129.17",
        "169.253.255.255",
        "169.255.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.0",
        "192.0.3.0",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "198.51.101.0",
        "203.0.114.0",
        "223.255.255.255",
        "2001:200::1",
        "2001:4860:4860::8888",
        "2001:db7::1",
        "2001:db9::1",
        "2003::1",
        "2606:4700:4700::1111",
        "2a00:1450::1",
        "3ffe::1",
    ];

    #[test]
    fn only_the_open_internet_is_global() {
        assert!(REFUSED.len() > 60);
        for (list, expected) in [(REFUSED, false), (TAKEN, true)] {
            for text in list {
                assert_eq!(is_global(text.parse().unwrap()), expected, "{text}");
            }
        }
    }

    #[test]
    fn networks_are_read_and_hold_their_addresses() {
        let cases: &[(&str, &str, bool)] = &[
            ("10.0.0.0/8", "10.255.0.1", true),
            ("10.0.0.0/8", "11.0.0.1", false),
            ("10.9.9.9/8", "10.0.0.1", true),
            ("192.0.2.7", "192.0.2.7", true),
            ("192.0.2.7", "192.0.2.8", false),
            ("0.0.0.0/0", "203.0.113.1", true),
            ("0.0.0.0/0", "::1", false),
            ("fd00::/8", "fdab::1", true),
            ("fd00::/8", "fe00::1", false),
            ("::1", "::1", true),
            ("::1/128", "::2", false),
            ("127.0.0.0/8", "::ffff:127.0.0.1", false),
        ];
        for (network, address, expected) in cases {
            let network = Network::parse(network).unwrap();
            assert_eq!(network.contains(address.parse().unwrap()), *expected, "{network:?} {address}");
        }
        for wrong in ["", "10.0.0.0/33", "::/129", "10.0.0/8", "10.0.0.0/", "10.0.0.0/+8", "10.0.0.0/8/8", "name/8"] {
            assert_eq!(Network::parse(wrong), None, "{wrong}");
        }
    }
}
