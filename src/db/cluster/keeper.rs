//! Brings PostgreSQL up, keeps it up and lets it go, for one process that uses the cluster. What other
//! processes do meanwhile is settled by [`super::sharing`].

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use tokio::{
    sync::oneshot,
    time::{Instant, sleep},
};

use super::{
    Role,
    link::{self, Answer},
    pid_file::{self, Found},
    place::Place,
    postmaster::{self, Postmaster},
    sharing::{Share, Turn},
};
use crate::db::data_dir::DataDir;

const KNOCK_EVERY: Duration = Duration::from_millis(10);
/// Recovery after a crash replays at most `max_wal_size`; a slow disk is given its time.
const BUSY_LIMIT: Duration = Duration::from_secs(600);
/// PostgreSQL opens its socket first thing.
const SILENCE_LIMIT: Duration = Duration::from_secs(15);
/// How long what a killed PostgreSQL left behind may hold up a start,
const BLOCKED_LIMIT: Duration = Duration::from_secs(20);
/// and after how long we make its orphans leave.
const BLOCKED_POLITE: Duration = Duration::from_secs(1);
const RESTART_PAUSE: Duration = Duration::from_millis(200);
const RESTART_PAUSE_MAX: Duration = Duration::from_secs(10);
/// A PostgreSQL that lived as long as this was not dying in a loop.
const HEALTHY: Duration = Duration::from_secs(30);

/// One process's part in running PostgreSQL. Dropping it tells PostgreSQL to stop when [`Keeper::leave`] would
/// have stopped it.
#[derive(Debug)]
pub(super) struct Keeper {
    data: DataDir,
    place: Place,
    role: Role,
    socket_dir: PathBuf,
    /// `None` once we have left.
    share: Option<Share>,
    current: Option<Postmaster>,
}

enum Outcome {
    Serves,
    Ended,
    Silent,
}

impl Keeper {
    /// Enters among the users of the cluster.
    pub(super) fn new(data: DataDir, place: Place, role: Role, turn: &Turn) -> Result<Self> {
        let share = Some(Share::take(&data, turn)?);
        let socket_dir = place.socket_dir.clone();
        Ok(Self { data, place, role, socket_dir, share, current: None })
    }

    /// Where the socket is.
    pub(super) fn socket_dir(&self) -> &Path {
        &self.socket_dir
    }

    /// Joins the PostgreSQL that runs or starts one; returns when it serves. Takes the turn to its end, so that
    /// a keeper dropped after a failure finds it free.
    pub(super) async fn bring_up(&mut self, turn: Turn) -> Result<()> {
        let begun = Instant::now();
        loop {
            let stranger = match pid_file::look(&self.place.dir) {
                Found::Nothing => None,
                Found::Stranger(pid) => Some(pid),
                Found::Postmaster(pid, socket_dir) => {
                    let found = Postmaster::found(pid, &self.place.dir);
                    if self.join(found, socket_dir, &turn).await? {
                        return Ok(());
                    }
                    continue;
                }
            };
            let postmaster = self.current.insert(Postmaster::start(&self.place, stranger)?);
            turn.set_temporary((self.role == Role::Command).then_some(postmaster.pid()))?;
            let Some(said) = self.failure().await? else { return Ok(()) };
            if !is_passing(&said) || begun.elapsed() > BLOCKED_LIMIT {
                bail!("PostgreSQL n’a pas démarré (journal {}) :\n{said}", self.place.log.display());
            }
            if begun.elapsed() > BLOCKED_POLITE {
                postmaster::dismiss_orphans(&self.place).await;
            }
            sleep(RESTART_PAUSE).await;
        }
    }

    /// Uses a PostgreSQL that already runs; `false`: it is gone now.
    async fn join(&mut self, found: Postmaster, socket_dir: Option<PathBuf>, turn: &Turn) -> Result<bool> {
        let pid = found.pid();
        self.current = Some(found);
        self.socket_dir = socket_dir.unwrap_or_else(|| self.place.socket_dir.clone());
        match self.outcome().await? {
            // Someone has started it by hand, and a restart would part the server from its connections.
            Outcome::Serves if self.role == Role::Server && self.socket_dir != self.place.socket_dir => {
                tracing::warn!(%pid, "the PostgreSQL that runs has its socket elsewhere: replacing it");
            }
            Outcome::Serves => {
                tracing::info!(%pid, "using the PostgreSQL that already runs");
                if self.role == Role::Server {
                    turn.set_temporary(None)?;
                }
                return Ok(true);
            }
            Outcome::Ended => {}
            Outcome::Silent => tracing::warn!(%pid, "the PostgreSQL that runs does not answer: replacing it"),
        }
        self.socket_dir.clone_from(&self.place.socket_dir);
        if let Some(useless) = self.current.take() {
            useless.shut_down().await?;
        }
        Ok(false)
    }

