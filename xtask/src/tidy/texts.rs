//! Keys of texts: the same in every locale, there when the code asks for them, and asked for when there.

mod catalogue;
mod uses;

use std::collections::BTreeSet;

use super::Finding;
use crate::tree::Tree;
use catalogue::Catalogue;
use uses::Uses;

/// Keys that are put together at run time in a way that [`uses`] can't see: their beginning, and where it is done.
const DYNAMIC: [(&str, &str); 0] = [];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let locales = Catalogue::all(tree, &mut findings);
    if locales.is_empty() {
        return findings;
    }
    alike(&locales, &mut findings);
    let uses = Uses::of(tree);
    let known: BTreeSet<_> = locales.iter().flat_map(Catalogue::keys).collect();
    for (key, path, line) in &uses.asked {
        if !known.contains(key.as_str()) {
            findings.push(Finding::at(
                path,
                *line,
                format!("no locale has the text {key}"),
            ));
        }
    }
    let first = &locales[0];
    for (key, text) in &first.texts {
        let dynamic = DYNAMIC.iter().any(|(prefix, _)| key.starts_with(prefix));
        if !dynamic && !uses.mentions(key) && !first.refers_to(key) {
            findings.push(Finding::at(
                &text.path,
                text.line,
                format!("nobody asks for the text {key}"),
            ));
        }
    }
    findings
}

/// Each locale against the first: the same keys, and per key the same variables.
fn alike(locales: &[Catalogue], findings: &mut Vec<Finding>) {
    let [first, others @ ..] = locales else {
        return;
    };
    for other in others {
        for (one, two) in [(first, other), (other, first)] {
            for (key, text) in &one.texts {
                if !two.texts.contains_key(key) {
                    let what = format!("{} has no text {key}", two.locale);
                    findings.push(Finding::at(&text.path, text.line, what));
                }
            }
        }
        for (key, text) in &other.texts {
            if let Some(model) = first.texts.get(key)
                && model.variables != text.variables
            {
                let what = format!(
                    "{key} has the variables {:?}, in {} {:?}",
                    text.variables, first.locale, model.variables
                );
                findings.push(Finding::at(&text.path, text.line, what));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: &str = "{# v.t(\"only-a-comment\") #}<p>{{ v.t(\"greeting\") }} {{ v.t1(\"hello\", name) }} \
        {% call parts::x(title=\"by-name\") %}";
    const RUST: &str = "fn f(v: V) { v.t(\"sign-in\"); Text::new(\"lost\"); v.t(&format!(\"role-{}\", x)); \
        texts.t(ctx.lang(), \"deep\"); texts.with(Lang::De, \"count\", &[(\"n\", 1)]); map.with(a, \"other\"); \
        let key = if a { \"maybe\" } else { \"other.part\" }; }";

    fn found(en: &str, de: &str) -> Vec<String> {
        let tree = Tree::of(&[
            ("crates/app/locales/de/main.ftl", de),
            ("crates/app/locales/en/main.ftl", en),
            ("crates/http/templates/a.html", TEMPLATE),
            ("crates/http/src/a.rs", RUST),
        ]);
        let line = |f: Finding| format!("{}:{} {}", f.path.replace("crates/", ""), f.line, f.what);
        check(&tree).into_iter().map(line).collect()
    }

    const GOOD: &str = "greeting = Hi\nhello = Hello { $name }, { greeting }\nby-name = Titel\nsign-in = In\n\
        lost = Lost\nrole-a = A\nmaybe = Maybe\ndeep = Deep\ncount = { $n }\n";

    #[test]
    fn good_catalogues_are_fine() {
        assert_eq!(found(GOOD, GOOD), Vec::<String>::new());
    }

    #[test]
    fn what_differs_is_missing_or_unused_is_found() {
        let without = GOOD
            .replace("maybe = Maybe\n", "")
            .replace("{ $name }", "{ $who }");
        assert_eq!(
            found(GOOD, &without),
            [
                "app/locales/en/main.ftl:7 de has no text maybe",
                "app/locales/en/main.ftl:2 hello has the variables {\"name\"}, in de {\"who\"}",
            ]
        );
        let lost = GOOD.replace("lost = Lost\n", "");
        assert_eq!(
            found(&lost, &lost),
            ["http/src/a.rs:1 no locale has the text lost"]
        );
        let shallow = GOOD.replace("deep", "deeper").replace("count", "amount");
        let found_there = found(&shallow, &shallow).join("; ");
        assert!(
            found_there.contains("has the text deep") && found_there.contains("has the text count"),
            "{found_there}"
        );
        let more = format!("{GOOD}forgotten = Old\n");
        assert_eq!(
            found(&more, &more),
            ["app/locales/de/main.ftl:10 nobody asks for the text forgotten"]
        );
        let twice = format!("{GOOD}lost = Again\n");
        assert_eq!(
            found(&twice, GOOD),
            ["app/locales/en/main.ftl:10 lost is there twice"]
        );
        let junk = format!("{GOOD}lost Again\n");
        assert!(found(&junk, GOOD)[0].starts_with("app/locales/en/main.ftl:10 "));
    }

    #[test]
    fn variables_are_found_wherever_they_stand() {
        let en = GOOD.replace(
            "lost = Lost",
            "lost = { $count ->\n    [one] One { $thing }\n   *[other] { NUMBER($count) } things\n }\n    .title = { $tip }",
        );
        let found = found(&en, GOOD).join("");
        assert!(found.contains("{\"count\", \"thing\", \"tip\"}"), "{found}");
    }
}
