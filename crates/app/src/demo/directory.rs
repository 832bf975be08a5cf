//! A sample directory beside the example organisation, for `keyward demo --with-ad`: what an administrator would click,
//! done through the same use cases.

use super::{Error, SAMPLES};
use crate::error::Result;
use crate::{App, Principal};
use keyward_core::policy::{OnPremises, Policy, Scope};
use keyward_core::refusal::Refusal;
use keyward_core::secret::Secret;
use keyward_core::text::{DomainName, UserPrincipalName};
use keyward_store::sync::{Mode, Run, RunState};

impl App {
    /// The example organisation's administrator, signed in with the password that the demo prints.
    pub async fn demo_administrator(&self) -> Result<Principal> {
        let [admin, ..] = &SAMPLES;
        let password = Secret::new(admin.password.into());
        let signed_in = self.sign_in(&self.local_ctx(), admin.upn, password).await?;
        let me = self.principal(&self.local_ctx(), &signed_in.token).await?;
        me.ok_or(Refusal::SignInNeeded.into())
    }

    /// Makes the organisation ready for a directory whose user names end in this domain: reset for all, passwords
    /// written back, accounts unlocked.
    pub async fn demo_expects_directory(&self, me: &Principal, domain: &str) -> Result<()> {
        let domain =
            DomainName::parse(domain).map_err(|_| Refusal::field("domain", "domain-malformed"))?;
        let mut tx = self.db.write(me.tenant()).await?;
        tx.add_domain(domain.as_str(), false).await?;
        tx.commit().await?;
        let read = self.policy(me).await?;
        let new = Policy {
            scope: Scope::All,
            on_premises: OnPremises {
                writeback: true,
                unlock_without_reset: true,
            },
            ..read.policy
        };
        self.change_policy(&self.local_ctx(), me, read.version, &new)
            .await
    }

    /// Whether a directory has been read to its end once, and everything was taken.
    pub async fn demo_is_synchronised(&self, me: &Principal) -> Result<bool> {
        let runs = self.sync_runs(me, None, 10).await?;
        let whole = |run: &Run| run.mode == Mode::Full && run.state == RunState::Done;
        Ok(runs.iter().any(whole))
    }

    /// Gives somebody who came from the directory a phone and a mailbox, as if registered.
    pub async fn demo_registers(
        &self,
        me: &Principal,
        upn: &str,
        phone: &str,
        mail: &str,
    ) -> Result<()> {
        let upn =
            UserPrincipalName::parse(upn).map_err(|_| Refusal::field("upn", "upn-malformed"))?;
        let mut tx = self.db.write(me.tenant()).await?;
        let user = tx.user_by_upn(&upn.key()).await?;
        let user = user.ok_or_else(|| Error::Fault(format!("{upn} did not come in")))?;
        self.register_sample(&mut tx, user.id, phone, mail).await?;
        tx.commit().await?;
        Ok(())
    }
}
