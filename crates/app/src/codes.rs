//! Asking for codes and judging answers, for resets, registration and step-up alike.
//!
//! A send and an answer to a name that nobody has do the same work and leave the same traces in the database, but
//! for the message itself (EN-07).

use crate::error::Result;
use crate::keys::Purpose as Key;
use crate::letters::Code;
use crate::limits::{Counted, Subject};
use crate::outbox::Payload;
use crate::{App, Ctx};
use keyward_core::challenge::{
    Answer, Answered, Challenge, Expected, Held, MAX_WRONG, Presented, Purpose, Use,
};
use keyward_core::ids::{ChallengeId, MethodId, TenantId, UserId};
use keyward_core::method::{Carrier, Destination, Means, MethodKind};
use keyward_core::policy::Policy;
use keyward_core::refusal::Refusal;
use keyward_core::secret::Secret;
use keyward_core::time::{Timestamp, minutes};
use keyward_store::Tx;
use uuid::Uuid;

/// How long an app that is being set up may take (entra-sspr 3.4).
const SET_UP: std::time::Duration = minutes(15);

/// A code that is asked for.
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
    /// How it is to come, where that was chosen.
    pub by: Option<Carrier>,
    /// What it is a code of; none for a decoy.
    pub means: Option<&'a Means>,
    /// Stands for the destination of a decoy in the counters.
    pub decoy: &'a str,
    /// The organisation's name, for the text.
    pub organisation: &'a str,
}

impl App {
    /// Asks for a code: where it is sent, makes it and enqueues it. The inner refusal (too many) has been counted: commit
    /// either way.
    pub(crate) async fn send_code(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        send: &Send<'_>,
    ) -> Result<Result<ChallengeId, Refusal>> {
        let id = ChallengeId(self.entropy.uuid());
        let Some(carrier) = send.kind.carrier().map(|usual| send.by.unwrap_or(usual)) else {
            if send.kind == MethodKind::Passkey && !self.has_passkeys() {
                return Ok(Err(Refusal::PasskeysOff));
            }
            let lifetime = match send.purpose {
                Purpose::Register => SET_UP,
                Purpose::Reset | Purpose::StepUp => self.settings.code_lifetime,
            };
            let asked = challenge(send, id, None, Expected::Held, ctx.now, ctx.now + lifetime);
            tx.insert_challenge(&asked).await?;
            if send.kind == MethodKind::Passkey {
                self.ask_passkey(tx, send, id).await?;
            }
            return Ok(Ok(id));
        };
        if carrier == Carrier::Voice && self.voice.is_none() {
            return Ok(Err(Refusal::CallsOff));
        }
        let to = send.means.and_then(Means::destination);
        let key = to.map_or_else(|| send.decoy.to_owned(), Destination::key);
        let asks = (send.subject, key.as_str());
        let permitted = self
            .permit_message(tx, ctx, send.purpose, (send.kind, carrier), asks)
            .await?;
        if let Err(refusal) = permitted {
            return Ok(Err(refusal));
        }
        if let Err(refusal) = self.spend(tx, ctx, to, carrier).await? {
            return Ok(Err(refusal));
        }
        let code = Secret::new(self.entropy.digits(self.settings.code_digits));
        let expires_at = ctx.now + self.settings.code_lifetime;
        let expects = Expected::Sent(self.code_mac(tx.tenant(), id, code.expose()));
        let asked = challenge(send, id, Some(carrier), expects, ctx.now, expires_at);
        tx.insert_challenge(&asked).await?;
        let words = Code {
            purpose: send.purpose,
            organisation: send.organisation,
            minutes: self.settings.code_lifetime.as_secs() / 60,
            digits: &code,
        };
        let payload = match to {
            Some(to @ (Destination::Phone(_) | Destination::Office(_)))
                if carrier == Carrier::Voice =>
            {
                self.call(tx, ctx, send, id, &words, to).await?
            }
            Some(Destination::Phone(phone)) => words.sms(self.texts, ctx.lang, phone.as_str()),
            Some(Destination::Mail(mail)) => words.mail(self.texts, ctx.lang, &mail.to_string()),
            // A desk can't be written to.
            Some(Destination::Office(_)) => return Ok(Err(Refusal::NotOffered)),
            None => Payload::Nothing {
                filler: "0".repeat(600),
            },
        };
        let about = to.map_or_else(|| send.decoy.to_owned(), Destination::masked);
        self.enqueue(tx, &payload, &about, ctx.now, expires_at)
            .await?;
        Ok(Ok(id))
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
        let (wrong, dead) = match challenge.expects {
            Expected::Sent(_) => (Refusal::CodeWrong, Refusal::CodeDead),
            Expected::Held => match challenge.kind {
                MethodKind::RecoveryCodes => (Refusal::RecoveryCodeWrong, Refusal::AppTriesOver),
                MethodKind::Passkey => (Refusal::PasskeyWrong, Refusal::PasskeyOver),
                _ => (Refusal::AppCodeWrong, Refusal::AppTriesOver),
            },
        };
        if tx
            .take_try(challenge.id, MAX_WRONG, ctx.now)
            .await?
            .is_none()
        {
            return Ok(Err(dead));
        }
        let presented = match challenge.expects {
            Expected::Sent(_) => {
                let typed = plain_digits(typed);
                Presented::Sent(self.code_mac(tx.tenant(), challenge.id, &typed))
            }
            Expected::Held => Presented::Held(self.held(tx, ctx, &challenge, typed).await?),
        };
        match challenge.answer(purpose, owner, &presented, ctx.now) {
            Answer::Right(answered) => {
                if !spend(tx, &answered, ctx.now).await? {
                    return Ok(Err(dead));
                }
                if let Some(proved) = proved {
                    self.count_proved(tx, ctx, proved).await?;
                }
                Ok(Ok(answered))
            }
            Answer::Dead => Ok(Err(dead)),
            Answer::Wrong { left } => {
                self.strangers.press(ctx.source(), ctx.now);
                let blocked = self.count_failure(tx, &counted, ctx.now).await?;
                let refusal = if left == 0 { dead } else { wrong };
                Ok(Err(blocked.unwrap_or(refusal)))
            }
        }
    }

