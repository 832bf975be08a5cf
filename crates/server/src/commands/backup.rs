//! `keyward backup FILE`.

use super::terminal::{Tone, line};
use super::{Context, small_runtime};
use crate::cli::Backup;
use crate::complaint::{Complaint, Complaints};
use crate::config::Config;
use crate::database;
use std::io::{self, BufWriter};
use std::path::Path;
use std::process::ExitCode;

pub(super) fn run(context: Context, options: &Backup) -> Result<ExitCode, Complaints> {
    let terminal = context.terminal;
    let (config, _) = context.config()?;
    let rows = small_runtime()?.block_on(write(&config, &options.file))?;
    let good = terminal.tone(Tone::Good, "good:");
    line(&format!("{good} {rows} rows in {}", options.file.display()));
    line("      the root key is not in it: keep a copy of that elsewhere (docs/admin/backup.md)");
    Ok(ExitCode::SUCCESS)
}

/// Writes beside the name and links it when all of it is on the disk, so that a backup is whole or not there.
async fn write(config: &Config, path: &Path) -> Result<u64, Complaint> {
    let failed = |error: io::Error| {
        let (what, fix) = match error.kind() {
            io::ErrorKind::AlreadyExists => (
                "a backup is not written over a file that is there".to_owned(),
                "name a file that does not exist yet",
            ),
            _ => (
                format!("the backup can't be written: {error}"),
                "name a file in a folder that this user can write to, with room on its disk",
            ),
        };
        Complaint::new(what, path.display().to_string(), fix)
    };
    if path.exists() {
        return Err(failed(io::ErrorKind::AlreadyExists.into()));
    }
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let db = database::open_existing(config).await?;
    // Mode 0600: people's names and numbers are in it.
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    let mut to = BufWriter::new(file.as_file_mut());
    let rows = db
        .backup(&mut to)
        .await
        .map_err(|error| database::complain(config, &error))?;
    to.into_inner()
        .map_err(|error| failed(error.into_error()))?
        .sync_all()
        .map_err(failed)?;
    file.persist_noclobber(path)
        .map_err(|error| failed(error.error))?;
    db.close().await;
    Ok(rows)
}
