use super::*;

/// Looks so rarely that only NOTIFY can have woken it within the test.
fn listening_only() -> Settings {
    Settings { poll: Duration::from_secs(600), ..quick() }
}

async fn time_of_one_job(ctx: &Ctx) -> Duration {
    let before = notes(&ctx.pool, "test.note").await;
    add(&ctx.pool, &Note { subject: "1".into() }).await;
    let since = Instant::now();
    until("the job", async || notes(&ctx.pool, "test.note").await > before).await;
    since.elapsed()
}

#[tokio::test]
async fn a_new_job_wakes_a_worker_within_200_ms() {
    let ctx = ctx().await;
    let workers = workers(&ctx, listening_only());
    listening(&ctx.pool).await;
    let mut times = Vec::new();
    for _ in 0..5 {
        times.push(time_of_one_job(&ctx).await);
    }
    // The quickest of five: other tests may have kept the machine busy meanwhile.
    assert!(times.iter().min().is_some_and(|time| time.as_millis() < 200), "{times:?}");
    workers.stop().await;
}

#[tokio::test]
async fn what_was_enqueued_before_the_workers_started_is_done() {
    let ctx = ctx().await;
    add(&ctx.pool, &Note { subject: "1".into() }).await;
    let workers = workers(&ctx, listening_only());
    until("the job", async || notes(&ctx.pool, "test.note").await == 1).await;
    workers.stop().await;
}

#[tokio::test]
async fn a_listener_whose_connection_is_cut_listens_again() {
    let ctx = ctx().await;
    let workers = workers(&ctx, listening_only());
    listening(&ctx.pool).await;
    let before = listeners(&ctx.pool).await;
    for pid in &before {
        sqlx::query!("select pg_terminate_backend($1)", pid).fetch_one(&ctx.pool).await.expect("cut");
    }
    until("another listener", async || {
        let now = listeners(&ctx.pool).await;
        !now.is_empty() && now.iter().all(|pid| !before.contains(pid))
    })
    .await;
    time_of_one_job(&ctx).await;
    workers.stop().await;
}

/// Again until a connection lasts from begin to enqueue: nothing is stored before the commit.
async fn add_whatever_is_cut(pool: &PgPool, job: &Note) {
    loop {
        let Ok(mut tx) = crate::db::begin(pool).await else { continue };
        if enqueue(&mut tx, job).await.is_ok() {
            return tx.commit().await.expect("commit");
        }
    }
}

#[tokio::test]
async fn work_goes_on_when_every_connection_is_cut_in_the_middle() {
    let ctx = ctx().await;
    let workers = workers(&ctx, quick());
    for n in 0..200 {
        add_whatever_is_cut(&ctx.pool, &Note { subject: n.to_string() }).await;
        if n % 40 == 20 {
            // Also the connection of this test: its answer is an error.
            let _ = sqlx::query!(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()"
            )
            .fetch_all(&ctx.pool)
            .await;
        }
    }
    until("an empty queue", async || {
        make_due(&ctx.pool).await;
        jobs_left(&ctx.pool).await == 0
    })
    .await;
    assert_eq!(notes(&ctx.pool, "test.note").await, 200);
    workers.stop().await;
}
