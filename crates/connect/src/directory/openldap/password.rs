//! What is done to one account: its password tried, set, changed; a lockout lifted; a change demanded.

use super::super::connection::Lease;
use super::super::{ResetOptions, Result};
use super::OpenLdap;
use super::account::Account;
use super::control::{WOULD_BE_DONE, Word, ask_policy, dry_run};
use super::policy::Policies;
use super::verdict::{By, is_of_policy, lost, not_begun, refusal, signed_in};
use keyward_wire::outcome::{Denial, Outcome};
use ldap3::Mod;
use ldap3::exop::PasswordModify;
use std::collections::HashSet;
use uuid::Uuid;

impl OpenLdap {
    /// A sign-in as the user. A name that is nobody's is tried as well, so that it takes the same road.
    pub(super) async fn try_password(&self, anchor: Option<Uuid>, password: &str) -> Outcome {
        let tried = async {
            let (lease, account) = self.account(anchor.unwrap_or_default()).await?;
            drop(lease);
            let dn = match &account {
                Some(account) => account.dn.clone(),
                None => self.nobody(anchor.unwrap_or_default()),
            };
            let controls = vec![ask_policy()];
            let (answer, controls, _) = self.visitors.bind_with(&dn, password, controls).await?;
            Ok(match (account, anchor) {
                (Some(account), _) => signed_in(&answer, Word::among(&controls), &account),
                (None, Some(_)) => Outcome::refused(Denial::NotFound),
                (None, None) => Outcome::refused(Denial::WrongPassword),
            })
        };
        tried.await.unwrap_or_else(not_begun)
    }

    /// A name below the naming context that is nobody's.
    fn nobody(&self, anchor: Uuid) -> String {
        let base = self.base.get().map_or("", String::as_str);
        format!("uid={anchor},{base}")
    }

    pub(super) async fn reset_password(
        &self,
        anchor: Uuid,
        password: &str,
        options: ResetOptions,
    ) -> Outcome {
        let (mut lease, account) = match self.guarded(anchor).await {
            Ok(guarded) => guarded,
            Err(outcome) => return outcome,
        };
        if options.must_change
            && let Some(outcome) = may_demand_change(&mut lease, &account).await
        {
            return outcome;
        }
        let request = PasswordModify {
            user_id: Some(&account.dn),
            old_pass: None,
            new_pass: Some(password),
        };
        let (answer, controls) = match lease.extended(request, vec![ask_policy()]).await {
            Ok(answered) => answered,
            Err(error) => return lost(&error),
        };
        let word = Word::among(&controls);
        if !answer.is_done() {
            return self
                .explained(&mut lease, &account, refusal(&answer, word, By::Agent))
                .await;
        }
        match self
            .settle_must_change(&mut lease, anchor, options.must_change)
            .await
        {
            Ok(()) => Outcome::Done,
            Err(error) => Outcome::Unknown {
                message: format!(
                    "The password is set. Whether it must be changed at the next sign-in couldn't be: {error}"
                ),
            },
        }
    }

    /// A reset clears pwdReset, and sets it again if the policy has pwdMustChange and the agent's account the right
    /// `manage`: what was asked for must hold in either case.
    async fn settle_must_change(
        &self,
        lease: &mut Lease,
        anchor: Uuid,
        wanted: bool,
    ) -> Result<()> {
        let account = self.account_on(lease, anchor).await?;
        let is = account.filter(|account| account.must_change != wanted);
        let Some(account) = is else {
            return Ok(());
        };
        let answer = lease
            .modify(&account.dn, vec![pwd_reset(wanted)], Vec::new())
            .await?;
        answer.done()
    }

    /// By the user's own right: as the user, over a connection of the user. One who must change may do this and nothing
    /// else.
    pub(super) async fn change_password(&self, anchor: Uuid, old: &str, new: &str) -> Outcome {
        let (mut lease, account) = match self.guarded(anchor).await {
            Ok(guarded) => guarded,
            Err(outcome) => return outcome,
        };
        let bound = self
            .visitors
            .bind_with(&account.dn, old, vec![ask_policy()])
            .await;
        let (answer, controls, mut visit) = match bound {
            Ok(bound) => bound,
            Err(error) => return not_begun(error),
        };
        if !answer.is_done() {
            return signed_in(&answer, Word::among(&controls), &account);
        }
        let request = PasswordModify {
            user_id: None,
            old_pass: Some(old),
            new_pass: Some(new),
        };
        match visit
            .connection()
            .extended(request, vec![ask_policy()])
            .await
        {
            Ok((answer, _)) if answer.is_done() => Outcome::Done,
            Ok((answer, controls)) => {
                let outcome = refusal(&answer, Word::among(&controls), By::User);
                self.explained(&mut lease, &account, outcome).await
            }
            Err(error) => lost(&error),
        }
    }

