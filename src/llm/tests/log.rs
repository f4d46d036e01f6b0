//! The log of calls and its sums, in a real database.

use uuid::Uuid;

use super::*;
use crate::{
    llm::{Task, call::Row},
    testing::TestApp,
    web::Role,
};

/// The rows that wait for the database.
pub(super) fn rows(client: &Client) -> Vec<Row> {
    client.0.books.waiting_rows()
}

/// An app whose model is this server, at one unit of currency for a million tokens, with these variables too.
pub(super) async fn app(server: &StandIn, more: &[(&str, &str)]) -> TestApp {
    let mut variables = vec![
        ("OPENAI_BASE_URL", server.base_url.as_str()),
        ("OPENAI_MODEL", "m"),
        ("OPENAI_PRICE_IN", "1"),
        ("OPENAI_PRICE_OUT", "1"),
    ];
    variables.extend_from_slice(more);
    TestApp::with(&variables).await
}

#[tokio::test]
async fn a_call_leaves_a_row_with_what_it_cost_and_adds_to_the_sums_of_its_day() {
    let server =
        StandIn::start(|_, n| if n == 0 { Reply::Status(400, "{}".into()) } else { Reply::Text("Oui".into()) }).await;
    let app = app(&server, &[]).await;
    let person = app.person(Role::Eleve).await;
    let ask = || question().task(Task::Aria).by(Some(person));
    assert!(app.ctx.llm.chat(ask()).await.is_err());
    for _ in 0..2 {
        assert!(app.ctx.llm.chat(ask()).await.is_ok());
    }
    app.ctx.llm.flush().await.expect("written");
    let calls = sqlx::query!(
        "select provider, model, task, person_id, prompt_tokens, completion_tokens, estimated, cost_micros, outcome, error
         from llm_calls order by id"
    )
    .fetch_all(&app.ctx.pool)
    .await
    .expect("calls");
    let [failed, ok, _] = calls.as_slice() else { panic!("three calls") };
    assert_eq!((failed.outcome.as_str(), failed.error.as_deref(), failed.cost_micros), ("FAILED", Some("REFUSED"), 0));
    assert_eq!((ok.provider.as_str(), ok.model.as_str(), ok.task.as_str()), ("openai", "m", "ARIA"));
    assert_eq!((ok.person_id, ok.outcome.as_str(), ok.estimated), (Some(person), "OK", false));
    assert_eq!((ok.prompt_tokens, ok.completion_tokens, ok.cost_micros), (12, 34, 46));
    let sums =
        sqlx::query!("select calls, failed, stopped, prompt_tokens, completion_tokens, cost_micros from llm_spending")
            .fetch_one(&app.ctx.pool)
            .await
            .expect("one line");
    assert_eq!((sums.calls, sums.failed, sums.stopped), (3, 1, 0));
    assert_eq!((sums.prompt_tokens, sums.completion_tokens, sums.cost_micros), (24, 68, 92));
}

#[tokio::test]
async fn somebody_who_is_gone_by_the_time_of_writing_is_nobody_and_holds_up_nobody() {
    let server = StandIn::always(Reply::Text("Oui".into())).await;
    let app = app(&server, &[]).await;
    let person = app.person(Role::Parent).await;
    for by in [Some(person), Some(Uuid::nil()), None] {
        assert!(app.ctx.llm.chat(question().by(by)).await.is_ok());
    }
    app.ctx.llm.flush().await.expect("written");
    sqlx::query!("delete from users where id = $1", person).execute(&app.ctx.pool).await.expect("erased");
    let people = sqlx::query_scalar!("select person_id from llm_calls").fetch_all(&app.ctx.pool).await.expect("calls");
    assert_eq!(people, [None, None, None]);
}

#[tokio::test]
async fn an_orderly_stop_writes_every_call() {
    let app = TestApp::with(&[("LLM_MODE", "stub"), ("LLM_CONCURRENCY", "1000")]).await;
    let writer = app.ctx.llm.start_writer();
    for _ in 0..50 {
        let asked = (0..100).map(|_| app.ctx.llm.chat(question()));
        assert!(futures_util::future::join_all(asked).await.iter().all(Result::is_ok));
    }
    writer.stop().await;
    let n = sqlx::query!(
        r#"select (select count(*) from llm_calls) as "calls!", sum(calls)::bigint as "sum!" from llm_spending"#
    )
    .fetch_one(&app.ctx.pool)
    .await
    .expect("count");
    assert_eq!((n.calls, n.sum), (5000, 5000));
}

#[tokio::test]
async fn while_the_database_is_away_calls_wait_in_their_order() {
    let app = TestApp::with(&[("LLM_MODE", "stub")]).await;
    let client = &app.ctx.llm;
    let away = Client::new(&app.ctx.config.llm, nowhere()).expect("client");
    for task in [Task::Bilan, Task::Aria] {
        assert!(away.chat(question().task(task)).await.is_ok() && client.chat(question()).await.is_ok());
    }
    assert!(away.flush().await.is_err());
    let tasks: Vec<Task> = rows(&away).iter().map(|row| row.task).collect();
    assert_eq!(tasks, [Task::Bilan, Task::Aria]);
}

#[tokio::test]
async fn calls_are_forgotten_after_180_days_and_their_sums_stay() {
    let app = TestApp::with(&[("LLM_MODE", "stub")]).await;
    for _ in 0..2 {
        assert!(app.ctx.llm.chat(question()).await.is_ok());
    }
    app.ctx.llm.flush().await.expect("written");
    sqlx::query!(
        "update llm_calls set created_at = now() - interval '181 days' where id = (select min(id) from llm_calls)"
    )
    .execute(&app.ctx.pool)
    .await
    .expect("aged");
    assert_eq!(crate::llm::store::delete_old(&app.ctx.pool, 10).await.expect("deleted"), 1);
    let sum = sqlx::query_scalar!("select calls from llm_spending").fetch_one(&app.ctx.pool).await.expect("sum");
    assert_eq!(sum, 2);
}
