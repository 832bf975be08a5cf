//! Users.

mod list;
mod many;

pub(crate) use list::prefix_end;
pub use list::{After, UserFilter};
pub use many::NameHolder;

use crate::db::{Error, Result, Row, Tx, args};
use keyward_core::ids::{DirectoryId, TenantId, UserId};
use keyward_core::text::{MailAddress, UserPrincipalName, fold};
use keyward_core::time::Timestamp;
use keyward_core::user::{Profile, User};

/// The columns that [`read`] wants, in a form that `concat!` takes: every statement is one constant text.
macro_rules! columns {
    () => {
        "u.id, u.upn, u.display_name, u.given_name, u.surname, u.job_title, u.department, u.mail, u.mobile_phone, \
         u.other_mail, u.enabled, u.held_at, u.must_change_password, u.password_changed_at, u.credential_epoch, \
         u.registration_confirmed_at, u.language, u.created_at, u.deleted_at, u.directory_id, u.business_phone, \
         u.password_found_at"
    };
}
use columns;

fn read(tenant: TenantId, row: &Row) -> Result<User> {
    let upn: String = row.get("upn")?;
    Ok(User {
        id: UserId(row.get("id")?),
        tenant,
        directory: row
            .get::<Option<uuid::Uuid>>("directory_id")?
            .map(DirectoryId),
        upn: UserPrincipalName::parse(&upn).map_err(|_| Error::Unreadable("users.upn"))?,
        profile: Profile {
            display_name: row.get("display_name")?,
            given_name: row.get("given_name")?,
            surname: row.get("surname")?,
            job_title: row.get("job_title")?,
            department: row.get("department")?,
            mail: row.get("mail")?,
            mobile_phone: row.get("mobile_phone")?,
            other_mail: row.get("other_mail")?,
            business_phone: row.get("business_phone")?,
        },
        enabled: row.get("enabled")?,
        held_at: row.at_opt("held_at")?,
        must_change_password: row.get("must_change_password")?,
        password_changed_at: row.at_opt("password_changed_at")?,
        password_found_at: row.at_opt("password_found_at")?,
        credential_epoch: row.get("credential_epoch")?,
        registration_confirmed_at: row.at_opt("registration_confirmed_at")?,
        language: row.get("language")?,
        created_at: row.at("created_at")?,
        deleted_at: row.at_opt("deleted_at")?,
    })
}

/// The form by which a mailbox of work is found.
pub(crate) fn mail_key(p: &Profile) -> Option<String> {
    MailAddress::parse(p.mail.as_deref()?).ok().map(|m| m.key())
}

