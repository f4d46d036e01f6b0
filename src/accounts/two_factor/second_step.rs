//! The second step of signing in, `/auth/two-factor`: whoever gave the right password is not signed in before a code.
//!
//! Always true: what the session remembers of the first step is worth ten minutes and the password that was given.

use chrono::{DateTime, TimeDelta, Utc};
use poem::{
    IntoResponse as _, Response, handler,
    http::StatusCode,
    web::{Data, Query},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{accept, views};
use crate::{
    accounts::{account, signin},
    ctx::Ctx,
    error::{Error, Result},
    web::{Form, Page, Redirect, Role, Visitor},
};

/// Key of the session data.
const KEY: &str = "second_step";
/// How long the password counts.
const LIFE: TimeDelta = TimeDelta::minutes(10);
/// The one sentence for every refusal.
const REFUSED: &str =
    "Ce code n’est pas le bon, ou il a déjà servi. Il faut attendre le suivant, ou prendre un code de secours.";

/// What is remembered of the first step.
#[derive(Serialize, Deserialize)]
struct Begun {
    user: Uuid,
    at: DateTime<Utc>,
    /// Made from the hash of the password: worthless once it is changed.
    stamp: String,
}

/// Remembers that the visitor gave the right password. Somebody else's session ends here.
pub async fn begin(ctx: &Ctx, visitor: &Visitor, user: Uuid, password_hash: &str) -> Result<()> {
    if visitor.person.as_ref().is_some_and(|person| person.id != user) {
        visitor.session.clear().await;
    }
    let begun = Begun { user, at: Utc::now(), stamp: stamp(ctx, password_hash) };
    visitor.session.cycle_id().await.map_err(Error::unavailable)?;
    visitor.session.insert(KEY, begun).await.map_err(Error::unavailable)
}

fn stamp(ctx: &Ctx, password_hash: &str) -> String {
    ctx.keys.sign_text("second-step", password_hash)
}

/// Who gave the right password in this browser a moment ago.
async fn begun(ctx: &Ctx, visitor: &Visitor) -> Result<Option<(Uuid, Role)>> {
    let Some(begun) = visitor.session.get::<Begun>(KEY).await.map_err(Error::unavailable)? else { return Ok(None) };
    if Utc::now() - begun.at > LIFE {
        return Ok(None);
    }
    let account = account::find(&ctx.pool, begun.user).await?.filter(|account| {
        let stamp_holds = account.password_hash.as_deref().is_some_and(|hash| stamp(ctx, hash) == begun.stamp);
        stamp_holds && account.activated && !account.deactivated
    });
    Ok(account.map(|account| (account.id, account.role)))
}

/// Signs in with the code; none when it is refused.
pub async fn finish(ctx: &Ctx, visitor: &Visitor, user: Uuid, code: &str) -> Result<bool> {
    // Whoever is here knows the password: tries are counted for the account from everywhere.
    let tries = signin::Tries::anywhere(ctx, "second-step", user);
    tries.begin(&ctx.pool).await?;
    if !accept(ctx, user, code, Utc::now()).await? {
        return Ok(false);
    }
    tries.forget(&ctx.pool).await?;
    visitor.session.remove::<serde_json::Value>(KEY).await.map_err(Error::unavailable)?;
    signin::complete(ctx, visitor, user).await?;
    Ok(true)
}

/// Where to go afterwards, and the code.
#[derive(Deserialize, Default)]
pub struct SecondStep {
    #[serde(default, rename = "callbackUrl")]
    callback_url: String,
    #[serde(default)]
    code: String,
}

/// The form; without a first step there is nothing to finish.
#[handler]
pub async fn show(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Query(form): Query<SecondStep>) -> Result<Response> {
    Ok(match begun(&ctx, &visitor).await? {
        Some((_, role)) => page(role, &form.callback_url, None).into_response(),
        None => Redirect::to("/auth/signin").into_response(),
    })
}

/// Takes the code.
#[handler]
pub async fn create(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Form(form): Form<SecondStep>) -> Result<Response> {
    let Some((user, role)) = begun(&ctx, &visitor).await? else {
        return Ok(Redirect::to("/auth/signin").into_response());
    };
    Ok(if finish(&ctx, &visitor, user, &form.code).await? {
        Redirect::whole(Redirect::safe_path(&form.callback_url, role.landing())).into_response()
    } else {
        page(role, &form.callback_url, Some(REFUSED)).status(StatusCode::UNPROCESSABLE_ENTITY).into_response()
    })
}

fn page(role: Role, callback_url: &str, refused: Option<&str>) -> Page {
    Page::new("Code de connexion", views::second_step(role, callback_url, refused))
}
