//! Passwords that live in a directory: which do, what is known of their account there, and checking one.
//!
//! A name that nobody has, under a domain whose users live in a directory, takes the same road: an agent is asked
//! about nobody's password, with the same rules, in the same time.

use crate::device::Place;
use crate::error::Result;
use crate::keys::Purpose;
use crate::operations::{Request, Wanted};
use crate::writeback::ending_of;
use crate::{App, Ctx};
use keyward_core::ids::DirectoryId;
use keyward_core::password::{LengthRule, Prepared};
use keyward_core::refusal::Refusal;
use keyward_core::reserve::Reserve;
use keyward_core::secret::Secret;
use keyward_core::signin::{Passed, passed};
use keyward_core::throttle::LONGEST;
use keyward_core::time::{Timestamp, minutes};
use keyward_core::user::User;
use keyward_core::writeback::{Denial, Denied, Ending, Rules};
use keyward_store::Tx;
use keyward_store::counter::Bucket;
use keyward_store::sync::DirectoryUser;
use std::time::Duration;
use uuid::Uuid;

/// The lockout that is assumed where no agent has told of one yet: better asked too seldom than locked.
const ASSUMED: Reserve = Reserve {
    threshold: 5,
    window: minutes(30),
};

/// Where a password lives that doesn't live here.
#[derive(Debug, Clone)]
pub struct Home {
    /// The directory.
    pub directory: DirectoryId,
    /// What is known of the account; nothing of a name that nobody has.
    pub account: Option<DirectoryUser>,
    /// The policy that applies to it.
    pub rules: Rules,
    known_rules: bool,
}

impl Home {
    pub(crate) fn anchor(&self) -> Option<Uuid> {
        self.account.as_ref().map(|a| a.anchor)
    }

    /// Never reset from here.
    #[must_use]
    pub fn is_protected(&self) -> bool {
        self.account.as_ref().is_some_and(|a| a.protected)
    }

    /// How long a new password must and may be: by our rule and the directory's.
    #[must_use]
    pub fn length(&self, ours: LengthRule) -> LengthRule {
        LengthRule {
            min: ours.min.max(self.rules.min_length as usize),
            ..ours
        }
    }

    fn reserve(&self) -> Reserve {
        if !self.known_rules {
            return ASSUMED;
        }
        Reserve {
            threshold: self.rules.lockout_threshold,
            // Counters that nobody touches for longer are swept.
            window: Duration::from_secs(self.rules.lockout_window_s).min(LONGEST),
        }
    }
}

/// A directory that was asked about a password.
pub(crate) struct Asked {
    /// What its answer leads to.
    pub passed: Passed,
    /// Its answer, for the log.
    pub denied: Option<Denied>,
    /// It certainly never saw the password.
    pub never: bool,
}

impl App {
    /// Where the password of this user lives, or, for nobody, where it would by the name; none: here.
    pub(crate) async fn home(
        &self,
        tx: &mut Tx,
        user: Option<&User>,
        name_key: &str,
    ) -> Result<Option<Home>> {
        let directory = match user {
            Some(user) => user.directory,
            None => match name_key.split_once('@') {
                Some((_, domain)) => self.directory_of_domain(tx, domain).await?,
                None => None,
            },
        };
        let Some(directory) = directory else {
            return Ok(None);
        };
        let account = match user {
            Some(user) => tx.directory_user(user.id).await?,
            None => None,
        };
        let policies = tx.directory_policies(directory).await?;
        let name = account.as_ref().and_then(|a| a.policy.as_deref());
        let named = policies.iter().position(|p| p.name.as_deref() == name);
        let at = match &account {
            Some(_) => named.unwrap_or_default(),
            None => self.policy_of_nobody(tx, name_key, policies.len()),
        };
        Ok(Some(Home {
            directory,
            account,
            known_rules: !policies.is_empty(),
            rules: policies.get(at).map(rules_of).unwrap_or_default(),
        }))
    }

