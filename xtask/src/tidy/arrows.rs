//! Dependencies point one way (DESIGN, section 1). The manifests are the truth; this table is the plan.

use toml::Table;

use super::Finding;
use crate::tree::{File, Tree};

const OURS: &str = "keyward-";

/// Who may depend on whom. `testbed` is for tests, and for nothing that is shipped.
const MAY: [(&str, &[&str]); 12] = [
    ("core", &[]),
    ("wire", &[]),
    ("store", &["core"]),
    ("app", &["core", "store", "wire"]),
    ("http", &["core", "app", "wire"]),
    ("breach", &[]),
    ("connect", &["core", "wire"]),
    ("server", &["core", "store", "app", "http", "breach"]),
    ("testbed", &[]),
    ("xtask", &["testbed"]),
    ("bench", &["app", "breach", "core", "store", "testbed"]),
    ("fuzz", &["core", "wire"]),
];

/// The tests of the whole play an agent that wants to be let in.
const PLAYS: (&str, &str) = ("server", "wire");

/// What a crate must not know, whatever brings it along.
const MUST_NOT: [(&str, &[&str], &str); 4] = [
    (
        "core",
        &[
            "axum",
            "getrandom",
            "hyper",
            "jiff",
            "lettre",
            "rand",
            "reqwest",
            "sqlx",
            "tokio",
            "tracing",
        ],
        "core has no I/O, no clock and no randomness",
    ),
    (
        "app",
        &[
            "askama", "axum", "hyper", "lettre", "reqwest", "rusqlite", "sqlx",
        ],
        "app knows no HTTP and no SQL",
    ),
    ("http", &["rusqlite", "sqlx"], "http knows no SQL"),
    ("server", &["rusqlite", "sqlx"], "only store knows SQL"),
];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree
        .files
        .iter()
        .filter(|file| file.name() == "Cargo.toml" && file.path != "Cargo.toml")
    {
        match file.text.parse::<Table>() {
            Ok(manifest) => manifest_of(file, &manifest, &mut findings),
            Err(error) => findings.push(Finding::at(&file.path, 1, error.message())),
        }
    }
    findings
}

fn manifest_of(file: &File, manifest: &Table, findings: &mut Vec<Finding>) {
    let folder = file
        .path
        .trim_end_matches("/Cargo.toml")
        .rsplit('/')
        .next()
        .unwrap_or_default();
    let Some((_, may)) = MAY.iter().find(|(name, _)| *name == folder) else {
        findings.push(Finding::at(
            &file.path,
            1,
            format!("{folder} has no place in the table of arrows"),
        ));
        return;
    };
    let mut wrong = |name: &str, what: String| {
        let line = file
            .lines()
            .find(|(_, line)| line.starts_with(name))
            .map_or(1, |(line, _)| line);
        findings.push(Finding::at(&file.path, line, what));
    };
    for table in ["dependencies", "build-dependencies"] {
        for (name, value) in entries(manifest, table) {
            if let Some(ours) = name.strip_prefix(OURS)
                && !may.contains(&ours)
                && !is_for_testing(folder, ours, manifest, value)
            {
                wrong(name, format!("{folder} must not depend on {ours}"));
            }
            if name.starts_with(OURS) && features(value).any(|feature| feature == "testing") {
                wrong(
                    name,
                    format!("the feature testing of {name} is for tests: dev-dependencies only"),
                );
            }
            for (_, outside, why) in MUST_NOT.iter().filter(|(own, ..)| *own == folder) {
                if outside.contains(&name) {
                    wrong(name, format!("{folder} must not depend on {name}: {why}"));
                }
            }
        }
    }
    for (name, _) in entries(manifest, "dev-dependencies") {
        if let Some(ours) = name.strip_prefix(OURS)
            && !may.contains(&ours)
            && ours != "testbed"
            && ours != folder
            && (folder, ours) != PLAYS
        {
            wrong(
                name,
                format!("tests of {folder} must not depend on {ours} either"),
            );
        }
    }
}

/// The one exception: app's feature `testing` brings the testbed to the tests of later crates.
fn is_for_testing(folder: &str, ours: &str, manifest: &Table, value: &toml::Value) -> bool {
    let optional = value.get("optional").and_then(toml::Value::as_bool) == Some(true);
    let turned_on_by = |feature: &str, list: &toml::Value| {
        feature != "testing" && list.to_string().contains(&format!("{OURS}testbed"))
    };
    let elsewhere = entries(manifest, "features").any(|(name, list)| turned_on_by(name, list));
    folder == "app" && ours == "testbed" && optional && !elsewhere
}

fn entries<'a>(
    manifest: &'a Table,
    table: &str,
) -> impl Iterator<Item = (&'a str, &'a toml::Value)> {
    let table = manifest.get(table).and_then(toml::Value::as_table);
    table
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.as_str(), value))
}

fn features(value: &toml::Value) -> impl Iterator<Item = &str> {
    let list = value.get("features").and_then(toml::Value::as_array);
    list.into_iter().flatten().filter_map(toml::Value::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, manifest: &str) -> Vec<String> {
        let tree = Tree::of(&[(path, manifest)]);
        check(&tree)
            .into_iter()
            .map(|finding| finding.what)
            .collect()
    }

    #[test]
    fn arrows_the_wrong_way_are_found() {
        let store = "[dependencies]\nkeyward-core.workspace = true\nkeyward-app.workspace = true\n";
        assert_eq!(
            found("crates/store/Cargo.toml", store),
            ["store must not depend on app"]
        );
        let core = "[dependencies]\ntokio = \"1\"\n";
        assert_eq!(found("crates/core/Cargo.toml", core).len(), 1);
        assert_eq!(found("crates/attic/Cargo.toml", "").len(), 1);
        let tests =
            "[dev-dependencies]\nkeyward-http.workspace = true\nkeyward-testbed.workspace = true\n";
        assert_eq!(found("crates/app/Cargo.toml", tests).len(), 1);
    }

    #[test]
    fn the_testbed_is_never_shipped() {
        let plain = "[dependencies]\nkeyward-testbed.workspace = true\n";
        assert_eq!(
            found("crates/server/Cargo.toml", plain),
            ["server must not depend on testbed"]
        );
        assert_eq!(found("crates/app/Cargo.toml", plain).len(), 1);
        let optional = "[features]\ntesting = [\"dep:keyward-testbed\"]\n\
            [dependencies]\nkeyward-testbed = { workspace = true, optional = true }\n";
        assert_eq!(
            found("crates/app/Cargo.toml", optional),
            Vec::<String>::new()
        );
        let always = optional.replace("testing =", "default =");
        assert_eq!(found("crates/app/Cargo.toml", &always).len(), 1);
        let feature =
            "[dependencies]\nkeyward-app = { workspace = true, features = [\"testing\"] }\n";
        assert_eq!(found("crates/http/Cargo.toml", feature).len(), 1);
    }
}
