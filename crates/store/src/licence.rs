//! Subscriptions, and the users and groups that were given a licence.
//!
//! Nothing here is copied: a licence through a group is a row of the group, and who has it follows from the members,
//! over any number of levels.

use crate::db::{Error, Result, Row, Tx, args};
use crate::group::Member;
use crate::user::{After, prefix_end};
use keyward_core::ids::{GroupId, UserId};
use keyward_core::licence::{DisabledPlans, Sku, Units};
use keyward_core::time::Timestamp;
use uuid::Uuid;

/// What an organisation holds of one product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// The product.
    pub sku: Sku,
    /// How many licences; none: as many as there are users.
    pub units: Option<i64>,
    /// Since when.
    pub created_at: Timestamp,
}

/// Somebody or something that was given a licence.
#[derive(Debug, Clone)]
pub struct Assignment {
    /// Who or which.
    pub to: Member,
    /// Display name.
    pub name: String,
    /// The user name; none for groups.
    pub upn: Option<String>,
    /// The plans that it leaves out.
    pub disabled: DisabledPlans,
    /// What the list is ordered by, for the next page.
    pub key: String,
}

/// A licence that a user has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LicenceOf {
    /// The product.
    pub sku: Sku,
    /// The group that it comes through; none if it was given to the user.
    pub through: Option<(GroupId, String)>,
    /// The plans that it leaves out.
    pub disabled: DisabledPlans,
}

fn sku_of(row: &Row) -> Result<Sku> {
    Sku::parse(&row.get::<String>("sku")?).ok_or(Error::Unreadable("subscriptions.sku"))
}

fn disabled_of(row: &Row) -> Result<DisabledPlans> {
    DisabledPlans::parse(&row.get::<String>("disabled_plans")?)
        .ok_or(Error::Unreadable("licences.disabled_plans"))
}

fn subscription(row: &Row) -> Result<Subscription> {
    Ok(Subscription {
        sku: sku_of(row)?,
        units: row.get("units")?,
        created_at: row.at("created_at")?,
    })
}

impl Tx {
    /// Adds a subscription, or more units to the one of this product that is there.
    pub async fn add_subscription(
        &mut self,
        sku: Sku,
        units: Option<i64>,
        now: Timestamp,
    ) -> Result<()> {
        let sql = "INSERT INTO subscriptions (tenant_id, sku, units, created_at) VALUES ($1, $2, $3, $4)
                   ON CONFLICT (tenant_id, sku) DO UPDATE SET units = subscriptions.units + excluded.units";
        let args = args![self.tenant(), sku.part_number(), units, now];
        self.conn.exec(sql, args).await.map(drop)
    }

    /// Removes a subscription with every licence of it; false if there was none.
    pub async fn remove_subscription(&mut self, sku: Sku) -> Result<bool> {
        let sql = "DELETE FROM subscriptions WHERE tenant_id = $1 AND sku = $2";
        let args = args![self.tenant(), sku.part_number()];
        Ok(self.conn.exec(sql, args).await? == 1)
    }

    /// The subscriptions by part number.
    pub async fn subscriptions(&mut self) -> Result<Vec<Subscription>> {
        let sql =
            "SELECT sku, units, created_at FROM subscriptions WHERE tenant_id = $1 ORDER BY sku";
        let rows = self.conn.rows(sql, args![self.tenant()]).await?;
        rows.iter().map(subscription).collect()
    }

    /// The subscription of a product.
    pub async fn subscription(&mut self, sku: Sku) -> Result<Option<Subscription>> {
        let sql =
            "SELECT sku, units, created_at FROM subscriptions WHERE tenant_id = $1 AND sku = $2";
        let args = args![self.tenant(), sku.part_number()];
        let row = self.conn.opt(sql, args).await?;
        row.as_ref().map(subscription).transpose()
    }

    /// [`Tx::subscription`], and nobody else gives licences of it until this transaction ends: of two who give the last
    /// one at the same instant, one sees what the other did.
    pub async fn lock_subscription(&mut self, sku: Sku) -> Result<Option<Subscription>> {
        let sql = "UPDATE subscriptions SET units = units WHERE tenant_id = $1 AND sku = $2";
        let args = args![self.tenant(), sku.part_number()];
        self.conn.exec(sql, args).await?;
        self.subscription(sku).await
    }

