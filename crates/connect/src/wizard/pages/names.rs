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
    let suffixes = reached.identity.suffixes.clone();
    let verified = wizard.verified(&suffixes)?;
    wizard.prompts.say(&format!(
        "Source anchor: {anchor}. It never changes, so whoever is renamed or moved stays the same user.\n\n\
         The names that users sign in with may end in\n{}",
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
