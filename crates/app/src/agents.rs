//! Agents in the hands of administrators: letting one in, looking at them, shutting one out.
//!
//! An agent that nobody knows shows a short code and the fingerprint of its keys. An administrator types the code,
//! compares the fingerprint, and decides; nothing of the administrator's sign-in reaches the agent's host. What an
//! agent does once it is in is in [`crate::link`].

use crate::attempt::{Attempt, On};
use crate::audit::Draft;
use crate::error::{Error, Result, taken};
use crate::keys::Purpose;
use crate::letters::Letter;
use crate::limits::Counted;
use crate::link::{self, Refused};
use crate::strangers::Knock;
use crate::{App, Ctx, Principal};
use keyward_core::audit::Activity;
use keyward_core::ids::{AgentId, EnrolmentId, UserId};
use keyward_core::refusal::Refusal;
use keyward_core::role::{Permission, Role};
use keyward_core::text::line;
use keyward_core::throttle::Rule;
use keyward_core::time::{hours, minutes};
use keyward_store::Tx;
use keyward_store::agent::Agent;
use keyward_store::allowance::Allowance;
use keyward_store::directory::{Beside, Directory};
use keyward_store::enrolment::{Enrolment, State};
use keyward_store::role::Holder;
use keyward_store::signal::Signal;
use keyward_wire::enrol::{Approval, EnrolPoll, EnrolRequest, EnrolStarted, EnrolState, Named};
use keyward_wire::{Bytes, code, sign};
use std::time::Duration;

/// How long a code is good.
const GOOD_FOR: Duration = minutes(15);
/// Seconds between two questions of an agent that waits.
const INTERVAL_S: u32 = 5;
/// Enrolments that may be open at a time: from one address, and in all.
const MOST_OPEN: (i64, i64) = (5, 1000);
/// What a code is made of: 40 bits in characters that can't be mistaken for each other (Crockford).
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Directories that an agent may name when it asks to be let in.
const MOST_NAMED: usize = 16;
/// Codes that one administrator may try: a guess finds one of a thousand open codes once in a billion.
const OF_ONE: Rule = Rule {
    limit: 20,
    window: hours(1),
    block: hours(1),
};
/// And all administrators of an organisation together.
const OF_ALL: Rule = Rule {
    limit: 100,
    window: hours(1),
    block: hours(1),
};

/// An agent that waits for a decision, as an administrator sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The name of its host, as it says.
    pub host: String,
    /// The version of its program.
    pub version: String,
    /// Of its keys: to be compared with what its host shows.
    pub fingerprint: String,
    /// Where it asks from.
    pub ip: Option<String>,
    /// The directories that it names.
    pub directories: Vec<Named>,
}

/// Everything that administrators see of agents and directories.
#[derive(Debug, Clone)]
pub struct Connected {
    /// The agents; those that were shut out come last.
    pub agents: Vec<Agent>,
    /// The directories.
    pub directories: Vec<Directory>,
    /// Which agent stands beside which.
    pub besides: Vec<Beside>,
    /// Which agent may stand beside which, and would like to.
    pub allowances: Vec<Allowance>,
}

