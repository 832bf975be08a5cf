//! Whether the galleries of the browser tests have looked at every page that the router has.
//!
//! Each picture leaves a line in `pages.txt`: path and name. The routes are those of the sweep in http/tests, which reads
//! them from the router itself, so a new page without a picture is found by nobody's memory.

use std::collections::HashSet;
use std::fs;
use std::io::ErrorKind;

use keyward_testbed::browser::SCREENSHOTS;

use crate::shell::{Done, root};

/// The table of routes that the sweep keeps.
const ROUTES: &str = "crates/http/tests/it/snapshots/it__sweep__routes.snap";

/// Pages that only the demo has: the sweep's router isn't one.
const DEMO: [&str; 2] = ["/outbox", "/styleguide"];

/// What a GET answers that is no page to look at.
fn is_page(route: &str) -> bool {
    let other = [
        // Only leads on.
        "/",
        "/.well-known/change-password",
        "/admin/connect",
        "/admin/password-reset",
        "/hand-over/{token}",
        "/not-me/{token}",
        "/setup/{token}",
        // Parts of pages, files, and what machines ask.
        "/admin/pick/excluded",
        "/admin/pick/group",
        "/admin/pick/groups",
        "/admin/pick/members",
        "/admin/pick/users",
        "/assets/{name}",
        "/favicon.ico",
        "/healthz",
        "/readyz",
    ];
    let file = route
        .rsplit_once('.')
        .is_some_and(|(_, kind)| kind == "csv");
    !file && !other.contains(&route)
}

/// Removes what an earlier run has left: a picture that is there was taken now.
pub(crate) fn clear() -> Done {
    match fs::remove_dir_all(root().join(SCREENSHOTS)) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(format!("{SCREENSHOTS} can't be emptied: {error}"))
        }
        _ => Ok(()),
    }
}

/// Fails when a page has no picture.
pub(crate) fn complete() -> Done {
    let read = |path: &str| {
        fs::read_to_string(root().join(path)).map_err(|error| format!("{path}: {error}"))
    };
    let missing = missing(
        &read(ROUTES)?,
        &read(&format!("{SCREENSHOTS}/pages.txt")).unwrap_or_default(),
    );
    if missing.is_empty() {
        return Ok(());
    }
    Err(format!(
        "no gallery of crates/server/tests/browser looks at {}",
        missing.join(", ")
    ))
}

/// The pages in the table of routes that no path leads to.
fn missing(routes: &str, visited: &str) -> Vec<String> {
    let routes: Vec<_> = routes
        .lines()
        .filter_map(|line| line.strip_prefix("GET "))
        .chain(DEMO)
        .collect();
    let seen: HashSet<_> = visited
        .lines()
        .filter_map(|line| line.split(' ').next())
        .filter_map(|path| route_of(&routes, path))
        .collect();
    routes
        .iter()
        .filter(|route| is_page(route) && !seen.contains(*route))
        .map(|route| (*route).to_owned())
        .collect()
}

/// The route that answers a path: of those that fit, the one with the fewest blanks.
fn route_of<'r>(routes: &[&'r str], path: &str) -> Option<&'r str> {
    let fits = |route: &&&str| {
        let (pattern, parts) = (route.split('/'), path.split('/'));
        pattern.clone().count() == parts.clone().count()
            && pattern
                .zip(parts)
                .all(|(blank, part)| blank.starts_with('{') || blank == part)
    };
    let blanks = |route: &&&str| route.matches('{').count();
    routes.iter().filter(fits).min_by_key(blanks).copied()
}

#[cfg(test)]
mod tests {
    use super::missing;

    #[test]
    fn a_page_without_a_picture_is_named() {
        let routes = "GET /admin/users/{id}\n    ok  everybody\nGET /admin/users/new\nPOST /signin\nGET /signin\n\
            GET /admin/users.csv\n";
        let visited = "/admin/users/new user-new-de\n/outbox outbox-en\n/styleguide styles-de\n";
        assert_eq!(missing(routes, visited), ["/admin/users/{id}", "/signin"]);
        let visited = format!("{visited}/signin signin-en\n/admin/users/7 user-en\n");
        assert!(missing(routes, &visited).is_empty());
    }
}
