//! JSON of `/api/assistant/coaches` (specs §2.3).

use poem::{http::StatusCode, web::Data};
use poem_openapi::{ApiResponse, Object, OpenApi, param::Path, payload::Json};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Coach, CoachForm, Refused, store};
use crate::{
    accounts::{
        people::{self, Refusal, contract, invalid},
        rights,
    },
    ctx::Ctx,
    error::{Error, Result},
    web::{JsonBody, Role, Visitor},
};

/// A coach. On a change, what is missing stays.
#[derive(Debug, Default, Deserialize, Object)]
#[serde(rename_all = "camelCase", default)]
#[oai(rename_all = "camelCase")]
pub struct CoachBody {
    /// First name.
    first_name: Option<String>,
    /// Last name.
    last_name: Option<String>,
    /// Address.
    email: Option<String>,
    /// Not used: the coach chooses a password by the mailed link.
    password: Option<String>,
    /// Phone.
    phone: Option<String>,
    /// What students know the coach by; the name when missing.
    pseudonym: Option<String>,
    /// Title.
    title: Option<String>,
    /// Keys of subjects.
    subjects: Option<Vec<String>>,
}

/// A created coach.
#[derive(ApiResponse)]
pub enum Created {
    /// Created; the activation mail is on its way.
    #[oai(status = 201)]
    Yes(Json<Value>),
}

/// Who keeps the coaches.
const STAFF: &[Role] = &[Role::Admin, Role::Assistante];

/// See the module.
pub struct CoachesApi;

#[OpenApi(prefix_path = "/api/assistant")]
impl CoachesApi {
    /// All coaches: `{success, coaches}`.
    #[oai(path = "/coaches", method = "get")]
    async fn list(&self, ctx: Data<&Ctx>, visitor: Data<&Visitor>) -> Result<Json<Value>> {
        rights::guard(&visitor, STAFF)?;
        let coaches: Vec<Value> = store::list(&ctx.pool).await?.iter().map(coach_json).collect();
        Ok(Json(json!({ "success": true, "coaches": coaches })))
    }

    /// Creates a coach; an activation mail goes out.
    #[oai(path = "/coaches", method = "post")]
    async fn create(&self, ctx: Data<&Ctx>, visitor: Data<&Visitor>, body: JsonBody<CoachBody>) -> Result<Created> {
        let person = rights::guard(&visitor, STAFF)?;
        let form = filled(CoachForm::default(), body.0)?;
        let mut tx = crate::db::begin(&ctx.pool).await?;
        let id = super::create(&mut tx, &ctx, person, &form).await?.map_err(refused)?;
        let coach = store::find(&mut tx, id).await?.ok_or_else(Error::not_found)?;
        tx.commit().await?;
        Ok(Created::Yes(Json(json!({ "success": true, "coach": coach_json(&coach) }))))
    }

    /// Changes a coach.
    #[oai(path = "/coaches/:userId", method = "put")]
    async fn change(
        &self,
        ctx: Data<&Ctx>,
        visitor: Data<&Visitor>,
        #[oai(name = "userId")] user_id: Path<String>,
        body: JsonBody<CoachBody>,
    ) -> Result<Json<Value>> {
        let person = rights::guard(&visitor, STAFF)?;
        let id = coach_id(&user_id.0)?;
        let mut tx = crate::db::begin(&ctx.pool).await?;
        let coach = store::find(&mut tx, id).await?.ok_or_else(unknown)?;
        let form = filled(CoachForm::from(&coach), body.0)?;
        super::update(&mut tx, &ctx, person, id, &form, None).await?.map_err(refused)?;
        let coach = store::find(&mut tx, id).await?.ok_or_else(unknown)?;
        tx.commit().await?;
        Ok(Json(json!({ "success": true, "coach": coach_json(&coach) })))
    }

    /// Closes a coach's account: the coach can no longer sign in. Nothing is deleted, so that sessions and reports keep
    /// their author.
    #[oai(path = "/coaches/:userId", method = "delete")]
    async fn close(
        &self,
        ctx: Data<&Ctx>,
        visitor: Data<&Visitor>,
        #[oai(name = "userId")] user_id: Path<String>,
    ) -> Result<Json<Value>> {
        let person = rights::guard(&visitor, STAFF)?;
        let id = coach_id(&user_id.0)?;
        let mut tx = crate::db::begin(&ctx.pool).await?;
        store::find(&mut tx, id).await?.ok_or_else(unknown)?;
        people::close(&mut tx, person, id).await?.map_err(|refusal| refused(Refused::Account(refusal)))?;
        tx.commit().await?;
        Ok(Json(json!({ "success": true, "message": "Coach désactivé avec succès" })))
    }
}

fn unknown() -> Error {
    contract(StatusCode::NOT_FOUND, "Coach non trouvé")
}

fn coach_id(text: &str) -> Result<Uuid> {
    text.parse().map_err(|_| unknown())
}

fn refused(refused: Refused) -> Error {
    match refused {
        Refused::Account(Refusal::Unknown) => unknown(),
        Refused::Account(Refusal::EmailTaken) => {
            contract(StatusCode::CONFLICT, "Un utilisateur avec cet email existe déjà")
        }
        Refused::PseudonymTaken => contract(StatusCode::CONFLICT, "Ce pseudonyme est déjà utilisé"),
        Refused::Account(refusal) => contract(StatusCode::BAD_REQUEST, refusal.said().1),
    }
}

/// The form with what the body names, when it is fine.
fn filled(mut form: CoachForm, body: CoachBody) -> Result<CoachForm> {
    let set = |field: &mut String, value: Option<String>| {
        if let Some(value) = value {
            *field = value;
        }
    };
    set(&mut form.first_name, body.first_name);
    set(&mut form.last_name, body.last_name);
    set(&mut form.email, body.email);
    set(&mut form.phone, body.phone);
    set(&mut form.pseudonym, body.pseudonym);
    set(&mut form.title, body.title);
    if let Some(subjects) = body.subjects {
        form.subjects = subjects;
    }
    let errors = form.check();
    let list: Vec<(&str, &str)> = errors.fields().collect();
    if list.is_empty() { Ok(form) } else { Err(invalid(&list)) }
}

fn coach_json(coach: &Coach) -> Value {
    json!({
        "id": coach.id, "userId": coach.id, "firstName": coach.first_name, "lastName": coach.last_name,
        "email": coach.email, "phone": coach.phone, "pseudonym": coach.pseudonym, "title": coach.title,
        "subjects": coach.subjects, "studentsCount": coach.students, "active": !coach.closed,
    })
}
