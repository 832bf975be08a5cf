//! What is under test: the router over a [`TestApp`].

use crate::browser::Browser;
use crate::routes::{Route, routes};
use axum::Router;
use keyward_app::testing::{Options, TestApp};
use keyward_http::{Network, Parts, PublicUrl, Web, router};

/// The service at one address.
pub(crate) struct Site {
    /// The application behind it.
    pub(crate) app: TestApp,
    /// What answers.
    pub(crate) router: Router,
    /// Where people reach it.
    pub(crate) base: String,
}

/// The proxy that this service believes.
pub(crate) const PROXY: &str = "192.0.2.10";

impl std::ops::Deref for Site {
    type Target = TestApp;
    fn deref(&self) -> &TestApp {
        &self.app
    }
}

impl Site {
    /// By TLS, with the organisation Contoso.
    pub(crate) async fn new() -> Self {
        Self::with(Options::default()).await
    }

    /// As told; the address is that of the settings.
    pub(crate) async fn with(options: Options) -> Self {
        let base = options.settings.public_url.clone();
        let app = TestApp::build(options).await;
        let web = Web::new(Parts {
            app: app.app.clone(),
            public_url: PublicUrl::parse(&base).unwrap(),
            proxies: vec![Network {
                address: PROXY.parse().unwrap(),
                prefix: 32,
            }],
            demo: None,
        });
        Self {
            app,
            router: router(&web),
            base,
        }
    }

    /// Without TLS, as on one's own machine.
    pub(crate) async fn plain() -> Self {
        let mut options = Options::default();
        options.settings.public_url = "http://127.0.0.1:8080".into();
        Self::with(options).await
    }

    /// A browser that was never here.
    pub(crate) fn browser(&self) -> Browser<'_> {
        Browser::new(self)
    }

    /// Every route there is.
    pub(crate) fn routes(&self) -> Vec<Route> {
        routes(&self.router)
    }

    /// The name in the `Host` header.
    pub(crate) fn host(&self) -> &str {
        self.base.split("://").nth(1).unwrap()
    }
}
