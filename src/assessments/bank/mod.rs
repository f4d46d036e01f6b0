//! Question banks: versioned text files under `assets/banks/<bank>/`, embedded in the binary.
//!
//! A bank is a folder: `bank.toml` (subject, editions, domains in canonical order) and one file of questions a domain.
//! Questions keep one order, that of the domains and then of the file: attempts store positions in it. So a published
//! bank never changes; a correction is a new folder. The folder's name is the bank's id and names its cohorts.
//! An edition is what the contract calls `assessmentVersion`: one bank may serve several grades.
//! That the banks are sound (one right answer, LaTeX that renders…) is checked when the tests run.

#[cfg(test)]
pub(crate) mod check;
#[cfg(test)]
pub(crate) mod fixture;
mod parse;
#[cfg(test)]
mod tests;
mod types;

use std::{collections::BTreeMap, sync::LazyLock};

use rust_embed::RustEmbed;

pub use self::{
    parse::BankError,
    types::{Bank, Domain, Edition, ErrorType, OPTION_KEYS, Question, Skill},
};
use super::model::{Grade, Subject};

/// An edition with its bank.
#[derive(Debug, Clone, Copy)]
pub struct BankEdition {
    /// The questions.
    pub bank: &'static Bank,
    /// What they are offered as.
    pub edition: &'static Edition,
}

/// The embedded banks, by id.
pub fn banks() -> &'static [Bank] {
    static BANKS: LazyLock<Vec<Bank>> = LazyLock::new(|| {
        // The tests parse these very files, embedded at the same build: a binary that passed them cannot fail here.
        embedded().unwrap_or_else(|error| panic!("embedded question banks: {error}"))
    });
    &BANKS
}

/// Every edition of every bank, in the order of [`banks`].
pub fn editions() -> impl Iterator<Item = BankEdition> {
    banks().iter().flat_map(|bank| bank.editions.iter().map(move |edition| BankEdition { bank, edition }))
}

/// The bank with this id (a folder's name).
pub fn bank(id: &str) -> Option<&'static Bank> {
    banks().iter().find(|bank| bank.id == id)
}

/// The edition that `assessmentVersion` names.
pub fn find(edition_id: &str) -> Option<BankEdition> {
    editions().find(|it| it.edition.id == edition_id)
}

/// The edition for a subject and a grade when none is named: that of the first bank by id, so of the oldest form.
pub fn for_combination(subject: Subject, grade: Grade) -> Option<BankEdition> {
    editions().find(|it| it.bank.subject == subject && it.edition.grade == grade)
}

#[derive(RustEmbed)]
#[folder = "assets/banks"]
struct Files;

/// Parses what is embedded: one bank a folder.
fn embedded() -> Result<Vec<Bank>, BankError> {
    let mut folders: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for path in Files::iter() {
        let (Some((folder, name)), Some(file)) = (path.split_once('/'), Files::get(&path)) else { continue };
        if name.ends_with(".toml") {
            let text = String::from_utf8_lossy(&file.data).into_owned();
            folders.entry(folder.into()).or_default().push((name.into(), text));
        }
    }
    folders.iter().map(|(id, files)| Bank::parse(id, files)).collect()
}
