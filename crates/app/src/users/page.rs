//! One user's page: what is known of a user, as far as the reader may see it.

use crate::account::Account;
use crate::error::Result;
use crate::limits::Subject;
use crate::{App, Principal};
use keyward_core::ids::UserId;
use keyward_core::phone::{OfficeNumber, PhoneNumber};
use keyward_core::policy::Standing;
use keyward_core::refusal::Refusal;
use keyward_core::role::{Permission, RoleSet};
use keyward_core::text::MailAddress;
use keyward_core::time::Timestamp;
use keyward_core::user::Profile;
use keyward_store::Tx;
use keyward_store::counter::Bucket;
use keyward_store::session::Session;

/// A user with all that their page shows.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each shows or leaves out one part of the page"
)]
pub struct UserPage {
    /// The account. Its methods are left out for readers who may not see them; see [`UserPage::methods_shown`].
    pub account: Account,
    /// The reader may see the methods.
    pub methods_shown: bool,
    /// The reader may see numbers and addresses in full. Else contact data is masked, and methods are to be.
    pub contact_shown: bool,
    /// The reader may see where they are signed in and what happened to them.
    pub activity_shown: bool,
    /// Whether they can reset right now, worked out from all of their methods.
    pub standing: Standing,
    /// What they have registered is enough for the rules that apply to them.
    pub registered: bool,
    /// Where they are signed in; left out for readers who may not see it.
    pub sessions: Vec<Session>,
    /// The groups they are directly in.
    pub groups: Vec<keyward_core::group::Group>,
    /// Sign-in is locked after wrong passwords until then.
    pub locked_until: Option<Timestamp>,
    /// Until when wrong passwords close sign-in in a browser that they have used before.
    pub familiar_locked_until: Option<Timestamp>,
    /// Proofs are blocked after wrong codes until then.
    pub blocked_until: Option<Timestamp>,
    /// Messages are blocked after too many of them until then.
    pub messages_blocked_until: Option<Timestamp>,
}

impl Principal {
    /// Whether they may see numbers and private addresses of somebody with these roles in full. Who sees them is half
    /// way to answering for them, so it takes what acting on that person takes.
    fn sees_contact_of(&self, id: UserId, held: &RoleSet) -> bool {
        self.user.id == id || self.outranks(held, Permission::ReadUsers).is_ok()
    }

    /// Whether they may see what somebody with these roles did and from where: those who may read the log, or may
    /// themselves end that person's sessions.
    pub(crate) fn sees_activity_of(&self, id: UserId, held: &RoleSet) -> bool {
        self.user.id == id
            || self.roles.allows(Permission::ReadAudit)
            || self.outranks(held, Permission::RevokeSessions).is_ok()
    }
}

impl App {
    /// One user's page.
    pub async fn user_page(&self, me: &Principal, id: UserId) -> Result<UserPage> {
        me.needs(Permission::ReadUsers)?;
        let mut tx = self.db.read(me.tenant()).await?;
        let mut account = self.account(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
        let now = self.clock.now();
        let standing = account.standing(now);
        let registered = account.rules().is_satisfied_by(&account.methods);
        let [proofs, messages] =
            self.buckets_against(me.tenant(), &Subject::User(id), &account.methods);
        let name = account.user.upn.key();
        let locked_until = self.locked_until(&mut tx, id, &name, now).await?;
        let methods_shown = me.user.id == id || me.roles.allows(Permission::ReadMethods);
        if !methods_shown {
            account.methods.clear();
        }
        let contact_shown = me.sees_contact_of(id, &account.roles);
        if !contact_shown {
            mask(&mut account.user.profile);
        }
        let activity_shown = me.sees_activity_of(id, &account.roles);
        Ok(UserPage {
            sessions: if activity_shown {
                tx.sessions_of(id).await?
            } else {
                Vec::new()
            },
            groups: tx.groups_of(id).await?,
            locked_until: locked_until[0],
            familiar_locked_until: locked_until[1],
            blocked_until: blocked_until(&mut tx, &proofs, now).await?,
            messages_blocked_until: blocked_until(&mut tx, &messages, now).await?,
            account,
            methods_shown,
            contact_shown,
            activity_shown,
            standing,
            registered,
        })
    }
}

/// The last instant at which one of these counters blocks, if one still does.
async fn blocked_until(
    tx: &mut Tx,
    buckets: &[Bucket],
    now: Timestamp,
) -> Result<Option<Timestamp>> {
    let mut last = None;
    for bucket in buckets {
        last = last.max(tx.counter(bucket).await?.blocked_until);
    }
    Ok(last.filter(|at| *at > now))
}

/// Contact data as somebody sees it who may not act on its owner. The mailbox of work is in every address book.
fn mask(profile: &mut Profile) {
    if let Some(number) = &mut profile.mobile_phone {
        *number = PhoneNumber::parse(number).map_or_else(|_| String::new(), |p| p.masked());
    }
    if let Some(number) = &mut profile.business_phone {
        *number = OfficeNumber::parse(number).map_or_else(|_| String::new(), |p| p.line().masked());
    }
    if let Some(address) = &mut profile.other_mail {
        *address = MailAddress::parse(address).map_or_else(|_| String::new(), |m| m.masked());
    }
}
