//! Members of a directory's groups, by their anchors. One member that changes is one row.

use super::{anchors, packed, unpacked};
use crate::db::{Result, Tx, Value, args};
use crate::group::Member;
use keyward_core::ids::{DirectoryId, GroupId, RunId, UserId};
use std::collections::HashSet;
use uuid::Uuid;

/// A part of a list of members that a run brought.
#[derive(Debug, Clone)]
pub struct MemberList<'a> {
    /// The group's anchor.
    pub group: Uuid,
    /// Who is in no part of this run is no member.
    pub whole: bool,
    /// The anchors of this part.
    pub members: &'a [Uuid],
}

impl Tx {
    /// Who or what has these anchors.
    pub async fn anchored(
        &mut self,
        directory: DirectoryId,
        list: &[Uuid],
    ) -> Result<Vec<(Uuid, Member)>> {
        let args = args![self.tenant(), directory];
        let users = "SELECT anchor, user_id AS id FROM directory_users
                     WHERE tenant_id = $1 AND directory_id = $2 AND anchor IN ({})";
        let mut found = Vec::new();
        for row in self
            .conn
            .rows_in(users, args.clone(), anchors(list))
            .await?
        {
            found.push((row.get("anchor")?, Member::User(UserId(row.get("id")?))));
        }
        if found.len() < list.len() {
            let met: HashSet<Uuid> = found.iter().map(|(anchor, _)| *anchor).collect();
            let rest = list.iter().filter(|a| !met.contains(*a));
            let rest: Vec<Uuid> = rest.copied().collect();
            let groups = "SELECT anchor, group_id AS id FROM directory_groups
                          WHERE tenant_id = $1 AND directory_id = $2 AND anchor IN ({})";
            for row in self.conn.rows_in(groups, args, anchors(&rest)).await? {
                found.push((row.get("anchor")?, Member::Group(GroupId(row.get("id")?))));
            }
        }
        Ok(found)
    }

    /// Adds members; those that it didn't have. Members that are there cost no write.
    pub async fn add_members(&mut self, group: GroupId, members: &[Member]) -> Result<u64> {
        let tenant = self.tenant();
        let row = |m: &Member| args![tenant, group, m.kind(), m.id()];
        let before = "INSERT INTO group_members (tenant_id, group_id, kind, member_id) VALUES";
        let rows = members.iter().map(row).collect();
        self.conn
            .insert_many(before, rows, "ON CONFLICT DO NOTHING")
            .await
    }

    /// Removes members; how many were.
    pub async fn remove_members(&mut self, group: GroupId, members: &[Member]) -> Result<u64> {
        let mut gone = 0;
        for kind in ["user", "group"] {
            let of_kind = members.iter().filter(|m| m.kind() == kind);
            let sql = "DELETE FROM group_members
                       WHERE tenant_id = $1 AND group_id = $2 AND kind = $3 AND member_id IN ({})";
            let args = args![self.tenant(), group, kind];
            let ids = of_kind.map(|m| Value::from(m.id()));
            gone += self.conn.exec_in(sql, args, ids).await?;
        }
        Ok(gone)
    }

    /// Remembers members that nobody knows yet.
    pub async fn await_members(&mut self, group: GroupId, list: &[Uuid]) -> Result<()> {
        let tenant = self.tenant();
        let before = "INSERT INTO pending_members (tenant_id, group_id, anchor) VALUES";
        let rows = list.iter().map(|a| args![tenant, group, *a]).collect();
        self.conn
            .insert_many(before, rows, "ON CONFLICT DO NOTHING")
            .await
            .map(drop)
    }

    /// Waits for these no longer.
    pub async fn forget_awaited(&mut self, group: GroupId, list: &[Uuid]) -> Result<()> {
        let sql =
            "DELETE FROM pending_members WHERE tenant_id = $1 AND group_id = $2 AND anchor IN ({})";
        let args = args![self.tenant(), group];
        self.conn.exec_in(sql, args, anchors(list)).await.map(drop)
    }

