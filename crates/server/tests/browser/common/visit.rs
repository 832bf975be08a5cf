//! Visitors of an installation.

use super::Account;
use crate::world::{WAIT, World};
use keyward_testbed::browser::{Browser, BrowserOptions};

/// What visitors do on the sign-in page and off it.
pub(crate) trait Visit {
    /// The example organisation.
    fn start() -> Self;
    /// The same where nobody can have an authenticator app: whatever is offered is sent a code, to names that nobody has
    /// as well.
    fn by_codes() -> Self;
    /// Where people choose between text and call, and have office phones.
    fn with_calls() -> Self;
    /// With an address that has a name, as passkeys need it, and with passkeys on offer.
    fn with_passkeys() -> Self;
    /// Nothing is set up yet.
    fn empty() -> Self;
    /// Somebody with a browser of their own.
    async fn visitor(&self) -> Browser;
    /// The same, with JavaScript off.
    async fn visitor_without_scripts(&self) -> Browser;
    /// Opens a page.
    async fn open(&self, browser: &Browser, path: &str);
    /// Fills in the sign-in page and sends it.
    async fn sign_in(&self, browser: &Browser, who: Account) {
        self.sign_in_as(browser, who.upn, who.password).await;
    }
    /// The same with another password than the account began with.
    async fn sign_in_as(&self, browser: &Browser, upn: &str, password: &str);
    /// Signs in as an administrator who hasn't registered and puts it off.
    async fn sign_in_admin(&self, browser: &Browser, who: Account) {
        self.sign_in(browser, who).await;
        browser.click("Not now").await;
        browser.wait_url("/admin").await;
    }
    /// The code in the next mail to this address.
    async fn code_by_mail(&self, to: &str) -> String;
    /// The code in the next text message to this number.
    async fn code_by_sms(&self, to: &str) -> String;
}

impl Visit for World {
    fn start() -> Self {
        Self::of_demo("", &[])
    }

    fn by_codes() -> Self {
        let sql = r#"UPDATE tenants SET policy = replace(policy, '"authenticator-app",', '')"#;
        Self::of_demo(sql, &[])
    }

    fn with_calls() -> Self {
        let sql = r#"UPDATE tenants SET policy = replace(replace(policy, '"authenticator-app",', '"office-phone",'), '"mobile_by":"text"', '"mobile_by":"both"');
            UPDATE users SET business_phone = '+493012345678 x567' WHERE upn_key IN ('brian@contoso.example', 'adele@contoso.example')"#;
        Self::of_demo(sql, &[])
    }

    fn with_passkeys() -> Self {
        let sql = r#"UPDATE tenants SET policy = replace(policy, '"authenticator-app",', '"passkey","authenticator-app",')"#;
        let mut world = Self::of_demo(sql, &[]);
        world.with_server(|server| {
            server.terminate();
            assert!(server.wait(WAIT).success());
        });
        world.url = world.url.replace("127.0.0.1", "localhost");
        world.serve();
        world
    }

    fn empty() -> Self {
        Self::around(tempfile::tempdir().unwrap(), &[])
    }

    async fn visitor(&self) -> Browser {
        Browser::start(BrowserOptions::default()).await
    }

    async fn visitor_without_scripts(&self) -> Browser {
        Browser::start(BrowserOptions {
            javascript: false,
            ..BrowserOptions::default()
        })
        .await
    }

    async fn open(&self, browser: &Browser, path: &str) {
        browser.goto(&format!("{}{path}", self.url)).await;
    }

    async fn sign_in_as(&self, browser: &Browser, upn: &str, password: &str) {
        self.open(browser, "/signin").await;
        browser.fill("User name", upn).await;
        browser.fill("Password", password).await;
        browser.click("Sign in").await;
    }

    async fn code_by_mail(&self, to: &str) -> String {
        self.mail(to, "Your code").await.code()
    }

    async fn code_by_sms(&self, to: &str) -> String {
        loop {
            // Notices go to the same phone.
            let text = self.text(to).await;
            if text.body.contains("is your") {
                return text.code();
            }
        }
    }
}
