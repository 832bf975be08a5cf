//! Judging a batch.

use super::{Action, Book, Holder, Plan, Record, Step, Trouble};
use crate::ids::UserId;
use std::collections::{HashMap, HashSet};

/// What is done with the records of one batch. The batch is judged as one: names that somebody in it lets go of can be
/// taken by somebody else in it, in a circle too.
#[must_use]
pub fn plan(records: &[Record], book: &Book) -> Plan {
    let mut judged = Judged {
        records,
        book,
        steps: Vec::with_capacity(records.len()),
        owners: Vec::with_capacity(records.len()),
    };
    judged.intents();
    judged.names();
    judged.mails();
    let parked = judged.parked();
    Plan {
        steps: judged.steps,
        parked,
    }
}

struct Judged<'a> {
    records: &'a [Record],
    book: &'a Book,
    steps: Vec<Step>,
    /// Who the record is or becomes; none for a new user.
    owners: Vec<Option<UserId>>,
}

/// The user that an action is about, if there is one already.
fn owner(action: Action) -> Option<UserId> {
    match action {
        Action::Join(user) | Action::Update(user) | Action::Restore(user) | Action::Move(user) => {
            Some(user)
        }
        Action::Unchanged | Action::Add | Action::Replace(_) | Action::Refuse => None,
    }
}

