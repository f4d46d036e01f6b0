//! Handlers of the free assessment. What is typed is kept in the session between the two steps: going back, reloading
//! or sending twice loses nothing and makes nothing twice.

use poem::{IntoResponse as _, Response, handler, http::StatusCode, web::Data};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{register, views};
use crate::{
    accounts::families::{self, BilanForm},
    assessments::runner::paths,
    ctx::Ctx,
    error::{Error, Result},
    web::{FieldErrors, Form, Page, Redirect, Visitor},
};

/// Key in the session data.
const DRAFT: &str = "bilan";

/// What the session keeps of a form that is being filled in.
#[derive(Default, Serialize, Deserialize)]
struct Draft {
    /// Tells this form from the family's next one.
    key: Uuid,
    form: BilanForm,
    /// The assessment that it made.
    assessment: Option<Uuid>,
}

async fn draft(visitor: &Visitor) -> Result<Option<Draft>> {
    visitor.session.get(DRAFT).await.map_err(Error::unavailable)
}

async fn keep(visitor: &Visitor, draft: &Draft) -> Result<()> {
    visitor.session.insert(DRAFT, draft).await.map_err(Error::unavailable)
}

fn refused(title: &str, main: maud::Markup) -> Response {
    Page::new(title, main).status(StatusCode::UNPROCESSABLE_ENTITY).into_response()
}

/// Step 1.
#[handler]
pub async fn parent(visitor: Data<&Visitor>) -> Result<Page> {
    let form = draft(&visitor).await?.map(|draft| draft.form).unwrap_or_default();
    Ok(Page::new("Bilan gratuit", views::parent(&form, &FieldErrors::default())))
}

/// Keeps step 1 and goes on to step 2. A form that has made its assessment makes room for the next child's.
#[handler]
pub async fn set_parent(visitor: Data<&Visitor>, Form(sent): Form<BilanForm>) -> Result<Response> {
    let errors = sent.check_parent();
    if !errors.is_empty() {
        return Ok(refused("Bilan gratuit", views::parent(&sent, &errors)));
    }
    let known = draft(&visitor).await?.filter(|draft| draft.assessment.is_none());
    let mut draft = known.unwrap_or_else(|| Draft { key: Uuid::new_v4(), ..Draft::default() });
    draft.form = BilanForm {
        parent_first_name: sent.parent_first_name,
        parent_last_name: sent.parent_last_name,
        parent_email: sent.parent_email,
        parent_phone: sent.parent_phone,
        ..draft.form
    };
    keep(&visitor, &draft).await?;
    Ok(Redirect::to("/bilan-gratuit/eleve").into_response())
}

/// Step 2.
#[handler]
pub async fn student(visitor: Data<&Visitor>) -> Result<Response> {
    let Some(draft) = draft(&visitor).await?.filter(|draft| draft.form.check_parent().is_empty()) else {
        return Ok(Redirect::to("/bilan-gratuit").into_response());
    };
    Ok(Page::new("Bilan gratuit", views::student(&draft.form, &FieldErrors::default())).into_response())
}

/// Registers the family, opens the attempt, leads to it.
#[handler]
pub async fn create(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Form(sent): Form<BilanForm>) -> Result<Response> {
    let Some(mut draft) = draft(&visitor).await? else { return Ok(Redirect::to("/bilan-gratuit").into_response()) };
    if let Some(made) = draft.assessment {
        return Ok(Redirect::to(paths::attempt(made)).into_response());
    }
    draft.form = BilanForm {
        parent_first_name: draft.form.parent_first_name,
        parent_last_name: draft.form.parent_last_name,
        parent_email: draft.form.parent_email,
        parent_phone: draft.form.parent_phone,
        ..sent
    };
    let errors = draft.form.check();
    if !errors.is_empty() {
        let page = refused("Bilan gratuit", views::student(&draft.form, &errors));
        keep(&visitor, &draft).await?;
        return Ok(page);
    }
    if families::is_trap(&draft.form) {
        return Ok(Redirect::to("/").into_response());
    }
    let id = register(&ctx, &visitor, &draft.form, &draft.key.to_string()).await?;
    draft.assessment = Some(id);
    keep(&visitor, &draft).await?;
    visitor.grant(id).await?;
    Ok(Redirect::to(paths::attempt(id)).into_response())
}