    /// How many users have a licence, by themselves or through a group. Deleted users have none.
    pub async fn units_taken(&mut self, sku: Sku) -> Result<i64> {
        let sql = "WITH RECURSIVE inside(id) AS (
                     SELECT group_id FROM group_licences WHERE tenant_id = $1 AND sku = $2
                     UNION
                     SELECT m.member_id FROM inside CROSS JOIN group_members m
                     WHERE m.tenant_id = $1 AND m.kind = 'group' AND m.group_id = inside.id
                   ) SELECT COUNT(*) FROM (
                     SELECT user_id AS id FROM user_licences WHERE tenant_id = $1 AND sku = $2
                     UNION
                     SELECT m.member_id AS id FROM inside CROSS JOIN group_members m
                     WHERE m.tenant_id = $1 AND m.kind = 'user' AND m.group_id = inside.id
                   ) held CROSS JOIN users u WHERE u.tenant_id = $1 AND u.id = held.id AND u.deleted_at IS NULL";
        let args = args![self.tenant(), sku.part_number()];
        self.conn.count(sql, args).await
    }

    /// How many there are and how many are in use; none if there is no subscription.
    pub async fn units(&mut self, sku: Sku) -> Result<Option<Units>> {
        let Some(found) = self.subscription(sku).await? else {
            return Ok(None);
        };
        Ok(Some(Units {
            held: found.units,
            taken: self.units_taken(sku).await?,
        }))
    }

    /// Gives a licence, or changes which plans it leaves out; false if that changes nothing.
    pub async fn give_licence(
        &mut self,
        sku: Sku,
        to: Member,
        disabled: &DisabledPlans,
    ) -> Result<bool> {
        let (sql, id) = match to {
            Member::User(id) => (
                "INSERT INTO user_licences (tenant_id, sku, user_id, disabled_plans) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (tenant_id, sku, user_id) DO UPDATE SET disabled_plans = excluded.disabled_plans
                 WHERE user_licences.disabled_plans <> excluded.disabled_plans",
                id.0,
            ),
            Member::Group(id) => (
                "INSERT INTO group_licences (tenant_id, sku, group_id, disabled_plans) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (tenant_id, sku, group_id) DO UPDATE SET disabled_plans = excluded.disabled_plans
                 WHERE group_licences.disabled_plans <> excluded.disabled_plans",
                id.0,
            ),
        };
        let args = args![self.tenant(), sku.part_number(), id, disabled.to_string()];
        Ok(self.conn.exec(sql, args).await? == 1)
    }

    /// Takes a licence away; false if it wasn't given.
    pub async fn take_licence(&mut self, sku: Sku, from: Member) -> Result<bool> {
        let (sql, id) = match from {
            Member::User(id) => (
                "DELETE FROM user_licences WHERE tenant_id = $1 AND sku = $2 AND user_id = $3",
                id.0,
            ),
            Member::Group(id) => (
                "DELETE FROM group_licences WHERE tenant_id = $1 AND sku = $2 AND group_id = $3",
                id.0,
            ),
        };
        let args = args![self.tenant(), sku.part_number(), id];
        Ok(self.conn.exec(sql, args).await? == 1)
    }

    /// A page of those who were given a licence, groups first, each by name. `prefix` (folded) matches the beginning of
    /// the name, and of a user's surname or user name.
    pub async fn assignments(
        &mut self,
        sku: Sku,
        prefix: &str,
        after: Option<&After>,
        limit: i64,
    ) -> Result<Vec<Assignment>> {
        let sql = "SELECT kind, id, name, upn, disabled_plans, list_key FROM (
                     SELECT 'group' AS kind, g.id AS id, g.name AS name, NULL AS upn, l.disabled_plans AS disabled_plans,
                     'group:' || g.name_key AS list_key
                     FROM group_licences l JOIN security_groups g ON g.tenant_id = l.tenant_id AND g.id = l.group_id
                     WHERE l.tenant_id = $1 AND l.sku = $2 AND g.name_key >= $3 AND g.name_key < $4
                     UNION ALL
                     SELECT 'user' AS kind, u.id AS id, u.display_name AS name, u.upn AS upn,
                     l.disabled_plans AS disabled_plans, 'user:' || u.name_key AS list_key
                     FROM user_licences l JOIN users u ON u.tenant_id = l.tenant_id AND u.id = l.user_id
                     WHERE l.tenant_id = $1 AND l.sku = $2 AND u.deleted_at IS NULL
                     AND ((u.name_key >= $3 AND u.name_key < $4) OR (u.upn_key >= $3 AND u.upn_key < $4)
                       OR (u.surname_key >= $3 AND u.surname_key < $4))
                   ) listed WHERE list_key >= $5 AND (list_key > $5 OR id > $6) ORDER BY list_key, id LIMIT $7";
        let (key, id) = After::start(after);
        let end = prefix_end(prefix);
        let args = args![
            self.tenant(),
            sku.part_number(),
            prefix,
            end,
            key,
            id,
            limit
        ];
        let rows = self.conn.rows(sql, args).await?;
        rows.iter()
            .map(|r| {
                let id: Uuid = r.get("id")?;
                Ok(Assignment {
                    to: match r.get::<String>("kind")?.as_str() {
                        "group" => Member::Group(GroupId(id)),
                        _ => Member::User(UserId(id)),
                    },
                    name: r.get("name")?,
                    upn: r.get("upn")?,
                    disabled: disabled_of(r)?,
                    key: r.get("list_key")?,
                })
            })
            .collect()
    }

    /// The licences that a user has, those of their own before those through groups.
    pub async fn licences_of(&mut self, user: UserId) -> Result<Vec<LicenceOf>> {
        let sql = "WITH RECURSIVE above(id) AS (
                     SELECT group_id FROM group_members WHERE tenant_id = $1 AND kind = 'user' AND member_id = $2
                     UNION
                     SELECT m.group_id FROM above CROSS JOIN group_members m
                     WHERE m.tenant_id = $1 AND m.kind = 'group' AND m.member_id = above.id
                   ) SELECT sku, group_id, group_name, disabled_plans FROM (
                     SELECT l.sku AS sku, NULL AS group_id, NULL AS group_name, l.disabled_plans AS disabled_plans,
                     '' AS name_key FROM user_licences l WHERE l.tenant_id = $1 AND l.user_id = $2
                     UNION ALL
                     SELECT l.sku AS sku, g.id AS group_id, g.name AS group_name, l.disabled_plans AS disabled_plans,
                     g.name_key AS name_key FROM above
                     CROSS JOIN group_licences l JOIN security_groups g ON g.tenant_id = l.tenant_id AND g.id = l.group_id
                     WHERE l.tenant_id = $1 AND l.group_id = above.id
                   ) held ORDER BY sku, name_key, group_id";
        let rows = self.conn.rows(sql, args![self.tenant(), user]).await?;
        rows.iter()
            .map(|r| {
                let group = r.get::<Option<Uuid>>("group_id")?;
                let name = r.get::<Option<String>>("group_name")?;
                Ok(LicenceOf {
                    sku: sku_of(r)?,
                    through: group.map(GroupId).zip(name),
                    disabled: disabled_of(r)?,
                })
            })
            .collect()
    }

    /// The products that the members of a group have through it or through a group that it lies in.
    pub async fn licences_above(&mut self, group: GroupId) -> Result<Vec<Sku>> {
        let sql = "WITH RECURSIVE above(id) AS (
                     SELECT id FROM security_groups WHERE tenant_id = $1 AND id = $2
                     UNION
                     SELECT m.group_id FROM above CROSS JOIN group_members m
                     WHERE m.tenant_id = $1 AND m.kind = 'group' AND m.member_id = above.id
                   ) SELECT DISTINCT l.sku AS sku FROM above CROSS JOIN group_licences l
                   WHERE l.tenant_id = $1 AND l.group_id = above.id ORDER BY sku";
        let rows = self.conn.rows(sql, args![self.tenant(), group]).await?;
        rows.iter().map(sku_of).collect()
    }

    /// Whether a group itself was given a licence.
    pub async fn group_is_licensed(&mut self, group: GroupId) -> Result<bool> {
        let sql = "SELECT COUNT(*) FROM group_licences WHERE tenant_id = $1 AND group_id = $2";
        Ok(self.conn.count(sql, args![self.tenant(), group]).await? > 0)
    }
}
