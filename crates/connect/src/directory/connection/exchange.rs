//! Operations with controls in their answers, and extended operations.

use super::{Answer, Bound, Connection, Result, can_be_tried, contained};
use ldap3::controls::RawControl;
use ldap3::exop::Exop;
use ldap3::{LdapResult, Mod};

/// An answer and the controls that came with it.
pub(crate) type Answered = (Answer, Vec<RawControl>);

impl Connection {
    /// As [`Connection::try_bind`].
    pub(crate) async fn try_bind_with(
        &mut self,
        dn: &str,
        password: &str,
        controls: Vec<RawControl>,
    ) -> Result<Answered> {
        if !can_be_tried(dn, password) {
            let answer = self.try_bind(dn, password).await?;
            return Ok((answer, Vec::new()));
        }
        let ldap = self.begin_to_carry();
        ldap.with_controls(controls);
        let result = contained(ldap.simple_bind(dn, password)).await?;
        Ok(parted(self.end(result)?))
    }

    /// An extended operation as whoever is bound. An error means that the answer was lost: it may have been done.
    pub(crate) async fn extended(
        &mut self,
        operation: impl Into<Exop>,
        controls: Vec<RawControl>,
    ) -> Result<Answered> {
        let ldap = self.begin_to_carry();
        ldap.with_controls(controls);
        let result = contained(ldap.extended(operation.into())).await?;
        Ok(parted(self.end(result)?.1))
    }
}

impl Bound {
    /// As [`Connection::extended`].
    pub(crate) async fn extended(
        &mut self,
        operation: impl Into<Exop>,
        controls: Vec<RawControl>,
    ) -> Result<Answered> {
        self.connection.extended(operation, controls).await
    }

    /// As [`Bound::modify`].
    pub(crate) async fn modify_with(
        &mut self,
        dn: &str,
        changes: Vec<Mod<Vec<u8>>>,
        controls: Vec<RawControl>,
    ) -> Result<Answered> {
        let connection = &mut self.connection;
        let ldap = connection.begin_to_carry();
        ldap.with_controls(controls);
        let result = contained(ldap.modify(dn, changes)).await?;
        Ok(parted(connection.end(result)?))
    }
}

fn parted(result: LdapResult) -> Answered {
    let answer = Answer::of(&result);
    let controls = result.ctrls.into_iter().map(|control| control.1);
    (answer, controls.collect())
}