impl Tx {
    /// Adds a user without a password; a conflict if the name is taken.
    pub async fn insert_user(&mut self, user: &User) -> Result<()> {
        let p = &user.profile;
        let sql = "INSERT INTO users (tenant_id, id, upn, upn_key, display_name, name_key, given_name, surname,
                   surname_key, job_title, department, mail, mobile_phone, other_mail, enabled,
                   must_change_password, credential_epoch, language, created_at, mail_key, business_phone, directory_id)
                   VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22)";
        let args = args![
            self.tenant(),
            user.id,
            user.upn.as_str(),
            user.upn.key(),
            &p.display_name,
            fold(&p.display_name),
            &p.given_name,
            &p.surname,
            p.surname.as_deref().map(fold),
            &p.job_title,
            &p.department,
            &p.mail,
            &p.mobile_phone,
            &p.other_mail,
            user.enabled,
            user.must_change_password,
            user.credential_epoch,
            &user.language,
            user.created_at,
            mail_key(p),
            &p.business_phone,
            user.directory,
        ];
        self.conn.exec(sql, args).await.map(drop)
    }

    /// The user with this id, deleted or not.
    pub async fn user(&mut self, id: UserId) -> Result<Option<User>> {
        let sql = concat!(
            "SELECT ",
            columns!(),
            " FROM users u WHERE tenant_id = $1 AND id = $2"
        );
        let row = self.conn.opt(sql, args![self.tenant(), id]).await?;
        row.map(|r| read(self.tenant(), &r)).transpose()
    }

    /// The user who signs in by this folded name; never a deleted one.
    pub async fn user_by_upn(&mut self, upn_key: &str) -> Result<Option<User>> {
        let sql = concat!(
            "SELECT ",
            columns!(),
            " FROM users u WHERE tenant_id = $1 AND upn_key = $2 AND deleted_at IS NULL"
        );
        let row = self.conn.opt(sql, args![self.tenant(), upn_key]).await?;
        row.map(|r| read(self.tenant(), &r)).transpose()
    }

    /// How many users there are, deleted ones left out.
    pub async fn count_users(&mut self) -> Result<i64> {
        self.conn
            .count(
                "SELECT COUNT(*) FROM users WHERE tenant_id = $1 AND deleted_at IS NULL",
                args![self.tenant()],
            )
            .await
    }

    /// Replaces the profile and the sign-in name; a conflict if the name is taken.
    pub async fn update_user(
        &mut self,
        id: UserId,
        upn: &UserPrincipalName,
        p: &Profile,
    ) -> Result<bool> {
        let sql = "UPDATE users SET upn = $3, upn_key = $4, display_name = $5, name_key = $6, given_name = $7,
                   surname = $8, surname_key = $9, job_title = $10, department = $11, mail = $12,
                   mobile_phone = $13, other_mail = $14, mail_key = $15, business_phone = $16
                   WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL";
        let args = args![
            self.tenant(),
            id,
            upn.as_str(),
            upn.key(),
            &p.display_name,
            fold(&p.display_name),
            &p.given_name,
            &p.surname,
            p.surname.as_deref().map(fold),
            &p.job_title,
            &p.department,
            &p.mail,
            &p.mobile_phone,
            &p.other_mail,
            mail_key(p),
            &p.business_phone,
        ];
        let written = self.conn.exec(sql, args).await? == 1;
        self.drop_old_office(id).await?;
        Ok(written)
    }

    /// Allows or blocks sign-in; false if it was so already.
    pub async fn set_enabled(&mut self, id: UserId, enabled: bool) -> Result<bool> {
        let sql = "UPDATE users SET enabled = $3 WHERE tenant_id = $1 AND id = $2 AND enabled <> $3
                   AND deleted_at IS NULL";
        Ok(self
            .conn
            .exec(sql, args![self.tenant(), id, enabled])
            .await?
            == 1)
    }

    /// Holds the account, or lifts the hold.
    pub async fn set_held(&mut self, id: UserId, held_at: Option<Timestamp>) -> Result<bool> {
        let sql =
            "UPDATE users SET held_at = $3 WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL";
        Ok(self
            .conn
            .exec(sql, args![self.tenant(), id, held_at])
            .await?
            == 1)
    }

    /// Marks a user as deleted.
    pub async fn delete_user(&mut self, id: UserId, now: Timestamp) -> Result<bool> {
        let sql = "UPDATE users SET deleted_at = $3 WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL";
        Ok(self.conn.exec(sql, args![self.tenant(), id, now]).await? == 1)
    }

    /// Brings a deleted user back; a conflict if somebody else has taken the name.
    pub async fn restore_user(&mut self, id: UserId, deleted_after: Timestamp) -> Result<bool> {
        let sql = "UPDATE users SET deleted_at = NULL WHERE tenant_id = $1 AND id = $2 AND deleted_at > $3";
        Ok(self
            .conn
            .exec(sql, args![self.tenant(), id, deleted_after])
            .await?
            == 1)
    }

    /// Removes for good those who were deleted before `before`; their ids and names.
    pub async fn purge_users(&mut self, before: Timestamp) -> Result<Vec<(UserId, String)>> {
        let sql = "DELETE FROM users WHERE tenant_id = $1 AND deleted_at <= $2 RETURNING id, upn";
        let rows = self.conn.rows(sql, args![self.tenant(), before]).await?;
        let gone: Vec<_> = rows
            .iter()
            .map(|r| Ok((UserId(r.get("id")?), r.get("upn")?)))
            .collect::<Result<_>>()?;
        for (user, _) in &gone {
            let sql = "DELETE FROM group_members WHERE tenant_id = $1 AND kind = 'user' AND member_id = $2";
            self.conn.exec(sql, args![self.tenant(), *user]).await?;
        }
        Ok(gone)
    }

    /// The sealed verifier of the password, if one was ever set.
    pub async fn verifier(&mut self, id: UserId) -> Result<Option<String>> {
        let sql = "SELECT verifier FROM users WHERE tenant_id = $1 AND id = $2";
        let row = self.conn.opt(sql, args![self.tenant(), id]).await?;
        row.map_or(Ok(None), |r| r.get("verifier"))
    }

    /// Sets a new password: the verifier changes, the epoch rises, whatever was begun before is void. False if the
    /// password has changed since `epoch` was read, so that of two at once only one wins; nor is a password set here that a directory masters.
    pub async fn set_verifier(
        &mut self,
        id: UserId,
        epoch: i64,
        verifier: &str,
        temporary: bool,
        now: Timestamp,
    ) -> Result<bool> {
        let sql =
            "UPDATE users SET verifier = $4, must_change_password = $5, password_changed_at = $6,
                   credential_epoch = credential_epoch + 1, password_found_at = NULL
                   WHERE tenant_id = $1 AND id = $2 AND credential_epoch = $3 AND deleted_at IS NULL
                   AND directory_id IS NULL";
        Ok(self
            .conn
            .exec(
                sql,
                args![self.tenant(), id, epoch, verifier, temporary, now],
            )
            .await?
            == 1)
    }

    /// Remembers that the password of this epoch is known from a breach. A new one is not meant by it.
    pub async fn mark_password_found(
        &mut self,
        id: UserId,
        epoch: i64,
        now: Timestamp,
    ) -> Result<()> {
        let sql = "UPDATE users SET password_found_at = $4 WHERE tenant_id = $1 AND id = $2
                   AND credential_epoch = $3 AND password_found_at IS NULL AND directory_id IS NULL";
        let args = args![self.tenant(), id, epoch, now];
        self.conn.exec(sql, args).await.map(drop)
    }

    /// Replaces the verifier of the same password by a stronger one.
    pub async fn rehash(&mut self, id: UserId, old: &str, new: &str) -> Result<()> {
        let sql =
            "UPDATE users SET verifier = $4 WHERE tenant_id = $1 AND id = $2 AND verifier = $3";
        self.conn
            .exec(sql, args![self.tenant(), id, old, new])
            .await
            .map(drop)
    }

    /// Remembers that the user confirmed what is registered.
    pub async fn confirm_registration(&mut self, id: UserId, now: Timestamp) -> Result<()> {
        let sql =
            "UPDATE users SET registration_confirmed_at = $3 WHERE tenant_id = $1 AND id = $2";
        self.conn
            .exec(sql, args![self.tenant(), id, now])
            .await
            .map(drop)
    }

    /// Locks a user until the transaction ends. What touches several rows of theirs takes this first: two such
    /// statements may meet the rows in different order.
    pub async fn lock_user(&mut self, id: UserId) -> Result<()> {
        let sql = "UPDATE users SET enabled = enabled WHERE tenant_id = $1 AND id = $2";
        self.conn
            .exec(sql, args![self.tenant(), id])
            .await
            .map(drop)
    }

    /// Remembers the language that the user chose.
    pub async fn set_language(&mut self, id: UserId, language: &str) -> Result<()> {
        let sql = "UPDATE users SET language = $3 WHERE tenant_id = $1 AND id = $2";
        self.conn
            .exec(sql, args![self.tenant(), id, language])
            .await
            .map(drop)
    }
}
