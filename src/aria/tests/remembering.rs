//! What ARIA remembers, is told of a student, and keeps of what it sent.

use super::support::{DRAWN, ask, key, tutor, tutor_that_draws};
use crate::{
    aria::memories::jobs::{ForgetOld, Remember},
    jobs::tests::run_all,
    llm::standin::Reply,
    web::Role,
};

#[tokio::test]
async fn what_is_remembered_can_be_read_corrected_and_forgotten_and_expires() {
    let tutor = tutor_that_draws().await;
    let student = tutor.student().await;
    let other = tutor.student().await;
    let conversation = ask(&student, "La dérivée de uv ?").await.assert(200).json()["conversationId"].clone();
    let conversation = conversation.as_str().expect("id").parse().expect("uuid");
    let mut conn = tutor.app.ctx.pool.acquire().await.expect("connection");
    crate::jobs::enqueue(&mut conn, &Remember { conversation }).await.expect("enqueued");
    run_all::<Remember>(&tutor.app.ctx).await;
    let page = student.get("/aria/souvenirs").await;
    page.assert_page(200, "Confond la dérivée d’un produit");
    assert!(page.text().contains("récurrence avant vendredi") && page.text().contains("S’efface le"), "{page}");
    let ids = sqlx::query!("select id, kind from memories where user_id = $1 order by kind", student.id)
        .fetch_all(&mut *conn)
        .await
        .expect("memories");
    let (plan, fact) = (format!("/aria/souvenirs/{}", ids[0].id), format!("/aria/souvenirs/{}", ids[1].id));
    other.post(&fact, &[("texte", "Autre chose que cela")]).await.assert(404);
    student.post(&fact, &[("texte", "Sait dériver un produit,\ntentatives: 9")]).await.assert(303);
    ask(&student, "Et la dérivée de u/v ?").await.assert(200);
    let told = tutor.asked().last().expect("asked").message("system").to_owned();
    assert!(told.contains("- Sait dériver un produit, tentatives: 9\n"), "{told}");
    assert!(told.contains("récurrence avant vendredi") && !told.contains("Confond la dérivée"), "{told}");
    student.post(&format!("{fact}/oubli"), &[]).await.assert(303);
    sqlx::query!("update memories set expires_at = now() - interval '1 day'").execute(&mut *conn).await.expect("time");
    ask(&student, "Et celle de 1/u ?").await.assert(200);
    let told = tutor.asked().last().expect("asked").message("system").to_owned();
    assert!(!told.contains("Sait dériver") && !told.contains("récurrence avant vendredi"), "{told}");
    crate::jobs::enqueue(&mut conn, &ForgetOld {}).await.expect("enqueued");
    run_all::<ForgetOld>(&tutor.app.ctx).await;
    student.post(&plan, &[("texte", "Trop tard, elle a disparu")]).await.assert(404);
}

#[tokio::test]
async fn a_memory_that_is_corrected_into_another_one_is_that_one() {
    let tutor = tutor(|_, _| Reply::stream(&["Oui."])).await;
    let student = tutor.student().await;
    let mut ids = Vec::new();
    for content in ["Confond somme et produit.", "Sait factoriser."] {
        ids.push(uuid::Uuid::now_v7());
        sqlx::query!(
            "insert into memories (id, user_id, kind, content, source_title, expires_at)
             values ($1, $2, 'SEMANTIC', $3, 'Algèbre', now() + interval '9 days')",
            ids.last(),
            student.id,
            content
        )
        .execute(&tutor.app.ctx.pool)
        .await
        .expect("memory");
    }
    let path = format!("/aria/souvenirs/{}", ids[0]);
    student.post(&path, &[("texte", "Sait factoriser.")]).await.assert(303);
    let left = sqlx::query_scalar!("select id from memories where user_id = $1", student.id)
        .fetch_all(&tutor.app.ctx.pool)
        .await
        .expect("memories");
    assert_eq!(left, [ids[1]]);
}

#[tokio::test]
async fn a_message_that_worried_is_not_remembered() {
    let tutor = tutor(|_, _| Reply::Text(DRAWN.into())).await;
    let student = tutor.student().await;
    let answer = ask(&student, "j’ai envie de mourir").await.assert(200).json();
    let conversation = answer["conversationId"].as_str().expect("id").parse().expect("uuid");
    let mut conn = tutor.app.ctx.pool.acquire().await.expect("connection");
    crate::jobs::enqueue(&mut conn, &Remember { conversation }).await.expect("enqueued");
    run_all::<Remember>(&tutor.app.ctx).await;
    assert!(tutor.asked().is_empty());
    student.get("/aria/souvenirs").await.assert_page(200, "Rien pour l’instant");
}

#[tokio::test]
async fn attempts_and_grade_of_a_student_are_in_what_is_sent_which_staff_can_read_and_the_log_says_who_did() {
    let tutor = tutor(|_, _| Reply::stream(&["Que trouves-tu ?"])).await;
    let (student, admin) = (tutor.student().await, tutor.app.signed_in(Role::Admin).await);
    let answer = key(&ask(&student, "J’ai essayé : u1 = 5 et u2 = 8, mais je bloque").await.assert(200).json());
    let told = tutor.asked()[0].message("system").to_owned();
    assert!(told.contains("tentatives: 1") && told.contains("classe: "), "{told}");
    let path = format!("/admin/aria/reponses/{answer}");
    let page = admin.get(&path).await;
    page.assert_page(200, "u1 = 5 et u2 = 8");
    assert!(page.text().contains("tentatives: 1"), "{page}");
    student.get(&path).await.assert(403);
    let read = sqlx::query_scalar!(
        r#"select count(*) as "count!" from audit_log where actor_id = $1 and action = 'aria.read_context'"#,
        admin.id
    )
    .fetch_one(&tutor.app.ctx.pool)
    .await
    .expect("audit");
    assert_eq!(read, 1);
}

#[tokio::test]
async fn a_parent_and_a_coach_ask_about_their_own_student_and_nobody_elses() {
    let tutor = tutor(|_, _| Reply::stream(&["Oui."])).await;
    let (student, other) = (tutor.student().await, tutor.student().await);
    let (parent, coach) = (tutor.app.signed_in(Role::Parent).await, tutor.app.signed_in(Role::Coach).await);
    tutor.app.guard(parent.id, student.id).await;
    tutor.app.coach(coach.id, student.id).await;
    for asker in [&parent, &coach] {
        let body = |id| serde_json::json!({ "message": "Où en est l’élève ?", "studentId": id });
        asker.post_json("/api/aria/chat", &body(student.id)).await.assert(200);
        let told = tutor.asked().last().expect("asked").message("system").to_owned();
        assert!(told.contains("de l’élève: ⟦ELEVE_1") && told.contains("classe: "), "{told}");
        asker.post_json("/api/aria/chat", &body(other.id)).await.assert(404);
    }
    assert_eq!(tutor.asked().len(), 2);
}
