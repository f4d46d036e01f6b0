//! What pages of the tutor say and where they lead.

use serde_json::json;
use uuid::Uuid;

use super::support::{alone, ask, key, tutor};
use crate::{llm::standin::Reply, web::Role};

const HOME: &str = "/dashboard/eleve/aria";

#[tokio::test]
async fn a_question_that_is_refused_says_why_once_and_keeps_its_words() {
    let tutor = tutor(|_, _| Reply::stream(&["Oui."])).await;
    let student = tutor.student().await;
    let blank = [("key", "a"), ("question", "  "), ("subject", "NSI")];
    let page = student.post(HOME, &blank).htmx().await.assert(422);
    assert_eq!(page.text().matches("Écris ta question").count(), 1, "{page}");
    for number in 0..5 {
        ask(&student, &format!("Question {number}")).await.assert(200);
    }
    let form = [("key", "b"), ("question", "Encore une ?"), ("subject", "NSI")];
    let page = student.post(HOME, &form).htmx().await.assert(422);
    assert_eq!(page.text().matches("toutes tes questions du jour").count(), 1, "{page}");
    assert!(page.text().contains("Encore une ?</textarea>") && page.text().contains("Souscrire à ARIA+"), "{page}");
    assert!(page.text().contains("id=\"question-error\" role=\"alert\""), "{page}");
}

#[tokio::test]
async fn who_may_ask_nothing_is_not_told_to_wait_for_midnight() {
    let tutor = tutor(|_, _| Reply::stream(&["Oui."])).await;
    let parent = tutor.app.signed_in(Role::Parent).await;
    sqlx::query("update aria_limits set per_day = 0").execute(&tutor.app.ctx.pool).await.expect("limits");
    let page = parent.get("/aria").await;
    page.assert_page(200, "ARIA ne prend pas de questions de vous pour l’instant.");
    assert!(!page.text().contains("minuit"), "{page}");
    let refused = ask(&parent, "Bonjour").await.assert(429).json();
    assert!(!refused["message"].as_str().expect("message").contains("minuit"), "{refused}");
}

#[tokio::test]
async fn the_address_of_a_conversation_enters_the_history_once() {
    let tutor = tutor(|_, _| Reply::stream(&["Oui."])).await;
    let student = tutor.student().await;
    let id = ask(&student, "Bonjour").await.assert(200).json()["conversationId"].as_str().expect("id").to_owned();
    let path = format!("{HOME}/{id}");
    let from = async |here: &str| student.get(&path).htmx().header("hx-current-url", here).await;
    let begun = from(&format!("https://site.example{HOME}")).await;
    assert_eq!((begun.header("hx-push-url"), begun.header("hx-replace-url")), (path.as_str(), ""), "{begun}");
    let more = from(&format!("https://site.example{path}?fait=renommee#fin")).await;
    assert_eq!((more.header("hx-push-url"), more.header("hx-replace-url")), ("", path.as_str()), "{more}");
}

#[tokio::test]
async fn what_was_done_is_said_and_what_cannot_be_undone_is_asked_twice() {
    let tutor = tutor(|_, _| Reply::stream(&["Oui."])).await;
    let student = tutor.student().await;
    let id = ask(&student, "Bonjour").await.assert(200).json()["conversationId"].as_str().expect("id").to_owned();
    let renamed = student.post(&format!("/aria/{id}/titre"), &[("titre", "Les suites")]).await.redirected();
    student.get(&renamed).await.assert_page(200, "Le nouveau titre est enregistré.");
    let page = student.get(&format!("{HOME}/{id}")).await;
    let asks = "<summary>Supprimer la conversation</summary><form method=\"post\"";
    assert!(page.text().contains(asks) && page.text().contains("Supprimer pour toujours"), "{page}");
    let deleted = student.post(&format!("/aria/{id}/suppression"), &[]).await.redirected();
    student.get(&deleted).await.assert_page(200, "La conversation est supprimée.");
}

