use super::*;
use crate::jobs::overview;

#[tokio::test]
async fn a_job_that_fails_is_tried_again_later_with_its_error_kept() {
    let ctx = ctx().await;
    add(&ctx.pool, &Hard { does: Does::Fails }).await;
    let workers = workers(&ctx, quick());
    until("the first failure", async || only_job(&ctx.pool).await.last_error.is_some()).await;
    let job = only_job(&ctx.pool).await;
    assert_eq!((job.state.as_str(), job.attempts), ("READY", 1));
    assert_eq!(job.last_error.as_deref(), Some("what happened: the cause"));
    assert!((5.0..=12.0).contains(&job.due_in), "{}", job.due_in);

    make_due(&ctx.pool).await;
    until("the second failure", async || {
        let job = only_job(&ctx.pool).await;
        job.attempts == 2 && job.state == "READY"
    })
    .await;
    let pause = only_job(&ctx.pool).await.due_in;
    assert!((13.0..=24.0).contains(&pause), "the pause doubles: {pause}");
    workers.stop().await;
}

#[tokio::test]
async fn after_its_last_try_a_job_is_dead_and_its_room_is_told_and_it_can_be_revived() {
    let ctx = ctx().await;
    add(&ctx.pool, &Hard { does: Does::Fails }).await;
    let workers = workers(&ctx, quick());
    until("death", async || {
        make_due(&ctx.pool).await;
        only_job(&ctx.pool).await.state == "DEAD"
    })
    .await;
    assert_eq!(notes(&ctx.pool, "test.begin").await, i64::from(Hard::MAX_ATTEMPTS));
    assert_eq!(notes(&ctx.pool, "test.death").await, 1);
    workers.stop().await;

    let dead = overview::dead(&ctx.pool, 10).await.expect("list");
    let mut tx = crate::db::begin(&ctx.pool).await.expect("begin");
    assert_eq!(overview::revive(&mut tx, dead[0].id).await.expect("revived").as_deref(), Some(Hard::KIND));
    assert_eq!(overview::revive(&mut tx, dead[0].id).await.expect("a second click"), None);
    tx.commit().await.expect("commit");
    let job = only_job(&ctx.pool).await;
    assert_eq!((job.state.as_str(), job.attempts), ("READY", 0));
}

#[tokio::test]
async fn a_job_that_panics_has_failed_and_the_workers_live_on() {
    let ctx = ctx().await;
    add(&ctx.pool, &Hard { does: Does::Panics }).await;
    let workers = workers(&ctx, quick());
    until("the failure", async || only_job(&ctx.pool).await.last_error.is_some()).await;
    assert_eq!(only_job(&ctx.pool).await.last_error.as_deref(), Some("panic: a broken promise"));
    add(&ctx.pool, &Note { subject: "after".into() }).await;
    until("other work", async || notes(&ctx.pool, "test.note").await == 1).await;
    workers.stop().await;
}

#[tokio::test]
async fn what_no_other_try_can_repair_is_dead_at_once() {
    let ctx = ctx().await;
    add(&ctx.pool, &Hard { does: Does::GivesUp }).await;
    let workers = workers(&ctx, quick());
    until("death", async || only_job(&ctx.pool).await.state == "DEAD").await;
    let job = only_job(&ctx.pool).await;
    assert_eq!((job.attempts, job.last_error.as_deref()), (1, Some("no such thing")));
    workers.stop().await;
}

#[tokio::test]
async fn a_job_that_leaves_its_ending_to_the_worker_is_ended_after_it_succeeded() {
    let ctx = ctx().await;
    add(&ctx.pool, &Hard { does: Does::Ends }).await;
    let workers = workers(&ctx, quick());
    until("an empty queue", async || jobs_left(&ctx.pool).await == 0).await;
    assert_eq!(notes(&ctx.pool, "test.end").await, 1);
    workers.stop().await;
}

#[tokio::test]
async fn a_slow_kind_leaves_hands_for_the_others() {
    let ctx = ctx().await;
    for _ in 0..4 {
        add(&ctx.pool, &Hard { does: Does::Takes(60_000) }).await;
    }
    let workers = workers(&ctx, Settings { hands: 3, ..quick() });
    until("two slow jobs", async || notes(&ctx.pool, "test.begin").await == 2).await;
    add(&ctx.pool, &Note { subject: "quick".into() }).await;
    until("the quick job", async || notes(&ctx.pool, "test.note").await == 1).await;
    assert_eq!(notes(&ctx.pool, "test.begin").await, 2, "as many as the kind allows");
    workers.stop().await;
}
