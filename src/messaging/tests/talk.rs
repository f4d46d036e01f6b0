//! Messages between people, through the site.

use std::collections::BTreeSet;

use serde_json::json;
use uuid::Uuid;

use crate::{
    ctx::Ctx,
    jobs,
    messaging::talk::{self, TellUnread},
    testing::{Answer, Ask, Signed, TestApp, together},
    web::{Person, Role},
};

/// A student with a parent and a coach.
struct School {
    app: TestApp,
    student: Signed,
    parent: Signed,
    coach: Signed,
}

async fn school() -> School {
    let app = TestApp::new().await;
    let (student, parent) = (app.signed_in(Role::Eleve).await, app.signed_in(Role::Parent).await);
    let coach = app.signed_in(Role::Coach).await;
    app.guard(parent.id, student.id).await;
    app.coach(coach.id, student.id).await;
    School { app, student, parent, coach }
}

fn write(from: &Signed, to: Uuid, key: &str, words: &str) -> Ask {
    from.post(&format!("/messages/{to}"), &[("key", key), ("message", words)])
}

async fn say(from: &Signed, to: Uuid, words: &str) -> Answer {
    write(from, to, &Uuid::new_v4().to_string(), words).await
}

async fn count(ctx: &Ctx) -> i64 {
    sqlx::query_scalar!(r#"select count(*) as "n!" from messages"#).fetch_one(&ctx.pool).await.expect("count")
}

async fn unread(ctx: &Ctx, person: Uuid) -> (i64, i64) {
    let row = sqlx::query!(r#"select messages as "m!", notices as "n!" from unread_of($1)"#, person);
    let row = row.fetch_one(&ctx.pool).await.expect("unread");
    (row.m, row.n)
}

#[tokio::test]
async fn a_parent_and_the_coach_talk_and_see_what_is_read() {
    let School { app, parent, coach, .. } = school().await;
    say(&parent, coach.id, "Bonjour, comment va Yanis ?")
        .await
        .assert_redirect(&format!("/messages/{}#message", coach.id));
    assert_eq!(unread(&app.ctx, coach.id).await, (1, 0));
    coach.get("/messages").await.assert_page(200, "Bonjour, comment va Yanis ?");
    let before = parent.get(&format!("/messages/{}", coach.id)).await;
    assert!(!before.text().contains("Lu à"), "{before}");
    let thread = coach.get(&format!("/messages/{}", parent.id)).await;
    thread.assert_page(200, "Bonjour, comment va Yanis ?");
    assert!(!thread.text().contains("class=\"count\""), "the number at the top counts what this page showed: {thread}");
    assert_eq!(unread(&app.ctx, coach.id).await, (0, 0));
    parent.get(&format!("/messages/{}", coach.id)).await.assert_page(200, "Lu à");
    say(&coach, parent.id, "Très bien !").await.redirected();
    let home = parent.get("/dashboard/parent").await;
    assert!(home.text().contains("class=\"count\">1<"), "{home}");
}

#[tokio::test]
async fn the_queue_of_a_dashboard_names_those_who_wait_longest_first() {
    let School { app, student, parent, coach } = school().await;
    say(&parent, coach.id, "Bonjour").await.redirected();
    say(&student, coach.id, "Bonjour").await.redirected();
    say(&parent, coach.id, "Vous êtes là ?").await.redirected();
    let person = Person {
        id: coach.id,
        role: Role::Coach,
        first_name: "Prénom".into(),
        last_name: "Nom".into(),
        email: None,
        easy_reading: false,
        unread: Default::default(),
    };
    let waiting = talk::waiting(&app.ctx.pool, &person, 10).await.expect("waiting");
    let of = |id: Uuid| format!("/messages/{id}");
    let seen: Vec<_> = waiting.iter().map(|one| (one.link.clone(), one.count)).collect();
    assert_eq!(seen, [(of(parent.id), 2), (of(student.id), 1)]);
}

#[tokio::test]
async fn nobody_writes_to_a_stranger() {
    let School { app, student, parent, coach } = school().await;
    let (other, admin) = (school_of(&app).await, app.signed_in(Role::Admin).await);
    for (from, to) in [
        (&parent, other.student),
        (&parent, other.coach),
        (&parent, other.parent),
        (&parent, student.id),
        (&student, other.coach),
        (&student, parent.id),
        (&coach, other.student),
        (&coach, other.parent),
        (&coach, other.coach),
        (&parent, parent.id),
    ] {
        say(from, to, "Bonjour").await.assert(404);
        from.get(&format!("/messages/{to}")).await.assert(404);
        let answer = from.post_json("/api/messages/send", &json!({ "receiverId": to, "content": "Bonjour" })).await;
        assert_eq!(answer.assert(403).json(), json!({ "error": "Communication non autorisée" }));
    }
    assert_eq!(count(&app.ctx).await, 0);
    for (from, to) in
        [(&student, coach.id), (&parent, coach.id), (&parent, admin.id), (&student, admin.id), (&admin, other.student)]
    {
        say(from, to, "Bonjour").await.redirected();
    }
}

struct Others {
    student: Uuid,
    parent: Uuid,
    coach: Uuid,
}

async fn school_of(app: &TestApp) -> Others {
    let (student, parent, coach) =
        (app.person(Role::Eleve).await, app.person(Role::Parent).await, app.person(Role::Coach).await);
    app.guard(parent, student).await;
    app.coach(coach, student).await;
    Others { student, parent, coach }
}

#[tokio::test]
async fn what_was_received_stays_readable_when_writing_is_over() {
    let School { app, parent, coach, .. } = school().await;
    say(&coach, parent.id, "À bientôt").await.redirected();
    sqlx::query!("delete from coach_students").execute(&app.ctx.pool).await.expect("over");
    let page = parent.get(&format!("/messages/{}", coach.id)).await;
    page.assert_page(200, "À bientôt");
    assert!(page.text().contains("Vous ne pouvez pas écrire") && !page.text().contains("<textarea"), "{page}");
    let refused = say(&parent, coach.id, "Encore une question").await;
    assert_eq!(refused.status.as_u16(), 422, "{refused}");
    assert_eq!(count(&app.ctx).await, 1);
}

#[tokio::test]
async fn a_form_sent_many_times_at_once_is_one_message() {
    let School { app, parent, coach, .. } = school().await;
    app.warm().await;
    let answers = together((0..8).map(|_| write(&parent, coach.id, "one form", "Bonjour"))).await;
    assert!(answers.iter().all(|answer| answer.status == 303), "{}", answers[0]);
    assert_eq!((count(&app.ctx).await, unread(&app.ctx, coach.id).await.0), (1, 1));
    // The same form with other words, after a try of which nobody knows the end: nothing is swallowed.
    write(&parent, coach.id, "one form", "Bonjour, j’ai oublié ma question").await.redirected();
    // The same words in a new form.
    write(&parent, coach.id, "another form", "Bonjour").await.redirected();
    assert_eq!(count(&app.ctx).await, 3);
}

#[tokio::test]
async fn messages_that_cross_are_all_there_and_no_read_mark_covers_an_unseen_one() {
    let School { app, parent, coach, .. } = school().await;
    app.warm().await;
    let asks = (0..12).map(|at| match at % 3 {
        0 => write(&parent, coach.id, &format!("p{at}"), &format!("question {at}")),
        1 => write(&coach, parent.id, &format!("c{at}"), &format!("réponse {at}")),
        _ => parent.get(&format!("/messages/{}", coach.id)),
    });
    assert!(together(asks).await.iter().all(|answer| !answer.status.is_server_error()));
    assert_eq!(count(&app.ctx).await, 8);
    // What the parent has not seen on a page is counted as unread.
    let seen = sqlx::query!(
        r#"select s.read_id, s.received_id, (select max(id) from messages m where m.sender_id = s.other_id) as "last!",
                  (select count(*) from messages m where m.sender_id = s.other_id and m.id > s.read_id) as "unseen!"
           from conversation_sides s where s.person_id = $1"#,
        parent.id
    );
    let seen = seen.fetch_one(&app.ctx.pool).await.expect("side");
    assert_eq!(seen.received_id, seen.last);
    assert_eq!(unread(&app.ctx, parent.id).await.0, seen.unseen);
    let page = parent.get(&format!("/messages/{}", coach.id)).await;
    assert!((0..12).filter(|at| at % 3 == 1).all(|at| page.text().contains(&format!("réponse {at}"))), "{page}");
    assert_eq!(unread(&app.ctx, parent.id).await.0, 0);
}

#[tokio::test]
async fn an_empty_or_endless_message_is_refused_and_kept_in_the_box() {
    let School { app, parent, coach, .. } = school().await;
    say(&parent, coach.id, "  \r\n ").await.assert_refused_message("Écrivez votre message");
    let endless = "é".repeat(1001);
    let refused = say(&parent, coach.id, &endless).await;
    assert!(refused.text().contains(&endless), "the words are kept");
    refused.assert_refused_message("1000 caractères au plus");
    say(&parent, coach.id, &"é\r\n".repeat(500)).await.redirected();
    assert_eq!(count(&app.ctx).await, 1);
}

impl Answer {
    #[track_caller]
    fn assert_refused_message(&self, says: &str) {
        self.assert_page(422, says);
        assert!(self.text().contains("id=\"message-error\""), "{self}");
    }
}

#[tokio::test]
async fn a_long_thread_is_read_page_by_page() {
    let School { app, parent, coach, .. } = school().await;
    for at in 0..65 {
        let (from, to) = if at % 2 == 0 { (&parent, coach.id) } else { (&coach, parent.id) };
        say(from, to, &format!("phrase-{at:02}")).await.redirected();
    }
    let mut path = format!("/messages/{}", coach.id);
    let mut pages = Vec::new();
    loop {
        let page = parent.get(&path).await.assert(200);
        let text = page.text().to_owned();
        pages.push((0..65).filter(|at| text.contains(&format!("phrase-{at:02}"))).collect::<BTreeSet<_>>());
        let Some(older) = text.split("href=\"").find(|part| part.contains("?avant=")) else { break };
        path = older.split('"').next().expect("link").to_owned();
    }
    assert_eq!(pages.iter().map(BTreeSet::len).collect::<Vec<_>>(), [30, 30, 5]);
    assert_eq!(pages.iter().flatten().collect::<BTreeSet<_>>().len(), 65);
    assert!(app.ctx.live.open_streams() == 0);
}

#[tokio::test]
async fn an_open_thread_asks_for_news_and_gets_them_only_if_there_are_any() {
    let School { parent, coach, .. } = school().await;
    say(&parent, coach.id, "Bonjour").await.redirected();
    let page = parent.get(&format!("/messages/{}", coach.id)).await;
    let link = page.text().split("hx-get=\"").find(|part| part.contains("nouveaux")).expect("link");
    let link = link.split('"').next().expect("link").replace("&amp;", "&");
    parent.get(&link).htmx().await.assert(204);
    say(&coach, parent.id, "Bonjour Madame").await.redirected();
    let news = parent.get(&link).htmx().await.assert(200);
    assert!(news.text().contains("Bonjour Madame") && news.text().contains("hx-swap=\"outerMorph\""), "{news}");
    // Somebody whose session ended is not led away from what they type.
    let anonymous = school().await.app.anonymous();
    anonymous.get(&link).htmx().await.assert(204);
}

#[tokio::test]
async fn contacts_are_those_one_may_write_to_and_can_be_searched() {
    let School { app, parent, coach, .. } = school().await;
    let others = school_of(&app).await;
    sqlx::query!("update coaches set pseudonym = 'Hélios' where user_id = $1", coach.id)
        .execute(&app.ctx.pool)
        .await
        .expect("pseudonym");
    let all = parent.get("/messages/nouveau").await;
    all.assert_page(200, "Hélios");
    assert!(all.text().contains(&coach.id.to_string()) && !all.text().contains(&others.coach.to_string()), "{all}");
    parent.get("/messages/nouveau?q=helios").await.assert_page(200, "Hélios");
    parent.get("/messages/nouveau?q=personne").await.assert_page(200, "Personne à ce nom");
}

#[tokio::test]
async fn the_contract_lists_conversations_and_sends() {
    let School { app, student, coach, .. } = school().await;
    let body =
        json!({ "receiverId": coach.id, "content": " Bonjour ", "fileUrl": "https://x.example/a", "fileName": "a" });
    let sent = student.post_json("/api/messages/send", &body).await.assert(200).json();
    assert_eq!((sent["success"].as_bool(), sent["message"]["content"].as_str()), (Some(true), Some("Bonjour")));
    let list = coach.get("/api/messages/conversations").await.assert(200).json();
    let line = &list["conversations"][0];
    assert_eq!(
        (line["userId"].as_str(), line["unreadCount"].as_i64()),
        (Some(student.id.to_string().as_str()), Some(1))
    );
    assert_eq!(line["lastMessage"]["content"], "Bonjour");
    for (content, status) in [("", 400), ("x".repeat(1001).as_str(), 400)] {
        student
            .post_json("/api/messages/send", &json!({ "receiverId": coach.id, "content": content }))
            .await
            .assert(status);
    }
    for unknown in ["nobody".to_owned(), Uuid::now_v7().to_string()] {
        let answer = student.post_json("/api/messages/send", &json!({ "receiverId": unknown, "content": "x" })).await;
        assert_eq!(answer.assert(404).json(), json!({ "error": "Destinataire non trouvé" }));
    }
    app.anonymous().post_json("/api/messages/send", &body).await.assert(401);
    assert_eq!(count(&app.ctx).await, 1);
}

/// Everything written so far is older by so many minutes.
async fn age(ctx: &Ctx, minutes: i32) {
    sqlx::query!("update messages set sent_at = sent_at - make_interval(mins => $1)", minutes)
        .execute(&ctx.pool)
        .await
        .expect("aged");
}

/// Runs the job that tells about unread messages; answers (address, subject, text) of the mails so far.
async fn told(ctx: &Ctx) -> Vec<(String, String, String)> {
    let mut tx = crate::db::begin(&ctx.pool).await.expect("begin");
    jobs::enqueue(&mut tx, &TellUnread).await.expect("job");
    tx.commit().await.expect("commit");
    jobs::tests::run_all::<TellUnread>(ctx).await;
    let rows = sqlx::query!("select to_email, subject, body_text from outbox order by created_at, id");
    let rows = rows.fetch_all(&ctx.pool).await.expect("outbox");
    rows.into_iter().map(|row| (row.to_email, row.subject, row.body_text)).collect()
}

#[tokio::test]
async fn an_unread_message_is_mailed_once_after_ten_minutes_and_never_with_its_words() {
    let School { app, parent, coach, .. } = school().await;
    let ctx = &app.ctx;
    say(&coach, parent.id, "Yanis a été absent.").await.redirected();
    assert_eq!(told(ctx).await, []);
    age(ctx, 11).await;
    let mails = told(ctx).await;
    assert_eq!(mails.len(), 1);
    let (to, subject, text) = &mails[0];
    assert!(to.starts_with("parent-") && subject.ends_with("vous a écrit"), "{to} {subject}");
    assert!(text.contains(&format!("/messages/{}", coach.id)) && !text.contains("absent"), "{text}");
    // Until it is read, no other.
    say(&coach, parent.id, "Et aussi…").await.redirected();
    age(ctx, 60).await;
    assert_eq!(told(ctx).await.len(), 1);
    parent.get(&format!("/messages/{}", coach.id)).await.assert(200);
    say(&coach, parent.id, "Merci !").await.redirected();
    assert_eq!(told(ctx).await.len(), 1);
    age(ctx, 11).await;
    assert_eq!(told(ctx).await.len(), 2);
}

#[tokio::test]
async fn who_wants_no_mail_or_has_no_address_gets_none() {
    let School { app, student, parent, coach } = school().await;
    let never = [("MESSAGE", "NEVER"), ("BILAN", "DAILY")];
    parent.post("/compte/notifications", &never).await.assert_redirect("/compte/notifications?saved=1");
    sqlx::query!("update users set email = null, identifier = 'yanis' where id = $1", student.id)
        .execute(&app.ctx.pool)
        .await
        .expect("child");
    say(&coach, parent.id, "Bonjour").await.redirected();
    say(&coach, student.id, "Bonjour").await.redirected();
    age(&app.ctx, 11).await;
    assert_eq!(told(&app.ctx).await, []);
    assert_eq!(unread(&app.ctx, student.id).await.0, 1);
}
