//! The public address: the origin of every link that Keyward writes.

use super::reader::Reader;
use reqwest::Url;
use std::fmt;
use std::net::IpAddr;

/// Scheme, host and port under which people reach Keyward. Never taken from a request (rule 12 of the design).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl {
    origin: String,
    host: String,
    https: bool,
}

impl PublicUrl {
    /// As in `https://password.example.org`, without a slash at the end: links are this and a path.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The host alone, in ASCII.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// True when browsers reach Keyward by TLS: cookies are then `Secure` and HSTS is sent.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.https
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        const NAME: &str = "public_url";
        const SHAPE: &str = "write the address people type, as https://password.example.org";
        let text = reader.text(NAME);
        let stand_in = Self {
            origin: String::new(),
            host: String::new(),
            https: false,
        };
        if text.is_empty() {
            let why =
                "no public URL is set; links in mails are built from it, never from a request";
            reader.refuse(NAME, why, SHAPE);
            return stand_in;
        }
        let Ok(url) = Url::parse(text) else {
            reader.refuse(NAME, format!("\"{text}\" is no URL"), SHAPE);
            return stand_in;
        };
        let bare = matches!(url.path(), "" | "/")
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        let https = url.scheme() == "https";
        let Some(host) = url.host_str().filter(|_| https || url.scheme() == "http") else {
            reader.refuse(NAME, format!("\"{text}\" is no web address"), SHAPE);
            return stand_in;
        };
        if !bare {
            let what = format!("\"{text}\" holds more than scheme, host and port");
            reader.refuse(
                NAME,
                what,
                "Keyward lives at the root of its own host: remove the rest",
            );
        }
        if !https && !is_loopback(host) && !reader.flag("insecure_http") {
            reader.refuse(
                NAME,
                format!("\"{text}\" is not https: passwords would cross the network in clear text"),
                "write https:// (tls.certificate, or a reverse proxy), or set insecure_http = true in a lab",
            );
        }
        Self {
            origin: url.origin().ascii_serialization(),
            host: host.to_owned(),
            https,
        }
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin)
    }
}

/// True for a host that can't be anything but this machine.
#[must_use]
pub fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    match bare.parse::<IpAddr>() {
        Ok(address) => address.to_canonical().is_loopback(),
        Err(_) => bare.eq_ignore_ascii_case("localhost"),
    }
}
