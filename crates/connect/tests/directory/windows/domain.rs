//! A small domain that keeps to the limits of Windows.

use crate::scripted::Reply;
use ldap3_proto::control::LdapControl;
use ldap3_proto::proto::{
    LdapBindCred, LdapBindResponse, LdapFilter, LdapMsg, LdapOp, LdapPartialAttribute, LdapResult,
    LdapResultCode, LdapSearchRequest, LdapSearchResultEntry, LdapSearchResultReference,
    LdapSearchScope,
};
use std::sync::atomic::{AtomicUsize, Ordering};
use uuid::Uuid;

pub(crate) const SERVICE: &str = "CN=svc,DC=corp,DC=win";
const NOTIFICATION: &str = "1.2.840.113556.1.4.528";
pub(crate) const HINTS: &str = "1.2.840.113556.1.4.2239";
const BASE: &str = "DC=corp,DC=win";
const NTDS: &str = "CN=NTDS Settings,CN=Configuration,DC=corp,DC=win";
/// `MaxPageSize` and `MaxValRange` of the default query policy.
const MOST: usize = 1_000;
const MOST_VALUES: usize = 1_500;

type Values = Vec<Vec<u8>>;

struct Object {
    dn: String,
    attributes: Vec<(&'static str, Values)>,
}

/// The domain.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is something that some servers do"
)]
pub(crate) struct Domain {
    objects: Vec<Object>,
    hints: bool,
    /// What each answer to a question for changes tells.
    changes: Vec<Vec<u32>>,
    usn: AtomicUsize,
    /// Nobody writes but the test.
    quiet: bool,
    notifies: bool,
    /// `DirSync` is refused.
    numbers_only: bool,
    /// The server was restored from an older copy: it says that it is another one.
    restored: bool,
}

/// The bytes are ASCII: the codec of this server takes values in filters for text.
pub(crate) fn guid(number: u32) -> Uuid {
    let digits = format!("{number:016}");
    Uuid::from_bytes_le(digits.as_bytes().try_into().unwrap())
}

pub(crate) fn result(code: LdapResultCode, message: &str) -> LdapResult {
    LdapResult {
        code,
        matcheddn: String::new(),
        message: message.to_owned(),
        referral: vec![],
    }
}

/// Asks for a page of people, and not for the first person of a unit.
pub(crate) fn is_page_of_people(message: &LdapMsg) -> bool {
    let LdapOp::SearchRequest(request) = &message.op else {
        return false;
    };
    request.filter == LdapFilter::Equality("sAMAccountType".to_owned(), "805306368".to_owned())
}

fn sid(subs: &[u32]) -> Vec<u8> {
    let mut bytes = vec![1, subs.len() as u8, 0, 0, 0, 0, 0, 5];
    bytes.extend(subs.iter().flat_map(|sub| sub.to_le_bytes()));
    bytes
}

fn text(value: &str) -> Values {
    vec![value.as_bytes().to_vec()]
}

impl Domain {
    pub(crate) fn of_users(count: u32) -> Self {
        let head = Object {
            dn: BASE.to_owned(),
            attributes: vec![
                ("objectGUID", vec![guid(0).to_bytes_le().to_vec()]),
                ("minPwdLength", text("8")),
                ("pwdProperties", text("1")),
                ("pwdHistoryLength", text("24")),
                ("minPwdAge", text("-864000000000")),
                ("maxPwdAge", text("-9223372036854775808")),
            ],
        };
        let service = Object {
            dn: SERVICE.to_owned(),
            attributes: vec![
                ("objectSid", vec![sid(&[21, 1, 2, 3, 1104])]),
                ("tokenGroups", vec![sid(&[21, 1, 2, 3, 513])]),
                ("sAMAccountName", text("svc")),
            ],
        };
        let root = Object {
            dn: String::new(),
            attributes: vec![
                ("defaultNamingContext", text(BASE)),
                (
                    "configurationNamingContext",
                    text("CN=Configuration,DC=corp,DC=win"),
                ),
                ("dnsHostName", text("dc1.corp.win")),
                ("dsServiceName", text(NTDS)),
                ("currentTime", text("20260102030405.0Z")),
            ],
        };
        let ntds = Object {
            dn: NTDS.to_owned(),
            attributes: vec![("invocationId", vec![guid(999).to_bytes_le().to_vec()])],
        };
        let mut objects = vec![root, head, service, ntds];
        objects.extend((1..=count).map(user));
        Self {
            objects,
            hints: false,
            changes: Vec::new(),
            usn: AtomicUsize::new(100),
            quiet: false,
            notifies: false,
            numbers_only: false,
            restored: false,
        }
    }

