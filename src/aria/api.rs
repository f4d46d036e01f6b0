//! The JSON contract of the tutor (specs §2.4 and §2.5, seed 002).

use poem::{IntoResponse, Request, Response, http::StatusCode, http::header, web::Data};
use poem_openapi::{
    ApiResponse, Object, OpenApi,
    param::Query,
    payload::{Json, Payload as _},
    registry::{MetaMediaType, MetaResponse, MetaResponses, Registry},
};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    answers,
    asking::{self, Place, Taken},
    context,
    model::{LONGEST_QUESTION, Turn},
    store, streams,
    watching::Watcher,
};
use crate::{
    accounts::rights,
    assessments::model::Grade,
    ctx::Ctx,
    error::{Error, Result},
    learning::badges::Badge,
    subjects::SchoolSubject,
    web::{JsonBody, Person, Role, TriedJson, Visitor},
};

/// Most characters of `content` (contract).
const LONGEST_CONTENT: usize = 1_000;
/// Conversations in one answer.
const MOST: i64 = 10;
/// Questions of each, with their answers.
const MOST_TURNS: i64 = 20;

/// A question. `message` asks for the short JSON answer, `content` for the one with conversation and badges.
#[derive(Debug, Default, Deserialize, Object)]
#[serde(rename_all = "camelCase", default)]
#[oai(rename_all = "camelCase")]
pub struct Chat {
    /// The question, 1 to 4000 characters.
    message: Option<String>,
    /// The question, 1 to 1000 characters (the older shape, which needs `subject`).
    content: Option<String>,
    /// One of the ten subjects; mathematics when absent beside `message`.
    subject: Option<String>,
    /// Whether to answer as server-sent events.
    stream: Option<bool>,
    /// The conversation to go on with; a new one when absent.
    conversation_id: Option<String>,
    /// Whom a parent or coach asks about, in a new conversation.
    student_id: Option<String>,
}

/// A judgement of an answer.
#[derive(Debug, Deserialize, Object)]
#[serde(rename_all = "camelCase")]
#[oai(rename_all = "camelCase")]
pub struct Feedback {
    /// The answer.
    message_id: String,
    /// Whether it was useful; null takes the judgement back.
    feedback: Option<bool>,
    /// Why it was not.
    reason: Option<String>,
}

/// JSON or a stream of events, as was asked.
pub struct Reply(Response);

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        self.0
    }
}

impl ApiResponse for Reply {
    fn meta() -> MetaResponses {
        let media = |content_type| MetaMediaType { content_type, schema: Json::<Value>::schema_ref() };
        MetaResponses {
            responses: vec![MetaResponse {
                description: "The answer as JSON, or as named events: start, token {text}, metadata, done; error",
                status: Some(200),
                status_range: None,
                content: vec![media("application/json"), media("text/event-stream")],
                headers: vec![],
            }],
        }
    }

    fn register(_: &mut Registry) {}
}

/// What was understood of a question.
struct Wanted {
    place: Place,
    text: String,
    /// The older shape.
    whole: bool,
}

fn invalid() -> Error {
    let sentence = "Requête invalide";
    Error::bad_request(sentence).with_json(json!({ "error": sentence }))
}

fn wanted(body: Chat) -> Result<Wanted> {
    let whole = body.content.is_some();
    let most = if whole { LONGEST_CONTENT } else { LONGEST_QUESTION };
    let text = body.content.or(body.message).map(|text| text.trim().to_owned()).ok_or_else(invalid)?;
    if text.is_empty() || text.chars().count() > most {
        return Err(invalid());
    }
    let subject = match body.subject.as_deref() {
        Some(key) => Some(SchoolSubject::parse(key).ok_or_else(invalid)?),
        None => None,
    };
    let id = |text: Option<String>| text.map(|text| text.parse::<Uuid>().map_err(|_| Error::not_found())).transpose();
    let place = match (id(body.conversation_id)?, subject) {
        (Some(conversation), _) => Place::In(conversation),
        (None, None) if whole => return Err(invalid()),
        (None, subject) => {
            let student = id(body.student_id)?;
            Place::New { subject: subject.unwrap_or(SchoolSubject::Mathematiques), student }
        }
    };
    Ok(Wanted { place, text, whole })
}

