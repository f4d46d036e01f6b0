//! Makes a new cluster: complete and configured in a folder beside its place, then renamed into it. A crash at
//! any moment leaves nothing, or a leftover that the next attempt removes.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Stdio,
};

use anyhow::{Context as _, Result, bail, ensure};
use tokio::io::AsyncWriteExt as _;

use super::{
    link,
    place::{Place, make_private},
    settings,
};

/// Debian, Ubuntu and Red Hat have the first; `C` is everywhere. Both sort by code point; text is UTF-8.
const LOCALES: [&str; 2] = ["C.UTF-8", "C"];

/// Makes the cluster of this place.
///
/// # Errors
/// `initdb` failed; the sentence has what it said.
pub(super) async fn initialise(place: &Place) -> Result<()> {
    remove_leftovers(place);
    ensure!(
        fs::read_dir(&place.dir).map_or(true, |mut entries| entries.next().is_none()),
        "{} existe, mais n’est pas une base de données complète : mettez-le de côté",
        place.dir.display()
    );
    tracing::info!(folder = %place.dir.display(), version = place.binaries.major, "making the PostgreSQL cluster");
    let draft = Draft(place.root.join(format!("{}{}", draft_prefix(place), std::process::id())));
    run_initdb(place, &draft.0).await?;
    put_in_place(place, &draft.0).await
}

/// The folder of a cluster in the making; what has not been renamed goes away.
struct Draft(PathBuf);

impl Drop for Draft {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

async fn put_in_place(place: &Place, draft: &Path) -> Result<()> {
    let file = draft.join("postgresql.conf");
    append_as_user(place, &file, &settings::text()).await?;
    File::open(&file)?.sync_all()?;
    fs::rename(draft, &place.dir)
        .with_context(|| format!("La base de données ne peut pas être mise en place dans {}", place.dir.display()))?;
    Ok(File::open(&place.root)?.sync_all()?)
}

async fn run_initdb(place: &Place, draft: &Path) -> Result<()> {
    let mut complaint = String::new();
    for locale in LOCALES {
        make_private(draft, &place.user)?;
        let mut command = place.user.command(&place.binaries.program("initdb"));
        command.arg("-D").arg(draft).args(["-U", link::USER, "--encoding=UTF8", "--locale", locale]);
        // Whoever can open the socket is trusted: its folder lets in only the database user and root. `peer`
        // would refuse root, who runs the app for another database user.
        command.args(["--auth-local=trust", "--auth-host=reject", "--data-checksums", "--no-instructions"]);
        let output = command.stdout(Stdio::null()).kill_on_drop(true).output().await.with_context(|| {
            format!("initdb ({}) ne peut pas être lancé", place.binaries.program("initdb").display())
        })?;
        if output.status.success() {
            return Ok(());
        }
        complaint = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        fs::remove_dir_all(draft)?;
        if !complaint.contains("locale") {
            break;
        }
    }
    bail!("La base de données ne peut pas être créée dans {} :\n{complaint}", place.dir.display())
}

/// Writes as the database user, for the folder is theirs: root follows no link that they could have put there.
async fn append_as_user(place: &Place, file: &Path, text: &str) -> Result<()> {
    let mut shell = place.user.command(Path::new("/bin/sh"));
    let mut child = shell.args(["-c", "cat >> \"$0\""]).arg(file).stdin(Stdio::piped()).kill_on_drop(true).spawn()?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(text.as_bytes()).await?;
    }
    let status = child.wait().await?;
    ensure!(status.success(), "Le fichier {} ne peut pas être écrit", file.display());
    Ok(())
}

fn draft_prefix(place: &Place) -> String {
    format!(".{}.new-", place.binaries.major)
}

/// At best: an `initdb` orphaned by a `kill -9` a moment ago may still be writing; the next attempt goes on.
fn remove_leftovers(place: &Place) {
    let prefix = draft_prefix(place);
    let entries = fs::read_dir(&place.root).into_iter().flatten().flatten();
    let leftovers = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(&prefix));
    for leftover in leftovers.map(|entry| entry.path()).collect::<Vec<PathBuf>>() {
        fs::remove_dir_all(leftover).ok();
    }
}
