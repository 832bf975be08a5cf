//! Who may reset a password, with which methods, and how many of them.
//!
//! [`Policy`] is what an administrator sets for the tenant. What counts in a flow is never that, but the
//! [`Standing`] of one user, worked out fresh from the database at every decision (ST-14).

use crate::by_group::{GroupPolicy, Reaches};
use crate::ids::GroupId;
use crate::method::{Channel, Method, MethodKind};
use crate::mobile::MobileBy;
use crate::password::banned::{LENGTHS, MOST_TERMS, Terms};
use crate::password::rules::PasswordRules;
use crate::quarantine::Quarantine;
use crate::role::RoleSet;
use crate::time::{Timestamp, hours};
use crate::user::User;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::time::Duration;

/// Whether one user is in one of these groups, over any number of levels.
pub type InAny<'a> = &'a dyn Fn(&BTreeSet<GroupId>) -> bool;

/// For whom reset is switched on. Never for a single account: a group with one member is the way to try it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "enabled_for", content = "groups", rename_all = "snake_case")]
pub enum Scope {
    /// Nobody, administrators included.
    None,
    /// The members of these groups, nested ones included.
    Selected(BTreeSet<GroupId>),
    /// Everybody in the tenant.
    All,
}

/// How many methods a reset needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub enum Gates {
    /// One proof.
    One,
    /// Two proofs through two channels.
    Two,
}

impl Gates {
    /// As a number.
    #[must_use]
    pub fn count(self) -> usize {
        match self {
            Self::One => 1,
            Self::Two => 2,
        }
    }
}

impl TryFrom<u8> for Gates {
    type Error = &'static str;
    fn try_from(n: u8) -> Result<Self, Self::Error> {
        match n {
            1 => Ok(Self::One),
            2 => Ok(Self::Two),
            _ => Err("the number of methods is 1 or 2"),
        }
    }
}

impl From<Gates> for u8 {
    fn from(gates: Gates) -> Self {
        gates.count() as Self
    }
}

/// Where people who can't go on are sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Helpdesk {
    /// A page of the organisation, `https` only.
    Url(String),
    /// A mailbox.
    Mail(String),
}

/// The password reset policy of a tenant, one field for each setting of the admin center.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one switch of the admin center, stored under its name"
)]
pub struct Policy {
    /// Properties.
    pub scope: Scope,
    /// Authentication methods: the number required to reset.
    pub gates: Gates,
    /// Authentication methods: those available to users.
    pub methods: BTreeSet<KindCode>,
    /// Authentication methods: how codes come to mobile phones.
    #[serde(default)]
    pub mobile_by: MobileBy,
    /// Authentication methods: where one is enough, a mailbox is, also for who has something stronger. Else whoever
    /// reads the mail of somebody with an authenticator app gets around it.
    #[serde(default)]
    pub mail_alone: bool,
    /// Authentication methods: how long a new one that no older one stands for opens no gate of a reset.
    #[serde(default)]
    pub quarantine: Quarantine,
    /// Authentication methods: who may use those that aren't for everybody.
    #[serde(default)]
    pub reach: Reaches,
    /// Policies by group: what is asked of their members beside all this, in the order in which they are shown.
    #[serde(default)]
    pub by_group: Vec<GroupPolicy>,
    /// Registration: ask for it at sign-in.
    pub registration_required: bool,
    /// Registration: days before users are asked to reconfirm, 0 to 730; 0 is never.
    pub reconfirm_days: u16,
    /// Notifications: tell users when their password was reset.
    pub notify_users: bool,
    /// Notifications: tell all administrators when another one resets their password.
    pub notify_admins: bool,
    /// Customization: the helpdesk link, if one is set.
    pub helpdesk: Option<Helpdesk>,
    /// Users may unlock their account without resetting the password.
    pub unlock_without_reset: bool,
    /// On-premises integration: what may be written to the organisation's own directory.
    #[serde(default)]
    pub on_premises: OnPremises,
    /// Password protection: words of the organisation that new passwords must not be made of.
    #[serde(default)]
    pub banned_words: BannedWords,
    /// Password protection: how long new passwords must be, and the like.
    #[serde(default = "PasswordRules::of_before")]
    pub password_rules: PasswordRules,
    /// Password protection: days after which a password has to be changed; 0 is never, as NIST 800-63B section 3.1.1.2 advises.
    pub password_max_age_days: u16,
    /// Help in person: minutes for which a hand-over link is good ([`MINUTES`](crate::hand_over::MINUTES)).
    #[serde(default = "hand_over_minutes")]
    pub hand_over_minutes: u16,
    /// Help in person: Temporary Access Passes.
    #[serde(default)]
    pub pass: crate::pass::PassRules,
}

