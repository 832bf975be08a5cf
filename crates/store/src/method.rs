//! Registered authentication methods.

use crate::db::{Error, Result, Row, Tx, args};
use keyward_core::ids::{MethodId, UserId};
use keyward_core::method::{Destination, Method, MethodKind, Origin};
use keyward_core::phone::PhoneNumber;
use keyward_core::text::MailAddress;
use keyward_core::time::Timestamp;

/// A destination as it was stored.
pub(crate) fn destination(kind: &str, text: String) -> Result<Destination> {
    Ok(
        match MethodKind::from_code(kind).ok_or(Error::Unreadable("methods.kind"))? {
            MethodKind::MobilePhone => Destination::Phone(PhoneNumber::stored(text)),
            MethodKind::Email => Destination::Mail(
                MailAddress::parse(&text).map_err(|_| Error::Unreadable("methods.destination"))?,
            ),
        },
    )
}

fn read(row: &Row) -> Result<Method> {
    Ok(Method {
        id: MethodId(row.get("id")?),
        user: UserId(row.get("user_id")?),
        destination: destination(&row.get::<String>("kind")?, row.get("destination")?)?,
        origin: Origin::from_code(&row.get::<String>("origin")?)
            .ok_or(Error::Unreadable("methods.origin"))?,
        created_at: row.at("created_at")?,
        last_used_at: row.at_opt("last_used_at")?,
    })
}

impl Tx {
    /// The methods of a user, in the order of their kinds and age.
    pub async fn methods_of(&mut self, user: UserId) -> Result<Vec<Method>> {
        let sql =
            "SELECT id, user_id, kind, destination, origin, created_at, last_used_at FROM methods
                   WHERE tenant_id = $1 AND user_id = $2 ORDER BY created_at, id";
        let rows = self.conn.rows(sql, args![self.tenant(), user]).await?;
        let mut methods: Vec<Method> = rows.iter().map(read).collect::<Result<_>>()?;
        methods.sort_by_key(Method::kind);
        Ok(methods)
    }

    /// Adds a method; a conflict if the user has this destination already.
    pub async fn insert_method(&mut self, method: &Method) -> Result<()> {
        let sql = "INSERT INTO methods (tenant_id, id, user_id, kind, destination, destination_key, origin, created_at)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        let d = &method.destination;
        let args = args![
            self.tenant(),
            method.id,
            method.user,
            d.kind().code(),
            d.to_string(),
            d.key(),
            method.origin.code(),
            method.created_at,
        ];
        self.conn.exec(sql, args).await.map(drop)
    }

    /// Removes a method of this user; false if there is none.
    pub async fn delete_method(&mut self, user: UserId, id: MethodId) -> Result<bool> {
        let sql = "DELETE FROM methods WHERE tenant_id = $1 AND user_id = $2 AND id = $3";
        Ok(self.conn.exec(sql, args![self.tenant(), user, id]).await? == 1)
    }

    /// Remembers that a code sent to it was answered.
    pub async fn touch_method(&mut self, id: MethodId, now: Timestamp) -> Result<()> {
        let sql = "UPDATE methods SET last_used_at = $3 WHERE tenant_id = $1 AND id = $2";
        self.conn
            .exec(sql, args![self.tenant(), id, now])
            .await
            .map(drop)
    }
}
