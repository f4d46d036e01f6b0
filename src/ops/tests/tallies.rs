//! The tallies against what the tables count.

use std::time::Duration;

use uuid::Uuid;

use crate::{db::data_dir::DataDir, jobs, ops::tallies::MergeTallies, testing};

/// What the tables themselves say, in the words of the tallies.
const COUNTED: &str = "select coalesce(jsonb_object_agg(name, n), '{}') from (
    select 'people:' || role as name, count(*) as n from users where deactivated_at is null group by role
    union all
    select 'accounts:' || to_char(created_at at time zone 'Africa/Tunis', 'YYYY-MM'), count(*) from users group by 1
    union all
    select case when status = 'COMPLETED' then 'assessments:practice' else 'assessments:open' end, count(*)
    from assessments where status <> 'COMPLETED' or not in_cohort group by 1) counted";
const TALLIED: &str = "select coalesce(jsonb_object_agg(name, n), '{}') from (
    select name, sum(n) as n from tallies group by name having sum(n) <> 0) summed";

#[tokio::test]
async fn whatever_is_written_the_tallies_are_what_the_tables_count_before_and_after_their_merging() {
    let (ctx, folder) = (testing::ctx().await, std::env::temp_dir().join(format!("nexus-tallies-{}", Uuid::new_v4())));
    crate::seed::demo(&ctx, &DataDir::open(&folder).expect("folder")).await.expect("seeded");
    std::fs::remove_dir_all(folder).expect("clean");
    let json = async |sql: &'static str| -> serde_json::Value {
        sqlx::query_scalar(sql).fetch_one(&ctx.pool).await.expect(sql)
    };
    assert_eq!(json(TALLIED).await, json(COUNTED).await);
    for change in [
        "update users set deactivated_at = now() where id in (select id from users where role = 'PARENT' limit 3)",
        "update users set role = 'ASSISTANTE' where id = (select id from users where role = 'COACH' limit 1)",
        "update users set deactivated_at = null where deactivated_at is not null",
        "update assessments set in_cohort = not in_cohort where id in (select id from assessments limit 5)",
        "update assessments set status = 'FAILED' where id in (select id from assessments where status = 'PENDING' limit 1)",
        "delete from assessments where id in (select id from assessments where not in_cohort limit 2)",
        "delete from users where id in (select id from users where role = 'PARENT' and not exists (
             select from guardianships where guardian_id = users.id) limit 1)",
    ] {
        sqlx::query(change).execute(&ctx.pool).await.expect(change);
        assert_eq!(json(TALLIED).await, json(COUNTED).await, "{change}");
    }
    jobs::enqueue(&mut ctx.pool.acquire().await.expect("connection"), &MergeTallies).await.expect("enqueued");
    let workers = jobs::start(ctx.clone());
    while json("select to_jsonb(count(*)) from tallies where n = 0 or name in (select name from tallies group by name having count(*) > 1)").await != 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    workers.stop().await;
    assert_eq!(json(TALLIED).await, json(COUNTED).await);
}
