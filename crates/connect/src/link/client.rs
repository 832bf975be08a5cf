//! HTTPS to the service and nowhere else.

use crate::complaint::Complaint;
use crate::config::Service;
use crate::tls;
use keyward_wire::{Trouble, code};
use reqwest::{Proxy, StatusCode, redirect};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::time::Duration;
use zeroize::Zeroizing;

/// How long an answer may take that isn't waited for on purpose.
const PATIENCE: Duration = Duration::from_secs(30);
/// No answer of the service is larger: more is cut off (AG-15).
const LARGEST: usize = 8 << 20;

/// Talks to the service.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    origin: String,
}

/// Why something was not answered as asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// No connection, no answer, or one from somebody else than the service.
    #[error("the service can't be reached: {0}")]
    Away(String),
    /// The service said no.
    #[error("the service says: {} ({status}, {})", .trouble.message, .trouble.code)]
    Refused {
        /// The status of HTTP.
        status: u16,
        /// What it said.
        trouble: Trouble,
    },
}

impl Failure {
    /// The code of a refusal.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Away(_) => "",
            Self::Refused { trouble, .. } => &trouble.code,
        }
    }

    /// The agent was revoked: it stops.
    #[must_use]
    pub fn is_revoked(&self) -> bool {
        self.code() == code::REVOKED
    }

    /// It may go well the next time.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Away(_) => true,
            Self::Refused { status, trouble } => {
                *status >= 500 || trouble.code == code::BUSY || trouble.code == code::SESSION
            }
        }
    }

    /// For the operator, with what to do.
    #[must_use]
    pub fn complaint(&self, origin: &str) -> Complaint {
        let fix = match self {
            Self::Away(_) => {
                "check the address, the proxy, the firewall (443, outgoing) and the certificate"
            }
            Self::Refused { .. } => match self.code() {
                code::REVOKED => {
                    "an administrator revoked this agent: run `keyward-connect enrol --again`, or uninstall it"
                }
                code::VERSION => {
                    "install the version of keyward-connect that goes with the service"
                }
                code::PLAN => "assign a subscription with the plan to the organisation",
                code::NOT_ALLOWED => {
                    "have an administrator allow this directory on the agent's page: Connect > Agents"
                }
                code::HELD => {
                    "decide about the pending deletions on the Connect page of the admin center"
                }
                code::BUSY => "wait a moment, and try again",
                _ => {
                    "try again; if it stays, give the service's administrator the time of this message"
                }
            },
        };
        Complaint::new(self.to_string(), origin, fix)
    }
}

impl Client {
    /// For the service of the settings.
    pub fn new(service: &Service) -> Result<Self, Complaint> {
        let tls = tls::towards(service.ca.as_deref())?;
        let broken = |error: reqwest::Error| {
            Complaint::new(
                format!("no client for the service: {}", cause(&error)),
                service.url.clone(),
                "check [service] in the settings",
            )
        };
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .tcp_nodelay(true)
            .tcp_keepalive(Duration::from_secs(30))
            .connect_timeout(Duration::from_secs(10))
            .pool_max_idle_per_host(4)
            .pool_idle_timeout(Duration::from_mins(1))
            .user_agent(concat!("Keyward-Connect/", env!("CARGO_PKG_VERSION")));
        if let Some(proxy) = &service.proxy {
            builder = builder.proxy(Proxy::all(proxy).map_err(broken)?);
        }
        Ok(Self {
            http: builder.build().map_err(broken)?,
            origin: service.url.clone(),
        })
    }

    /// The service's address.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// One exchange.
    pub async fn post<A: DeserializeOwned>(
        &self,
        path: &str,
        message: &impl Serialize,
        token: Option<&str>,
    ) -> Result<A, Failure> {
        self.post_within(path, message, token, PATIENCE).await
    }

    /// One exchange whose answer may take its time.
    pub async fn post_within<A: DeserializeOwned>(
        &self,
        path: &str,
        message: &impl Serialize,
        token: Option<&str>,
        patience: Duration,
    ) -> Result<A, Failure> {
        let mut request = self
            .http
            .post(format!("{}{path}", self.origin))
            .timeout(patience)
            .json(message);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let away = |error: reqwest::Error| Failure::Away(cause(&error.without_url()));
        let mut response = request.send().await.map_err(away)?;
        let status = response.status();
        let mut body = Zeroizing::new(Vec::new());
        while let Some(chunk) = response.chunk().await.map_err(away)? {
            if body.len() + chunk.len() > LARGEST {
                return Err(Failure::Away("its answer is far too large".to_owned()));
            }
            body.extend_from_slice(&chunk);
        }
        if status == StatusCode::OK {
            return serde_json::from_slice(&body).map_err(|error| {
                Failure::Away(format!("its answer is not the expected message: {error}"))
            });
        }
        let trouble = serde_json::from_slice(&body).map_err(|_| {
            let hint = if status.is_redirection() {
                ": a redirect, which is never followed"
            } else {
                ", not in the service's words: is something else in between?"
            };
            Failure::Away(format!("it answered {}{hint}", status.as_u16()))
        })?;
        Err(Failure::Refused {
            status: status.as_u16(),
            trouble,
        })
    }
}

/// The innermost reason: what is around it says only that a request failed.
fn cause(error: &reqwest::Error) -> String {
    let mut innermost: &dyn std::error::Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    if error.is_timeout() {
        return format!("no answer in time ({innermost})");
    }
    innermost.to_string()
}
