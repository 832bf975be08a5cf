//! What else is done for a directory.

use super::directories::words;
use crate::complaint::Complaint;
use crate::config::DirectoryConfig;
use crate::directory::Error;
use crate::doctor::advice;
use crate::sync::rules::Expression;
use crate::wizard::Wizard;
use crate::wizard::ask::{Asked, Choice, Question, Text};
use crate::wizard::draft::Reached;

const WRITEBACK: usize = 0;
const SIGN_IN: usize = 1;
const EXTENSIONS: usize = 2;

/// What allows passwords to be written back.
const PLANS: &str = "Password writeback needs a subscription with its plan: Directory Premium P1 or P2, \
     Enterprise\nMobility + Security E3, E5, A3 or A5, Suite E3, E5, A3, A5 or F1, Business Premium, or \
     Keyward Complete.\nYour organization holds none, or its switch under Password reset > On-premises \
     integration is off.\n";

pub(in crate::wizard) fn page(wizard: &mut Wizard, n: usize) -> Asked<()> {
    let allowed = wizard.settings()?.writeback;
    if !allowed {
        wizard.prompts.say(PLANS);
    }
    let writeback = if allowed { "" } else { " (not available)" };
    let choices = [
        Choice::new(
            "writeback",
            format!("Password writeback: changes and resets reach the directory{writeback}"),
        ),
        Choice::new(
            "sign-in",
            "Pass-through sign-in: the directory checks the passwords",
        ),
        Choice::new(
            "extensions",
            "Attribute extensions: further attributes come in",
        ),
    ];
    loop {
        let ticked = ticked(&wizard.draft.directories[n].config);
        let chosen = wizard.prompts.some(
            Question::Features(n),
            "Optional features",
            &choices,
            &ticked,
        )?;
        let config = &mut wizard.draft.directories[n].config;
        config.switches.writeback = chosen.contains(&WRITEBACK);
        config.switches.sign_in = chosen.contains(&SIGN_IN);
        if config.switches.writeback && !allowed {
            config.switches.writeback = false;
            let fix = "assign such a subscription or turn the switch on, or go on without password writeback";
            let what = "the service doesn't write passwords back for your organization";
            let place = wizard.draft.service.url.clone();
            wizard.prompts.sorry(&Complaint::new(what, place, fix))?;
            continue;
        }
        let extended = if chosen.contains(&EXTENSIONS) {
            attributes(wizard, n)?
        } else {
            Vec::new()
        };
        extend(&mut wizard.draft.directories[n].config, extended);
        match wizard.draft.check_directory(n) {
            Ok(()) => return Ok(()),
            Err(complaint) => wizard.prompts.sorry(&complaint)?,
        }
    }
}

fn ticked(config: &DirectoryConfig) -> Vec<usize> {
    let on = [
        (WRITEBACK, config.switches.writeback),
        (SIGN_IN, config.switches.sign_in),
        (EXTENSIONS, !config.scope.attributes.is_empty()),
    ];
    on.iter()
        .filter(|(_, on)| *on)
        .map(|(feature, _)| *feature)
        .collect()
}

fn attributes(wizard: &mut Wizard, n: usize) -> Asked<Vec<String>> {
    let ask = Text {
        label: "Which attributes",
        help: "As employeeType division; each becomes an extension of its name",
        initial: wizard.draft.directories[n]
            .config
            .scope
            .attributes
            .join(" "),
        optional: false,
    };
    Ok(words(&wizard.prompts.text(Question::Attributes(n), &ask)?))
}

/// Gives each attribute an extension of its name; rules that somebody wrote stay.
fn extend(config: &mut DirectoryConfig, attributes: Vec<String>) {
    for gone in &config.scope.attributes {
        let target = target(gone);
        if !attributes.contains(gone) && config.rules.get(&target) == Some(&plain(gone)) {
            config.rules.remove(&target);
        }
    }
    for name in &attributes {
        let is_read = config.rules.values().any(|rule| {
            rule.attributes()
                .iter()
                .any(|read| read.eq_ignore_ascii_case(name))
        });
        if !is_read {
            config.rules.insert(target(name), plain(name));
        }
    }
    config.scope.attributes = attributes;
}

fn target(attribute: &str) -> String {
    let kept = attribute.chars().map(|c| c.to_ascii_lowercase());
    let kept = kept.map(|c| {
        if c.is_ascii_lowercase() || c.is_ascii_digit() {
            c
        } else {
            '_'
        }
    });
    format!("extension.{}", kept.collect::<String>())
}

fn plain(attribute: &str) -> Expression {
    Expression::First(vec![attribute.to_owned()])
}

/// Why a directory can't be read, with what to do.
pub(super) fn advised(error: &Error, reached: &Reached) -> Complaint {
    Complaint::new(error.to_string(), &reached.identity.name, advice(error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wizard::draft::DirectoryDraft;

    fn named(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn an_attribute_comes_and_goes_with_its_own_rule_and_leaves_others_alone() {
        let mut config = DirectoryDraft::blank().config;
        let cost = Expression::First(named(&["costCentre", "department"]));
        config
            .rules
            .insert("extension.cost".to_owned(), cost.clone());
        extend(&mut config, named(&["costCentre", "employee-Type"]));
        assert_eq!(
            config.rules.keys().collect::<Vec<_>>(),
            ["extension.cost", "extension.employee_type"]
        );
        assert_eq!(ticked(&config), [SIGN_IN, EXTENSIONS]);
        extend(&mut config, named(&["costCentre"]));
        assert_eq!(config.rules.get("extension.cost"), Some(&cost));
        assert_eq!(config.rules.len(), 1);
        extend(&mut config, Vec::new());
        assert_eq!(ticked(&config), [SIGN_IN]);
    }
}
