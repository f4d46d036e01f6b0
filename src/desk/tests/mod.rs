//! The desk over HTTP, on a real database.

use uuid::Uuid;

use super::store;
use crate::{
    assessments::tests::support::{begin_as_family, count},
    testing::{Signed, TestApp, together},
    web::Role,
};

/// A family that has just asked for a free assessment; answers the request.
async fn request(app: &TestApp, email: &str) -> Uuid {
    begin_as_family(&app.anonymous(), email).await;
    sqlx::query_scalar!("select id from bilan_requests where parent_email = $1", email)
        .fetch_one(&app.ctx.pool)
        .await
        .expect("request")
}

async fn two_assistantes(app: &TestApp) -> [Signed; 2] {
    [app.signed_in(Role::Assistante).await, app.signed_in(Role::Assistante).await]
}

async fn waiting(app: &TestApp) -> i64 {
    store::load_queue(&app.ctx.pool).await.expect("queue").waiting
}

async fn audited(app: &TestApp) -> i64 {
    sqlx::query_scalar!(r#"select count(*) as "n!" from audit_log where action = 'desk.close'"#)
        .fetch_one(&app.ctx.pool)
        .await
        .expect("log")
}

async fn run_daily(app: &TestApp) {
    let mut conn = app.ctx.pool.acquire().await.expect("connection");
    store::open_forgotten_activations(&mut conn).await.expect("daily work");
}

#[tokio::test]
async fn a_family_s_request_waits_at_the_desk_and_is_done_in_two_clicks() {
    let app = TestApp::new().await;
    let id = request(&app, "leila@example.org").await;
    let assistante = app.signed_in(Role::Assistante).await;
    assistante.get("/dashboard/assistante").await.assert_page(200, "Famille à rappeler");
    let page = assistante.post(&format!("/desk/demande/{id}/take"), &[]).await.redirected();
    assistante.get(&page).await.assert_page(200, "Famille jointe");
    assistante
        .post(&format!("{page}/close"), &[("outcome", "REACHED"), ("note", "Rendez-vous samedi.")])
        .await
        .assert_redirect("/dashboard/assistante");
    assistante.get("/dashboard/assistante").await.assert_page(200, "Traité aujourd’hui");
    assistante.get(&page).await.assert_page(200, "Rendez-vous samedi.");
    assert_eq!((waiting(&app).await, audited(&app).await), (0, 1));
}

#[tokio::test]
async fn of_two_who_take_an_item_at_once_one_has_it_and_the_other_reads_who() {
    let app = TestApp::new().await;
    let id = request(&app, "leila@example.org").await;
    let people = two_assistantes(&app).await;
    app.warm().await;
    together(people.iter().map(|one| one.post(&format!("/desk/demande/{id}/take"), &[]))).await;
    let mut closing = 0;
    for one in &people {
        let page = one.get(&format!("/desk/demande/{id}")).await;
        closing += i32::from(page.text().contains("Famille jointe"));
        assert!(page.text().contains("Famille jointe") != page.text().contains("s’en occupe depuis"), "{page}");
    }
    assert_eq!(closing, 1);
}

#[tokio::test]
async fn of_two_who_close_an_item_at_once_one_does_and_the_other_is_told() {
    let app = TestApp::new().await;
    let id = request(&app, "leila@example.org").await;
    let people = two_assistantes(&app).await;
    app.warm().await;
    let path = format!("/desk/demande/{id}/close");
    let answers = together(people.iter().map(|one| one.post(&path, &[("outcome", "REACHED")]))).await;
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409]);
    assert!(answers.iter().any(|answer| answer.text().contains("Traité par")), "the second is told by whom");
    assert_eq!(audited(&app).await, 1);
}

#[tokio::test]
async fn a_hold_that_nobody_uses_ends_after_half_an_hour() {
    let app = TestApp::new().await;
    let id = request(&app, "leila@example.org").await;
    let [first, second] = two_assistantes(&app).await;
    first.post(&format!("/desk/demande/{id}/take"), &[]).await;
    second.post(&format!("/desk/demande/{id}/close"), &[("outcome", "REACHED")]).await.assert(409);
    sqlx::query!("update desk_items set taken_at = now() - interval '31 minutes'")
        .execute(&app.ctx.pool)
        .await
        .expect("time passes");
    second.post(&format!("/desk/demande/{id}/close"), &[("outcome", "REACHED")]).await.assert(303);
}

