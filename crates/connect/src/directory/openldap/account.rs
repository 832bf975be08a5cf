//! One account, read afresh before anything is done to it.

use super::super::connection::{Entry, Lease};
use super::super::{Error, Result};
use super::dn::Dn;
use super::object::{LOCKED_FOR_GOOD, USERS};
use super::{OpenLdap, below};
use keyward_wire::outcome::Denial;
use uuid::Uuid;

/// What has to be known of an account before anything is done to it.
#[derive(Debug, Clone, Default)]
pub(super) struct Account {
    pub(super) dn: String,
    /// The DN of a policy of its own.
    pub(super) policy: Option<String>,
    pub(super) must_change: bool,
    /// The raw pwdChangedTime.
    pub(super) password_set: Option<String>,
    /// The raw pwdAccountLockedTime.
    pub(super) locked: Option<String>,
    /// It may be used for some time only (pwdStartTime, pwdEndTime).
    pub(super) limited: bool,
    /// The agent's own.
    pub(super) own: bool,
}

const ATTRIBUTES: [&str; 7] = [
    "entryUUID",
    "pwdPolicySubentry",
    "pwdReset",
    "pwdChangedTime",
    "pwdAccountLockedTime",
    "pwdStartTime",
    "pwdEndTime",
];

impl Account {
    fn of(entry: &Entry, agent: &str) -> Self {
        let text = |name: &str| entry.text(name).map(str::to_owned);
        Self {
            dn: entry.dn.clone(),
            policy: text("pwdpolicysubentry"),
            must_change: entry.truth("pwdreset"),
            password_set: text("pwdchangedtime"),
            locked: text("pwdaccountlockedtime"),
            limited: entry
                .text("pwdstarttime")
                .or(entry.text("pwdendtime"))
                .is_some(),
            own: is_same(&entry.dn, agent),
        }
    }

    /// An administrator locked it: that isn't for users, nor for a reset, to undo.
    pub(super) fn is_disabled(&self) -> bool {
        self.locked.as_deref() == Some(LOCKED_FOR_GOOD)
    }

    /// Why nothing is done to it, whatever the service says. slapd would take an administrator's lock away with the old
    /// password.
    pub(super) fn guard(&self) -> Option<Denial> {
        if self.own {
            Some(Denial::Protected)
        } else {
            self.is_disabled().then_some(Denial::Disabled)
        }
    }

    /// What "locked" means for it. slapd says it of accounts whose time is over as well.
    pub(super) fn lock(&self) -> Denial {
        match (&self.locked, self.limited) {
            _ if self.is_disabled() => Denial::Disabled,
            (None, true) => Denial::AccountExpired,
            _ => Denial::Locked,
        }
    }
}

/// Two names of one entry.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    Dn::parse(one).is_some_and(|dn| Some(dn) == Dn::parse(other))
}

impl OpenLdap {
    /// The account, and a connection that has just answered; nobody's anchor takes the same road.
    pub(super) async fn account(&self, anchor: Uuid) -> Result<(Lease, Option<Account>)> {
        loop {
            let mut lease = self.pool.take().await?;
            match self.account_on(&mut lease, anchor).await {
                Err(Error::Unreachable(_)) if lease.is_kept() => {}
                other => return other.map(|account| (lease, account)),
            }
        }
    }

    pub(super) async fn account_on(
        &self,
        lease: &mut Lease,
        anchor: Uuid,
    ) -> Result<Option<Account>> {
        let base = self.base(lease).await?;
        let filter = format!("(&(entryUUID={anchor}){USERS})");
        let found = lease.search(below(base, &filter, &ATTRIBUTES)).await?;
        found.answer.done()?;
        let agent = &self.settings().bind_dn;
        Ok(found.entries.first().map(|entry| Account::of(entry, agent)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_of_an_administrator_is_no_lockout() {
        let mut account = Account::default();
        assert_eq!((account.guard(), account.lock()), (None, Denial::Locked));
        account.locked = Some("20261127072641Z".to_owned());
        assert_eq!((account.guard(), account.lock()), (None, Denial::Locked));
        account.locked = Some(LOCKED_FOR_GOOD.to_owned());
        assert_eq!(
            (account.guard(), account.lock()),
            (Some(Denial::Disabled), Denial::Disabled)
        );
        account.own = true;
        assert_eq!(account.guard(), Some(Denial::Protected));
        assert!(is_same("CN=Agent, dc=x", "cn=agent,dc=X") && !is_same("cn=agent", "no name"));
    }
}
