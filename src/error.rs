//! One error for the whole house. A handler fails with it; [`crate::web::render`] shows it as an HTML page, an htmx
//! toast or JSON. The person sees a sentence and an error id; the source goes to the log only.

use std::{borrow::Cow, fmt, time::Duration};

use chrono::Utc;
use poem::http::StatusCode;
use poem_openapi::{
    ApiResponse, Object,
    payload::Payload as _,
    registry::{MetaMediaType, MetaResponse, MetaResponses, Registry},
    types::Type as _,
};
use serde_json::{Value, json};

/// Short for a result that fails with [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, as the person is told, and why, for the log.
#[derive(Debug)]
pub struct Error {
    /// HTTP status of the answer.
    pub status: StatusCode,
    /// What happened and what to do, in French.
    pub sentence: Cow<'static, str>,
    /// Seconds after which trying again makes sense (`Retry-After`).
    pub retry_after: Option<u64>,
    /// The exact JSON body that the contract demands, where it differs from `{error, message}`.
    pub json: Option<Value>,
    /// The cause; never shown.
    pub source: Option<anyhow::Error>,
}

impl Error {
    /// An error with this status and sentence.
    pub fn new(status: StatusCode, sentence: impl Into<Cow<'static, str>>) -> Self {
        Self { status, sentence: sentence.into(), retry_after: None, json: None, source: None }
    }

    /// 400.
    pub fn bad_request(sentence: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, sentence)
    }

    /// 401: the person must sign in; a page becomes a redirect to the sign-in form.
    pub fn sign_in() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "Connectez-vous pour continuer.")
    }

    /// 403.
    pub fn forbidden(sentence: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::FORBIDDEN, sentence)
    }

    /// 404: the record does not exist, or is not for this person: the same answer.
    pub fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "Cette page n’existe pas, ou n’est pas accessible avec ce compte. Vérifiez l’adresse, ou connectez-vous avec le compte concerné.",
        )
    }

    /// 409.
    pub fn conflict(sentence: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::CONFLICT, sentence)
    }

    /// 413.
    pub fn too_large() -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "L’envoi est trop volumineux. Réduisez-le, puis recommencez.")
    }

    /// 429, with the seconds to wait.
    pub fn too_many(seconds: u64) -> Self {
        let wait = if seconds <= 90 {
            format!("{} secondes", seconds.max(1))
        } else {
            format!("{} minutes", seconds.div_ceil(60))
        };
        let sentence = format!("Trop d’essais en peu de temps. Rien n’est perdu : réessayez dans {wait}.");
        Self { retry_after: Some(seconds.max(1)), ..Self::new(StatusCode::TOO_MANY_REQUESTS, sentence) }
    }

    /// A 429 in the form of the tutor's contract: `{error: "rate_limited", message, resetAt}`.
    pub fn with_reset(self) -> Self {
        let reset = Utc::now() + Duration::from_secs(self.retry_after.unwrap_or(1));
        let body = json!({ "error": "rate_limited", "message": self.sentence, "resetAt": reset.to_rfc3339() });
        self.with_json(body)
    }

    /// 503: something that we need is away for a moment.
    pub fn unavailable(source: impl Into<anyhow::Error>) -> Self {
        Self {
            retry_after: Some(5),
            source: Some(source.into()),
            ..Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "Le service est indisponible un court instant. Tout ce qui a été enregistré est conservé : réessayez dans quelques secondes.",
            )
        }
    }

    /// 500.
    pub fn internal(source: impl Into<anyhow::Error>) -> Self {
        Self {
            source: Some(source.into()),
            ..Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "Une erreur est survenue de notre côté. Ce qui était enregistré est conservé : réessayez, et si cela continue, écrivez-nous en citant la référence ci-dessous.",
            )
        }
    }

    /// The same error with the JSON body that the contract demands.
    #[must_use]
    pub fn with_json(mut self, body: Value) -> Self {
        self.json = Some(body);
        self
    }

    /// The contract's JSON body for a fault of ours, on routes that have one of their own; other errors stay as they are.
    #[must_use]
    pub fn or_fault(self, body: Value) -> Self {
        if self.status == StatusCode::INTERNAL_SERVER_ERROR && self.json.is_none() {
            self.with_json(body)
        } else {
            self
        }
    }

    /// The code of the JSON error body.
    pub fn code(&self) -> &'static str {
        match self.status.as_u16() {
            400 => "BAD_REQUEST",
            401 => "UNAUTHORIZED",
            403 => "FORBIDDEN",
            404 => "NOT_FOUND",
            405 => "METHOD_NOT_ALLOWED",
            409 => "CONFLICT",
            413 => "PAYLOAD_TOO_LARGE",
            415 => "UNSUPPORTED_MEDIA_TYPE",
            422 => "VALIDATION_ERROR",
            429 => "RATE_LIMIT_EXCEEDED",
            503 => "SERVICE_UNAVAILABLE",
            _ => "INTERNAL_ERROR",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.source {
            Some(source) => write!(f, "{}: {source:#}", self.code()),
            None => write!(f, "{}: {}", self.code(), self.sentence),
        }
    }
}