impl App {
    /// An agent asks to be let in.
    pub async fn start_enrolment(
        &self,
        ctx: &Ctx,
        request: &EnrolRequest,
    ) -> link::Result<EnrolStarted> {
        link::speaks(request.version)?;
        self.permit_stranger(Knock::Enrol, ctx)?;
        let host = line(&request.host, 253).map_err(|_| malformed("the host's name"))?;
        let version = line(&request.agent_version, 64).map_err(|_| malformed("the version"))?;
        let (signing, sealing) = (&request.signing_key.0, &request.sealing_key.0);
        if !sign::verify(signing, &request.to_sign(), &request.signature.0) {
            return Err(malformed("the signature").into());
        }
        self.is_sealing_key(sealing)?;
        let directories = named(&request.directories)?;
        let (id, code) = (EnrolmentId(self.entropy.uuid()), self.agent_code());
        let secret: [u8; 32] = self.entropy.bytes();
        let enrolment = Enrolment {
            id,
            host,
            version,
            signing_key: signing.clone(),
            sealing_key: sealing.clone(),
            fingerprint: request.fingerprint(),
            ip: ctx.ip.clone(),
            directories: serde_json::to_string(&directories)
                .map_err(|e| Error::Fault(format!("an enrolment: {e}")))?,
            state: State::Waiting,
            created_at: ctx.now,
            expires_at: ctx.now + GOOD_FOR,
        };
        let mut tx = self.db.system().await?;
        if tx.agent_key_is_known(signing).await? {
            let message =
                "these keys were used before: make new ones, with `keyward-connect configure`";
            return Err(Refused::new(code::MALFORMED, message).into());
        }
        let (here, all) = tx.count_enrolments(ctx.ip.as_deref(), ctx.now).await?;
        if here >= MOST_OPEN.0 || all >= MOST_OPEN.1 {
            let message = "too many agents wait to be let in: try again in a quarter of an hour";
            return Err(Refused::new(code::BUSY, message).into());
        }
        let secret_mac = self.secret_mac(id, &secret);
        tx.insert_enrolment(&enrolment, &secret_mac, &self.agent_code_mac(&code))
            .await?;
        tx.commit().await?;
        let (first, second) = code.split_at(4);
        Ok(EnrolStarted {
            enrolment: id.0,
            secret: Bytes(secret.to_vec()),
            user_code: format!("{first}-{second}"),
            verification_url: format!("{}/admin/connect/enrol", self.settings.public_url),
            expires_in_s: GOOD_FOR.as_secs() as u32,
            interval_s: INTERVAL_S,
        })
    }

    /// An agent asks whether somebody has decided. Whoever lacks the secret is told nothing but that it is over.
    pub async fn poll_enrolment(&self, ctx: &Ctx, poll: &EnrolPoll) -> link::Result<EnrolState> {
        self.permit_stranger(Knock::Ask, ctx)?;
        let id = EnrolmentId(poll.enrolment);
        let mac = self.secret_mac(id, &poll.secret.0);
        let found = self.db.system_read().await?.enrolment(id, &mac).await?;
        let Some(enrolment) = found else {
            return Ok(EnrolState::Expired);
        };
        let (tenant, agent) = match enrolment.state {
            State::Waiting if ctx.now < enrolment.expires_at => return Ok(EnrolState::Waiting),
            State::Waiting => return Ok(EnrolState::Expired),
            State::Refused => return Ok(EnrolState::Refused),
            State::Approved(tenant, agent) => (tenant, agent),
        };
        let mut tx = self.db.read(tenant).await?;
        let Some(agent) = tx.agent(agent).await?.filter(Agent::is_active) else {
            return Ok(EnrolState::Refused);
        };
        Ok(EnrolState::Approved(Approval {
            agent: agent.id.0,
            tenant: tenant.0,
            tenant_name: self.organisation(&mut tx).await?,
            service_key: self.keys.task_key(tenant).public(),
            approved_by: agent.approved_by,
        }))
    }

    /// The agent behind a code, before anything is decided.
    pub async fn waiting_agent(&self, ctx: &Ctx, me: &Principal, typed: &str) -> Result<Waiting> {
        let attempt = Attempt::new(ctx, me, Activity::AgentAdded, On::Thing("agent"));
        self.attempt(attempt, async {
            let mac = self.typed_code(ctx, me, typed).await?;
            let mut tx = self.db.system_read().await?;
            let found = tx.enrolment_by_code(&mac, ctx.now).await?;
            let found = found.ok_or(Refusal::AgentCodeDead)?;
            Ok(Waiting {
                host: found.host,
                version: found.version,
                fingerprint: found.fingerprint,
                ip: found.ip,
                directories: read_named(&found.directories)?,
            })
        })
        .await
    }

