//! Contact data that wait, and what administrators decide about them.

use super::brake::take_contacts;
use super::desk::name_of;
use crate::attempt::{Attempt, On};
use crate::audit::Draft;
use crate::error::Result;
use crate::{App, Ctx, Principal};
use keyward_core::audit::{Activity, Change};
use keyward_core::ids::{DirectoryId, UserId};
use keyward_core::phone::OfficeNumber;
use keyward_core::refusal::Refusal;
use keyward_core::role::Permission;
use keyward_core::text::MailAddress;
use keyward_core::user::User;
use keyward_store::Tx;
use keyward_store::sync::{HeldContact, HeldContacts};
use keyward_store::user::After;
use std::collections::HashMap;

/// Rows that are read at a time.
const PAGE: i64 = 500;

/// What waits for a decision in one directory.
#[derive(Debug, Clone)]
pub struct PendingContacts {
    /// How many, since when.
    pub sum: HeldContacts,
    /// What people call the directory.
    pub name: String,
}

/// One of those who wait.
#[derive(Debug)]
pub struct ContactChange {
    /// The user as they are.
    pub user: User,
    /// What would be another. Numbers are whole here, and masked in the log.
    pub changes: Vec<Change>,
    /// Holds an administrator role.
    pub administrator: bool,
    /// What waits.
    pub held: HeldContact,
}

/// A fresh look at the contact data that wait in one directory.
#[derive(Debug)]
pub struct Contacts {
    /// How many, since when.
    pub pending: PendingContacts,
    /// The users and groups that the directory has here.
    pub scope: i64,
    /// A page of them.
    pub list: Vec<ContactChange>,
    /// There are more after the last of the page.
    pub next: Option<uuid::Uuid>,
    /// The users among all of them who hold an administrator role.
    pub administrators: i64,
    /// Tells this state of the list from another.
    pub mark: String,
}

fn mark(sum: &HeldContacts) -> String {
    format!("{}-{}-{}", sum.count, sum.since.0, sum.newest.0)
}

impl App {
    /// The contact data that wait for a decision.
    pub async fn pending_contacts(&self, me: &Principal) -> Result<Vec<PendingContacts>> {
        me.needs(Permission::ReadConnect)?;
        let mut tx = self.db.read(me.tenant()).await?;
        let mut all = Vec::new();
        for sum in tx.held_contact_sums().await? {
            let name = name_of(&mut tx, sum.directory).await?;
            all.push(PendingContacts { sum, name });
        }
        Ok(all)
    }

    /// A fresh look at what waits in one directory. Who may decide also sees whose numbers they are.
    pub async fn contacts(
        &self,
        me: &Principal,
        directory: DirectoryId,
        after: Option<&After>,
        limit: i64,
    ) -> Result<Contacts> {
        me.needs(Permission::ReadConnect)?;
        me.needs(Permission::ReadUsers)?;
        let mut tx = self.db.read(me.tenant()).await?;
        let pending = pending(&mut tx, directory).await?;
        let mut administrators = 0;
        for one in everything(&mut tx, directory).await? {
            administrators += i64::from(!tx.roles_of(one.user).await?.is_empty());
        }
        let mut page = tx.held_contacts(directory, after, limit + 1).await?;
        let shown = usize::try_from(limit).unwrap_or_default();
        let more = page.len() > shown;
        page.truncate(shown);
        Ok(Contacts {
            scope: tx.count_anchored(directory).await?,
            next: page.last().filter(|_| more).map(|h| h.anchor),
            list: of_users(&mut tx, page).await?,
            administrators,
            mark: mark(&pending.sum),
            pending,
        })
    }

    /// Takes the contact data that wait, if they still are what was looked at; for how many, and for how many not,
    /// because the address is somebody else's by now.
    pub async fn approve_contacts(
        &self,
        ctx: &Ctx,
        me: &Principal,
        directory: DirectoryId,
        looked_at: &str,
    ) -> Result<(usize, usize)> {
        let attempt = Attempt::new(ctx, me, Activity::ContactsApproved, On::Thing("directory"));
        self.attempt(attempt, async {
            me.needs(Permission::WriteConnect)?;
            let mut tx = self.db.write(me.tenant()).await?;
            let pending = pending(&mut tx, directory).await?;
            if mark(&pending.sum) != looked_at {
                return Err(Refusal::ChangedMeanwhile.into());
            }
            let (mut taken, mut left) = (0, 0);
            let all = everything(&mut tx, directory).await?;
            for page in all.chunks(usize::try_from(PAGE).unwrap_or(1)) {
                for one in of_users(&mut tx, page.to_vec()).await? {
                    let draft = |activity| Draft::new(ctx, activity, me.actor());
                    if !is_free(&mut tx, &one).await? {
                        left += 1;
                        continue;
                    }
                    let new = with(&one.user, &one.held);
                    tx.save_mastered(&new).await?;
                    let event = draft(Activity::UserUpdated).on_user(&new);
                    let changes = one.changes.into_iter().map(masked).collect();
                    self.record(&mut tx, event.changes(changes)).await?;
                    if one.administrator {
                        let event = draft(Activity::AdminContactChanged);
                        self.warn_of_contact(&mut tx, ctx, directory, &new, event)
                            .await?;
                    }
                    taken += 1;
                }
            }
            tx.unhold_all_contacts(directory).await?;
            let event = Draft::new(ctx, Activity::ContactsApproved, me.actor());
            let event = event.on("directory", Some(directory.0), &pending.name);
            let event = event.detail(format!("{taken} users changed, {left} stayed"));
            self.record(&mut tx, event).await?;
            tx.commit().await?;
            Ok((taken, left))
        })
        .await
    }

