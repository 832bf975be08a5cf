//! Files that are the agent's alone: read only when nobody else can, written so that a power cut leaves the old or the
//! new one.

use crate::complaint::Complaint;
use std::fs::{DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// No secret of ours is longer; a wrong path to something huge is refused, not read.
const LARGEST: u64 = 64 * 1024;

/// Where systemd puts the credentials of this service, if it started it.
#[must_use]
pub fn credentials() -> Option<PathBuf> {
    std::env::var_os("CREDENTIALS_DIRECTORY").map(PathBuf::from)
}

/// The content of a file that only its owner may read, without its last line break.
pub fn read(path: &Path, what: &str) -> Result<Zeroizing<Vec<u8>>, Complaint> {
    let place = path.display().to_string();
    let unreadable = |error: io::Error| {
        Complaint::new(
            format!("the file of {what} can't be read: {error}"),
            place.clone(),
            "give the path of a file that the agent's user can read",
        )
    };
    let file = File::open(path).map_err(unreadable)?;
    // The mode of what was opened, not of what the name may point to a moment later.
    let metadata = file.metadata().map_err(unreadable)?;
    if !metadata.is_file() || metadata.len() > LARGEST {
        return Err(Complaint::new(
            format!("the file of {what} is no small regular file"),
            place,
            "give the path of a file that holds the secret and nothing else",
        ));
    }
    refuse_shared(path, what, metadata.permissions().mode())?;
    let mut content = Zeroizing::new(Vec::with_capacity(metadata.len() as usize + 1));
    file.take(LARGEST)
        .read_to_end(&mut content)
        .map_err(unreadable)?;
    while content
        .last()
        .is_some_and(|byte| matches!(byte, b'\n' | b'\r'))
    {
        content.pop();
    }
    if content.is_empty() {
        return Err(Complaint::new(
            format!("the file of {what} is empty"),
            place,
            "write the secret into it",
        ));
    }
    Ok(content)
}

/// Refuses a file or directory that others than its owner can get at, and says how to close it.
fn refuse_shared(path: &Path, what: &str, mode: u32) -> Result<(), Complaint> {
    // Systemd gives its credentials by an ACL, whose mask shows as group bits; the folder is private.
    let by_systemd = credentials().is_some_and(|folder| path.starts_with(folder));
    if mode & if by_systemd { 0o007 } else { 0o077 } == 0 {
        return Ok(());
    }
    let private = if path.is_dir() { "700" } else { "600" };
    Err(Complaint::new(
        format!(
            "{what} can be read or changed by other users (mode {:04o})",
            mode & 0o7777
        ),
        path.display().to_string(),
        format!("chmod {private} {}", path.display()),
    ))
}

/// Makes the state directory if it isn't there (0700), and refuses one that others can look into.
pub fn prepare(path: &Path) -> Result<(), Complaint> {
    let unusable = |error: io::Error| {
        Complaint::new(
            format!("the state directory can't be used: {error}"),
            path.display().to_string(),
            "run as the agent's user, or give a folder that it owns with --state DIR",
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
            std::fs::set_permissions(path, Permissions::from_mode(0o700)).map_err(unusable)
        }
        Err(error) => Err(unusable(error)),
        Ok(found) if !found.is_dir() => Err(unusable(io::ErrorKind::NotADirectory.into())),
        Ok(found) => {
            let own = rustix::process::geteuid().as_raw();
            if found.uid() != own && own != 0 {
                return Err(unusable(io::ErrorKind::PermissionDenied.into()));
            }
            refuse_shared(path, "the state directory", found.permissions().mode())
        }
    }
}

/// Puts a file (0600) in place of what was there: all of it or nothing, and on the disk when this returns.
pub fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let next = folder.join(name);
    let written = (|| {
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&next)?;
        file.write_all(content)?;
        file.sync_all()?;
        std::fs::rename(&next, path)?;
        File::open(folder)?.sync_all()
    })();
    if written.is_err() {
        let _ = std::fs::remove_file(&next);
    }
    written
}

/// [`write()`], for what the operator hears of it.
pub fn keep(path: &Path, content: &[u8]) -> Result<(), Complaint> {
    write(path, content).map_err(|error| {
        Complaint::new(
            format!("can't be written: {error}"),
            path.display().to_string(),
            "make room on the disk, and let the agent's user write there",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_can_read_is_no_secret() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        write(&path, b"s3cret\n").unwrap();
        assert_eq!(*read(&path, "x").unwrap(), b"s3cret");
        std::fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
        let told = read(&path, "the password").unwrap_err();
        assert!(told.what.contains("mode 0640"), "{told}");
        assert!(told.fix.starts_with("chmod 600 "), "{told}");
        write(&path, b"").unwrap();
        assert!(read(&path, "x").unwrap_err().what.contains("empty"));
        let open = folder.path().join("open");
        std::fs::create_dir(&open).unwrap();
        std::fs::set_permissions(&open, Permissions::from_mode(0o755)).unwrap();
        assert!(prepare(&open).unwrap_err().fix.starts_with("chmod 700 "));
        let made = folder.path().join("made");
        prepare(&made).unwrap();
        assert_eq!(
            std::fs::metadata(made).unwrap().permissions().mode() & 0o777,
            0o700
        );
    }
}
