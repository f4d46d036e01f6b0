use super::*;
use crate::jobs::{ending, queue};

const LEASE: Duration = Duration::from_secs(60);

fn kinds() -> Vec<String> {
    vec![Note::KIND.to_owned(), Hard::KIND.to_owned()]
}

fn lease_of(held: &queue::Held) -> Lease {
    Lease { id: held.id, token: held.token, finishing: Default::default() }
}

async fn expire_all(pool: &PgPool) {
    sqlx::query!("update jobs set leased_until = now() - interval '1 second' where state = 'RUNNING'")
        .execute(pool)
        .await
        .expect("expired");
}

#[tokio::test]
async fn a_job_is_enqueued_only_with_what_makes_it_necessary() {
    let ctx = ctx().await;
    let mut tx = crate::db::begin(&ctx.pool).await.expect("begin");
    enqueue(&mut tx, &Note { subject: "1".into() }).await.expect("enqueued");
    assert!(queue::claim(&ctx.pool, &kinds(), LEASE).await.expect("claim").is_none());
    tx.rollback().await.expect("rollback");
    assert_eq!(jobs_left(&ctx.pool).await, 0);
}

#[tokio::test]
async fn of_many_who_ask_at_once_one_gets_the_job() {
    let ctx = ctx().await;
    add(&ctx.pool, &Note { subject: "1".into() }).await;
    let ask = || async { queue::claim(&ctx.pool, &kinds(), LEASE).await.expect("claim") };
    let answers = futures_util::future::join_all((0..8).map(|_| ask())).await;
    assert_eq!(answers.iter().flatten().count(), 1);
}

#[tokio::test]
async fn higher_priority_goes_first_and_an_unknown_kind_waits_for_a_server_that_knows_it() {
    let ctx = ctx().await;
    sqlx::query!("insert into jobs (kind, priority) values ('test_note', 0), ('test_hard', 5), ('of_tomorrow', 9)")
        .execute(&ctx.pool)
        .await
        .expect("inserted");
    let mut order = Vec::new();
    while let Some(held) = queue::claim(&ctx.pool, &kinds(), LEASE).await.expect("claim") {
        order.push(held.kind);
    }
    assert_eq!(order, ["test_hard", "test_note"]);
}

#[tokio::test]
async fn the_job_of_a_worker_that_died_goes_to_another_and_the_attempt_counts() {
    let ctx = ctx().await;
    add(&ctx.pool, &Hard { does: Does::Ends }).await;
    let first = queue::claim(&ctx.pool, &kinds(), LEASE).await.expect("claim").expect("job");
    assert_eq!(ending::take_back(&shared(&ctx)).await.expect("take back"), 0, "the lease still holds");
    expire_all(&ctx.pool).await;
    assert_eq!(ending::take_back(&shared(&ctx)).await.expect("take back"), 1);
    let second = queue::claim(&ctx.pool, &kinds(), LEASE).await.expect("claim").expect("job");
    assert_eq!((second.id, second.attempts), (first.id, 2));
    assert_ne!(second.token, first.token);
}

#[tokio::test]
async fn a_job_that_kills_every_worker_is_dead_after_its_last_try() {
    let ctx = ctx().await;
    add(&ctx.pool, &Hard { does: Does::Ends }).await;
    for _ in 0..Hard::MAX_ATTEMPTS {
        queue::claim(&ctx.pool, &kinds(), LEASE).await.expect("claim").expect("job");
        expire_all(&ctx.pool).await;
        ending::take_back(&shared(&ctx)).await.expect("take back");
    }
    assert_eq!(only_job(&ctx.pool).await.state, "DEAD");
    assert_eq!(notes(&ctx.pool, "test.death").await, 1);
}

