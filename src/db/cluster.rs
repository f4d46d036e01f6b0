//! The private PostgreSQL cluster, used when `DATABASE_URL` is absent: found or made, started or joined,
//! watched and stopped without anyone having to know PostgreSQL.
//!
//! Always true:
//! - a cluster is initialised beside its place and renamed into it, so what stands there is complete;
//! - PostgreSQL listens on a socket in a folder closed to other people, and on no port;
//! - who uses the cluster holds a shared lock, and only the last to leave may stop it ([`sharing`]);
//! - starting and stopping happen one process at a time;
//! - settings are durable: what PostgreSQL has acknowledged survives `kill -9` of the app and of PostgreSQL.

mod binaries;
mod db_user;
mod initdb;
mod keeper;
mod link;
mod pid_file;
mod place;
mod postmaster;
mod settings;
mod sharing;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use sqlx::postgres::PgConnectOptions;
use tokio::{sync::oneshot, task::JoinHandle};

use self::{keeper::Keeper, place::Place};
use super::data_dir::DataDir;

/// What the process that uses the cluster is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The server, holder of the [`super::data_dir::ServerLock`]: restarts PostgreSQL when it dies, stops it at
    /// the end (unless a command still works: then that command stops it).
    Server,
    /// A command: leaves a running PostgreSQL as it is, and stops at the end only what a command has started
    /// and nobody else uses.
    Command,
}

/// A running private cluster and this process's hold on it. Give it back with [`Cluster::stop`]; when it is
/// dropped instead, PostgreSQL is told to stop but not waited for.
#[derive(Debug)]
pub struct Cluster {
    hold: Hold,
    folder: PathBuf,
    socket_dir: PathBuf,
    notice: Option<String>,
}

#[derive(Debug)]
enum Hold {
    /// A task restarts PostgreSQL when it dies, and hands the keeper back when told to stop.
    Watched {
        stop: oneshot::Sender<()>,
        task: JoinHandle<Keeper>,
    },
    Plain(Box<Keeper>),
}

impl Cluster {
    /// Finds or makes the cluster of this data folder, starts PostgreSQL or joins the one that runs, and
    /// returns once the database answers. Waits while another process is starting or stopping it. Dropping
    /// the future is safe: nothing half-made stays, and a PostgreSQL just started is told to stop.
    ///
    /// # Errors
    /// In French, for the person at the terminal: PostgreSQL is missing (with the command that installs it),
    /// of another version than the data, refused to start (with the end of its log), or the folder is unusable.
    pub async fn ensure(data: &DataDir, role: Role) -> Result<Self> {
        Self::ensure_with(data, role, Path::new(place::ELSEWHERE)).await
    }

    /// [`Cluster::ensure`] with the folder that takes the cluster when the data folder is closed to its user.
    async fn ensure_with(data: &DataDir, role: Role, elsewhere: &Path) -> Result<Self> {
        let turn = sharing::Turn::take(data).await?;
        let place = Place::resolve(data, elsewhere)?;
        if !place.is_initialised() {
            initdb::initialise(&place).await?;
        }
        let (folder, notice) = (place.dir.clone(), place.notice());
        let mut keeper = Keeper::new(data.clone(), place, role, &turn)?;
        keeper.bring_up(turn).await?;
        let socket_dir = keeper.socket_dir().to_owned();
        let hold = match role {
            Role::Command => Hold::Plain(Box::new(keeper)),
            Role::Server => {
                let (stop, stopped) = oneshot::channel();
                Hold::Watched { stop, task: tokio::spawn(keeper.watch_until(stopped)) }
            }
        };
        Ok(Self { hold, folder, socket_dir, notice })
    }

    /// How to connect: by the socket, as the cluster's own user, to the product's database.
    pub fn connect_options(&self) -> PgConnectOptions {
        link::options(&self.socket_dir, link::DATABASE)
    }

    /// The same as an address, for `DATABASE_URL`, `psql` and `pg_dump`.
    pub fn url(&self) -> String {
        link::url(&self.socket_dir)
    }

    /// The folder that holds the data of the cluster.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// A sentence to show when the cluster could not live in the data folder: it says where it is.
    pub fn notice(&self) -> Option<&str> {
        self.notice.as_deref()
    }

    /// Leaves the cluster; stops PostgreSQL in order when nobody else uses it and this role may (see [`Role`]).
    ///
    /// # Errors
    /// PostgreSQL did not stop, even when told to drop everything.
    pub async fn stop(self) -> Result<()> {
        let keeper = match self.hold {
            Hold::Plain(keeper) => *keeper,
            Hold::Watched { stop, task } => {
                // The task can be gone only by a panic, which the join reports.
                let _ = stop.send(());
                task.await.context("La surveillance de PostgreSQL s’est arrêtée")?
            }
        };
        keeper.leave().await
    }
}