    /// Lets an agent in. It will see passwords and can bring in users, so it takes a role for that and a fresh proof;
    /// `fingerprint` is the one that was looked at.
    pub async fn approve_agent(
        &self,
        ctx: &Ctx,
        me: &Principal,
        typed: &str,
        fingerprint: &str,
    ) -> Result<AgentId> {
        let attempt = Attempt::new(ctx, me, Activity::AgentAdded, On::Thing("agent"));
        self.attempt(attempt, async {
            me.needs(Permission::WriteConnect)?;
            let methods = self
                .db
                .read(me.tenant())
                .await?
                .methods_of(me.user.id)
                .await?;
            self.needs_fresh_proof(ctx, me, !methods.is_empty())?;
            let mac = self.typed_code(ctx, me, typed).await?;
            let id = AgentId(self.entropy.uuid());
            let (mut tx, enrolment) = self.decide(ctx, me, &mac, Some(id)).await?;
            if enrolment.fingerprint != fingerprint {
                return Err(Refusal::ChangedMeanwhile.into());
            }
            let named = read_named(&enrolment.directories)?;
            let agent = Agent {
                id,
                tenant: me.tenant(),
                host: enrolment.host,
                version: enrolment.version,
                signing_key: enrolment.signing_key,
                sealing_key: enrolment.sealing_key,
                sealing_key_at: ctx.now,
                fingerprint: enrolment.fingerprint,
                approved_by: me.user.upn.to_string(),
                approved_at: ctx.now,
                revoked: None,
                seen_at: None,
                ip: None,
                health: None,
                doubled_at: None,
            };
            // The same keys, let in twice: whoever was second has nothing.
            taken(tx.insert_agent(&agent).await, Refusal::AgentCodeDead)?;
            self.allow_named(&mut tx, ctx, me, &agent, &named).await?;
            let draft = Draft::new(ctx, Activity::AgentAdded, me.actor());
            let draft = draft.on("agent", Some(id.0), &agent.host);
            self.record(&mut tx, draft.detail(agent.fingerprint.clone()))
                .await?;
            self.alert(&mut tx, ctx, "agent-added", &agent, me.user.upn.as_str())
                .await?;
            self.commit(tx).await?;
            Ok(id)
        })
        .await
    }

    /// Sends an agent away.
    pub async fn refuse_agent(&self, ctx: &Ctx, me: &Principal, typed: &str) -> Result<()> {
        let attempt = Attempt::new(ctx, me, Activity::AgentRefused, On::Thing("agent"));
        self.attempt(attempt, async {
            let mac = self.typed_code(ctx, me, typed).await?;
            let (mut tx, enrolment) = self.decide(ctx, me, &mac, None).await?;
            let draft = Draft::new(ctx, Activity::AgentRefused, me.actor());
            let draft = draft.on("agent", None, &enrolment.host);
            self.record(&mut tx, draft.detail(enrolment.fingerprint))
                .await?;
            tx.commit().await?;
            Ok(())
        })
        .await
    }

    /// The agents, their directories, and how they are.
    pub async fn connected(&self, me: &Principal) -> Result<Connected> {
        me.needs(Permission::ReadConnect)?;
        let mut tx = self.db.read(me.tenant()).await?;
        Ok(Connected {
            agents: tx.agents().await?,
            directories: tx.directories().await?,
            besides: tx.besides().await?,
            allowances: tx.allowances().await?,
        })
    }

    /// Shuts an agent out, at once: its session ends, a request of it that waits is answered, and what it could have
    /// taken is left to the others.
    pub async fn revoke_agent(&self, ctx: &Ctx, me: &Principal, id: AgentId) -> Result<()> {
        let attempt = Attempt::new(ctx, me, Activity::AgentRevoked, On::Thing("agent"));
        self.attempt(attempt, async {
            me.needs(Permission::WriteConnect)?;
            let mut tx = self.db.write(me.tenant()).await?;
            let agent = tx.agent(id).await?.ok_or(Refusal::NotFound)?;
            if !tx.revoke_agent(id, me.user.upn.as_str(), ctx.now).await? {
                return Err(Refusal::NotFound.into());
            }
            tx.signal(Signal::Agent(id)).await?;
            let draft = Draft::new(ctx, Activity::AgentRevoked, me.actor());
            self.record(&mut tx, draft.on("agent", Some(id.0), &agent.host))
                .await?;
            self.alert(&mut tx, ctx, "agent-revoked", &agent, me.user.upn.as_str())
                .await?;
            self.commit(tx).await
        })
        .await
    }

    /// Tells whoever may let agents in what became of one. `by` is who did it.
    pub(crate) async fn alert(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        name: &'static str,
        agent: &Agent,
        by: &str,
    ) -> Result<()> {
        let letter = Letter {
            name,
            args: vec![
                ("host", agent.host.clone().into()),
                ("fingerprint", agent.fingerprint.clone().into()),
                ("by", by.to_owned().into()),
                ("when", crate::letters::minute(ctx).into()),
            ],
            worded: None,
            link: Some(format!("{}/admin/connect", self.settings.public_url)),
        };
        self.write_to_connect(tx, ctx, &letter).await
    }

