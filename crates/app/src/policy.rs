//! The password reset policy: reading it, seeing what a change would do, and changing it.

use crate::attempt::{Attempt, On};
use crate::audit::Draft;
use crate::error::Result;
use crate::licences::holds_writeback_plan;
use crate::password::Terms;
use crate::reports::{Judge, policy_in_effect, question};
use crate::{App, Ctx, Principal, by_group};
use keyward_core::audit::Activity;
use keyward_core::hand_over;
use keyward_core::ids::GroupId;
use keyward_core::licence::Holding;
use keyward_core::pass::PassRules;
use keyward_core::password::banned::Verdict;
use keyward_core::password::rules::{PasswordRules, RuleFault};
use keyward_core::password::{Fault, Prepared};
use keyward_core::policy::{
    BannedWords, Helpdesk, ListFault, MAX_RECONFIRM_DAYS, OnPremises, Policy, Scope,
};
use keyward_core::refusal::Refusal;
use keyward_core::role::Permission;
use keyward_core::secret::Secret;
use keyward_core::text::MailAddress;
use keyward_store::Tx;
use keyward_store::report::{Facts, Question, Reported};
use keyward_store::tenant::StoredPolicy;
use keyward_store::user::After;
use std::collections::BTreeSet;

/// How a password was judged that nobody has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// By words and names.
    pub words: Verdict,
    /// By everything.
    pub faults: Vec<Fault>,
    /// What was asked for.
    pub terms: Terms,
}

/// What the page Password protection sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Protection {
    /// The organisation's banned words.
    pub words: BannedWords,
    /// Length and the like.
    pub rules: PasswordRules,
    /// Days after which a password has to be changed; 0 is never.
    pub max_age_days: u16,
}

impl Protection {
    /// As the policy stands.
    #[must_use]
    pub fn of(policy: &Policy) -> Self {
        Self {
            words: policy.banned_words.clone(),
            rules: policy.password_rules,
            max_age_days: policy.password_max_age_days,
        }
    }
}

/// What a change of the policy would do.
#[derive(Debug, Clone)]
pub struct Impact {
    /// Users for whom reset is switched on today.
    pub enabled_before: i64,
    /// Users for whom it would be.
    pub enabled_after: i64,
    /// Users who can reset today and no longer could.
    pub losing: i64,
    /// Users who can't reset today and then could.
    pub gaining: i64,
    /// Users for whom it would be on, but who have registered too little.
    pub unregistered: i64,
    /// Users for whom it would be on, and who could never register enough: what applies to them leaves too few methods.
    pub stranded: i64,
}

impl App {
    /// The policy as it stands.
    pub async fn policy(&self, me: &Principal) -> Result<StoredPolicy> {
        me.needs(Permission::ReadPolicy)?;
        Ok(self.db.read(me.tenant()).await?.policy().await?)
    }

    /// What the policy would do, if it were changed so. Nothing is written for it, so that nobody's sign-in waits.
    pub async fn preview_policy(&self, me: &Principal, new: &Policy) -> Result<Impact> {
        me.needs(Permission::ReadPolicy)?;
        let mut tx = self.db.read(me.tenant()).await?;
        check(new)?;
        groups_exist(&mut tx, new).await?;
        let old = policy_in_effect(&mut tx).await?;
        let new = &beside(new, &old);
        let question = question(&[&old, new], self.clock.now());
        let (before, after) = judges(&question, &old, new);
        let users = tx.classes(&question).await?;
        let count = |judge: &dyn Fn(&Facts) -> bool| -> i64 {
            users.iter().filter(|(f, _)| judge(f)).map(|(_, n)| n).sum()
        };
        Ok(Impact {
            enabled_before: count(&|f| before.enabled(f)),
            enabled_after: count(&|f| after.enabled(f)),
            losing: count(&|f| before.capable(f) && !after.capable(f)),
            gaining: count(&|f| !before.capable(f) && after.capable(f)),
            unregistered: count(&|f| after.enabled(f) && !after.registered(f)),
            stranded: count(&|f| after.stranded(f)),
        })
    }

