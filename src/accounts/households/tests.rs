//! HTTP tests of families.

use serde_json::json;
use uuid::Uuid;

use crate::{
    accounts::people::tests::{audited, mails},
    testing::{Answer, Client, TestApp, together},
    web::Role,
};

const CHILD: [(&str, &str); 5] = [
    ("studentFirstName", "Adam"),
    ("studentLastName", "Garnier"),
    ("grade", "TERMINALE"),
    ("birthDate", "2009-03-14"),
    ("school", "Lycée Élissa"),
];
const MOTHER: [(&str, &str); 5] = [
    ("email", "olfa@example.org"),
    ("firstName", "Olfa"),
    ("lastName", "Trabelsi"),
    ("relation", "MERE"),
    ("isPayer", "true"),
];

fn both(
    child: &[(&'static str, &'static str)],
    guardian: &[(&'static str, &'static str)],
) -> Vec<(&'static str, &'static str)> {
    [child, guardian].concat()
}

fn id_in(place: &str) -> Uuid {
    place.trim_start_matches("/admin/families/").split('?').next().and_then(|id| id.parse().ok()).expect("id")
}

async fn enrolled(desk: &Client) -> Uuid {
    id_in(&desk.post("/admin/families", &both(&CHILD, &MOTHER)).await.redirected())
}

fn hidden(page: &Answer, name: &str) -> String {
    let rest = page.text().split(&format!("name=\"{name}\" value=\"")).nth(1).expect("hidden field");
    rest.split('"').next().expect("value").to_owned()
}

#[tokio::test]
async fn the_desk_enrolls_a_child_with_a_new_mother_and_then_a_father() {
    let app = TestApp::new().await;
    let desk = app.signed_in(Role::Assistante).await;
    let child = enrolled(&desk).await;
    let path = format!("/admin/families/{child}");
    let page = desk.get(&path).await;
    page.assert_page(200, "adam.garnier");
    assert!(page.text().contains("Olfa Trabelsi") && page.text().contains("reçoit les factures"), "{page}");
    assert_eq!(mails(&app.ctx.pool).await, [("account-activation".to_owned(), "olfa@example.org".to_owned())]);

    let father = [("email", "julien@example.org"), ("relation", "PERE")];
    desk.post(&format!("{path}/guardians"), &father).await.assert_refused(&["firstName"]);
    let father =
        [("email", "julien@example.org"), ("relation", "PERE"), ("firstName", "Julien"), ("lastName", "Garnier")];
    desk.post(&format!("{path}/guardians"), &father).await.redirected();
    desk.post(&format!("{path}/guardians"), &father).await.assert_refused(&["email"]);
    assert_eq!(audited(&app.ctx.pool, "guardianships.create").await, 2);
    desk.get("/admin/families?q=julien+garnier").await.assert_page(200, "Adam Garnier");
    desk.get("/admin/families?missing=coach&grade=TERMINALE").await.assert_page(200, "1 élève");
    desk.get("/admin/families?missing=guardian").await.assert_page(200, "Aucun élève");
}

#[tokio::test]
async fn the_filtered_families_are_a_file_too_and_who_took_it_is_noted() {
    let app = TestApp::new().await;
    let desk = app.signed_in(Role::Assistante).await;
    enrolled(&desk).await;
    app.person(Role::Eleve).await;
    desk.get("/admin/families?grade=TERMINALE").await.assert_page(200, "/admin/families.csv?grade=TERMINALE");
    let file = desk.get("/admin/families.csv?q=garnier").await.assert(200);
    assert!(file.header("content-disposition").contains("familles.csv"));
    let lines: Vec<&str> = file.text().lines().collect();
    assert_eq!(
        lines,
        [
            "\u{feff}Nom;Prénom;Classe;Parents;Coachs;Compte",
            "Garnier;Adam;Terminale;Olfa Trabelsi;;En attente d’activation"
        ]
    );
    assert_eq!(desk.get("/admin/families.csv").await.assert(200).text().lines().count(), 3);
    assert_eq!(audited(&app.ctx.pool, "students.export").await, 2);
}

