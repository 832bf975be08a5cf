//! What a person does with a page: type, tick, pick, click.
//!
//! A page may be drawn anew between looking for something and touching it, as a list that a search makes shorter; then
//! it is looked for again, as a person would. And whoever has pressed something that leads on waits for the next page.

use std::time::Instant;

use fantoccini::Locator;
use fantoccini::elements::Element;
use fantoccini::error::{CmdError, ErrorStatus};

use super::{Browser, PATIENCE, PAUSE};

impl Browser {
    /// Types into the field with this label (or `aria-label`, name or id), in place of what was there.
    ///
    /// # Panics
    /// When there is no such field.
    pub async fn fill(&self, label: &str, text: &str) {
        self.patiently(&format!("type into {label:?}"), async || {
            let field = self.field(label).await;
            field.clear().await?;
            if text.is_empty() {
                return Ok(());
            }
            field.send_keys(text).await
        })
        .await;
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
        self.patiently(&format!("tick {label:?}"), async || {
            let field = self.tickable(label).await;
            if field.is_selected().await? == checked || field.click().await.is_ok() {
                return Ok(());
            }
            // Often the input is drawn by its label and lies hidden below: people click the label, then.
            let path = format!("//label[starts-with(normalize-space(.),{})]", quoted(label));
            let what = format!("a label {label:?}");
            let drawn = self.visible(&[Locator::XPath(&path)], &what).await;
            drawn.click().await
        })
        .await;
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
        let path = format!(".//option[normalize-space(.)={}]", quoted(option));
        self.patiently(&format!("pick {option:?}"), async || {
            let list = self.field(label).await;
            list.find(Locator::XPath(&path)).await?.click().await
        })
        .await;
    }

    /// Clicks the button, link, tab or summary with this text or `aria-label`; a text that only contains it will do if
    /// none is just that. If it leads to another page, that page has come when this returns.
    ///
    /// # Panics
    /// When there is none, or something keeps lying over it.
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
        self.follow(&locators, &what).await;
    }

    /// Clicks the first visible element that matches a CSS selector, as [`Browser::click`] does.
    ///
    /// # Panics
    /// When there is none, or something keeps lying over it.
    pub async fn click_css(&self, css: &str) {
        self.follow(&[Locator::Css(css)], &format!("an element {css}"))
            .await;
    }

    async fn follow(&self, locators: &[Locator<'_>], what: &str) {
        self.patiently(&format!("click {what}"), async || {
            let page = self.client.find(Locator::Css("html")).await?;
            let pressed = self.visible(locators, what).await;
            let leads_on = leads_on(&pressed).await?;
            pressed.click().await?;
            // A page that was left doesn't answer any more. One that stays (a form that asks to be mended by a script) is
            // for the next step to judge.
            let deadline = Instant::now() + PATIENCE;
            while leads_on && Instant::now() < deadline && page.tag_name().await.is_ok() {
                tokio::time::sleep(PAUSE).await;
            }
            Ok(())
        })
        .await;
    }

    /// Does something to an element, and once more from looking for it as long as the page moves under one's hands.
    async fn patiently(&self, what: &str, act: impl AsyncFn() -> Result<(), CmdError>) {
        let deadline = Instant::now() + PATIENCE;
        while let Err(error) = act().await {
            let tried = Instant::now() < deadline && moved(&error);
            assert!(tried, "can't {what}: {error}");
            tokio::time::sleep(PAUSE).await;
        }
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

/// Whether it failed because the page was being drawn anew.
fn moved(error: &CmdError) -> bool {
    let CmdError::Standard(error) = error else {
        return false;
    };
    matches!(
        error.error,
        ErrorStatus::StaleElementReference
            | ErrorStatus::ElementClickIntercepted
            | ErrorStatus::ElementNotInteractable
            | ErrorStatus::NoSuchElement
    )
}

/// Whether pressing it asks for another page: a link to one, or a button that sends a form.
async fn leads_on(pressed: &Element) -> Result<bool, CmdError> {
    if pressed.tag_name().await? == "a" {
        let elsewhere =
            pressed.attr("target").await?.is_some() || pressed.attr("download").await?.is_some();
        let goal = pressed.attr("href").await?;
        return Ok(!elsewhere
            && goal.is_some_and(|goal| !goal.starts_with('#') && !goal.starts_with("mailto:")));
    }
    let sends = pressed
        .attr("type")
        .await?
        .is_none_or(|kind| kind == "submit");
    Ok(sends && matches!(pressed.tag_name().await?.as_str(), "button" | "input"))
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
