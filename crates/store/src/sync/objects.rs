//! Users and groups of directories.

use super::anchors;
use crate::db::{Result, Row, Tx, Value, args};
use keyward_core::group::Group;
use keyward_core::ids::{DirectoryId, GroupId, UserId};
use keyward_core::text::fold;
use keyward_core::time::Timestamp;
use uuid::Uuid;

/// What a directory knows of a user, beside what the service shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryUser {
    /// Which directory.
    pub directory: DirectoryId,
    /// The source anchor.
    pub anchor: Uuid,
    /// Who.
    pub user: UserId,
    /// Where it is, for people.
    pub dn: String,
    /// `sAMAccountName`, `uid`.
    pub account_name: Option<String>,
    /// The security identifier.
    pub sid: Option<String>,
    /// Protected there: never reset from here.
    pub protected: bool,
    /// The mobile number as it is written there, even if it is none that can be texted.
    pub mobile: Option<String>,
    /// The phone at the desk, likewise.
    pub telephone: Option<String>,
    /// Two letters.
    pub usage_location: Option<String>,
    /// The manager's anchor.
    pub manager: Option<Uuid>,
    /// Further addresses, as a JSON list.
    pub proxy_addresses: String,
    /// Further attributes, as a JSON object.
    pub extensions: String,
    /// The fine-grained password policy that applies, if not the domain's own.
    pub policy: Option<String>,
    /// When the password was last set there.
    pub password_set_at: Option<Timestamp>,
    /// It must be changed at the next sign-in.
    pub must_change: bool,
    /// Of the record that was taken last; empty if it wasn't taken whole.
    pub digest: Vec<u8>,
    /// When that was.
    pub changed_at: Timestamp,
}

/// A user known by an anchor, as far as a batch needs it.
#[derive(Debug, Clone)]
pub struct KnownUser {
    /// The source anchor.
    pub anchor: Uuid,
    /// Who.
    pub user: UserId,
    /// The folded name.
    pub upn_key: String,
    /// The key of the mailbox of work.
    pub mail_key: Option<String>,
    /// The security identifier.
    pub sid: Option<String>,
    /// May sign in.
    pub enabled: bool,
    /// Since when it is deleted.
    pub deleted_at: Option<Timestamp>,
    /// Of the record that was taken last.
    pub digest: Vec<u8>,
}

/// Somebody who has an anchor in another directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnchoredElsewhere {
    /// The source anchor.
    pub anchor: Uuid,
    /// Who.
    pub user: UserId,
    /// Since when it is deleted.
    pub deleted_at: Option<Timestamp>,
    /// Holds a role.
    pub administrator: bool,
}

/// What a directory knows of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryGroup {
    /// Which directory.
    pub directory: DirectoryId,
    /// The source anchor.
    pub anchor: Uuid,
    /// Which.
    pub group: GroupId,
    /// Where it is, for people.
    pub dn: String,
    /// Of the record that was taken last.
    pub digest: Vec<u8>,
    /// When that was.
    pub changed_at: Timestamp,
}

/// A group known by an anchor.
#[derive(Debug, Clone)]
pub struct KnownGroup {
    /// The source anchor.
    pub anchor: Uuid,
    /// Which.
    pub group: GroupId,
    /// What it is called.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Of the record that was taken last.
    pub digest: Vec<u8>,
}

/// A password policy of a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// What it is called; none for the domain's own.
    pub name: Option<String>,
    /// Characters.
    pub min_length: i64,
    /// Three of five classes of characters.
    pub complexity: bool,
    /// Old passwords that can't be used again.
    pub history: i64,
    /// Seconds between two changes.
    pub min_age_s: i64,
    /// Seconds until a password expires; 0: never.
    pub max_age_s: i64,
    /// Wrong passwords until the account is locked; 0: never.
    pub lockout_threshold: i64,
    /// Seconds in which they are counted.
    pub lockout_window_s: i64,
    /// Seconds for which it stays locked; 0: until somebody unlocks it.
    pub lockout_duration_s: i64,
}

fn read_user(row: &Row) -> Result<DirectoryUser> {
    Ok(DirectoryUser {
        directory: DirectoryId(row.get("directory_id")?),
        anchor: row.get("anchor")?,
        user: UserId(row.get("user_id")?),
        dn: row.get("dn")?,
        account_name: row.get("account_name")?,
        sid: row.get("sid")?,
        protected: row.get("protected")?,
        mobile: row.get("mobile")?,
        telephone: row.get("telephone")?,
        usage_location: row.get("usage_location")?,
        manager: row.get("manager")?,
        proxy_addresses: row.get("proxy_addresses")?,
        extensions: row.get("extensions")?,
        policy: row.get("policy")?,
        password_set_at: row.at_opt("password_set_at")?,
        must_change: row.get("must_change")?,
        digest: row.get("digest")?,
        changed_at: row.at("changed_at")?,
    })
}

