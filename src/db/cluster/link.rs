//! How the app reaches its cluster: by a socket in a private folder, as the cluster's own user.

use std::{fmt::Write as _, os::unix::ffi::OsStrExt as _, path::Path, time::Duration};

use sqlx::{
    Connection as _, Error, PgConnection,
    postgres::{PgConnectOptions, PgSslMode},
};

/// The superuser that `initdb` makes; nobody else uses the cluster.
pub(super) const USER: &str = "nexus";
/// The product's database.
pub(super) const DATABASE: &str = "nexus";
/// Names the socket's file; no port is listened on.
pub(super) const PORT: u16 = 5432;
/// The longest path of a socket that every system takes, in bytes (macOS: 103, Linux: 107).
const SOCKET_PATH_MAX: usize = 103;

const ANSWER_LIMIT: Duration = Duration::from_secs(5);

/// What PostgreSQL says when someone knocks.
#[derive(Debug)]
pub(super) enum Answer {
    /// It serves, and the product's database exists.
    Ready,
    /// It runs but is starting, recovering, stopping or still making the database.
    Busy,
    /// Nothing listens, or it does not answer.
    Silence,
}

/// Whether a socket in this folder can be bound, connected to and written as a URL.
pub(super) fn fits(socket_dir: &Path) -> bool {
    let file = socket_dir.join(format!(".s.PGSQL.{PORT}"));
    file.as_os_str().len() <= SOCKET_PATH_MAX && file.to_str().is_some()
}

/// Options that take neither place nor person from `PG…` variables or a password file.
pub(super) fn options(socket_dir: &Path, database: &str) -> PgConnectOptions {
    PgConnectOptions::new_without_pgpass()
        .socket(socket_dir)
        .port(PORT)
        .username(USER)
        .database(database)
        .ssl_mode(PgSslMode::Disable)
        .application_name("nexus")
}

/// The URL of the product's database.
pub(super) fn url(socket_dir: &Path) -> String {
    let mut url = format!("postgres://{USER}@localhost:{PORT}/{DATABASE}?host=");
    for &byte in socket_dir.as_os_str().as_bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => url.push(char::from(byte)),
            // Writing to a String cannot fail.
            _ => drop(write!(url, "%{byte:02X}")),
        }
    }
    url
}

/// Connects once; makes the product's database when it is missing.
///
/// # Errors
/// PostgreSQL answered, but refuses us for a reason that waiting does not change.
pub(super) async fn knock(socket_dir: &Path) -> Result<Answer, Error> {
    match connect(socket_dir, DATABASE).await {
        Err(error) if code(&error).as_deref() == Some("3D000") => match create_database(socket_dir).await {
            Ok(()) => Ok(Answer::Ready),
            Err(error) => understand(error),
        },
        Err(error) => understand(error),
        Ok(connection) => {
            connection.close().await.ok();
            Ok(Answer::Ready)
        }
    }
}

async fn connect(socket_dir: &Path, database: &str) -> Result<PgConnection, Error> {
    tokio::time::timeout(ANSWER_LIMIT, PgConnection::connect_with(&options(socket_dir, database)))
        .await
        .unwrap_or(Err(Error::PoolTimedOut))
}

async fn create_database(socket_dir: &Path) -> Result<(), Error> {
    let mut connection = connect(socket_dir, "postgres").await?;
    sqlx::query("create database nexus").execute(&mut connection).await?;
    connection.close().await
}

fn understand(error: Error) -> Result<Answer, Error> {
    match code(&error).as_deref() {
        // cannot_connect_now: starting up, in recovery, shutting down
        Some("57P03") => Ok(Answer::Busy),
        // duplicate_database, unique_violation, object_in_use: the session of an app killed a moment ago is
        // still making the database
        Some("42P04" | "23505" | "55006") => Ok(Answer::Busy),
        // too_many_connections: it serves others
        Some("53300") => Ok(Answer::Ready),
        Some(_) => Err(error),
        None => Ok(Answer::Silence),
    }
}

fn code(error: &Error) -> Option<String> {
    error.as_database_error()?.code().map(String::from)
}
