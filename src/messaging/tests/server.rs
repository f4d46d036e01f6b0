use super::{
    smtp_stand_in::{Mood, StandIn},
    *,
};
use crate::{ctx::Ctx, messaging::figures, testing};

/// A context whose mail server is the stand-in; a mail may take 1.5 s.
async fn ctx(server: &StandIn, secure: &str) -> Ctx {
    let port = server.port.to_string();
    let smtp = [("SMTP_HOST", "127.0.0.1"), ("SMTP_PORT", &port), ("SMTP_SECURE", secure), ("SMTP_TIMEOUT", "500")];
    testing::ctx_with(&smtp).await
}

#[tokio::test]
async fn a_mail_waits_for_a_server_that_is_down_hangs_or_is_busy_and_leaves_once_it_is_kind() {
    let mut server = StandIn::down().await;
    let ctx = ctx(&server, "none").await;
    let workers = jobs::start(ctx.clone());

    let since = Instant::now();
    post(&ctx.pool, &mail("amina@example.org")).await;
    assert!(since.elapsed() < Duration::from_secs(1), "the request waits for no mail server");

    let refused = tried(&ctx.pool, 1).await;
    assert_eq!((refused.state.as_str(), refused.job_state.as_deref()), ("WAITING", Some("READY")));
    assert!(refused.last_error.is_some_and(|error| error.contains("serveur d’e-mail")));
    assert_eq!(figures(&ctx.pool).await.expect("figures").waiting, 1);

    server.start(Mood::Silent).await;
    try_now(&ctx.pool).await;
    let silent = tried(&ctx.pool, 2).await;
    assert!(silent.last_error.is_some_and(|error| error.contains("pas répondu")));

    server.set(Mood::Busy);
    try_now(&ctx.pool).await;
    let busy = tried(&ctx.pool, 3).await;
    assert!(busy.last_error.is_some_and(|error| error.contains("450")));
    assert_eq!(busy.state, "WAITING");

    server.set(Mood::Kind);
    try_now(&ctx.pool).await;
    let sent = tried(&ctx.pool, 4).await;
    assert_eq!((sent.state.as_str(), sent.job_state, sent.last_error), ("SENT", None, None));
    let mails = server.mails();
    assert_eq!(mails.len(), 1);
    assert!(mails[0].contains(&format!("Message-ID: <{}@localhost>", sent.id)), "{}", mails[0]);
    assert_eq!(figures(&ctx.pool).await.expect("figures").waiting, 0);
    workers.stop().await;
}

#[tokio::test]
async fn an_unknown_recipient_is_given_up_at_once_and_can_be_tried_again() {
    let server = StandIn::up(Mood::Unknown).await;
    let ctx = ctx(&server, "none").await;
    let workers = jobs::start(ctx.clone());
    post(&ctx.pool, &mail("nobody@example.org")).await;
    let given_up = tried(&ctx.pool, 1).await;
    assert_eq!((given_up.state.as_str(), given_up.job_state.as_deref()), ("FAILED", Some("DEAD")));
    assert_eq!(figures(&ctx.pool).await.expect("figures").failed, 1);

    server.set(Mood::Kind);
    sqlx::query!("update jobs set state = 'READY', attempts = 0").execute(&ctx.pool).await.expect("revived");
    try_now(&ctx.pool).await;
    assert_eq!(tried(&ctx.pool, 2).await.state, "SENT");
    workers.stop().await;
}

#[tokio::test]
async fn a_mail_that_may_have_been_taken_is_sent_again_as_the_same_message() {
    let server = StandIn::up(Mood::Cuts).await;
    let ctx = ctx(&server, "none").await;
    let workers = jobs::start(ctx.clone());
    post(&ctx.pool, &mail("amina@example.org")).await;
    tried(&ctx.pool, 1).await;
    server.set(Mood::Kind);
    try_now(&ctx.pool).await;
    assert_eq!(tried(&ctx.pool, 2).await.state, "SENT");
    let mails = server.mails();
    assert!(mails.len() == 2 && mails[0] == mails[1], "byte for byte, so that the receiver can drop one");
    workers.stop().await;
}

#[tokio::test]
async fn the_late_answer_to_one_mail_is_never_taken_for_that_of_the_next() {
    let server = StandIn::up(Mood::Late(2000)).await;
    let ctx = ctx(&server, "none").await;
    let workers = jobs::start(ctx.clone());
    post(&ctx.pool, &mail("first@example.org")).await;
    assert_eq!(tried(&ctx.pool, 1).await.state, "WAITING");
    tokio::time::sleep(Duration::from_millis(700)).await;

    server.set(Mood::Busy);
    post(&ctx.pool, &mail("second@example.org")).await;
    assert_eq!(tried(&ctx.pool, 1).await.state, "WAITING", "nobody has taken it");
    assert_eq!(server.connections(), 2);
    workers.stop().await;
}

#[tokio::test]
async fn mails_in_a_row_share_a_connection() {
    let server = StandIn::up(Mood::Kind).await;
    let ctx = ctx(&server, "none").await;
    let workers = jobs::start(ctx.clone());
    for _ in 0..5 {
        post(&ctx.pool, &mail("amina@example.org")).await;
        tried(&ctx.pool, 1).await;
    }
    assert_eq!((server.mails().len(), server.connections()), (5, 1));
    workers.stop().await;
}

#[tokio::test]
async fn no_mail_goes_in_clear_to_a_server_that_should_have_been_asked_for_tls() {
    let server = StandIn::up(Mood::Kind).await;
    let ctx = ctx(&server, "starttls").await;
    let workers = jobs::start(ctx.clone());
    post(&ctx.pool, &mail("amina@example.org")).await;
    assert_eq!(tried(&ctx.pool, 1).await.state, "WAITING");
    assert!(server.mails().is_empty());
    workers.stop().await;
}

#[tokio::test]
async fn a_mail_erased_with_its_person_is_not_sent() {
    let server = StandIn::up(Mood::Kind).await;
    let ctx = ctx(&server, "none").await;
    post(&ctx.pool, &mail("amina@example.org")).await;
    sqlx::query!("delete from outbox").execute(&ctx.pool).await.expect("erased");
    let workers = jobs::start(ctx.clone());
    let since = Instant::now();
    let left = || sqlx::query_scalar!(r#"select count(*) as "n!" from jobs"#).fetch_one(&ctx.pool);
    while left().await.expect("count") > 0 {
        assert!(since.elapsed() < Duration::from_secs(30), "the job stays");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(server.mails().is_empty());
    workers.stop().await;
}
