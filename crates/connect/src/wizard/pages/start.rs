//! Welcome, what to do with an agent that is configured, and how it is configured.

use crate::status::{Status, is_running};
use crate::wizard::Wizard;
use crate::wizard::ask::{Asked, Choice, Question};
use crate::wizard::journey::Task;

pub(in crate::wizard) fn welcome(wizard: &mut Wizard) -> Asked<()> {
    wizard.prompts.say(&format!(
        "Keyward Connect stands beside your directory. It brings users and groups in, checks their\n\
         sign-ins there, and writes new passwords back while they wait. It dials out and opens no port.\n\n\
         You need: the address of your Keyward service and somebody who may let agents in there, and an\n\
         account in each directory for this agent.\n\n\
         Settings: {}\nKeys:     {}\n\n\
         Nothing is changed before the page \"Ready to configure\".",
        wizard.file.display(),
        wizard.state.display()
    ));
    let begin = [Choice::new("begin", "Begin")];
    wizard
        .prompts
        .one(Question::Begin, "Ready?", &begin, 0)
        .map(drop)
}

pub(in crate::wizard) fn tasks(wizard: &mut Wizard) -> Asked<()> {
    let choices = Task::ALL.map(|task| Choice::new(task.word(), task.label()));
    loop {
        let at = Task::ALL.iter().position(|task| *task == wizard.draft.task);
        let label = "This agent is configured. What do you want to do?";
        let chosen = wizard
            .prompts
            .one(Question::Task, label, &choices, at.unwrap_or_default())?;
        wizard.draft.task = Task::ALL[chosen];
        if wizard.draft.task == Task::View {
            return Ok(());
        }
        match wizard.take_lock() {
            Ok(()) => break,
            Err(complaint) => wizard.prompts.sorry(&complaint)?,
        }
    }
    if wizard.draft.task == Task::Customize && wizard.prompts.names_directories() {
        let former = std::mem::take(&mut wizard.draft.directories);
        wizard.former = former.into_iter().map(|draft| draft.config).collect();
    }
    Ok(())
}

pub(in crate::wizard) fn current(wizard: &mut Wizard) -> Asked<()> {
    let (config, _) = wizard.draft.finished(wizard.file);
    wizard.prompts.say(&config.render());
    match Status::load(wizard.state) {
        Some(status) => wizard.prompts.say(&status.shown(is_running(wizard.state))),
        None => wizard.prompts.say("No agent has worked here yet."),
    }
    let back = [Choice::new("back", "Back to the tasks")];
    wizard
        .prompts
        .one(Question::Seen, "Seen?", &back, 0)
        .map(drop)
}
