//! A person who is to have an account.

/// The password of everybody for whom none was chosen.
const PASSWORD: &str = "Start-Passw0rd1";

/// A person who is to have an account, with everything that tests seldom care about chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// What the person types: `sAMAccountName` or `uid`.
    pub login: String,
    /// The given name.
    pub given_name: String,
    /// The surname.
    pub surname: String,
    /// The address, if any.
    pub mail: Option<String>,
    /// The password; without one the account can't be used.
    pub password: Option<String>,
    /// The DN that the account is created below, unless it is the directory's own place for people.
    pub under: Option<String>,
    /// Further attributes.
    pub attributes: Vec<(String, String)>,
}

impl Person {
    /// Somebody called `login`, with mail at `corp.example.test` and a password that every policy here takes.
    #[must_use]
    pub fn new(login: &str) -> Self {
        Self {
            login: login.to_owned(),
            given_name: "Test".to_owned(),
            surname: login.to_owned(),
            mail: Some(format!("{login}@corp.example.test")),
            password: Some(PASSWORD.to_owned()),
            under: None,
            attributes: Vec::new(),
        }
    }

    /// Gives a name other than "Test" and the login.
    #[must_use]
    pub fn named(mut self, given_name: &str, surname: &str) -> Self {
        given_name.clone_into(&mut self.given_name);
        surname.clone_into(&mut self.surname);
        self
    }

    /// Sets the address.
    #[must_use]
    pub fn mail(mut self, mail: &str) -> Self {
        self.mail = Some(mail.to_owned());
        self
    }

    /// Leaves out the address.
    #[must_use]
    pub fn without_mail(mut self) -> Self {
        self.mail = None;
        self
    }

    /// Sets the password.
    #[must_use]
    pub fn password(mut self, password: &str) -> Self {
        self.password = Some(password.to_owned());
        self
    }

    /// Leaves out the password.
    #[must_use]
    pub fn without_password(mut self) -> Self {
        self.password = None;
        self
    }

    /// Creates the account below this DN.
    #[must_use]
    pub fn under(mut self, dn: &str) -> Self {
        self.under = Some(dn.to_owned());
        self
    }

    /// Adds an attribute, such as `mobile` or `manager`.
    #[must_use]
    pub fn with(mut self, attribute: &str, value: &str) -> Self {
        self.attributes
            .push((attribute.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn full_name(&self) -> String {
        format!("{} {}", self.given_name, self.surname)
    }
}

/// A value as it may stand in a DN (RFC 4514).
pub(crate) fn escape(value: &str) -> String {
    let mut escaped = String::new();
    let last = value.chars().count().saturating_sub(1);
    for (at, c) in value.chars().enumerate() {
        let edge = (c == ' ' && (at == 0 || at == last)) || (c == '#' && at == 0);
        if edge || r#",+"\<>;="#.contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}