    /// Nobody writes but [`Domain::write`].
    pub(crate) fn quiet(mut self) -> Self {
        self.quiet = true;
        self
    }

    /// It tells of changes.
    pub(crate) fn notifying(mut self) -> Self {
        self.notifies = true;
        self
    }

    /// It refuses `DirSync`.
    pub(crate) fn numbers_only(mut self) -> Self {
        self.numbers_only = true;
        self
    }

    /// It was restored from a copy.
    pub(crate) fn restore(&mut self) {
        self.restored = true;
    }

    /// Somebody writes to a user.
    pub(crate) fn write(&mut self, number: u32) {
        let usn = self.usn.fetch_add(1, Ordering::Relaxed) + 1;
        let dn = format!("CN=User {number},DC=corp,DC=win");
        let mut objects = self.objects.iter_mut();
        let user = objects.find(|object| object.dn == dn).unwrap();
        user.attributes.retain(|(name, _)| *name != "uSNChanged");
        user.attributes.push(("uSNChanged", text(&usn.to_string())));
    }

    /// What it is asked for when it is to tell of changes.
    pub(crate) fn is_notification(message: &LdapMsg) -> bool {
        message.ctrl.iter().any(
            |control| matches!(control, LdapControl::Unknown { oid, .. } if oid == NOTIFICATION),
        )
    }

    /// What it tells of a change.
    pub(crate) fn told() -> Reply {
        let entry = LdapSearchResultEntry {
            dn: "CN=User 1,DC=corp,DC=win".to_owned(),
            attributes: vec![],
        };
        Reply::Say(LdapOp::SearchResultEntry(entry), vec![])
    }

    pub(crate) fn hints(mut self, listed: bool) -> Self {
        self.hints = listed;
        self
    }

    pub(crate) fn group(mut self, members: u32) -> Self {
        let members = (1..=members).map(|number| {
            format!("<GUID={}>;CN=User {number},DC=corp,DC=win", guid(number)).into_bytes()
        });
        self.objects.push(Object {
            dn: "CN=Everybody,DC=corp,DC=win".to_owned(),
            attributes: vec![
                ("objectGUID", vec![guid(900_000).to_bytes_le().to_vec()]),
                ("objectSid", vec![sid(&[21, 1, 2, 3, 7000])]),
                ("objectCategory", text("group")),
                ("sAMAccountType", text("268435456")),
                ("sAMAccountName", text("Everybody")),
                ("member", members.collect()),
            ],
        });
        self
    }

    pub(crate) fn changing(mut self, changes: Vec<Vec<u32>>) -> Self {
        self.changes = changes;
        self
    }

    pub(crate) fn answer(&self, message: &LdapMsg) -> Vec<Reply> {
        let say = |op| vec![Reply::Say(op, vec![])];
        match &message.op {
            LdapOp::BindRequest(request) => {
                let right = request.cred == LdapBindCred::Simple("secret".to_owned());
                let res = if right {
                    result(LdapResultCode::Success, "")
                } else {
                    let text = "80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext \
                                error, data 52e, v2580\0";
                    result(LdapResultCode::InvalidCredentials, text)
                };
                say(LdapOp::BindResponse(LdapBindResponse {
                    res,
                    saslcreds: None,
                }))
            }
            LdapOp::ModifyRequest(_) => {
                say(LdapOp::ModifyResponse(result(LdapResultCode::Success, "")))
            }
            LdapOp::SearchRequest(request) => self.search(request, &message.ctrl),
            _ => vec![Reply::HangUp],
        }
    }

    /// As [`Domain::answer`], with a reference to another server in each search of a subtree.
    pub(crate) fn referring(&self, message: &LdapMsg, elsewhere: &str) -> Vec<Reply> {
        let mut answer = self.answer(message);
        if let LdapOp::SearchRequest(request) = &message.op
            && request.scope == LdapSearchScope::Subtree
        {
            let uris = vec![format!("{elsewhere}/DC=other,DC=win??sub")];
            let reference = LdapSearchResultReference { uris };
            answer.insert(
                0,
                Reply::Say(LdapOp::SearchResultReference(reference), vec![]),
            );
        }
        answer
    }

