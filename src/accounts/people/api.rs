//! JSON of `/api/admin/users` (specs §1.11).

use std::borrow::Cow;

use poem::{http::StatusCode, web::Data};
use poem_openapi::{ApiResponse, Object, OpenApi, param::Query, payload::Json};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Account, Details, Filter, Refusal,
    store::{self, Part},
};
use crate::{
    accounts::{rights, students},
    ctx::Ctx,
    error::{Error, Result},
    web::{JsonBody, Role, Visitor, checks::given},
};

/// A new account.
#[derive(Debug, Default, Deserialize, Object)]
#[serde(rename_all = "camelCase", default)]
#[oai(rename_all = "camelCase")]
pub struct NewUser {
    /// Where the activation mail goes.
    email: String,
    /// At least 8 characters with a letter and a digit, as the contract wants; never used: the mailed link sets the
    /// password.
    password: String,
    /// ADMIN, ASSISTANTE, COACH or PARENT; students are entered with their family.
    role: String,
    /// First name.
    first_name: String,
    /// Last name.
    last_name: String,
    /// Phone.
    phone: Option<String>,
}

/// What changes; what is missing stays.
#[derive(Debug, Default, Deserialize, Object)]
#[serde(rename_all = "camelCase", default)]
#[oai(rename_all = "camelCase")]
pub struct ChangedUser {
    /// The account.
    id: Option<String>,
    /// New address; links that were mailed to the old one die.
    email: Option<String>,
    /// Not used: a password is chosen by its owner only.
    password: Option<String>,
    /// New role.
    role: Option<String>,
    /// First name.
    first_name: Option<String>,
    /// Last name.
    last_name: Option<String>,
    /// Phone.
    phone: Option<String>,
}

/// A created account.
#[derive(ApiResponse)]
pub enum Created {
    /// Created; the activation mail is on its way.
    #[oai(status = 201)]
    Yes(Json<Value>),
}

/// See the module.
pub struct UsersApi;

#[OpenApi(prefix_path = "/api/admin")]
impl UsersApi {
    /// Accounts in the order of names: `{users, pagination{total, limit, offset, hasMore}}`.
    #[oai(path = "/users", method = "get")]
    async fn list(
        &self,
        ctx: Data<&Ctx>,
        visitor: Data<&Visitor>,
        role: Query<Option<String>>,
        search: Query<Option<String>>,
        limit: Query<Option<String>>,
        offset: Query<Option<String>>,
    ) -> Result<Json<Value>> {
        rights::guard(&visitor, &[Role::Admin])?;
        let (filter, part) = asked(role.0, search.0, limit.0.as_deref(), offset.0.as_deref())?;
        let (accounts, total) =
            tokio::try_join!(store::list(&ctx.pool, &filter, part), store::count(&ctx.pool, &filter))?;
        let ids: Vec<Uuid> = accounts.iter().map(|one| one.id).collect();
        let profiles = students::list_profiles(&ctx.pool, &ids).await?;
        let more = part.offset + (accounts.len() as i64) < total;
        let users: Vec<Value> = accounts
            .iter()
            .map(|one| {
                let mut user = user_json(one);
                user["profile"] = profiles.get(&one.id).cloned().unwrap_or(Value::Null);
                user
            })
            .collect();
        let pagination = json!({ "total": total, "limit": part.limit, "offset": part.offset, "hasMore": more });
        Ok(Json(json!({ "users": users, "pagination": pagination })))
    }

    /// Creates an account. The `password` of the contract is checked and never used: an activation mail goes out.
    #[oai(path = "/users", method = "post")]
    async fn create(&self, ctx: Data<&Ctx>, visitor: Data<&Visitor>, body: JsonBody<NewUser>) -> Result<Created> {
        let person = rights::guard(&visitor, &[Role::Admin])?;
        let body = body.0;
        let details = Details {
            first_name: body.first_name,
            last_name: body.last_name,
            email: body.email,
            phone: body.phone.unwrap_or_default(),
            role: body.role.parse().ok(),
        };
        check(&details, Some(&body.password))?;
        let mut tx = crate::db::begin(&ctx.pool).await?;
        let id = super::create(&mut tx, &ctx, person, &details).await?.map_err(|refusal| refused(refusal, true))?;
        let account = store::find(&mut tx, id).await?.ok_or_else(Error::not_found)?;
        tx.commit().await?;
        let answer = json!({ "success": true, "message": "User created successfully", "user": user_json(&account) });
        Ok(Created::Yes(Json(answer)))
    }

    /// Changes an account. A `password` is not used: only its owner chooses one, by the mailed link.
    #[oai(path = "/users", method = "patch")]
    async fn change(
        &self,
        ctx: Data<&Ctx>,
        visitor: Data<&Visitor>,
        body: JsonBody<ChangedUser>,
    ) -> Result<Json<Value>> {
        let person = rights::guard(&visitor, &[Role::Admin])?;
        let body = body.0;
        let id = account_id(body.id.as_deref())?;
        let mut tx = crate::db::begin(&ctx.pool).await?;
        let account = store::lock(&mut tx, id).await?.ok_or_else(unknown)?;
        let mut details = Details::from(&account);
        let set = |field: &mut String, value: Option<String>| {
            if let Some(value) = value {
                *field = value;
            }
        };
        set(&mut details.first_name, body.first_name);
        set(&mut details.last_name, body.last_name);
        set(&mut details.email, body.email);
        set(&mut details.phone, body.phone);
        if let Some(role) = &body.role {
            details.role = role.parse().ok();
        }
        check(&details, None)?;
        super::update(&mut tx, &ctx, person, id, &details, None).await?.map_err(|refusal| refused(refusal, false))?;
        let account = store::find(&mut tx, id).await?.ok_or_else(unknown)?;
        tx.commit().await?;
        Ok(Json(json!({ "success": true, "message": "User updated successfully", "user": user_json(&account) })))
    }

