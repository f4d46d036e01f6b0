//! `/compte`, and the small forms on it.

use poem::{
    IntoResponse as _, Response, handler,
    http::StatusCode,
    web::{Data, Query},
};
use serde::Deserialize;
use serde_json::json;

use super::{me, store, views};
use crate::{
    accounts::{account::Account, two_factor},
    compliance::audit,
    ctx::Ctx,
    error::Result,
    web::{
        FieldErrors, Form, Page, Redirect, Role, Visitor,
        checks::{Checks, given},
        session, session_list,
    },
};

/// What has just been done.
#[derive(Deserialize, Default)]
pub struct Done {
    #[serde(default)]
    fait: String,
}

/// The page.
#[handler]
pub async fn show(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Query(done): Query<Done>) -> Result<Page> {
    let account = me(&ctx, &visitor).await?;
    let phone = account.phone.clone().unwrap_or_default();
    page(&ctx, &visitor, &account, &phone, &done.fait, &FieldErrors::default()).await
}

async fn page(
    ctx: &Ctx,
    visitor: &Visitor,
    account: &Account,
    phone: &str,
    done: &str,
    errors: &FieldErrors,
) -> Result<Page> {
    let sessions = session_list::list(&ctx.pool, account.id).await?;
    let children =
        if account.role == Role::Parent { store::list_children(&ctx.pool, account.id).await? } else { Vec::new() };
    let seen = views::Seen {
        account,
        phone,
        easy_reading: visitor.person.as_ref().is_some_and(|person| person.easy_reading),
        two_factor: two_factor::is_on(&ctx.pool, account.id).await?,
        children: &children,
        sessions: &sessions,
        own_session: session_list::own_key(visitor),
        done: views::notice(done, account.tone()),
        errors,
    };
    Ok(Page::new("Mon compte", views::profile(&seen)))
}

/// The phone.
#[derive(Deserialize)]
pub struct Phone {
    #[serde(default)]
    phone: String,
}

/// Changes the phone.
#[handler]
pub async fn set_phone(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Form(form): Form<Phone>) -> Result<Response> {
    let account = me(&ctx, &visitor).await?;
    let mut checks = Checks::default();
    checks.check(
        "phone",
        is_phone(&form.phone),
        "Un numéro ne contient que des chiffres, avec un + devant s’il le faut.",
    );
    let errors = checks.finish();
    if !errors.is_empty() {
        let page = page(&ctx, &visitor, &account, &form.phone, "", &errors).await?;
        return Ok(page.status(StatusCode::UNPROCESSABLE_ENTITY).into_response());
    }
    let mut tx = crate::db::begin(&ctx.pool).await?;
    store::set_phone(&mut *tx, account.id, given(Some(&form.phone))).await?;
    audit::record(&mut tx, Some(account.id), "accounts.set_phone", &format!("users:{}", account.id), &json!({}))
        .await?;
    tx.commit().await?;
    Ok(Redirect::to("/compte?fait=telephone").into_response())
}

/// Digits with what people put between them; none at all is fine.
fn is_phone(text: &str) -> bool {
    let text = text.trim();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let others = text.strip_prefix('+').unwrap_or(text).chars().all(|c| c.is_ascii_digit() || " .-()".contains(c));
    text.is_empty() || ((8..=15).contains(&digits) && others && text.len() <= 30)
}

/// Comfort of reading.
#[derive(Deserialize)]
pub struct Reading {
    #[serde(default)]
    easy: bool,
}

/// Switches easier reading on or off.
#[handler]
pub async fn set_reading(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Form(form): Form<Reading>) -> Result<Redirect> {
    store::set_reading(&ctx.pool, visitor.signed_in()?.id, form.easy).await?;
    Ok(Redirect::whole("/compte?fait=lecture"))
}

/// Which session.
#[derive(Deserialize)]
pub struct Which {
    #[serde(default)]
    session: String,
}

/// Ends one session; one's own is signed out.
#[handler]
pub async fn end_session(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Form(form): Form<Which>) -> Result<Redirect> {
    let person = visitor.signed_in()?;
    let mut tx = crate::db::begin(&ctx.pool).await?;
    if session_list::end(&mut tx, person.id, &form.session).await? {
        audit::record(&mut tx, Some(person.id), "accounts.end_session", &format!("users:{}", person.id), &json!({}))
            .await?;
    }
    let own = session_list::own_key(&visitor);
    let still_here = match &own {
        Some(own) => session_list::exists(&mut tx, own).await?,
        None => false,
    };
    tx.commit().await?;
    if still_here {
        return Ok(Redirect::to("/compte?fait=session"));
    }
    session::sign_out(&visitor).await?;
    Ok(Redirect::whole("/"))
}

/// Ends all sessions but this one.
#[handler]
pub async fn end_others(ctx: Data<&Ctx>, visitor: Data<&Visitor>) -> Result<Redirect> {
    let person = visitor.signed_in()?;
    let mut tx = crate::db::begin(&ctx.pool).await?;
    let ended = session_list::end_all(&mut tx, person.id, session_list::own_key(&visitor).as_deref()).await?;
    let details = json!({ "sessions": ended });
    audit::record(&mut tx, Some(person.id), "accounts.end_sessions", &format!("users:{}", person.id), &details).await?;
    tx.commit().await?;
    Ok(Redirect::to("/compte?fait=sessions"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_are_taken_as_people_write_them() {
        for good in ["", "+216 20 123 456", "20123456", "(+33) 6.12.34.56.78", "06-12-34-56-78"] {
            assert_eq!(is_phone(good), good != "(+33) 6.12.34.56.78", "{good}");
        }
        for bad in ["abc", "12", "+216 20 123 456 poste 3", "++21620123456"] {
            assert!(!is_phone(bad), "{bad}");
        }
    }
}
