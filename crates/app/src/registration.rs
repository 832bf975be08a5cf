//! Registering: the interrupt at sign-in, and adding or replacing a method later.

use crate::account::Account;
use crate::audit::Draft;
use crate::codes::Send;
use crate::error::{Result, taken};
use crate::limits::Subject;
use crate::notices::{Letter, circumstances};
use crate::quarantine::{WAITS, told_wait, waits_until};
use crate::texts::Arg;
use crate::{App, Ctx, Principal};
use keyward_core::audit::Activity;
use keyward_core::challenge::{Purpose, Use};
use keyward_core::ids::MethodId;
use keyward_core::method::{
    Carrier, Destination, LabelFault, Means, MeansFault, Method, MethodKind, Origin,
};
use keyward_core::phone::PhoneFault;
use keyward_core::refusal::Refusal;
use keyward_core::registration::{Ask, checklist};
use keyward_core::secret::Secret;
use keyward_store::Tx;

/// What the registration pages show.
#[derive(Debug, Clone)]
pub struct Registration {
    /// Why it is shown now, if it was asked for.
    pub ask: Option<Ask>,
    /// Each kind on offer.
    pub items: Vec<Item>,
    /// How many methods are needed.
    pub needed: usize,
    /// What is registered is enough.
    pub satisfied: bool,
}

impl Registration {
    /// There are kinds beside those that are asked for.
    #[must_use]
    pub fn has_others(&self) -> bool {
        self.items.iter().any(|item| !item.asked_for)
    }
}

/// One kind on offer.
#[derive(Debug, Clone)]
pub struct Item {
    /// Which.
    pub kind: MethodKind,
    /// What is registered of it, to be shown to its owner.
    pub registered: Option<String>,
    /// It is one of the fewest that satisfy the rules.
    pub asked_for: bool,
    /// What the directory holds: offered prefilled, and proved before it counts.
    pub prefill: String,
    /// How its code can come, the usual way first.
    pub ways: Vec<Carrier>,
}

impl App {
    /// What this user has and needs.
    pub async fn registration(&self, ctx: &Ctx, me: &Principal) -> Result<Registration> {
        let mut tx = self.db.read(me.tenant()).await?;
        let account = self
            .account(&mut tx, me.user.id)
            .await?
            .ok_or(Refusal::SignInNeeded)?;
        let rules = account.rules();
        let mut items = Vec::new();
        let mut rules = rules;
        if !self.has_passkeys() {
            rules.kinds.remove(&MethodKind::Passkey);
        }
        if !self.offers_office(&account) {
            rules.kinds.remove(&MethodKind::OfficePhone);
        }
        for line in checklist(&rules, &account.methods) {
            let of_kind = account.methods.iter().find(|m| m.kind() == line.kind);
            items.push(Item {
                kind: line.kind,
                registered: of_kind.map(|m| m.means.to_string()),
                asked_for: line.asked_for,
                prefill: self.prefill(&mut tx, &account, line.kind).await,
                ways: self.ways(&account.policy, line.kind),
            });
        }
        Ok(Registration {
            ask: account.ask(ctx.now),
            items,
            needed: rules.gates.count(),
            satisfied: rules.is_satisfied_by(&account.methods),
        })
    }

    /// Notes that the interrupt was shown and Next was pressed.
    pub async fn start_registration(&self, ctx: &Ctx, me: &Principal) -> Result<()> {
        self.note(ctx, me, Activity::SecurityInfoStarted).await
    }

    /// Notes that it was cancelled; it returns at the next sign-in.
    pub async fn cancel_registration(&self, ctx: &Ctx, me: &Principal) -> Result<()> {
        self.note(ctx, me, Activity::SecurityInfoCancelled).await
    }

