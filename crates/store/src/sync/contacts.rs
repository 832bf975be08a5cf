//! Contact data that wait for an administrator, and how much of it changed lately.

use crate::db::{Result, Row, Tx, args};
use crate::user::After;
use keyward_core::ids::{DirectoryId, UserId};
use keyward_core::time::Timestamp;
use uuid::Uuid;

/// What the contact data of a user would become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldContact {
    /// The user's anchor in the directory.
    pub anchor: Uuid,
    /// Who.
    pub user: UserId,
    /// The mailbox of work.
    pub mail: Option<String>,
    /// The mobile number.
    pub mobile_phone: Option<String>,
    /// The office number.
    pub business_phone: Option<String>,
    /// Since when it waits.
    pub held_at: Timestamp,
}

/// What waits for one directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldContacts {
    /// Which directory.
    pub directory: DirectoryId,
    /// Users.
    pub count: i64,
    /// Since when the oldest waits.
    pub since: Timestamp,
    /// When the newest came.
    pub newest: Timestamp,
}

impl Tx {
    /// Contact data wait. Of somebody whose wait already, the last word of the directory counts, and keeps its place.
    pub async fn hold_contacts(
        &mut self,
        directory: DirectoryId,
        list: &[HeldContact],
    ) -> Result<u64> {
        let tenant = self.tenant();
        let before = "INSERT INTO held_contacts (tenant_id, directory_id, anchor, user_id, mail, mobile_phone,
                      business_phone, held_at) VALUES";
        let rows = list.iter().map(|h| {
            args![
                tenant,
                directory,
                h.anchor,
                h.user,
                h.mail.as_deref(),
                h.mobile_phone.as_deref(),
                h.business_phone.as_deref(),
                h.held_at
            ]
        });
        let after = "ON CONFLICT (tenant_id, directory_id, anchor) DO UPDATE SET user_id = excluded.user_id,
                     mail = excluded.mail, mobile_phone = excluded.mobile_phone,
                     business_phone = excluded.business_phone";
        self.conn.insert_many(before, rows.collect(), after).await
    }

    /// Whose wait, of these.
    pub async fn whose_contacts_wait(
        &mut self,
        directory: DirectoryId,
        list: &[Uuid],
    ) -> Result<Vec<Uuid>> {
        let sql = "SELECT anchor FROM held_contacts
                   WHERE tenant_id = $1 AND directory_id = $2 AND anchor IN ({})";
        let args = args![self.tenant(), directory];
        let rows = self.conn.rows_in(sql, args, super::anchors(list)).await?;
        rows.iter().map(|r| r.get("anchor")).collect()
    }

    /// These wait no longer.
    pub async fn unhold_contacts(&mut self, directory: DirectoryId, list: &[Uuid]) -> Result<u64> {
        let sql = "DELETE FROM held_contacts
                   WHERE tenant_id = $1 AND directory_id = $2 AND anchor IN ({})";
        let args = args![self.tenant(), directory];
        self.conn.exec_in(sql, args, super::anchors(list)).await
    }

    /// None of a directory waits any longer.
    pub async fn unhold_all_contacts(&mut self, directory: DirectoryId) -> Result<u64> {
        let sql = "DELETE FROM held_contacts WHERE tenant_id = $1 AND directory_id = $2";
        self.conn.exec(sql, args![self.tenant(), directory]).await
    }

    /// What waits, by directory.
    pub async fn held_contact_sums(&mut self) -> Result<Vec<HeldContacts>> {
        let sql = "SELECT directory_id, COUNT(*) AS n, MIN(held_at) AS since, MAX(held_at) AS newest
                   FROM held_contacts WHERE tenant_id = $1 GROUP BY directory_id ORDER BY since, directory_id";
        let rows = self.conn.rows(sql, args![self.tenant()]).await?;
        let sums = rows.iter().map(|r| {
            Ok(HeldContacts {
                directory: DirectoryId(r.get("directory_id")?),
                count: r.get("n")?,
                since: r.at("since")?,
                newest: r.at("newest")?,
            })
        });
        sums.collect()
    }

    /// A page of what waits for a directory, by anchor.
    pub async fn held_contacts(
        &mut self,
        directory: DirectoryId,
        after: Option<&After>,
        limit: i64,
    ) -> Result<Vec<HeldContact>> {
        let sql = "SELECT anchor, user_id, mail, mobile_phone, business_phone, held_at FROM held_contacts
                   WHERE tenant_id = $1 AND directory_id = $2 AND anchor > $3 ORDER BY anchor LIMIT $4";
        let (_, anchor) = After::start(after);
        let args = args![self.tenant(), directory, anchor, limit];
        let rows = self.conn.rows(sql, args).await?;
        rows.iter().map(read).collect()
    }

    /// So many users got other contact data of a directory now. What is older than `since` is forgotten.
    pub async fn count_contact_changes(
        &mut self,
        directory: DirectoryId,
        users: i64,
        now: Timestamp,
        since: Timestamp,
    ) -> Result<()> {
        let sql = "DELETE FROM contact_changes
                   WHERE tenant_id = $1 AND directory_id = $2 AND changed_at < $3";
        let args = args![self.tenant(), directory, since];
        self.conn.exec(sql, args).await?;
        let sql = "INSERT INTO contact_changes (tenant_id, directory_id, changed_at, users) VALUES ($1, $2, $3, $4)
                   ON CONFLICT (tenant_id, directory_id, changed_at)
                   DO UPDATE SET users = contact_changes.users + excluded.users";
        let args = args![self.tenant(), directory, now, users];
        self.conn.exec(sql, args).await.map(drop)
    }

    /// How many users got other contact data of a directory since then.
    pub async fn contact_changes(
        &mut self,
        directory: DirectoryId,
        since: Timestamp,
    ) -> Result<i64> {
        let sql = "SELECT CAST(COALESCE(SUM(users), 0) AS BIGINT) AS n FROM contact_changes
                   WHERE tenant_id = $1 AND directory_id = $2 AND changed_at >= $3";
        let args = args![self.tenant(), directory, since];
        let rows = self.conn.rows(sql, args).await?;
        rows.first().map_or(Ok(0), |r| r.get("n"))
    }
}

fn read(r: &Row) -> Result<HeldContact> {
    Ok(HeldContact {
        anchor: r.get("anchor")?,
        user: UserId(r.get("user_id")?),
        mail: r.get("mail")?,
        mobile_phone: r.get("mobile_phone")?,
        business_phone: r.get("business_phone")?,
        held_at: r.at("held_at")?,
    })
}
