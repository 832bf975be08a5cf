//! What a preview would do, as one file for a spreadsheet. It is written page by page: a first synchronisation of many
//! users is large.

use crate::agent::Agent;
use crate::complaint::Complaint;
use crate::control::{self, Answer, Ask};
use crate::link::Line;
use crate::sync::run::Run;
use keyward_core::csv::{MARK, write_line};
use keyward_wire::path;
use keyward_wire::sync::{Changes, ChangesPage, ObjectChange};
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

const HEADS: [&str; 8] = [
    "directory",
    "action",
    "type",
    "name",
    "sourceAnchor",
    "property",
    "old",
    "new",
];

/// Who asks the service.
pub(super) enum Through<'a> {
    /// The agent that runs, by its state directory.
    Running(&'a Path),
    /// This process.
    Own(&'a Agent),
}

impl Through<'_> {
    async fn page(&self, ask: Changes) -> Answer<ChangesPage> {
        match self {
            Self::Running(state) => control::ask(state, &Ask::Changes(ask)).await,
            Self::Own(agent) => page(agent.line(), &ask).await,
        }
    }
}

/// A page of the changes of a preview.
pub(crate) async fn page(line: &Line, ask: &Changes) -> Answer<ChangesPage> {
    let said = line.say(path::SYNC_CHANGES, ask, Duration::from_secs(30));
    said.await.map_err(|failure| failure.to_string())
}

/// A file for what previews would do, opened before they begin: it must not exist.
pub(super) fn create(path: &Path) -> Result<File, Complaint> {
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    file.map_err(|error| unwritable(path, &error.to_string()))
}

/// Writes what these previews would do; how many lines there were.
pub(super) async fn write(
    mut file: File,
    path: &Path,
    runs: &[Run],
    through: Through<'_>,
) -> Result<u64, Complaint> {
    let failed = |error: std::io::Error| unwritable(path, &error.to_string());
    let mut text = String::from(MARK);
    write_line(&mut text, &HEADS);
    let mut count = 0;
    for run in runs {
        let Some(id) = run.run else { continue };
        let mut after = 0;
        loop {
            let asked = through.page(Changes { run: id, after }).await;
            let page = asked.map_err(|why| unwritable(path, &why))?;
            for change in &page.changes {
                count += lines(&mut text, &run.directory, change);
            }
            file.write_all(text.as_bytes()).map_err(failed)?;
            text.clear();
            let Some(next) = page.next else { break };
            after = next;
        }
    }
    file.write_all(text.as_bytes()).map_err(failed)?;
    file.sync_all().map_err(failed)?;
    Ok(count)
}

/// One line for each attribute, or one for an object of which nothing else is known.
fn lines(text: &mut String, directory: &str, of: &ObjectChange) -> u64 {
    let anchor = of.anchor.to_string();
    let mut line = |property: &str, old: &str, new: &str| {
        let object = [directory, of.action.as_str(), &of.kind, &of.name, &anchor];
        let [directory, action, kind, name, anchor] = object;
        write_line(
            text,
            &[directory, action, kind, name, anchor, property, old, new],
        );
    };
    for (property, old, new) in &of.changes {
        let shown = |value: &Option<String>| value.clone().unwrap_or_default();
        line(property, &shown(old), &shown(new));
    }
    if of.changes.is_empty() {
        line("", "", "");
    }
    of.changes.len().max(1) as u64
}

fn unwritable(path: &Path, why: &str) -> Complaint {
    Complaint::new(
        format!("the changes can't be written: {why}"),
        path.display().to_string(),
        "give a file that doesn't exist yet, in a folder that you may write, and try again",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    // case: IN-10
    #[test]
    fn each_attribute_is_a_line_and_none_a_formula() {
        let mut change = ObjectChange {
            action: "update".into(),
            kind: "user".into(),
            anchor: Uuid::nil(),
            name: "ada@corp.test".into(),
            changes: vec![
                ("department".into(), None, Some("=1+1".into())),
                ("title".into(), Some("a".into()), None),
            ],
        };
        let mut text = String::new();
        assert_eq!(lines(&mut text, "corp", &change), 2);
        assert!(text.contains(",\"department\",\"\",\"'=1+1\"\r\n"));
        assert!(text.contains(",\"title\",\"a\",\"\"\r\n"));
        change.changes.clear();
        assert_eq!(lines(&mut text, "corp", &change), 1);
        assert_eq!(text.lines().count(), 3);
    }
}
