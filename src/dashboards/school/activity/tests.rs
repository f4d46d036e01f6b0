//! The feed over HTTP, on a real database.

use std::collections::BTreeSet;

use chrono::Utc;

use crate::{
    assessments::tests::support::{begin_as_family, completed_attempt},
    testing::{Client, TestApp},
    web::{Role, format},
};

/// So many parents, made in one go at this moment.
async fn parents(app: &TestApp, many: i32, at: &str) {
    sqlx::query!(
        "insert into users (id, role, email, first_name, last_name, created_at)
         select gen_random_uuid(), 'PARENT', $2 || n || '@example.org', 'Amel', 'Trabelsi', $2::text::timestamptz
         from generate_series(1, $1) n",
        many,
        at
    )
    .execute(&app.ctx.pool)
    .await
    .expect("parents");
}

/// Where the link to the next page leads.
fn next(page: &str) -> Option<String> {
    let before = page.split("\" rel=\"next\"").next().filter(|before| before.len() < page.len())?;
    before.rsplit("href=\"").next().map(|path| path.replace("&amp;", "&"))
}

/// Accounts that the list leads to, page by page.
async fn accounts(admin: &Client, path: &str) -> Vec<String> {
    let (mut path, mut found) = (Some(path.to_owned()), Vec::new());
    while let Some(here) = path {
        let page = admin.get(&here).await.assert(200);
        let ids = page.text().split("<a href=\"/admin/users/").skip(1).filter_map(|rest| rest.split('"').next());
        found.extend(ids.map(str::to_owned));
        path = next(page.text());
    }
    found
}

#[tokio::test]
async fn nothing_is_missing_and_nothing_comes_twice_when_a_whole_class_was_made_at_one_moment() {
    let app = TestApp::new().await;
    let admin = app.signed_in(Role::Admin).await;
    parents(&app, 120, "2026-03-01t10:00:00z").await;
    admin.get("/admin/activite").await.assert_page(200, "121 événements");
    let found = accounts(&admin, "/admin/activite").await;
    assert_eq!((found.len(), found.iter().collect::<BTreeSet<_>>().len()), (121, 121));
    assert_eq!(found[0], admin.id.to_string(), "the newest first");
}

#[tokio::test]
async fn each_kind_of_event_is_listed_with_the_way_to_its_record_and_alone_when_asked_for() {
    let app = TestApp::new().await;
    let admin = app.signed_in(Role::Admin).await;
    let assessment = completed_attempt(&app).await;
    begin_as_family(&app.anonymous(), "leila@example.org").await;
    let result = format!("href=\"/assessments/{assessment}/result\"");
    let account = format!("href=\"/admin/users/{}\"", admin.id);
    let request = "demande un bilan gratuit";
    let all = admin.get("/admin/activite").await.assert(200);
    for (kind, says) in [("comptes", account.as_str()), ("evaluations", &result), ("demandes", request)] {
        assert!(all.text().contains(says), "{says}: {all}");
        let page = admin.get(&format!("/admin/activite?kind={kind}")).await.assert(200);
        for other in [account.as_str(), &result, request] {
            assert_eq!(page.text().contains(other), other == says, "{kind}, {other}: {page}");
        }
    }
}

#[tokio::test]
async fn days_are_those_of_tunis_and_both_ends_count() {
    let app = TestApp::new().await;
    let admin = app.signed_in(Role::Admin).await;
    // Half past midnight of 2 March in Tunis.
    parents(&app, 1, "2026-03-01t23:30:00z").await;
    admin.get("/admin/activite?from=2026-03-02&to=2026-03-02").await.assert_page(200, "Amel Trabelsi");
    admin.get("/admin/activite?to=2026-03-01").await.assert_page(200, "Rien de tel à ces dates");
    admin.get("/admin/activite?kind=demandes&from=2026-03-02").await.assert_page(200, "0 événement<");
    for nonsense in ["from=-9999-01-01&to=demain", "to=-9999-01-01", "after=hier", "after=-9-8", "kind=tout"] {
        admin.get(&format!("/admin/activite?{nonsense}")).await.assert_page(200, "Activité");
    }
}

#[tokio::test]
async fn the_number_of_a_month_on_the_dashboard_leads_to_just_as_many_accounts() {
    let app = TestApp::new().await;
    let admin = app.signed_in(Role::Admin).await;
    completed_attempt(&app).await;
    parents(&app, 1, "2020-03-01t10:00:00z").await;
    let path = super::accounts_of(format::tunis_day(Utc::now()).format("%Y-%m-01").to_string().parse().expect("day"));
    let page = admin.get("/dashboard/admin").await;
    page.assert_page(200, "Toute l’activité");
    assert!(page.text().contains(&format!("<a href=\"{}\">2 comptes</a>", path.replace('&', "&amp;"))), "{page}");
    assert_eq!(accounts(&admin, &path).await.len(), 2);
}

#[tokio::test]
async fn the_filtered_feed_is_a_file_too_and_who_took_it_is_noted() {
    let app = TestApp::new().await;
    let admin = app.signed_in(Role::Admin).await;
    parents(&app, 60, "2026-03-01t23:30:00z").await;
    let link = "/admin/activite.csv?kind=comptes&amp;to=2026-03-02";
    admin.get("/admin/activite?kind=comptes&to=2026-03-02").await.assert_page(200, link);
    let file = admin.get(&link.replace("&amp;", "&")).await.assert(200);
    assert!(file.header("content-disposition").contains("activite.csv"));
    let mut lines = file.text().lines();
    assert_eq!(lines.next(), Some("\u{feff}Date;Heure;Événement;Nom;Précision"));
    assert_eq!(lines.next(), Some("02/03/2026;00:30;Nouveau compte;Amel Trabelsi;parent"));
    assert_eq!(lines.count(), 59);
    let log = sqlx::query_scalar!("select actor_id from audit_log where action = 'activity.export'");
    assert_eq!(log.fetch_all(&app.ctx.pool).await.expect("log"), [Some(admin.id)]);
}
