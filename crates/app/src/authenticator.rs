//! Authenticator apps: setting one up, naming it, and finding which one a code came from.
//!
//! The secret of an app is sealed for its row, with a key that is not in the database: copied to another row it opens
//! nothing (T-07). It is shown while the app is being set up, in the session that began it, and never again (T-06).

use crate::audit::Draft;
use crate::codes::plain_digits;
use crate::entropy::Entropy;
use crate::error::{Result, taken};
use crate::keys::{self, Keys, Purpose as Key};
use crate::registration::means_refusal;
use crate::signin::nobody;
use crate::totp::{self, SEED};
use crate::{App, Ctx, Principal};
use keyward_core::audit::Activity;
use keyward_core::challenge::{Challenge, Held, Purpose, Use};
use keyward_core::ids::{ChallengeId, MethodId, TenantId, UserId};
use keyward_core::method::{Label, Means, Method};
use keyward_core::refusal::Refusal;
use keyward_core::secret::Secret;
use keyward_core::time::Timestamp;
use keyward_core::totp::{Shape, Step};
use keyward_store::{Tx, sealed};
use zeroize::Zeroizing;

/// An app that is being set up, as its page shows it.
pub struct NewApp {
    /// What its owner calls it.
    pub name: String,
    /// What a QR code says to it.
    pub uri: Secret,
    /// The secret, for who can't photograph the QR code.
    pub spelled: Secret,
}

/// The place of a secret while its app is being set up.
fn pending(user: UserId, id: ChallengeId) -> Vec<u8> {
    format!("challenges.sealed/{}/{}", user.0, id.0).into_bytes()
}

/// The place of the secret of an app, or of the public key of a passkey.
pub(crate) fn settled(user: UserId, id: MethodId) -> Vec<u8> {
    format!("methods.sealed/{}/{}", user.0, id.0).into_bytes()
}

/// The secret of an app, sealed by the key's current version; none if it is already.
pub(crate) fn app_sealed_anew(
    keys: &Keys,
    entropy: &dyn Entropy,
    stored: &sealed::Held,
) -> Result<Option<Vec<u8>>> {
    if keys::version_of(&stored.value) == Some(keys.current()) {
        return Ok(None);
    }
    let (tenant, place) = (
        stored.tenant(),
        settled(stored.user, MethodId(stored.row())),
    );
    let seed = keys.open(Key::Seed, tenant, &place, &stored.value)?;
    keys.seal(Key::Seed, tenant, &place, &seed, entropy)
        .map(Some)
}

impl App {
    /// Makes the secret of an app that is to be set up.
    pub(crate) async fn make_seed(
        &self,
        tx: &mut Tx,
        user: UserId,
        asked: ChallengeId,
    ) -> Result<()> {
        let seed = Zeroizing::new(self.entropy.bytes::<SEED>());
        let sealed = self.keys.seal(
            Key::Seed,
            tx.tenant(),
            &pending(user, asked),
            seed.as_slice(),
            &*self.entropy,
        )?;
        Ok(tx.keep_seed(asked, &sealed).await?)
    }

    async fn pending_seed(
        &self,
        tx: &mut Tx,
        user: UserId,
        asked: ChallengeId,
    ) -> Result<Option<Zeroizing<Vec<u8>>>> {
        let tenant = tx.tenant();
        let sealed = tx.seed_of(asked).await?;
        sealed
            .map(|s| self.keys.open(Key::Seed, tenant, &pending(user, asked), &s))
            .transpose()
    }

    /// The app that this session is setting up.
    pub async fn new_app(&self, ctx: &Ctx, me: &Principal) -> Result<NewApp> {
        me.full()?;
        let mut tx = self.db.read(me.tenant()).await?;
        let asked = tx
            .newest_challenge(me.session.id.0, Purpose::Register)
            .await?
            .filter(|c| c.user == Some(me.user.id) && !c.spent && ctx.now < c.expires_at)
            .ok_or(Refusal::AppTriesOver)?;
        let Some(Means::App(name)) = &asked.means else {
            return Err(Refusal::AppTriesOver.into());
        };
        let seed = self.pending_seed(&mut tx, me.user.id, asked.id).await?;
        let seed = seed.ok_or(Refusal::AppTriesOver)?;
        let organisation = self.organisation(&mut tx).await?;
        Ok(NewApp {
            name: name.as_str().to_owned(),
            uri: Secret::new(totp::uri(&organisation, me.user.upn.as_str(), &seed)),
            spelled: Secret::new(totp::spelled(&seed)),
        })
    }

