//! Settings from text, as an operator would write them.

use keyward_server::complaint::Complaints;
use keyward_server::config::{Config, Environment, Settings, Sources};
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A folder with a keyward.toml in it.
pub(crate) struct Files {
    pub(crate) folder: TempDir,
}

impl Files {
    pub(crate) fn new(toml: &str) -> Self {
        let files = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        std::fs::set_permissions(files.path(), Permissions::from_mode(0o700)).unwrap();
        files.write("keyward.toml", toml, 0o600);
        files
    }

    pub(crate) fn write(&self, name: &str, text: &str, mode: u32) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        path
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn settings<const N: usize>(&self, variables: [(&str, &str); N]) -> Settings {
        let file = Some(self.path().join("keyward.toml"));
        Settings::load(Sources {
            file,
            environment: Environment::from(variables),
        })
    }

    pub(crate) fn config(&self) -> Result<Config, Complaints> {
        self.settings([]).check()
    }

    /// Everything that is wrong, with the folder's own name taken out.
    pub(crate) fn refusal<const N: usize>(&self, variables: [(&str, &str); N]) -> String {
        let complaints = self.settings(variables).check().err().expect("a refusal");
        assert_eq!(complaints.exit_code, 78);
        complaints
            .to_string()
            .replace(&self.path().display().to_string(), "DIR")
    }
}

/// Settings from variables alone.
pub(crate) fn from_environment<const N: usize>(
    variables: [(&str, &str); N],
) -> Result<Config, Complaints> {
    // An empty file stands in for "none": the folder of this test must not decide what is found.
    let file = Some(PathBuf::from("/dev/null"));
    Settings::load(Sources {
        file,
        environment: Environment::from(variables),
    })
    .check()
}
