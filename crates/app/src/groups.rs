//! Security groups, as administrators manage them.

use crate::attempt::{Attempt, On};
use crate::audit::Draft;
use crate::error::{Result, taken};
use crate::licences::members_are_licensed;
use crate::sync::mastered_here;
use crate::{App, Ctx, Principal};
use keyward_core::audit::Activity;
use keyward_core::group::Group;
use keyward_core::ids::{GroupId, PolicyId, UserId};
use keyward_core::method::MethodKind;
use keyward_core::refusal::Refusal;
use keyward_core::role::Permission;
use keyward_core::text::{TextFault, fold, line, paragraph};
use keyward_store::Tx;
use keyward_store::group::{Listed, ListedGroup, Member};
use keyward_store::user::After;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// A group with all that its page shows.
#[derive(Debug)]
pub struct GroupPage {
    /// The group.
    pub group: Group,
    /// How many direct members there are.
    pub total: i64,
    /// Its owners.
    pub owners: Vec<Listed>,
    /// The groups of the policy that it is or lies in, over any number of levels: reset is on for its members.
    pub scope: Vec<Group>,
    /// The policies by group that name it or a group that it lies in, for readers who may see the policy.
    pub policies: Vec<(PolicyId, String)>,
    /// The methods that name it or a group that it lies in, for readers who may see the policy.
    pub kinds: Vec<MethodKind>,
    /// A policy by group or a method names it or a group that it lies in.
    pub ruled: bool,
}

impl App {
    /// A page of groups.
    pub async fn groups(
        &self,
        me: &Principal,
        search: &str,
        after: Option<&After>,
        limit: i64,
    ) -> Result<Vec<ListedGroup>> {
        me.needs(Permission::ReadGroups)?;
        Ok(self
            .db
            .read(me.tenant())
            .await?
            .groups(&fold(search.trim()), after, limit)
            .await?)
    }

    /// One group's page.
    pub async fn group_page(&self, me: &Principal, id: GroupId) -> Result<GroupPage> {
        me.needs(Permission::ReadGroups)?;
        let mut tx = self.db.read(me.tenant()).await?;
        let group = tx.group(id).await?.ok_or(Refusal::NotFound)?;
        let above = tx.policy_groups_above(id).await?;
        let policy = tx.policy().await?.policy;
        let (policies, kinds) = match me.needs(Permission::ReadPolicy) {
            Ok(()) => policy.naming(&above),
            Err(_) => (Vec::new(), Vec::new()),
        };
        Ok(GroupPage {
            policies: policies.iter().map(|p| (p.id, p.name.clone())).collect(),
            kinds,
            ruled: !above.is_empty(),
            group,
            total: tx.count_members(id).await?,
            owners: tx.owners(id).await?,
            scope: tx.scope_groups_above(id).await?,
        })
    }

    /// A page of the direct members of a group, groups first, each by name.
    pub async fn group_members(
        &self,
        me: &Principal,
        id: GroupId,
        search: &str,
        after: Option<&After>,
        limit: i64,
    ) -> Result<Vec<Listed>> {
        me.needs(Permission::ReadGroups)?;
        let mut tx = self.db.read(me.tenant()).await?;
        tx.group(id).await?.ok_or(Refusal::NotFound)?;
        Ok(tx.members(id, &fold(search.trim()), after, limit).await?)
    }

    /// Makes a security group with its first members.
    pub async fn create_group(
        &self,
        ctx: &Ctx,
        me: &Principal,
        name: &str,
        description: &str,
        members: &[UserId],
    ) -> Result<GroupId> {
        let attempt = Attempt::new(ctx, me, Activity::GroupAdded, On::Thing("group"));
        self.attempt(attempt, async {
            me.needs(Permission::WriteGroups)?;
            let (name, description) = parse(name, description)?;
            let id = GroupId(self.entropy.uuid());
            let group = Group {
                id,
                tenant: me.tenant(),
                directory: None,
                name,
                description,
                created_at: ctx.now,
            };
            let mut tx = self.db.write(me.tenant()).await?;
            taken(
                tx.insert_group(&group).await,
                Refusal::field("name", "group-name-taken"),
            )?;
            let draft = Draft::new(ctx, Activity::GroupAdded, me.actor()).on_group(id, &group.name);
            let draft = draft.change("description", None, group.description.clone());
            self.record(&mut tx, draft).await?;
            for user in members {
                self.put_in(&mut tx, ctx, me, &group, Member::User(*user))
                    .await?;
            }
            tx.commit().await?;
            Ok(id)
        })
        .await
    }

