//! Ways through the pages.

use crate::browser::Browser;
use crate::cast::{MAIL, PHONE};
use crate::page::Page;
use crate::site::Site;
use keyward_core::pow;

impl Browser<'_> {
    /// Signs in; the answer to the form.
    pub(crate) async fn sign_in(&mut self, name: &str, password: &str) -> Page {
        let page = self.get("/signin").await.expect(200);
        self.submit(&page, "/signin", &[("name", name), ("password", password)])
            .await
    }

    /// Begins a reset; the answer to the form.
    pub(crate) async fn begin(&mut self, name: &str) -> Page {
        let page = self.get("/reset").await.expect(200);
        let form = page.form("/reset");
        let puzzle = form.fields.iter().find(|(n, _)| n == "puzzle");
        let puzzle = &puzzle.expect("a puzzle").1;
        let bits = crate::html::tags(&page.body, "div");
        let bits = bits
            .iter()
            .find_map(|t| crate::html::attribute(t, "data-pow-bits"));
        let pow = pow::solve(puzzle, bits.unwrap().parse().unwrap());
        let csrf = self.csrf.clone();
        let fields = [
            ("csrf", csrf.as_str()),
            ("name", name),
            ("puzzle", puzzle),
            ("pow", &pow),
        ];
        self.send(self.raw_form("/reset", crate::browser::encoded(&fields)))
            .await
    }

    /// The id that the chooser gives to the method of a kind (`email`, `mobile-phone`).
    pub(crate) async fn choice(&mut self, kind: &str) -> String {
        let page = self.get("/reset/verify").await.expect(200);
        choice_on(&page, kind)
    }

    /// Has a code sent by mail.
    pub(crate) async fn send_mail(&mut self) -> Page {
        let id = self.choice("email").await;
        self.post("/reset/verify", &[("method", &id)]).await
    }

    /// Has a code sent to a number.
    pub(crate) async fn send_phone(&mut self, number: &str) -> Page {
        let id = self.choice("mobile-phone").await;
        self.post(&format!("/reset/send/{id}"), &[("number", number)])
            .await
    }

    /// Asks for the code of an authenticator app.
    pub(crate) async fn ask_app(&mut self) -> Page {
        let id = self.choice("authenticator-app").await;
        self.post("/reset/verify", &[("method", &id)]).await
    }

    /// Types a code.
    pub(crate) async fn type_code(&mut self, code: &str) -> Page {
        self.get("/reset/code").await;
        self.post("/reset/code", &[("code", code)]).await
    }

    /// Types a new password twice.
    pub(crate) async fn choose(&mut self, password: &str) -> Page {
        self.get("/reset/password").await;
        self.post(
            "/reset/password",
            &[("password", password), ("confirm", password)],
        )
        .await
    }
}

/// The id of the choice of a kind: the chooser marks mailboxes and phones by their masks, and has none of an app.
pub(crate) fn choice_on(page: &Page, kind: &str) -> String {
    let labels = page.body.split("<label class=\"method\">").skip(1);
    for label in labels {
        let label = label.split("</label>").next().unwrap();
        let text = crate::html::text(label);
        let found = match (text.contains("**"), text.contains('@')) {
            (false, _) if text.contains("Passkey") => "passkey",
            (true, true) => "email",
            (true, false) => "mobile-phone",
            (false, _) => "authenticator-app",
        };
        if found == kind {
            let input = crate::html::tags(label, "input")[0];
            return crate::html::attribute(input, "value").unwrap();
        }
    }
    panic!("no method of kind {kind}: {}", page.text())
}

impl Site {
    /// Whether a password opens the front door.
    pub(crate) async fn opens(&self, name: &str, password: &str) -> bool {
        let page = self.browser().sign_in(name, password).await;
        page.status.as_u16() == 303
    }

    /// A whole reset of Ada's; the browser records it.
    pub(crate) async fn whole_reset(&self, browser: &mut Browser<'_>, password: &str) {
        browser
            .begin("ada@contoso.example")
            .await
            .leads("/reset/verify");
        browser.send_phone(PHONE).await.leads("/reset/code");
        let code = self.code_to(PHONE).await;
        browser.type_code(&code).await.leads("/reset/verify");
        browser.send_mail().await.leads("/reset/code");
        let code = self.code_to(MAIL).await;
        browser.type_code(&code).await.leads("/reset/password");
        self.plant(password);
        browser.choose(password).await.leads("/reset/done");
    }
}
