//! The JSON contract of the tutor (specs §2.4 and §2.5, seed 002).

use poem::{IntoResponse, Request, Response, http::StatusCode, http::header, web::Data};
use poem_openapi::{
    ApiResponse, Object, OpenApi,
    param::{Header, Query},
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
    model::{LONGEST_QUESTION, State, Turn},
    store, streams, views,
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
/// Most characters of `Idempotency-Key`.
const LONGEST_KEY: usize = 64;
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
        let response = |status, description, content| MetaResponse {
            description,
            status: Some(status),
            status_range: None,
            content,
            headers: vec![],
        };
        let whole = "The answer as JSON, or as named events: start, token {text}, reset {text}, metadata, done; error";
        let broken = "The answer broke off: what there is of it, and `error`; the question is not counted";
        MetaResponses {
            responses: vec![
                response(200, whole, vec![media("application/json"), media("text/event-stream")]),
                response(502, broken, vec![media("application/json")]),
            ],
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
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    let id = |text| given(text).map(|text| text.parse::<Uuid>().map_err(|_| Error::not_found())).transpose();
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
                "createdAt": turn.answer.created_at.to_rfc3339(), "state": turn.answer.state.key(),
                "citations": turn.answer.citations }),
    ]
}

/// See the module.
pub struct AriaApi;

#[OpenApi(prefix_path = "/api")]
impl AriaApi {
    /// Asks the tutor. Every signed-in role may; each has its own persona.
    #[oai(path = "/aria/chat", method = "post")]
    #[allow(clippy::too_many_arguments, reason = "each is a parameter of the contract")]
    async fn chat(
        &self,
        req: &Request,
        ctx: Data<&Ctx>,
        visitor: Data<&Visitor>,
        /// `true` (or `1`): answer as server-sent events.
        stream: Query<Option<String>>,
        /// 1 to 64 characters. The same key with the same question is asked once.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        /// Of a stream with the same key that broke off: only what follows is told.
        #[oai(name = "Last-Event-ID")]
        last_event_id: Header<Option<String>>,
        body: TriedJson<Chat>,
    ) -> Result<Reply> {
        let person = signed_in(&visitor)?;
        // What cannot be read is said in the contract's words, too.
        let body = body.0.map_err(|error| if error.status == StatusCode::BAD_REQUEST { invalid() } else { error })?;
        let accepts = req.header(header::ACCEPT).unwrap_or_default().contains("text/event-stream");
        let stream = matches!(stream.0.as_deref(), Some("true" | "1")) || body.stream == Some(true) || accepts;
        let key = key.0.as_deref();
        if key.is_some_and(|key| !(1..=LONGEST_KEY).contains(&key.len())) {
            return Err(invalid());
        }
        let wanted = wanted(body)?;
        // Before the question is taken: one that nobody could hear the answer of would be counted.
        let seat = ctx.aria_seats.take(person.id).map_err(Error::with_reset)?;
        let taken = asking::ask(&ctx, person, wanted.place, key, &wanted.text, !stream).await?;
        // Who comes back with the same key goes on after what was heard.
        let heard = streams::seen(last_event_id.0.as_deref(), taken.answer).filter(|_| stream);
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
        let subject = subject.0.filter(|key| !key.is_empty());
        let subject = subject.map(|key| SchoolSubject::parse(&key).ok_or_else(invalid)).transpose()?;
        let subject = subject.unwrap_or(SchoolSubject::Mathematiques);
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

/// The whole answer; one that broke off is told as a failure, with what there is of it.
async fn answered(ctx: &Ctx, person: &Person, taken: &Taken, watcher: Watcher, whole: bool) -> Result<Reply> {
    let turn = watcher.end().await?;
    let answer = &turn.answer;
    let failed = answer.state == State::Failed;
    let mut body = if whole {
        json!({
            "success": !failed,
            "conversation": conversation(ctx, person, taken).await?,
            "message": { "id": answer.id, "content": answer.text, "createdAt": answer.created_at.to_rfc3339() },
            "newBadges": badges(&taken.badges),
        })
    } else {
        json!({ "response": answer.text, "conversationId": taken.conversation, "messageId": answer.id })
    };
    body["mode"] = json!(answer.mode.key());
    body["state"] = json!(answer.state.key());
    body["citations"] = json!(answer.citations);
    if let Some(first) = answer.citations.first().filter(|_| !whole) {
        body["documentUrl"] = json!(first.url);
    }
    if failed {
        body["error"] = json!(views::broke_off(person));
    }
    let mut response = Json(body).into_response();
    if failed {
        response.set_status(StatusCode::BAD_GATEWAY);
    }
    Ok(Reply(response))
}
