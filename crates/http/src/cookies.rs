//! The cookies of the service, and how they are set.
//!
//! By TLS every name gets the `__Host-` prefix, which a sub-domain can't set (SE-02). A name that comes twice is
//! treated as if it had not come at all.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::Web;

/// The cookies of one request, by their name without prefix.
pub(crate) struct Cookies<'h>(Vec<(&'h str, &'h str)>);

const PREFIX: &str = "keyward-";
const HOST_PREFIX: &str = "__Host-keyward-";

impl<'h> Cookies<'h> {
    /// Reads the `Cookie` headers. What can't be read is left out: a malformed cookie is nobody's (S43).
    pub(crate) fn of(headers: &'h HeaderMap) -> Self {
        let pairs = headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|v| v.to_str().ok());
        let pairs = pairs
            .flat_map(|v| v.split(';'))
            .filter_map(|pair| pair.trim().split_once('='));
        Self(
            pairs
                .filter_map(|(name, value)| Some((strip(name)?, value)))
                .collect(),
        )
    }

    /// The value of a cookie, if it came exactly once and looks like one of ours.
    pub(crate) fn get(&self, name: &str) -> Option<&'h str> {
        let mut found = self
            .0
            .iter()
            .filter(|(n, _)| *n == name)
            .map(|(_, value)| *value);
        let value = found.next()?;
        let plain = value.len() <= 300
            && value
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-_/".contains(&b));
        (found.next().is_none() && plain && !value.is_empty()).then_some(value)
    }
}

fn strip(name: &str) -> Option<&str> {
    name.strip_prefix(HOST_PREFIX)
        .or_else(|| name.strip_prefix(PREFIX))
}

/// A `Set-Cookie` header. Without `max_age` it lasts as long as the browser; an empty value removes it.
pub(crate) fn set(web: &Web, name: &str, value: &str, max_age: Option<u64>) -> HeaderValue {
    let https = web.public_url.is_https();
    let (prefix, secure) = if https {
        (HOST_PREFIX, "; Secure")
    } else {
        (PREFIX, "")
    };
    let age = match max_age {
        _ if value.is_empty() => "; Max-Age=0".to_owned(),
        Some(seconds) => format!("; Max-Age={seconds}"),
        None => String::new(),
    };
    let text = format!("{prefix}{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}");
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// Tells this browser from others from now on, as one in which somebody has shown who they are. It opens nothing. It
/// lasts as long as browsers keep any cookie (400 days, RFC 6265bis section 5.5).
pub(crate) fn familiar(web: &Web, headers: &mut HeaderMap, device: Option<&str>) {
    if let Some(token) = device {
        let cookie = set(web, "device", token, Some(400 * 86_400));
        headers.append(header::SET_COOKIE, cookie);
    }
}

/// A cookie as the browser will send it next time, for the request in which it is being given out.
pub(crate) fn as_sent(name: &str, value: &str) -> HeaderValue {
    HeaderValue::from_str(&format!("{PREFIX}{name}={value}"))
        .unwrap_or_else(|_| HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    // case: SE-02, S43
    #[test]
    fn se_02_a_doubled_or_malformed_cookie_is_no_cookie() {
        let jar = |text: &'static str| {
            let headers: HeaderMap = [(header::COOKIE, HeaderValue::from_static(text))]
                .into_iter()
                .collect();
            Cookies::of(&headers).get("session").map(str::to_owned)
        };
        assert_eq!(jar("keyward-session=abc"), Some("abc".into()));
        assert_eq!(
            jar("x=1; __Host-keyward-session=abc; y=2"),
            Some("abc".into())
        );
        for bad in [
            "keyward-session=abc; keyward-session=def",
            "__Host-keyward-session=a; keyward-session=b",
            "keyward-session=",
            "keyward-session=a\"b",
            "keyward-session=%00",
            "keyward-session",
            "=;=;",
        ] {
            assert_eq!(jar(bad), None, "{bad}");
        }
    }
}
