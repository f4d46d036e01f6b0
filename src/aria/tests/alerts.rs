//! What the staff see of messages that worry.

use serde_json::Value;

use super::support::{Tutor, alone, ask};
use crate::{
    testing::{Signed, TestApp},
    web::Role,
};

const DEATH: &str = "j’ai envie de mourir";
const ABUSE: &str = "mon père me frappe";

/// A student of this first name.
async fn named(tutor: &Tutor, name: &str) -> Signed {
    let student = tutor.student().await;
    sqlx::query("update users set first_name = $2 where id = $1")
        .bind(student.id)
        .bind(name)
        .execute(&tutor.app.ctx.pool)
        .await
        .expect("name");
    student
}

/// (subject, text) of the mails, in the order in which they were sent.
async fn mails(app: &TestApp) -> Vec<(String, String)> {
    sqlx::query_as("select subject, body_text from outbox order by created_at, id")
        .fetch_all(&app.ctx.pool)
        .await
        .expect("mails")
}

/// (title, body, link) of what is under the bell, the newest first.
async fn bell(who: &Signed) -> Vec<[String; 3]> {
    let list = who.get("/api/notifications").await.assert(200).json();
    let texts = |one: &Value| ["title", "message", "link"].map(|key| one[key].as_str().unwrap_or_default().to_owned());
    list["notifications"].as_array().expect("list").iter().map(texts).collect()
}

#[tokio::test]
async fn several_messages_of_one_student_within_an_hour_are_one_notification_and_one_mail_that_names_nobody() {
    let tutor = alone().await;
    let (admin, maya) = (tutor.app.signed_in(Role::Admin).await, named(&tutor, "Maya").await);
    for _ in 0..3 {
        ask(&maya, DEATH).await.assert(200);
    }
    let told = bell(&admin).await;
    assert_eq!(told.len(), 1, "{told:?}");
    let [title, body, link] = &told[0];
    assert_eq!(title, "Idées de mort ou de blessure\u{a0}: Maya");
    assert!(body.starts_with("3 messages en une heure."), "{body}");
    let page = admin.get(link).await;
    page.assert_page(200, "Autres messages de Maya à traiter");
    assert_eq!(page.text().matches("<a href=\"/admin/aria/alertes/").count(), 2, "{page}");
    let sent = mails(&tutor.app).await;
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert_eq!(sent[0].0, "Un message à ARIA demande votre attention");
    assert!(!sent[0].1.contains("Maya") && !sent[0].1.contains("mort"), "{sent:?}");
    let icon = crate::ui::icons::alert().into_string();
    assert!(admin.get("/notifications").await.text().contains(&icon), "no sign of alarm");
}

#[tokio::test]
async fn another_kind_another_student_and_another_hour_are_told_by_themselves() {
    let tutor = alone().await;
    let (admin, maya) = (tutor.app.signed_in(Role::Admin).await, named(&tutor, "Maya").await);
    ask(&maya, DEATH).await.assert(200);
    ask(&maya, ABUSE).await.assert(200);
    ask(&named(&tutor, "Sami").await, DEATH).await.assert(200);
    sqlx::query("update aria_alerts set created_at = created_at - interval '61 minutes'")
        .execute(&tutor.app.ctx.pool)
        .await
        .expect("time passes");
    ask(&maya, DEATH).await.assert(200);
    let told = bell(&admin).await;
    assert_eq!((told.len(), mails(&tutor.app).await.len()), (4, 4), "{told:?}");
    assert!(told.iter().all(|[_, body, _]| body.starts_with("Lisez le message")), "{told:?}");
}

#[tokio::test]
async fn open_alerts_stand_first_on_the_dashboards_of_the_staff_one_line_for_each_student() {
    let tutor = alone().await;
    let staff = [
        (tutor.app.signed_in(Role::Admin).await, "/dashboard/admin", "demande attend à l’accueil"),
        (tutor.app.signed_in(Role::Assistante).await, "/dashboard/assistante", "Compte jamais activé"),
    ];
    let pool = &tutor.app.ctx.pool;
    sqlx::query(
        "insert into desk_items (kind, subject_id, opened_at) values ('ACTIVATION', $1, now() - interval '1 day')",
    )
    .bind(staff[0].0.id)
    .execute(pool)
    .await
    .expect("item");
    let (sami, maya) = (named(&tutor, "Sami").await, named(&tutor, "Maya").await);
    for (who, message) in [(&maya, DEATH), (&maya, ABUSE), (&sami, ABUSE)] {
        ask(who, message).await.assert(200);
    }
    let urgent: uuid::Uuid =
        sqlx::query_scalar("select id from aria_alerts where kind = 'SUICIDE'").fetch_one(pool).await.expect("alert");
    for (person, path, of_the_desk) in &staff {
        let page = person.get(path).await.assert(200);
        let line = format!("<a href=\"/admin/aria/alertes/{urgent}\"><b>Maya Nom</b></a>");
        let places = [&line, "Idées de mort ou de blessure", "2 messages à ARIA", "<b>Sami Nom</b>", of_the_desk]
            .map(|words| page.text().find(words).unwrap_or_else(|| panic!("{words}: {page}")));
        assert!(places.is_sorted(), "{places:?}: {page}");
        assert_eq!(page.text().matches("<b>Maya Nom</b>").count(), 1, "{page}");
    }
    sqlx::query("update aria_alerts set handled_at = now()").execute(pool).await.expect("handled");
    for (person, path, _) in &staff {
        let page = person.get(path).await.assert(200);
        assert!(!page.text().contains("<b>Maya Nom</b>"), "{page}");
    }
}

#[tokio::test]
async fn the_menu_of_the_admin_leads_to_aria() {
    let app = TestApp::new().await;
    let page = app.signed_in(Role::Admin).await.get("/admin/aria/alertes").await;
    page.assert_page(200, "Aucune alerte");
    assert!(page.text().contains("<a href=\"/admin/aria\" aria-current=\"page\">"), "{page}");
}
