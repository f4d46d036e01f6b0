//! `/admin/activite.csv`: what the filter finds, as a file.

use poem::{
    Response, handler,
    web::{Data, Query},
};
use serde_json::json;

use super::{Activity, Filter, store, views};
use crate::{
    compliance::audit,
    ctx::Ctx,
    error::Result,
    web::{Role, Visitor, sheet},
};

const HEAD: [&str; 5] = ["Date", "Heure", "Événement", "Nom", "Précision"];

/// Downloads the list from its beginning. Who took it is in the audit log.
#[handler]
pub async fn download(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Query(filter): Query<Filter>) -> Result<Response> {
    let person = visitor.in_role(&[Role::Admin])?;
    let filter = Filter { after: String::new(), ..filter };
    let events = store::list(&ctx.pool, &filter, sheet::MOST_LINES).await?;
    let details =
        json!({ "kind": filter.kind(), "since": filter.since(), "until": filter.until().at, "lines": events.len() });
    audit::record(&mut *ctx.pool.acquire().await?, Some(person.id), "activity.export", "activity", &details).await?;
    Ok(sheet::attachment("activite.csv", sheet::table(HEAD, events.iter().map(line))?))
}

fn line(event: &Activity) -> [String; 5] {
    [
        sheet::day(event.at),
        sheet::hour(event.at),
        views::kind_label(event).to_owned(),
        event.who.clone(),
        views::about_label(event).to_owned(),
    ]
}