    async fn note(&self, ctx: &Ctx, me: &Principal, activity: Activity) -> Result<()> {
        me.full()?;
        let mut tx = self.db.write(me.tenant()).await?;
        self.record(&mut tx, Draft::own(ctx, activity, &me.user))
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Sends a code to the destination of a further method, or makes the secret of a further app.
    pub async fn propose_method(
        &self,
        ctx: &Ctx,
        me: &Principal,
        kind: MethodKind,
        typed: &str,
    ) -> Result<()> {
        self.propose(ctx, me, (kind, None), typed, None).await
    }

    /// The same, where it was chosen how the code is to come.
    pub async fn propose_method_by(
        &self,
        ctx: &Ctx,
        me: &Principal,
        (kind, by): (MethodKind, Option<Carrier>),
        typed: &str,
    ) -> Result<()> {
        self.propose(ctx, me, (kind, by), typed, None).await
    }

    /// Sends a code to a destination that will take the place of a method that one has.
    pub async fn propose_change(
        &self,
        ctx: &Ctx,
        me: &Principal,
        (kind, replaces): (MethodKind, MethodId),
        typed: &str,
    ) -> Result<()> {
        self.propose(ctx, me, (kind, None), typed, Some(replaces))
            .await
    }

    /// The same, where it was chosen how the code is to come.
    pub async fn propose_change_by(
        &self,
        ctx: &Ctx,
        me: &Principal,
        (kind, by): (MethodKind, Option<Carrier>),
        replaces: MethodId,
        typed: &str,
    ) -> Result<()> {
        self.propose(ctx, me, (kind, by), typed, Some(replaces))
            .await
    }

    async fn propose(
        &self,
        ctx: &Ctx,
        me: &Principal,
        (kind, by): (MethodKind, Option<Carrier>),
        typed: &str,
        replaces: Option<MethodId>,
    ) -> Result<()> {
        me.full()?;
        if kind == MethodKind::RecoveryCodes {
            return Err(Refusal::NotOffered.into());
        }
        let mut tx = self.db.write(me.tenant()).await?;
        let account = self
            .account(&mut tx, me.user.id)
            .await?
            .ok_or(Refusal::SignInNeeded)?;
        let means = meant(&account, kind, typed)?;
        let by = self.way(&account.policy, kind, by)?;
        self.needs_fresh_proof(ctx, me, !account.methods.is_empty())?;
        self.acceptable(&mut tx, &account, &means, replaces).await?;
        let organisation = self.organisation(&mut tx).await?;
        let subject = Subject::User(me.user.id);
        let send = Send {
            purpose: Purpose::Register,
            owner: me.session.id.0,
            subject: &subject,
            user: Some(me.user.id),
            method: None,
            kind,
            by,
            means: Some(&means),
            decoy: "",
            organisation: &organisation,
        };
        let sent = self.send_code(&mut tx, ctx, &send).await?;
        let draft = Draft::own(ctx, Activity::SecurityInfoCodeSent, &me.user)
            .detail(format!("to register {kind}: {}", means.told()))
            .ended(sent.as_ref().err());
        self.record(&mut tx, draft).await?;
        if let (Ok(asked), Means::App(_)) = (&sent, &means) {
            self.make_seed(&mut tx, me.user.id, *asked).await?;
        }
        self.commit(tx).await?;
        sent?;
        Ok(())
    }

    /// Contact data is offered if it would be accepted as typed.
    async fn prefill(&self, tx: &mut Tx, account: &Account, kind: MethodKind) -> String {
        let desk = account.user.profile.business_phone.as_deref();
        let desk = [Carrier::Sms, Carrier::Voice]
            .into_iter()
            .filter_map(|by| Destination::parse(by, desk?).ok());
        for to in contact_data(account).into_iter().chain(desk) {
            let means = Means::Sent(to);
            let fits = means.kind() == kind;
            if fits && self.acceptable(tx, account, &means, None).await.is_ok() {
                return means.to_string();
            }
        }
        String::new()
    }

    /// Whether this may become a method of this account, in the place of another one or as a further one.
    pub(crate) async fn acceptable(
        &self,
        tx: &mut Tx,
        account: &Account,
        means: &Means,
        replaces: Option<MethodId>,
    ) -> Result<()> {
        let kind = means.kind();
        if !account.rules().kinds.contains(&kind) {
            return Err(Refusal::NotOffered.into());
        }
        if let Some(to) = means.destination()
            && !self.reaches(&self.ways(&account.policy, kind), to)
        {
            return Err(Refusal::field("value", "phone-kind").into());
        }
        if let Means::Sent(Destination::Office(_)) = means
            && office_of(account).as_ref() != means.destination()
        {
            return Err(Refusal::field("value", "office-phone-other").into());
        }
        if let Means::Sent(Destination::Mail(mail)) = means {
            // The mailbox that the lost password protects proves nothing to whoever is locked out of it (C2).
            let own = mail.key() == account.user.upn.key()
                || account
                    .user
                    .profile
                    .mail
                    .as_ref()
                    .is_some_and(|m| m.to_lowercase() == mail.key())
                || tx.domains().await?.iter().any(|d| d.name == mail.domain());
            if own {
                return Err(Refusal::OwnMailbox.into());
            }
        }
        // An app that takes the place of another may take its name as well; a destination for itself is no change.
        let stays = |m: &&Method| Some(m.id) != replaces || matches!(means, Means::Sent(_));
        if account
            .methods
            .iter()
            .filter(stays)
            .any(|m| m.kind() == kind && m.means.key() == means.key())
        {
            return Err(Refusal::AlreadyRegistered.into());
        }
        let kept = account
            .methods
            .iter()
            .filter(|m| m.kind() == kind && Some(m.id) != replaces);
        if kept.count() >= kind.most() {
            return Err(Refusal::field("value", "too-many-methods").into());
        }
        Ok(())
    }

    /// Whether a code could come there in one of these ways, as far as the operator listed countries.
    fn reaches(&self, ways: &[Carrier], to: &Destination) -> bool {
        let Some(line) = to.line() else { return true };
        ways.iter().any(|by| match by {
            Carrier::Sms => {
                let sms = self.sms.as_ref();
                sms.is_none_or(|sms| sms.can_text(line.as_str()))
            }
            Carrier::Voice => {
                let voice = self.voice.as_ref();
                voice.is_none_or(|voice| voice.can_call(line.as_str()))
            }
            Carrier::Mail => true,
        })
    }

    /// Whether somebody's office phone can be set up: it can be called, and the organisation says which it is.
    #[must_use]
    pub fn offers_office(&self, account: &Account) -> bool {
        self.has_calls() && office_of(account).is_some()
    }

    /// Judges the code sent to a new destination; a right one makes it a method. With `replaces`, the old one goes in
    /// the same step, so there is never a moment with too few.
    pub async fn confirm_method(
        &self,
        ctx: &Ctx,
        me: &Principal,
        typed: &Secret,
        replaces: Option<MethodId>,
    ) -> Result<MethodKind> {
        me.full()?;
        let mut tx = self.db.write(me.tenant()).await?;
        let account = self
            .account(&mut tx, me.user.id)
            .await?
            .ok_or(Refusal::SignInNeeded)?;
        let subject = Subject::User(me.user.id);
        let owner = me.session.id.0;
        let answered = match self
            .answer_code(&mut tx, ctx, Purpose::Register, owner, &subject, typed)
            .await?
        {
            Ok(answered) => answered,
            Err(refusal) => {
                let draft = Draft::own(ctx, Activity::SecurityInfoRegistered, &me.user)
                    .failed(refusal.code());
                self.record(&mut tx, draft).await?;
                tx.commit().await?;
                return Err(refusal.into());
            }
        };
        let (asked, uses) = (answered.challenge().clone(), answered.uses());
        let (user, means) = answered.into_means().ok_or(Refusal::CodeDead)?;
        if user != me.user.id {
            return Err(Refusal::CodeDead.into());
        }
        if !account.methods.is_empty() && me.session.proved_at.is_none() {
            // There was no method to prove when the code was asked for, but there is one now: somebody else's, if it
            // wasn't registered in this session (SE-05).
            return Err(Refusal::FreshProofNeeded.into());
        }
        let old = replaces.and_then(|id| {
            account
                .methods
                .iter()
                .find(|m| m.id == id && m.kind() == means.kind())
        });
        self.acceptable(&mut tx, &account, &means, old.map(|m| m.id))
            .await?;
        let method = Method {
            id: MethodId(self.entropy.uuid()),
            user,
            means,
            origin: Origin::User,
            created_at: ctx.now,
            last_used_at: None,
            confirmed: self.is_confirmed(&mut tx, ctx, me, &account).await?,
        };
        // First, as the new one may have its name.
        if let Some(old) = old {
            tx.delete_method(user, old.id).await?;
        }
        match uses {
            Some(Use::Step(step)) => self.settle_app(&mut tx, asked.id, step, &method).await?,
            Some(Use::Challenge) => self.settle_passkey(&mut tx, &asked, typed, &method).await?,
            // A list is made, not proved.
            Some(Use::Saved(_)) => return Err(Refusal::NotOffered.into()),
            None => taken(tx.insert_method(&method).await, Refusal::AlreadyRegistered)?,
        }
        // Proving the new destination is a fresh proof only for somebody who had to give one, or had none to give.
        // What it stands for is worth as much as it is itself.
        tx.session_proved(me.session.id, Some(method.id), ctx.now)
            .await?;
        self.announce_method(&mut tx, ctx, &account, &method, old)
            .await?;
        self.commit(tx).await?;
        metrics::counter!("keyward_registrations_total", "method" => method.kind().code())
            .increment(1);
        Ok(method.kind())
    }

    pub(crate) async fn announce_method(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        account: &Account,
        new: &Method,
        old: Option<&Method>,
    ) -> Result<()> {
        let activity = if old.is_some() {
            Activity::SecurityInfoUpdated
        } else {
            Activity::SecurityInfoRegistered
        };
        let draft = Draft::own(ctx, activity, &account.user)
            .detail(new.kind().code())
            .change(
                new.kind().code(),
                old.map(|m| m.means.told()),
                Some(new.means.told()),
            )
            .change(WAITS, None, waits_until(account, new, ctx));
        self.record(tx, draft).await?;
        let link = self.not_me_link(tx, ctx, account.user.id).await?;
        let mut args = circumstances(ctx, &account.user);
        args.extend(named("method", "kind", new));
        args.extend(told_wait(account, new, ctx.now));
        let name = match old {
            Some(old) => {
                args.extend(named("old", "kind", old));
                "method-changed"
            }
            None => "method-added",
        };
        let letter = Letter {
            name,
            args,
            worded: None,
            link: Some(link),
        };
        // Old and new are told (C-12). Where nothing was registered yet, what the directory holds stands for the old.
        let held = if account.methods.is_empty() {
            contact_data(account)
        } else {
            Vec::new()
        };
        let methods = account.methods.iter().chain([new]);
        let to = methods.filter_map(|m| m.means.destination()).chain(&held);
        self.notify_user_at(tx, ctx, &account.user, to, &letter)
            .await
    }

    /// "Finish" or "Looks good": what is registered is enough and its owner says that it is right.
    pub async fn finish_registration(&self, ctx: &Ctx, me: &Principal) -> Result<()> {
        me.full()?;
        let mut tx = self.db.write(me.tenant()).await?;
        let account = self
            .account(&mut tx, me.user.id)
            .await?
            .ok_or(Refusal::SignInNeeded)?;
        if !account.rules().is_satisfied_by(&account.methods) {
            return Err(Refusal::StillNeeded.into());
        }
        let first = account.user.registration_confirmed_at.is_none();
        tx.confirm_registration(me.user.id, ctx.now).await?;
        if first {
            self.record(
                &mut tx,
                Draft::own(ctx, Activity::SecurityInfoComplete, &me.user),
            )
            .await?;
            let kinds: Vec<_> = account.methods.iter().map(|m| m.kind().code()).collect();
            let draft = Draft::own(ctx, Activity::Registered, &me.user).detail(kinds.join(", "));
            self.record(&mut tx, draft).await?;
        } else {
            self.record(
                &mut tx,
                Draft::own(ctx, Activity::SecurityInfoReviewed, &me.user),
            )
            .await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

/// The phone on a user's desk, as the organisation says.
fn office_of(account: &Account) -> Option<Destination> {
    let number = account.user.profile.business_phone.as_deref()?;
    Destination::parse(Carrier::Voice, number).ok()
}

/// What somebody means by what they typed. Nobody types the number of an office phone: the organisation says which it
/// is, and what was typed may only be the same.
pub(crate) fn meant(account: &Account, kind: MethodKind, typed: &str) -> Result<Means, Refusal> {
    if kind != MethodKind::OfficePhone || !typed.trim().is_empty() {
        return Means::parse(kind, typed).map_err(means_refusal);
    }
    let desk = office_of(account).ok_or(Refusal::field("value", "office-phone-none"))?;
    Ok(Means::Sent(desk))
}

/// Where the directory says that a user can be reached, besides the mailbox of work.
fn contact_data(account: &Account) -> Vec<Destination> {
    let p = &account.user.profile;
    let held = [
        (Carrier::Sms, &p.mobile_phone),
        (Carrier::Mail, &p.other_mail),
    ];
    let parse = |(by, text): (_, &Option<String>)| Destination::parse(by, text.as_deref()?).ok();
    held.into_iter().filter_map(parse).collect()
}

/// What a notice calls a method: `name` is its address or what its owner calls it, `kind` what it is.
pub(crate) fn named<'a>(name: &'static str, kind: &'static str, method: &Method) -> [Arg<'a>; 2] {
    [
        (name, method.means.told().into()),
        (kind, method.kind().code().into()),
    ]
}

/// What is wrong with what was typed, beside its field.
pub(crate) fn means_refusal(fault: MeansFault) -> Refusal {
    let code = match fault {
        MeansFault::Phone(PhoneFault::Empty) => "phone-empty",
        MeansFault::Phone(PhoneFault::Kind) => "phone-kind",
        MeansFault::Phone(PhoneFault::Malformed) => "phone-malformed",
        MeansFault::Mail(keyward_core::text::TextFault::Empty) => "mail-empty",
        MeansFault::Mail(_) => "mail-malformed",
        MeansFault::Label(LabelFault::Empty) => "label-empty",
        MeansFault::Label(LabelFault::Malformed) => "label-malformed",
    };
    Refusal::field("value", code)
}
