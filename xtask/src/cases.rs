//! Which test covers which numbered case.
//!
//! A test bears a case by its name (`tr_01_a_code_is_spent_once`, `s20_..`) or by a comment `// case: TR-01, ST-03`
//! above or inside it.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use crate::shell::{Done, root};
use crate::tree::{File, Tree};

/// The families of the security notes, whose ids have a hyphen: `TR-01`.
const FAMILIES: [&str; 51] = [
    "A", "AD", "AG", "AZ", "B", "C", "CJ", "CS", "DB", "DO", "EN", "F", "G", "HH", "I", "ID", "IN",
    "INV", "JW", "K", "L", "LG", "MA", "OT", "P", "PH", "RC", "RCV", "RL", "S", "SC", "SE", "SL",
    "SQ", "ST", "T", "TL", "TR", "UN", "W", "WA", "WB", "D", "E", "H", "J", "M", "N", "O", "R",
    "V",
];

/// The attack cases, each with a test or with the reason why there is none.
pub(crate) const LIST: &str = "docs/attack-cases.md";

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Write the table into this file: each case with its tests, or with the reason why it has none
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// Prints every case with its tests, and those of the list that have none.
pub(crate) fn run(options: &Options) -> Done {
    let tree = Tree::read(&root())?;
    let cases = covered(&tree);
    if let Some(file) = &options.json {
        fs::write(file, table(&tree, &cases))
            .map_err(|error| format!("{}: {error}", file.display()))?;
    }
    for (id, tests) in &cases {
        println!("{id:<7} {}", tests.join("\n        "));
    }
    let list = tree.file(LIST).map(listed).unwrap_or_default();
    let open: Vec<_> = list
        .iter()
        .filter(|case| !cases.contains_key(&case.id))
        .collect();
    println!("\nno test:");
    for case in &open {
        println!("{:<7} {}: {}", case.id, case.what, case.reason);
    }
    println!(
        "\n{} ids have a test; {} of the {} attack cases have none",
        cases.len(),
        open.len(),
        list.len()
    );
    Ok(())
}

/// The list as a program reads it.
fn table(tree: &Tree, covered: &BTreeMap<String, Vec<String>>) -> String {
    let list = tree.file(LIST).map(listed).unwrap_or_default();
    let rows = list.iter().map(|case| {
        let tests = covered.get(&case.id).map(Vec::as_slice).unwrap_or_default();
        let tests = tests.iter().filter_map(|test| {
            let (file, name) = test.split_once(' ')?;
            Some(serde_json::json!({"file": file, "name": name}))
        });
        let tests: Vec<_> = tests.collect();
        let reason = Some(&case.reason).filter(|reason| !reason.is_empty());
        serde_json::json!({"id": case.id, "what": case.what, "tests": tests, "reason": reason})
    });
    let rows: Vec<_> = rows.collect();
    format!("{:#}\n", serde_json::Value::from(rows))
}

/// One line of the list.
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) what: String,
    /// Why no test bears it; empty if one does.
    pub(crate) reason: String,
    pub(crate) line: usize,
}

/// The lines of the list: `| TR-01 | what | why not |`.
pub(crate) fn listed(file: &File) -> Vec<Case> {
    let case = |(line, text): (usize, &str)| {
        let mut cells = text.strip_prefix('|')?.split('|').map(str::trim);
        let id = cells.next().filter(|id| is_id(id))?.to_owned();
        let what = cells.next()?.to_owned();
        let reason = cells.next().unwrap_or_default().to_owned();
        Some(Case {
            id,
            what,
            reason,
            line,
        })
    };
    file.lines().filter_map(case).collect()
}

/// The tests that bear each id.
pub(crate) fn covered(tree: &Tree) -> BTreeMap<String, Vec<String>> {
    let mut cases: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in tree.of_kind("rs") {
        for (id, test) in in_file(file) {
            let tests = cases.entry(id).or_default();
            if !tests.contains(&test) {
                tests.push(test);
            }
        }
    }
    cases
}

/// Pairs of case and test.
fn in_file(file: &File) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut waiting = Vec::new();
    let mut current: Option<(String, String)> = None;
    // Where tests are all there is, a function is one also when a macro makes it so.
    let all_tests = file.path.contains("/tests/");
    let mut is_test = false;
    for (_, line) in file.lines() {
        let code = line.trim_start();
        let indent = &line[..line.len() - code.len()];
        if code.starts_with("#[test") || code.starts_with("#[tokio::test") {
            is_test = true;
        }
        if let Some(list) = code.strip_prefix("//").and_then(comment) {
            match &current {
                Some((test, _)) => found.extend(list.into_iter().map(|id| (id, test.clone()))),
                None => waiting.extend(list),
            }
        } else if let Some(name) = function(code).or_else(|| on_both(code)) {
            let test = format!("{} {name}", file.path);
            if is_test || all_tests || !waiting.is_empty() {
                found.extend(waiting.drain(..).map(|id| (id, test.clone())));
                found.extend(from_name(name).into_iter().map(|id| (id, test.clone())));
                current = Some((test, format!("{indent}}}")));
            }
            is_test = false;
        } else if current.as_ref().is_some_and(|(_, end)| line == end) {
            current = None;
        }
    }
    found
}

