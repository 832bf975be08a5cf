//! Contact data of many at once wait for an administrator (AZ-11).
//!
//! Somebody's number that the directory brings proves nothing here, but it is offered when they register, and notices go
//! to their mailbox. A tool that writes wrong ones to everybody, or somebody who has its account, is stopped after the
//! first few; what else came with the same records is taken.

use super::batch::Work;
use super::draft;
use super::users::{Changed, contacts, count};
use crate::App;
use crate::error::Result;
use crate::letters::minute;
use crate::notices::Letter;
use keyward_core::audit::Activity;
use keyward_core::sync::{Action, Trouble, must_ask_about_contacts};
use keyward_core::time::{Timestamp, hours};
use keyward_core::user::Profile;
use keyward_store::sync::HeldContact;
use std::collections::HashSet;
use uuid::Uuid;

/// What a profile would become.
pub(super) fn waiting(c: &Changed<'_>, now: Timestamp) -> HeldContact {
    HeldContact {
        anchor: c.read.raw.anchor,
        user: c.new.id,
        mail: c.new.profile.mail.clone(),
        mobile_phone: c.new.profile.mobile_phone.clone(),
        business_phone: c.new.profile.business_phone.clone(),
        held_at: now,
    }
}

/// Takes the contact data of another profile.
pub(super) fn take_contacts(profile: &mut Profile, from: &Profile) {
    profile.mail.clone_from(&from.mail);
    profile.mobile_phone.clone_from(&from.mobile_phone);
    profile.business_phone.clone_from(&from.business_phone);
}

/// Somebody who was there, and whom the directory gives other contact data now.
fn other_contacts(c: &Changed<'_>) -> bool {
    matches!(c.step.action, Action::Update(_)) && contacts(&c.old) != contacts(&c.new)
}

impl Work<'_> {
    /// Keeps contact data back if those of too many change, and what waits already; the rest of each change goes on.
    pub(super) async fn brake(&mut self, changed: &mut [Changed<'_>]) -> Result<()> {
        if self.run.preview {
            return Ok(());
        }
        let (directory, now) = (self.run.directory, self.ctx.now);
        let anchors: Vec<Uuid> = changed.iter().map(|c| c.read.raw.anchor).collect();
        let waits = self.tx.whose_contacts_wait(directory, &anchors).await?;
        let waits: HashSet<Uuid> = waits.into_iter().collect();
        let waits = |c: &Changed<'_>| waits.contains(&c.read.raw.anchor);
        let new = changed.iter().filter(|c| other_contacts(c) && !waits(c));
        let new = count(new.count());
        let ask = self.asks_about(new).await?;
        let (mut held, mut free) = (Vec::new(), Vec::new());
        for c in changed {
            if other_contacts(c) && (ask || waits(c)) {
                held.push(waiting(c, now));
                if !waits(c) {
                    let (anchor, name) = (c.read.raw.anchor, c.new.upn.to_string());
                    self.problem(anchor, Trouble::ContactsHeld, name, &c.read.raw.dn);
                }
                take_contacts(&mut c.new.profile, &c.old.profile);
                // Not taken whole: it is looked at again.
                c.now_beside.digest.clear();
            } else if waits(c) {
                // The directory says again what is here.
                free.push(c.read.raw.anchor);
            }
        }
        self.tx.unhold_contacts(directory, &free).await?;
        if ask {
            self.tell_of_contacts(new).await?;
        } else if new > 0 {
            let since = now - hours(1);
            self.tx
                .count_contact_changes(directory, new, now, since)
                .await?;
        }
        self.tx.hold_contacts(directory, &held).await?;
        Ok(())
    }

    async fn asks_about(&mut self, new: i64) -> Result<bool> {
        if new == 0 {
            return Ok(false);
        }
        let directory = self.run.directory;
        let since = self.ctx.now - hours(1);
        let lately = self.tx.contact_changes(directory, since).await?;
        let users = self.tx.count_anchored(directory).await?;
        let n = |n: i64| u64::try_from(n).unwrap_or_default();
        Ok(must_ask_about_contacts(n(new), n(lately), n(users)))
    }

    /// Once, when the first are held: more may follow by the second.
    async fn tell_of_contacts(&mut self, new: i64) -> Result<()> {
        let directory = self.run.directory;
        let sums = self.tx.held_contact_sums().await?;
        if sums.iter().any(|sum| sum.directory == directory) {
            return Ok(());
        }
        let name = super::desk::name_of(&mut self.tx, directory).await?;
        let event = draft(self.ctx, self.who, Activity::ContactsHeld);
        let event = event.on("directory", Some(directory.0), &name);
        let event = event.detail(format!("{new} users, perhaps more to come"));
        self.app.record(&mut self.tx, event).await?;
        let app: &App = self.app;
        let letter = Letter {
            name: "contacts-held",
            args: vec![
                ("directory", name.into()),
                ("count", new.into()),
                ("when", minute(self.ctx).into()),
            ],
            worded: None,
            link: Some(format!(
                "{}/admin/connect/contacts/{directory}",
                app.settings.public_url
            )),
        };
        app.write_to_connect(&mut self.tx, self.ctx, &letter).await
    }
}
