//! The edge of Keyward: the portal and the admin center as server-rendered pages, and what agents are answered.
//!
//! A handler reads a form, makes one call to the use cases, and shows a page or redirects. It must not decide who may
//! do what, and knows no SQL. Every page works without JavaScript; scripts only make it nicer.
//!
//! Start reading at [`router`], then [`guard`] (what every request passes) and the reset in `portal/reset`.

mod agent;
mod assets;
mod cookies;
mod form;
mod format;
mod guard;
mod health;
mod outbox;
mod problem;
mod qr;
mod request;
mod session;
mod view;
mod voice;

pub mod admin;
pub mod portal;

pub use outbox::{DemoMessage, DemoOutbox, DemoWay};
pub use request::{Network, PublicUrl};

use axum::Router;
use keyward_app::App;
use std::sync::Arc;

/// Everything a handler needs. Cheap to clone.
#[derive(Clone)]
pub struct Web(Arc<Parts>);

/// What the edge is made of.
pub struct Parts {
    /// The use cases.
    pub app: App,
    /// Where people reach the service.
    pub public_url: PublicUrl,
    /// Which peers are reverse proxies whose word counts.
    pub proxies: Vec<Network>,
    /// What the demo has sent, where this is the demo.
    pub demo: Option<Arc<dyn DemoOutbox>>,
}

impl Web {
    /// Puts the edge together.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl std::ops::Deref for Web {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// Every page, behind the guard.
pub fn router(web: &Web) -> Router {
    let pages = Router::new()
        .merge(portal::routes())
        .merge(admin::routes())
        .merge(outbox::routes(web));
    let pages = guard::pages(pages, web).with_state(web.clone());
    let agents = agent::routes(web).with_state(web.clone());
    let calls = voice::routes(web).with_state(web.clone());
    guard::everything(
        Router::new()
            .merge(pages)
            .merge(agents)
            .merge(calls)
            .merge(assets::routes())
            .merge(health::routes(web)),
        web,
    )
}
