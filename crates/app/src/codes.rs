//! Sending codes and judging answers, for resets, registration and step-up alike.
//!
//! A send and an answer to a name that nobody has do the same work and leave the same traces in the database, but
//! for the message itself (EN-07).

use crate::error::Result;
use crate::keys::Purpose as Key;
use crate::letters::Code;
use crate::limits::{Counted, Subject};
use crate::outbox::Payload;
use crate::{App, Ctx};
use keyward_core::challenge::{Answer, Answered, Challenge, MAX_WRONG, Purpose};
use keyward_core::ids::{ChallengeId, MethodId, TenantId, UserId};
use keyward_core::method::{Destination, MethodKind};
use keyward_core::refusal::Refusal;
use keyward_core::secret::Secret;
use keyward_store::Tx;
use uuid::Uuid;

/// A code that is to be sent.
pub(crate) struct Send<'a> {
    pub purpose: Purpose,
    /// The reset or session that asks.
    pub owner: Uuid,
    /// Whose limits it counts against.
    pub subject: &'a Subject,
    /// Whose proof it will be; none for a decoy.
    pub user: Option<UserId>,
    /// The registered method; none while registering.
    pub method: Option<MethodId>,
    pub kind: MethodKind,
    /// Where it goes; none for a decoy.
    pub to: Option<&'a Destination>,
    /// Stands for the destination of a decoy in the counters.
    pub decoy: &'a str,
    /// The organisation's name, for the text.
    pub organisation: &'a str,
}

impl App {
    /// Makes a code and enqueues it. The inner refusal (too many) has been counted: commit either way.
    pub(crate) async fn send_code(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        send: &Send<'_>,
    ) -> Result<Result<(), Refusal>> {
        let key = send
            .to
            .map_or_else(|| send.decoy.to_owned(), Destination::key);
        if let Err(refusal) = self
            .permit_message(tx, ctx, send.purpose, send.kind, (send.subject, &key))
            .await?
        {
            return Ok(Err(refusal));
        }
        if let Err(refusal) = self.spend(tx, ctx, send.to).await? {
            return Ok(Err(refusal));
        }
        let id = ChallengeId(self.entropy.uuid());
        let code = Secret::new(self.entropy.digits(self.settings.code_digits));
        let expires_at = ctx.now + self.settings.code_lifetime;
        let challenge = Challenge {
            id,
            purpose: send.purpose,
            owner: send.owner,
            user: send.user,
            method: send.method,
            kind: send.kind,
            destination: send
                .to
                .filter(|_| send.purpose == Purpose::Register)
                .cloned(),
            mac: self.code_mac(tx.tenant(), id, code.expose()),
            issued_at: ctx.now,
            expires_at,
            wrong: 0,
            spent: false,
        };
        tx.insert_challenge(&challenge).await?;
        let words = Code {
            purpose: send.purpose,
            organisation: send.organisation,
            minutes: self.settings.code_lifetime.as_secs() / 60,
            digits: &code,
        };
        let payload = match send.to {
            Some(Destination::Phone(phone)) => words.sms(self.texts, ctx.lang, phone.as_str()),
            Some(Destination::Mail(mail)) => words.mail(self.texts, ctx.lang, &mail.to_string()),
            None => Payload::Nothing {
                filler: "0".repeat(600),
            },
        };
        let about = send
            .to
            .map_or_else(|| send.decoy.to_owned(), Destination::masked);
        self.enqueue(tx, &payload, &about, ctx.now, expires_at)
            .await?;
        Ok(Ok(()))
    }

    /// Judges an answer. The inner refusal has been counted: commit either way (OT-09).
    pub(crate) async fn answer_code(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        purpose: Purpose,
        owner: Uuid,
        subject: &Subject,
        typed: &Secret,
    ) -> Result<Result<Answered, Refusal>> {
        let counted = match purpose {
            Purpose::Reset | Purpose::StepUp => Counted::Proofs(subject),
            Purpose::Register => Counted::Registrations(subject),
        };
        // Taking the counter's lock first makes parallel answers wait for each other (S21).
        if let Err(blocked) = self.check_failures(tx, &counted, ctx.now).await? {
            return Ok(Err(blocked));
        }
        let Some(challenge) = tx.newest_challenge(owner, purpose).await? else {
            return Ok(Err(Refusal::CodeDead));
        };
        let proved = self.lock_proved(tx, ctx, &challenge).await?;
        if tx
            .take_try(challenge.id, MAX_WRONG, ctx.now)
            .await?
            .is_none()
        {
            return Ok(Err(Refusal::CodeDead));
        }
        let presented = self.code_mac(tx.tenant(), challenge.id, &plain_digits(typed));
        match challenge.answer(purpose, owner, &presented, ctx.now) {
            Answer::Right(answered) => {
                if !tx.spend_challenge(&answered).await? {
                    return Ok(Err(Refusal::CodeDead));
                }
                if let Some(proved) = proved {
                    self.count_proved(tx, ctx, proved).await?;
                }
                Ok(Ok(answered))
            }
            Answer::Dead => Ok(Err(Refusal::CodeDead)),
            Answer::Wrong { left } => {
                self.strangers.press(ctx.source(), ctx.now);
                let blocked = self.count_failure(tx, &counted, ctx.now).await?;
                let dead = if left == 0 {
                    Refusal::CodeDead
                } else {
                    Refusal::CodeWrong
                };
                Ok(Err(blocked.unwrap_or(dead)))
            }
        }
    }

    fn code_mac(&self, tenant: TenantId, id: ChallengeId, code: &str) -> [u8; 32] {
        self.keys
            .mac(Key::Code, tenant, &[id.0.as_bytes(), code.as_bytes()])
    }
}

/// What was typed, without the spaces and dashes that people and phones put in. Only ASCII digits are digits; anything
/// else is no code and is counted as a wrong one (C-08, OT-18).
fn plain_digits(typed: &Secret) -> String {
    let digits: String = typed
        .expose()
        .chars()
        .take(64)
        .filter(|c| !matches!(c, ' ' | '-' | '\u{a0}' | '\t'))
        .collect();
    if digits.len() <= 8 && digits.bytes().all(|b| b.is_ascii_digit()) {
        digits
    } else {
        String::from("-")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // case: OT-18, C-08
    #[test]
    fn ot_18_only_ascii_digits_are_a_code() {
        let plain = |t: &str| plain_digits(&Secret::new(t.into()));
        assert_eq!(plain("012 345"), "012345");
        assert_eq!(plain("012-345"), "012345");
        for odd in [
            "٠١٢٣٤٥",
            "０１２３４５",
            "12345a",
            "-0.5",
            "null",
            "123456789",
        ] {
            assert!(!plain(odd).bytes().any(|b| b.is_ascii_digit()), "{odd}");
        }
    }
}
