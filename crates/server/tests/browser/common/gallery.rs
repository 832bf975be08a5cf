//! Pictures of every page, and what keeps people from using it: both languages, light and dark, wide and narrow.

use crate::world::World;
use keyward_testbed::browser::{Browser, SCREENSHOTS};
use keyward_testbed::process::repository;
use serde_json::json;
use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write as _;

/// Collects what is wrong with the pages that it looks at; [`Gallery::close`] fails if there was anything.
pub(crate) struct Gallery {
    pub(crate) browser: Browser,
    complaints: String,
}

impl Gallery {
    pub(crate) fn of(browser: Browser) -> Self {
        Self {
            browser,
            complaints: String::new(),
        }
    }

    /// The page that the browser is on, in both languages. It is loaded again for each, so it must be one that opens
    /// by its address.
    pub(crate) async fn page(&mut self, name: &str) {
        let url = self.browser.url().await;
        let (path, query) = url.split_once('?').unwrap_or((&url, ""));
        let kept: Vec<_> = query
            .split('&')
            .filter(|pair| !pair.is_empty() && !pair.starts_with("lang="))
            .collect();
        let joint = if kept.is_empty() { "?" } else { "&" };
        let url = [path, &kept.join("&")].join(if kept.is_empty() { "" } else { "?" });
        for lang in ["de", "en"] {
            self.browser.goto(&format!("{url}{joint}lang={lang}")).await;
            self.look(name, lang).await;
        }
    }

    /// Pages by their addresses.
    pub(crate) async fn pages(&mut self, world: &World, pages: &[(&str, &str)]) {
        for (path, name) in pages {
            self.browser.goto(&format!("{}{path}", world.url)).await;
            self.page(name).await;
        }
    }

    /// A page that leads on by itself, held still: its text is put into another page of the same site.
    pub(crate) async fn still(&mut self, name: &str, path: &str) {
        const HOLD: &str = "const [address, done] = arguments;
            fetch(address).then(answer => answer.text()).then(html => {
                document.open(); document.write(html); document.close();
                history.replaceState(null, '', address);
                done();
            });";
        let url = self.browser.url().await;
        let site = url.split('/').take(3).collect::<Vec<_>>().join("/");
        for lang in ["de", "en"] {
            self.browser.goto(&format!("{site}/help")).await;
            let address = format!("{path}?lang={lang}");
            let held = self
                .browser
                .client()
                .execute_async(HOLD, vec![json!(address)])
                .await;
            held.unwrap();
            self.browser.find("h1").await;
            self.look(name, lang).await;
        }
    }

    /// The page that a form answered with: the form is sent again for the other language. The browser stays on the
    /// German page, and speaks English from then on.
    pub(crate) async fn answer(&mut self, name: &str) {
        self.look(name, "en").await;
        self.speak("de").await;
        self.browser.reload().await;
        self.look(name, "de").await;
        self.speak("en").await;
    }

    /// Which language pages come in from now on, without a word in the address.
    pub(crate) async fn speak(&self, lang: &str) {
        let url = self.browser.url().await;
        let cookie = json!({"name": "keyward-lang", "value": lang, "url": url, "path": "/"});
        self.browser.devtools("Network.setCookie", cookie).await;
    }

    /// The page as it is, in the language that it must be in.
    pub(crate) async fn look(&mut self, name: &str, lang: &str) {
        let root = self.browser.find("html").await;
        let spoken = root.attr("lang").await.unwrap_or_default();
        assert_eq!(spoken.as_deref(), Some(lang), "the language of {name}");
        let name = format!("{name}-{lang}");
        for (dark, theme) in [(true, "dark"), (false, "light")] {
            self.browser.appear(dark).await;
            for width in [320, 1280] {
                self.browser.resize(width, 900).await;
                let picture = format!("{name}-{theme}-{width}");
                self.browser.screenshot(&picture).await;
                self.judge(&picture).await;
            }
        }
        self.note(&name).await;
    }

    /// Writes down which page this was: `cargo xtask test` fails for a page that nobody looked at.
    async fn note(&self, name: &str) {
        let url = self.browser.url().await;
        let path = url.splitn(4, '/').nth(3).unwrap_or_default();
        let path = path.split('?').next().unwrap_or_default();
        let file = repository().join(SCREENSHOTS).join("pages.txt");
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(file)
            .unwrap();
        // One write, so that lines of several processes don't mix.
        file.write_all(format!("/{path} {name}\n").as_bytes())
            .unwrap();
    }

    async fn judge(&mut self, name: &str) {
        for violation in self.browser.axe().await {
            let nodes = violation.nodes.join("\n    ");
            let _ = writeln!(self.complaints, "{name}: {}\n    {nodes}", violation.help);
        }
        let beyond =
            "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
        let beyond = self.browser.client().execute(beyond, Vec::new()).await;
        if beyond.unwrap().as_i64() != Some(0) {
            let _ = writeln!(self.complaints, "{name}: it has to be scrolled sideways");
        }
        for complaint in self.browser.console().await {
            if !complaint.contains("Failed to load resource") {
                let _ = writeln!(self.complaints, "{name}: {complaint}");
            }
        }
    }

    /// Fails if anything was wrong with any page.
    pub(crate) fn close(self) {
        assert!(self.complaints.is_empty(), "\n{}", self.complaints);
    }
}
