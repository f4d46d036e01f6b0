//! The writing itself.

use super::*;
use crate::{
    bilans::writer::{Outcome, write_missing},
    llm::standin,
};

#[tokio::test]
async fn a_good_model_writes_three_reports_from_the_facts_alone() {
    let server = StandIn::always(Reply::Text(GOOD.into())).await;
    let ctx = ctx(&server).await;
    let id = scored(&ctx, None).await;
    work(&ctx).await;
    assert_eq!(state(&ctx.pool, id).await, ("COMPLETE".into(), None, None, 0));
    assert_eq!(reports(&ctx.pool, id).await, ["ELEVE", "NEXUS", "PARENTS"]);
    let row = sqlx::query!("select model, prompt_version, ssn from reports where audience = 'ELEVE'")
        .fetch_one(&ctx.pool)
        .await
        .expect("report");
    assert_eq!((row.model.as_str(), row.prompt_version.as_str()), ("stand-in", "1"));
    assert!(row.ssn.is_some());
    for seen in server.seen() {
        let body = seen.body.to_string();
        assert!(seen.message("user").contains("score global: 61 %"), "{body}");
        assert!(!body.contains("Camille") && !body.contains("example.org"), "no name leaves the house: {body}");
    }
}

#[tokio::test]
async fn a_model_that_cannot_be_reached_fails_as_in_the_record_and_the_queue_does_not_insist() {
    let ctx = ctx_at(&standin::nobody().await, &[]).await;
    let id = scored(&ctx, None).await;
    work(&ctx).await;
    let details = "Failed to generate ELEVE bilan: fetch failed".to_owned();
    assert_eq!(state(&ctx.pool, id).await, ("FAILED".into(), Some("LLM_GENERATION_FAILED".into()), Some(details), 1));
    assert_eq!(jobs_left(&ctx.pool).await, 0);
    assert!(reports(&ctx.pool, id).await.is_empty());
}

async fn failure(reply: Reply) -> String {
    let server = failing_for(Audience::Parents, reply).await;
    let ctx = ctx_at(&server.base_url, &[("OLLAMA_TIMEOUT", "2000")]).await;
    let id = scored(&ctx, None).await;
    let Outcome::Failed(cause) = write_missing(&ctx, id).await.expect("no trouble of ours") else { panic!("failed") };
    assert_eq!(reports(&ctx.pool, id).await, ["ELEVE", "NEXUS"], "the others are stored all the same");
    cause.strip_prefix("Failed to generate PARENTS bilan: ").expect("names the audience").to_owned()
}

#[tokio::test]
async fn whatever_a_bad_model_does_is_a_failure_with_its_cause() {
    let text = |text: &str| Reply::Text(format!("{GOOD} {text}"));
    let late = Reply::After(Duration::from_secs(60), Box::new(Reply::Hangup));
    for (reply, cause) in [
        (late, "OpenAI chat timeout after 2000ms (model: m)"),
        (Reply::Status(500, "{}".into()), "OpenAI chat failed: 500 — {}"),
        (Reply::CutBody, "the answer was cut short"),
        (Reply::Body("not json".into()), "the answer is not understood"),
        (Reply::Truncated(GOOD.into()), "the text was cut by the limit of tokens"),
        (Reply::Text(String::new()), "the text is too short"),
        (Reply::Text("blah ".repeat(60)), "the text is not French prose"),
        (
            Reply::Text("Je suis désolé, mais je ne peux pas rédiger ce bilan pour vous.".into()),
            "the model declined to write",
        ),
        (text("Tu auras 87 au Bac."), "the number 87 is not in the data"),
        (text("Écris à prof@example.org."), "the text holds an address, a link or a telephone number"),
    ] {
        assert_eq!(failure(reply).await, cause);
    }
}

#[tokio::test]
async fn one_failure_of_the_server_is_made_good_inside_the_job() {
    let server =
        StandIn::start(|_, n| if n == 0 { Reply::Status(500, String::new()) } else { Reply::Text(GOOD.into()) }).await;
    let ctx = ctx(&server).await;
    let id = scored(&ctx, None).await;
    assert_eq!(write_missing(&ctx, id).await.expect("ours"), Outcome::Complete);
    assert_eq!(server.seen().len(), 4, "three reports and one retry");
}

#[tokio::test]
async fn reports_are_stored_as_they_arrive_and_a_killed_job_goes_on_without_writing_them_again() {
    let slow = |text: &str| Reply::After(Duration::from_secs(120), Box::new(Reply::Text(text.into())));
    let server = StandIn::start(move |seen, n| match (audience(seen), n) {
        (Audience::Eleve, _) => Reply::Text(GOOD.into()),
        (_, 0..3) => slow(GOOD),
        _ => Reply::Text(GOOD.into()),
    })
    .await;
    let ctx = ctx(&server).await;
    let id = scored(&ctx, None).await;
    let first = tokio::spawn({
        let ctx = ctx.clone();
        async move { write_missing(&ctx, id).await }
    });
    until("the first report", async || reports(&ctx.pool, id).await == ["ELEVE"]).await;
    until("all requests", async || server.seen().len() == 3).await;
    assert_eq!(state(&ctx.pool, id).await.0, "PENDING");
    first.abort();
    let written_at =
        || sqlx::query_scalar!("select written_at from reports where audience = 'ELEVE'").fetch_one(&ctx.pool);
    let before = written_at().await.expect("report");
    work(&ctx).await;
    assert_eq!(state(&ctx.pool, id).await.0, "COMPLETE");
    assert_eq!(written_at().await.expect("report"), before);
    let asked: Vec<_> = server.seen().iter().map(audience).filter(|one| *one == Audience::Eleve).collect();
    assert_eq!((asked.len(), server.seen().len()), (1, 5), "three, then the two that were missing");
}

