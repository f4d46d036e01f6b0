//! Notifications are not kept for ever.

use uuid::Uuid;

use crate::{jobs, messaging::notices::ForgetNotifications, testing::TestApp, web::Role};

/// A notification that came so many days ago, and was read so many days ago.
async fn told(app: &TestApp, person: Uuid, link: &str, came: i32, read: Option<i32>) {
    sqlx::query!(
        "insert into notifications (id, user_id, kind, title, body, link, at, read_at)
         values ($1, $2, 'BILAN', 'Le bilan de Yanis est prêt', '', $3, now() - make_interval(days => $4),
                 now() - make_interval(days => $5))",
        Uuid::now_v7(),
        person,
        link,
        came,
        read
    )
    .execute(&app.ctx.pool)
    .await
    .expect("told");
}

async fn links(app: &TestApp) -> Vec<String> {
    let links = sqlx::query_scalar!("select link from notifications order by link");
    links.fetch_all(&app.ctx.pool).await.expect("links")
}

/// Lets the schedule have the job done.
async fn night(app: &TestApp) {
    jobs::enqueue_due(&app.ctx.pool).await.expect("due");
    jobs::tests::run_all::<ForgetNotifications>(&app.ctx).await;
}

#[tokio::test]
async fn a_notification_goes_ninety_days_after_it_was_read_and_a_hundred_and_eighty_after_it_came() {
    let app = TestApp::new().await;
    let parent = app.signed_in(Role::Parent).await;
    for (link, came, read) in [
        ("/gone/read", 91, Some(91)),
        ("/gone/unread", 181, None),
        ("/gone/read-late", 181, Some(1)),
        ("/kept/new", 0, None),
        ("/kept/read", 89, Some(89)),
        ("/kept/read-late", 179, Some(1)),
        ("/kept/unread", 179, None),
    ] {
        told(&app, parent.id, link, came, read).await;
    }
    night(&app).await;
    assert_eq!(links(&app).await, ["/kept/new", "/kept/read", "/kept/read-late", "/kept/unread"]);
    assert_eq!(parent.get("/api/notifications").await.json()["unreadCount"], 2);
    parent.get("/notifications").await.assert_page(200, "Le bilan de Yanis est prêt");
}

#[tokio::test]
async fn all_that_is_old_goes_in_one_night_however_much_it_is() {
    let app = TestApp::new().await;
    let person = app.person(Role::Parent).await;
    sqlx::query!(
        "insert into notifications (id, user_id, kind, title, body, link, at, read_at)
         select gen_random_uuid(), $1, 'BILAN', 'Titre', '', '/a/' || n, now() - interval '200 days',
                case when n % 2 = 0 then now() - interval '100 days' end
         from generate_series(1, 2500) n",
        person
    )
    .execute(&app.ctx.pool)
    .await
    .expect("many");
    told(&app, person, "/kept", 1, Some(1)).await;
    night(&app).await;
    assert_eq!(links(&app).await, ["/kept"]);
}

#[tokio::test]
async fn the_page_about_privacy_says_how_long() {
    let page = TestApp::new().await.anonymous().get("/confidentialite").await;
    page.assert_page(200, "90 jours après leur lecture, au plus tard 180 jours après leur arrivée");
}
