//! Hardware tokens of an organisation, whoever has them.

use crate::db::{Error, Result, Row, Tx, args};
use keyward_core::ids::{MethodId, TokenId, UserId};
use keyward_core::text::fold;
use keyward_core::time::Timestamp;
use keyward_core::totp::{Algorithm, Shape, Step};

/// A token that is to be kept.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// Its id.
    pub id: TokenId,
    /// What is printed on it.
    pub serial: String,
    /// Who made it.
    pub manufacturer: String,
    /// What they call it.
    pub model: String,
    /// How its codes are made.
    pub shape: Shape,
    /// Its secret, sealed for its row.
    pub sealed: Vec<u8>,
    /// Whose it is.
    pub user: Option<UserId>,
}

/// A token that is kept.
#[derive(Debug, Clone)]
pub struct Token {
    /// Its id.
    pub id: TokenId,
    /// What is printed on it.
    pub serial: String,
    /// Who made it.
    pub manufacturer: String,
    /// What they call it.
    pub model: String,
    /// How its codes are made.
    pub shape: Shape,
    /// Its secret, sealed for its row.
    pub sealed: Vec<u8>,
    /// The last step of time whose code was taken.
    pub last_step: Option<Step>,
    /// Whose it is, with display name and user name; none as well if they are gone.
    pub user: Option<(UserId, String, String)>,
    /// The method that it is of theirs, once it was activated.
    pub method: Option<MethodId>,
    /// When it was imported.
    pub created_at: Timestamp,
}

/// Which tokens a list is to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// All of them.
    All,
    /// Those that are nobody's.
    Unassigned,
    /// Those that are somebody's who has not typed a code yet.
    Assigned,
    /// Those that are methods.
    Activated,
}

impl Which {
    fn code(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Unassigned => "unassigned",
            Self::Assigned => "assigned",
            Self::Activated => "activated",
        }
    }
}

/// How the codes of an app or token are made, of the columns of these names.
pub(crate) fn shape(row: &Row, seconds: &str, algorithm: &str) -> Result<Shape> {
    let code: String = row.get(algorithm)?;
    Ok(Shape {
        seconds: row.get(seconds)?,
        algorithm: Algorithm::from_code(&code).ok_or(Error::Unreadable("algorithm"))?,
    })
}

/// What is read of a token `t`. Somebody who was deleted has none.
const READ: &str = "t.id, t.serial, t.manufacturer, t.model, t.seconds, t.algorithm, t.sealed, t.last_step, t.created_at,
    u.id AS user_id, u.display_name, u.upn, m.id AS method_id
    FROM tokens t
    LEFT JOIN users u ON u.tenant_id = t.tenant_id AND u.id = t.user_id AND u.deleted_at IS NULL
    LEFT JOIN methods m ON m.tenant_id = t.tenant_id AND m.id = t.method_id AND m.user_id = u.id";

/// In which state it is.
const STATE: &str =
    "CASE WHEN m.id IS NOT NULL THEN 'activated' WHEN u.id IS NOT NULL THEN 'assigned'
    ELSE 'unassigned' END";

fn read(row: &Row) -> Result<Token> {
    let user = row.get::<Option<_>>("user_id")?.map(UserId);
    Ok(Token {
        id: TokenId(row.get("id")?),
        serial: row.get("serial")?,
        manufacturer: row.get("manufacturer")?,
        model: row.get("model")?,
        shape: shape(row, "seconds", "algorithm")?,
        sealed: row.get("sealed")?,
        last_step: row.get::<Option<i64>>("last_step")?.map(Step),
        user: match user {
            Some(id) => Some((id, row.get("display_name")?, row.get("upn")?)),
            None => None,
        },
        method: row.get::<Option<_>>("method_id")?.map(MethodId),
        created_at: row.at("created_at")?,
    })
}

impl Tx {
    /// Adds a token; a conflict if there is one with its serial number.
    pub async fn insert_token(&mut self, t: &NewToken, now: Timestamp) -> Result<()> {
        let sql = "INSERT INTO tokens (tenant_id, id, serial, serial_key, manufacturer, model, seconds, algorithm, sealed,
                   user_id, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
        let args = args![
            self.tenant(),
            t.id,
            &t.serial,
            fold(&t.serial),
            &t.manufacturer,
            &t.model,
            t.shape.seconds,
            t.shape.algorithm.code(),
            t.sealed.clone(),
            t.user,
            now,
        ];
        self.conn.exec(sql, args).await.map(drop)
    }

