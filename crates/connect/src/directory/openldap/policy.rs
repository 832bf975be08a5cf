//! The password policies (ppolicy) and the one that applies to an account.

use super::super::Result;
use super::super::connection::{Entry, Lease, Search};
use super::below;
use super::dn::{Dn, own_name};
use keyward_wire::outcome::PasswordPolicy;

const ATTRIBUTES: [&str; 10] = [
    "cn",
    "pwdMinLength",
    "pwdInHistory",
    "pwdMinAge",
    "pwdMaxAge",
    "pwdCheckQuality",
    "pwdLockout",
    "pwdMaxFailure",
    "pwdFailureCountInterval",
    "pwdLockoutDuration",
];

/// Wrong passwords that are counted until the right one comes, however long that takes: a hundred years.
const FOR_GOOD_S: u64 = 100 * 366 * 24 * 60 * 60;

/// All policies below the naming context.
#[derive(Debug, Default)]
pub(super) struct Policies {
    own: Vec<(Dn, PasswordPolicy)>,
    default: PasswordPolicy,
}

impl Policies {
    pub(super) async fn read(lease: &mut Lease, base: &str) -> Result<Self> {
        let search = below(base, "(objectClass=pwdPolicy)", &ATTRIBUTES);
        let found = lease.search(search).await?;
        found.answer.done()?;
        let told = told_default(lease, base).await?;
        Ok(Self::sorted(&found.entries, told.as_deref()))
    }

    /// Which is the default is written in slapd's configuration, which the agent's account can seldom read. Else it is
    /// the only one, or the one called so.
    fn sorted(entries: &[Entry], told: Option<&str>) -> Self {
        let told = told.and_then(Dn::parse);
        let is_default = |entry: &&Entry| match &told {
            Some(told) => Dn::parse(&entry.dn).as_ref() == Some(told),
            None => entries.len() == 1 || own_name(&entry.dn).eq_ignore_ascii_case("default"),
        };
        let default = entries.iter().find(is_default);
        let own = entries.iter().filter_map(|entry| {
            let name = default.is_none_or(|default| default.dn != entry.dn);
            let name = name.then(|| own_name(&entry.dn));
            Some((Dn::parse(&entry.dn)?, policy(entry, name)))
        });
        Self {
            own: own.collect(),
            default: default.map(|entry| policy(entry, None)).unwrap_or_default(),
        }
    }

    /// The default first.
    pub(super) fn list(&self) -> Vec<PasswordPolicy> {
        let own = self.own.iter().map(|(_, policy)| policy.clone());
        let own = own.filter(|policy| policy.name.is_some());
        std::iter::once(self.default.clone()).chain(own).collect()
    }

    /// The one that applies to an account with this pwdPolicySubentry.
    pub(super) fn of(&self, dn: Option<&str>) -> PasswordPolicy {
        let dn = dn.and_then(Dn::parse);
        let own = self
            .own
            .iter()
            .find(|(known, _)| Some(known) == dn.as_ref());
        own.map_or_else(|| self.default.clone(), |(_, policy)| policy.clone())
    }

    /// The name of that one, if it isn't the default.
    pub(super) fn name_of(&self, dn: &str) -> Option<String> {
        self.of(Some(dn)).name
    }
}

async fn told_default(lease: &mut Lease, base: &str) -> Result<Option<String>> {
    let attributes = ["olcPPolicyDefault"];
    let suffix = ldap3::ldap_escape(base);
    let filter = format!("(olcSuffix={suffix})");
    let databases = lease.search(below("cn=config", &filter, &["1.1"])).await?;
    // Refused, or not there: then it isn't told.
    let Some(database) = databases.entries.first() else {
        return Ok(None);
    };
    let filter = "(objectClass=olcPPolicyConfig)";
    let search = Search::below(&database.dn, ldap3::Scope::OneLevel, filter, &attributes);
    let found = lease.search(search).await?;
    let entry = found.entries.first();
    Ok(entry
        .and_then(|entry| entry.text("olcppolicydefault"))
        .map(str::to_owned))
}

fn policy(entry: &Entry, name: Option<String>) -> PasswordPolicy {
    let number = |name: &str| {
        let number = entry.number(name).unwrap_or_default();
        u64::try_from(number).unwrap_or_default()
    };
    let small = |name: &str| u32::try_from(number(name)).unwrap_or(u32::MAX);
    let locks = entry.truth("pwdlockout");
    PasswordPolicy {
        name,
        // Without pwdCheckQuality slapd doesn't look at the length either.
        min_length: if number("pwdcheckquality") > 0 {
            small("pwdminlength")
        } else {
            0
        },
        // What a module demands beyond that can't be read.
        complexity: false,
        history: small("pwdinhistory"),
        min_age_s: number("pwdminage"),
        max_age_s: number("pwdmaxage"),
        lockout_threshold: if locks { small("pwdmaxfailure") } else { 0 },
        lockout_window_s: match number("pwdfailurecountinterval") {
            0 => FOR_GOOD_S,
            seconds => seconds,
        },
        lockout_duration_s: number("pwdlockoutduration"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, attributes: &[(&str, &str)]) -> Entry {
        let attributes = attributes.iter();
        Entry {
            dn: format!("cn={name},dc=x"),
            attributes: attributes
                .map(|(name, value)| ((*name).to_owned(), vec![value.as_bytes().to_vec()]))
                .collect(),
        }
    }

    #[test]
    fn the_default_is_told_or_worked_out() {
        let strict = entry(
            "strict",
            &[("pwdminlength", "20"), ("pwdcheckquality", "2")],
        );
        let default = entry(
            "Default",
            &[("pwdminlength", "8"), ("pwdcheckquality", "0")],
        );
        let both = [strict.clone(), default];
        let worked_out = Policies::sorted(&both, None);
        assert_eq!(worked_out.of(None).name, None);
        assert_eq!(
            worked_out.of(None).min_length,
            0,
            "the quality isn't checked"
        );
        assert_eq!(worked_out.of(Some("CN=strict, DC=x")).min_length, 20);
        assert_eq!(worked_out.list().len(), 2);
        let told = Policies::sorted(&both, Some("cn=strict,dc=x"));
        assert_eq!(
            (
                told.of(None).min_length,
                told.name_of("cn=default,dc=x").unwrap()
            ),
            (20, "Default".to_owned())
        );
        assert_eq!(Policies::sorted(&[strict], None).of(None).min_length, 20);
        assert_eq!(
            Policies::sorted(&[], None).list(),
            [PasswordPolicy::default()]
        );
    }

    #[test]
    fn failures_that_are_never_forgotten_are_counted_for_good() {
        let locks = [("pwdlockout", "TRUE"), ("pwdmaxfailure", "5")];
        let policy = policy(&entry("a", &locks), None);
        assert_eq!(
            (policy.lockout_threshold, policy.lockout_window_s),
            (5, FOR_GOOD_S)
        );
        let never = super::policy(&entry("a", &[("pwdmaxfailure", "5")]), None);
        assert_eq!(never.lockout_threshold, 0);
    }
}
