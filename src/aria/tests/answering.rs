//! Questions and answers.

use std::time::Duration;

use poem::http::Method;
use serde_json::json;
use uuid::Uuid;

use super::support::{self, ask, key, said, tutor};
use crate::{
    llm::standin::{Reply, Seen},
    web::Role,
};

/// The tag of the first passage that the model was given.
fn tag(seen: &Seen) -> String {
    let asked = seen.body["messages"].as_array().expect("messages").last().expect("question")["content"].to_string();
    asked.split("[[").nth(1).and_then(|rest| rest.split("]]").next()).unwrap_or("none").to_owned()
}

const BODY: &str = "# Suites\n\nUne suite est arithmétique si l’on passe d’un terme au suivant en ajoutant toujours la même constante, appelée raison.";

#[tokio::test]
async fn an_answer_cites_the_passage_that_it_was_given_and_nothing_else() {
    let tutor = tutor(|seen, _| {
        let tag = tag(seen);
        Reply::stream(&[
            "On ajoute ",
            "la raison [[",
            &tag,
            "]]. Toujours [[zzzzz]].",
            " « Elle est forcément positive et entière » [[",
            &tag,
            "]].",
        ])
    })
    .await;
    let passage = tutor.document("Suites arithmétiques", BODY).await;
    let student = tutor.student().await;
    let answer = ask(&student, "c’est quoi une suite arithmétique").await.assert(200);
    let text = said(&answer);
    assert!(text.starts_with("On ajoute la raison〔1〕. Toujours.") && text.contains("citation retirée"), "{text}");
    assert!(answer.json()["documentUrl"].as_str().expect("url").contains(&format!("p={passage}")), "{answer}");
    let conversation = answer.json()["conversationId"].as_str().expect("id").to_owned();
    let page = student.get(&format!("/dashboard/eleve/aria/{conversation}")).await;
    page.assert_page(200, "Suites arithmétiques");
    assert!(page.text().contains("class=\"cite\""), "{page}");
    let link = answer.json()["documentUrl"].as_str().expect("url").split('#').next().expect("path").to_owned();
    student.get(&link).await.assert_page(200, "ajoutant toujours la même constante");
}

#[tokio::test]
async fn an_answer_without_support_says_so() {
    let tutor = tutor(|_, _| Reply::stream(&["Je ne sais pas."])).await;
    let student = tutor.student().await;
    let answer = ask(&student, "Qui a gagné le match ?").await.assert(200);
    let conversation = answer.json()["conversationId"].as_str().expect("id").to_owned();
    student
        .get(&format!("/dashboard/eleve/aria/{conversation}"))
        .await
        .assert_page(200, "Sans appui dans les documents de l’école");
}

#[tokio::test]
async fn without_a_model_passages_are_quoted_and_the_question_does_not_count() {
    let tutor = support::alone().await;
    tutor.document("Suites arithmétiques", BODY).await;
    let student = tutor.student().await;
    let answer = ask(&student, "suite arithmétique raison").await.assert(200);
    assert_eq!(answer.json()["mode"], "EXTRACT");
    assert!(said(&answer).contains("> Une suite est arithmétique"), "{answer}");
    let used = sqlx::query_scalar!("select used from aria_usage where user_id = $1", student.id)
        .fetch_one(&tutor.app.ctx.pool)
        .await
        .expect("usage");
    assert_eq!(used, 0);
}

#[tokio::test]
async fn a_model_that_fails_before_its_first_word_gives_way_to_the_passages() {
    let tutor = tutor(|_, _| Reply::Status(400, "{}".into())).await;
    tutor.document("Suites arithmétiques", BODY).await;
    let student = tutor.student().await;
    let answer = ask(&student, "suite arithmétique").await.assert(200);
    assert_eq!(answer.json()["mode"], "EXTRACT");
}

