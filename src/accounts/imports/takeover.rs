//! Taking the lines over, inside the caller's transaction: rolled back, it was a rehearsal.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    lines::{GuardianLine, LineError, StudentLine},
    store,
};
use crate::{
    accounts::{
        households::{self, store as families},
        people,
    },
    ctx::Ctx,
    error::Result,
    web::{Person, Role},
};

/// What taking over did.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Outcome {
    /// Students entered.
    pub students: usize,
    /// Guardians' accounts made.
    pub guardians: usize,
    /// Ties between guardians and students made.
    pub ties: usize,
    /// Students who were known already.
    pub known: usize,
    /// Activation mails on their way.
    pub mails: usize,
    /// Who is new: line, name, identifier.
    pub entered: Vec<Entered>,
}

/// A student who was entered.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entered {
    pub line: usize,
    pub name: String,
    pub identifier: String,
    /// Another student of this name and day of birth exists, in another family.
    pub namesake: bool,
}

/// Takes all lines over, or none: the errors of all lines that stand against it.
pub(super) async fn run(
    conn: &mut PgConnection,
    ctx: &Ctx,
    actor: &Person,
    lines: &[StudentLine],
    mails: bool,
) -> Result<Result<Outcome, Vec<LineError>>> {
    store::lock_imports(conn).await?;
    let (mut outcome, mut errors, mut made) = (Outcome::default(), Vec::new(), HashSet::new());
    for line in lines {
        match guardians_of(conn, ctx, actor, line, mails, &mut made).await? {
            Ok(guardians) => {
                if let Err(error) = student_of(conn, actor, line, &guardians, &mut outcome).await? {
                    errors.push(error);
                }
            }
            Err(error) => errors.push(error),
        }
    }
    outcome.guardians = made.len();
    outcome.mails = if mails { made.len() } else { 0 };
    Ok(if errors.is_empty() { Ok(outcome) } else { Err(errors) })
}

/// The accounts of the line's guardians, made where there is none.
async fn guardians_of(
    conn: &mut PgConnection,
    ctx: &Ctx,
    actor: &Person,
    line: &StudentLine,
    mails: bool,
    made: &mut HashSet<Uuid>,
) -> Result<Result<Vec<Uuid>, LineError>> {
    let mut guardians = Vec::new();
    for one in &line.guardians {
        guardians.push(match families::find_by_email(conn, &one.email).await? {
            Some(known) if known.role != Role::Parent.key() => {
                let sentence =
                    format!("« {} » est l’adresse d’un compte qui n’est pas un compte de parent.", one.email);
                return Ok(Err(LineError::new(line.number, sentence)));
            }
            Some(known) if known.closed => {
                let sentence = format!("Le compte de « {} » est fermé : rouvrez-le d’abord.", one.email);
                return Ok(Err(LineError::new(line.number, sentence)));
            }
            Some(known) => known.id,
            None => {
                let id = create_guardian(conn, ctx, actor, one, mails).await?;
                made.insert(id);
                id
            }
        });
    }
    Ok(Ok(guardians))
}

async fn create_guardian(
    conn: &mut PgConnection,
    ctx: &Ctx,
    actor: &Person,
    one: &GuardianLine,
    mails: bool,
) -> Result<Uuid> {
    let details = people::Details {
        first_name: one.first_name.clone(),
        last_name: one.last_name.clone(),
        email: one.email.clone(),
        phone: one.phone.clone(),
        role: Some(Role::Parent),
    };
    let id = Uuid::now_v7();
    people::store::insert(conn, id, Role::Parent, &details).await?;
    people::note_created(conn, actor, id, Role::Parent).await?;
    if mails {
        people::invite_adult(conn, ctx, id).await?;
    }
    Ok(id)
}

/// The student of the line, known or entered, tied to all guardians.
async fn student_of(
    conn: &mut PgConnection,
    actor: &Person,
    line: &StudentLine,
    guardians: &[Uuid],
    outcome: &mut Outcome,
) -> Result<Result<(), LineError>> {
    let child = line.child();
    let by_email = match &line.email {
        Some(email) => families::find_by_email(conn, email).await?,
        None => None,
    };
    if by_email.as_ref().is_some_and(|known| known.role != Role::Eleve.key()) {
        let email = line.email.as_deref().unwrap_or_default();
        let sentence = format!("« {email} » est l’adresse d’un compte qui n’est pas un compte d’élève.");
        return Ok(Err(LineError::new(line.number, sentence)));
    }
    let mut student = by_email.map(|known| known.id);
    for guardian in guardians {
        if student.is_none() {
            student = families::find_child(conn, *guardian, &child).await?;
        }
    }
    if student.is_none() && guardians.is_empty() {
        student = store::find_orphan(conn, &child).await?;
    }
    let (id, new) = match student {
        Some(id) => (id, false),
        None => {
            let namesake = store::has_namesake(conn, &child).await?;
            let id = households::create_child(conn, Some(actor.id), &child).await?;
            let identifier = store::find_identifier(conn, id).await?;
            outcome.entered.push(Entered { line: line.number, name: line.full_name(), identifier, namesake });
            (id, true)
        }
    };
    if new {
        outcome.students += 1;
    } else {
        outcome.known += 1;
    }
    for (at, (guardian, said)) in guardians.iter().zip(&line.guardians).enumerate() {
        if families::insert_tie(conn, *guardian, id, &said.relation, new && at == 0).await? {
            outcome.ties += 1;
            if !new {
                households::note_tied(conn, actor, id, *guardian).await?;
            }
        }
    }
    Ok(Ok(()))
}
