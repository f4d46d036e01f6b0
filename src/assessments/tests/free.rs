//! The family's form, on pages.

use serde_json::Value;

use super::support::{child_fields, count, id_in, parent_fields};
use crate::testing::TestApp;

pub(super) const PARENT: &str = "leila@example.org";

/// Rows of all that a registration may make.
pub(super) async fn made(app: &TestApp) -> [i64; 8] {
    [
        count(app, "users").await,
        count(app, "students").await,
        count(app, "guardianships").await,
        count(app, "bilan_requests").await,
        count(app, "consents").await,
        count(app, "account_links").await,
        count(app, "assessments").await,
        count(app, "outbox").await,
    ]
}

/// Templates of the mails written so far, oldest first.
pub(super) async fn mails(app: &TestApp) -> Vec<String> {
    sqlx::query_scalar!("select template from outbox order by created_at, id")
        .fetch_all(&app.ctx.pool)
        .await
        .expect("outbox")
}

pub(super) fn with<'a>(mut fields: Vec<(&'a str, &'a str)>, name: &'a str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    fields.retain(|(known, _)| *known != name);
    fields.push((name, value));
    fields
}

#[tokio::test]
async fn a_family_registers_in_two_steps_and_the_child_is_before_the_first_question() {
    let app = TestApp::new().await;
    let who = app.anonymous();
    who.get("/bilan-gratuit").await.assert_page(200, "Votre e-mail");
    who.post("/bilan-gratuit", &parent_fields(PARENT)).await.assert_redirect("/bilan-gratuit/eleve");
    who.get("/bilan-gratuit/eleve").await.assert_page(200, "Prénom de l’élève");
    let attempt = id_in(&who.post("/bilan-gratuit/eleve", &child_fields("Yassine")).await.redirected());
    let page = who.get(&format!("/assessments/{attempt}")).await;
    page.assert_page(200, "50 questions, 60 minutes");
    assert!(page.text().contains("Mathématiques, Terminale spécialité"), "{page}");
    assert_eq!(made(&app).await, [2, 1, 1, 1, 2, 1, 1, 1]);
    assert_eq!(mails(&app).await, ["family-activation"]);
}

#[tokio::test]
async fn all_that_the_family_tells_is_kept() {
    let app = TestApp::new().await;
    let who = app.anonymous();
    who.post("/bilan-gratuit", &parent_fields("  Leila@Example.ORG ")).await.assert(303);
    let mut fields = child_fields(" Yassine ");
    fields.extend([
        ("subjects", "FRANCAIS"),
        ("studentSchool", "Lycée Pierre-Mendès-France"),
        ("studentBirthDate", "2009-03-14"),
        ("objectives", "Une mention au baccalauréat"),
        ("difficulties", "Les suites"),
        ("preferredModality", "hybride"),
        ("availability", "Samedi matin"),
        ("acceptNewsletter", "true"),
    ]);
    who.post("/bilan-gratuit/eleve", &fields).await.assert(303);
    let kept: Value = sqlx::query_scalar!(
        r#"select to_jsonb(r) - array['id', 'form_key', 'guardian_id', 'student_id', 'created_at', 'disowned_at'] as "kept!" from bilan_requests r"#
    )
    .fetch_one(&app.ctx.pool)
    .await
    .expect("request");
    assert_eq!(
        kept,
        serde_json::json!({
            "parent_first_name": "Leïla", "parent_last_name": "Ben Salah", "parent_email": PARENT,
            "parent_phone": "+216 20 123 456", "student_first_name": "Yassine", "student_last_name": "Ben Salah",
            "student_grade": "TERMINALE", "student_school": "Lycée Pierre-Mendès-France",
            "student_birth_date": "2009-03-14", "subjects": ["MATHEMATIQUES", "FRANCAIS"], "current_level": "moyen",
            "objectives": "Une mention au baccalauréat", "difficulties": "Les suites",
            "preferred_modality": "hybride", "availability": "Samedi matin", "newsletter": true,
        })
    );
    let family = sqlx::query!(
        r#"select p.email as "email!", p.password_hash, p.activated_at, c.identifier as "identifier!", c.email as child_email,
                  s.grade, s.school, s.birth_date, g.is_payer
           from guardianships g join users p on p.id = g.guardian_id join users c on c.id = g.student_id
           join students s on s.user_id = c.id join bilan_requests r on r.guardian_id = p.id and r.student_id = c.id
           join assessments a on a.student_id = c.id and a.request_id = r.id"#
    )
    .fetch_one(&app.ctx.pool)
    .await
    .expect("family tied to request and attempt");
    assert_eq!((family.email.as_str(), family.identifier.as_str()), (PARENT, "yassine.bensalah"));
    assert!(family.password_hash.is_none() && family.activated_at.is_none() && family.child_email.is_none());
    assert_eq!((family.grade.as_str(), family.is_payer), ("TERMINALE", true));
    assert!(family.school.is_some() && family.birth_date.is_some());
}

