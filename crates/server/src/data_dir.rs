//! The data directory: Keyward's alone.

use crate::complaint::Complaint;
use crate::config::{Environment, secret::refuse_shared};
use std::fs::{DirBuilder, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::Path;

/// Makes the directory if it isn't there (0700), and refuses one that others can look into (DB-11). The database
/// files in it are held to the same.
pub fn prepare(path: &Path, environment: &Environment) -> Result<(), Complaint> {
    let unusable = |error: io::Error| {
        Complaint::new(
            format!("the data directory can't be used: {error}"),
            path.display().to_string(),
            "set data_dir to a folder that Keyward's user owns",
        )
    };
    match std::fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(path)
                .map_err(unusable)?;
            // The umask may have taken bits away, never added some.
            std::fs::set_permissions(path, Permissions::from_mode(0o700)).map_err(unusable)?;
        }
        Err(error) => return Err(unusable(error)),
        Ok(found) if !found.is_dir() => return Err(unusable(io::ErrorKind::NotADirectory.into())),
        Ok(found) => {
            refuse_shared(
                path,
                "the data directory",
                found.permissions().mode(),
                environment,
            )?;
        }
    }
    for name in ["keyward.db", "keyward.db-wal", "keyward.db-shm"] {
        let file = path.join(name);
        if let Ok(found) = std::fs::metadata(&file) {
            refuse_shared(
                &file,
                "the database",
                found.permissions().mode(),
                environment,
            )?;
        }
    }
    Ok(())
}
