//! Headless Chromium, driven as a person would: by labels and by what is written on buttons.
//!
//! Each [`Browser`] is a process of its own with an empty profile. Elements are found by `XPath`, so that everything but
//! [`Browser::axe`] also works with JavaScript off.

mod eyes;
mod hands;

use std::io::{Read, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use axum::http::Method;
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

pub use eyes::{SCREENSHOTS, Violation};

use crate::process::{Launch, Process, find_program};

/// How long every wait lasts before it fails; far longer than any page should take, and never slept through.
const PATIENCE: Duration = Duration::from_secs(15);
const PAUSE: Duration = Duration::from_millis(25);

/// What kind of visitor the browser is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrowserOptions {
    /// Whether scripts of pages run.
    pub javascript: bool,
    /// The preferred language, as in Accept-Language: `en`, `de`, `de-CH,en`.
    pub lang: String,
    /// Whether the visitor prefers a dark page.
    pub dark: bool,
    /// Width of the window's content, in CSS pixels.
    pub width: u32,
    /// Height of the window's content, in CSS pixels.
    pub height: u32,
    /// Whether a certificate that nobody vouches for is accepted.
    pub insecure_tls: bool,
}

impl Default for BrowserOptions {
    fn default() -> Self {
        Self {
            javascript: true,
            lang: "en".to_owned(),
            dark: false,
            width: 1280,
            height: 900,
            insecure_tls: false,
        }
    }
}
/// A browser with one window. Dropping it ends all its processes.
pub struct Browser {
    client: Client,
    port: u16,
    session: String,
    profile: PathBuf,
    driver: Option<Process>,
}

impl std::fmt::Debug for Browser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Browser")
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}

