//! The JSON contract of notifications (specs §2.3).

use poem::web::Data;
use poem_openapi::{Object, OpenApi, param::Query, payload::Json};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    pages,
    store::{self, Row},
};
use crate::{
    ctx::Ctx,
    error::{Error, Result},
    web::{FieldErrors, JsonBody, Visitor},
};

/// Most notifications in one answer.
const MOST: i64 = 100;

/// What to do with notifications.
#[derive(Debug, Deserialize, Object)]
#[serde(rename_all = "camelCase")]
#[oai(rename_all = "camelCase")]
pub struct NotificationChange {
    /// Which one; needed for `markAsRead`.
    notification_id: Option<String>,
    /// `markAsRead` or `markAllAsRead`.
    action: String,
}

/// See the module.
pub struct NotificationsApi;

#[OpenApi(prefix_path = "/api")]
impl NotificationsApi {
    /// The signed-in person's notifications, newest first, and how many are unread in all.
    #[oai(path = "/notifications", method = "get")]
    async fn list(
        &self,
        ctx: Data<&Ctx>,
        visitor: Data<&Visitor>,
        /// `true`: only those that are unread.
        unread: Query<Option<String>>,
        /// How many, 1 to 100.
        limit: Query<Option<String>>,
    ) -> Result<Json<Value>> {
        let person = visitor.signed_in()?.id;
        let limit = limit.0.and_then(|text| text.parse().ok()).unwrap_or(10).clamp(1, MOST);
        let only_unread = unread.0.as_deref() == Some("true");
        let (rows, count) = tokio::try_join!(
            store::list(&ctx.pool, person, only_unread, None, limit),
            store::count_unread(&ctx.pool, person)
        )?;
        Ok(Json(json!({ "notifications": rows.iter().map(row_json).collect::<Vec<_>>(), "unreadCount": count })))
    }

    /// Marks one of them, or all, as read.
    #[oai(path = "/notifications", method = "patch")]
    async fn change(
        &self,
        ctx: Data<&Ctx>,
        visitor: Data<&Visitor>,
        body: JsonBody<NotificationChange>,
    ) -> Result<Json<Value>> {
        let person = visitor.signed_in()?.id;
        match body.0.action.as_str() {
            "markAllAsRead" => pages::set_all_read(&ctx, person).await?,
            "markAsRead" => {
                let id =
                    body.0.notification_id.as_deref().ok_or_else(|| refused("notificationId", "Champ obligatoire"))?;
                let id: Uuid = id.parse().map_err(|_| Error::not_found())?;
                pages::set_read(&ctx, person, id).await?;
            }
            _ => return Err(refused("action", "Valeurs acceptées : markAsRead, markAllAsRead")),
        }
        Ok(Json(json!({ "success": true })))
    }
}

fn refused(field: &str, sentence: &str) -> Error {
    let mut errors = FieldErrors::default();
    errors.add(field, sentence);
    errors.refused()
}

fn row_json(row: &Row) -> Value {
    json!({
        "id": row.id, "type": row.kind, "title": row.title, "message": row.body, "link": row.link,
        "read": row.read_at.is_some(), "createdAt": row.at.to_rfc3339(),
    })
}
