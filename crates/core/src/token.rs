//! Hardware tokens: small devices that show a code, as a file of their maker lists them (entra-sspr 2.7).
//!
//! A token is an authenticator app that nobody scans: its secret comes with the file. It is somebody's method once a
//! code of it was typed.

use crate::csv;
use crate::secret::Secret;
use crate::text::{UserPrincipalName, fold, line};
use crate::totp::{Algorithm, Shape};

/// The most tokens of one file.
pub const MOST: usize = 250;

/// The columns that a file begins with, as the reference system names them.
pub const COLUMNS: [&str; 6] = [
    "upn",
    "serial number",
    "secret key",
    "time interval",
    "manufacturer",
    "model",
];

/// A column that may follow: how codes are made. Without it, by SHA-1.
pub const HASH: &str = "hash function";

/// The fewest characters of a secret: 128 bits (RFC 4226 section 4, R6).
const SHORTEST: usize = 26;

/// The most (entra-sspr 2.7).
const LONGEST: usize = 128;

/// One token of a file. Without `Debug`: it holds a secret.
pub struct Listed {
    /// The line that it stands in, counted from one.
    pub line: usize,
    /// Whose it is; none: nobody's yet.
    pub upn: Option<UserPrincipalName>,
    /// What is printed on it.
    pub serial: String,
    /// Its secret, as capital letters and digits of base 32 without padding.
    pub secret: Secret,
    /// How its codes are made.
    pub shape: Shape,
    /// Who made it.
    pub manufacturer: String,
    /// What they call it.
    pub model: String,
}

impl Listed {
    /// The form under which serial numbers are compared.
    #[must_use]
    pub fn key(&self) -> String {
        fold(&self.serial)
    }
}

/// What is wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The first line doesn't name the columns.
    Header,
    /// A line has more or fewer columns, or quotes that don't end.
    Columns,
    /// There is no token in the file.
    Empty,
    /// More than [`MOST`] tokens.
    TooMany,
    /// Not a user name.
    UserName,
    /// No serial number, or one that is too long.
    Serial,
    /// Another line has the same serial number.
    Twice,
    /// Not base 32, or too short or too long.
    Secret,
    /// Neither 30 nor 60 seconds.
    Interval,
    /// Neither SHA-1 nor SHA-256.
    Hash,
    /// No manufacturer or model, or one that is too long.
    Maker,
    /// There is nobody of that name.
    Unknown,
    /// There is such a user, on whom whoever imports may not act.
    NotAllowed,
    /// A token with this serial number is there already.
    Taken,
}

impl Fault {
    /// The end of the key of its sentence.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Columns => "columns",
            Self::Empty => "empty",
            Self::TooMany => "too-many",
            Self::UserName => "user-name",
            Self::Serial => "serial",
            Self::Twice => "twice",
            Self::Secret => "secret",
            Self::Interval => "interval",
            Self::Hash => "hash",
            Self::Maker => "maker",
            Self::Unknown => "unknown",
            Self::NotAllowed => "not-allowed",
            Self::Taken => "taken",
        }
    }
}

/// A fault, and the line that it is in.
pub type At = (usize, Fault);

/// Reads a file: all tokens, or everything that is wrong.
pub fn read(text: &str) -> Result<Vec<Listed>, Vec<At>> {
    let lines = csv::read(text).map_err(|line| vec![(line, Fault::Columns)])?;
    let mut lines = lines.into_iter();
    let Some((at, header)) = lines.next() else {
        return Err(vec![(1, Fault::Empty)]);
    };
    let names: Vec<String> = header.iter().map(|cell| fold(cell.trim())).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let named = names == COLUMNS || names.split_last() == Some((&HASH, &COLUMNS));
    if !named {
        return Err(vec![(at, Fault::Header)]);
    }
    let (mut tokens, mut faults) = (Vec::<Listed>::new(), Vec::new());
    for (at, cells) in lines {
        if tokens.len() + faults.len() >= MOST {
            faults.push((at, Fault::TooMany));
            break;
        }
        match one(at, &cells, names.len()) {
            Ok(token) if tokens.iter().any(|t| t.key() == token.key()) => {
                faults.push((at, Fault::Twice));
            }
            Ok(token) => tokens.push(token),
            Err(fault) => faults.push((at, fault)),
        }
    }
    if tokens.is_empty() && faults.is_empty() {
        faults.push((at + 1, Fault::Empty));
    }
    if faults.is_empty() {
        Ok(tokens)
    } else {
        Err(faults)
    }
}

fn one(at: usize, cells: &[String], columns: usize) -> Result<Listed, Fault> {
    if cells.len() != columns {
        return Err(Fault::Columns);
    }
    let cell = |n: usize| cells.get(n).map_or("", |text| text.trim());
    let upn = match cell(0) {
        "" => None,
        upn => Some(UserPrincipalName::parse(upn).map_err(|_| Fault::UserName)?),
    };
    Ok(Listed {
        line: at,
        upn,
        serial: line(cell(1), 40).map_err(|_| Fault::Serial)?,
        secret: secret(cell(2)).ok_or(Fault::Secret)?,
        shape: Shape {
            seconds: match cell(3) {
                "30" => 30,
                "60" => 60,
                _ => return Err(Fault::Interval),
            },
            algorithm: match fold(cell(6)).replace(['-', '_'], "").as_str() {
                "" | "sha1" | "hmacsha1" => Algorithm::Sha1,
                "sha256" | "hmacsha256" => Algorithm::Sha256,
                _ => return Err(Fault::Hash),
            },
        },
        manufacturer: line(cell(4), 60).map_err(|_| Fault::Maker)?,
        model: line(cell(5), 60).map_err(|_| Fault::Maker)?,
    })
}