fn as_row(tenant: Value, u: &DirectoryUser) -> Vec<Value> {
    let mut row = vec![tenant];
    row.extend(args![
        u.directory,
        u.anchor,
        u.user,
        &u.dn,
        &u.account_name,
        &u.sid,
        u.protected,
        &u.mobile,
        &u.telephone,
        &u.usage_location,
        u.manager,
        &u.proxy_addresses,
        &u.extensions,
        &u.policy,
        u.password_set_at,
        u.must_change,
        u.digest.as_slice(),
        u.changed_at,
    ]);
    row
}

impl Tx {
    /// What a directory knows of this user; none for a user of the cloud.
    pub async fn directory_user(&mut self, user: UserId) -> Result<Option<DirectoryUser>> {
        Ok(self.directory_users(&[user]).await?.pop())
    }

    /// What directories know of these users.
    pub async fn directory_users(&mut self, users: &[UserId]) -> Result<Vec<DirectoryUser>> {
        let sql = "SELECT directory_id, anchor, user_id, dn, account_name, sid, protected, mobile, telephone,
                   usage_location, manager, proxy_addresses, extensions, policy, password_set_at, must_change, digest,
                   changed_at FROM directory_users WHERE tenant_id = $1 AND user_id IN ({})";
        let list = users.iter().map(|u| Value::from(*u));
        let rows = self.conn.rows_in(sql, args![self.tenant()], list).await?;
        rows.iter().map(read_user).collect()
    }

    /// The users with these anchors, deleted ones too.
    pub async fn known_users(
        &mut self,
        directory: DirectoryId,
        list: &[Uuid],
    ) -> Result<Vec<KnownUser>> {
        let sql = "SELECT d.anchor, d.user_id, d.sid, d.digest, u.upn_key, u.mail_key, u.enabled, u.deleted_at
                   FROM directory_users d JOIN users u ON u.tenant_id = d.tenant_id AND u.id = d.user_id
                   WHERE d.tenant_id = $1 AND d.directory_id = $2 AND d.anchor IN ({})";
        let args = args![self.tenant(), directory];
        let rows = self.conn.rows_in(sql, args, anchors(list)).await?;
        rows.iter()
            .map(|r| {
                Ok(KnownUser {
                    anchor: r.get("anchor")?,
                    user: UserId(r.get("user_id")?),
                    upn_key: r.get("upn_key")?,
                    mail_key: r.get("mail_key")?,
                    sid: r.get("sid")?,
                    enabled: r.get("enabled")?,
                    deleted_at: r.at_opt("deleted_at")?,
                    digest: r.get("digest")?,
                })
            })
            .collect()
    }

    /// Who has these anchors in other directories, deleted ones too.
    pub async fn anchored_elsewhere(
        &mut self,
        directory: DirectoryId,
        list: &[Uuid],
    ) -> Result<Vec<AnchoredElsewhere>> {
        let sql = "SELECT d.anchor, d.user_id, u.deleted_at,
                   EXISTS (SELECT 1 FROM role_assignments r WHERE r.tenant_id = d.tenant_id AND r.user_id = d.user_id)
                   AS administrator
                   FROM directory_users d JOIN users u ON u.tenant_id = d.tenant_id AND u.id = d.user_id
                   WHERE d.tenant_id = $1 AND d.directory_id <> $2 AND d.anchor IN ({})";
        let args = args![self.tenant(), directory];
        let rows = self.conn.rows_in(sql, args, anchors(list)).await?;
        rows.iter()
            .map(|r| {
                Ok(AnchoredElsewhere {
                    anchor: r.get("anchor")?,
                    user: UserId(r.get("user_id")?),
                    deleted_at: r.at_opt("deleted_at")?,
                    administrator: r.get("administrator")?,
                })
            })
            .collect()
    }

    /// By which anchors a directory's users with these SIDs are known; deleted ones are left out.
    pub async fn anchors_of_sids(
        &mut self,
        directory: DirectoryId,
        sids: Vec<String>,
    ) -> Result<Vec<(String, Uuid)>> {
        let sql = "SELECT d.sid, d.anchor FROM directory_users d
                   JOIN users u ON u.tenant_id = d.tenant_id AND u.id = d.user_id
                   WHERE d.tenant_id = $1 AND d.directory_id = $2 AND u.deleted_at IS NULL AND d.sid IN ({})";
        let args = args![self.tenant(), directory];
        let list = sids.into_iter().map(Value::from);
        let rows = self.conn.rows_in(sql, args, list).await?;
        rows.iter()
            .map(|r| Ok((r.get("sid")?, r.get("anchor")?)))
            .collect()
    }

