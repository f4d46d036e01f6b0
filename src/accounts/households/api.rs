//! JSON of a family's children (specs §2.3, §4.10 "Modèle B", decisions 10 and 12): list and add, and the activation of a
//! student.

use poem::{http::StatusCode, web::Data};
use poem_openapi::{ApiResponse, Object, OpenApi, param::Query, payload::Json};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::model::{ChildForm, GRADES, label};
use crate::{
    accounts::{
        people::{self, contract, invalid},
        rights, student_links,
        students::{self, Student},
    },
    ctx::Ctx,
    error::{Error, Result},
    web::{Checks, JsonBody, Role, Visitor, checks::given},
};

/// A child to add.
#[derive(Debug, Default, Deserialize, Object)]
#[serde(rename_all = "camelCase", default)]
#[oai(rename_all = "camelCase")]
pub struct NewChild {
    /// First name.
    first_name: String,
    /// Last name.
    last_name: String,
    /// SECONDE, PREMIERE or TERMINALE; also seconde, Première…
    grade: String,
    /// School.
    school: Option<String>,
}

/// Whose account to activate.
#[derive(Debug, Default, Deserialize, Object)]
#[serde(rename_all = "camelCase", default)]
#[oai(rename_all = "camelCase")]
pub struct StudentToActivate {
    /// The student's account.
    student_user_id: String,
    /// The student's own address; a child needs none (decision 12): without it, the identifier is what signs in.
    student_email: Option<String>,
}

/// The link's secret and the first password.
#[derive(Debug, Default, Deserialize, Object)]
#[serde(rename_all = "camelCase", default)]
#[oai(rename_all = "camelCase")]
pub struct FirstPassword {
    /// Secret of the link.
    token: String,
    /// The password.
    password: String,
}

/// A created child.
#[derive(ApiResponse)]
pub enum Added {
    /// Created.
    #[oai(status = 201)]
    Yes(Json<Value>),
}

/// See the module.
pub struct ChildrenApi;

#[OpenApi(prefix_path = "/api")]
impl ChildrenApi {
    /// The guardian's children: `{success, children}`.
    #[oai(path = "/parent/children", method = "get")]
    async fn list(&self, ctx: Data<&Ctx>, visitor: Data<&Visitor>) -> Result<Json<Value>> {
        let person = rights::guard(&visitor, &[Role::Parent])?;
        let children = students::list_of_guardian(&mut *ctx.pool.acquire().await?, person.id).await?;
        let children: Vec<Value> = children.iter().map(child_json).collect();
        Ok(Json(json!({ "success": true, "children": children })))
    }

    /// Adds a child. It gets an identifier and no password: its account is activated by a link of its own.
    #[oai(path = "/parent/children", method = "post")]
    async fn add(&self, ctx: Data<&Ctx>, visitor: Data<&Visitor>, body: JsonBody<NewChild>) -> Result<Added> {
        let person = rights::guard(&visitor, &[Role::Parent])?;
        let child = child_form(body.0)?.child();
        let mut tx = crate::db::begin(&ctx.pool).await?;
        let id = super::add_child(&mut tx, person, person.id, &child, "PARENT", true)
            .await?
            .map_err(|_| contract(StatusCode::BAD_REQUEST, "Un enfant avec ce nom existe déjà"))?;
        let student = students::for_viewer(&mut tx, person, id).await?;
        tx.commit().await?;
        Ok(Added::Yes(Json(json!({ "success": true, "child": child_json(&student) }))))
    }

