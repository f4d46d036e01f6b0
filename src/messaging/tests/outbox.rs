//! The staff's list of mails.

use std::time::{Duration, Instant};

use uuid::Uuid;

use super::{
    mail, post,
    smtp_stand_in::{Mood, StandIn},
    tried,
};
use crate::{
    jobs,
    testing::{TestApp, together},
    web::Role,
};

async fn audits(app: &TestApp) -> i64 {
    sqlx::query_scalar!(r#"select count(*) as "n!" from audit_log where action = 'outbox.resend'"#)
        .fetch_one(&app.ctx.pool)
        .await
        .expect("count")
}

async fn app(server: &StandIn) -> TestApp {
    let port = server.port.to_string();
    TestApp::with(&[("SMTP_HOST", "127.0.0.1"), ("SMTP_PORT", &port), ("SMTP_SECURE", "none")]).await
}

#[tokio::test]
async fn a_refused_mail_is_sent_again_once_even_if_two_people_click() {
    let server = StandIn::up(Mood::Unknown).await;
    let app = app(&server).await;
    let (admin, desk) = (app.signed_in(Role::Admin).await, app.signed_in(Role::Assistante).await);
    let workers = jobs::start(app.ctx.clone());
    post(&app.ctx.pool, &mail("amina@example.org")).await;
    let failed = tried(&app.ctx.pool, 1).await;
    assert_eq!(failed.state, "FAILED");
    workers.stop().await;
    let page = desk.get("/admin/outbox?etat=FAILED").await;
    page.assert_page(200, "L’adresse est refusée");
    assert!(!page.text().contains("Bonjour,"), "the words of a mail are not shown");
    server.set(Mood::Kind);
    app.warm().await;
    let path = format!("/admin/outbox/{}/renvoyer", failed.id);
    let clicks =
        together((0..6).map(|at| if at % 2 == 0 { admin.post(&path, &[]) } else { desk.post(&path, &[]) })).await;
    assert!(clicks.iter().all(|answer| answer.status == 303), "{}", clicks[0]);
    assert_eq!(audits(&app).await, 1);
    let workers = jobs::start(app.ctx.clone());
    let since = Instant::now();
    while server.mails().is_empty() {
        assert!(since.elapsed() < Duration::from_secs(30), "not sent");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(tried(&app.ctx.pool, 2).await.state, "SENT");
    workers.stop().await;
    assert_eq!(server.mails().len(), 1);
    // What left is not sent again.
    admin.post(&path, &[]).await.assert_redirect("/admin/outbox");
    assert_eq!(audits(&app).await, 1);
    let left = sqlx::query_scalar!(r#"select count(*) as "n!" from jobs where kind = 'send_mail'"#);
    assert_eq!(left.fetch_one(&app.ctx.pool).await.expect("jobs"), 0);
}

#[tokio::test]
async fn mails_are_listed_by_state_and_page_by_page() {
    let app = TestApp::new().await;
    let desk = app.signed_in(Role::Assistante).await;
    for at in 0..60 {
        post(&app.ctx.pool, &mail(&format!("p{at}@example.org"))).await;
    }
    sqlx::query!(
        "update outbox set state = 'SENT', sent_at = now(), body_text = '', body_html = '' where to_email < 'p2'"
    )
    .execute(&app.ctx.pool)
    .await
    .expect("sent");
    let lines = |text: &str| text.matches("id=\"mail-").count();
    let first = desk.get("/admin/outbox").await.assert(200);
    assert_eq!(lines(first.text()), 50);
    let more = first.text().split("href=\"").find(|part| part.contains("&amp;at=")).expect("more");
    let more = more.split('"').next().expect("more").replace("&amp;", "&");
    assert_eq!(lines(desk.get(&more).await.text()), 10);
    assert_eq!(lines(desk.get("/admin/outbox?etat=SENT").await.text()), 12);
    assert_eq!(lines(desk.get("/admin/outbox?etat=FAILED").await.text()), 0);
    assert_eq!(lines(desk.get("/admin/outbox?etat=other").await.text()), 50);
    let health = crate::messaging::outbox::health(&app.ctx.pool).await.expect("health");
    assert_eq!((health.waiting, health.failed, health.sent_today), (48, 0, 12));
    desk.post(&format!("/admin/outbox/{}/renvoyer", Uuid::now_v7()), &[]).await.assert_redirect("/admin/outbox");
}