#[tokio::test]
async fn a_family_has_no_child_twice_and_an_address_of_staff_is_no_parent() {
    let app = TestApp::new().await;
    let desk = app.signed_in(Role::Assistante).await;
    enrolled(&desk).await;
    desk.post("/admin/families", &both(&CHILD, &MOTHER)).await.assert_refused(&["studentFirstName"]);
    let coach = app.person(Role::Coach).await;
    let email = format!("coach-{coach}@example.org");
    let mut form: Vec<(&str, &str)> = both(&CHILD, &MOTHER);
    form[5].1 = &email;
    desk.post("/admin/families", &form).await.assert_refused(&["email"]);
    // A namesake of another family gets another identifier.
    form[5].1 = "other@example.org";
    let other = id_in(&desk.post("/admin/families", &form).await.redirected());
    let identifier = sqlx::query_scalar!("select identifier from users where id = $1", other);
    assert_eq!(identifier.fetch_one(&app.ctx.pool).await.expect("row").as_deref(), Some("adam.garnier2"));
}

#[tokio::test]
async fn a_guardian_pays_only_when_the_box_is_ticked() {
    let app = TestApp::new().await;
    let desk = app.signed_in(Role::Assistante).await;
    desk.get("/admin/families/new").await.assert_page(200, "checked");
    desk.post("/admin/families", &both(&CHILD, &MOTHER[..4])).await.redirected();
    let pays = sqlx::query_scalar!("select is_payer from guardianships");
    assert!(!pays.fetch_one(&app.ctx.pool).await.expect("tie"));
}

#[tokio::test]
async fn a_minor_keeps_one_guardian_and_a_student_of_age_need_not() {
    let app = TestApp::new().await;
    let desk = app.signed_in(Role::Assistante).await;
    let child = enrolled(&desk).await;
    let mother = sqlx::query_scalar!("select guardian_id from guardianships where student_id = $1", child);
    let mother = mother.fetch_one(&app.ctx.pool).await.expect("mother").to_string();
    let path = format!("/admin/families/{child}/guardians/unlink");
    desk.post(&path, &[("guardian", mother.as_str())]).await.assert_page(422, "au moins un parent");
    sqlx::query!("update students set birth_date = '2000-01-01' where user_id = $1", child)
        .execute(&app.ctx.pool)
        .await
        .expect("of age");
    desk.post(&path, &[("guardian", mother.as_str())]).await.redirected();
    desk.post(&path, &[("guardian", mother.as_str())]).await.assert_page(422, "entre-temps");
    assert_eq!(audited(&app.ctx.pool, "guardianships.delete").await, 1);
}

#[tokio::test]
async fn a_guardian_who_may_not_see_the_child_sees_nothing_of_it() {
    let app = TestApp::new().await;
    let (desk, parent, child) =
        (app.signed_in(Role::Assistante).await, app.signed_in(Role::Parent).await, app.person(Role::Eleve).await);
    app.guard(parent.id, child).await;
    parent.get("/dashboard/parent").await.assert_page(200, "Prénom");
    let page = desk.get(&format!("/admin/families/{child}")).await.assert(200);
    let (seal, path) = (hidden(&page, "seal"), format!("/admin/families/{child}/guardians/update"));
    let id = parent.id.to_string();
    let form = [("guardian", id.as_str()), ("relation", "PERE"), ("seal", &seal)];
    desk.post(&path, &form).await.redirected();
    assert_eq!(parent.get("/api/parent/children").await.json()["children"], json!([]));
    // Drawn from what was there before: somebody else's change is not overwritten.
    desk.post(&path, &form).await.assert_page(422, "entre-temps");
    let rights = sqlx::query_scalar!("select rights from guardianships where guardian_id = $1", parent.id);
    assert_eq!(rights.fetch_one(&app.ctx.pool).await.expect("rights"), ["CONSENT"]);
}

