//! The first start: a one-time link that creates the organisation and its first Global Administrator.
//!
//! Set-up happens once. When it is done the door is closed for ever, also when all administrators are gone later
//! (S15); then only the local command line opens a way (see [`crate::local`]).

use crate::audit::Draft;
use crate::error::Result;
use crate::password::{Demands, NewPassword};
use crate::users::{UserForm, new_user};
use crate::{App, Ctx};
use keyward_core::audit::{Activity, Actor};
use keyward_core::ids::{TenantId, UserId};
use keyward_core::licence::Sku;
use keyward_core::refusal::{FieldFault, Refusal};
use keyward_core::role::Role;
use keyward_core::text::{DomainName, line};
use keyward_store::install::fact;

/// What the set-up page asks for.
pub struct SetupForm {
    /// The organisation's name.
    pub organisation: String,
    /// Its domain, which user names end in.
    pub domain: String,
    /// The administrator's name.
    pub display_name: String,
    /// The part of the administrator's user name before the `@`.
    pub user_name: String,
    /// The administrator's mailbox.
    pub mail: String,
    /// The administrator's password.
    pub password: NewPassword,
}

impl App {
    /// Proves that the root key belongs to the database, or leaves the proof in a new one (DB-04, L-07).
    pub async fn check_key(&self) -> Result<()> {
        match self.db.fact(fact::KEY_CANARY).await? {
            Some(canary) if !self.keys.opens_canary(&canary) => {
                let text = "the root key does not belong to this database";
                return Err(crate::Error::Fault(text.into()));
            }
            Some(_) => {}
            None => {
                let sealed = self.keys.canary(&*self.entropy)?;
                let mut tx = self.db.system().await?;
                tx.claim_fact(fact::KEY_CANARY, &sealed).await?;
                tx.commit().await?;
            }
        }
        self.take_up_current_key().await
    }

    /// Set-up has been done.
    pub async fn is_set_up(&self) -> Result<bool> {
        Ok(self.db.fact(fact::SET_UP).await?.is_some())
    }

    /// A new one-time link, if set-up is still to be done; an older one dies.
    pub async fn setup_link(&self) -> Result<Option<String>> {
        if self.is_set_up().await? {
            return Ok(None);
        }
        let token = self.entropy.token();
        let mut tx = self.db.system().await?;
        tx.set_fact(fact::SETUP_LINK, &self.keys.token_mac("setup", &token))
            .await?;
        tx.commit().await?;
        Ok(Some(format!("{}/setup/{token}", self.settings.public_url)))
    }

    /// Whether a token is that of the link; looking spends nothing.
    pub async fn setup_is_open(&self, token: &str) -> Result<bool> {
        let mac = self.keys.token_mac("setup", token);
        Ok(!self.is_set_up().await?
            && self.db.fact(fact::SETUP_LINK).await?.as_deref() == Some(mac.as_slice()))
    }

    /// Creates the organisation and its first Global Administrator, and closes set-up.
    pub async fn set_up(&self, ctx: &Ctx, token: &str, form: SetupForm) -> Result<()> {
        if self.is_set_up().await? {
            return Err(Refusal::SetUpAlready.into());
        }
        if !self.setup_is_open(token).await? {
            return Err(Refusal::LinkDead.into());
        }
        let (organisation, domain, user_form) = parse(&form)?;
        let (upn, profile) = user_form.parse().map_err(as_asked)?;
        let (tenant, id) = (TenantId(self.entropy.uuid()), UserId(self.entropy.uuid()));
        let user = new_user(ctx, tenant, id, upn, profile);
        let faults = self.judge(&user, None, &Demands::of_new(&organisation), &form.password);
        if !faults.is_empty() {
            return Err(Refusal::Password(faults).into());
        }
        let verifier = self.verifier_of((tenant, id), &form.password.first).await?;
        let mut tx = self.db.system().await?;
        let taken = tx
            .take_fact(fact::SETUP_LINK, &self.keys.token_mac("setup", token))
            .await?;
        if !taken
            || !tx
                .claim_fact(fact::SET_UP, &ctx.now.0.to_be_bytes())
                .await?
        {
            return Err(Refusal::LinkDead.into());
        }
        let mut tx = tx.for_tenant(tenant);
        tx.create_tenant(&organisation, ctx.lang.tag(), ctx.now)
            .await?;
        // Whose machine it is, theirs is everything.
        tx.add_subscription(Sku::Complete, None, ctx.now).await?;
        tx.add_domain(domain.as_str(), true).await?;
        tx.insert_user(&user).await?;
        tx.set_verifier(id, 0, &verifier, false, ctx.now).await?;
        tx.assign_role(id, Role::GlobalAdministrator).await?;
        let by = Actor::User {
            id: id.0,
            name: user.upn.to_string(),
        };
        let draft = Draft::new(ctx, Activity::TenantCreated, by.clone());
        self.record(&mut tx, draft.on("tenant", Some(tenant.0), &organisation))
            .await?;
        let draft = Draft::new(ctx, Activity::RoleAssigned, by).on_user(&user);
        self.record(
            &mut tx,
            draft.change("role", None, Some(Role::GlobalAdministrator.code().into())),
        )
        .await?;
        tx.commit().await?;
        Ok(())
    }
}

/// The page asks for the part of the user name before the `@`: a fault is shown beside that field.
fn as_asked(refusal: Refusal) -> Refusal {
    match refusal {
        Refusal::Fields(mut faults) => {
            for fault in faults.iter_mut().filter(|f| f.field == "upn") {
                fault.field = "user_name";
            }
            Refusal::Fields(faults)
        }
        other => other,
    }
}

fn parse(form: &SetupForm) -> Result<(String, DomainName, UserForm), Refusal> {
    let mut faults = Vec::new();
    let organisation = line(&form.organisation, 120).map_err(|_| {
        faults.push(FieldFault {
            field: "organisation",
            code: "name-malformed",
        });
    });
    let domain = DomainName::parse(&form.domain).map_err(|_| {
        faults.push(FieldFault {
            field: "domain",
            code: "domain-malformed",
        });
    });
    match (organisation, domain) {
        (Ok(organisation), Ok(domain)) => {
            let upn = format!("{}@{}", form.user_name.trim(), domain.as_str());
            let user = UserForm {
                upn,
                display_name: form.display_name.clone(),
                mail: form.mail.clone(),
                ..UserForm::default()
            };
            Ok((organisation, domain, user))
        }
        _ => Err(Refusal::Fields(faults)),
    }
}
