//! One locale's texts, from its Fluent files.

use std::collections::{BTreeMap, BTreeSet};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use fluent_syntax::parser::parse;

use crate::tidy::Finding;
use crate::tree::{File, Tree};

/// One message: where it stands, and what has to be filled in.
#[derive(Default)]
pub(super) struct Text {
    pub(super) path: String,
    pub(super) line: usize,
    pub(super) variables: BTreeSet<String>,
}

/// The messages of a folder `locales/LOCALE`.
pub(super) struct Catalogue {
    pub(super) locale: String,
    pub(super) texts: BTreeMap<String, Text>,
    references: BTreeSet<String>,
}

impl Catalogue {
    /// Every locale, in the order of their names.
    pub(super) fn all(tree: &Tree, findings: &mut Vec<Finding>) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for file in tree.of_kind("ftl") {
            let folder = file.path.rsplit('/').nth(1).unwrap_or_default();
            let at = all
                .iter()
                .position(|one| one.locale == folder)
                .unwrap_or_else(|| {
                    let (texts, references) = (BTreeMap::new(), BTreeSet::new());
                    all.push(Self {
                        locale: folder.to_owned(),
                        texts,
                        references,
                    });
                    all.len() - 1
                });
            all[at].read(file, findings);
        }
        all
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.texts.keys().map(String::as_str)
    }

    /// Whether another text of this locale contains this one.
    pub(super) fn refers_to(&self, key: &str) -> bool {
        self.references.contains(key)
    }

    fn read(&mut self, file: &File, findings: &mut Vec<Finding>) {
        let (resource, errors) = match parse(file.text.as_str()) {
            Ok(resource) => (resource, Vec::new()),
            Err((resource, errors)) => (resource, errors),
        };
        for error in errors {
            let line = file.text[..error.pos.start].matches('\n').count() + 1;
            findings.push(Finding::at(
                &file.path,
                line,
                format!("is no Fluent: {error}"),
            ));
        }
        for entry in resource.body {
            let Entry::Message(message) = entry else {
                continue;
            };
            let key = message.id.name;
            let attributes = message.attributes.iter().map(|attribute| &attribute.value);
            let mut text = Text {
                path: file.path.clone(),
                ..Text::default()
            };
            for pattern in message.value.iter().chain(attributes) {
                self.pattern(pattern, &mut text.variables);
            }
            let begins = |line: &str| {
                let rest = line.strip_prefix(key);
                rest.is_some_and(|rest| rest.trim_start().starts_with('='))
            };
            let mut lines = file
                .lines()
                .filter(|(_, line)| begins(line))
                .map(|(line, _)| line);
            text.line = lines.next().unwrap_or(1);
            if self.texts.contains_key(key) {
                let line = lines.next().unwrap_or(text.line);
                findings.push(Finding::at(
                    &file.path,
                    line,
                    format!("{key} is there twice"),
                ));
            }
            self.texts.entry(key.to_owned()).or_insert(text);
        }
    }

    fn pattern(&mut self, pattern: &Pattern<&str>, variables: &mut BTreeSet<String>) {
        for element in &pattern.elements {
            if let PatternElement::Placeable { expression } = element {
                self.expression(expression, variables);
            }
        }
    }

    fn expression(&mut self, expression: &Expression<&str>, variables: &mut BTreeSet<String>) {
        match expression {
            Expression::Inline(inline) => self.inline(inline, variables),
            Expression::Select { selector, variants } => {
                self.inline(selector, variables);
                for variant in variants {
                    self.pattern(&variant.value, variables);
                }
            }
        }
    }

    fn inline(&mut self, inline: &InlineExpression<&str>, variables: &mut BTreeSet<String>) {
        match inline {
            InlineExpression::VariableReference { id } => {
                variables.insert(id.name.to_owned());
            }
            InlineExpression::MessageReference { id, .. } => {
                self.references.insert(id.name.to_owned());
            }
            InlineExpression::Placeable { expression } => self.expression(expression, variables),
            InlineExpression::FunctionReference { arguments, .. } => {
                for argument in &arguments.positional {
                    self.inline(argument, variables);
                }
            }
            InlineExpression::TermReference { .. }
            | InlineExpression::StringLiteral { .. }
            | InlineExpression::NumberLiteral { .. } => {}
        }
    }
}
