//! `/admin/families.csv`: the filtered list of students as a file.

use poem::{
    Response, handler,
    web::{Data, Query},
};
use serde_json::json;

use super::{
    grade_label,
    pages::ListQuery,
    store::{self, Line},
};
use crate::{
    accounts::rights::{self, Action, Resource},
    compliance::audit,
    ctx::Ctx,
    error::Result,
    web::{Visitor, sheet},
};

const HEAD: [&str; 6] = ["Nom", "Prénom", "Classe", "Parents", "Coachs", "Compte"];

/// Downloads what the filter finds. Who took which list is in the audit log.
#[handler]
pub async fn download(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Query(query): Query<ListQuery>) -> Result<Response> {
    let person = rights::staff(&visitor, Action::Read, Resource::Student)?;
    let narrowed = query.narrowed();
    let lines = store::list(&ctx.pool, &narrowed, None, sheet::MOST_LINES).await?;
    let details = json!({ "grade": narrowed.grade, "missing": narrowed.missing, "searched": !query.q.is_empty(), "lines": lines.len() });
    audit::record(&mut *ctx.pool.acquire().await?, Some(person.id), "students.export", "students", &details).await?;
    Ok(sheet::attachment("familles.csv", sheet::table(HEAD, lines.iter().map(line))?))
}

fn line(one: &Line) -> [String; 6] {
    [
        one.last_name.clone(),
        one.first_name.clone(),
        grade_label(&one.grade).to_owned(),
        one.guardians.clone().unwrap_or_default(),
        one.coaches.clone().unwrap_or_default(),
        one.state().label().to_owned(),
    ]
}
