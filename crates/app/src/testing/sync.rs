//! What an agent beside a directory would send.

use super::TestApp;
use crate::sync::Beside;
use keyward_core::ids::{AgentId, DirectoryId, UserId};
use keyward_store::allowance::Allowance;
use keyward_wire::sync::{
    Batch, BatchReply, EndRun, GroupRecord, MemberChange, Mode, RunEnded, StartRun, UserRecord,
};
use uuid::Uuid;

/// The directory `corp.example.test` of most tests.
pub const DIRECTORY: Uuid = Uuid::from_u128(0xd1);

/// A user of the directory: `ada` is ada@contoso.example, and a number stands for everything that never changes.
#[must_use]
pub fn person(number: u128, name: &str) -> UserRecord {
    UserRecord {
        anchor: Uuid::from_u128(number),
        dn: format!("CN={name},OU=People,DC=corp,DC=example,DC=test"),
        upn: format!("{name}@contoso.example"),
        enabled: true,
        account_name: Some(name.to_owned()),
        sid: Some(format!("S-1-5-21-7-{number}")),
        display_name: Some(name.to_owned()),
        ..UserRecord::default()
    }
}

/// A group of the directory.
#[must_use]
pub fn team(number: u128, name: &str) -> GroupRecord {
    GroupRecord {
        anchor: Uuid::from_u128(number),
        dn: format!("CN={name},OU=Groups,DC=corp,DC=example,DC=test"),
        name: name.to_owned(),
        description: None,
    }
}

/// All members of a group.
#[must_use]
pub fn whole(group: u128, members: &[u128]) -> MemberChange {
    MemberChange {
        group: Uuid::from_u128(group),
        whole: true,
        add: members.iter().map(|n| Uuid::from_u128(*n)).collect(),
        remove: Vec::new(),
    }
}

/// A batch of nothing yet.
#[must_use]
pub fn batch() -> Batch {
    Batch {
        run: Uuid::nil(),
        number: 0,
        users: Vec::new(),
        groups: Vec::new(),
        members: Vec::new(),
        gone: Vec::new(),
    }
}

impl TestApp {
    /// The agent of Contoso.
    #[must_use]
    pub fn beside(&self) -> Beside {
        Beside {
            tenant: self.tenant,
            agent: Uuid::from_u128(0xa1),
            host: "dc1.corp.example.test".into(),
        }
    }

    /// An administrator has let an agent work beside a directory.
    pub async fn lets_work(&self, agent: Uuid, directory: Uuid) {
        let allowance = Allowance {
            agent: AgentId(agent),
            directory: DirectoryId(directory),
            name: "corp.example.test".into(),
            allowed: true,
            decided_by: None,
            at: self.now(),
        };
        let mut tx = self.db.write(self.tenant).await.expect("a transaction");
        tx.allow(&allowance).await.expect("it is allowed");
        tx.commit().await.expect("it is allowed");
    }

    /// Starts a run of the agent.
    pub async fn sync_start(&self, mode: Mode, preview: bool) -> Uuid {
        self.sync_start_of(DIRECTORY, mode, preview).await
    }

    async fn sync_start_of(&self, directory: Uuid, mode: Mode, preview: bool) -> Uuid {
        self.lets_work(self.beside().agent, directory).await;
        let start = StartRun {
            directory,
            mode,
            preview,
            policies: Vec::new(),
        };
        let started = self.start_run(&self.ctx(), &self.beside(), &start).await;
        started.unwrap().expect("a run").run
    }

    /// Sends a batch.
    pub async fn sync_send(&self, run: Uuid, number: u32, batch: Batch) -> BatchReply {
        let batch = Batch {
            run,
            number,
            ..batch
        };
        let taken = self.take_batch(&self.ctx(), &self.beside(), &batch).await;
        taken.unwrap().expect("the batch is taken")
    }

    /// Ends a run.
    pub async fn sync_end(&self, run: Uuid, complete: bool) -> RunEnded {
        let end = EndRun {
            run,
            complete,
            message: None,
        };
        let ended = self.end_run(&self.ctx(), &self.beside(), &end).await;
        ended.unwrap().expect("the run ends")
    }

    /// A whole run.
    pub async fn sync(&self, mode: Mode, batches: impl IntoIterator<Item = Batch>) -> RunEnded {
        let run = self.sync_start(mode, false).await;
        for (number, batch) in (1..).zip(batches) {
            self.sync_send(run, number, batch).await;
        }
        self.sync_end(run, true).await
    }

    /// A full run of another directory with these users and nothing else.
    pub async fn sync_users_of(&self, directory: Uuid, users: &[UserRecord]) -> RunEnded {
        let run = self.sync_start_of(directory, Mode::Full, false).await;
        let all = Batch {
            users: users.to_vec(),
            ..batch()
        };
        self.sync_send(run, 1, all).await;
        self.sync_end(run, true).await
    }

    /// A full run with these users and nothing else.
    pub async fn sync_users(&self, users: &[UserRecord]) -> RunEnded {
        let batches = users.chunks(500).map(|users| Batch {
            users: users.to_vec(),
            ..batch()
        });
        self.sync(Mode::Full, batches.collect::<Vec<_>>()).await
    }

    /// The user who has an anchor's number.
    pub async fn anchored_user(&self, number: u128) -> Option<UserId> {
        let mut tx = self.db.read(self.tenant).await.unwrap();
        let list = [Uuid::from_u128(number)];
        let known = tx.known_users(DirectoryId(DIRECTORY), &list).await.unwrap();
        known.first().map(|k| k.user)
    }

    /// A user as the database has them.
    pub async fn user_now(&self, id: UserId) -> keyward_core::user::User {
        let mut tx = self.db.read(self.tenant).await.unwrap();
        tx.user(id).await.unwrap().expect("the user")
    }
}
