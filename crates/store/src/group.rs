//! Security groups, their members and owners.

use crate::db::{Result, Row, Tx, args};
use crate::user::{After, prefix_end};
use keyward_core::group::Group;
use keyward_core::ids::{DirectoryId, GroupId, TenantId, UserId};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Somebody or something in a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Member {
    /// A user.
    User(UserId),
    /// A group, with all that is in it.
    Group(GroupId),
}

impl Member {
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::Group(_) => "group",
        }
    }

    pub(crate) fn id(self) -> Uuid {
        match self {
            Self::User(u) => u.0,
            Self::Group(g) => g.0,
        }
    }
}

/// A member as a list shows it.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Who or which.
    pub member: Member,
    /// Display name.
    pub name: String,
    /// The user name; none for groups.
    pub upn: Option<String>,
    /// What the list is ordered by, for the next page.
    pub key: String,
}

/// A group as a list shows it.
#[derive(Debug, Clone)]
pub struct ListedGroup {
    /// The group.
    pub group: Group,
    /// Direct members.
    pub members: i64,
    /// Reset is switched on for it, or for a group that it lies in.
    pub in_scope: bool,
}

fn read(tenant: TenantId, row: &Row) -> Result<Group> {
    Ok(Group {
        id: GroupId(row.get("id")?),
        tenant,
        directory: row.get::<Option<Uuid>>("directory_id")?.map(DirectoryId),
        name: row.get("name")?,
        description: row.get("description")?,
        created_at: row.at("created_at")?,
    })
}

impl Tx {
    /// Adds a group; a conflict if the name is taken.
    pub async fn insert_group(&mut self, group: &Group) -> Result<()> {
        let sql =
            "INSERT INTO security_groups (tenant_id, id, name, name_key, description, created_at, directory_id)
                   VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let key = keyward_core::text::fold(&group.name);
        let args = args![
            self.tenant(),
            group.id,
            &group.name,
            key,
            &group.description,
            group.created_at,
            group.directory
        ];
        self.conn.exec(sql, args).await.map(drop)
    }

    /// The group with this id.
    pub async fn group(&mut self, id: GroupId) -> Result<Option<Group>> {
        let sql = "SELECT id, name, description, created_at, directory_id FROM security_groups WHERE tenant_id = $1 AND id = $2";
        let row = self.conn.opt(sql, args![self.tenant(), id]).await?;
        row.map(|r| read(self.tenant(), &r)).transpose()
    }