#[tokio::test]
async fn consent_says_which_text_who_for_whom_and_from_where() {
    let app = TestApp::new().await;
    let who = app.anonymous();
    who.post("/bilan-gratuit", &parent_fields(PARENT)).await.assert(303);
    let fields = with(child_fields("Yassine"), "acceptNewsletter", "true");
    who.post("/bilan-gratuit/eleve", &fields).from("198.51.100.7").await.assert(303);
    let rows = sqlx::query!(
        "select c.*, r.guardian_id from consents c join bilan_requests r on r.id = c.request_id order by text_key"
    )
    .fetch_all(&app.ctx.pool)
    .await
    .expect("consents");
    assert_eq!(
        rows.iter().map(|row| row.text_key.as_str()).collect::<Vec<_>>(),
        ["conditions", "confidentialite", "newsletter"]
    );
    for row in &rows {
        assert!(row.text_version.parse::<chrono::NaiveDate>().is_ok(), "{}", row.text_version);
        assert_eq!((row.person_name.as_str(), row.for_name.as_str()), ("Leïla Ben Salah", "Yassine Ben Salah"));
        assert_eq!(row.address, "198.51.100.7");
        assert!(row.person_id.is_some() && row.person_id == row.guardian_id);
        who.get(&format!("/{}", if row.text_key == "newsletter" { "confidentialite" } else { &row.text_key }))
            .await
            .assert_page(200, &row.text_version);
    }
}

#[tokio::test]
async fn a_refused_step_comes_back_with_its_errors_and_what_was_typed() {
    let app = TestApp::new().await;
    let who = app.anonymous();
    let page = who.post("/bilan-gratuit", &with(parent_fields("pas une adresse"), "parentPhone", "12")).await;
    page.assert_refused(&["parentEmail", "parentPhone"]);
    assert!(page.text().contains("value=\"Leïla\"") && page.text().contains("value=\"pas une adresse\""), "{page}");
    who.post("/bilan-gratuit", &[]).await.assert_refused(&[
        "parentFirstName",
        "parentLastName",
        "parentEmail",
        "parentPhone",
    ]);
    who.get("/bilan-gratuit/eleve").await.assert_redirect("/bilan-gratuit");
    who.post("/bilan-gratuit", &parent_fields(PARENT)).await.assert(303);
    let page = who
        .post("/bilan-gratuit/eleve", &[("studentFirstName", "Yassine"), ("subjects", "NSI"), ("objectives", "court")])
        .await;
    page.assert_refused(&["studentLastName", "studentGrade", "currentLevel", "objectives", "acceptTerms"]);
    assert!(page.text().contains("value=\"Yassine\"") && page.text().contains("value=\"NSI\" checked"), "{page}");
    let back = who.get("/bilan-gratuit/eleve").await;
    assert!(back.text().contains("value=\"Yassine\""), "a reload keeps it: {back}");
    assert!(who.get("/bilan-gratuit").await.text().contains("value=\"Leïla\""));
    let hostile = with(child_fields("<script>alert(1)</script>"), "acceptTerms", "false");
    let page = who.post("/bilan-gratuit/eleve", &hostile).await;
    page.assert_refused(&["acceptTerms"]);
    assert!(!page.text().contains("<script>alert"), "{page}");
    for (name, value) in [
        ("subjects", "LATIN"),
        ("studentGrade", "quatrieme"),
        ("currentLevel", "génial"),
        ("preferredModality", "lune"),
        ("studentBirthDate", "14/03/2009"),
    ] {
        let answer = who.post("/bilan-gratuit/eleve", &with(child_fields("Yassine"), name, value)).await;
        answer.assert_refused(&[name]);
    }
    assert_eq!(made(&app).await, [0; 8]);
}

#[tokio::test]
async fn the_longest_texts_are_accepted_and_longer_ones_refused() {
    let app = TestApp::new().await;
    let who = app.anonymous();
    let (name, long) = ("é".repeat(80), "é".repeat(81));
    who.post("/bilan-gratuit", &with(parent_fields(PARENT), "parentLastName", &long))
        .await
        .assert_refused(&["parentLastName"]);
    who.post("/bilan-gratuit", &with(parent_fields(PARENT), "parentLastName", &name)).await.assert(303);
    let text = "à".repeat(2001);
    who.post("/bilan-gratuit/eleve", &with(child_fields(&name), "objectives", &text))
        .await
        .assert_refused(&["objectives"]);
    who.post("/bilan-gratuit/eleve", &with(child_fields(&name), "objectives", &text[2..])).await.assert(303);
}

#[tokio::test]
async fn a_family_that_gets_another_questionnaire_than_it_expects_is_told_why() {
    let app = TestApp::new().await;
    let who = app.anonymous();
    who.post("/bilan-gratuit", &parent_fields(PARENT)).await.assert_redirect("/bilan-gratuit/eleve");
    let fields = with(child_fields("Yassine"), "studentGrade", "seconde");
    let place = who.post("/bilan-gratuit/eleve", &fields).await.redirected();
    who.get(&place).await.assert_page(200, "En seconde, le bilan porte sur la méthode");
}