fn signed_in(visitor: &Visitor) -> Result<&Person> {
    let sentence = "Non authentifié";
    let refused = || Error::new(StatusCode::UNAUTHORIZED, sentence).with_json(json!({ "error": sentence }));
    visitor.person.as_ref().ok_or_else(refused)
}

/// Badges, as the contract tells them.
pub(super) fn badges(new: &[&Badge]) -> Value {
    let new =
        new.iter().map(|badge| json!({ "name": badge.name, "description": badge.description, "icon": badge.key }));
    new.collect()
}

/// A question and its answer, as two messages.
fn messages(turn: &Turn) -> [Value; 2] {
    [
        json!({ "id": turn.question, "role": "user", "content": turn.content, "createdAt": turn.asked_at.to_rfc3339() }),
        json!({ "id": turn.answer.id, "role": "assistant", "content": turn.answer.text,
                "createdAt": turn.answer.created_at.to_rfc3339() }),
    ]
}

/// See the module.
pub struct AriaApi;

#[OpenApi(prefix_path = "/api")]
impl AriaApi {
    /// Asks the tutor. Every signed-in role may; each has its own persona.
    #[oai(path = "/aria/chat", method = "post")]
    async fn chat(
        &self,
        req: &Request,
        ctx: Data<&Ctx>,
        visitor: Data<&Visitor>,
        /// Whether to answer as server-sent events.
        stream: Query<Option<bool>>,
        body: TriedJson<Chat>,
    ) -> Result<Reply> {
        let person = signed_in(&visitor)?;
        // What cannot be read is said in the contract's words, too.
        let body = body.0.map_err(|error| if error.status == StatusCode::BAD_REQUEST { invalid() } else { error })?;
        let accepts = req.header(header::ACCEPT).unwrap_or_default().contains("text/event-stream");
        let stream = stream.0 == Some(true) || body.stream == Some(true) || accepts;
        let key = req.header("idempotency-key").filter(|key| (1..=64).contains(&key.len()));
        let wanted = wanted(body)?;
        // Before the question is taken: one that nobody could hear the answer of would be counted.
        let seat = ctx.aria_seats.take(person.id).map_err(Error::with_reset)?;
        let taken = asking::ask(&ctx, person, wanted.place, key, &wanted.text, !stream).await?;
        // Who comes back with the same key goes on after what was heard.
        let heard = streams::seen(req.header("last-event-id"), taken.answer).filter(|_| stream);
        let watcher = Watcher::new(&ctx, seat, taken.answer, heard.or(Some(0)));
        if stream {
            let conversation = conversation(&ctx, person, &taken).await?;
            return Ok(Reply(streams::for_program(watcher, person, taken, conversation, heard.is_some())));
        }
        answered(&ctx, person, &taken, watcher, wanted.whole).await
    }

    /// The signed-in person's ten newest conversations, newest first, with their last messages.
    #[oai(path = "/aria/conversations", method = "get")]
    async fn conversations(
        &self,
        ctx: Data<&Ctx>,
        visitor: Data<&Visitor>,
        /// Only of one of the ten subjects.
        subject: Query<Option<String>>,
    ) -> Result<Json<Value>> {
        let person = signed_in(&visitor)?;
        let subject = subject.0.filter(|key| !key.is_empty());
        let subject = subject.map(|key| SchoolSubject::parse(&key).ok_or_else(invalid)).transpose()?;
        let found = store::list_conversations(&ctx.pool, person.id, subject, "", None, MOST).await?;
        let ids: Vec<Uuid> = found.iter().map(|one| one.id).collect();
        let turns = store::list_turns_of(&ctx.pool, &ids, MOST_TURNS).await?;
        let conversations = found.iter().map(|one| {
            let of = turns.iter().filter(|(conversation, _)| *conversation == one.id);
            json!({ "id": one.id, "subject": one.subject.key(), "title": one.title, "studentId": one.student_id,
                    "updatedAt": one.updated_at.to_rfc3339(),
                    "messages": of.flat_map(|(_, turn)| messages(turn)).collect::<Vec<_>>() })
        });
        Ok(Json(json!({ "success": true, "conversations": conversations.collect::<Vec<_>>() })))
    }

