//! Whether only the members of one group come in: a pilot.

use super::features::advised;
use crate::complaint::Complaint;
use crate::wizard::Wizard;
use crate::wizard::ask::{Asked, Choice, Question, counted};
use crate::wizard::census::{Census, Counted};

pub(in crate::wizard) fn page(wizard: &mut Wizard, n: usize) -> Asked<()> {
    let everybody = [
        Choice::new("everybody", "Everybody in the units of the page before"),
        Choice::new("group", "Of those, only the members of one group: a pilot"),
    ];
    loop {
        let before = wizard.draft.directories[n].config.scope.group;
        let start = usize::from(before.is_some());
        if wizard
            .prompts
            .one(Question::Pilot(n), "Who comes in?", &everybody, start)?
            == 0
        {
            wizard.draft.directories[n].config.scope.group = None;
            return Ok(());
        }
        let groups = count(wizard, n)?;
        if groups.is_empty() {
            let fix = "make one in the directory, or take everybody";
            wizard.prompts.sorry(&Complaint::new(
                "there is no security group",
                "the directory",
                fix,
            ))?;
            continue;
        }
        let choices: Vec<_> = groups.iter().map(choice).collect();
        let start = groups.iter().position(|group| Some(group.anchor) == before);
        let label = "Which group? Members of groups in it count";
        let chosen = wizard.prompts.one(
            Question::Group(n),
            label,
            &choices,
            start.unwrap_or_default(),
        )?;
        wizard.draft.directories[n].config.scope.group = Some(groups[chosen].anchor);
        return Ok(());
    }
}

fn count(wizard: &mut Wizard, n: usize) -> Asked<Vec<Counted>> {
    let reached = wizard.reached(n)?;
    wizard.prompts.say("Counting the members of the groups …");
    let census = wizard.insist(|wizard| {
        let census = wizard.runtime.block_on(Census::of(&*reached.directory));
        Ok(census.map_err(|error| advised(&error, &reached)))
    })?;
    Ok(census.groups())
}

fn choice(group: &Counted) -> Choice {
    let users = counted(group.users, "user");
    Choice {
        also: vec![group.anchor.to_string()],
        ..Choice::new(&*group.dn, format!("{} ({users})", group.dn))
    }
}