    /// Deleted, not replaced by nothing: only then slapd forgets the wrong passwords that were counted, too.
    pub(super) async fn lift_lockout(&self, anchor: Uuid) -> Outcome {
        let (mut lease, account) = match self.guarded(anchor).await {
            Ok(guarded) => guarded,
            Err(outcome) => return outcome,
        };
        let change = Mod::Delete(b"pwdAccountLockedTime".to_vec(), HashSet::new());
        match lease.modify(&account.dn, vec![change], Vec::new()).await {
            // noSuchAttribute: it wasn't locked.
            Ok(answer) if matches!(answer.rc, 0 | 16) => Outcome::Done,
            Ok(answer) => refusal(&answer, Word::default(), By::Agent),
            Err(error) => lost(&error),
        }
    }

    pub(super) async fn demand_change(&self, anchor: Uuid) -> Outcome {
        let (mut lease, account) = match self.guarded(anchor).await {
            Ok(guarded) => guarded,
            Err(outcome) => return outcome,
        };
        match lease
            .modify(&account.dn, vec![pwd_reset(true)], Vec::new())
            .await
        {
            Ok(answer) if answer.is_done() => Outcome::Done,
            Ok(answer) => refusal(&answer, Word::default(), By::Agent),
            Err(error) => lost(&error),
        }
    }

    /// The account, if anything may be done to it; else what is answered instead.
    async fn guarded(&self, anchor: Uuid) -> std::result::Result<(Lease, Account), Outcome> {
        let (lease, account) = self.account(anchor).await.map_err(not_begun)?;
        let account = account.ok_or_else(|| Outcome::refused(Denial::NotFound))?;
        match account.guard() {
            Some(denial) => Err(Outcome::refused(denial)),
            None => Ok((lease, account)),
        }
    }

    /// Adds the policy to a refusal that has to do with it.
    async fn explained(&self, lease: &mut Lease, account: &Account, outcome: Outcome) -> Outcome {
        match outcome {
            Outcome::Refused { refusal, code, .. } if is_of_policy(refusal) => {
                let base = self.base.get().map_or("", String::as_str);
                let policies = Policies::read(lease, base).await;
                let policy = policies.map(|policies| policies.of(account.policy.as_deref()));
                Outcome::Refused {
                    refusal,
                    code,
                    policy: policy.ok(),
                }
            }
            other => other,
        }
    }
}

pub(super) fn pwd_reset(must_change: bool) -> Mod<Vec<u8>> {
    let values = must_change.then(|| b"TRUE".to_vec()).into_iter().collect();
    Mod::Replace(b"pwdReset".to_vec(), values)
}

/// Asked before the password is set: afterwards it would be too late to say no.
async fn may_demand_change(lease: &mut Lease, account: &Account) -> Option<Outcome> {
    let tried = lease
        .modify(&account.dn, vec![pwd_reset(true)], vec![dry_run()])
        .await;
    match tried {
        // A server that makes no dry runs: it will show.
        Ok(answer) if matches!(answer.rc, WOULD_BE_DONE | 12) => None,
        Ok(answer) => Some(refusal(&answer, Word::default(), By::Agent)),
        Err(error) => Some(not_begun(error)),
    }
}

/// Whether the agent could set this password, without setting it; none: the server makes no dry runs.
pub(super) async fn try_reset(
    lease: &mut Lease,
    dn: &str,
    password: &str,
) -> Result<Option<Outcome>> {
    let values = HashSet::from([password.as_bytes().to_vec()]);
    let change = Mod::Replace(b"userPassword".to_vec(), values);
    let controls = vec![dry_run(), ask_policy()];
    let (answer, controls) = lease.modify_with(dn, vec![change], controls).await?;
    Ok(match answer.rc {
        WOULD_BE_DONE => Some(Outcome::Done),
        12 => None,
        _ => Some(refusal(&answer, Word::among(&controls), By::Agent)),
    })
}
