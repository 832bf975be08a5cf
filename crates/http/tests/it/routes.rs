//! The routes, read from the router itself: nobody has to keep a list, so none is forgotten (A-01, S73).

use axum::Router;
use std::collections::HashMap;
use std::fmt;

/// A method and the pattern of a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Route {
    /// `/account/security/remove/{id}`.
    pub(crate) pattern: String,
    /// `GET`, `POST`.
    pub(crate) method: &'static str,
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.pattern)
    }
}

const METHODS: [(&str, &str); 8] = [
    ("get: ", "GET"),
    ("head: ", "HEAD"),
    ("delete: ", "DELETE"),
    ("options: ", "OPTIONS"),
    ("patch: ", "PATCH"),
    ("post: ", "POST"),
    ("put: ", "PUT"),
    ("trace: ", "TRACE"),
];

/// axum hands out no list, but prints one: `routes: {RouteId(0): MethodRouter(MethodRouter { get: BoxedHandler, ..`,
/// and `paths: {RouteId(0): "/", ..`. [`tests::the_table_is_whole`] fails when an update prints something else.
pub(crate) fn routes(router: &Router) -> Vec<Route> {
    let text = format!("{router:?}");
    let (text, _) = text.split_once("fallback_router").expect("the pages");
    let (endpoints, paths) = text.split_once("node: Node").expect("the paths");
    let endpoints: HashMap<&str, &str> = entries(endpoints).collect();
    let mut all = Vec::new();
    for (id, path) in entries(paths) {
        let pattern = path.split('"').nth(1).expect("a quoted path");
        let endpoint = endpoints[id];
        for (key, method) in METHODS {
            let there = endpoint
                .split_once(key)
                .is_some_and(|(_, what)| !what.starts_with("None"));
            if there {
                all.push(Route {
                    pattern: pattern.to_owned(),
                    method,
                });
            }
        }
    }
    all.sort();
    all
}

/// Ids and what is printed for them.
fn entries(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let entries = text.split("RouteId(").skip(1);
    entries.map(|e| e.split_once("): ").expect("an id and its entry"))
}

#[cfg(test)]
mod tests {
    use super::Route;
    use crate::site::Site;

    // case: A-01
    #[tokio::test]
    async fn the_table_is_whole() {
        let site = Site::new().await;
        let routes = site.routes();
        for (method, pattern) in [
            ("GET", "/signin"),
            ("POST", "/signin"),
            ("POST", "/signout"),
            ("GET", "/reset/send/{method}"),
            ("POST", "/account/security/change/{id}/code"),
            ("GET", "/healthz"),
            ("GET", "/assets/{name}"),
        ] {
            let route = Route {
                pattern: pattern.into(),
                method,
            };
            assert!(routes.contains(&route), "{route} of {routes:#?}");
        }
        let odd = Route {
            pattern: "/signout".into(),
            method: "GET",
        };
        assert!(!routes.contains(&odd));
        assert!(routes.iter().all(|r| ["GET", "POST"].contains(&r.method)));
    }
}
