//! `keyward breach …`: the file of passwords known from breaches.

use super::Context;
use super::terminal::{Terminal, Tone, line, without_echo};
use crate::breach::complain;
use crate::cli::{BreachBuild, BreachCheck, BreachCommand};
use crate::complaint::{Complaint, Complaints};
use keyward_breach::{Bits, Filter, Options, PublicKey, SigningKey, build};
use keyward_core::password::Prepared;
use keyward_core::secret::Secret;
use std::fs;
use std::io::{self, BufRead as _, IsTerminal as _, Read as _};
use std::process::ExitCode;
use std::time::Instant;
use zeroize::Zeroizing;

/// Ranges of five hexadecimal digits.
const ALL_RANGES: usize = 1 << 20;

pub(super) fn run(context: &Context, command: &BreachCommand) -> Result<ExitCode, Complaints> {
    match command {
        BreachCommand::Build(options) => Ok(make(context.terminal, options)?),
        BreachCommand::Check(options) => Ok(check(context.terminal, options)?),
    }
}

fn make(terminal: Terminal, options: &BreachBuild) -> Result<ExitCode, Complaint> {
    let key = options.sign.as_ref().map(|path| {
        let pem = fs::read_to_string(path).map(Zeroizing::new);
        let key = pem.ok().and_then(|pem| SigningKey::parse(&pem));
        key.ok_or_else(|| {
            Complaint::new(
                "the file is not read, or has no Ed25519 private key in it",
                path.display().to_string(),
                "make one: openssl genpkey -algorithm ed25519 -out KEY",
            )
        })
    });
    let key = key.transpose()?;
    let begun = Instant::now();
    let mut told = begun;
    let mut progress = |entries: u64| {
        if told.elapsed().as_secs() >= 10 {
            told = Instant::now();
            line(&format!("      {entries} hashes so far"));
        }
    };
    let mut asked = Options {
        bits: if options.bits == 8 {
            Bits::Eight
        } else {
            Bits::Sixteen
        },
        key: key.as_ref(),
        progress: &mut progress,
    };
    let built = build(&options.source, &options.out, &mut asked).map_err(|error| {
        Complaint::new(
            format!("no filter was made: {error}"),
            options.source.display().to_string(),
            "give a list of Have I Been Pwned ordered by hash, or the folder of its range files",
        )
    })?;
    line(&format!(
        "{} {} {} hashes in {}, {} bytes, {} s",
        terminal.tone(Tone::Good, "good:"),
        built.entries,
        built.kind.name(),
        options.out.display(),
        built.bytes,
        begun.elapsed().as_secs(),
    ));
    if let Some(ranges) = built.ranges.filter(|n| *n < ALL_RANGES) {
        let look = terminal.tone(Tone::Warning, "look:");
        line(&format!(
            "{look} {ranges} of {ALL_RANGES} ranges are in the folder: the download is not complete"
        ));
    }
    if let Some(key) = key {
        line(&format!(
            "      breach.public_key = \"{}\"",
            key.public().line()
        ));
    }
    Ok(ExitCode::SUCCESS)
}

fn check(terminal: Terminal, options: &BreachCheck) -> Result<ExitCode, Complaint> {
    let key = options.public_key.as_deref().map(|text| {
        PublicKey::parse(text).ok_or_else(|| {
            Complaint::new(
                "this is no Ed25519 public key",
                "--public-key",
                "give the line that `openssl pkey -in KEY -pubout` prints between the dashes",
            )
        })
    });
    let key = key.transpose()?;
    let filter = Filter::open(&options.file, key.as_ref())
        .map_err(|error| complain(&options.file, &error))?;
    let signed = match (filter.is_signed(), &key) {
        (_, Some(_)) => "signed by this key",
        (true, None) => "signed, by whom was not checked",
        (false, None) => "not signed",
    };
    line(&format!(
        "{} {}: {} passwords, {}, {} bits, {signed}",
        terminal.tone(Tone::Good, "good:"),
        options.file.display(),
        filter.entries(),
        filter.kind().name(),
        filter.bits().count(),
    ));
    let Some(typed) = typed()? else {
        return Ok(ExitCode::SUCCESS);
    };
    let known = Prepared::new(&typed).is_ok_and(|password| filter.contains(password.text()));
    if known {
        let bad = terminal.tone(Tone::Bad, "bad: ");
        line(&format!("{bad} the password is known from a breach"));
        return Ok(ExitCode::FAILURE);
    }
    let good = terminal.tone(Tone::Good, "good:");
    line(&format!("{good} the password is not known"));
    Ok(ExitCode::SUCCESS)
}

/// A password from standard input, never from an argument, which others on the machine could read; none if nothing is
/// typed.
fn typed() -> Result<Option<Secret>, Complaint> {
    let read = || {
        let mut text = Zeroizing::new(String::new());
        io::stdin().lock().take(4096).read_line(&mut text)?;
        io::Result::Ok(text)
    };
    let text = if io::stdin().is_terminal() {
        line("Password to look for, or nothing:");
        without_echo(read)
    } else {
        read()
    };
    let text = text.map_err(|error| {
        Complaint::new(
            format!("no password can be read: {error}"),
            "standard input",
            "type one line, or end the input",
        )
    })?;
    let password = text.trim_end_matches(['\r', '\n']);
    Ok((!password.is_empty()).then(|| Secret::new(password.to_owned())))
}
