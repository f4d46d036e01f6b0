//! Who uses the cluster, across processes. Two files of the data folder are locked (`flock`, which the kernel
//! releases with the process, however it ends):
//! - `postgres.lock`, the [`Turn`]: held while making, starting, joining, leaving or stopping; one at a time.
//!   It contains the process number of a PostgreSQL that a command has started and no server has taken over;
//! - `postgres.users`, the [`Share`]: held by every user of the cluster, taken and given back at one's turn.
//!
//! So at one's turn it is certain whether anyone else uses the cluster, and nobody can come or go meanwhile.

use std::{
    fs::{File, TryLockError},
    io::{self, Read as _, Seek as _, Write as _},
    time::Duration,
};

use anyhow::{Context as _, Result};
use nix::unistd::Pid;
use tokio::time::{Instant, sleep};

use crate::db::data_dir::DataDir;

const TURN: &str = "postgres.lock";
const USERS: &str = "postgres.users";
const RETRY: Duration = Duration::from_millis(20);
const PATIENCE: Duration = Duration::from_secs(3);

/// The right to change something about the cluster; ends when dropped.
#[derive(Debug)]
pub(super) struct Turn {
    file: File,
}

impl Turn {
    /// Waits for one's turn: as long as it takes, since another process may be recovering a large database.
    pub(super) async fn take(data: &DataDir) -> Result<Self> {
        let begun = Instant::now();
        let mut told = false;
        loop {
            if let Some(turn) = Self::try_take(data)? {
                return Ok(turn);
            }
            if !told && begun.elapsed() > PATIENCE {
                told = true;
                tracing::info!("another process is starting or stopping PostgreSQL: waiting for it");
            }
            sleep(RETRY).await;
        }
    }

    /// One's turn, if nobody else has it.
    pub(super) fn try_take(data: &DataDir) -> Result<Option<Self>> {
        let file = data.open_file(TURN)?;
        Ok(obtained(file.try_lock())?.then_some(Self { file }))
    }

    /// The PostgreSQL that the last command to leave has to stop.
    pub(super) fn temporary(&self) -> Option<Pid> {
        let mut text = String::new();
        let mut file = &self.file;
        file.rewind().and_then(|()| file.read_to_string(&mut text)).ok()?;
        text.trim().parse().ok().map(Pid::from_raw)
    }

    /// Notes which PostgreSQL the last command to leave has to stop; `None`: it is the server's.
    pub(super) fn set_temporary(&self, pid: Option<Pid>) -> Result<()> {
        let text = pid.map(|pid| format!("{pid}\n")).unwrap_or_default();
        let mut file = &self.file;
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| file.write_all(text.as_bytes()))
            .with_context(|| format!("Le fichier {TURN} du dossier de données ne peut pas être écrit"))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        // Closing is not enough: a child that another thread is starting holds a copy until its exec.
        self.file.unlock().ok();
    }
}

/// One user's hold on the cluster.
#[derive(Debug)]
pub(super) struct Share {
    file: File,
}

impl Share {
    /// Enters. At one's turn nobody holds the file exclusively, so this does not wait.
    pub(super) fn take(data: &DataDir, _turn: &Turn) -> Result<Self> {
        let file = data.open_file(USERS)?;
        file.lock_shared().with_context(|| format!("Le verrou {USERS} ne peut pas être posé"))?;
        Ok(Self { file })
    }

    /// Leaves, and says whether nobody else uses the cluster.
    pub(super) fn give_back(self, data: &DataDir, _turn: &Turn) -> Result<bool> {
        self.file.unlock()?;
        Ok(obtained(data.open_file(USERS)?.try_lock())?)
    }
}

fn obtained(attempt: Result<(), TryLockError>) -> io::Result<bool> {
    match attempt {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(error),
    }
}
