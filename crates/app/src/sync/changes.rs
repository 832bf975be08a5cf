//! What a preview would do, for the agent that made it.

use super::{Answer, Beside, no_run};
use crate::App;
use crate::error::Error;
use keyward_core::audit::Change;
use keyward_core::ids::RunId;
use keyward_store::sync::Line;
use keyward_wire::sync::{Changes, ChangesPage, ObjectChange};

/// Objects in one answer.
const PAGE: i64 = 1000;

impl App {
    /// A page of what a preview of this agent would do.
    pub async fn run_changes(&self, who: &Beside, ask: &Changes) -> Answer<ChangesPage> {
        let id = RunId(ask.run);
        let mut tx = self.db.read(who.tenant).await?;
        let run = tx.run(id).await?;
        if !run.is_some_and(|run| run.agent == who.agent && run.preview) {
            return Ok(no_run());
        }
        let lines = tx.lines(id, ask.after, PAGE).await?;
        drop(tx);
        let next = lines.last().map(|(place, _)| *place);
        let changes = lines.into_iter().map(|(_, line)| change_of(line));
        Ok(Ok(ChangesPage {
            changes: changes.collect::<crate::Result<_>>()?,
            next,
        }))
    }
}

fn change_of(line: Line) -> crate::Result<ObjectChange> {
    let changes: Vec<Change> = serde_json::from_str(&line.changes)
        .map_err(|e| Error::Fault(format!("a line of a preview: {e}")))?;
    Ok(ObjectChange {
        action: line.action,
        kind: line.kind,
        anchor: line.anchor,
        name: line.name,
        changes: changes
            .into_iter()
            .map(|c| (c.property, c.old, c.new))
            .collect(),
    })
}
