//! Passwords that are set and changed, lockouts that are lifted.

use super::domain::{self, Domain};
use super::names::by_guid;
use super::object::RESULTANT;
use super::policy::{self, Attempt};
use super::target::Target;
use super::verify::{away, told};
use super::{ActiveDirectory, names};
use crate::directory::connection::{Answer, Bound, Lease};
use crate::directory::{ResetOptions, Result};
use keyward_wire::outcome::{Denial, Outcome};
use ldap3::Mod;
use std::collections::HashSet;
use std::sync::Arc;
use uuid::Uuid;
use zeroize::Zeroizing;

/// The Win32 codes that are told apart: the policy, a wrong password, a locked account, no access.
const POLICY: &str = "0000052D";
const WRONG: &str = "00000056";
const LOCKED: &str = "00000775";
const NO_ACCESS: &str = "00000005";

type Changes = Vec<Mod<Vec<u8>>>;

/// An account that may be written to, on the connection on which it was read.
struct Begun {
    bound: Lease,
    domain: Arc<Domain>,
    target: Target,
}

/// What was tried with a password.
#[derive(Debug, Clone, Copy)]
struct Tried<'a> {
    password: &'a str,
    /// The directory held it to history and minimum age.
    held: bool,
}

impl ActiveDirectory {
    pub(super) async fn reset_password(
        &self,
        anchor: Uuid,
        password: &str,
        options: ResetOptions,
    ) -> Outcome {
        let begun = match self.begin(anchor).await {
            Ok(begun) => begun,
            Err(outcome) => return outcome,
        };
        let mut changes = vec![
            replace("unicodePwd", quoted(password).to_vec()),
            // A reset alone leaves the account locked.
            replace("lockoutTime", b"0".to_vec()),
        ];
        if options.must_change {
            changes.push(replace("pwdLastSet", b"0".to_vec()));
        }
        let hints = begun.domain.hints.filter(|_| options.enforce_policy);
        let tried = Tried {
            password,
            held: hints.is_some(),
        };
        // Critical: a server that passed over it would take a password that was used before.
        let controls = hints.map(|oid| names::control(oid, vec![0x30, 3, 2, 1, 1]));
        begun
            .write(changes, controls.into_iter().collect(), Some(tried))
            .await
    }

    /// With the old password, so it counts as the user's own act: the policy holds in full.
    ///
    /// The agent's connection does it first, for a user whose password has expired or must be changed can't bind.
    pub(super) async fn change_password(&self, anchor: Uuid, old: &str, new: &str) -> Outcome {
        if old.is_empty() {
            return Outcome::refused(Denial::WrongPassword);
        }
        let mut begun = match self.begin(anchor).await {
            Ok(begun) => begun,
            Err(outcome) => return outcome,
        };
        let dn = by_guid(begun.target.guid);
        let answer = match begun.bound.modify(&dn, swap(old, new), Vec::new()).await {
            Ok(answer) => answer,
            Err(error) => return lost(&error),
        };
        let tried = Tried {
            password: new,
            held: true,
        };
        // The right to change is given to everyone who knows the old password; where it was narrowed to the user, the user
        // has to ask.
        if answer.rc != 50 {
            return begun.settle(&answer, Some(tried)).await;
        }
        match self.visitors.bind(&dn, old).await {
            Err(error) => away(&error),
            Ok((bind, _)) if !bind.is_done() => told(&bind),
            Ok((_, mut visit)) => {
                match visit
                    .connection()
                    .modify(&dn, swap(old, new), Vec::new())
                    .await
                {
                    Err(error) => lost(&error),
                    Ok(answer) if answer.rc == 50 => coded(Denial::CannotChange, &answer),
                    Ok(answer) => begun.settle(&answer, Some(tried)).await,
                }
            }
        }
    }

    pub(super) async fn lift_lockout(&self, anchor: Uuid) -> Outcome {
        self.write_simply(anchor, "lockoutTime").await
    }

    pub(super) async fn demand_change(&self, anchor: Uuid) -> Outcome {
        self.write_simply(anchor, "pwdLastSet").await
    }

    async fn write_simply(&self, anchor: Uuid, attribute: &str) -> Outcome {
        match self.begin(anchor).await {
            Ok(begun) => {
                let changes = vec![replace(attribute, b"0".to_vec())];
                begun.write(changes, Vec::new(), None).await
            }
            Err(outcome) => outcome,
        }
    }

    /// Reads the account and asks the guard. What follows goes over the same connection, so to the same server.
    async fn begin(&self, anchor: Uuid) -> std::result::Result<Begun, Outcome> {
        let (mut bound, domain, target) = self
            .target(anchor, &[])
            .await
            .map_err(|error| away(&error))?;
        let Some(target) = target else {
            return Err(Outcome::refused(Denial::NotFound));
        };
        let refusal = target.refusal(&mut bound, &domain).await;
        match refusal.map_err(|error| away(&error))? {
            Some(refusal) => Err(Outcome::refused(refusal)),
            None => Ok(Begun {
                bound,
                domain,
                target,
            }),
        }
    }
}

