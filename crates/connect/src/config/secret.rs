//! The password of an account in a directory.

use super::DirectoryConfig;
use crate::complaint::Complaint;
use crate::private;
use std::path::PathBuf;
use zeroize::Zeroizing;

impl DirectoryConfig {
    /// Where the password of the agent's account is.
    ///
    /// # Errors
    /// When it is nowhere.
    pub fn password_place(&self) -> Result<PathBuf, Complaint> {
        let credential = format!("keyward-connect-{}", self.name);
        let by_systemd = || {
            let path = private::credentials()?.join(&credential);
            path.exists().then_some(path)
        };
        self.password_file
            .clone()
            .or_else(by_systemd)
            .ok_or_else(|| {
                Complaint::new(
                    format!("no password is given for the account {}", self.bind_dn),
                    format!("[[directory]] \"{}\"", self.name),
                    format!("set password_file, or hand over the systemd credential {credential}"),
                )
            })
    }

    /// The password of the agent's account.
    ///
    /// # Errors
    /// When it is nowhere, or where others can read it.
    pub fn password(&self) -> Result<Zeroizing<String>, Complaint> {
        let path = self.password_place()?;
        let what = format!("the password of directory \"{}\"", self.name);
        let bytes = private::read(&path, &what)?;
        let text = std::str::from_utf8(&bytes).map_err(|_| {
            Complaint::new(
                format!("{what} is no UTF-8 text"),
                path.display().to_string(),
                "write the password into it, and nothing else",
            )
        })?;
        Ok(Zeroizing::new(text.to_owned()))
    }
}