impl Browser {
    /// Starts one.
    ///
    /// # Panics
    /// When Debian's chromium or chromium-driver isn't installed.
    pub async fn start(options: BrowserOptions) -> Self {
        let profile = tempfile::Builder::new()
            .prefix("keyward-browser-")
            .tempdir();
        let profile = profile.expect("a temporary directory").keep();
        let chromium = find_program("chromium", &[]).expect("apt-get install chromium");
        let driver = find_program("chromedriver", &[]).expect("apt-get install chromium-driver");
        let driver = Launch::new(driver)
            .arg("--port=0")
            // What the browser leaves in the temporary directory goes with the rest.
            .env("TMPDIR", &profile)
            .removing(&profile)
            .spawn();
        // "ChromeDriver was started successfully on port 12345."
        let line = driver.line("started successfully on port", PATIENCE);
        let port = line
            .trim_end_matches('.')
            .rsplit(' ')
            .next()
            .and_then(|port| port.parse().ok());
        let port: u16 = port.unwrap_or_else(|| panic!("no port in {line:?}"));

        let mut arguments: Vec<String> = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-extensions",
            "--no-first-run",
            "--no-default-browser-check",
            "--no-proxy-server",
            "--hide-scrollbars",
            // What a page loads is at most at home on this machine.
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost, EXCLUDE 127.0.0.1",
        ]
        .map(str::to_owned)
        .into();
        arguments.push(format!(
            "--user-data-dir={}",
            profile.join("profile").display()
        ));
        arguments.push(format!("--lang={}", options.lang));
        arguments.push(format!(
            "--window-size={},{}",
            options.width, options.height
        ));
        let javascript = if options.javascript { 1 } else { 2 };
        let capabilities = json!({
            "browserName": "chrome",
            "acceptInsecureCerts": options.insecure_tls,
            "goog:loggingPrefs": {"browser": "ALL"},
            "goog:chromeOptions": {
                "binary": chromium,
                "args": arguments,
                "prefs": {
                    "intl.accept_languages": options.lang,
                    "profile.managed_default_content_settings.javascript": javascript,
                    "credentials_enable_service": false,
                    "profile.password_manager_enabled": false,
                },
            },
        });
        let Value::Object(capabilities) = capabilities else {
            unreachable!("it is an object")
        };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .unwrap_or_else(|error| {
                panic!(
                    "no browser: {error}. chromedriver printed:\n{}",
                    driver.lines().join("\n")
                )
            });
        let session = client.session_id().await.ok().flatten().unwrap_or_default();
        let browser = Self {
            client,
            port,
            session,
            profile,
            driver: Some(driver),
        };
        browser.resize(options.width, options.height).await;
        browser.appear(options.dark).await;
        browser
    }

    /// The `WebDriver` session, for what this type has no word for.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The directory of all its files, empty at the start and removed at the end.
    #[must_use]
    pub fn profile(&self) -> &Path {
        &self.profile
    }

    /// Changes the size of the window's content; 320 by 640 is a small phone.
    ///
    /// # Panics
    /// When the browser is gone.
    pub async fn resize(&self, width: u32, height: u32) {
        let metrics =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.devtools("Emulation.setDeviceMetricsOverride", metrics)
            .await;
    }

    /// Prefers a dark or a light page from now on. Motion is always reduced: tests look at what has come to rest.
    ///
    /// # Panics
    /// When the browser is gone.
    pub async fn appear(&self, dark: bool) {
        let scheme = if dark { "dark" } else { "light" };
        let features = json!({"features": [
            {"name": "prefers-color-scheme", "value": scheme},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]});
        self.devtools("Emulation.setEmulatedMedia", features).await;
    }

    /// Opens an address and waits until it has loaded.
    ///
    /// # Panics
    /// When nobody answers there.
    pub async fn goto(&self, url: &str) {
        self.client
            .goto(url)
            .await
            .unwrap_or_else(|error| panic!("{url} did not open: {error}"));
    }

    /// The address of the page.
    ///
    /// # Panics
    /// When the browser is gone.
    pub async fn url(&self) -> String {
        self.client
            .current_url()
            .await
            .expect("the browser to answer")
            .into()
    }

    /// The text that can be seen on the page, as it is shown: capitals that the style makes are capitals here.
    pub async fn text(&self) -> String {
        match self.client.find(Locator::Css("body")).await {
            Ok(body) => body.text().await.unwrap_or_default(),
            Err(_) => String::new(),
        }
    }

    /// The page's HTML as it is now.
    ///
    /// # Panics
    /// When the browser is gone.
    pub async fn source(&self) -> String {
        self.client.source().await.expect("the browser to answer")
    }

    /// Whether the text can be seen now. To wait for it, [`Browser::wait_text`].
    pub async fn has_text(&self, text: &str) -> bool {
        self.text().await.contains(text)
    }

    /// How many elements match a CSS selector, seen or not.
    ///
    /// # Panics
    /// When the selector is wrong.
    pub async fn count(&self, css: &str) -> usize {
        self.client
            .find_all(Locator::Css(css))
            .await
            .expect("a CSS selector")
            .len()
    }

    /// Waits for the first element that matches a CSS selector and can be seen.
    ///
    /// # Panics
    /// When none comes.
    pub async fn find(&self, css: &str) -> Element {
        self.visible(&[Locator::Css(css)], &format!("an element {css}"))
            .await
    }

    /// Waits until the text can be seen.
    ///
    /// # Panics
    /// When it doesn't come; the message has the page's text, and a screenshot is kept.
    pub async fn wait_text(&self, text: &str) {
        self.until(&format!("the text {text:?}"), async || {
            self.has_text(text).await
        })
        .await;
    }

    /// Waits until the text can't be seen any more.
    ///
    /// # Panics
    /// When it stays.
    pub async fn wait_no_text(&self, text: &str) {
        self.until(&format!("no text {text:?}"), async || {
            self.client.find(Locator::Css("body")).await.is_ok() && !self.has_text(text).await
        })
        .await;
    }

    /// Waits until the address contains `part`.
    ///
    /// # Panics
    /// When it doesn't.
    pub async fn wait_url(&self, part: &str) {
        self.until(&format!("an address with {part:?}"), async || {
            self.url().await.contains(part)
        })
        .await;
    }

    /// Waits until a condition holds; `what` says which, for the message.
    ///
    /// # Panics
    /// When it doesn't.
    pub async fn until(&self, what: &str, condition: impl AsyncFn() -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !condition().await {
            if Instant::now() >= deadline {
                self.give_up(what).await;
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Goes back one page.
    ///
    /// # Panics
    /// When the browser is gone.
    pub async fn back(&self) {
        self.client.back().await.expect("to go back");
    }

    /// Loads the page again.
    ///
    /// # Panics
    /// When the browser is gone.
    pub async fn reload(&self) {
        self.client.refresh().await.expect("to reload");
    }

    /// Forgets all cookies: a visitor who comes for the first time.
    ///
    /// # Panics
    /// When the browser is gone.
    pub async fn forget_cookies(&self) {
        self.client
            .delete_all_cookies()
            .await
            .expect("to delete cookies");
    }

    /// What the browser has complained about since the last call: errors of scripts, refused resources, breaches of
    /// the content security policy.
    ///
    /// # Panics
    /// When the browser is gone.
    pub async fn console(&self) -> Vec<String> {
        let command = Raw {
            path: "se/log".into(),
            body: json!({"type": "browser"}),
        };
        let entries = self
            .client
            .issue_cmd(command)
            .await
            .expect("the browser's log");
        let entries = entries.as_array().cloned().unwrap_or_default();
        let complaint =
            |entry: &Value| matches!(entry["level"].as_str(), Some("SEVERE" | "WARNING"));
        let text = |entry: &Value| entry["message"].as_str().unwrap_or_default().to_owned();
        entries
            .iter()
            .filter(|entry| complaint(entry))
            .map(text)
            .collect()
    }

    /// Sends a command of the `DevTools` protocol to the page and returns its result.
    ///
    /// # Panics
    /// When the browser refuses it.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Value {
        let body = json!({"cmd": command, "params": parameters});
        let sent = self
            .client
            .issue_cmd(Raw {
                path: "goog/cdp/execute".into(),
                body,
            })
            .await;
        sent.unwrap_or_else(|error| panic!("{command}: {error}"))
    }

    /// Gives the browser a device that can keep passkeys and verifies its owner without asking (WebAuthn section 11); its
    /// id.
    ///
    /// # Panics
    /// When the browser refuses it.
    pub async fn add_authenticator(&self) -> String {
        let body = json!({
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": true,
            "hasUserVerification": true,
            "isUserConsenting": true,
            "isUserVerified": true,
        });
        let path = "webauthn/authenticator".into();
        let added = self.client.issue_cmd(Raw { path, body }).await;
        let added = added.expect("a virtual authenticator");
        added.as_str().expect("its id").to_owned()
    }

    /// Whether that device recognises its owner from now on.
    ///
    /// # Panics
    /// When the browser refuses it.
    pub async fn recognise(&self, authenticator: &str, owner: bool) {
        let path = format!("webauthn/authenticator/{authenticator}/uv");
        let body = json!({"isUserVerified": owner});
        let set = self.client.issue_cmd(Raw { path, body }).await;
        set.expect("the device hears it");
    }

    /// Ends the browser; dropping it does the same.
    pub fn close(self) {
        drop(self);
    }

    async fn visible(&self, locators: &[Locator<'_>], what: &str) -> Element {
        self.first(locators, what, true).await
    }

    /// The first match of the first locator that has one, waiting for it.
    async fn first(&self, locators: &[Locator<'_>], what: &str, visible: bool) -> Element {
        let deadline = Instant::now() + PATIENCE;
        loop {
            for &locator in locators {
                if let Ok(Some(found)) = self.look(locator, visible).await {
                    return found;
                }
            }
            if Instant::now() >= deadline {
                self.give_up(what).await;
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn look(&self, locator: Locator<'_>, visible: bool) -> Result<Option<Element>, CmdError> {
        for element in self.client.find_all(locator).await? {
            if !visible || element.is_displayed().await? {
                return Ok(Some(element));
            }
        }
        Ok(None)
    }

    async fn give_up(&self, what: &str) -> ! {
        let thread = std::thread::current();
        let test = thread.name().unwrap_or("test").replace("::", "-");
        let picture = self.screenshot(&format!("failed-{test}")).await;
        panic!(
            "{what} did not come. Address: {}\nScreenshot: {}\nThe page says:\n{}",
            self.url().await,
            picture.display(),
            self.text().await
        );
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Asked to close, Chromium ends all its processes; they are not all in the driver's group.
        let request = format!(
            "DELETE /session/{} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n\r\n",
            self.session, self.port
        );
        if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) {
            drop(stream.set_read_timeout(Some(Duration::from_secs(5))));
            drop(stream.write_all(request.as_bytes()));
            drop(stream.read(&mut [0; 1024]));
        }
        self.driver = None;
    }
}

/// A command that chromedriver adds to `WebDriver`.
#[derive(Debug)]
struct Raw {
    path: String,
    body: Value,
}

impl WebDriverCompatibleCommand for Raw {
    fn endpoint(
        &self,
        base_url: &url::Url,
        session_id: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        base_url.join(&format!(
            "session/{}/{}",
            session_id.unwrap_or_default(),
            self.path
        ))
    }

    fn method_and_body(&self, _: &url::Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}
