//! What ties guardians to children: added, changed, taken away.

use chrono::Utc;
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{GuardianForm, Refusal, mails, model::of_age, people_subject, store};
use crate::{
    accounts::people,
    compliance::audit,
    ctx::Ctx,
    error::Result,
    messaging,
    web::{Person, Role, checks::given, format::tunis_day},
};

/// A guardian of a student.
#[derive(Debug, Clone)]
pub struct Guardian {
    /// Key in `users`.
    pub id: Uuid,
    /// First and last name.
    pub name: String,
    /// Address.
    pub email: Option<String>,
    /// Phone.
    pub phone: Option<String>,
    /// Key of the relation.
    pub relation: String,
    /// Whether the invoices are theirs.
    pub is_payer: bool,
    /// VIEW and CONSENT, or less.
    pub rights: Vec<String>,
    /// Whether a password has been chosen.
    pub activated: bool,
    /// Whether the account is closed.
    pub closed: bool,
}

impl Guardian {
    /// Whether the guardian sees the child's record.
    pub fn sees(&self) -> bool {
        self.rights.iter().any(|right| right == "VIEW")
    }

    /// The tie as the form was drawn from it: a save compares, so that no change of somebody else is overwritten.
    pub fn seal(&self) -> String {
        format!("{}|{}|{}", self.relation, self.is_payer, self.sees())
    }
}

/// The account of the address when it is a parent's, or a new one, with its activation mail.
pub(super) async fn find_or_create(
    conn: &mut PgConnection,
    ctx: &Ctx,
    actor: &Person,
    form: &GuardianForm,
) -> Result<Result<Uuid, Refusal>> {
    if let Some(known) = store::find_by_email(conn, &form.email).await? {
        return Ok(match (known.role == Role::Parent.key(), known.closed) {
            (false, _) => Err(Refusal::NotAParent),
            (_, true) => Err(Refusal::Closed),
            _ => Ok(known.id),
        });
    }
    if given(Some(&form.first_name)).is_none() || given(Some(&form.last_name)).is_none() {
        return Ok(Err(Refusal::NameMissing));
    }
    Ok(people::create(conn, ctx, actor, &form.details()).await?.map_err(|_| Refusal::ChangedMeanwhile))
}

/// Ties a guardian to the student; one who has an account already learns of it by mail.
pub async fn link(
    conn: &mut PgConnection,
    ctx: &Ctx,
    actor: &Person,
    student: Uuid,
    form: &GuardianForm,
) -> Result<Result<(), Refusal>> {
    let guardian = match find_or_create(conn, ctx, actor, form).await? {
        Ok(id) => id,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if !store::insert_tie(conn, guardian, student, &form.relation, form.pays()).await? {
        return Ok(Err(Refusal::TiedAlready));
    }
    if let Some(mail) = mails::tied(conn, ctx, guardian, student).await? {
        messaging::send(conn, &mail).await?;
    }
    let details = json!({ "guardian": guardian, "relation": form.relation, "payer": form.pays() });
    audit::record(conn, Some(actor.id), "guardianships.create", &people_subject(student), &details).await?;
    Ok(Ok(()))
}

/// Changes relation, payer and what the guardian sees. `seal`: see [`Guardian::seal`].
pub async fn update_tie(
    conn: &mut PgConnection,
    actor: &Person,
    student: Uuid,
    wanted: &Guardian,
    seal: &str,
) -> Result<Result<(), Refusal>> {
    store::lock_person(conn, student).await?;
    let Some(stored) = store::list_guardians(conn, student).await?.into_iter().find(|one| one.id == wanted.id) else {
        return Ok(Err(Refusal::ChangedMeanwhile));
    };
    if stored.seal() != seal {
        return Ok(Err(Refusal::ChangedMeanwhile));
    }
    store::set_tie(conn, student, wanted).await?;
    let details =
        json!({ "guardian": wanted.id, "relation": wanted.relation, "payer": wanted.is_payer, "sees": wanted.sees() });
    audit::record(conn, Some(actor.id), "guardianships.update", &people_subject(student), &details).await?;
    Ok(Ok(()))
}

/// Takes a guardian away from the student; both accounts stay.
pub async fn unlink(
    conn: &mut PgConnection,
    actor: &Person,
    student: Uuid,
    guardian: Uuid,
) -> Result<Result<(), Refusal>> {
    store::lock_person(conn, student).await?;
    let guardians = store::list_guardians(conn, student).await?;
    if !guardians.iter().any(|one| one.id == guardian) {
        return Ok(Err(Refusal::ChangedMeanwhile));
    }
    let birth_date = store::find_birth_date(conn, student).await?;
    if guardians.len() == 1 && !of_age(birth_date, tunis_day(Utc::now())) {
        return Ok(Err(Refusal::LastGuardian));
    }
    store::delete_tie(conn, student, guardian).await?;
    let details = json!({ "guardian": guardian });
    audit::record(conn, Some(actor.id), "guardianships.delete", &people_subject(student), &details).await?;
    Ok(Ok(()))
}
