//! What a domain says of itself in DNS.

use std::net::{Ipv4Addr, SocketAddr};

use serde_json::json;

use super::{DNS_PORT, Samba};

impl Samba {
    /// Where it answers in DNS.
    #[must_use]
    pub fn name_server(&self) -> SocketAddr {
        (self.address, DNS_PORT).into()
    }

    /// Has a host of the domain, such as `dc2`, be at this address.
    ///
    /// # Panics
    /// As all helpers do when the database refuses; the message says what.
    pub fn dns_address(&self, host: &str, address: Ipv4Addr) {
        let records = json!([{"address": address}]);
        self.hands
            .call("dns", &json!({"name": host, "records": records}));
    }

    /// Has these be the domain's controllers: host, priority and weight.
    ///
    /// # Panics
    /// As [`Samba::dns_address`].
    pub fn dns_controllers(&self, controllers: &[(&str, u16, u16)]) {
        let records = controllers.iter().map(|(host, priority, weight)| {
            json!({"host": host, "priority": priority, "weight": weight})
        });
        let records: Vec<_> = records.collect();
        self.hands
            .call("dns", &json!({"name": "_ldap._tcp", "records": records}));
    }

    /// As the domain controller would say itself, if it knew its address.
    pub(super) fn dns_itself(&self) {
        self.dns_address(self.kind.host, self.address);
        self.dns_controllers(&[(&self.kind.full_name(), 0, 100)]);
    }
}
