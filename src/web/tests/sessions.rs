//! How long a session lives, what ends it, and what the browser and the database know of it.

use uuid::Uuid;

use crate::{
    testing::{Signed, TestApp, together},
    web::Role,
};

async fn set(app: &TestApp, person: Uuid, sql: &'static str) {
    let done = sqlx::query(sql).bind(person).execute(&app.ctx.pool).await.expect("session");
    assert_eq!(done.rows_affected(), 1);
}

async fn is_signed_in(who: &Signed) -> bool {
    let answer = who.get("/api/auth/session").await.assert(200).json();
    answer["user"]["id"] == who.id.to_string()
}

#[tokio::test]
async fn it_ends_after_fourteen_idle_days_and_after_sixty_days_in_all() {
    let app = TestApp::new().await;
    let idle = app.signed_in(Role::Parent).await;
    set(&app, idle.id, "update sessions set expires_at = now() - interval '1 second' where user_id = $1").await;
    assert!(!is_signed_in(&idle).await);
    let old = app.signed_in(Role::Parent).await;
    set(&app, old.id, "update sessions set created_at = now() - interval '59 days 23 hours' where user_id = $1").await;
    assert!(is_signed_in(&old).await);
    set(&app, old.id, "update sessions set created_at = now() - interval '60 days 1 second' where user_id = $1").await;
    assert!(!is_signed_in(&old).await);
    old.get("/dashboard/parent").await.assert_redirect("/auth/signin?callbackUrl=/dashboard/parent");
}

#[tokio::test]
async fn being_used_renews_it_in_the_database_and_in_the_browser() {
    let app = TestApp::new().await;
    let parent = app.signed_in(Role::Parent).await;
    let fresh = parent.get("/dashboard/parent").await;
    assert_eq!(fresh.header("set-cookie"), "", "seen a moment ago: nothing to renew");
    set(&app, parent.id, "update sessions set last_seen_at = now() - interval '3 days', expires_at = now() + interval '11 days' where user_id = $1").await;
    let later = parent.get("/dashboard/parent").await;
    assert!(later.header("set-cookie").contains("Max-Age=1209600;"), "{later}");
    app.ctx.seen.store(&app.ctx.pool).await.expect("stored");
    let days = sqlx::query_scalar!(
        r#"select round(extract(epoch from expires_at - now()) / 86400)::int as "days!" from sessions where user_id = $1"#,
        parent.id
    );
    assert_eq!(days.fetch_one(&app.ctx.pool).await.expect("session"), 14);
}

