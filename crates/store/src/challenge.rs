//! Codes that were asked for.

use crate::db::{Error, Result, Tx, args};
use keyward_core::challenge::{Answered, Challenge, Expected, Purpose};
use keyward_core::ids::{ChallengeId, MethodId, UserId};
use keyward_core::method::{Carrier, MethodKind};
use keyward_core::time::Timestamp;
use uuid::Uuid;

impl Tx {
    /// Adds a code; every older one of the same owner and purpose is dead from then on (C-04).
    pub async fn insert_challenge(&mut self, c: &Challenge) -> Result<()> {
        let sql = "UPDATE challenges SET spent = TRUE, sealed = NULL
                   WHERE tenant_id = $1 AND owner = $2 AND purpose = $3 AND NOT spent";
        self.conn
            .exec(sql, args![self.tenant(), c.owner, c.purpose.code()])
            .await?;
        let mac: &[u8] = match &c.expects {
            Expected::Sent(mac) => mac,
            Expected::Held => &[],
        };
        let sql = "INSERT INTO challenges (tenant_id, id, purpose, owner, user_id, method_id, kind, destination, mac,
                   issued_at, expires_at, wrong, spent, carrier) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, $12, $13)";
        let args = args![
            self.tenant(),
            c.id,
            c.purpose.code(),
            c.owner,
            c.user,
            c.method,
            c.kind.code(),
            c.means.as_ref().map(ToString::to_string),
            mac,
            c.issued_at,
            c.expires_at,
            false,
            c.by.map(Carrier::code),
        ];
        self.conn.exec(sql, args).await.map(drop)
    }

    /// The newest code of an owner for a purpose: the one that is alive, or else the last that was.
    ///
    /// Alive goes before new: two nodes whose clocks disagree may give the replaced code the later instant (TR-22).
    pub async fn newest_challenge(
        &mut self,
        owner: Uuid,
        purpose: Purpose,
    ) -> Result<Option<Challenge>> {
        let sql = "SELECT id, user_id, method_id, kind, destination, mac, issued_at, expires_at, wrong, spent, carrier
                   FROM challenges WHERE tenant_id = $1 AND owner = $2 AND purpose = $3
                   ORDER BY spent, issued_at DESC, id DESC LIMIT 1";
        let Some(row) = self
            .conn
            .opt(sql, args![self.tenant(), owner, purpose.code()])
            .await?
        else {
            return Ok(None);
        };
        let kind: String = row.get("kind")?;
        let known = MethodKind::from_code(&kind).ok_or(Error::Unreadable("challenges.kind"))?;
        let by = row.get::<Option<String>>("carrier")?;
        let means: Option<String> = row.get("destination")?;
        let mac: Vec<u8> = row.get("mac")?;
        Ok(Some(Challenge {
            id: ChallengeId(row.get("id")?),
            purpose,
            owner,
            user: row.get::<Option<_>>("user_id")?.map(UserId),
            method: row.get::<Option<_>>("method_id")?.map(MethodId),
            kind: known,
            // What was asked for before there was a choice had none.
            by: match by {
                Some(code) => {
                    Some(Carrier::from_code(&code).ok_or(Error::Unreadable("challenges.carrier"))?)
                }
                None => known.carrier(),
            },
            means: means
                .map(|text| crate::method::means(&kind, text))
                .transpose()?,
            expects: if mac.is_empty() {
                Expected::Held
            } else {
                let mac = mac.try_into();
                Expected::Sent(mac.map_err(|_| Error::Unreadable("challenges.mac"))?)
            },
            issued_at: row.at("issued_at")?,
            expires_at: row.at("expires_at")?,
            wrong: u8::try_from(row.get::<i64>("wrong")?).unwrap_or(u8::MAX),
            spent: row.get("spent")?,
        }))
    }

    /// Takes one try from a code before the answer is looked at, so that parallel guesses can't share one; the tries
    /// used before this one, or none if the code is dead (C-05, OT-11).
    pub async fn take_try(
        &mut self,
        id: ChallengeId,
        max: u8,
        now: Timestamp,
    ) -> Result<Option<u8>> {
        let sql =
            "UPDATE challenges SET wrong = wrong + 1 WHERE tenant_id = $1 AND id = $2 AND NOT spent
                   AND wrong < $3 AND expires_at > $4 RETURNING wrong";
        let row = self
            .conn
            .opt(sql, args![self.tenant(), id, i64::from(max), now])
            .await?;
        row.map(|r| Ok(u8::try_from(r.get::<i64>("wrong")? - 1).unwrap_or(u8::MAX)))
            .transpose()
    }

    /// Spends an answered code: true for exactly one caller (TR-01). Should two nodes have sent two codes at the same
    /// instant, both alive, the other dies with it.
    pub async fn spend_challenge(&mut self, answered: &Answered) -> Result<bool> {
        let sql = "UPDATE challenges SET spent = TRUE, wrong = wrong - 1,
                   sealed = CASE WHEN carrier = 'voice' THEN NULL ELSE sealed END
                   WHERE tenant_id = $1 AND id = $2 AND NOT spent";
        let c = answered.challenge();
        if self.conn.exec(sql, args![self.tenant(), c.id]).await? == 0 {
            return Ok(false);
        }
        let sql = "UPDATE challenges SET spent = TRUE WHERE tenant_id = $1 AND owner = $2 AND purpose = $3 AND NOT spent";
        self.conn
            .exec(sql, args![self.tenant(), c.owner, c.purpose.code()])
            .await?;
        Ok(true)
    }

    /// Kills the codes of an owner.
    pub async fn void_challenges(&mut self, owner: Uuid) -> Result<()> {
        let sql = "UPDATE challenges SET spent = TRUE, sealed = NULL WHERE tenant_id = $1 AND owner = $2 AND NOT spent";
        self.conn
            .exec(sql, args![self.tenant(), owner])
            .await
            .map(drop)
    }

    /// Keeps what goes with a code, sealed: the secret of an app that is being set up, or what a call is to say.
    pub async fn keep_seed(&mut self, id: ChallengeId, sealed: &[u8]) -> Result<()> {
        let sql =
            "UPDATE challenges SET sealed = $3 WHERE tenant_id = $1 AND id = $2 AND NOT spent";
        self.conn
            .exec(sql, args![self.tenant(), id, sealed])
            .await
            .map(drop)
    }

    /// That, for as long as it has not been moved to the app or given up.
    pub async fn seed_of(&mut self, id: ChallengeId) -> Result<Option<Vec<u8>>> {
        let sql = "SELECT sealed FROM challenges WHERE tenant_id = $1 AND id = $2";
        match self.conn.opt(sql, args![self.tenant(), id]).await? {
            Some(row) => row.get("sealed"),
            None => Ok(None),
        }
    }

    /// What the call of a code is to say, sealed for its owner, as long as the code may be typed.
    pub async fn said_by_call(
        &mut self,
        id: ChallengeId,
        now: Timestamp,
    ) -> Result<Option<(UserId, Vec<u8>)>> {
        let sql = "SELECT user_id, sealed FROM challenges WHERE tenant_id = $1 AND id = $2 AND NOT spent
                   AND expires_at > $3 AND carrier = 'voice' AND user_id IS NOT NULL AND sealed IS NOT NULL";
        let row = self.conn.opt(sql, args![self.tenant(), id, now]).await?;
        row.map(|r| Ok((UserId(r.get("user_id")?), r.get("sealed")?)))
            .transpose()
    }

    /// Erases it.
    pub async fn forget_seed(&mut self, id: ChallengeId) -> Result<()> {
        let sql = "UPDATE challenges SET sealed = NULL WHERE tenant_id = $1 AND id = $2";
        self.conn
            .exec(sql, args![self.tenant(), id])
            .await
            .map(drop)
    }
}
