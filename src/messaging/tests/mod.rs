//! Mail through real workers, to a stand-in mail server that behaves badly, or to files.

mod files;
mod notices;
mod outbox;
mod retention;
mod server;
mod smtp_stand_in;
mod stream;
mod talk;

use std::time::{Duration, Instant};

use maud::html;
use sqlx::PgPool;

use super::{Mail, send};
use crate::jobs;

fn mail(to_email: &str) -> Mail {
    Mail {
        user_id: None,
        template: "test",
        to_name: "Amina Ben Salah".to_owned(),
        to_email: to_email.to_owned(),
        subject: "Le bilan est prêt".to_owned(),
        text: "Bonjour,\n\nLe bilan est prêt.".to_owned(),
        html: html! { p { "Bonjour," } p { "Le bilan est prêt." } },
    }
}

async fn post(pool: &PgPool, mail: &Mail) {
    let mut tx = crate::db::begin(pool).await.expect("begin");
    send(&mut tx, mail).await.expect("stored");
    tx.commit().await.expect("commit");
}

/// The newest row of the outbox, and the state of its job if there is one.
struct Row {
    id: uuid::Uuid,
    state: String,
    attempts: i16,
    last_error: Option<String>,
    job_state: Option<String>,
}

async fn row(pool: &PgPool) -> Row {
    sqlx::query_as!(
        Row,
        r#"select o.id, o.state, o.attempts, o.last_error, j.state as "job_state?"
           from outbox o left join jobs j on j.payload ->> 'outbox_id' = o.id::text
           order by o.created_at desc limit 1"#
    )
    .fetch_one(pool)
    .await
    .expect("a mail")
}

/// Does not wait for the pause after a failure.
async fn try_now(pool: &PgPool) {
    sqlx::query!("update jobs set run_at = now() where state = 'READY'").execute(pool).await.expect("due");
    sqlx::query!("select pg_notify('jobs', '')").execute(pool).await.expect("wake");
}

/// Waits until the newest mail was tried so often and the last try is over.
async fn tried(pool: &PgPool, attempts: i16) -> Row {
    let since = Instant::now();
    loop {
        let row = row(pool).await;
        if row.attempts == attempts && row.job_state.as_deref() != Some("RUNNING") {
            return row;
        }
        assert!(since.elapsed() < Duration::from_secs(30), "waited in vain for try {attempts}: {}", row.attempts);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
