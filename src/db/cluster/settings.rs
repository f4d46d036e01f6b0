//! What is appended to the `postgresql.conf` of a new cluster, where the owner of the machine may change it.

use std::fs;

/// Memory of PostgreSQL's own cache in MB: the least, and the most that the figures of `ops/bench` were seen to need.
const CACHE_MB: (u64, u64) = (128, 1024);

/// The settings for this machine.
pub(super) fn text() -> String {
    let memory = fs::read_to_string("/proc/meminfo").ok().as_deref().and_then(total_mb);
    settings(cache_mb(memory))
}

/// An eighth of the machine's memory, which PostgreSQL shares with the app: a busy index stays in the cache, and is not
/// written out to make room in the middle of a request. The least when the memory is unknown.
fn cache_mb(memory_mb: Option<u64>) -> u64 {
    memory_mb.map_or(CACHE_MB.0, |mb| mb / 8).clamp(CACHE_MB.0, CACHE_MB.1)
}

/// `MemTotal` of `/proc/meminfo`, in MB.
fn total_mb(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kb| kb / 1024)
}

fn settings(cache_mb: u64) -> String {
    format!(
        "
# --- Nexus Reussite: private cluster -------------------------------------------------
# Reached by its socket only, in a folder closed to other people.
listen_addresses = ''
unix_socket_permissions = 0700
# What was acknowledged survives a crash.
fsync = on
synchronous_commit = on
full_page_writes = on
# It shares the machine with the app: an eighth of the memory.
max_connections = 60
shared_buffers = {cache_mb}MB
# After a checkpoint, the first change of each page is logged whole: few checkpoints, each spread over most of its time.
max_wal_size = 1GB
checkpoint_timeout = 15min
jit = off
timezone = 'UTC'
# The log says what went wrong, without the data of people (values are in details and statements).
lc_messages = 'C'
log_min_messages = warning
log_checkpoints = off
log_error_verbosity = terse
log_min_error_statement = panic
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cache_is_an_eighth_of_the_memory_within_limits() {
        assert_eq!(cache_mb(total_mb("MemTotal:        4028336 kB\nMemFree: 12 kB\n")), 491);
        assert_eq!([None, Some(512), Some(65_536)].map(cache_mb), [128, 128, 1024]);
        assert_eq!([total_mb(""), total_mb("MemTotal: many kB")], [None, None]);
        assert!(settings(491).contains("\nshared_buffers = 491MB\n"));
    }
}
