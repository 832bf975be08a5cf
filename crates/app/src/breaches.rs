//! Passwords known from breaches.

use crate::App;
use crate::tasks::Tasks;
use keyward_core::password::Prepared;
use keyward_core::time::seconds;

impl App {
    /// Whether a password is known from a breach; never without a list.
    pub(crate) fn is_breached(&self, password: &Prepared) -> bool {
        let list = self.breaches.as_ref();
        list.is_some_and(|list| list.contains(password))
    }

    /// Looks now and then whether there is a newer list.
    pub fn run_breach_list(&self, tasks: &Tasks) {
        let Some(list) = self.breaches.clone() else {
            return;
        };
        let mut stopping = tasks.stopping();
        tasks.run(async move {
            while !*stopping.borrow() {
                tokio::select! {
                    () = tokio::time::sleep(seconds(10)) => {}
                    _ = stopping.changed() => continue,
                }
                let list = list.clone();
                let looked = tokio::task::spawn_blocking(move || list.refresh());
                if let Err(error) = looked.await {
                    tracing::error!(%error, "the list of breached passwords was not looked at");
                }
            }
        });
    }
}
