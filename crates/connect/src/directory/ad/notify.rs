//! Being told that something was written, instead of asking ([MS-ADTS] 3.1.1.3.4.1.9).
//!
//! A search that bears the control doesn't end: the server answers it again at each change. What it tells is not looked
//! at, for it may tell too little: it only says that it is time to read. Samba looks itself once in five seconds before it
//! tells, so there the number of its last write is looked at each second instead.

use super::changes::{Place, last_write};
use super::{ActiveDirectory, usn};
use crate::directory::Result;
use crate::directory::connection::Search;
use ldap3::Scope;
use ldap3::controls::RawControl;
use std::time::Duration;
use tokio::time::timeout;

pub(super) const NOTIFICATION: &str = "1.2.840.113556.1.4.528";
/// How often it is asked all the same: a firewall may have forgotten the connection, and nobody be told of it.
const LOOK: Duration = Duration::from_secs(15);
/// Longer than anything here waits.
const NEVER: Duration = Duration::from_hours(24);

impl ActiveDirectory {
    /// Returns when the server tells of a change, or when it is time to read for another reason.
    pub(super) async fn until_told(&self, base: &str, place: &Place) -> Result<()> {
        let mut apart = self.pool.apart().await?;
        let mut watch = apart.watch(asked(base)).await?;
        loop {
            if place.is_due(self.last_full()) {
                return Ok(());
            }
            // After the search began, so that nothing is between the two.
            let (mut bound, _) = self.service().await?;
            if last_write(&mut bound).await? != place.usn {
                return Ok(());
            }
            drop(bound);
            match timeout(LOOK, watch.entry()).await {
                Ok(told) => return told,
                Err(_) => watch.is_alive().await?,
            }
        }
    }
}

fn asked(base: &str) -> Search<'_> {
    // The only filter that is taken with it.
    let filter = "(objectClass=*)";
    Search::below(base, Scope::Subtree, filter, &["1.1"])
        .with(RawControl {
            ctype: NOTIFICATION.to_owned(),
            crit: true,
            val: None,
        })
        .with(usn::show_deleted())
        .within(NEVER)
}
