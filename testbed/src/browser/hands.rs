//! What a person does with a page: type, tick, pick, click.

use fantoccini::Locator;
use fantoccini::elements::Element;

use super::Browser;

impl Browser {
    /// Types into the field with this label (or `aria-label`, name or id), in place of what was there.
    ///
    /// # Panics
    /// When there is no such field.
    pub async fn fill(&self, label: &str, text: &str) {
        let field = self.field(label).await;
        field
            .clear()
            .await
            .unwrap_or_else(|error| panic!("can't clear {label:?}: {error}"));
        if !text.is_empty() {
            let typed = field.send_keys(text).await;
            typed.unwrap_or_else(|error| panic!("can't type into {label:?}: {error}"));
        }
    }

    /// What the field with this label holds.
    ///
    /// # Panics
    /// When there is no such field.
    pub async fn value(&self, label: &str) -> String {
        let value = self.field(label).await.prop("value").await;
        value.ok().flatten().unwrap_or_default()
    }

    /// The field with this label (or `aria-label`, name or id).
    ///
    /// # Panics
    /// When there is none.
    pub async fn field(&self, label: &str) -> Element {
        let wanted = quoted(label);
        let fields = "*[self::input or self::textarea or self::select]";
        let exact = format!("//label[normalize-space(.)={wanted}]");
        let begins = format!("//label[starts-with(normalize-space(.),{wanted})]");
        let paths = [
            format!("//*[@id={exact}/@for] | {exact}//{fields}"),
            format!("//{fields}[@aria-label={wanted} or @name={wanted} or @id={wanted}]"),
            format!("//*[@id={begins}/@for] | {begins}//{fields}"),
        ];
        self.visible(
            &paths.each_ref().map(|path| Locator::XPath(path)),
            &format!("a field {label:?}"),
        )
        .await
    }

    /// Ticks the checkbox, or takes the radio button, with this label. Ticked ones stay ticked.
    ///
    /// # Panics
    /// When there is none.
    pub async fn choose(&self, label: &str) {
        self.set_checked(label, true).await;
    }

    /// Clears the checkbox with this label.
    ///
    /// # Panics
    /// When there is none.
    pub async fn unchoose(&self, label: &str) {
        self.set_checked(label, false).await;
    }

    /// Whether the checkbox or radio button with this label is ticked.
    ///
    /// # Panics
    /// When there is none.
    pub async fn is_chosen(&self, label: &str) -> bool {
        self.tickable(label)
            .await
            .is_selected()
            .await
            .unwrap_or(false)
    }

    async fn set_checked(&self, label: &str, checked: bool) {
        let field = self.tickable(label).await;
        if field.is_selected().await.unwrap_or(false) == checked {
            return;
        }
        if field.click().await.is_err() {
            // Often the input is drawn by its label and lies hidden below: people click the label, then.
            let path = format!("//label[starts-with(normalize-space(.),{})]", quoted(label));
            let drawn = self
                .visible(&[Locator::XPath(&path)], &format!("a label {label:?}"))
                .await;
            drawn
                .click()
                .await
                .unwrap_or_else(|error| panic!("can't click {label:?}: {error}"));
        }
    }

    async fn tickable(&self, label: &str) -> Element {
        let wanted = quoted(label);
        let kind = "input[@type='checkbox' or @type='radio']";
        let mut paths = Vec::new();
        for test in [
            format!("normalize-space(.)={wanted}"),
            format!("starts-with(normalize-space(.),{wanted})"),
        ] {
            paths.push(format!(
                "//{kind}[@id=//label[{test}]/@for] | //label[{test}]//{kind}"
            ));
        }
        paths.insert(
            1,
            format!("//{kind}[@aria-label={wanted} or @id={wanted} or @name={wanted}]"),
        );
        let what = format!("a checkbox or radio button {label:?}");
        let locators: Vec<_> = paths.iter().map(|path| Locator::XPath(path)).collect();
        self.first(&locators, &what, false).await
    }

    /// Picks an option of a drop-down list by what is written on it.
    ///
    /// # Panics
    /// When there is no such list or option.
    pub async fn select(&self, label: &str, option: &str) {
        let list = self.field(label).await;
        let path = format!(".//option[normalize-space(.)={}]", quoted(option));
        let found = list.find(Locator::XPath(&path)).await;
        let found = found.unwrap_or_else(|error| panic!("no option {option:?}: {error}"));
        found
            .click()
            .await
            .unwrap_or_else(|error| panic!("can't pick {option:?}: {error}"));
    }

    /// Clicks the button, link, tab or summary with this text or `aria-label`; a text that only contains it will do if
    /// none is just that.
    ///
    /// # Panics
    /// When there is none, or something lies over it.
    pub async fn click(&self, text: &str) {
        let wanted = quoted(text);
        let things = "*[self::button or self::a or self::summary \
            or @role='button' or @role='link' or @role='tab' or @role='menuitem' or @role='option']";
        let inputs = "input[@type='submit' or @type='button']";
        let paths = [
            format!("//{things}[normalize-space(.)={wanted}] | //{inputs}[@value={wanted}]"),
            format!("//{things}[@aria-label={wanted}] | //{inputs}[@aria-label={wanted}]"),
            format!("//{things}[contains(normalize-space(.),{wanted})]"),
        ];
        let locators = paths.each_ref().map(|path| Locator::XPath(path));
        let what = format!("something to click with {text:?}");
        self.visible(&locators, &what)
            .await
            .click()
            .await
            .unwrap_or_else(|error| {
                panic!("can't click {text:?}: {error}");
            });
    }

    /// Clicks the first visible element that matches a CSS selector.
    ///
    /// # Panics
    /// When there is none, or something lies over it.
    pub async fn click_css(&self, css: &str) {
        let clicked = self.find(css).await.click().await;
        clicked.unwrap_or_else(|error| panic!("can't click {css:?}: {error}"));
    }

    /// Presses keys in whatever has the focus: text, or [`fantoccini::key::Key`] turned into a string.
    ///
    /// # Panics
    /// When nothing has the focus.
    pub async fn press(&self, keys: &str) {
        let focused = self
            .client
            .active_element()
            .await
            .expect("something with the focus");
        focused.send_keys(keys).await.expect("keys to arrive");
    }
}

/// A string literal of `XPath`, which has no way to escape a quote.
fn quoted(text: &str) -> String {
    if !text.contains('\'') {
        return format!("'{text}'");
    }
    if !text.contains('"') {
        return format!("\"{text}\"");
    }
    let parts: Vec<_> = text.split('\'').map(|part| format!("'{part}'")).collect();
    format!("concat({})", parts.join(",\"'\","))
}
