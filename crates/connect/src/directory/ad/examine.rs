//! Would a reset succeed, and what may the agent's account do? Nothing is written to find out.

use super::descriptor::{Descriptor, REPLICATE, RESET_PASSWORD};
use super::domain::{self, Domain};
use super::object::RESULTANT;
use super::policy::{self, Effective};
use super::scope::{Area, PEOPLE};
use super::target::{EXAMINED, Target};
use super::{ActiveDirectory, commands, names};
use crate::directory::connection::{Bound, Search};
use crate::directory::{Result, Right, Scope};
use keyward_wire::outcome::{Denial, Examination, Finding, PasswordPolicy};
use uuid::Uuid;

const LOCKOUT_TIME: &str = "lockoutTime";
const PWD_LAST_SET: &str = "pwdLastSet";

impl Target {
    fn may_reset(&self, domain: &Domain) -> Option<bool> {
        let descriptor = self.descriptor.as_ref()?;
        Some(descriptor.allows(RESET_PASSWORD, &domain.agent.tokens))
    }

    /// The server tells which attributes the asker may write.
    pub(super) fn may_write(&self, attribute: &str) -> bool {
        let allowed = self.entry.texts("allowedAttributesEffective");
        allowed
            .iter()
            .any(|name| name.eq_ignore_ascii_case(attribute))
    }
}

impl ActiveDirectory {
    pub(super) async fn examine_one(&self, anchor: Uuid) -> Result<Examination> {
        let (mut bound, domain, target) = self.target(anchor, &EXAMINED).await?;
        let Some(target) = target else {
            return Ok(Examination {
                findings: vec![blocking(Denial::NotFound, None)],
                ..Examination::default()
            });
        };
        let mut findings = Vec::new();
        if let Some(refusal) = target.refusal(&mut bound, &domain).await? {
            findings.push(blocking(refusal, mend(refusal, &target)));
        }
        let unit = parent(&target.dn);
        findings.extend(missing_right(&target, &domain, unit));
        let resultant = target.entry.text(RESULTANT);
        let policy = match policy::effective(&mut bound, &domain.base, resultant).await? {
            Effective::Known(policy) => policy,
            Effective::Hidden(name) => {
                let container = policy::container(&domain.base);
                findings.push(Finding {
                    what: Denial::NoRight,
                    blocks: false,
                    mend: commands::read_policies(&domain.agent, &container)
                        .into_iter()
                        .next(),
                });
                PasswordPolicy {
                    name: Some(name),
                    ..PasswordPolicy::default()
                }
            }
        };
        if target.is_locked() {
            // A reset lifts it.
            findings.push(Finding {
                what: Denial::Locked,
                blocks: false,
                mend: None,
            });
        }
        if is_young(&mut bound, &target, &policy).await? {
            findings.push(Finding {
                what: Denial::TooYoung,
                // Only where the directory can hold a reset to it, and is asked to.
                blocks: domain.hints.is_some(),
                mend: None,
            });
        }
        Ok(Examination {
            findings,
            policy,
            password_set_at: target.password_set_at(),
            dn: target.dn,
        })
    }

    pub(super) async fn list_rights(&self, scope: &Scope) -> Result<Vec<Right>> {
        let (mut bound, domain) = self.service().await?;
        let area = Area::resolve(&mut bound, &domain.base, scope).await?;
        let agent = &domain.agent;
        let mut rights = Vec::new();
        for unit in &area.roots {
            let sample = sample(&mut bound, &domain, unit).await?;
            let sample = sample.as_ref();
            let called = commands::called(unit);
            rights.push(Right {
                what: format!("set new passwords of the users in {called}"),
                held: sample.and_then(|target| target.may_reset(&domain)),
                commands: commands::reset_password(agent, unit),
            });
            rights.push(Right {
                what: format!("lift lockouts of the users in {called}"),
                held: sample.map(|target| target.may_write(LOCKOUT_TIME)),
                commands: commands::unlock(agent, unit),
            });
            rights.push(Right {
                what: format!("have the users in {called} change their password"),
                held: sample.map(|target| target.may_write(PWD_LAST_SET)),
                commands: commands::must_change(agent, unit),
            });
        }
        rights.extend(self.anchor_rights_if_kept(scope).await?);
        rights.push(if domain.hides_deletions() {
            Right {
                what:
                    "be told of deletions at once (Samba tells administrators alone: deletions are \
                       found within half an hour)"
                        .to_owned(),
                held: Some(false),
                commands: Vec::new(),
            }
        } else {
            Right {
                what: "be told of deletions at once".to_owned(),
                held: may_replicate(&mut bound, &domain).await?,
                commands: commands::replicate(agent, &domain.base),
            }
        });
        let fine = policy::fine(&mut bound, &domain.base).await?;
        rights.push(Right {
            what: "see the fine-grained password policies".to_owned(),
            held: Some(fine.is_some()),
            commands: commands::read_policies(agent, &policy::container(&domain.base)),
        });
        Ok(rights)
    }
}

