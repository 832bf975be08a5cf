//! Judging what a browser and a passkey have sent. Everything in it is foreign bytes.

use super::fault;
use crate::audit::Draft;
use crate::error::{Error, Result};
use crate::{App, Ctx};
use keyward_core::audit::{Activity, Actor};
use keyward_core::challenge::Purpose;
use keyward_core::ids::{MethodId, UserId};
use keyward_core::refusal::Refusal;
use keyward_core::secret::Secret;
use keyward_store::Tx;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use webauthn_rs::prelude::{
    DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, WebauthnError,
};

/// The longest answer that is looked at: an attested one with a chain of certificates has less than half of it.
const LONGEST: usize = 32 * 1024;

/// The longest id of a credential (WebAuthn 7.1).
const LONGEST_ID: usize = 1023;

/// What a signature was worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Judged {
    /// It is this passkey's.
    Right(MethodId),
    /// It is this passkey's, but it has signed less often than before, so there are two of it (WebAuthn 7.2, step 22).
    Cloned(MethodId),
    /// It is nothing.
    Wrong,
}

impl Judged {
    pub(super) fn right(self) -> Option<MethodId> {
        match self {
            Self::Right(id) => Some(id),
            Self::Cloned(_) | Self::Wrong => None,
        }
    }
}

/// What the browser says it did, as far as it is judged here (WebAuthn section 5.8.1). A member that comes twice is
/// refused (W-10).
#[derive(Deserialize)]
struct ClientData {
    origin: String,
    #[serde(default, rename = "crossOrigin")]
    cross_origin: Option<bool>,
    #[serde(default, rename = "topOrigin")]
    top_origin: Option<IgnoredAny>,
}

impl ClientData {
    /// Whether the page was exactly this one, in no frame of another (W-02).
    fn is_from(json: &[u8], origin: &str) -> bool {
        serde_json::from_slice::<Self>(json).is_ok_and(|said| {
            said.origin == origin && said.cross_origin != Some(true) && said.top_origin.is_none()
        })
    }
}

/// Reads what a browser has sent; nothing else is told of it than that it can't be read.
fn read<T: DeserializeOwned>(shown: &Secret) -> Option<T> {
    let text = shown.expose();
    if text.len() > LONGEST {
        return None;
    }
    serde_json::from_str(text).ok()
}

/// What a browser has sent that asked a passkey to sign.
pub(super) fn signature(shown: &Secret) -> Option<PublicKeyCredential> {
    read(shown)
}

impl App {
    /// The passkey that was made, if it is an answer to what was asked.
    pub(super) fn made(
        &self,
        asked: &PasskeyRegistration,
        shown: &Secret,
    ) -> Result<Option<Passkey>> {
        let (party, origin) = self.party("")?;
        let Some(shown) = read::<RegisterPublicKeyCredential>(shown) else {
            return Ok(None);
        };
        if !ClientData::is_from(&shown.response.client_data_json, &origin) {
            return Ok(None);
        }
        Ok(match party.finish_passkey_registration(&shown, asked) {
            Ok(made) if (1..=LONGEST_ID).contains(&made.cred_id().len()) => Some(made),
            Ok(_) => None,
            Err(error) => {
                tracing::debug!(%error, "a passkey was not accepted");
                None
            }
        })
    }

