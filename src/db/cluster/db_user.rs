//! The system user that PostgreSQL runs as. PostgreSQL refuses root; so root lends it to somebody else, and
//! everybody else runs it as themselves.

use std::{
    env, fs,
    os::unix::fs::{MetadataExt as _, lchown},
    path::Path,
    process::Stdio,
};

use anyhow::{Context as _, Result, bail};
use nix::unistd::{Uid, User};
use tokio::process::Command;

use crate::db::data_dir::DataDir;

/// The user that owns the cluster's files and runs its programs.
#[derive(Debug, Clone)]
pub(super) struct DbUser {
    name: String,
    uid: u32,
    gid: u32,
    /// See [`DbUser::is_lent`].
    lent: bool,
}

impl DbUser {
    /// The user of a cluster whose folder exists: its owner.
    ///
    /// # Errors
    /// The folder is someone else's and we are not root.
    pub(super) fn owner_of(cluster: &Path) -> Result<Self> {
        let owner = fs::metadata(cluster).with_context(|| format!("{} n’est pas lisible", cluster.display()))?.uid();
        let us = Uid::effective();
        if us.is_root() && owner == 0 {
            bail!(
                "{} appartient à root, ce que PostgreSQL refuse : donnez-le à un autre utilisateur",
                cluster.display()
            );
        }
        let Some(user) = User::from_uid(Uid::from_raw(owner))? else {
            bail!("{} appartient à l’utilisateur {owner}, inconnu de ce système", cluster.display());
        };
        if !us.is_root() && owner != us.as_raw() {
            bail!(
                "La base de données {} appartient à l’utilisateur {} : lancez Nexus Réussite comme la première fois \
                 (en root sans doute), ou donnez un autre DATA_DIR",
                cluster.display(),
                user.name
            );
        }
        Ok(Self::of(&user, us.is_root()))
    }

    /// The user of a cluster yet to be made: ourselves; for root the owner of the data folder, `postgres`
    /// or `nobody`.
    ///
    /// # Errors
    /// No such user is known to this system.
    pub(super) fn for_new_cluster(data: &DataDir) -> Result<Self> {
        let us = Uid::effective();
        if !us.is_root() {
            let user = User::from_uid(us)?.context("L’utilisateur courant est inconnu de ce système (/etc/passwd)")?;
            return Ok(Self::of(&user, false));
        }
        let heir = data.heir().and_then(|(uid, _)| User::from_uid(Uid::from_raw(uid)).ok().flatten());
        let stand_in = || ["postgres", "nobody"].iter().find_map(|name| User::from_name(name).ok().flatten());
        let user = heir.or_else(stand_in).context(
            "PostgreSQL refuse de tourner en root, et ni l’utilisateur postgres ni nobody n’existent : \
             créez-en un (useradd --system postgres) ou lancez sans être root",
        )?;
        Ok(Self::of(&user, true))
    }

    fn of(user: &User, lent: bool) -> Self {
        Self { name: user.name.clone(), uid: user.uid.as_raw(), gid: user.gid.as_raw(), lent }
    }

    /// The login name.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Whether this is somebody else whom we, being root, become to run PostgreSQL.
    pub(super) fn is_lent(&self) -> bool {
        self.lent
    }

    /// Whether a file of this owner is this user's, or ours as root to give them.
    pub(super) fn owns(&self, uid: u32) -> bool {
        uid == self.uid || (self.lent && uid == 0)
    }

    /// A command that runs as this user, in a process group of its own (Ctrl-C at the terminal reaches the app
    /// alone, which then stops PostgreSQL in order), and inherits no variable: neither `PG…` nor our secrets.
    pub(super) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.env_clear().env("LC_ALL", "C").env("TZ", "UTC");
        for name in ["PATH", "LD_LIBRARY_PATH"] {
            command.envs(env::var_os(name).map(|value| (name, value)));
        }
        command.current_dir("/").stdin(Stdio::null()).process_group(0);
        if self.lent {
            command.uid(self.uid).gid(self.gid);
        }
        command
    }

    /// Hands a file or folder that root has just made to this user; nothing to do for others.
    pub(super) fn give(&self, path: &Path) -> Result<()> {
        if self.lent {
            lchown(path, Some(self.uid), Some(self.gid))
                .with_context(|| format!("{} ne peut pas être donné à {}", path.display(), self.name))?;
        }
        Ok(())
    }

    /// Whether this user can go through the folder. Asked by trying: rights are more than mode bits.
    pub(super) fn can_cross(&self, dir: &Path) -> bool {
        let mut test = self.command(Path::new("/bin/sh")).into_std();
        test.args(["-c", "cd \"$0\""]).arg(dir).stderr(Stdio::null());
        test.status().is_ok_and(|status| status.success())
    }
}
