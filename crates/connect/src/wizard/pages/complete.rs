//! What has happened, and what comes next.

use super::ready::done;
use crate::agent::Agent;
use crate::complaint::Complaints;
use crate::config;
use crate::sync::run::{End as RunEnd, Run};
use crate::wizard::journey::Task;
use crate::wizard::{End, Wizard};

pub(in crate::wizard) fn page(wizard: &mut Wizard) {
    // From here on an agent may start.
    wizard.line = None;
    wizard.lock = None;
    if wizard.draft.task == Task::Uninstall {
        wizard.prompts.say(
            "The agent is removed from this machine. Revoke it in the admin center (Connect > Agents), and\n\
             disable its account in the directory: until then that account can still do what it could.",
        );
        return;
    }
    wizard
        .prompts
        .say(&format!("The settings are in {}.", wizard.file.display()));
    if wizard.draft.start {
        wizard.prompts.say("Synchronising …");
        match synchronise(wizard) {
            Ok(runs) => {
                for run in &runs {
                    wizard.prompts.say(&done(run));
                }
                if runs.iter().any(|run| run.end != RunEnd::Complete) {
                    wizard.end = End::Unsynchronised;
                }
            }
            Err(complaints) => {
                wizard.prompts.say(&complaints.to_string());
                wizard.end = End::Unsynchronised;
            }
        }
    }
    wizard.prompts.say(
        "\nNext\n  keyward-connect doctor                   proves that everything works\n  \
         systemctl enable --now keyward-connect   starts the agent, now and at every boot\n  \
         keyward-connect configure                changes any of this",
    );
}

fn synchronise(wizard: &Wizard) -> Result<Vec<Run>, Complaints> {
    let config = config::load(wizard.file)?;
    wizard.runtime.block_on(async {
        let agent = Agent::open(&config, wizard.state)?;
        Ok(agent.synchronise(true, false).await)
    })
}
