use super::*;

fn object() -> Object {
    let attributes = [
        ("givenname", vec!["Ada"]),
        ("sn", vec![" Lovelace "]),
        ("cn", vec!["", "ada"]),
        ("proxyaddresses", vec!["SMTP:a@x.test", "smtp:b@x.test"]),
    ];
    Object {
        attributes: attributes
            .into_iter()
            .map(|(name, values)| {
                let values = values.into_iter().map(str::to_owned).collect();
                (name.to_owned(), values)
            })
            .collect(),
        ..Object::default()
    }
}

fn rule(text: &str) -> Result<Expression, String> {
    let table: toml::Table = format!("r = {text}").parse().unwrap();
    Expression::read(&table["r"])
}

#[test]
fn each_expression_makes_what_it_says() {
    let value = |text: &str| rule(text).unwrap().value(&object());
    assert_eq!(value("\"givenName\"").as_deref(), Some("Ada"));
    assert_eq!(value("[\"displayName\", \"cn\"]").as_deref(), Some("ada"));
    assert_eq!(value("{ constant = \"DE\" }").as_deref(), Some("DE"));
    assert_eq!(
        value("{ join = [\"sn\", \"title\", \"givenName\"], with = \", \" }").as_deref(),
        Some("Lovelace, Ada")
    );
    assert_eq!(value("\"title\""), None);
    let rules = Rules::of(DirectoryKind::ActiveDirectory, &BTreeMap::new());
    assert_eq!(rules.values("proxy_addresses", &object()).len(), 2);
}

#[test]
fn what_is_written_is_read_again() {
    for text in [
        "\"mail\"",
        "[\"mail\", \"uid\"]",
        "{ constant = \"a \\\"quoted\\\" one\" }",
        "{ join = [\"sn\", \"givenName\"], with = \", \" }",
    ] {
        let read = rule(text).unwrap();
        assert_eq!(rule(&read.written()).unwrap(), read);
    }
}

#[test]
fn unknown_names_are_errors() {
    assert!(rule("1").unwrap_err().contains("a rule is"));
    assert!(rule("[]").is_err());
    assert!(rule("{ join = [\"sn\"], by = \"x\" }").is_err());
    assert!(rule("\"no spaces\"").unwrap_err().contains("no name"));
    let declared = ["costCentre".to_owned()];
    let mail = rule("\"mail\"").unwrap();
    let own = rule("\"costcentre\"").unwrap();
    assert!(check("mail", &mail, &[]).is_ok());
    assert!(check("extension.cost", &own, &declared).is_ok());
    assert!(
        check("extension.cost", &own, &[])
            .unwrap_err()
            .contains("scope.attributes")
    );
    assert!(
        check("mial", &mail, &[])
            .unwrap_err()
            .contains("no target \"mial\"")
    );
    assert!(check("extension.Cost", &mail, &[]).is_err());
}

// case: AG-16
#[test]
fn ag_16_a_huge_value_stays_out() {
    let mut huge = object();
    let value = "x".repeat(20 << 20);
    huge.attributes
        .insert("displayname".to_owned(), vec![value]);
    let rules = Rules::of(DirectoryKind::ActiveDirectory, &BTreeMap::new());
    assert_eq!(rules.value("display_name", &huge).as_deref(), Some("ada"));
}