impl std::error::Error for Error {}

impl From<anyhow::Error> for Error {
    fn from(source: anyhow::Error) -> Self {
        match source.downcast::<sqlx::Error>() {
            Ok(database) => database.into(),
            Err(source) => Self::internal(source),
        }
    }
}

impl From<sqlx::Error> for Error {
    fn from(source: sqlx::Error) -> Self {
        if matches!(source, sqlx::Error::RowNotFound) {
            Self::not_found()
        } else if is_away(&source) {
            Self::unavailable(source)
        } else {
            Self::internal(source)
        }
    }
}

/// Whether the database itself was away (restarting, refusing, full), as opposed to refusing what we asked.
pub fn is_away(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) | sqlx::Error::WorkerCrashed => true,
        // 57P0x: shutdown, crash, starting; 08: connection; 53: out of connections or disk.
        sqlx::Error::Database(db) => {
            db.code().is_some_and(|code| ["57P", "08", "53"].iter().any(|class| code.starts_with(class)))
        }
        _ => false,
    }
}

/// Turns a broken constraint into the sentence for the form.
pub trait OnConstraint<T> {
    /// If the database refused because of the named constraint, answers what `with` makes of it.
    fn on_constraint(self, name: &str, with: impl FnOnce() -> Error) -> Result<T>;
}

impl<T> OnConstraint<T> for std::result::Result<T, sqlx::Error> {
    fn on_constraint(self, name: &str, with: impl FnOnce() -> Error) -> Result<T> {
        self.map_err(|error| match error.as_database_error().and_then(|db| db.constraint()) {
            Some(broken) if broken == name => with(),
            _ => error.into(),
        })
    }
}

impl poem::error::ResponseError for Error {
    fn status(&self) -> StatusCode {
        self.status
    }
}

/// The JSON error body where the contract says nothing else (decision 15).
#[derive(Object)]
#[oai(rename = "Error")]
pub struct ErrorBody {
    /// A code or, on contract routes, the contract's sentence.
    pub error: String,
    /// What happened and what to do, in French.
    #[oai(skip_serializing_if_is_none)]
    pub message: Option<String>,
    /// Fields at fault, seconds to wait…
    #[oai(skip_serializing_if_is_none)]
    pub details: Option<Value>,
}

impl ApiResponse for Error {
    fn meta() -> MetaResponses {
        let response = |status, description| MetaResponse {
            description,
            status: Some(status),
            status_range: None,
            content: vec![MetaMediaType {
                content_type: poem_openapi::payload::Json::<ErrorBody>::CONTENT_TYPE,
                schema: ErrorBody::schema_ref(),
            }],
            headers: vec![],
        };
        MetaResponses {
            responses: vec![
                response(400, "The request is not understood, or a field is not valid"),
                response(401, "Signing in is needed"),
                response(403, "Not for this role"),
                response(404, "Unknown, or not for this person"),
                response(409, "Not now: something else is under way, or was done already"),
                response(413, "The body is too large"),
                response(422, "A field is not valid"),
                response(429, "Too many requests; see Retry-After"),
                response(500, "Our fault"),
                response(503, "Away for a moment; see Retry-After"),
            ],
        }
    }

    fn register(registry: &mut Registry) {
        ErrorBody::register(registry);
    }
}
