//! Students from a file: read, looked at, then taken over.
//!
//! Always true: nothing is half-done: a file with one wrong line enters nobody, and taking over is one transaction; the
//! preview is the taking over itself, undone, so that what it announces is what happens; the same file twice creates
//! nothing (a student is known by e-mail, else by name and day of birth within the family); a file is taken over once;
//! its lines are wiped then, or after a day.

mod columns;
mod decode;
mod job;
mod lines;
mod pages;
mod store;
mod takeover;
mod views;

#[cfg(test)]
mod tests;

use serde_json::json;
use uuid::Uuid;

pub use self::job::ForgetImports;
use self::{
    lines::{LineError, StudentLine},
    takeover::Outcome,
};
use crate::{
    compliance::audit,
    ctx::Ctx,
    error::{Error, Result},
    web::{Person, Routes, get, post},
};

/// Largest file.
pub const MOST_BYTES: usize = 1024 * 1024;
/// Most students of a file.
pub const MOST_LINES: usize = 1000;

/// Pages of this part.
pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .at("/admin/import", get(pages::show).post(pages::upload))
        .at("/admin/import/modele.csv", get(pages::template))
        .at("/admin/import/:id", get(pages::preview).post(pages::take_over))
        .at("/admin/import/:id/cancel", post(pages::cancel))
}

/// What taking the lines over would do, or what stands against it. Nothing is changed.
async fn rehearse(ctx: &Ctx, actor: &Person, lines: &[StudentLine]) -> Result<Result<Outcome, Vec<LineError>>> {
    let mut tx = crate::db::begin(&ctx.pool).await?;
    let outcome = takeover::run(&mut tx, ctx, actor, lines, false).await?;
    tx.rollback().await?;
    Ok(outcome)
}

/// How an import stands.
enum Taken {
    /// Done, now or before.
    Done,
    /// The database has changed since the preview: these lines stand against it now.
    Refused(Vec<LineError>),
}

/// Takes a previewed file over, once: a second click, or a second person, finds it done.
async fn finish(ctx: &Ctx, actor: &Person, id: Uuid, mails: bool) -> Result<Taken> {
    let mut tx = crate::db::begin(&ctx.pool).await?;
    let Some(lines) = store::lock(&mut tx, id).await? else { return Ok(Taken::Done) };
    let outcome = match takeover::run(&mut tx, ctx, actor, &lines, mails).await? {
        Ok(outcome) => outcome,
        Err(errors) => return Ok(Taken::Refused(errors)),
    };
    let result = serde_json::to_value(&outcome).map_err(Error::internal)?;
    store::set_done(&mut tx, id, &result).await?;
    let details =
        json!({ "lines": lines.len(), "students": outcome.students, "guardians": outcome.guardians, "mails": mails });
    audit::record(&mut tx, Some(actor.id), "students.import", &format!("student_imports:{id}"), &details).await?;
    tx.commit().await?;
    Ok(Taken::Done)
}
