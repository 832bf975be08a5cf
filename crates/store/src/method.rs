//! Registered authentication methods.

use crate::db::{Error, Result, Row, Tx, args};
use keyward_core::ids::{MethodId, UserId};
use keyward_core::method::{Destination, Label, Means, Method, MethodKind, Origin};
use keyward_core::phone::{OfficeNumber, PhoneNumber};
use keyward_core::text::MailAddress;
use keyward_core::time::Timestamp;
use keyward_core::totp::{Shape, Step};

/// An authenticator app with its secret, which is sealed for its row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct App {
    /// The method.
    pub id: MethodId,
    /// The sealed secret.
    pub sealed: Vec<u8>,
    /// The last step of time whose code was taken.
    pub last_step: Option<Step>,
    /// How its codes are made.
    pub shape: Shape,
}

/// What a method proves itself by, as it was stored.
pub(crate) fn means(kind: &str, text: String) -> Result<Means> {
    let bad = || Error::Unreadable("methods.destination");
    Ok(
        match MethodKind::from_code(kind).ok_or(Error::Unreadable("methods.kind"))? {
            MethodKind::AuthenticatorApp => Means::App(Label::parse(&text).map_err(|_| bad())?),
            MethodKind::Passkey => Means::Passkey(Label::parse(&text).map_err(|_| bad())?),
            MethodKind::RecoveryCodes => Means::Saved,
            MethodKind::MobilePhone => Means::Sent(Destination::Phone(PhoneNumber::stored(text))),
            MethodKind::OfficePhone => {
                Means::Sent(Destination::Office(OfficeNumber::stored(&text)))
            }
            MethodKind::Email => Means::Sent(Destination::Mail(
                MailAddress::parse(&text).map_err(|_| bad())?,
            )),
        },
    )
}

fn read(row: &Row) -> Result<Method> {
    Ok(Method {
        id: MethodId(row.get("id")?),
        user: UserId(row.get("user_id")?),
        means: means(&row.get::<String>("kind")?, row.get("destination")?)?,
        origin: Origin::from_code(&row.get::<String>("origin")?)
            .ok_or(Error::Unreadable("methods.origin"))?,
        created_at: row.at("created_at")?,
        last_used_at: row.at_opt("last_used_at")?,
        confirmed: row.get("confirmed")?,
    })
}

impl Tx {
    /// The methods of a user, in the order of their kinds and age. An office phone is one only as long as the user's data
    /// have its number: it is the organisation's, and whoever sits there now is another.
    pub async fn methods_of(&mut self, user: UserId) -> Result<Vec<Method>> {
        let sql =
            "SELECT m.id, m.user_id, m.kind, m.destination, m.origin, m.created_at, m.last_used_at, m.confirmed
                   FROM methods m JOIN users u ON u.tenant_id = m.tenant_id AND u.id = m.user_id
                   WHERE m.tenant_id = $1 AND m.user_id = $2
                   AND (m.kind <> 'office-phone' OR m.destination = u.business_phone) ORDER BY m.created_at, m.id";
        let rows = self.conn.rows(sql, args![self.tenant(), user]).await?;
        let mut methods: Vec<Method> = rows.iter().map(read).collect::<Result<_>>()?;
        methods.sort_by_key(Method::kind);
        Ok(methods)
    }

    /// Adds a method that codes are sent to; a conflict if the user has this destination already.
    pub async fn insert_method(&mut self, method: &Method) -> Result<()> {
        self.insert(method, None, None, Shape::APP).await
    }

    /// Adds an authenticator app with its sealed secret and the step that it was proved with; a conflict if the user has
    /// one of this name already.
    pub async fn insert_app(&mut self, method: &Method, sealed: &[u8], step: Step) -> Result<()> {
        self.insert_token_method(method, sealed, step, Shape::APP)
            .await
    }

    /// The same of a hardware token, whose codes are made as it makes them.
    pub async fn insert_token_method(
        &mut self,
        method: &Method,
        sealed: &[u8],
        step: Step,
        shape: Shape,
    ) -> Result<()> {
        self.insert(method, Some(sealed.to_vec()), Some(step.0), shape)
            .await
    }

