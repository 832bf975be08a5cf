//! `keyward migrate`.

use super::terminal::{Tone, line};
use super::{Context, small_runtime};
use crate::complaint::Complaints;
use crate::database::{self, Lock};
use keyward_store::schema;
use std::process::ExitCode;

pub(super) fn run(context: Context) -> Result<ExitCode, Complaints> {
    let terminal = context.terminal;
    let (config, _) = context.config()?;
    let before = small_runtime()?.block_on(async {
        let db = database::open_existing(&config).await?;
        let _lock = Lock::take(&config)?;
        let before = schema::migrate(&db)
            .await
            .map_err(|error| database::complain(&config, &error))?;
        db.close().await;
        Ok::<_, Complaints>(before)
    })?;
    let good = terminal.tone(Tone::Good, "good:");
    line(&if before == schema::VERSION {
        format!("{good} the database has schema {before} already")
    } else {
        format!(
            "{good} the database went from schema {before} to {}",
            schema::VERSION
        )
    });
    Ok(ExitCode::SUCCESS)
}
