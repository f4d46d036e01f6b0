//! The side of the server: starts the child, hears it, ends it when a page takes too long, and starts it again after
//! the page that it died of.

use std::{
    process::{ExitStatus, Stdio},
    time::Duration,
};

use anyhow::Context as _;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    process::{Child, Command},
    sync::mpsc,
    time::timeout,
};

use super::{Order, Said};

/// Longest line of a child: a page full of text, escaped.
const LONGEST_LINE: u64 = 64 << 20;

/// How the child is started.
#[derive(Debug, Clone)]
pub struct Extractor {
    program: &'static str,
    arguments: &'static [&'static str],
    /// Longest time for one page.
    pub patience: Duration,
}

impl Extractor {
    /// This very program, as it was when it started: an update on disk changes nothing.
    #[cfg(not(test))]
    pub fn here() -> Self {
        Self { program: "/proc/self/exe", arguments: &["extract"], patience: Duration::from_secs(60) }
    }

    /// The test program, told to be the child: see [`crate::library::tests`].
    #[cfg(test)]
    pub fn here() -> Self {
        let arguments = &["library::tests::child::of_a_test", "--exact", "--ignored", "--nocapture"];
        Self { program: "/proc/self/exe", arguments, patience: Duration::from_secs(20) }
    }

    fn start(&self) -> anyhow::Result<Child> {
        Command::new(self.program)
            .args(self.arguments)
            .env_clear()
            // Its memory is counted by addresses: the allocator keeps none that it does not use.
            .env("_RJEM_MALLOC_CONF", "retain:false")
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context("the extracting process cannot be started")
    }
}

/// How one child ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Ended {
    /// It said everything.
    Whole,
    /// It was ended, since this page took too long (0: opening the file).
    TooSlow(u32),
    /// It died at this page (0: while opening the file).
    Died(u32),
}

/// One child, from this page on. What it says is handed on as it comes.
pub async fn once(
    extractor: &Extractor,
    order: Order,
    file: impl AsyncRead + Unpin,
    heard: mpsc::Sender<Said>,
) -> anyhow::Result<Ended> {
    let mut child = extractor.start()?;
    let input = child.stdin.take().context("no standard input")?;
    let output = child.stdout.take().context("no standard output")?;
    // Both at once: a child that refuses the file early does not read it all, and one that waits is ended.
    let mut page = 0;
    let slow = {
        let hear = hear(extractor, order, output, heard, &mut page);
        tokio::pin!(hear);
        tokio::select! {
            slow = &mut hear => slow?,
            fed = feed(input, order, file) => {
                if let Err(error) = fed {
                    tracing::debug!("an extracting process did not take all of its file: {error:#}");
                }
                (&mut hear).await?
            }
        }
    };
    if slow {
        child.kill().await?;
        return Ok(Ended::TooSlow(page));
    }
    let status = timeout(extractor.patience, child.wait()).await.context("the extracting process does not end")??;
    Ok(if status.success() { Ended::Whole } else { log_death(status, page) })
}

/// Hears the child until it has said everything, or takes too long (true). `page` is the one that it is at.
async fn hear(
    extractor: &Extractor,
    order: Order,
    output: impl AsyncRead + Unpin,
    heard: mpsc::Sender<Said>,
    page: &mut u32,
) -> anyhow::Result<bool> {
    let mut lines = BufReader::new(output);
    loop {
        let mut line = Vec::new();
        let mut some = (&mut lines).take(LONGEST_LINE);
        let Ok(read) = timeout(extractor.patience, some.read_until(b'\n', &mut line)).await else { return Ok(true) };
        if read? == 0 {
            return Ok(false);
        }
        // Whatever else a program prints is not for us.
        let Ok(said) = serde_json::from_slice::<Said>(&line) else { continue };
        match said {
            Said::Pages(_) => *page = order.from.max(1),
            Said::Page(at, _) | Said::Bad(at) => *page = at.saturating_add(1),
            Said::Refused(_) => {}
        }
        heard.send(said).await.context("nobody hears the extracting process any more")?;
    }
}

fn log_death(status: ExitStatus, page: u32) -> Ended {
    tracing::warn!(%status, page, "an extracting process died");
    Ended::Died(page)
}

async fn feed(
    mut input: impl tokio::io::AsyncWrite + Unpin,
    order: Order,
    mut file: impl AsyncRead + Unpin,
) -> anyhow::Result<()> {
    let mut line = serde_json::to_vec(&order)?;
    line.push(b'\n');
    input.write_all(&line).await?;
    tokio::io::copy(&mut file, &mut input).await?;
    input.shutdown().await?;
    Ok(())
}
