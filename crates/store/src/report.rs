//! Facts about users, grouped, so that the rules can judge a million of them by judging a handful of classes.
//!
//! Nothing is changed for it: the groups and times that are asked about are arguments, so that asking "what if" only
//! reads.

use crate::db::{Error, Result, Row, Tx, Value, args};
use crate::user::After;
use keyward_core::ids::{GroupId, UserId};
use keyward_core::method::MethodKind;
use keyward_core::time::Timestamp;
use std::collections::BTreeSet;

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

/// Until when a method must have been added to be out of quarantine, where no older one stands for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ripe {
    /// Of users.
    pub users: Timestamp,
    /// Of whoever holds a role.
    pub administrators: Timestamp,
}

/// What is asked of everybody, beside what always is.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// Sets of groups: whether somebody is in one of each, over any number of levels.
    pub sets: Vec<BTreeSet<GroupId>>,
    /// Times: which kinds of methods are still in quarantine by each.
    pub ripe: Vec<Ripe>,
}

/// What decides whether somebody can reset; users with the same facts are judged alike.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Facts {
    /// Sign-in is allowed.
    pub enabled: bool,
    /// The owner reported a change.
    pub held: bool,
    /// Holds a role.
    pub administrator: bool,
    /// For each set of groups that was asked about: is in one of it.
    pub within: Vec<bool>,
    /// Where the password is.
    pub home: Home,
    /// The kinds of methods registered, the strongest first.
    pub kinds: Vec<MethodKind>,
    /// For each time that was asked about: of these kinds, those of which every method is in quarantine.
    pub waiting: Vec<Vec<MethodKind>>,
}

fn bit(flag: bool) -> char {
    if flag { '1' } else { '0' }
}

impl Facts {
    /// One text for one set of facts, also spoken by the statements below: kinds in the order of their codes.
    fn class(&self) -> String {
        let mut kinds = self.kinds.clone();
        kinds.sort_by_key(|k| k.code());
        let kinds = kinds.iter().map(|kind| {
            let waits = self
                .waiting
                .iter()
                .map(|waiting| bit(waiting.contains(kind)));
            format!("{}.{}", kind.code(), waits.collect::<String>())
        });
        let flags = [self.enabled, self.held, self.administrator].map(bit);
        format!(
            "[{}{}:{}:{}]",
            flags.iter().collect::<String>(),
            self.home.code(),
            self.within.iter().copied().map(bit).collect::<String>(),
            kinds.collect::<Vec<_>>().join(",")
        )
    }