#[tokio::test]
async fn staff_have_a_failed_report_written_again_and_only_that_one() {
    let server = StandIn::start(|seen, n| match (audience(seen), n) {
        (Audience::Nexus, 0..3) => Reply::Body("nonsense".into()),
        _ => Reply::Text(GOOD.into()),
    })
    .await;
    let ctx = ctx(&server).await;
    let id = scored(&ctx, None).await;
    assert_eq!(crate::bilans::retry(&ctx, id, Uuid::nil()).await.expect_err("it has not failed").status, 409);
    work(&ctx).await;
    assert_eq!(state(&ctx.pool, id).await.0, "FAILED");
    let actor = pages::person(&ctx.pool, crate::web::Role::Admin).await;
    crate::bilans::retry(&ctx, id, actor).await.expect("asked again");
    assert_eq!(state(&ctx.pool, id).await, ("PENDING".into(), None, None, 1));
    assert_eq!(crate::bilans::retry(&ctx, id, actor).await.expect_err("under way").status, 409);
    work(&ctx).await;
    assert_eq!(state(&ctx.pool, id).await, ("COMPLETE".into(), None, None, 1));
    assert_eq!(server.seen().len(), 4);
    let audited =
        sqlx::query!("select actor_id, action, subject from audit_log").fetch_one(&ctx.pool).await.expect("one");
    assert_eq!((audited.actor_id, audited.action.as_str()), (Some(actor), "bilans.retry"));
    assert_eq!(audited.subject, format!("assessments:{id}"));
}

#[tokio::test]
async fn without_a_model_reports_are_skipped_and_cannot_be_asked_for() {
    let ctx = testing::ctx_with(&[("LLM_MODE", "off"), ("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")]).await;
    let id = scored(&ctx, None).await;
    let (status, code, ..) = state(&ctx.pool, id).await;
    assert_eq!((status.as_str(), code.as_deref()), ("SKIPPED", Some("LLM_GENERATION_SKIPPED")));
    assert_eq!(jobs_left(&ctx.pool).await, 0);
    assert_eq!(crate::bilans::retry(&ctx, id, Uuid::nil()).await.expect_err("nobody to ask").status, 409);
}

#[tokio::test]
async fn a_model_switched_off_before_the_job_runs_ends_it_as_skipped() {
    let server = StandIn::always(Reply::Text(GOOD.into())).await;
    let with_model = ctx(&server).await;
    let id = scored(&with_model, None).await;
    let keys = crate::keys::Keys::new("another secret for tests, of 32 characters".to_owned().into());
    let without = Ctx::new(testing::config(&[]), with_model.pool.clone(), keys).expect("context");
    work(&without).await;
    assert_eq!(state(&with_model.pool, id).await.0, "SKIPPED");
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn the_stub_writes_three_short_texts_without_any_server() {
    let ctx = testing::ctx_with(&[("LLM_MODE", "stub")]).await;
    let id = scored(&ctx, None).await;
    work(&ctx).await;
    assert_eq!(state(&ctx.pool, id).await.0, "COMPLETE");
    let text =
        sqlx::query_scalar!("select markdown from reports where audience = 'PARENTS'").fetch_one(&ctx.pool).await;
    assert!(text.expect("report").contains("le niveau du jour est"));
}

#[tokio::test]
async fn an_assessment_that_is_gone_or_dealt_with_asks_nothing_of_the_model() {
    let server = StandIn::always(Reply::Text(GOOD.into())).await;
    let ctx = ctx(&server).await;
    assert_eq!(write_missing(&ctx, Uuid::new_v4()).await.expect("ours"), Outcome::Nothing);
    let id = scored(&ctx, None).await;
    sqlx::query!("update assessments set generation_status = 'FAILED' where id = $1", id)
        .execute(&ctx.pool)
        .await
        .expect("dealt with");
    assert_eq!(write_missing(&ctx, id).await.expect("ours"), Outcome::Nothing);
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn a_job_that_is_given_up_leaves_a_failure_that_staff_can_retry() {
    use crate::{assessments::jobs::AssessmentScored, jobs::Job as _};
    let server = StandIn::always(Reply::Text(GOOD.into())).await;
    let ctx = ctx(&server).await;
    let id = scored(&ctx, None).await;
    let mut conn = ctx.pool.acquire().await.expect("connection");
    AssessmentScored { assessment_id: id }.on_death(&mut conn).await.expect("noted");
    let (status, code, details, count) = state(&ctx.pool, id).await;
    assert_eq!((status.as_str(), code.as_deref(), count), ("FAILED", Some("LLM_GENERATION_FAILED"), 1));
    assert!(details.expect("cause").contains("given up"));
}
