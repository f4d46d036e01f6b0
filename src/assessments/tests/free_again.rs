//! The family's form sent again, at once, by strangers and by people who have an account already.

use uuid::Uuid;

use super::{
    free::{PARENT, made, mails, with},
    support::{begin_as_family, child_fields, count, id_in, parent_fields},
};
use crate::{
    assessments::tests::support,
    testing::{Answer, Client, TestApp, together},
    web::Role,
};
#[tokio::test]
async fn a_second_send_makes_nothing_and_leads_to_the_same_place() {
    let app = TestApp::new().await;
    let who = app.anonymous();
    let attempt = begin_as_family(&who, PARENT).await;
    let before = made(&app).await;
    for _ in 0..2 {
        who.post("/bilan-gratuit/eleve", &child_fields("Yassine"))
            .await
            .assert_redirect(&format!("/assessments/{attempt}"));
    }
    assert_eq!(made(&app).await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sent_many_times_at_once_it_is_one_family_and_one_attempt() {
    let app = TestApp::new().await;
    app.warm().await;
    let who = app.anonymous();
    who.post("/bilan-gratuit", &parent_fields(PARENT)).await.assert(303);
    let answers = together((0..8).map(|_| who.post("/bilan-gratuit/eleve", &child_fields("Yassine")))).await;
    let places: Vec<String> = answers.iter().map(Answer::redirected).collect();
    assert!(places.windows(2).all(|pair| pair[0] == pair[1]), "{places:?}");
    assert_eq!(made(&app).await, [2, 1, 1, 1, 2, 1, 1, 1]);
    who.get(&places[0]).await.assert_page(200, "Avant de commencer");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_browsers_that_register_one_address_at_once_make_one_account() {
    let app = TestApp::new().await;
    app.warm().await;
    let browsers: Vec<Client> = (0..4).map(|_| app.anonymous()).collect();
    for who in &browsers {
        who.post("/bilan-gratuit", &parent_fields(PARENT)).await.assert(303);
    }
    for answer in together(browsers.iter().map(|who| who.post("/bilan-gratuit/eleve", &child_fields("Yassine")))).await
    {
        answer.redirected();
    }
    assert_eq!(made(&app).await, [2, 1, 1, 4, 8, 1, 4, 4]);
    let mut mails = mails(&app).await;
    mails.sort();
    assert_eq!(mails, ["family-account-exists", "family-account-exists", "family-account-exists", "family-activation"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn homonyms_who_register_at_once_get_different_identifiers() {
    let app = TestApp::new().await;
    app.warm().await;
    let mut browsers = Vec::new();
    for number in 0..6 {
        let who = app.anonymous();
        who.post("/bilan-gratuit", &parent_fields(&format!("parent{number}@example.org"))).await.assert(303);
        browsers.push(who);
    }
    for answer in together(browsers.iter().map(|who| who.post("/bilan-gratuit/eleve", &child_fields("Éloïse")))).await
    {
        answer.redirected();
    }
    let mut identifiers: Vec<String> =
        sqlx::query_scalar!(r#"select identifier as "identifier!" from users where role = 'ELEVE'"#)
            .fetch_all(&app.ctx.pool)
            .await
            .expect("identifiers");
    identifiers.sort();
    let expected: Vec<String> =
        ["", "2", "3", "4", "5", "6"].iter().map(|number| format!("eloise.bensalah{number}")).collect();
    assert_eq!(identifiers, expected);
}

/// A page without what differs from one attempt to the next.
fn anonymised(page: &Answer, attempt: Uuid) -> String {
    page.text().replace(&attempt.to_string(), "…")
}

#[tokio::test]
async fn an_address_with_an_account_gets_the_same_answers_and_only_the_mail_differs() {
    let app = TestApp::new().await;
    let mut pages = Vec::new();
    let known = [app.person(Role::Parent).await, app.person(Role::Coach).await];
    for (id, email) in known.iter().zip(["known@example.org", "coach@example.org"]) {
        sqlx::query!("update users set email = $2 where id = $1", id, email)
            .execute(&app.ctx.pool)
            .await
            .expect("email");
    }
    let accounts = async || {
        sqlx::query_scalar!(r#"select to_jsonb(u) as "user!" from users u where id = any($1) order by id"#, &known)
            .fetch_all(&app.ctx.pool)
            .await
            .expect("accounts")
    };
    let before = accounts().await;
    for email in ["new@example.org", "known@example.org", "coach@example.org"] {
        let who = app.anonymous();
        let attempt = begin_as_family(&who, email).await;
        let page = who.get(&format!("/assessments/{attempt}")).await;
        page.assert_page(200, "Avant de commencer");
        pages.push(anonymised(&page, attempt));
    }
    assert!(pages.windows(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(mails(&app).await, ["family-activation", "family-account-exists", "family-account-exists"]);
    assert_eq!(accounts().await, before, "nothing changed in the accounts");
    assert_eq!(count(&app, "users").await, 4, "two known, one new family");
    assert_eq!(count(&app, "guardianships").await, 1);
}

#[tokio::test]
async fn nobody_learns_from_the_form_whether_a_child_has_a_result_already() {
    let app = TestApp::new().await;
    let family = app.anonymous();
    let first = begin_as_family(&family, PARENT).await;
    family.post(&format!("/assessments/{first}/start"), &[]).await.assert(303);
    support::send(&family, first).await.assert(303);
    let curious = app.anonymous();
    let second = begin_as_family(&curious, PARENT).await;
    let page = curious.get(&format!("/assessments/{second}")).await;
    assert!(!page.text().contains("déjà"), "{page}");
    curious.post(&format!("/assessments/{second}/start"), &[]).await.assert(303);
    support::send(&curious, second).await.assert(303);
    let result = curious.get(&format!("/assessments/{second}/result")).await;
    result.assert_page(200, "Score standardisé");
    assert!(!result.text().contains("déjà un résultat"), "{result}");
}

#[tokio::test]
async fn a_form_filled_in_by_a_program_makes_nothing() {
    let app = TestApp::new().await;
    let who = app.anonymous();
    who.post("/bilan-gratuit", &parent_fields(PARENT)).await.assert(303);
    let answer =
        who.post("/bilan-gratuit/eleve", &with(child_fields("Yassine"), "website", "http://spam.example")).await;
    assert!(answer.status.is_redirection(), "{answer}");
    assert_eq!(made(&app).await, [0; 8]);
    let page = who.get("/bilan-gratuit/eleve").await;
    assert!(page.text().contains("name=\"website\" tabindex=\"-1\" autocomplete=\"off\""), "{page}");
}

#[tokio::test]
async fn a_signed_in_parent_adds_a_child_to_the_own_account() {
    let app = TestApp::new().await;
    let parent = app.signed_in(Role::Parent).await;
    let email = format!("parent-{}@example.org", parent.id);
    let attempt = begin_as_family(&parent, &email).await;
    assert_eq!(mails(&app).await, Vec::<String>::new());
    let row = sqlx::query!(
        r#"select r.guardian_id, g.student_id from bilan_requests r join guardianships g on g.student_id = r.student_id"#
    )
    .fetch_one(&app.ctx.pool)
    .await
    .expect("child");
    assert_eq!(row.guardian_id, Some(parent.id));
    assert!(parent.get("/dashboard/parent").await.text().contains("Yassine"));
    parent.get(&format!("/assessments/{attempt}")).await.assert(200);
    // Another parent's name on the form is another family.
    let other = app.signed_in(Role::Parent).await;
    begin_as_family(&other, &email).await;
    assert_eq!(count(&app, "guardianships").await, 1);
}

#[tokio::test]
async fn the_request_of_a_separated_parent_is_that_parent_s() {
    let app = TestApp::new().await;
    let (first, second) = (app.signed_in(Role::Parent).await, app.signed_in(Role::Parent).await);
    let child = app.person(Role::Eleve).await;
    sqlx::query!("update users set first_name = 'Yassine', last_name = 'Ben Salah' where id = $1", child)
        .execute(&app.ctx.pool)
        .await
        .expect("named");
    app.guard(first.id, child).await;
    app.guard(second.id, child).await;
    begin_as_family(&second, &format!("parent-{}@example.org", second.id)).await;
    let row = sqlx::query!("select r.guardian_id, r.student_id, c.person_id from bilan_requests r join consents c on c.request_id = r.id limit 1")
        .fetch_one(&app.ctx.pool)
        .await
        .expect("request");
    assert_eq!((row.guardian_id, row.student_id, row.person_id), (Some(second.id), Some(child), Some(second.id)));
}

#[tokio::test]
async fn a_second_request_for_a_child_who_has_an_attempt_open_goes_on_with_it() {
    let app = TestApp::new().await;
    let parent = app.signed_in(Role::Parent).await;
    let email = format!("parent-{}@example.org", parent.id);
    let first = begin_as_family(&parent, &email).await;
    let second = begin_as_family(&parent, &email).await;
    assert_eq!(first, second);
    assert_eq!(
        (count(&app, "students").await, count(&app, "bilan_requests").await, count(&app, "assessments").await),
        (1, 2, 1)
    );
    parent.get(&format!("/assessments/{second}")).await.assert_page(200, "Avant de commencer");
}

#[tokio::test]
async fn two_children_in_a_row_are_two_forms() {
    let app = TestApp::new().await;
    let parent = app.signed_in(Role::Parent).await;
    let email = format!("parent-{}@example.org", parent.id);
    let first = begin_as_family(&parent, &email).await;
    parent.post("/bilan-gratuit", &parent_fields(&email)).await.assert(303);
    let page = parent.get("/bilan-gratuit/eleve").await;
    assert!(!page.text().contains("value=\"Yassine\""), "the next form is empty: {page}");
    let second = id_in(&parent.post("/bilan-gratuit/eleve", &child_fields("Salma")).await.redirected());
    assert_ne!(first, second);
    assert_eq!(count(&app, "guardianships").await, 2);
    for attempt in [first, second] {
        parent.get(&format!("/assessments/{attempt}")).await.assert(200);
    }
}

#[tokio::test]
async fn nobody_s_mailbox_is_flooded_through_the_form() {
    let app = TestApp::new().await;
    for _ in 0..8 {
        begin_as_family(&app.anonymous(), PARENT).await;
    }
    assert_eq!(mails(&app).await.len(), 5);
    begin_as_family(&app.anonymous(), "another@example.org").await;
    assert_eq!(mails(&app).await.len(), 6);
}

#[tokio::test]
async fn the_mailed_links_activate_the_parent_and_open_the_assessment_on_another_device() {
    let app = TestApp::new().await;
    let attempt = begin_as_family(&app.anonymous(), PARENT).await;
    let mail =
        sqlx::query!("select to_email, body_text, body_html from outbox").fetch_one(&app.ctx.pool).await.expect("mail");
    assert_eq!(mail.to_email, PARENT);
    let links: Vec<&str> =
        mail.body_text.split_whitespace().filter_map(|word| word.strip_prefix("http://localhost:3000")).collect();
    let [activation, resume] = links.as_slice() else { panic!("{}", mail.body_text) };
    assert!(mail.body_html.contains(activation.split('=').next().expect("path")));
    app.anonymous().get(activation).await.assert_page(200, "Bienvenue, Leïla");
    let other = app.anonymous();
    other.get(resume).await.assert_redirect(&format!("/assessments/{attempt}"));
    other.get(&format!("/assessments/{attempt}")).await.assert_page(200, "Avant de commencer");
}
