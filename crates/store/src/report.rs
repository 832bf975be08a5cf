//! Facts about users, grouped, so that the rules can judge a million of them by judging a handful of classes.

use crate::db::{Error, Result, Row, Tx, args};
use crate::user::After;
use keyward_core::ids::UserId;
use keyward_core::method::MethodKind;

/// How many users, at least, a page is looked for among before everybody is asked.
const NEAR: i64 = 5000;

/// Among how many users next in the order of names a page is looked for first. Each is asked about one by one, so for a
/// long page, as exports take, it is quicker to go through everybody at once.
fn window(limit: i64) -> Option<i64> {
    (limit <= NEAR).then(|| NEAR.max(limit * 5))
}

/// Where somebody's password is kept, and whether it could be set there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Home {
    /// Here.
    Here,
    /// In a directory beside which an agent writes passwords back.
    Directory,
    /// In a directory, and nobody sets it there: the account is protected, or no agent writes passwords back.
    OutOfReach,
}

impl Home {
    fn code(self) -> char {
        match self {
            Self::Here => '0',
            Self::Directory => '1',
            Self::OutOfReach => '2',
        }
    }

    fn from_code(code: char) -> Option<Self> {
        [Self::Here, Self::Directory, Self::OutOfReach]
            .into_iter()
            .find(|home| home.code() == code)
    }
}

/// What decides whether somebody can reset; users with the same facts are judged alike.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four independent facts, one column each"
)]
pub struct Facts {
    /// Sign-in is allowed.
    pub enabled: bool,
    /// The owner reported a change.
    pub held: bool,
    /// Holds a role.
    pub administrator: bool,
    /// Is in one of the selected groups.
    pub member: bool,
    /// Where the password is.
    pub home: Home,
    /// The kinds of methods registered.
    pub kinds: Vec<MethodKind>,
}

impl Facts {
    /// One text for one set of facts, also spoken by the statements below.
    fn class(&self) -> String {
        let flag = |b| if b { '1' } else { '0' };
        let kinds: Vec<_> = self.kinds.iter().map(|k| k.code()).collect();
        let flags: String = [self.enabled, self.held, self.administrator, self.member]
            .map(flag)
            .iter()
            .collect();
        format!("[{flags}{}:{}]", self.home.code(), kinds.join(","))
    }

    fn parse(class: &str) -> Result<Self> {
        let bad = || Error::Unreadable("class");
        let (flags, kinds) = class
            .trim_matches(['[', ']'])
            .split_once(':')
            .ok_or_else(bad)?;
        let flags: Vec<char> = flags.chars().collect();
        let [enabled, held, administrator, member, home] = flags[..] else {
            return Err(bad());
        };
        let [enabled, held, administrator, member] =
            [enabled, held, administrator, member].map(|c| c == '1');
        let home = Home::from_code(home).ok_or_else(bad)?;
        let mut kinds: Vec<MethodKind> = kinds
            .split(',')
            .filter(|k| !k.is_empty())
            .filter_map(MethodKind::from_code)
            .collect();
        kinds.sort();
        Ok(Self {
            enabled,
            held,
            administrator,
            member,
            home,
            kinds,
        })
    }
}

/// A user in a report.
#[derive(Debug, Clone)]
pub struct Reported {
    /// Who.
    pub user: UserId,
    /// Display name.
    pub name: String,
    /// Folded, for the next page.
    pub name_key: String,
    /// What they sign in with.
    pub upn: String,
    /// What decides.
    pub facts: Facts,
    /// When they last confirmed what is registered.
    pub confirmed_at: Option<keyward_core::time::Timestamp>,
}

fn reported(row: &Row, class: &str) -> Result<Reported> {
    Ok(Reported {
        user: UserId(row.get("id")?),
        name: row.get("display_name")?,
        name_key: row.get("name_key")?,
        upn: row.get("upn")?,
        facts: Facts::parse(class)?,
        confirmed_at: row.at_opt("registration_confirmed_at")?,
    })
}

/// The groups that reset is switched on for, with all groups inside them. SQLite has no statistics: the CROSS JOIN
/// tells it to look up the members of each group instead of walking all members for each.
macro_rules! scope {
    () => {
        "WITH RECURSIVE scope(id) AS (
           SELECT group_id FROM scope_groups WHERE tenant_id = $1
           UNION
           SELECT m.member_id FROM scope CROSS JOIN group_members m
           WHERE m.tenant_id = $1 AND m.group_id = scope.id AND m.kind = 'group'
         )"
    };
}

