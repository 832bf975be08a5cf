//! Numbers for administrators, and the lists behind them.

use crate::error::Result;
use crate::licences::on_premises_in_effect;
use crate::{App, Principal};
use keyward_core::audit::Activity;
use keyward_core::ids::GroupId;
use keyward_core::method::MethodKind;
use keyward_core::policy::{Effective, Policy, in_scope};
use keyward_core::role::{Permission, Role, RoleSet};
use keyward_core::time::{Timestamp, days};
use keyward_store::Tx;
use keyward_store::report::{Facts, Home, Question, Reported, Ripe};
use keyward_store::user::After;
use std::collections::BTreeSet;

/// Which users a report lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Which {
    /// Everybody.
    #[default]
    All,
    /// Registered: what they have is enough.
    Registered,
    /// Not registered, though reset is switched on for them.
    Unregistered,
    /// Reset is switched on for them.
    Enabled,
    /// Both: they could reset right now.
    Capable,
}

/// The overview of the admin center.
#[derive(Debug, Clone)]
pub struct Overview {
    /// The organisation.
    pub organisation: String,
    /// The policy.
    pub policy: Policy,
    /// Users who are not deleted.
    pub users: i64,
    /// Reset is switched on for them.
    pub enabled: i64,
    /// What they have registered is enough.
    pub registered: i64,
    /// Both.
    pub capable: i64,
    /// Groups exist.
    pub has_groups: bool,
    /// Held since their owner said "It wasn't me".
    pub held: i64,
    /// Messages that could not be delivered and would still be of use.
    pub undelivered: i64,
    /// Mail is set up.
    pub mail: bool,
    /// Text messages are set up.
    pub sms: bool,
    /// Where the last seven days begin: with a day in UTC, so that the lists of the log show what is counted.
    pub since: Timestamp,
    /// Passwords reset since then.
    pub resets: i64,
    /// Resets begun since then by somebody who can't reset.
    pub unable: i64,
    /// Blocks since then after too many wrong answers.
    pub blocked: i64,
    /// Registrations since then.
    pub registrations: i64,
    /// Global Administrators who can sign in.
    pub global_administrators: usize,
}

/// The beginning of the day in UTC that an instant lies in.
fn midnight(at: Timestamp) -> Timestamp {
    let day = i64::try_from(days(1).as_micros()).unwrap_or(i64::MAX);
    Timestamp(at.0 - at.0.rem_euclid(day))
}

/// A policy that judges users by the facts that answer a question.
pub(crate) struct Judge<'a> {
    pub(crate) policy: &'a Policy,
    /// What was asked.
    pub(crate) question: &'a Question,
    /// Which of the times in the question is the policy's.
    pub(crate) time: usize,
}

/// Everything that has to be known of users to judge them by each of these policies, which come in the order of
/// [`Judge::time`].
pub(crate) fn question(policies: &[&Policy], now: Timestamp) -> Question {
    let admin: RoleSet = [Role::ReportsReader].into_iter().collect();
    let mut sets: Vec<BTreeSet<GroupId>> = Vec::new();
    for set in policies.iter().flat_map(|policy| policy.group_sets()) {
        if !sets.contains(&set) {
            sets.push(set);
        }
    }
    let ripe = policies.iter().map(|policy| Ripe {
        users: now - policy.quarantine.of(&RoleSet::default()),
        administrators: now - policy.quarantine.of(&admin),
    });
    Question {
        sets,
        ripe: ripe.collect(),
    }
}

impl Judge<'_> {
    fn roles(facts: &Facts) -> RoleSet {
        let role = facts.administrator.then_some(Role::ReportsReader);
        role.into_iter().collect()
    }

    fn is_in_any(&self, facts: &Facts, groups: &BTreeSet<GroupId>) -> bool {
        let asked = self.question.sets.iter().position(|set| set == groups);
        asked.is_some_and(|n| facts.within.get(n) == Some(&true))
    }

    /// The rules that apply to users with these facts.
    fn rules(&self, facts: &Facts) -> Effective {
        Effective::of(self.policy, &Self::roles(facts), &|groups| {
            self.is_in_any(facts, groups)
        })
    }

    /// What they have registered is enough.
    pub(crate) fn registered(&self, facts: &Facts) -> bool {
        self.rules(facts)
            .is_satisfied_by_kinds(facts.kinds.iter().copied())
    }

    /// Reset is switched on for them, they may sign in, and their password can be set from here: a protected account of
    /// a directory is never reset, and one in a directory that nobody writes back to can't be.
    pub(crate) fn enabled(&self, facts: &Facts) -> bool {
        let in_any = |groups: &BTreeSet<GroupId>| self.is_in_any(facts, groups);
        let reached = match facts.home {
            Home::Here => true,
            Home::Directory => self.policy.on_premises.writeback,
            Home::OutOfReach => false,
        };
        in_scope(self.policy, &Self::roles(facts), &in_any).is_ok()
            && reached
            && facts.enabled
            && !facts.held
    }

    /// Reset is switched on for them, and what applies to them leaves fewer channels than methods are asked for.
    pub(crate) fn stranded(&self, facts: &Facts) -> bool {
        self.enabled(facts) && !self.rules(facts).is_possible()
    }

    /// They could reset right now.
    pub(crate) fn capable(&self, facts: &Facts) -> bool {
        let waiting = facts.waiting.get(self.time);
        let waits = |kind: &MethodKind| waiting.is_some_and(|w| w.contains(kind));
        let there = facts.kinds.iter().copied().filter(|kind| !waits(kind));
        self.enabled(facts) && self.rules(facts).is_satisfied_by_kinds(there)
    }
}