#[tokio::test]
async fn who_lost_the_lease_can_neither_end_the_job_nor_commit_its_effect() {
    let ctx = ctx().await;
    add(&ctx.pool, &Note { subject: "1".into() }).await;
    let first = queue::claim(&ctx.pool, &kinds(), LEASE).await.expect("claim").expect("job");
    expire_all(&ctx.pool).await;
    ending::take_back(&shared(&ctx)).await.expect("take back");
    let second = queue::claim(&ctx.pool, &kinds(), LEASE).await.expect("claim").expect("job");

    let late = Note { subject: "late".into() }.run(&ctx, &mut lease_of(&first)).await;
    assert!(late.expect_err("lost").to_string().contains("lease"));
    assert!(!queue::complete(&ctx.pool, first.id, first.token).await.expect("complete"));
    assert!(!queue::release(&ctx.pool, first.id, first.token).await.expect("release"));
    assert!(!queue::renew(&ctx.pool, first.id, first.token, LEASE).await.expect("renew"));
    assert!(!queue::fail(&ctx.pool, &first, "late", queue::Next::Dead).await.expect("fail"));
    assert!(lease_of(&first).check(&mut ctx.pool.acquire().await.expect("connection")).await.is_err());
    assert_eq!(notes(&ctx.pool, "test.note").await, 0, "the effect was rolled back");

    Note { subject: "in time".into() }.run(&ctx, &mut lease_of(&second)).await.expect("done");
    assert_eq!((notes(&ctx.pool, "test.note").await, jobs_left(&ctx.pool).await), (1, 0));
}

#[tokio::test]
async fn while_a_transaction_ends_the_job_nobody_takes_it_back() {
    let ctx = ctx().await;
    add(&ctx.pool, &Note { subject: "1".into() }).await;
    let held = queue::claim(&ctx.pool, &kinds(), LEASE).await.expect("claim").expect("job");
    expire_all(&ctx.pool).await;
    let mut tx = crate::db::begin(&ctx.pool).await.expect("begin");
    lease_of(&held).finish(&mut tx).await.expect("still ours");
    assert_eq!(ending::take_back(&shared(&ctx)).await.expect("take back"), 0);
    tx.commit().await.expect("commit");
    assert_eq!(jobs_left(&ctx.pool).await, 0);
}

/// Two servers of four hands, and leases that are cut off all the time, as if workers died in the middle.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_of_500_jobs_has_its_effect_once_though_eight_workers_fight_and_leases_break() {
    const JOBS: i64 = 500;
    let ctx = ctx().await;
    for n in 0..JOBS {
        add(&ctx.pool, &Note { subject: n.to_string() }).await;
    }
    let servers = [workers(&ctx, quick()), workers(&ctx, quick())];
    until("500 effects", async || {
        expire_all(&ctx.pool).await;
        jobs_left(&ctx.pool).await == 0
    })
    .await;
    for server in servers {
        server.stop().await;
    }
    let subjects = sqlx::query_scalar!("select distinct subject from audit_log where action = 'test.note'");
    assert_eq!(subjects.fetch_all(&ctx.pool).await.expect("subjects").len() as i64, JOBS);
    assert_eq!(notes(&ctx.pool, "test.note").await, JOBS);
    assert!(notes(&ctx.pool, "test.start").await > JOBS, "no lease broke: the test has tested nothing");
}

#[tokio::test]
async fn long_work_keeps_its_lease() {
    let ctx = ctx().await;
    add(&ctx.pool, &Hard { does: Does::Takes(4000) }).await;
    let workers = workers(&ctx, quick());
    until("the end", async || notes(&ctx.pool, "test.end").await == 1).await;
    until("an empty queue", async || jobs_left(&ctx.pool).await == 0).await;
    assert_eq!(notes(&ctx.pool, "test.begin").await, 1);
    workers.stop().await;
}

#[tokio::test]
async fn work_whose_lease_is_lost_is_cut_off() {
    let ctx = ctx().await;
    add(&ctx.pool, &Hard { does: Does::Takes(1500) }).await;
    let workers = workers(&ctx, quick());
    until("the beginning", async || notes(&ctx.pool, "test.begin").await == 1).await;
    sqlx::query!("update jobs set lease = gen_random_uuid(), leased_until = now() + interval '1 hour'")
        .execute(&ctx.pool)
        .await
        .expect("another worker has it");
    tokio::time::sleep(Duration::from_millis(2500)).await;
    assert_eq!(notes(&ctx.pool, "test.end").await, 0);
    assert_eq!(jobs_left(&ctx.pool).await, 1);
    workers.stop().await;
}