/// The class of user `u`, given the condition that they are a member. Kinds are in the order of their codes.
macro_rules! class {
    ($member:literal) => {
        concat!(
            "'[' || CASE WHEN u.enabled THEN '1' ELSE '0' END
             || CASE WHEN u.held_at IS NOT NULL THEN '1' ELSE '0' END
             || CASE WHEN u.id IN (SELECT user_id FROM role_assignments WHERE tenant_id = $1) THEN '1' ELSE '0' END
             || CASE WHEN ",
            $member,
            " THEN '1' ELSE '0' END || CASE WHEN u.directory_id IS NULL THEN '0'
               WHEN EXISTS (SELECT 1 FROM directory_users p WHERE p.tenant_id = u.tenant_id AND p.user_id = u.id
                 AND p.protected)
               OR NOT EXISTS (SELECT 1 FROM agent_directories b JOIN agents a
                 ON a.tenant_id = b.tenant_id AND a.id = b.agent_id
                 WHERE b.tenant_id = u.tenant_id AND b.directory_id = u.directory_id AND b.writeback
                 AND a.state = 'active') THEN '2' ELSE '1' END
             || ':' || COALESCE((SELECT string_agg(kind, ',' ORDER BY kind) FROM
               (SELECT DISTINCT k.kind FROM methods k WHERE k.tenant_id = u.tenant_id AND k.user_id = u.id) d), '')
             || ']'"
        )
    };
}

// Below the macros, which it uses.
mod change;

impl Tx {
    /// How many users share each set of facts.
    pub async fn classes(&mut self) -> Result<Vec<(Facts, i64)>> {
        // Everybody is looked at, so the members are collected once; users, methods and members are walked in the
        // order of user ids, each by an index that holds all it takes.
        let sql = concat!(
            scope!(),
            ", member(id) AS (SELECT m.member_id FROM scope CROSS JOIN group_members m
               WHERE m.tenant_id = $1 AND m.group_id = scope.id AND m.kind = 'user')
             SELECT class, COUNT(*) AS n FROM (SELECT ",
            class!("u.id IN (SELECT id FROM member)"),
            " AS class FROM users u WHERE u.tenant_id = $1 AND u.deleted_at IS NULL) classified GROUP BY class"
        );
        let rows = self.conn.rows(sql, args![self.tenant()]).await?;
        rows.iter()
            .map(|r| Ok((Facts::parse(&r.get::<String>("class")?)?, r.get("n")?)))
            .collect()
    }

    /// A page, by name, of the users whose facts are among `classes`.
    pub async fn users_of_classes(
        &mut self,
        classes: &[Facts],
        after: Option<&After>,
        limit: i64,
    ) -> Result<Vec<Reported>> {
        // Most pages fill up from the users next in the order of names; what is asked about each is looked up.
        let near = concat!(
            scope!(),
            "SELECT id, upn, display_name, name_key, registration_confirmed_at, class FROM (
               SELECT u.id, u.upn, u.display_name, u.name_key, u.registration_confirmed_at, ",
            class!(
                "EXISTS (SELECT 1 FROM group_members m WHERE m.tenant_id = u.tenant_id AND m.kind = 'user'
                 AND m.member_id = u.id AND m.group_id IN (SELECT id FROM scope))"
            ),
            " AS class FROM (SELECT * FROM users
                 WHERE tenant_id = $1 AND deleted_at IS NULL AND name_key >= $3 AND (name_key > $3 OR id > $4)
                 ORDER BY name_key, id LIMIT $6) u
             ) classified WHERE $2 LIKE '%' || class || '%' ORDER BY name_key, id LIMIT $5"
        );
        // Those who are few among many are found as they are counted, and then put in order.
        let far = concat!(
            scope!(),
            ", member(id) AS (SELECT m.member_id FROM scope CROSS JOIN group_members m
               WHERE m.tenant_id = $1 AND m.group_id = scope.id AND m.kind = 'user')
             SELECT u.id, u.upn, u.display_name, u.name_key, u.registration_confirmed_at, hit.class FROM
               (SELECT id, class FROM (SELECT u.id AS id, ",
            class!("u.id IN (SELECT id FROM member)"),
            " AS class FROM users u WHERE u.tenant_id = $1 AND u.deleted_at IS NULL) classified
               WHERE $2 LIKE '%' || class || '%') hit CROSS JOIN users u
             WHERE u.tenant_id = $1 AND u.id = hit.id
             AND u.name_key || '' >= $3 AND (u.name_key || '' > $3 OR u.id > $4)
             ORDER BY u.name_key || '', u.id LIMIT $5"
        );
        let wanted: String = classes.iter().map(Facts::sorted_class).collect();
        let (key, id) = After::start(after);
        let args = args![self.tenant(), wanted, key, id, limit];
        let mut rows = Vec::new();
        if let Some(window) = window(limit) {
            let mut args = args.clone();
            args.extend(args![window]);
            rows = self.conn.rows(near, args).await?;
        }
        if (rows.len() as i64) < limit {
            rows = self.conn.rows(far, args).await?;
        }
        rows.iter()
            .map(|r| reported(r, &r.get::<String>("class")?))
            .collect()
    }
}

impl Facts {
    /// The class with its kinds in the order of their codes.
    fn sorted_class(&self) -> String {
        let mut sorted = self.clone();
        sorted.kinds.sort_by_key(|k| k.code());
        sorted.class()
    }
}