    fn parse(class: &str, times: usize) -> Result<Self> {
        let bad = || Error::Unreadable("class");
        let parts: Vec<&str> = class.trim_matches(['[', ']']).split(':').collect();
        let [flags, within, kinds] = parts[..] else {
            return Err(bad());
        };
        let flags: Vec<char> = flags.chars().collect();
        let [enabled, held, administrator, home] = flags[..] else {
            return Err(bad());
        };
        let [enabled, held, administrator] = [enabled, held, administrator].map(|c| c == '1');
        let home = Home::from_code(home).ok_or_else(bad)?;
        let mut found = Vec::new();
        for word in kinds.split(',').filter(|word| !word.is_empty()) {
            let (kind, waits) = word.split_once('.').ok_or_else(bad)?;
            // A kind that this program doesn't know yet counts for nothing.
            found.extend(MethodKind::from_code(kind).map(|kind| (kind, waits)));
        }
        found.sort_by_key(|(kind, _)| *kind);
        let waits = |n: usize| {
            let those = found
                .iter()
                .filter(|(_, w)| w.as_bytes().get(n) == Some(&b'1'));
            those.map(|(kind, _)| *kind).collect()
        };
        Ok(Self {
            enabled,
            held,
            administrator,
            within: within.chars().map(|c| c == '1').collect(),
            home,
            waiting: (0..times).map(waits).collect(),
            kinds: found.iter().map(|(kind, _)| *kind).collect(),
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

fn reported(row: &Row, times: usize) -> Result<Reported> {
    Ok(Reported {
        user: UserId(row.get("id")?),
        name: row.get("display_name")?,
        name_key: row.get("name_key")?,
        upn: row.get("upn")?,
        facts: Facts::parse(&row.get::<String>("class")?, times)?,
        confirmed_at: row.at_opt("registration_confirmed_at")?,
    })
}

/// The parts of a statement that depend on the question.
struct Asked {
    /// The groups of each set, with all groups inside them: the tables `scope0`, `scope1` …
    scopes: Vec<String>,
    /// The members of each: `member0`, `member1` …
    members: Vec<String>,
    /// For each time, whether every method of kind `k.kind` waits.
    waits: String,
    args: Vec<Value>,
}

impl Asked {
    /// With its places from `$first` on.
    fn new(question: &Question, first: usize) -> Self {
        let mut args: Vec<Value> = Vec::new();
        let mut place = |value: Value| {
            args.push(value);
            format!("${}", first + args.len() - 1)
        };
        let (mut scopes, mut members) = (Vec::new(), Vec::new());
        for (n, groups) in question.sets.iter().enumerate() {
            let places: Vec<String> = groups.iter().map(|g| place((*g).into())).collect();
            // `NULL` is in no list, and an empty one is no SQL.
            let places = if places.is_empty() {
                "NULL".to_owned()
            } else {
                places.join(", ")
            };
            // SQLite has no statistics: the CROSS JOIN tells it to look up the members of each group instead of walking
            // all members for each.
            scopes.push(format!(
                "scope{n}(id) AS (
                   SELECT id FROM security_groups WHERE tenant_id = $1 AND id IN ({places})
                   UNION
                   SELECT m.member_id FROM scope{n} CROSS JOIN group_members m
                   WHERE m.tenant_id = $1 AND m.group_id = scope{n}.id AND m.kind = 'group')"
            ));
            members.push(format!(
                "member{n}(id) AS (SELECT m.member_id FROM scope{n} CROSS JOIN group_members m
                   WHERE m.tenant_id = $1 AND m.group_id = scope{n}.id AND m.kind = 'user')"
            ));
        }
        let mut waits = String::new();
        for ripe in &question.ripe {
            let (admins, users) = (place(ripe.administrators.into()), place(ripe.users.into()));
            waits.push_str(&format!(
                " || CASE WHEN MIN(CASE WHEN k.confirmed THEN 0
                     WHEN k.created_at <= CASE WHEN {ADMINISTRATOR} THEN CAST({admins} AS BIGINT)
                       ELSE CAST({users} AS BIGINT) END THEN 0
                     ELSE 1 END) = 1 THEN '1' ELSE '0' END"
            ));
        }
        Self {
            scopes,
            members,
            waits,
            args,
        }
    }

    /// The tables before a statement.
    fn with(tables: impl IntoIterator<Item = String>) -> String {
        let tables: Vec<String> = tables.into_iter().collect();
        if tables.is_empty() {
            String::new()
        } else {
            format!("WITH RECURSIVE {}", tables.join(", "))
        }
    }

    /// The class of user `u`, where everybody is looked at: the members were collected once.
    fn class_of_all(&self) -> String {
        self.class(|n| format!("u.id IN (SELECT id FROM member{n})"))
    }

    /// The class of user `u`, where a few are looked at.
    fn class_of_few(&self) -> String {
        self.class(|n| {
            format!(
                "EXISTS (SELECT 1 FROM group_members m WHERE m.tenant_id = u.tenant_id AND m.kind = 'user'
                   AND m.member_id = u.id AND m.group_id IN (SELECT id FROM scope{n}))"
            )
        })
    }

    /// Kinds are in the order of their codes.
    fn class(&self, is_member: impl Fn(usize) -> String) -> String {
        let within: String = (0..self.scopes.len())
            .map(|n| format!(" || CASE WHEN {} THEN '1' ELSE '0' END", is_member(n)))
            .collect();
        let waits = &self.waits;
        format!(
            "'[' || CASE WHEN u.enabled THEN '1' ELSE '0' END
             || CASE WHEN u.held_at IS NOT NULL THEN '1' ELSE '0' END
             || CASE WHEN {ADMINISTRATOR} THEN '1' ELSE '0' END
             || CASE WHEN u.directory_id IS NULL THEN '0'
               WHEN EXISTS (SELECT 1 FROM directory_users p WHERE p.tenant_id = u.tenant_id AND p.user_id = u.id
                 AND p.protected)
               OR NOT EXISTS (SELECT 1 FROM agent_directories b JOIN agents a
                 ON a.tenant_id = b.tenant_id AND a.id = b.agent_id
                 WHERE b.tenant_id = u.tenant_id AND b.directory_id = u.directory_id AND b.writeback
                 AND a.state = 'active') THEN '2' ELSE '1' END
             || ':'{within} || ':' || COALESCE((SELECT string_agg(d.word, ',' ORDER BY d.kind) FROM
               (SELECT k.kind AS kind, k.kind || '.'{waits} AS word FROM methods k
                WHERE k.tenant_id = u.tenant_id AND k.user_id = u.id GROUP BY k.kind) d), '')
             || ']'"
        )
    }
}

