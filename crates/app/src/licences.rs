//! Subscriptions and licences: what the organisation holds, who was given one, and what that switches on.
//!
//! More licences than a subscription has are never given. A group can still outgrow it by itself, through a
//! synchronised directory or a user who is restored: then the pages say so, and nobody loses anything.

use crate::attempt::{Attempt, On};
use crate::audit::Draft;
use crate::error::Result;
use crate::{App, Ctx, Principal};
use keyward_core::audit::Activity;
use keyward_core::ids::{GroupId, UserId};
use keyward_core::licence::{DisabledPlans, Holding, Plan, Sku, Units};
use keyward_core::policy::OnPremises;
use keyward_core::refusal::Refusal;
use keyward_core::role::Permission;
use keyward_core::text::fold;
use keyward_store::Tx;
use keyward_store::group::Member;
use keyward_store::licence::{Assignment, LicenceOf, Subscription};
use keyward_store::user::After;

/// Whether the organisation holds a subscription with password writeback, and which would help if not.
pub async fn holds_writeback_plan(tx: &mut Tx) -> Result<Holding> {
    let held = tx.subscriptions().await?.into_iter().map(|s| s.sku);
    Ok(Holding::of(held, Plan::PasswordWriteback))
}

/// The switches of On-premises integration as they count: without the plan both are off, whatever the policy says.
pub async fn on_premises_in_effect(tx: &mut Tx) -> Result<OnPremises> {
    if holds_writeback_plan(tx).await?.is_held() {
        Ok(tx.policy().await?.policy.on_premises)
    } else {
        Ok(OnPremises::off())
    }
}

/// A subscription with what is in use of it.
#[derive(Debug, Clone)]
pub struct Held {
    /// The subscription.
    pub subscription: Subscription,
    /// How many there are, and how many users have one.
    pub units: Units,
}

async fn with_units(tx: &mut Tx, subscription: Subscription) -> Result<Held> {
    let taken = if subscription.sku.is_for_everybody() {
        tx.count_users().await?
    } else {
        tx.units_taken(subscription.sku).await?
    };
    let units = Units {
        held: subscription.units,
        taken,
    };
    Ok(Held {
        subscription,
        units,
    })
}

/// What the organisation holds.
pub(crate) async fn everything_held(tx: &mut Tx) -> Result<Vec<Held>> {
    let mut all = Vec::new();
    for subscription in tx.subscriptions().await? {
        all.push(with_units(tx, subscription).await?);
    }
    Ok(all)
}

/// Refuses a state in which more users have a licence of this product than there are.
async fn units_suffice(tx: &mut Tx, sku: Sku) -> Result<()> {
    if let Some(units) = tx.units(sku).await? {
        units
            .suffice()
            .map_err(|short| Refusal::UnitsShort(sku, short))?;
    }
    Ok(())
}

/// Refuses new members of a group for whom there are no licences of what the group gives.
pub(crate) async fn members_are_licensed(tx: &mut Tx, group: GroupId) -> Result<()> {
    for sku in tx.licences_above(group).await? {
        tx.lock_subscription(sku).await?;
        units_suffice(tx, sku).await?;
    }
    Ok(())
}

/// An assignment as the log writes it: the product, and what it leaves out.
fn worded(sku: Sku, disabled: &DisabledPlans) -> String {
    if disabled.is_empty() {
        sku.to_string()
    } else {
        format!("{sku} without {disabled}")
    }
}

impl App {
    /// What the organisation holds, by part number.
    pub async fn subscriptions(&self, me: &Principal) -> Result<Vec<Held>> {
        me.needs(Permission::ReadLicences)?;
        everything_held(&mut self.db.read(me.tenant()).await?).await
    }

    /// One subscription.
    pub async fn subscription(&self, me: &Principal, sku: Sku) -> Result<Held> {
        me.needs(Permission::ReadLicences)?;
        let mut tx = self.db.read(me.tenant()).await?;
        let found = tx.subscription(sku).await?.ok_or(Refusal::NotFound)?;
        with_units(&mut tx, found).await
    }

