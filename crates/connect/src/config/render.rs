//! A `connect.toml` for what was chosen in a dialogue.

use super::{Config, DirectoryConfig, anchor_name, default_user_name};
use crate::directory::SourceAnchor;
use keyward_wire::link::DirectoryKind;
use std::fmt::{Display, Write};

impl Config {
    /// The text of a `connect.toml` that says the same. It holds no secret.
    #[must_use]
    pub fn render(&self) -> String {
        let mut text = String::from(
            "# Settings of the agent beside the directory. `keyward-connect doctor` checks them.\n\n[service]\n",
        );
        set(&mut text, "url", &quoted(&self.service.url));
        if let Some(proxy) = &self.service.proxy {
            set(&mut text, "proxy", &quoted(proxy));
        }
        if let Some(ca) = &self.service.ca {
            set(&mut text, "ca", &quoted(&ca.display().to_string()));
        }
        text.push_str("\n[agent]\n");
        text.push_str("# Import and compute, change nothing anywhere.\n");
        set(&mut text, "staging", &self.agent.staging);
        set(&mut text, "parallel", &self.agent.parallel);
        text.push_str("# Whatever the service asks for.\n");
        set(
            &mut text,
            "writes_per_minute",
            &self.agent.writes_per_minute,
        );
        for directory in &self.directories {
            directory.render(&mut text);
        }
        text
    }
}

impl DirectoryConfig {
    fn render(&self, text: &mut String) {
        text.push_str("\n[[directory]]\n");
        set(text, "name", &quoted(&self.name));
        set(text, "kind", &quoted(kind(self.kind)));
        if self.discovery.is_none() {
            set(text, "servers", &list(&self.servers));
        }
        if let Some(ca) = &self.ca {
            set(text, "ca", &quoted(&ca.display().to_string()));
        }
        if let Some(base) = &self.base {
            set(text, "base", &quoted(base));
        }
        set(text, "bind_dn", &quoted(&self.bind_dn));
        if let Some(file) = &self.password_file {
            set(text, "password_file", &quoted(&file.display().to_string()));
        }
        if self.source_anchor != SourceAnchor::default() {
            text.push_str("# Users are known by it: what is in it may be carried along to another domain. Never change this line.\n");
            let anchor = anchor_name(self.source_anchor, self.kind);
            set(text, "source_anchor", &quoted(anchor));
        }
        if !self.dirsync {
            set(text, "dirsync", &self.dirsync);
        }
        if self.user_name != default_user_name(self.kind) {
            set(text, "user_name", &quoted(&self.user_name));
        }
        set(text, "sync", &self.switches.sync);
        set(text, "sign_in", &self.switches.sign_in);
        set(text, "writeback", &self.switches.writeback);
        if let Some(discovery) = &self.discovery {
            text.push_str("\n# Domain controllers are found through DNS.\n[directory.discovery]\n");
            set(text, "domain", &quoted(&discovery.domain));
            if !discovery.nameservers.is_empty() {
                set(text, "nameservers", &list(&discovery.nameservers));
            }
            if !discovery.hosts.is_empty() {
                set(text, "hosts", &list(&discovery.hosts));
            }
        }
        let scope = &self.scope;
        if !self.is_whole() || !scope.attributes.is_empty() {
            text.push_str(
                "\n# Units and groups by their objectGUID or entryUUID: a renamed one stays.\n",
            );
            text.push_str("[directory.scope]\n");
            let ids = |ids: &[uuid::Uuid]| list(ids);
            if !scope.units.is_empty() {
                set(text, "units", &ids(&scope.units));
            }
            if !scope.excluded.is_empty() {
                set(text, "excluded", &ids(&scope.excluded));
            }
            if let Some(group) = &scope.group {
                set(text, "group", &quoted(&group.to_string()));
            }
            if !scope.attributes.is_empty() {
                set(text, "attributes", &list(&scope.attributes));
            }
        }
        if !self.rules.is_empty() {
            text.push_str("\n[directory.rules]\n");
            for (target, rule) in &self.rules {
                set(text, target, rule);
            }
        }
    }
}

/// As it is written in the settings.
#[must_use]
pub(super) fn kind(kind: DirectoryKind) -> &'static str {
    match kind {
        DirectoryKind::ActiveDirectory => "active-directory",
        DirectoryKind::OpenLdap => "open-ldap",
    }
}

fn set(text: &mut String, key: &str, value: &dyn Display) {
    let _ = writeln!(text, "{key} = {value}");
}

fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

fn list<T: ToString>(items: &[T]) -> String {
    let items: Vec<_> = items.iter().map(|item| quoted(&item.to_string())).collect();
    format!("[{}]", items.join(", "))
}

#[cfg(test)]
mod tests {
    use super::super::testing::corp;
    use super::super::{Agent, Config, Service, read};
    use crate::directory::{Discovery, SourceAnchor};
    use crate::sync::rules::Expression;
    use std::path::{Path, PathBuf};
    use uuid::Uuid;

    #[test]
    fn what_is_rendered_is_read_again() {
        let mut directory = corp();
        directory.ca = Some(PathBuf::from("/etc/ssl/corp ca.pem"));
        directory.base = Some("DC=\"corp\",DC=test".to_owned());
        directory.user_name = "mail".to_owned();
        directory.source_anchor = SourceAnchor::ConsistencyGuid;
        directory.dirsync = false;
        directory.scope.units = vec![Uuid::from_u128(1), Uuid::from_u128(2)];
        directory.scope.excluded = vec![Uuid::from_u128(3)];
        directory.scope.group = Some(Uuid::from_u128(4));
        directory.scope.attributes = vec!["costCentre".to_owned()];
        let cost = Expression::First(vec!["costCentre".to_owned()]);
        let name = Expression::Join(vec!["sn".into(), "givenName".into()], ", ".into());
        directory.rules.insert("extension.cost".to_owned(), cost);
        directory.rules.insert("display_name".to_owned(), name);
        let mut second = corp();
        second.name = "lab".to_owned();
        second.servers.clear();
        second.discovery = Some(Discovery {
            domain: "lab.test".to_owned(),
            nameservers: vec!["10.0.0.53".to_owned()],
            hosts: vec!["dc9.other.test".to_owned()],
        });
        let config = Config {
            service: Service {
                url: "https://password.example.org".to_owned(),
                proxy: Some("http://proxy.example.org:3128".to_owned()),
                ca: Some(PathBuf::from("/etc/ssl/service.pem")),
            },
            agent: Agent {
                staging: true,
                ..Agent::default()
            },
            directories: vec![directory, second],
        };
        let text = config.render();
        assert_eq!(
            read(&text, Path::new("/etc/x/connect.toml")),
            Ok(config),
            "{text}"
        );
    }
}
