//! `/admin/coaches.csv`: the list of coaches as a file.

use poem::{Response, handler, web::Data};
use serde_json::json;

use super::{Coach, store};
use crate::{
    accounts::rights::{self, Action, Resource},
    compliance::audit,
    ctx::Ctx,
    error::Result,
    web::{Visitor, sheet},
};

const HEAD: [&str; 9] = ["Nom", "Prénom", "Pseudonyme", "Titre", "Matières", "E-mail", "Téléphone", "Élèves", "Compte"];

/// Downloads the list. Who took it is in the audit log.
#[handler]
pub async fn download(ctx: Data<&Ctx>, visitor: Data<&Visitor>) -> Result<Response> {
    let person = rights::staff(&visitor, Action::Read, Resource::User)?;
    let coaches = store::list(&ctx.pool).await?;
    let details = json!({ "lines": coaches.len() });
    audit::record(&mut *ctx.pool.acquire().await?, Some(person.id), "coaches.export", "coaches", &details).await?;
    Ok(sheet::attachment("coachs.csv", sheet::table(HEAD, coaches.iter().map(line))?))
}

fn line(one: &Coach) -> [String; 9] {
    [
        one.last_name.clone(),
        one.first_name.clone(),
        one.pseudonym.clone(),
        one.title.clone().unwrap_or_default(),
        one.subject_labels(),
        one.email.clone().unwrap_or_default(),
        one.phone.clone().unwrap_or_default(),
        one.students.to_string(),
        one.state().label().to_owned(),
    ]
}