/// A secret in capitals, without the spaces and the padding that some write.
fn secret(text: &str) -> Option<Secret> {
    let plain: String = text.chars().filter(|c| *c != ' ').collect();
    let plain = plain.trim_end_matches('=').to_ascii_uppercase();
    let known = |b: u8| b.is_ascii_uppercase() || (b'2'..=b'7').contains(&b);
    // Other lengths end in the middle of a byte (RFC 4648 section 6).
    let whole = matches!(plain.len() % 8, 0 | 2 | 4 | 5 | 7);
    let good = (SHORTEST..=LONGEST).contains(&plain.len()) && whole && plain.bytes().all(known);
    good.then(|| Secret::new(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEED: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    const HEADER: &str = "upn,serial number,secret key,time interval,manufacturer,model";

    fn faults(text: &str) -> Vec<At> {
        read(text).err().unwrap()
    }

    #[test]
    fn a_file_of_the_reference_system_is_read() {
        let text = format!(
            "\u{feff}{HEADER}\r\nAda@contoso.example,1234567,{SEED},60,Contoso,HardwareKey\r\n\
             ,\"A;1\",{}=,30,\"Feitian, Inc\",c200\r\n\r\n",
            SEED.to_lowercase()
        );
        let tokens = read(&text).unwrap();
        let [ada, spare] = &tokens[..] else {
            panic!("two tokens")
        };
        assert_eq!(ada.upn.as_ref().unwrap().key(), "ada@contoso.example");
        assert_eq!((ada.line, ada.shape.seconds), (2, 60));
        assert_eq!(ada.shape.algorithm, Algorithm::Sha1);
        assert_eq!(ada.secret.expose(), spare.secret.expose());
        assert!(spare.upn.is_none());
        assert_eq!(
            (spare.serial.as_str(), spare.manufacturer.as_str()),
            ("A;1", "Feitian, Inc")
        );
        // As a spreadsheet writes it where a comma is for decimals, with the column for SHA-256.
        let text = format!(
            "{}\n;77;{SEED};30;x;y;HMACSHA256\n",
            format!("{HEADER},hash function").replace(',', ";")
        );
        let [one] = &read(&text).unwrap()[..] else {
            panic!("one token")
        };
        assert_eq!(one.shape.algorithm, Algorithm::Sha256);
    }

    #[test]
    fn every_line_that_is_wrong_is_named_and_nothing_else_is_read() {
        let good = format!(",1,{SEED},30,x,y");
        assert_eq!(faults(""), [(1, Fault::Empty)]);
        assert_eq!(faults(HEADER), [(2, Fault::Empty)]);
        assert_eq!(faults(&good), [(1, Fault::Header)]);
        let text = [
            HEADER,
            &good,
            &format!("nobody,2,{SEED},30,x,y"),
            &format!(",,{SEED},30,x,y"),
            ",3,0189,30,x,y",
            &format!(",4,{},30,x,y", "A".repeat(136)),
            &format!(",5,{},30,x,y", "A".repeat(24)),
            &format!(",6,{SEED}A,30,x,y"),
            &format!(",7,{SEED},45,x,y"),
            &format!(",8,{SEED},30,x"),
            &format!(",9,{SEED},30,,y"),
            &good,
        ]
        .join("\n");
        assert_eq!(
            faults(&text),
            [
                (3, Fault::UserName),
                (4, Fault::Serial),
                (5, Fault::Secret),
                (6, Fault::Secret),
                (7, Fault::Secret),
                (8, Fault::Secret),
                (9, Fault::Interval),
                (10, Fault::Columns),
                (11, Fault::Maker),
                (12, Fault::Twice),
            ]
        );
        let text = format!("{HEADER},hash function\n,1,{SEED},30,x,y,md5");
        assert_eq!(faults(&text), [(2, Fault::Hash)]);
        assert_eq!(faults(&format!("{HEADER}\n\"open")), [(2, Fault::Columns)]);
        let many: Vec<String> = (0..=MOST).map(|n| format!(",{n},{SEED},30,x,y")).collect();
        let text = format!("{HEADER}\n{}", many.join("\n"));
        assert_eq!(faults(&text), [(MOST + 2, Fault::TooMany)]);
    }

    // case: IN-29
    #[test]
    fn in_29_a_hostile_file_is_refused_whole_with_its_line() {
        let good = format!(",1,{SEED},30,x,y");
        let wide: String = HEADER.chars().flat_map(|c| [c, '\0']).collect();
        let twice = format!("upn,{HEADER}");
        let one_line = format!("{HEADER}\r{good}");
        for text in [&wide, &twice, &one_line] {
            assert_eq!(faults(text), [(1, Fault::Header)], "{text:?}");
        }
        let mixed = format!("\u{feff}{HEADER}\r\n{good}\n\r\n,=1+1,{SEED},30,x,y\r\n");
        let tokens = read(&mixed).unwrap();
        // A serial number is text, and nothing reads it as anything else.
        assert_eq!((tokens[1].line, tokens[1].serial.as_str()), (4, "=1+1"));
        let long = format!("{HEADER}\n{good}\n,{},{SEED},30,x,y", "1".repeat(1_000_000));
        assert_eq!(faults(&long), [(3, Fault::Serial)]);
        // However many more there are, reading ends with the first that is too many.
        let wrong = format!("{HEADER}\n{}", "x\n".repeat(100_000));
        let found = faults(&wrong);
        assert_eq!(found.len(), MOST + 1);
        assert_eq!(found.last(), Some(&(MOST + 2, Fault::TooMany)));
    }
}