fn blocking(what: Denial, mend: Option<String>) -> Finding {
    Finding {
        what,
        blocks: true,
        mend,
    }
}

/// The command with which an administrator takes away what stands in the way. By GUID, for names are chosen by others.
fn mend(refusal: Denial, target: &Target) -> Option<String> {
    let guid = target.guid;
    match refusal {
        Denial::Disabled => Some(format!("Enable-ADAccount -Identity {guid}")),
        Denial::SmartCard => Some(format!(
            "Set-ADUser -Identity {guid} -SmartcardLogonRequired $false"
        )),
        Denial::AccountExpired => Some(format!("Clear-ADAccountExpiration -Identity {guid}")),
        Denial::CannotChange => Some(format!(
            "Set-ADUser -Identity {guid} -CannotChangePassword $false"
        )),
        _ => None,
    }
}

/// The first right that a reset would lack. Each is granted on the unit, so that it holds for whoever comes later.
fn missing_right(target: &Target, domain: &Domain, unit: &str) -> Option<Finding> {
    let agent = &domain.agent;
    let commands = if target.may_reset(domain) == Some(false) {
        commands::reset_password(agent, unit)
    } else if !target.may_write(LOCKOUT_TIME) {
        commands::unlock(agent, unit)
    } else if !target.may_write(PWD_LAST_SET) {
        commands::must_change(agent, unit)
    } else {
        return None;
    };
    let descriptor = target.descriptor.as_ref();
    // What the unit grants doesn't reach it.
    let mend = if descriptor.is_some_and(|descriptor| descriptor.inheritance_off) {
        Some(commands::inherit(&target.dn))
    } else {
        commands.into_iter().next()
    };
    Some(blocking(Denial::NoRight, mend))
}

async fn is_young(bound: &mut Bound, target: &Target, policy: &PasswordPolicy) -> Result<bool> {
    let Some(set) = target.password_set_at().filter(|_| policy.min_age_s > 0) else {
        return Ok(false);
    };
    let now = domain::clock(bound).await?;
    let least = i64::try_from(policy.min_age_s)
        .unwrap_or(i64::MAX)
        .saturating_mul(1_000_000);
    Ok(now.is_some_and(|now| now - set < least))
}

/// Some ordinary user in a unit.
pub(super) async fn sample(
    bound: &mut Bound,
    domain: &Domain,
    unit: &str,
) -> Result<Option<Target>> {
    let filter = format!("(&{PEOPLE}(!(adminCount=1))(!(isCriticalSystemObject=TRUE)))");
    let search = Search::below(unit, ldap3::Scope::Subtree, &filter, &["objectGUID"]);
    // The first page is enough: all of it would be the whole unit.
    let mut pages = crate::directory::connection::Pages::new(bound, search, 10);
    let page = pages.next().await?.unwrap_or_default();
    for entry in page {
        let Some(anchor) = entry.guid("objectGUID") else {
            continue;
        };
        let found = Target::read(bound, anchor, &EXAMINED).await?;
        if let Some(target) = found.filter(|target| !target.is_protected(domain)) {
            return Ok(Some(target));
        }
    }
    Ok(None)
}

async fn may_replicate(bound: &mut Bound, domain: &Domain) -> Result<Option<bool>> {
    let attributes = ["nTSecurityDescriptor"];
    let search = Search::entry(&domain.base, &attributes).with(names::only_dacl());
    let found = bound.search(search).await?;
    let head = found.entries.first();
    let descriptor = head.and_then(|head| head.bytes("nTSecurityDescriptor"));
    let descriptor = descriptor.and_then(Descriptor::parse);
    Ok(descriptor.map(|descriptor| descriptor.allows(REPLICATE, &domain.agent.tokens)))
}

/// The unit that something is in.
fn parent(dn: &str) -> &str {
    let mut escaped = false;
    for (at, c) in dn.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            ',' => return &dn[at + 1..],
            _ => {}
        }
    }
    dn
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_unit_follows_the_first_comma_that_is_no_name() {
        assert_eq!(super::parent(r"CN=Smith\, Jr.,OU=a,DC=b"), "OU=a,DC=b");
        assert_eq!(super::parent(r"CN=x\\,OU=a"), "OU=a");
        assert_eq!(super::parent("CN=x"), "CN=x");
    }
}
