//! The main process of PostgreSQL: our child, or one that we found running and joined.

use std::{
    fs,
    io::{Read as _, Seek as _, SeekFrom},
    os::unix::ffi::{OsStrExt as _, OsStringExt as _},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tokio::{
    process::Child,
    time::{sleep, timeout},
};

use super::{
    link, pid_file,
    place::{Place, make_private},
};
use crate::db::data_dir::open_private;

/// The log is put aside at a start when it has grown beyond this, in bytes.
const LOG_MAX: u64 = 10 * 1024 * 1024;
const POLL: Duration = Duration::from_millis(100);
/// A fast shutdown writes a checkpoint, which a slow disk may take long for.
const FAST_LIMIT: Duration = Duration::from_secs(30);
const IMMEDIATE_LIMIT: Duration = Duration::from_secs(10);

/// A running (or just ended) main process.
#[derive(Debug)]
pub(super) struct Postmaster {
    pid: Pid,
    dir: PathBuf,
    /// `None`: started by another process.
    child: Option<Child>,
    /// Where its messages begin in the log.
    log_start: u64,
}

impl Postmaster {
    /// Starts PostgreSQL and returns at once. `stranger` is a process that got the number of the PostgreSQL
    /// that ran here before.
    pub(super) fn start(place: &Place, stranger: Option<Pid>) -> Result<Self> {
        make_private(&place.socket_dir, &place.user)?;
        put_aside_long_log(&place.log);
        let log = open_private(&place.log, true, place.heir)
            .with_context(|| format!("Le journal {} ne s’ouvre pas", place.log.display()))?;
        let log_start = log.metadata().map_or(0, |log| log.len());
        let mut command = place.user.command(&place.binaries.program("postgres"));
        command.arg("-D").arg(&place.dir);
        command.arg("-k").arg(listed(&place.socket_dir)).args(["-p", &link::PORT.to_string(), "-h", ""]);
        if let Some(pid) = stranger {
            // PostgreSQL's own way of knowing that a process named in its pid file is not a PostgreSQL; unlike
            // removing the file, it keeps the check that nobody still holds the shared memory.
            command.env("PG_GRANDPARENT_PID", pid.to_string());
        }
        command.stdout(log.try_clone()?).stderr(log);
        let child = command.spawn().with_context(|| {
            format!("PostgreSQL ({}) ne peut pas être lancé", place.binaries.program("postgres").display())
        })?;
        let pid = child.id().and_then(|pid| i32::try_from(pid).ok()).context("PostgreSQL s’est arrêté aussitôt")?;
        Ok(Self { pid: Pid::from_raw(pid), dir: place.dir.clone(), child: Some(child), log_start })
    }

    /// One that another process has started.
    pub(super) fn found(pid: Pid, dir: &Path) -> Self {
        Self { pid, dir: dir.to_owned(), child: None, log_start: 0 }
    }

    /// Its process number.
    pub(super) fn pid(&self) -> Pid {
        self.pid
    }

    /// Whether it still runs.
    pub(super) fn is_alive(&mut self) -> bool {
        match &mut self.child {
            Some(child) => matches!(child.try_wait(), Ok(None)),
            None => pid_file::works_in(self.pid, &self.dir),
        }
    }

    /// Returns when it has ended.
    pub(super) async fn ended(&mut self) {
        match &mut self.child {
            Some(child) => drop(child.wait().await),
            None => {
                while pid_file::works_in(self.pid, &self.dir) {
                    sleep(POLL).await;
                }
            }
        }
    }

    /// Asks for a fast shutdown: ends the connections, writes everything, leaves a clean cluster.
    pub(super) fn ask_to_stop(&mut self) {
        self.signal(Signal::SIGINT);
    }

    /// Stops it in order; one that does not obey is stopped without order, which recovery makes good.
    pub(super) async fn shut_down(mut self) -> Result<()> {
        self.ask_to_stop();
        if timeout(FAST_LIMIT, self.ended()).await.is_ok() {
            return Ok(());
        }
        tracing::warn!(pid = %self.pid, "PostgreSQL does not stop: telling it to drop everything");
        self.signal(Signal::SIGQUIT);
        if timeout(IMMEDIATE_LIMIT, self.ended()).await.is_err() {
            bail!("PostgreSQL (processus {}) ne s’arrête pas", self.pid);
        }
        Ok(())
    }

    fn signal(&mut self, signal: Signal) {
        // Only to a process known to be ours: numbers are used again.
        if self.is_alive() {
            kill(self.pid, signal).ok();
            // One that someone has paused must wake up to obey.
            kill(self.pid, Signal::SIGCONT).ok();
        }
    }

    /// What it wrote to the log since its start.
    pub(super) fn said(&self, log: &Path) -> String {
        let read = || -> std::io::Result<String> {
            let mut file = fs::File::open(log)?;
            file.seek(SeekFrom::Start(self.log_start))?;
            let mut bytes = Vec::new();
            file.take(64 * 1024).read_to_end(&mut bytes)?;
            Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
        };
        read().unwrap_or_default()
    }
}

/// Tells the children of a killed main process to drop their work and leave: one that is busy with a long query
/// has not noticed, and while it holds the shared memory PostgreSQL does not start again. Its work was never
/// acknowledged. Only to be called when the main process is known to be dead; does nothing without `/proc`.
pub(super) async fn dismiss_orphans(place: &Place) {
    const SCRIPT: &str = r#"
        for process in /proc/[0-9]*; do
            if [ "$(readlink "$process/cwd")" = "$0" ] && [ "$(cat "$process/comm")" = postgres ]; then
                kill -QUIT "${process#/proc/}"
            fi
        done"#;
    tracing::warn!("telling the orphans of a killed PostgreSQL to leave");
    // As their own user, who may look at them even where a container's root may not, and can hit nobody else's.
    let mut shell = place.user.command(Path::new("/bin/sh"));
    shell.args(["-c", SCRIPT]).arg(&place.dir).stdout(Stdio::null()).stderr(Stdio::null());
    shell.status().await.ok();
}

/// A folder as PostgreSQL reads it in a list: a comma or space in the name must not part it.
fn listed(dir: &Path) -> std::ffi::OsString {
    let mut quoted = vec![b'"'];
    for &byte in dir.as_os_str().as_bytes() {
        quoted.extend(std::iter::repeat_n(byte, if byte == b'"' { 2 } else { 1 }));
    }
    quoted.push(b'"');
    std::ffi::OsString::from_vec(quoted)
}

fn put_aside_long_log(log: &Path) {
    if log.symlink_metadata().is_ok_and(|found| found.len() > LOG_MAX) {
        fs::rename(log, log.with_extension("log.1")).ok();
    }
}
