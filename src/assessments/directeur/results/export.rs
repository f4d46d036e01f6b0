//! The list as a file.

use poem::{
    Response, handler,
    web::{Data, Query},
};
use serde_json::json;

use super::{Filter, store, views};
use crate::{
    assessments::model::{Band, Subject},
    compliance::audit,
    ctx::Ctx,
    error::Result,
    web::{Role, Visitor, format, sheet},
};

const HEAD: [&str; 7] = ["Élève", "Matière", "Questionnaire", "Date", "SSN", "Niveau", "Points obtenus (%)"];

/// Downloads what the filter finds. Who took which list is in the audit log.
#[handler]
pub(super) async fn download(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Query(filter): Query<Filter>,
) -> Result<Response> {
    let person = visitor.in_role(&[Role::Admin])?;
    let rows = store::list(&ctx.pool, &Filter { apres: String::new(), ..filter }, sheet::MOST_LINES).await?;
    let mut conn = ctx.pool.acquire().await?;
    audit::record(&mut conn, Some(person.id), "results.export", "results", &json!({ "lines": rows.len() })).await?;
    Ok(sheet::attachment("resultats.csv", sheet::table(HEAD, rows.iter().map(line))?))
}

fn line(row: &store::Row) -> [String; 7] {
    [
        row.student_name.clone(),
        Subject::parse(&row.subject).map_or_else(|| row.subject.clone(), |subject| subject.label().to_owned()),
        views::questionnaire(&row.bank),
        row.scored_on.format("%d/%m/%Y").to_string(),
        format::decimal(row.ssn),
        Band::of(row.ssn).label().to_owned(),
        row.global_score.to_string(),
    ]
}