/// The policy with the switches of On-premises integration as they are in effect.
pub(crate) async fn policy_in_effect(tx: &mut Tx) -> Result<Policy> {
    let policy = tx.policy().await?.policy;
    Ok(Policy {
        on_premises: on_premises_in_effect(tx).await?,
        ..policy
    })
}

impl Which {
    fn matches(self, judge: &Judge<'_>, facts: &Facts) -> bool {
        match self {
            Self::All => true,
            Self::Registered => judge.registered(facts),
            Self::Unregistered => judge.enabled(facts) && !judge.registered(facts),
            Self::Enabled => judge.enabled(facts),
            Self::Capable => judge.capable(facts),
        }
    }
}

/// A user in a registration report, judged.
#[derive(Debug, Clone)]
pub struct Judged {
    /// The user and the facts.
    pub user: Reported,
    /// Registered enough.
    pub registered: bool,
    /// Reset is switched on.
    pub enabled: bool,
}

/// How often something happened.
#[derive(Debug, Clone)]
pub struct Usage {
    /// What.
    pub activity: Activity,
    /// Successes in 1, 7 and 30 days.
    pub good: [i64; 3],
    /// Failures in 1, 7 and 30 days.
    pub bad: [i64; 3],
}

impl App {
    /// The overview. Every holder of a role may see it.
    pub async fn overview(&self, me: &Principal) -> Result<Overview> {
        me.full()?;
        if me.roles.is_empty() {
            return Err(keyward_core::refusal::Refusal::NotAllowed.into());
        }
        let mut tx = self.db.read(me.tenant()).await?;
        let policy = policy_in_effect(&mut tx).await?;
        let now = self.clock.now();
        let question = question(&[&policy], now);
        let judge = Judge {
            policy: &policy,
            question: &question,
            time: 0,
        };
        let classes = tx.classes(&question).await?;
        let count = |which: Which| -> i64 {
            classes
                .iter()
                .filter(|(f, _)| which.matches(&judge, f))
                .map(|(_, n)| n)
                .sum()
        };
        let since = midnight(now - days(7));
        Ok(Overview {
            organisation: self.organisation(&mut tx).await?,
            users: count(Which::All),
            enabled: count(Which::Enabled),
            registered: count(Which::Registered),
            capable: count(Which::Capable),
            has_groups: !tx.groups("", None, 1).await?.is_empty(),
            held: classes.iter().filter(|(f, _)| f.held).map(|(_, n)| n).sum(),
            undelivered: tx.count_dead_jobs(now).await?,
            mail: self.mailer.is_some(),
            sms: self.sms.is_some(),
            since,
            resets: tx.count_events(Activity::PasswordReset, since).await?.0,
            unable: tx
                .count_events(Activity::PasswordResetStarted, since)
                .await?
                .1,
            blocked: {
                let (good, bad) = tx.count_events(Activity::BlockedFromReset, since).await?;
                good + bad
            },
            registrations: tx.count_events(Activity::Registered, since).await?.0,
            global_administrators: tx
                .holders(Role::GlobalAdministrator)
                .await?
                .iter()
                .filter(|h| h.active)
                .count(),
            policy,
        })
    }

    /// How many users have registered each kind of method.
    pub async fn registered_by_method(&self, me: &Principal) -> Result<Vec<(MethodKind, i64)>> {
        me.needs(Permission::ReadReports)?;
        let mut tx = self.db.read(me.tenant()).await?;
        let classes = tx.classes(&Question::default()).await?;
        let count = |kind| {
            classes
                .iter()
                .filter(|(f, _)| f.kinds.contains(&kind))
                .map(|(_, n)| n)
                .sum()
        };
        Ok(MethodKind::ALL
            .into_iter()
            .map(|kind| (kind, count(kind)))
            .collect())
    }

    /// A page of users with what they registered.
    pub async fn registration_report(
        &self,
        me: &Principal,
        which: Which,
        after: Option<&After>,
        limit: i64,
    ) -> Result<Vec<Judged>> {
        me.needs(Permission::ReadReports)?;
        let mut tx = self.db.read(me.tenant()).await?;
        let policy = policy_in_effect(&mut tx).await?;
        let question = question(&[&policy], self.clock.now());
        let judge = Judge {
            policy: &policy,
            question: &question,
            time: 0,
        };
        let classes: Vec<Facts> = tx
            .classes(&question)
            .await?
            .into_iter()
            .map(|(f, _)| f)
            .filter(|f| which.matches(&judge, f))
            .collect();
        let users = tx
            .users_of_classes(&question, &classes, after, limit)
            .await?;
        Ok(users
            .into_iter()
            .map(|user| Judged {
                registered: judge.registered(&user.facts),
                enabled: judge.enabled(&user.facts),
                user,
            })
            .collect())
    }

    /// How often people reset, changed, unlocked and registered.
    pub async fn usage(&self, me: &Principal) -> Result<Vec<Usage>> {
        me.needs(Permission::ReadReports)?;
        let mut tx = self.db.read(me.tenant()).await?;
        let now = self.clock.now();
        let mut all = Vec::new();
        for activity in [
            Activity::PasswordReset,
            Activity::PasswordResetByAdmin,
            Activity::PasswordChanged,
            Activity::AccountUnlocked,
            Activity::Registered,
            Activity::BlockedFromReset,
        ] {
            let (mut good, mut bad) = ([0; 3], [0; 3]);
            for (i, span) in [1, 7, 30].into_iter().enumerate() {
                (good[i], bad[i]) = tx.count_events(activity, now - days(span)).await?;
            }
            all.push(Usage {
                activity,
                good,
                bad,
            });
        }
        Ok(all)
    }
}
