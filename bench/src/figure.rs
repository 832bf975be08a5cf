//! A measured number and the bar it is held against.

use std::fmt::Write as _;

use serde_json::json;

/// What a figure has to reach.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Bar {
    /// Nothing: it is there for comparison.
    None,
    AtLeast(f64),
    AtMost(f64),
}

/// One line of the table.
#[derive(Debug, Clone)]
pub(crate) struct Figure {
    pub(crate) name: String,
    pub(crate) value: f64,
    pub(crate) unit: &'static str,
    pub(crate) bar: Bar,
}

impl Figure {
    pub(crate) fn new(name: impl Into<String>, value: f64, unit: &'static str, bar: Bar) -> Self {
        Self {
            name: name.into(),
            value,
            unit,
            bar,
        }
    }

    /// Whether the bar holds; `None` without one.
    pub(crate) fn holds(&self) -> Option<bool> {
        match self.bar {
            Bar::None => None,
            Bar::AtLeast(bar) => Some(self.value >= bar),
            Bar::AtMost(bar) => Some(self.value <= bar),
        }
    }

    fn bar_text(&self) -> String {
        match self.bar {
            Bar::None => String::new(),
            Bar::AtLeast(bar) => format!("≥ {bar}"),
            Bar::AtMost(bar) => format!("≤ {bar}"),
        }
    }
}

/// A table in Markdown, as it stands in docs/benchmarks.md.
pub(crate) fn table(figures: &[Figure]) -> String {
    let row = |figure: &Figure| {
        let verdict = match figure.holds() {
            None => "",
            Some(true) => "yes",
            Some(false) => "NO",
        };
        let value = format!("{} {}", rounded(figure.value), figure.unit);
        [
            figure.name.clone(),
            value.trim_end().to_owned(),
            figure.bar_text(),
            verdict.to_owned(),
        ]
    };
    let mut rows = vec![["figure", "value", "bar", "holds"].map(str::to_owned)];
    rows.extend(figures.iter().map(row));
    let width = |column: usize| {
        rows.iter()
            .map(|row| row[column].chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths = [0, 1, 2, 3].map(width);
    rows.insert(1, widths.map(|width| "-".repeat(width)));
    let mut text = String::new();
    for [name, value, bar, holds] in rows {
        let [a, b, c, d] = widths;
        let _ = writeln!(
            text,
            "| {name:<a$} | {value:>b$} | {bar:>c$} | {holds:<d$} |"
        );
    }
    text
}

/// `[{"figure","value","unit","bar","holds"}]`; bar and holds are null where there is none.
pub(crate) fn json(figures: &[Figure]) -> String {
    let entry = |figure: &Figure| {
        let bar = Some(figure.bar_text()).filter(|bar| !bar.is_empty());
        json!({
            "figure": figure.name,
            "value": figure.value,
            "unit": figure.unit,
            "bar": bar,
            "holds": figure.holds(),
        })
    };
    let list: Vec<_> = figures.iter().map(entry).collect();
    format!("{:#}\n", serde_json::Value::Array(list))
}

/// Three digits that matter.
fn rounded(value: f64) -> String {
    let digits = if value == 0.0 {
        0
    } else {
        2 - value.abs().log10().floor() as i32
    };
    format!("{value:.*}", digits.clamp(0, 6) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures() -> Vec<Figure> {
        vec![
            Figure::new("hashes", 51.234, "1/s", Bar::None),
            Figure::new("sign-ins ÷ hashes", 0.93, "", Bar::AtLeast(0.9)),
            Figure::new("page", 31.0, "kB", Bar::AtMost(30.0)),
        ]
    }

    #[test]
    fn the_table_says_what_holds() {
        let table = table(&figures());
        assert_eq!(
            table,
            "| figure            |    value |   bar | holds |\n\
             | ----------------- | -------- | ----- | ----- |\n\
             | hashes            | 51.2 1/s |       |       |\n\
             | sign-ins ÷ hashes |    0.930 | ≥ 0.9 | yes   |\n\
             | page              |  31.0 kB |  ≤ 30 | NO    |\n"
        );
    }

    #[test]
    fn the_file_has_the_agreed_fields() {
        let value: serde_json::Value = serde_json::from_str(&json(&figures())).unwrap();
        assert_eq!(
            value[1],
            json!({"figure": "sign-ins ÷ hashes", "value": 0.93, "unit": "", "bar": "≥ 0.9", "holds": true})
        );
        assert_eq!(
            (value[0]["holds"].is_null(), &value[2]["holds"]),
            (true, &json!(false))
        );
    }
}