    /// Moves the secret of an app that was proved to the app.
    pub(crate) async fn settle_app(
        &self,
        tx: &mut Tx,
        asked: ChallengeId,
        step: Step,
        method: &Method,
    ) -> Result<()> {
        let seed = self.pending_seed(tx, method.user, asked).await?;
        let seed = seed.ok_or(Refusal::AppTriesOver)?;
        let sealed = self.seal_app(tx.tenant(), method, &seed)?;
        tx.forget_seed(asked).await?;
        let inserted = tx.insert_app(method, &sealed, step).await;
        taken(inserted, Refusal::AlreadyRegistered)
    }

    /// Seals the secret of an app for its row.
    pub(crate) fn seal_app(&self, tenant: TenantId, app: &Method, seed: &[u8]) -> Result<Vec<u8>> {
        let place = settled(app.user, app.id);
        self.keys
            .seal(Key::Seed, tenant, &place, seed, &*self.entropy)
    }

    /// The app that shows the code that was typed: one of the user's, or the one that is being set up.
    ///
    /// For a name that nobody has, the same is looked up, and nothing is found.
    pub(crate) async fn app_held(
        &self,
        tx: &mut Tx,
        asked: &Challenge,
        typed: &Secret,
        now: Timestamp,
    ) -> Result<Option<Held>> {
        let typed = Zeroizing::new(plain_digits(typed));
        let user = asked.user.unwrap_or_else(nobody);
        if asked.purpose == Purpose::Register {
            let seed = self.pending_seed(tx, user, asked.id).await?;
            let step = seed.and_then(|seed| totp::matching(&seed, Shape::APP, &typed, now, None));
            return Ok(step.map(|step| Held {
                method: None,
                uses: Use::Step(step),
            }));
        }
        let mut found = None;
        for app in tx.apps_of(user).await? {
            let Some(seed) = self.seed(tx.tenant(), user, app.id, &app.sealed) else {
                continue;
            };
            if let Some(step) = totp::matching(&seed, app.shape, &typed, now, app.last_step) {
                found = Some(Held {
                    method: Some(app.id),
                    uses: Use::Step(step),
                });
            }
        }
        Ok(found)
    }

    /// The secret of an app; none if it is not that app's: then it proves nothing, and the others still do.
    fn seed(
        &self,
        tenant: TenantId,
        user: UserId,
        app: MethodId,
        sealed: &[u8],
    ) -> Option<Zeroizing<Vec<u8>>> {
        let place = settled(user, app);
        let opened = self.keys.open(Key::Seed, tenant, &place, sealed);
        if opened.is_err() {
            tracing::error!(method = %app.0, "the secret of an authenticator app does not belong to its row: somebody wrote to the database");
        }
        opened.ok()
    }

    /// Gives one of one's own apps or passkeys another name.
    pub async fn rename_method(
        &self,
        ctx: &Ctx,
        me: &Principal,
        id: MethodId,
        typed: &str,
    ) -> Result<()> {
        me.full()?;
        let name = Label::parse(typed).map_err(|f| means_refusal(f.into()))?;
        let mut tx = self.db.write(me.tenant()).await?;
        let methods = tx.methods_of(me.user.id).await?;
        let app = methods
            .iter()
            .find(|m| m.id == id && m.kind().is_named())
            .ok_or(Refusal::NotFound)?;
        self.needs_fresh_proof(ctx, me, true)?;
        let renamed = tx.rename_method(me.user.id, id, &name).await;
        if !taken(renamed, Refusal::AlreadyRegistered)? {
            return Err(Refusal::NotFound.into());
        }
        let draft = Draft::own(ctx, Activity::SecurityInfoUpdated, &me.user)
            .detail("renamed")
            .change(
                app.kind().code(),
                Some(app.means.told()),
                Some(name.as_str().to_owned()),
            );
        self.record(&mut tx, draft).await?;
        tx.commit().await?;
        Ok(())
    }
}
