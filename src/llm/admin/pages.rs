//! Handlers of `/admin/modeles`.

use chrono::{DateTime, Utc};
use poem::{
    handler,
    web::{Data, Path, Query},
};
use serde::Deserialize;
use serde_json::json;

use super::{
    store::{self, After},
    views,
};
use crate::{
    compliance::audit,
    ctx::Ctx,
    error::{Error, Result},
    llm::{alerts::PATH, chain::Provider},
    web::{Page, Redirect, Role, Visitor, format},
};

/// Calls on one page.
const CALLS: usize = 50;

/// After which call the list goes on.
#[derive(Deserialize)]
pub(in crate::llm) struct Wanted {
    at: Option<DateTime<Utc>>,
    id: Option<i64>,
}

/// The page; from the second one of the list on, only the calls.
#[handler]
pub(in crate::llm) async fn show(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Query(wanted): Query<Wanted>,
) -> Result<Page> {
    visitor.in_role(&[Role::Admin])?;
    let after = wanted.at.zip(wanted.id).map(|(at, id)| After { at, id });
    let mut rows = store::list_calls(&ctx.pool, after, CALLS as i64 + 1).await?;
    let more = rows.len() > CALLS;
    rows.truncate(CALLS);
    let (currency, now) = (ctx.config.llm.budget.currency.clone(), Utc::now());
    let calls = views::Calls { rows, more, later: after.is_some(), currency, now };
    if calls.later {
        return Ok(Page::new("Appels aux modèles de langage", views::later(&calls)).wide());
    }
    let today = format::tunis_day(now);
    let (spent, spending) =
        tokio::try_join!(crate::llm::store::find_spent(&ctx.pool, today), store::list_spending(&ctx.pool, today))?;
    let models = views::Models {
        providers: ctx.llm.providers().map(views::Shown::of).collect(),
        mode: ctx.llm.mode(),
        budget: &ctx.config.llm.budget,
        spent,
        spending,
        calls,
    };
    Ok(Page::new("Modèles de langage", views::page(&models)).wide())
}

/// Closes a circuit by hand: the provider is asked again at once. Sent twice, it changes nothing the second time.
#[handler]
pub(in crate::llm) async fn close(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Path(name): Path<String>,
) -> Result<Redirect> {
    let person = visitor.in_role(&[Role::Admin])?;
    let provider: &Provider =
        ctx.llm.providers().find(|provider| provider.server.name == name).ok_or_else(Error::not_found)?;
    let mut tx = crate::db::begin(&ctx.pool).await?;
    audit::record(&mut tx, Some(person.id), "llm.close_circuit", &format!("llm:{name}"), &json!({})).await?;
    tx.commit().await?;
    provider.breaker.close();
    Ok(Redirect::to(PATH))
}
