//! Many users in one statement, for what comes in batches.

use super::{columns, mail_key, read};
use crate::db::{Result, Tx, Value, args};
use keyward_core::ids::UserId;
use keyward_core::text::fold;
use keyward_core::user::User;

/// Somebody who holds a name or a mailbox, and isn't deleted.
#[derive(Debug, Clone)]
pub struct NameHolder {
    /// The key that was asked for.
    pub key: String,
    /// Who.
    pub user: UserId,
    /// Belongs to a directory.
    pub anchored: bool,
    /// Holds a role.
    pub administrator: bool,
}

/// Who holds one of many keys.
macro_rules! holders {
    ($key:literal) => {
        concat!(
            "SELECT u.",
            $key,
            " AS held, u.id, u.directory_id, EXISTS (SELECT 1 FROM role_assignments r WHERE r.tenant_id = u.tenant_id
             AND r.user_id = u.id) AS administrator FROM users u WHERE u.tenant_id = $1 AND u.",
            $key,
            " IN ({}) AND u.deleted_at IS NULL"
        )
    };
}

fn texts(keys: Vec<String>) -> impl Iterator<Item = Value> {
    keys.into_iter().map(Value::from)
}

fn ids(users: &[UserId]) -> impl Iterator<Item = Value> + use<'_> {
    users.iter().map(|u| Value::from(*u))
}

impl Tx {
    /// These users, deleted or not, in no order.
    pub async fn users_of(&mut self, users: &[UserId]) -> Result<Vec<User>> {
        let sql = concat!(
            "SELECT ",
            columns!(),
            " FROM users u WHERE u.tenant_id = $1 AND u.id IN ({})"
        );
        let tenant = self.tenant();
        let rows = self.conn.rows_in(sql, args![tenant], ids(users)).await?;
        rows.iter().map(|r| read(tenant, r)).collect()
    }

    /// Who has these folded user names.
    pub async fn upn_holders(&mut self, keys: Vec<String>) -> Result<Vec<NameHolder>> {
        self.name_holders(holders!("upn_key"), keys).await
    }

    /// Who has these mailboxes of work.
    pub async fn mail_holders(&mut self, keys: Vec<String>) -> Result<Vec<NameHolder>> {
        self.name_holders(holders!("mail_key"), keys).await
    }

    async fn name_holders(&mut self, sql: &str, keys: Vec<String>) -> Result<Vec<NameHolder>> {
        let tenant = self.tenant();
        let rows = self.conn.rows_in(sql, args![tenant], texts(keys)).await?;
        rows.iter()
            .map(|r| {
                Ok(NameHolder {
                    key: r.get("held")?,
                    user: UserId(r.get("id")?),
                    anchored: r.get::<Option<uuid::Uuid>>("directory_id")?.is_some(),
                    administrator: r.get("administrator")?,
                })
            })
            .collect()
    }

    /// Adds users without passwords; a conflict if a name is taken.
    pub async fn insert_users(&mut self, users: &[User]) -> Result<u64> {
        let before = "INSERT INTO users (tenant_id, id, upn, upn_key, display_name, name_key, given_name, surname,
                      surname_key, job_title, department, mail, mail_key, mobile_phone, other_mail, business_phone,
                      enabled, must_change_password, password_changed_at, credential_epoch, language, created_at,
                      directory_id) VALUES";
        let tenant = self.tenant();
        let rows = users.iter().map(|u| {
            let p = &u.profile;
            args![
                tenant,
                u.id,
                u.upn.as_str(),
                u.upn.key(),
                &p.display_name,
                fold(&p.display_name),
                &p.given_name,
                &p.surname,
                p.surname.as_deref().map(fold),
                &p.job_title,
                &p.department,
                &p.mail,
                mail_key(p),
                &p.mobile_phone,
                &p.other_mail,
                &p.business_phone,
                u.enabled,
                u.must_change_password,
                u.password_changed_at,
                u.credential_epoch,
                &u.language,
                u.created_at,
                u.directory,
            ]
        });
        self.conn.insert_many(before, rows.collect(), "").await
    }

    /// Takes the names away from users who get others before anybody else sees them.
    pub async fn park_names(&mut self, users: &[UserId]) -> Result<()> {
        for user in users {
            // No user name is without an "@".
            let sql = "UPDATE users SET upn_key = $3 WHERE tenant_id = $1 AND id = $2";
            let args = args![self.tenant(), *user, format!("~{user}")];
            self.conn.exec(sql, args).await?;
        }
        Ok(())
    }

    /// Writes what a directory says of a user: name, profile, state, and that the directory is master. The password
    /// here and what the user registered stay.
    pub async fn save_mastered(&mut self, u: &User) -> Result<bool> {
        let p = &u.profile;
        let sql = "UPDATE users SET upn = $3, upn_key = $4, display_name = $5, name_key = $6, given_name = $7,
                   surname = $8, surname_key = $9, job_title = $10, department = $11, mail = $12, mail_key = $13,
                   mobile_phone = $14, business_phone = $15, enabled = $16, must_change_password = $17,
                   password_changed_at = $18, deleted_at = $19, directory_id = $20
                   WHERE tenant_id = $1 AND id = $2";
        let args = args![
            self.tenant(),
            u.id,
            u.upn.as_str(),
            u.upn.key(),
            &p.display_name,
            fold(&p.display_name),
            &p.given_name,
            &p.surname,
            p.surname.as_deref().map(fold),
            &p.job_title,
            &p.department,
            &p.mail,
            mail_key(p),
            &p.mobile_phone,
            &p.business_phone,
            u.enabled,
            u.must_change_password,
            u.password_changed_at,
            u.deleted_at,
            u.directory,
        ];
        let written = self.conn.exec(sql, args).await? == 1;
        self.drop_old_office(u.id).await?;
        Ok(written)
    }

    /// Forgets the password and those before it: from now on the directory judges it. What was begun under the old one
    /// is void.
    pub async fn forget_verifier(&mut self, user: UserId) -> Result<()> {
        let sql = "DELETE FROM password_history WHERE tenant_id = $1 AND user_id = $2";
        self.conn.exec(sql, args![self.tenant(), user]).await?;
        let sql = "UPDATE users SET verifier = NULL, credential_epoch = credential_epoch + 1,
                   password_found_at = NULL WHERE tenant_id = $1 AND id = $2";
        self.conn
            .exec(sql, args![self.tenant(), user])
            .await
            .map(drop)
    }
}