    async fn insert(
        &mut self,
        method: &Method,
        sealed: Option<Vec<u8>>,
        step: Option<i64>,
        shape: Shape,
    ) -> Result<()> {
        let sql = "INSERT INTO methods (tenant_id, id, user_id, kind, destination, destination_key, origin, created_at,
                   sealed, last_step, confirmed, totp_seconds, totp_algorithm)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
        let args = args![
            self.tenant(),
            method.id,
            method.user,
            method.kind().code(),
            method.means.to_string(),
            method.means.key(),
            method.origin.code(),
            method.created_at,
            sealed,
            step,
            method.confirmed,
            shape.seconds,
            shape.algorithm.code(),
        ];
        self.conn.exec(sql, args).await?;
        let sql = "UPDATE users SET first_method_at = $3 WHERE tenant_id = $1 AND id = $2 AND first_method_at IS NULL";
        let args = args![self.tenant(), method.user, method.created_at];
        self.conn.exec(sql, args).await.map(drop)
    }

    /// When a user registered for the first time, also if nothing of it is left; none: never.
    pub async fn first_method_at(&mut self, user: UserId) -> Result<Option<Timestamp>> {
        let sql = "SELECT first_method_at FROM users WHERE tenant_id = $1 AND id = $2";
        let row = self.conn.opt(sql, args![self.tenant(), user]).await?;
        row.map_or(Ok(None), |r| r.at_opt("first_method_at"))
    }

    /// The authenticator apps of a user with their secrets.
    pub async fn apps_of(&mut self, user: UserId) -> Result<Vec<App>> {
        let sql = "SELECT id, sealed, last_step, totp_seconds, totp_algorithm FROM methods
                   WHERE tenant_id = $1 AND user_id = $2 AND kind = 'authenticator-app' AND sealed IS NOT NULL
                   ORDER BY created_at, id";
        let rows = self.conn.rows(sql, args![self.tenant(), user]).await?;
        rows.iter()
            .map(|row| {
                Ok(App {
                    id: MethodId(row.get("id")?),
                    sealed: row.get("sealed")?,
                    last_step: row.get::<Option<i64>>("last_step")?.map(Step),
                    shape: crate::token::shape(row, "totp_seconds", "totp_algorithm")?,
                })
            })
            .collect()
    }

    /// Takes a step of an app: true for exactly one caller, and never again for it or one before it (T-03, TR-02).
    pub async fn spend_step(&mut self, id: MethodId, step: Step) -> Result<bool> {
        let sql = "UPDATE methods SET last_step = $3 WHERE tenant_id = $1 AND id = $2
                   AND (last_step IS NULL OR last_step < $3)";
        let args = args![self.tenant(), id, step.0];
        Ok(self.conn.exec(sql, args).await? == 1)
    }

    /// Gives an app or a passkey of this user another name; false if there is none, a conflict if another of its kind
    /// has it.
    pub async fn rename_method(
        &mut self,
        user: UserId,
        id: MethodId,
        name: &Label,
    ) -> Result<bool> {
        let sql = "UPDATE methods SET destination = $4, destination_key = $5
                   WHERE tenant_id = $1 AND user_id = $2 AND id = $3 AND kind IN ('authenticator-app', 'passkey')";
        let key = Means::App(name.clone()).key();
        let args = args![self.tenant(), user, id, name.as_str(), key];
        Ok(self.conn.exec(sql, args).await? == 1)
    }

    /// Adds a list of recovery codes by their digests; a conflict if the user has one.
    pub async fn insert_codes(&mut self, method: &Method, macs: &[[u8; 32]]) -> Result<()> {
        self.insert(method, None, None, Shape::APP).await?;
        let sql = "INSERT INTO recovery_codes (tenant_id, method_id, mac) VALUES ($1, $2, $3)";
        for mac in macs {
            let args = args![self.tenant(), method.id, mac];
            self.conn.exec(sql, args).await?;
        }
        Ok(())
    }

    /// Whether a list has this code, and it was not used.
    pub async fn has_code(&mut self, list: MethodId, mac: &[u8; 32]) -> Result<bool> {
        let sql =
            "SELECT 1 AS n FROM recovery_codes WHERE tenant_id = $1 AND method_id = $2 AND mac = $3
                   AND spent_at IS NULL";
        let args = args![self.tenant(), list, mac];
        Ok(self.conn.opt(sql, args).await?.is_some())
    }

    /// Uses a code of a list: true for exactly one caller (TR-02).
    pub async fn spend_code(
        &mut self,
        list: MethodId,
        mac: &[u8; 32],
        now: Timestamp,
    ) -> Result<bool> {
        let sql = "UPDATE recovery_codes SET spent_at = $4 WHERE tenant_id = $1 AND method_id = $2 AND mac = $3
                   AND spent_at IS NULL";
        let args = args![self.tenant(), list, mac, now];
        Ok(self.conn.exec(sql, args).await? == 1)
    }

    /// How many codes of a list were not used.
    pub async fn codes_left(&mut self, list: MethodId) -> Result<i64> {
        let sql = "SELECT COUNT(*) FROM recovery_codes WHERE tenant_id = $1 AND method_id = $2 AND spent_at IS NULL";
        self.conn.count(sql, args![self.tenant(), list]).await
    }

    /// Removes a method of this user; false if there is none.
    pub async fn delete_method(&mut self, user: UserId, id: MethodId) -> Result<bool> {
        // The codes of a list first, as an answer locks its code before the list: cascading would lock them the other way.
        let sql = "DELETE FROM recovery_codes WHERE tenant_id = $1 AND method_id =
                   (SELECT id FROM methods WHERE tenant_id = $1 AND user_id = $2 AND id = $3)";
        self.conn.exec(sql, args![self.tenant(), user, id]).await?;
        self.keep_last_step(id).await?;
        let sql = "DELETE FROM methods WHERE tenant_id = $1 AND user_id = $2 AND id = $3";
        Ok(self.conn.exec(sql, args![self.tenant(), user, id]).await? == 1)
    }

    /// Removes an office phone whose number the user's data no longer have, so that it doesn't come back with the number.
    pub(crate) async fn drop_old_office(&mut self, user: UserId) -> Result<()> {
        let sql = "DELETE FROM methods WHERE tenant_id = $1 AND user_id = $2 AND kind = 'office-phone' AND destination <>
                   COALESCE((SELECT business_phone FROM users WHERE tenant_id = $1 AND id = $2), '')";
        self.conn
            .exec(sql, args![self.tenant(), user])
            .await
            .map(drop)
    }

    /// Remembers that a code of it was answered.
    pub async fn touch_method(&mut self, id: MethodId, now: Timestamp) -> Result<()> {
        let sql = "UPDATE methods SET last_used_at = $3 WHERE tenant_id = $1 AND id = $2";
        self.conn
            .exec(sql, args![self.tenant(), id, now])
            .await
            .map(drop)
    }
}
