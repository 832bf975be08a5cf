//! A user as an administrator types one, and what is logged of it.

use crate::Ctx;
use crate::audit::Draft;
use keyward_core::ids::{TenantId, UserId};
use keyward_core::phone::{OfficeNumber, PhoneFault, PhoneNumber};
use keyward_core::refusal::{FieldFault, Refusal};
use keyward_core::text::{MailAddress, TextFault, UserPrincipalName, optional_line};
use keyward_core::user::{Profile, User};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// A user as an administrator types one.
#[derive(Debug, Clone, Default)]
pub struct UserForm {
    /// The name to sign in with.
    pub upn: String,
    /// Shown everywhere.
    pub display_name: String,
    /// First name.
    pub given_name: String,
    /// Last name.
    pub surname: String,
    /// What they do.
    pub job_title: String,
    /// Where they do it.
    pub department: String,
    /// The mailbox of work.
    pub mail: String,
    /// Contact data.
    pub mobile_phone: String,
    /// The phone on the desk.
    pub business_phone: String,
    /// Contact data.
    pub other_mail: String,
    /// What [`mark`] said when the form was filled; empty for a new user.
    pub read: String,
}

/// Tells one state of what the form shows from another, so that a stale form doesn't undo what somebody else saved.
#[must_use]
pub fn mark(user: &User) -> String {
    let mut hasher = DefaultHasher::new();
    format!("{}\0{:?}", user.upn, user.profile).hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

impl UserForm {
    /// Parses every field, so that all faults are told at once.
    pub(crate) fn parse(&self) -> Result<(UserPrincipalName, Profile), Refusal> {
        let mut faults = Vec::new();
        let upn = UserPrincipalName::parse(&self.upn).map_err(|f| {
            faults.push(FieldFault {
                field: "upn",
                code: name_fault(f, "upn-malformed"),
            });
        });
        let display_name = keyward_core::text::line(&self.display_name, 120).map_err(|f| {
            faults.push(FieldFault {
                field: "display_name",
                code: name_fault(f, "name-malformed"),
            });
        });
        let mut line = |field: &'static str, text: &str| match optional_line(text, 120) {
            Ok(text) => text,
            Err(f) => {
                faults.push(FieldFault {
                    field,
                    code: name_fault(f, "name-malformed"),
                });
                None
            }
        };
        let (given_name, surname) = (
            line("given_name", &self.given_name),
            line("surname", &self.surname),
        );
        let (job_title, department) = (
            line("job_title", &self.job_title),
            line("department", &self.department),
        );
        let mut mailbox = |field: &'static str, text: &str| match MailAddress::parse(text) {
            Ok(mail) => Some(mail.to_string()),
            Err(TextFault::Empty) => None,
            Err(_) => {
                faults.push(FieldFault {
                    field,
                    code: "mail-malformed",
                });
                None
            }
        };
        let (mail, other_mail) = (
            mailbox("mail", &self.mail),
            mailbox("other_mail", &self.other_mail),
        );
        let mobile_phone = match PhoneNumber::parse(&self.mobile_phone) {
            Ok(phone) => Some(phone.to_string()),
            Err(PhoneFault::Empty) => None,
            Err(_) => {
                faults.push(FieldFault {
                    field: "mobile_phone",
                    code: "phone-malformed",
                });
                None
            }
        };
        let business_phone = match OfficeNumber::parse(&self.business_phone) {
            Ok(phone) => Some(phone.to_string()),
            Err(PhoneFault::Empty) => None,
            Err(_) => {
                faults.push(FieldFault {
                    field: "business_phone",
                    code: "office-phone-malformed",
                });
                None
            }
        };
        match (upn, display_name) {
            (Ok(upn), Ok(display_name)) if faults.is_empty() => Ok((
                upn,
                Profile {
                    display_name,
                    given_name,
                    surname,
                    job_title,
                    department,
                    mail,
                    mobile_phone,
                    other_mail,
                    business_phone,
                },
            )),
            _ => Err(Refusal::Fields(faults)),
        }
    }
}

fn name_fault(fault: TextFault, malformed: &'static str) -> &'static str {
    match fault {
        TextFault::Empty => "empty",
        TextFault::TooLong => "too-long",
        TextFault::Control => "unprintable",
        TextFault::Malformed => malformed,
    }
}

/// A user who has just been made.
pub(crate) fn new_user(
    ctx: &Ctx,
    tenant: TenantId,
    id: UserId,
    upn: UserPrincipalName,
    profile: Profile,
) -> User {
    User {
        id,
        tenant,
        directory: None,
        upn,
        profile,
        enabled: true,
        held_at: None,
        must_change_password: false,
        password_changed_at: None,
        password_found_at: None,
        credential_epoch: 0,
        registration_confirmed_at: None,
        language: None,
        created_at: ctx.now,
        deleted_at: None,
    }
}

/// What changed, under the names of the reference system's properties.
pub(super) fn profile_changes(draft: Draft, old: Option<&Profile>, new: &Profile) -> Draft {
    let none = Profile::default();
    let old = old.unwrap_or(&none);
    let shown = |name: &str| Some(name.to_owned()).filter(|n| !n.is_empty());
    let draft = draft
        .change(
            "displayName",
            shown(&old.display_name),
            shown(&new.display_name),
        )
        .change("givenName", old.given_name.clone(), new.given_name.clone())
        .change("surname", old.surname.clone(), new.surname.clone())
        .change("jobTitle", old.job_title.clone(), new.job_title.clone())
        .change("department", old.department.clone(), new.department.clone())
        .change("mail", old.mail.clone(), new.mail.clone());
    contact_changes(draft, old, new)
}

/// The part of it that can become a way to reset.
pub(super) fn contact_changes(draft: Draft, old: &Profile, new: &Profile) -> Draft {
    draft
        .change("mobilePhone", masked_phone(old), masked_phone(new))
        .change("businessPhones", masked_desk(old), masked_desk(new))
        .change("otherMails", masked_mail(old), masked_mail(new))
}

/// Contact data is told apart in the log, not told (L-04).
fn masked_phone(p: &Profile) -> Option<String> {
    p.mobile_phone
        .clone()
        .map(|t| PhoneNumber::stored(t).masked())
}

fn masked_desk(p: &Profile) -> Option<String> {
    let number = p.business_phone.as_deref()?;
    Some(OfficeNumber::stored(number).line().masked())
}

fn masked_mail(p: &Profile) -> Option<String> {
    p.other_mail
        .as_deref()
        .and_then(|m| MailAddress::parse(m).ok())
        .map(|m| m.masked())
}
