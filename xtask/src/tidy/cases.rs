//! The list of attack cases is true: what it says is tested is, and what it says isn't, isn't.

use std::collections::BTreeSet;

use super::Finding;
use crate::cases::{self, LIST};
use crate::tree::Tree;

/// Every number of every family: a case that vanishes from the list is missed.
const CATALOGUE: [(&str, &str); 29] = [
    ("TR-", "01..04 06..12 14..22 24..26"),
    ("ST-", "01..07 10..15 17..20"),
    ("OT-", "01..06 08..11 13..15 18..25"),
    ("EN-", "01..15 17"),
    ("HH-", "01..02 04..08"),
    ("SE-", "01..09 11 13"),
    ("CS-", "01..04 06..08"),
    ("CJ-", "01..03"),
    ("IN-", "01..03 05..12 14..19 21..25 27..29"),
    ("PH-", "01..04 06 08..20"),
    ("UN-", "01..05 08..12"),
    ("ID-", "01..02 04..14"),
    ("MA-", "01..02 04..06"),
    ("AZ-", "01..02 04..17"),
    ("AG-", "01..05 07..22"),
    ("AD-", "01..16"),
    ("WB-", "01..04 06..13"),
    ("DB-", "01..05 07 09..11"),
    ("RL-", "01..17"),
    ("DO-", "01..14"),
    ("JW-", "01..04"),
    ("TL-", "01..05"),
    ("SL-", "01..07"),
    ("LG-", "01..08"),
    ("SC-", "01..08"),
    ("WA-", "01..14"),
    ("SQ-", "10..15"),
    ("RCV-", "01..03"),
    ("S", "01..16 20..32 40..43 50..54 60..63 70..83 90..99"),
];

/// The ids of the catalogue.
fn catalogue() -> impl Iterator<Item = String> {
    CATALOGUE.into_iter().flat_map(|(family, numbers)| {
        numbers.split(' ').flat_map(move |range| {
            let (first, last) = range.split_once("..").unwrap_or((range, range));
            let number = |text: &str| text.parse::<u32>().unwrap_or_default();
            (number(first)..=number(last)).map(move |n| format!("{family}{n:02}"))
        })
    })
}

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = compare(tree);
    let listed = tree.file(LIST).map(cases::listed).unwrap_or_default();
    let listed: BTreeSet<_> = listed.into_iter().map(|case| case.id).collect();
    let known: BTreeSet<_> = catalogue().collect();
    let missing = known.difference(&listed);
    findings.extend(missing.map(|id| Finding::at(LIST, 1, format!("{id} is missing"))));
    let further = listed.difference(&known);
    let text = |id| format!("{id} is not in the catalogue of xtask/src/tidy/cases.rs");
    findings.extend(further.map(|id| Finding::at(LIST, 1, text(id))));
    findings
}

/// The list against the tests.
fn compare(tree: &Tree) -> Vec<Finding> {
    let covered = cases::covered(tree);
    let Some(file) = tree.file(LIST) else {
        return vec![Finding::at(LIST, 1, "is missing")];
    };
    let list = cases::listed(file);
    let mut findings = Vec::new();
    let mut known = BTreeSet::new();
    for case in &list {
        let tested = covered.contains_key(&case.id);
        let wrong = if !known.insert(case.id.as_str()) {
            "is listed twice"
        } else if tested && !case.reason.is_empty() {
            "has a test: strike the reason why it has none"
        } else if !tested
            && !case.reason.starts_with("not yet, because ")
            && !case.reason.starts_with("not here, because ")
        {
            "has no test: write one, or say \"not yet, because\" or \"not here, because\""
        } else {
            continue;
        };
        findings.push(Finding::at(LIST, case.line, format!("{} {wrong}", case.id)));
    }
    // Requirements have ids too; only the families of the list are attacks.
    let families: BTreeSet<_> = known.iter().map(|id| family(id)).collect();
    for (id, tests) in &covered {
        if families.contains(family(id)) && !known.contains(id.as_str()) {
            let path = tests[0].split(' ').next().unwrap_or_default();
            findings.push(Finding::at(path, 1, format!("{id} is not in {LIST}")));
        }
    }
    findings
}

/// `TR` of `TR-01`, `S` of `S20`. `S-05` is a requirement and belongs to `S-`.
fn family(id: &str) -> &str {
    match id.split_once('-') {
        Some(("S", _)) => "S-",
        Some((family, _)) => family,
        None => id.trim_end_matches(|c: char| c.is_ascii_digit()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_checked_both_ways() {
        let list = "| id | what | why not |\n| --- | --- | --- |\n| TR-01 | a | |\n| TR-02 | b | not yet, because |\n\
            | TR-03 | c | |\n| TR-04 | d | not here, because of e |\n";
        let test = "// case: TR-02, P-03, TR-09\n#[test]\nfn tr_01_works() {\n}\n";
        let tree = Tree::of(&[(LIST, list), ("a.rs", test)]);
        let found: Vec<_> = compare(&tree)
            .into_iter()
            .map(|f| format!("{}:{} {}", f.path, f.line, f.what))
            .collect();
        assert_eq!(found.len(), 3, "{found:#?}");
        assert!(found[0].starts_with(&format!("{LIST}:4 TR-02 has a test")));
        assert!(found[1].starts_with(&format!("{LIST}:5 TR-03 has no test")));
        assert_eq!(found[2], format!("a.rs:1 TR-09 is not in {LIST}"));
        // And what is in no list.
        let all = check(&tree);
        assert!(all.iter().any(|f| f.what == "S99 is missing"));
        assert!(!all.iter().any(|f| f.what.starts_with("TR-01 ")));
    }

    #[test]
    fn the_catalogue_has_every_case_once() {
        let all: Vec<_> = catalogue().collect();
        let once: BTreeSet<_> = all.iter().collect();
        assert_eq!((all.len(), once.len()), (402, 402));
    }
}