#[tokio::test]
async fn an_item_put_back_can_be_taken_by_another() {
    let app = TestApp::new().await;
    let id = request(&app, "leila@example.org").await;
    let [first, second] = two_assistantes(&app).await;
    first.post(&format!("/desk/demande/{id}/take"), &[]).await;
    first.post(&format!("/desk/demande/{id}/release"), &[]).await.assert_redirect("/dashboard/assistante");
    second.post(&format!("/desk/demande/{id}/close"), &[("outcome", "DROPPED")]).await.assert(303);
}

#[tokio::test]
async fn a_family_that_did_not_answer_comes_back_the_next_morning() {
    let app = TestApp::new().await;
    let id = request(&app, "leila@example.org").await;
    let assistante = app.signed_in(Role::Assistante).await;
    assistante.post(&format!("/desk/demande/{id}/close"), &[("outcome", "LATER")]).await.assert(303);
    assert_eq!(waiting(&app).await, 0);
    let local = sqlx::query_scalar!(
        r#"select to_char(waits_until at time zone 'Africa/Tunis', 'HH24:MI') as "at!" from desk_items where waits_until > now()"#
    )
    .fetch_one(&app.ctx.pool)
    .await
    .expect("moment");
    assert_eq!(local, "08:00");
}

#[tokio::test]
async fn an_unknown_end_and_a_note_without_end_are_refused_with_a_sentence() {
    let app = TestApp::new().await;
    let id = request(&app, "leila@example.org").await;
    let assistante = app.signed_in(Role::Assistante).await;
    let path = format!("/desk/demande/{id}/close");
    let long = "é".repeat(1001);
    assistante.post(&path, &[("outcome", "RESENT")]).await.assert_page(422, "Choisissez comment se termine");
    assistante
        .post(&path, &[("outcome", "REACHED"), ("note", &long)])
        .await
        .assert_page(422, "1000 caractères au plus");
    assert_eq!(waiting(&app).await, 1);
}

#[tokio::test]
async fn an_account_whose_link_expired_gets_a_new_one_once() {
    let app = TestApp::new().await;
    request(&app, "leila@example.org").await;
    run_daily(&app).await;
    assert_eq!(waiting(&app).await, 1, "the link is still good: only the request waits");
    sqlx::query!("update users set created_at = now() - interval '4 days'").execute(&app.ctx.pool).await.expect("time");
    sqlx::query!("update account_links set expires_at = now() - interval '1 day'")
        .execute(&app.ctx.pool)
        .await
        .expect("time");
    run_daily(&app).await;
    run_daily(&app).await;
    assert_eq!(waiting(&app).await, 2);
    let parent = sqlx::query_scalar!("select id from users where email = 'leila@example.org'")
        .fetch_one(&app.ctx.pool)
        .await
        .expect("parent");
    let people = two_assistantes(&app).await;
    let mails = count(&app, "outbox").await;
    app.warm().await;
    let path = format!("/desk/activation/{parent}/close");
    together(people.iter().map(|one| one.post(&path, &[("outcome", "RESENT")]))).await;
    assert_eq!(count(&app, "outbox").await, mails + 1);
    run_daily(&app).await;
    assert_eq!(waiting(&app).await, 1, "the new link is good for three days");
}

#[tokio::test]
async fn what_settles_itself_leaves_the_queue() {
    let app = TestApp::new().await;
    request(&app, "leila@example.org").await;
    let set = async |sql: &'static str| sqlx::raw_sql(sql).execute(&app.ctx.pool).await.expect("change");
    set("update outbox set state = 'FAILED', last_error = 'adresse refusée'").await;
    assert_eq!(waiting(&app).await, 2);
    set("update outbox set state = 'SENT'").await;
    assert_eq!(waiting(&app).await, 1);
    set("update assessments set generation_status = 'FAILED'").await;
    assert_eq!(waiting(&app).await, 2);
    set("update assessments set generation_status = 'COMPLETE'").await;
    set("insert into desk_items (kind, subject_id) select 'ACTIVATION', id from users where role = 'PARENT'").await;
    assert_eq!(waiting(&app).await, 2);
    set("update users set activated_at = now() where role = 'PARENT'").await;
    assert_eq!(waiting(&app).await, 1);
}

#[tokio::test]
async fn the_alerts_the_queue_and_the_unread_messages_are_one_query_each() {
    let app = TestApp::new().await;
    for number in 0..5 {
        request(&app, &format!("parent{number}@example.org")).await;
    }
    let assistante = app.signed_in(Role::Assistante).await;
    let page = assistante.get("/dashboard/assistante").await;
    assert_eq!(page.queries().len(), 3, "{:?}", page.queries());
}