/// The ids of `case: TR-01, ST-03`.
fn comment(text: &str) -> Option<Vec<String>> {
    let text = text.trim_start_matches(['/', '!', ' ']);
    let list = text
        .strip_prefix("case:")
        .or_else(|| text.strip_prefix("cases:"))?;
    let ids = list
        .split([',', ' '])
        .map(|id| id.trim_matches(['.', ';']))
        .filter(|id| is_id(id));
    Some(ids.map(str::to_owned).collect())
}

fn is_id(id: &str) -> bool {
    let letters = id.bytes().take_while(u8::is_ascii_uppercase).count();
    let digits = id[letters..].strip_prefix('-').unwrap_or(&id[letters..]);
    (1..=3).contains(&letters)
        && digits.len() == 2
        && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// The name in `pub async fn name(`.
fn function(code: &str) -> Option<&str> {
    let words = ["pub ", "async "];
    let code = words
        .iter()
        .fold(code, |code, word| code.strip_prefix(word).unwrap_or(code));
    let name = code.strip_prefix("fn ")?;
    name.split(['(', '<']).next()
}

/// The name in `name, |bed| {`, as the tests of the store have it.
fn on_both(code: &str) -> Option<&str> {
    let (name, rest) = code.split_once(", |")?;
    let (argument, rest) = rest.split_once('|')?;
    let word = |text: &str| {
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    };
    (word(name) && word(argument) && rest.trim() == "{").then_some(name)
}

/// `tr_01_..` is TR-01, `s20_..` is S20; several may follow each other at the start of a name.
fn from_name(name: &str) -> Vec<String> {
    let mut words = name.split('_').peekable();
    let mut ids = Vec::new();
    while let Some(word) = words.next() {
        let letters = word.bytes().take_while(u8::is_ascii_lowercase).count();
        let (family, number) = word.split_at(letters);
        let family = family.to_uppercase();
        let two = |number: &str| number.len() == 2 && number.bytes().all(|b| b.is_ascii_digit());
        if two(number) && (1..=2).contains(&letters) {
            ids.push(format!("{family}{number}"));
        } else if number.is_empty()
            && FAMILIES.contains(&family.as_str())
            && let Some(next) = words.next_if(|next| two(next))
        {
            ids.push(format!("{family}-{next}"));
        } else {
            break;
        }
    }
    ids
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_bear_cases() {
        assert_eq!(from_name("tr_01_a_code_is_spent_once"), ["TR-01"]);
        assert_eq!(from_name("f_05_f_06_gates"), ["F-05", "F-06"]);
        assert_eq!(from_name("s20_works"), ["S20"]);
        assert_eq!(from_name("a_code_has_06_digits"), Vec::<String>::new());
        assert_eq!(from_name("utf_16_names"), Vec::<String>::new());
    }

    #[test]
    fn the_table_has_tests_or_reasons() {
        let list = "| id | what | why not |\n| --- | --- | --- |\n| TR-01 | a | |\n| TR-02 | b | not yet, because of c |\n";
        let tree = Tree::of(&[(LIST, list), ("a.rs", "#[test]\nfn tr_01_works() {\n}\n")]);
        let table: serde_json::Value =
            serde_json::from_str(&table(&tree, &covered(&tree))).unwrap();
        let expected = serde_json::json!([
            {"id": "TR-01", "what": "a", "tests": [{"file": "a.rs", "name": "tr_01_works"}], "reason": null},
            {"id": "TR-02", "what": "b", "tests": [], "reason": "not yet, because of c"},
        ]);
        assert_eq!(table, expected);
    }

    #[test]
    fn comments_bear_cases_above_and_inside() {
        let text = "// case: TR-01, ST-03\n#[test]\nfn one() {\n    // case: S20.\n}\n\n#[test]\nfn two() {}\n";
        let file = File {
            path: "a.rs".into(),
            text: text.into(),
        };
        let found = in_file(&file);
        let ids: Vec<_> = found
            .iter()
            .map(|(id, test)| (id.as_str(), test.as_str()))
            .collect();
        assert_eq!(
            ids,
            [
                ("TR-01", "a.rs one"),
                ("ST-03", "a.rs one"),
                ("S20", "a.rs one")
            ]
        );
    }

    #[test]
    fn tests_that_a_macro_makes_bear_cases() {
        let text = "on_both! {\n    // case: ID-01\n    id_06_nothing, |bed| {\n        // case: S20\n    }\n\n    \
            other, |bed| {\n    }\n}\n\nasync fn rl_08_a_worker(app: &TestApp) {\n}\n";
        let file = File {
            path: "crates/store/tests/it/a.rs".into(),
            text: text.into(),
        };
        let ids: Vec<_> = in_file(&file)
            .into_iter()
            .map(|(id, test)| format!("{id} {}", test.rsplit(' ').next().unwrap()))
            .collect();
        assert_eq!(
            ids,
            [
                "ID-01 id_06_nothing",
                "ID-06 id_06_nothing",
                "S20 id_06_nothing",
                "RL-08 rl_08_a_worker"
            ]
        );
    }
}
