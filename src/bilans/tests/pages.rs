//! What each reader sees of the reports.

use poem::{Endpoint, EndpointExt as _, http::StatusCode, test::TestClient};
use sha2::{Digest as _, Sha256};
use tower_sessions::session::Id;

use super::*;
use crate::web::{Role, Routes, render::Render, session::Sessions};

fn app(ctx: &Ctx) -> TestClient<impl Endpoint> {
    let pages = crate::bilans::routes(Routes::new()).into_route();
    TestClient::new(pages.with(Render).with(Sessions(ctx.clone())).data(ctx.clone()))
}

/// An account in this role.
pub(super) async fn person(pool: &PgPool, role: Role) -> Uuid {
    let id = Uuid::new_v4();
    sqlx::query!(
        "insert into users (id, role, email, first_name, last_name) values ($1, $2, $3, 'Prénom', 'Nom')",
        id,
        role.key(),
        format!("{id}@example.org")
    )
    .execute(pool)
    .await
    .expect("user");
    if role == Role::Eleve {
        sqlx::query!("insert into students (user_id, grade) values ($1, 'TERMINALE')", id)
            .execute(pool)
            .await
            .expect("student");
    }
    id
}

/// Cookie of a session of this person.
async fn cookie(pool: &PgPool, user: Uuid) -> String {
    let session = Id::default();
    sqlx::query!(
        "insert into sessions (key, user_id, expires_at) values ($1, $2, $3)",
        Sha256::digest(session.0.to_le_bytes()).to_vec(),
        user,
        Utc::now() + chrono::TimeDelta::hours(1)
    )
    .execute(pool)
    .await
    .expect("session");
    format!("nexus={session}")
}

async fn in_role(pool: &PgPool, role: Role) -> String {
    let user = person(pool, role).await;
    cookie(pool, user).await
}

async fn parent_of(pool: &PgPool, student: Uuid) -> String {
    let parent = person(pool, Role::Parent).await;
    sqlx::query!("insert into guardianships (guardian_id, student_id) values ($1, $2)", parent, student)
        .execute(pool)
        .await
        .expect("guardianship");
    cookie(pool, parent).await
}

/// The fragment as htmx gets it.
async fn fragment(ctx: &Ctx, id: Uuid, cookie: &str, known: usize) -> String {
    let path = format!("/assessments/{id}/reports?connus={known}");
    let response = app(ctx).get(path).header("cookie", cookie).header("hx-request", "true").send().await;
    response.assert_status_is_ok();
    response.0.into_body().into_string().await.expect("text")
}

async fn student_and_result(ctx: &Ctx) -> (Uuid, Uuid) {
    let student = person(&ctx.pool, Role::Eleve).await;
    (student, scored(ctx, Some(student)).await)
}