    /// Which passkey of a user has signed, if its signature answers what was asked. Its count is moved forward.
    pub(super) async fn signed(
        &self,
        tx: &mut Tx,
        user: UserId,
        asked: &DiscoverableAuthentication,
        shown: &Secret,
    ) -> Result<Judged> {
        let (party, origin) = match self.party("") {
            Err(Error::Refused(Refusal::PasskeysOff)) => return Ok(Judged::Wrong),
            party => party?,
        };
        let Some(shown) = signature(shown) else {
            return Ok(Judged::Wrong);
        };
        // Looked up for nobody as well.
        let credential = self.credential_mac(shown.get_credential_id());
        let stored = tx.passkey_of(user, &credential).await?;
        // Whose it is, it says itself: that it is missing or another's is no slip of a pen (W-07).
        let theirs = shown.get_user_unique_id() == Some(user.0.as_bytes().as_slice());
        let here = ClientData::is_from(&shown.response.client_data_json, &origin);
        let Some(stored) = stored.filter(|_| theirs && here) else {
            return Ok(Judged::Wrong);
        };
        let Some(mut passkey) = self.open_passkey(tx.tenant(), user, &stored) else {
            return Ok(Judged::Wrong);
        };
        let result =
            match party.finish_discoverable_authentication_v2(&shown, asked.clone(), &passkey) {
                Ok(result) => result,
                Err(WebauthnError::CredentialPossibleCompromise) => {
                    return Ok(Judged::Cloned(stored.id));
                }
                Err(error) => {
                    tracing::debug!(%error, "a passkey's signature was not accepted");
                    return Ok(Judged::Wrong);
                }
            };
        // Asked for in what was signed for, and judged there; here again, as all hangs on it (W-04).
        if !result.user_verified() {
            return Ok(Judged::Wrong);
        }
        if passkey
            .update_credential(&result)
            .ok_or_else(|| fault("another credential"))?
        {
            let whose = (user, stored.id);
            let sealed = self.seal_passkey(tx.tenant(), whose, &passkey)?;
            if !tx.replace_passkey(&stored, &sealed).await? {
                return Ok(Judged::Wrong);
            }
        }
        Ok(Judged::Right(stored.id))
    }

    /// Writes down that there may be two of a passkey.
    pub(super) async fn tell_of_clone(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        purpose: Purpose,
        user: UserId,
        id: MethodId,
    ) -> Result<()> {
        let activity = match purpose {
            Purpose::Reset => Activity::ResetProgress,
            Purpose::Register | Purpose::StepUp => Activity::SecurityInfoUpdated,
        };
        let Some(user) = tx.user(user).await? else {
            return Ok(());
        };
        let draft = Draft::new(ctx, activity, Actor::Stranger).on_user(&user);
        let draft = self.of_clone(tx, draft, user.id, id).await?;
        self.record(tx, draft).await
    }

    /// What the log says of a passkey of which there may be two.
    pub(super) async fn of_clone(
        &self,
        tx: &mut Tx,
        draft: Draft,
        user: UserId,
        id: MethodId,
    ) -> Result<Draft> {
        tracing::warn!(method = %id.0, "a passkey has signed less often than before: there may be a copy of it");
        let methods = tx.methods_of(user).await?;
        let name = methods.iter().find(|m| m.id == id).map(|m| m.means.told());
        let text = format!(
            "the passkey {} has signed less often than before: there may be a copy of it",
            name.unwrap_or_default()
        );
        Ok(draft.detail(text).failed("passkey-cloned"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: &str = "https://id.contoso.example";

    fn from(members: &str) -> bool {
        let json = format!(r#"{{"type":"webauthn.get","challenge":"AA",{members}}}"#);
        ClientData::is_from(json.as_bytes(), HERE)
    }

    // case: WA-02, WA-03, S42
    #[test]
    fn wa_02_the_origin_is_this_one_and_no_other() {
        assert!(from(r#""origin":"https://id.contoso.example""#));
        assert!(from(
            r#""origin":"https://id.contoso.example","crossOrigin":false,"more":{"a":[1]}"#
        ));
        for other in [
            "https://id.contoso.example.evil",
            "http://id.contoso.example",
            "https://id.contoso.example:8443",
            "https://id.contoso.example:443",
            "https://id.contoso.example.",
            "https://id.contoso.example/",
            "https://ID.contoso.example",
            "https://contoso.example",
            "https://evil-id.contoso.example",
            "null",
            "",
        ] {
            assert!(!from(&format!(r#""origin":"{other}""#)), "{other}");
        }
        let ours = r#""origin":"https://id.contoso.example""#;
        for frame in [
            r#""crossOrigin":true"#,
            r#""topOrigin":"https://id.contoso.example""#,
            r#""topOrigin":"https://evil.example""#,
            r#""origin":"https://evil.example""#,
        ] {
            assert!(!from(&format!("{ours},{frame}")), "{frame}");
        }
        assert!(!ClientData::is_from(b"", HERE));
        assert!(!ClientData::is_from(b"\xff\xfe", HERE));
    }
}
