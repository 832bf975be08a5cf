//! What a request says about itself, and how much of it is believed.

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use keyward_app::Ctx;
use keyward_app::texts::Lang;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

use crate::Web;
use crate::cookies::Cookies;

/// The address under which people reach the service. It comes from the configuration and never from a request (F-12).
#[derive(Debug, Clone, Default)]
pub struct PublicUrl {
    text: String,
    https: bool,
    authority: String,
    loopback: bool,
}

impl PublicUrl {
    /// Reads `https://reset.example.org` or, on loopback, `http://127.0.0.1:8080`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim_end_matches('/');
        let (scheme, authority) = text.split_once("://")?;
        let https = match scheme {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        if authority.is_empty() || authority.contains(['/', '?', '#', '@', ' ']) {
            return None;
        }
        let host = host_of(authority);
        let loopback = host == "localhost"
            || host
                .trim_matches(['[', ']'])
                .parse()
                .is_ok_and(|ip: IpAddr| ip.is_loopback());
        Some(Self {
            text: text.to_owned(),
            https,
            authority: authority.to_ascii_lowercase(),
            loopback,
        })
    }

    /// Without a trailing slash.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Reached by TLS: cookies are `Secure` and carry the `__Host-` prefix.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.https
    }

    /// Whether a `Host` header names this service. The port that goes without saying may be said, and any may be left
    /// out; on loopback all its names are one.
    pub(crate) fn is_named_by(&self, host: &str) -> bool {
        let (name, port) = self.split(host);
        port.is_empty() && self.is_called(&name) || self.is_at(&name, &port)
    }

    fn is_at(&self, name: &str, port: &str) -> bool {
        self.is_called(name) && port == self.split(&self.authority).1
    }

    fn is_called(&self, name: &str) -> bool {
        let loopback = |name: &str| {
            let ip = name.trim_matches(['[', ']']).parse();
            name == "localhost" || ip.is_ok_and(|ip: IpAddr| ip.is_loopback())
        };
        name == host_of(&self.authority) || self.loopback && loopback(name)
    }

    /// Name and port as `:8080`; the port of the scheme is none.
    fn split(&self, authority: &str) -> (String, String) {
        let authority = authority.to_ascii_lowercase();
        let name = host_of(&authority).to_owned();
        let port = authority[name.len()..].to_owned();
        let usual = if self.https { ":443" } else { ":80" };
        (name, if port == usual { String::new() } else { port })
    }

    /// Whether an `Origin` header is this service's own.
    pub(crate) fn is_origin(&self, origin: &str) -> bool {
        let ours = if self.https { "https" } else { "http" };
        origin.split_once("://").is_some_and(|(scheme, authority)| {
            let (name, port) = self.split(authority);
            scheme == ours && self.is_at(&name, &port)
        })
    }
}

/// The host of `host:port`, with the brackets of an IPv6 address.
fn host_of(authority: &str) -> &str {
    match authority.rfind(']') {
        Some(end) => &authority[..=end],
        None => authority.split(':').next().unwrap_or_default(),
    }
}

/// A range of addresses, for trusted proxies.
#[derive(Debug, Clone, Copy)]
pub struct Network {
    /// Its first address.
    pub address: IpAddr,
    /// How many leading bits count.
    pub prefix: u8,
}

impl Network {
    /// Whether an address lies in the range.
    #[must_use]
    pub fn contains(&self, ip: IpAddr) -> bool {
        let bits = |ip: IpAddr| match ip {
            IpAddr::V4(v4) => (u128::from(v4.to_bits()) << 96, 32),
            IpAddr::V6(v6) => (v6.to_bits(), 128),
        };
        let ((network, width), (candidate, other)) = (bits(self.address), bits(ip.to_canonical()));
        let shift = 128 - u32::from(self.prefix.min(width));
        width == other && (shift == 128 || network >> shift == candidate >> shift)
    }
}

/// The client's address: the peer, or, when the peer is a trusted proxy, the last address in `X-Forwarded-For` that
/// is not one. Whatever can't be read is not believed and changes nothing (I-07, S25).
pub(crate) fn client_ip(
    peer: Option<IpAddr>,
    headers: &HeaderMap,
    proxies: &[Network],
) -> Option<IpAddr> {
    let peer = peer?.to_canonical();
    let trusted = |ip: IpAddr| proxies.iter().any(|n| n.contains(ip));
    if !trusted(peer) {
        return Some(peer);
    }
    let mut client = peer;
    let forwarded = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|v| v.to_str().ok());
    let hops: Vec<&str> = forwarded.flat_map(|v| v.split(',')).collect();
    for hop in hops.iter().rev() {
        let Ok(ip) = hop.trim().parse::<IpAddr>() else {
            break;
        };
        client = ip.to_canonical();
        if !trusted(client) {
            break;
        }
    }
    Some(client)
}

/// The circumstances, as the guard worked them out once for the request.
#[derive(Clone)]
pub(crate) struct Seen(pub Ctx);

/// Hands the circumstances to a handler.
pub(crate) struct Circumstances(pub Ctx);

