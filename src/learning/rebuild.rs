//! Making what is known of a student's skills again from all their answers. What was fed as it happened comes out the
//! same; what was never fed (results older than this room) is fed on the way.

use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    feed::{self, Feed, Source},
    mastery::Evidence,
    store,
};
use crate::{
    accounts::families::Claims,
    assessments::{
        attach,
        history::{self, Completed},
        model::Subject,
    },
    error::Result,
};

/// Rebuilds one student in the caller's transaction.
pub async fn student(conn: &mut PgConnection, student: Uuid) -> Result<()> {
    if store::lock_student(conn, student).await?.is_none() {
        return Ok(());
    }
    let ids = history::ids_of_student(conn, student).await?;
    let completed = history::list(conn, &ids).await?;
    let past = store::list_past(conn, student).await?;
    let is_fed = |it: &&Completed| past.iter().any(|row| row.assessment_id == it.id);
    let practice = |it: &Completed| past.iter().any(|row| row.assessment_id == it.id && row.ssn.is_none());
    store::delete_mastery(conn, student).await?;
    for subject in Subject::ALL {
        let mut all: std::collections::BTreeMap<&str, Evidence> = std::collections::BTreeMap::new();
        for it in completed.iter().filter(|it| it.edition.bank.subject == subject).filter(is_fed) {
            for (tag, fresh) in feed::evidence(&source(it, practice(it))) {
                all.entry(tag).and_modify(|before| *before = before.and(fresh)).or_insert(fresh);
            }
        }
        let rows: Vec<(String, Evidence)> = all.into_iter().map(|(tag, it)| (tag.to_owned(), it)).collect();
        store::set_mastery(conn, student, subject, &rows).await?;
    }
    for it in completed.iter().filter(|it| !is_fed(it)) {
        feed(conn, it).await?;
    }
    Ok(())
}

/// Ties what is claimed to its students, and feeds what is completed.
pub(super) async fn attach(conn: &mut PgConnection, claims: &Claims) -> Result<()> {
    let attached = attach::attach(conn, claims).await?;
    for completed in history::list(conn, &attached).await? {
        feed(conn, &completed).await?;
    }
    Ok(())
}

/// Feeds a completed assessment that has just found its student; once.
pub(super) async fn feed(conn: &mut PgConnection, it: &Completed) -> Result<()> {
    match Feed::open(conn, &source(it, it.standard.is_none())).await? {
        Some(feed) => feed.close(conn, it.standard).await,
        None => Ok(()),
    }
}

fn source(it: &Completed, practice: bool) -> Source<'_> {
    Source {
        assessment: it.id,
        student: it.student_id,
        edition: it.edition,
        scored: &it.scored,
        practice,
        completed_at: it.completed_at,
        late: true,
    }
}
