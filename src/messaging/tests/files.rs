use std::path::{Path, PathBuf};

use super::*;
use crate::testing;

/// A folder of its own, deleted at the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let path = std::env::temp_dir().join(format!("nexus-mail-{}", uuid::Uuid::new_v4().simple()));
        std::fs::create_dir_all(&path).expect("folder");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn files(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("folder");
    entries.map(|entry| entry.expect("entry").file_name().to_string_lossy().into_owned()).collect()
}

#[tokio::test]
async fn without_a_mail_server_each_mail_becomes_one_whole_file() {
    let folder = Folder::new();
    let ctx = testing::ctx_with(&[("DATA_DIR", &folder.0.to_string_lossy())]).await;
    let workers = jobs::start(ctx.clone());
    post(&ctx.pool, &mail("amina@example.org")).await;
    let sent = tried(&ctx.pool, 1).await;
    assert_eq!(sent.state, "SENT");
    let name = format!("{}.eml", sent.id);
    assert_eq!(files(&folder.0.join("mail")), [name.as_str()], "and nothing half-written");
    let content = std::fs::read_to_string(folder.0.join("mail").join(name)).expect("file");
    for header in ["From: ", "To: ", "Subject: ", "Message-ID: ", "Reply-To: ", "Auto-Submitted: auto-generated"] {
        assert!(content.contains(header), "{header} is missing in {content}");
    }
    workers.stop().await;
}

#[tokio::test]
async fn a_mail_of_a_transaction_that_is_rolled_back_does_not_exist() {
    let ctx = testing::ctx().await;
    let mut tx = crate::db::begin(&ctx.pool).await.expect("begin");
    send(&mut tx, &mail("amina@example.org")).await.expect("stored");
    tx.rollback().await.expect("rollback");
    let left = sqlx::query_scalar!(r#"select (select count(*) from outbox) + (select count(*) from jobs) as "n!""#);
    assert_eq!(left.fetch_one(&ctx.pool).await.expect("count"), 0);
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_keeps_the_mail_waiting() {
    let folder = Folder::new();
    std::fs::write(folder.0.join("mail"), "a file where the folder should be").expect("file");
    let ctx = testing::ctx_with(&[("DATA_DIR", &folder.0.to_string_lossy())]).await;
    let workers = jobs::start(ctx.clone());
    post(&ctx.pool, &mail("amina@example.org")).await;
    assert_eq!(tried(&ctx.pool, 1).await.state, "WAITING");
    workers.stop().await;
}
