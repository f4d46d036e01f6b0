//! Notifications and their mails.

use poem::http::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    ctx::Ctx,
    jobs,
    messaging::notices::{Kind, Notice, SendDigests, notify},
    testing::{Client, TestApp, together},
    web::Role,
};

fn bilan(user_id: Uuid, link: &str) -> Notice {
    let (title, body) = ("Le bilan de Yanis est prêt".to_owned(), "À lire.".to_owned());
    Notice { user_id, kind: Kind::Bilan, title, body, link: link.to_owned() }
}

async fn tell(ctx: &Ctx, notice: &Notice) {
    let mut tx = crate::db::begin(&ctx.pool).await.expect("begin");
    notify(&mut tx, notice).await.expect("told");
    tx.commit().await.expect("commit");
}

async fn mails(ctx: &Ctx) -> Vec<(String, String)> {
    let rows = sqlx::query!("select template, body_text from outbox order by created_at, id");
    let rows = rows.fetch_all(&ctx.pool).await.expect("outbox");
    rows.into_iter().map(|row| (row.template, row.body_text)).collect()
}

async fn digest(ctx: &Ctx) {
    let mut tx = crate::db::begin(&ctx.pool).await.expect("begin");
    jobs::enqueue(&mut tx, &SendDigests).await.expect("job");
    tx.commit().await.expect("commit");
    jobs::tests::run_all::<SendDigests>(ctx).await;
}

async fn change(who: &Client, body: &Value, status: u16) -> Value {
    let ask = who.ask(Method::PATCH, "/api/notifications").header("content-type", "application/json");
    ask.body(body.to_string()).await.assert(status).json()
}

#[tokio::test]
async fn a_notification_is_there_at_once_with_its_mail_and_opening_it_marks_it_as_read() {
    let app = TestApp::new().await;
    let (parent, other) = (app.signed_in(Role::Parent).await, app.signed_in(Role::Parent).await);
    tell(&app.ctx, &bilan(parent.id, "/assessments/1/result")).await;
    let page = parent.get("/notifications").await;
    page.assert_page(200, "Le bilan de Yanis est prêt");
    assert!(page.text().contains("class=\"count\">1<"), "{page}");
    let mails = mails(&app.ctx).await;
    assert!(mails.len() == 1 && mails[0].1.contains("/assessments/1/result"), "{mails:?}");
    let link = page.text().split("href=\"").find(|part| part.starts_with("/notifications/")).expect("link");
    let link = link.split('"').next().expect("link");
    other.get(link).await.assert(404);
    other.post(&format!("{link}/lue"), &[]).await.assert(404);
    parent.get(link).await.assert_redirect("/assessments/1/result");
    let page = parent.get("/notifications").await;
    assert!(!page.text().contains("class=\"count\"") && !page.text().contains("non lue"), "{page}");
}

#[tokio::test]
async fn the_same_news_while_unread_is_one_notification_and_one_mail() {
    let app = TestApp::new().await;
    let parent = app.signed_in(Role::Parent).await;
    app.warm().await;
    let tasks = (0..6).map(|_| {
        let (ctx, notice) = (app.ctx.clone(), bilan(parent.id, "/a"));
        tokio::spawn(async move { tell(&ctx, &notice).await })
    });
    assert!(futures_util::future::join_all(tasks).await.iter().all(Result::is_ok));
    tell(&app.ctx, &bilan(parent.id, "/b")).await;
    let list = parent.get("/api/notifications?limit=10").await.json();
    assert_eq!((list["notifications"].as_array().map(Vec::len), list["unreadCount"].as_i64()), (Some(2), Some(2)));
    assert_eq!(mails(&app.ctx).await.len(), 2);
}

#[tokio::test]
async fn the_contract_reads_and_marks_only_what_is_the_persons_own() {
    let app = TestApp::new().await;
    let (parent, other) = (app.signed_in(Role::Parent).await, app.signed_in(Role::Parent).await);
    for at in 0..3 {
        tell(&app.ctx, &bilan(parent.id, &format!("/a/{at}"))).await;
    }
    let list = parent.get("/api/notifications?unread=true&limit=2").await.json();
    let first = &list["notifications"][0];
    assert_eq!(list["notifications"].as_array().map(Vec::len), Some(2));
    assert_eq!(
        (first["type"].as_str(), first["link"].as_str(), first["read"].as_bool()),
        (Some("BILAN"), Some("/a/2"), Some(false))
    );
    let one = json!({ "notificationId": first["id"], "action": "markAsRead" });
    change(&other, &one, 404).await;
    assert_eq!(change(&parent, &one, 200).await, json!({ "success": true }));
    assert_eq!(parent.get("/api/notifications").await.json()["unreadCount"], 2);
    change(&parent, &json!({ "action": "forget" }), 400).await;
    change(&parent, &json!({ "action": "markAsRead" }), 400).await;
    change(&other, &json!({ "action": "markAllAsRead" }), 200).await;
    change(&parent, &json!({ "action": "markAllAsRead" }), 200).await;
    assert_eq!(
        parent.get("/api/notifications?unread=true").await.json(),
        json!({ "notifications": [], "unreadCount": 0 })
    );
    change(&app.anonymous(), &one, 401).await;
}

