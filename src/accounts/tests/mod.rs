//! HTTP tests of this room on a real database.

mod activation;
mod signin;
mod signin_api;
mod throttle;

use uuid::Uuid;

use crate::{testing::TestApp, web::Role};

const PASSWORD: &str = "un bon mot de passe";

/// Somebody who can sign in with [`PASSWORD`]; answers id and e-mail.
async fn with_password(app: &TestApp, role: Role) -> (Uuid, String) {
    let id = app.person(role).await;
    let hash = app.ctx.passwords.hash(PASSWORD.into()).await.expect("hash");
    let email = sqlx::query_scalar!(
        r#"update users set password_hash = $2 where id = $1 returning email as "email!""#,
        id,
        hash
    );
    (id, email.fetch_one(&app.ctx.pool).await.expect("password"))
}