    /// What of the user's the typed code came from.
    async fn held(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        asked: &Challenge,
        typed: &Secret,
    ) -> Result<Option<Held>> {
        match asked.kind {
            MethodKind::Passkey => self.passkey_held(tx, ctx, asked, typed).await,
            MethodKind::AuthenticatorApp => self.app_held(tx, asked, typed, ctx.now).await,
            MethodKind::RecoveryCodes => self.list_held(tx, asked, typed).await,
            // Theirs are sent.
            MethodKind::MobilePhone | MethodKind::OfficePhone | MethodKind::Email => Ok(None),
        }
    }

    /// The kind of method whose code was asked for last, where one still may be typed, and who carries it: what the page
    /// of the code says.
    pub(crate) async fn asked_kind(
        &self,
        tx: &mut Tx,
        owner: Uuid,
        purpose: Purpose,
    ) -> Result<Option<(MethodKind, Option<Carrier>)>> {
        let asked = tx.newest_challenge(owner, purpose).await?;
        Ok(asked.map(|c| (c.kind, c.by)))
    }

    /// How codes of a kind can come here, the usual way first: what the policy allows, and the server can do. Of a kind
    /// that could not be proved at all, what the policy says.
    #[must_use]
    pub fn ways(&self, policy: &Policy, kind: MethodKind) -> Vec<Carrier> {
        let mut ways = policy.mobile_by.ways(kind);
        if ways.len() > 1 && self.voice.is_none() {
            ways.retain(|by| *by != Carrier::Voice);
        }
        ways
    }

    /// The way that was chosen, or the usual one; refused if it isn't offered.
    pub(crate) fn way(
        &self,
        policy: &Policy,
        kind: MethodKind,
        chosen: Option<Carrier>,
    ) -> Result<Option<Carrier>, Refusal> {
        let ways = self.ways(policy, kind);
        match chosen {
            Some(by) if !ways.contains(&by) => Err(Refusal::NotOffered),
            Some(by) => Ok(Some(by)),
            None => Ok(ways.first().copied()),
        }
    }

    fn code_mac(&self, tenant: TenantId, id: ChallengeId, code: &str) -> [u8; 32] {
        self.keys
            .mac(Key::Code, tenant, &[id.0.as_bytes(), code.as_bytes()])
    }
}

/// The record of a code that is asked for.
fn challenge(
    send: &Send<'_>,
    id: ChallengeId,
    by: Option<Carrier>,
    expects: Expected,
    issued_at: Timestamp,
    expires_at: Timestamp,
) -> Challenge {
    let registers = send.purpose == Purpose::Register;
    Challenge {
        id,
        purpose: send.purpose,
        owner: send.owner,
        user: send.user,
        method: send.method,
        kind: send.kind,
        by,
        means: send.means.filter(|_| registers).cloned(),
        expects,
        issued_at,
        expires_at,
        wrong: 0,
        spent: false,
    }
}

/// Spends a right answer, and what it used of what the user holds: true for exactly one caller (TR-01, TR-02).
async fn spend(tx: &mut Tx, answered: &Answered, now: Timestamp) -> Result<bool> {
    if !tx.spend_challenge(answered).await? {
        return Ok(false);
    }
    match (answered.challenge().method, answered.uses()) {
        (Some(app), Some(Use::Step(step))) => Ok(tx.spend_step(app, step).await?),
        (Some(list), Some(Use::Saved(mac))) => Ok(tx.spend_code(list, &mac, now).await?),
        _ => Ok(true),
    }
}

/// What was typed, without the spaces and dashes that people and phones put in. Only ASCII digits are digits; anything
/// else is no code and is counted as a wrong one (C-08, OT-18).
pub(crate) fn plain_digits(typed: &Secret) -> String {
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
