//! Users of a directory, and waiting for one.

use super::{TestAgent, TestApp};
use crate::users::{UserForm, new_user};
use keyward_core::ids::UserId;
use keyward_store::sync::{DirectoryUser, Policy};
use keyward_wire::link::Task;
use keyward_wire::outcome::Outcome;
use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;
use uuid::Uuid;

impl TestApp {
    /// Somebody of the directory of every [`TestAgent`], as the synchronisation brings them in.
    pub async fn directory_person(&self, upn: &str, anchor: Uuid, protected: bool) -> UserId {
        let local = upn.split('@').next().unwrap_or_default();
        let form = UserForm {
            upn: upn.into(),
            display_name: local[..1].to_uppercase() + &local[1..],
            ..UserForm::default()
        };
        let (upn, profile) = form.parse().expect("a user name");
        let id = UserId(self.entropy.uuid());
        let mut user = new_user(&self.ctx(), self.tenant, id, upn.clone(), profile);
        user.directory = Some(Self::directory());
        let account = DirectoryUser {
            directory: Self::directory(),
            anchor,
            user: id,
            dn: format!("CN={local},DC=corp,DC=contoso,DC=example"),
            account_name: Some(local.to_owned()),
            sid: None,
            protected,
            mobile: None,
            telephone: None,
            usage_location: None,
            manager: None,
            proxy_addresses: "[]".into(),
            extensions: "{}".into(),
            policy: None,
            password_set_at: None,
            must_change: false,
            digest: Vec::new(),
            changed_at: self.now(),
        };
        let mut tx = self.db.write(self.tenant).await.unwrap();
        tx.insert_user(&user).await.unwrap();
        tx.insert_directory_users(&[account]).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    /// The domain of the directory belongs to Contoso, and these are its policies.
    pub async fn directory_policies(&self, policies: &[Policy]) {
        let mut tx = self.db.write(self.tenant).await.unwrap();
        if tx.add_domain("corp.contoso.example", false).await.is_ok() {
            tx.commit().await.unwrap();
            tx = self.db.write(self.tenant).await.unwrap();
        }
        tx.set_directory_policies(Self::directory(), policies)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    /// A policy of twelve characters of three kinds, that locks an account after so many wrong passwords.
    #[must_use]
    pub fn directory_policy(name: Option<&str>, threshold: i64) -> Policy {
        Policy {
            name: name.map(str::to_owned),
            min_length: 12,
            complexity: true,
            history: 24,
            min_age_s: 86_400,
            max_age_s: 0,
            lockout_threshold: threshold,
            lockout_window_s: 1800,
            lockout_duration_s: 1800,
        }
    }

    /// Does something while the agent answers whatever it is asked meanwhile.
    pub fn answered<'a, T: 'a>(
        &'a self,
        agent: &'a TestAgent,
        says: impl Fn(&Task, &[String]) -> Outcome + 'a,
        act: impl Future<Output = T> + 'a,
    ) -> Pin<Box<dyn Future<Output = T> + 'a>> {
        Box::pin(self.answering(agent, says, act))
    }

    async fn answering<T>(
        &self,
        agent: &TestAgent,
        says: impl Fn(&Task, &[String]) -> Outcome,
        act: impl Future<Output = T>,
    ) -> T {
        let over = Cell::new(false);
        let act = async {
            let done = act.await;
            over.set(true);
            done
        };
        // Nothing is given up half way: both run to their end.
        let answers = async {
            while !over.get() {
                agent.serve(self, &says).await;
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        tokio::join!(act, answers).0
    }

    /// Ends operations that nobody took in time, or that nobody told of.
    pub async fn end_overdue(&self) {
        self.end_overdue_operations(self.tenant)
            .await
            .expect("operations are ended");
    }
}
