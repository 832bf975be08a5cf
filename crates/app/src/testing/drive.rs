//! Walking through a reset.

use super::TestApp;
use crate::error::Result;
use crate::password::NewPassword;
use crate::reset::Progress;
use crate::robot::Solution;
use keyward_core::method::{Means, MethodKind};
use keyward_core::pow;
use keyward_core::secret::Secret;

impl TestApp {
    /// A solved puzzle for a form.
    pub fn solved(&self, form: &str) -> Solution {
        let puzzle = self.puzzle(&self.ctx(), form);
        Solution {
            pow: pow::solve(&puzzle.text, puzzle.bits),
            puzzle: puzzle.text,
            answer: String::new(),
        }
    }

    /// Begins a reset for a name; the token of its cookie.
    pub async fn begin_reset(&self, name: &str) -> String {
        let solution = self.solved("reset");
        let token = self.start_reset(&self.ctx(), name, &solution).await;
        self.plant(token.expect("a reset begins for every name"))
    }

    /// Where it stands.
    pub async fn progress(&self, reset: &str) -> Progress {
        self.reset_progress(&self.ctx(), reset)
            .await
            .expect("an open reset")
    }

    /// Asks for a code to a method of a kind that is offered: the one that looks like `typed`, or else the first.
    pub async fn send_to(&self, reset: &str, kind: MethodKind, typed: &str) -> Result<()> {
        let progress = self.reset_progress(&self.ctx(), reset).await?;
        let masked = Means::parse(kind, typed).map(|m| m.masked());
        let mut choices = progress.choices.iter().filter(|c| c.kind == kind);
        let first = choices.clone().next();
        let choice = choices.find(|c| Ok(&c.masked) == masked.as_ref()).or(first);
        let id = choice.expect("a method of that kind is offered").id;
        self.send_reset_code(&self.ctx(), reset, id, typed).await
    }

    /// Types a code.
    pub async fn answer(&self, reset: &str, code: &str) -> Result<Progress> {
        let code = Secret::new(code.into());
        self.answer_reset(&self.ctx(), reset, &code).await
    }

    /// Opens a gate: asks for a code to an address or number, reads it there, and types it.
    pub async fn prove(&self, reset: &str, to: &str) -> Progress {
        let kind = if to.starts_with('+') {
            MethodKind::MobilePhone
        } else {
            MethodKind::Email
        };
        self.send_to(reset, kind, to).await.expect("a code is sent");
        let code = self.code_to(to).await;
        self.answer(reset, &code).await.expect("the code is right")
    }

    /// Sets the new password.
    pub async fn finish(&self, reset: &str, password: &str) -> Result<()> {
        self.complete_reset(&self.ctx(), reset, self.twice(password))
            .await
    }

    /// A new password, typed twice.
    pub fn twice(&self, password: &str) -> NewPassword {
        self.plant(password);
        NewPassword {
            first: Secret::new(password.into()),
            second: Secret::new(password.into()),
        }
    }
}
