//! Taking everything away that the agent keeps on this machine.

use crate::complaint::Complaint;
use crate::journal;
use crate::wizard::Wizard;
use crate::wizard::ask::{Asked, Question, Text};
use std::path::{Path, PathBuf};

/// What has to be typed, so that no Enter too many removes the keys.
const WORD: &str = "uninstall";
/// What an agent keeps in its state directory; what else lies there isn't its own.
const KEPT: [&str; 6] = [
    "keys",
    "enrolment.json",
    "journal",
    "status.json",
    "control",
    "lock",
];

pub(in crate::wizard) fn page(wizard: &mut Wizard) -> Asked<()> {
    let own = own(wizard);
    let listed: String = own
        .iter()
        .map(|path| format!("  {}\n", path.display()))
        .collect();
    wizard.prompts.say(&format!("To be removed\n{listed}"));
    let (entries, _) = journal::look(wizard.state);
    let open = entries.iter().filter(|entry| entry.ended.is_none()).count();
    if open > 0 {
        wizard.prompts.say(&format!(
            "{open} operations are open in the journal: what became of them will stay unknown. Start the agent once\n\
             more, and let it report, before you remove it."
        ));
    }
    loop {
        let ask = Text {
            label: "Type uninstall to remove it",
            help: "The users stay in the service. Without its keys this agent can't come back",
            ..Text::default()
        };
        let typed = wizard.prompts.text(Question::Uninstall, &ask)?;
        if typed == WORD {
            break;
        }
        let complaint = Complaint::new("that is another word", "what was typed", "type uninstall");
        wizard.prompts.sorry(&complaint)?;
    }
    for path in own {
        remove(&path)?;
    }
    // Other things may lie there, and systemd makes them again.
    let _ = std::fs::remove_dir(wizard.state);
    Ok(())
}

/// The settings come first: whatever is cut off after that, no agent starts any more.
fn own(wizard: &Wizard) -> Vec<PathBuf> {
    let mut own = vec![wizard.file.to_owned()];
    for draft in &wizard.draft.directories {
        let config = &draft.config;
        own.push(
            wizard
                .file
                .with_file_name(format!("{}.password", config.name)),
        );
        own.push(wizard.state.join(format!("sync-{}.json", config.name)));
    }
    own.extend(KEPT.iter().map(|name| wizard.state.join(name)));
    // What was being written when the agent was killed lies beside it.
    let unfinished = own.iter().map(|path| path.with_added_extension("new"));
    own.extend(unfinished.collect::<Vec<_>>());
    own.retain(|path| path.symlink_metadata().is_ok());
    own
}

fn remove(path: &Path) -> Result<(), Complaint> {
    std::fs::remove_file(path).map_err(|error| {
        let fix = "let the agent's user remove it, then uninstall again";
        Complaint::new(
            format!("can't be removed: {error}"),
            path.display().to_string(),
            fix,
        )
    })
}
