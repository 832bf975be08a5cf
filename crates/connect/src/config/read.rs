//! Reads a `connect.toml`, and names the line of everything that is wrong with it.

use super::render::kind as written_kind;
use super::{Agent, Config, DirectoryConfig, Service, Switches, anchor_name, default_user_name};
use crate::complaint::{Complaint, Complaints};
use crate::directory::{Discovery, Scope, SourceAnchor};
use crate::sync::rules::{self, Expression};
use keyward_wire::link::DirectoryKind;
use reqwest::Url;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::Path;
use toml::Spanned;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    service: RawService,
    #[serde(default)]
    agent: RawAgent,
    #[serde(default)]
    directory: Vec<Spanned<RawDirectory>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawService {
    url: Spanned<String>,
    proxy: Option<Spanned<String>>,
    ca: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RawAgent {
    #[serde(default)]
    staging: bool,
    parallel: Option<Spanned<u32>>,
    writes_per_minute: Option<Spanned<u32>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDirectory {
    name: Spanned<String>,
    kind: Spanned<String>,
    servers: Option<Spanned<Vec<String>>>,
    discovery: Option<Spanned<Discovery>>,
    ca: Option<String>,
    base: Option<String>,
    bind_dn: Spanned<String>,
    password_file: Option<String>,
    source_anchor: Option<Spanned<String>>,
    dirsync: Option<bool>,
    user_name: Option<Spanned<String>>,
    #[serde(default)]
    sync: bool,
    #[serde(default)]
    sign_in: bool,
    #[serde(default)]
    writeback: bool,
    #[serde(default)]
    scope: Option<Spanned<Scope>>,
    #[serde(default)]
    rules: BTreeMap<String, Spanned<toml::Value>>,
}

/// Reads and checks a file.
///
/// # Errors
/// Everything that is wrong, each with its line.
pub fn load(path: &Path) -> Result<Config, Complaints> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        Complaints::settings(vec![Complaint::new(
            format!("the settings can't be read: {error}"),
            path.display().to_string(),
            "write them there, or say where they are with --config FILE; docs/admin/connect.md shows one",
        )])
    })?;
    read(&text, path)
}

/// Reads and checks the text of a file. Paths in it start at its folder.
///
/// # Errors
/// Everything that is wrong, each with its line.
pub fn read(text: &str, path: &Path) -> Result<Config, Complaints> {
    let mut reader = Reader {
        text,
        path,
        names: Vec::new(),
        complaints: Vec::new(),
    };
    let raw: Raw = match toml::from_str(text) {
        Ok(raw) => raw,
        Err(error) => {
            let at = error.span().map_or(0, |span| span.start);
            reader.refuse(
                at,
                error.message(),
                "mend this line; docs/admin/connect.md lists every setting",
            );
            return Err(Complaints::settings(reader.complaints));
        }
    };
    let service = reader.service(raw.service);
    let agent = reader.agent(raw.agent);
    let directories: Vec<_> = raw
        .directory
        .into_iter()
        .map(|raw| reader.directory(raw.into_inner()))
        .collect();
    if directories.is_empty() {
        reader.refuse(text.len(), "no directory is named", "add a [[directory]]");
    }
    if reader.complaints.is_empty() {
        Ok(Config {
            service,
            agent,
            directories,
        })
    } else {
        Err(Complaints::settings(reader.complaints))
    }
}

struct Reader<'a> {
    text: &'a str,
    path: &'a Path,
    names: Vec<String>,
    complaints: Vec<Complaint>,
}