/// The switches of On-premises integration (entra-sspr 4.4). Beside them it takes a subscription with password
/// writeback and an agent that was configured for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnPremises {
    /// New passwords are written back. Switched off, users of a directory can't reset; it can be done for a while
    /// without touching the agents.
    pub writeback: bool,
    /// Users of a directory may unlock their account without resetting the password; else both come together.
    pub unlock_without_reset: bool,
}

impl Default for OnPremises {
    /// Both, as deployments are advised (entra-sspr 4.7): they have no effect before an agent is let in.
    fn default() -> Self {
        Self {
            writeback: true,
            unlock_without_reset: true,
        }
    }
}

impl OnPremises {
    /// Nothing is written to any directory.
    #[must_use]
    pub fn off() -> Self {
        Self {
            writeback: false,
            unlock_without_reset: false,
        }
    }
}

/// The organisation's own banned words, beside those that always count.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BannedWords {
    /// They count. Switched off, the list is kept.
    pub enforced: bool,
    /// Base words, as they were typed: brands, products, places.
    pub words: Vec<String>,
}

/// What is wrong with a list of banned words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListFault {
    /// More than [`MOST_TERMS`].
    TooMany,
    /// One is shorter or longer than [`LENGTHS`] allows, or has a character that can't be typed.
    Length,
}

impl BannedWords {
    /// Takes one word from each line; empty lines and words that are there already, spelled otherwise, are left out.
    #[must_use]
    pub fn typed(enforced: bool, lines: &str) -> Self {
        let mut seen = BTreeSet::new();
        let words = lines.lines().map(str::trim).filter(|word| !word.is_empty());
        let words = words.filter(|word| seen.insert(crate::text::fold(word)));
        Self {
            enforced,
            words: words.map(str::to_owned).collect(),
        }
    }

    /// What is wrong, if anything is.
    #[must_use]
    pub fn fault(&self) -> Option<ListFault> {
        let fits = |word: &String| {
            LENGTHS.contains(&word.chars().count()) && !word.chars().any(char::is_control)
        };
        if self.words.len() > MOST_TERMS {
            Some(ListFault::TooMany)
        } else if !self.words.iter().all(fits) {
            Some(ListFault::Length)
        } else {
            None
        }
    }

    /// Those that count, in the form in which they are compared.
    #[must_use]
    pub fn terms(&self) -> Terms {
        if self.enforced {
            Terms::new(&self.words)
        } else {
            Terms::default()
        }
    }
}

/// The longest time between two confirmations, in days.
pub const MAX_RECONFIRM_DAYS: u16 = 730;

impl Default for Policy {
    /// A new install: off, two methods, registration asked for.
    fn default() -> Self {
        Self {
            scope: Scope::None,
            gates: Gates::Two,
            methods: MethodKind::DEFAULT.into_iter().map(KindCode).collect(),
            mobile_by: MobileBy::default(),
            mail_alone: false,
            quarantine: Quarantine::default(),
            reach: Reaches::new(),
            by_group: Vec::new(),
            registration_required: true,
            reconfirm_days: 180,
            notify_users: true,
            notify_admins: true,
            helpdesk: None,
            unlock_without_reset: false,
            on_premises: OnPremises::default(),
            banned_words: BannedWords::default(),
            password_rules: PasswordRules::default(),
            password_max_age_days: 0,
            hand_over_minutes: hand_over_minutes(),
            pass: crate::pass::PassRules::default(),
        }
    }
}

/// As it was before it could be set.
fn hand_over_minutes() -> u16 {
    crate::hand_over::DEFAULT_MINUTES
}

