//! Activation: a mailed link, valid for 72 hours and once, lets a person choose the first password.

use chrono::{DateTime, Duration, Utc};
use maud::{Markup, html};
use poem::{
    IntoResponse as _, Response, handler,
    http::StatusCode,
    web::{Data, Query},
};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::{events::AccountActivated, passwords::MOST_CHARACTERS};
use crate::{
    ctx::Ctx,
    error::{Error, Result},
    jobs,
    ui::fields::{self, Field},
    web::{Checks, FieldErrors, Form, Page, Redirect},
};

/// Life of a link.
const LIFE: Duration = Duration::hours(72);
/// Fewest characters of a password.
pub const FEWEST_CHARACTERS: usize = 10;

/// Makes a link for the account; what it returns goes into a mail and is stored nowhere.
pub async fn create_link(conn: &mut PgConnection, ctx: &Ctx, user: Uuid) -> Result<String> {
    let secret = format!("act_{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
    let expires: DateTime<Utc> = Utc::now() + LIFE;
    sqlx::query!(
        "insert into account_links (token_hash, user_id, purpose, expires_at) values ($1, $2, 'ACTIVATION', $3)",
        hash(&secret),
        user,
        expires
    )
    .execute(conn)
    .await?;
    Ok(format!("{}/auth/activate?token={secret}", ctx.config.public_url))
}

fn hash(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

struct Owner {
    id: Uuid,
    first_name: String,
    account: String,
}

/// The account that a link opens, while it is valid.
async fn find_owner(pool: &PgPool, secret: &str) -> Result<Option<Owner>> {
    sqlx::query_as!(
        Owner,
        r#"select u.id, u.first_name, coalesce(u.email, u.identifier) as "account!"
           from account_links l join users u on u.id = l.user_id
           where l.token_hash = $1 and l.purpose = 'ACTIVATION' and l.used_at is null and l.expires_at > now()
             and u.deactivated_at is null"#,
        hash(secret)
    )
    .fetch_optional(pool)
    .await
    .map_err(Error::from)
}

/// Uses the link up, and the account's other links with it, and sets the password; false if it has been used meanwhile.
async fn activate(pool: &PgPool, secret: &str, owner: Uuid, password_hash: &str) -> Result<bool> {
    let mut tx = pool.begin().await?;
    let used = sqlx::query!(
        "update account_links set used_at = now() where token_hash = $1 and used_at is null",
        hash(secret)
    )
    .execute(&mut *tx)
    .await?;
    if used.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query!("update account_links set used_at = now() where user_id = $1 and used_at is null", owner)
        .execute(&mut *tx)
        .await?;
    sqlx::query!(
        "update users set password_hash = $2, activated_at = coalesce(activated_at, now()), updated_at = now() where id = $1",
        owner,
        password_hash
    )
    .execute(&mut *tx)
    .await?;
    jobs::enqueue(&mut tx, &AccountActivated { user_id: owner }).await?;
    tx.commit().await?;
    Ok(true)
}

/// The secret of the link.
#[derive(Deserialize)]
pub struct Token {
    #[serde(default)]
    token: String,
}

/// What the form sends.
#[derive(Deserialize)]
pub struct Activation {
    #[serde(default)]
    token: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    again: String,
}

/// The form behind the link.
#[handler]
pub async fn show(ctx: Data<&Ctx>, Query(query): Query<Token>) -> Result<Page> {
    let owner = find_owner(&ctx.pool, &query.token).await?;
    Ok(match owner {
        Some(owner) => Page::new("Activer mon compte", form_view(&query.token, &owner, &FieldErrors::default())),
        None => expired(),
    })
}

/// Sets the password.
#[handler]
pub async fn create(ctx: Data<&Ctx>, Form(form): Form<Activation>) -> Result<Response> {
    let Some(owner) = find_owner(&ctx.pool, &form.token).await? else { return Ok(expired().into_response()) };
    let errors = check(&form);
    if !errors.is_empty() {
        let page = Page::new("Activer mon compte", form_view(&form.token, &owner, &errors));
        return Ok(page.status(StatusCode::UNPROCESSABLE_ENTITY).into_response());
    }
    let password_hash = ctx.passwords.hash(form.password).await?;
    if activate(&ctx.pool, &form.token, owner.id, &password_hash).await? {
        Ok(Redirect::to("/auth/signin?activated=true").into_response())
    } else {
        Ok(expired().into_response())
    }
}

fn check(form: &Activation) -> FieldErrors {
    let mut checks = Checks::default();
    let too_short = "Choisissez un mot de passe d’au moins 10 caractères";
    checks.text("password", &form.password, FEWEST_CHARACTERS, MOST_CHARACTERS, too_short);
    checks.check("again", form.password == form.again, "Les deux mots de passe sont différents");
    checks.finish()
}

fn expired() -> Page {
    let main = html! {
        h1 { "Ce lien n’est plus valable" }
        p class="lead" { "Un lien d’activation sert une seule fois, pendant 72 heures. Si votre compte est déjà activé, connectez-vous ; sinon, demandez un nouveau lien à l’équipe." }
        p class="actions" { a class="button" href="/auth/signin" { "Se connecter" } }
    };
    Page::new("Lien expiré", main).status(StatusCode::BAD_REQUEST)
}

fn form_view(token: &str, owner: &Owner, errors: &FieldErrors) -> Markup {
    html! {
        h1 { "Bienvenue, " (owner.first_name) }
        p class="lead" { "Choisissez le mot de passe de votre compte « " (owner.account) " »." }
        (fields::summary(errors))
        form method="post" action="/auth/activate" class="card" {
            input type="hidden" name="token" value=(token);
            input type="hidden" name="username" autocomplete="username" value=(owner.account);
            (Field { name: "password", label: "Mot de passe", kind: "password", autocomplete: "new-password", required: true,
                     max: MOST_CHARACTERS, hint: "Au moins 10 caractères ; une phrase convient très bien.", ..Field::default() }.input(errors))
            (Field { name: "again", label: "Le même mot de passe, encore une fois", kind: "password", autocomplete: "new-password",
                     required: true, max: MOST_CHARACTERS, ..Field::default() }.input(errors))
            div class="actions" { button class="button" type="submit" { "Activer mon compte" } }
        }
    }
}
