//! `/admin/families`: students, their guardians and coaches.

use poem::{
    IntoResponse as _, Response, handler,
    http::StatusCode,
    web::{Data, Path, Query},
};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    Guardian, GuardianForm, Refusal,
    model::{ChildForm, GRADES, RELATIONS},
    store::{self, Narrowed},
    views::{self, Forms, Record},
};
use crate::{
    accounts::{
        people::Words,
        rights::{self, Action, Resource},
        students,
    },
    ctx::Ctx,
    error::{Error, Result},
    web::{Checks, FieldErrors, Form, Page, Person, Redirect, Visitor},
};

/// Students on one page of the list.
const PAGE: usize = 25;

/// What the list shows: the query of its address.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    pub(super) q: String,
    pub(super) grade: String,
    pub(super) missing: String,
    pub(super) after: String,
}

impl ListQuery {
    /// What the list is narrowed to; what is no choice of the form counts as all.
    pub(super) fn narrowed(&self) -> Narrowed<'static> {
        let known = |choices: &[(&'static str, &'static str)], key: &str| {
            choices.iter().map(|(it, _)| *it).find(|it| *it == key)
        };
        Narrowed {
            words: Words::of(&self.q),
            grade: known(GRADES, &self.grade),
            missing: known(views::MISSING, &self.missing),
        }
    }
}

/// The list.
#[handler]
pub async fn list(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Query(query): Query<ListQuery>) -> Result<Page> {
    rights::staff(&visitor, Action::Read, Resource::Student)?;
    let narrowed = query.narrowed();
    let (mut lines, total) = tokio::try_join!(
        store::list(&ctx.pool, &narrowed, query.after.parse().ok(), PAGE as i64 + 1),
        store::count(&ctx.pool, &narrowed)
    )?;
    let more = lines.len() > PAGE;
    lines.truncate(PAGE);
    let next = lines.last().filter(|_| more).map(|last| last.id);
    Ok(Page::new("Familles", views::list(&query, &lines, total, next)).wide())
}

/// Whose family the child joins, when it is known.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Joining {
    guardian: Option<Uuid>,
}

/// The form of a child and a first guardian.
#[handler]
pub async fn new(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Query(query): Query<Joining>) -> Result<Page> {
    rights::staff(&visitor, Action::Create, Resource::Student)?;
    let mut form = NewForm::default();
    // Whoever enrolls a child usually pays; the box is theirs to untick.
    "true".clone_into(&mut form.guardian.is_payer);
    if let Some(guardian) = query.guardian {
        let conn = &mut *ctx.pool.acquire().await?;
        let known = crate::accounts::people::store::find(conn, guardian).await?.ok_or_else(Error::not_found)?;
        form.guardian.email = known.email.unwrap_or_default();
        form.child.student_last_name = known.last_name;
    }
    Ok(Page::new("Inscrire un élève", views::new(&form, &FieldErrors::default())))
}

/// A child and a first guardian.
#[derive(Debug, Default, Deserialize)]
pub struct NewForm {
    #[serde(flatten)]
    pub(super) child: ChildForm,
    #[serde(flatten)]
    pub(super) guardian: GuardianForm,
}

/// Enters a child.
#[handler]
pub async fn create(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Form(form): Form<NewForm>) -> Result<Response> {
    let person = rights::staff(&visitor, Action::Create, Resource::Student)?;
    let mut checks = Checks::default();
    form.child.check_names(&mut checks);
    form.child.check_schooling(&mut checks);
    form.guardian.check(&mut checks);
    let mut errors = checks.finish();
    if errors.is_empty() {
        let mut tx = crate::db::begin(&ctx.pool).await?;
        match super::enroll(&mut tx, &ctx, person, &form.child.child(), &form.guardian).await? {
            Ok(id) => {
                tx.commit().await?;
                return Ok(Redirect::to(format!("/admin/families/{id}?done=enrolled")).into_response());
            }
            Err(refusal) => errors = refusal.errors(),
        }
    }
    let page = Page::new("Inscrire un élève", views::new(&form, &errors));
    Ok(page.status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
}

/// What just happened.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Done {
    done: String,
}

/// One student's family.
#[handler]
pub async fn show(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Path(id): Path<Uuid>,
    Query(query): Query<Done>,
) -> Result<Page> {
    let person = rights::staff(&visitor, Action::Read, Resource::Student)?;
    let record = load(&ctx, person, id).await?;
    let forms = Forms { done: query.done, ..Forms::of(&record) };
    Ok(Page::new(record.student.full_name(), views::record(&record, &forms)))
}

async fn load(ctx: &Ctx, person: &Person, id: Uuid) -> Result<Record> {
    let conn = &mut *ctx.pool.acquire().await?;
    Ok(Record {
        student: students::for_viewer(conn, person, id).await?,
        guardians: store::list_guardians(conn, id).await?,
        coaches: store::list_coaches(conn, id).await?,
        siblings: store::list_siblings(conn, id).await?,
    })
}

