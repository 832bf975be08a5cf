//! Who asks: a browser with its cookies. Every answer is checked for what every answer must have (S-08).

use crate::page::Page;
use crate::site::Site;
use axum::body::{Body, Bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri, header};
use http_body_util::BodyExt;
use std::net::SocketAddr;
use tower::ServiceExt;

/// A browser.
#[derive(Clone)]
pub(crate) struct Browser<'s> {
    site: &'s Site,
    /// What it holds: names with their prefix, and values.
    pub(crate) cookies: Vec<(String, String)>,
    /// What it sends beside what every browser sends.
    pub(crate) headers: Vec<(&'static str, String)>,
    /// The token on the page it saw last.
    pub(crate) csrf: String,
    /// Where it sits.
    pub(crate) ip: &'static str,
    recording: Option<Vec<Recorded>>,
}

/// A request as it went over the wire.
#[derive(Clone)]
struct Recorded {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
}

/// The fields of a form.
pub(crate) type Fields<'f> = &'f [(&'f str, &'f str)];

/// As a browser encodes a form.
pub(crate) fn encoded(fields: Fields<'_>) -> String {
    let mut text = form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields {
        text.append_pair(name, value);
    }
    text.finish()
}

impl<'s> Browser<'s> {
    pub(crate) fn new(site: &'s Site) -> Self {
        Self {
            site,
            cookies: Vec::new(),
            headers: Vec::new(),
            csrf: String::new(),
            ip: "198.51.100.7",
            recording: None,
        }
    }

    /// From now on every request is kept.
    pub(crate) fn record(&mut self) {
        self.recording = Some(Vec::new());
    }

    /// What was kept, to be sent once more byte for byte.
    pub(crate) fn recorded(&self) -> Vec<Request<Body>> {
        let kept = self.recording.clone().unwrap_or_default();
        let again = kept.into_iter().map(|r| {
            let mut request = self.request("GET", "/");
            *request.method_mut() = r.method;
            *request.uri_mut() = r.uri;
            *request.headers_mut() = r.headers;
            *request.body_mut() = Body::from(r.body);
            request
        });
        again.collect()
    }

    /// Sends a request of another time; cookies that come back are let go.
    pub(crate) async fn send_as_is(&self, request: Request<Body>) -> Page {
        self.clone().send(request).await
    }

    /// The same browser, sending one more header with everything.
    pub(crate) fn sending(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.retain(|(n, _)| *n != name);
        self.headers.push((name, value.into()));
        self
    }

