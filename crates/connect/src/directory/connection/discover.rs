//! Finding domain controllers through DNS (RFC 2782, [MS-ADTS] 6.3.2.3).
//!
//! DNS says where a server may be, and nothing of what it says is believed beyond that: whoever answers has to show a
//! certificate for the name that was asked for, and only names in the domain are asked for, or such as the settings name.
//! So somebody who can forge answers can lead an agent to nobody, and not to a server of their own.

use super::Server;
use crate::directory::{Discovery, Error, Result};
use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig, ResolverOpts};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::{RData, RecordType};
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// LDAPS. The port that DNS tells is that of LDAP without TLS.
const PORT: u16 = 636;
/// How long an answer counts, whatever the zone says: a domain controller that is taken away has to be forgotten, and one
/// that is away is looked past anyway.
const LEAST: Duration = Duration::from_secs(30);
const MOST: Duration = Duration::from_hours(1);
const PATIENCE: Duration = Duration::from_secs(3);
/// No domain has as many controllers that a client has to know.
const SERVERS: usize = 64;

/// Finds the domain controllers of a domain.
pub(super) struct Discover {
    discovery: Discovery,
    resolver: OnceLock<TokioResolver>,
    known: Mutex<Option<Known>>,
}

#[derive(Clone)]
struct Known {
    servers: Vec<Arc<Server>>,
    until: Instant,
}

/// A server as DNS tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Told {
    priority: u16,
    weight: u16,
    host: String,
}

impl Discover {
    pub(super) fn new(discovery: Discovery) -> Result<Self> {
        discovery.check().map_err(Error::Answer)?;
        Ok(Self {
            discovery,
            resolver: OnceLock::new(),
            known: Mutex::new(None),
        })
    }

    /// The servers, in the order in which they are to be tried. What was told last goes on counting while DNS is away.
    pub(super) async fn servers(&self) -> Result<Vec<Arc<Server>>> {
        let known = self.known().clone();
        if let Some(known) = known.as_ref().filter(|known| known.until > Instant::now()) {
            return Ok(known.servers.clone());
        }
        match (self.ask().await, known) {
            (Ok(fresh), _) => {
                *self.known() = Some(fresh.clone());
                Ok(fresh.servers)
            }
            (Err(error), Some(old)) => {
                tracing::warn!(%error, "DNS isn't asked successfully: the domain controllers that were known stay in use");
                Ok(old.servers)
            }
            (Err(error), None) => Err(error),
        }
    }

    /// None of them could be reached: DNS is asked again the next time.
    pub(super) fn doubt(&self) {
        if let Some(known) = &mut *self.known() {
            known.until = Instant::now();
        }
        if let Some(resolver) = self.resolver.get() {
            resolver.clear_cache();
        }
    }