/// The page again, with what was wrong at the form that was sent.
async fn refused(ctx: &Ctx, person: &Person, id: Uuid, fill: impl FnOnce(&mut Forms)) -> Result<Response> {
    let record = load(ctx, person, id).await?;
    let mut forms = Forms::of(&record);
    fill(&mut forms);
    let page = Page::new(record.student.full_name(), views::record(&record, &forms));
    Ok(page.status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
}

fn done(id: Uuid, what: &str) -> Response {
    Redirect::to(format!("/admin/families/{id}?done={what}")).into_response()
}

/// Saves the schooling.
#[handler]
pub async fn save(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Path(id): Path<Uuid>,
    Form(form): Form<ChildForm>,
) -> Result<Response> {
    let person = rights::staff(&visitor, Action::Update, Resource::Student)?;
    let mut checks = Checks::default();
    form.check_schooling(&mut checks);
    let mut errors = checks.finish();
    if errors.is_empty() {
        let mut tx = crate::db::begin(&ctx.pool).await?;
        students::for_viewer(&mut tx, person, id).await?;
        match super::update_child(&mut tx, person, id, &form.child(), form.version).await? {
            Ok(()) => {
                tx.commit().await?;
                return Ok(done(id, "saved"));
            }
            Err(refusal) => errors = refusal.errors(),
        }
    }
    let changed = errors.general().next().is_some();
    refused(&ctx, person, id, |forms| {
        if !changed {
            forms.child = form;
        }
        forms.errors = errors;
    })
    .await
}

/// Ties a guardian to the student.
#[handler]
pub async fn add_guardian(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Path(id): Path<Uuid>,
    Form(form): Form<GuardianForm>,
) -> Result<Response> {
    let person = rights::staff(&visitor, Action::Update, Resource::Student)?;
    let mut checks = Checks::default();
    form.check(&mut checks);
    let mut errors = checks.finish();
    let mut tx = crate::db::begin(&ctx.pool).await?;
    students::for_viewer(&mut tx, person, id).await?;
    if errors.is_empty() {
        match super::link(&mut tx, &ctx, person, id, &form).await? {
            Ok(()) => {
                tx.commit().await?;
                return Ok(done(id, "tied"));
            }
            Err(refusal) => errors = refusal.errors(),
        }
    }
    drop(tx);
    refused(&ctx, person, id, |forms| (forms.guardian, forms.errors) = (form, errors)).await
}

/// A tie as its form sends it.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TieForm {
    guardian: Uuid,
    relation: String,
    is_payer: String,
    sees: String,
    seal: String,
}

/// Changes relation, payer and what the guardian sees.
#[handler]
pub async fn update_guardian(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Path(id): Path<Uuid>,
    Form(form): Form<TieForm>,
) -> Result<Response> {
    let person = rights::staff(&visitor, Action::Update, Resource::Student)?;
    if !RELATIONS.iter().any(|(key, _)| *key == form.relation) {
        return Err(Error::bad_request("Choisissez le lien avec l’élève, puis recommencez."));
    }
    let mut tx = crate::db::begin(&ctx.pool).await?;
    students::for_viewer(&mut tx, person, id).await?;
    let wanted = Guardian {
        id: form.guardian,
        name: String::new(),
        email: None,
        phone: None,
        relation: form.relation,
        is_payer: form.is_payer == "true",
        rights: if form.sees == "true" { vec!["VIEW".to_owned()] } else { Vec::new() },
        activated: false,
        closed: false,
    };
    match super::update_tie(&mut tx, person, id, &wanted, &form.seal).await? {
        Ok(()) => tx.commit().await?,
        Err(refusal) => return told(tx, &ctx, person, id, refusal).await,
    }
    Ok(done(id, "saved"))
}

/// Takes a guardian away.
#[handler]
pub async fn remove_guardian(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Path(id): Path<Uuid>,
    Form(form): Form<TieForm>,
) -> Result<Response> {
    let person = rights::staff(&visitor, Action::Update, Resource::Student)?;
    let mut tx = crate::db::begin(&ctx.pool).await?;
    students::for_viewer(&mut tx, person, id).await?;
    match super::unlink(&mut tx, person, id, form.guardian).await? {
        Ok(()) => tx.commit().await?,
        Err(refusal) => return told(tx, &ctx, person, id, refusal).await,
    }
    Ok(done(id, "untied"))
}

async fn told(
    tx: sqlx::Transaction<'_, sqlx::Postgres>,
    ctx: &Ctx,
    person: &Person,
    id: Uuid,
    refusal: Refusal,
) -> Result<Response> {
    tx.rollback().await?;
    refused(ctx, person, id, |forms| forms.errors = refusal.errors()).await
}

/// A coach, as the forms send one.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct CoachForm {
    coach: Option<Uuid>,
}

/// Gives the student to a coach.
#[handler]
pub async fn add_coach(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Path(id): Path<Uuid>,
    Form(form): Form<CoachForm>,
) -> Result<Response> {
    set_coach(&ctx, &visitor, id, form, true).await
}

/// Takes the student from a coach.
#[handler]
pub async fn remove_coach(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Path(id): Path<Uuid>,
    Form(form): Form<CoachForm>,
) -> Result<Response> {
    set_coach(&ctx, &visitor, id, form, false).await
}

async fn set_coach(ctx: &Ctx, visitor: &Visitor, id: Uuid, form: CoachForm, coached: bool) -> Result<Response> {
    let person = rights::staff(visitor, Action::Update, Resource::Student)?;
    let mut tx = crate::db::begin(&ctx.pool).await?;
    students::for_viewer(&mut tx, person, id).await?;
    let Some(coach) = form.coach else {
        tx.rollback().await?;
        return refused(ctx, person, id, |forms| forms.errors.add("coach", "Choisissez un coach")).await;
    };
    super::set_coach(&mut tx, person, id, coach, coached).await?;
    tx.commit().await?;
    Ok(done(id, "saved"))
}
