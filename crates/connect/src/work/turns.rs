//! One after the other: two writes for one user, and two deliveries of one operation.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use tokio::sync::OwnedMutexGuard;
use uuid::Uuid;

#[derive(Default)]
pub(super) struct Turns {
    users: Mutex<BTreeMap<Uuid, Weak<tokio::sync::Mutex<()>>>>,
    operations: Arc<Mutex<BTreeSet<Uuid>>>,
}

/// An operation that is being done, until dropped.
pub(super) struct Running {
    operation: Uuid,
    operations: Arc<Mutex<BTreeSet<Uuid>>>,
}

impl Turns {
    /// None: it is being done already.
    pub(super) fn operation(&self, operation: Uuid) -> Option<Running> {
        let mut running = self
            .operations
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        running.insert(operation).then(|| Running {
            operation,
            operations: Arc::clone(&self.operations),
        })
    }

    /// What is being done.
    pub(super) fn running(&self) -> BTreeSet<Uuid> {
        self.operations
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Waits until nobody else writes for this user (WB-07).
    pub(super) async fn user(&self, anchor: Uuid) -> OwnedMutexGuard<()> {
        let turn = {
            let mut users = self.users.lock().unwrap_or_else(PoisonError::into_inner);
            users.retain(|_, turn| turn.strong_count() > 0);
            users
                .get(&anchor)
                .and_then(Weak::upgrade)
                .unwrap_or_else(|| {
                    let turn = Arc::new(tokio::sync::Mutex::new(()));
                    users.insert(anchor, Arc::downgrade(&turn));
                    turn
                })
        };
        turn.lock_owned().await
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let mut running = self
            .operations
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        running.remove(&self.operation);
    }
}
