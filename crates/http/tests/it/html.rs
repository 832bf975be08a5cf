//! As much of HTML as a test needs to read our own pages.

/// A form.
#[derive(Debug, Clone, Default)]
pub(crate) struct Form {
    /// Where it goes; empty: to the page it stands on.
    pub(crate) action: String,
    /// `get` or `post`.
    pub(crate) method: String,
    /// What it would send as it is.
    pub(crate) fields: Vec<(String, String)>,
    /// Every field by its name, with its kind, whether or not it would be sent.
    pub(crate) names: Vec<(String, String)>,
}

/// The value of an attribute of a tag; empty if it has none.
pub(crate) fn attribute(tag: &str, name: &str) -> Option<String> {
    let mut rest = tag;
    loop {
        let at = rest.find(name)?;
        let before = rest[..at].chars().next_back();
        let after = &rest[at + name.len()..];
        if before.is_some_and(char::is_whitespace) {
            match after.chars().next() {
                Some('=') => {
                    let quote = after[1..].chars().next()?;
                    return after[2..].split(quote).next().map(unescape);
                }
                Some(c) if c.is_whitespace() || c == '>' => return Some(String::new()),
                None => return Some(String::new()),
                _ => {}
            }
        }
        rest = after;
    }
}

/// Every tag of a name, as `name attribute="value"`.
pub(crate) fn tags<'h>(html: &'h str, name: &str) -> Vec<&'h str> {
    html.split('<')
        .skip(1)
        .filter_map(|t| t.split('>').next())
        .filter(|t| t.split([' ', '\n', '/']).next() == Some(name))
        .collect()
}

/// The forms of a page.
pub(crate) fn forms(html: &str) -> Vec<Form> {
    let mut all = Vec::new();
    for part in html.split("<form").skip(1) {
        let (head, rest) = part.split_once('>').unwrap();
        let body = rest.split("</form>").next().unwrap();
        let mut form = Form {
            action: attribute(head, "action").unwrap_or_default(),
            method: attribute(head, "method").unwrap_or_else(|| "get".into()),
            ..Form::default()
        };
        for tag in tags(body, "input") {
            let Some(name) = attribute(tag, "name").filter(|n| !n.is_empty()) else {
                continue;
            };
            let kind = attribute(tag, "type").unwrap_or_else(|| "text".into());
            let value = attribute(tag, "value");
            let sent = match kind.as_str() {
                "radio" | "checkbox" => attribute(tag, "checked").is_some(),
                _ => true,
            };
            if sent {
                let value = value.unwrap_or_default();
                form.fields.push((name.clone(), value));
            }
            form.names.push((name, kind));
        }
        for kind in ["select", "textarea"] {
            for tag in tags(body, kind) {
                if let Some(name) = attribute(tag, "name") {
                    form.names.push((name, kind.into()));
                }
            }
        }
        all.push(form);
    }
    all
}

/// What a person reads: one line for each block.
pub(crate) fn text(html: &str) -> String {
    let body = html.split_once("<body").map_or(html, |(_, b)| b);
    let mut out = String::new();
    let mut rest = match body.split_once('>') {
        Some((_, rest)) if body.len() < html.len() => rest,
        _ => body,
    };
    let inline = ["a", "b", "small", "span", "code", "time", "strong", "em"];
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(before);
        let (tag, after) = after.split_once('>').unwrap_or((after, ""));
        let name = tag.trim_start_matches('/').split([' ', '\n', '/']).next();
        match name.unwrap_or_default() {
            name if inline.contains(&name) => out.push(' '),
            "svg" if !tag.starts_with('/') => {
                rest = after.split_once("</svg>").map_or(after, |(_, r)| r);
                continue;
            }
            "input" => {
                out.push('\n');
                out.push_str(&field(tag));
                out.push('\n');
            }
            "button" if !tag.starts_with('/') => out.push_str("\n[button] "),
            _ => out.push('\n'),
        }
        rest = after;
    }
    out.push_str(rest);
    let lines = out.lines().map(|l| {
        let words: Vec<&str> = l.split_whitespace().collect();
        unescape(&words.join(" "))
    });
    lines
        .filter(|l| !l.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}

fn field(tag: &str) -> String {
    let kind = attribute(tag, "type").unwrap_or_default();
    if kind == "hidden" {
        return String::new();
    }
    format!(
        "[{kind} {}] {}",
        attribute(tag, "name").unwrap_or_default(),
        attribute(tag, "value").unwrap_or_default()
    )
}

/// Undoes escaping.
pub(crate) fn unescape(text: &str) -> String {
    let mut text = text.to_owned();
    for (escaped, plain) in [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#38;", "&"),
        ("&amp;", "&"),
    ] {
        text = text.replace(escaped, plain);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_and_texts_are_read() {
        let html = "<html><body class='x'><h1>Tom &amp; Co</h1><form method=\"post\" action=\"/a\">\
            <input type=\"hidden\" name=\"csrf\" value=\"t&quot;\"><input name=\"who\" value=''>\
            <input type=\"radio\" name=\"m\" value=\"1\" checked><input type=\"radio\" name=\"m\" value=\"2\">\
            <button class=\"b\">Go</button></form></body></html>";
        let form = &forms(html)[0];
        assert_eq!((form.action.as_str(), form.method.as_str()), ("/a", "post"));
        let sent: Vec<(&str, &str)> = form.fields.iter().map(|(n, v)| (&**n, &**v)).collect();
        assert_eq!(sent, [("csrf", "t\""), ("who", ""), ("m", "1")]);
        assert_eq!(
            text(html),
            "Tom & Co\n[ who]\n[radio m] 1\n[radio m] 2\n[button] Go"
        );
    }
}