impl Begun {
    async fn write(
        mut self,
        changes: Changes,
        controls: Vec<ldap3::controls::RawControl>,
        tried: Option<Tried<'_>>,
    ) -> Outcome {
        let dn = by_guid(self.target.guid);
        match self.bound.modify(&dn, changes, controls).await {
            Ok(answer) => self.settle(&answer, tried).await,
            Err(error) => lost(&error),
        }
    }

    /// What the answer to a modification means.
    async fn settle(mut self, answer: &Answer, tried: Option<Tried<'_>>) -> Outcome {
        match (answer.rc, tried) {
            (0, _) => Outcome::Done,
            // 19 for a change; for a reset 53 by Windows and 19 by Samba.
            (19 | 53, Some(tried)) if answer.is_code(POLICY) => {
                let found =
                    policy_refusal(&mut self.bound, &self.domain, &self.target, tried).await;
                let (refusal, policy) = found.unwrap_or((Denial::Policy, None));
                Outcome::Refused {
                    refusal,
                    code: Some(answer.digits()),
                    policy,
                }
            }
            _ if answer.is_code(WRONG) => coded(Denial::WrongPassword, answer),
            _ if answer.is_code(LOCKED) => coded(Denial::Locked, answer),
            (50, _) => coded(Denial::NoRight, answer),
            _ if answer.is_code(NO_ACCESS) => coded(Denial::NoRight, answer),
            (32, _) => coded(Denial::NotFound, answer),
            (19 | 53, Some(_)) => coded(Denial::Policy, answer),
            (10, _) => Outcome::Unreachable {
                message:
                    "the server takes no writes and refers to another, which is not followed: \
                          configure a domain controller that can be written to"
                        .to_owned(),
            },
            _ => Outcome::Unreachable {
                message: format!("the directory did nothing: {answer}"),
            },
        }
    }
}

async fn policy_refusal(
    bound: &mut Bound,
    domain: &Domain,
    target: &Target,
    tried: Tried<'_>,
) -> Result<(Denial, Option<keyward_wire::outcome::PasswordPolicy>)> {
    let now_read = bound.entry(&by_guid(target.guid), &[RESULTANT]).await?;
    let now_read = now_read.unwrap_or_default();
    let effective = policy::effective(bound, &domain.base, now_read.text(RESULTANT)).await?;
    let now = domain::clock(bound).await?;
    let age = now
        .zip(target.password_set_at())
        .map(|(now, set)| now - set);
    let attempt = Attempt {
        password: tried.password,
        account: target.entry.text("sAMAccountName"),
        display: target.entry.text("displayName"),
        age_s: age.and_then(|age| u64::try_from(age / 1_000_000).ok()),
        held: tried.held,
    };
    let refusal = policy::broken(effective.known(), attempt);
    Ok((refusal, effective.known().cloned()))
}

fn coded(refusal: Denial, answer: &Answer) -> Outcome {
    Outcome::Refused {
        refusal,
        code: Some(answer.digits()),
        policy: None,
    }
}

/// It was sent, and the answer was lost.
fn lost(error: &crate::directory::Error) -> Outcome {
    Outcome::Unknown {
        message: error.to_string(),
    }
}

fn replace(attribute: &str, value: Vec<u8>) -> Mod<Vec<u8>> {
    Mod::Replace(attribute.as_bytes().to_vec(), HashSet::from([value]))
}

/// Deleting the old value and adding the new one in one modification is a change ([MS-ADTS] 3.1.1.3.1.5.1).
fn swap(old: &str, new: &str) -> Changes {
    let attribute = b"unicodePwd".to_vec();
    let value = |password| HashSet::from([quoted(password).to_vec()]);
    vec![
        Mod::Delete(attribute.clone(), value(old)),
        Mod::Add(attribute, value(new)),
    ]
}

/// A password as `unicodePwd` takes it: in quotes, as UTF-16.
fn quoted(password: &str) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(password.len() * 2 + 4));
    let quote = "\"".encode_utf16();
    let units = quote.clone().chain(password.encode_utf16()).chain(quote);
    bytes.extend(units.flat_map(u16::to_le_bytes));
    bytes
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_password_is_quoted_in_utf_16() {
        assert_eq!(
            super::quoted("aä😀").as_slice(),
            [0x22, 0, 0x61, 0, 0xe4, 0, 0x3d, 0xd8, 0x00, 0xde, 0x22, 0]
        );
    }
}
