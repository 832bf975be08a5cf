//! Passwords, what is demanded of them, and the proof that one is true.

use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};

use super::Samba;
use super::rights::settings_container;
use crate::ldap::escape;
use crate::process::{feed, said};

/// Lets the owner of the database write a `pwdLastSet` other than 0 and -1.
const BYPASS_LAST_SET: &str = "local_oid:1.3.6.1.4.1.7165.4.3.20:0";
/// A day of 2019 in 100 ns since 1601: longer ago than any maximum age.
const LONG_AGO: &str = "132000000000000000";

/// What a domain or a password settings object demands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordSettings {
    /// The shortest that is taken.
    pub min_length: u32,
    /// Whether characters of three kinds are needed.
    pub complexity: bool,
    /// How many of the last passwords may not be set again.
    pub history: u32,
    /// How long one has to be kept before its owner may change it.
    pub min_age: Duration,
    /// How long one may be kept; zero means for ever. Samba takes a day or less for that too.
    pub max_age: Duration,
    /// After how many wrong ones the account is locked; zero means never.
    pub lockout_threshold: u32,
    /// How long it is locked, and in which time the wrong ones are counted; zero means until somebody unlocks it.
    pub lockout_duration: Duration,
}

/// What a domain demands at first: Samba's own defaults, but for the minimum age, for nobody waits a day in a test.
impl Default for PasswordSettings {
    fn default() -> Self {
        Self {
            min_length: 7,
            complexity: true,
            history: 24,
            min_age: Duration::ZERO,
            max_age: Duration::from_hours(42 * 24),
            lockout_threshold: 0,
            lockout_duration: Duration::from_mins(30),
        }
    }
}

impl PasswordSettings {
    /// As changes to the head of a domain.
    pub(super) fn changes(&self) -> Value {
        let changes = [
            ("minPwdLength", self.min_length.to_string()),
            ("pwdProperties", u32::from(self.complexity).to_string()),
            ("pwdHistoryLength", self.history.to_string()),
            ("minPwdAge", span(self.min_age)),
            ("maxPwdAge", span_or_ever(self.max_age)),
            ("lockoutThreshold", self.lockout_threshold.to_string()),
            ("lockoutDuration", span_or_ever(self.lockout_duration)),
            ("lockOutObservationWindow", self.window()),
        ];
        let changes = changes.into_iter();
        changes
            .map(|(name, value)| json!(["replace", name, [value]]))
            .collect()
    }

    fn window(&self) -> String {
        let window = Some(self.lockout_duration).filter(|time| !time.is_zero());
        span(window.unwrap_or(Self::default().lockout_duration))
    }
}

/// A duration as Active Directory writes it: negative, in 100 ns.
fn span(time: Duration) -> String {
    (-((time.as_nanos() / 100) as i64)).to_string()
}

fn span_or_ever(time: Duration) -> String {
    if time.is_zero() {
        i64::MIN.to_string()
    } else {
        span(time)
    }
}

impl Samba {
    /// Sets a password as an administrator does: the policy is asked, the history isn't.
    ///
    /// # Panics
    /// When the policy doesn't take it.
    pub fn set_password(&self, dn: &str, password: &str) {
        self.hands
            .call("set_password", &json!({"dn": dn, "password": password}));
    }

    /// Locks an account now, as too many wrong passwords do.
    pub fn lock_out(&self, dn: &str) {
        self.hands.call("lock_out", &json!({"dn": dn}));
    }

    /// Unlocks an account.
    pub fn unlock(&self, dn: &str) {
        self.set(dn, "lockoutTime", &["0"]);
    }

    /// Demands that the password is changed at the next sign-in.
    pub fn must_change(&self, dn: &str) {
        self.set(dn, "pwdLastSet", &["0"]);
    }

    /// Lets the password be older than any maximum age.
    pub fn expire_password(&self, dn: &str) {
        let changes = json!([["replace", "pwdLastSet", [LONG_AGO]]]);
        let words = json!({"dn": dn, "changes": changes, "controls": [BYPASS_LAST_SET]});
        self.hands.call("modify", &words);
    }

    /// Sets what the domain demands of passwords.
    pub fn password_settings(&self, settings: &PasswordSettings) {
        self.modify(self.base_dn(), &settings.changes());
    }

    /// Adds a password settings object for users or groups, by DN, and returns its own. The lowest precedence wins.
    pub fn pso(
        &self,
        name: &str,
        precedence: u32,
        settings: &PasswordSettings,
        applies_to: &[&str],
    ) -> String {
        let dn = format!(
            "CN={},{}",
            escape(name),
            settings_container(&self.kind.domain)
        );
        let truth = |yes: bool| if yes { "TRUE" } else { "FALSE" };
        let mut attributes = json!({
            "objectClass": "msDS-PasswordSettings",
            "msDS-PasswordSettingsPrecedence": precedence.to_string(),
            "msDS-PasswordReversibleEncryptionEnabled": truth(false),
            "msDS-MinimumPasswordLength": settings.min_length.to_string(),
            "msDS-PasswordComplexityEnabled": truth(settings.complexity),
            "msDS-PasswordHistoryLength": settings.history.to_string(),
            "msDS-MinimumPasswordAge": span(settings.min_age),
            "msDS-MaximumPasswordAge": span_or_ever(settings.max_age),
            "msDS-LockoutThreshold": settings.lockout_threshold.to_string(),
            "msDS-LockoutDuration": span_or_ever(settings.lockout_duration),
            "msDS-LockoutObservationWindow": settings.window(),
        });
        if !applies_to.is_empty() {
            attributes["msDS-PSOAppliesTo"] = applies_to.into();
        }
        self.add(&dn, &attributes);
        dn
    }

    /// Asks for a ticket of Kerberos with a user's `sAMAccountName`: the proof that a password is true, by a way that
    /// has nothing to do with LDAP.
    ///
    /// # Errors
    /// What `kinit` printed.
    pub fn kinit(&self, login: &str, password: &str) -> Result<(), String> {
        let mut command = Command::new("kinit");
        command
            .args(["-c", "MEMORY:keyward"])
            .arg(format!("{login}@{}", self.kind.domain.realm))
            .env("KRB5_CONFIG", self.krb5_conf())
            .env("LC_ALL", "C");
        let output = feed(&mut command, &format!("{password}\n"), "krb5-user");
        if output.status.success() {
            Ok(())
        } else {
            Err(said(&output))
        }
    }
}
