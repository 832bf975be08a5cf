//! Organisations, their domains and their password reset policy.

use crate::db::{Error, Result, Tx, args};
use keyward_core::ids::GroupId;
use keyward_core::policy::{Policy, Scope};
use keyward_core::time::Timestamp;

/// An organisation.
#[derive(Debug, Clone)]
pub struct Tenant {
    /// What people call it.
    pub name: String,
    /// The language of its mails to people who chose none.
    pub language: String,
}

/// The policy as stored.
#[derive(Debug, Clone)]
pub struct StoredPolicy {
    /// What it says.
    pub policy: Policy,
    /// Rises with every change.
    pub version: i64,
    /// When it was changed last.
    pub changed_at: Option<Timestamp>,
    /// By whom.
    pub changed_by: Option<String>,
}

/// A domain of the tenant.
#[derive(Debug, Clone)]
pub struct Domain {
    /// In lower-case ASCII.
    pub name: String,
    /// New users get it unless another is chosen.
    pub is_default: bool,
}

impl Tx {
    /// Makes the tenant of this transaction, with the default policy.
    pub async fn create_tenant(
        &mut self,
        name: &str,
        language: &str,
        now: Timestamp,
    ) -> Result<()> {
        let policy =
            serde_json::to_string(&Policy::default()).map_err(|_| Error::Unreadable("policy"))?;
        let sql = "INSERT INTO tenants (id, name, language, policy, policy_version, created_at)
                   VALUES ($1, $2, $3, $4, 1, $5)";
        self.conn
            .exec(sql, args![self.tenant(), name, language, policy, now])
            .await
            .map(drop)
    }

    /// The organisation.
    pub async fn tenant_record(&mut self) -> Result<Option<Tenant>> {
        let row = self
            .conn
            .opt(
                "SELECT name, language FROM tenants WHERE id = $1",
                args![self.tenant()],
            )
            .await?;
        row.map(|r| {
            Ok(Tenant {
                name: r.get("name")?,
                language: r.get("language")?,
            })
        })
        .transpose()
    }

    /// Gives a domain to the tenant; a conflict if another has it.
    pub async fn add_domain(&mut self, domain: &str, is_default: bool) -> Result<()> {
        let sql = "INSERT INTO domains (domain, tenant_id, is_default) VALUES ($1, $2, $3)";
        self.conn
            .exec(sql, args![domain, self.tenant(), is_default])
            .await
            .map(drop)
    }

    /// The tenant's domains, the default first.
    pub async fn domains(&mut self) -> Result<Vec<Domain>> {
        let sql = "SELECT domain, is_default FROM domains WHERE tenant_id = $1 ORDER BY is_default DESC, domain";
        let rows = self.conn.rows(sql, args![self.tenant()]).await?;
        rows.iter()
            .map(|r| {
                Ok(Domain {
                    name: r.get("domain")?,
                    is_default: r.get("is_default")?,
                })
            })
            .collect()
    }

    /// The policy. Its groups are rows of their own, so that a group in use can't be deleted.
    pub async fn policy(&mut self) -> Result<StoredPolicy> {
        let sql = "SELECT policy, policy_version, policy_changed_at, policy_changed_by FROM tenants WHERE id = $1";
        let row = self
            .conn
            .opt(sql, args![self.tenant()])
            .await?
            .ok_or(Error::Unreadable("tenants"))?;
        let mut policy: Policy = serde_json::from_str(&row.get::<String>("policy")?)
            .map_err(|_| Error::Unreadable("tenants.policy"))?;
        if let Scope::Selected(groups) = &mut policy.scope {
            let sql = "SELECT group_id FROM scope_groups WHERE tenant_id = $1";
            for row in self.conn.rows(sql, args![self.tenant()]).await? {
                groups.insert(GroupId(row.get("group_id")?));
            }
        }
        Ok(StoredPolicy {
            policy,
            version: row.get("policy_version")?,
            changed_at: row.at_opt("policy_changed_at")?,
            changed_by: row.get("policy_changed_by")?,
        })
    }

    /// Replaces the policy if it still has the version that was read; false if somebody was faster.
    pub async fn set_policy(
        &mut self,
        policy: &Policy,
        read: i64,
        now: Timestamp,
        by: &str,
    ) -> Result<bool> {
        let mut stored = policy.clone();
        let groups = match &mut stored.scope {
            Scope::Selected(groups) => std::mem::take(groups),
            Scope::None | Scope::All => std::collections::BTreeSet::new(),
        };
        let text = serde_json::to_string(&stored).map_err(|_| Error::Unreadable("policy"))?;
        let sql = "UPDATE tenants SET policy = $2, policy_version = policy_version + 1, policy_changed_at = $3,
                   policy_changed_by = $4 WHERE id = $1 AND policy_version = $5";
        if self
            .conn
            .exec(sql, args![self.tenant(), text, now, by, read])
            .await?
            == 0
        {
            return Ok(false);
        }
        self.conn
            .exec(
                "DELETE FROM scope_groups WHERE tenant_id = $1",
                args![self.tenant()],
            )
            .await?;
        for group in groups {
            let sql = "INSERT INTO scope_groups (tenant_id, group_id) VALUES ($1, $2)";
            self.conn.exec(sql, args![self.tenant(), group]).await?;
        }
        let sql = "DELETE FROM policy_groups WHERE tenant_id = $1";
        self.conn.exec(sql, args![self.tenant()]).await?;
        for group in policy.rule_groups() {
            let sql = "INSERT INTO policy_groups (tenant_id, group_id) VALUES ($1, $2)";
            self.conn.exec(sql, args![self.tenant(), group]).await?;
        }
        Ok(true)
    }
}
