//! Asks the directories again what they are and what the account may do there. Everything is read anew afterwards.

use super::directories::{described, shown};
use super::features::advised;
use crate::wizard::Wizard;
use crate::wizard::ask::{Asked, Choice, Question};

pub(in crate::wizard) fn page(wizard: &mut Wizard) -> Asked<()> {
    for n in 0..wizard.draft.directories.len() {
        wizard.draft.directories[n].reached = None;
        let reached = wizard.reached(n)?;
        wizard.prompts.say(&described(&reached));
        let scope = wizard.draft.directories[n].config.scope.clone();
        let rights = wizard.insist(|wizard| {
            let rights = wizard.runtime.block_on(reached.directory.rights(&scope));
            Ok(rights.map_err(|error| advised(&error, &reached)))
        })?;
        wizard.prompts.say(&shown(&rights));
    }
    let on = [Choice::new("on", "Go on: everything is read anew")];
    wizard
        .prompts
        .one(Question::Seen, "Seen?", &on, 0)
        .map(drop)
}