    /// A page, by name, of the users behind [`Impact::losing`], at most `limit`.
    pub async fn preview_losing(
        &self,
        me: &Principal,
        new: &Policy,
        after: Option<&After>,
        limit: i64,
    ) -> Result<Vec<Reported>> {
        me.needs(Permission::ReadPolicy)?;
        me.needs(Permission::ReadUsers)?;
        let mut tx = self.db.read(me.tenant()).await?;
        check(new)?;
        groups_exist(&mut tx, new).await?;
        let old = policy_in_effect(&mut tx).await?;
        let new = &beside(new, &old);
        let question = question(&[&old, new], self.clock.now());
        let (today, then) = judges(&question, &old, new);
        let mut losing = tx.classes(&question).await?;
        losing.retain(|(f, _)| today.capable(f) && !then.capable(f));
        let losing: Vec<Facts> = losing.into_iter().map(|(f, _)| f).collect();
        if losing.is_empty() {
            return Ok(Vec::new());
        }
        Ok(tx
            .users_of_classes(&question, &losing, after, limit)
            .await?)
    }

    /// Whether writeback is among what the organisation holds, for the page with its switch.
    pub async fn writeback_plan(&self, me: &Principal) -> Result<Holding> {
        me.needs(Permission::ReadPolicy)?;
        holds_writeback_plan(&mut self.db.read(me.tenant()).await?).await
    }

    /// Sets the switches of On-premises integration, if the policy is still the one that was read; whether that changes
    /// anything. Writeback can't be asked for without a subscription that has it, also where the policy has it ticked
    /// from before: nobody shall believe that it works.
    pub async fn set_on_premises(
        &self,
        ctx: &Ctx,
        me: &Principal,
        read: i64,
        switches: OnPremises,
    ) -> Result<bool> {
        let attempt = Attempt::new(ctx, me, Activity::PolicyChanged, On::Thing("policy"));
        let new = self.attempt(attempt, async {
            me.needs(Permission::WritePolicy)?;
            let mut tx = self.db.read(me.tenant()).await?;
            if switches.writeback {
                plan_is_held(&mut tx).await?;
            }
            let old = tx.policy().await?.policy;
            Ok((old.on_premises != switches).then_some(Policy {
                on_premises: switches,
                ..old
            }))
        });
        match new.await? {
            Some(new) => self.change_policy(ctx, me, read, &new).await.map(|()| true),
            None => Ok(false),
        }
    }

    /// Sets what new passwords must be, if the policy is still the one that was read; whether that changes anything.
    pub async fn set_protection(
        &self,
        ctx: &Ctx,
        me: &Principal,
        read: i64,
        wanted: Protection,
    ) -> Result<bool> {
        let old = self.policy(me).await?.policy;
        let changes = Protection::of(&old) != wanted;
        let new = Policy {
            banned_words: wanted.words,
            password_rules: wanted.rules,
            password_max_age_days: wanted.max_age_days,
            ..old
        };
        // Who may, and whether it is still what was read, is asked in any case.
        self.change_policy(ctx, me, read, &new)
            .await
            .map(|()| changes)
    }

    /// Sets how people are helped in person, if the policy is still the one that was read; whether that changes
    /// anything.
    pub async fn set_in_person(
        &self,
        ctx: &Ctx,
        me: &Principal,
        read: i64,
        hand_over_minutes: u16,
        pass: PassRules,
    ) -> Result<bool> {
        let old = self.policy(me).await?.policy;
        let changes = old.hand_over_minutes != hand_over_minutes || old.pass != pass;
        let new = Policy {
            hand_over_minutes,
            pass,
            ..old
        };
        self.change_policy(ctx, me, read, &new)
            .await
            .map(|()| changes)
    }

