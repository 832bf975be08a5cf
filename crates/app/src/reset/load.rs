//! A reset as loaded for one request: what is known of the account behind it, and what is shown of it.

use super::{Choice, Progress};
use crate::account::{Account, newest_of_each, shown_name};
use crate::audit::Draft;
use crate::error::Result;
use crate::keys::{Bond, Purpose as Key};
use crate::licences::on_premises_in_effect;
use crate::limits::Subject;
use crate::passthrough::Home;
use crate::password::Terms;
use crate::signin::nobody;
use crate::{App, Ctx};
use keyward_core::audit::{Activity, Actor};
use keyward_core::challenge::Proof;
use keyward_core::decoy::{self, Decoy, Seeds};
use keyward_core::hand_over::Handed;
use keyward_core::ids::MethodId;
use keyward_core::method::Method;
use keyward_core::policy::{Policy, Standing};
use keyward_core::refusal::Refusal;
use keyward_core::reset::{Reset, State, Verified};
use keyward_core::time::Timestamp;
use keyward_store::Tx;
use uuid::Uuid;

/// A reset as loaded for one request.
pub(super) struct Loaded {
    pub(super) reset: Reset,
    pub(super) policy: Policy,
    /// The account, when there is one that could reset when the reset began.
    pub(super) account: Option<Account>,
    pub(super) subject: Subject,
    pub(super) decoys: Vec<Decoy>,
    /// The directory of the name that was typed, whether or not somebody has it.
    pub(super) home: Option<Home>,
    /// Unlocking without a reset is offered to names of this kind.
    pub(super) unlock: bool,
    /// It stands on an account that was handed over, or no longer does; none: it stands on proofs.
    pub(super) handed: Option<Result<Handed, Refusal>>,
}

impl Loaded {
    /// Refuses unless the reset is open and its account still stands as it did when it began (F-07, ST-10). A proof
    /// whose method is gone voids it as well: it opens nothing any more, and its channel has been used.
    pub(super) fn open(&self, ctx: &Ctx) -> Result<(), Refusal> {
        self.reset.open(ctx.now)?;
        if let (Some(handed), Some(account)) = (&self.handed, &self.account) {
            let same = account.user.credential_epoch == self.reset.credential_epoch;
            return if handed.is_ok() && same {
                Ok(())
            } else {
                Err(Refusal::ResetVoid)
            };
        }
        let stands = match (&self.account, self.reset.user) {
            (Some(account), _) => {
                let kept = |p: &Proof| account.methods.iter().any(|m| m.id == p.method());
                matches!(account.standing(ctx.now), Standing::Able(_))
                    && account.user.credential_epoch == self.reset.credential_epoch
                    && self.reset.proofs.iter().all(kept)
            }
            (None, Some(_)) => false,
            (None, None) => true,
        };
        if stands {
            Ok(())
        } else {
            Err(Refusal::ResetVoid)
        }
    }

    /// The user's methods that may open the next gate.
    fn offered(&self, now: Timestamp) -> Vec<&Method> {
        let Some(account) = self.account.as_ref().filter(|_| self.handed.is_none()) else {
            return Vec::new();
        };
        if self.reset.proofs.is_empty() {
            return account.first_gate(now);
        }
        let mut methods = self.reset.choices(&account.rules(), &account.methods, now);
        let newest = newest_of_each(&methods);
        // Of what the user holds, each is asked for by the same question.
        methods.retain(|m| newest.contains(&m.id) || m.kind().carrier().is_some());
        methods
    }

    /// What is shown of them; decoys for nobody.
    pub(super) fn choices(&self, now: Timestamp) -> Vec<Choice> {
        if self.handed.is_some() {
            return Vec::new();
        }
        let offered = self.offered(now);
        // An administrator without any method of the tenant's policy looks like nobody as well.
        if self.account.is_none() || offered.is_empty() && self.reset.proofs.is_empty() {
            return self
                .decoys
                .iter()
                .map(|d| Choice {
                    id: d.id,
                    kind: d.kind,
                    masked: d.masked.clone(),
                    ways: self.policy.mobile_by.ways(d.kind),
                })
                .collect();
        }
        offered
            .into_iter()
            .map(|m| Choice {
                id: m.id.0,
                kind: m.kind(),
                masked: m.means.masked(),
                ways: self.policy.mobile_by.ways(m.kind()),
            })
            .collect()
    }

    pub(super) fn method(&self, id: Uuid, now: Timestamp) -> Option<&Method> {
        self.offered(now).into_iter().find(|m| m.id == MethodId(id))
    }

    fn gates(&self) -> usize {
        match &self.account {
            Some(_) if self.handed.is_some() => 0,
            Some(account) if !self.reset.proofs.is_empty() => account.rules().gates.count(),
            _ => self.policy.gates.count(),
        }
    }

