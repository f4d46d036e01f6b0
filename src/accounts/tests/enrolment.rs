//! Staff without a second factor reach nothing where it is required.

use super::{PASSWORD, with_password};
use crate::{
    pages,
    testing::TestApp,
    tests::openapi,
    web::{Role, enrolment::PAGE},
};

/// What such a person may reach: their second factor, and the way out.
fn open(path: &str) -> bool {
    path.starts_with(PAGE) || path.ends_with("/auth/signout") || path == "/api/auth/csrf"
}

#[tokio::test]
async fn every_route_is_closed_to_staff_without_a_second_factor_but_for_its_own_page_and_the_way_out() {
    let app = TestApp::with(&[("STAFF_TWO_FACTOR", "on")]).await;
    let contract = openapi::operations(&openapi::document(&app).await);
    let site =
        pages().listed().iter().map(|(method, path)| (method.to_string(), (*path).to_owned())).collect::<Vec<_>>();
    let mut wrong = Vec::new();
    for role in [Role::Admin, Role::Assistante] {
        let who = app.signed_in(role).await;
        for (method, path) in site.iter().chain(&contract) {
            // Health asks nobody who they are.
            if open(path) || path.contains("/health") {
                continue;
            }
            let path = path.replace(":id", "0192f0c0-0000-7000-8000-000000000000").replace(":number", "1");
            let method = method.parse().expect("method");
            let answer = who.ask(method, &path).header("sec-fetch-site", "same-origin").await;
            let sent_away = answer.status == 303 && answer.header("location") == PAGE;
            if !sent_away && answer.status != 403 {
                wrong.push(format!("{answer}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn once_enrolled_everything_is_open_and_it_cannot_be_switched_off() {
    let app = TestApp::with(&[("STAFF_TWO_FACTOR", "on")]).await;
    let (id, _) = with_password(&app, Role::Admin).await;
    let who = app.sign_in(id).await;
    who.get("/dashboard/admin").await.assert_redirect(PAGE);
    who.get(PAGE).await.assert_page(200, "obligatoire");
    who.post(PAGE, &[("password", PASSWORD)]).await.assert_redirect(PAGE);
    who.get("/dashboard/admin").await.assert_redirect(PAGE);
    sqlx::query!("update two_factor set confirmed_at = now()").execute(&app.ctx.pool).await.expect("on");
    who.get("/dashboard/admin").await.assert(200);
    who.post("/compte/two-factor/arret", &[("password", PASSWORD)]).await.assert(403);
    who.post("/auth/signout", &[]).await.assert_redirect("/");
}

#[tokio::test]
async fn families_and_coaches_are_free_to_choose() {
    let app = TestApp::with(&[("STAFF_TWO_FACTOR", "on")]).await;
    for role in [Role::Coach, Role::Parent, Role::Eleve] {
        app.signed_in(role).await.get(role.landing()).await.assert(200);
    }
}
