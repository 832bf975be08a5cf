//! Facts about users under the groups that reset is switched on for, and under others that it could be.
//!
//! Nothing is changed for it: the other groups are arguments, so that asking "what if" only reads.

use super::{Facts, Reported, reported};
use crate::db::{Error, Result, Tx, args};
use crate::user::After;
use keyward_core::ids::GroupId;
use std::collections::BTreeSet;

/// The groups that are asked about, with all groups inside them, beside those of the policy.
macro_rules! scopes {
    () => {
        concat!(
            scope!(),
            ", other(id) AS (
               SELECT id FROM security_groups WHERE tenant_id = $1 AND id IN ({groups})
               UNION
               SELECT m.member_id FROM other CROSS JOIN group_members m
               WHERE m.tenant_id = $1 AND m.group_id = other.id AND m.kind = 'group'
             )"
        )
    };
}

/// The members of both.
macro_rules! members {
    () => {
        ", member(id) AS (SELECT m.member_id FROM scope CROSS JOIN group_members m
           WHERE m.tenant_id = $1 AND m.group_id = scope.id AND m.kind = 'user'),
         other_member(id) AS (SELECT m.member_id FROM other CROSS JOIN group_members m
           WHERE m.tenant_id = $1 AND m.group_id = other.id AND m.kind = 'user')"
    };
}

/// The class of user `u`, and whether they would be a member.
macro_rules! both {
    ($member:literal, $other:literal) => {
        concat!(
            class!($member),
            " || CASE WHEN ",
            $other,
            " THEN '+' ELSE '-' END"
        )
    };
}

/// The placeholders of the groups, from `$first` on. `NULL` is in no list, and an empty one is no SQL.
fn with_groups(sql: &str, first: usize, groups: &BTreeSet<GroupId>) -> String {
    let places: Vec<String> = (first..first + groups.len())
        .map(|n| format!("${n}"))
        .collect();
    let places = if places.is_empty() {
        "NULL".to_owned()
    } else {
        places.join(", ")
    };
    sql.replace("{groups}", &places)
}

impl Tx {
    /// How many users share each set of facts, and whether they would be a member if reset were switched on for
    /// `groups` instead.
    pub async fn classes_if(
        &mut self,
        groups: &BTreeSet<GroupId>,
    ) -> Result<Vec<(Facts, bool, i64)>> {
        let sql = concat!(
            scopes!(),
            members!(),
            " SELECT class, COUNT(*) AS n FROM (SELECT ",
            both!(
                "u.id IN (SELECT id FROM member)",
                "u.id IN (SELECT id FROM other_member)"
            ),
            " AS class FROM users u WHERE u.tenant_id = $1 AND u.deleted_at IS NULL) classified GROUP BY class"
        );
        let mut args = args![self.tenant()];
        args.extend(groups.iter().map(|g| (*g).into()));
        let rows = self.conn.rows_of(with_groups(sql, 2, groups), args).await?;
        rows.iter()
            .map(|r| {
                let class: String = r.get("class")?;
                let other = class.ends_with('+');
                let class = class.strip_suffix(['+', '-']);
                let facts = Facts::parse(class.ok_or(Error::Unreadable("class"))?)?;
                Ok((facts, other, r.get("n")?))
            })
            .collect()
    }

    /// A page, by name, of the users with these facts and this membership if reset were switched on for `groups`.
    pub async fn users_of_classes_if(
        &mut self,
        classes: &[(Facts, bool)],
        groups: &BTreeSet<GroupId>,
        after: Option<&After>,
        limit: i64,
    ) -> Result<Vec<Reported>> {
        let near = concat!(
            scopes!(),
            " SELECT id, upn, display_name, name_key, registration_confirmed_at, class FROM (
               SELECT u.id, u.upn, u.display_name, u.name_key, u.registration_confirmed_at, ",
            both!(
                "EXISTS (SELECT 1 FROM group_members m WHERE m.tenant_id = u.tenant_id AND m.kind = 'user'
                 AND m.member_id = u.id AND m.group_id IN (SELECT id FROM scope))",
                "EXISTS (SELECT 1 FROM group_members m WHERE m.tenant_id = u.tenant_id AND m.kind = 'user'
                 AND m.member_id = u.id AND m.group_id IN (SELECT id FROM other))"
            ),
            " AS class FROM (SELECT * FROM users
                 WHERE tenant_id = $1 AND deleted_at IS NULL AND name_key >= $3 AND (name_key > $3 OR id > $4)
                 ORDER BY name_key, id LIMIT $6) u
             ) classified WHERE $2 LIKE '%' || class || '%' ORDER BY name_key, id LIMIT $5"
        );
        let far = concat!(
            scopes!(),
            members!(),
            " SELECT u.id, u.upn, u.display_name, u.name_key, u.registration_confirmed_at, hit.class FROM
               (SELECT id, class FROM (SELECT u.id AS id, ",
            both!(
                "u.id IN (SELECT id FROM member)",
                "u.id IN (SELECT id FROM other_member)"
            ),
            " AS class FROM users u WHERE u.tenant_id = $1 AND u.deleted_at IS NULL) classified
               WHERE $2 LIKE '%' || class || '%') hit CROSS JOIN users u
             WHERE u.tenant_id = $1 AND u.id = hit.id
             AND u.name_key || '' >= $3 AND (u.name_key || '' > $3 OR u.id > $4)
             ORDER BY u.name_key || '', u.id LIMIT $5"
        );
        let wanted: String = classes
            .iter()
            .map(|(f, other)| f.sorted_class() + if *other { "+" } else { "-" })
            .collect();
        let (key, id) = After::start(after);
        let args = args![self.tenant(), wanted, key, id, limit];
        let groups_as_args = || groups.iter().map(|g| (*g).into());
        let mut rows = Vec::new();
        if let Some(window) = super::window(limit) {
            let mut args = args.clone();
            args.extend(args![window]);
            args.extend(groups_as_args());
            rows = self
                .conn
                .rows_of(with_groups(near, 7, groups), args)
                .await?;
        }
        if (rows.len() as i64) < limit {
            let mut args = args;
            args.extend(groups_as_args());
            rows = self.conn.rows_of(with_groups(far, 6, groups), args).await?;
        }
        rows.iter()
            .map(|r| {
                let class: String = r.get("class")?;
                reported(r, class.trim_end_matches(['+', '-']))
            })
            .collect()
    }
}
