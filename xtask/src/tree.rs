//! The repository's text files, as the rules see them.

use std::fs;
use std::path::{Path, PathBuf};

use crate::shell::Done;

/// What isn't ours, or isn't source.
const SKIPPED: [&str; 4] = ["target", "node_modules", "test-output", ".git"];
const KINDS: [&str; 17] = [
    "rs", "toml", "lock", "html", "ftl", "css", "js", "json", "md", "txt", "py", "sh", "sql",
    "svg", "yml", "yaml", "npmrc",
];

/// One text file.
pub(crate) struct File {
    /// From the root, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// All of them.
pub(crate) struct Tree {
    pub(crate) files: Vec<File>,
}

impl Tree {
    pub(crate) fn read(root: &Path) -> Done<Self> {
        let mut files = Vec::new();
        walk(root, Path::new(""), &mut files)
            .map_err(|error| format!("{}: {error}", root.display()))?;
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Self { files })
    }

    /// A tree for tests of rules.
    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let file = |&(path, text): &(&str, &str)| File {
            path: path.into(),
            text: text.into(),
        };
        Self {
            files: files.iter().map(file).collect(),
        }
    }

    pub(crate) fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    pub(crate) fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a File> {
        self.files.iter().filter(move |file| file.kind() == kind)
    }
}

impl File {
    /// What stands after the last dot of the name; for `.npmrc` that is `npmrc`.
    pub(crate) fn kind(&self) -> &str {
        self.name().rsplit_once('.').map_or("", |(_, kind)| kind)
    }

    pub(crate) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// Lines with their numbers, from 1.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text
            .lines()
            .enumerate()
            .map(|(index, line)| (index + 1, line))
    }
}

fn walk(root: &Path, below: &Path, files: &mut Vec<File>) -> std::io::Result<()> {
    for entry in fs::read_dir(root.join(below))? {
        let entry = entry?;
        let name = entry.file_name();
        let path: PathBuf = below.join(&name);
        let name = name.to_string_lossy();
        if SKIPPED.contains(&name.as_ref()) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            walk(root, &path, files)?;
            continue;
        }
        let file = File {
            path: path.to_string_lossy().into_owned(),
            text: String::new(),
        };
        let script = !name.contains('.') && file.path.starts_with(".ci/");
        // A file may go away between the listing and the reading.
        if (script || KINDS.contains(&file.kind()))
            && let Ok(text) = fs::read_to_string(root.join(&path))
        {
            files.push(File { text, ..file });
        }
    }
    Ok(())
}
