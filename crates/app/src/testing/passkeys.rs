//! Passkeys of people, made and used by the testbed's authenticator.

use super::TestApp;
use crate::error::Result;
use crate::signin::SignedIn;
use keyward_core::ids::UserId;
use keyward_core::method::MethodKind;
use keyward_core::secret::Secret;
use keyward_testbed::passkey::{Passkey, Ways};

/// What the forms of a browser are bound to, in tests without one.
pub const BROWSER: &str = "a browser of a test";

impl TestApp {
    /// An honest browser on a page of this installation.
    pub fn ways(&self) -> Ways {
        Ways::at(&self.settings.public_url)
    }

    /// Makes a passkey for somebody, in a session that has given a fresh proof.
    pub async fn register_passkey(&self, user: UserId, name: &str) -> Passkey {
        let me = self.session_of(user).await;
        let mut tx = self.db.write(me.tenant()).await.unwrap();
        let account = self.account(&mut tx, user).await.unwrap().expect("a user");
        let older = account.rules().usable(&account.methods, self.now());
        let by = older.first().map(|m| m.id);
        let proved = tx.session_proved(me.session.id, by, self.now());
        proved.await.unwrap();
        tx.commit().await.unwrap();
        let me = self.again(&me).await;
        let ctx = self.ctx();
        self.propose_method(&ctx, &me, MethodKind::Passkey, name)
            .await
            .expect("it is asked for");
        let asked = self.new_passkey(&ctx, &me).await.expect("a question");
        let (made, sent) = Passkey::make(&asked.options, &self.ways());
        self.confirm_method(&ctx, &me, &Secret::new(sent), None)
            .await
            .expect("it is made");
        made
    }

    /// Signs in by a passkey in an honest browser.
    pub async fn sign_in_by(&self, passkey: &mut Passkey) -> Result<SignedIn> {
        let ctx = self.ctx();
        let question = self.ask_to_sign_in(&ctx, BROWSER)?;
        let sent = Secret::new(passkey.sign(&question.options, &self.ways()));
        let entered = self.sign_in_by_passkey(&ctx, BROWSER, &question.sealed, &sent);
        let entered = entered.await?;
        self.plant(entered.token.as_str());
        Ok(entered)
    }
}
