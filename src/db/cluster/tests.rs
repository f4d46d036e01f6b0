//! The private cluster, with a real PostgreSQL: first start, crashes of every part, several processes at once.

use std::{
    fs,
    os::unix::{fs::PermissionsExt as _, process::ExitStatusExt as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::{Pid, Uid},
};
use sqlx::{Connection as _, PgConnection, postgres::PgConnectOptions};

use super::{
    Cluster, Role,
    binaries::Binaries,
    db_user::DbUser,
    link,
    pid_file::{Found, look},
};
use crate::db::data_dir::DataDir;

/// A data folder that goes away with its test.
struct Scratch {
    path: PathBuf,
    data: DataDir,
}

impl Scratch {
    fn new() -> Self {
        Self::named("")
    }

    fn named(suffix: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("nexus-t{}-{number}{suffix}", std::process::id()));
        let data = DataDir::open(&path).expect("data folder");
        Self { path, data }
    }

    async fn ensure(&self, role: Role) -> Cluster {
        Cluster::ensure(&self.data, role).await.expect("cluster")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.path).ok();
    }
}

async fn run(cluster: &Cluster, sql: &'static str) {
    let mut connection = PgConnection::connect_with(&cluster.connect_options()).await.expect("connection");
    sqlx::query(sql).execute(&mut connection).await.expect(sql);
}

async fn text(options: &PgConnectOptions, sql: &'static str) -> Result<String, sqlx::Error> {
    let mut connection = PgConnection::connect_with(options).await?;
    sqlx::query_scalar(sql).fetch_one(&mut connection).await
}

