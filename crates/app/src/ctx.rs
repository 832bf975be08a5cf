//! Who asks, from where, in which language, when.

use keyward_core::audit::Actor;
use keyward_core::ids::TenantId;
use keyward_core::refusal::Refusal;
use keyward_core::role::{Permission, RoleSet};
use keyward_core::time::Timestamp;
use keyward_core::user::User;
use keyward_store::session::{Session, Stage};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::texts::Lang;

/// The circumstances of one request.
#[derive(Debug, Clone)]
pub struct Ctx {
    /// The time at which everything in this request is judged.
    pub now: Timestamp,
    /// The language of its answers.
    pub lang: Lang,
    /// The client's address, as far as trusted proxies tell.
    pub ip: Option<String>,
    /// What the browser calls itself.
    pub user_agent: Option<String>,
    /// Shown on error pages and written beside every event.
    pub request_id: Option<String>,
    /// The digest of the cookie that familiar browsers hold, whosever it is.
    pub device: Option<[u8; 32]>,
    /// The command line, not a browser.
    pub local: bool,
}

impl Ctx {
    /// What is counted together as one place: the /24 or, of IPv6, the /56 that the client's address lies in. A
    /// household or a small office has as much, and an attacker gets no further by changing addresses inside.
    #[must_use]
    pub fn network(&self) -> String {
        match self.ip.as_deref().and_then(|ip| ip.parse().ok()) {
            Some(IpAddr::V4(ip)) => Ipv4Addr::from(ip.to_bits() & (u32::MAX << 8)).to_string(),
            Some(IpAddr::V6(ip)) => Ipv6Addr::from(ip.to_bits() & (u128::MAX << 72)).to_string(),
            None => String::new(),
        }
    }

    /// [`network`](Ctx::network), unless nothing is known of it: on this machine itself, or behind a proxy there that
    /// isn't trusted to say. What everybody comes from can't be limited like one place.
    #[must_use]
    pub fn source(&self) -> Option<String> {
        let ip: IpAddr = self.ip.as_deref()?.parse().ok()?;
        (!ip.to_canonical().is_loopback()).then(|| self.network())
    }
}

/// Somebody who is signed in, as the database knew them when this request began.
#[derive(Debug, Clone)]
pub struct Principal {
    /// The user.
    pub user: User,
    /// The roles they hold right now.
    pub roles: RoleSet,
    /// The session.
    pub session: Session,
}

impl Principal {
    /// The organisation that they act in.
    #[must_use]
    pub fn tenant(&self) -> TenantId {
        self.user.tenant
    }

    /// For the audit log.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor::User {
            id: self.user.id.0,
            name: self.user.upn.to_string(),
        }
    }

    /// Refuses while the password has to be changed first: such a session opens nothing but that change.
    pub fn full(&self) -> Result<(), Refusal> {
        match self.session.stage {
            Stage::Full => Ok(()),
            Stage::MustChangePassword => Err(Refusal::SignInNeeded),
        }
    }

    /// Refuses unless one of the roles allows it.
    pub fn needs(&self, permission: Permission) -> Result<(), Refusal> {
        self.full()?;
        if self.roles.allows(permission) {
            Ok(())
        } else {
            Err(Refusal::NotAllowed)
        }
    }

    /// Refuses unless a role that allows it also reaches the holder of these roles.
    pub fn outranks(&self, held: &RoleSet, permission: Permission) -> Result<(), Refusal> {
        self.needs(permission)?;
        if self.roles.outranks(held, permission) {
            Ok(())
        } else {
            Err(Refusal::HoldsMoreRights)
        }
    }
}