    /// The value of a cookie by its bare name.
    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        let found = self.cookies.iter().find(|(n, _)| bare(n) == name);
        found.map(|(_, v)| v.as_str())
    }

    /// Puts a cookie into the jar.
    pub(crate) fn hold(&mut self, name: &str, value: &str) {
        self.drop_cookie(name);
        let prefix = if self.site.base.starts_with("https") {
            "__Host-keyward-"
        } else {
            "keyward-"
        };
        self.cookies.push((format!("{prefix}{name}"), value.into()));
    }

    /// Takes a cookie out of the jar.
    pub(crate) fn drop_cookie(&mut self, name: &str) {
        self.cookies.retain(|(n, _)| bare(n) != name);
    }

    /// A request as this browser begins it.
    pub(crate) fn request(&self, method: &str, path: &str) -> Request<Body> {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .body(Body::empty());
        let request = request.as_mut().expect("a request");
        let headers = request.headers_mut();
        let value = |text: &str| HeaderValue::from_str(text).expect("a header");
        headers.insert(header::HOST, value(self.site.host()));
        headers.insert(
            header::USER_AGENT,
            value("Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Firefox/150.0"),
        );
        if !self.cookies.is_empty() {
            let jar: Vec<String> = self
                .cookies
                .iter()
                .map(|(n, v)| format!("{n}={v}"))
                .collect();
            headers.insert(header::COOKIE, value(&jar.join("; ")));
        }
        if method != "GET" && method != "HEAD" {
            headers.insert(header::ORIGIN, value(&self.site.base));
            headers.insert("sec-fetch-site", value("same-origin"));
        }
        for (name, text) in &self.headers {
            headers.insert(HeaderName::from_static(name), value(text));
        }
        let peer: SocketAddr = format!("{}:4711", self.ip).parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(peer));
        std::mem::take(request)
    }

    /// Sends a request and reads the answer, keeps its cookies and its token.
    pub(crate) async fn send(&mut self, request: Request<Body>) -> Page {
        let (head, path) = (request.method().clone(), request.uri().clone());
        let asked = format!("{head} {path}");
        let (parts, body) = request.into_parts();
        let bytes = match &mut self.recording {
            Some(kept) => {
                let bytes = body.collect().await.unwrap().to_bytes();
                kept.push(Recorded {
                    method: parts.method.clone(),
                    uri: parts.uri.clone(),
                    headers: parts.headers.clone(),
                    body: bytes.clone(),
                });
                Body::from(bytes)
            }
            None => body,
        };
        let request = Request::from_parts(parts, bytes);
        let response = self.site.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        if head == Method::HEAD {
            assert!(body.is_empty(), "{asked} has a body");
        }
        let page = Page {
            asked,
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8(body.to_vec()).expect("text"),
        };
        self.expect_guarded(&page);
        self.keep(&page);
        let token = page.forms().into_iter().flat_map(|f| f.fields);
        if let Some((_, token)) = token.into_iter().find(|(n, _)| n == "csrf") {
            self.csrf = token;
        }
        page
    }

    fn keep(&mut self, page: &Page) {
        for (name, rest) in page.cookies() {
            let value = rest.split(';').next().unwrap().to_owned();
            self.cookies.retain(|(n, _)| *n != name);
            if !rest.contains("; Max-Age=0") {
                self.cookies.push((name, value));
            }
        }
    }

    /// What every answer has, whatever it is (S-08, S-10, CJ-01).
    fn expect_guarded(&self, page: &Page) {
        let asked = &page.asked;
        let csp = page.header("content-security-policy");
        for part in [
            "default-src 'none'",
            "script-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ] {
            assert!(csp.contains(part), "{asked}: {csp}");
        }
        assert!(!csp.contains("unsafe"), "{asked}: {csp}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("referrer-policy", "same-origin"),
        ] {
            assert_eq!(page.header(name), value, "{name} of {asked}");
        }
        assert!(!page.header("permissions-policy").is_empty(), "{asked}");
        assert_eq!(page.header("x-request-id").len(), 16, "{asked}");
        let https = self.site.base.starts_with("https");
        let hsts = page.header("strict-transport-security");
        assert_eq!(!hsts.is_empty(), https, "{asked}");
        for header in ["access-control-allow-origin", "server", "x-powered-by"] {
            assert_eq!(page.header(header), "", "{header} of {asked}");
        }
        if page.header("content-type").starts_with("text/html") {
            assert_eq!(page.header("cache-control"), "no-store", "{asked}");
            assert!(page.header("vary").contains("Cookie"), "{asked}");
            assert!(!page.body.contains("style=\""), "{asked}: an inline style");
            assert!(
                !page.body.contains(" onclick="),
                "{asked}: an inline handler"
            );
        }
        for (name, rest) in page.cookies() {
            let line = format!("{name}={rest}");
            assert_eq!(name.starts_with("__Host-"), https, "{asked}: {line}");
            assert_eq!(rest.contains("; Secure"), https, "{asked}: {line}");
            for part in ["; Path=/;", "; HttpOnly", "; SameSite=Lax"] {
                assert!(rest.contains(part), "{asked}: {line}");
            }
            assert!(!rest.contains("Domain"), "{asked}: {line}");
        }
    }

    /// Opens an address.
    pub(crate) async fn get(&mut self, path: &str) -> Page {
        self.send(self.request("GET", path)).await
    }

    /// Opens an address and follows where it leads.
    pub(crate) async fn visit(&mut self, path: &str) -> Page {
        let page = self.get(path).await;
        self.follow(page).await
    }

    /// Follows redirects to a page.
    pub(crate) async fn follow(&mut self, mut page: Page) -> Page {
        for _ in 0..10 {
            if page.to().is_empty() {
                return page;
            }
            page = self.get(page.to()).await;
        }
        panic!("redirects without end: {page:#?}")
    }

    /// A form as a request, with whatever is in it and no token added.
    pub(crate) fn raw_form(&self, path: &str, body: impl Into<Body>) -> Request<Body> {
        let mut request = self.request("POST", path);
        let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
        request
            .headers_mut()
            .entry(header::CONTENT_TYPE)
            .or_insert(kind);
        *request.body_mut() = body.into();
        request
    }

    /// Posts fields with the token of the page that was seen last.
    pub(crate) async fn post(&mut self, path: &str, fields: Fields<'_>) -> Page {
        let csrf = self.csrf.clone();
        let mut all = vec![("csrf", csrf.as_str())];
        all.extend(fields);
        self.send(self.raw_form(path, encoded(&all))).await
    }

    /// Fills in the form of a page that goes to `action`, and sends it.
    pub(crate) async fn submit(&mut self, page: &Page, action: &str, fields: Fields<'_>) -> Page {
        let form = page.form(action);
        let mut all: Vec<(&str, &str)> = fields.to_vec();
        for (name, value) in &form.fields {
            if fields.iter().all(|(n, _)| n != name) {
                all.push((name, value));
            }
        }
        for (name, _) in fields {
            let known = form.names.iter().any(|(n, _)| n == name);
            assert!(known, "no field {name} in the form to {action}: {form:#?}");
        }
        self.send(self.raw_form(action, encoded(&all))).await
    }
}

/// A cookie's name without prefix.
pub(crate) fn bare(name: &str) -> &str {
    let name = name.strip_prefix("__Host-").unwrap_or(name);
    name.strip_prefix("keyward-").unwrap_or(name)
}
