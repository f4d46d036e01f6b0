//! The store of uploaded files: content by its SHA-256. Nothing else in the house knows where a file is.
//!
//! Always true: what is under a key has that key's content, whole; a file is first staged (written, synced, measured),
//! then kept, which is one rename. Where files live is this module's secret: another store (S3) offers the same calls.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use sha2::{Digest as _, Sha256};
use tokio::{
    fs::{self, File},
    io::{AsyncRead, AsyncWriteExt as _},
};
use uuid::Uuid;

use crate::db::data_dir::DataDir;

/// The store. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Files(Arc<Local>);

/// A folder of this machine: `ab/cdef…`, and `staged/` for what is on its way.
#[derive(Debug)]
struct Local {
    data_dir: PathBuf,
}

/// A file on its way into the store; gone when it is dropped without having been kept.
#[derive(Debug)]
pub struct Staging {
    file: File,
    path: Gone,
    hash: Sha256,
    size: u64,
}

/// A file that is whole and measured, but not under its key yet.
#[derive(Debug)]
pub struct Staged {
    path: Gone,
    /// SHA-256, in lower-case hexadecimal.
    pub sha256: String,
    /// Bytes.
    pub size: u64,
}

/// A path that is removed with its owner; after a crash, [`Files::sweep`] does it.
#[derive(Debug)]
struct Gone(PathBuf);

impl Drop for Gone {
    fn drop(&mut self) {
        // Once kept it is not here any more.
        let _ = std::fs::remove_file(&self.0);
    }
}

impl Files {
    /// In this data folder. Touches nothing until a file comes.
    pub fn new(data_dir: &Path) -> Self {
        Self(Arc::new(Local { data_dir: data_dir.to_owned() }))
    }

    fn root(&self) -> anyhow::Result<PathBuf> {
        DataDir::open(&self.0.data_dir)?.private_dir("files")
    }

    fn staged_dir(&self) -> anyhow::Result<PathBuf> {
        let root = self.root()?.join("staged");
        std::fs::create_dir_all(&root)?;
        Ok(root)
    }

    fn place(&self, sha256: &str) -> anyhow::Result<PathBuf> {
        anyhow::ensure!(is_key(sha256), "not a key of the store");
        Ok(self.root()?.join(&sha256[..2]).join(&sha256[2..]))
    }

    /// Begins a file.
    pub async fn stage(&self) -> anyhow::Result<Staging> {
        let path = self.staged_dir()?.join(Uuid::new_v4().to_string());
        let file = File::create_new(&path).await?;
        Ok(Staging { file, path: Gone(path), hash: Sha256::new(), size: 0 })
    }

    /// Puts a staged file under its key. To be called while the row of `library_files` is held, so that nobody takes the
    /// file away meanwhile.
    pub async fn keep(&self, staged: Staged) -> anyhow::Result<()> {
        let place = self.place(&staged.sha256)?;
        let from = staged.path.0.clone();
        tokio::task::spawn_blocking(move || {
            let folder = place.parent().unwrap_or(Path::new("."));
            if !folder.is_dir() {
                std::fs::create_dir_all(folder)?;
                sync(folder.parent().unwrap_or(folder))?;
            }
            std::fs::rename(&from, &place)?;
            sync(folder)
        })
        .await??;
        Ok(())
    }

    /// The content, or none if there is no such file.
    pub async fn open(&self, sha256: &str) -> anyhow::Result<Option<impl AsyncRead + Unpin + Send + use<>>> {
        match File::open(self.place(sha256)?).await {
            Ok(file) => Ok(Some(file)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether there is such a file.
    pub async fn exists(&self, sha256: &str) -> anyhow::Result<bool> {
        Ok(fs::try_exists(self.place(sha256)?).await?)
    }

    /// Takes a file away. To be called while the row of `library_files` is held.
    pub async fn delete(&self, sha256: &str) -> anyhow::Result<()> {
        match fs::remove_file(self.place(sha256)?).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// Keys of all files that are older than this, for a look at which of them nobody needs; what was staged and left
    /// by a crash goes at once. What somebody else put there is none of our business.
    pub async fn older_than(&self, age: std::time::Duration) -> anyhow::Result<Vec<String>> {
        let root = self.root()?;
        tokio::task::spawn_blocking(move || old_files(&root, age)).await?
    }
}

/// SHA-256 in lower-case hexadecimal.
fn is_key(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

fn old_files(root: &Path, age: std::time::Duration) -> anyhow::Result<Vec<String>> {
    let mut keys = Vec::new();
    for folder in std::fs::read_dir(root)? {
        let folder = folder?;
        if !folder.file_type()?.is_dir() {
            continue;
        }
        let prefix = folder.file_name().to_string_lossy().into_owned();
        for file in std::fs::read_dir(folder.path())? {
            let file = file?;
            let about = file.metadata()?;
            if !about.is_file() || about.modified()?.elapsed().unwrap_or_default() < age {
                continue;
            }
            let key = format!("{prefix}{}", file.file_name().to_string_lossy());
            if prefix == "staged" {
                std::fs::remove_file(file.path())?;
            } else if prefix.len() == 2 && is_key(&key) {
                keys.push(key);
            }
        }
    }
    Ok(keys)
}

fn sync(folder: &Path) -> io::Result<()> {
    std::fs::File::open(folder)?.sync_all()
}

impl Staging {
    /// Adds bytes.
    pub async fn write(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        self.hash.update(bytes);
        self.size += bytes.len() as u64;
        self.file.write_all(bytes).await?;
        Ok(())
    }

    /// Bytes so far.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Ends the file: from here on it survives a power cut.
    pub async fn finish(mut self) -> anyhow::Result<Staged> {
        self.file.flush().await?;
        self.file.sync_all().await?;
        let sha256 = self.hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Staged { path: self.path, sha256, size: self.size })
    }
}

impl Staged {
    /// The content, to look at what it is.
    pub fn reader(&self) -> io::Result<impl io::Read + io::Seek + Send + use<>> {
        std::fs::File::open(&self.path.0)
    }
}
