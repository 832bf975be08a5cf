//! A record of a directory, read: what of it is a user here, and what is kept beside.

use keyward_core::audit::Change;
use keyward_core::ids::{DirectoryId, UserId};
use keyward_core::phone::{OfficeNumber, PhoneNumber};
use keyward_core::sync::{Record, Step, Trouble, cleaned, cut};
use keyward_core::text::{MailAddress, UserPrincipalName};
use keyward_core::time::Timestamp;
use keyward_core::user::{Profile, User};
use keyward_store::sync::DirectoryUser;
use keyward_wire::sync::{GroupRecord, UserRecord};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Characters that a name may have.
const NAME: usize = 256;

/// Characters that a place in a directory may have.
const PLACE: usize = 1024;

/// Further attributes that are kept of a user, each of [`NAME`] characters (entra-sspr 6.8: 100 of 250).
const EXTENSIONS: usize = 100;

/// Further addresses that are kept (entra-sspr 6.8: about 300).
const ADDRESSES: usize = 300;

/// An object that waits, as it is kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Kept {
    /// A user.
    User(Box<UserRecord>),
    /// A group.
    Group(GroupRecord),
}

/// A text of a directory as it is kept: one line that can be shown.
pub(super) fn short(text: &str) -> Option<String> {
    cleaned(text, NAME)
}

/// A user's record, read.
#[derive(Debug, Clone)]
pub(super) struct Read<'a> {
    /// As it came.
    pub raw: &'a UserRecord,
    /// What decisions need.
    pub record: Record,
    /// What is shown of the user here; the mailbox is taken off if it is somebody else's.
    pub profile: Profile,
    /// Of the record.
    pub digest: Vec<u8>,
    /// What was amiss with single attributes.
    pub notes: Vec<Trouble>,
}

/// Tells one record from another. The order of fields is that of the message, so that it is the same each time.
pub(super) fn digest_of(record: &impl Serialize) -> Vec<u8> {
    let text = serde_json::to_vec(record).unwrap_or_default();
    Sha256::digest(text)[..16].to_vec()
}

/// The primary mailbox: the value with `SMTP:` in capitals, else the mailbox itself.
fn mailbox(raw: &UserRecord) -> Option<&str> {
    let primary = raw.proxy_addresses.iter().take(ADDRESSES);
    let mut primary = primary.filter_map(|a| a.strip_prefix("SMTP:"));
    primary.next().or(raw.mail.as_deref())
}

fn phone(text: Option<&str>) -> Option<String> {
    PhoneNumber::parse(text?).ok().map(|p| p.to_string())
}

fn desk(text: Option<&str>) -> Option<String> {
    OfficeNumber::parse(text?).ok().map(|p| p.to_string())
}

impl<'a> Read<'a> {
    pub(super) fn of(raw: &'a UserRecord) -> Self {
        let mut notes = Vec::new();
        let mut line = |text: &Option<String>| {
            let text = text.as_deref()?;
            if cut(text, NAME) {
                notes.push(Trouble::TooLong);
            }
            short(text)
        };
        let names = [
            line(&raw.display_name),
            line(&raw.given_name),
            line(&raw.surname),
            line(&raw.job_title),
            line(&raw.department),
        ];
        let upn = UserPrincipalName::parse(&raw.upn).ok();
        let mail = mailbox(raw).filter(|m| !m.trim().is_empty());
        let parsed = mail.and_then(|m| MailAddress::parse(m).ok());
        if mail.is_some() && parsed.is_none() {
            notes.push(Trouble::BadMail);
        }
        notes.dedup();
        let [display_name, given_name, surname, job_title, department] = names;
        let fallback = || {
            upn.as_ref()
                .map_or_else(String::new, |u| u.local().to_owned())
        };
        Self {
            record: Record {
                anchor: raw.anchor,
                sid: raw.sid.as_deref().and_then(short),
                mail_key: parsed.as_ref().map(MailAddress::key),
                enabled: raw.enabled,
                upn: upn.clone(),
            },
            profile: Profile {
                display_name: display_name.unwrap_or_else(fallback),
                given_name,
                surname,
                job_title,
                department,
                mail: parsed.map(|m| m.to_string()),
                mobile_phone: phone(raw.mobile.as_deref()),
                other_mail: None,
                business_phone: desk(raw.telephone.as_deref()),
            },
            digest: digest_of(raw),
            notes,
            raw,
        }
    }

    /// What people call it in lists of errors.
    pub(super) fn name(&self) -> String {
        let name = short(&self.raw.upn).or_else(|| short(&self.raw.dn));
        name.unwrap_or_else(|| self.raw.anchor.to_string())
    }

    /// The user as they are to be after a step, from what they are now.
    pub(super) fn applied(&self, old: User, directory: DirectoryId, step: &Step) -> User {
        let mut new = old;
        if let (true, Some(upn)) = (step.take_upn, &self.record.upn) {
            new.upn = upn.clone();
        }
        let kept = new.profile.other_mail.take();
        new.profile = Profile {
            other_mail: kept,
            mail: self.profile.mail.clone().filter(|_| step.take_mail),
            ..self.profile.clone()
        };
        new.enabled = step.enabled;
        new.must_change_password = self.raw.must_change;
        new.password_changed_at = self.raw.password_set_at.map(Timestamp);
        new.deleted_at = None;
        new.directory = Some(directory);
        new
    }

