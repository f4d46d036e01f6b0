use super::*;

#[tokio::test]
async fn a_stop_waits_for_what_is_nearly_done() {
    let ctx = ctx().await;
    add(&ctx.pool, &Hard { does: Does::Takes(700) }).await;
    let workers = workers(&ctx, Settings { grace: Duration::from_secs(20), ..quick() });
    until("the beginning", async || notes(&ctx.pool, "test.begin").await == 1).await;
    workers.stop().await;
    assert_eq!((notes(&ctx.pool, "test.end").await, jobs_left(&ctx.pool).await), (1, 0));
}

#[tokio::test]
async fn a_stop_gives_back_what_takes_too_long_and_the_attempt_does_not_count() {
    let ctx = ctx().await;
    add(&ctx.pool, &Hard { does: Does::Takes(60_000) }).await;
    let workers = workers(&ctx, quick());
    until("the beginning", async || notes(&ctx.pool, "test.begin").await == 1).await;
    workers.stop().await;
    let job = only_job(&ctx.pool).await;
    assert_eq!((job.state.as_str(), job.attempts, job.last_error), ("READY", 0, None));
    assert!(job.due_in <= 0.0, "due at once");
}

#[tokio::test]
async fn stopped_workers_take_nothing_more() {
    let ctx = ctx().await;
    let workers = workers(&ctx, quick());
    listening(&ctx.pool).await;
    workers.stop().await;
    add(&ctx.pool, &Note { subject: "1".into() }).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!((notes(&ctx.pool, "test.note").await, jobs_left(&ctx.pool).await), (0, 1));
}
