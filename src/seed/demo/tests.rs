//! The demo school, seeded for real into fresh databases. The queries are handed to helpers as text, so they are not
//! checked when this is compiled.

use std::{collections::BTreeMap, fs, os::unix::fs::PermissionsExt as _, path::PathBuf};

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgPool;

use super::*;
use crate::{
    assessments::{
        directeur::recompute,
        model::{Band, Subject},
        standard_score,
    },
    seed, testing,
};

/// A data folder of its own, removed at the end.
struct Folder(DataDir);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("nexus-seed-{}-{name}", std::process::id()));
        Self(DataDir::open(path).expect("folder"))
    }

    fn list(&self) -> Option<PathBuf> {
        seed::accounts_file(&self.0)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(self.0.path()).ok();
    }
}

fn moment() -> DateTime<Utc> {
    DateTime::parse_from_rfc3339("2026-11-20T15:30:00Z").expect("moment").to_utc()
}

async fn seeded(name: &str) -> (Ctx, Folder) {
    let (ctx, folder) = (testing::ctx().await, Folder::new(name));
    demo_at(&ctx, &folder.0, moment()).await.expect("seeded");
    (ctx, folder)
}

/// Every table with a row in it, as JSON in a fixed order, without the passwords.
async fn contents(pool: &PgPool) -> BTreeMap<String, Value> {
    let tables: Vec<String> = sqlx::query_scalar(
        "select relname::text from pg_class
         where relkind = 'r' and relnamespace = 'public'::regnamespace and relname <> '_sqlx_migrations'",
    )
    .fetch_all(pool)
    .await
    .expect("tables");
    let mut contents = BTreeMap::new();
    for table in tables {
        // The name comes from the catalogue.
        let sql = format!(
            "select coalesce(jsonb_agg(row order by row), '[]') from (select to_jsonb(t) - 'password_hash' as row from {table} t) r"
        );
        let rows: Value = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(pool).await.expect("rows");
        if rows != Value::Array(Vec::new()) {
            contents.insert(table, rows);
        }
    }
    contents
}

async fn ssns(pool: &PgPool, bank: &str, rule: &str) -> Vec<(f64, i64)> {
    sqlx::query_as(
        "select s.ssn, s.cohort_n from standard_scores s join cohorts c on c.id = s.cohort_id
         join assessments a on a.id = s.assessment_id
         where c.bank = $1 and c.rule_version = $2 order by a.completed_at",
    )
    .bind(bank)
    .bind(rule)
    .fetch_all(pool)
    .await
    .expect("scores")
}

async fn count(pool: &PgPool, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(pool).await.expect("count")
}

#[tokio::test]
async fn two_schools_are_equal_but_for_their_passwords() {
    let ((one, first), (other, second)) = (seeded("one").await, seeded("other").await);
    let (ours, theirs) = (contents(&one.pool).await, contents(&other.pool).await);
    assert_eq!(ours.keys().collect::<Vec<_>>(), theirs.keys().collect::<Vec<_>>());
    for (table, rows) in &ours {
        assert!(rows == &theirs[table], "{table} differs");
    }
    let text = |folder: &Folder| fs::read_to_string(folder.list().expect("list")).expect("text");
    assert_ne!(text(&first), text(&second));
}

#[tokio::test]
async fn it_looks_like_a_school() {
    let (ctx, _folder) = seeded("looks").await;
    let pool = &ctx.pool;
    assert!(count(pool, "select count(*) from students").await >= 40);
    assert!(count(pool, "select count(distinct grade) from students").await == 3);
    assert_eq!(count(pool, "select count(*) from coaches").await, 6);
    assert_eq!(
        count(pool, "select count(*) from coaches where user_id not in (select coach_id from coach_students)").await,
        0
    );
    assert_eq!(count(pool, "select count(*) from users where role in ('ADMIN', 'ASSISTANTE')").await, 2);
    assert_eq!(
        count(pool, "select max(n) from (select count(*) n from guardianships group by guardian_id) g").await,
        3
    );
    assert_eq!(
        count(pool, "select count(*) from students where user_id not in (select student_id from guardianships)").await,
        0
    );
    assert!(count(pool, "select count(*) from (select from cohort_months group by month) m").await >= 7);
    assert!(count(pool, "select count(*) from assessments where not in_cohort and status = 'COMPLETED'").await >= 5);
    assert!(
        count(pool, "select count(*) from attempts where ended_at is null and deadline > '2026-11-20T15:30:00Z'").await
            >= 3
    );
    assert_eq!(count(pool, "select count(*) from assessments where status = 'UNFINISHED'").await, 1);
    assert_eq!(count(pool, "select count(*) from assessments where origin = 'API'").await, 12);
    assert!(
        count(
            pool,
            "select count(*) from bilan_requests r join users u on u.id = r.guardian_id where u.activated_at is null"
        )
        .await
            >= 3
    );
    assert_eq!(
        count(pool, "select count(*) from bilan_requests where id not in (select request_id from consents)").await,
        0
    );
    assert_eq!(count(pool, "select count(*) from users where email not like '%@example.org'").await, 0);
    let early = "select count(*) from assessments a join students s on s.user_id = a.student_id where a.created_at < s.created_at";
    assert_eq!(count(pool, early).await, 0);
    let late = "select count(*) from assessments where coalesce(completed_at, created_at) > '2026-11-20T15:30:00Z'";
    assert_eq!(count(pool, late).await, 0);
}