    /// Whether there is a token with this serial number.
    pub async fn has_token(&mut self, serial: &str) -> Result<bool> {
        let sql = "SELECT 1 AS n FROM tokens WHERE tenant_id = $1 AND serial_key = $2";
        let row = self.conn.opt(sql, args![self.tenant(), fold(serial)]);
        Ok(row.await?.is_some())
    }

    /// Tokens by their serial numbers, whose own or whose owner's user name begins so.
    pub async fn tokens(&mut self, which: Which, begins: &str, limit: i64) -> Result<Vec<Token>> {
        let sql = format!(
            "SELECT {READ} WHERE t.tenant_id = $1 AND ($2 = 'all' OR {STATE} = $2)
             AND (SUBSTR(t.serial_key, 1, LENGTH($3)) = $3 OR SUBSTR(u.upn_key, 1, LENGTH($3)) = $3)
             ORDER BY t.serial_key LIMIT $4"
        );
        let args = args![self.tenant(), which.code(), fold(begins), limit];
        let rows = self.conn.rows_of(sql, args).await?;
        rows.iter().map(read).collect()
    }

    /// The tokens of a user that wait for a code.
    pub async fn tokens_to_activate(&mut self, user: UserId) -> Result<Vec<Token>> {
        let sql = format!(
            "SELECT {READ} WHERE t.tenant_id = $1 AND t.user_id = $2 AND m.id IS NULL AND u.id IS NOT NULL
             ORDER BY t.serial_key"
        );
        let rows = self.conn.rows_of(sql, args![self.tenant(), user]).await?;
        rows.iter().map(read).collect()
    }

    /// One token.
    pub async fn token(&mut self, id: TokenId) -> Result<Option<Token>> {
        let sql = format!("SELECT {READ} WHERE t.tenant_id = $1 AND t.id = $2");
        let rows = self.conn.rows_of(sql, args![self.tenant(), id]).await?;
        rows.first().map(read).transpose()
    }

    /// Gives a token to somebody, or to nobody; false if there is none, or it is a method of somebody.
    pub async fn give_token(&mut self, id: TokenId, user: Option<UserId>) -> Result<bool> {
        let sql = "UPDATE tokens SET user_id = $3, method_id = NULL WHERE tenant_id = $1 AND id = $2
                   AND NOT EXISTS (SELECT 1 FROM methods m WHERE m.tenant_id = $1 AND m.id = tokens.method_id)";
        let args = args![self.tenant(), id, user];
        Ok(self.conn.exec(sql, args).await? == 1)
    }

    /// Lets a token of this user be a method of theirs from this step on: true for exactly one caller, and never for a
    /// step that was taken (T-03).
    pub async fn activate_token(
        &mut self,
        id: TokenId,
        user: UserId,
        method: MethodId,
        step: Step,
    ) -> Result<bool> {
        let sql = "UPDATE tokens SET method_id = $4, last_step = $5 WHERE tenant_id = $1 AND id = $2 AND user_id = $3
                   AND (last_step IS NULL OR last_step < $5)
                   AND NOT EXISTS (SELECT 1 FROM methods m WHERE m.tenant_id = $1 AND m.id = tokens.method_id)";
        let args = args![self.tenant(), id, user, method, step.0];
        Ok(self.conn.exec(sql, args).await? == 1)
    }

    /// Remembers the last step of a token whose method goes.
    pub(crate) async fn keep_last_step(&mut self, method: MethodId) -> Result<()> {
        let sql = "UPDATE tokens SET method_id = NULL, last_step = COALESCE((SELECT m.last_step FROM methods m
                   WHERE m.tenant_id = $1 AND m.id = $2), last_step) WHERE tenant_id = $1 AND method_id = $2";
        self.conn
            .exec(sql, args![self.tenant(), method])
            .await
            .map(drop)
    }

    /// Removes a token that is nobody's method; false if there is none such.
    pub async fn delete_token(&mut self, id: TokenId) -> Result<bool> {
        let sql = "DELETE FROM tokens WHERE tenant_id = $1 AND id = $2
                   AND NOT EXISTS (SELECT 1 FROM methods m WHERE m.tenant_id = $1 AND m.id = tokens.method_id)";
        Ok(self.conn.exec(sql, args![self.tenant(), id]).await? == 1)
    }
}