    /// The anchors and users of a directory that aren't deleted, a page after an anchor.
    pub async fn anchored_users(
        &mut self,
        directory: DirectoryId,
        after: Uuid,
        limit: i64,
    ) -> Result<Vec<(Uuid, UserId)>> {
        let sql = "SELECT d.anchor, d.user_id FROM directory_users d
                   JOIN users u ON u.tenant_id = d.tenant_id AND u.id = d.user_id
                   WHERE d.tenant_id = $1 AND d.directory_id = $2 AND d.anchor > $3 AND u.deleted_at IS NULL
                   ORDER BY d.anchor LIMIT $4";
        let args = args![self.tenant(), directory, after, limit];
        let rows = self.conn.rows(sql, args).await?;
        rows.iter()
            .map(|r| Ok((r.get("anchor")?, UserId(r.get("user_id")?))))
            .collect()
    }

    /// The anchors and groups of a directory.
    pub async fn anchored_groups(
        &mut self,
        directory: DirectoryId,
    ) -> Result<Vec<(Uuid, GroupId)>> {
        let sql = "SELECT anchor, group_id FROM directory_groups WHERE tenant_id = $1 AND directory_id = $2";
        let rows = self.conn.rows(sql, args![self.tenant(), directory]).await?;
        rows.iter()
            .map(|r| Ok((r.get("anchor")?, GroupId(r.get("group_id")?))))
            .collect()
    }

    /// How many users and groups of a directory there are.
    pub async fn count_anchored(&mut self, directory: DirectoryId) -> Result<i64> {
        let sql = "SELECT (SELECT COUNT(*) FROM users WHERE tenant_id = $1 AND directory_id = $2 AND deleted_at IS NULL)
                   + (SELECT COUNT(*) FROM directory_groups WHERE tenant_id = $1 AND directory_id = $2)";
        self.conn.count(sql, args![self.tenant(), directory]).await
    }