    /// Judges an answer.
    #[oai(path = "/aria/feedback", method = "post")]
    async fn feedback(
        &self,
        ctx: Data<&Ctx>,
        visitor: Data<&Visitor>,
        body: JsonBody<Feedback>,
    ) -> Result<Json<Value>> {
        let person = signed_in(&visitor)?;
        let answer = body.0.message_id.parse().map_err(|_| Error::not_found())?;
        let value = body.0.feedback.map_or(0, |useful| if useful { 1 } else { -1 });
        let new = answers::keep(&ctx, person, answer, value, body.0.reason.as_deref().unwrap_or_default()).await?;
        Ok(Json(json!({ "success": true, "newBadges": badges(&new) })))
    }

    /// Whether the tutor answers, and how: with a model or with passages alone.
    #[oai(path = "/aria/health", method = "get")]
    async fn health(&self, ctx: Data<&Ctx>) -> Json<Value> {
        let mode = if ctx.llm.available() { "model" } else { "extract" };
        Json(json!({ "ok": true, "status": "ok", "mode": mode }))
    }

    /// What the tutor would be told for a question of this student (staff).
    #[oai(path = "/context/build", method = "get")]
    async fn context(
        &self,
        ctx: Data<&Ctx>,
        visitor: Data<&Visitor>,
        /// The student.
        #[oai(name = "studentId")]
        student_id: Query<Option<String>>,
        /// The question.
        query: Query<Option<String>>,
        /// One of the ten subjects.
        subject: Query<Option<String>>,
        /// As if they were in this class; theirs when absent.
        level: Query<Option<String>>,
    ) -> Result<Json<Value>> {
        rights::guard(&visitor, &[Role::Admin, Role::Assistante])?;
        let missing = || {
            let sentence = "studentId requis";
            Error::bad_request(sentence).with_json(json!({ "error": sentence }))
        };
        let student = student_id.0.as_deref().filter(|id| !id.is_empty()).ok_or_else(missing)?;
        let student: Uuid = student.parse().map_err(|_| Error::not_found())?;
        let subject = subject.0.as_deref().and_then(SchoolSubject::parse).unwrap_or(SchoolSubject::Mathematiques);
        let question: String = query.0.unwrap_or_default().chars().take(LONGEST_QUESTION).collect();
        let level = level.0.filter(|level| !level.is_empty());
        let level = level.map(|level| Grade::parse(&level).ok_or_else(invalid)).transpose()?;
        let built = context::preview(&ctx, student, subject, level, &question).await?;
        Ok(Json(
            json!({ "messages": built.context.messages, "passages": built.context.passages, "tokens": built.tokens }),
        ))
    }
}

/// The conversation, as programs are told of it.
async fn conversation(ctx: &Ctx, person: &Person, taken: &Taken) -> Result<Value> {
    let found =
        store::find_conversation(&ctx.pool, person.id, taken.conversation).await?.ok_or_else(Error::not_found)?;
    Ok(json!({ "id": found.id, "subject": found.subject.key(), "title": found.title }))
}

async fn answered(ctx: &Ctx, person: &Person, taken: &Taken, watcher: Watcher, whole: bool) -> Result<Reply> {
    let turn = watcher.end().await?;
    let body = if whole {
        json!({
            "success": true,
            "conversation": conversation(ctx, person, taken).await?,
            "message": { "id": turn.answer.id, "content": turn.answer.text, "createdAt": turn.answer.created_at.to_rfc3339() },
            "newBadges": badges(&taken.badges),
        })
    } else {
        let mut body = json!({ "response": turn.answer.text, "conversationId": taken.conversation, "messageId": turn.answer.id,
                               "mode": turn.answer.mode.key() });
        if let Some(first) = turn.answer.citations.first() {
            body["documentUrl"] = json!(first.url);
        }
        body
    };
    Ok(Reply(Json(body).into_response()))
}
