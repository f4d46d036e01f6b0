use super::*;
use crate::jobs::schedule::{self, Every, entry, tick};

/// A scheduled job without content.
#[derive(Default, Serialize, Deserialize)]
struct Nightly;

impl Job for Nightly {
    const KIND: &'static str = "test_nightly";

    async fn run(self, _: &Ctx, _: &mut Lease) -> anyhow::Result<()> {
        Ok(())
    }
}

fn table() -> Vec<schedule::Entry> {
    vec![entry::<Nightly>(Every::Day { from: 3 })]
}

async fn next_period(pool: &PgPool) {
    sqlx::query!("update job_periods set period = 'of yesterday'").execute(pool).await.expect("yesterday");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn five_clocks_enqueue_a_scheduled_job_once_in_its_period() {
    let pool = testing::fresh_pool().await;
    for _ in 0..5 {
        let clocks = (0..5).map(|_| {
            let pool = pool.clone();
            tokio::spawn(async move { tick(&pool, &table()).await.expect("tick") })
        });
        futures_util::future::join_all(clocks).await;
    }
    assert_eq!(jobs_left(&pool).await, 1);
    sqlx::query!("delete from jobs").execute(&pool).await.expect("done");
    tick(&pool, &table()).await.expect("tick");
    assert_eq!(jobs_left(&pool).await, 0, "done in this period");

    next_period(&pool).await;
    tick(&pool, &table()).await.expect("tick");
    assert_eq!(jobs_left(&pool).await, 1, "a new period, a new run");
}

#[tokio::test]
async fn runs_of_a_schedule_never_pile_up() {
    let pool = testing::fresh_pool().await;
    tick(&pool, &table()).await.expect("tick");
    next_period(&pool).await;
    tick(&pool, &table()).await.expect("tick");
    assert_eq!(jobs_left(&pool).await, 1, "the waiting run does what is due");

    sqlx::query!("update jobs set state = 'DEAD', ended_at = now()").execute(&pool).await.expect("dead");
    sqlx::query!("delete from job_periods where period <> 'of yesterday'").execute(&pool).await.expect("next");
    tick(&pool, &table()).await.expect("tick");
    let job = only_job(&pool).await;
    assert_eq!(job.state, "READY", "the new run stands for the dead one");
}

#[tokio::test]
async fn the_product_starts_its_schedule_and_forgets_what_is_old() {
    let ctx = ctx().await;
    sqlx::query!(
        "insert into job_periods (kind, period, enqueued_at) values ('a', 'old', now() - interval '41 days'), ('a', 'new', now())"
    )
    .execute(&ctx.pool)
    .await
    .expect("periods");
    sqlx::query!("insert into signin_failures (account, address, failed_at) values ('a', 'b', now() - interval '25 hours'), ('a', 'b', now())")
        .execute(&ctx.pool)
        .await
        .expect("failures");
    sqlx::query!(r"insert into sessions (key, expires_at) values ('\x01', now() - interval '1 hour'), ('\x02', now() + interval '1 hour')")
        .execute(&ctx.pool)
        .await
        .expect("sessions");
    let workers = crate::jobs::start(ctx.clone());
    until("the housekeeping", async || {
        let left = sqlx::query_scalar!(
            r#"select (select count(*) from signin_failures) + (select count(*) from sessions)
                      + (select count(*) from job_periods where kind = 'a') as "n!""#
        );
        left.fetch_one(&ctx.pool).await.expect("count") == 3 && jobs_left(&ctx.pool).await == 0
    })
    .await;
    workers.stop().await;
}