    fn search(&self, request: &LdapSearchRequest, controls: &[LdapControl]) -> Vec<Reply> {
        if let Some(answer) = self.changes_since(request, controls) {
            return answer;
        }
        let found: Vec<&Object> = self
            .objects
            .iter()
            .filter(|object| Self::matches(object, request))
            .collect();
        if request.scope == LdapSearchScope::Base && found.is_empty() {
            let text = "0000208D: NameErr: DSID-0310021C, problem 2001 (NO_OBJECT)";
            return vec![done(LdapResultCode::NoSuchObject, text, vec![])];
        }
        let page = controls.iter().find_map(|control| match control {
            LdapControl::SimplePagedResults { size, cookie } => Some((*size as usize, cookie)),
            _ => None,
        });
        let (from, size) = page.map_or((0, MOST), |(size, cookie)| {
            let from = std::str::from_utf8(cookie).unwrap().parse().unwrap_or(0);
            (from, size.min(MOST))
        });
        let to = found.len().min(from + size);
        let extended = controls
            .iter()
            .any(|control| matches!(control, LdapControl::ExtendedDn { .. }));
        let entries = found[from..to].iter();
        let mut replies: Vec<Reply> = entries
            .map(|object| self.entry(object, &request.attrs, extended))
            .collect();
        let rest = to < found.len();
        replies.push(match page {
            Some(_) => {
                let cookie = if rest {
                    to.to_string().into_bytes()
                } else {
                    vec![]
                };
                let page = LdapControl::SimplePagedResults { size: 0, cookie };
                done(LdapResultCode::Success, "", vec![page])
            }
            None if rest => done(LdapResultCode::SizeLimitExceeded, "", vec![]),
            None => done(LdapResultCode::Success, "", vec![]),
        });
        replies
    }

    fn matches(object: &Object, request: &LdapSearchRequest) -> bool {
        let by_guid = value(object, "objectGUID").is_some_and(|own| {
            let own = Uuid::from_bytes_le(own[0].as_slice().try_into().unwrap());
            request.base == format!("<GUID={own}>")
        });
        let own = by_guid || request.base.eq_ignore_ascii_case(&object.dn);
        let place = match request.scope {
            LdapSearchScope::Base => own,
            _ => {
                !object.dn.is_empty() && (own || object.dn.ends_with(&format!(",{}", request.base)))
            }
        };
        place && passes(object, &request.filter)
    }

    fn entry(&self, object: &Object, wanted: &[String], extended: bool) -> Reply {
        let mut attributes = Vec::new();
        for name in wanted {
            let (plain, range) = name
                .split_once(";range=")
                .map_or((name.as_str(), None), |(plain, range)| (plain, Some(range)));
            let own = match plain {
                "highestCommittedUSN" if self.quiet => {
                    Some(text(&self.usn.load(Ordering::Relaxed).to_string()))
                }
                "invocationId" if self.restored => Some(vec![guid(998).to_bytes_le().to_vec()]),
                "highestCommittedUSN" => {
                    // Somebody writes all the time.
                    Some(text(&self.usn.fetch_add(1, Ordering::Relaxed).to_string()))
                }
                "supportedControl" => {
                    let hints = self.hints.then(|| HINTS.as_bytes().to_vec());
                    let notifies = self.notifies.then(|| NOTIFICATION.as_bytes().to_vec());
                    Some(hints.into_iter().chain(notifies).collect())
                }
                _ => value(object, plain).cloned(),
            };
            let Some(own) = own else { continue };
            let (atype, vals) = match range {
                None => (plain.to_owned(), own),
                Some(range) => ranged(plain, range, &own),
            };
            attributes.push(LdapPartialAttribute { atype, vals });
        }
        let dn = match value(object, "objectGUID") {
            Some(own) if extended => {
                let own = Uuid::from_bytes_le(own[0].as_slice().try_into().unwrap());
                format!("<GUID={own}>;{}", object.dn)
            }
            _ => object.dn.clone(),
        };
        Reply::Say(
            LdapOp::SearchResultEntry(LdapSearchResultEntry { dn, attributes }),
            vec![],
        )
    }

