//! What only somebody with access to the host may do, from the command line.

mod subscriptions;

use crate::audit::Draft;
use crate::error::{Result, taken};
use crate::password::Demands;
use crate::texts::Lang;
use crate::users::{UserForm, new_user};
use crate::{App, Ctx, Error};
use keyward_core::audit::{Activity, Actor};
use keyward_core::ids::{TenantId, UserId};
use keyward_core::licence::Sku;
use keyward_core::refusal::Refusal;
use keyward_core::role::Role;
use keyward_core::secret::Secret;
use keyward_core::text::{DomainName, UserPrincipalName, line};
use keyward_store::install::fact;

impl App {
    /// The circumstances of a command.
    #[must_use]
    pub fn local_ctx(&self) -> Ctx {
        Ctx {
            now: self.clock.now(),
            lang: Lang::En,
            ip: None,
            user_agent: None,
            request_id: None,
            device: None,
            local: true,
        }
    }

    /// Makes another organisation with its first Global Administrator; the temporary password is returned once.
    /// User names tell organisations apart by their domain.
    pub async fn create_tenant(
        &self,
        name: &str,
        domain: &str,
        admin: &UserForm,
    ) -> Result<(TenantId, Secret)> {
        let ctx = self.local_ctx();
        let name = line(name, 120).map_err(|_| Refusal::field("name", "name-malformed"))?;
        let domain =
            DomainName::parse(domain).map_err(|_| Refusal::field("domain", "domain-malformed"))?;
        let (upn, profile) = admin.parse()?;
        if upn.domain() != domain.as_str() {
            return Err(Refusal::field("upn", "upn-domain").into());
        }
        let (tenant, id) = (TenantId(self.entropy.uuid()), UserId(self.entropy.uuid()));
        let user = new_user(&ctx, tenant, id, upn, profile);
        let password = self.temporary_password(&user, None, &Demands::of_new(&name))?;
        let verifier = self.verifier_of((tenant, id), &password).await?;
        let mut system = self.db.system().await?;
        // Whoever makes an organisation here has no more use for the set-up page.
        system
            .claim_fact(fact::SET_UP, &ctx.now.0.to_be_bytes())
            .await?;
        let first = system.tenants().await?.is_empty();
        let mut tx = system.for_tenant(tenant);
        tx.create_tenant(&name, ctx.lang.tag(), ctx.now).await?;
        if first {
            tx.add_subscription(Sku::Complete, None, ctx.now).await?;
        }
        taken(
            tx.add_domain(domain.as_str(), true).await,
            Refusal::field("domain", "domain-taken"),
        )?;
        tx.insert_user(&user).await?;
        tx.set_verifier(id, 0, &verifier, true, ctx.now).await?;
        tx.assign_role(id, Role::GlobalAdministrator).await?;
        let draft = Draft::new(&ctx, Activity::TenantCreated, Actor::LocalCommand);
        self.record(&mut tx, draft.on("tenant", Some(tenant.0), &name))
            .await?;
        let draft = Draft::new(&ctx, Activity::RoleAssigned, Actor::LocalCommand).on_user(&user);
        self.record(
            &mut tx,
            draft.change("role", None, Some(Role::GlobalAdministrator.code().into())),
        )
        .await?;
        tx.commit().await?;
        Ok((tenant, password))
    }

    /// Lets an existing user in as Global Administrator: enabled, released, unlocked, with a temporary password that
    /// is returned once.
    pub async fn recover_admin(&self, upn: &str) -> Result<Secret> {
        let ctx = self.local_ctx();
        let upn =
            UserPrincipalName::parse(upn).map_err(|_| Refusal::field("upn", "upn-malformed"))?;
        let tenant = self
            .db
            .system_read()
            .await?
            .tenant_of_domain(&upn.domain())
            .await?;
        let tenant = tenant.ok_or(Error::Refused(Refusal::UnknownDomain))?;
        let mut tx = self.db.read(tenant).await?;
        let found = tx.user_by_upn(&upn.key()).await?;
        let found = found.ok_or(Refusal::NotFound)?;
        let demands = self.demands(&mut tx).await?;
        drop(tx);
        let password = self.temporary_password(&found, None, &demands)?;
        let verifier = self.verifier_of((tenant, found.id), &password).await?;
        let mut tx = self.db.write(tenant).await?;
        let user = tx.user(found.id).await?.ok_or(Refusal::NotFound)?;
        tx.set_enabled(user.id, true).await?;
        tx.set_held(user.id, None).await?;
        tx.assign_role(user.id, Role::GlobalAdministrator).await?;
        if !self
            .replace_password(&mut tx, &user, &verifier, true, ctx.now)
            .await?
        {
            return Err(Refusal::ChangedMeanwhile.into());
        }
        self.clear_counters(&mut tx, &crate::limits::Subject::User(user.id))
            .await?;
        self.after_new_password(&mut tx, &user, None).await?;
        self.record(
            &mut tx,
            Draft::new(&ctx, Activity::AdminRecovered, Actor::LocalCommand).on_user(&user),
        )
        .await?;
        let mut others = self.guardians(&mut tx).await?;
        others.retain(|h| h.user != user.id);
        let letter = crate::notices::Letter {
            name: "admin-recovered",
            args: crate::notices::circumstances(&ctx, &user),
            worded: None,
            link: None,
        };
        self.notify_admins(&mut tx, &ctx, &others, &letter).await?;
        self.commit(tx).await?;
        Ok(password)
    }
}