    /// What is kept beside the user. A record that wasn't taken whole has no digest, so that it is looked at again.
    pub(super) fn beside(
        &self,
        directory: DirectoryId,
        user: UserId,
        step: &Step,
        now: Timestamp,
    ) -> DirectoryUser {
        let raw = self.raw;
        let whole = step.troubles.iter().all(|t| t.is_a_note());
        let short_of = |text: &Option<String>| text.as_deref().and_then(short);
        let addresses = raw.proxy_addresses.iter().take(ADDRESSES);
        let addresses: Vec<String> = addresses.filter_map(|a| short(a)).collect();
        let extensions = raw.extensions.iter().take(EXTENSIONS);
        let extensions: std::collections::BTreeMap<String, String> = extensions
            .filter_map(|(name, value)| Some((short(name)?, short(value)?)))
            .collect();
        DirectoryUser {
            directory,
            anchor: raw.anchor,
            user,
            dn: cleaned(&raw.dn, PLACE).unwrap_or_default(),
            account_name: short_of(&raw.account_name),
            sid: self.record.sid.clone(),
            protected: raw.protected,
            mobile: short_of(&raw.mobile),
            telephone: short_of(&raw.telephone),
            usage_location: short_of(&raw.usage_location),
            manager: raw.manager,
            proxy_addresses: json(&addresses),
            extensions: json(&extensions),
            policy: short_of(&raw.policy),
            password_set_at: raw.password_set_at.map(Timestamp),
            must_change: raw.must_change,
            digest: if whole {
                self.digest.clone()
            } else {
                Vec::new()
            },
            changed_at: now,
        }
    }
}

/// What is kept of a group's place.
pub(super) fn place(dn: &str) -> String {
    cleaned(dn, PLACE).unwrap_or_default()
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned())
}

/// What changes for somebody, under the names of the reference system's properties. Numbers are told apart, not told
/// (L-04).
pub(super) fn changes(
    old: Option<(&User, Option<&DirectoryUser>)>,
    new: (&User, &DirectoryUser),
) -> Vec<Change> {
    let mut all = Vec::new();
    let mut note = |property: &str, old: Option<String>, new: Option<String>| {
        if old != new {
            all.push(Change {
                property: property.to_owned(),
                old,
                new,
            });
        }
    };
    let masked = |n: &Option<String>| n.clone().map(|n| PhoneNumber::stored(n).masked());
    let anchor = |d: &DirectoryUser| Some(d.anchor).filter(|a| *a != Uuid::nil());
    let (ou, od) = (old.map(|o| o.0), old.and_then(|o| o.1));
    let (nu, nd) = new;
    let op = ou.map(|u| &u.profile);
    let np = &nu.profile;
    let text = |f: fn(&Profile) -> Option<String>| (op.and_then(f), f(np));
    let beside = |f: fn(&DirectoryUser) -> Option<String>| (od.and_then(f), f(nd));
    note(
        "userPrincipalName",
        ou.map(|u| u.upn.to_string()),
        Some(nu.upn.to_string()),
    );
    note(
        "accountEnabled",
        ou.map(|u| u.enabled.to_string()),
        Some(nu.enabled.to_string()),
    );
    for (property, (old, new)) in [
        ("displayName", text(|p| Some(p.display_name.clone()))),
        ("givenName", text(|p| p.given_name.clone())),
        ("surname", text(|p| p.surname.clone())),
        ("jobTitle", text(|p| p.job_title.clone())),
        ("department", text(|p| p.department.clone())),
        ("mail", text(|p| p.mail.clone())),
        (
            "onPremisesDistinguishedName",
            beside(|d| Some(d.dn.clone())),
        ),
        (
            "onPremisesSamAccountName",
            beside(|d| d.account_name.clone()),
        ),
        ("onPremisesSecurityIdentifier", beside(|d| d.sid.clone())),
        ("usageLocation", beside(|d| d.usage_location.clone())),
        ("manager", beside(|d| d.manager.map(|m| m.to_string()))),
        (
            "proxyAddresses",
            beside(|d| Some(d.proxy_addresses.clone()).filter(|a| a != "[]")),
        ),
        (
            "extensions",
            beside(|d| Some(d.extensions.clone()).filter(|e| e != "{}")),
        ),
        ("passwordPolicy", beside(|d| d.policy.clone())),
        (
            "protected",
            beside(|d| d.protected.then(|| "true".to_owned())),
        ),
        (
            "lastPasswordChangeDateTime",
            beside(|d| d.password_set_at.map(crate::audit::rfc3339)),
        ),
    ] {
        note(property, old, new);
    }
    note(
        "mobilePhone",
        op.and_then(|p| masked(&p.mobile_phone)),
        masked(&np.mobile_phone),
    );
    note(
        "businessPhones",
        op.and_then(|p| masked(&p.business_phone)),
        masked(&np.business_phone),
    );
    note(
        "onPremisesImmutableId",
        od.and_then(anchor).map(|a| a.to_string()),
        anchor(nd).map(|a| a.to_string()),
    );
    all
}
