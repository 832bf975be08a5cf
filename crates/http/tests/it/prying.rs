//! Administrators look at everything, and find no secret.

use crate::cast::{Cast, MAIL};
use crate::site::Site;
use crate::sweep::filled;
use keyward_core::method::MethodKind::Email;
use keyward_core::role::Role;

// case: AZ-12, MA-06
#[tokio::test]
async fn az_12_no_page_shows_an_administrator_a_secret() {
    let site = Site::new().await;
    let cast = Cast::of(&site).await;
    let (_, seed) = site.register_app(cast.ada, "Phone").await;
    let reset = site.begin_reset("ada@contoso.example").await;
    site.send_to(&reset, Email, MAIL).await.unwrap();
    let code = site.code_to(MAIL).await;
    // As they are stored, too.
    let mut tx = site.db.read(site.tenant).await.unwrap();
    let stored = tx.verifier(cast.ada).await.unwrap();
    drop(tx);
    assert!(stored.is_some() && site.secrets().contains(&code));
    let mut secrets = site.secrets();
    secrets.extend([seed, "$argon2".into(), "argon2id".into()]);
    let mut looked = 0;
    for role in Role::ALL {
        let mut browser = site.as_admin(role).await;
        for route in site.routes() {
            if route.method != "GET" || route.pattern.starts_with("/signout") {
                continue;
            }
            let page = browser.get(&filled(&route.pattern, &cast)).await;
            // A code of six digits may be part of an id; only as a word it is one.
            let words: Vec<&str> = page
                .body
                .split(|c: char| !c.is_ascii_alphanumeric())
                .collect();
            for secret in &secrets {
                let short = secret.len() < 10;
                let found = if short {
                    words.contains(&secret.as_str())
                } else {
                    page.body.contains(secret)
                };
                assert!(!found, "{role}: {} shows {secret}", page.asked);
            }
            looked += usize::from(page.status.is_success());
        }
    }
    assert!(looked > 200, "{looked}");
}
