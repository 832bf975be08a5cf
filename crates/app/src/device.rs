//! Familiar browsers: those in which a user has signed in, or proved who they are, before (docs/adr/0020).
//!
//! A browser that has done so holds a random cookie, of which a keyed digest is stored. It opens nothing. It only says
//! that wrong passwords typed there are counted apart from those typed everywhere else, so that nobody can lock an
//! owner out from elsewhere. Without it, or with one that isn't this user's, a browser is elsewhere, for names that
//! nobody has as well.

use crate::error::Result;
use crate::keys::Purpose;
use crate::{App, Ctx};
use keyward_core::ids::UserId;
use keyward_core::signin::Lockout;
use keyward_core::time::Timestamp;
use keyward_store::Tx;
use keyward_store::counter::Bucket;

/// As many browsers of one user are told apart from the rest of the world. Each has a count of its own, so this also
/// bounds what somebody could guess who had stolen the cookies of them all.
const MOST_DEVICES: i64 = 10;

/// Where somebody types a password, as far as wrong ones are counted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    /// What is counted there.
    pub bucket: Bucket,
    /// What is counted of this name everywhere else. Its lock is also what a new password waits for.
    pub elsewhere: Bucket,
}

impl Place {
    /// A browser that the user is known to use.
    pub(crate) fn is_familiar(&self) -> bool {
        self.bucket != self.elsewhere
    }

    /// For the audit log.
    pub(crate) fn words(&self) -> &'static str {
        if self.is_familiar() {
            "in a familiar browser"
        } else {
            "in an unfamiliar browser"
        }
    }
}

impl App {
    /// The digest under which a browser is known.
    #[must_use]
    pub fn device_mac(&self, token: &str) -> Bucket {
        self.keys.token_mac("device", token)
    }

    /// Where this request comes from, for the sign-in of a user, or of nobody.
    pub(crate) async fn place(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        user: UserId,
        name_key: &str,
    ) -> Result<Place> {
        let elsewhere = self.lockout_bucket(tx.tenant(), name_key);
        // Asked for nobody as well: the same look-ups for every name.
        let familiar = match &ctx.device {
            Some(device) => tx.is_device_of(user, device).await?,
            None => false,
        };
        let bucket = match &ctx.device {
            Some(device) if familiar => self.device_bucket(tx, name_key, device),
            _ => elsewhere,
        };
        Ok(Place { bucket, elsewhere })
    }

    fn device_bucket(&self, tx: &Tx, name_key: &str, device: &Bucket) -> Bucket {
        let parts = [b"sign-in device".as_slice(), name_key.as_bytes(), device];
        self.keys.mac(Purpose::Counter, tx.tenant(), &parts)
    }

    /// Locks what a new password locks, and then what is counted at a place.
    pub(crate) async fn lock_place(
        &self,
        tx: &mut Tx,
        place: &Place,
        now: Timestamp,
    ) -> Result<Lockout> {
        if place.is_familiar() {
            tx.lock_lockout(&place.elsewhere, now).await?;
        }
        Ok(tx.lock_lockout(&place.bucket, now).await?)
    }

    /// Makes this browser a familiar one of a user who has just proved who they are; what its cookie must hold from now
    /// on, unless it holds it already.
    ///
    /// A cookie that is nobody's is not taken over: else somebody could plant one of which they keep a copy.
    pub(crate) async fn make_familiar(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        user: UserId,
    ) -> Result<Option<String>> {
        let (device, token) = match ctx.device {
            Some(device) if tx.is_device(&device).await? => (device, None),
            _ => {
                let token = self.entropy.token();
                (self.device_mac(&token), Some(token))
            }
        };
        tx.remember_device(user, &device, MOST_DEVICES, ctx.now)
            .await?;
        Ok(token)
    }

    /// Forgets the wrong passwords of a user, wherever they were typed, and the wrong passes.
    pub(crate) async fn clear_lockouts(
        &self,
        tx: &mut Tx,
        user: UserId,
        name_key: &str,
    ) -> Result<()> {
        let elsewhere = self.lockout_bucket(tx.tenant(), name_key);
        tx.clear_lockout(&elsewhere).await?;
        tx.clear_lockout(&self.pass_bucket(tx.tenant(), name_key))
            .await?;
        for bucket in self.device_buckets(tx, user, name_key).await? {
            tx.clear_lockout(&bucket).await?;
        }
        Ok(())
    }

    /// Until when a user is kept out of all unfamiliar browsers, and out of a familiar one.
    pub(crate) async fn locked_until(
        &self,
        tx: &mut Tx,
        user: UserId,
        name_key: &str,
        now: Timestamp,
    ) -> Result<[Option<Timestamp>; 2]> {
        let elsewhere = self.lockout_bucket(tx.tenant(), name_key);
        let elsewhere = tx.lockout(&elsewhere).await?.check(now).err();
        let mut familiar = None;
        for bucket in self.device_buckets(tx, user, name_key).await? {
            familiar = familiar.max(tx.lockout(&bucket).await?.check(now).err());
        }
        Ok([elsewhere, familiar])
    }

    /// What is counted in the familiar browsers of a user, in the order in which it is locked.
    async fn device_buckets(
        &self,
        tx: &mut Tx,
        user: UserId,
        name_key: &str,
    ) -> Result<Vec<Bucket>> {
        let devices = tx.devices_of(user).await?;
        let bucket = |device| self.device_bucket(tx, name_key, device);
        let mut buckets: Vec<_> = devices.iter().map(bucket).collect();
        buckets.sort_unstable();
        Ok(buckets)
    }
}
