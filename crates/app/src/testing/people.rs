//! Users of the organisation under test.

use super::TestApp;
use crate::error::Result;
use crate::signin::SignedIn;
use crate::totp::{self, SEED};
use crate::users::{UserForm, new_user};
use crate::{App, Ctx, Principal};
use data_encoding::BASE32_NOPAD;
use keyward_core::ids::{GroupId, MethodId, TenantId, UserId};
use keyward_core::method::{Means, Method, MethodKind, Origin};
use keyward_core::policy::Policy;
use keyward_core::role::{Role, RoleSet};
use keyward_core::secret::Secret;
use keyward_core::totp::{Algorithm, Shape, Step};
use keyward_store::group::Member;
use keyward_store::session::Stage;

impl TestApp {
    /// The password that [`TestApp::user`] gives.
    pub fn password(&self, local: &str) -> String {
        self.plant(format!("canary of {local} 7141"))
    }

    /// A user of Contoso with a password: `ada` is ada@contoso.example, shown as Ada, with no mailbox of work.
    pub async fn user(&self, local: &str) -> UserId {
        let id = self
            .person(self.tenant, &format!("{local}@contoso.example"))
            .await;
        self.set_password(id, &self.password(local)).await;
        id
    }

    /// A user of any organisation without a password, who costs no hashing.
    pub async fn person(&self, tenant: TenantId, upn: &str) -> UserId {
        let local = upn.split('@').next().unwrap_or_default();
        let name = local[..1].to_uppercase() + &local[1..];
        let form = UserForm {
            upn: upn.into(),
            display_name: name,
            ..UserForm::default()
        };
        let (upn, profile) = form.parse().expect("a user name");
        let id = UserId(self.entropy.uuid());
        let user = new_user(&self.ctx(), tenant, id, upn, profile);
        let mut tx = self.db.write(tenant).await.unwrap();
        tx.insert_user(&user).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    /// Sets a password directly.
    pub async fn set_password(&self, id: UserId, password: &str) {
        self.plant(password);
        let secret = Secret::new(password.into());
        let whose = (self.tenant, id);
        let verifier = self.verifier_of(whose, &secret).await.expect("hashed");
        let mut tx = self.db.write(self.tenant).await.unwrap();
        let epoch = tx.user(id).await.unwrap().unwrap().credential_epoch;
        let now = self.now();
        assert!(
            tx.set_verifier(id, epoch, &verifier, false, now)
                .await
                .unwrap()
        );
        tx.commit().await.unwrap();
    }

    /// Changes the profile of a user directly.
    pub async fn profile(&self, id: UserId, change: impl FnOnce(&mut keyward_core::user::Profile)) {
        let mut tx = self.db.write(self.tenant).await.unwrap();
        let user = tx.user(id).await.unwrap().unwrap();
        let mut profile = user.profile.clone();
        change(&mut profile);
        assert!(tx.update_user(id, &user.upn, &profile).await.unwrap());
        tx.commit().await.unwrap();
    }

    /// Gives a role directly.
    pub async fn give_role(&self, id: UserId, role: Role) {
        let mut tx = self.db.write(self.tenant).await.unwrap();
        tx.assign_role(id, role).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// An administrator, signed in: named after the role, with the mailbox of work `<role>@contoso.example`.
    pub async fn admin(&self, role: Role) -> Principal {
        let upn = format!("{}@contoso.example", role.code());
        let id = self.person(self.tenant, &upn).await;
        self.profile(id, |p| p.mail = Some(upn)).await;
        self.give_role(id, role).await;
        self.session_of(id).await
    }

    /// Signs a user of [`TestApp::user`] in through the front door.
    pub async fn sign_in_as(&self, local: &str) -> Result<SignedIn> {
        let password = self.password(local);
        self.sign_in_with(&format!("{local}@contoso.example"), &password)
            .await
    }

    /// Signs in with any name and password.
    pub async fn sign_in_with(&self, name: &str, password: &str) -> Result<SignedIn> {
        self.plant(password);
        let secret = Secret::new(password.into());
        let signed_in = self.sign_in(&self.ctx(), name, secret).await?;
        self.plant(signed_in.token.as_str());
        Ok(signed_in)
    }

    /// Signs a user of [`TestApp::user`] in and returns who that is.
    pub async fn principal(&self, local: &str) -> Principal {
        let signed_in = self.sign_in_as(local).await.expect("signed in");
        self.by_token(&signed_in.token).await.expect("a session")
    }

    /// Who holds a session's token right now.
    pub async fn by_token(&self, token: &str) -> Option<Principal> {
        App::principal(self, &self.ctx(), token)
            .await
            .expect("the session is read")
    }

    /// A session without a password, for tests whose subject is not signing in.
    pub async fn session_of(&self, id: UserId) -> Principal {
        self.session_in(self.tenant, id).await
    }

    /// A session in any organisation.
    pub async fn session_in(&self, tenant: TenantId, id: UserId) -> Principal {
        let token = self.session_token(tenant, id).await;
        self.by_token(&token).await.expect("a session")
    }

    /// What the browser of such a session holds.
    pub async fn session_token(&self, tenant: TenantId, id: UserId) -> String {
        let mut tx = self.db.write(tenant).await.unwrap();
        let user = tx.user(id).await.unwrap().expect("the user");
        let ctx = self.ctx();
        let (token, _) = self
            .begin_session(&mut tx, &ctx, &user, Stage::Full)
            .await
            .expect("a session");
        tx.commit().await.unwrap();
        self.plant(token)
    }

    /// Lets every session of somebody stand as one in which two methods of different channels were proved just now.
    pub async fn prove_twice(&self, id: UserId) {
        let mut tx = self.db.write(self.tenant).await.unwrap();
        for session in tx.sessions_of(id).await.unwrap() {
            for kind in [MethodKind::MobilePhone, MethodKind::Email] {
                tx.note_proof(session.id, kind, self.now()).await.unwrap();
            }
        }
        tx.commit().await.unwrap();
    }

    /// Makes a link that hands an account over; its token.
    pub async fn hand_over_link(
        &self,
        by: &Principal,
        id: UserId,
        opens: keyward_core::hand_over::Opens,
    ) -> Result<String> {
        let made = self.make_hand_over(&self.ctx(), by, id, opens).await?;
        let url = made.url.expose();
        Ok(self.plant(url.rsplit('/').next().unwrap_or_default()))
    }

    /// The same person in the same session as the database knows them now.
    pub async fn again(&self, me: &Principal) -> Principal {
        let mut tx = self.db.read(me.tenant()).await.unwrap();
        let user = tx.user(me.user.id).await.unwrap().expect("the user");
        let sessions = tx.sessions_of(user.id).await.unwrap();
        let roles: RoleSet = tx.roles_of(user.id).await.unwrap();
        let session = sessions.into_iter().find(|s| s.id == me.session.id);
        Principal {
            user,
            roles,
            session: session.expect("the session"),
        }
    }

    /// Registers a phone directly.
    pub async fn register_phone(&self, id: UserId, number: &str) -> MethodId {
        self.register_method(id, MethodKind::MobilePhone, number)
            .await
    }

    /// Registers a mailbox directly.
    pub async fn register_mail(&self, id: UserId, address: &str) -> MethodId {
        self.register_method(id, MethodKind::Email, address).await
    }

    async fn register_method(&self, user: UserId, kind: MethodKind, to: &str) -> MethodId {
        let method = Method {
            id: MethodId(self.entropy.uuid()),
            user,
            means: Means::parse(kind, to).expect("a destination"),
            origin: Origin::User,
            created_at: self.now(),
            last_used_at: None,
            confirmed: true,
        };
        let mut tx = self.db.write(self.tenant).await.unwrap();
        tx.insert_method(&method).await.unwrap();
        tx.confirm_registration(user, self.now()).await.unwrap();
        tx.commit().await.unwrap();
        method.id
    }

    /// Registers an authenticator app directly; its secret, spelled as people type it.
    pub async fn register_app(&self, user: UserId, name: &str) -> (MethodId, String) {
        let method = Method {
            id: MethodId(self.entropy.uuid()),
            user,
            means: Means::parse(MethodKind::AuthenticatorApp, name).expect("a name"),
            origin: Origin::User,
            created_at: self.now(),
            last_used_at: None,
            confirmed: true,
        };
        let seed: [u8; SEED] = self.entropy.bytes();
        let sealed = self.seal_app(self.tenant, &method, &seed).expect("sealed");
        let mut tx = self.db.write(self.tenant).await.unwrap();
        tx.insert_app(&method, &sealed, Step(0)).await.unwrap();
        tx.confirm_registration(user, self.now()).await.unwrap();
        tx.commit().await.unwrap();
        (method.id, self.plant_seed(&totp::spelled(&seed)))
    }

    /// Remembers the secret of an app as one that must not be found anywhere, in each of its forms.
    pub fn plant_seed(&self, spelled: &str) -> String {
        let packed = spelled.replace(' ', "");
        let seed = BASE32_NOPAD.decode(packed.as_bytes()).expect("base 32");
        self.plant(packed);
        self.plant(seed.iter().map(|b| format!("{b:02x}")).collect::<String>());
        self.plant(spelled)
    }

    /// The code that an app with this secret shows so many steps from now.
    pub fn app_code(&self, spelled: &str, steps: i64) -> String {
        let packed = spelled.replace(' ', "");
        let seed = BASE32_NOPAD.decode(packed.as_bytes()).expect("base 32");
        let step = Step(Step::at(self.now()).0 + steps);
        totp::code(&seed, Algorithm::Sha1, step).to_string()
    }

    /// The same of a hardware token.
    pub fn token_code(&self, spelled: &str, shape: Shape, steps: i64) -> String {
        let seed = BASE32_NOPAD.decode(spelled.as_bytes()).expect("base 32");
        let step = Step(shape.step(self.now()).0 + steps);
        totp::code(&seed, shape.algorithm, step).to_string()
    }

    /// Changes the policy directly.
    pub async fn set_policy(&self, change: impl FnOnce(&mut Policy)) {
        let mut tx = self.db.write(self.tenant).await.unwrap();
        let stored = tx.policy().await.unwrap();
        let mut policy = stored.policy;
        change(&mut policy);
        let now = self.now();
        assert!(
            tx.set_policy(&policy, stored.version, now, "test")
                .await
                .unwrap()
        );
        tx.commit().await.unwrap();
    }

    /// A security group with these members, made directly.
    pub async fn group(&self, name: &str, members: &[Member]) -> GroupId {
        let id = GroupId(self.entropy.uuid());
        let group = keyward_core::group::Group {
            id,
            tenant: self.tenant,
            directory: None,
            name: name.into(),
            description: None,
            created_at: self.now(),
        };
        let mut tx = self.db.write(self.tenant).await.unwrap();
        tx.insert_group(&group).await.unwrap();
        for member in members {
            tx.add_member(id, *member).await.unwrap();
        }
        tx.commit().await.unwrap();
        id
    }

    /// The events of the log, oldest first.
    pub async fn events(&self) -> Vec<keyward_core::audit::Event> {
        let mut tx = self.db.read(self.tenant).await.unwrap();
        let filter = keyward_store::audit::EventFilter::default();
        let mut all = tx.events(&filter, None, 100_000).await.unwrap();
        all.reverse();
        all.into_iter().map(|e| e.event).collect()
    }

    /// The circumstances of a request at an instant.
    pub fn ctx_at(&self, now: keyward_core::time::Timestamp) -> Ctx {
        Ctx { now, ..self.ctx() }
    }
}