    /// Keeps the contact data that are here. What a later full run still finds to be another is asked about again.
    pub async fn reject_contacts(
        &self,
        ctx: &Ctx,
        me: &Principal,
        directory: DirectoryId,
        looked_at: &str,
    ) -> Result<u64> {
        let attempt = Attempt::new(ctx, me, Activity::ContactsRejected, On::Thing("directory"));
        self.attempt(attempt, async {
            me.needs(Permission::WriteConnect)?;
            let mut tx = self.db.write(me.tenant()).await?;
            let pending = pending(&mut tx, directory).await?;
            if mark(&pending.sum) != looked_at {
                return Err(Refusal::ChangedMeanwhile.into());
            }
            let kept = tx.unhold_all_contacts(directory).await?;
            let event = Draft::new(ctx, Activity::ContactsRejected, me.actor());
            let event = event.on("directory", Some(directory.0), &pending.name);
            let event = event.detail(format!("{kept} users kept theirs"));
            self.record(&mut tx, event).await?;
            tx.commit().await?;
            Ok(kept)
        })
        .await
    }
}

async fn pending(tx: &mut Tx, directory: DirectoryId) -> Result<PendingContacts> {
    let sums = tx.held_contact_sums().await?;
    let sum = sums.into_iter().find(|s| s.directory == directory);
    Ok(PendingContacts {
        sum: sum.ok_or(Refusal::NotFound)?,
        name: name_of(tx, directory).await?,
    })
}

async fn everything(tx: &mut Tx, directory: DirectoryId) -> Result<Vec<HeldContact>> {
    let mut all: Vec<HeldContact> = Vec::new();
    loop {
        let after = all.last().map(|last| After {
            key: String::new(),
            id: last.anchor,
        });
        let page = tx.held_contacts(directory, after.as_ref(), PAGE).await?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}

/// With whom they are of. Whoever was deleted meanwhile keeps what they had.
async fn of_users(tx: &mut Tx, page: Vec<HeldContact>) -> Result<Vec<ContactChange>> {
    let ids: Vec<UserId> = page.iter().map(|h| h.user).collect();
    let users = tx.users_of(&ids).await?;
    let mut users: HashMap<UserId, User> = users.into_iter().map(|u| (u.id, u)).collect();
    let mut list = Vec::new();
    for held in page {
        let Some(user) = users.remove(&held.user).filter(|u| u.deleted_at.is_none()) else {
            continue;
        };
        list.push(ContactChange {
            administrator: !tx.roles_of(user.id).await?.is_empty(),
            changes: differences(&user, &with(&user, &held)),
            user,
            held,
        });
    }
    Ok(list)
}

/// The user as they would be.
fn with(user: &User, held: &HeldContact) -> User {
    let mut new = user.clone();
    let mut contacts = user.profile.clone();
    contacts.mail.clone_from(&held.mail);
    contacts.mobile_phone.clone_from(&held.mobile_phone);
    contacts.business_phone.clone_from(&held.business_phone);
    take_contacts(&mut new.profile, &contacts);
    new
}

fn differences(old: &User, new: &User) -> Vec<Change> {
    let (old, new) = (&old.profile, &new.profile);
    let pairs = [
        ("mail", &old.mail, &new.mail),
        ("mobilePhone", &old.mobile_phone, &new.mobile_phone),
        ("businessPhones", &old.business_phone, &new.business_phone),
    ];
    let other = pairs.into_iter().filter(|(_, old, new)| old != new);
    let change = |(property, old, new): (&str, &Option<String>, &Option<String>)| Change {
        property: property.to_owned(),
        old: old.clone(),
        new: new.clone(),
    };
    other.map(change).collect()
}

fn masked(change: Change) -> Change {
    if change.property == "mail" {
        return change;
    }
    let hide = |number: Option<String>| number.map(|n| OfficeNumber::stored(&n).line().masked());
    Change {
        old: hide(change.old),
        new: hide(change.new),
        ..change
    }
}

/// Whether the address, if it is another one, is nobody else's by now.
async fn is_free(tx: &mut Tx, one: &ContactChange) -> Result<bool> {
    let new = with(&one.user, &one.held);
    let key = |user: &User| {
        let mail = user.profile.mail.as_deref();
        mail.and_then(|m| MailAddress::parse(m).ok())
            .map(|m| m.key())
    };
    if let Some(wanted) = key(&new).filter(|wanted| key(&one.user).as_ref() != Some(wanted)) {
        let holders = tx.mail_holders(vec![wanted]).await?;
        if holders.iter().any(|holder| holder.user != new.id) {
            return Ok(false);
        }
    }
    Ok(true)
}
