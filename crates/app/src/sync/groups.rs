//! Groups of a batch, and who is in them.

use super::batch::Work;
use super::draft;
use super::record::{digest_of, place, short};
use super::users::count;
use crate::error::Result;
use keyward_core::audit::{Activity, Change};
use keyward_core::group::Group;
use keyward_core::ids::GroupId;
use keyward_core::sync::{Trouble, cleaned};
use keyward_store::group::Member;
use keyward_store::sync::{DirectoryGroup, KnownGroup, MemberList, Mode};
use keyward_wire::sync::{GroupRecord, MemberChange};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// So many members are named in the log one by one; of more it says how many.
const NAMED: usize = 20;

/// Characters of a description.
const DESCRIPTION: usize = 1000;

impl Work<'_> {
    /// Takes groups, without their members.
    pub(super) async fn groups(&mut self, records: &[GroupRecord]) -> Result<()> {
        if records.is_empty() {
            return Ok(());
        }
        let anchors: Vec<Uuid> = records.iter().map(|g| g.anchor).collect();
        let known = self.tx.known_groups(self.run.directory, &anchors).await?;
        let known: HashMap<Uuid, KnownGroup> = known.into_iter().map(|k| (k.anchor, k)).collect();
        for record in records {
            let digest = digest_of(record);
            match known.get(&record.anchor) {
                Some(k) if k.digest == digest => {}
                old => self.group(record, old, digest).await?,
            }
        }
        Ok(())
    }

    async fn group(
        &mut self,
        record: &GroupRecord,
        old: Option<&KnownGroup>,
        digest: Vec<u8>,
    ) -> Result<()> {
        let Some(name) = short(&record.name) else {
            self.complain_of_group(record, Trouble::BadName);
            return Ok(());
        };
        let description = record.description.as_deref();
        let description = description.and_then(|d| cleaned(d, DESCRIPTION));
        let holder = self.tx.group_named(&name).await?;
        if holder.is_some() && holder != old.map(|k| k.group) {
            self.complain_of_group(record, Trouble::DuplicateName);
            return Ok(());
        }
        let property = |property: &str, old: Option<String>, new: Option<String>| Change {
            property: property.to_owned(),
            old,
            new,
        };
        let before = old.map(|k| (k.name.clone(), k.description.clone()));
        let (old_name, old_description) = before.map_or((None, None), |(n, d)| (Some(n), d));
        let mut changes = vec![
            property("displayName", old_name, Some(name.clone())),
            property("description", old_description, description.clone()),
        ];
        changes.retain(|c| c.old != c.new);
        if old.is_some() {
            self.counts.updated += i64::from(!changes.is_empty());
        } else {
            self.counts.added += 1;
        }
        if self.run.preview {
            if !changes.is_empty() {
                let action = if old.is_some() { "update" } else { "add" };
                self.line(action, "group", record.anchor, name, &changes);
            }
            return Ok(());
        }
        let id = match old {
            Some(k) => k.group,
            None => GroupId(self.app.entropy.uuid()),
        };
        let beside = DirectoryGroup {
            directory: self.run.directory,
            anchor: record.anchor,
            group: id,
            dn: place(&record.dn),
            digest,
            changed_at: self.ctx.now,
        };
        let activity = if old.is_some() {
            if !changes.is_empty() {
                self.tx
                    .update_group(id, &name, description.as_deref())
                    .await?;
            }
            self.tx.save_directory_group(&beside).await?;
            Activity::GroupUpdated
        } else {
            let group = Group {
                id,
                tenant: self.who.tenant,
                directory: Some(self.run.directory),
                name: name.clone(),
                description,
                created_at: self.ctx.now,
            };
            self.tx.insert_directory_group(&group, &beside).await?;
            self.came.push(record.anchor);
            Activity::GroupAdded
        };
        let told = !changes.is_empty() && (old.is_some() || !self.run.initial);
        if told {
            let draft = draft(self.ctx, self.who, activity).on_group(id, &name);
            self.app
                .record(&mut self.tx, draft.changes(changes))
                .await?;
        }
        Ok(())
    }

    /// Whoever has come takes the places that were kept.
    pub(super) async fn settle(&mut self) -> Result<()> {
        let came = std::mem::take(&mut self.came);
        if came.is_empty() || self.run.preview {
            return Ok(());
        }
        let directory = self.run.directory;
        let places = self.tx.awaiting(directory, &came).await?;
        if places.is_empty() {
            return Ok(());
        }
        let found = self.tx.anchored(directory, &came).await?;
        let found: HashMap<Uuid, Member> = found.into_iter().collect();
        let mut by_group: HashMap<GroupId, Vec<Uuid>> = HashMap::new();
        for (group, anchor) in places {
            by_group.entry(group).or_default().push(anchor);
        }
        for (group, anchors) in by_group {
            let members: Vec<Member> = anchors
                .iter()
                .filter_map(|a| found.get(a))
                .copied()
                .collect();
            let added = self.tx.add_members(group, &members).await?;
            self.counts.members_added += i64::try_from(added).unwrap_or(i64::MAX);
            self.tx.forget_awaited(group, &anchors).await?;
        }
        Ok(())
    }

    /// Takes changes of members.
    pub(super) async fn members(&mut self, list: &[MemberChange]) -> Result<()> {
        let anchors: Vec<Uuid> = list.iter().map(|m| m.group).collect();
        let known = self.tx.known_groups(self.run.directory, &anchors).await?;
        let known: HashMap<Uuid, KnownGroup> = known.into_iter().map(|k| (k.anchor, k)).collect();
        let mut lists = HashMap::new();
        for change in list {
            let Some(group) = known.get(&change.group) else {
                if self.run.preview {
                    // It may be one that the preview would add.
                    self.counts.members_added += count(change.add.len());
                } else if !(change.add.is_empty() && change.remove.is_empty()) {
                    let trouble = Trouble::UnknownGroup;
                    self.problem(change.group, trouble, change.group.to_string(), "");
                }
                continue;
            };
            let begun = match lists.get(&change.group) {
                _ if change.whole || self.run.mode == Mode::Full => true,
                Some(begun) => *begun,
                None => self
                    .tx
                    .whole_lists(self.run.id)
                    .await?
                    .contains(&change.group),
            };
            lists.insert(change.group, begun);
            if begun {
                // Several parts of one list may come in one batch.
                let number = self.number * 1000 + count(lists_of(list, change));
                let part = MemberList {
                    group: change.group,
                    whole: change.whole,
                    members: &change.add,
                };
                self.tx.keep_list(self.run.id, number, &part).await?;
            }
            self.put_in(group, &change.add).await?;
            self.take_out(group, &change.remove).await?;
        }
        Ok(())
    }

    async fn put_in(&mut self, group: &KnownGroup, anchors: &[Uuid]) -> Result<()> {
        let found = self.tx.anchored(self.run.directory, anchors).await?;
        let met: HashSet<Uuid> = found.iter().map(|(anchor, _)| *anchor).collect();
        let members: Vec<Member> = found.iter().map(|(_, member)| *member).collect();
        let unknown: Vec<Uuid> = anchors
            .iter()
            .filter(|a| !met.contains(*a))
            .copied()
            .collect();
        if self.run.preview {
            let there = self.tx.members_with_anchors(group.group).await?;
            let there: HashSet<Member> = there.into_iter().map(|(member, _)| member).collect();
            let new = members.iter().filter(|m| !there.contains(*m)).count();
            self.preview_members(group, new, 0);
            return Ok(());
        }
        self.tx.await_members(group.group, &unknown).await?;
        if self.run.initial || members.len() > NAMED {
            let added = self.tx.add_members(group.group, &members).await?;
            let added = i64::try_from(added).unwrap_or(i64::MAX);
            self.counts.members_added += added;
            return self
                .tell_members(group, Activity::MemberAdded, &[], added)
                .await;
        }
        let mut added = Vec::new();
        for member in members {
            if self.tx.add_member(group.group, member).await? {
                added.push(member);
            }
        }
        self.counts.members_added += count(added.len());
        self.tell_members(group, Activity::MemberAdded, &added, 0)
            .await
    }

    async fn take_out(&mut self, group: &KnownGroup, anchors: &[Uuid]) -> Result<()> {
        if anchors.is_empty() {
            return Ok(());
        }
        let found = self.tx.anchored(self.run.directory, anchors).await?;
        let members: Vec<Member> = found.into_iter().map(|(_, member)| member).collect();
        if !self.run.preview {
            self.tx.forget_awaited(group.group, anchors).await?;
        }
        self.let_go(group, &members).await
    }

    /// Removes members that the directory no longer has.
    pub(super) async fn let_go(&mut self, group: &KnownGroup, members: &[Member]) -> Result<()> {
        if self.run.preview {
            let there = self.tx.members_with_anchors(group.group).await?;
            let there: HashSet<Member> = there.into_iter().map(|(member, _)| member).collect();
            let gone = members.iter().filter(|m| there.contains(*m)).count();
            self.preview_members(group, 0, gone);
            return Ok(());
        }
        let mut removed = Vec::new();
        if members.len() > NAMED {
            let gone = self.tx.remove_members(group.group, members).await?;
            let gone = i64::try_from(gone).unwrap_or(i64::MAX);
            self.counts.members_removed += gone;
            return self
                .tell_members(group, Activity::MemberRemoved, &[], gone)
                .await;
        }
        for member in members {
            if self.tx.remove_member(group.group, *member).await? {
                removed.push(*member);
            }
        }
        self.counts.members_removed += count(removed.len());
        self.tell_members(group, Activity::MemberRemoved, &removed, 0)
            .await
    }

    fn preview_members(&mut self, group: &KnownGroup, added: usize, removed: usize) {
        self.counts.members_added += count(added);
        self.counts.members_removed += count(removed);
        if added + removed > 0 {
            let number = |n: usize| Some(n.to_string()).filter(|_| n > 0);
            let change = Change {
                property: "members".to_owned(),
                old: number(removed).map(|n| format!("-{n}")),
                new: number(added).map(|n| format!("+{n}")),
            };
            self.line(
                "members",
                "group",
                group.anchor,
                group.name.clone(),
                &[change],
            );
        }
    }

    /// Tells of members on the group's side and on theirs, as when an administrator does it; of many, how many.
    async fn tell_members(
        &mut self,
        group: &KnownGroup,
        activity: Activity,
        members: &[Member],
        more: i64,
    ) -> Result<()> {
        if self.run.initial || (members.is_empty() && more == 0) {
            return Ok(());
        }
        let draft = |w: &Self| draft(w.ctx, w.who, activity);
        let on_group = draft(self).on_group(group.group, &group.name);
        if more > 0 {
            let on_group = on_group.detail(format!("{more} members"));
            return self.app.record(&mut self.tx, on_group).await;
        }
        let added = activity == Activity::MemberAdded;
        let mut list = Vec::new();
        for member in members {
            let (name, user) = match member {
                Member::User(id) => (
                    self.tx.user(*id).await?.map(|u| u.upn.to_string()),
                    Some(*id),
                ),
                Member::Group(id) => (self.tx.group(*id).await?.map(|g| g.name), None),
            };
            let name = name.unwrap_or_default();
            list.push(change_of("member", name.clone(), added));
            if let Some(id) = user {
                let seen = draft(self).on("user", Some(id.0), &name);
                let seen = seen.changes(vec![change_of("group", group.name.clone(), added)]);
                self.app.record(&mut self.tx, seen).await?;
            }
        }
        self.app.record(&mut self.tx, on_group.changes(list)).await
    }
}

/// Which of the changes of a batch this one is.
fn lists_of(list: &[MemberChange], one: &MemberChange) -> usize {
    list.iter()
        .position(|c| std::ptr::eq(c, one))
        .unwrap_or_default()
}

fn change_of(property: &str, name: String, added: bool) -> Change {
    let (old, new) = if added {
        (None, Some(name))
    } else {
        (Some(name), None)
    };
    Change {
        property: property.to_owned(),
        old,
        new,
    }
}
