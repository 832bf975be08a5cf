//! The file of passwords known from breaches.

use super::reader::Reader;
use keyward_breach::PublicKey;
use std::path::PathBuf;

/// Where it is, and who must have signed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BreachFile {
    /// What `keyward breach build` made.
    pub path: PathBuf,
    /// Its signature is asked for if there is one.
    pub key: Option<PublicKey>,
}

impl BreachFile {
    pub(super) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let path = reader.path("breach.file");
        let text = reader.text("breach.public_key");
        let key = PublicKey::parse(text);
        if key.is_none() && !text.is_empty() {
            reader.refuse(
                "breach.public_key",
                "`breach.public_key` is no Ed25519 public key",
                "write the line that `openssl pkey -in KEY -pubout` prints between the dashes",
            );
        }
        if path.is_none() && !text.is_empty() {
            reader.refuse(
                "breach.file",
                "`breach.public_key` is set without `breach.file`",
                "set both, or the file alone",
            );
        }
        Some(Self { path: path?, key })
    }
}
