//! What identifies the users of a directory, and the name that they sign in with.

use crate::wizard::Wizard;
use crate::wizard::ask::{Asked, Question, Text};
use keyward_wire::link::DirectoryKind;

pub(in crate::wizard) fn page(wizard: &mut Wizard, n: usize) -> Asked<()> {
    let reached = wizard.reached(n)?;
    let anchor = match wizard.draft.directories[n].config.kind {
        DirectoryKind::ActiveDirectory => "objectGUID",
        DirectoryKind::OpenLdap => "entryUUID",
    };
    let suffixes = reached
        .identity
        .suffixes
        .iter()
        .map(|suffix| format!("  @{suffix}\n"));
    wizard.prompts.say(&format!(
        "Source anchor: {anchor}. It never changes, so whoever is renamed or moved stays the same user.\n\n\
         The names that users sign in with may end in\n{}\n\
         The service takes names whose ending is a domain of your organization. Users with another one\n\
         are left out and listed as errors, in the preview too: add the domain in the admin center.\n",
        suffixes.collect::<String>()
    ));
    loop {
        let name = Text {
            label: "Attribute with the name that users sign in with",
            help: "As userPrincipalName or mail",
            initial: wizard.draft.directories[n].config.user_name.clone(),
            optional: false,
        };
        wizard.draft.directories[n].config.user_name =
            wizard.prompts.text(Question::UserName(n), &name)?;
        match wizard.draft.check_directory(n) {
            Ok(()) => return Ok(()),
            Err(complaint) => wizard.prompts.sorry(&complaint)?,
        }
    }
}
