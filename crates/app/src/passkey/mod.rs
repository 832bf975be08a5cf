//! Passkeys: making one, and judging what it signs, by WebAuthn Level 3, sections 7.1 and 7.2.
//!
//! A passkey is always asked without a list of those that one has: it tells by itself whose it is. So the question is the
//! same for every name, also for one that nobody has (EN-09). The address of this service is the configured one, never
//! that of a request (W-02, W-03); where it has no name, there are no passkeys. What was asked is sealed where the
//! question is kept, and the question is spent with its answer, by the same rules as every code.
//!
//! The public key is sealed for its row like the secret of an app: put into another row it opens nothing (DB-05).

mod judge;
mod signin;

use crate::authenticator::settled;
use crate::codes::Send;
use crate::error::{Error, Result, taken};
use crate::keys::Purpose as Key;
use crate::settings::Settings;
use crate::signin::nobody;
use crate::{App, Ctx, Principal};
use keyward_core::challenge::{Challenge, Held, Purpose, Use};
use keyward_core::ids::{ChallengeId, MethodId, TenantId, UserId};
use keyward_core::method::{Means, Method, MethodKind};
use keyward_core::refusal::Refusal;
use keyward_core::secret::Secret;
use keyward_core::user::User;
use keyward_store::Tx;
use keyward_store::passkey::Passkey as Stored;
use serde::{Deserialize, Serialize};
use url::Url;
use uuid::Uuid;
use webauthn_rs::prelude::{DiscoverableAuthentication, Passkey, PasskeyRegistration};
use webauthn_rs::{Webauthn, WebauthnBuilder};

pub use signin::SignInQuestion;

/// Whether passkeys work at this address: it has a name, and is encrypted or on this machine (WebAuthn section 5.1.2).
#[must_use]
pub fn work_at(settings: &Settings) -> bool {
    let url = Url::parse(&settings.public_url).ok();
    url.is_some_and(|url| {
        let local = |name: &str| name == "localhost" || name.ends_with(".localhost");
        url.domain()
            .is_some_and(|name| url.scheme() == "https" || local(name))
    })
}

/// What a passkey was asked.
#[derive(Serialize, Deserialize)]
enum State {
    /// To be made.
    Make(PasskeyRegistration),
    /// To sign.
    Sign(DiscoverableAuthentication),
}

/// A question as it is kept, sealed.
#[derive(Serialize, Deserialize)]
struct Question {
    state: State,
    /// What the browser is told: the options of `navigator.credentials`, as JSON.
    options: String,
}

/// A question as its page shows it.
pub struct Asked {
    /// The options of `navigator.credentials.create` or `get`, as JSON.
    pub options: String,
    /// What the passkey will be called; empty unless one is made.
    pub name: String,
}

fn fault(what: impl std::fmt::Display) -> Error {
    Error::Fault(format!("passkeys: {what}"))
}

/// Where a question is kept.
fn place(user: Option<UserId>, id: ChallengeId) -> Vec<u8> {
    let user = user.unwrap_or_else(nobody);
    format!("challenges.sealed/{}/{}", user.0, id.0).into_bytes()
}

impl App {
    /// Whether passkeys work at the configured address.
    #[must_use]
    pub fn has_passkeys(&self) -> bool {
        work_at(&self.settings)
    }

    /// The party that passkeys are made for and sign for: the name of the configured address.
    fn party(&self, organisation: &str) -> Result<(Webauthn, String)> {
        if !self.has_passkeys() {
            return Err(Refusal::PasskeysOff.into());
        }
        let url = Url::parse(&self.settings.public_url).map_err(fault)?;
        let id = url.domain().unwrap_or_default();
        let party = WebauthnBuilder::new(id, &url).map_err(fault)?;
        let party = party
            .rp_name(organisation)
            .timeout(self.settings.code_lifetime)
            .build()
            .map_err(fault)?;
        Ok((party, url.origin().ascii_serialization()))
    }

    /// Makes the question for a passkey that is asked for.
    pub(crate) async fn ask_passkey(
        &self,
        tx: &mut Tx,
        send: &Send<'_>,
        id: ChallengeId,
    ) -> Result<()> {
        let question = match (send.purpose, send.user) {
            (Purpose::Register, Some(user)) => {
                let user = tx.user(user).await?.ok_or(Refusal::SignInNeeded)?;
                self.question_to_make(tx, &user, send.organisation).await?
            }
            _ => self.question_to_sign(send.organisation)?,
        };
        let text = serde_json::to_vec(&question).map_err(fault)?;
        let place = place(send.user, id);
        let tenant = tx.tenant();
        let sealed = self
            .keys
            .seal(Key::Ceremony, tenant, &place, &text, &*self.entropy)?;
        Ok(tx.keep_seed(id, &sealed).await?)
    }

    async fn question_to_make(
        &self,
        tx: &mut Tx,
        user: &User,
        organisation: &str,
    ) -> Result<Question> {
        let (party, _) = self.party(organisation)?;
        let stored = tx.passkeys_of(user.id).await?;
        let tenant = tx.tenant();
        // A device that has one of theirs already is not asked for another.
        let has = stored
            .iter()
            .filter_map(|p| self.open_passkey(tenant, user.id, p))
            .map(|p| p.cred_id().clone())
            .collect();
        let name = user.upn.as_str();
        let display = user.profile.display_name.as_str();
        let display = if display.is_empty() { name } else { display };
        let (asked, state) = party
            .start_passkey_registration(user.id.0, name, display, Some(has))
            .map_err(fault)?;
        let mut options = serde_json::to_value(&asked.public_key).map_err(fault)?;
        // One that tells by itself whose it is: it signs people in, and answers without a list (EN-09).
        let selection = &mut options["authenticatorSelection"];
        selection["residentKey"] = "required".into();
        selection["requireResidentKey"] = true.into();
        Ok(Question {
            state: State::Make(state),
            options: options.to_string(),
        })
    }

