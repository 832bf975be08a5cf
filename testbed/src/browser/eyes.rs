//! What can be seen on a page: pictures of it, and what keeps people from using it.

use std::fmt::Write as _;
use std::path::PathBuf;

use base64::Engine;
use serde_json::{Value, json};

use super::Browser;
use crate::process::repository;

/// Where [`Browser::screenshot`] puts its pictures, below the repository's root.
pub const SCREENSHOTS: &str = "test-output/screenshots";

/// Something that keeps people from using a page, as axe-core found it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The rule's id, such as `color-contrast`.
    pub id: String,
    /// `minor`, `moderate`, `serious` or `critical`.
    pub impact: String,
    /// What is wrong, in a sentence.
    pub help: String,
    /// The elements, each with its HTML and what to mend.
    pub nodes: Vec<String>,
}

impl Browser {
    /// Keeps a picture of the whole page, also of what lies below the window, as `test-output/screenshots/NAME.png`.
    ///
    /// # Panics
    /// When the picture can't be taken or written.
    pub async fn screenshot(&self, name: &str) -> PathBuf {
        let metrics = self.devtools("Page.getLayoutMetrics", json!({})).await;
        let size = &metrics["cssContentSize"];
        let clip =
            json!({"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1});
        let options = json!({"format": "png", "captureBeyondViewport": true, "clip": clip});
        let answer = self.devtools("Page.captureScreenshot", options).await;
        let data = answer["data"].as_str().expect("a picture");
        let png = base64::engine::general_purpose::STANDARD
            .decode(data)
            .expect("base64");
        let dir = repository().join(SCREENSHOTS);
        std::fs::create_dir_all(&dir).expect("a directory for screenshots");
        let file = dir.join(format!("{name}.png"));
        std::fs::write(&file, png).expect("to write the screenshot");
        file
    }

    /// What axe-core finds wrong with the page. Needs JavaScript.
    ///
    /// # Panics
    /// When axe-core isn't installed (`npm ci` in testbed/npm), or doesn't run.
    pub async fn axe(&self) -> Vec<Violation> {
        let file = repository().join("testbed/npm/node_modules/axe-core/axe.min.js");
        let source = std::fs::read_to_string(&file).unwrap_or_else(|error| {
            panic!("{}: {error}. Run `npm ci` in testbed/npm", file.display());
        });
        // WebDriver runs this outside the page's policy on scripts.
        self.client
            .execute(&source, Vec::new())
            .await
            .expect("axe-core to load");
        let run = "const done = arguments[arguments.length - 1];
            axe.run(document, {
                resultTypes: ['violations'],
                rules: { 'target-size': { enabled: true } },
            }).then(
                result => done({ violations: result.violations }),
                error => done({ error: String(error) }),
            );";
        let answer = self
            .client
            .execute_async(run, Vec::new())
            .await
            .expect("axe-core to run");
        assert!(
            answer["error"].is_null(),
            "axe-core failed: {}",
            answer["error"]
        );
        let list = answer["violations"].as_array().expect("axe-core's list");
        list.iter().map(Violation::read).collect()
    }

    /// Fails unless axe-core finds nothing wrong. `name` says which page it is.
    ///
    /// # Panics
    /// When it finds something; the message says what and where.
    pub async fn expect_accessible(&self, name: &str) {
        let found = self.axe().await;
        let mut list = String::new();
        for violation in &found {
            let _ = writeln!(
                list,
                "\n{} ({}): {}",
                violation.id, violation.impact, violation.help
            );
            for node in &violation.nodes {
                let _ = writeln!(list, "  {node}");
            }
        }
        assert!(
            found.is_empty(),
            "{name} keeps people out at {}:{list}",
            self.url().await
        );
    }
}

impl Violation {
    fn read(found: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let node = |node: &Value| {
            let summary = text(&node["failureSummary"]).replace('\n', " ");
            format!("{} — {summary}", text(&node["html"]))
        };
        Self {
            id: text(&found["id"]),
            impact: text(&found["impact"]),
            help: text(&found["help"]),
            nodes: found["nodes"]
                .as_array()
                .map_or_else(Vec::new, |all| all.iter().map(node).collect()),
        }
    }
}
