//! Where the cluster lives: one folder per major version under `DATA_DIR/postgres`, its log beside it, its
//! socket in a private folder. When root's database user cannot reach the data folder, `DATA_DIR/postgres` is
//! a link to a fixed other place, so that everybody finds the same cluster from then on.

use std::{
    fs::{self, DirBuilder, Permissions},
    io,
    os::unix::{
        ffi::OsStrExt as _,
        fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _, symlink},
    },
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail, ensure};
use sha2::{Digest as _, Sha256};

use super::{binaries::Binaries, db_user::DbUser, link};
use crate::db::data_dir::DataDir;

/// Takes the clusters of data folders that are closed to the database user.
pub(super) const ELSEWHERE: &str = "/var/lib/nexus-reussite";

/// Everything that is needed to make and run the cluster.
#[derive(Debug)]
pub(super) struct Place {
    /// Holds the folders of all major versions; free of links.
    pub(super) root: PathBuf,
    /// The cluster itself: exists only when it is complete.
    pub(super) dir: PathBuf,
    /// What PostgreSQL says.
    pub(super) log: PathBuf,
    /// The private folder of the socket, made at every start of PostgreSQL.
    pub(super) socket_dir: PathBuf,
    /// Who runs it.
    pub(super) user: DbUser,
    /// What runs it.
    pub(super) binaries: Binaries,
    /// Who gets the files that root makes outside of the cluster.
    pub(super) heir: Option<(u32, u32)>,
    data_dir: PathBuf,
}

impl Place {
    /// Finds the place of the cluster, or chooses one and makes the folders around it.
    pub(super) fn resolve(data: &DataDir, elsewhere: &Path) -> Result<Self> {
        let entry = data.path().join("postgres");
        let known = entry.symlink_metadata().is_ok();
        let old = if known { newest_cluster(&real(&entry)?)? } else { None };
        let binaries = Binaries::find(old)?;
        let major = binaries.major.to_string();
        let user = match old {
            Some(_) => DbUser::owner_of(&real(&entry)?.join(&major))?,
            None => DbUser::for_new_cluster(data)?,
        };
        if !known {
            make_root(data, &entry, elsewhere, &user)?;
        }
        let root = real(&entry)?;
        if old.is_none() {
            open_for_crossing(&root, &user)?;
        }
        ensure!(
            user.can_cross(&root),
            "L’utilisateur {} ne peut pas entrer dans {} : ouvrez les dossiers du chemin (chmod o+x)",
            user.name(),
            root.display()
        );
        Ok(Self {
            dir: root.join(&major),
            log: root.join(format!("{major}.log")),
            socket_dir: socket_dir(&root),
            root,
            user,
            binaries,
            heir: data.heir(),
            data_dir: data.path().to_owned(),
        })
    }

    /// Whether the cluster has been made; it is only ever put here complete.
    pub(super) fn is_initialised(&self) -> bool {
        is_cluster(&self.dir)
    }

    /// Says where the cluster is when that is not in the data folder.
    pub(super) fn notice(&self) -> Option<String> {
        (!self.root.starts_with(&self.data_dir)).then(|| {
            format!(
                "Le dossier {} est fermé à l’utilisateur {}, qui fait tourner PostgreSQL : la base de données est dans {}.",
                self.data_dir.display(),
                self.user.name(),
                self.dir.display()
            )
        })
    }
}

fn is_cluster(dir: &Path) -> bool {
    // The folder is closed to all but its owner and root, so a missing right counts as present.
    !matches!(dir.join("PG_VERSION").try_exists(), Ok(false))
}

fn newest_cluster(root: &Path) -> Result<Option<u32>> {
    let entries = fs::read_dir(root).with_context(|| format!("{} n’est pas lisible", root.display()))?;
    let majors = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    Ok(majors.filter(|major: &u32| is_cluster(&root.join(major.to_string()))).max())
}

fn real(entry: &Path) -> Result<PathBuf> {
    entry.canonicalize().with_context(|| {
        format!("{} ne mène plus à la base de données : remettez-la en place, ou effacez ce lien", entry.display())
    })
}

/// Makes `DATA_DIR/postgres`: a folder if the user can reach it, else a link to a folder elsewhere.
fn make_root(data: &DataDir, entry: &Path, elsewhere: &Path, user: &DbUser) -> Result<()> {
    if user.can_cross(data.path()) {
        return data.private_dir("postgres").map(drop);
    }
    let folder = elsewhere.join(short_hash(data.path()));
    fs::create_dir_all(&folder).with_context(|| format!("Le dossier {} ne peut pas être créé", folder.display()))?;
    open_for_crossing(elsewhere, user)?;
    open_for_crossing(&folder, user)?;
    ensure!(user.can_cross(&folder), "{} est fermé à l’utilisateur {}", folder.display(), user.name());
    symlink(&folder, entry).with_context(|| format!("Le lien {} ne peut pas être créé", entry.display()))
}

/// Root keeps the folder around the cluster and only lets the database user go through it, so that this user
/// can exchange nothing of what root opens there. Other people keep theirs closed.
fn open_for_crossing(dir: &Path, user: &DbUser) -> Result<()> {
    let mode = if user.is_lent() { 0o711 } else { 0o700 };
    fs::set_permissions(dir, Permissions::from_mode(mode))
        .with_context(|| format!("Les droits de {} ne peuvent pas être posés", dir.display()))
}

/// The folder of the socket: beside the cluster, or in `/tmp` when that path is too long for a socket.
fn socket_dir(root: &Path) -> PathBuf {
    let beside = root.join("run");
    if link::fits(&beside) {
        return beside;
    }
    // Not $XDG_RUNTIME_DIR: it goes away when its user signs out.
    PathBuf::from(format!("/tmp/nexus-{}", short_hash(root)))
}

/// Makes a folder that only the database user (and root) can enter, or checks that it is one.
pub(super) fn make_private(dir: &Path, user: &DbUser) -> Result<()> {
    match DirBuilder::new().mode(0o700).create(dir) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let found = dir.symlink_metadata()?;
            if !found.is_dir() || !user.owns(found.uid()) || found.mode() & 0o077 != 0 {
                bail!("{} devrait être un dossier privé de l’utilisateur {} : effacez-le", dir.display(), user.name());
            }
        }
        Err(error) => bail!("Le dossier {} ne peut pas être créé : {error}", dir.display()),
    }
    user.give(dir)
}

fn short_hash(path: &Path) -> String {
    let digest = Sha256::digest(path.as_os_str().as_bytes());
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