    /// The cookie is the number of the answer that comes next, behind a letter.
    fn changes_since(
        &self,
        request: &LdapSearchRequest,
        controls: &[LdapControl],
    ) -> Option<Vec<Reply>> {
        let cookie = controls.iter().find_map(|control| match control {
            LdapControl::AdDirsync { cookie, .. } => Some(cookie.clone().unwrap_or_default()),
            _ => None,
        })?;
        if self.numbers_only {
            let text = "00002105: SvcErr: DSID-031A0F5A, problem 5003 (WILL_NOT_PERFORM)";
            let code = LdapResultCode::UnwillingToPerform;
            return Some(vec![done(code, text, vec![])]);
        }
        let next = |number: usize, more: bool| LdapControl::AdDirsync {
            flags: i64::from(more),
            max_bytes: 0,
            cookie: Some(format!("c{number}").into_bytes()),
        };
        if cookie.is_empty() {
            return Some(vec![done(
                LdapResultCode::Success,
                "",
                vec![next(0, false)],
            )]);
        }
        let number: usize = std::str::from_utf8(&cookie[1..]).unwrap().parse().unwrap();
        let told = self.changes.get(number).into_iter().flatten();
        let wanted = ["objectGUID".to_owned(), "title".to_owned()];
        let told = told.filter_map(|user| {
            let dn = format!("CN=User {user},DC=corp,DC=win");
            self.objects.iter().find(|object| object.dn == dn)
        });
        let mut replies: Vec<Reply> = told
            .map(|object| self.entry(object, &wanted, true))
            .collect();
        assert!(request.attrs.iter().any(|name| name == "parentGUID"));
        let more = number + 1 < self.changes.len();
        replies.push(done(
            LdapResultCode::Success,
            "",
            vec![next(number + 1, more)],
        ));
        Some(replies)
    }
}

fn user(number: u32) -> Object {
    Object {
        dn: format!("CN=User {number},DC=corp,DC=win"),
        attributes: vec![
            ("objectGUID", vec![guid(number).to_bytes_le().to_vec()]),
            ("objectSid", vec![sid(&[21, 1, 2, 3, 2000 + number])]),
            ("objectClass", vec![b"top".to_vec(), b"user".to_vec()]),
            ("sAMAccountType", text("805306368")),
            ("sAMAccountName", text(&format!("user{number}"))),
            ("displayName", text("User, Number One")),
            ("userAccountControl", text("512")),
            ("primaryGroupID", text("513")),
            ("tokenGroups", vec![sid(&[21, 1, 2, 3, 513])]),
            // 2026-01-02 03:03:05.
            ("pwdLastSet", text("134117965850000000")),
        ],
    }
}

/// As much of the range as the server gives at once, under the name of what it is.
fn ranged(name: &str, range: &str, values: &[Vec<u8>]) -> (String, Values) {
    let (first, last) = range.split_once('-').unwrap();
    let first: usize = first.parse().unwrap();
    let wanted = last.parse().map_or(usize::MAX, |last: usize| last + 1);
    let end = wanted.min(first + MOST_VALUES).min(values.len());
    if first >= values.len() {
        return (name.to_owned(), vec![]);
    }
    let last = if end == values.len() {
        "*".to_owned()
    } else {
        (end - 1).to_string()
    };
    (
        format!("{name};range={first}-{last}"),
        values[first..end].to_vec(),
    )
}

fn done(code: LdapResultCode, text: &str, controls: Vec<LdapControl>) -> Reply {
    Reply::Say(LdapOp::SearchResultDone(result(code, text)), controls)
}

fn value<'a>(object: &'a Object, name: &str) -> Option<&'a Values> {
    let mut attributes = object.attributes.iter();
    attributes
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, values)| values)
}

fn passes(object: &Object, filter: &LdapFilter) -> bool {
    match filter {
        LdapFilter::And(all) => all.iter().all(|filter| passes(object, filter)),
        LdapFilter::Or(any) => any.iter().any(|filter| passes(object, filter)),
        LdapFilter::Not(filter) => !passes(object, filter),
        LdapFilter::Present(name) => {
            name.eq_ignore_ascii_case("objectClass") || value(object, name).is_some()
        }
        LdapFilter::Equality(name, wanted) => {
            let values = value(object, name).into_iter().flatten();
            values
                .into_iter()
                .any(|value| value.eq_ignore_ascii_case(wanted.as_bytes()))
        }
        LdapFilter::GreaterOrEqual(name, least) => value(object, name).is_some_and(|values| {
            let own: i64 = std::str::from_utf8(&values[0]).unwrap().parse().unwrap();
            own >= least.parse().unwrap()
        }),
        other => panic!("no filter of ours: {other:?}"),
    }
}
