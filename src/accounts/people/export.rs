//! `/admin/users.csv`: the filtered list as a file.

use poem::{
    Response, handler,
    web::{Data, Query},
};
use serde_json::json;

use super::{
    Account, Filter,
    model::role_label,
    store::{self, Part},
};
use crate::{
    accounts::rights::{self, Action, Resource},
    compliance::audit,
    ctx::Ctx,
    error::Result,
    web::{Visitor, sheet},
};

const HEAD: [&str; 8] = ["Nom", "Prénom", "Rôle", "E-mail", "Identifiant", "Téléphone", "Compte", "Créé le"];

/// Downloads what the filter finds. Who took which list is in the audit log.
#[handler]
pub async fn download(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Query(filter): Query<Filter>) -> Result<Response> {
    let person = rights::staff(&visitor, Action::Read, Resource::User)?;
    let accounts = store::list(&ctx.pool, &filter, Part { limit: sheet::MOST_LINES, ..Part::default() }).await?;
    let details = json!({ "role": filter.role(), "state": filter.state(), "searched": !filter.q.is_empty(), "lines": accounts.len() });
    audit::record(&mut *ctx.pool.acquire().await?, Some(person.id), "users.export", "users", &details).await?;
    Ok(sheet::attachment("personnes.csv", sheet::table(HEAD, accounts.iter().map(line))?))
}

fn line(one: &Account) -> [String; 8] {
    [
        one.last_name.clone(),
        one.first_name.clone(),
        role_label(one.role).to_owned(),
        one.email.clone().unwrap_or_default(),
        one.identifier.clone().unwrap_or_default(),
        one.phone.clone().unwrap_or_default(),
        one.state().label().to_owned(),
        sheet::day(one.created_at),
    ]
}
