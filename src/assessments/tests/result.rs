//! Who sees a result, and how much of it.

use serde_json::Value;
use uuid::Uuid;

use super::support::{begin_as_family, completed_by, send, submission, submitted};
use crate::{
    assessments::result::access,
    testing::{Client, Signed, TestApp},
    web::Role,
};

/// A finished attempt with reports, its student, and a link to it.
struct Finished {
    app: TestApp,
    student: Signed,
    id: Uuid,
    token: String,
}

async fn finished() -> Finished {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    sqlx::query!("update users set first_name = 'Yassine', last_name = 'Ben Salah' where id = $1", student.id)
        .execute(&app.ctx.pool)
        .await
        .expect("named");
    let id = completed_by(&app, &student).await;
    sqlx::query!("update assessments set student_email = 'yassine@example.org' where id = $1", id)
        .execute(&app.ctx.pool)
        .await
        .expect("email");
    for audience in ["ELEVE", "PARENTS", "NEXUS"] {
        sqlx::query!(
            "insert into reports (assessment_id, audience, markdown, model, prompt_version) values ($1, $2, $3, 'm', 'v') on conflict do nothing",
            id,
            audience,
            format!("Rapport {audience}")
        )
        .execute(&app.ctx.pool)
        .await
        .expect("report");
    }
    let url = access::signed_url(&app.ctx, id);
    let token = url.split_once("?acces=").expect("token").1.to_owned();
    Finished { app, student, id, token }
}

/// Whether the JSON is whole; panics when it is something between.
async fn whole_json(who: &Client, id: Uuid) -> bool {
    let answer = who.get(&format!("/api/assessments/{id}/result")).await.assert(200);
    let body: Value = answer.json();
    assert!(body["globalScore"].is_number() && body["ssn"].is_number(), "the scores are there for all: {answer}");
    assert!(!answer.text().contains("Rapport NEXUS"), "never: {answer}");
    let personal =
        ["studentName", "studentEmail", "studentMarkdown", "parentsMarkdown"].map(|field| body.get(field).is_some());
    assert!(personal.windows(2).all(|pair| pair[0] == pair[1]), "{answer}");
    if !personal[0] {
        for secret in ["Yassine", "Ben Salah", "yassine@example.org", "Rapport"] {
            assert!(!answer.text().contains(secret), "{secret}: {answer}");
        }
        let status = who.get(&format!("/api/assessments/{id}/status")).await.assert(200);
        assert!(!status.text().contains("Yassine"), "{status}");
    }
    personal[0]
}

/// Whether page and questions open; otherwise nobody learns more than that there is nothing for them.
async fn page_opens(who: &Client, id: Uuid) -> bool {
    let page = who.get(&format!("/assessments/{id}/result")).await;
    let questions = who.get(&format!("/assessments/{id}/result/questions")).await;
    assert_eq!(page.status, questions.status, "{page} {questions}");
    if page.status != 200 {
        assert!(page.status == 404 || page.header("location").starts_with("/auth/signin"), "{page}");
        assert!(!page.text().contains("Yassine") && !questions.text().contains("Yassine"));
    }
    page.status == 200
}

#[tokio::test]
async fn the_whole_result_is_for_the_student_the_guardians_the_own_coaches_and_the_staff() {
    let Finished { app, student, id, .. } = finished().await;
    let [parent, blocked, stranger_parent] =
        [app.signed_in(Role::Parent).await, app.signed_in(Role::Parent).await, app.signed_in(Role::Parent).await];
    app.guard(parent.id, student.id).await;
    app.guard(blocked.id, student.id).await;
    sqlx::query!("update guardianships set rights = '{CONSENT}' where guardian_id = $1", blocked.id)
        .execute(&app.ctx.pool)
        .await
        .expect("right");
    app.guard(stranger_parent.id, app.person(Role::Eleve).await).await;
    let [coach, stranger_coach] = [app.signed_in(Role::Coach).await, app.signed_in(Role::Coach).await];
    app.coach(coach.id, student.id).await;
    let (assistante, admin) = (app.signed_in(Role::Assistante).await, app.signed_in(Role::Admin).await);
    let gone = app.signed_in(Role::Admin).await;
    sqlx::query!("update users set deactivated_at = now() where id = $1", gone.id)
        .execute(&app.ctx.pool)
        .await
        .expect("gone");
    let other_student = app.signed_in(Role::Eleve).await;
    let matrix: [(&str, &Client, bool); 11] = [
        ("student", &student, true),
        ("parent", &parent, true),
        ("coach", &coach, true),
        ("assistante", &assistante, true),
        ("admin", &admin, true),
        ("parent without the right", &blocked, false),
        ("another's parent", &stranger_parent, false),
        ("another's coach", &stranger_coach, false),
        ("another student", &other_student, false),
        ("deactivated admin", &gone, false),
        ("anonymous", &app.anonymous(), false),
    ];
    for (name, who, whole) in matrix {
        assert_eq!(whole_json(who, id).await, whole, "JSON for {name}");
        assert_eq!(page_opens(who, id).await, whole, "page for {name}");
    }
}