    /// Remembers what directories know of new users.
    pub async fn insert_directory_users(&mut self, users: &[DirectoryUser]) -> Result<u64> {
        let before = "INSERT INTO directory_users (tenant_id, directory_id, anchor, user_id, dn, account_name, sid,
                      protected, mobile, telephone, usage_location, manager, proxy_addresses, extensions, policy,
                      password_set_at, must_change, digest, changed_at) VALUES";
        let tenant = Value::from(self.tenant());
        let rows = users.iter().map(|u| as_row(tenant.clone(), u)).collect();
        self.conn.insert_many(before, rows, "").await
    }

    /// Remembers what a directory now knows of a user.
    pub async fn save_directory_user(&mut self, u: &DirectoryUser) -> Result<()> {
        let sql = "UPDATE directory_users SET dn = $5, account_name = $6, sid = $7, protected = $8, mobile = $9,
                   telephone = $10, usage_location = $11, manager = $12, proxy_addresses = $13, extensions = $14,
                   policy = $15, password_set_at = $16, must_change = $17, digest = $18, changed_at = $19
                   WHERE tenant_id = $1 AND directory_id = $2 AND anchor = $3 AND user_id = $4";
        let args = as_row(self.tenant().into(), u);
        self.conn.exec(sql, args).await.map(drop)
    }

    /// What another directory knew of a user is over: this one brings the user in now.
    pub async fn leave_directory(&mut self, user: UserId) -> Result<()> {
        let sql = "DELETE FROM directory_users WHERE tenant_id = $1 AND user_id = $2";
        self.conn
            .exec(sql, args![self.tenant(), user])
            .await
            .map(drop)
    }

    /// Somebody loses an anchor that is another's now.
    pub async fn cut_anchor(&mut self, directory: DirectoryId, anchor: Uuid) -> Result<()> {
        let sql = "DELETE FROM directory_users WHERE tenant_id = $1 AND directory_id = $2 AND anchor = $3";
        let args = args![self.tenant(), directory, anchor];
        self.conn.exec(sql, args).await.map(drop)
    }

    /// The groups with these anchors.
    pub async fn known_groups(
        &mut self,
        directory: DirectoryId,
        list: &[Uuid],
    ) -> Result<Vec<KnownGroup>> {
        let sql =
            "SELECT d.anchor, d.group_id, d.digest, g.name, g.description FROM directory_groups d
                   JOIN security_groups g ON g.tenant_id = d.tenant_id AND g.id = d.group_id
                   WHERE d.tenant_id = $1 AND d.directory_id = $2 AND d.anchor IN ({})";
        let args = args![self.tenant(), directory];
        let rows = self.conn.rows_in(sql, args, anchors(list)).await?;
        rows.iter()
            .map(|r| {
                Ok(KnownGroup {
                    anchor: r.get("anchor")?,
                    group: GroupId(r.get("group_id")?),
                    name: r.get("name")?,
                    description: r.get("description")?,
                    digest: r.get("digest")?,
                })
            })
            .collect()
    }

    /// What a directory knows of this group.
    pub async fn directory_group(&mut self, group: GroupId) -> Result<Option<DirectoryGroup>> {
        let sql = "SELECT directory_id, anchor, dn, digest, changed_at FROM directory_groups
                   WHERE tenant_id = $1 AND group_id = $2";
        let row = self.conn.opt(sql, args![self.tenant(), group]).await?;
        row.map(|r| {
            Ok(DirectoryGroup {
                directory: DirectoryId(r.get("directory_id")?),
                anchor: r.get("anchor")?,
                group,
                dn: r.get("dn")?,
                digest: r.get("digest")?,
                changed_at: r.at("changed_at")?,
            })
        })
        .transpose()
    }

    /// Which group has a name.
    pub async fn group_named(&mut self, name: &str) -> Result<Option<GroupId>> {
        let sql = "SELECT id FROM security_groups WHERE tenant_id = $1 AND name_key = $2";
        let row = self.conn.opt(sql, args![self.tenant(), fold(name)]).await?;
        row.map(|r| Ok(GroupId(r.get("id")?))).transpose()
    }

    /// Adds a group of a directory; a conflict if the name is taken.
    pub async fn insert_directory_group(
        &mut self,
        group: &Group,
        d: &DirectoryGroup,
    ) -> Result<()> {
        self.insert_group(group).await?;
        let sql = "INSERT INTO directory_groups (tenant_id, directory_id, anchor, group_id, dn, digest, changed_at)
                   VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let args = args![
            self.tenant(),
            d.directory,
            d.anchor,
            d.group,
            &d.dn,
            d.digest.as_slice(),
            d.changed_at
        ];
        self.conn.exec(sql, args).await.map(drop)
    }

    /// Remembers what a directory now knows of a group.
    pub async fn save_directory_group(&mut self, d: &DirectoryGroup) -> Result<()> {
        let sql = "UPDATE directory_groups SET dn = $4, digest = $5, changed_at = $6
                   WHERE tenant_id = $1 AND directory_id = $2 AND anchor = $3";
        let args = args![
            self.tenant(),
            d.directory,
            d.anchor,
            &d.dn,
            d.digest.as_slice(),
            d.changed_at
        ];
        self.conn.exec(sql, args).await.map(drop)
    }

    /// What people call the directories.
    pub async fn directory_names(&mut self) -> Result<Vec<(DirectoryId, String)>> {
        let sql = "SELECT id, name FROM directories WHERE tenant_id = $1 ORDER BY name, id";
        let rows = self.conn.rows(sql, args![self.tenant()]).await?;
        rows.iter()
            .map(|r| Ok((DirectoryId(r.get("id")?), r.get("name")?)))
            .collect()
    }

    /// The password policies of a directory, the domain's own first.
    pub async fn directory_policies(&mut self, directory: DirectoryId) -> Result<Vec<Policy>> {
        let sql =
            "SELECT name, min_length, complexity, history, min_age_s, max_age_s, lockout_threshold,
                   lockout_window_s, lockout_duration_s FROM directory_policies
                   WHERE tenant_id = $1 AND directory_id = $2 ORDER BY place";
        let rows = self.conn.rows(sql, args![self.tenant(), directory]).await?;
        rows.iter()
            .map(|r| {
                Ok(Policy {
                    name: r.get("name")?,
                    min_length: r.get("min_length")?,
                    complexity: r.get("complexity")?,
                    history: r.get("history")?,
                    min_age_s: r.get("min_age_s")?,
                    max_age_s: r.get("max_age_s")?,
                    lockout_threshold: r.get("lockout_threshold")?,
                    lockout_window_s: r.get("lockout_window_s")?,
                    lockout_duration_s: r.get("lockout_duration_s")?,
                })
            })
            .collect()
    }

    /// Replaces them.
    pub async fn set_directory_policies(
        &mut self,
        directory: DirectoryId,
        policies: &[Policy],
    ) -> Result<()> {
        let sql = "DELETE FROM directory_policies WHERE tenant_id = $1 AND directory_id = $2";
        self.conn.exec(sql, args![self.tenant(), directory]).await?;
        let before = "INSERT INTO directory_policies (tenant_id, directory_id, place, name, min_length, complexity,
                      history, min_age_s, max_age_s, lockout_threshold, lockout_window_s, lockout_duration_s) VALUES";
        let tenant = self.tenant();
        let rows = (0_i64..).zip(policies).map(|(place, p)| {
            args![
                tenant,
                directory,
                place,
                &p.name,
                p.min_length,
                p.complexity,
                p.history,
                p.min_age_s,
                p.max_age_s,
                p.lockout_threshold,
                p.lockout_window_s,
                p.lockout_duration_s
            ]
        });
        self.conn
            .insert_many(before, rows.collect(), "")
            .await
            .map(drop)
    }
}
