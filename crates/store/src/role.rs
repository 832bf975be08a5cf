//! Who holds which role.

use crate::db::{Error, Result, Tx, args};
use keyward_core::ids::UserId;
use keyward_core::role::{Role, RoleSet};

/// One holder of a role.
#[derive(Debug, Clone)]
pub struct Holder {
    /// Who.
    pub user: UserId,
    /// Their name.
    pub display_name: String,
    /// What they sign in with.
    pub upn: String,
    /// Where they are told things, if known.
    pub mail: Option<String>,
    /// Can sign in: enabled, not held, not deleted.
    pub active: bool,
    /// The language they chose.
    pub language: Option<String>,
}

impl Tx {
    /// The roles of a user.
    pub async fn roles_of(&mut self, user: UserId) -> Result<RoleSet> {
        let sql = "SELECT role FROM role_assignments WHERE tenant_id = $1 AND user_id = $2";
        let rows = self.conn.rows(sql, args![self.tenant(), user]).await?;
        rows.iter()
            .map(|r| {
                Role::from_id(r.get("role")?).ok_or(Error::Unreadable("role_assignments.role"))
            })
            .collect()
    }

    /// Gives a role; false if the user held it already.
    pub async fn assign_role(&mut self, user: UserId, role: Role) -> Result<bool> {
        let sql = "INSERT INTO role_assignments (tenant_id, user_id, role) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
        Ok(self
            .conn
            .exec(sql, args![self.tenant(), user, role.id()])
            .await?
            == 1)
    }

    /// Takes a role away; false if the user didn't hold it.
    pub async fn remove_role(&mut self, user: UserId, role: Role) -> Result<bool> {
        let sql =
            "DELETE FROM role_assignments WHERE tenant_id = $1 AND user_id = $2 AND role = $3";
        Ok(self
            .conn
            .exec(sql, args![self.tenant(), user, role.id()])
            .await?
            == 1)
    }

    /// The holders of a role by name, deleted users left out.
    pub async fn holders(&mut self, role: Role) -> Result<Vec<Holder>> {
        let sql = "SELECT u.id, u.display_name, u.upn, u.mail, u.language,
                   CASE WHEN u.enabled AND u.held_at IS NULL THEN 1 ELSE 0 END AS active
                   FROM role_assignments r JOIN users u ON u.tenant_id = r.tenant_id AND u.id = r.user_id
                   WHERE r.tenant_id = $1 AND r.role = $2 AND u.deleted_at IS NULL ORDER BY u.name_key, u.id";
        let rows = self.conn.rows(sql, args![self.tenant(), role.id()]).await?;
        rows.iter()
            .map(|r| {
                Ok(Holder {
                    user: UserId(r.get("id")?),
                    display_name: r.get("display_name")?,
                    upn: r.get("upn")?,
                    mail: r.get("mail")?,
                    active: r.get::<i32>("active")? == 1,
                    language: r.get("language")?,
                })
            })
            .collect()
    }

    /// How many others than `user` are Global Administrators who can sign in. Locks what it counts, so that two
    /// who remove each other at the same instant don't both succeed.
    pub async fn other_global_administrators(&mut self, user: UserId) -> Result<i64> {
        // The tenant's row stands for the set of its administrators: an update that changes nothing takes its lock.
        self.conn
            .exec(
                "UPDATE tenants SET name = name WHERE id = $1",
                args![self.tenant()],
            )
            .await?;
        let sql = "SELECT COUNT(*) FROM role_assignments r
                   JOIN users u ON u.tenant_id = r.tenant_id AND u.id = r.user_id
                   WHERE r.tenant_id = $1 AND r.role = $2 AND u.id <> $3
                   AND u.enabled AND u.held_at IS NULL AND u.deleted_at IS NULL";
        self.conn
            .count(
                sql,
                args![self.tenant(), Role::GlobalAdministrator.id(), user],
            )
            .await
    }
}
