//! Units as a tree that can be read, and what of it comes in.

use super::ask::Choice;
use crate::directory::Unit;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// The units of a directory, each below the one that it is in.
pub(super) struct Tree {
    units: Vec<(usize, Unit)>,
}

impl Tree {
    pub(super) fn new(units: Vec<Unit>) -> Self {
        let known: HashSet<_> = units.iter().map(|unit| unit.anchor).collect();
        let mut below: HashMap<Option<Uuid>, Vec<Unit>> = HashMap::new();
        for unit in units {
            // One whose parent isn't listed stands at the top.
            let parent = unit
                .parent
                .filter(|parent| known.contains(parent) && *parent != unit.anchor);
            below.entry(parent).or_default().push(unit);
        }
        for children in below.values_mut() {
            children.sort_by_cached_key(|unit| (unit.name.to_lowercase(), unit.anchor));
            children.reverse();
        }
        let mut open: Vec<_> = below.remove(&None).unwrap_or_default();
        let mut depth: HashMap<Uuid, usize> = HashMap::new();
        let mut sorted = Vec::new();
        while let Some(unit) = open.pop() {
            let own = unit
                .parent
                .and_then(|parent| depth.get(&parent))
                .map_or(0, |above| above + 1);
            depth.insert(unit.anchor, own);
            open.extend(below.remove(&Some(unit.anchor)).unwrap_or_default());
            sorted.push((own, unit));
        }
        Self { units: sorted }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.units.is_empty()
    }

    /// All of it, indented.
    pub(super) fn choices(&self) -> Vec<Choice> {
        let choices = self.units.iter().map(|(depth, unit)| Choice {
            also: vec![unit.anchor.to_string()],
            ..Choice::new(&*unit.dn, format!("{}{}", "  ".repeat(*depth), unit.name))
        });
        choices.collect()
    }

    pub(super) fn anchor(&self, n: usize) -> Option<Uuid> {
        self.units.get(n).map(|(_, unit)| unit.anchor)
    }

    /// Where these are.
    pub(super) fn places(&self, anchors: &[Uuid]) -> Vec<usize> {
        let units = self.units.iter().enumerate();
        let found = units.filter(|(_, (_, unit))| anchors.contains(&unit.anchor));
        found.map(|(n, _)| n).collect()
    }

    /// Those that aren't there.
    pub(super) fn gone(&self, anchors: &[Uuid]) -> Vec<Uuid> {
        let known: HashSet<_> = self.units.iter().map(|(_, unit)| unit.anchor).collect();
        let gone = anchors.iter().filter(|anchor| !known.contains(anchor));
        gone.copied().collect()
    }

    /// What is below some of it, without those themselves; below nothing: everything.
    pub(super) fn below(&self, chosen: &[Uuid]) -> Self {
        let mut inside: HashSet<Uuid> = chosen.iter().copied().collect();
        let mut units = Vec::new();
        for (depth, unit) in &self.units {
            let within =
                chosen.is_empty() || unit.parent.is_some_and(|parent| inside.contains(&parent));
            if within {
                inside.insert(unit.anchor);
            }
            if within && !chosen.contains(&unit.anchor) {
                units.push((*depth, unit.clone()));
            }
        }
        Self { units }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(n: u128, name: &str, parent: Option<u128>) -> Unit {
        Unit {
            anchor: Uuid::from_u128(n),
            dn: format!("OU={name}"),
            name: name.to_owned(),
            parent: parent.map(Uuid::from_u128),
        }
    }

    fn labels(tree: &Tree) -> Vec<String> {
        tree.choices()
            .into_iter()
            .map(|choice| choice.label)
            .collect()
    }

    fn tree() -> Tree {
        Tree::new(vec![
            unit(4, "Interns", Some(3)),
            unit(3, "Vienna", Some(2)),
            unit(1, "sales", Some(9)),
            unit(2, "People", None),
            unit(5, "Berlin", Some(2)),
        ])
    }

    #[test]
    fn each_unit_stands_below_the_one_that_it_is_in() {
        assert_eq!(
            labels(&tree()),
            ["People", "  Berlin", "  Vienna", "    Interns", "sales"]
        );
    }

    #[test]
    fn what_is_below_some_units() {
        let tree = tree();
        let people = [Uuid::from_u128(2)];
        assert_eq!(
            labels(&tree.below(&people)),
            ["  Berlin", "  Vienna", "    Interns"]
        );
        assert_eq!(labels(&tree.below(&[Uuid::from_u128(3)])), ["    Interns"]);
        assert_eq!(tree.below(&[]).units.len(), 5);
        assert!(tree.below(&[Uuid::from_u128(4)]).is_empty());
        assert_eq!(tree.places(&people), [0]);
        assert_eq!(
            tree.gone(&[Uuid::from_u128(8), Uuid::from_u128(2)]),
            [Uuid::from_u128(8)]
        );
    }

    #[test]
    fn units_that_are_in_each_other_end() {
        let tree = Tree::new(vec![
            unit(1, "a", Some(2)),
            unit(2, "b", Some(1)),
            unit(3, "c", Some(3)),
        ]);
        assert_eq!(labels(&tree), ["c"]);
    }
}
