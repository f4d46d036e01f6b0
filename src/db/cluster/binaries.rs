//! Where PostgreSQL is installed: `$PG_BIN`, the places of the usual packages, `pg_config`, `$PATH`.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Result, bail};

/// The major versions that we test and support, best first.
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
    /// Finds the installation to use: of the wanted major version, or else the best supported one.
    ///
    /// # Errors
    /// None is there; the sentence names the package and the command that installs it.
    pub(super) fn find(wanted: Option<u32>) -> Result<Self> {
        match env::var_os("PG_BIN").filter(|dir| !dir.is_empty()) {
            Some(dir) => Self::among(&[dir.into()], wanted),
            None => Self::among(&usual_dirs(), wanted),
        }
    }

    /// Chooses among folders, which are looked at in order.
    pub(super) fn among(dirs: &[PathBuf], wanted: Option<u32>) -> Result<Self> {
        let mut found: Vec<u32> = Vec::new();
        let mut best: Option<Self> = None;
        for dir in dirs {
            let Some(major) = major_of(dir) else { continue };
            found.push(major);
            let usable = SUPPORTED.contains(&major) && wanted.is_none_or(|wanted| wanted == major);
            if usable && best.as_ref().is_none_or(|best| best.major < major) {
                best = Some(Self { dir: dir.clone(), major });
            }
        }
        match best {
            Some(best) => Ok(best),
            None => bail!(absence(wanted, &found)),
        }
    }

    /// The path of one program.
    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }
}

fn absence(wanted: Option<u32>, found: &[u32]) -> String {
    let mut found: Vec<String> = found.iter().map(u32::to_string).collect();
    found.dedup();
    let seen = if found.is_empty() { String::new() } else { format!(" (trouvé : {})", found.join(", ")) };
    let (what, package) = match wanted {
        Some(major) => (
            format!("La base de données a été créée par PostgreSQL {major}, qui n’est plus installé{seen}."),
            format!("postgresql-{major}"),
        ),
        None => (format!("PostgreSQL 15 à 18 est introuvable{seen}."), "postgresql".to_owned()),
    };
    format!(
        "{what} Installez-le avec : apt-get install {package} — ou donnez dans PG_BIN le dossier de ses programmes, \
         ou dans DATABASE_URL l’adresse d’une base existante."
    )
}

fn usual_dirs() -> Vec<PathBuf> {
    let mut dirs = Vec::new();
    for major in SUPPORTED {
        dirs.extend(
            [
                format!("/usr/lib/postgresql/{major}/bin"),      // Debian, Ubuntu
                format!("/usr/pgsql-{major}/bin"),               // packages of postgresql.org for Red Hat
                format!("/usr/libexec/postgresql{major}"),       // Alpine
                format!("/usr/lib/postgresql{major}/bin"),       // SUSE
                format!("/opt/homebrew/opt/postgresql@{major}/bin"),
                format!("/usr/local/opt/postgresql@{major}/bin"),
                format!("/Library/PostgreSQL/{major}/bin"),
            ]
            .map(PathBuf::from),
        );
    }
    dirs.extend(["/usr/local/pgsql/bin", "/opt/homebrew/bin", "/usr/local/bin"].map(PathBuf::from));
    dirs.extend(text_of(Command::new("pg_config").arg("--bindir")).map(PathBuf::from));
    dirs.extend(env::var_os("PATH").iter().flat_map(env::split_paths));
    dirs
}

/// The major version of the server in this folder; `None` when the folder does not hold one.
fn major_of(dir: &Path) -> Option<u32> {
    let postgres = dir.join("postgres");
    if !postgres.is_file() || !dir.join("initdb").is_file() {
        return None;
    }
    // "postgres (PostgreSQL) 15.13 (Debian 15.13-0+deb12u1)", "postgres (PostgreSQL) 18beta1"
    let text = text_of(Command::new(fs::canonicalize(postgres).ok()?).arg("--version"))?;
    let version = text.split(") ").nth(1)?;
    let digits = version.find(|c: char| !c.is_ascii_digit()).unwrap_or(version.len());
    version[..digits].parse().ok()
}

fn text_of(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