    /// A page of those who were given a licence, groups first, each by name.
    pub async fn assignments(
        &self,
        me: &Principal,
        sku: Sku,
        search: &str,
        after: Option<&After>,
        limit: i64,
    ) -> Result<Vec<Assignment>> {
        me.needs(Permission::ReadLicences)?;
        let mut tx = self.db.read(me.tenant()).await?;
        tx.subscription(sku).await?.ok_or(Refusal::NotFound)?;
        let prefix = fold(search.trim());
        Ok(tx.assignments(sku, &prefix, after, limit).await?)
    }

    /// The licences that a user has, also those that everybody has.
    pub async fn licences_of(&self, me: &Principal, user: UserId) -> Result<Vec<LicenceOf>> {
        me.needs(Permission::ReadLicences)?;
        let mut tx = self.db.read(me.tenant()).await?;
        let found = tx.user(user).await?.ok_or(Refusal::NotFound)?;
        if found.deleted_at.is_some() {
            return Ok(Vec::new());
        }
        let mut all = tx.licences_of(user).await?;
        for held in tx.subscriptions().await? {
            if held.sku.is_for_everybody() {
                all.push(LicenceOf {
                    sku: held.sku,
                    through: None,
                    disabled: DisabledPlans::default(),
                });
            }
        }
        Ok(all)
    }

    /// Gives licences to users and to all members of groups, all of them or none. Who has one already gets it with these
    /// plans.
    pub async fn assign_licences(
        &self,
        ctx: &Ctx,
        me: &Principal,
        sku: Sku,
        to: &[Member],
        disabled: &DisabledPlans,
    ) -> Result<()> {
        let attempt = Attempt::new(
            ctx,
            me,
            Activity::LicenceAssigned,
            On::Thing("subscription"),
        );
        self.attempt(attempt, async {
            me.needs(Permission::WriteLicences)?;
            let mut tx = self.db.write(me.tenant()).await?;
            tx.lock_subscription(sku).await?.ok_or(Refusal::NotFound)?;
            if sku.is_for_everybody() {
                return Err(Refusal::NotOffered.into());
            }
            for member in to {
                let draft = self.licence_draft(&mut tx, ctx, me, *member).await?;
                if tx.give_licence(sku, *member, disabled).await? {
                    let new = Some(worded(sku, disabled));
                    self.record(&mut tx, draft.change("assignedLicense", None, new))
                        .await?;
                }
            }
            units_suffice(&mut tx, sku).await?;
            tx.commit().await?;
            Ok(())
        })
        .await
    }

    /// Takes licences away that were given, all of them or none.
    pub async fn remove_licences(
        &self,
        ctx: &Ctx,
        me: &Principal,
        sku: Sku,
        from: &[Member],
    ) -> Result<()> {
        let attempt = Attempt::new(
            ctx,
            me,
            Activity::LicenceAssigned,
            On::Thing("subscription"),
        );
        self.attempt(attempt, async {
            me.needs(Permission::WriteLicences)?;
            let mut tx = self.db.write(me.tenant()).await?;
            tx.subscription(sku).await?.ok_or(Refusal::NotFound)?;
            for member in from {
                let draft = self.licence_draft(&mut tx, ctx, me, *member).await?;
                if tx.take_licence(sku, *member).await? {
                    let old = Some(sku.to_string());
                    self.record(&mut tx, draft.change("assignedLicense", old, None))
                        .await?;
                }
            }
            tx.commit().await?;
            Ok(())
        })
        .await
    }

    /// An event on whoever gets or loses a licence; anything of another organisation is not found (ID-01).
    async fn licence_draft(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        me: &Principal,
        member: Member,
    ) -> Result<Draft> {
        match member {
            Member::User(id) => {
                let user = tx.user(id).await?.filter(|u| u.deleted_at.is_none());
                let user = user.ok_or(Refusal::NotFound)?;
                Ok(Draft::new(ctx, Activity::LicenceAssigned, me.actor()).on_user(&user))
            }
            Member::Group(id) => {
                let group = tx.group(id).await?.ok_or(Refusal::NotFound)?;
                let draft = Draft::new(ctx, Activity::GroupLicenceAssigned, me.actor());
                Ok(draft.on_group(id, &group.name))
            }
        }
    }
}