    /// Which of a directory's policies stands for that of a name that nobody has. Always the same one for a name, and
    /// now and then a fine-grained one: else whoever counts until a name is locked would know that it has an account.
    fn policy_of_nobody(&self, tx: &Tx, name_key: &str, policies: usize) -> usize {
        let parts = [name_key.as_bytes(), b"directory policy"];
        let digest = self.keys.mac(Purpose::Decoy, tx.tenant(), &parts);
        if policies < 2 || digest[0] >= 32 {
            return 0;
        }
        1 + usize::from(digest[1]) % (policies - 1)
    }

    fn reserve_bucket(&self, tx: &Tx, name_key: &str) -> Bucket {
        let parts = [b"directory".as_slice(), name_key.as_bytes()];
        self.keys.mac(Purpose::Counter, tx.tenant(), &parts)
    }

    /// Takes one of the wrong passwords that the service may spend at this account, before it asks; refused when
    /// none is left. Take the lockout's lock first.
    pub(crate) async fn take_try(
        &self,
        tx: &mut Tx,
        home: &Home,
        name_key: &str,
        place: Place,
        now: Timestamp,
    ) -> Result<()> {
        let bucket = self.reserve_bucket(tx, name_key);
        let spent = tx.lock_counter(&bucket, now).await?;
        let taken = home.reserve().take(spent, place.is_familiar(), now);
        let (spent, verdict) = taken;
        tx.save_counter(&bucket, &spent).await?;
        Ok(verdict.map_err(Refusal::LockedOut)?)
    }

    /// Gives back a try that the directory never saw, or that was right.
    pub(crate) async fn give_back_try(
        &self,
        tx: &mut Tx,
        name_key: &str,
        taken: Timestamp,
    ) -> Result<()> {
        let bucket = self.reserve_bucket(tx, name_key);
        let spent = tx.lock_counter(&bucket, taken).await?;
        tx.save_counter(&bucket, &Reserve::give_back(spent, taken))
            .await?;
        Ok(())
    }

    /// The directory has forgotten its wrong passwords: a right one, a new one, or an unlock came.
    pub(crate) async fn forget_tries(&self, tx: &mut Tx, name_key: &str) -> Result<()> {
        let bucket = self.reserve_bucket(tx, name_key);
        Ok(tx.clear_counter(&bucket).await?)
    }

    /// Asks the directory about a password. The caller has counted the failure in `tx`, which is committed here.
    ///
    /// Text that no password can be is refused unasked, for every name alike: an empty one above all, which a
    /// directory would take for a sign-in of nobody (RFC 4513 section 5.1.2, S71).
    pub(crate) async fn ask_about(
        &self,
        mut tx: Tx,
        ctx: &Ctx,
        home: &Home,
        password: &Secret,
    ) -> Result<Asked> {
        let tenant = tx.tenant();
        if password.is_empty() || Prepared::new(password).is_err() {
            tx.commit().await?;
            return Ok(Asked {
                passed: Passed::Wrong(Denial::WrongPassword),
                denied: None,
                never: true,
            });
        }
        let task = Wanted::Verify {
            anchor: home.anchor(),
            password,
        };
        let request = Request {
            directory: home.directory,
            task,
        };
        let operation = self.ask_directory(&mut tx, ctx, request).await?;
        self.commit(tx).await?;
        let patience = self.settings.directory_patience;
        let outcome = self.wait_for(tenant, operation, patience).await?;
        // No answer in time: it may have been asked, so the try stays spent.
        let ending = outcome.map_or(Ending::Unknown, |outcome| ending_of(&outcome, None));
        let denied = match &ending {
            Ending::Denied(denied) => Some(denied.clone()),
            _ => None,
        };
        let passed = passed(&ending);
        Ok(Asked {
            never: passed == Passed::Unasked && ending != Ending::Unknown,
            passed,
            denied,
        })
    }
}

fn rules_of(policy: &keyward_store::sync::Policy) -> Rules {
    let small = |n: i64| u32::try_from(n).unwrap_or(0);
    let long = |n: i64| u64::try_from(n).unwrap_or(0);
    Rules {
        name: policy.name.clone(),
        min_length: small(policy.min_length),
        complexity: policy.complexity,
        history: small(policy.history),
        min_age_s: long(policy.min_age_s),
        lockout_threshold: small(policy.lockout_threshold),
        lockout_window_s: long(policy.lockout_window_s),
    }
}