    /// Changes name and description, if they still are what [`mark`] said of those that were `read`.
    pub async fn update_group(
        &self,
        ctx: &Ctx,
        me: &Principal,
        id: GroupId,
        name: &str,
        description: &str,
        read: &str,
    ) -> Result<()> {
        let attempt = Attempt::group(ctx, me, Activity::GroupUpdated, id);
        self.attempt(attempt, async {
            me.needs(Permission::WriteGroups)?;
            let (name, description) = parse(name, description)?;
            let mut tx = self.db.write(me.tenant()).await?;
            let old = tx.group(id).await?.ok_or(Refusal::NotFound)?;
            mastered_here(old.directory)?;
            if !read.is_empty() && read != mark(&old) {
                return Err(Refusal::ChangedMeanwhile.into());
            }
            let done = tx.update_group(id, &name, description.as_deref()).await;
            taken(done, Refusal::field("name", "group-name-taken"))?;
            let draft = Draft::new(ctx, Activity::GroupUpdated, me.actor()).on_group(id, &old.name);
            let draft = draft.change("displayName", Some(old.name), Some(name));
            let draft = draft.change("description", old.description, description);
            if draft.has_changes() {
                self.record(&mut tx, draft).await?;
            }
            tx.commit().await?;
            Ok(())
        })
        .await
    }

    /// Deletes a group; refused while a policy or a method names it, or a group that it lies in: its members would be
    /// out of scope, or under other rules.
    /// Refused too while it gives its members licences.
    pub async fn delete_group(&self, ctx: &Ctx, me: &Principal, id: GroupId) -> Result<()> {
        let attempt = Attempt::group(ctx, me, Activity::GroupDeleted, id);
        self.attempt(attempt, async {
            me.needs(Permission::WriteGroups)?;
            let mut tx = self.db.write(me.tenant()).await?;
            let group = tx.group(id).await?.ok_or(Refusal::NotFound)?;
            mastered_here(group.directory)?;
            let policies = tx.policy_groups_above(id).await?;
            if !policies.is_empty() || !tx.scope_groups_above(id).await?.is_empty() {
                return Err(Refusal::GroupInUse.into());
            }
            if tx.group_is_licensed(id).await? {
                return Err(Refusal::GroupLicensed.into());
            }
            tx.delete_group(id).await?;
            self.record(
                &mut tx,
                Draft::new(ctx, Activity::GroupDeleted, me.actor()).on_group(id, &group.name),
            )
            .await?;
            tx.commit().await?;
            Ok(())
        })
        .await
    }

    /// Adds members. Those who are in it already are passed over.
    pub async fn add_members(
        &self,
        ctx: &Ctx,
        me: &Principal,
        id: GroupId,
        members: &[Member],
    ) -> Result<()> {
        let attempt = Attempt::group(ctx, me, Activity::MemberAdded, id);
        self.attempt(attempt, async {
            me.needs(Permission::WriteGroups)?;
            let mut tx = self.db.write(me.tenant()).await?;
            let group = tx.group(id).await?.ok_or(Refusal::NotFound)?;
            mastered_here(group.directory)?;
            for member in members {
                self.put_in(&mut tx, ctx, me, &group, *member).await?;
            }
            members_are_licensed(&mut tx, id).await?;
            tx.commit().await?;
            Ok(())
        })
        .await
    }

    async fn put_in(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        me: &Principal,
        group: &Group,
        member: Member,
    ) -> Result<()> {
        let name = self.member_name(tx, member).await?;
        if let Member::Group(inner) = member
            && tx.contains_group(inner, group.id).await?
        {
            return Err(Refusal::GroupCycle.into());
        }
        if tx.add_member(group.id, member).await? {
            let draft =
                Draft::new(ctx, Activity::MemberAdded, me.actor()).on_group(group.id, &group.name);
            self.record(tx, draft.change("member", None, Some(name.clone())))
                .await?;
            if let Member::User(id) = member {
                // Seen from the member: it decides whether they can reset, and their page tells what happened to them.
                let draft = Draft::new(ctx, Activity::MemberAdded, me.actor());
                let draft = draft.on("user", Some(id.0), &name);
                self.record(tx, draft.change("group", None, Some(group.name.clone())))
                    .await?;
            }
        }
        Ok(())
    }

