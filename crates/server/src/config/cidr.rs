//! A network, as in `10.0.0.0/8`.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// An address and the number of leading bits that count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cidr {
    /// The first address of the network.
    pub address: IpAddr,
    /// How many leading bits are the network's.
    pub bits: u8,
}

/// Why a text is no network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CidrFault {
    /// Not an address, or more bits than the address has.
    #[error("not an address or network, as 10.0.0.1 or 10.0.0.0/8")]
    Malformed,
    /// Bits behind the prefix are set: somebody meant either one host or another network.
    #[error("has bits behind the prefix; write {0} for the network")]
    HostBits(Cidr),
}

impl Cidr {
    /// True when the address lies in this network. An IPv4 address in IPv6 clothes (`::ffff:10.0.0.1`), as a socket
    /// that serves both families reports it, is the IPv4 address.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(net), IpAddr::V4(host)) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(self.bits)).unwrap_or(0);
                u32::from(net) == u32::from(host) & mask
            }
            (IpAddr::V6(net), IpAddr::V6(host)) => {
                let mask = u128::MAX
                    .checked_shl(128 - u32::from(self.bits))
                    .unwrap_or(0);
                u128::from(net) == u128::from(host) & mask
            }
            _ => false,
        }
    }

    fn masked(address: IpAddr, bits: u8) -> IpAddr {
        match address {
            IpAddr::V4(host) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(bits)).unwrap_or(0);
                IpAddr::V4((u32::from(host) & mask).into())
            }
            IpAddr::V6(host) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(bits)).unwrap_or(0);
                IpAddr::V6((u128::from(host) & mask).into())
            }
        }
    }
}

impl FromStr for Cidr {
    type Err = CidrFault;

    fn from_str(text: &str) -> Result<Self, CidrFault> {
        let (host, bits) = match text.split_once('/') {
            Some((host, bits)) => (host, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = host.parse().map_err(|_| CidrFault::Malformed)?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            None => most,
            Some(text) if text.bytes().all(|b| b.is_ascii_digit()) => {
                text.parse().map_err(|_| CidrFault::Malformed)?
            }
            Some(_) => return Err(CidrFault::Malformed),
        };
        if bits > most {
            return Err(CidrFault::Malformed);
        }
        let network = Self {
            address: Self::masked(address, bits),
            bits,
        };
        if network.address == address {
            Ok(network)
        } else {
            Err(CidrFault::HostBits(network))
        }
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.bits)
    }
}

#[cfg(test)]
mod tests {
    use super::{Cidr, CidrFault};

    fn within(network: &str, address: &str) -> bool {
        network
            .parse::<Cidr>()
            .unwrap()
            .contains(address.parse().unwrap())
    }

    #[test]
    fn networks_hold_their_addresses_and_no_others() {
        assert!(within("10.0.0.0/8", "10.255.0.1"));
        assert!(!within("10.0.0.0/8", "11.0.0.1"));
        assert!(within("127.0.0.1", "127.0.0.1") && !within("127.0.0.1", "127.0.0.2"));
        assert!(within("10.0.0.0/8", "::ffff:10.1.2.3"));
        assert!(within("2001:db8::/32", "2001:db8:1::1") && !within("2001:db8::/32", "2001:db9::"));
        assert!(within("0.0.0.0/0", "203.0.113.9") && !within("0.0.0.0/0", "2001:db8::1"));
        assert!(within("::/0", "2001:db8::1"));
    }

    #[test]
    fn what_is_no_network_is_refused_with_the_right_one() {
        for text in [
            "",
            "10.0.0",
            "10.0.0.0/33",
            "::/129",
            "10.0.0.0/",
            "10.0.0.0/+8",
            "localhost",
        ] {
            assert_eq!(text.parse::<Cidr>(), Err(CidrFault::Malformed), "{text}");
        }
        let fault = "10.1.2.3/8".parse::<Cidr>().unwrap_err();
        assert!(fault.to_string().contains("10.0.0.0/8"));
    }
}