impl Policy {
    /// The kinds of method that users may use.
    #[must_use]
    pub fn kinds(&self) -> BTreeSet<MethodKind> {
        self.methods.iter().map(|k| k.0).collect()
    }

    /// What nobody could ever satisfy: fewer kinds of channel available than gates asked for.
    #[must_use]
    pub fn is_satisfiable(&self) -> bool {
        distinct_channels(self.kinds()) >= self.gates.count()
    }
}

/// A [`MethodKind`] that is stored by its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct KindCode(pub MethodKind);

impl TryFrom<String> for KindCode {
    type Error = String;
    fn try_from(code: String) -> Result<Self, Self::Error> {
        MethodKind::from_code(&code)
            .map(Self)
            .ok_or(format!("no authentication method is called {code}"))
    }
}

impl From<KindCode> for String {
    fn from(kind: KindCode) -> Self {
        kind.0.code().to_owned()
    }
}

/// Which rules apply to one user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effective {
    /// How many methods a reset needs.
    pub gates: Gates,
    /// Which kinds count.
    pub kinds: BTreeSet<MethodKind>,
    /// With one gate, a mailbox opens it also for who has something stronger.
    pub mail_alone: bool,
    /// How long a new method that no older one stands for opens no gate.
    pub quarantine: Duration,
    /// The fixed policy of administrators applies, not the tenant's.
    pub administrator: bool,
}

impl Effective {
    /// The fixed two-gate policy: nobody who holds an administrator role can weaken it, by any group or setting
    /// (A-07, entra-sspr 2.9). Only how long new methods wait is set by the tenant.
    #[must_use]
    pub fn administrator() -> Self {
        Self {
            gates: Gates::Two,
            kinds: MethodKind::ALL.into_iter().collect(),
            mail_alone: false,
            quarantine: hours(u64::from(Quarantine::default().administrator_hours)),
            administrator: true,
        }
    }

    /// The rules of the default policy, where every method that is switched on is for everybody: what strangers are shown
    /// hangs on nothing else.
    #[must_use]
    pub fn of_everybody(policy: &Policy) -> Self {
        Self {
            gates: policy.gates,
            kinds: policy.kinds(),
            mail_alone: policy.mail_alone,
            quarantine: policy.quarantine.of(&RoleSet::default()),
            administrator: false,
        }
    }

    /// The rules for somebody with these roles and in these groups: the one place where they are worked out.
    #[must_use]
    pub fn of(policy: &Policy, roles: &RoleSet, in_any: InAny<'_>) -> Self {
        if roles.is_empty() {
            let default = Self {
                kinds: policy.kinds_for(in_any),
                ..Self::of_everybody(policy)
            };
            let applying = policy.applying(in_any).into_iter();
            applying.fold(default, Self::and)
        } else {
            Self {
                quarantine: policy.quarantine.of(roles),
                ..Self::administrator()
            }
        }
    }

    /// When a method begins to open gates of a reset, if it doesn't yet: it is new, and no older one stands for it.
    #[must_use]
    pub fn waits_until(&self, method: &Method, now: Timestamp) -> Option<Timestamp> {
        let until = method.created_at + self.quarantine;
        (!method.confirmed && now < until).then_some(until)
    }

