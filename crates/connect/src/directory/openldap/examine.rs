//! Would a reset succeed? Found out by dry runs, which check everything and write nothing.

use super::super::Result;
use super::super::connection::Lease;
use super::account::is_same;
use super::object::{USERS, micros};
use super::password::try_reset;
use super::policy::Policies;
use super::rights::grant_reset;
use super::{OpenLdap, below};
use keyward_wire::outcome::{Denial, Examination, Finding, Outcome, PasswordPolicy};
use uuid::Uuid;

impl OpenLdap {
    pub(super) async fn examination(&self, anchor: Uuid) -> Result<Examination> {
        let (mut lease, account) = self.account(anchor).await?;
        let Some(account) = account else {
            return Ok(Examination {
                findings: vec![finding(Denial::NotFound, true, None)],
                ..Examination::default()
            });
        };
        let base = self.base(&mut lease).await?;
        let policy = Policies::read(&mut lease, base).await?;
        let policy = policy.of(account.policy.as_deref());
        let mut findings = Vec::new();
        if let Some(denial) = account.guard() {
            let mend = (denial == Denial::Disabled).then(|| unlock_command(&account.dn));
            findings.push(finding(denial, true, mend));
        } else if account.locked.is_some() || account.limited {
            findings.push(finding(account.lock(), false, None));
        }
        let tried = try_reset(&mut lease, &account.dn, &candidate(&policy)).await?;
        if let Some(Outcome::Refused { refusal, .. }) = tried
            && !is_of_candidate(refusal)
        {
            let agent = &self.settings().bind_dn;
            let mend = (refusal == Denial::NoRight).then(|| grant_reset(base, &account.dn, agent));
            findings.push(finding(refusal, true, mend));
        }
        Ok(Examination {
            findings,
            policy,
            password_set_at: account.password_set.as_deref().and_then(micros),
            dn: account.dn,
        })
    }
}

/// It is the password of the dry run that is refused, not every password.
fn is_of_candidate(refusal: Denial) -> bool {
    matches!(
        refusal,
        Denial::Policy | Denial::Complexity | Denial::TooShort | Denial::History
    )
}

fn finding(what: Denial, blocks: bool, mend: Option<String>) -> Finding {
    Finding { what, blocks, mend }
}

fn unlock_command(dn: &str) -> String {
    let dn = super::rights::ldif_line("dn", dn);
    format!(
        "ldapmodify -x -W -D ADMIN <<'LDIF'\n{dn}changetype: modify\ndelete: pwdAccountLockedTime\nLDIF"
    )
}

/// A password that keeps most policies. It is no secret, for it is set nowhere.
pub(super) fn candidate(policy: &PasswordPolicy) -> String {
    let length = (policy.min_length as usize).clamp(16, 256);
    "Dry-7-run.Q+".chars().cycle().take(length).collect()
}

/// Whether resets are held to the policy; none: that can't be found out. slapd asks the policy when an account has the
/// right `write`, and doesn't when it has `manage`. A password of one character shows which.
pub(super) async fn held_to_policy(
    lease: &mut Lease,
    base: &str,
    agent: &str,
    policies: &Policies,
) -> Result<Option<bool>> {
    let attributes = ["pwdPolicySubentry"];
    let mut search = below(base, USERS, &attributes);
    search.most = 2;
    let found = lease.search(search).await?;
    let sample = found
        .entries
        .iter()
        .find(|entry| !is_same(&entry.dn, agent));
    let Some(sample) = sample else {
        return Ok(None);
    };
    let policy = policies.of(sample.text("pwdpolicysubentry"));
    if policy.min_length < 2 {
        return Ok(None);
    }
    Ok(match try_reset(lease, &sample.dn, "x").await? {
        Some(Outcome::Done) => Some(false),
        Some(Outcome::Refused { refusal, .. }) if is_of_candidate(refusal) => Some(true),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_candidate_is_as_long_as_it_must_be() {
        let policy = |min_length| PasswordPolicy {
            min_length,
            ..PasswordPolicy::default()
        };
        assert_eq!(candidate(&policy(0)).len(), 16);
        assert_eq!(candidate(&policy(30)).len(), 30);
        assert_eq!(candidate(&policy(u32::MAX)).len(), 256);
        assert!(unlock_command("uid=é,dc=x").contains("dn:: "));
    }
}