#[tokio::test]
async fn each_reader_gets_the_reports_meant_for_them_and_strangers_none() {
    let ctx = testing::ctx().await;
    let (student, id) = student_and_result(&ctx).await;
    let titles = ["Bilan pour l’élève", "Bilan pour les parents", "Note pour l’équipe"];
    let student_cookie = cookie(&ctx.pool, student).await;
    for (cookie, sees) in [
        (student_cookie, [true, false, false]),
        (parent_of(&ctx.pool, student).await, [true, true, false]),
        (in_role(&ctx.pool, Role::Assistante).await, [true, true, true]),
        (in_role(&ctx.pool, Role::Admin).await, [true, true, true]),
    ] {
        let html = fragment(&ctx, id, &cookie, 0).await;
        assert_eq!(titles.map(|title| html.contains(title)), sees);
        assert!(html.contains("rédigé automatiquement à partir des scores") && !html.contains("hx-trigger"), "{html}");
        assert!(!html.contains("Camille"), "reports name nobody");
    }
    for role in [Role::Eleve, Role::Parent, Role::Coach] {
        let stranger = in_role(&ctx.pool, role).await;
        let path = format!("/assessments/{id}/reports");
        app(&ctx).get(path).header("cookie", stranger).send().await.assert_status(StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn the_part_fetches_itself_until_what_this_reader_waits_for_is_there() {
    let slow = Reply::After(Duration::from_secs(120), Box::new(Reply::Hangup));
    let server = StandIn::start(move |seen, _| match audience(seen) {
        Audience::Eleve => Reply::Text(GOOD.into()),
        _ => slow.clone(),
    })
    .await;
    let ctx = ctx(&server).await;
    let (student, id) = student_and_result(&ctx).await;
    let (student, parent) = (cookie(&ctx.pool, student).await, parent_of(&ctx.pool, student).await);
    let html = fragment(&ctx, id, &student, 0).await;
    assert!(html.contains(r#"hx-trigger="every 3s""#) && html.contains("Rédaction en cours"), "{html}");
    assert!(html.contains("rédigé automatiquement"), "meanwhile the composed one is there");
    let workers = crate::jobs::start(ctx.clone());
    until("the first report", async || reports(&ctx.pool, id).await == ["ELEVE"]).await;
    let html = fragment(&ctx, id, &student, 0).await;
    assert!(!html.contains("hx-trigger") && html.contains("Rédigé par une intelligence artificielle"), "{html}");
    assert!(html.contains("Tout est rédigé.") && html.contains("une notion après l’autre"), "{html}");
    let html = fragment(&ctx, id, &parent, 0).await;
    assert!(html.contains(r#"hx-trigger="every 3s""#) && html.contains("connus=1"), "{html}");
    assert!(html.contains("1 sur 2") && html.contains("Un bilan vient d’arriver."), "{html}");
    assert!(!fragment(&ctx, id, &parent, 1).await.contains("vient d’arriver"), "told once");
    workers.stop().await;
}

#[tokio::test]
async fn a_failure_is_told_kindly_and_only_staff_can_ask_again() {
    let server = StandIn::always(Reply::Body("nonsense".into())).await;
    let ctx = ctx(&server).await;
    let (student, id) = student_and_result(&ctx).await;
    work(&ctx).await;
    let student = cookie(&ctx.pool, student).await;
    let html = fragment(&ctx, id, &student, 0).await;
    assert!(html.contains("temporairement indisponible. Vos scores et résultats sont disponibles."), "{html}");
    assert!(!html.contains("hx-trigger") && !html.contains("Relancer"), "{html}");
    let staff = in_role(&ctx.pool, Role::Assistante).await;
    assert!(fragment(&ctx, id, &staff, 0).await.contains("Relancer la rédaction"));
    let path = format!("/assessments/{id}/reports/retry");
    let post = async |cookie: &str| app(&ctx).post(&path).header("cookie", cookie).send().await;
    post(&student).await.assert_status(StatusCode::FORBIDDEN);
    let response = post(&staff).await;
    response.assert_status(StatusCode::SEE_OTHER);
    response.assert_header("location", format!("/assessments/{id}/result#reports"));
    assert_eq!(state(&ctx.pool, id).await.0, "PENDING");
    post(&staff).await.assert_status(StatusCode::CONFLICT);
}

#[tokio::test]
async fn opened_by_hand_the_part_leads_to_its_page() {
    let ctx = testing::ctx().await;
    let (student, id) = student_and_result(&ctx).await;
    let student = cookie(&ctx.pool, student).await;
    let response = app(&ctx).get(format!("/assessments/{id}/reports")).header("cookie", &student).send().await;
    response.assert_status(StatusCode::SEE_OTHER);
    let response = app(&ctx).get(format!("/assessments/{id}/result")).header("cookie", &student).send().await;
    response.assert_status_is_ok();
    let html = response.0.into_body().into_string().await.expect("text");
    assert!(html.contains(r#"id="reports""#) && html.contains("Où tu en es"), "the page holds the same part");
}

#[tokio::test]
async fn a_report_whose_score_was_recomputed_since_says_so() {
    let server = StandIn::always(Reply::Text(GOOD.into())).await;
    let ctx = ctx(&server).await;
    let (student, id) = student_and_result(&ctx).await;
    let student = cookie(&ctx.pool, student).await;
    work(&ctx).await;
    assert!(!fragment(&ctx, id, &student, 1).await.contains("recalculé"));
    sqlx::query!("update standard_scores set ssn = 12.3 where assessment_id = $1", id)
        .execute(&ctx.pool)
        .await
        .expect("recomputed");
    assert!(fragment(&ctx, id, &student, 1).await.contains("il a été recalculé depuis"));
}