/// Asks until it answers: how the app's pool sees a restart.
async fn text_at_last(cluster: &Cluster, sql: &'static str) -> String {
    let limit = Instant::now() + Duration::from_secs(30);
    loop {
        match text(&cluster.connect_options(), sql).await {
            Ok(answer) => return answer,
            Err(error) if Instant::now() > limit => panic!("no answer: {error}"),
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}

fn running(cluster_folder: &Path) -> Option<Pid> {
    match look(cluster_folder) {
        Found::Postmaster(pid, _) => Some(pid),
        Found::Nothing | Found::Stranger(_) => None,
    }
}

async fn wait_until(what: &str, mut done: impl FnMut() -> bool) {
    let limit = Instant::now() + Duration::from_secs(30);
    while !done() {
        assert!(Instant::now() < limit, "in vain: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// This test program again, as an app that runs a server on the folder until it is killed.
fn spawn_app(data: &Path) -> Child {
    let (_, module) = module_path!().split_once("::").expect("a module of the crate");
    Command::new(std::env::current_exe().expect("test program"))
        .args(["--exact", &format!("{module}::an_app_to_be_killed"), "--nocapture"])
        .env("NEXUS_TEST_APP", data)
        .stdout(Stdio::null())
        .spawn()
        .expect("app")
}

fn kill_app(mut app: Child) {
    app.kill().expect("kill");
    assert_eq!(app.wait().expect("status").signal(), Some(9), "the app ended before it was killed");
}

#[tokio::test]
async fn an_app_to_be_killed() {
    // Not a test of its own: the other process of the tests that kill one.
    let Some(path) = std::env::var_os("NEXUS_TEST_APP") else { return };
    let data = DataDir::open(path).expect("data folder");
    let _lock = data.lock_for_server().expect("server lock");
    let _cluster = Cluster::ensure(&data, Role::Server).await.expect("cluster");
    tokio::time::sleep(Duration::from_secs(60)).await;
}

#[tokio::test]
async fn the_first_start_makes_a_durable_cluster_and_the_second_finds_its_data() {
    let scratch = Scratch::named(" é, \"%2F\"");
    let begun = Instant::now();
    let cluster = scratch.ensure(Role::Server).await;
    run(&cluster, "create table kept as select 'œuvre'::text as word").await;
    println!("first start to first answer: {:?}", begun.elapsed());
    for (setting, value) in [
        ("select current_setting('fsync')", "on"),
        ("select current_setting('synchronous_commit')", "on"),
        ("select current_setting('full_page_writes')", "on"),
        ("select current_setting('listen_addresses')", ""),
        ("select current_setting('server_encoding')", "UTF8"),
        ("select current_user || '@' || current_database()", "nexus@nexus"),
    ] {
        assert_eq!(text(&cluster.connect_options(), setting).await.expect(setting), value, "{setting}");
    }
    assert!(cluster.socket_dir.starts_with(scratch.data.path()), "the odd name fits in a socket's path");
    let by_url: PgConnectOptions = cluster.url().parse().expect("a valid URL");
    assert_eq!(text(&by_url, "select word from kept").await.expect("the same database"), "œuvre");
    assert_eq!(cluster.notice(), None);
    let folder = cluster.folder().to_owned();
    cluster.stop().await.expect("stop");
    assert_eq!(running(&folder), None);
    assert!(!folder.join("postmaster.pid").exists(), "stopped in order");

    let begun = Instant::now();
    let cluster = scratch.ensure(Role::Server).await;
    assert_eq!(text(&cluster.connect_options(), "select word from kept").await.expect("the data"), "œuvre");
    println!("existing cluster to first answer: {:?}", begun.elapsed());
    cluster.stop().await.expect("stop");
}

#[tokio::test]
async fn data_survive_a_kill_of_postgresql_and_the_server_restarts_it() {
    let scratch = Scratch::new();
    let cluster = scratch.ensure(Role::Server).await;
    run(&cluster, "create table kept as select 'there'::text as word").await;
    let killed = running(cluster.folder()).expect("running");
    let begun = Instant::now();
    kill(killed, Signal::SIGKILL).expect("kill");
    wait_until("the end", || running(cluster.folder()) != Some(killed)).await;
    assert_eq!(text_at_last(&cluster, "select word from kept").await, "there");
    println!("killed to answering again: {:?}", begun.elapsed());
    assert_ne!(running(cluster.folder()).expect("running"), killed);
    cluster.stop().await.expect("stop");
}

#[tokio::test]
async fn a_busy_orphan_of_a_killed_postgresql_does_not_hold_up_its_restart() {
    let scratch = Scratch::new();
    let cluster = scratch.ensure(Role::Server).await;
    let options = cluster.connect_options();
    let busy = tokio::spawn(async move { text(&options, "do $$ begin loop end loop; end $$").await });
    let is_busy = "select coalesce(max(state), '') from pg_stat_activity where query like 'do $$%'";
    while text_at_last(&cluster, is_busy).await != "active" {}
    let killed = running(cluster.folder()).expect("running");
    kill(killed, Signal::SIGKILL).expect("kill");
    wait_until("the end", || running(cluster.folder()) != Some(killed)).await;
    assert_eq!(text_at_last(&cluster, "select 'back'").await, "back");
    assert!(busy.await.expect("task").is_err(), "its work was never acknowledged");
    cluster.stop().await.expect("stop");
}

#[tokio::test]
async fn an_app_killed_with_9_leaves_a_postgresql_that_the_next_server_joins_and_stops() {
    let scratch = Scratch::new();
    let app = spawn_app(&scratch.path);
    let root = scratch.path.join("postgres");
    let folder =
        || fs::read_dir(&root).into_iter().flatten().flatten().map(|e| e.path()).find(|p| running(p).is_some());
    wait_until("the app's PostgreSQL", || folder().is_some_and(|folder| postmaster_is_ready(&folder))).await;
    let refusal = scratch.data.lock_for_server().expect_err("the app holds the lock").to_string();
    assert!(refusal.contains(&format!("processus {}", app.id())), "{refusal}");
    kill_app(app);
    let left = folder().and_then(|folder| running(&folder)).expect("still running");

    let _lock = scratch.data.lock_for_server().expect("the lock went with the app");
    let cluster = scratch.ensure(Role::Server).await;
    assert_eq!(running(cluster.folder()), Some(left));
    // Joined is watched like started.
    kill(left, Signal::SIGKILL).expect("kill");
    wait_until("the end", || running(cluster.folder()) != Some(left)).await;
    assert_eq!(text_at_last(&cluster, "select 'back'").await, "back");
    let folder = cluster.folder().to_owned();
    cluster.stop().await.expect("stop");
    assert_eq!(running(&folder), None);
}

fn postmaster_is_ready(folder: &Path) -> bool {
    fs::read_to_string(folder.join("postmaster.pid")).is_ok_and(|text| text.contains("ready"))
}

#[tokio::test]
async fn a_first_start_interrupted_by_kill_9_is_not_taken_for_a_cluster() {
    let scratch = Scratch::new();
    let root = scratch.path.join("postgres");
    let names =
        || fs::read_dir(&root).into_iter().flatten().flatten().map(|e| e.file_name().into_string().expect("name"));
    let app = spawn_app(&scratch.path);
    let draft = || names().find(|name| name.contains(".new-") && root.join(name).join("base").exists());
    wait_until("a cluster in the making", || draft().is_some()).await;
    kill_app(app);
    assert!(names().all(|name| name.parse::<u32>().is_err()), "nothing stands in the cluster's place");

    let cluster = scratch.ensure(Role::Server).await;
    assert_eq!(text(&cluster.connect_options(), "select 'whole'").await.expect("answer"), "whole");
    cluster.stop().await.expect("stop");
    // The initdb that lost its parent may have written to its end; the next start would have removed that too.
}

#[tokio::test]
async fn a_pid_file_whose_number_went_to_another_program_does_not_prevent_the_start() {
    let scratch = Scratch::new();
    let cluster = scratch.ensure(Role::Command).await;
    let folder = cluster.folder().to_owned();
    let user = DbUser::owner_of(&folder).expect("owner");
    let mut stranger = user.command(Path::new("/bin/sleep")).arg("60").kill_on_drop(true).spawn().expect("sleep");
    let pid = running(&folder).expect("running");
    kill(pid, Signal::SIGKILL).expect("kill");
    wait_until("the end", || running(&folder).is_none()).await;
    let file = folder.join("postmaster.pid");
    let old = fs::read_to_string(&file).expect("left by the kill");
    let number = stranger.id().expect("runs").to_string();
    fs::write(&file, old.replacen(&pid.to_string(), &number, 1)).expect("write");
    drop(cluster);

    assert!(matches!(look(&folder), Found::Stranger(_)));
    let cluster = scratch.ensure(Role::Command).await;
    assert!(running(&folder).is_some());
    cluster.stop().await.expect("stop");
    assert!(stranger.try_wait().expect("state").is_none(), "the stranger is left alone");
}

#[tokio::test]
async fn a_database_that_a_killed_app_was_making_is_waited_for() {
    async fn wait(socket_dir: &Path) {
        while !matches!(link::knock(socket_dir).await.expect("no refusal"), link::Answer::Ready) {}
    }
    let scratch = Scratch::new();
    let cluster = scratch.ensure(Role::Command).await;
    let mut other = PgConnection::connect_with(&link::options(&cluster.socket_dir, "postgres")).await.expect("connect");
    sqlx::query("drop database nexus").execute(&mut other).await.expect("drop");
    let dir = &cluster.socket_dir;
    tokio::join!(wait(dir), wait(dir), wait(dir), wait(dir));
    other.close().await.expect("close");
    cluster.stop().await.expect("stop");
}

#[test]
fn a_second_server_on_the_same_folder_is_refused_with_a_clear_sentence() {
    let scratch = Scratch::new();
    let first = scratch.data.lock_for_server().expect("free");
    let refusal = DataDir::open(&scratch.path).expect("open").lock_for_server().expect_err("held").to_string();
    assert!(refusal.starts_with("Un serveur Nexus Réussite (processus "), "{refusal}");
    assert!(refusal.contains(&std::process::id().to_string()), "{refusal}");
    assert!(refusal.contains(scratch.data.path().to_str().expect("text")), "{refusal}");
    drop(first);
    scratch.data.lock_for_server().expect("free again");
}

#[tokio::test]
async fn a_command_beside_a_running_server_uses_its_cluster_and_leaves_it_running() {
    let scratch = Scratch::new();
    let server = scratch.ensure(Role::Server).await;
    let pid = running(server.folder());
    let begun = Instant::now();
    let command = scratch.ensure(Role::Command).await;
    println!("command beside a server: {:?}", begun.elapsed());
    run(&command, "create table made_by_command as select 'seen'::text as word").await;
    command.stop().await.expect("leave");
    assert_eq!(running(server.folder()), pid);
    assert_eq!(text_at_last(&server, "select word from made_by_command").await, "seen");

    // A server that ends before a command leaves PostgreSQL to it, and the command stops it.
    let command = scratch.ensure(Role::Command).await;
    server.stop().await.expect("leave");
    assert_eq!(running(command.folder()), pid);
    assert_eq!(text(&command.connect_options(), "select 'works'").await.expect("still there"), "works");
    let folder = command.folder().to_owned();
    command.stop().await.expect("stop");
    assert_eq!(running(&folder), None);
}

#[tokio::test]
async fn the_last_command_stops_what_commands_started_unless_a_server_took_it_over() {
    let scratch = Scratch::new();
    let (first, second) = tokio::join!(scratch.ensure(Role::Command), scratch.ensure(Role::Command));
    let folder = first.folder().to_owned();
    let pid = running(&folder);
    first.stop().await.expect("leave");
    assert_eq!(running(&folder), pid, "the second command works on");
    second.stop().await.expect("stop");
    assert_eq!(running(&folder), None, "the last one stops it");

    let command = scratch.ensure(Role::Command).await;
    let pid = running(&folder);
    let server = scratch.ensure(Role::Server).await;
    command.stop().await.expect("leave");
    assert_eq!(running(&folder), pid, "it is the server's now");
    server.stop().await.expect("stop");
    assert_eq!(running(&folder), None);
}

#[tokio::test]
async fn a_cluster_dropped_without_a_word_is_stopped_all_the_same() {
    let scratch = Scratch::new();
    let cluster = scratch.ensure(Role::Server).await;
    let folder = cluster.folder().to_owned();
    drop(cluster);
    wait_until("the end", || running(&folder).is_none() && !folder.join("postmaster.pid").exists()).await;
}

#[tokio::test]
async fn a_data_folder_with_a_very_long_and_odd_name_works_by_a_socket_elsewhere() {
    let scratch = Scratch::named(&format!(" d'élève, \"50 %\" & +{}", "x".repeat(90)));
    let cluster = scratch.ensure(Role::Command).await;
    let socket_dir = cluster.socket_dir.clone();
    assert!(socket_dir.starts_with("/tmp") && link::fits(&socket_dir), "{}", socket_dir.display());
    let mode = fs::metadata(&socket_dir).expect("folder").permissions().mode();
    assert_eq!(mode & 0o777, 0o700, "closed to others");
    let by_url: PgConnectOptions = cluster.url().parse().expect("URL");
    assert_eq!(text(&by_url, "select 'answer'").await.expect("connection"), "answer");
    let (pid, folder) = (running(cluster.folder()), cluster.folder().to_owned());
    let server = scratch.ensure(Role::Server).await;
    assert_eq!((&server.socket_dir, running(&folder)), (&socket_dir, pid), "joined, not replaced");
    cluster.stop().await.expect("leave");
    server.stop().await.expect("stop");
    fs::remove_dir(socket_dir).expect("an empty folder");
}

#[tokio::test]
async fn a_folder_closed_to_the_database_user_has_its_cluster_elsewhere_and_says_where() {
    let home = Scratch::new();
    let elsewhere = Scratch::new();
    let closed = home.path.join("home");
    fs::create_dir(&closed).expect("folder");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).expect("closed");
    let data = DataDir::open(closed.join("data")).expect("data folder");
    let cluster = Cluster::ensure_with(&data, Role::Command, elsewhere.data.path()).await.expect("cluster");
    assert_eq!(text(&cluster.connect_options(), "select 'answer'").await.expect("connection"), "answer");
    if Uid::effective().is_root() {
        assert!(cluster.folder().starts_with(elsewhere.data.path()), "{}", cluster.folder().display());
        let notice = cluster.notice().expect("a notice");
        assert!(notice.contains(cluster.folder().to_str().expect("text")), "{notice}");
    } else {
        assert!(cluster.folder().starts_with(data.path()), "our own folder is not closed to us");
        assert_eq!(cluster.notice(), None);
    }
    let folder = cluster.folder().to_owned();
    cluster.stop().await.expect("stop");
    let again = Cluster::ensure_with(&data, Role::Command, Path::new("/nonexistent")).await.expect("the same");
    assert_eq!(again.folder(), folder, "found again without choosing");
    again.stop().await.expect("stop");
}

#[test]
fn a_missing_postgresql_is_named_with_the_command_that_installs_it() {
    let sentence = |wanted| Binaries::first([PathBuf::from("/nonexistent")], wanted).expect_err("none").to_string();
    assert!(sentence(None).contains("apt-get install postgresql "), "{}", sentence(None));
    assert!(sentence(Some(16)).contains("apt-get install postgresql-16 "), "{}", sentence(Some(16)));
}

#[test]
fn a_postgresql_too_old_is_not_used_and_is_named() {
    let scratch = Scratch::new();
    for (name, script) in [("postgres", "#!/bin/sh\necho 'postgres (PostgreSQL) 14.2 (Debian)'\n"), ("initdb", "")] {
        fs::write(scratch.path.join(name), script).expect("write");
        fs::set_permissions(scratch.path.join(name), fs::Permissions::from_mode(0o755)).expect("rights");
    }
    let sentence = Binaries::first([scratch.path.clone()], None).expect_err("too old").to_string();
    assert!(sentence.contains("trouvé : 14"), "{sentence}");
}
