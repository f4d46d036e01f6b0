//! What the model is told of a student and of documents, and what comes back to programs.

use serde_json::json;

use super::support::{ask, key, tutor, tutor_that_draws};
use crate::{
    aria::memories::jobs::{LookForQuietConversations, Remember},
    assessments::tests::support::{answer_some, begin, send},
    jobs::{enqueue, tests::run_all},
    llm::standin::Reply,
    web::Role,
};

const FORM: &str = "maths_terminale_spe_v1";

#[tokio::test]
async fn skills_latest_result_and_next_step_are_told_to_the_student_s_tutor_and_the_first_two_to_their_parent_s() {
    let tutor = tutor(|_, _| Reply::stream(&["Oui."])).await;
    let (student, parent) = (tutor.student().await, tutor.app.signed_in(Role::Parent).await);
    tutor.app.guard(parent.id, student.id).await;
    let attempt = begin(&student, FORM).await;
    answer_some(&tutor.app, &student, attempt, FORM, 20, 12).await;
    send(&student, attempt).await.assert_redirect(&format!("/assessments/{attempt}/result"));
    sqlx::query("update progression_history set ssn = 61.5, cohort_n = 40, standard_error = 3 where student_id = $1")
        .bind(student.id)
        .execute(&tutor.app.ctx.pool)
        .await
        .expect("result");
    ask(&student, "Que dois-je travailler ?").await.assert(200);
    let told = tutor.asked().last().expect("asked").message("system").to_owned();
    for line in
        ["acquis: ", "à travailler: ", "dernier résultat: Mathématiques le ", "61,5", "prochaine étape proposée: "]
    {
        assert!(told.contains(line), "{line}: {told}");
    }
    let about = json!({ "message": "Où en est-elle ?", "studentId": student.id });
    parent.post_json("/api/aria/chat", &about).await.assert(200);
    let told = tutor.asked().last().expect("asked").message("system").to_owned();
    assert!(told.contains("acquis: ") && told.contains("dernier résultat: "), "{told}");
}

#[tokio::test]
async fn somebody_named_in_a_document_of_the_team_or_in_a_memory_is_not_told_to_the_model() {
    let tutor = tutor(|seen, _| Reply::Text(format!("{}", seen.message("user").len()))).await;
    for (first, last) in [("Hédi", "Ben Salah"), ("Yosra", "Trabelsi")] {
        sqlx::query("insert into users (id, role, email, first_name, last_name) values ($1, 'ELEVE', left(md5($2), 8) || '@example.org', $2, $3)")
            .bind(uuid::Uuid::now_v7())
            .bind(first)
            .bind(last)
            .execute(&tutor.app.ctx.pool)
            .await
            .expect("person");
    }
    tutor.document("Copies", "La démonstration de Hédi Ben Salah sur les suites géométriques est un modèle.").await;
    let student = tutor.student().await;
    sqlx::query(
        "insert into memories (id, user_id, kind, content, source_title, expires_at)
         values ($1, $2, 'SEMANTIC', 'Travaille avec Yosra Trabelsi.', 'Suites', now() + interval '9 days')",
    )
    .bind(uuid::Uuid::now_v7())
    .bind(student.id)
    .execute(&tutor.app.ctx.pool)
    .await
    .expect("memory");
    ask(&student, "les suites géométriques").await.assert(200);
    let asked = tutor.asked();
    let sent = asked.last().expect("asked");
    let (user, system) = (sent.message("user"), sent.message("system"));
    assert!(user.contains("sur les suites géométriques est un modèle"), "{user}");
    assert!(!user.contains("Salah") && !user.contains("Hédi"), "{user}");
    assert!(system.contains("Travaille avec ⟦") && !system.contains("Trabelsi"), "{system}");
}

