//! Whom to call: the school's own list, or the defaults. One contact a line: country | number | who | when.

use sqlx::{PgConnection, PgExecutor};

use crate::{
    aria::safety::{self, Contact, Country, Kind},
    error::{Error, Result},
};

/// Most contacts.
const MOST: usize = 20;

/// The contacts that a reply gives.
pub async fn list(db: impl PgExecutor<'_>) -> Result<Vec<Contact>> {
    let stored = sqlx::query_scalar!("select contact from aria_help_contacts order by position").fetch_all(db).await?;
    if stored.is_empty() {
        return Ok(safety::default_contacts().to_vec());
    }
    stored.into_iter().map(|one| serde_json::from_value(one).map_err(Error::internal)).collect()
}

/// Takes the place of the school's list; an empty one brings the defaults back.
pub async fn replace(conn: &mut PgConnection, contacts: &[Contact]) -> Result<()> {
    sqlx::query!("delete from aria_help_contacts").execute(&mut *conn).await?;
    for (position, contact) in (0_i16..).zip(contacts) {
        let contact = serde_json::to_value(contact).map_err(Error::internal)?;
        sqlx::query!("insert into aria_help_contacts (position, contact) values ($1, $2)", position, contact)
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

/// As the form shows them.
pub fn lines(contacts: &[Contact]) -> String {
    let line = |one: &Contact| {
        let country = if one.country == Country::France { "FR" } else { "TN" };
        format!("{country} | {} | {} | {}", one.number, one.name, one.note).trim_end_matches([' ', '|']).to_owned()
    };
    contacts.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// What the form sends; the sentence says which line is wrong. A number of the defaults keeps the signs that it is for.
pub fn parse(text: &str) -> std::result::Result<Vec<Contact>, String> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.len() > MOST {
        return Err(format!("{MOST} numéros au plus"));
    }
    lines.into_iter().map(one).collect()
}

fn one(line: &str) -> std::result::Result<Contact, String> {
    let parts: Vec<&str> = line.split('|').map(str::trim).collect();
    let country = match parts.first().map(|part| part.to_uppercase()).as_deref() {
        Some("FR") => Country::France,
        Some("TN") => Country::Tunisie,
        _ => return Err(format!("« {line} » : commencez par TN ou FR, puis | le numéro | qui répond | quand")),
    };
    let (number, name) = (parts.get(1).copied().unwrap_or_default(), parts.get(2).copied().unwrap_or_default());
    let digits = number.chars().filter(char::is_ascii_digit).count();
    let dialled = number.chars().all(|sign| sign.is_ascii_digit() || matches!(sign, ' ' | '+' | '.' | '-'));
    if !dialled || !(2..=15).contains(&digits) {
        return Err(format!("« {line} » : le numéro ne se compose pas"));
    }
    if name.is_empty() || name.chars().count() > 80 {
        return Err(format!("« {line} » : dites qui répond, en quelques mots"));
    }
    let known = safety::default_contacts().iter().find(|it| it.country == country && it.number == number);
    Ok(Contact {
        country,
        number: number.to_owned(),
        name: name.to_owned(),
        note: parts.get(3).copied().unwrap_or_default().chars().take(120).collect(),
        kinds: known.map_or_else(|| Kind::ALL.to_vec(), |known| known.kinds.clone()),
        certain: true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_of_the_form_are_read_back() {
        let contacts = safety::default_contacts();
        let read = parse(&lines(contacts)).expect("lines");
        assert_eq!(read.len(), contacts.len());
        assert!(read.iter().zip(contacts).all(|(one, other)| one.number == other.number && one.kinds == other.kinds));
    }

    #[test]
    fn a_wrong_line_is_named() {
        for line in ["190 SAMU", "TN | abc | SAMU", "TN | 190", "DE | 112 | Notruf"] {
            assert!(parse(line).expect_err(line).contains(line), "{line}");
        }
        assert_eq!(parse("\n \n").expect("empty"), []);
    }
}
