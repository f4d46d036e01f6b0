//! `/auth/signin` and `/auth/signout`.

use poem::{
    IntoResponse as _, Response, handler,
    http::StatusCode,
    web::{Data, Query},
};
use serde::Deserialize;

use super::{Passed, REFUSED, views};
use crate::{
    ctx::Ctx,
    error::Result,
    web::{Form, Page, Redirect, Visitor, session},
};

/// Where to go afterwards.
#[derive(Deserialize, Default)]
pub struct Back {
    /// A path of this site.
    #[serde(default, rename = "callbackUrl")]
    callback_url: String,
    /// Set by the activation page.
    #[serde(default)]
    activated: bool,
    /// Set by the page of the new password.
    #[serde(default)]
    reset: bool,
}

impl Back {
    fn notice(&self) -> Option<&'static str> {
        match (self.activated, self.reset) {
            (true, _) => Some("Le compte est activé. Connectez-vous avec le mot de passe choisi."),
            (_, true) => Some("Le mot de passe est changé. Connectez-vous avec le nouveau."),
            _ => None,
        }
    }
}

/// What the form sends.
#[derive(Deserialize)]
pub struct SignIn {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default, rename = "callbackUrl")]
    callback_url: String,
}

/// The form; who is signed in already goes on.
#[handler]
pub fn show(visitor: Data<&Visitor>, Query(back): Query<Back>) -> Response {
    match &visitor.person {
        Some(person) => Redirect::to(Redirect::safe_path(&back.callback_url, person.role.landing())).into_response(),
        None => Page::new("Connexion", views::sign_in(&back.callback_url, "", None, back.notice())).into_response(),
    }
}

/// Signs in, or shows the form again with the one sentence of refusal.
#[handler]
pub async fn create(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Form(form): Form<SignIn>) -> Result<Response> {
    Ok(match super::sign_in(&ctx, &visitor, &form.email, &form.password).await? {
        Some(Passed::In(role)) => {
            Redirect::whole(Redirect::safe_path(&form.callback_url, role.landing())).into_response()
        }
        Some(Passed::SecondStep(..)) => {
            let back = serde_html_form::to_string([("callbackUrl", Redirect::safe_path(&form.callback_url, ""))]);
            Redirect::whole(format!("/auth/two-factor?{}", back.unwrap_or_default())).into_response()
        }
        None => Page::new("Connexion", views::sign_in(&form.callback_url, &form.email, Some(REFUSED), None))
            .status(StatusCode::UNPROCESSABLE_ENTITY)
            .into_response(),
    })
}

/// Ends the session.
#[handler]
pub async fn delete(visitor: Data<&Visitor>) -> Result<Redirect> {
    session::sign_out(&visitor).await?;
    Ok(Redirect::whole("/"))
}
