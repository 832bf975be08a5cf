//! Secrets: given directly, as a private file, or as a systemd credential.

use super::environment::Environment;
use super::reference::{self, Value};
use super::values::{Origin, Values};
use crate::complaint::Complaint;
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// No secret of ours is longer; a wrong path to something huge is refused, not read.
const LARGEST: u64 = 64 * 1024;

/// The secret `name`, wherever it was given. `None`: nowhere.
pub fn resolve(
    name: &str,
    values: &Values,
    environment: &Environment,
) -> Result<Option<Zeroizing<Vec<u8>>>, Complaint> {
    let file = format!("{name}_file");
    let (direct, indirect) = (values.get(name), values.get(&file));
    let (text, path) = (text(&direct.value), text(&indirect.value));
    // A variable overrides whatever form the file uses; within one layer two forms contradict each other.
    let by_variable = |origin: &Origin| matches!(origin, Origin::Variable(_));
    match (text.is_empty(), path.is_empty()) {
        (false, false) if by_variable(&direct.origin) == by_variable(&indirect.origin) => {
            Err(Complaint::new(
                format!("`{name}` and `{file}` are both set"),
                indirect.origin.to_string(),
                "keep one of the two",
            ))
        }
        (false, true) => Ok(Some(Zeroizing::new(text.as_bytes().to_vec()))),
        (false, false) if by_variable(&direct.origin) => {
            Ok(Some(Zeroizing::new(text.as_bytes().to_vec())))
        }
        (_, false) => {
            let path = beside(path, &indirect.origin);
            read_private(&path, &format!("`{file}`"), environment)
                .map(Some)
                .map_err(|complaint| complaint.set_in(&indirect.origin))
        }
        (true, true) => match credential(name, environment) {
            Some(path) => read_private(&path, &format!("`{name}`"), environment).map(Some),
            None => Ok(None),
        },
    }
}

/// The systemd credential of a secret, when systemd handed one over.
#[must_use]
pub fn credential(name: &str, environment: &Environment) -> Option<PathBuf> {
    let path =
        Path::new(environment.get("CREDENTIALS_DIRECTORY")?).join(reference::credential(name));
    path.exists().then_some(path)
}

/// Paths in keyward.toml start at the folder of that file.
#[must_use]
pub fn beside(path: &str, origin: &Origin) -> PathBuf {
    match origin {
        Origin::File { path: file, .. } => file.parent().unwrap_or(Path::new("")).join(path),
        _ => PathBuf::from(path),
    }
}

/// The content of a file that only its owner may read, without its last line break (DB-11, K-08).
pub fn read_private(
    path: &Path,
    what: &str,
    environment: &Environment,
) -> Result<Zeroizing<Vec<u8>>, Complaint> {
    let unreadable = |error: std::io::Error| {
        Complaint::new(
            format!("the file of {what} can't be read: {error}"),
            path.display().to_string(),
            "give the path of a file that Keyward's user can read",
        )
    };
    let file = File::open(path).map_err(unreadable)?;
    // The mode of what was opened, not of what the name may point to a moment later.
    let metadata = file.metadata().map_err(unreadable)?;
    if !metadata.is_file() || metadata.len() > LARGEST {
        return Err(Complaint::new(
            format!("the file of {what} is no small regular file"),
            path.display().to_string(),
            "give the path of a file that holds the secret and nothing else",
        ));
    }
    refuse_shared(path, what, metadata.permissions().mode(), environment)?;
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
            path.display().to_string(),
            "write the secret into it",
        ));
    }
    Ok(content)
}

/// Refuses a file or directory that others than its owner can get at, and says how to close it.
pub fn refuse_shared(
    path: &Path,
    what: &str,
    mode: u32,
    environment: &Environment,
) -> Result<(), Complaint> {
    // Systemd gives its credentials to the service by an ACL, whose mask shows as group bits; the folder is private.
    let by_systemd = environment
        .get("CREDENTIALS_DIRECTORY")
        .is_some_and(|folder| path.starts_with(folder));
    let shared = mode & if by_systemd { 0o007 } else { 0o077 };
    if shared == 0 {
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

fn text(value: &Value) -> &str {
    match value {
        Value::Text(text) => text,
        _ => "",
    }
}
