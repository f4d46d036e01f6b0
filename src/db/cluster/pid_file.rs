//! `postmaster.pid`: whether PostgreSQL runs on a cluster, and since the file survives a crash, whether the
//! process that it names is still that PostgreSQL or a stranger who got its number.

use std::{
    fs,
    os::unix::ffi::OsStrExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use nix::{sys::signal::kill, unistd::Pid};

/// What the file and the list of processes say.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// No file, or the process is gone (PostgreSQL then cleans up by itself).
    Nothing,
    /// The main process of this cluster runs; its socket is in this folder, once it has one.
    Postmaster(Pid, Option<PathBuf>),
    /// The number belongs to another program by now.
    Stranger(Pid),
}

/// Looks at the cluster in `dir` (an absolute path free of links).
pub(super) fn look(dir: &Path) -> Found {
    let bytes = fs::read(dir.join("postmaster.pid")).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let Some(pid) = lines.first().and_then(|line| line.parse::<i32>().ok()).filter(|pid| *pid > 1) else {
        return Found::Nothing;
    };
    let pid = Pid::from_raw(pid);
    if works_in(pid, dir) {
        let socket_dir = lines.get(4).filter(|line| !line.is_empty());
        Found::Postmaster(pid, socket_dir.map(PathBuf::from))
    } else if kill(pid, None).is_ok() {
        Found::Stranger(pid)
    } else {
        Found::Nothing
    }
}

/// Whether this process is a PostgreSQL of the cluster in `dir`. A zombie is not.
pub(super) fn works_in(pid: Pid, dir: &Path) -> bool {
    let proc = PathBuf::from(format!("/proc/{pid}"));
    // PostgreSQL works in its data folder.
    if let Ok(folder) = fs::read_link(proc.join("cwd")) {
        return folder == dir && is_postgres(&proc);
    }
    // A container's root may not see the folder of another user's process, but its arguments.
    if let Ok(arguments) = fs::read(proc.join("cmdline")) {
        return arguments.split(|byte| *byte == 0).any(|argument| argument == dir.as_os_str().as_bytes());
    }
    !Path::new("/proc/self").exists() && ps_says(pid, dir)
}

/// Where there is no `/proc` (macOS, BSD).
fn ps_says(pid: Pid, dir: &Path) -> bool {
    let output = Command::new("ps").args(["-ww", "-o", "command=", "-p", &pid.to_string()]).output();
    output.is_ok_and(|output| {
        let line = String::from_utf8_lossy(&output.stdout).into_owned();
        line.contains("postgres") && line.contains(&*dir.to_string_lossy())
    })
}

fn is_postgres(proc: &Path) -> bool {
    fs::read_to_string(proc.join("comm")).is_ok_and(|name| name.starts_with("postgres"))
}