    fn question_to_sign(&self, organisation: &str) -> Result<Question> {
        let (party, _) = self.party(organisation)?;
        let (asked, state) = party.start_discoverable_authentication().map_err(fault)?;
        Ok(Question {
            state: State::Sign(state),
            options: serde_json::to_string(&asked.public_key).map_err(fault)?,
        })
    }

    async fn question(&self, tx: &mut Tx, asked: &Challenge) -> Result<Option<Question>> {
        let tenant = tx.tenant();
        let Some(sealed) = tx.seed_of(asked.id).await? else {
            return Ok(None);
        };
        let place = place(asked.user, asked.id);
        let text = self.keys.open(Key::Ceremony, tenant, &place, &sealed)?;
        Ok(Some(serde_json::from_slice(&text).map_err(fault)?))
    }

    /// What the page of a question shows, while one may still answer it.
    pub(crate) async fn asked_passkey(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        owner: Uuid,
        purpose: Purpose,
    ) -> Result<Asked> {
        let asked = tx.newest_challenge(owner, purpose).await?;
        let asked = asked
            .filter(|c| c.kind == MethodKind::Passkey && !c.spent && ctx.now < c.expires_at)
            .ok_or(Refusal::PasskeyOver)?;
        let question = self.question(tx, &asked).await?;
        let name = match &asked.means {
            Some(Means::Passkey(name)) => name.as_str().to_owned(),
            _ => String::new(),
        };
        Ok(Asked {
            options: question.ok_or(Refusal::PasskeyOver)?.options,
            name,
        })
    }

    /// The passkey that this session is making.
    pub async fn new_passkey(&self, ctx: &Ctx, me: &Principal) -> Result<Asked> {
        me.full()?;
        let mut tx = self.db.read(me.tenant()).await?;
        self.asked_passkey(&mut tx, ctx, me.session.id.0, Purpose::Register)
            .await
    }

    /// The question to a passkey that this session was asked, to prove oneself afresh.
    pub async fn step_up_passkey(&self, ctx: &Ctx, me: &Principal) -> Result<Asked> {
        me.full()?;
        let mut tx = self.db.read(me.tenant()).await?;
        self.asked_passkey(&mut tx, ctx, me.session.id.0, Purpose::StepUp)
            .await
    }

    fn credential_mac(&self, id: &[u8]) -> [u8; 32] {
        self.keys.global_mac(Key::Credential, &[id])
    }

    fn open_passkey(&self, tenant: TenantId, user: UserId, stored: &Stored) -> Option<Passkey> {
        let place = settled(user, stored.id);
        let opened = self.keys.open(Key::Seed, tenant, &place, &stored.sealed);
        if opened.is_err() {
            tracing::error!(method = %stored.id.0, "a passkey does not belong to its row: somebody wrote to the database");
        }
        serde_json::from_slice(&opened.ok()?).ok()
    }

    fn seal_passkey(
        &self,
        tenant: TenantId,
        (user, id): (UserId, MethodId),
        passkey: &Passkey,
    ) -> Result<Vec<u8>> {
        let text = serde_json::to_vec(passkey).map_err(fault)?;
        let place = settled(user, id);
        self.keys
            .seal(Key::Seed, tenant, &place, &text, &*self.entropy)
    }

    /// The passkey that has answered: one of the user's, or the one that is being made.
    pub(crate) async fn passkey_held(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        asked: &Challenge,
        shown: &Secret,
    ) -> Result<Option<Held>> {
        let Some(question) = self.question(tx, asked).await? else {
            return Ok(None);
        };
        let user = asked.user.unwrap_or_else(nobody);
        let method = match &question.state {
            State::Make(state) if asked.purpose == Purpose::Register => {
                return Ok(self.made(state, shown)?.map(|_| Held {
                    method: None,
                    uses: Use::Challenge,
                }));
            }
            State::Make(_) => None,
            State::Sign(state) => {
                let judged = self.signed(tx, user, state, shown).await?;
                if let judge::Judged::Cloned(id) = judged {
                    self.tell_of_clone(tx, ctx, asked.purpose, user, id).await?;
                }
                judged.right()
            }
        };
        Ok(method.map(|id| Held {
            method: Some(id),
            uses: Use::Challenge,
        }))
    }

    /// Keeps a passkey that was made.
    pub(crate) async fn settle_passkey(
        &self,
        tx: &mut Tx,
        asked: &Challenge,
        shown: &Secret,
        method: &Method,
    ) -> Result<()> {
        let question = self.question(tx, asked).await?;
        let Some(State::Make(state)) = question.map(|q| q.state) else {
            return Err(Refusal::PasskeyOver.into());
        };
        let made = self.made(&state, shown)?.ok_or(Refusal::PasskeyWrong)?;
        let sealed = self.seal_passkey(tx.tenant(), (method.user, method.id), &made)?;
        let credential = self.credential_mac(made.cred_id());
        tx.forget_seed(asked.id).await?;
        let inserted = tx.insert_passkey(method, &sealed, &credential).await;
        taken(inserted, Refusal::AlreadyRegistered)
    }
}
