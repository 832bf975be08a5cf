//! The gates: sending a code to a method, and judging what comes back.

use super::Progress;
use super::load::Loaded;
use crate::codes::Send;
use crate::error::Result;
use crate::limits::Counted;
use crate::{App, Ctx};
use keyward_core::challenge::Purpose;
use keyward_core::method::{Carrier, Channel, Destination, Means, MeansFault, MethodKind};
use keyward_core::refusal::Refusal;
use keyward_core::reset::Goal;
use keyward_core::secret::Secret;
use uuid::Uuid;

/// Whether who typed this meant that phone.
fn is_meant(known: &Means, typed: &Means) -> bool {
    match (known.destination(), typed.destination()) {
        (Some(Destination::Office(known)), Some(Destination::Office(typed))) => {
            known.is_meant_by(typed)
        }
        (known, typed) => known == typed,
    }
}

impl App {
    /// Asks for a code of one of the methods offered; where codes are sent, sends it. Before anything goes to a phone, its full number must be typed; a
    /// wrong number counts as a wrong proof (entra-sspr 1.3). Sending opens no gate (ST-03).
    pub async fn send_reset_code(
        &self,
        ctx: &Ctx,
        token: &str,
        method: Uuid,
        typed: &str,
    ) -> Result<()> {
        self.send_reset_code_by(ctx, token, method, typed, None)
            .await
    }

    /// The same by a way that was chosen.
    pub async fn send_reset_code_by(
        &self,
        ctx: &Ctx,
        token: &str,
        method: Uuid,
        typed: &str,
        by: Option<Carrier>,
    ) -> Result<()> {
        let (mut tx, loaded) = self.load_reset(token, true).await?;
        loaded.open(ctx)?;
        let choices = loaded.choices(ctx.now);
        let choice = choices
            .iter()
            .find(|c| c.id == method)
            .ok_or(Refusal::NotOffered)?;
        let by = self.way(&loaded.policy, choice.kind, by)?;
        let counted = Counted::Proofs(&loaded.subject);
        if let Err(blocked) = self.check_failures(&mut tx, &counted, ctx.now).await? {
            return Err(blocked.into());
        }
        let known = loaded.method(method, ctx.now);
        if choice.kind.channel() == Channel::Phone {
            let typed = Means::parse(choice.kind, typed)
                .map_err(|_: MeansFault| Refusal::field("number", "phone-malformed"))?;
            if !known.is_some_and(|m| is_meant(&m.means, &typed)) {
                let blocked = self.count_failure(&mut tx, &counted, ctx.now).await?;
                self.progress_event(
                    &mut tx,
                    ctx,
                    &loaded,
                    "number did not match",
                    Some("destination-mismatch"),
                )
                .await?;
                if blocked.is_some() {
                    self.blocked_event(&mut tx, ctx, &loaded).await?;
                }
                tx.commit().await?;
                return Err(blocked.unwrap_or(Refusal::DestinationMismatch).into());
            }
        }
        let organisation = self.organisation(&mut tx).await?;
        let decoy = method.to_string();
        let send = Send {
            purpose: Purpose::Reset,
            owner: loaded.reset.id.0,
            subject: &loaded.subject,
            user: known.map(|m| m.user),
            method: known.map(|m| m.id),
            kind: choice.kind,
            by,
            means: known.map(|m| &m.means),
            decoy: &decoy,
            organisation: &organisation,
        };
        let sent = self.send_code(&mut tx, ctx, &send).await?;
        let reason = sent.as_ref().err().map(Refusal::code);
        self.progress_event(
            &mut tx,
            ctx,
            &loaded,
            &format!("code asked for: {}", choice.kind),
            reason,
        )
        .await?;
        if sent.is_err() {
            self.blocked_event(&mut tx, ctx, &loaded).await?;
        }
        self.commit(tx).await?;
        sent?;
        Ok(())
    }

    /// Judges a code. A right one opens a gate; the last gate of an unlock completes it.
    pub async fn answer_reset(&self, ctx: &Ctx, token: &str, typed: &Secret) -> Result<Progress> {
        let (mut tx, loaded) = self.load_reset(token, true).await?;
        loaded.open(ctx)?;
        let owner = loaded.reset.id.0;
        let answered = match self
            .answer_code(&mut tx, ctx, Purpose::Reset, owner, &loaded.subject, typed)
            .await?
        {
            Ok(answered) => answered,
            Err(refusal) => {
                self.progress_event(
                    &mut tx,
                    ctx,
                    &loaded,
                    "code not accepted",
                    Some(refusal.code()),
                )
                .await?;
                if matches!(refusal, Refusal::Blocked(_)) {
                    self.blocked_event(&mut tx, ctx, &loaded).await?;
                }
                tx.commit().await?;
                return Err(refusal.into());
            }
        };
        let Some((proof, account)) = answered.into_proof().zip(loaded.account.as_ref()) else {
            return Err(Refusal::CodeDead.into());
        };
        let usable = account.rules().usable(&account.methods, ctx.now);
        if usable.iter().all(|m| m.id != proof.method()) {
            // One of several apps was asked for, and one that waits has answered: it is worth no more than a wrong code.
            let refusal = Refusal::AppTriesOver;
            let what = "code not accepted";
            self.progress_event(&mut tx, ctx, &loaded, what, Some(refusal.code()))
                .await?;
            self.commit(tx).await?;
            return Err(refusal.into());
        }
        let reset = loaded.reset.clone().accept(proof, ctx.now)?;
        if !tx
            .insert_proof(reset.id, account.user.id, &proof, ctx.now)
            .await?
        {
            return Err(Refusal::NotOffered.into());
        }
        tx.touch_method(proof.method(), ctx.now).await?;
        let owner_id = account.user.id;
        if proof.kind() == MethodKind::RecoveryCodes {
            self.tell_of_code(&mut tx, ctx, &account.user, proof.method())
                .await?;
        }
        self.progress_event(
            &mut tx,
            ctx,
            &loaded,
            &format!("proved: {}", proof.kind()),
            None,
        )
        .await?;
        let loaded = Loaded { reset, ..loaded };
        let mut progress = loaded.progress(ctx);
        // In a directory it takes a while: a page of its own asks for it.
        if progress.verified && progress.goal == Goal::Unlock && loaded.home.is_none() {
            self.unlock(&mut tx, ctx, &loaded).await?;
            progress.completed = true;
        }
        if progress.verified {
            // A proof gets through where wrong passwords have locked everybody else out.
            progress.device = self.make_familiar(&mut tx, ctx, owner_id).await?;
        }
        self.commit(tx).await?;
        Ok(progress)
    }
}