    /// Waits for the PostgreSQL just started; `Some`: what it said before it gave up.
    async fn failure(&mut self) -> Result<Option<String>> {
        let outcome = self.outcome().await?;
        let Some(postmaster) = self.current.take() else { return Ok(None) };
        match outcome {
            Outcome::Serves => {
                tracing::info!(pid = %postmaster.pid(), "PostgreSQL serves");
                self.current = Some(postmaster);
                Ok(None)
            }
            Outcome::Ended => Ok(Some(postmaster.said(&self.place.log))),
            Outcome::Silent => {
                let said = postmaster.said(&self.place.log);
                postmaster.shut_down().await?;
                Ok(Some(said))
            }
        }
    }

    /// Knocks at the current PostgreSQL until it serves, ends or stays silent for too long.
    async fn outcome(&mut self) -> Result<Outcome> {
        let begun = Instant::now();
        let mut heard = begun;
        while self.current.as_mut().is_some_and(Postmaster::is_alive) {
            match link::knock(&self.socket_dir).await.context("PostgreSQL refuse la connexion")? {
                Answer::Ready => return Ok(Outcome::Serves),
                Answer::Busy if begun.elapsed() > BUSY_LIMIT => {
                    bail!("PostgreSQL n’a pas fini de démarrer (journal {})", self.place.log.display())
                }
                Answer::Busy => heard = Instant::now(),
                Answer::Silence if heard.elapsed() > SILENCE_LIMIT => return Ok(Outcome::Silent),
                Answer::Silence => {}
            }
            sleep(KNOCK_EVERY).await;
        }
        Ok(Outcome::Ended)
    }

    /// Restarts PostgreSQL whenever it dies, until told to stop (or until whoever could tell is gone).
    pub(super) async fn watch_until(mut self, stopped: oneshot::Receiver<()>) -> Self {
        tokio::select! {
            biased;
            _ = stopped => {}
            () = self.watch() => {}
        }
        self
    }

    async fn watch(&mut self) {
        let mut pause = RESTART_PAUSE;
        let mut up_since = Instant::now();
        loop {
            if let Some(postmaster) = &mut self.current {
                postmaster.ended().await;
                tracing::error!(pid = %postmaster.pid(), "PostgreSQL has ended unexpectedly: restarting it");
            }
            if up_since.elapsed() > HEALTHY {
                pause = RESTART_PAUSE;
            } else {
                sleep(pause).await;
                pause = (pause * 2).min(RESTART_PAUSE_MAX);
            }
            if let Err(error) = self.restart().await {
                tracing::error!(error = format!("{error:#}"), "PostgreSQL could not be restarted: trying again");
            }
            up_since = Instant::now();
        }
    }

    async fn restart(&mut self) -> Result<()> {
        let turn = Turn::take(&self.data).await?;
        self.bring_up(turn).await
    }

    /// Leaves the users of the cluster, and stops PostgreSQL when that is ours to do.
    pub(super) async fn leave(mut self) -> Result<()> {
        let turn = Turn::take(&self.data).await?;
        if let Some(postmaster) = self.depart(&turn)? {
            let pid = postmaster.pid();
            postmaster.shut_down().await?;
            turn.set_temporary(None)?;
            tracing::info!(%pid, "PostgreSQL has stopped");
        }
        Ok(())
    }

    /// Leaves the users of the cluster; returns the PostgreSQL that we have to stop, if any.
    fn depart(&mut self, turn: &Turn) -> Result<Option<Postmaster>> {
        let Some(share) = self.share.take() else { return Ok(None) };
        let alone = share.give_back(&self.data, turn)?;
        let Some(postmaster) = self.running() else { return Ok(None) };
        match self.role {
            Role::Server if !alone => {
                tracing::info!("a command still uses PostgreSQL: it will stop it");
                turn.set_temporary(Some(postmaster.pid()))?;
                Ok(None)
            }
            Role::Command if !alone || turn.temporary() != Some(postmaster.pid()) => Ok(None),
            Role::Server | Role::Command => Ok(Some(postmaster)),
        }
    }

    /// The PostgreSQL of now: ours, or one that a server has started in the place of ours.
    fn running(&mut self) -> Option<Postmaster> {
        if let Some(mut ours) = self.current.take()
            && ours.is_alive()
        {
            return Some(ours);
        }
        match pid_file::look(&self.place.dir) {
            Found::Postmaster(pid, _) => Some(Postmaster::found(pid, &self.place.dir)),
            Found::Nothing | Found::Stranger(_) => None,
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        if self.share.is_some()
            && let Ok(Some(turn)) = Turn::try_take(&self.data)
            && let Ok(Some(mut postmaster)) = self.depart(&turn)
        {
            postmaster.ask_to_stop();
        }
    }
}

/// What a PostgreSQL says that finds the remains of a killed one, which pass by themselves; one that was itself
/// killed says nothing.
fn is_passing(said: &str) -> bool {
    said.is_empty()
        || said.contains("pre-existing shared memory block")
        || said.contains("lock file \"postmaster.pid\" already exists")
}