#[tokio::test]
async fn extra_time_is_declared_by_the_staff_and_of_two_at_once_the_second_is_told() {
    let app = TestApp::new().await;
    let desk = app.signed_in(Role::Assistante).await;
    let child = enrolled(&desk).await;
    let path = format!("/admin/families/{child}");
    let version = hidden(&desk.get(&path).await.assert(200), "version");
    let form = [("grade", "TERMINALE"), ("birthDate", "2009-03-14"), ("extraTime", "true"), ("version", &version)];
    desk.post(&path, &form).await.redirected();
    desk.post(&path, &form).await.assert_page(422, "entre-temps");
    let row = sqlx::query!("select extra_time, school from students where user_id = $1", child);
    let row = row.fetch_one(&app.ctx.pool).await.expect("row");
    assert!(row.extra_time && row.school.is_none());
    assert_eq!(audited(&app.ctx.pool, "students.update").await, 1);
}

#[tokio::test]
async fn a_coach_sees_a_student_from_the_moment_the_desk_says_so_until_it_says_otherwise() {
    let app = TestApp::new().await;
    let (desk, coach, child) =
        (app.signed_in(Role::Assistante).await, app.signed_in(Role::Coach).await, app.person(Role::Eleve).await);
    let (path, id) = (format!("/admin/families/{child}/coaches"), coach.id.to_string());
    desk.post(&path, &[("coach", id.as_str())]).await.redirected();
    desk.post(&path, &[("coach", id.as_str())]).await.redirected();
    assert_eq!(audited(&app.ctx.pool, "students.coach").await, 1);
    coach.get("/dashboard/coach").await.assert_page(200, "Prénom Nom");
    desk.post(&format!("{path}/remove"), &[("coach", id.as_str())]).await.redirected();
    coach.get("/dashboard/coach").await.assert_page(200, "Aucun élève");
    desk.post(&path, &[]).await.assert_refused(&["coach"]);
    // Nobody who is no coach.
    let parent = app.person(Role::Parent).await.to_string();
    desk.post(&path, &[("coach", parent.as_str())]).await.redirected();
    let ties = sqlx::query_scalar!(r#"select count(*) as "n!" from coach_students"#);
    assert_eq!(ties.fetch_one(&app.ctx.pool).await.expect("ties"), 0);
}

#[tokio::test]
async fn a_parent_lists_and_adds_the_own_children_by_the_contract() {
    let app = TestApp::new().await;
    let (parent, other) = (app.signed_in(Role::Parent).await, app.signed_in(Role::Parent).await);
    let child = json!({ "firstName": "Inès", "lastName": "Ben Salah", "grade": "premiere" });
    let added = parent.post_json("/api/parent/children", &child).await.assert(201).json();
    assert_eq!((&added["child"]["identifier"], &added["child"]["activated"]), (&json!("ines.bensalah"), &json!(false)));
    let again = parent.post_json("/api/parent/children", &child).await.assert(400).json();
    assert_eq!(again["error"], "Un enfant avec ce nom existe déjà");
    assert_eq!(parent.get("/api/parent/children").await.json()["children"][0]["grade"], "PREMIERE");
    assert_eq!(other.get("/api/parent/children").await.json()["children"], json!([]));
    let bad = json!({ "firstName": "", "lastName": "x", "grade": "CM2" });
    parent.post_json("/api/parent/children", &bad).await.assert(422);
    let hash = sqlx::query_scalar!("select password_hash from users where identifier = 'ines.bensalah'");
    assert_eq!(hash.fetch_one(&app.ctx.pool).await.expect("child"), None);
}

#[tokio::test]
async fn together_a_child_is_added_once() {
    let app = TestApp::new().await;
    let parent = app.signed_in(Role::Parent).await;
    app.warm().await;
    let child = json!({ "firstName": "Inès", "lastName": "Ben Salah", "grade": "PREMIERE" });
    let answers = together((0..4).map(|_| parent.post_json("/api/parent/children", &child))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
}

const ACTIVATE: &str = "/api/assistant/activate-student";

/// A child that waits for its activation.
async fn waiting(app: &TestApp) -> Uuid {
    let child = app.person(Role::Eleve).await;
    sqlx::query!(
        "update users set email = null, identifier = $2, activated_at = null where id = $1",
        child,
        child.to_string()
    )
    .execute(&app.ctx.pool)
    .await
    .expect("child");
    child
}

#[tokio::test]
async fn a_guardian_activates_the_own_child_and_no_other() {
    let app = TestApp::new().await;
    let (parent, child, another) = (app.signed_in(Role::Parent).await, waiting(&app).await, waiting(&app).await);
    app.guard(parent.id, child).await;
    let refused =
        parent.post_json(ACTIVATE, &json!({ "studentUserId": another, "studentEmail": "x@example.org" })).await;
    assert_eq!(refused.assert(400).json()["error"], "Élève introuvable");
    let body = json!({ "studentUserId": child, "studentEmail": "Child@Example.org" });
    let made = parent.post_json(ACTIVATE, &body).await.assert(200).json();
    assert_eq!((&made["success"], &made["studentName"]), (&json!(true), &json!("Prénom Nom")));
    assert_eq!(mails(&app.ctx.pool).await, [("account-activation".to_owned(), "child@example.org".to_owned())]);

    let url = made["activationUrl"].as_str().expect("url");
    let token = url.split("token=").nth(1).expect("token");
    let anyone = app.anonymous();
    let checked = anyone.get(&format!("/api/student/activate?token={token}")).await.assert(200).json();
    assert_eq!((&checked["valid"], &checked["email"]), (&json!(true), &json!("child@example.org")));
    let password = |text: &str| json!({ "token": token, "password": text });
    anyone.post_json("/api/student/activate", &password("short")).await.assert(422);
    let set = anyone.post_json("/api/student/activate", &password("une phrase entière")).await.assert(200).json();
    assert_eq!(set["redirectUrl"], "/auth/signin?activated=true");
    let again = anyone.post_json("/api/student/activate", &password("une phrase entière")).await.assert(400).json();
    assert_eq!(again["error"], "Lien d'activation invalide ou expiré");
    let refused = parent.post_json(ACTIVATE, &body).await.assert(400).json();
    assert_eq!(refused["error"], "Ce compte élève est déjà activé");
}

#[tokio::test]
async fn the_activation_of_a_student_is_refused_with_the_sentences_of_the_contract() {
    let app = TestApp::new().await;
    let (desk, child, parent) =
        (app.signed_in(Role::Assistante).await, waiting(&app).await, app.person(Role::Parent).await);
    for (id, email, error) in [
        (Uuid::now_v7(), "x@example.org".to_owned(), "Élève introuvable"),
        (parent, "x@example.org".to_owned(), "Cet utilisateur n'est pas un élève"),
        (child, format!("parent-{parent}@example.org"), "Cet email est déjà utilisé par un autre compte"),
        (child, "nothing".to_owned(), "Email invalide"),
    ] {
        let body = json!({ "studentUserId": id, "studentEmail": email });
        assert_eq!(desk.post_json(ACTIVATE, &body).await.assert(400).json()["error"], error);
    }
    // Without an address the identifier is enough, and a new link kills the earlier one.
    let body = json!({ "studentUserId": child });
    let first = desk.post_json(ACTIVATE, &body).await.assert(200).json();
    desk.post_json(ACTIVATE, &body).await.assert(200);
    let token = first["activationUrl"].as_str().and_then(|url| url.split("token=").nth(1)).expect("token");
    let dead = app.anonymous().get(&format!("/api/student/activate?token={token}")).await.assert(400).json();
    assert_eq!((&dead["valid"], &dead["error"]), (&json!(false), &json!("Lien d'activation invalide ou expiré")));
}