    pub(super) fn progress(&self, ctx: &Ctx) -> Progress {
        let verified = self
            .account
            .as_ref()
            .is_some_and(|a| self.verify(a, ctx).is_ok());
        Progress {
            goal: self.reset.goal,
            gate: self.reset.proofs.len() + 1,
            gates: self.gates(),
            choices: if verified {
                Vec::new()
            } else {
                self.choices(ctx.now)
            },
            asked: None,
            asked_by: None,
            unlock_offered: self.unlock,
            pending: self.reset.state.operation().is_some(),
            terms: Terms::default(),
            verified,
            user_name: match &self.account {
                Some(account) if verified => account.user.upn.to_string(),
                _ => String::new(),
            },
            completed: self.reset.state == State::Completed,
            helpdesk: self.policy.helpdesk.clone(),
            device: None,
        }
    }

    /// The key to the new password, if the account still stands as it must (F-07).
    pub(super) fn verify(&self, account: &Account, ctx: &Ctx) -> Result<Verified, Refusal> {
        if let Some(handed) = &self.handed {
            let handed = handed.as_ref().map_err(|_| Refusal::ResetVoid)?;
            return Ok(self.reset.handed_over(&account.user, handed, ctx.now)?);
        }
        match account.standing(ctx.now) {
            Standing::Able(rules) => {
                Ok(self
                    .reset
                    .verified(&account.user, &rules, &account.methods, ctx.now)?)
            }
            Standing::Unable(_) => Err(Refusal::ResetVoid),
        }
    }
}

pub(crate) fn bond(reset: &Reset) -> Bond<'static> {
    Bond {
        kind: "reset",
        tenant: reset.tenant,
        user: reset.user,
        row: reset.id.0,
    }
}

impl App {
    /// The reset behind a token, in a transaction that may write if `write`.
    pub(super) async fn load_reset(&self, token: &str, write: bool) -> Result<(Tx, Loaded)> {
        let mac = self.keys.token_mac("reset", token);
        let tenant = self
            .db
            .system_read()
            .await?
            .tenant_of_reset(&mac)
            .await?
            .ok_or(Refusal::ResetExpired)?;
        let mut tx = if write {
            self.db.write(tenant).await?
        } else {
            self.db.read(tenant).await?
        };
        let reset = tx
            .reset_by_token(&mac)
            .await?
            .ok_or(Refusal::ResetExpired)?;
        if !self.keys.is_bound(bond(&reset), token) {
            tracing::error!(reset = %reset.id.0, "a reset does not belong to its user: somebody wrote to the database");
            return Err(Refusal::ResetExpired.into());
        }
        // The same look-ups whether or not there is a user.
        let user = reset.user.unwrap_or_else(nobody);
        let found = tx.user(user).await?;
        let (roles, groups) = (tx.roles_of(user).await?, tx.policy_groups_of(user).await?);
        let (methods, policy) = (tx.methods_of(user).await?, tx.policy().await?.policy);
        let subject = reset
            .user
            .map_or_else(|| Subject::Name(reset.name_key.clone()), Subject::User);
        let name = reset.name_key.as_str();
        let home = self.home(&mut tx, found.as_ref(), name).await?;
        let unlock = match &home {
            Some(_) => on_premises_in_effect(&mut tx).await?.unlock_without_reset,
            None => policy.unlock_without_reset,
        };
        let decoys = {
            let digest = |words: &str| {
                let parts = [name.as_bytes(), words.as_bytes()];
                self.keys.mac(Key::Decoy, tenant, &parts)
            };
            let seeds = Seeds {
                digest: &digest,
                name,
            };
            decoy::methods(&seeds, &policy)
        };
        let account = found.map(|user| Account {
            user,
            roles,
            groups,
            methods,
            policy: policy.clone(),
            home: home.clone(),
        });
        let link = tx.hand_over_of(reset.id).await?;
        let handed = match (&link, &account) {
            (Some(link), Some(account)) => Some(self.handed_by(&mut tx, link, account).await?),
            _ => None,
        };
        Ok((
            tx,
            Loaded {
                reset,
                policy,
                account,
                subject,
                decoys,
                home,
                unlock: unlock && handed.is_none(),
                handed,
            },
        ))
    }

    pub(super) async fn progress_event(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        loaded: &Loaded,
        detail: &str,
        failed: Option<&str>,
    ) -> Result<()> {
        let draft = Draft::new(ctx, Activity::ResetProgress, Actor::Stranger).detail(detail);
        let draft = match &loaded.account {
            Some(account) => draft.on_user(&account.user),
            None => draft.on("user", None, shown_name(&loaded.reset.name_key)),
        };
        self.record(tx, failed.into_iter().fold(draft, Draft::failed))
            .await
    }

    pub(super) async fn blocked_event(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        loaded: &Loaded,
    ) -> Result<()> {
        let draft = Draft::new(ctx, Activity::BlockedFromReset, Actor::System);
        let draft = match &loaded.account {
            Some(account) => draft.on_user(&account.user),
            None => draft.on("user", None, shown_name(&loaded.reset.name_key)),
        };
        self.record(tx, draft).await
    }
}