    /// Closes an account: its owner can no longer sign in, and nothing of the record is deleted (a family asks for
    /// erasure elsewhere). The own account, and that of the last admin, cannot be closed.
    #[oai(path = "/users", method = "delete")]
    async fn close(&self, ctx: Data<&Ctx>, visitor: Data<&Visitor>, id: Query<Option<String>>) -> Result<Json<Value>> {
        let person = rights::guard(&visitor, &[Role::Admin])?;
        let id = account_id(id.0.as_deref())?;
        let mut tx = crate::db::begin(&ctx.pool).await?;
        super::close(&mut tx, person, id).await?.map_err(|refusal| refused(refusal, false))?;
        tx.commit().await?;
        Ok(Json(json!({ "success": true, "message": "User deleted successfully" })))
    }
}

fn user_json(account: &Account) -> Value {
    json!({
        "id": account.id, "email": account.email, "firstName": account.first_name, "lastName": account.last_name,
        "role": account.role.key(), "phone": account.phone, "createdAt": account.created_at.to_rfc3339(),
        "active": account.deactivated_at.is_none(),
    })
}

/// 422 of the contract: `{error, message, details{errors[{path, message, code}]}}`.
pub(in crate::accounts) fn invalid(errors: &[(&str, &str)]) -> Error {
    let list: Vec<Value> =
        errors.iter().map(|(path, message)| json!({ "path": path, "message": message, "code": "invalid" })).collect();
    let body = json!({ "error": "VALIDATION_ERROR", "message": "Validation failed", "details": { "errors": list } });
    Error::new(StatusCode::UNPROCESSABLE_ENTITY, "Certaines informations sont à corriger.").with_json(body)
}

/// `{error: sentence}` with a status.
pub(in crate::accounts) fn contract(status: StatusCode, sentence: impl Into<Cow<'static, str>>) -> Error {
    let sentence = sentence.into();
    Error::new(status, sentence.clone()).with_json(json!({ "error": sentence }))
}

fn unknown() -> Error {
    contract(StatusCode::NOT_FOUND, "User not found")
}

fn account_id(id: Option<&str>) -> Result<Uuid> {
    let id = given(id).ok_or_else(|| contract(StatusCode::BAD_REQUEST, "User ID is required"))?;
    id.parse().map_err(|_| unknown())
}

fn refused(refusal: Refusal, new: bool) -> Error {
    match refusal {
        Refusal::Unknown => unknown(),
        Refusal::Own => contract(StatusCode::BAD_REQUEST, "Cannot delete your own account"),
        Refusal::EmailTaken if new => contract(StatusCode::CONFLICT, "User with this email already exists"),
        Refusal::EmailTaken => contract(StatusCode::CONFLICT, "Email already in use"),
        Refusal::RoleNotYours | Refusal::RoleFixed | Refusal::EmailMissing | Refusal::HasChildren => {
            invalid(&[refusal.said()])
        }
        _ => contract(StatusCode::BAD_REQUEST, refusal.said().1),
    }
}

/// The filter and the part that the query names, or the contract's 422.
fn asked(
    role: Option<String>,
    search: Option<String>,
    limit: Option<&str>,
    offset: Option<&str>,
) -> Result<(Filter, Part)> {
    let mut wrong = Vec::new();
    let mut number = |name, text: Option<&str>, default, fine: std::ops::RangeInclusive<i64>| {
        let value = given(text).map_or(Some(default), |text| text.parse().ok()).filter(|value| fine.contains(value));
        value.unwrap_or_else(|| {
            wrong.push((name, "Nombre hors des limites"));
            default
        })
    };
    let part = Part {
        limit: number("limit", limit, 10, 1..=100),
        offset: number("offset", offset, 0, 0..=1_000_000),
        after: None,
    };
    let filter = Filter { q: search.unwrap_or_default(), role: role.unwrap_or_default(), ..Filter::default() };
    if filter.q.chars().count() > 200 {
        wrong.push(("search", "200 caractères au plus"));
    }
    if !filter.role.is_empty() && filter.role().is_none() {
        wrong.push(("role", "Rôle inconnu"));
    }
    if wrong.is_empty() { Ok((filter, part)) } else { Err(invalid(&wrong)) }
}

/// Checks the details, and the password that the contract demands of a new account.
fn check(details: &Details, password: Option<&str>) -> Result<()> {
    let mut errors = details.check();
    if password.is_some() && details.email().is_none() {
        errors.add("email", "Email invalide");
    }
    if let Some(password) = password {
        let fine = password.chars().count() >= 8
            && password.chars().any(char::is_alphabetic)
            && password.chars().any(|sign| sign.is_ascii_digit());
        if !fine {
            errors.add("password", "8 caractères au moins, avec une lettre et un chiffre");
        }
    }
    if details.role.is_none() {
        errors.add("role", "Rôle inconnu");
    }
    let list: Vec<(&str, &str)> = errors.fields().collect();
    if list.is_empty() { Ok(()) } else { Err(invalid(&list)) }
}
