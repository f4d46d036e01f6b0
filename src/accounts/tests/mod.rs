//! HTTP tests of this room on a real database.

mod activation;
mod devices;
mod enrolment;
mod profile;
mod reset;
mod signin;
mod signin_api;
mod slips;
mod standing;
mod throttle;
mod two_factor;

use uuid::Uuid;

use super::activation::wanted::SendAccountLink;
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

/// A child of this parent without e-mail: `enfant{n}` signs in with an identifier; not activated.
async fn child_of(app: &TestApp, parent: Uuid, identifier: &str) -> Uuid {
    let child = app.person(Role::Eleve).await;
    app.guard(parent, child).await;
    sqlx::query!(
        "update users set email = null, identifier = $2, activated_at = null, first_name = 'Yassine' where id = $1",
        child,
        identifier
    )
    .execute(&app.ctx.pool)
    .await
    .expect("child");
    child
}

/// Changes something of this person behind the site's back.
async fn set(app: &TestApp, person: Uuid, sql: &'static str) {
    sqlx::query(sql).bind(person).execute(&app.ctx.pool).await.expect("set");
}

/// Does what the jobs would do that were asked for a link, and forgets them.
async fn do_jobs(app: &TestApp) {
    let payloads = sqlx::query_scalar!("delete from jobs where kind = 'send_account_link' returning payload")
        .fetch_all(&app.ctx.pool)
        .await
        .expect("jobs");
    for payload in payloads {
        let job: SendAccountLink = serde_json::from_value(payload).expect("payload");
        let mut tx = crate::db::begin(&app.ctx.pool).await.expect("begin");
        job.answer(&mut tx, &app.ctx).await.expect("answered");
        tx.commit().await.expect("commit");
    }
}

/// A mail of the outbox.
#[derive(Debug)]
struct Mailed {
    to_email: String,
    template: String,
    body_text: String,
}

impl Mailed {
    /// The link to one of our pages, as a path.
    #[track_caller]
    fn link(&self, path: &str) -> String {
        let at = self
            .body_text
            .find(&format!("http://localhost:3000{path}"))
            .unwrap_or_else(|| panic!("no {path}: {self:?}"));
        let link: String = self.body_text[at..].chars().take_while(|c| !c.is_whitespace()).collect();
        link.trim_start_matches("http://localhost:3000").to_owned()
    }

    /// The secret of that link.
    #[track_caller]
    fn token(&self, path: &str) -> String {
        self.link(path).split("token=").nth(1).expect("token").to_owned()
    }
}

/// All mails so far, in order.
async fn mails(app: &TestApp) -> Vec<Mailed> {
    sqlx::query_as!(Mailed, "select to_email, template, body_text from outbox order by created_at, id")
        .fetch_all(&app.ctx.pool)
        .await
        .expect("outbox")
}

/// The only mail so far.
async fn only_mail(app: &TestApp) -> Mailed {
    let mut all = mails(app).await;
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

/// Sign-ins with this password from another browser work or not.
async fn can_sign_in(app: &TestApp, account: &str, password: &str) -> bool {
    let answer = app.anonymous().post("/auth/signin", &[("email", account), ("password", password)]).await;
    answer.status == 303
}

async fn count_audit(app: &TestApp, action: &str) -> i64 {
    sqlx::query_scalar!(r#"select count(*) as "n!" from audit_log where action = $1"#, action)
        .fetch_one(&app.ctx.pool)
        .await
        .expect("audit")
}
