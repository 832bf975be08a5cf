//! Hands the settings to the edge, in its own words.

use crate::complaint::Complaint;
use crate::config::Config;
use axum::Router;
use keyward_app::App;
use keyward_http::{DemoOutbox, Network, Parts, PublicUrl, Web};
use std::sync::Arc;

/// Every route of the main listener. `demo`: the messages to show, where this is the demo.
pub fn router(
    app: &App,
    config: &Config,
    demo: Option<Arc<dyn DemoOutbox>>,
) -> Result<Router, Complaint> {
    let public_url = PublicUrl::parse(config.public_url.origin()).ok_or_else(|| {
        Complaint::new(
            format!("\"{}\" can't be served", config.public_url),
            "`public_url`",
            "write scheme, host and port alone, as https://password.example.org",
        )
    })?;
    let proxies = config.trusted_proxies.iter().map(|cidr| Network {
        address: cidr.address,
        prefix: cidr.bits,
    });
    Ok(keyward_http::router(&Web::new(Parts {
        app: app.clone(),
        public_url,
        proxies: proxies.collect(),
        demo,
    })))
}