#[tokio::test]
async fn who_wants_one_mail_a_day_gets_one_with_all_that_is_unread() {
    let app = TestApp::new().await;
    let parent = app.signed_in(Role::Parent).await;
    parent.post("/compte/notifications", &[("BILAN", "DAILY")]).await.redirected();
    for link in ["/a", "/b", "/read"] {
        tell(&app.ctx, &bilan(parent.id, link)).await;
    }
    sqlx::query!("update notifications set read_at = now() where link = '/read'")
        .execute(&app.ctx.pool)
        .await
        .expect("read");
    assert_eq!(mails(&app.ctx).await, []);
    digest(&app.ctx).await;
    digest(&app.ctx).await;
    let sent = mails(&app.ctx).await;
    assert_eq!(sent.len(), 1);
    let (template, text) = &sent[0];
    assert!(
        template == "daily-digest" && text.contains("/a\n") && text.contains("/b\n") && !text.contains("/read"),
        "{text}"
    );
    // Not wanted any more: what waited is not sent.
    tell(&app.ctx, &bilan(parent.id, "/c")).await;
    parent.post("/compte/notifications", &[("BILAN", "NEVER")]).await.redirected();
    digest(&app.ctx).await;
    assert_eq!(mails(&app.ctx).await.len(), 1);
}

#[tokio::test]
async fn two_servers_send_one_daily_mail() {
    let app = TestApp::new().await;
    let parent = app.signed_in(Role::Parent).await;
    parent.post("/compte/notifications", &[("BILAN", "DAILY")]).await.redirected();
    tell(&app.ctx, &bilan(parent.id, "/a")).await;
    let mut tx = crate::db::begin(&app.ctx.pool).await.expect("begin");
    for _ in 0..2 {
        jobs::enqueue(&mut tx, &SendDigests).await.expect("job");
    }
    tx.commit().await.expect("commit");
    tokio::join!(jobs::tests::run_all::<SendDigests>(&app.ctx), jobs::tests::run_all::<SendDigests>(&app.ctx));
    assert_eq!(mails(&app.ctx).await.len(), 1);
}

#[tokio::test]
async fn a_choice_that_is_none_is_refused() {
    let parent = TestApp::new().await.signed_in(Role::Parent).await;
    parent.get("/compte/notifications").await.assert_page(200, "E-mails de notification");
    parent.post("/compte/notifications", &[("BILAN", "HOURLY")]).await.assert(400);
}

#[tokio::test]
async fn an_alert_is_mailed_at_once_whatever_was_chosen_and_its_mail_offers_no_choice() {
    let app = TestApp::new().await;
    let admin = app.signed_in(Role::Admin).await;
    for wish in ["DAILY", "NEVER", "HOURLY"] {
        admin.post("/compte/notifications", &[("ALERT", wish), ("BILAN", "NEVER")]).await.redirected();
    }
    let page = admin.get("/compte/notifications?saved=1").await;
    page.assert_page(200, "Alertes d’ARIA");
    assert!(page.text().contains("dans la minute") && !page.text().contains("name=\"ALERT\""), "{page}");
    tell(&app.ctx, &Notice { kind: Kind::Alert, ..bilan(admin.id, "/admin/aria/alertes/1") }).await;
    tell(&app.ctx, &bilan(admin.id, "/a")).await;
    let sent = mails(&app.ctx).await;
    assert_eq!(sent.len(), 1, "the others stay as they were chosen: {sent:?}");
    assert!(sent[0].1.contains("/admin/aria/alertes/1") && !sent[0].1.contains("/compte/notifications"), "{sent:?}");
    let daily = "insert into notification_preferences (user_id, kind, mail) values ($1, 'ALERT', 'DAILY')";
    let stored = sqlx::query(daily).bind(admin.id).execute(&app.ctx.pool).await;
    assert!(stored.is_err_and(|error| error.to_string().contains("notification_preferences_alert")));
    let parent = app.signed_in(Role::Parent).await.get("/compte/notifications").await;
    assert!(!parent.text().contains("Alertes d’ARIA"), "{parent}");
}

#[tokio::test]
async fn somebody_who_is_not_activated_or_gone_gets_no_mail() {
    let app = TestApp::new().await;
    let (waiting, gone) = (app.person(Role::Parent).await, app.person(Role::Parent).await);
    sqlx::query!("update users set activated_at = null where id = $1", waiting)
        .execute(&app.ctx.pool)
        .await
        .expect("waits");
    sqlx::query!("update users set deactivated_at = now() where id = $1", gone)
        .execute(&app.ctx.pool)
        .await
        .expect("gone");
    tell(&app.ctx, &bilan(waiting, "/a")).await;
    tell(&app.ctx, &bilan(gone, "/a")).await;
    tell(&app.ctx, &bilan(Uuid::now_v7(), "/a")).await;
    assert_eq!(mails(&app.ctx).await, []);
    let told = sqlx::query_scalar!("select user_id from notifications").fetch_all(&app.ctx.pool).await.expect("told");
    assert_eq!(told, [waiting]);
}

#[tokio::test]
async fn all_notifications_are_found_page_by_page_and_marked_at_once() {
    let app = TestApp::new().await;
    let parent = app.signed_in(Role::Parent).await;
    for at in 0..40 {
        tell(&app.ctx, &bilan(parent.id, &format!("/a/{at}"))).await;
    }
    let first = parent.get("/notifications").await.assert(200);
    assert_eq!(first.text().matches("<li class=\"unread\"").count(), 30);
    let more = first.text().split("href=\"").find(|part| part.starts_with("/notifications?at")).expect("more");
    let more = more.split('"').next().expect("more").replace("&amp;", "&");
    assert_eq!(parent.get(&more).await.assert(200).text().matches("<li class=\"unread\"").count(), 10);
    let both = together([parent.post("/notifications/lues", &[]), parent.post("/notifications/lues", &[])]).await;
    assert!(both.iter().all(|answer| answer.status == 303));
    assert_eq!(parent.get("/notifications").await.text().matches("<li class=\"unread\"").count(), 0);
}