#[tokio::test]
async fn those_in_use_are_renewed_together_a_moment_later_and_one_that_has_ended_meanwhile_stays_ended() {
    let app = TestApp::new().await;
    let people =
        [app.signed_in(Role::Parent).await, app.signed_in(Role::Coach).await, app.signed_in(Role::Eleve).await];
    let old = "update sessions set last_seen_at = now() - interval '1 day', expires_at = now() + interval '13 days'";
    sqlx::query(old).execute(&app.ctx.pool).await.expect("sessions");
    for person in &people {
        assert!(is_signed_in(person).await);
    }
    set(&app, people[0].id, "delete from sessions where user_id = $1").await;
    let renewed = async || {
        let renewed = sqlx::query_scalar!(
            r#"select count(*) as "n!" from sessions where last_seen_at > now() - interval '1 minute'
               and expires_at > now() + interval '13 days 23 hours'"#
        );
        renewed.fetch_one(&app.ctx.pool).await.expect("sessions")
    };
    for _ in 0..100 {
        if renewed().await == 2 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(renewed().await, 2);
    assert!(!is_signed_in(&people[0]).await);
}

#[tokio::test]
async fn it_says_when_it_ends() {
    let app = TestApp::new().await;
    let parent = app.signed_in(Role::Parent).await;
    set(&app, parent.id, "update sessions set created_at = now() - interval '59 days' where user_id = $1").await;
    let session = parent.get("/api/auth/session").await.json();
    let expires: chrono::DateTime<chrono::Utc> = session["expires"].as_str().expect("moment").parse().expect("moment");
    let hours = (expires - chrono::Utc::now()).num_hours();
    assert!((22..=24).contains(&hours), "sixty days in all: {session}");
    assert_eq!(app.anonymous().get("/api/auth/session").await.json(), serde_json::json!({}));
}

#[tokio::test]
async fn a_deactivated_person_is_out_at_once() {
    let app = TestApp::new().await;
    let coach = app.signed_in(Role::Coach).await;
    assert!(is_signed_in(&coach).await);
    set(&app, coach.id, "update users set deactivated_at = now() where id = $1").await;
    assert!(!is_signed_in(&coach).await);
    coach.get("/dashboard/coach").await.assert_redirect("/auth/signin?callbackUrl=/dashboard/coach");
}

#[tokio::test]
async fn the_table_holds_no_cookie_and_the_cookie_no_data() {
    let app = TestApp::new().await;
    let who = app.anonymous();
    who.get("/").await.assert(200);
    assert_eq!(who.cookie("nexus"), None, "nothing to remember: no session");
    let fields = [
        ("parentFirstName", "Leïla"),
        ("parentLastName", "Ben Salah"),
        ("parentEmail", "leila@example.org"),
        ("parentPhone", "20 123 456"),
    ];
    who.post("/bilan-gratuit", &fields).await.assert_redirect("/bilan-gratuit/eleve");
    let cookie = who.cookie("nexus").expect("session");
    assert_eq!(cookie.len(), 22, "128 bits: {cookie}");
    let key = sqlx::query_scalar!("select key from sessions").fetch_one(&app.ctx.pool).await.expect("session");
    assert_eq!(key.len(), 32);
    assert!(!key.windows(8).any(|part| cookie.as_bytes().windows(8).any(|other| other == part)));
}

#[tokio::test]
async fn a_cookie_that_opens_nothing_is_as_good_as_none() {
    let app = TestApp::new().await;
    for value in ["", "x", "AAAAAAAAAAAAAAAAAAAAAA", "../../etc/passwd", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"]
    {
        let who = app.anonymous();
        who.set_cookie("nexus", value);
        who.get("/").await.assert(200);
        who.post("/bilan-gratuit", &[("parentFirstName", "L")]).await.assert(422);
        let fields = [
            ("parentFirstName", "Leïla"),
            ("parentLastName", "Ben Salah"),
            ("parentEmail", "leila@example.org"),
            ("parentPhone", "20 123 456"),
        ];
        who.post("/bilan-gratuit", &fields).await.assert_redirect("/bilan-gratuit/eleve");
        assert_ne!(who.cookie("nexus").as_deref(), Some(value), "a session never takes an id from the outside");
        who.get("/bilan-gratuit/eleve").await.assert(200);
    }
}

#[tokio::test]
async fn signing_out_ends_it_for_every_tab_and_deletes_the_cookie() {
    let app = TestApp::new().await;
    let parent = app.signed_in(Role::Parent).await;
    let stolen = parent.cookie("nexus").expect("cookie");
    let answer = parent.post("/auth/signout", &[]).await;
    answer.assert_redirect("/");
    assert!(answer.header("set-cookie").starts_with("nexus=; Path=/; Max-Age=0"), "{answer}");
    assert_eq!(parent.cookie("nexus"), None);
    parent.set_cookie("nexus", &stolen);
    assert!(!is_signed_in(&parent).await);
    let htmx = app.signed_in(Role::Parent).await;
    let answer = htmx.post("/auth/signout", &[]).htmx().await.assert(200);
    assert_eq!(answer.header("hx-redirect"), "/", "the shell changes: {answer}");
}

#[tokio::test]
async fn a_sign_out_is_not_undone_by_a_request_under_way() {
    let app = TestApp::new().await;
    let fields = [
        ("parentFirstName", "Leïla"),
        ("parentLastName", "Ben Salah"),
        ("parentEmail", "leila@example.org"),
        ("parentPhone", "20 123 456"),
    ];
    for _ in 0..5 {
        let parent = app.signed_in(Role::Parent).await;
        let cookie = parent.cookie("nexus").expect("cookie");
        let mut asks = vec![parent.post("/auth/signout", &[])];
        asks.extend((0..4).map(|_| parent.post("/bilan-gratuit", &fields)));
        together(asks).await;
        parent.set_cookie("nexus", &cookie);
        assert!(!is_signed_in(&parent).await);
    }
}

#[tokio::test]
async fn a_page_that_fails_keeps_the_session() {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    for path in ["/nulle-part", "/admin/jobs", "/assessments/x"] {
        let answer = student.get(path).await;
        assert!(answer.status.is_client_error() && answer.header("set-cookie").is_empty(), "{answer}");
    }
    assert!(is_signed_in(&student).await);
}
