//! The example organisation of `keyward demo`: made through the same doors as a real one.

mod directory;

use crate::error::Result;
use crate::users::{UserForm, new_user};
use crate::{App, Error};
use keyward_core::group::Group;
use keyward_core::ids::{GroupId, MethodId, TenantId, UserId};
use keyward_core::licence::{DisabledPlans, Sku};
use keyward_core::method::{Destination, Means, Method, Origin};
use keyward_core::phone::PhoneNumber;
use keyward_core::policy::{Policy, Scope};
use keyward_core::role::Role;
use keyward_core::secret::Secret;
use keyward_core::text::MailAddress;
use keyward_store::Tx;
use keyward_store::group::Member;
use keyward_store::install::fact;
use std::fmt::Display;

/// One sample account, as the demo prints it.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Sample {
    /// What to sign in with.
    pub upn: &'static str,
    /// The password.
    pub password: &'static str,
    /// What can be tried with it.
    pub story: &'static str,
}

/// The sample accounts.
pub const SAMPLES: [Sample; 7] = [
    Sample {
        upn: "admin@contoso.example",
        password: "open sesame admin",
        story: "Global Administrator: the admin center",
    },
    Sample {
        upn: "adele@contoso.example",
        password: "first day at work",
        story: "in the pilot group, not registered yet: asked at sign-in",
    },
    Sample {
        upn: "brian@contoso.example",
        password: "brian forgets this",
        story: "registered: forgot the password (phone +49 151 23456734, brian@home.example)",
    },
    Sample {
        upn: "carla@contoso.example",
        password: "temporary for today",
        story: "must change the password at the next sign-in",
    },
    Sample {
        upn: "dora@contoso.example",
        password: "dora is not in scope",
        story: "in no enabled group: contact your administrator",
    },
    Sample {
        upn: "help@contoso.example",
        password: "how may I help you",
        story: "Helpdesk Administrator: resets plain users, not administrators",
    },
    Sample {
        upn: "emil@contoso.example",
        password: "emil was locked out",
        story: "sign-in blocked by an administrator",
    },
];

/// The name of the sample organisation.
pub const ORGANISATION: &str = "Contoso";

impl App {
    /// Fills an empty database with the example organisation; another one is left as it is.
    #[expect(
        clippy::too_many_lines,
        reason = "a list of people and what they have, read top to bottom"
    )]
    pub async fn fill_demo(&self) -> Result<()> {
        // Seven passwords take longer to hash than everything else at a start.
        if self.is_set_up().await? {
            return Ok(());
        }
        let ctx = self.local_ctx();
        let tenant = TenantId(self.entropy.uuid());
        let mut people = Vec::new();
        for (sample, name) in SAMPLES.iter().zip([
            "Alex Admin",
            "Adele Vance",
            "Brian Johnson",
            "Carla Meyer",
            "Dora Schmidt",
            "Holly Desk",
            "Emil Fischer",
        ]) {
            let (given, surname) = name.split_once(' ').unwrap_or((name, ""));
            let form = UserForm {
                upn: sample.upn.into(),
                display_name: name.into(),
                given_name: given.into(),
                surname: surname.into(),
                mail: sample.upn.into(),
                mobile_phone: if given == "Adele" {
                    "+49 151 23456712".into()
                } else {
                    String::new()
                },
                other_mail: if given == "Adele" {
                    "adele@home.example".into()
                } else {
                    String::new()
                },
                ..UserForm::default()
            };
            let (upn, profile) = form.parse()?;
            let user = new_user(&ctx, tenant, UserId(self.entropy.uuid()), upn, profile);
            let password = Secret::new(sample.password.into());
            let verifier = self.verifier_of((tenant, user.id), &password).await?;
            people.push((user, verifier));
        }
        let id_of = |given: &str| {
            people
                .iter()
                .find(|(u, _)| u.profile.display_name.starts_with(given))
                .map(|(u, _)| u.id)
        };
        let id = |given: &str| {
            id_of(given).ok_or_else(|| Error::Fault(format!("the demo has no {given}")))
        };

        let mut system = self.db.system().await?;
        if !system
            .claim_fact(fact::SET_UP, &ctx.now.0.to_be_bytes())
            .await?
        {
            return Ok(());
        }
        let mut tx = system.for_tenant(tenant);
        tx.create_tenant(ORGANISATION, ctx.lang.tag(), ctx.now)
            .await?;
        tx.add_domain("contoso.example", true).await?;
        tx.add_subscription(Sku::Complete, None, ctx.now).await?;
        tx.add_subscription(Sku::EmsE3, Some(25), ctx.now).await?;
        for (user, verifier) in &people {
            tx.insert_user(user).await?;
            tx.set_verifier(user.id, 0, verifier, user.id == id("Carla")?, ctx.now)
                .await?;
        }
        tx.assign_role(id("Alex")?, Role::GlobalAdministrator)
            .await?;
        tx.assign_role(id("Holly")?, Role::HelpdeskAdministrator)
            .await?;
        tx.set_enabled(id("Emil")?, false).await?;

        let group = |name: &str, description: &str| Group {
            id: GroupId(self.entropy.uuid()),
            tenant,
            directory: None,
            name: name.into(),
            description: Some(description.into()),
            created_at: ctx.now,
        };
        let pilot = group(
            "SSPR pilot",
            "Password reset is switched on for these people",
        );
        let sales = group("Sales", "Everybody in sales");
        tx.insert_group(&pilot).await?;
        tx.insert_group(&sales).await?;
        for given in ["Adele", "Brian"] {
            tx.add_member(pilot.id, Member::User(id(given)?)).await?;
        }
        for given in ["Carla", "Dora"] {
            tx.add_member(sales.id, Member::User(id(given)?)).await?;
        }
        let all = DisabledPlans::default();
        tx.give_licence(Sku::EmsE3, Member::Group(pilot.id), &all)
            .await?;
        tx.give_licence(Sku::EmsE3, Member::User(id("Alex")?), &all)
            .await?;
        self.register_sample(
            &mut tx,
            id("Brian")?,
            "+49 151 23456734",
            "brian@home.example",
        )
        .await?;
        let policy = Policy {
            scope: Scope::Selected([pilot.id].into()),
            unlock_without_reset: true,
            ..Policy::default()
        };
        tx.set_policy(&policy, 1, ctx.now, "keyward demo").await?;
        tx.commit().await?;
        Ok(())
    }

    /// Gives somebody a phone and a mailbox, as if registered.
    async fn register_sample(
        &self,
        tx: &mut Tx,
        user: UserId,
        phone: &str,
        mail: &str,
    ) -> Result<()> {
        let fault = |error: &dyn Display| Error::Fault(error.to_string());
        let phone = PhoneNumber::parse(phone).map_err(|e| fault(&e))?;
        let mail = MailAddress::parse(mail).map_err(|e| fault(&e))?;
        let now = self.clock.now();
        for destination in [Destination::Phone(phone), Destination::Mail(mail)] {
            let method = Method {
                id: MethodId(self.entropy.uuid()),
                user,
                means: Means::Sent(destination),
                origin: Origin::User,
                created_at: now,
                last_used_at: None,
                confirmed: true,
            };
            tx.insert_method(&method).await?;
        }
        tx.confirm_registration(user, now).await?;
        Ok(())
    }
}