#[tokio::test]
async fn a_quiet_conversation_is_found_named_and_remembered_and_what_is_forgotten_is_not_drawn_again() {
    let tutor = tutor_that_draws().await;
    let student = tutor.student().await;
    ask(&student, "La dérivée de uv ?").await.assert(200);
    let pool = &tutor.app.ctx.pool;
    let look = async || {
        let mut conn = pool.acquire().await.expect("connection");
        enqueue(&mut conn, &LookForQuietConversations {}).await.expect("enqueued");
        run_all::<LookForQuietConversations>(&tutor.app.ctx).await;
        run_all::<Remember>(&tutor.app.ctx).await;
        student.get("/aria/souvenirs").await
    };
    look().await.assert_page(200, "Rien pour l’instant");
    let quiet = "update aria_conversations set updated_at = now() - interval '11 minutes', remembered_until = null";
    sqlx::query(quiet).execute(pool).await.expect("time");
    let page = look().await;
    page.assert_page(200, "De la conversation ");
    assert!(page.text().contains("Confond la dérivée"), "{page}");
    student.get("/dashboard/eleve/aria").await.assert_page(200, "Dérivée d’un produit");
    let ids: Vec<uuid::Uuid> = sqlx::query_scalar("select id from memories where user_id = $1 order by kind")
        .bind(student.id)
        .fetch_all(pool)
        .await
        .expect("memories");
    student.post(&format!("/aria/souvenirs/{}/oubli", ids[1]), &[]).await.assert(303);
    let corrected = [("texte", "Refaire un exercice de récurrence.")];
    student.post(&format!("/aria/souvenirs/{}", ids[0]), &corrected).await.assert(303);
    sqlx::query(quiet).execute(pool).await.expect("time");
    let page = look().await;
    page.assert_page(200, "Refaire un exercice de récurrence.");
    assert!(!page.text().contains("Confond la dérivée") && !page.text().contains("avant vendredi"), "{page}");
    student.post("/aria/souvenirs/tout", &[]).await.assert(303);
    sqlx::query(quiet).execute(pool).await.expect("time");
    look().await.assert_page(200, "Rien pour l’instant");
}

#[tokio::test]
async fn the_reason_of_a_judgement_is_kept_for_the_team() {
    let tutor = tutor(|_, _| Reply::stream(&["Oui."])).await;
    let (student, admin) = (tutor.student().await, tutor.app.signed_in(Role::Admin).await);
    let answer = key(&ask(&student, "Bonjour ?").await.assert(200).json());
    let judged = json!({ "messageId": answer, "feedback": false, "reason": "La formule est fausse" });
    student.post_json("/api/aria/feedback", &judged).await.assert(200);
    admin.get(&format!("/admin/aria/reponses/{answer}")).await.assert_page(200, "La formule est fausse");
}

#[tokio::test]
async fn a_program_that_comes_back_to_an_answer_hears_it_whole_once_and_is_told_its_badge_and_its_end() {
    let tutor = tutor(|_, _| Reply::stream(&["Une suite ", "a une raison."])).await;
    let student = tutor.student().await;
    let ask = || {
        let body = json!({ "message": "Qu’est-ce qu’une suite ?", "stream": true });
        student.post_json("/api/aria/chat", &body).header("idempotency-key", "k")
    };
    let first = ask().await.assert(200).text().to_owned();
    let data = |text: &str, name: &str| -> serde_json::Value {
        let event = text.split("\n\n").find(|event| event.contains(&format!("event: {name}\n"))).expect("event");
        let data = event.lines().find_map(|line| line.strip_prefix("data: ")).expect("data");
        serde_json::from_str(data).expect("json")
    };
    let metadata = data(&first, "metadata");
    assert_eq!(metadata["message"]["content"], "Une suite a une raison.");
    assert_eq!(metadata["conversation"]["title"], "Qu’est-ce qu’une suite ?");
    assert_eq!(metadata["conversation"]["id"], metadata["conversationId"]);
    assert_eq!(metadata["newBadges"].as_array().map(Vec::len), Some(1), "{metadata}");
    assert!(metadata["newBadges"][0]["name"].is_string() && metadata["newBadges"][0]["icon"].is_string(), "{metadata}");
    assert_eq!(data(&first, "done"), json!({ "state": "DONE" }));
    let answer = data(&first, "start")["messageId"].as_str().expect("key").to_owned();
    let again = ask().header("last-event-id", &format!("{answer}:1")).await.assert(200).text().to_owned();
    assert_eq!(data(&again, "reset"), json!({ "text": "Une suite a une raison." }));
    assert!(!again.contains("event: token"), "{again}");
    assert_eq!(tutor.asked().len(), 1);
}
