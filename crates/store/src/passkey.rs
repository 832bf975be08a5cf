//! Passkeys: what of them is stored beside their method.

use crate::db::{Result, SystemTx, Tx, args};
use keyward_core::ids::{MethodId, TenantId, UserId};
use keyward_core::method::Method;

/// A passkey with its public key and its count of signatures, which are sealed for its row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    /// The method.
    pub id: MethodId,
    /// The sealed credential.
    pub sealed: Vec<u8>,
}

impl Tx {
    /// Adds a passkey with its sealed credential and the digest of its id; a conflict if the user has one of this name, or
    /// anybody this credential (WA-08).
    pub async fn insert_passkey(
        &mut self,
        method: &Method,
        sealed: &[u8],
        credential: &[u8; 32],
    ) -> Result<()> {
        self.insert_method(method).await?;
        let sql =
            "UPDATE methods SET sealed = $3, credential_mac = $4 WHERE tenant_id = $1 AND id = $2";
        let args = args![self.tenant(), method.id, sealed, credential];
        self.conn.exec(sql, args).await.map(drop)
    }

    /// The passkeys of a user with their credentials.
    pub async fn passkeys_of(&mut self, user: UserId) -> Result<Vec<Passkey>> {
        let sql = "SELECT id, sealed FROM methods
                   WHERE tenant_id = $1 AND user_id = $2 AND kind = 'passkey' AND sealed IS NOT NULL
                   ORDER BY created_at, id";
        let rows = self.conn.rows(sql, args![self.tenant(), user]).await?;
        rows.iter()
            .map(|row| {
                Ok(Passkey {
                    id: MethodId(row.get("id")?),
                    sealed: row.get("sealed")?,
                })
            })
            .collect()
    }

    /// The passkey of this user whose credential has this digest.
    pub async fn passkey_of(
        &mut self,
        user: UserId,
        credential: &[u8; 32],
    ) -> Result<Option<Passkey>> {
        let sql = "SELECT id, sealed FROM methods
                   WHERE tenant_id = $1 AND user_id = $2 AND credential_mac = $3 AND kind = 'passkey'
                   AND sealed IS NOT NULL";
        let args = args![self.tenant(), user, credential];
        let row = self.conn.opt(sql, args).await?;
        row.map(|row| {
            Ok(Passkey {
                id: MethodId(row.get("id")?),
                sealed: row.get("sealed")?,
            })
        })
        .transpose()
    }

    /// Replaces the credential of a passkey by what it is after a signature: true for exactly one caller, and for none
    /// once it was removed. Of two copies that sign at once, one is late (WA-10, WA-13).
    pub async fn replace_passkey(&mut self, passkey: &Passkey, with: &[u8]) -> Result<bool> {
        let sql = "UPDATE methods SET sealed = $4 WHERE tenant_id = $1 AND id = $2 AND sealed = $3";
        let args = args![
            self.tenant(),
            passkey.id,
            passkey.sealed.clone(),
            with.to_vec()
        ];
        Ok(self.conn.exec(sql, args).await? == 1)
    }
}

impl SystemTx {
    /// The tenant that a credential is registered in.
    pub async fn tenant_of_credential(&mut self, mac: &[u8; 32]) -> Result<Option<TenantId>> {
        let sql = "SELECT tenant_id FROM methods WHERE credential_mac = $1";
        let row = self.conn.opt(sql, args![mac]).await?;
        row.map(|row| Ok(TenantId(row.get("tenant_id")?)))
            .transpose()
    }
}
