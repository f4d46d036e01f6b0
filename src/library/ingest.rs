//! The way of a version into the search, step by step. Each step is one transaction with the note that it is done, and
//! can be done again: a process that is killed anywhere loses at most the step's own work, or a few pages.

use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use uuid::Uuid;

use super::{
    asked, clean,
    extract::{
        Order, Refusal, Said,
        worker::{Ended, Extractor, once},
    },
    model::{IngestState, Media, PageState, Step},
    passages,
    store::{
        asked as phrasings,
        ingests::{self, Ingest},
        pages::{self, ReadPage},
    },
    vectors,
};
use crate::{
    ctx::Ctx,
    jobs::{GiveUp, Lease},
};

/// Pages that are kept together, and how long the first of them waits for others.
const BATCH: usize = 16;
const BATCH_WAITS: Duration = Duration::from_millis(500);
/// Pages that may be lost before the document is: each costs a process, and up to a minute.
const MOST_LOST: i64 = 40;

const NO_TEXT: &str = "Ce document ne contient que des images : aucun texte à lire. La reconnaissance de caractères viendra plus tard ; en attendant, envoyez une version avec du texte.";
const ALL_LOST: &str = "Ce fichier est abîmé ou incomplet\u{a0}: aucune de ses pages n’a pu être lue. Envoyez-le de nouveau comme nouvelle version\u{a0}; si cela ne suffit pas, exportez-le de nouveau en PDF.";
const TOO_MANY_LOST: &str = "Trop de pages de ce document sont illisibles. Exportez-le de nouveau en PDF, puis envoyez-le comme nouvelle version.";
const PAGE_DIED: &str = "La lecture de cette page a échoué.";
const PAGE_SLOW: &str = "La lecture de cette page a pris plus d’une minute.";

/// Who works on which version.
pub struct Work<'a> {
    /// The house.
    pub ctx: &'a Ctx,
    /// The right to write.
    pub lease: &'a mut Lease,
    /// How pages are read.
    pub extractor: Extractor,
    /// Key in `library_documents`.
    pub document: Uuid,
    /// Number of the version.
    pub version: i32,
}

/// Why a version cannot be read: its state from then on, and the sentence.
type Failure = (&'static str, &'static str);

