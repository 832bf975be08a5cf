//! Reading what changed by `uSNChanged`, where `DirSync` isn't to be had ([MS-ADTS] 3.1.1.1.9).
//!
//! Each server numbers its own writes, and each object bears the number of the last one that touched it. That tells which
//! objects were touched and not how, so all of each is read: a group of which one member changed comes with all of them.
//! Deletions are seen by whoever may look into Deleted Objects, who is an administrator unless somebody said otherwise.

use super::changes::{ALL, Change};
use super::domain::Domain;
use super::names;
use crate::directory::Result;
use crate::directory::connection::{Bound, Pages, Search};
use ldap3::Scope;
use ldap3::controls::RawControl;

const PAGE: i32 = 1_000;
/// Has deleted objects come too ([MS-ADTS] 3.1.1.3.4.1.14).
const SHOW_DELETED: &str = "1.2.840.113556.1.4.417";
/// Deleted Objects, however it is called there ([MS-ADTS] 6.1.1.4).
const DELETED_OBJECTS: &str = "18E2EA80684F11D2B9AA00C04F79F805";

pub(super) fn show_deleted() -> RawControl {
    RawControl {
        ctype: SHOW_DELETED.to_owned(),
        crit: true,
        val: None,
    }
}

/// Whether the account sees what was deleted.
pub(super) async fn tells_deletions(bound: &mut Bound, domain: &Domain) -> Result<bool> {
    if domain.is_samba {
        // It shows the container to everybody, and what is in it to administrators.
        return Ok(!domain.hides_deletions());
    }
    let place = format!("<WKGUID={DELETED_OBJECTS},{}>", domain.base);
    let search = Search::entry(&place, &["objectGUID"]).with(show_deleted());
    let found = bound.search(search).await?;
    Ok(found.answer.is_done() && !found.entries.is_empty())
}

/// What was touched after a write, and with `deletions` also what was deleted.
pub(super) async fn touched(
    bound: &mut Bound,
    domain: &Domain,
    since: i64,
    deletions: bool,
) -> Result<Vec<Change>> {
    let next = since.saturating_add(1);
    let mut changes = Vec::new();
    let filter = format!("(&(uSNChanged>={next}){ALL})");
    let attributes = ["objectGUID"];
    let search = Search::below(&domain.base, Scope::Subtree, &filter, &attributes);
    collect(bound, search, |guid| changes.push(Change::whole(guid))).await?;
    if deletions {
        let filter = format!("(&(isDeleted=TRUE)(uSNChanged>={next}))");
        let search = Search::below(&domain.base, Scope::Subtree, &filter, &attributes);
        collect(bound, search.with(show_deleted()), |guid| {
            changes.push(Change::deleted(guid));
        })
        .await?;
    }
    Ok(changes)
}

async fn collect(
    bound: &mut Bound,
    search: Search<'_>,
    mut each: impl FnMut(uuid::Uuid),
) -> Result<()> {
    let mut pages = Pages::new(bound, search.with(names::extended_dn()), PAGE);
    while let Some(page) = pages.next().await? {
        page.iter()
            .filter_map(super::read::guid)
            .for_each(&mut each);
    }
    Ok(())
}