impl FromRequestParts<Web> for Circumstances {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Infallible> {
        Ok(Self(match parts.extensions.get::<Seen>() {
            Some(seen) => seen.0.clone(),
            None => circumstances(web, parts, String::new()),
        }))
    }
}

/// Works out the circumstances of a request.
pub(crate) fn circumstances(web: &Web, parts: &Parts, request_id: String) -> Ctx {
    let peer = parts
        .extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map(|c| c.0.ip());
    let agent = parts
        .headers
        .get(header::USER_AGENT)
        .and_then(|v| v.to_str().ok());
    Ctx {
        now: web.app.clock.now(),
        lang: language(parts),
        ip: client_ip(peer, &parts.headers, &web.proxies).map(|ip| ip.to_string()),
        user_agent: agent.map(|a| a.chars().filter(|c| !c.is_control()).take(200).collect()),
        request_id: Some(request_id),
        device: Cookies::of(&parts.headers)
            .get("device")
            .map(|token| web.app.device_mac(token)),
        local: false,
    }
}

/// The language that `?lang=` asks for.
pub(crate) fn asked_language(parts: &Parts) -> Option<Lang> {
    let query = parts.uri.query()?;
    query
        .split('&')
        .find_map(|pair| pair.strip_prefix("lang="))
        .and_then(Lang::from_tag)
}

fn language(parts: &Parts) -> Lang {
    let accepted = || {
        let header = parts
            .headers
            .get(header::ACCEPT_LANGUAGE)
            .and_then(|v| v.to_str().ok());
        header.map_or(Lang::default(), |h| {
            Lang::negotiate(h.get(..200).unwrap_or(h))
        })
    };
    asked_language(parts)
        .or_else(|| {
            Cookies::of(&parts.headers)
                .get("lang")
                .and_then(Lang::from_tag)
        })
        .unwrap_or_else(accepted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::unnecessary_wraps, reason = "peers come as options")]
    fn ip(text: &str) -> Option<IpAddr> {
        Some(text.parse().unwrap())
    }

    fn forwarded(values: &[&'static str]) -> HeaderMap {
        values
            .iter()
            .map(|v| ("x-forwarded-for".parse().unwrap(), v.parse().unwrap()))
            .collect()
    }

    // case: S25, I-07
    #[test]
    fn s25_forwarded_addresses_count_only_from_trusted_proxies() {
        let proxies = [Network {
            address: "10.0.0.0".parse().unwrap(),
            prefix: 8,
        }];
        let seen =
            |peer, headers: &[&'static str]| client_ip(ip(peer), &forwarded(headers), &proxies);
        assert_eq!(
            seen("192.0.2.1", &["203.0.113.9"]),
            ip("192.0.2.1"),
            "a stranger's header"
        );
        assert_eq!(seen("10.0.0.1", &["203.0.113.9"]), ip("203.0.113.9"));
        assert_eq!(
            seen("10.0.0.1", &["198.51.100.1, 203.0.113.9, 10.0.0.2"]),
            ip("203.0.113.9"),
            "the last stranger"
        );
        assert_eq!(
            seen("10.0.0.1", &["198.51.100.1", "203.0.113.9"]),
            ip("203.0.113.9"),
            "two headers are one list"
        );
        for garbage in [
            "",
            "unknown",
            "<script>",
            "203.0.113.9, x",
            "::ffff:999.1.1.1",
        ] {
            assert_eq!(
                client_ip(ip("10.0.0.1"), &forwarded(&[garbage]), &proxies),
                ip("10.0.0.1"),
                "{garbage}"
            );
        }
        assert_eq!(
            seen("::ffff:10.0.0.1", &["::ffff:203.0.113.9"]),
            ip("203.0.113.9"),
            "mapped addresses are IPv4"
        );
    }

    // case: S40, HH-01
    #[test]
    fn s40_only_the_configured_name_is_ours() {
        let url = PublicUrl::parse("https://reset.example.org").unwrap();
        assert!(url.is_named_by("reset.example.org") && url.is_named_by("RESET.example.org:443"));
        for other in [
            "evil.example",
            "reset.example.org.evil.example",
            "xreset.example.org",
            "reset.example.org:8443",
            "reset.example.org:443@evil.example",
            "127.0.0.1",
            "",
        ] {
            assert!(!url.is_named_by(other), "{other}");
        }
        assert!(
            url.is_origin("https://reset.example.org")
                && url.is_origin("https://reset.example.org:443")
        );
        for other in [
            "https://reset.example.org:8443",
            "http://reset.example.org",
            "null",
            "ftp://reset.example.org",
        ] {
            assert!(!url.is_origin(other), "{other}");
        }
        let local = PublicUrl::parse("http://127.0.0.1:8080").unwrap();
        assert!(local.is_origin("http://localhost:8080") && !local.is_origin("http://127.0.0.1"));
        assert!(local.is_named_by("localhost:8080") && local.is_named_by("127.0.0.1:8080"));
        assert!(!local.is_named_by("localhost:9090") && !local.is_named_by("evil.example:8080"));
        assert!(PublicUrl::parse("https://a@b").is_none() && PublicUrl::parse("ftp://a").is_none());
    }
}
