//! What happens in one room and must reach a room above it in the same transaction.
//!
//! A room calls only the rooms below it; where the room above must hear of something, the event usually goes through a
//! job ([`crate::jobs`]). Some effects may not come later: what a student learns follows from a score in the transaction
//! that makes it. Such an event goes through this list, which knows both ends as the list of jobs does, so that neither
//! room names the other way round. It is short, and stays so.

use sqlx::PgConnection;

use crate::{
    assessments::record::{Completion, Standard},
    error::Result,
    learning::feed::{Feed, Source},
};

/// An assessment is being scored; called before the cohort is locked, so that nobody waits for what this reads. An
/// assessment without a student's account costs nothing.
pub async fn scoring(conn: &mut PgConnection, completion: &Completion<'_>) -> Result<Option<Feed>> {
    let Some(student) = completion.student_id else { return Ok(None) };
    let source = Source {
        assessment: completion.id,
        student,
        edition: completion.edition,
        scored: completion.scored,
        practice: !completion.in_cohort,
        completed_at: completion.completed_at,
        late: false,
    };
    Feed::open(conn, &source).await
}

/// The assessment has its score: none for practice.
pub async fn scored(conn: &mut PgConnection, feed: Option<Feed>, standard: Option<Standard>) -> Result<()> {
    match feed {
        Some(feed) => feed.close(conn, standard).await,
        None => Ok(()),
    }
}
