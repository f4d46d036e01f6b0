//! The extracting process of tests: the test program itself, told to be the child (see
//! [`crate::library::extract::worker::Extractor`]). Pages that hold one of these words misbehave.

use std::{io::Write as _, time::Duration};

use serde::{Deserialize, Serialize};

use crate::{
    ctx::Ctx,
    jobs::{Job, Lease},
    library::{
        extract::{self, Said, worker::Extractor},
        ingest::Work,
        jobs::IngestDocument,
    },
};

/// A page that never ends.
pub const HANG: &str = "PAGEQUIDURE";
/// A page that kills the process.
pub const CRASH: &str = "PAGEQUITUE";
/// A page that wants more memory than there is.
pub const EAT: &str = "PAGEQUIMANGE";

/// The child, with less patience for a page than the house has: no test waits for a minute.
pub fn impatient() -> Extractor {
    let mut extractor = Extractor::here();
    extractor.patience = Duration::from_secs(8);
    extractor
}

/// The same work as [`IngestDocument`], done impatiently.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub struct IngestImpatiently(IngestDocument);

impl Job for IngestImpatiently {
    const KIND: &'static str = IngestDocument::KIND;

    async fn run(self, ctx: &Ctx, lease: &mut Lease) -> anyhow::Result<()> {
        let IngestDocument { document_id: document, version } = self.0;
        Work { ctx, lease, extractor: impatient(), document, version }.run().await
    }
}

#[test]
#[ignore = "not a test: the process that other tests start"]
fn of_a_test() {
    let mut out = std::io::stdout().lock();
    let served = extract::confined(&mut |said| {
        if let Said::Page(_, text) = said {
            misbehave(text);
        }
        writeln!(out, "\n{}", serde_json::to_string(said)?)?;
        out.flush()?;
        Ok(())
    });
    // Whatever the test harness does at its end is not for the parent.
    std::process::exit(i32::from(served.is_err()));
}

fn misbehave(text: &str) {
    if text.contains(HANG) {
        std::thread::sleep(Duration::from_secs(600));
    }
    if text.contains(CRASH) {
        std::process::abort();
    }
    if text.contains(EAT) {
        let mut eaten = Vec::new();
        loop {
            eaten.push(vec![1_u8; 64 << 20]);
        }
    }
}