    /// How a password would be judged in this organisation, for nobody in particular; what was typed is kept nowhere.
    pub async fn test_password(&self, me: &Principal, typed: &Secret) -> Result<Trial> {
        me.needs(Permission::ReadPolicy)?;
        Prepared::new(typed).map_err(|fault| Refusal::Password(vec![fault]))?;
        let demands = self.demands(&mut self.db.read(me.tenant()).await?).await?;
        Ok(self.try_password(&demands, typed))
    }

    /// Changes the policy, if it is still the one that was read.
    pub async fn change_policy(
        &self,
        ctx: &Ctx,
        me: &Principal,
        read: i64,
        new: &Policy,
    ) -> Result<()> {
        let attempt = Attempt::new(ctx, me, Activity::PolicyChanged, On::Thing("policy"));
        self.attempt(attempt, async {
            me.needs(Permission::WritePolicy)?;
            check(new)?;
            let mut tx = self.db.write(me.tenant()).await?;
            let old = tx.policy().await?;
            if old.version != read {
                return Err(Refusal::ChangedMeanwhile.into());
            }
            if old.policy == *new {
                return Ok(());
            }
            groups_exist(&mut tx, new).await?;
            if new.on_premises.writeback && !old.policy.on_premises.writeback {
                plan_is_held(&mut tx).await?;
            }
            let by = me.user.upn.as_str();
            if !tx.set_policy(new, old.version, ctx.now, by).await? {
                return Err(Refusal::ChangedMeanwhile.into());
            }
            let keep = new.password_rules.history;
            if keep < old.policy.password_rules.history {
                tx.shorten_histories(keep).await?;
            }
            let tenant = self.organisation(&mut tx).await?;
            let draft = Draft::new(ctx, Activity::PolicyChanged, me.actor());
            let draft = draft.on("policy", Some(me.tenant().0), &tenant);
            let draft = changes(&mut tx, draft, &old.policy, new).await?;
            let draft = by_group::changes(&mut tx, draft, &old.policy, new).await?;
            self.record(&mut tx, draft).await?;
            tx.commit().await?;
            Ok(())
        })
        .await
    }
}

/// Refuses writeback to an organisation without a subscription that has it.
async fn plan_is_held(tx: &mut Tx) -> Result<()> {
    match holds_writeback_plan(tx).await? {
        Holding::Held => Ok(()),
        Holding::Missing(skus) => Err(Refusal::NoWritebackPlan(skus).into()),
    }
}

/// The policy as it is and as it would be, with the facts that both need.
fn judges<'a>(question: &'a Question, old: &'a Policy, new: &'a Policy) -> (Judge<'a>, Judge<'a>) {
    let judge = |policy, time| Judge {
        policy,
        question,
        time,
    };
    (judge(old, 0), judge(new, 1))
}

/// A policy as it would be beside what has a page of its own: the switches of On-premises integration, and Password
/// protection.
fn beside(new: &Policy, old: &Policy) -> Policy {
    Policy {
        on_premises: old.on_premises,
        banned_words: old.banned_words.clone(),
        password_rules: old.password_rules,
        password_max_age_days: old.password_max_age_days,
        hand_over_minutes: old.hand_over_minutes,
        pass: old.pass,
        ..new.clone()
    }
}

/// The groups that a policy switches reset on for.
fn selected(policy: &Policy) -> &BTreeSet<GroupId> {
    static NONE: BTreeSet<GroupId> = BTreeSet::new();
    match &policy.scope {
        Scope::Selected(groups) => groups,
        Scope::None | Scope::All => &NONE,
    }
}

async fn groups_exist(tx: &mut Tx, policy: &Policy) -> Result<()> {
    for group in selected(policy).union(&policy.rule_groups()) {
        tx.group(*group)
            .await?
            .ok_or(Refusal::field("groups", "group-unknown"))?;
    }
    Ok(())
}