#[tokio::test]
async fn a_model_that_breaks_off_leaves_what_it_said_and_the_question_does_not_count() {
    let tutor = tutor(|_, _| {
        let parts =
            ["Une suite ", "est une liste. "].map(|text| crate::llm::standin::event(&crate::llm::standin::delta(text)));
        Reply::Stream(parts.to_vec(), false)
    })
    .await;
    let student = tutor.student().await;
    let answer = ask(&student, "suite").await.assert(502);
    assert_eq!(said(&answer), "Une suite est une liste.");
    assert!(answer.json()["state"] == "FAILED" && answer.json()["error"].as_str().is_some(), "{answer}");
    let older = json!({ "content": "suite", "subject": "NSI" });
    let answer = student.post_json("/api/aria/chat", &older).await.assert(502).json();
    assert_eq!((&answer["success"], &answer["state"]), (&false.into(), &"FAILED".into()));
    assert!(answer["message"]["content"].as_str().expect("text").starts_with("Une suite"), "{answer}");
    let answer = ask(&student, "suite").await.assert(502);
    assert_eq!(tutor.standing(key(&answer.json())).await, ("FAILED".into(), "RETURNED".into()));
}

#[tokio::test]
async fn a_model_that_repeats_itself_is_cut_and_the_question_does_not_count() {
    let tutor = tutor(|_, _| {
        let mut words = vec!["Une suite est une liste de nombres. "];
        words.extend(["Elle est ", "croissante. "].repeat(500));
        Reply::stream(&words)
    })
    .await;
    let student = tutor.student().await;
    let answer = ask(&student, "suite").await.assert(200);
    let text = said(&answer);
    assert!(text.starts_with("Une suite est une liste de nombres.") && text.contains("coupée ici"), "{text}");
    assert_eq!(text.matches("croissante").count(), 1, "{text}");
    assert_eq!(tutor.standing(key(&answer.json())).await, ("DONE".into(), "RETURNED".into()));
}

