//! The pages of the policy: which settings each shows, and how what was typed becomes a policy.

use keyward_core::ids::GroupId;
use keyward_core::method::MethodKind;
use keyward_core::mobile::MobileBy;
use keyward_core::policy::{Gates, Helpdesk, KindCode, Policy, Scope};
use keyward_core::quarantine::Quarantine;
use keyward_core::refusal::Refusal;
use std::collections::BTreeSet;

use crate::form::{Form, Query};
use crate::problem::Problem;

/// One page of settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    Properties,
    Methods,
    Registration,
    Notifications,
    Customization,
}

impl Section {
    const ALL: [Self; 5] = [
        Self::Properties,
        Self::Methods,
        Self::Registration,
        Self::Notifications,
        Self::Customization,
    ];

    /// The end of the address and of the message keys.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Properties => "properties",
            Self::Methods => "methods",
            Self::Registration => "registration",
            Self::Notifications => "notifications",
            Self::Customization => "customization",
        }
    }

    /// Reads [`code`](Section::code).
    pub(super) fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }

    /// Its page.
    pub(super) fn path(self) -> String {
        format!("/admin/password-reset/{}", self.code())
    }
}

/// Where settings are read from: a form that was posted, or an address that carries the same fields.
pub(super) trait Fields {
    /// A field that comes once.
    fn field(&self, name: &str) -> Result<&str, Problem>;
    /// A field that may come several times.
    fn fields<'f>(&'f self, name: &'f str) -> Vec<&'f str>;
}

impl Fields for Form {
    fn field(&self, name: &str) -> Result<&str, Problem> {
        self.one(name)
    }

    fn fields<'f>(&'f self, name: &'f str) -> Vec<&'f str> {
        self.many(name).collect()
    }
}

impl Fields for Query {
    fn field(&self, name: &str) -> Result<&str, Problem> {
        self.one(name)
    }

    fn fields<'f>(&'f self, name: &'f str) -> Vec<&'f str> {
        self.many(name).collect()
    }
}

/// The settings of all pages as they stand in forms.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one switch of the admin center"
)]
pub(super) struct Typed {
    pub scope: &'static str,
    pub groups: BTreeSet<GroupId>,
    pub unlock: bool,
    pub gates: usize,
    pub kinds: BTreeSet<MethodKind>,
    pub mobile_by: MobileBy,
    pub mail_alone: bool,
    pub quarantine: String,
    pub admin_quarantine: String,
    pub required: bool,
    pub reconfirm: String,
    pub notify_users: bool,
    pub notify_admins: bool,
    pub custom_helpdesk: bool,
    pub helpdesk: String,
}

impl From<&Policy> for Typed {
    fn from(p: &Policy) -> Self {
        let (scope, groups) = match &p.scope {
            Scope::None => ("none", BTreeSet::new()),
            Scope::Selected(groups) => ("selected", groups.clone()),
            Scope::All => ("all", BTreeSet::new()),
        };
        Self {
            scope,
            groups,
            unlock: p.unlock_without_reset,
            gates: p.gates.count(),
            kinds: p.kinds(),
            mobile_by: p.mobile_by,
            mail_alone: p.mail_alone,
            quarantine: p.quarantine.hours.to_string(),
            admin_quarantine: p.quarantine.administrator_hours.to_string(),
            required: p.registration_required,
            reconfirm: p.reconfirm_days.to_string(),
            notify_users: p.notify_users,
            notify_admins: p.notify_admins,
            custom_helpdesk: p.helpdesk.is_some(),
            helpdesk: match &p.helpdesk {
                Some(Helpdesk::Url(text) | Helpdesk::Mail(text)) => text.clone(),
                None => String::new(),
            },
        }
    }
}

fn short(text: &str) -> String {
    text.trim().chars().take(500).collect()
}

impl Typed {
    /// What a page's fields say, over what the policy says of the other pages.
    pub(super) fn read(
        section: Section,
        policy: &Policy,
        form: &impl Fields,
    ) -> Result<Self, Problem> {
        let mut typed = Self::from(policy);
        let yes = |name: &str| -> Result<bool, Problem> { Ok(form.field(name)? == "yes") };
        match section {
            Section::Properties => {
                typed.scope = match form.field("scope")? {
                    "all" => "all",
                    "selected" => "selected",
                    "none" => "none",
                    // Not for nobody: that would switch reset off by a slip in an address.
                    _ => return Err(Problem::BadForm),
                };
                typed.groups = form
                    .fields("group")
                    .into_iter()
                    .filter_map(GroupId::parse)
                    .collect();
                typed.unlock = yes("unlock")?;
            }
            Section::Methods => {
                typed.gates = if form.field("gates")? == "1" { 1 } else { 2 };
                typed.kinds = form
                    .fields("kind")
                    .into_iter()
                    .filter_map(MethodKind::from_code)
                    .collect();
                typed.mobile_by = MobileBy::from_code(form.field("mobile_by")?).unwrap_or_default();
                typed.mail_alone = yes("mail_alone")?;
                typed.quarantine = short(form.field("quarantine")?);
                typed.admin_quarantine = short(form.field("admin_quarantine")?);
            }
            Section::Registration => {
                typed.required = yes("required")?;
                typed.reconfirm = short(form.field("reconfirm_days")?);
            }
            Section::Notifications => {
                typed.notify_users = yes("notify_users")?;
                typed.notify_admins = yes("notify_admins")?;
            }
            Section::Customization => {
                typed.custom_helpdesk = yes("custom_helpdesk")?;
                typed.helpdesk = short(form.field("helpdesk")?);
            }
        }
        Ok(typed)
    }