    /// The methods that are not in quarantine. To a reset the others are not there at all: one of them neither opens a
    /// gate nor sets a mailbox aside, else whoever adds one locks its owner out.
    pub fn out_of_quarantine<'m>(
        &self,
        methods: &'m [Method],
        now: Timestamp,
    ) -> impl Iterator<Item = &'m Method> + Clone {
        let wait = self.clone();
        methods
            .iter()
            .filter(move |m| wait.waits_until(m, now).is_none())
    }

    /// Whether a method of this kind opens no gate for who has methods of these kinds, as it alone would be enough and
    /// they have something stronger.
    #[must_use]
    pub fn sets_aside(&self, kind: MethodKind, has: impl IntoIterator<Item = MethodKind>) -> bool {
        self.gates == Gates::One
            && !self.mail_alone
            && kind.channel() == Channel::Mailbox
            && has
                .into_iter()
                .any(|k| k.is_strong() && self.kinds.contains(&k))
    }

    /// The registered methods that open a gate of a reset right now.
    #[must_use]
    pub fn usable<'m>(&self, methods: &'m [Method], now: Timestamp) -> Vec<&'m Method> {
        let there = self.out_of_quarantine(methods, now);
        let kinds = there.clone().map(Method::kind);
        there
            .filter(|m| self.kinds.contains(&m.kind()))
            .filter(|m| !self.sets_aside(m.kind(), kinds.clone()))
            .collect()
    }

    /// Whether these methods, of which some may have to wait, are enough to reset right now.
    #[must_use]
    pub fn is_met_by(&self, methods: &[Method], now: Timestamp) -> bool {
        self.is_satisfied_by_kinds(self.out_of_quarantine(methods, now).map(Method::kind))
    }

    /// Whether these methods are enough to be registered: as many channels as gates.
    #[must_use]
    pub fn is_satisfied_by(&self, methods: &[Method]) -> bool {
        self.is_satisfied_by_kinds(methods.iter().map(Method::kind))
    }

    /// Whether methods of these kinds are.
    #[must_use]
    pub fn is_satisfied_by_kinds(&self, kinds: impl IntoIterator<Item = MethodKind>) -> bool {
        let usable = kinds.into_iter().filter(|kind| self.kinds.contains(kind));
        distinct_channels(usable) >= self.gates.count()
    }
}

/// How many channels these kinds use.
pub(crate) fn distinct_channels(kinds: impl IntoIterator<Item = MethodKind>) -> usize {
    let mut seen = Vec::new();
    for kind in kinds {
        if !seen.contains(&kind.channel()) {
            seen.push(kind.channel());
        }
    }
    seen.len()
}

/// Why somebody can't reset. Told to administrators and the audit log, never to the person at the page: there, all
/// of these look like each other and like an unknown name (rule 7 of the design).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unable {
    /// Reset is switched off for the tenant.
    SwitchedOff,
    /// The user is in none of the selected groups.
    OutOfScope,
    /// Sign-in is blocked, or the user is deleted.
    Disabled,
    /// The owner reported that it wasn't them.
    Held,
    /// Fewer usable methods than the policy asks for.
    TooFewMethods,
    /// There are enough, but some are too new to reset with.
    Quarantined,
    /// A protected account of a directory, which is never reset from here (security.md G-06).
    Protected,
}

impl Unable {
    /// A stable code for the audit log and message keys.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::SwitchedOff => "reset-off",
            Self::OutOfScope => "not-in-scope",
            Self::Disabled => "account-disabled",
            Self::Held => "account-held",
            Self::TooFewMethods => "too-few-methods",
            Self::Quarantined => "methods-too-new",
            Self::Protected => "account-protected",
        }
    }
}

/// Whether one user can reset right now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Yes, under these rules.
    Able(Effective),
    /// No.
    Unable(Unable),
}

/// Whether reset is switched on for a user.
pub fn in_scope(policy: &Policy, roles: &RoleSet, in_any: InAny<'_>) -> Result<(), Unable> {
    match &policy.scope {
        Scope::None => Err(Unable::SwitchedOff),
        Scope::All => Ok(()),
        // An administrator can't be put under weaker rules or shut out by moving them between groups.
        Scope::Selected(groups) if !roles.is_empty() || in_any(groups) => Ok(()),
        Scope::Selected(_) => Err(Unable::OutOfScope),
    }
}

/// Works out a user's standing.
#[must_use]
pub fn standing(
    user: &User,
    policy: &Policy,
    roles: &RoleSet,
    in_any: InAny<'_>,
    methods: &[Method],
    now: Timestamp,
) -> Standing {
    if user.held_at.is_some() {
        return Standing::Unable(Unable::Held);
    }
    if !user.is_active() {
        return Standing::Unable(Unable::Disabled);
    }
    if let Err(why) = in_scope(policy, roles, in_any) {
        return Standing::Unable(why);
    }
    let effective = Effective::of(policy, roles, in_any);
    if effective.is_met_by(methods, now) {
        Standing::Able(effective)
    } else if effective.is_satisfied_by(methods) {
        Standing::Unable(Unable::Quarantined)
    } else {
        Standing::Unable(Unable::TooFewMethods)
    }
}

#[cfg(test)]
#[path = "policy_tests.rs"]
mod tests;
