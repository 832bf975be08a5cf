//! The check that a form isn't filled in by a robot: a puzzle that the browser solves, or a question for people whose
//! browser runs no scripts. Nothing is stored when one is handed out, and each counts once (B-03, DO-05).
//!
//! A program reads the question as easily as a person, so the question is the slow way in (B-04b): its answer is taken
//! no sooner than a person would have it, and from one network so rarely that solving puzzles gets a program further.
//!
//! A puzzle says how hard it is in what is signed. It gets harder where much has been tried lately
//! ([`keyward_core::pow::bits`]). The page that has it doesn't know the tenant yet, which is found by the name that is
//! typed; it is spent for all of them, so one puzzle can't be used for two.

use crate::error::Result;
use crate::keys::Purpose;
use crate::limits::Counted;
use crate::{App, Ctx};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use keyward_core::ids::TenantId;
use keyward_core::pow::{self, Question, solves};
use keyward_core::refusal::Refusal;
use keyward_core::throttle::Rule;
use keyward_core::time::{Timestamp, minutes, seconds};
use std::time::Duration;

/// The least time between a page with a question and its answer: nobody types a user name and a sum faster.
pub const QUESTION_TIME: Duration = seconds(3);

/// Forms that one network gets through by answering questions.
const QUESTIONS: Rule = Rule {
    limit: 10,
    window: minutes(10),
    block: minutes(10),
};

/// A puzzle as the page shows it.
#[derive(Debug, Clone)]
pub struct Puzzle {
    /// What is solved, and handed back with the form.
    pub text: String,
    /// Zero bits that the solution must show.
    pub bits: u32,
    /// The question for browsers without scripts.
    pub question: Question,
}

/// What came back.
#[derive(Debug, Default)]
pub struct Solution {
    /// The puzzle's text.
    pub puzzle: String,
    /// The number that the browser found.
    pub pow: String,
    /// The answer to the question.
    pub answer: String,
}

/// What one of our puzzles says.
struct Read {
    question: Question,
    mac: [u8; 32],
    made: Timestamp,
    bits: u32,
}

/// How a check was passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Passed {
    /// By work.
    Puzzle,
    /// By an answer, which [`App::permit_question`] has to count.
    Question,
}

impl App {
    /// Makes a puzzle for one form: a nonce, the time, the difficulty, and a signature over them and the form's name.
    #[must_use]
    pub fn puzzle(&self, ctx: &Ctx, form: &str) -> Puzzle {
        let nonce: [u8; 12] = self.entropy.bytes();
        let (here, everywhere) = self.strangers.pressure(ctx.source().as_deref(), ctx.now);
        let bits = pow::bits(self.settings.puzzle_bits, here, everywhere);
        let body = [&nonce[..], &ctx.now.0.to_be_bytes(), &[bits as u8]].concat();
        let mac = self.puzzle_mac(form, &body);
        let text = format!("{}.{}", BASE64.encode(&body), BASE64.encode(&mac[..16]));
        Puzzle {
            text,
            bits,
            question: Question::from_byte(mac[31]),
        }
    }

    /// Refuses unless the puzzle is ours, for this form, fresh, solved and not used before. A wrong answer to the
    /// question uses it too, as does one that came too soon: there are few sums, and one could try them all.
    pub(crate) async fn check_robot(
        &self,
        ctx: &Ctx,
        form: &str,
        solution: &Solution,
    ) -> Result<Passed> {
        self.strangers.press(ctx.source(), ctx.now);
        let Read {
            question,
            mac,
            made,
            bits,
        } = self
            .read_puzzle(form, &solution.puzzle)
            .ok_or(Refusal::RobotCheck)?;
        let expires = made + minutes(10);
        let fresh = ctx.now < expires && ctx.now + minutes(1) >= made;
        let solved = solves(&solution.puzzle, solution.pow.trim(), bits);
        let answered = !solution.answer.trim().is_empty();
        if !fresh || !(solved || answered) {
            return Err(Refusal::RobotCheck.into());
        }
        let verdict = if solved {
            Ok(Passed::Puzzle)
        } else if !question.is_answered_by(&solution.answer) {
            Err(Refusal::RobotCheck)
        } else if ctx.now < made + QUESTION_TIME {
            Err(Refusal::RobotTooFast)
        } else {
            Ok(Passed::Question)
        };
        let mut tx = self.db.system().await?;
        let first = tx.spend_puzzle(&mac, expires).await?;
        tx.commit().await?;
        if !first {
            return Err(Refusal::RobotCheck.into());
        }
        Ok(verdict?)
    }

    /// Counts an answered question against the network that it came from.
    pub(crate) async fn permit_question(&self, ctx: &Ctx, tenant: TenantId) -> Result<()> {
        let mut tx = self.db.write(tenant).await?;
        let bucket = self.bucket(tenant, &Counted::Questions(ctx.network()));
        let counter = tx.lock_counter(&bucket, ctx.now).await?;
        let (counter, verdict) = counter.hit(QUESTIONS, ctx.now);
        tx.save_counter(&bucket, &counter).await?;
        tx.commit().await?;
        Ok(verdict.map_err(Refusal::RobotTooMany)?)
    }

    fn read_puzzle(&self, form: &str, text: &str) -> Option<Read> {
        if text.len() > 100 {
            return None;
        }
        let (body, signature) = text.split_once('.')?;
        let (body, signature) = (BASE64.decode(body).ok()?, BASE64.decode(signature).ok()?);
        let mac = self.puzzle_mac(form, &body);
        let ours = subtle::ConstantTimeEq::ct_eq(&mac[..16], signature.as_slice());
        let made = i64::from_be_bytes(body.get(12..20)?.try_into().ok()?);
        let bits = u32::from(*body.get(20)?);
        bool::from(ours).then(|| Read {
            question: Question::from_byte(mac[31]),
            mac,
            made: Timestamp(made),
            bits,
        })
    }

    fn puzzle_mac(&self, form: &str, body: &[u8]) -> [u8; 32] {
        self.keys
            .global_mac(Purpose::Puzzle, &[form.as_bytes(), body])
    }
}
