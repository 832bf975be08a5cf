//! What can be read of an account to find out whether a write was done.

use super::ActiveDirectory;
use super::names::by_guid;
use crate::directory::connection::Entry;
use crate::directory::{Result, Trace};
use uuid::Uuid;

const WANTED: [&str; 4] = [
    "pwdLastSet",
    "lockoutTime",
    "msDS-ReplAttributeMetaData",
    "replPropertyMetaData",
];
/// The number of `unicodePwd` among the attributes.
const PASSWORD: u32 = 0x9_005a;

impl ActiveDirectory {
    pub(super) async fn read_trace(&self, anchor: Uuid) -> Result<Option<Trace>> {
        let (mut bound, domain) = self.service().await?;
        let guid = self
            .anchors
            .locate(&mut bound, &domain.base, anchor)
            .await?;
        let Some(guid) = guid else { return Ok(None) };
        let found = bound.entry(&by_guid(guid), &WANTED).await?;
        Ok(found.map(|entry| Trace {
            password_set: entry.text("pwdLastSet").map(str::to_owned),
            password_version: version(&entry),
            locked: entry.text("lockoutTime").map(str::to_owned),
        }))
    }
}

/// How often the password was written. Windows tells it as XML, Samba as it is stored.
fn version(entry: &Entry) -> Option<u32> {
    let texts = entry.texts("msDS-ReplAttributeMetaData");
    let told = texts.into_iter().find_map(|xml| {
        let after = xml
            .split_once("<pszAttributeName>unicodePwd</pszAttributeName>")?
            .1;
        let version = after
            .split_once("<dwVersion>")?
            .1
            .split_once("</dwVersion>")?
            .0;
        version.trim().parse().ok()
    });
    told.or_else(|| stored(entry.bytes("replPropertyMetaData")?))
}

/// `replPropertyMetaDataBlob` ([MS-DRSR] 4.1.10): a head of 16 bytes with the number of entries, each of 48 bytes.
fn stored(blob: &[u8]) -> Option<u32> {
    let (head, entries) = blob.split_at_checked(16)?;
    if number(head, 0)? != 1 {
        return None;
    }
    let entries = entries.as_chunks::<48>().0.iter();
    let password = entries
        .take(number(head, 8)? as usize)
        .find(|entry| number(&entry[..], 0) == Some(PASSWORD))?;
    number(password, 4)
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, value: Vec<u8>) -> Entry {
        Entry {
            dn: String::new(),
            attributes: vec![(name.to_owned(), vec![value])],
        }
    }

    #[test]
    fn the_version_of_a_password_is_read_in_both_forms() {
        let xml = "<DS_REPL_ATTR_META_DATA>\n<pszAttributeName>unicodePwd</pszAttributeName>\n\
                   <dwVersion>7</dwVersion>\n</DS_REPL_ATTR_META_DATA>\n\0";
        let windows = entry("msds-replattributemetadata", xml.into());
        assert_eq!(version(&windows), Some(7));
        let mut blob = vec![0; 16 + 96];
        blob[0] = 1;
        blob[8] = 2;
        blob[64..68].copy_from_slice(&PASSWORD.to_le_bytes());
        blob[68] = 5;
        let samba = entry("replpropertymetadata", blob.clone());
        assert_eq!(version(&samba), Some(5));
        blob[8] = 1;
        assert_eq!(version(&entry("replpropertymetadata", blob)), None);
        assert_eq!(version(&entry("replpropertymetadata", vec![1; 3])), None);
    }
}
