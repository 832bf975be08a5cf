//! What identifies the users of a directory, and the name that they sign in with.

use super::directories::shown;
use crate::complaint::Complaint;
use crate::config::anchor_name;
use crate::directory::{AnchorUse, SourceAnchor};
use crate::wizard::Wizard;
use crate::wizard::ask::{Asked, Choice, Question, Text, counted};
use crate::wizard::draft::Reached;
use crate::wizard::pages::features::advised;
use keyward_wire::link::DirectoryKind;

/// In the order in which they are offered.
const ANCHORS: [SourceAnchor; 2] = [SourceAnchor::ConsistencyGuid, SourceAnchor::OwnId];

pub(in crate::wizard) fn page(wizard: &mut Wizard, n: usize) -> Asked<()> {
    match wizard.draft.directories[n].config.kind {
        DirectoryKind::ActiveDirectory => anchor(wizard, n)?,
        DirectoryKind::OpenLdap => wizard.prompts.say(
            "Source anchor: entryUUID. It never changes, so whoever is renamed or moved stays the same user.\n",
        ),
    }
    user_name(wizard, n)
}

/// Asks for the source anchor. One by which the service knows its users stays, unless nobody's would become another.
fn anchor(wizard: &mut Wizard, n: usize) -> Asked<()> {
    let found = usage(wizard, n)?;
    wizard.prompts.say(&format!(
        "The source anchor is what a user is known by, whatever they are called and wherever they are.\n\
         mS-DS-ConsistencyGuid is filled from objectGUID where it is empty. It can be carried along when somebody\n\
         moves to another domain, who then stays the same user; objectGUID can't. Groups have objectGUID.\n\
         Of the users here {} objectGUID in it already, {} something else.\n",
        have(found.own),
        have(found.other),
    ));
    let before = anchored(wizard, n);
    let fitting = if found.other == 0 {
        SourceAnchor::ConsistencyGuid
    } else {
        SourceAnchor::OwnId
    };
    let draft = &wizard.draft.directories[n];
    let start = if draft.anchor_chosen {
        draft.config.source_anchor
    } else {
        before.unwrap_or(fitting)
    };
    let choices = ANCHORS.map(|anchor| {
        let name = anchor_name(anchor, DirectoryKind::ActiveDirectory);
        Choice::new(name, name)
    });
    let at = ANCHORS.iter().position(|anchor| *anchor == start);
    loop {
        let chosen = wizard.prompts.one(
            Question::SourceAnchor(n),
            "Source anchor",
            &choices,
            at.unwrap_or_default(),
        )?;
        let chosen = ANCHORS[chosen];
        if before.is_some_and(|before| before != chosen) && found.other > 0 {
            wizard.prompts.sorry(&changes(&found))?;
            continue;
        }
        let draft = &mut wizard.draft.directories[n];
        if draft.config.source_anchor != chosen {
            draft.config.source_anchor = chosen;
            // It is read by another anchor from now on.
            draft.reached = None;
        }
        draft.anchor_chosen = true;
        if chosen == SourceAnchor::ConsistencyGuid {
            rights(wizard, n, found)?;
        }
        return Ok(());
    }
}

/// What the service knows the users of this directory by, if it does.
fn anchored(wizard: &Wizard, n: usize) -> Option<SourceAnchor> {
    let draft = &wizard.draft.directories[n];
    let mut former = wizard.former.iter();
    let former = former.find(|former| former.name == draft.config.name);
    draft
        .anchored
        .or_else(|| former.map(|former| former.source_anchor))
}

fn usage(wizard: &mut Wizard, n: usize) -> Asked<AnchorUse> {
    let reached = wizard.reached(n)?;
    let scope = wizard.draft.directories[n].config.scope.clone();
    wizard.insist(|wizard| {
        let found = wizard
            .runtime
            .block_on(reached.directory.anchor_use(&scope));
        Ok(found.map_err(|error| advised(&error, &reached)))
    })
}