/// Refuses a policy that nobody could satisfy or that isn't well formed.
fn check(policy: &Policy) -> Result<(), Refusal> {
    if matches!(&policy.scope, Scope::Selected(groups) if groups.is_empty()) {
        return Err(Refusal::field("groups", "groups-empty"));
    }
    if !policy.is_satisfiable() {
        return Err(Refusal::PolicyUnsatisfiable);
    }
    by_group::check(policy)?;
    if !policy.quarantine.is_sound() {
        return Err(Refusal::field("quarantine", "quarantine-range"));
    }
    if policy.reconfirm_days > MAX_RECONFIRM_DAYS {
        return Err(Refusal::field("reconfirm_days", "days-range"));
    }
    if policy.password_max_age_days > MAX_RECONFIRM_DAYS {
        return Err(Refusal::field("max_age_days", "days-range"));
    }
    if !hand_over::MINUTES.contains(&policy.hand_over_minutes) {
        return Err(Refusal::field("hand_over_minutes", "hand-over-range"));
    }
    policy.pass.check()?;
    match policy.password_rules.fault() {
        Some(RuleFault::Length) => return Err(Refusal::field("min_length", "min-length-range")),
        Some(RuleFault::Kinds) => return Err(Refusal::field("kinds", "kinds-range")),
        Some(RuleFault::History) => return Err(Refusal::field("history", "history-range")),
        None => {}
    }
    match policy.banned_words.fault() {
        Some(ListFault::TooMany) => return Err(Refusal::field("words", "words-many")),
        Some(ListFault::Length) => return Err(Refusal::field("words", "words-length")),
        None => {}
    }
    match &policy.helpdesk {
        Some(Helpdesk::Url(url)) => {
            let rest = url.strip_prefix("https://").unwrap_or_default();
            let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
            let plain = url.len() <= 500
                && url
                    .bytes()
                    .all(|b| b.is_ascii_graphic() && !b"\"'<>\\`".contains(&b));
            let named =
                keyward_core::text::DomainName::parse(host.split(':').next().unwrap_or_default())
                    .is_ok();
            if !plain || !named || host.contains('@') {
                return Err(Refusal::field("helpdesk", "helpdesk-malformed"));
            }
        }
        Some(Helpdesk::Mail(mail)) if MailAddress::parse(mail).is_err() => {
            return Err(Refusal::field("helpdesk", "helpdesk-malformed"));
        }
        _ => {}
    }
    Ok(())
}

