//! Where PostgreSQL is installed: `$PG_BIN`, the places of the usual packages, `pg_config`, `$PATH`.

use std::{
    collections::BTreeSet,
    env,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, bail};

/// The major versions that we test and support, newest first.
const SUPPORTED: [u32; 4] = [18, 17, 16, 15];

/// One installation that holds `postgres` and `initdb`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Binaries {
    /// The folder of the programs.
    pub(super) dir: PathBuf,
    /// 15 to 18.
    pub(super) major: u32,
}

impl Binaries {
    /// Finds the installation to use: of the wanted major version, or else of any supported one.
    ///
    /// # Errors
    /// None is there; the sentence names the package and the command that installs it.
    pub(super) fn find(wanted: Option<u32>) -> Result<Self> {
        match env::var_os("PG_BIN").filter(|dir| !dir.is_empty()) {
            Some(dir) => {
                let dir = std::path::absolute(dir)?;
                let named = dir.display().to_string();
                Self::first([dir], wanted).with_context(|| format!("Le réglage PG_BIN={named} ne convient pas"))
            }
            None => Self::first(usual_dirs(), wanted),
        }
    }

    /// The first folder that fits.
    pub(super) fn first(dirs: impl IntoIterator<Item = PathBuf>, wanted: Option<u32>) -> Result<Self> {
        let mut others = BTreeSet::new();
        for dir in dirs {
            match major_of(&dir) {
                Some(major) if SUPPORTED.contains(&major) && wanted.is_none_or(|wanted| wanted == major) => {
                    return Ok(Self { dir, major });
                }
                other => others.extend(other),
            }
        }
        bail!(absence(wanted, &others))
    }

    /// The path of one program.
    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }
}

fn absence(wanted: Option<u32>, found: &BTreeSet<u32>) -> String {
    let found: Vec<String> = found.iter().map(u32::to_string).collect();
    let seen = if found.is_empty() { String::new() } else { format!(" (trouvé : {})", found.join(", ")) };
    let (what, package) = match wanted {
        Some(major) => (
            format!("La base de données a été créée par PostgreSQL {major}, qui n’est plus installé{seen}."),
            format!("postgresql-{major}"),
        ),
        None => (format!("PostgreSQL 15 à 18 est introuvable{seen}."), "postgresql".to_owned()),
    };
    format!(
        "{what} Installez-le avec : apt-get install {package} — ou donnez dans PG_BIN le dossier de ses programmes, \
         ou dans DATABASE_URL l’adresse d’une base existante."
    )
}

/// The places of the usual packages, newest version first, then what `pg_config` and `$PATH` say.
fn usual_dirs() -> impl Iterator<Item = PathBuf> {
    let packaged = SUPPORTED.into_iter().flat_map(|major| {
        [
            format!("/usr/lib/postgresql/{major}/bin"), // Debian, Ubuntu
            format!("/usr/pgsql-{major}/bin"),          // Red Hat, from postgresql.org
            format!("/usr/libexec/postgresql{major}"),  // Alpine
            format!("/usr/lib/postgresql{major}/bin"),  // SUSE
            format!("/opt/homebrew/opt/postgresql@{major}/bin"),
            format!("/usr/local/opt/postgresql@{major}/bin"),
            format!("/Library/PostgreSQL/{major}/bin"),
        ]
    });
    let plain = ["/usr/local/pgsql/bin", "/opt/homebrew/bin", "/usr/local/bin"].map(String::from);
    let asked = std::iter::once_with(|| text_of(Command::new("pg_config").arg("--bindir"))).flatten();
    let on_path = env::var_os("PATH").into_iter().flat_map(|path| env::split_paths(&path).collect::<Vec<_>>());
    let dirs = packaged.chain(plain).chain(asked).map(PathBuf::from).chain(on_path);
    dirs.filter(|dir| dir.is_absolute())
}

/// The major version of the server in this folder; `None` when the folder does not hold one.
fn major_of(dir: &Path) -> Option<u32> {
    let postgres = dir.join("postgres");
    if !postgres.is_file() || !dir.join("initdb").is_file() {
        return None;
    }
    // "postgres (PostgreSQL) 15.13 (Debian 15.13-0+deb12u1)", "postgres (PostgreSQL) 18beta1"
    let text = text_of(Command::new(postgres).arg("--version"))?;
    let version = text.split(") ").nth(1)?;
    let digits = version.find(|c: char| !c.is_ascii_digit()).unwrap_or(version.len());
    version[..digits].parse().ok()
}

fn text_of(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
