use chrono::TimeDelta;
use poem::{Endpoint, EndpointExt as _, http::StatusCode, test::TestClient};
use sha2::{Digest as _, Sha256};
use tower_sessions::session::Id;
use uuid::Uuid;

use super::*;
use crate::web::{Role, Routes, render::Render, session::Sessions};

fn app(ctx: &Ctx) -> TestClient<impl Endpoint> {
    let app =
        crate::jobs::routes(Routes::new()).into_route().with(Render).with(Sessions(ctx.clone())).data(ctx.clone());
    TestClient::new(app)
}

/// Cookie of a session of somebody in this role.
async fn cookie(pool: &PgPool, role: Role) -> String {
    let (user, session) = (Uuid::new_v4(), Id::default());
    sqlx::query!(
        "insert into users (id, role, email, first_name, last_name) values ($1, $2, $3, 'Prénom', 'Nom')",
        user,
        role.key(),
        format!("{user}@example.org")
    )
    .execute(pool)
    .await
    .expect("user");
    sqlx::query!(
        "insert into sessions (key, user_id, expires_at) values ($1, $2, $3)",
        Sha256::digest(session.0.to_le_bytes()).to_vec(),
        user,
        chrono::Utc::now() + TimeDelta::hours(1)
    )
    .execute(pool)
    .await
    .expect("session");
    format!("nexus={session}")
}

async fn dead_job(pool: &PgPool) -> i64 {
    sqlx::query_scalar!(
        "insert into jobs (kind, payload, state, attempts, last_error, ended_at)
         values ('send_mail', '{}', 'DEAD', 80, 'le serveur <refuse>', now() - interval '3 hours') returning id"
    )
    .fetch_one(pool)
    .await
    .expect("dead job")
}

#[tokio::test]
async fn only_the_direction_sees_the_page_and_relaunches() {
    let ctx = ctx().await;
    let (app, id) = (app(&ctx), dead_job(&ctx.pool).await);
    for role in Role::ALL {
        let cookie = cookie(&ctx.pool, role).await;
        let expected = if role == Role::Admin { StatusCode::OK } else { StatusCode::FORBIDDEN };
        app.get("/admin/jobs").header("cookie", &cookie).send().await.assert_status(expected);
        if role != Role::Admin {
            for path in [format!("/admin/jobs/{id}/retry"), "/admin/jobs/retry".to_owned()] {
                app.post(path).header("cookie", &cookie).send().await.assert_status(StatusCode::FORBIDDEN);
            }
        }
    }
    app.get("/admin/jobs").send().await.assert_status(StatusCode::SEE_OTHER);
    assert_eq!(only_job(&ctx.pool).await.state, "DEAD");
}

#[tokio::test]
async fn the_page_says_what_stopped_and_why_in_french() {
    let ctx = ctx().await;
    let (app, admin) = (app(&ctx), cookie(&ctx.pool, Role::Admin).await);
    let empty = app.get("/admin/jobs").header("cookie", &admin).send().await.0.into_body().into_string().await;
    assert!(empty.expect("page").contains("Tout va bien"));
    dead_job(&ctx.pool).await;
    let page = app.get("/admin/jobs").header("cookie", &admin).send().await.0.into_body().into_string().await;
    let page = page.expect("page");
    for text in
        ["Envoi d’un e-mail", "Arrêtée depuis 3 heures, après 80 essais", "le serveur &lt;refuse&gt;", "Relancer"]
    {
        assert!(page.contains(text), "{text} is missing");
    }
}

#[tokio::test]
async fn relaunching_is_audited_and_a_second_click_changes_nothing() {
    let ctx = ctx().await;
    let (app, admin, id) = (app(&ctx), cookie(&ctx.pool, Role::Admin).await, dead_job(&ctx.pool).await);
    for _ in 0..2 {
        let answer = app.post(format!("/admin/jobs/{id}/retry")).header("cookie", &admin).send().await;
        answer.assert_status(StatusCode::SEE_OTHER);
        answer.assert_header("location", "/admin/jobs");
    }
    let job = only_job(&ctx.pool).await;
    assert_eq!((job.state.as_str(), job.attempts), ("READY", 0));
    assert_eq!(notes(&ctx.pool, "jobs.retry").await, 1);
}

#[tokio::test]
async fn after_an_outage_one_click_relaunches_all() {
    let ctx = ctx().await;
    let (app, admin) = (app(&ctx), cookie(&ctx.pool, Role::Admin).await);
    for _ in 0..3 {
        dead_job(&ctx.pool).await;
    }
    app.post("/admin/jobs/retry").header("cookie", &admin).send().await.assert_status(StatusCode::SEE_OTHER);
    let ready = sqlx::query_scalar!(r#"select count(*) as "n!" from jobs where state = 'READY'"#);
    assert_eq!(ready.fetch_one(&ctx.pool).await.expect("count"), 3);
    assert_eq!(notes(&ctx.pool, "jobs.retry").await, 1);
}
