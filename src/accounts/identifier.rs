//! The identifier that a child types to sign in (decision 12): `prenom.nom`, with digits if taken.

use sqlx::PgConnection;

use crate::error::{Error, Result};

/// Longest base of an identifier.
const MOST: usize = 40;
/// Candidates that are looked up at once.
const AT_ONCE: usize = 20;

/// "Éléonore", "de La Tour" → "eleonore.delatour".
pub fn base(first_name: &str, last_name: &str) -> String {
    let part = |name: &str| name.chars().flat_map(char::to_lowercase).filter_map(plain).collect::<String>();
    let base = format!("{}.{}", part(first_name), part(last_name));
    let base: String = base.trim_matches('.').chars().take(MOST).collect();
    if base.is_empty() { "eleve".to_owned() } else { base }
}

/// A letter without its accent; nothing for what has no place in an identifier.
fn plain(letter: char) -> Option<char> {
    Some(match letter {
        'a'..='z' | '0'..='9' => letter,
        'à' | 'â' | 'ä' | 'á' | 'ã' | 'å' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'î' | 'ï' | 'í' | 'ì' => 'i',
        'ô' | 'ö' | 'ó' | 'ò' | 'õ' | 'œ' => 'o',
        'û' | 'ü' | 'ù' | 'ú' => 'u',
        'ç' => 'c',
        'ñ' => 'n',
        'ÿ' | 'ý' => 'y',
        _ => return None,
    })
}

/// A free identifier. Homonyms who register at the same moment are told apart by the lock on the base.
pub async fn free(conn: &mut PgConnection, first_name: &str, last_name: &str) -> Result<String> {
    let base = base(first_name, last_name);
    // "dupont" and "dupont2" may both become "dupont2".
    let family = base.trim_end_matches(|last: char| last.is_ascii_digit());
    sqlx::query!("select pg_advisory_xact_lock(hashtext($1))", family).execute(&mut *conn).await?;
    // Looked up by the index, some at a time: a search by pattern would read all accounts for every child of a class.
    for from in (0..).step_by(AT_ONCE) {
        let name = |number: usize| if number == 0 { base.clone() } else { format!("{base}{}", number + 1) };
        let candidates: Vec<String> = (from..from + AT_ONCE).map(name).collect();
        let taken = sqlx::query_scalar!(
            r#"select identifier as "identifier!" from users where identifier = any($1)"#,
            &candidates
        )
        .fetch_all(&mut *conn)
        .await?;
        if let Some(free) = candidates.into_iter().find(|candidate| !taken.contains(candidate)) {
            return Ok(free);
        }
    }
    Err(Error::internal(anyhow::anyhow!("no free identifier for {base}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_has_no_accent_and_no_space() {
        assert_eq!(base("Éléonore", "de La Tour"), "eleonore.delatour");
        assert_eq!(base("Jean-Noël", "O’Brien"), "jeannoel.obrien");
        assert_eq!(base("محمد", ""), "eleve");
    }
}
