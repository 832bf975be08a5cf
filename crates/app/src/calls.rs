//! Codes that are said in a call.
//!
//! The code is said once a key was pressed, and not before: a mailbox that answers presses none (PH-13). Some gateways
//! get the whole text with the call and keep it until then; others ask us what to say when the key was pressed. For
//! them it is kept with the code, sealed, until the code is typed or dead.

use crate::codes::Send;
use crate::error::Result;
use crate::keys::Purpose as Key;
use crate::letters::Code;
use crate::outbox::Payload;
use crate::ports::KEY;
use crate::texts::Lang;
use crate::{App, Ctx, Error};
use keyward_core::ids::{ChallengeId, TenantId, UserId};
use keyward_core::method::Destination;
use keyward_store::Tx;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use uuid::Uuid;
use zeroize::Zeroizing;

/// What a call is to say when the gateway asks.
#[derive(Serialize, Deserialize)]
struct Kept {
    lang: String,
    say: Vec<String>,
    bye: String,
}

fn place(user: UserId, id: ChallengeId) -> Vec<u8> {
    format!("challenges.sealed/{}/{}", user.0, id.0).into_bytes()
}

impl App {
    /// Whether anybody can be called.
    #[must_use]
    pub fn has_calls(&self) -> bool {
        self.voice.is_some()
    }

    /// Keeps what the call of a code is to say, and makes the call ready.
    pub(crate) async fn call(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        send: &Send<'_>,
        id: ChallengeId,
        words: &Code<'_>,
        to: &Destination,
    ) -> Result<Payload> {
        let url = self.answer_url(&self.call_token(tx.tenant(), id));
        let payload = words.call(self.texts, ctx.lang, to, url);
        if let (Some(user), Payload::Call { lang, say, bye, .. }) = (send.user, &payload) {
            let kept = Kept {
                lang: lang.clone(),
                say: say.clone(),
                bye: bye.clone(),
            };
            let plain = serde_json::to_vec(&kept).map_err(|e| Error::Fault(e.to_string()))?;
            let sealed = self.keys.seal(
                Key::Job,
                tx.tenant(),
                &place(user, id),
                &Zeroizing::new(plain),
                &*self.entropy,
            )?;
            tx.keep_seed(id, &sealed).await?;
        }
        Ok(payload)
    }

    /// What is said to somebody who pressed a key, as the gateway's own document; none if it isn't the gateway that asks,
    /// or the code is of no use any more. Nothing is changed: a gateway that lost the answer may ask again.
    pub async fn said_by_call(
        &self,
        ctx: &Ctx,
        token: &str,
        form: &[(String, String)],
        signature: &str,
    ) -> Result<Option<String>> {
        let Some(voice) = &self.voice else {
            return Ok(None);
        };
        let Some(keys) = voice.pressed(&self.answer_url(token), form, signature) else {
            return Ok(None);
        };
        let Some((tenant, id)) = self.called(token) else {
            return Ok(None);
        };
        let mut tx = self.db.read(tenant).await?;
        let Some((user, sealed)) = tx.said_by_call(id, ctx.now).await? else {
            return Ok(None);
        };
        let plain = self
            .keys
            .open(Key::Job, tenant, &place(user, id), &sealed)?;
        let kept: Kept = serde_json::from_slice(&plain).map_err(|e| Error::Fault(e.to_string()))?;
        let lang = Lang::from_tag(&kept.lang).unwrap_or_default().tag();
        Ok(Some(if keys == KEY {
            voice.says(lang, &kept.say)
        } else {
            voice.says(lang, &[kept.bye])
        }))
    }

    fn answer_url(&self, token: &str) -> String {
        format!("{}/voice/{token}", self.settings.public_url)
    }

    /// Names one call in an address. Nobody makes one without the root key, and it is of use to the gateway alone, which
    /// signs what it asks.
    fn call_token(&self, tenant: TenantId, id: ChallengeId) -> String {
        let names = format!("{}.{}", tenant.0.simple(), id.0.simple());
        let tag = self.keys.token_mac("call", &names);
        format!("{names}.{}", data_encoding::HEXLOWER.encode(&tag[..16]))
    }

    fn called(&self, token: &str) -> Option<(TenantId, ChallengeId)> {
        let mut parts = token.split('.');
        let mut uuid = || Uuid::try_parse(parts.next()?).ok();
        let (tenant, id) = (TenantId(uuid()?), ChallengeId(uuid()?));
        let same = self
            .call_token(tenant, id)
            .as_bytes()
            .ct_eq(token.as_bytes());
        bool::from(same).then_some((tenant, id))
    }
}
