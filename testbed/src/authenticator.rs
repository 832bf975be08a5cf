//! An authenticator app: it reads the QR code off a picture (`zbarimg`) and shows codes (`oathtool`), so that neither the
//! product's own drawing nor its own arithmetic is what judges it.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::process::find_program;

/// An account in the app.
#[derive(Debug, Clone)]
pub struct Authenticator {
    /// What the QR code said; empty if the secret was typed.
    pub uri: String,
    secret: String,
}

impl Authenticator {
    /// Scans the one QR code on a picture.
    ///
    /// # Panics
    /// When there is none, or it is not that of an account.
    #[must_use]
    pub fn scan(picture: &Path) -> Self {
        let program = find_program("zbarimg", &[]).expect("zbar-tools is installed");
        let output = Command::new(program)
            .args(["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable"])
            .arg(picture)
            .output()
            .expect("zbarimg runs");
        let uri = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        assert!(
            uri.starts_with("otpauth://totp/"),
            "a QR code of an account on {}: {uri:?}",
            picture.display()
        );
        let secret = uri
            .split(['?', '&'])
            .find_map(|p| p.strip_prefix("secret="));
        let secret = secret.expect("a secret").to_owned();
        Self { uri, secret }
    }

    /// Takes the secret as it is typed.
    #[must_use]
    pub fn typed(spelled: &str) -> Self {
        Self {
            uri: String::new(),
            secret: spelled.split_whitespace().collect(),
        }
    }

    /// The code that it shows so many seconds from now.
    ///
    /// # Panics
    /// When the secret is none.
    #[must_use]
    pub fn code(&self, seconds: u32) -> String {
        let program = find_program("oathtool", &[]).expect("oathtool is installed");
        let mut child = Command::new(program)
            .args(["--totp", "--base32", "--now"])
            .arg(format!("now + {seconds} seconds"))
            .arg("-")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("oathtool runs");
        let mut stdin = child.stdin.take().expect("its input");
        stdin.write_all(self.secret.as_bytes()).expect("it reads");
        drop(stdin);
        let output = child.wait_with_output().expect("it ends");
        assert!(output.status.success(), "oathtool takes the secret");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_digits_are_shown() {
        let app = Authenticator::typed("GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        let code = app.code(0);
        assert!(
            code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit()),
            "{code}"
        );
    }
}
