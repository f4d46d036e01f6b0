//! The sheets of the house: course sheets in `assets/library`, taken over like uploads.
//!
//! A sheet is Markdown under a front matter between `+++` lines. Its key is its path without extension: moving a file
//! makes another document. Always true: taking over twice changes nothing; a sheet whose text changed is a new version;
//! one whose phrasings changed ([`asked`]) is indexed again.

use poem::http::StatusCode;
use rust_embed::RustEmbed;
use serde::Deserialize;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    Details, Origin, asked,
    files::Staged,
    model::{Authority, Grade, Media, Visibility},
    store::{asked as phrasings, documents, documents::NewVersion},
    upload,
};
use crate::{
    ctx::Ctx,
    error::{Error, Result},
    subjects::SchoolSubject,
};

#[derive(RustEmbed)]
#[folder = "assets/library"]
#[include = "**/*.md"]
struct Sheets;

/// What the head of a sheet says.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    title: String,
    subject: SchoolSubject,
    grade: String,
    authority: Authority,
    /// Skills of the learning graph that it helps with.
    #[serde(default)]
    skills: Vec<String>,
}

/// A sheet.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// Path without extension.
    pub key: String,
    /// What it is.
    pub details: Details,
    /// Skills of the learning graph that it helps with.
    pub skills: Vec<String>,
    /// Its Markdown, without the head.
    pub text: String,
}

impl Sheet {
    /// From a file; why it is none, otherwise.
    pub fn parse(key: &str, file: &str) -> anyhow::Result<Self> {
        let rest = file.strip_prefix("+++\n").ok_or_else(|| anyhow::anyhow!("{key}: no head"))?;
        let (head, text) = rest.split_once("\n+++\n").ok_or_else(|| anyhow::anyhow!("{key}: its head does not end"))?;
        let head: Head = toml::from_str(head).map_err(|error| anyhow::anyhow!("{key}: {error}"))?;
        let grade = match head.grade.as_str() {
            "LYCEE" => None,
            grade => Some(Grade::parse(grade).ok_or_else(|| anyhow::anyhow!("{key}: unknown grade {grade}"))?),
        };
        let details = Details {
            title: head.title,
            subject: head.subject,
            grade,
            authority: head.authority,
            rights: "Nexus Réussite".into(),
            visibility: Visibility::All,
        };
        Ok(Self { key: key.to_owned(), details, skills: head.skills, text: text.trim_start().to_owned() })
    }
}

/// Every sheet, in the order of keys.
pub fn sheets() -> anyhow::Result<Vec<Sheet>> {
    let mut paths: Vec<_> = Sheets::iter().collect();
    paths.sort();
    paths
        .iter()
        .filter_map(|path| Some((path, Sheets::get(path)?)))
        .map(|(path, file)| Sheet::parse(path.trim_end_matches(".md"), std::str::from_utf8(&file.data)?))
        .collect()
}

/// Takes the sheets over; how many documents and versions are new.
pub async fn import(ctx: &Ctx) -> Result<usize> {
    import_these(ctx, &sheets()?).await
}

/// Takes these sheets over.
pub(super) async fn import_these(ctx: &Ctx, sheets: &[Sheet]) -> Result<usize> {
    let mut changed = 0;
    for sheet in sheets {
        let mut staging = ctx.files.stage().await?;
        staging.write(sheet.text.as_bytes()).await?;
        changed += usize::from(take(ctx, sheet, staging.finish().await?).await?);
    }
    Ok(changed)
}

/// Takes one over; whether anything was new.
async fn take(ctx: &Ctx, sheet: &Sheet, staged: Staged) -> Result<bool> {
    let (sha256, size) = (staged.sha256.clone(), staged.size as i64);
    let mut tx = crate::db::begin(&ctx.pool).await?;
    documents::hold_file(&mut tx, &sha256, size).await?;
    let known = documents::find_starter(&mut tx, &sheet.key).await?;
    if let Some(document) = known {
        documents::set_starter_details(&mut tx, document, &sheet.details).await?;
        if documents::lock(&mut tx, document).await?.is_some_and(|newest| newest == sha256) {
            ask(&mut tx, document).await?;
            tx.commit().await?;
            return Ok(false);
        }
    }
    let id = known.unwrap_or_else(Uuid::now_v7);
    if known.is_none() {
        match documents::insert(&mut tx, id, &sheet.details, None, &Origin::Starter(&sheet.key)).await {
            // Another server takes the same sheets over at this moment.
            Err(Error { status: StatusCode::CONFLICT, .. }) => return Ok(false),
            outcome => outcome?,
        }
    }
    let name = format!("{}.md", sheet.key.rsplit('/').next().unwrap_or(&sheet.key));
    let new = NewVersion { sha256: &sha256, size, original_name: &name, media: Media::Markdown, by: None };
    upload::add_version(&mut tx, &ctx.files, id, &new, staged).await?;
    tx.commit().await?;
    Ok(true)
}

/// Gives the passages of a sheet that is there already today's phrasings.
async fn ask(conn: &mut PgConnection, document: Uuid) -> Result<()> {
    match phrasings::sheet(&mut *conn, document).await? {
        Some((sheet, Some(version))) => asked::set(conn, document, version, &sheet).await,
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sheet_of_the_house_has_a_head_that_holds() {
        let sheets = sheets().expect("sheets");
        assert!(sheets.len() >= 30);
        for sheet in &sheets {
            assert!((300..=900).contains(&sheet.text.split_whitespace().count()), "{}", sheet.key);
            assert!((1..=200).contains(&sheet.details.title.chars().count()), "{}", sheet.key);
            assert!(!sheet.text.trim().is_empty() && !sheet.text.starts_with("+++"), "{}", sheet.key);
        }
    }

    #[test]
    fn a_sheet_for_the_whole_lycee_has_no_grade_and_an_unknown_word_is_refused() {
        let file = "+++\ntitle = \"Réviser\"\nsubject = \"FRANCAIS\"\ngrade = \"LYCEE\"\nauthority = \"D\"\nskills = []\n+++\n# Texte\n";
        let sheet = Sheet::parse("methode/reviser", file).expect("sheet");
        assert_eq!((sheet.details.grade, sheet.text.as_str()), (None, "# Texte\n"));
        assert!(Sheet::parse("x", &file.replace("LYCEE", "COLLEGE")).is_err());
        assert!(Sheet::parse("x", "# Texte sans en-tête").is_err());
    }
}