    /// Writes to whoever may let agents in.
    pub(crate) async fn write_to_connect(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        letter: &Letter<'_>,
    ) -> Result<()> {
        let mut all: Vec<Holder> = Vec::new();
        for role in Role::ALL {
            if role.permissions().contains(&Permission::WriteConnect) {
                all.extend(tx.holders(role).await?.into_iter().filter(|h| h.active));
            }
        }
        self.notify_admins(tx, ctx, &all, letter).await
    }

    /// Decides about the enrolment behind a code, for exactly one caller; what is left of the transaction is the
    /// tenant's.
    async fn decide(
        &self,
        ctx: &Ctx,
        me: &Principal,
        mac: &[u8; 32],
        agent: Option<AgentId>,
    ) -> Result<(Tx, Enrolment)> {
        let mut tx = self.db.system().await?;
        let decided = tx.decide_enrolment(mac, me.tenant(), agent, ctx.now);
        let decided = decided.await?.ok_or(Refusal::AgentCodeDead)?;
        Ok((tx.for_tenant(me.tenant()), decided))
    }

    /// The digest of a code that an administrator typed. Each try counts, before it is looked up (AG-10).
    async fn typed_code(&self, ctx: &Ctx, me: &Principal, typed: &str) -> Result<[u8; 32]> {
        me.needs(Permission::WriteConnect)?;
        let mut tx = self.db.write(me.tenant()).await?;
        // One's own count first: whoever is blocked by it takes nothing from the others.
        let all = (UserId(uuid::Uuid::nil()), OF_ALL);
        for (who, rule) in [(me.user.id, OF_ONE), all] {
            let bucket = self.bucket(me.tenant(), &Counted::AgentCodes(who));
            let counter = tx.lock_counter(&bucket, ctx.now).await?;
            let (counter, verdict) = counter.hit(rule, ctx.now);
            tx.save_counter(&bucket, &counter).await?;
            if let Err(until) = verdict {
                tx.commit().await?;
                return Err(Refusal::Blocked(until).into());
            }
        }
        tx.commit().await?;
        Ok(self.agent_code_mac(&normal(typed)))
    }

    fn agent_code(&self) -> String {
        let bytes: [u8; 8] = self.entropy.bytes();
        let chars = bytes.map(|b| char::from(ALPHABET[usize::from(b & 31)]));
        chars.into_iter().collect()
    }

    fn agent_code_mac(&self, code: &str) -> [u8; 32] {
        let parts = [b"code".as_slice(), code.as_bytes()];
        self.keys.global_mac(Purpose::Agent, &parts)
    }

    fn secret_mac(&self, id: EnrolmentId, secret: &[u8]) -> [u8; 32] {
        let parts = [b"secret".as_slice(), id.0.as_bytes(), secret];
        self.keys.global_mac(Purpose::Agent, &parts)
    }
}

/// A code as it was made: typed in any case, with spaces and hyphens, and with the letters that look like digits.
fn normal(typed: &str) -> String {
    let plain = typed.chars().filter(char::is_ascii_alphanumeric).take(16);
    plain
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect()
}

/// The directories that an agent names, within bounds: all of it is shown to an administrator.
fn named(said: &[Named]) -> link::Result<Vec<Named>> {
    if said.len() > MOST_NAMED {
        return Err(malformed("so many directories").into());
    }
    said.iter()
        .map(|one| {
            let name = line(&one.name, 253).map_err(|_| malformed("a directory's name"))?;
            Ok(Named { id: one.id, name })
        })
        .collect()
}

fn read_named(text: &str) -> Result<Vec<Named>> {
    serde_json::from_str(text).map_err(|e| Error::Fault(format!("an enrolment's directories: {e}")))
}

pub(crate) fn malformed(what: &str) -> Refused {
    let message = format!("{what} can't be taken: update this agent, or report it");
    Refused::new(code::MALFORMED, message)
}

#[cfg(test)]
mod tests {
    use super::normal;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        for typed in ["AB0D-1E7F", "ab0d1e7f", " abod-ie7f ", "ABOD LE7F"] {
            assert_eq!(normal(typed), "AB0D1E7F", "{typed}");
        }
        assert_eq!(normal("💥"), "");
        assert_eq!(normal(&"A".repeat(9_999)).len(), 16);
    }
}
