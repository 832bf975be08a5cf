//! Resets and the proofs in them.

use crate::db::{Error, Result, Row, SystemTx, Tx, args};
use keyward_core::challenge::Proof;
use keyward_core::ids::{MethodId, OperationId, ResetId, TenantId, UserId};
use keyward_core::method::MethodKind;
use keyward_core::reset::{Goal, Reset, State, Verified};
use keyward_core::time::Timestamp;

fn read(row: &Row) -> Result<Reset> {
    Ok(Reset {
        id: ResetId(row.get("id")?),
        tenant: TenantId(row.get("tenant_id")?),
        name_key: row.get("name_key")?,
        user: row.get::<Option<_>>("user_id")?.map(UserId),
        goal: Goal::from_code(&row.get::<String>("goal")?)
            .ok_or(Error::Unreadable("resets.goal"))?,
        credential_epoch: row.get("credential_epoch")?,
        state: state_of(row)?,
        started_at: row.at("started_at")?,
        expires_at: row.at("expires_at")?,
        proofs: Vec::new(),
    })
}

pub(crate) fn state_of(row: &Row) -> Result<State> {
    let operation: Option<_> = row.get("operation_id")?;
    State::stored(&row.get::<String>("state")?, operation.map(OperationId))
        .ok_or(Error::Unreadable("resets.state"))
}

impl SystemTx {
    /// The tenant of the reset that a token belongs to.
    pub async fn tenant_of_reset(&mut self, token_mac: &[u8; 32]) -> Result<Option<TenantId>> {
        let row = self
            .conn
            .opt(
                "SELECT tenant_id FROM resets WHERE token_mac = $1",
                args![token_mac],
            )
            .await?;
        row.map(|r| Ok(TenantId(r.get("tenant_id")?))).transpose()
    }
}

impl Tx {
    /// Adds a reset that has no proofs yet.
    pub async fn insert_reset(
        &mut self,
        r: &Reset,
        token_mac: &[u8; 32],
        name_typed: &str,
    ) -> Result<()> {
        let sql = "INSERT INTO resets (tenant_id, id, token_mac, name_key, name_typed, user_id, goal, credential_epoch,
                   state, started_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
        let args = args![
            self.tenant(),
            r.id,
            token_mac,
            &r.name_key,
            name_typed,
            r.user,
            r.goal.code(),
            r.credential_epoch,
            r.state.code(),
            r.started_at,
            r.expires_at,
        ];
        self.conn.exec(sql, args).await.map(drop)
    }

    /// The reset that a token belongs to, with its proofs.
    pub async fn reset_by_token(&mut self, token_mac: &[u8; 32]) -> Result<Option<Reset>> {
        let sql = "SELECT tenant_id, id, name_key, user_id, goal, credential_epoch, state, operation_id, started_at,
                   expires_at
                   FROM resets WHERE tenant_id = $1 AND token_mac = $2";
        let Some(row) = self.conn.opt(sql, args![self.tenant(), token_mac]).await? else {
            return Ok(None);
        };
        let mut reset = read(&row)?;
        let sql = "SELECT kind, user_id, method_id FROM proofs WHERE tenant_id = $1 AND reset_id = $2 ORDER BY proved_at, kind";
        for row in self.conn.rows(sql, args![self.tenant(), reset.id]).await? {
            let kind = MethodKind::from_code(&row.get::<String>("kind")?)
                .ok_or(Error::Unreadable("proofs.kind"))?;
            let (user, method) = (UserId(row.get("user_id")?), MethodId(row.get("method_id")?));
            reset
                .proofs
                .push(Proof::stored(reset.id, user, method, kind));
        }
        Ok(Some(reset))
    }

    /// The name as it was typed, for the administrator who is asked for help.
    pub async fn reset_name(&mut self, id: ResetId) -> Result<Option<String>> {
        let sql = "SELECT name_typed FROM resets WHERE tenant_id = $1 AND id = $2";
        self.conn
            .opt(sql, args![self.tenant(), id])
            .await?
            .map(|r| r.get("name_typed"))
            .transpose()
    }

    /// Chooses what the reset is for, while nothing has been proved in it.
    pub async fn set_goal(&mut self, id: ResetId, goal: Goal, now: Timestamp) -> Result<bool> {
        let sql = "UPDATE resets SET goal = $3 WHERE tenant_id = $1 AND id = $2 AND state = 'open' AND expires_at > $4
                   AND NOT EXISTS (SELECT 1 FROM proofs p WHERE p.tenant_id = $1 AND p.reset_id = $2)";
        Ok(self
            .conn
            .exec(sql, args![self.tenant(), id, goal.code(), now])
            .await?
            == 1)
    }

    /// Opens a gate; false if this kind is open already or the reset is over.
    pub async fn insert_proof(
        &mut self,
        reset: ResetId,
        user: UserId,
        proof: &Proof,
        now: Timestamp,
    ) -> Result<bool> {
        let sql = "INSERT INTO proofs (tenant_id, reset_id, kind, user_id, method_id, proved_at)
                   SELECT tenant_id, id, $3, user_id, $5, $6 FROM resets
                   WHERE tenant_id = $1 AND id = $2 AND user_id = $4 AND state = 'open' AND expires_at > $6
                   ON CONFLICT DO NOTHING";
        let args = args![
            self.tenant(),
            reset,
            proof.kind().code(),
            user,
            proof.method(),
            now
        ];
        Ok(self.conn.exec(sql, args).await? == 1)
    }

    /// Spends a verified reset: true for exactly one caller, whatever runs in parallel (TR-03, F-08).
    pub async fn spend_reset(&mut self, key: Verified, now: Timestamp) -> Result<bool> {
        let sql = "UPDATE resets SET state = 'completed' WHERE tenant_id = $1 AND id = $2 AND user_id = $3
                   AND state = 'open' AND expires_at > $4";
        Ok(self
            .conn
            .exec(sql, args![self.tenant(), key.reset(), key.user(), now])
            .await?
            == 1)
    }

    /// Ends a reset without effect.
    pub async fn void_reset(&mut self, id: ResetId) -> Result<bool> {
        let sql =
            "UPDATE resets SET state = 'void' WHERE tenant_id = $1 AND id = $2 AND state = 'open'";
        Ok(self.conn.exec(sql, args![self.tenant(), id]).await? == 1)
    }

    /// Ends every code sent to a user, every open reset of theirs, and every link by which they were to be handed their
    /// account (F-09, F-16); in this order, as an answer does.
    pub async fn void_everything_of(&mut self, user: UserId) -> Result<()> {
        let sql = "UPDATE challenges SET spent = TRUE, sealed = NULL WHERE tenant_id = $1 AND user_id = $2 AND NOT spent";
        self.conn.exec(sql, args![self.tenant(), user]).await?;
        let sql = "UPDATE resets SET state = 'void' WHERE tenant_id = $1 AND user_id = $2 AND state = 'open'";
        self.conn.exec(sql, args![self.tenant(), user]).await?;
        let sql = "DELETE FROM passes WHERE tenant_id = $1 AND user_id = $2";
        self.conn.exec(sql, args![self.tenant(), user]).await?;
        let sql = "UPDATE hand_overs SET state = 'void' WHERE tenant_id = $1 AND user_id = $2 AND state = 'open'";
        self.conn
            .exec(sql, args![self.tenant(), user])
            .await
            .map(drop)
    }
}
