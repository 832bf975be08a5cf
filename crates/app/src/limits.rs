//! What is counted, and for whom.
//!
//! A bucket is a keyed digest, so the table of counters names nobody. A name that has no account is counted like one
//! that has: whoever is limited sees the same either way (EN-03, EN-11).
//!
//! Transactions lock in one order, or two of them wait for each other until one is given up: the user, the reset that
//! is spent, counters (of proofs, then of messages by their bucket), budgets (see `Tx::lock_meter`), codes, other resets, the lockout of the name, those of
//! its familiar browsers, what counts its tries at a directory, sessions, familiar browsers.

use crate::error::Result;
use crate::keys::Purpose as Key;
use crate::{App, Ctx};
use keyward_core::challenge::Purpose;
use keyward_core::ids::{TenantId, UserId};
use keyward_core::method::{Carrier, Channel, Method, MethodKind};
use keyward_core::refusal::Refusal;
use keyward_core::throttle::Rule;
use keyward_core::time::Timestamp;
use keyward_store::Tx;
use keyward_store::counter::Bucket;

/// Whose proofs and messages are counted together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A user, by whatever name.
    User(UserId),
    /// A name that can't be reset.
    Name(String),
}

impl Subject {
    fn key(&self) -> Vec<u8> {
        match self {
            Self::User(id) => [b"u", id.0.as_bytes().as_slice()].concat(),
            Self::Name(name) => [b"n", name.as_bytes()].concat(),
        }
    }
}