impl Judged<'_> {
    /// What is to be done with each, as long as nobody else is looked at.
    fn intents(&mut self) {
        let mut met: HashMap<_, usize> = HashMap::new();
        let mut joined = HashSet::new();
        for (at, record) in self.records.iter().enumerate() {
            let mut step = self.intent(record);
            if let Some(before) = met.insert(record.anchor, at) {
                if self.records[before].sid == record.sid {
                    // Read twice while it changed: the later one is true.
                    self.steps[before] = idle(self.records[before].enabled);
                    if let Some(user) = self.owners[before].take() {
                        joined.remove(&user);
                    }
                } else {
                    met.insert(record.anchor, before);
                    step = refused(&step, Trouble::DuplicateAnchor);
                }
            }
            if let Action::Join(user) = step.action
                && !joined.insert(user)
            {
                step = refused(&step, Trouble::DuplicateUpn);
            }
            self.owners.push(owner(step.action));
            self.steps.push(step);
        }
    }

    fn intent(&self, record: &Record) -> Step {
        let mut step = Step {
            action: Action::Add,
            take_upn: true,
            take_mail: record.mail_key.is_some(),
            enabled: record.enabled,
            troubles: Vec::new(),
        };
        let name = match &record.upn {
            None => Some(Trouble::BadUpn),
            Some(upn) if !self.book.domains.contains(&upn.domain()) => Some(Trouble::UnknownDomain),
            Some(_) => None,
        };
        if let Some(known) = self.book.known.get(&record.anchor) {
            if known.current && !known.deleted {
                return idle(record.enabled);
            }
            let other = matches!((&known.sid, &record.sid), (Some(a), Some(b)) if a != b);
            step.action = match (other, known.deleted) {
                (true, false) => return refused(&step, Trouble::AnchorReused),
                (true, true) => Action::Replace(known.user),
                (false, true) => Action::Restore(known.user),
                (false, false) => Action::Update(known.user),
            };
            if !record.enabled && known.last_administrator {
                step.enabled = true;
                step.troubles.push(Trouble::LastAdministrator);
            }
        } else if self.is_another_anchor(record) {
            return refused(&step, Trouble::AnchorChanged);
        } else if let Some(elsewhere) = self.book.elsewhere.get(&record.anchor) {
            // Whoever runs a domain can write any anchor there: an account that is in use, or that governs, isn't had by it.
            step.action = match (elsewhere.left, elsewhere.administrator) {
                (false, _) => return refused(&step, Trouble::AnchorElsewhere),
                (true, true) => return refused(&step, Trouble::AdminRole),
                (true, false) => Action::Move(elsewhere.user),
            };
        }
        match (name, step.action) {
            (Some(trouble), Action::Update(_)) => {
                step.take_upn = false;
                step.troubles.push(trouble);
                step
            }
            (Some(trouble), _) => refused(&step, trouble),
            (None, Action::Add) => self.matched(record, step),
            (None, _) => step,
        }
    }

    /// The account is known by another anchor, and not given up. It has one SID for life, so it is the same account; and
    /// whose anchor could be changed at will, could be made somebody else.
    fn is_another_anchor(&self, record: &Record) -> bool {
        let sid = record.sid.as_ref();
        let before = sid.and_then(|sid| self.book.sids.get(sid));
        before.is_some_and(|anchor| *anchor != record.anchor)
    }

    /// A new object: is it somebody of the cloud?
    fn matched(&self, record: &Record, step: Step) -> Step {
        let upn = record.upn.as_ref().map(crate::text::UserPrincipalName::key);
        let by_upn = upn.and_then(|key| self.book.upns.get(&key));
        let by_upn = by_upn.filter(|h| !h.anchored).copied();
        let of_mail = record.mail_key.as_ref();
        let of_mail = of_mail.and_then(|key| self.book.mails.get(key));
        let cloud = |h: &&Holder| !h.anchored;
        let by_mail: Vec<Holder> = of_mail
            .into_iter()
            .flatten()
            .filter(cloud)
            .copied()
            .collect();
        let one = match (by_upn, by_mail.as_slice()) {
            (Some(one), []) => one,
            (Some(one), [same]) if same.user == one.user => one,
            (None, [one]) => *one,
            (None, []) => return step,
            _ => return refused(&step, Trouble::AmbiguousMatch),
        };
        if one.administrator {
            return refused(&step, Trouble::AdminRole);
        }
        Step {
            action: Action::Join(one.user),
            ..step
        }
    }

    /// The folded name that a step wants to take.
    fn wanted(&self, at: usize) -> Option<String> {
        let step = &self.steps[at];
        let idle = matches!(step.action, Action::Unchanged | Action::Refuse);
        if idle || !step.take_upn {
            return None;
        }
        self.records[at]
            .upn
            .as_ref()
            .map(crate::text::UserPrincipalName::key)
    }

    /// The folded name that a record's user has now.
    fn present(&self, at: usize) -> Option<&str> {
        let known = self.book.known.get(&self.records[at].anchor);
        let known = known.filter(|k| !k.deleted && self.owners[at] == Some(k.user));
        known.map(|k| k.upn_key.as_str())
    }

    /// Takes the names away that can't be had. Whoever can't have a new one keeps the old one, which somebody else of
    /// the batch may have counted on: so it is gone through again until nothing changes.
    fn names(&mut self) {
        loop {
            let mut stuck = Vec::new();
            let movers: HashSet<UserId> = (0..self.steps.len())
                .filter(|at| {
                    let (wanted, present) = (self.wanted(*at), self.present(*at));
                    matches!((wanted, present), (Some(w), Some(p)) if w != p)
                })
                .filter_map(|at| self.owners[at])
                .collect();
            let mut taken: HashMap<String, usize> = HashMap::new();
            for at in 0..self.steps.len() {
                let Some(wanted) = self.wanted(at) else {
                    continue;
                };
                let holder = self.book.upns.get(&wanted).map(|h| h.user);
                let free = holder.is_none_or(|h| Some(h) == self.owners[at] || movers.contains(&h));
                if free && !taken.contains_key(&wanted) {
                    taken.insert(wanted, at);
                } else {
                    stuck.push(at);
                }
            }
            if stuck.is_empty() {
                return;
            }
            for at in stuck {
                let step = &mut self.steps[at];
                if matches!(step.action, Action::Update(_)) {
                    step.take_upn = false;
                    step.troubles.push(Trouble::DuplicateUpn);
                } else {
                    *step = refused(step, Trouble::DuplicateUpn);
                    self.owners[at] = None;
                }
            }
        }
    }

    /// A mailbox belongs to one person. It is no reason to leave somebody out, so only the address is.
    fn mails(&mut self) {
        let leaving: HashSet<UserId> = (0..self.steps.len())
            .filter(|at| {
                let known = self.book.known.get(&self.records[*at].anchor);
                known.is_some_and(|k| k.mail_key != self.records[*at].mail_key)
            })
            .filter_map(|at| self.owners[at])
            .collect();
        let mut taken = HashSet::new();
        for at in 0..self.steps.len() {
            let (step, record) = (&mut self.steps[at], &self.records[at]);
            let Some(key) = &record.mail_key else {
                continue;
            };
            if matches!(step.action, Action::Unchanged | Action::Refuse) {
                continue;
            }
            let known = self.book.known.get(&record.anchor);
            let kept = known.is_some_and(|k| !k.deleted && k.mail_key.as_ref() == Some(key));
            let others = self.book.mails.get(key).into_iter().flatten();
            let others =
                others.filter(|h| Some(h.user) != self.owners[at] && !leaving.contains(&h.user));
            let free = kept || others.count() == 0;
            if !(taken.insert(key.clone()) && free) {
                step.take_mail = false;
                step.troubles.push(Trouble::DuplicateMail);
            }
        }
    }

    fn parked(&self) -> Vec<UserId> {
        let wanted = (0..self.steps.len()).filter_map(|at| {
            let holder = self.book.upns.get(&self.wanted(at)?)?.user;
            (Some(holder) != self.owners[at]).then_some(holder)
        });
        wanted.collect()
    }
}

fn idle(enabled: bool) -> Step {
    Step {
        action: Action::Unchanged,
        take_upn: false,
        take_mail: false,
        enabled,
        troubles: Vec::new(),
    }
}

fn refused(step: &Step, trouble: Trouble) -> Step {
    Step {
        action: Action::Refuse,
        take_upn: false,
        take_mail: false,
        enabled: step.enabled,
        troubles: vec![trouble],
    }
}
