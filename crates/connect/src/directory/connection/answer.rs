//! What a directory answers, and the little of it that is looked at.

use super::super::Error;
use ldap3::LdapResult;
use ldap3::controls::RawControl;

/// The result of an operation.
///
/// Of the diagnostic text only the leading eight hex digits and `data XXX` are kept: everything else differs between
/// servers and versions, and may hold what doesn't belong in a log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The result code of LDAP.
    pub(crate) rc: u32,
    /// The Win32 code in front of Active Directory's diagnostics, in upper case: `0000052D`.
    pub(crate) code: Option<String>,
    /// `data` of a refused bind: `52e`.
    pub(crate) data: Option<String>,
}

impl Answer {
    pub(crate) fn of(result: &LdapResult) -> Self {
        Self::parse(result.rc, &result.text)
    }

    pub(crate) fn parse(rc: u32, text: &str) -> Self {
        let code = text
            .get(..8)
            .filter(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .filter(|_| matches!(text.as_bytes().get(8), None | Some(b':' | b' ')));
        let data = text.split_once(", data ").map(|(_, rest)| {
            let end = rest.find(|c: char| !c.is_ascii_hexdigit());
            &rest[..end.unwrap_or(rest.len())]
        });
        Self {
            rc,
            code: code.map(str::to_ascii_uppercase),
            data: data
                .filter(|data| (1..=8).contains(&data.len()))
                .map(str::to_ascii_lowercase),
        }
    }

    pub(crate) fn is_done(&self) -> bool {
        self.rc == 0
    }

    /// The Win32 code is this one.
    pub(crate) fn is_code(&self, code: &str) -> bool {
        self.code.as_deref() == Some(code)
    }

    /// What an administrator can look up: the digits of a bind's `data`, else the code, else the result code.
    pub(crate) fn digits(&self) -> String {
        let of_bind = self.data.as_ref().filter(|_| self.rc == 49);
        let digits = of_bind.or(self.code.as_ref()).cloned();
        digits.unwrap_or_else(|| format!("LDAP {}", self.rc))
    }

    /// Not done is an error.
    pub(crate) fn done(&self) -> Result<(), Error> {
        match self.rc {
            0 => Ok(()),
            51 | 52 => Err(Error::Unreachable(self.to_string())),
            _ => Err(Error::Refused(self.to_string())),
        }
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LDAP result {}", self.rc)?;
        if let Some(code) = &self.code {
            write!(f, ", {code}")?;
        }
        if let Some(data) = &self.data {
            write!(f, ", data {data}")?;
        }
        Ok(())
    }
}

/// The value of a control of this kind.
pub(crate) fn control<'a>(controls: &'a [RawControl], oid: &str) -> Option<&'a [u8]> {
    let control = controls.iter().find(|control| control.ctype == oid)?;
    control.val.as_deref()
}

#[cfg(test)]
mod tests {
    use super::Answer;

    // case: AD-09
    #[test]
    fn only_codes_are_taken_from_a_diagnostic() {
        let bind = Answer::parse(
            49,
            "80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data 52e, v1db1",
        );
        assert_eq!(bind.data.as_deref(), Some("52e"));
        assert_eq!(bind.code.as_deref(), Some("80090308"));
        assert_eq!(bind.to_string(), "LDAP result 49, 80090308, data 52e");
        let policy = Answer::parse(53, "0000052d: SvcErr: DSID-031A124C, problem 5003");
        assert!(policy.is_code("0000052D"));
        assert_eq!(policy.data, None);
        let windows = Answer::parse(
            53,
            "0000052D: SvcErr: problem 5003 (WILL_NOT_PERFORM), data 0",
        );
        assert_eq!(windows.data.as_deref(), Some("0"));
        for text in [
            "",
            "error in module acl",
            "password: hunter2",
            "0000052Dx",
            "ééééé",
        ] {
            assert_eq!(
                Answer::parse(50, text).to_string(),
                "LDAP result 50",
                "{text}"
            );
        }
    }
}