/// What is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Counted<'a> {
    /// Wrong proofs of a subject, in resets and step-ups.
    Proofs(&'a Subject),
    /// Wrong answers while registering.
    Registrations(&'a Subject),
    /// Codes of a kind that a subject asked for to methods they have.
    Asked(MethodKind, &'a Subject),
    /// The same to one destination, whoever asks.
    Sent(MethodKind, &'a str),
    /// Codes of a kind that a subject asked for to something new, while registering.
    Proposed(MethodKind, &'a Subject),
    /// Codes of a kind to one destination, whoever asks and whatever for. Only who registers is refused by it: else
    /// anybody with an account could keep the owner of a number from resetting.
    SentAtAll(MethodKind, &'a str),
    /// Codes of a kind asked for from one network, whoever asks and whatever for.
    Network(MethodKind, String),
    /// The same from one familiar browser. Who leaves its cookie out is counted by the network.
    Device(MethodKind, Bucket),
    /// Mails to the administrators from one subject.
    Help(&'a Subject),
    /// Codes of agents that an administrator tried.
    AgentCodes(UserId),
    /// Questions against robots that were answered from one network.
    Questions(String),
}

/// Every phone is counted as one kind, texts and calls alike: nobody gets more of them by asking the other way.
fn counted_as(kind: MethodKind) -> MethodKind {
    match kind.channel() {
        Channel::Phone => MethodKind::MobilePhone,
        _ => kind,
    }
}

impl App {
    pub(crate) fn bucket(&self, tenant: TenantId, counted: &Counted<'_>) -> Bucket {
        let (name, key) = match counted {
            Counted::Proofs(s) => ("proofs".to_owned(), s.key()),
            Counted::Registrations(s) => ("registrations".to_owned(), s.key()),
            Counted::Asked(kind, s) => (format!("asked-{kind}"), s.key()),
            Counted::Sent(kind, to) => (format!("sent-{kind}"), to.as_bytes().to_vec()),
            Counted::Proposed(kind, s) => (format!("proposed-{kind}"), s.key()),
            Counted::SentAtAll(kind, to) => (format!("sent-at-all-{kind}"), to.as_bytes().to_vec()),
            Counted::Network(kind, network) => {
                (format!("network-{kind}"), network.as_bytes().to_vec())
            }
            Counted::Device(kind, device) => (format!("device-{kind}"), device.to_vec()),
            Counted::Help(s) => ("help".to_owned(), s.key()),
            Counted::AgentCodes(who) => ("agent-codes".to_owned(), who.0.as_bytes().to_vec()),
            Counted::Questions(network) => ("questions".to_owned(), network.as_bytes().to_vec()),
        };
        self.keys
            .mac(Key::Counter, tenant, &[name.as_bytes(), &key])
    }

    fn message_rule(&self, carrier: Carrier) -> Rule {
        match carrier {
            Carrier::Sms | Carrier::Voice => self.settings.sms,
            Carrier::Mail => self.settings.mail,
        }
    }

    /// Takes one permit to send a code, from the one who asks, the destination, and where it is asked for.
    ///
    /// The inner refusal leaves the counters as they must be written: commit either way.
    pub(crate) async fn permit_message(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        purpose: Purpose,
        (kind, carrier): (MethodKind, Carrier),
        (subject, destination): (&Subject, &str),
    ) -> Result<Result<(), Refusal>> {
        let (kind, rule) = (counted_as(kind), self.message_rule(carrier));
        let at_all = Counted::SentAtAll(kind, destination);
        // What refuses, and what only counts along.
        let mut counted = match purpose {
            Purpose::Register => vec![
                (Counted::Proposed(kind, subject), rule, true),
                (at_all, rule, true),
            ],
            Purpose::Reset | Purpose::StepUp => vec![
                (Counted::Asked(kind, subject), rule, true),
                (Counted::Sent(kind, destination), rule, true),
                (at_all, rule, false),
            ],
        };
        let budgets = &self.settings.budgets;
        let (network, device) = match carrier {
            Carrier::Mail => (budgets.network_mail, budgets.device_mail),
            Carrier::Sms | Carrier::Voice => (budgets.network_sms, budgets.device_sms),
        };
        if let Some(source) = ctx.source()
            && network.limit > 0
        {
            counted.push((Counted::Network(kind, source), network, true));
        }
        // A cookie that is nobody's could be another one each time.
        if let Some(mac) = ctx.device
            && device.limit > 0
            && tx.is_device(&mac).await?
        {
            counted.push((Counted::Device(kind, mac), device, true));
        }
        let bucket = |(counted, rule, refuses)| (self.bucket(tx.tenant(), &counted), rule, refuses);
        let mut buckets: Vec<_> = counted.into_iter().map(bucket).collect();
        // Two requests that take the same locks take them in the same order.
        buckets.sort_unstable_by_key(|(bucket, ..)| *bucket);
        let mut verdict = Ok(());
        for (bucket, rule, refuses) in buckets {
            let counter = tx.lock_counter(&bucket, ctx.now).await?;
            let (counter, one) = counter.hit(rule, ctx.now);
            tx.save_counter(&bucket, &counter).await?;
            if let (Err(until), true) = (one, refuses) {
                verdict = Err(Refusal::TooManyMessages(until));
            }
        }
        Ok(verdict)
    }

    /// Whether a subject is blocked from proving.
    pub(crate) async fn check_failures(
        &self,
        tx: &mut Tx,
        counted: &Counted<'_>,
        now: Timestamp,
    ) -> Result<Result<(), Refusal>> {
        let bucket = self.bucket(tx.tenant(), counted);
        Ok(tx
            .lock_counter(&bucket, now)
            .await?
            .check(now)
            .map_err(Refusal::Blocked))
    }

    /// Counts a wrong proof; the refusal when it was one too many.
    pub(crate) async fn count_failure(
        &self,
        tx: &mut Tx,
        counted: &Counted<'_>,
        now: Timestamp,
    ) -> Result<Option<Refusal>> {
        let bucket = self.bucket(tx.tenant(), counted);
        let counter = tx
            .lock_counter(&bucket, now)
            .await?
            .failure(self.settings.proofs, now);
        tx.save_counter(&bucket, &counter).await?;
        Ok(counter.check(now).err().map(Refusal::Blocked))
    }

    /// A successful reset clears the user's own counters; those of destinations stay (S24).
    pub(crate) async fn clear_counters(&self, tx: &mut Tx, subject: &Subject) -> Result<()> {
        let buckets = self.buckets_against(tx.tenant(), subject, &[]);
        for bucket in buckets.iter().flatten() {
            tx.clear_counter(bucket).await?;
        }
        Ok(())
    }

    /// What keeps a subject from proving, and what keeps them from asking for messages, to these methods as well; in
    /// the order in which a send takes them.
    pub(crate) fn buckets_against(
        &self,
        tenant: TenantId,
        subject: &Subject,
        methods: &[Method],
    ) -> [Vec<Bucket>; 2] {
        let bucket = |counted| self.bucket(tenant, &counted);
        let proofs = [Counted::Proofs(subject), Counted::Registrations(subject)].map(bucket);
        let mut messages: Vec<_> = MethodKind::ALL
            .into_iter()
            .filter(|kind| kind.carrier().is_some() && counted_as(*kind) == *kind)
            .flat_map(|kind| {
                [
                    Counted::Asked(kind, subject),
                    Counted::Proposed(kind, subject),
                ]
            })
            .map(bucket)
            .collect();
        for to in methods.iter().filter_map(|m| m.means.destination()) {
            let kind = counted_as(to.kind());
            messages.push(self.bucket(tenant, &Counted::Sent(kind, &to.key())));
        }
        messages.sort_unstable();
        [proofs.to_vec(), messages]
    }
}