impl Work<'_> {
    /// Does what is left.
    pub async fn run(mut self) -> anyhow::Result<()> {
        let Some(mut ingest) = ingests::find(&self.ctx.pool, self.document, self.version).await? else { return Ok(()) };
        if matches!(ingest.state, IngestState::Done | IngestState::Failed) {
            return Ok(());
        }
        loop {
            ingest.step = match ingest.step {
                Step::Extract => match self.extract(&mut ingest).await? {
                    None => Step::Clean,
                    Some(failure) => return self.fail(failure).await,
                },
                Step::Clean => self.clean(ingest.media).await?,
                Step::Split => self.split().await?,
                Step::Embed => self.embed().await?,
                Step::Index => return self.index().await,
            };
        }
    }

    /// A transaction in which the lease is held.
    async fn begin(&self) -> anyhow::Result<sqlx::Transaction<'static, sqlx::Postgres>> {
        let mut tx = crate::db::begin(&self.ctx.pool).await?;
        self.lease.check(&mut tx).await?;
        Ok(tx)
    }

    /// Reads the pages that are still to be read; why there is no going on, if so.
    async fn extract(&mut self, ingest: &mut Ingest) -> anyhow::Result<Option<Failure>> {
        let mut tx = self.begin().await?;
        ingests::set_step(&mut tx, self.document, self.version, Step::Extract, ingest.pages.unwrap_or(0)).await?;
        tx.commit().await?;
        let mut unopened = 0;
        loop {
            let from = match ingest.pages {
                None => 1,
                Some(count) => match pages::next(&self.ctx.pool, self.document, self.version, count).await? {
                    Some(page) => page,
                    None => break,
                },
            };
            let order = Order { media: ingest.media, from: from.unsigned_abs() };
            let (ended, refused) = self.child(ingest, order).await?;
            if let Some(refusal) = refused {
                return Ok(Some(("FAILED", refusal.sentence())));
            }
            let (page, reason) = match ended {
                Ended::Whole => (order.from, PAGE_DIED),
                Ended::Died(page) => (page, PAGE_DIED),
                Ended::TooSlow(page) => (page, PAGE_SLOW),
            };
            if page == 0 || ingest.pages.is_none() {
                unopened += 1;
                if unopened > 1 {
                    return Ok(Some(("FAILED", Refusal::Broken.sentence())));
                }
            } else if let Some(count) = ingest.pages
                && let Some(next) = pages::next(&self.ctx.pool, self.document, self.version, count).await?
                && self.lose(next.max(page.cast_signed()).min(count), reason).await? > MOST_LOST
            {
                return Ok(Some(("FAILED", TOO_MANY_LOST)));
            }
        }
        self.extracted().await
    }

    /// Notes that a page is lost; how many are by now.
    async fn lose(&self, page: i32, reason: &'static str) -> anyhow::Result<i64> {
        let lost = ReadPage { page, text: String::new(), state: PageState::Failed, reason: Some(reason) };
        let mut tx = self.begin().await?;
        pages::keep(&mut tx, self.document, self.version, &[lost]).await?;
        tx.commit().await?;
        Ok(pages::tally(&self.ctx.pool, self.document, self.version).await?.2)
    }

    /// All pages are there: whether any of them has text.
    async fn extracted(&self) -> anyhow::Result<Option<Failure>> {
        let (read, empty, _) = pages::tally(&self.ctx.pool, self.document, self.version).await?;
        if read == 0 {
            return Ok(Some(if empty > 0 { ("NO_TEXT", NO_TEXT) } else { ("FAILED", ALL_LOST) }));
        }
        let mut tx = self.begin().await?;
        ingests::set_step(&mut tx, self.document, self.version, Step::Clean, 1).await?;
        tx.commit().await?;
        Ok(None)
    }

    /// One child from this page on: what it reads is kept in small batches. How it ended, and whether the file is refused.
    async fn child(&self, ingest: &mut Ingest, order: Order) -> anyhow::Result<(Ended, Option<Refusal>)> {
        let missing = || GiveUp(anyhow::anyhow!("the store has no file {}", ingest.sha256));
        let file = self.ctx.files.open(&ingest.sha256).await?.ok_or_else(missing)?;
        // Few: a child that is faster than the database waits for it.
        let (send, receive) = mpsc::channel(BATCH);
        let child = once(&self.extractor, order, file, send);
        let mut refused = None;
        let keep = async {
            // Its own: when keeping fails, the child has nobody to talk to and ends.
            let mut receive = receive;
            let (mut batch, mut since) = (Vec::new(), Instant::now());
            while let Some(said) = receive.recv().await {
                match said {
                    Said::Pages(count) => {
                        let count = count.cast_signed();
                        let mut tx = self.begin().await?;
                        pages::set_count(&mut tx, self.document, self.version, count).await?;
                        tx.commit().await?;
                        ingest.pages = Some(count);
                    }
                    Said::Page(page, text) => batch.push(read_page(page, text)),
                    Said::Bad(page) => batch.push(ReadPage {
                        reason: Some(PAGE_DIED),
                        state: PageState::Failed,
                        ..read_page(page, String::new())
                    }),
                    Said::Refused(refusal) => refused = Some(refusal),
                }
                if batch.len() >= BATCH || since.elapsed() > BATCH_WAITS {
                    self.keep(&mut batch).await?;
                    since = Instant::now();
                }
            }
            self.keep(&mut batch).await
        };
        let (ended, kept): (anyhow::Result<Ended>, anyhow::Result<()>) = tokio::join!(child, keep);
        kept?;
        Ok((ended?, refused))
    }

    async fn keep(&self, batch: &mut Vec<ReadPage>) -> anyhow::Result<()> {
        if !batch.is_empty() {
            let mut tx = self.begin().await?;
            pages::keep(&mut tx, self.document, self.version, batch).await?;
            tx.commit().await?;
            batch.clear();
        }
        Ok(())
    }

    async fn clean(&self, media: Media) -> anyhow::Result<Step> {
        let texts = pages::texts(&self.ctx.pool, self.document, self.version).await?;
        let clean = tokio::task::spawn_blocking(move || clean::clean(&texts, media.has_pages())).await?;
        let mut tx = self.begin().await?;
        ingests::set_body(&mut tx, self.document, self.version, &clean).await?;
        ingests::set_step(&mut tx, self.document, self.version, Step::Split, 1).await?;
        tx.commit().await?;
        Ok(Step::Split)
    }

    async fn split(&self) -> anyhow::Result<Step> {
        let clean = ingests::body(&self.ctx.pool, self.document, self.version).await?;
        let cut = move || {
            let pieces = passages::split(&clean.body, &clean.page_starts);
            let sections = passages::sections(&pieces);
            (pieces, sections)
        };
        let (pieces, sections) = tokio::task::spawn_blocking(cut).await?;
        let mut tx = self.begin().await?;
        ingests::replace_passages(&mut tx, self.document, self.version, &pieces, &sections).await?;
        if let Some((sheet, _)) = phrasings::sheet(&mut tx, self.document).await? {
            asked::set(&mut tx, self.document, self.version, &sheet).await?;
        }
        ingests::set_step(&mut tx, self.document, self.version, Step::Embed, pieces.len() as i32).await?;
        tx.commit().await?;
        Ok(Step::Embed)
    }

    async fn embed(&self) -> anyhow::Result<Step> {
        let embedded = vectors::embed_missing(self.ctx, self.document, self.version).await?;
        let mut tx = self.begin().await?;
        ingests::set_vectors(&mut tx, self.document, self.version, &embedded).await?;
        ingests::set_step(&mut tx, self.document, self.version, Step::Index, 1).await?;
        tx.commit().await?;
        Ok(Step::Index)
    }

    /// The version takes the place of the one before; the job ends with it.
    async fn index(&mut self) -> anyhow::Result<()> {
        let vectors = vectors::index(self.ctx).await?;
        let mut tx = crate::db::begin(&self.ctx.pool).await?;
        ingests::set_done(&mut tx, self.document, self.version).await?;
        vectors::ask_for_missing(&mut tx, vectors).await?;
        self.lease.finish(&mut tx).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn fail(&mut self, (state, problem): Failure) -> anyhow::Result<()> {
        let mut tx = crate::db::begin(&self.ctx.pool).await?;
        ingests::set_failed(&mut tx, self.document, self.version, state, problem).await?;
        self.lease.finish(&mut tx).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// A page as it is kept: PostgreSQL stores no NUL, and a page of white space is one without text.
fn read_page(page: u32, text: String) -> ReadPage {
    let text = if text.contains('\0') { text.replace('\0', "") } else { text };
    let state = if text.trim().is_empty() { PageState::Empty } else { PageState::Ok };
    ReadPage { page: page.cast_signed(), text, state, reason: None }
}
