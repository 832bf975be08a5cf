//! A visitor who keeps cookies and reads forms, without a browser around them.

use std::collections::BTreeMap;
use std::time::Duration;

/// The server went away before the last page came.
#[derive(Debug)]
pub(crate) struct Gone {
    /// What was sent had been answered by then, with a redirect to a page that didn't come.
    pub(crate) answered: bool,
    /// What was being asked, and how it failed.
    pub(crate) why: String,
}

/// A page as it came, after all redirects.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) path: String,
    pub(crate) body: String,
}

impl Page {
    /// The value of the first hidden or visible field of this name.
    pub(crate) fn field(&self, name: &str) -> &str {
        self.between(&format!("name=\"{name}\" value=\""), "\"")
    }

    /// What stands between two pieces of the page.
    pub(crate) fn between(&self, before: &str, after: &str) -> &str {
        let rest = self.body.split_once(before).map(|(_, rest)| rest);
        let found = rest.and_then(|rest| rest.split_once(after));
        found.map_or_else(
            || panic!("no {before:?} … {after:?} at {}:\n{}", self.path, self.body),
            |(found, _)| found,
        )
    }
}

/// One visitor.
pub(crate) struct Person {
    client: reqwest::Client,
    url: String,
    cookies: BTreeMap<String, String>,
    /// An answer of the 5xx kind is an outage to come back after, and not a page to look at.
    pub(crate) sits_out: bool,
}

impl Person {
    pub(crate) fn of(url: &str) -> Self {
        keyward_server::tls::install_provider();
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            // A connection that the server has closed must not be mistaken for an answer that got lost.
            .pool_max_idle_per_host(0)
            .timeout(Duration::from_mins(1))
            .build();
        Self {
            client: client.unwrap(),
            url: url.to_owned(),
            cookies: BTreeMap::new(),
            sits_out: false,
        }
    }

    /// Opens a page.
    pub(crate) async fn get(&mut self, path: &str) -> Result<Page, Gone> {
        self.request(path, None).await
    }

    /// Sends the form of `page`.
    pub(crate) async fn post(
        &mut self,
        page: &Page,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Result<Page, Gone> {
        let mut form = fields.to_vec();
        form.push(("csrf", page.field("csrf")));
        self.request(path, Some(form.as_slice())).await
    }

    async fn request(&mut self, path: &str, form: Option<&[(&str, &str)]>) -> Result<Page, Gone> {
        let (mut path, mut form, mut answered) = (path.to_owned(), form, false);
        for _ in 0..10 {
            let gone = |answered, why: &dyn std::fmt::Debug| Gone {
                answered,
                why: format!("{path}: {why:?}"),
            };
            let url = format!("{}{path}", self.url);
            let request = match form.take() {
                Some(form) => self
                    .client
                    .post(&url)
                    .header("origin", &self.url)
                    .form(form),
                None => self.client.get(&url),
            };
            let pairs: Vec<_> = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            let answer = request
                .header("cookie", pairs.join("; "))
                .send()
                .await
                .map_err(|error| gone(answered, &error))?;
            let status = answer.status().as_u16();
            if status >= 500 && self.sits_out {
                return Err(gone(answered, &status));
            }
            let headers = answer.headers().clone();
            let body = answer
                .text()
                .await
                .map_err(|error| gone(answered, &error))?;
            answered = true;
            for cookie in headers.get_all("set-cookie") {
                self.keep(cookie.to_str().unwrap());
            }
            match headers.get("location") {
                Some(next) if (300..400).contains(&status) => {
                    next.to_str().unwrap().clone_into(&mut path);
                }
                _ => return Ok(Page { status, path, body }),
            }
        }
        panic!("{path} redirects for ever")
    }

    /// The value of the service's cookie of this name.
    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.get(&format!("keyward-{name}")).cloned()
    }

    fn keep(&mut self, cookie: &str) {
        let pair = cookie.split(';').next().unwrap_or_default();
        let (name, value) = pair.split_once('=').unwrap();
        if value.is_empty() {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}
