//! `/admin/users.csv`: the filtered list as a file that a French spreadsheet opens with a double click.

use poem::{
    Response, handler,
    http::header,
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
    error::{Error, Result},
    web::{Visitor, format},
};

/// Most lines of a file.
const MOST: i64 = 100_000;
/// Tells spreadsheets that the file is UTF-8.
pub(in crate::accounts) const BOM: &str = "\u{feff}";

/// Downloads what the filter finds. Who took which list is in the audit log.
#[handler]
pub async fn download(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Query(filter): Query<Filter>) -> Result<Response> {
    let person = rights::staff(&visitor, Action::Read, Resource::User)?;
    let accounts = store::list(&ctx.pool, &filter, Part { limit: MOST, ..Part::default() }).await?;
    let details = json!({ "role": filter.role(), "state": filter.state(), "searched": !filter.q.is_empty(), "lines": accounts.len() });
    audit::record(&mut *ctx.pool.acquire().await?, Some(person.id), "users.export", "users", &details).await?;
    Ok(attachment("personnes.csv", table(&accounts)?))
}

/// An answer that the browser saves under this name.
pub(in crate::accounts) fn attachment(name: &str, content: String) -> Response {
    Response::builder()
        .content_type("text/csv; charset=utf-8")
        .header(header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\""))
        .header(header::CACHE_CONTROL, "no-store")
        .body(content)
}

fn table(accounts: &[Account]) -> Result<String> {
    let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
    let head = ["Nom", "Prénom", "Rôle", "E-mail", "Identifiant", "Téléphone", "Compte", "Créé le"];
    writer.write_record(head).map_err(Error::internal)?;
    for one in accounts {
        let created = format::tunis_day(one.created_at).format("%d/%m/%Y").to_string();
        let email = one.email.as_deref().unwrap_or_default();
        let identifier = one.identifier.as_deref().unwrap_or_default();
        let phone = one.phone.as_deref().unwrap_or_default();
        let cells = [
            &one.last_name,
            &one.first_name,
            role_label(one.role),
            email,
            identifier,
            phone,
            one.state().label(),
            &created,
        ];
        writer.write_record(cells.map(harmless)).map_err(Error::internal)?;
    }
    let bytes = writer.into_inner().map_err(|error| Error::internal(anyhow::anyhow!("{error}")))?;
    Ok(format!("{BOM}{}", String::from_utf8(bytes).map_err(Error::internal)?))
}

/// A cell that no spreadsheet takes for a formula; phones begin with a plus sign.
fn harmless(cell: &str) -> String {
    let dialled =
        cell.starts_with('+') && cell.chars().skip(1).all(|sign| sign.is_ascii_digit() || " .-()/".contains(sign));
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && !dialled { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        assert_eq!(harmless("=HYPERLINK(1)"), "'=HYPERLINK(1)");
        assert_eq!(harmless("+1+cmd|' /C calc'!A0"), "'+1+cmd|' /C calc'!A0");
        assert_eq!(harmless("+216 20 123 456"), "+216 20 123 456");
        assert_eq!(harmless("Ben Salah"), "Ben Salah");
    }
}