/// User `u` holds a role.
const ADMINISTRATOR: &str = "u.id IN (SELECT user_id FROM role_assignments WHERE tenant_id = $1)";

impl Tx {
    /// How many users share each set of facts.
    pub async fn classes(&mut self, question: &Question) -> Result<Vec<(Facts, i64)>> {
        // Everybody is looked at, so the members are collected once; users, methods and members are walked in the
        // order of user ids, each by an index that holds all it takes.
        let asked = Asked::new(question, 2);
        let class = asked.class_of_all();
        let with = Asked::with(asked.scopes.into_iter().chain(asked.members));
        let sql = format!(
            "{with} SELECT class, COUNT(*) AS n FROM (SELECT {class} AS class FROM users u
               WHERE u.tenant_id = $1 AND u.deleted_at IS NULL) classified GROUP BY class"
        );
        let mut args = args![self.tenant()];
        args.extend(asked.args);
        let rows = self.conn.rows_of(sql, args).await?;
        let times = question.ripe.len();
        let facts = |r: &Row| Facts::parse(&r.get::<String>("class")?, times);
        rows.iter().map(|r| Ok((facts(r)?, r.get("n")?))).collect()
    }

    /// A page, by name, of the users whose facts are among `classes`, which answer the same question.
    pub async fn users_of_classes(
        &mut self,
        question: &Question,
        classes: &[Facts],
        after: Option<&After>,
        limit: i64,
    ) -> Result<Vec<Reported>> {
        let wanted: String = classes.iter().map(Facts::class).collect();
        let (key, id) = After::start(after);
        let args = args![self.tenant(), wanted, key, id, limit];
        let mut rows = Vec::new();
        if let Some(window) = window(limit) {
            // Most pages fill up from the users next in the order of names; what is asked about each is looked up.
            let asked = Asked::new(question, 7);
            let class = asked.class_of_few();
            let with = Asked::with(asked.scopes);
            let near = format!(
                "{with} SELECT id, upn, display_name, name_key, registration_confirmed_at, class FROM (
                   SELECT u.id, u.upn, u.display_name, u.name_key, u.registration_confirmed_at, {class} AS class
                   FROM (SELECT * FROM users
                     WHERE tenant_id = $1 AND deleted_at IS NULL AND name_key >= $3 AND (name_key > $3 OR id > $4)
                     ORDER BY name_key, id LIMIT $6) u
                 ) classified WHERE $2 LIKE '%' || class || '%' ORDER BY name_key, id LIMIT $5"
            );
            let mut args = args.clone();
            args.extend(args![window]);
            args.extend(asked.args);
            rows = self.conn.rows_of(near, args).await?;
        }
        if (rows.len() as i64) < limit {
            // Those who are few among many are found as they are counted, and then put in order.
            let asked = Asked::new(question, 6);
            let class = asked.class_of_all();
            let with = Asked::with(asked.scopes.into_iter().chain(asked.members));
            let far = format!(
                "{with} SELECT u.id, u.upn, u.display_name, u.name_key, u.registration_confirmed_at, hit.class FROM
                   (SELECT id, class FROM (SELECT u.id AS id, {class} AS class FROM users u
                      WHERE u.tenant_id = $1 AND u.deleted_at IS NULL) classified
                    WHERE $2 LIKE '%' || class || '%') hit CROSS JOIN users u
                 WHERE u.tenant_id = $1 AND u.id = hit.id
                 AND u.name_key || '' >= $3 AND (u.name_key || '' > $3 OR u.id > $4)
                 ORDER BY u.name_key || '', u.id LIMIT $5"
            );
            let mut args = args;
            args.extend(asked.args);
            rows = self.conn.rows_of(far, args).await?;
        }
        let times = question.ripe.len();
        rows.iter().map(|r| reported(r, times)).collect()
    }
}
