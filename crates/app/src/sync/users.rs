//! Users of a batch: judged together, written in few statements.

use super::batch::Work;
use super::draft;
use super::record::{Read, changes};
use crate::audit::Draft;
use crate::error::Result;
use crate::letters::minute;
use crate::notices::Letter;
use crate::{App, Ctx};
use keyward_core::audit::{Activity, Change};
use keyward_core::ids::{DirectoryId, UserId};
use keyward_core::role::Role;
use keyward_core::sync::{Action, Book, Elsewhere, Holder, Known, Plan, Step, Trouble, plan};
use keyward_core::user::User;
use keyward_store::Tx;
use keyward_store::sync::{DirectoryUser, KnownUser};
use keyward_store::user::NameHolder;
use keyward_wire::sync::UserRecord;
use std::collections::HashMap;
use uuid::Uuid;

/// A user before and after.
pub(super) struct Changed<'a> {
    pub(super) read: &'a Read<'a>,
    pub(super) step: &'a Step,
    pub(super) old: User,
    beside: Option<DirectoryUser>,
    pub(super) new: User,
    pub(super) now_beside: DirectoryUser,
    /// What the log says of it.
    changes: Vec<Change>,
}

impl Work<'_> {
    /// Judges users and takes what can be taken.
    pub(super) async fn users(&mut self, records: &[UserRecord]) -> Result<()> {
        if records.is_empty() {
            return Ok(());
        }
        let read: Vec<Read<'_>> = records.iter().map(Read::of).collect();
        let plan = self.judge(&read).await?;
        self.keep_anchors(&read, &plan).await?;
        for (read, step) in read.iter().zip(&plan.steps) {
            if step.action == Action::Unchanged {
                continue;
            }
            let mut troubles = step.troubles.clone();
            troubles.extend(&read.notes);
            self.complain(read, &troubles);
        }
        self.change(&read, &plan).await?;
        self.add(&read, &plan).await
    }

    /// Whose anchor was changed is still there, under the old one.
    async fn keep_anchors(&mut self, read: &[Read<'_>], plan: &Plan) -> Result<()> {
        let steps = read.iter().zip(&plan.steps);
        let changed = steps.filter(|(_, step)| step.troubles.contains(&Trouble::AnchorChanged));
        let sids: Vec<String> = changed.filter_map(|(r, _)| r.record.sid.clone()).collect();
        if sids.is_empty() {
            return Ok(());
        }
        let directory = self.run.directory;
        let found = self.tx.anchors_of_sids(directory, sids).await?;
        let anchors: Vec<Uuid> = found.into_iter().map(|(_, anchor)| anchor).collect();
        self.tx.see_too(self.run.id, self.number, &anchors).await?;
        if !self.run.preview {
            self.tx.unhold(directory, &anchors).await?;
        }
        Ok(())
    }

    /// What is done with each, by all that the service knows of them.
    pub(super) async fn judge(&mut self, read: &[Read<'_>]) -> Result<Plan> {
        let book = self.book(read).await?;
        let records: Vec<_> = read.iter().map(|r| r.record.clone()).collect();
        Ok(plan(&records, &book))
    }

    async fn book(&mut self, read: &[Read<'_>]) -> Result<Book> {
        let anchors: Vec<Uuid> = read.iter().map(|r| r.raw.anchor).collect();
        let known = self.tx.known_users(self.run.directory, &anchors).await?;
        let known: HashMap<Uuid, KnownUser> = known.into_iter().map(|k| (k.anchor, k)).collect();
        let mut book = Book::default();
        let (mut upns, mut mails) = (Vec::new(), Vec::new());
        for r in read {
            let old = known.get(&r.raw.anchor);
            let live = old.filter(|k| k.deleted_at.is_none());
            if live.is_some_and(|k| k.digest == r.digest) {
                continue;
            }
            let upn = r
                .record
                .upn
                .as_ref()
                .map(keyward_core::text::UserPrincipalName::key);
            upns.extend(upn.filter(|key| live.is_none_or(|k| k.upn_key != *key)));
            let mail = r.record.mail_key.as_ref();
            let mail = mail.filter(|key| live.is_none_or(|k| k.mail_key.as_ref() != Some(*key)));
            mails.extend(mail.cloned());
        }
        for held in self.tx.upn_holders(upns).await? {
            book.upns.insert(held.key.clone(), holder(&held));
        }
        for held in self.tx.mail_holders(mails).await? {
            let of_key = book.mails.entry(held.key.clone()).or_default();
            of_key.push(holder(&held));
        }
        let domains = self.tx.domains().await?;
        book.domains = domains.into_iter().map(|d| d.name).collect();
        let new = read.iter().filter(|r| !known.contains_key(&r.raw.anchor));
        self.strangers(&mut book, new).await?;
        for r in read {
            if let Some(k) = known.get(&r.raw.anchor) {
                let entry = self.known(r, k).await?;
                book.known.insert(r.raw.anchor, entry);
            }
        }
        Ok(book)
    }

    /// Of those whom nobody knows by the anchor: who they may be all the same.
    async fn strangers<'r>(
        &mut self,
        book: &mut Book,
        new: impl Iterator<Item = &'r Read<'r>>,
    ) -> Result<()> {
        let (anchors, sids): (Vec<Uuid>, Vec<Option<String>>) =
            new.map(|r| (r.raw.anchor, r.record.sid.clone())).unzip();
        if anchors.is_empty() {
            return Ok(());
        }
        let directory = self.run.directory;
        for found in self.tx.anchored_elsewhere(directory, &anchors).await? {
            let elsewhere = Elsewhere {
                user: found.user,
                left: found.deleted_at.is_some(),
                administrator: found.administrator,
            };
            // Of two the one who is still there counts.
            let kept = book.elsewhere.entry(found.anchor).or_insert(elsewhere);
            if kept.left {
                *kept = elsewhere;
            }
        }
        let sids = sids.into_iter().flatten().collect();
        book.sids = self
            .tx
            .anchors_of_sids(directory, sids)
            .await?
            .into_iter()
            .collect();
        Ok(())
    }

    async fn known(&mut self, r: &Read<'_>, k: &KnownUser) -> Result<Known> {
        let disabled = k.enabled && !r.raw.enabled && k.deleted_at.is_none();
        Ok(Known {
            user: k.user,
            upn_key: k.upn_key.clone(),
            mail_key: k.mail_key.clone(),
            sid: k.sid.clone(),
            deleted: k.deleted_at.is_some(),
            current: k.digest == r.digest,
            last_administrator: disabled && self.is_last_administrator(k.user).await?,
        })
    }

    /// Whether nobody else could govern the organisation (AZ-09).
    pub(super) async fn is_last_administrator(&mut self, user: UserId) -> Result<bool> {
        let roles = self.tx.roles_of(user).await?;
        Ok(roles.contains(Role::GlobalAdministrator)
            && self.tx.other_global_administrators(user).await? == 0)
    }

    /// New users, in as few statements as there are.
    async fn add(&mut self, read: &[Read<'_>], plan: &Plan) -> Result<()> {
        let (directory, now) = (self.run.directory, self.ctx.now);
        let (mut users, mut beside) = (Vec::new(), Vec::new());
        for (r, step) in read.iter().zip(&plan.steps) {
            let Some(upn) = &r.record.upn else { continue };
            if let Action::Replace(_) = step.action
                && !self.run.preview
            {
                self.tx.cut_anchor(directory, r.raw.anchor).await?;
            } else if !matches!(step.action, Action::Add | Action::Replace(_)) {
                continue;
            }
            let id = UserId(self.app.entropy.uuid());
            let blank = crate::users::new_user(
                self.ctx,
                self.who.tenant,
                id,
                upn.clone(),
                r.profile.clone(),
            );
            users.push(r.applied(blank, directory, step));
            beside.push(r.beside(directory, id, step, now));
        }
        self.counts.added += count(users.len());
        if self.run.preview {
            for (user, d) in users.iter().zip(&beside) {
                let list = changes(None, (user, d));
                self.line("add", "user", d.anchor, user.upn.to_string(), &list);
            }
            return Ok(());
        }
        self.tx.insert_users(&users).await?;
        self.tx.insert_directory_users(&beside).await?;
        self.came.extend(beside.iter().map(|d| d.anchor));
        if !self.run.initial {
            for (user, d) in users.iter().zip(&beside) {
                let draft = draft(self.ctx, self.who, Activity::UserAdded).on_user(user);
                let draft = draft.changes(changes(None, (user, d)));
                self.app.record(&mut self.tx, draft).await?;
            }
        }
        Ok(())
    }

    /// Users who are there already.
    async fn change(&mut self, read: &[Read<'_>], plan: &Plan) -> Result<()> {
        let of = |action: Action| match action {
            Action::Join(user)
            | Action::Update(user)
            | Action::Restore(user)
            | Action::Move(user) => Some(user),
            Action::Unchanged | Action::Add | Action::Replace(_) | Action::Refuse => None,
        };
        let ids: Vec<UserId> = plan.steps.iter().filter_map(|s| of(s.action)).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let old = self.tx.users_of(&ids).await?;
        let mut old: HashMap<UserId, User> = old.into_iter().map(|u| (u.id, u)).collect();
        let beside = self.tx.directory_users(&ids).await?;
        let mut beside: HashMap<UserId, DirectoryUser> =
            beside.into_iter().map(|d| (d.user, d)).collect();
        if !self.run.preview {
            self.tx.park_names(&plan.parked).await?;
        }
        let directory = self.run.directory;
        let mut list = Vec::new();
        for (r, step) in read.iter().zip(&plan.steps) {
            let Some(user) = of(step.action).and_then(|id| old.remove(&id)) else {
                continue;
            };
            let before = beside.remove(&user.id);
            let at = before.as_ref().map_or(self.ctx.now, |b| b.changed_at);
            let new = r.applied(user.clone(), directory, step);
            let now_beside = r.beside(directory, user.id, step, at);
            list.push(Changed {
                read: r,
                step,
                old: user,
                beside: before,
                new,
                now_beside,
                changes: Vec::new(),
            });
        }
        self.brake(&mut list).await?;
        for mut c in list {
            c.changes = changes(Some((&c.old, c.beside.as_ref())), (&c.new, &c.now_beside));
            self.write(c).await?;
        }
        Ok(())
    }

    async fn write(&mut self, mut c: Changed<'_>) -> Result<()> {
        let (anchor, name) = (c.read.raw.anchor, c.new.upn.to_string());
        let (joins, returns) = (
            matches!(c.step.action, Action::Join(_)),
            matches!(c.step.action, Action::Restore(_) | Action::Move(_)),
        );
        let moves = matches!(c.step.action, Action::Move(_));
        let same_beside = c.beside.as_ref() == Some(&c.now_beside);
        let same_user = is_same(&c.old, &c.new);
        if same_user && same_beside {
            return Ok(());
        }
        let told = joins || returns || !c.changes.is_empty();
        if joins {
            self.counts.joined += 1;
        } else if returns {
            self.counts.added += 1;
        } else if told {
            self.counts.updated += 1;
        }
        if self.run.preview {
            let action = if joins {
                "join"
            } else if moves {
                "move"
            } else if returns {
                "restore"
            } else {
                "update"
            };
            if told {
                self.line(action, "user", anchor, name, &c.changes);
            }
            return Ok(());
        }
        if !same_user {
            self.tx.save_mastered(&c.new).await?;
        }
        c.now_beside.changed_at = self.ctx.now;
        if moves {
            self.tx.leave_directory(c.new.id).await?;
        }
        match &c.beside {
            None => self.insert_beside(&c.now_beside).await?,
            Some(_) if moves => self.insert_beside(&c.now_beside).await?,
            Some(_) if same_beside => {}
            Some(_) => self.tx.save_directory_user(&c.now_beside).await?,
        }
        if joins || returns {
            self.came.push(anchor);
        }
        self.consequences(&c, joins, returns).await?;
        self.tell(c, joins, returns).await
    }

    async fn insert_beside(&mut self, row: &DirectoryUser) -> Result<()> {
        let rows = std::slice::from_ref(row);
        self.tx.insert_directory_users(rows).await?;
        Ok(())
    }

    /// What must not outlive the change.
    async fn consequences(&mut self, c: &Changed<'_>, joins: bool, returns: bool) -> Result<()> {
        let id = c.new.id;
        if joins {
            // The password is the directory's from now on, and sessions that the old one opened are over.
            self.tx.forget_verifier(id).await?;
        }
        if joins || returns || (c.old.enabled && !c.new.enabled) {
            self.tx.void_everything_of(id).await?;
            self.tx.end_sessions(id, None).await?;
        } else if c.old.upn.key() != c.new.upn.key() {
            self.tx.void_everything_of(id).await?;
        }
        Ok(())
    }

    /// People may write their own number in many directories, and whoever has their session there can as well. It proves
    /// nothing here; that of an administrator is worth a look before somebody makes a method of it (PH-18).
    async fn warn_of_contact(&mut self, c: &Changed<'_>) -> Result<()> {
        if self.tx.roles_of(c.new.id).await?.is_empty() {
            return Ok(());
        }
        let directory = self.run.directory;
        let event = draft(self.ctx, self.who, Activity::AdminContactChanged);
        self.app
            .warn_of_contact(&mut self.tx, self.ctx, directory, &c.new, event)
            .await
    }

    async fn tell(&mut self, mut c: Changed<'_>, joins: bool, returns: bool) -> Result<()> {
        if returns {
            let draft = draft(self.ctx, self.who, Activity::UserRestored).on_user(&c.new);
            let draft = if matches!(c.step.action, Action::Move(_)) {
                draft.detail("moved here from another directory")
            } else {
                draft
            };
            self.app.record(&mut self.tx, draft).await?;
        }
        if c.old.enabled != c.new.enabled {
            let activity = if c.new.enabled {
                Activity::UserEnabled
            } else {
                Activity::UserDisabled
            };
            let (enabled, rest) = c
                .changes
                .into_iter()
                .partition(|x| x.property == "accountEnabled");
            c.changes = rest;
            let draft = draft(self.ctx, self.who, activity).on_user(&c.new);
            self.app
                .record(&mut self.tx, draft.changes(enabled))
                .await?;
        }
        if !joins && contacts(&c.old) != contacts(&c.new) {
            self.warn_of_contact(&c).await?;
        }
        if joins || !c.changes.is_empty() {
            let draft = draft(self.ctx, self.who, Activity::UserUpdated).on_user(&c.new);
            let draft = if joins {
                draft.detail("taken over by the directory")
            } else {
                draft
            };
            self.app
                .record(&mut self.tx, draft.changes(c.changes))
                .await?;
        }
        Ok(())
    }
}

impl App {
    /// Tells administrators that the directory brought other contact data of one of them.
    pub(super) async fn warn_of_contact(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        directory: DirectoryId,
        user: &User,
        event: Draft,
    ) -> Result<()> {
        let name = tx.directory(directory).await?;
        let name = name.map(|directory| directory.name).unwrap_or_default();
        self.record(tx, event.on_user(user)).await?;
        let letter = Letter {
            name: "admin-contact-changed",
            args: vec![
                ("directory", name.into()),
                ("name", user.profile.display_name.clone().into()),
                ("user", user.upn.to_string().into()),
                ("when", minute(ctx).into()),
            ],
            worded: None,
            link: Some(format!(
                "{}/admin/users/{}",
                self.settings.public_url, user.id
            )),
        };
        self.write_to_connect(tx, ctx, &letter).await
    }
}

/// The numbers and the address by which somebody could be reached.
pub(super) fn contacts(user: &User) -> [Option<&str>; 3] {
    let p = &user.profile;
    let contacts = [&p.mail, &p.mobile_phone, &p.business_phone];
    contacts.map(|contact| contact.as_ref().map(AsRef::as_ref))
}

fn holder(held: &NameHolder) -> Holder {
    Holder {
        user: held.user,
        anchored: held.anchored,
        administrator: held.administrator,
    }
}

/// Whether the part of a user that a directory masters is the same.
fn is_same(a: &User, b: &User) -> bool {
    a.upn == b.upn
        && a.profile == b.profile
        && a.enabled == b.enabled
        && a.must_change_password == b.must_change_password
        && a.password_changed_at == b.password_changed_at
        && a.deleted_at == b.deleted_at
        && a.directory == b.directory
}

pub(super) fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
