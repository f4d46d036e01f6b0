//! The JSON contract of messages (specs §2.3).

use poem::{http::StatusCode, web::Data};
use poem_openapi::{Object, OpenApi, payload::Json};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    LONGEST, Outcome, send,
    store::{self, Line},
    tidy,
};
use crate::{
    ctx::Ctx,
    error::{Error, Result},
    web::{Checks, JsonBody, Role, Visitor},
};

/// Conversations in one answer.
const MOST: i64 = 100;

/// A message to send. `fileUrl` and `fileName` of the record are ignored: messages carry text alone.
#[derive(Debug, Deserialize, Object)]
#[serde(rename_all = "camelCase")]
#[oai(rename_all = "camelCase")]
pub struct MessageToSend {
    /// Whom to.
    receiver_id: String,
    /// 1 to 1000 characters.
    content: String,
    /// Ignored.
    #[allow(dead_code, reason = "part of the contract")]
    file_url: Option<String>,
    /// Ignored.
    #[allow(dead_code, reason = "part of the contract")]
    file_name: Option<String>,
}

/// See the module.
pub struct MessagesApi;

#[OpenApi(prefix_path = "/api/messages")]
impl MessagesApi {
    /// The signed-in person's conversations, newest first (at most 100).
    #[oai(path = "/conversations", method = "get")]
    async fn conversations(&self, ctx: Data<&Ctx>, visitor: Data<&Visitor>) -> Result<Json<Value>> {
        let person = visitor.signed_in()?;
        let lines = store::list(&ctx.pool, person.id, None, MOST).await?;
        let lines: Vec<Value> = lines.iter().map(|line| line_json(line, person.role)).collect();
        Ok(Json(json!({ "success": true, "conversations": lines })))
    }

    /// Sends a message. Without a form there is no form key: each call is a message.
    #[oai(path = "/send", method = "post")]
    async fn send(
        &self,
        ctx: Data<&Ctx>,
        visitor: Data<&Visitor>,
        body: JsonBody<MessageToSend>,
    ) -> Result<Json<Value>> {
        let person = visitor.signed_in()?;
        let content = tidy(&body.0.content);
        let mut checks = Checks::default();
        checks.text("content", &content, 1, LONGEST, "Le message est vide");
        let errors = checks.finish();
        if !errors.is_empty() {
            return Err(errors.refused());
        }
        let unknown = || refused(StatusCode::NOT_FOUND, "Destinataire non trouvé");
        let receiver: Uuid = body.0.receiver_id.parse().map_err(|_| unknown())?;
        match send(&ctx, person, receiver, &Uuid::new_v4().to_string(), &content).await? {
            Outcome::Sent { id, at } => Ok(Json(json!({
                "success": true,
                "message": {
                    "id": id.to_string(), "senderId": person.id, "receiverId": receiver, "content": content,
                    "createdAt": at.to_rfc3339(),
                },
            }))),
            Outcome::Unknown => Err(unknown()),
            Outcome::NotAllowed => Err(refused(StatusCode::FORBIDDEN, "Communication non autorisée")),
        }
    }
}

fn refused(status: StatusCode, sentence: &'static str) -> Error {
    Error::new(status, sentence).with_json(json!({ "error": sentence }))
}

fn line_json(line: &Line, viewer: Role) -> Value {
    let contact = &line.contact;
    let known_by_name = contact.pseudonym.is_none() || !matches!(viewer, Role::Eleve | Role::Parent);
    let (first, last) = if known_by_name {
        (contact.first_name.clone(), contact.last_name.as_str())
    } else {
        (contact.name(viewer), "")
    };
    json!({
        "userId": contact.id,
        "user": { "id": contact.id, "firstName": first, "lastName": last, "role": contact.role.key() },
        "lastMessage": {
            "id": line.last_id.to_string(), "content": line.body, "senderId": line.sender_id,
            "createdAt": line.sent_at.to_rfc3339(),
        },
        "unreadCount": line.unread,
    })
}
