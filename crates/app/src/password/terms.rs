//! What is shown of the rules for a new password before it is typed: ours and its directory's in one list.

use super::Demands;
use crate::App;
use crate::error::{Error, Result};
use crate::passthrough::Home;
use keyward_core::password::LengthRule;
use keyward_core::refusal::Refusal;
use keyward_core::time::Timestamp;
use keyward_store::Tx;

/// Who asks for something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The organisation, in its policy here.
    Organisation,
    /// The directory that keeps the password.
    Directory,
}

/// One thing that is asked of a new password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Demand {
    /// So many characters.
    Length(usize),
    /// So many kinds of characters out of four.
    Kinds(u8),
    /// Three kinds of characters, as a directory counts them.
    Complexity,
    /// No names, and little of what everybody tries.
    HardToGuess,
    /// Not known from a breach.
    NotBreached,
    /// Not the present one, nor one of so many before it.
    NotUsed(u32),
    /// None of so many, the present one among them, as a directory counts them.
    NotRemembered(u32),
}

/// What a new password must be, and whether one can be set at all right now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Terms {
    /// It lives in a directory.
    pub directory: bool,
    /// The fewest characters, whoever asks for them.
    pub min: usize,
    /// So many kinds of characters are asked for here.
    pub kinds: u8,
    /// All that is asked, and by whom.
    pub list: Vec<(Demand, Source)>,
    /// The directory takes no change before then, unless it asks for one itself.
    pub not_before: Option<Timestamp>,
    /// Why none can be set right now.
    pub barred: Option<Refusal>,
}

impl App {
    /// How long a password must and may be here, by the operator's setting and the organisation's rules.
    pub(crate) fn length(&self, demands: &Demands) -> LengthRule {
        let ours = self.settings.password;
        LengthRule {
            min: ours.min.max(demands.rules.min_length.into()),
            ..ours
        }
    }

    /// Those of an organisation that is just being set up.
    #[must_use]
    pub fn terms_of_new(&self) -> Terms {
        self.terms_of(&Demands::of_new(""))
    }

    pub(crate) fn terms_of(&self, demands: &Demands) -> Terms {
        Terms {
            min: self.length(demands).min,
            kinds: demands.rules.kinds,
            ..Terms::default()
        }
    }

    /// What is shown of a password's home before a new one is typed.
    pub(crate) async fn terms(
        &self,
        tx: &mut Tx,
        home: Option<&Home>,
        now: Timestamp,
    ) -> Result<Terms> {
        let demands = self.demands(tx).await?;
        let ours = self.length(&demands);
        let mut asked = vec![Demand::Length(ours.min)];
        if demands.rules.kinds > 1 {
            asked.push(Demand::Kinds(demands.rules.kinds));
        }
        asked.push(Demand::HardToGuess);
        if self.breaches.is_some() {
            asked.push(Demand::NotBreached);
        }
        let mut terms = Terms {
            directory: home.is_some(),
            min: home.map_or(ours, |home| home.length(ours)).min,
            kinds: demands.rules.kinds,
            ..Terms::default()
        };
        let Some(home) = home else {
            asked.push(Demand::NotUsed(demands.rules.history.into()));
            terms.list = by(Source::Organisation, asked);
            return Ok(terms);
        };
        terms.list = by(Source::Organisation, asked);
        terms.list.extend(by(Source::Directory, theirs(home)));
        terms.barred = match self.may_write_back(tx, home).await {
            Err(Error::Refused(refusal)) => Some(refusal),
            other => other.map(|()| None)?,
        };
        let set_at = home.account.as_ref().and_then(|a| a.password_set_at);
        let young = set_at.map(|at| home.rules.old_enough_at(at));
        terms.not_before = young.filter(|at| *at > now && home.rules.min_age_s > 0);
        Ok(terms)
    }
}

fn by(source: Source, asked: Vec<Demand>) -> Vec<(Demand, Source)> {
    asked.into_iter().map(|demand| (demand, source)).collect()
}

/// What the directory asks for, as far as it says so.
fn theirs(home: &Home) -> Vec<Demand> {
    let rules = &home.rules;
    let mut asked = Vec::new();
    if rules.min_length > 0 {
        asked.push(Demand::Length(rules.min_length as usize));
    }
    if rules.complexity {
        asked.push(Demand::Complexity);
    }
    if rules.history > 0 {
        asked.push(Demand::NotRemembered(rules.history));
    }
    asked
}