fn changes(found: &AnchorUse) -> Complaint {
    Complaint::new(
        format!(
            "the source anchor can't be changed: {} would be somebody else to the service",
            counted(found.other, "user")
        ),
        "mS-DS-ConsistencyGuid of these users, which is not their objectGUID",
        "keep the source anchor as it is; to change it all the same, set the attribute of each of them to the objectGUID first",
    )
}

/// Without the right everybody comes in all the same, and nobody's anchor could be carried along.
fn rights(wizard: &mut Wizard, n: usize, mut found: AnchorUse) -> Asked<()> {
    while found.rights.iter().any(|right| right.held == Some(false)) {
        wizard.prompts.say(&shown(&found.rights));
        let choices = [
            Choice::new(
                "go-on",
                "Go on; users come in, and their anchors are written as soon as the right is granted",
            ),
            Choice::new("again", "Look again: the right was granted now"),
            Choice::new("stop", "Leave, with nothing changed"),
        ];
        let label = "The account can't write source anchors. And now?";
        match wizard
            .prompts
            .one(Question::Rights(n), label, &choices, 0)?
        {
            0 => return Ok(()),
            1 => found = usage(wizard, n)?,
            _ => {
                let reached = wizard.reached(n)?;
                return Err(lacking(&found, &reached).into());
            }
        }
    }
    Ok(())
}

fn lacking(found: &AnchorUse, reached: &Reached) -> Complaint {
    let missing = found
        .rights
        .iter()
        .filter(|right| right.held == Some(false));
    let missing: Vec<_> = missing.map(|right| right.what.as_str()).collect();
    Complaint::new(
        format!("the agent's account lacks: {}", missing.join("; ")),
        &reached.identity.name,
        "run the commands above in the directory, then configure again; or choose objectGUID as source anchor",
    )
}

fn have(users: usize) -> String {
    match users {
        0 => "none has".to_owned(),
        1 => "1 has".to_owned(),
        some => format!("{some} have"),
    }
}

fn user_name(wizard: &mut Wizard, n: usize) -> Asked<()> {
    let reached = wizard.reached(n)?;
    let suffixes = reached.identity.suffixes.clone();
    let verified = wizard.verified(&suffixes)?;
    wizard.prompts.say(&format!(
        "The names that users sign in with may end in\n{}",
        endings(&suffixes, verified.as_ref().ok().map(Vec::as_slice))
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

/// The endings, each with what becomes of users who have it. `verified`: the domains of the organisation among them, if
/// the service could be asked.
fn endings(suffixes: &[String], verified: Option<&[String]>) -> String {
    let mut text = String::new();
    let mut left_out = 0;
    for suffix in suffixes {
        let note = match verified {
            None => "",
            Some(verified) if verified.contains(suffix) => {
                "   a domain of your organization: these users are taken"
            }
            Some(_) => {
                left_out += 1;
                "   NOT a domain of your organization: these users are left out"
            }
        };
        text += &format!("  @{suffix}{note}\n");
    }
    if verified.is_none() || left_out > 0 {
        text += "\nThe service takes names whose ending is a domain of your organization. Users with another one\n\
                 are left out and listed as errors, in the preview too: give the organization the domain, or choose\n\
                 an attribute below whose values end in one of its domains.\n";
    }
    text
}

#[cfg(test)]
mod tests {
    use super::endings;

    #[test]
    fn each_ending_says_what_becomes_of_its_users() {
        let all = ["corp.example".to_owned(), "corp.local".to_owned()];
        let text = endings(&all, Some(&all[..1]));
        let mut lines = text.lines();
        assert!(lines.next().unwrap().ends_with("these users are taken"));
        assert!(lines.next().unwrap().ends_with("these users are left out"));
        assert!(text.contains("choose"));
        assert!(!endings(&all, Some(&all)).contains("left out"));
        let unknown = endings(&all, None);
        assert!(unknown.starts_with("  @corp.example\n  @corp.local\n\nThe service takes"));
    }
}
