//! A password for who can't think of one.

use super::{Demands, NewPassword};
use crate::error::{Error, Result};
use crate::passthrough::Home;
use crate::{App, Ctx, Principal};
use keyward_core::password::suggest::phrase;
use keyward_core::secret::Secret;
use keyward_core::user::User;

impl App {
    /// One for somebody who is signed in, or would be if they had a new one. It is set nowhere and kept nowhere.
    pub async fn suggest_password(&self, me: &Principal) -> Result<Secret> {
        let mut tx = self.db.read(me.tenant()).await?;
        let demands = self.demands(&mut tx).await?;
        let home = self.home(&mut tx, Some(&me.user), "").await?;
        self.suggestion(&me.user, home.as_ref(), &demands)
    }

    /// One for somebody who has proved everything in a reset.
    pub async fn suggest_reset_password(&self, ctx: &Ctx, token: &str) -> Result<Secret> {
        let (user, home, demands) = self.whose_reset(ctx, token).await?;
        self.suggestion(&user, home.as_ref(), &demands)
    }

    /// Held to every rule that what they type themselves would be.
    fn suggestion(&self, user: &User, home: Option<&Home>, demands: &Demands) -> Result<Secret> {
        let ours = self.length(demands);
        let min = home.map_or(ours, |home| home.length(ours)).min;
        // A directory counts three kinds where it asks for complexity.
        let theirs = home.is_some_and(|home| home.rules.complexity);
        let kinds = demands.rules.kinds.max(if theirs { 3 } else { 0 });
        for _ in 0..100 {
            let text = phrase(&mut |n| self.entropy.below(n), min, kinds);
            let new = NewPassword::typed_once(text.expose());
            if self.judge(user, home, demands, &new).is_empty() {
                return Ok(new.first);
            }
        }
        Err(Error::Fault(
            "no suggestion meets the rules for passwords".into(),
        ))
    }
}