#[tokio::test]
async fn people_write_to_those_they_may_write_to_and_some_messages_wait() {
    let (ctx, _folder) = seeded("talk").await;
    let pool = &ctx.pool;
    assert_eq!(count(pool, "select count(*) from conversations").await, 5);
    assert_eq!(
        count(pool, "select count(*) from conversation_sides where not may_write_to(person_id, other_id)").await,
        0
    );
    assert_eq!(count(pool, "select count(*) from conversation_sides where received_id > read_id").await, 3);
    assert_eq!(count(pool, "select count(*) from notifications where kind = 'MESSAGE'").await, 3);
    assert!(count(pool, "select count(*) from notifications where kind = 'BILAN' and read_at is null").await >= 1);
    let late = "select count(*) from messages where sent_at > '2026-11-20T15:30:00Z'";
    assert_eq!(count(pool, late).await, 0);
}

#[tokio::test]
async fn its_families_are_of_every_kind() {
    let (ctx, _folder) = seeded("families").await;
    let pool = &ctx.pool;
    let several =
        "select count(*) from (select student_id from guardianships group by student_id having count(*) > 1) s";
    assert!(count(pool, several).await >= 10, "two guardians");
    let separated =
        "select count(*) from guardianships g join users p on p.id = g.guardian_id join users s on s.id = g.student_id
                     where not g.is_payer and p.last_name <> s.last_name";
    assert!(count(pool, separated).await >= 1, "parents of two names");
    let waiting = "select count(distinct role) from users where activated_at is null and deactivated_at is null";
    assert_eq!(count(pool, waiting).await, 2, "parents and children who are not activated");
    let closed = "select count(distinct role) from users where deactivated_at is not null";
    assert_eq!(count(pool, closed).await, 2, "a guardian and a child who moved away");
}

#[tokio::test]
async fn the_cohort_of_terminale_has_results_in_all_five_bands_and_most_scores_are_sensible() {
    let (ctx, _folder) = seeded("bands").await;
    let scores = ssns(&ctx.pool, "maths_terminale_spe_v1", "scoring_v3").await;
    assert!(scores.len() >= 45, "{}", scores.len());
    for band in Band::ALL {
        assert!(scores.iter().any(|(ssn, _)| Band::of(*ssn) == band), "{}", band.key());
    }
    let mean = scores.iter().map(|(ssn, _)| ssn).sum::<f64>() / scores.len() as f64;
    assert!((45.0..55.0).contains(&mean), "{mean}");
    assert!(scores.iter().any(|(_, cohort)| !standard_score::is_low_sample(*cohort)), "some are not provisional");
    assert!(scores.iter().enumerate().all(|(at, (_, cohort))| *cohort == at as i64), "each met the cohort before it");
    let extreme = scores.iter().filter(|(ssn, _)| !(5.0..=98.0).contains(ssn)).count();
    assert!(extreme <= 1, "{extreme} scores at the edge");
}

