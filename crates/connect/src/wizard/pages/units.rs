//! Which units of a directory come in. They are kept by their anchors, so that a renamed one stays.

use super::features::advised;
use crate::complaint::Complaint;
use crate::wizard::Wizard;
use crate::wizard::ask::{Asked, Choice, Question};
use crate::wizard::tree::Tree;
use uuid::Uuid;

pub(in crate::wizard) fn page(wizard: &mut Wizard, n: usize) -> Asked<()> {
    let reached = wizard.reached(n)?;
    let units = wizard.insist(|wizard| {
        let units = wizard.runtime.block_on(reached.directory.tree());
        Ok(units.map_err(|error| advised(&error, &reached)))
    })?;
    let tree = Tree::new(units);
    let scope = wizard.draft.directories[n].config.scope.clone();
    for anchor in tree.gone(&[scope.units.as_slice(), &scope.excluded].concat()) {
        wizard.prompts.say(&format!(
            "The unit {anchor} is not in the directory any more: it drops out."
        ));
    }
    let areas = [
        Choice::new(
            "all",
            format!(
                "Everything in {}, units that are added later too",
                reached.identity.name
            ),
        ),
        Choice::new("all-but", "Everything but some units"),
        Choice::new("units", "Some units only"),
    ];
    let areas = if tree.is_empty() {
        &areas[..1]
    } else {
        &areas[..]
    };
    let start = match (scope.units.is_empty(), scope.excluded.is_empty()) {
        (true, true) => 0,
        (true, false) => 1,
        (false, _) => 2,
    };
    let area = wizard
        .prompts
        .one(Question::Area(n), "What comes in?", areas, start)?;
    let units = if area == 2 {
        chosen(wizard, n, &tree)?
    } else {
        Vec::new()
    };
    wizard.draft.directories[n]
        .config
        .scope
        .units
        .clone_from(&units);
    let below = tree.below(&units);
    let excluded = if area == 0 || below.is_empty() {
        Vec::new()
    } else {
        let label = "Which of these stay out? A tick takes all below it out";
        let ticked = below.places(&scope.excluded);
        let out = wizard
            .prompts
            .some(Question::Excluded(n), label, &below.choices(), &ticked)?;
        out.into_iter()
            .filter_map(|place| below.anchor(place))
            .collect()
    };
    wizard.draft.directories[n].config.scope.excluded = excluded;
    Ok(())
}

fn chosen(wizard: &mut Wizard, n: usize, tree: &Tree) -> Asked<Vec<Uuid>> {
    let choices = tree.choices();
    loop {
        let ticked = tree.places(&wizard.draft.directories[n].config.scope.units);
        let label =
            "Which units come in? A tick brings all below it in, units that are added later too";
        let chosen = wizard
            .prompts
            .some(Question::Units(n), label, &choices, &ticked)?;
        if !chosen.is_empty() {
            return Ok(chosen
                .into_iter()
                .filter_map(|place| tree.anchor(place))
                .collect());
        }
        let fix = "tick at least one unit (Space), or go back and take everything";
        wizard
            .prompts
            .sorry(&Complaint::new("no unit is ticked", "the tree", fix))?;
    }
}