    /// A page of groups by name; `prefix` is folded.
    pub async fn groups(
        &mut self,
        prefix: &str,
        after: Option<&After>,
        limit: i64,
    ) -> Result<Vec<ListedGroup>> {
        let sql = "WITH RECURSIVE scope(id) AS (
                     SELECT group_id FROM scope_groups WHERE tenant_id = $1
                     UNION
                     SELECT m.member_id FROM scope CROSS JOIN group_members m
                     WHERE m.tenant_id = $1 AND m.group_id = scope.id AND m.kind = 'group'
                   )
                   SELECT g.id, g.name, g.description, g.created_at, g.directory_id,
                   (SELECT COUNT(*) FROM group_members m WHERE m.tenant_id = g.tenant_id AND m.group_id = g.id)
                   - (SELECT COUNT(*) FROM users u JOIN group_members m ON m.tenant_id = u.tenant_id
                      AND m.group_id = g.id AND m.kind = 'user' AND m.member_id = u.id
                      WHERE u.tenant_id = g.tenant_id AND u.deleted_at IS NOT NULL) AS members,
                   g.id IN (SELECT id FROM scope) AS in_scope
                   FROM security_groups g WHERE tenant_id = $1 AND name_key >= $2 AND name_key < $3
                   AND name_key >= $4 AND (name_key > $4 OR id > $5) ORDER BY name_key, id LIMIT $6";
        let (key, id) = after.map_or((String::new(), Uuid::nil()), |a| (a.key.clone(), a.id));
        let rows = self
            .conn
            .rows(
                sql,
                args![self.tenant(), prefix, prefix_end(prefix), key, id, limit],
            )
            .await?;
        rows.iter()
            .map(|r| {
                Ok(ListedGroup {
                    group: read(self.tenant(), r)?,
                    members: r.get("members")?,
                    in_scope: r.get("in_scope")?,
                })
            })
            .collect()
    }

    /// Changes name and description; a conflict if the name is taken.
    pub async fn update_group(
        &mut self,
        id: GroupId,
        name: &str,
        description: Option<&str>,
    ) -> Result<bool> {
        let sql = "UPDATE security_groups SET name = $3, name_key = $4, description = $5 WHERE tenant_id = $1 AND id = $2";
        let key = keyward_core::text::fold(name);
        Ok(self
            .conn
            .exec(sql, args![self.tenant(), id, name, key, description])
            .await?
            == 1)
    }

    /// The groups that policies and methods are for and that a group is or lies in, over any number of levels.
    pub async fn policy_groups_above(&mut self, id: GroupId) -> Result<BTreeSet<GroupId>> {
        let sql = "WITH RECURSIVE above(id) AS (
                     SELECT id FROM security_groups WHERE tenant_id = $1 AND id = $2
                     UNION
                     SELECT m.group_id FROM above CROSS JOIN group_members m
                     WHERE m.tenant_id = $1 AND m.kind = 'group' AND m.member_id = above.id
                   ) SELECT id FROM above WHERE id IN (SELECT group_id FROM policy_groups WHERE tenant_id = $1)";
        let rows = self.conn.rows(sql, args![self.tenant(), id]).await?;
        rows.iter().map(|r| Ok(GroupId(r.get("id")?))).collect()
    }

    /// The groups that reset is switched on for and that a group is or lies in, over any number of levels, by name.
    pub async fn scope_groups_above(&mut self, id: GroupId) -> Result<Vec<Group>> {
        let sql = "WITH RECURSIVE above(id) AS (
                     SELECT id FROM security_groups WHERE tenant_id = $1 AND id = $2
                     UNION
                     SELECT m.group_id FROM above CROSS JOIN group_members m
                     WHERE m.tenant_id = $1 AND m.kind = 'group' AND m.member_id = above.id
                   ) SELECT g.id, g.name, g.description, g.created_at, g.directory_id FROM above
                   JOIN scope_groups s ON s.tenant_id = $1 AND s.group_id = above.id
                   JOIN security_groups g ON g.tenant_id = $1 AND g.id = above.id ORDER BY g.name_key, g.id";
        let rows = self.conn.rows(sql, args![self.tenant(), id]).await?;
        rows.iter().map(|r| read(self.tenant(), r)).collect()
    }

    /// Removes a group and its place in others. The database itself refuses while the policy uses it.
    pub async fn delete_group(&mut self, id: GroupId) -> Result<bool> {
        // The group first: on SQLite a refusal undoes its own statement only.
        let sql = "DELETE FROM security_groups WHERE tenant_id = $1 AND id = $2";
        let gone = self.conn.exec(sql, args![self.tenant(), id]).await? == 1;
        let sql =
            "DELETE FROM group_members WHERE tenant_id = $1 AND kind = 'group' AND member_id = $2";
        self.conn.exec(sql, args![self.tenant(), id]).await?;
        Ok(gone)
    }

    /// Adds a member; false if it was one already, or if this tenant has no such user or group (ID-06).
    pub async fn add_member(&mut self, group: GroupId, member: Member) -> Result<bool> {
        // A member is a user or a group, so no foreign key can say that it exists.
        let sql = match member {
            Member::User(_) => {
                "INSERT INTO group_members (tenant_id, group_id, kind, member_id)
                 SELECT tenant_id, $2, $3, id FROM users WHERE tenant_id = $1 AND id = $4
                 ON CONFLICT DO NOTHING"
            }
            Member::Group(_) => {
                "INSERT INTO group_members (tenant_id, group_id, kind, member_id)
                 SELECT tenant_id, $2, $3, id FROM security_groups WHERE tenant_id = $1 AND id = $4
                 ON CONFLICT DO NOTHING"
            }
        };
        Ok(self
            .conn
            .exec(sql, args![self.tenant(), group, member.kind(), member.id()])
            .await?
            == 1)
    }

    /// Removes a member; false if it was none.
    pub async fn remove_member(&mut self, group: GroupId, member: Member) -> Result<bool> {
        let sql = "DELETE FROM group_members WHERE tenant_id = $1 AND group_id = $2 AND kind = $3 AND member_id = $4";
        Ok(self
            .conn
            .exec(sql, args![self.tenant(), group, member.kind(), member.id()])
            .await?
            == 1)
    }

    /// A page of the direct members, groups first, each by name. `prefix` (folded) matches the beginning of the name, and
    /// of a user's surname or user name.
    pub async fn members(
        &mut self,
        group: GroupId,
        prefix: &str,
        after: Option<&After>,
        limit: i64,
    ) -> Result<Vec<Listed>> {
        let sql = "SELECT kind, member_id, name, upn, list_key FROM (
                     SELECT m.kind, m.member_id, g.name AS name, NULL AS upn, m.kind || ':' || g.name_key AS list_key
                     FROM group_members m JOIN security_groups g ON g.tenant_id = m.tenant_id AND g.id = m.member_id
                     WHERE m.tenant_id = $1 AND m.group_id = $2 AND m.kind = 'group'
                     AND g.name_key >= $3 AND g.name_key < $4
                     UNION ALL
                     SELECT m.kind, m.member_id, u.display_name AS name, u.upn AS upn,
                     m.kind || ':' || u.name_key AS list_key
                     FROM group_members m JOIN users u ON u.tenant_id = m.tenant_id AND u.id = m.member_id
                     WHERE m.tenant_id = $1 AND m.group_id = $2 AND m.kind = 'user' AND u.deleted_at IS NULL
                     AND ((u.name_key >= $3 AND u.name_key < $4) OR (u.upn_key >= $3 AND u.upn_key < $4)
                       OR (u.surname_key >= $3 AND u.surname_key < $4))
                   ) listed WHERE list_key >= $5 AND (list_key > $5 OR member_id > $6)
                   ORDER BY list_key, member_id LIMIT $7";
        let (key, id) = After::start(after);
        let args = args![
            self.tenant(),
            group,
            prefix,
            prefix_end(prefix),
            key,
            id,
            limit
        ];
        let rows = self.conn.rows(sql, args).await?;
        rows.iter()
            .map(|r| {
                let id: Uuid = r.get("member_id")?;
                let member = match r.get::<String>("kind")?.as_str() {
                    "group" => Member::Group(GroupId(id)),
                    _ => Member::User(UserId(id)),
                };
                Ok(Listed {
                    member,
                    name: r.get("name")?,
                    upn: r.get("upn")?,
                    key: r.get("list_key")?,
                })
            })
            .collect()
    }

    /// How many direct members a group has, deleted users left out.
    pub async fn count_members(&mut self, group: GroupId) -> Result<i64> {
        // The deleted are few: taking them off is quicker than asking for every member whether it is one.
        let sql =
            "SELECT (SELECT COUNT(*) FROM group_members WHERE tenant_id = $1 AND group_id = $2)
                   - (SELECT COUNT(*) FROM users u JOIN group_members m ON m.tenant_id = u.tenant_id
                      AND m.group_id = $2 AND m.kind = 'user' AND m.member_id = u.id
                      WHERE u.tenant_id = $1 AND u.deleted_at IS NOT NULL)";
        self.conn.count(sql, args![self.tenant(), group]).await
    }

    /// Whether `inner` is `outer` or lies anywhere inside it.
    pub async fn contains_group(&mut self, outer: GroupId, inner: GroupId) -> Result<bool> {
        // UNION (not UNION ALL) drops what was seen, so a cycle ends by itself.
        let sql = "WITH RECURSIVE inside(id) AS (
                     SELECT CAST($2 AS UUID)
                     UNION
                     SELECT m.member_id FROM inside CROSS JOIN group_members m
                     WHERE m.tenant_id = $1 AND m.kind = 'group' AND m.group_id = inside.id
                   ) SELECT COUNT(*) FROM inside WHERE id = $3";
        let sqlite = "WITH RECURSIVE inside(id) AS (
                     SELECT $2
                     UNION
                     SELECT m.member_id FROM inside CROSS JOIN group_members m
                     WHERE m.tenant_id = $1 AND m.kind = 'group' AND m.group_id = inside.id
                   ) SELECT COUNT(*) FROM inside WHERE id = $3";
        let sql = if self.conn.engine() == crate::Engine::Sqlite {
            sqlite
        } else {
            sql
        };
        Ok(self
            .conn
            .count(sql, args![self.tenant(), outer, inner])
            .await?
            > 0)
    }

    /// The groups that a user is directly in.
    pub async fn groups_of(&mut self, user: UserId) -> Result<Vec<Group>> {
        let sql =
            "SELECT g.id, g.name, g.description, g.created_at, g.directory_id FROM group_members m
                   CROSS JOIN security_groups g
                   WHERE m.tenant_id = $1 AND m.kind = 'user' AND m.member_id = $2
                   AND g.tenant_id = $1 AND g.id = m.group_id ORDER BY g.name_key, g.id";
        let rows = self.conn.rows(sql, args![self.tenant(), user]).await?;
        rows.iter().map(|r| read(self.tenant(), r)).collect()
    }

    /// The groups that the policy names and that a user is in, over any number of levels.
    pub async fn policy_groups_of(&mut self, user: UserId) -> Result<BTreeSet<GroupId>> {
        let sql = "WITH RECURSIVE above(id) AS (
                     SELECT group_id FROM group_members WHERE tenant_id = $1 AND kind = 'user' AND member_id = $2
                     UNION
                     SELECT m.group_id FROM above CROSS JOIN group_members m
                     WHERE m.tenant_id = $1 AND m.kind = 'group' AND m.member_id = above.id
                   ) SELECT id FROM above WHERE id IN (SELECT group_id FROM scope_groups WHERE tenant_id = $1)
                     OR id IN (SELECT group_id FROM policy_groups WHERE tenant_id = $1)";
        let rows = self.conn.rows(sql, args![self.tenant(), user]).await?;
        rows.iter().map(|r| Ok(GroupId(r.get("id")?))).collect()
    }

    /// The owners by name.
    pub async fn owners(&mut self, group: GroupId) -> Result<Vec<Listed>> {
        let sql = "SELECT u.id, u.display_name, u.upn, u.name_key FROM group_owners o
                   JOIN users u ON u.tenant_id = o.tenant_id AND u.id = o.user_id
                   WHERE o.tenant_id = $1 AND o.group_id = $2 AND u.deleted_at IS NULL ORDER BY u.name_key, u.id";
        let rows = self.conn.rows(sql, args![self.tenant(), group]).await?;
        rows.iter()
            .map(|r| {
                Ok(Listed {
                    member: Member::User(UserId(r.get("id")?)),
                    name: r.get("display_name")?,
                    upn: Some(r.get("upn")?),
                    key: r.get("name_key")?,
                })
            })
            .collect()
    }

    /// Adds an owner; false if they were one already.
    pub async fn add_owner(&mut self, group: GroupId, user: UserId) -> Result<bool> {
        let sql = "INSERT INTO group_owners (tenant_id, group_id, user_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
        Ok(self
            .conn
            .exec(sql, args![self.tenant(), group, user])
            .await?
            == 1)
    }

    /// Removes an owner; false if they were none.
    pub async fn remove_owner(&mut self, group: GroupId, user: UserId) -> Result<bool> {
        let sql =
            "DELETE FROM group_owners WHERE tenant_id = $1 AND group_id = $2 AND user_id = $3";
        Ok(self
            .conn
            .exec(sql, args![self.tenant(), group, user])
            .await?
            == 1)
    }
}
