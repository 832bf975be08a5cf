//! Who is told what, by mail and SMS. What it looks like is in [`crate::letters`].

use crate::App;
use crate::Ctx;
use crate::error::Result;
pub use crate::letters::device;
pub(crate) use crate::letters::{Letter, circumstances};
use crate::outbox::Payload;
use crate::texts::Lang;
use keyward_core::ids::UserId;
use keyward_core::method::{Destination, Means, Method};
use keyward_core::role::{Permission, Role};
use keyward_core::text::MailAddress;
use keyward_core::time::days;
use keyward_core::user::User;
use keyward_store::Tx;
use keyward_store::role::Holder;
use std::collections::BTreeMap;

impl App {
    /// Tells a user something at every address they have: the mailboxes and phones that can reset, and the mailbox of
    /// work. Whoever did it may read one of them, so none stands for the others (C-12, S07).
    pub(crate) async fn notify_user(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        user: &User,
        methods: &[Method],
        letter: &Letter<'_>,
    ) -> Result<()> {
        let to = methods.iter().filter_map(|m| m.means.destination());
        self.notify_user_at(tx, ctx, user, to, letter).await
    }

    /// The same at these addresses and the mailbox of work. A change of security info is told to the old and the new
    /// ones.
    pub(crate) async fn notify_user_at<'a>(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        user: &User,
        to: impl Iterator<Item = &'a Destination>,
        letter: &Letter<'_>,
    ) -> Result<()> {
        let organisation = self.organisation(tx).await?;
        let lang = self.lang_of(tx, user.language.as_deref()).await?;
        let (mut mailboxes, mut phones) = (BTreeMap::new(), BTreeMap::new());
        for destination in to {
            match destination {
                Destination::Mail(mail) => drop(mailboxes.insert(mail.key(), mail.clone())),
                Destination::Phone(phone) => drop(phones.insert(phone.as_str(), phone)),
                // Nobody is called for a notice, and a desk can't be written to.
                Destination::Office(_) => {}
            }
        }
        if let Some(mail) = user.profile.mail.as_deref()
            && let Ok(mail) = MailAddress::parse(mail)
        {
            mailboxes.entry(mail.key()).or_insert(mail);
        }
        for phone in phones.values() {
            let payload = letter.sms(self.texts, lang, &organisation, phone.as_str());
            self.enqueue(tx, &payload, &phone.masked(), ctx.now, ctx.now + days(1))
                .await?;
        }
        for mail in mailboxes.values() {
            let payload = letter.mail(self.texts, lang, &organisation, &mail.to_string());
            self.enqueue(tx, &payload, &mail.masked(), ctx.now, ctx.now + days(3))
                .await?;
        }
        Ok(())
    }

    /// A link by which the user can say "It wasn't me".
    pub(crate) async fn not_me_link(&self, tx: &mut Tx, ctx: &Ctx, user: UserId) -> Result<String> {
        let bond = crate::not_me::bond(tx.tenant(), user);
        let token = self.keys.bound_token(bond, &*self.entropy);
        let mac = self.keys.token_mac("not-me", &token);
        tx.insert_link(
            &mac,
            "not-me",
            user,
            ctx.now,
            ctx.now + self.settings.not_me_lifetime,
        )
        .await?;
        Ok(format!("{}/not-me/{token}", self.settings.public_url))
    }

    /// Tells administrators something.
    pub(crate) async fn notify_admins(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        holders: &[Holder],
        letter: &Letter<'_>,
    ) -> Result<()> {
        self.write_to_admins(tx, ctx, holders, letter, true).await
    }

    /// The same; unless `really`, all of it is done but for the sending, so that it takes as long (EN-07).
    pub(crate) async fn write_to_admins(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        holders: &[Holder],
        letter: &Letter<'_>,
        really: bool,
    ) -> Result<()> {
        let organisation = self.organisation(tx).await?;
        let mut told = Vec::new();
        for holder in holders {
            let Some(address) = self.address_of(tx, holder).await? else {
                continue;
            };
            if told.contains(&address) || told.len() >= MOST_ADMINS {
                continue;
            }
            let lang = self.lang_of(tx, holder.language.as_deref()).await?;
            let mut payload = letter.mail(self.texts, lang, &organisation, &address.to_string());
            if let (false, Payload::Mail { text, html, .. }) = (really, &payload) {
                let filler = "0".repeat(text.len() + html.len());
                payload = Payload::Nothing { filler };
            }
            self.enqueue(tx, &payload, &address.masked(), ctx.now, ctx.now + days(3))
                .await?;
            told.push(address);
        }
        Ok(())
    }

    /// Where an administrator reads mail: the mailbox of work, else a registered one.
    async fn address_of(&self, tx: &mut Tx, holder: &Holder) -> Result<Option<MailAddress>> {
        let work = holder.mail.as_deref().map(MailAddress::parse);
        if let Some(Ok(mail)) = work {
            return Ok(Some(mail));
        }
        let methods = tx.methods_of(holder.user).await?;
        Ok(methods.into_iter().find_map(|m| match m.means {
            Means::Sent(Destination::Mail(mail)) => Some(mail),
            Means::Sent(Destination::Phone(_) | Destination::Office(_))
            | Means::App(_)
            | Means::Passkey(_)
            | Means::Saved => None,
        }))
    }

    /// The administrators who can help a locked-out user: helpdesk, else user, else global administrators
    /// (entra-sspr 4.2). Only those who can sign in and be reached, and never the one who asks: whoever is locked out
    /// doesn't read the mail either.
    pub(crate) async fn helpers(&self, tx: &mut Tx, asking: Option<UserId>) -> Result<Vec<Holder>> {
        for role in [
            Role::HelpdeskAdministrator,
            Role::UserAdministrator,
            Role::GlobalAdministrator,
        ] {
            let mut able = Vec::new();
            for holder in tx.holders(role).await? {
                if holder.active
                    && asking != Some(holder.user)
                    && self.address_of(tx, &holder).await?.is_some()
                {
                    able.push(holder);
                }
            }
            if !able.is_empty() {
                return Ok(able);
            }
        }
        Ok(Vec::new())
    }

    /// Everybody who holds one of the roles that can reset passwords, and can sign in.
    pub(crate) async fn guardians(&self, tx: &mut Tx) -> Result<Vec<Holder>> {
        let mut all: Vec<Holder> = Vec::new();
        for role in Role::ALL
            .into_iter()
            .filter(|r| r.permissions().contains(&Permission::ResetPasswords))
        {
            for holder in tx.holders(role).await? {
                if holder.active && all.iter().all(|known| known.user != holder.user) {
                    all.push(holder);
                }
            }
        }
        Ok(all)
    }

    pub(crate) async fn organisation(&self, tx: &mut Tx) -> Result<String> {
        Ok(tx
            .tenant_record()
            .await?
            .map(|t| t.name)
            .unwrap_or_default())
    }

    async fn lang_of(&self, tx: &mut Tx, chosen: Option<&str>) -> Result<Lang> {
        if let Some(lang) = chosen.and_then(Lang::from_tag) {
            return Ok(lang);
        }
        let tenant = tx.tenant_record().await?;
        Ok(tenant
            .and_then(|t| Lang::from_tag(&t.language))
            .unwrap_or_default())
    }
}

/// The most administrators who are told one thing (entra-sspr 4.2).
const MOST_ADMINS: usize = 100;
