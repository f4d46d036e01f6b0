//! `DATA_DIR`, the folder of one installation: private cluster, mail files, demo accounts, local secret.
//!
//! Always true: the path is absolute and free of links; nothing made here is readable by other people; what
//! is made here belongs to the owner of the folder, even when root makes it; at most one server uses the folder.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError},
    io::{self, Read as _, Write as _},
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _, fchown, lchown},
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use nix::{fcntl::OFlag, unistd::Uid};

const SERVER_LOCK: &str = "server.lock";
const LOCK_GRACE: Duration = Duration::from_millis(500);

/// The folder of this installation, which exists and is ours to use.
#[derive(Debug, Clone)]
pub struct DataDir {
    path: PathBuf,
    /// User and group of the folder, when we are root and they are someone else.
    heir: Option<(u32, u32)>,
}

/// Proof that this process is the one server of its [`DataDir`]. The kernel releases it with the process,
/// however it ends.
#[derive(Debug)]
pub struct ServerLock {
    _file: File,
}

impl DataDir {
    /// Opens the folder, making it when it is missing: closed to others (0700), or only crossable (0711) when
    /// root makes it, because the database then runs as another user and must reach its own folder inside.
    ///
    /// # Errors
    /// The folder cannot be made or read; the sentence names it.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        if !path.is_dir() {
            make(path).with_context(|| {
                format!("Le dossier de données {} ne peut pas être créé (réglage DATA_DIR)", path.display())
            })?;
        }
        let unreadable = || format!("Le dossier de données {} n’est pas lisible (réglage DATA_DIR)", path.display());
        let real = path.canonicalize().with_context(unreadable)?;
        let owner = real.metadata().with_context(unreadable)?;
        let heir = (Uid::effective().is_root() && owner.uid() != 0).then(|| (owner.uid(), owner.gid()));
        Ok(Self { path: real, heir })
    }

    /// The absolute path of the folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Makes this process the one server of the folder. A server that is just ending is given half a second.
    ///
    /// # Errors
    /// Another server holds it; the sentence names its process and the way out.
    pub fn lock_for_server(&self) -> Result<ServerLock> {
        let mut file = self.open_file(SERVER_LOCK)?;
        let begun = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if begun.elapsed() < LOCK_GRACE => thread::sleep(LOCK_GRACE / 10),
                Err(TryLockError::WouldBlock) => bail!(self.refusal(&mut file)),
                Err(TryLockError::Error(error)) => {
                    let path = self.path.join(SERVER_LOCK);
                    return Err(error).with_context(|| format!("Le verrou {} ne peut pas être posé", path.display()));
                }
            }
        }
        file.set_len(0)?;
        writeln!(file, "{}", std::process::id())?;
        Ok(ServerLock { _file: file })
    }

    fn refusal(&self, lock: &mut File) -> String {
        let mut holder = String::new();
        // The lock says enough without the number.
        lock.read_to_string(&mut holder).ok();
        format!(
            "Un serveur Nexus Réussite (processus {}) utilise déjà le dossier de données {}. \
             Arrêtez-le, ou donnez à celui-ci un autre dossier et un autre port : DATA_DIR=… PORT=…",
            holder.lines().next().unwrap_or("inconnu"),
            self.path.display()
        )
    }

    /// A folder in the data folder that only its owner can read; made when missing.
    ///
    /// # Errors
    /// The folder cannot be made; the sentence names it.
    pub fn private_dir(&self, name: &str) -> Result<PathBuf> {
        let path = self.path.join(name);
        let made = match DirBuilder::new().mode(0o700).create(&path) {
            Ok(()) => self.heir.map_or(Ok(()), |(uid, gid)| lchown(&path, Some(uid), Some(gid))),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
            Err(error) => Err(error),
        };
        made.with_context(|| format!("Le dossier {} ne peut pas être créé", path.display()))?;
        Ok(path)
    }

    /// Writes a file that only its owner can read. It appears whole or not at all, replacing an earlier one.
    ///
    /// # Errors
    /// The file cannot be written; the sentence names it.
    pub fn write_private(&self, name: &str, contents: &[u8]) -> Result<PathBuf> {
        let path = self.path.join(name);
        let draft = format!(".{name}.{}", std::process::id());
        let write = || -> Result<()> {
            let mut file = self.open_file(&draft)?;
            file.set_len(0)?;
            file.write_all(contents)?;
            file.sync_all()?;
            Ok(fs::rename(self.path.join(&draft), &path)?)
        };
        write().with_context(|| format!("Le fichier {} ne peut pas être écrit", path.display()))?;
        Ok(path)
    }

    /// Opens a file of the folder to read and write, making it (0600) when it is missing.
    pub(super) fn open_file(&self, name: &str) -> Result<File> {
        let path = self.path.join(name);
        open_private(&path, false, self.heir).with_context(|| {
            format!("Le fichier {} ne s’ouvre pas (le dossier est-il à un autre utilisateur ?)", path.display())
        })
    }

    /// To whom root hands what it makes in the folder; `None`: to nobody.
    pub(super) fn heir(&self) -> Option<(u32, u32)> {
        self.heir
    }
}

/// Opens a file that only its owner can read, for reading and writing or for appending, making it when missing
/// and giving it to `heir`. A link is refused: root may be working in a folder of someone else.
pub(super) fn open_private(path: &Path, append: bool, heir: Option<(u32, u32)>) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).append(append).create(true).mode(0o600).custom_flags(OFlag::O_NOFOLLOW.bits());
    let file = options.open(path)?;
    if let Some((uid, gid)) = heir {
        fchown(&file, Some(uid), Some(gid))?;
    }
    Ok(file)
}

fn make(path: &Path) -> io::Result<()> {
    if let Some(parent) = std::path::absolute(path)?.parent() {
        fs::create_dir_all(parent)?;
    }
    let mode = if Uid::effective().is_root() { 0o711 } else { 0o700 };
    match DirBuilder::new().mode(mode).create(path) {
        // The umask may have taken the crossing right away.
        Ok(()) => fs::set_permissions(path, Permissions::from_mode(mode)),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_privately_is_closed_to_others_and_replaced_whole() {
        let path = std::env::temp_dir().join(format!("nexus-data-{}", std::process::id()));
        let data = DataDir::open(&path).expect("folder");
        data.write_private("demo-accounts.txt", b"a longer first text").expect("write");
        let file = data.write_private("demo-accounts.txt", b"second").expect("write again");
        let folder = data.private_dir("mail").expect("folder");
        assert_eq!(data.private_dir("mail").expect("again"), folder);
        let mode = |path: &Path| path.metadata().expect("there").mode() & 0o777;
        assert_eq!((fs::read(&file).expect("text"), mode(&file), mode(&folder)), (b"second".to_vec(), 0o600, 0o700));
        assert_eq!(mode(data.path()) & 0o066, 0, "nobody else lists or writes");
        assert_eq!(fs::read_dir(&path).expect("list").count(), 2, "no draft stays");
        fs::remove_dir_all(path).expect("clean");
    }
}
