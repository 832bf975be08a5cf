//! The list of attack cases is true: what it says is tested is, and what it says isn't, isn't.

use std::collections::BTreeSet;

use super::Finding;
use crate::cases::{self, LIST};
use crate::tree::Tree;

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
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
        let found: Vec<_> = check(&tree)
            .into_iter()
            .map(|f| format!("{}:{} {}", f.path, f.line, f.what))
            .collect();
        assert_eq!(found.len(), 3, "{found:#?}");
        assert!(found[0].starts_with(&format!("{LIST}:4 TR-02 has a test")));
        assert!(found[1].starts_with(&format!("{LIST}:5 TR-03 has no test")));
        assert_eq!(found[2], format!("a.rs:1 TR-09 is not in {LIST}"));
    }
}