    /// Makes a student's activation link (72 hours, once), for the staff and for the student's own guardians. With an
    /// address, it becomes the student's, and the link is mailed there, too.
    #[oai(path = "/assistant/activate-student", method = "post")]
    async fn activate_student(
        &self,
        ctx: Data<&Ctx>,
        visitor: Data<&Visitor>,
        body: JsonBody<StudentToActivate>,
    ) -> Result<Json<Value>> {
        let person = rights::guard(&visitor, &[Role::Admin, Role::Assistante, Role::Parent])?;
        let unknown = || contract(StatusCode::BAD_REQUEST, "Élève introuvable");
        let id: Uuid = body.0.student_user_id.parse().map_err(|_| unknown())?;
        let mut tx = crate::db::begin(&ctx.pool).await?;
        // For a parent, another's child and nobody are the same.
        if students::for_viewer(&mut tx, person, id).await.is_err() {
            let staff_knows = person.role.is_staff() && people::store::find(&mut tx, id).await?.is_some();
            let sentence = if staff_knows { "Cet utilisateur n'est pas un élève" } else { "Élève introuvable" };
            return Err(contract(StatusCode::BAD_REQUEST, sentence));
        }
        let email = given(body.0.student_email.as_deref());
        let made = student_links::make(&mut tx, &ctx, person.id, id, email).await?;
        let made = made.map_err(|sentence| contract(StatusCode::BAD_REQUEST, sentence))?;
        tx.commit().await?;
        let message = match email {
            Some(_) => format!("Lien d'activation envoyé à {}", made.account.account()),
            None => format!("Lien d'activation créé pour {}", made.account.account()),
        };
        let name = made.account.full_name();
        Ok(Json(json!({ "success": true, "activationUrl": made.url, "studentName": name, "message": message })))
    }

    /// Whose account a link opens: `{valid, studentName, email}`.
    #[oai(path = "/student/activate", method = "get")]
    async fn verify(&self, ctx: Data<&Ctx>, token: Query<Option<String>>) -> Result<Json<Value>> {
        let conn = &mut *ctx.pool.acquire().await?;
        let account = student_links::find(conn, token.0.as_deref().unwrap_or_default()).await?.ok_or_else(expired)?;
        let (name, email, identifier) = (account.full_name(), account.email, account.identifier);
        Ok(Json(json!({ "valid": true, "studentName": name, "email": email, "identifier": identifier })))
    }

    /// Sets the first password.
    #[oai(path = "/student/activate", method = "post")]
    async fn activate(&self, ctx: Data<&Ctx>, body: JsonBody<FirstPassword>) -> Result<Json<Value>> {
        let FirstPassword { token, password } = body.0;
        let refusal = {
            let conn = &mut *ctx.pool.acquire().await?;
            let account = student_links::find(conn, &token).await?.ok_or_else(expired)?;
            student_links::refusal(conn, account.id, &password).await?
        };
        if let Some(sentence) = refusal {
            return Err(invalid(&[("password", sentence)]));
        }
        if !student_links::set_first_password(&ctx, &token, password).await? {
            return Err(expired());
        }
        Ok(Json(json!({ "success": true, "redirectUrl": "/auth/signin?activated=true" })))
    }
}

fn expired() -> Error {
    let sentence = "Lien d'activation invalide ou expiré";
    contract(StatusCode::BAD_REQUEST, sentence).with_json(json!({ "valid": false, "error": sentence }))
}

fn child_form(body: NewChild) -> Result<ChildForm> {
    let wanted = body.grade.trim().to_uppercase().replace('È', "E");
    let form = ChildForm {
        student_first_name: body.first_name,
        student_last_name: body.last_name,
        grade: wanted,
        school: body.school.unwrap_or_default(),
        ..ChildForm::default()
    };
    let mut checks = Checks::default();
    form.check_names(&mut checks);
    form.check_schooling(&mut checks);
    let errors = checks.finish();
    let name = |field| match field {
        "studentFirstName" => "firstName",
        "studentLastName" => "lastName",
        other => other,
    };
    let list: Vec<(&str, &str)> = errors.fields().map(|(field, sentence)| (name(field), sentence)).collect();
    if list.is_empty() { Ok(form) } else { Err(invalid(&list)) }
}

fn child_json(student: &Student) -> Value {
    json!({
        "id": student.id, "userId": student.id, "firstName": student.first_name, "lastName": student.last_name,
        "grade": student.grade, "gradeLabel": label(GRADES, &student.grade), "school": student.school,
        "email": student.email, "identifier": student.identifier, "activated": student.activated,
    })
}
