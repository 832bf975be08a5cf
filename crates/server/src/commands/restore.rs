//! `keyward restore FILE`.

use super::terminal::{Tone, confirm, line};
use super::{Context, small_runtime};
use crate::cli::Restore;
use crate::complaint::{Complaint, Complaints};
use crate::config::{Config, Database, Environment};
use crate::database::{self, Lock};
use crate::{data_dir, rootkey::RootKey};
use keyward_store::{Db, Error};
use rustix::fs::{CWD, RenameFlags, renameat_with};
use std::fs::{self, File};
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

pub(super) fn run(context: Context, options: &Restore) -> Result<ExitCode, Complaints> {
    let terminal = context.terminal;
    let (config, environment) = context.config()?;
    let file = File::open(&options.file).map_err(|error| {
        Complaint::new(
            format!("the backup can't be read: {error}"),
            options.file.display().to_string(),
            "name the file that `keyward backup` wrote",
        )
    })?;
    let question = format!(
        "Replace {} by {}?",
        database::place(&config),
        options.file.display()
    );
    if !options.yes && !confirm(&question)? {
        line("nothing was changed");
        return Ok(ExitCode::FAILURE);
    }
    let from = BufReader::new(file);
    let (rows, kept) = small_runtime()?.block_on(restore(&config, &environment, from))?;
    line(&format!(
        "{} {rows} rows restored",
        terminal.tone(Tone::Good, "good:")
    ));
    if let Some(kept) = kept {
        line(&format!(
            "      the database from before is {}",
            kept.display()
        ));
    }
    line("      everybody has to sign in again; codes and links from before are dead");
    Ok(ExitCode::SUCCESS)
}

async fn restore(
    config: &Config,
    environment: &Environment,
    mut from: BufReader<File>,
) -> Result<(u64, Option<PathBuf>), Complaint> {
    let Some(key) = RootKey::load(config, environment)? else {
        return Err(Complaint::new(
            "the root key is missing, and the backup can't be used without the key it was made with",
            config.data_dir.join("root.key").display().to_string(),
            "put the copy of root.key there (chmod 600), or set root_key_file; then restore again",
        ));
    };
    let keys = key.keys(0);
    let fits = move |canary: &[u8]| keys.opens_canary(canary);
    let failed = |error: Error| database::complain(config, &error);
    match &config.database {
        Database::Postgres(_) => {
            let db = database::connect(config).await?;
            let rows = db.restore(&mut from, &fits).await.map_err(failed)?;
            db.close().await;
            Ok((rows, None))
        }
        Database::Sqlite(path) => {
            data_dir::prepare(&config.data_dir, environment)?;
            let _lock = Lock::take(config)?;
            let fresh = beside(path, ".restoring");
            let io = |error: io::Error| failed(Error::File(error.to_string()));
            remove(&fresh).map_err(io)?;
            let db = Db::open_sqlite(&fresh).await.map_err(failed)?;
            let restored = db.restore(&mut from, &fits).await;
            db.close().await;
            if restored.is_err() {
                remove(&fresh).map_err(io)?;
            }
            let rows = restored.map_err(failed)?;
            let kept = replace(path, &fresh).await.map_err(io)?;
            Ok((rows, kept))
        }
    }
}

/// Puts the new file where the old one is, in one step; where the old one is now.
async fn replace(path: &Path, fresh: &Path) -> io::Result<Option<PathBuf>> {
    let kept = if path.exists() {
        let stamp = jiff::Timestamp::now().strftime("%Y%m%d-%H%M%S");
        let kept = beside(path, &format!(".before-restore-{stamp}"));
        // Opening and closing folds the log into the file. A log that stays, since the file is damaged, must not lie
        // beside the new file: SQLite would play it into that.
        if let Ok(old) = Db::open_sqlite(path).await {
            old.close().await;
        }
        let log = beside(path, "-wal");
        if log.exists() {
            fs::rename(&log, beside(&kept, "-wal"))?;
        }
        remove_if_there(&beside(path, "-shm"))?;
        renameat_with(CWD, path, CWD, fresh, RenameFlags::EXCHANGE)?;
        fs::rename(fresh, &kept)?;
        Some(kept)
    } else {
        fs::rename(fresh, path)?;
        None
    };
    File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()?;
    Ok(kept)
}

fn remove(path: &Path) -> io::Result<()> {
    ["", "-wal", "-shm"]
        .iter()
        .try_for_each(|end| remove_if_there(&beside(path, end)))
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}
