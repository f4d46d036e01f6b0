//! How students ask for what a section of a sheet says: phrasings in `assets/library/asked-*.toml`, by sheet and by
//! section title (`##`). They are searched with the passages of that section and never shown; uploads have none.
//!
//! Always true: after [`set`] the passages of a sheet have the phrasings of today's files; changed ones are indexed again.

use std::{collections::BTreeMap, ops::Range, sync::LazyLock};

use rust_embed::RustEmbed;
use serde::Deserialize;
use sqlx::PgConnection;
use uuid::Uuid;

use super::store::asked as store;
use crate::error::Result;

#[derive(RustEmbed)]
#[folder = "assets/library"]
#[include = "asked-*.toml"]
struct Files;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Phrasings {
    asked: Vec<String>,
}

/// Phrasings by the titles of sections.
type Sections = BTreeMap<String, Phrasings>;

static ALL: LazyLock<BTreeMap<String, Sections>> = LazyLock::new(|| {
    read().unwrap_or_else(|error| {
        tracing::error!(%error, "the phrasings of the sheets cannot be read: sheets are found by their own words");
        BTreeMap::new()
    })
});

/// All files as one.
fn read() -> anyhow::Result<BTreeMap<String, Sections>> {
    let mut all: BTreeMap<String, Sections> = BTreeMap::new();
    for path in Files::iter() {
        let Some(file) = Files::get(&path) else { continue };
        let part: BTreeMap<String, Sections> =
            toml::from_str(std::str::from_utf8(&file.data)?).map_err(|error| anyhow::anyhow!("{path}: {error}"))?;
        for (sheet, sections) in part {
            all.entry(sheet).or_default().extend(sections);
        }
    }
    Ok(all)
}

/// Gives the passages of a version of a sheet the phrasings of the sections that they lie in.
pub async fn set(conn: &mut PgConnection, document: Uuid, version: i32, sheet: &str) -> Result<()> {
    let Some((body, spans)) = store::spans(&mut *conn, document, version).await? else { return Ok(()) };
    let sections = ALL.get(sheet).map(|of_sheet| sections(&body, of_sheet)).unwrap_or_default();
    let (passages, asked): (Vec<i64>, Vec<String>) =
        spans.into_iter().map(|(passage, span)| (passage, over(&sections, &span))).unzip();
    store::set(conn, &passages, &asked).await
}

/// Where the sections stand that have phrasings, in characters.
fn sections<'a>(body: &str, of_sheet: &'a Sections) -> Vec<(Range<usize>, &'a [String])> {
    let by_title: BTreeMap<String, &Phrasings> = of_sheet.iter().map(|(title, it)| (alike(title), it)).collect();
    let mut found: Vec<(Range<usize>, &[String])> = Vec::new();
    let mut at = 0;
    for line in body.split_inclusive('\n') {
        if let Some(title) = line.strip_prefix("## ") {
            if let Some((last, _)) = found.last_mut() {
                last.end = last.end.min(at);
            }
            if let Some(phrasings) = by_title.get(&alike(title)) {
                found.push((at..usize::MAX, &phrasings.asked));
            }
        }
        at += line.chars().count();
    }
    found
}

/// A title as it is compared: signs and spaces that look alike are one.
fn alike(title: &str) -> String {
    title.replace(['’', 'ʼ'], "'").split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// One phrasing a line.
fn over(sections: &[(Range<usize>, &[String])], span: &Range<usize>) -> String {
    let reached = sections.iter().filter(|(section, _)| section.start < span.end && span.start < section.end);
    let lines = reached.flat_map(|(_, phrasings)| phrasings.iter());
    lines.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::starter;

    #[test]
    fn every_phrasing_belongs_to_a_section_of_a_sheet() {
        let sheets = starter::sheets().expect("sheets");
        for (key, of_sheet) in read().expect("files") {
            let sheet = sheets.iter().find(|sheet| sheet.key == key).unwrap_or_else(|| panic!("no sheet {key}"));
            let titles: Vec<String> = sheet.text.lines().filter_map(|it| it.strip_prefix("## ")).map(alike).collect();
            for (title, phrasings) in of_sheet {
                assert!(titles.contains(&alike(&title)), "{key} has no section {title}");
                assert!(!phrasings.asked.is_empty(), "{key}, {title}");
            }
        }
    }

    #[test]
    fn a_passage_has_the_phrasings_of_each_section_that_it_reaches_into() {
        let phrasings = |one: &str| Phrasings { asked: vec![one.to_owned()] };
        let of_sheet = Sections::from([
            ("L’idée".into(), phrasings("à quoi ça sert")),
            ("Méthode".into(), phrasings("je fais quoi")),
        ]);
        let body = "# T\n\ndébut\n\n## L'idée\n\nun\n\n## Autre\n\nx\n\n## Méthode\n\ndeux\n";
        let found = sections(body, &of_sheet);
        let place = |text: &str| {
            body.chars().collect::<String>().find(text).map(|at| body[..at].chars().count()).expect("there")
        };
        assert_eq!(over(&found, &(0..8)), "");
        assert_eq!(over(&found, &(place("un")..place("un") + 2)), "à quoi ça sert");
        assert_eq!(over(&found, &(place("x\n")..place("x\n") + 1)), "");
        assert_eq!(over(&found, &(place("un")..body.chars().count())), "à quoi ça sert\nje fais quoi");
    }
}
