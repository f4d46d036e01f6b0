//! Reading text out of an uploaded file, in a process of its own.
//!
//! Always true: bytes of a stranger's file are parsed by nothing but the child ([`run`] behind `nexus extract`), which
//! has no environment, little memory, no files and no time without end; what it could say before it died is kept; a page
//! that kills it or keeps it too long is the only one that is lost ([`worker`]).
//!
//! Protocol: on standard input one line of JSON ([`Order`]), then the file to its end; on standard output lines of JSON
//! ([`Said`]), and whatever else a program may print there is skipped.

mod archive;
mod docx;
mod layout;
mod pdf;
pub mod worker;

use std::io::{BufRead, Read, Write};

use anyhow::Context as _;
use nix::sys::resource::{Resource, setrlimit};
use serde::{Deserialize, Serialize};

pub use self::archive::{Bomb, look as look_into_archive};
use super::model::Media;

/// Memory of the child, in bytes.
const MEMORY: u64 = 1 << 30;
/// Processor seconds of one child, all pages together: far more than a long book takes.
const SECONDS: u64 = 1200;
/// Most characters that one document may have: some 1 500 dense pages.
const MOST_CHARS: usize = 6_000_000;

/// What the child is told.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Order {
    /// What the file is.
    pub media: Media,
    /// First page to read.
    pub from: u32,
}

/// One line of the child.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Said {
    /// The file was opened and has so many pages (1 where there are no pages).
    Pages(u32),
    /// The text of a page.
    Page(u32, String),
    /// A page that could not be read.
    Bad(u32),
    /// Nothing can be read, and no other try will.
    Refused(Refusal),
}

/// Why a file cannot be read at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Refusal {
    /// A password is needed.
    Locked,
    /// Not what it claims to be, or cut off.
    Broken,
    /// Expands to more than we read.
    TooLarge,
}

impl Refusal {
    /// What staff read.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Locked => {
                "Ce fichier est protégé par un mot de passe. Enregistrez-le sans protection, puis envoyez-le comme nouvelle version."
            }
            Self::Broken => {
                "Ce fichier est abîmé ou incomplet : il ne s’ouvre pas. Exportez-le de nouveau, puis envoyez-le comme nouvelle version."
            }
            Self::TooLarge => {
                "Une fois ouvert, ce fichier est trop volumineux pour être lu. Découpez-le en plusieurs documents."
            }
        }
    }
}

/// `nexus extract`: reads the order and the file from standard input, and says what it reads on standard output.
pub fn child() -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    confined(&mut |said| {
        // A line of its own, whatever was printed before.
        writeln!(out, "\n{}", serde_json::to_string(said)?)?;
        out.flush()?;
        Ok(())
    })
}

/// Gives up what this process needs no more, then serves standard input.
pub(super) fn confined(say: &mut Say<'_>) -> anyhow::Result<()> {
    setrlimit(Resource::RLIMIT_AS, MEMORY, MEMORY)?;
    setrlimit(Resource::RLIMIT_CPU, SECONDS, SECONDS)?;
    setrlimit(Resource::RLIMIT_FSIZE, 0, 0)?;
    setrlimit(Resource::RLIMIT_CORE, 0, 0)?;
    serve(std::io::stdin().lock(), say)
}

/// What hears the lines; its failure ends the reading.
pub type Say<'a> = dyn FnMut(&Said) -> anyhow::Result<()> + 'a;

/// Reads an order and a file, and says what is in it.
fn serve(mut input: impl BufRead, say: &mut Say<'_>) -> anyhow::Result<()> {
    let mut first = String::new();
    input.by_ref().take(1024).read_line(&mut first)?;
    let order: Order = serde_json::from_str(&first).context("the order cannot be read")?;
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes)?;
    run(order, bytes, say)
}

fn run(order: Order, bytes: Vec<u8>, say: &mut Say<'_>) -> anyhow::Result<()> {
    let text = match order.media {
        Media::Pdf => return pdf::read(bytes, order.from, say),
        Media::Docx => docx::read(&bytes),
        Media::Markdown | Media::Text => String::from_utf8(bytes).map_err(|_| Refusal::Broken),
    };
    match text {
        Ok(text) if text.chars().count() > MOST_CHARS => say(&Said::Refused(Refusal::TooLarge)),
        Ok(text) => {
            say(&Said::Pages(1))?;
            say(&Said::Page(1, text))
        }
        Err(refusal) => say(&Said::Refused(refusal)),
    }
}
