//! A closed account: nobody signs in, activates or resets with it.

use uuid::Uuid;

use super::{PASSWORD, can_sign_in, count_audit, do_jobs, mails, with_password};
use crate::{accounts, testing::TestApp, web::Role};

async fn change(app: &TestApp, close: bool, actor: Uuid, user: Uuid) -> bool {
    let mut tx = crate::db::begin(&app.ctx.pool).await.expect("begin");
    let changed = if close {
        accounts::deactivate(&mut tx, actor, user).await
    } else {
        accounts::reactivate(&mut tx, actor, user).await
    };
    tx.commit().await.expect("commit");
    changed.expect("changed")
}

#[tokio::test]
async fn closing_ends_sessions_and_links_and_opening_again_gives_the_password_back() {
    let app = TestApp::new().await;
    let admin = app.person(Role::Admin).await;
    let (id, email) = with_password(&app, Role::Coach).await;
    let who = app.sign_in(id).await;
    who.get("/dashboard/coach").await.assert(200);
    assert!(change(&app, true, admin, id).await && !change(&app, true, admin, id).await);
    who.get("/dashboard/coach").await.assert(303);
    let sessions = sqlx::query_scalar!(r#"select count(*) as "n!" from sessions where user_id = $1"#, id);
    assert_eq!(sessions.fetch_one(&app.ctx.pool).await.expect("count"), 0);
    assert!(!can_sign_in(&app, &email, PASSWORD).await);
    for path in ["/auth/forgot-password", "/auth/activate/resend"] {
        app.anonymous().post(path, &[("account", &email)]).await.assert(303);
    }
    do_jobs(&app).await;
    assert!(mails(&app).await.is_empty());
    assert!(change(&app, false, admin, id).await && !change(&app, false, admin, id).await);
    assert!(can_sign_in(&app, &email, PASSWORD).await);
    assert_eq!(
        (count_audit(&app, "accounts.deactivate").await, count_audit(&app, "accounts.reactivate").await),
        (1, 1)
    );
}