    /// Removes members, all of them or none.
    pub async fn remove_member(
        &self,
        ctx: &Ctx,
        me: &Principal,
        id: GroupId,
        members: &[Member],
    ) -> Result<()> {
        let attempt = Attempt::group(ctx, me, Activity::MemberRemoved, id);
        self.attempt(attempt, async {
            me.needs(Permission::WriteGroups)?;
            let mut tx = self.db.write(me.tenant()).await?;
            let group = tx.group(id).await?.ok_or(Refusal::NotFound)?;
            mastered_here(group.directory)?;
            for member in members {
                self.take_out(&mut tx, ctx, me, &group, *member).await?;
            }
            tx.commit().await?;
            Ok(())
        })
        .await
    }

    async fn take_out(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        me: &Principal,
        group: &Group,
        member: Member,
    ) -> Result<()> {
        let name = self.member_name(tx, member).await?;
        if tx.remove_member(group.id, member).await? {
            let draft = Draft::new(ctx, Activity::MemberRemoved, me.actor());
            let draft = draft.on_group(group.id, &group.name);
            self.record(tx, draft.change("member", Some(name.clone()), None))
                .await?;
            if let Member::User(id) = member {
                let draft = Draft::new(ctx, Activity::MemberRemoved, me.actor());
                let draft = draft.on("user", Some(id.0), &name);
                self.record(tx, draft.change("group", Some(group.name.clone()), None))
                    .await?;
            }
        }
        Ok(())
    }

    /// Adds or removes owners, all of them or none.
    pub async fn set_owner(
        &self,
        ctx: &Ctx,
        me: &Principal,
        id: GroupId,
        users: &[UserId],
        owns: bool,
    ) -> Result<()> {
        let activity = if owns {
            Activity::OwnerAdded
        } else {
            Activity::OwnerRemoved
        };
        let attempt = Attempt::group(ctx, me, activity, id);
        self.attempt(attempt, async {
            me.needs(Permission::WriteGroups)?;
            let mut tx = self.db.write(me.tenant()).await?;
            let group = tx.group(id).await?.ok_or(Refusal::NotFound)?;
            for user in users {
                let name = self.member_name(&mut tx, Member::User(*user)).await?;
                let (changed, old, new) = if owns {
                    (tx.add_owner(id, *user).await?, None, Some(name))
                } else {
                    (tx.remove_owner(id, *user).await?, Some(name), None)
                };
                if changed {
                    let draft = Draft::new(ctx, activity, me.actor()).on_group(id, &group.name);
                    self.record(&mut tx, draft.change("owner", old, new))
                        .await?;
                }
            }
            tx.commit().await?;
            Ok(())
        })
        .await
    }

    /// The name of somebody or something of this tenant; anything else is not found, whatever it is (ID-01).
    async fn member_name(&self, tx: &mut Tx, member: Member) -> Result<String> {
        let name = match member {
            Member::User(id) => tx.user(id).await?.map(|u| u.upn.to_string()),
            Member::Group(id) => tx.group(id).await?.map(|g| g.name),
        };
        name.ok_or_else(|| Refusal::NotFound.into())
    }
}

/// Tells one state of a group's name and description from another; see [`crate::users::mark`].
#[must_use]
pub fn mark(group: &Group) -> String {
    let mut hasher = DefaultHasher::new();
    (&group.name, &group.description).hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

fn parse(name: &str, description: &str) -> Result<(String, Option<String>), Refusal> {
    let name = line(name, 120).map_err(|f| {
        Refusal::field(
            "name",
            match f {
                TextFault::Empty => "empty",
                TextFault::TooLong => "too-long",
                _ => "unprintable",
            },
        )
    })?;
    let description = paragraph(description, 1000).map_err(|f| {
        Refusal::field(
            "description",
            if f == TextFault::TooLong {
                "too-long"
            } else {
                "unprintable"
            },
        )
    })?;
    Ok((name, description))
}