#[tokio::test]
async fn an_empty_correction_of_a_memory_is_refused_and_erases_nothing() {
    let tutor = alone().await;
    let student = tutor.student().await;
    for content in ["Sait factoriser.", "Confond somme et produit."] {
        sqlx::query(
            "insert into memories (id, user_id, kind, content, source_title, expires_at)
             values ($1, $2, 'SEMANTIC', $3, 'Algèbre', now() + interval '9 days')",
        )
        .bind(Uuid::now_v7())
        .bind(student.id)
        .bind(content)
        .execute(&tutor.app.ctx.pool)
        .await
        .expect("memory");
    }
    let id: Uuid = sqlx::query_scalar("select id from memories where content like 'Sait%'")
        .fetch_one(&tutor.app.ctx.pool)
        .await
        .expect("memory");
    let path = format!("/aria/souvenirs/{id}");
    let refused = student.post(&path, &[("texte", " \n ")]).await;
    refused.assert_refused(&[&format!("m-{id}")]);
    assert!(refused.text().contains("choisis « Oublier »") && refused.text().contains("Sait factoriser."), "{refused}");
    let done = student.post(&path, &[("texte", "Sait développer.")]).await.redirected();
    student.get(&done).await.assert_page(200, "La correction est enregistrée.");
    let done = student.post(&format!("{path}/oubli"), &[]).await.redirected();
    student.get(&done).await.assert_page(200, "C’est oublié.");
    let done = student.post("/aria/souvenirs/tout", &[]).await.redirected();
    student.get(&done).await.assert_page(200, "Tout est oublié.");
}

#[tokio::test]
async fn the_reason_of_a_judgement_is_thanked_for_instead_of_asked_again() {
    let tutor = tutor(|_, _| Reply::stream(&["Oui."])).await;
    let student = tutor.student().await;
    let said = ask(&student, "Bonjour").await.assert(200).json();
    let page = format!("{HOME}/{}", said["conversationId"].as_str().expect("id"));
    let judge = format!("/aria/reponses/{}/avis", key(&said));
    student.post(&judge, &[("avis", "-1")]).await.assert(303);
    student.get(&page).await.assert_page(200, "Ce n’est pas clair");
    student.post(&judge, &[("avis", "-1"), ("raison", "C’est faux")]).await.assert(303);
    let shown = student.get(&page).await;
    shown.assert_page(200, "Merci, c’est noté\u{a0}: «\u{a0}C’est faux\u{a0}».");
    assert!(!shown.text().contains("Ce n’est pas clair"), "{shown}");
}

#[tokio::test]
async fn the_desk_asks_about_the_site_without_choosing_a_subject() {
    let tutor = tutor(|_, _| Reply::stream(&["Oui."])).await;
    let (desk, coach) = (tutor.app.signed_in(Role::Assistante).await, tutor.app.signed_in(Role::Coach).await);
    coach.get("/aria").await.assert_page(200, "name=\"subject\"");
    let page = desk.get("/aria").await.assert(200);
    assert!(!page.text().contains("name=\"subject\""), "{page}");
    let asked = desk.post("/aria", &[("key", "a"), ("question", "Où sont les familles ?")]).await.redirected();
    let page = desk.get(asked.split('#').next().expect("path")).await.assert(200);
    assert!(page.text().contains("Où sont les familles ?") && !page.text().contains("Mathématiques"), "{page}");
}

#[tokio::test]
async fn the_page_of_what_was_sent_speaks_french() {
    let tutor = tutor(|_, _| Reply::stream(&["Oui."])).await;
    let (student, admin) = (tutor.student().await, tutor.app.signed_in(Role::Admin).await);
    tutor.document("Suites", "Une suite arithmétique a une raison.").await;
    let body = json!({ "message": "La raison d’une suite ?" });
    let answer = key(&student.post_json("/api/aria/chat", &body).await.assert(200).json());
    let page = admin.get(&format!("/admin/aria/reponses/{answer}")).await;
    page.assert_page(200, "par les mots");
    for (word, key) in
        [("Situation de l’élève", "<th scope=\"row\">eleve"), ("Souvenirs", "memoire"), ("élève ·", "lexical")]
    {
        assert!(page.text().contains(word) && !page.text().contains(key), "{page}");
    }
}