#[tokio::test]
async fn the_page_speaks_to_its_reader() {
    let Finished { app, student, id, .. } = finished().await;
    let (parent, coach) = (app.signed_in(Role::Parent).await, app.signed_in(Role::Coach).await);
    app.guard(parent.id, student.id).await;
    app.coach(coach.id, student.id).await;
    let path = format!("/assessments/{id}/result");
    student.get(&path).await.assert_page(200, "Ton résultat");
    for who in [&parent, &coach] {
        let page = who.get(&path).await;
        page.assert_page(200, "Résultat de Yassine Ben Salah");
        assert!(!page.text().contains(" ton ") && !page.text().contains("Ton "), "{page}");
    }
    let questions = student.get(&format!("{path}/questions")).await;
    questions.assert_page(200, "Question par question");
    assert_eq!(questions.text().matches("Bonne réponse").count() + questions.text().matches(", juste<").count(), 15);
    let part = student.get(&format!("{path}/questions")).htmx().await.assert(200);
    assert!(part.text().starts_with("<section id=\"questions\">"), "{part}");
}

#[tokio::test]
async fn a_signed_link_opens_its_result_in_any_browser_for_thirty_days() {
    let Finished { app, id, token, .. } = finished().await;
    for path in [format!("/assessments/{id}"), format!("/assessments/{id}/result")] {
        let who = app.anonymous();
        who.get(&format!("{path}?acces={token}")).await.assert_redirect(&path);
        assert!(page_opens(&who, id).await && whole_json(&who, id).await, "the browser remembers");
    }
    let answer = app.anonymous().get(&format!("/api/assessments/{id}/result?acces={token}")).await.assert(200).json();
    assert_eq!(answer["studentName"], "Yassine Ben Salah");
    assert_eq!(answer["parentsMarkdown"], "Rapport PARENTS");
    let days =
        token.split('.').next().expect("moment").parse::<i64>().expect("moment") - chrono::Utc::now().timestamp();
    assert!((30 * 86_400 - 60..=30 * 86_400).contains(&days), "{days}");
}

#[tokio::test]
async fn a_link_that_is_not_for_this_result_or_too_old_opens_nothing() {
    let Finished { app, id, token, student } = finished().await;
    let other = completed_by(&app, &student).await;
    let foreign = access::signed_url(&app.ctx, other);
    let foreign = foreign.split_once("?acces=").expect("token").1;
    let old = app.ctx.keys.expiring_token("assessment", id, std::time::Duration::ZERO);
    let (moment, signature) = token.split_once('.').expect("two parts");
    let later = format!("{}.{signature}", moment.parse::<i64>().expect("moment") + 1);
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    for wrong in [foreign, &old, &later, &token[..token.len() - 1], "", ".", "x", "9999999999.x", "%FF"] {
        let who = app.anonymous();
        let page = who.get(&format!("/assessments/{id}/result?acces={wrong}")).await;
        assert!(page.status == 403 || page.status == 400, "{wrong}: {page}");
        assert!(!page_opens(&who, id).await, "{wrong}");
        let json = app.anonymous().get(&format!("/api/assessments/{id}/result?acces={wrong}")).await.assert(200).json();
        assert!(json.get("studentName").is_none(), "{wrong}");
    }
}

#[tokio::test]
async fn an_old_link_still_leads_those_who_may_see_the_result_anyway() {
    let Finished { app, student, id, .. } = finished().await;
    let admin = app.signed_in(Role::Admin).await;
    for who in [&student, &admin] {
        let path = format!("/assessments/{id}/result");
        who.get(&format!("{path}?acces=1.x")).await.assert_redirect(&path);
        let path = format!("/assessments/{id}");
        who.get(&format!("{path}?acces=1.x")).await.assert_redirect(&path);
    }
    app.signed_in(Role::Eleve).await.get(&format!("/assessments/{id}?acces=1.x")).await.assert(403);
}

#[tokio::test]
async fn the_browser_that_began_it_sees_it_whole_and_may_be_anonymous() {
    let app = TestApp::new().await;
    let family = app.anonymous();
    let id = begin_as_family(&family, "leila@example.org").await;
    family.get(&format!("/assessments/{id}/result")).await.assert_page(200, "Résultat à venir");
    family.post(&format!("/assessments/{id}/start"), &[]).await.assert(303);
    send(&family, id).await.assert(303);
    let page = family.get(&format!("/assessments/{id}/result")).await;
    page.assert_page(200, "Score standardisé");
    assert!(page.text().contains("Score provisoire") && page.text().contains("tu es ici"), "{page}");
    assert!(!page_opens(&app.anonymous(), id).await);
}

#[tokio::test]
async fn a_result_sent_by_a_program_is_for_the_staff_alone() {
    let app = TestApp::new().await;
    let sender = app.signed_in(Role::Parent).await;
    let id = submitted(sender.post_json("/api/assessments/submit", &submission(&[("MATH-COMB-01", "a")])).await);
    for (role, opens) in [
        (Role::Admin, true),
        (Role::Assistante, true),
        (Role::Coach, false),
        (Role::Parent, false),
        (Role::Eleve, false),
    ] {
        let who = app.signed_in(role).await;
        assert_eq!(page_opens(&who, id).await, opens, "{role}");
    }
    assert!(!page_opens(&sender, id).await);
    let json = app.anonymous().get(&format!("/api/assessments/{id}/result")).await;
    assert!(!json.text().contains("Alya") && !json.text().contains("alya@example.org"), "{json}");
}

#[tokio::test]
async fn the_result_page_costs_two_queries_at_most() {
    let Finished { app, student, id, .. } = finished().await;
    let parent = app.signed_in(Role::Parent).await;
    app.guard(parent.id, student.id).await;
    for who in [&student, &parent] {
        for path in [
            format!("/assessments/{id}/result"),
            format!("/assessments/{id}/result/questions"),
            format!("/api/assessments/{id}/result"),
        ] {
            let answer = who.get(&path).await.assert(200);
            assert!((1..=2).contains(&answer.queries().len()), "{path}: {:#?}", answer.queries());
        }
    }
}