    /// The addresses of a server, asked of the same name servers.
    pub(super) async fn addresses(&self, server: &Server) -> Result<Vec<SocketAddr>> {
        let found = self.resolver()?.lookup_ip(absolute(&server.host)).await;
        let found = found.map_err(|error| unanswered(&server.host, &error))?;
        let found: Vec<_> = found
            .iter()
            .map(|address| SocketAddr::new(address, server.port))
            .collect();
        if found.is_empty() {
            return Err(Error::Unreachable(format!(
                "DNS knows no address of {}",
                server.host
            )));
        }
        Ok(found)
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Option<Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn ask(&self) -> Result<Known> {
        let name = format!("_ldap._tcp.{}", self.discovery.domain);
        let found = self
            .resolver()?
            .lookup(absolute(&name), RecordType::SRV)
            .await
            .map_err(|error| unanswered(&name, &error))?;
        let told = found
            .answers()
            .iter()
            .filter_map(|record| match &record.data {
                RData::SRV(srv) => Some(Told {
                    priority: srv.priority,
                    weight: srv.weight,
                    host: plain(&srv.target.to_ascii()),
                }),
                _ => None,
            });
        let told: Vec<Told> = told.take(SERVERS).collect();
        let (allowed, others): (Vec<_>, Vec<_>) = told
            .into_iter()
            .partition(|told| self.discovery.allows(&told.host));
        for told in &others {
            tracing::warn!(
                host = told.host,
                domain = self.discovery.domain,
                "DNS tells a domain controller outside of the domain: it isn't used. If it is one, name it in `hosts`"
            );
        }
        if allowed.is_empty() {
            return Err(Error::Unreachable(match others.first() {
                None => format!(
                    "DNS tells no domain controller of {}",
                    self.discovery.domain
                ),
                Some(told) => format!(
                    "DNS tells no domain controller in {}, only {} outside of it, which is not used; if it is one, name it in `hosts`",
                    self.discovery.domain, told.host
                ),
            }));
        }
        let servers = ordered(allowed, random);
        let servers = servers.into_iter().map(|told| {
            Arc::new(Server {
                host: told.host,
                port: PORT,
            })
        });
        let now = Instant::now();
        let valid = found.valid_until().saturating_duration_since(now);
        Ok(Known {
            servers: servers.collect(),
            until: now + valid.clamp(LEAST, MOST),
        })
    }

    fn resolver(&self) -> Result<&TokioResolver> {
        if let Some(made) = self.resolver.get() {
            return Ok(made);
        }
        let provider = TokioRuntimeProvider::default();
        let addresses = self.discovery.addresses().map_err(Error::Answer)?;
        let mut builder = if addresses.is_empty() {
            TokioResolver::builder(provider).map_err(|error| {
                Error::Unreachable(format!("the name servers of this system: {error}"))
            })?
        } else {
            let servers = addresses.into_iter().map(name_server).collect();
            let config = ResolverConfig::from_name_servers(servers);
            TokioResolver::builder_with_config(config, provider)
        };
        shortened(builder.options_mut());
        let made = builder
            .build()
            .map_err(|error| Error::Unreachable(format!("DNS can't be asked: {error}")))?;
        Ok(self.resolver.get_or_init(|| made))
    }
}

fn shortened(options: &mut ResolverOpts) {
    options.timeout = PATIENCE;
    options.attempts = 1;
    // An answer that was forged has to guess this too.
    options.case_randomization = true;
}

fn name_server(address: SocketAddr) -> NameServerConfig {
    let both = [ConnectionConfig::udp(), ConnectionConfig::tcp()];
    let connections = both.map(|mut connection| {
        connection.port = address.port();
        connection
    });
    NameServerConfig::new(address.ip(), true, connections.into())
}

/// Without the search list of the system: `dc1.corp.example` is no name in another domain.
fn absolute(name: &str) -> String {
    format!("{name}.")
}

/// As certificates have it.
fn plain(target: &str) -> String {
    target.trim_end_matches('.').to_ascii_lowercase()
}

fn unanswered(name: &str, error: &dyn std::fmt::Display) -> Error {
    Error::Unreachable(format!("DNS doesn't tell {name}: {error}"))
}

/// The lower number first; of those with the same one by chance, by their weights (RFC 2782).
fn ordered(mut told: Vec<Told>, mut random: impl FnMut(u32) -> u32) -> Vec<Told> {
    // Those without weight first, so that they have a chance at all.
    told.sort_by_key(|told| (told.priority, told.weight > 0));
    let mut ordered = Vec::with_capacity(told.len());
    while let Some(priority) = told.first().map(|told| told.priority) {
        let alike = told
            .iter()
            .take_while(|told| told.priority == priority)
            .count();
        let sum: u32 = told[..alike]
            .iter()
            .map(|told| u32::from(told.weight))
            .sum();
        let drawn = random(sum);
        let mut passed = 0;
        let chosen = told[..alike].iter().position(|told| {
            passed += u32::from(told.weight);
            passed >= drawn
        });
        ordered.push(told.remove(chosen.unwrap_or_default()));
    }
    ordered
}

/// From 0 to `most`.
fn random(most: u32) -> u32 {
    let mut bytes = [0; 4];
    // Without chance the first one has it: that is an order too.
    let _ = getrandom::fill(&mut bytes);
    let wide = u64::from(u32::from_le_bytes(bytes)) * (u64::from(most) + 1);
    (wide >> 32) as u32
}

impl Discovery {
    /// What is wrong with it, in words.
    pub fn check(&self) -> std::result::Result<(), String> {
        for name in std::iter::once(&self.domain).chain(&self.hosts) {
            if !is_host(name) {
                return Err(format!("\"{name}\" is no name of a domain or host"));
            }
        }
        self.addresses().map(drop)
    }

