//! HTTP tests of coaches.

use poem::http::Method;
use serde_json::json;

use crate::{
    accounts::people::tests::{audited, mails, send},
    testing::TestApp,
    web::Role,
};

const COACH: [(&str, &str); 6] = [
    ("firstName", "Hatem"),
    ("lastName", "Zribi"),
    ("email", "hatem@example.org"),
    ("pseudonym", "Hélios"),
    ("subjects", "MATHEMATIQUES"),
    ("subjects", "NSI"),
];

#[tokio::test]
async fn the_desk_adds_a_coach_with_subjects_and_gives_a_student() {
    let app = TestApp::new().await;
    let (desk, child) = (app.signed_in(Role::Assistante).await, app.person(Role::Eleve).await);
    let place = desk.post("/admin/coaches", &COACH).await.redirected();
    let path = place.split('?').next().expect("path").to_owned();
    let page = desk.get(&place).await;
    page.assert_page(200, "Hatem Zribi");
    assert_eq!(mails(&app.ctx.pool).await.len(), 1);
    desk.get("/admin/coaches").await.assert_page(200, "Mathématiques, NSI");
    let found = desk.get(&format!("{path}?q=prenom")).await.assert(200);
    assert!(found.text().contains("Confier") && found.text().contains(&child.to_string()), "{found}");
    let child = child.to_string();
    desk.post(&format!("{path}/students"), &[("student", child.as_str())]).await.redirected();
    desk.get(&path).await.assert_page(200, "Retirer");
    desk.post(&format!("{path}/students/remove"), &[("student", child.as_str())]).await.redirected();
    desk.get(&path).await.assert_page(200, "Aucun élève");
}

#[tokio::test]
async fn the_coaches_are_a_file_too_in_which_nothing_is_a_formula() {
    let app = TestApp::new().await;
    let desk = app.signed_in(Role::Assistante).await;
    let mut form = COACH;
    form[3].1 = "=1+1";
    desk.post("/admin/coaches", &form).await.redirected();
    desk.get("/admin/coaches").await.assert_page(200, "/admin/coaches.csv");
    let file = desk.get("/admin/coaches.csv").await.assert(200);
    assert!(file.header("content-disposition").contains("coachs.csv"));
    let line = "Zribi;Hatem;'=1+1;;Mathématiques, NSI;hatem@example.org;;0;En attente d’activation";
    assert_eq!(file.text().lines().nth(1), Some(line), "{file}");
    assert_eq!(audited(&app.ctx.pool, "coaches.export").await, 1);
}

#[tokio::test]
async fn a_pseudonym_belongs_to_one_coach() {
    let app = TestApp::new().await;
    let desk = app.signed_in(Role::Assistante).await;
    desk.post("/admin/coaches", &COACH).await.redirected();
    let mut form = COACH;
    form[2].1 = "other@example.org";
    desk.post("/admin/coaches", &form).await.assert_refused(&["pseudonym"]);
    form[4].1 = "ALCHIMIE";
    desk.post("/admin/coaches", &form).await.assert_refused(&["subjects"]);
    // Nothing of a refused coach is left behind.
    let users = sqlx::query_scalar!(r#"select count(*) as "n!" from users where email = 'other@example.org'"#);
    assert_eq!(users.fetch_one(&app.ctx.pool).await.expect("count"), 0);
    assert_eq!(mails(&app.ctx.pool).await.len(), 1);
}

#[tokio::test]
async fn the_contract_lists_creates_changes_and_closes_coaches() {
    let app = TestApp::new().await;
    let desk = app.signed_in(Role::Assistante).await;
    let body = json!({ "firstName": "Rym", "lastName": "Daoud", "email": "rym@example.org", "password": "x", "subjects": ["ANGLAIS"] });
    let made = desk.post_json("/api/assistant/coaches", &body).await.assert(201).json();
    assert_eq!(made["coach"]["pseudonym"], "Rym Daoud");
    assert_eq!(
        desk.post_json("/api/assistant/coaches", &body).await.assert(409).json()["error"],
        "Un utilisateur avec cet email existe déjà"
    );
    let path = format!("/api/assistant/coaches/{}", made["coach"]["userId"].as_str().expect("id"));
    let changed = send(&desk, Method::PUT, &path, &json!({ "pseudonym": "Iris" })).await.assert(200).json();
    assert_eq!((&changed["coach"]["pseudonym"], &changed["coach"]["subjects"]), (&json!("Iris"), &json!(["ANGLAIS"])));
    send(&desk, Method::DELETE, &path, &json!({})).await.assert(200);
    let list = desk.get("/api/assistant/coaches").await.assert(200).json();
    assert_eq!(list["coaches"][0]["active"], false);
    let parent = format!("/api/assistant/coaches/{}", app.person(Role::Parent).await);
    send(&desk, Method::PUT, &parent, &json!({})).await.assert(404);
}
