//! What may be spent.

use futures_util::future::join_all;

use super::{log::app, *};
use crate::{testing::TestApp, web::Role};

/// What the stand-in's answers cost, in millionths.
const COST: i64 = 46;

async fn spent(app: &TestApp) -> i64 {
    app.ctx.llm.flush().await.expect("written");
    sqlx::query_scalar!(r#"select coalesce(sum(cost_micros), 0)::bigint as "spent!" from llm_spending"#)
        .fetch_one(&app.ctx.pool)
        .await
        .expect("sum")
}

/// Looks at the sums, as the writer does.
async fn look(client: &Client) {
    client.flush().await.expect("written");
    client.0.books.look().await.expect("looked");
}

#[tokio::test]
async fn fifty_calls_at_once_never_pass_the_budget() {
    let server = StandIn::always(Reply::After(Duration::from_millis(50), Box::new(Reply::Text("Oui".into())))).await;
    let app = app(&server, &[("LLM_BUDGET_DAY", "0.001")]).await;
    for _ in 0..3 {
        let answers = join_all((0..50).map(|_| app.ctx.llm.chat(question().max_tokens(40)))).await;
        assert!(answers.iter().all(|answer| answer.is_ok() || *answer == Err(LlmError::OverBudget)), "{answers:?}");
    }
    let spent = spent(&app).await;
    assert!(spent <= 1000 && spent > 1000 - 2 * COST, "{spent}");
    assert_eq!(server.seen().len() as i64 * COST, spent, "who was refused was not asked");
}

#[tokio::test]
async fn what_was_spent_before_the_start_counts() {
    let server = StandIn::always(Reply::Text("Oui".into())).await;
    let app = app(&server, &[("LLM_BUDGET_MONTH", "0.0001")]).await;
    for _ in 0..2 {
        assert!(app.ctx.llm.chat(question().max_tokens(40)).await.is_ok());
    }
    app.ctx.llm.flush().await.expect("written");
    let restarted = Client::new(&app.ctx.config.llm, app.ctx.pool.clone()).expect("client");
    assert_eq!(restarted.chat(question().max_tokens(40)).await, Err(LlmError::OverBudget));
    let mut stream = restarted.chat_stream(question());
    assert_eq!(stream.next().await, Some(Err(LlmError::OverBudget)));
}

#[tokio::test]
async fn a_budget_that_is_spent_makes_the_chain_unavailable_unless_a_link_of_it_is_free() {
    let server = StandIn::always(Reply::Text("Oui".into())).await;
    let url = server.base_url.trim_end_matches("/v1").to_owned();
    let app = app(&server, &[("LLM_BUDGET_DAY", "0"), ("LLM_PROVIDERS", "openai,ollama"), ("OLLAMA_URL", &url)]).await;
    assert!(app.ctx.llm.available());
    assert_eq!(app.ctx.llm.chat(question()).await.expect("the free one").provider, "ollama");
    let alone = super::log::app(&server, &[("LLM_BUDGET_DAY", "0")]).await;
    assert!(!alone.ctx.llm.available());
}

#[tokio::test]
async fn nobody_is_asked_while_nobody_knows_what_is_left() {
    let server = StandIn::always(Reply::Text("Oui".into())).await;
    let client = client_of(&server.base_url, &[("LLM_BUDGET_DAY", "1"), ("OPENAI_PRICE_IN", "1")]);
    assert_eq!(client.chat(question()).await, Err(LlmError::Busy));
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn admins_are_told_once_that_most_of_it_is_spent_and_once_that_all_is() {
    let server = StandIn::always(Reply::Text("Oui".into())).await;
    let app = app(&server, &[("LLM_BUDGET_DAY", "0.000115")]).await;
    let admin = app.person(Role::Admin).await;
    app.person(Role::Assistante).await;
    let other = Client::new(&app.ctx.config.llm, app.ctx.pool.clone()).expect("another server");
    let told = async || {
        sqlx::query!("select user_id, title from notifications order by at, id")
            .fetch_all(&app.ctx.pool)
            .await
            .expect("notifications")
    };
    let ask = || question().max_tokens(40);
    assert!(app.ctx.llm.chat(ask()).await.is_ok());
    look(&app.ctx.llm).await;
    assert!(told().await.is_empty(), "40 %");
    assert!(other.chat(ask()).await.is_ok());
    for client in [&other, &app.ctx.llm, &other] {
        look(client).await;
    }
    let [first] = told().await.try_into().expect("one, however many servers look");
    assert_eq!((first.user_id, first.title.contains("presque")), (admin, true));
    assert_eq!(app.ctx.llm.chat(ask()).await, Err(LlmError::OverBudget), "the other server's spending counts");
    for client in [&app.ctx.llm, &other] {
        look(client).await;
    }
    let titles: Vec<String> = told().await.into_iter().map(|one| one.title).collect();
    assert!(titles.len() == 2 && titles[1].ends_with("est épuisé"), "{titles:?}");
}

#[test]
fn what_a_person_reads_is_calm_and_says_nothing_of_machines() {
    for error in [LlmError::OverBudget, LlmError::Busy, LlmError::Cut, LlmError::NotConfigured] {
        let sentence = error.sentence();
        assert!(!["API", "http", "budget is", "timeout"].iter().any(|word| sentence.contains(word)), "{sentence}");
    }
}
