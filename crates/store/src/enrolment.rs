//! Agents that ask to be let in.

use crate::db::{Error, Result, Row, SystemTx, args};
use keyward_core::ids::{AgentId, EnrolmentId, TenantId};
use keyward_core::time::Timestamp;

/// How far an enrolment has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nobody has decided.
    Waiting,
    /// Somebody said no.
    Refused,
    /// Let in, into this tenant, as this agent.
    Approved(TenantId, AgentId),
}

/// An enrolment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolment {
    /// Its id.
    pub id: EnrolmentId,
    /// The name of the host, as it says.
    pub host: String,
    /// The version of its program.
    pub version: String,
    /// Ed25519.
    pub signing_key: Vec<u8>,
    /// X25519.
    pub sealing_key: Vec<u8>,
    /// Of both keys.
    pub fingerprint: String,
    /// Where it asked from.
    pub ip: Option<String>,
    /// The directories that it names, as JSON.
    pub directories: String,
    /// How far it has come.
    pub state: State,
    /// When it began.
    pub created_at: Timestamp,
    /// When it is over, decided or not.
    pub expires_at: Timestamp,
}

macro_rules! columns {
    () => {
        "tenant_id, id, host, version, signing_key, sealing_key, fingerprint, ip, state, agent_id, created_at, expires_at, directories"
    };
}

fn read(row: &Row) -> Result<Enrolment> {
    let agent = row.get::<Option<_>>("agent_id")?.map(AgentId);
    let tenant = row.get::<Option<_>>("tenant_id")?.map(TenantId);
    Ok(Enrolment {
        id: EnrolmentId(row.get("id")?),
        host: row.get("host")?,
        version: row.get("version")?,
        signing_key: row.get("signing_key")?,
        sealing_key: row.get("sealing_key")?,
        fingerprint: row.get("fingerprint")?,
        ip: row.get("ip")?,
        directories: row.get("directories")?,
        state: match (row.get::<String>("state")?.as_str(), tenant, agent) {
            ("waiting", ..) => State::Waiting,
            ("refused", ..) => State::Refused,
            ("approved", Some(tenant), Some(agent)) => State::Approved(tenant, agent),
            _ => return Err(Error::Unreadable("agent_enrolments.state")),
        },
        created_at: row.at("created_at")?,
        expires_at: row.at("expires_at")?,
    })
}

impl SystemTx {
    /// Adds an enrolment; a conflict if another has the same code.
    pub async fn insert_enrolment(
        &mut self,
        e: &Enrolment,
        secret_mac: &[u8; 32],
        code_mac: &[u8; 32],
    ) -> Result<()> {
        let sql = "INSERT INTO agent_enrolments (id, secret_mac, code_mac, host, version, signing_key, sealing_key,
                   fingerprint, ip, state, created_at, expires_at, directories)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'waiting', $10, $11, $12)";
        let args = args![
            e.id,
            secret_mac,
            code_mac,
            &e.host,
            &e.version,
            e.signing_key.clone(),
            e.sealing_key.clone(),
            &e.fingerprint,
            &e.ip,
            e.created_at,
            e.expires_at,
            &e.directories,
        ];
        self.conn.exec(sql, args).await.map(drop)
    }

    /// How many enrolments are open at `now`: from this address, and in all.
    pub async fn count_enrolments(
        &mut self,
        ip: Option<&str>,
        now: Timestamp,
    ) -> Result<(i64, i64)> {
        let sql = "SELECT COUNT(*) FROM agent_enrolments WHERE ip = $1 AND expires_at > $2";
        let here = self.conn.count(sql, args![ip, now]).await?;
        let sql = "SELECT COUNT(*) FROM agent_enrolments WHERE expires_at > $1";
        Ok((here, self.conn.count(sql, args![now]).await?))
    }

    /// The enrolment with this id, for who knows its secret.
    pub async fn enrolment(
        &mut self,
        id: EnrolmentId,
        secret_mac: &[u8; 32],
    ) -> Result<Option<Enrolment>> {
        let sql = concat!(
            "SELECT ",
            columns!(),
            " FROM agent_enrolments WHERE id = $1 AND secret_mac = $2"
        );
        self.conn
            .opt(sql, args![id, secret_mac])
            .await?
            .map(|r| read(&r))
            .transpose()
    }

    /// The enrolment that waits under a code. Looking spends nothing.
    pub async fn enrolment_by_code(
        &mut self,
        code_mac: &[u8; 32],
        now: Timestamp,
    ) -> Result<Option<Enrolment>> {
        let sql = concat!(
            "SELECT ",
            columns!(),
            " FROM agent_enrolments WHERE code_mac = $1 AND state = 'waiting' AND expires_at > $2"
        );
        self.conn
            .opt(sql, args![code_mac, now])
            .await?
            .map(|r| read(&r))
            .transpose()
    }

    /// Decides: the enrolment, for exactly one caller. With an agent it is let in, without it is refused.
    pub async fn decide_enrolment(
        &mut self,
        code_mac: &[u8; 32],
        tenant: TenantId,
        agent: Option<AgentId>,
        now: Timestamp,
    ) -> Result<Option<Enrolment>> {
        let sql = concat!(
            "UPDATE agent_enrolments SET tenant_id = $2, state = $3, agent_id = $4
             WHERE code_mac = $1 AND state = 'waiting' AND expires_at > $5 RETURNING ",
            columns!()
        );
        let state = if agent.is_some() {
            "approved"
        } else {
            "refused"
        };
        self.conn
            .opt(sql, args![code_mac, tenant, state, agent, now])
            .await?
            .map(|r| read(&r))
            .transpose()
    }
}