/// Old and new value of each setting that changed, under the names of the reference system (entra-sspr 4.6).
#[expect(clippy::too_many_lines, reason = "one entry for each setting")]
async fn changes(tx: &mut Tx, draft: Draft, old: &Policy, new: &Policy) -> Result<Draft> {
    let (old_scope, new_scope) = (
        scope_text(tx, &old.scope).await?,
        scope_text(tx, &new.scope).await?,
    );
    let methods = |p: &Policy| {
        p.kinds()
            .iter()
            .map(|k| k.code())
            .collect::<Vec<_>>()
            .join(", ")
    };
    let helpdesk = |p: &Policy| match &p.helpdesk {
        Some(Helpdesk::Url(text) | Helpdesk::Mail(text)) => Some(text.clone()),
        None => None,
    };
    let yes = |b: bool| Some(b.to_string());
    let (rules, before) = (new.password_rules, old.password_rules);
    Ok(draft
        .change("enabledFor", Some(old_scope), Some(new_scope))
        .change(
            "numberOfAuthenticationMethodsRequired",
            Some(old.gates.count().to_string()),
            Some(new.gates.count().to_string()),
        )
        .change("methods", Some(methods(old)), Some(methods(new)))
        .change(
            "mobilePhoneBy",
            Some(old.mobile_by.code().to_owned()),
            Some(new.mobile_by.code().to_owned()),
        )
        .change(
            "emailAloneDespiteStrongMethod",
            yes(old.mail_alone),
            yes(new.mail_alone),
        )
        .change(
            "newMethodQuarantineInHours",
            Some(old.quarantine.hours.to_string()),
            Some(new.quarantine.hours.to_string()),
        )
        .change(
            "newMethodQuarantineOfAdministratorsInHours",
            Some(old.quarantine.administrator_hours.to_string()),
            Some(new.quarantine.administrator_hours.to_string()),
        )
        .change(
            "registrationRequiredOnSignIn",
            yes(old.registration_required),
            yes(new.registration_required),
        )
        .change(
            "registrationReconfirmIntervalInDays",
            Some(old.reconfirm_days.to_string()),
            Some(new.reconfirm_days.to_string()),
        )
        .change(
            "notifyUsersOnPasswordReset",
            yes(old.notify_users),
            yes(new.notify_users),
        )
        .change(
            "notifyOnAdminPasswordReset",
            yes(old.notify_admins),
            yes(new.notify_admins),
        )
        .change("customHelpdeskEmailOrUrl", helpdesk(old), helpdesk(new))
        .change(
            "unlockWithoutReset",
            yes(old.unlock_without_reset),
            yes(new.unlock_without_reset),
        )
        .change(
            "passwordWriteBackSupported",
            yes(old.on_premises.writeback),
            yes(new.on_premises.writeback),
        )
        .change(
            "accountUnlockEnabled",
            yes(old.on_premises.unlock_without_reset),
            yes(new.on_premises.unlock_without_reset),
        )
        .change(
            "EnableBannedPasswordCheck",
            yes(old.banned_words.enforced),
            yes(new.banned_words.enforced),
        )
        .change(
            "BannedPasswordList",
            gone_words(old, new),
            gone_words(new, old),
        )
        .change(
            "passwordMinimumLength",
            Some(before.min_length.to_string()),
            Some(rules.min_length.to_string()),
        )
        .change(
            "passwordCharacterKinds",
            Some(before.kinds.to_string()),
            Some(rules.kinds.to_string()),
        )
        .change(
            "passwordHistoryCount",
            Some(before.history.to_string()),
            Some(rules.history.to_string()),
        )
        .change(
            "passwordValidityPeriodInDays",
            Some(old.password_max_age_days.to_string()),
            Some(new.password_max_age_days.to_string()),
        )
        .change(
            "handOverLinkMinutes",
            Some(old.hand_over_minutes.to_string()),
            Some(new.hand_over_minutes.to_string()),
        )
        .change(
            "temporaryAccessPassEnabled",
            yes(old.pass.enabled),
            yes(new.pass.enabled),
        )
        .change(
            "minimumLifetimeInMinutes",
            Some(old.pass.min_minutes.to_string()),
            Some(new.pass.min_minutes.to_string()),
        )
        .change(
            "maximumLifetimeInMinutes",
            Some(old.pass.max_minutes.to_string()),
            Some(new.pass.max_minutes.to_string()),
        )
        .change(
            "defaultLifetimeInMinutes",
            Some(old.pass.default_minutes.to_string()),
            Some(new.pass.default_minutes.to_string()),
        )
        .change(
            "defaultLength",
            Some(old.pass.length.to_string()),
            Some(new.pass.length.to_string()),
        )
        .change("isUsableOnce", yes(old.pass.once), yes(new.pass.once)))
}

/// The words that one policy bans and another doesn't, the first few of them.
fn gone_words(of: &Policy, other: &Policy) -> Option<String> {
    const SHOWN: usize = 50;
    let kept: BTreeSet<&String> = other.banned_words.words.iter().collect();
    let words = of
        .banned_words
        .words
        .iter()
        .filter(|word| !kept.contains(word));
    let words: Vec<&str> = words.map(String::as_str).collect();
    let mut text = words[..words.len().min(SHOWN)].join(", ");
    if words.len() > SHOWN {
        text.push_str(&format!(", +{}", words.len() - SHOWN));
    }
    (!text.is_empty()).then_some(text)
}

async fn scope_text(tx: &mut Tx, scope: &Scope) -> Result<String> {
    Ok(match scope {
        Scope::None => "None".into(),
        Scope::All => "All".into(),
        Scope::Selected(groups) => {
            let mut names = Vec::new();
            for group in groups {
                names.push(
                    tx.group(*group)
                        .await?
                        .map_or_else(|| group.to_string(), |g| g.name),
                );
            }
            format!("Selected: {}", names.join(", "))
        }
    })
}