    /// Who of those that have come is awaited by which group of the directory.
    pub async fn awaiting(
        &mut self,
        directory: DirectoryId,
        came: &[Uuid],
    ) -> Result<Vec<(GroupId, Uuid)>> {
        let sql = "SELECT p.group_id, p.anchor FROM pending_members p
                   JOIN directory_groups g ON g.tenant_id = p.tenant_id AND g.group_id = p.group_id
                   WHERE p.tenant_id = $1 AND g.directory_id = $2 AND p.anchor IN ({})";
        let args = args![self.tenant(), directory];
        let rows = self.conn.rows_in(sql, args, anchors(came)).await?;
        rows.iter()
            .map(|r| Ok((GroupId(r.get("group_id")?), r.get("anchor")?)))
            .collect()
    }

    /// The anchors that a group waits for.
    pub async fn awaited(&mut self, group: GroupId) -> Result<Vec<Uuid>> {
        let sql = "SELECT anchor FROM pending_members WHERE tenant_id = $1 AND group_id = $2";
        let rows = self.conn.rows(sql, args![self.tenant(), group]).await?;
        rows.iter().map(|r| r.get("anchor")).collect()
    }

    /// All direct members with their anchors.
    pub async fn members_with_anchors(
        &mut self,
        group: GroupId,
    ) -> Result<Vec<(Member, Option<Uuid>)>> {
        let sql = "SELECT m.kind, m.member_id, d.anchor FROM group_members m LEFT JOIN directory_users d
                   ON d.tenant_id = m.tenant_id AND d.user_id = m.member_id
                   WHERE m.tenant_id = $1 AND m.group_id = $2 AND m.kind = 'user'
                   UNION ALL
                   SELECT m.kind, m.member_id, d.anchor FROM group_members m LEFT JOIN directory_groups d
                   ON d.tenant_id = m.tenant_id AND d.group_id = m.member_id
                   WHERE m.tenant_id = $1 AND m.group_id = $2 AND m.kind = 'group'";
        let rows = self.conn.rows(sql, args![self.tenant(), group]).await?;
        rows.iter()
            .map(|r| {
                let id: Uuid = r.get("member_id")?;
                let member = match r.get::<String>("kind")?.as_str() {
                    "group" => Member::Group(GroupId(id)),
                    _ => Member::User(UserId(id)),
                };
                Ok((member, r.get("anchor")?))
            })
            .collect()
    }

    /// Keeps a part of a list until the run ends.
    pub async fn keep_list(
        &mut self,
        run: RunId,
        number: i64,
        list: &MemberList<'_>,
    ) -> Result<()> {
        let sql = "INSERT INTO sync_lists (tenant_id, run_id, number, group_anchor, whole, members)
                   VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
        let args = args![
            self.tenant(),
            run,
            number,
            list.group,
            list.whole,
            packed(list.members)
        ];
        self.conn.exec(sql, args).await.map(drop)
    }

    /// The groups whose whole list a run has brought.
    pub async fn whole_lists(&mut self, run: RunId) -> Result<Vec<Uuid>> {
        let sql = "SELECT DISTINCT group_anchor FROM sync_lists WHERE tenant_id = $1 AND run_id = $2 AND whole";
        let rows = self.conn.rows(sql, args![self.tenant(), run]).await?;
        rows.iter().map(|r| r.get("group_anchor")).collect()
    }

    /// All parts of a group's list.
    pub async fn list_of(&mut self, run: RunId, group: Uuid) -> Result<HashSet<Uuid>> {
        let sql = "SELECT members FROM sync_lists WHERE tenant_id = $1 AND run_id = $2 AND group_anchor = $3";
        let mut all = HashSet::new();
        for row in self
            .conn
            .rows(sql, args![self.tenant(), run, group])
            .await?
        {
            all.extend(unpacked(&row.get::<Vec<u8>>("members")?));
        }
        Ok(all)
    }
}
