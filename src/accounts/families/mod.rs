//! Families: a family registers once through the form "bilan gratuit" (specs §4.10, decisions 10–12, 14).
//!
//! Always true: the whole form is kept; the same form sent twice is one request; an address that has an account already
//! changes nothing in that account before its owner says yes to it ([`adopting`]), and nobody but its owner learns of it, by
//! mail; consent is a record of its own.

pub mod adopting;
mod claims;
mod form;
mod mails;
mod store;

pub use claims::{Claims, EmailClaim, RequestClaim, claims};
pub use form::{BilanForm, CURRENT_LEVELS, GRADES, MODALITIES, SUBJECTS};
pub(crate) use form::{is_phone, parse_birth_date};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{activation, legal::LegalText, normal_email};
use crate::{
    ctx::Ctx,
    error::Result,
    messaging,
    web::{Role, Visitor, checks::given},
};

/// Mails an hour to one address.
const MOST_MAILS: i64 = 5;

/// What a registration made, or had made before.
#[derive(Debug, Clone)]
pub struct Registered {
    /// Key in `bilan_requests`.
    pub request_id: Uuid,
    /// The student, when the family is new or signed in.
    pub student_id: Option<Uuid>,
    /// False when this very form had been sent before.
    pub new: bool,
}

/// Ids that the JSON contract answers: always the same for the same family, and telling nothing about accounts.
pub struct References {
    /// `parentId`.
    pub parent: Uuid,
    /// `studentId`.
    pub student: Uuid,
}

/// See [`References`].
pub fn references(ctx: &Ctx, form: &BilanForm) -> References {
    let parent = normal_email(&form.parent_email);
    let student = format!(
        "{parent}\0{}\0{}",
        form.student_first_name.trim().to_lowercase(),
        form.student_last_name.trim().to_lowercase()
    );
    References {
        parent: ctx.keys.derived_id("family-parent", &parent),
        student: ctx.keys.derived_id("family-student", &student),
    }
}

/// Registers the family inside the caller's transaction. `resume_url` is where the assessment goes on; it goes into the
/// mail that also activates the parent's account, or says that there is one.
pub async fn register(
    conn: &mut PgConnection,
    ctx: &Ctx,
    visitor: &Visitor,
    form: &BilanForm,
    form_key: &str,
    resume_url: impl FnOnce() -> String,
) -> Result<Registered> {
    let request_id = Uuid::now_v7();
    if !store::insert_request(conn, request_id, form_key, form).await? {
        return store::find_request(conn, form_key).await;
    }
    record_consents(conn, visitor, form, request_id).await?;
    let email = normal_email(&form.parent_email);
    let signed_in_parent =
        visitor.person.as_ref().filter(|person| person.role == Role::Parent && person.email.as_deref() == Some(&email));
    let family = match signed_in_parent {
        Some(parent) => Some((parent.id, add_child(conn, parent.id, form).await?)),
        None => create_family(conn, ctx, form, &email, &resume_url()).await?,
    };
    if let Some((guardian, student)) = family {
        store::set_request_family(conn, request_id, guardian, student).await?;
    }
    Ok(Registered { request_id, student_id: family.map(|(_, student)| student), new: true })
}

/// Parent and child of an address that has no account; the mail says whether there was one. An address that is typed
/// again and again gets no more mail for a while: strangers can type it, too.
async fn create_family(
    conn: &mut PgConnection,
    ctx: &Ctx,
    form: &BilanForm,
    email: &str,
    resume: &str,
) -> Result<Option<(Uuid, Uuid)>> {
    let parent = Uuid::now_v7();
    if !store::insert_parent(conn, parent, email, form).await? {
        if store::count_recent_requests(conn, email).await? <= MOST_MAILS {
            messaging::send(conn, &mails::account_exists(ctx, form, email, resume)).await?;
        }
        return Ok(None);
    }
    let student = add_child(conn, parent, form).await?;
    let link = activation::create_link(conn, ctx, parent).await?;
    messaging::send(conn, &mails::activation(ctx, form, parent, email, &link, resume)).await?;
    Ok(Some((parent, student)))
}

/// The child of this parent with this name, made if there is none.
async fn add_child(conn: &mut PgConnection, parent: Uuid, form: &BilanForm) -> Result<Uuid> {
    store::lock_parent(conn, parent).await?;
    if let Some(known) = store::find_child(conn, parent, form).await? {
        return Ok(known);
    }
    let student_id = Uuid::now_v7();
    let identifier = super::identifier::free(conn, &form.student_first_name, &form.student_last_name).await?;
    store::insert_child(conn, student_id, parent, &identifier, form).await?;
    Ok(student_id)
}

async fn record_consents(conn: &mut PgConnection, visitor: &Visitor, form: &BilanForm, request_id: Uuid) -> Result<()> {
    let texts = [LegalText::Terms, LegalText::Privacy];
    let mut given_to: Vec<(&str, String)> = Vec::new();
    for text in texts {
        given_to.push((text.key(), text.version()?));
    }
    if form.accept_newsletter {
        given_to.push(("newsletter", LegalText::Privacy.version()?));
    }
    for (key, version) in given_to {
        store::insert_consent(conn, request_id, form, key, &version, &visitor.address.to_string()).await?;
    }
    Ok(())
}

/// Whether the hidden field that only programs fill was filled.
pub fn is_trap(form: &BilanForm) -> bool {
    given(form.website.as_deref()).is_some()
}