#[tokio::test]
async fn sums_histograms_and_months_are_those_that_a_recompute_finds() {
    let (ctx, _folder) = seeded("recompute").await;
    let sums = || async {
        sqlx::query_scalar::<_, Value>(
            "select jsonb_agg(jsonb_build_array(bank, rule_version, n, sum_micro, sum_sq) order by id) from cohorts",
        )
        .fetch_one(&ctx.pool)
        .await
        .expect("sums")
    };
    let bins = "select count(*) from (select cohort_id, tenths, n from cohort_bins
                    except select cohort_id, round(ssn * 10)::int2, count(*) from standard_scores group by 1, 2) odd";
    let months = "select count(*) from (select cohort_id, month, n, sum_tenths, sum_global from cohort_months
                      except select cohort_id, date_trunc('month', scored_on)::date, count(*), sum(round(ssn * 10)::int8), sum(global_score)
                      from standard_scores group by 1, 2) odd";
    assert_eq!((count(&ctx.pool, bins).await, count(&ctx.pool, months).await), (0, 0));
    let before = sums().await;
    let admin =
        sqlx::query_scalar("select id from users where role = 'ADMIN'").fetch_one(&ctx.pool).await.expect("admin");
    for subject in Subject::ALL {
        recompute::run(&ctx, subject, admin, uuid::Uuid::new_v4()).await.expect("recompute");
    }
    assert_eq!(before, sums().await);
}

#[tokio::test]
async fn everybody_on_the_list_signs_in_and_nobody_else_has_a_password() {
    let (ctx, folder) = seeded("accounts").await;
    let path = folder.list().expect("list");
    assert_eq!(path.metadata().expect("file").permissions().mode() & 0o777, 0o600);
    let text = fs::read_to_string(path).expect("text");
    let mut roles: BTreeMap<&str, i64> = BTreeMap::new();
    for line in text.lines() {
        let [role, account, password] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let hash: Option<String> = sqlx::query_scalar(
            "select password_hash from users where role = $1 and coalesce(email, identifier) = $2 and activated_at is not null",
        )
        .bind(role)
        .bind(account)
        .fetch_one(&ctx.pool)
        .await
        .expect(account);
        assert!(ctx.passwords.verify(password.to_owned(), hash).await.expect("check"), "{account}");
        *roles.entry(role).or_default() += 1;
    }
    let expected = [("ADMIN", 1), ("ASSISTANTE", 1), ("COACH", 2), ("ELEVE", 3), ("PARENT", 2)];
    assert_eq!(roles.into_iter().collect::<Vec<_>>(), expected);
    assert_eq!(count(&ctx.pool, "select count(*) from users where password_hash is not null").await, 9);
}

#[tokio::test]
async fn a_second_time_it_refuses_and_changes_nothing() {
    let (ctx, folder) = seeded("twice").await;
    let list = fs::read(folder.list().expect("list")).expect("text");
    let before = contents(&ctx.pool).await;
    let error = demo_at(&ctx, &folder.0, moment()).await.expect_err("refused");
    assert!(error.to_string().contains("rien n’a été modifié"), "{error}");
    assert!(before == contents(&ctx.pool).await);
    assert_eq!(list, fs::read(folder.list().expect("list")).expect("text"));
}

#[tokio::test]
async fn a_failure_in_the_middle_leaves_nothing_and_the_next_try_does_all() {
    let (ctx, folder) = (testing::ctx().await, Folder::new("broken"));
    let mine = "create function broken() returns trigger language plpgsql as $$
        begin
            if (select count(*) from standard_scores) > 40 then raise exception 'the power fails'; end if;
            return new;
        end $$";
    let trigger = "create trigger broken before insert on skill_scores for each row execute function broken()";
    for sql in [mine, trigger] {
        sqlx::query(sql).execute(&ctx.pool).await.expect("trap");
    }
    // What every new database holds, such as the limits of the tutor.
    let before = contents(&ctx.pool).await;
    demo_at(&ctx, &folder.0, moment()).await.expect_err("broken");
    assert!(contents(&ctx.pool).await == before);
    assert!(seed::is_empty(&ctx.pool).await.expect("empty"));
    sqlx::query("drop trigger broken on skill_scores").execute(&ctx.pool).await.expect("mended");
    demo_at(&ctx, &folder.0, moment()).await.expect("seeded");
    assert!(!seed::is_empty(&ctx.pool).await.expect("full"));
}

#[tokio::test]
async fn no_report_is_asked_for_and_no_mail_is_sent() {
    let (folder, ctx) = (Folder::new("quiet"), testing::ctx_with(&[("LLM_MODE", "stub")]).await);
    demo_at(&ctx, &folder.0, moment()).await.expect("seeded");
    let waiting = "select (select count(*) from jobs) + (select count(*) from outbox)
                       + (select count(*) from assessments where status = 'COMPLETED' and generation_status <> 'SKIPPED')";
    assert_eq!(count(&ctx.pool, waiting).await, 0);
}