impl Reader<'_> {
    fn refuse(&mut self, at: usize, what: impl Into<String>, fix: impl Into<String>) {
        let before = self.text.get(..at).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let place = format!("{}, line {line}", self.path.display());
        self.complaints.push(Complaint::new(what, place, fix));
    }

    fn beside(&self, path: &str) -> std::path::PathBuf {
        self.path.parent().unwrap_or(Path::new("")).join(path)
    }

    fn service(&mut self, raw: RawService) -> Service {
        let at = raw.url.span().start;
        let url = raw.url.into_inner();
        let refused = match Url::parse(&url) {
            Err(_) => Some("is no URL"),
            Ok(url) if !is_bare(&url) => Some("holds more than scheme, host and port"),
            Ok(url) if url.scheme() == "https" => None,
            Ok(url) if url.scheme() == "http" && is_loopback(&url) => None,
            Ok(_) => Some("is not https: the agent would be anybody's on the way"),
        };
        if let Some(why) = refused {
            let shape = "write the service's address, as https://password.example.org";
            self.refuse(at, format!("\"{url}\" {why}"), shape);
        }
        if let Some(proxy) = &raw.proxy {
            let fine = Url::parse(proxy.as_ref())
                .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.host().is_some());
            if !fine {
                let fix = "write it as http://proxy.example.org:3128";
                self.refuse(
                    proxy.span().start,
                    "the proxy is no URL of an HTTP proxy",
                    fix,
                );
            }
        }
        Service {
            url: url.trim_end_matches('/').to_owned(),
            proxy: raw.proxy.map(Spanned::into_inner),
            ca: raw.ca.map(|path| self.beside(&path)),
        }
    }

    fn agent(&mut self, raw: RawAgent) -> Agent {
        let default = Agent::default();
        Agent {
            staging: raw.staging,
            parallel: self.number("parallel", raw.parallel, default.parallel, 256),
            writes_per_minute: self.number(
                "writes_per_minute",
                raw.writes_per_minute,
                default.writes_per_minute,
                100_000,
            ),
        }
    }

    fn number(&mut self, name: &str, raw: Option<Spanned<u32>>, default: u32, most: u32) -> u32 {
        let Some(raw) = raw else { return default };
        if !(1..=most).contains(raw.get_ref()) {
            let fix = format!("write a number from 1 to {most}");
            self.refuse(
                raw.span().start,
                format!("{name} can't be {}", raw.get_ref()),
                fix,
            );
        }
        raw.into_inner()
    }

    fn directory(&mut self, raw: RawDirectory) -> DirectoryConfig {
        let kind = self.kind(&raw.kind);
        self.name(&raw.name);
        let servers = raw.servers.as_ref();
        self.servers(raw.name.span().start, servers, raw.discovery.is_some());
        if let Some(discovery) = &raw.discovery {
            self.discovery(discovery, kind);
        }
        if raw.bind_dn.get_ref().trim().is_empty() {
            // A simple bind without a name is an anonymous one (RFC 4513, section 5.1.1).
            let fix = "write the name of the agent's account in the directory";
            self.refuse(raw.bind_dn.span().start, "bind_dn is empty", fix);
        }
        if !(raw.sync || raw.sign_in || raw.writeback) {
            let what = format!("nothing is done for directory \"{}\"", raw.name.get_ref());
            let fix = "set sync, sign_in or writeback to true, or remove the [[directory]]";
            self.refuse(raw.name.span().start, what, fix);
        }
        if let Some(name) = raw
            .user_name
            .as_ref()
            .filter(|n| !rules::is_name(n.get_ref()))
        {
            let fix = "write the attribute that holds the names, as userPrincipalName";
            self.refuse(name.span().start, format!("{name:?} is no attribute"), fix);
        }
        let scope = self.scope(raw.scope);
        let rules = self.rules(raw.rules, &scope.attributes);
        DirectoryConfig {
            name: raw.name.into_inner(),
            kind,
            servers: raw.servers.map(Spanned::into_inner).unwrap_or_default(),
            discovery: raw.discovery.map(Spanned::into_inner),
            ca: raw.ca.map(|path| self.beside(&path)),
            base: raw.base,
            bind_dn: raw.bind_dn.into_inner(),
            password_file: raw.password_file.map(|path| self.beside(&path)),
            source_anchor: self.source_anchor(raw.source_anchor, kind),
            dirsync: raw.dirsync.unwrap_or(true),
            user_name: raw
                .user_name
                .map_or_else(|| default_user_name(kind).to_owned(), Spanned::into_inner),
            switches: Switches {
                sync: raw.sync,
                sign_in: raw.sign_in,
                writeback: raw.writeback,
            },
            scope,
            rules,
        }
    }

    fn kind(&mut self, raw: &Spanned<String>) -> DirectoryKind {
        let kinds = [DirectoryKind::ActiveDirectory, DirectoryKind::OpenLdap];
        let found = kinds
            .into_iter()
            .find(|kind| written_kind(*kind) == raw.get_ref());
        found.unwrap_or_else(|| {
            let what = format!("there is no kind \"{}\"", raw.get_ref());
            self.refuse(
                raw.span().start,
                what,
                "write active-directory or open-ldap",
            );
            DirectoryKind::ActiveDirectory
        })
    }

    fn source_anchor(&mut self, raw: Option<Spanned<String>>, kind: DirectoryKind) -> SourceAnchor {
        let Some(raw) = raw else {
            return SourceAnchor::default();
        };
        let known = match kind {
            DirectoryKind::ActiveDirectory => {
                &[SourceAnchor::ConsistencyGuid, SourceAnchor::OwnId][..]
            }
            DirectoryKind::OpenLdap => &[SourceAnchor::OwnId],
        };
        let named = |anchor: &&SourceAnchor| {
            anchor_name(**anchor, kind).eq_ignore_ascii_case(raw.get_ref())
        };
        if let Some(found) = known.iter().find(named) {
            return *found;
        }
        let names: Vec<_> = known
            .iter()
            .map(|anchor| anchor_name(*anchor, kind))
            .collect();
        let what = format!("\"{}\" is no source anchor", raw.get_ref());
        self.refuse(
            raw.span().start,
            what,
            format!("write {}", names.join(" or ")),
        );
        SourceAnchor::default()
    }

    fn name(&mut self, raw: &Spanned<String>) {
        let name = raw.get_ref();
        let fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if name.is_empty() || name.len() > 32 || !name.chars().all(fine) {
            let what = format!("\"{name}\" can't be the name of a directory");
            self.refuse(
                raw.span().start,
                what,
                "use small letters, digits and hyphens, as corp",
            );
        }
        if self.names.contains(name) {
            let what = format!("the name \"{name}\" is used twice");
            self.refuse(raw.span().start, what, "give each directory its own");
        }
        self.names.push(name.clone());
    }

    fn servers(&mut self, at: usize, raw: Option<&Spanned<Vec<String>>>, discovery: bool) {
        let at = raw.map_or(at, |raw| raw.span().start);
        let list = raw.map(Spanned::get_ref).map_or(&[][..], Vec::as_slice);
        let shape = "write them as [\"ldaps://dc1.corp.example\", \"ldaps://dc2.corp.example\"]";
        if list.is_empty() && !discovery {
            self.refuse(
                at,
                "no server is named",
                format!("{shape}, or the domain in [directory.discovery]"),
            );
        } else if !list.is_empty() && discovery {
            let fix = "leave one of the two out";
            self.refuse(at, "servers are named and looked for", fix);
        }
        for server in list {
            let fine = Url::parse(server).is_ok_and(|url| {
                url.scheme() == "ldaps"
                    && url.host_str().is_some_and(|host| !host.is_empty())
                    && matches!(url.path(), "" | "/")
                    && url.username().is_empty()
            });
            if !fine {
                self.refuse(
                    at,
                    format!("\"{server}\" is no address of a directory server"),
                    shape,
                );
            }
        }
    }

    fn discovery(&mut self, raw: &Spanned<Discovery>, kind: DirectoryKind) {
        let at = raw.span().start;
        if let Err(what) = raw.get_ref().check() {
            let fix = "write domain = \"corp.example\", nameservers = [\"10.0.0.53\"], hosts = [\"dc9.other.example\"]";
            self.refuse(at, what, fix);
        }
        if kind == DirectoryKind::OpenLdap {
            let fix = "name them in servers";
            self.refuse(at, "only domain controllers are found through DNS", fix);
        }
    }

    fn scope(&mut self, raw: Option<Spanned<Scope>>) -> Scope {
        let Some(raw) = raw else {
            return Scope::default();
        };
        for name in &raw.get_ref().attributes {
            if !rules::is_name(name) {
                let what = format!("{name:?} is no name of an attribute");
                self.refuse(raw.span().start, what, "write names as extensionAttribute1");
            }
        }
        raw.into_inner()
    }

    fn rules(
        &mut self,
        raw: BTreeMap<String, Spanned<toml::Value>>,
        declared: &[String],
    ) -> BTreeMap<String, Expression> {
        let mut rules = BTreeMap::new();
        for (target, value) in raw {
            let at = value.span().start;
            // `extension.cost = ..` is a table of its own to TOML.
            let targets = match value.into_inner() {
                toml::Value::Table(own) if target == "extension" => own
                    .into_iter()
                    .map(|(name, value)| (format!("extension.{name}"), value))
                    .collect(),
                value => vec![(target, value)],
            };
            for (target, value) in targets {
                let read = Expression::read(&value)
                    .and_then(|rule| rules::check(&target, &rule, declared).map(|()| rule));
                match read {
                    Ok(rule) => drop(rules.insert(target, rule)),
                    Err(why) => {
                        let what = format!("the rule for \"{target}\" is wrong");
                        self.refuse(at, what, why);
                    }
                }
            }
        }
        rules
    }
}

fn is_bare(url: &Url) -> bool {
    matches!(url.path(), "" | "/")
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none()
}

/// True for a host that can't be anything but this machine.
fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    match bare.parse::<IpAddr>() {
        Ok(address) => address.to_canonical().is_loopback(),
        Err(_) => bare == "localhost",
    }
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