#[tokio::test]
async fn the_same_form_sent_twice_is_one_question() {
    let tutor = tutor(|_, _| Reply::stream(&["Oui."])).await;
    let student = tutor.student().await;
    let form = [("key", "k1"), ("question", "Une fois ?"), ("subject", "NSI")];
    let asks = (0..6).map(|_| student.post("/dashboard/eleve/aria", &form).htmx());
    let answers = crate::testing::together(asks).await;
    let paths: Vec<String> = answers.iter().map(|answer| answer.redirected()).collect();
    assert!(paths.iter().all(|path| *path == paths[0]), "{paths:?}");
    let count =
        sqlx::query_scalar!(r#"select count(*) as "count!" from aria_questions where user_id = $1"#, student.id)
            .fetch_one(&tutor.app.ctx.pool)
            .await
            .expect("count");
    assert_eq!(count, 1);
}

#[tokio::test]
async fn a_page_without_scripts_gets_the_finished_answer() {
    let tutor = tutor(|_, _| Reply::stream(&["Voici **la** réponse."])).await;
    let student = tutor.student().await;
    let path = student
        .post("/dashboard/eleve/aria", &[("key", "a"), ("question", "Bonjour ?"), ("subject", "NSI")])
        .await
        .redirected();
    let page = student.get(path.split('#').next().expect("path")).await;
    page.assert_page(200, "<strong>la</strong>");
    assert!(!page.text().contains("http-equiv=\"refresh\""), "{page}");
}

#[tokio::test]
async fn what_is_stopped_keeps_what_was_written() {
    let tutor = tutor(|_, _| Reply::silence_after(&["Le début. ", "La suite. "])).await;
    let student = tutor.student().await;
    let path = student
        .post("/dashboard/eleve/aria", &[("key", "a"), ("question", "Bonjour ?"), ("subject", "NSI")])
        .htmx()
        .await
        .redirected();
    let id = sqlx::query_scalar!("select id from aria_generations where user_id = $1", student.id)
        .fetch_one(&tutor.app.ctx.pool)
        .await
        .expect("answer");
    let running = student.get(path.split('#').next().expect("path")).await;
    running.assert_page(200, "ARIA écrit…");
    assert!(running.text().contains("http-equiv=\"refresh\""), "{running}");
    tokio::time::sleep(Duration::from_millis(600)).await;
    student.post(&format!("/aria/reponses/{id}/arret"), &[]).await.redirected();
    tutor.until(id, "STOPPED").await;
    let text = sqlx::query_scalar!("select answer from aria_generations where id = $1", id)
        .fetch_one(&tutor.app.ctx.pool)
        .await
        .expect("answer");
    assert_eq!(text.as_deref(), Some("Le début. La suite."));
}

#[tokio::test]
async fn a_stream_that_comes_back_hears_only_what_it_missed() {
    let tutor =
        tutor(|_, _| Reply::After(Duration::from_millis(50), Box::new(Reply::stream(&["Un. ", "Deux. ", "Trois."]))))
            .await;
    let student = tutor.student().await;
    let answer = student.post_json("/api/aria/chat?stream=true", &json!({ "message": "Compte" })).await.assert(200);
    let text = answer.text();
    assert!(text.contains("event: start") && text.contains("event: token") && text.contains("event: done"), "{text}");
    let told: String = text
        .lines()
        .filter_map(|line| line.strip_prefix("data: "))
        .filter_map(|data| serde_json::from_str::<serde_json::Value>(data).ok()?["text"].as_str().map(str::to_owned))
        .collect();
    assert_eq!(told, "Un. Deux. Trois.");
    let id = sqlx::query_scalar!("select id from aria_generations where user_id = $1", student.id)
        .fetch_one(&tutor.app.ctx.pool)
        .await
        .expect("answer");
    let again = student
        .ask(Method::GET, &format!("/aria/reponses/{id}/flux"))
        .header("accept", "text/event-stream")
        .header("last-event-id", &format!("{id}:1"))
        .await
        .assert(200);
    assert!(again.text().contains("event: done") && !again.text().contains("event: piece"), "{again}");
}

#[tokio::test]
async fn nobody_reads_or_changes_the_conversation_of_another() {
    let tutor = tutor(|_, _| Reply::stream(&["Oui."])).await;
    let (student, other) = (tutor.student().await, tutor.student().await);
    let answer = ask(&student, "Bonjour").await.assert(200);
    let conversation = answer.json()["conversationId"].as_str().expect("id").to_owned();
    let id = key(&answer.json());
    let admin = tutor.app.signed_in(Role::Admin).await;
    other.get(&format!("/dashboard/eleve/aria/{conversation}")).await.assert(404);
    admin.get(&format!("/aria/{conversation}")).await.assert(404);
    for path in [format!("/aria/{conversation}/titre"), format!("/aria/{conversation}/suppression")] {
        other.post(&path, &[("titre", "À moi")]).await.assert(404);
    }
    for action in ["arret", "encore", "avis"] {
        other.post(&format!("/aria/reponses/{id}/{action}"), &[("avis", "1")]).await.assert(404);
    }
    other.get(&format!("/aria/reponses/{id}/flux")).await.assert(404);
    other.post_json("/api/aria/chat", &json!({ "message": "x", "conversationId": conversation })).await.assert(404);
    other.post_json("/api/aria/feedback", &json!({ "messageId": id, "feedback": true })).await.assert(404);
}

#[tokio::test]
async fn conversations_are_found_renamed_and_deleted() {
    let tutor = tutor(|_, _| Reply::stream(&["Oui."])).await;
    let student = tutor.student().await;
    let answer = ask(&student, "Les dérivées m’échappent").await.assert(200);
    let conversation = answer.json()["conversationId"].as_str().expect("id").to_owned();
    let home = "/dashboard/eleve/aria";
    student.get(&format!("{home}?q=derivees")).await.assert_page(200, "Les dérivées m’échappent");
    student.get(&format!("{home}?q=integrale")).await.assert_page(200, "Aucune conversation avec ces mots");
    student.get(&format!("{home}?matiere=NSI")).await.assert_page(200, "Aucune conversation");
    student.post(&format!("/aria/{conversation}/titre"), &[("titre", " Mes   dérivées ")]).await.assert(303);
    student.get(home).await.assert_page(200, "Mes dérivées");
    student.post(&format!("/aria/{conversation}/suppression"), &[]).await.assert(303);
    student.get(&format!("{home}/{conversation}")).await.assert(404);
    let left = sqlx::query_scalar!(r#"select count(*) as "count!" from aria_generations"#)
        .fetch_one(&tutor.app.ctx.pool)
        .await
        .expect("count");
    assert_eq!(left, 0);
}

#[tokio::test]
async fn names_do_not_leave_the_machine_and_come_back_in_the_answer() {
    let tutor = tutor(|seen, _| {
        let body = seen.body.to_string();
        let mark = body.split('⟦').nth(1).and_then(|rest| rest.split('⟧').next()).unwrap_or("none").to_owned();
        Reply::stream(&["Bonjour ⟦", &mark, "⟧ !"])
    })
    .await;
    let id = Uuid::now_v7();
    sqlx::query!("insert into users (id, role, email, first_name, last_name, activated_at) values ($1, 'ELEVE', 'zohra.mestiri@example.org', 'Zohra', 'Mestiri', now())", id)
        .execute(&tutor.app.ctx.pool)
        .await
        .expect("person");
    sqlx::query!("insert into students (user_id, grade) values ($1, 'TERMINALE')", id)
        .execute(&tutor.app.ctx.pool)
        .await
        .expect("student");
    let student = tutor.app.sign_in(id).await;
    let answer = ask(&student, "Je suis Zohra Mestiri, zohra.mestiri@example.org").await.assert(200);
    let sent = tutor.asked()[0].body.to_string();
    assert!(!sent.contains("Zohra") && !sent.contains("Mestiri") && !sent.contains("example.org"), "{sent}");
    assert!(said(&answer).contains("Zohra"), "{answer}");
}

#[tokio::test]
async fn nobody_of_the_school_is_named_to_the_model_whoever_asks() {
    let tutor = tutor(|_, _| Reply::stream(&["Oui."])).await;
    for (role, first, last) in [("ELEVE", "Hédi", "Ben Salah"), ("COACH", "Anne-Marie", "Œrtel")] {
        sqlx::query!(
            "insert into users (id, role, email, first_name, last_name, activated_at) values ($1, $2, $3, $4, $5, now())",
            Uuid::now_v7(),
            role,
            format!("{role}@example.org").to_lowercase(),
            first,
            last
        )
        .execute(&tutor.app.ctx.pool)
        .await
        .expect("person");
    }
    for asker in [tutor.student().await, tutor.app.signed_in(Role::Assistante).await] {
        ask(&asker, "Avec hedi BEN SALAH et Mme Oertel, la suite de Fibonacci").await.assert(200);
        let sent = tutor.asked().last().expect("asked").message("user").to_owned();
        assert!(!sent.to_lowercase().contains("salah") && !sent.to_lowercase().contains("oertel"), "{sent}");
        assert!(sent.contains("Fibonacci"), "{sent}");
    }
}

#[tokio::test]
async fn an_answer_that_is_asked_again_is_another_one_and_counts() {
    let tutor = tutor(|_, number| Reply::stream(&[if number == 0 { "Une fois." } else { "Deux fois." }])).await;
    let student = tutor.student().await;
    let first = ask(&student, "Bonjour ?").await.assert(200).json();
    student.post(&format!("/aria/reponses/{}/encore", key(&first)), &[]).await.redirected();
    let answers = sqlx::query!("select answer, quota from aria_generations order by created_at")
        .fetch_all(&tutor.app.ctx.pool)
        .await
        .expect("answers");
    let told: Vec<(Option<&str>, &str)> =
        answers.iter().map(|one| (one.answer.as_deref(), one.quota.as_str())).collect();
    assert_eq!(told, [(Some("Une fois."), "SETTLED"), (Some("Deux fois."), "SETTLED")]);
    let page = student.get(&format!("/dashboard/eleve/aria/{}", first["conversationId"].as_str().expect("id"))).await;
    page.assert_page(200, "Deux fois.");
    assert!(!page.text().contains("Une fois."), "{page}");
}

#[tokio::test]
async fn an_answer_is_judged_with_a_reason_and_ten_judgements_earn_a_badge() {
    let tutor = tutor(|_, _| Reply::stream(&["Oui."])).await;
    sqlx::query!("update aria_limits set per_day = 100").execute(&tutor.app.ctx.pool).await.expect("limits");
    let student = tutor.student().await;
    for number in 0..10 {
        let id = key(&ask(&student, &format!("Question {number}")).await.assert(200).json());
        let body = json!({ "messageId": id, "feedback": number % 2 == 0, "reason": "C’est faux" });
        let judged = student.post_json("/api/aria/feedback", &body).await.assert(200);
        let badges = judged.json()["newBadges"].as_array().expect("badges").len();
        assert_eq!(badges, usize::from(number == 9), "{judged}");
        // The same judgement again counts once.
        student.post_json("/api/aria/feedback", &body).await.assert(200);
    }
}