    /// The policy that it says.
    pub(super) fn policy(&self, section: Section, old: &Policy) -> Result<Policy, Refusal> {
        let mut new = old.clone();
        let number = |text: &str, field: &'static str, code: &'static str| {
            text.parse::<u16>().map_err(|_| Refusal::field(field, code))
        };
        let days = |text: &str, field| number(text, field, "days-range");
        let hours = |text: &str, field| number(text, field, "quarantine-range");
        match section {
            Section::Properties => {
                new.scope = match self.scope {
                    "all" => Scope::All,
                    "selected" => Scope::Selected(self.groups.clone()),
                    _ => Scope::None,
                };
                new.unlock_without_reset = self.unlock;
            }
            Section::Methods => {
                new.gates = if self.gates == 1 {
                    Gates::One
                } else {
                    Gates::Two
                };
                new.methods = self.kinds.iter().copied().map(KindCode).collect();
                new.mobile_by = self.mobile_by;
                new.mail_alone = self.mail_alone;
                new.quarantine = Quarantine {
                    hours: hours(&self.quarantine, "quarantine")?,
                    administrator_hours: hours(&self.admin_quarantine, "admin_quarantine")?,
                };
            }
            Section::Registration => {
                new.registration_required = self.required;
                new.reconfirm_days = days(&self.reconfirm, "reconfirm_days")?;
            }
            Section::Notifications => {
                new.notify_users = self.notify_users;
                new.notify_admins = self.notify_admins;
            }
            Section::Customization => {
                new.helpdesk = match self.helpdesk.as_str() {
                    _ if !self.custom_helpdesk => None,
                    "" => return Err(Refusal::field("helpdesk", "helpdesk-malformed")),
                    text if text.contains("://") => Some(Helpdesk::Url(text.to_owned())),
                    text => Some(Helpdesk::Mail(text.to_owned())),
                };
            }
        }
        Ok(new)
    }

    /// The same fields again, for hidden inputs and addresses.
    pub(super) fn pairs(&self, section: Section) -> Vec<(&'static str, String)> {
        let yes = |flag: bool| String::from(if flag { "yes" } else { "no" });
        match section {
            Section::Properties => {
                let mut pairs = vec![("scope", self.scope.to_owned())];
                pairs.extend(self.groups.iter().map(|g| ("group", g.to_string())));
                pairs.push(("unlock", yes(self.unlock)));
                pairs
            }
            Section::Methods => {
                let mut pairs = vec![("gates", self.gates.to_string())];
                pairs.extend(self.kinds.iter().map(|k| ("kind", k.to_string())));
                pairs.push(("mobile_by", self.mobile_by.code().to_owned()));
                pairs.push(("mail_alone", yes(self.mail_alone)));
                pairs.push(("quarantine", self.quarantine.clone()));
                pairs.push(("admin_quarantine", self.admin_quarantine.clone()));
                pairs
            }
            Section::Registration => vec![
                ("required", yes(self.required)),
                ("reconfirm_days", self.reconfirm.clone()),
            ],
            Section::Notifications => vec![
                ("notify_users", yes(self.notify_users)),
                ("notify_admins", yes(self.notify_admins)),
            ],
            Section::Customization => vec![
                ("custom_helpdesk", yes(self.custom_helpdesk)),
                ("helpdesk", self.helpdesk.clone()),
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Pairs(Vec<(&'static str, String)>);

    impl Fields for Pairs {
        fn field(&self, name: &str) -> Result<&str, Problem> {
            Ok(self
                .0
                .iter()
                .find(|(n, _)| *n == name)
                .map_or("", |(_, v)| v.as_str()))
        }

        fn fields<'f>(&'f self, name: &'f str) -> Vec<&'f str> {
            let named = self.0.iter().filter(|(n, _)| *n == name);
            named.map(|(_, v)| v.as_str()).collect()
        }
    }

    #[test]
    fn settings_survive_the_way_through_a_form() {
        let policy = Policy {
            scope: Scope::Selected([GroupId(uuid::Uuid::from_u128(3))].into()),
            gates: Gates::One,
            helpdesk: Some(Helpdesk::Url("https://help.contoso.example/reset".into())),
            unlock_without_reset: true,
            mail_alone: true,
            mobile_by: MobileBy::Both,
            reconfirm_days: 90,
            ..Policy::default()
        };
        for section in Section::ALL {
            let pairs = Pairs(Typed::from(&policy).pairs(section));
            let typed = Typed::read(section, &policy, &pairs).unwrap();
            assert_eq!(typed.policy(section, &policy).unwrap(), policy);
        }
    }

    #[test]
    fn a_scope_that_is_none_of_ours_is_refused() {
        for scope in ["", "everybody", "NONE"] {
            let posted = Pairs(vec![("scope", scope.into())]);
            let read = Typed::read(Section::Properties, &Policy::default(), &posted);
            assert!(matches!(read, Err(Problem::BadForm)), "{scope}");
        }
    }

    #[test]
    fn a_page_changes_its_own_settings_only() {
        let posted = Pairs(vec![("scope", "all".into()), ("gates", "1".into())]);
        let old = Policy::default();
        let typed = Typed::read(Section::Properties, &old, &posted).unwrap();
        let new = typed.policy(Section::Properties, &old).unwrap();
        assert_eq!((new.scope, new.gates), (Scope::All, Gates::Two));
    }
}
