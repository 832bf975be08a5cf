//! Whether a password is a user's.

use super::ActiveDirectory;
use super::names::by_guid;
use crate::directory::connection::Answer;
use crate::directory::{Error, Result};
use keyward_wire::outcome::{Denial, Outcome};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use uuid::Uuid;

impl ActiveDirectory {
    /// A bind as the user, by GUID: a name could be somebody else's by now.
    pub(super) async fn verify_password(&self, anchor: Option<Uuid>, password: &str) -> Outcome {
        let begun = Instant::now();
        let place = match anchor {
            Some(anchor) => self.place(anchor).await,
            None => nobody(),
        };
        let result = match place {
            Ok(place) => self.visitors.bind(&by_guid(place), password).await,
            Err(error) => Err(error),
        };
        match result {
            Err(error) => away(&error),
            Ok((answer, _)) => {
                if anchor.is_some() {
                    self.pace.note(begun.elapsed());
                } else if let Some(usual) = self.pace.usual() {
                    // The directory is quicker where there is no hash to compare with.
                    tokio::time::sleep(usual.saturating_sub(begun.elapsed())).await;
                }
                told(&answer)
            }
        }
    }
}

impl ActiveDirectory {
    /// Where somebody is found. One whom nobody has is looked for again each time: there may be one tomorrow.
    async fn place(&self, anchor: Uuid) -> Result<Uuid> {
        if let Some(known) = self.anchors.remembered(anchor) {
            return Ok(known);
        }
        let (mut bound, domain) = self.service().await?;
        let found = self
            .anchors
            .locate(&mut bound, &domain.base, anchor)
            .await?;
        match found {
            Some(guid) => {
                self.anchors.remember(anchor, guid);
                Ok(guid)
            }
            None => nobody(),
        }
    }
}

/// An anchor that is nobody's.
fn nobody() -> Result<Uuid> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| Error::Answer(error.to_string()))?;
    Ok(uuid::Builder::from_random_bytes(bytes).into_uuid())
}

/// What a bind's answer means.
pub(super) fn told(answer: &Answer) -> Outcome {
    let refusal = match (answer.rc, answer.data.as_deref()) {
        (0, _) => return Outcome::Done,
        (49, Some("773")) => Denial::MustChange,
        (49, Some("532")) => Denial::Expired,
        (49, Some("533")) => Denial::Disabled,
        (49, Some("701")) => Denial::AccountExpired,
        (49, Some("530")) => Denial::LogonHours,
        (49, Some("531")) => Denial::Workstation,
        (49, Some("775")) => Denial::Locked,
        // 52e, and 525 for a name that doesn't exist; 52f for an account that may not sign in so.
        (49 | 32 | 34, _) => Denial::WrongPassword,
        _ => {
            return Outcome::Unreachable {
                message: format!("the sign-in was not answered: {answer}"),
            };
        }
    };
    Outcome::Refused {
        refusal,
        code: Some(answer.digits()),
        policy: None,
    }
}

/// Nothing was begun.
pub(super) fn away(error: &Error) -> Outcome {
    Outcome::Unreachable {
        message: error.to_string(),
    }
}

/// How long the directory takes for users' binds, so that nobody's takes as long.
#[derive(Debug, Default)]
pub(super) struct Pace(Mutex<(Vec<Duration>, usize)>);

const KEPT: usize = 32;

impl Pace {
    fn note(&self, took: Duration) {
        let mut pace = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (recent, next) = &mut *pace;
        if recent.len() < KEPT {
            recent.push(took);
        } else {
            recent[*next % KEPT] = took;
        }
        *next = next.wrapping_add(1);
    }

    /// One of the last times, as they came: a middle value would be a mark of its own.
    fn usual(&self) -> Option<Duration> {
        let mut random = [0; 1];
        getrandom::fill(&mut random).ok()?;
        let pace = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let recent = &pace.0;
        recent
            .get(usize::from(random[0]) % recent.len().max(1))
            .copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(data: &str) -> Denial {
        let text = format!("80090308: LdapErr: DSID-0C0903A9, comment: x, data {data}, v1db1");
        match told(&Answer::parse(49, &text)) {
            Outcome::Refused { refusal, code, .. } => {
                assert_eq!(code.as_deref(), Some(data));
                refusal
            }
            other => panic!("{other:?}"),
        }
    }

    // case: AD-11
    #[test]
    fn each_code_of_a_bind_has_its_meaning() {
        for (data, meaning) in [
            ("52e", Denial::WrongPassword),
            ("525", Denial::WrongPassword),
            ("530", Denial::LogonHours),
            ("531", Denial::Workstation),
            ("532", Denial::Expired),
            ("533", Denial::Disabled),
            ("701", Denial::AccountExpired),
            ("773", Denial::MustChange),
            ("775", Denial::Locked),
        ] {
            assert_eq!(refusal(data), meaning, "{data}");
        }
        assert_eq!(told(&Answer::parse(0, "")), Outcome::Done);
        for rc in [1, 8, 10, 51, 52, 53] {
            let outcome = told(&Answer::parse(rc, ""));
            assert!(matches!(outcome, Outcome::Unreachable { .. }), "{rc}");
        }
    }

    #[test]
    fn nobodys_bind_takes_as_long_as_somebodys_did() {
        let pace = Pace::default();
        assert_eq!(pace.usual(), None);
        for _ in 0..100 {
            pace.note(Duration::from_millis(12));
        }
        assert_eq!(pace.usual(), Some(Duration::from_millis(12)));
    }
}