    /// The name servers' addresses; none: those of the system.
    fn addresses(&self) -> std::result::Result<Vec<SocketAddr>, String> {
        let parse = |text: &String| {
            let whole = text.parse::<SocketAddr>();
            whole
                .or_else(|_| text.parse::<IpAddr>().map(|ip| SocketAddr::new(ip, 53)))
                .map_err(|_| format!("\"{text}\" is no address of a name server"))
        };
        self.nameservers.iter().map(parse).collect()
    }

    /// Whether a server of this name may be used.
    fn allows(&self, host: &str) -> bool {
        let domain = self.domain.to_ascii_lowercase();
        let within = host
            .strip_suffix(&domain)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
        let mut hosts = self.hosts.iter();
        is_host(host) && (within || hosts.any(|named| named.eq_ignore_ascii_case(host)))
    }
}

fn is_host(name: &str) -> bool {
    let label = |label: &str| {
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        (1..=63).contains(&label.len()) && label.chars().all(fits)
    };
    // A name that is all digits and dots is an address.
    name.len() <= 253 && name.parse::<IpAddr>().is_err() && name.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(priority: u16, weight: u16, host: &str) -> Told {
        Told {
            priority,
            weight,
            host: host.to_owned(),
        }
    }

    fn hosts(told: &[Told]) -> Vec<&str> {
        told.iter().map(|told| told.host.as_str()).collect()
    }

    #[test]
    fn the_lower_number_goes_first_and_weights_draw() {
        let all = || {
            vec![
                told(10, 5, "far"),
                told(0, 60, "big"),
                told(0, 0, "none"),
                told(0, 40, "small"),
            ]
        };
        assert_eq!(
            hosts(&ordered(all(), |_| 0)),
            ["none", "big", "small", "far"]
        );
        assert_eq!(
            hosts(&ordered(all(), |most| most)),
            ["small", "big", "none", "far"]
        );
        let mut first = std::collections::HashMap::new();
        for _ in 0..2_000 {
            let drawn = ordered(all(), random);
            assert_eq!(drawn[3].host, "far");
            *first.entry(drawn[0].host.clone()).or_insert(0) += 1;
        }
        // 60 and 40 of 101 draws; further away than this it is by chance once in a thousand million times.
        assert!((1_050..1_330).contains(&first["big"]), "{first:?}");
        assert!((660..930).contains(&first["small"]), "{first:?}");
        assert!(ordered(Vec::new(), random).is_empty());
    }

    // case: AD-04
    #[test]
    fn only_hosts_of_the_domain_are_used_and_those_that_the_settings_name() {
        let discovery = Discovery {
            domain: "Corp.example".to_owned(),
            nameservers: vec!["10.0.0.53".to_owned(), "[2001:db8::53]:5353".to_owned()],
            hosts: vec!["dc9.Other.example".to_owned()],
        };
        assert_eq!(discovery.check(), Ok(()));
        assert_eq!(discovery.addresses().unwrap()[0].port(), 53);
        assert_eq!(discovery.addresses().unwrap()[1].port(), 5353);
        for good in [
            "dc1.corp.example",
            "dc1.berlin.corp.example",
            "dc9.other.example",
        ] {
            assert!(discovery.allows(good), "{good}");
        }
        for bad in [
            "dc1.evilcorp.example",
            "dc1.corp.example.evil.test",
            "dc8.other.example",
            "corp.example/x",
            "127.0.0.1",
            "",
        ] {
            assert!(!discovery.allows(bad), "{bad}");
        }
        for (domain, name_server) in [
            ("", "10.0.0.1"),
            ("a b", "10.0.0.1"),
            ("corp.example", "dns1"),
        ] {
            let wrong = Discovery {
                domain: domain.to_owned(),
                nameservers: vec![name_server.to_owned()],
                hosts: Vec::new(),
            };
            assert!(wrong.check().is_err(), "{domain} {name_server}");
        }
    }
}
