//! Server-side sessions: tower-sessions' types on our table. One query loads session and person; the cookie holds a
//! random id of 128 bits and the table only its SHA-256.
//!
//! Always true: a session is stored only once something is put in it; it ends after 14 idle days or 60 days in all;
//! signing in changes its id ([`sign_in`]).

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use poem::{Endpoint, IntoResponse, Middleware, Request, Response, http::HeaderValue, http::header};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use sqlx::PgPool;
use tower_sessions::{
    Expiry, Session, SessionStore,
    session::{Id, Record},
    session_store,
};
use uuid::Uuid;

use super::{
    address, render,
    visitor::{GRANTS, Person, Unread, Visitor},
};
use crate::{
    ctx::Ctx,
    error::{Error, Result},
};

/// Rolling life of a session.
const IDLE: time::Duration = time::Duration::days(14);
/// Life of a session in all.
const LONGEST: TimeDelta = TimeDelta::days(60);
/// A session is marked as seen at most this often.
const TOUCH: Duration = Duration::from_secs(300);
/// Key of the session data that holds the signed-in person.
const USER: &str = "user_id";

/// The rows of `sessions`, seen from one request: `load` answers what the middleware has read already.
#[derive(Debug)]
struct PgSessionStore {
    pool: PgPool,
    loaded: Mutex<Option<Record>>,
    user_agent: String,
    address: String,
}

/// Key in `sessions` of the session whose cookie holds this id.
pub(crate) fn key(id: &Id) -> Vec<u8> {
    Sha256::digest(id.0.to_le_bytes()).to_vec()
}

fn backend(error: impl std::fmt::Display) -> session_store::Error {
    session_store::Error::Backend(error.to_string())
}

fn to_chrono(at: time::OffsetDateTime) -> DateTime<Utc> {
    DateTime::from_timestamp(at.unix_timestamp(), 0).unwrap_or_else(Utc::now)
}

/// The user id moves between the data (tower-sessions' view) and its own column (ours: decision 23).
fn split(record: &Record) -> (Option<Uuid>, Value) {
    let mut data = record.data.clone();
    let user = data.remove(USER).and_then(|value| serde_json::from_value(value).ok());
    (user, Value::Object(data.into_iter().collect()))
}

#[async_trait]
impl SessionStore for PgSessionStore {
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        let (user, data) = split(record);
        loop {
            let inserted = sqlx::query!(
                "insert into sessions (key, user_id, data, user_agent, address, expires_at)
                 values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
                key(&record.id),
                user,
                data,
                self.user_agent,
                self.address,
                to_chrono(record.expiry_date)
            )
            .execute(&self.pool)
            .await
            .map_err(backend)?;
            if inserted.rows_affected() == 1 {
                return Ok(());
            }
            record.id = Id::default();
        }
    }

    async fn save(&self, record: &Record) -> session_store::Result<()> {
        let (user, data) = split(record);
        sqlx::query!(
            "update sessions set user_id = $2, data = $3, expires_at = $4, last_seen_at = now() where key = $1",
            key(&record.id),
            user,
            data,
            to_chrono(record.expiry_date)
        )
        .execute(&self.pool)
        .await
        .map_err(backend)?;
        Ok(())
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let loaded = self.loaded.lock().map_err(|_| backend("poisoned"))?;
        Ok(loaded.clone().filter(|record| record.id == *id))
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        sqlx::query!("delete from sessions where key = $1", key(id)).execute(&self.pool).await.map_err(backend)?;
        Ok(())
    }
}

/// Puts the person into the session under a new id, so that an id known before signing in opens nothing. What the
/// browser began stays, unless somebody else was signed in: then it was theirs.
pub async fn sign_in(visitor: &Visitor, person: Uuid) -> Result<()> {
    if visitor.person.as_ref().is_some_and(|before| before.id != person) {
        visitor.session.clear().await;
    }
    visitor.session.cycle_id().await.map_err(Error::unavailable)?;
    visitor.session.insert(USER, person).await.map_err(Error::unavailable)
}

/// Ends the session at once.
pub async fn sign_out(visitor: &Visitor) -> Result<()> {
    visitor.session.flush().await.map_err(Error::unavailable)
}

/// Deletes what has expired; run by a scheduled job.
pub async fn delete_expired(pool: &PgPool) -> Result<u64> {
    let gone = sqlx::query!("delete from sessions where expires_at < now() or created_at < now() - interval '60 days'")
        .execute(pool)
        .await?;
    Ok(gone.rows_affected())
}

/// Loads session and person before a request, stores the session after it.
pub struct Sessions(pub Ctx);

impl<E: Endpoint> Middleware<E> for Sessions {
    type Output = SessionsEndpoint<E>;

    fn transform(&self, inner: E) -> Self::Output {
        SessionsEndpoint { inner, ctx: self.0.clone() }
    }
}

/// See [`Sessions`].
pub struct SessionsEndpoint<E> {
    inner: E,
    ctx: Ctx,
}

impl<E: Endpoint> Endpoint for SessionsEndpoint<E> {
    type Output = Response;

    async fn call(&self, mut req: Request) -> poem::Result<Response> {
        let wants = render::Wants::of(&req);
        let name = cookie_name(&self.ctx);
        let id = super::address::cookie(&req, name).and_then(|value| value.parse::<Id>().ok());
        let (visitor, renewed) = match load(&self.ctx, &req, id).await {
            Ok(loaded) => loaded,
            Err(error) => return Ok(render::error_response(&wants, None, error.into())),
        };
        req.set_data(visitor.clone());
        let mut response = self.inner.call(req).await?.into_response();
        match store(&visitor.session).await {
            // The browser's copy lives as long as ours.
            Ok(Outcome::Unchanged) => {
                if let Some(id) = id.filter(|_| renewed) {
                    set_cookie(&mut response, &self.ctx, name, &id.to_string(), IDLE.whole_seconds());
                }
            }
            Ok(Outcome::Stored(id)) => {
                set_cookie(&mut response, &self.ctx, name, &id.to_string(), IDLE.whole_seconds())
            }
            Ok(Outcome::Ended) => set_cookie(&mut response, &self.ctx, name, "", 0),
            Err(error) => return Ok(render::error_response(&wants, visitor.person.as_ref(), error.into())),
        }
        Ok(response)
    }
}

enum Outcome {
    Unchanged,
    Stored(Id),
    Ended,
}

async fn store(session: &Session) -> Result<Outcome> {
    if !session.is_modified() {
        return Ok(Outcome::Unchanged);
    }
    if session.is_empty().await {
        session.delete().await.map_err(Error::unavailable)?;
        return Ok(Outcome::Ended);
    }
    session.save().await.map_err(Error::unavailable)?;
    Ok(session.id().map_or(Outcome::Ended, Outcome::Stored))
}

/// The visitor, and whether the session was renewed just now.
async fn load(ctx: &Ctx, req: &Request, id: Option<Id>) -> Result<(Visitor, bool)> {
    let address = address::client(req, &ctx.config.trusted_proxies);
    let user_agent: String = req.header(header::USER_AGENT).unwrap_or_default().chars().take(300).collect();
    let Found { record, person, second_factor, expires_at, renewed } = match id {
        Some(id) => find(ctx, id).await?,
        None => Found::default(),
    };
    let grants = record
        .as_ref()
        .and_then(|record| record.data.get(GRANTS))
        .and_then(|value| serde_json::from_value(value.clone()).ok())
        .unwrap_or_default();
    let staff = person.as_ref().is_some_and(|person| person.role.is_staff());
    let must_enrol = staff && ctx.config.staff_two_factor && !second_factor;
    let id = record.as_ref().map(|record| record.id);
    let store = PgSessionStore {
        pool: ctx.pool.clone(),
        loaded: Mutex::new(record),
        user_agent: user_agent.clone(),
        address: address.to_string(),
    };
    let session = Session::new(id, Arc::new(store), Some(Expiry::OnInactivity(IDLE)));
    Ok((Visitor { session, person, must_enrol, expires_at, grants, address, user_agent }, renewed))
}

/// What a cookie leads to.
#[derive(Default)]
struct Found {
    record: Option<Record>,
    person: Option<Person>,
    second_factor: bool,
    expires_at: Option<DateTime<Utc>>,
    renewed: bool,
}

/// Session and person in one query; a deactivated account's session is as good as none.
async fn find(ctx: &Ctx, id: Id) -> Result<Found> {
    let row = sqlx::query!(
        r#"select s.data, s.expires_at, s.last_seen_at, s.created_at, s.user_id, u.role as "role?", u.first_name as "first_name?",
                  u.last_name as "last_name?", u.email, u.easy_reading as "easy_reading?",
                  exists(select from two_factor t where t.user_id = u.id and t.confirmed_at is not null) as "second_factor!",
                  w.messages as "unread_messages!", w.notices as "unread_notices!"
           from sessions s left join users u on u.id = s.user_id cross join lateral unread_of(s.user_id) w
           where s.key = $1 and s.expires_at > now() and s.created_at > now() - interval '60 days'
             and u.deactivated_at is null"#,
        key(&id)
    )
    .fetch_optional(&ctx.pool)
    .await?;
    let Some(row) = row else { return Ok(Found::default()) };
    let mut data = match row.data {
        Value::Object(map) => map.into_iter().collect(),
        _ => std::collections::HashMap::new(),
    };
    let renewed = (Utc::now() - row.last_seen_at).to_std().is_ok_and(|idle| idle > TOUCH);
    if renewed {
        ctx.seen.note(&ctx.pool, key(&id));
    }
    let person = match (row.user_id, row.role, row.first_name, row.last_name) {
        (Some(user), Some(role), Some(first_name), Some(last_name)) => {
            data.insert(USER.to_owned(), Value::String(user.to_string()));
            let easy_reading = row.easy_reading.unwrap_or_default();
            let unread = Unread { messages: row.unread_messages, notices: row.unread_notices };
            let role = role.parse()?;
            Some(Person { id: user, role, first_name, last_name, email: row.email, easy_reading, unread })
        }
        _ => None,
    };
    let expiry_date = time::OffsetDateTime::from_unix_timestamp(row.expires_at.timestamp()).map_err(Error::internal)?;
    let expires_at = Some(row.expires_at.min(row.created_at + LONGEST));
    let record = Some(Record { id, data, expiry_date });
    Ok(Found { record, person, second_factor: row.second_factor, expires_at, renewed })
}

/// `__Host-` in production: no other site of the domain can set it.
pub fn cookie_name(ctx: &Ctx) -> &'static str {
    if ctx.config.production() { "__Host-nexus" } else { "nexus" }
}

fn set_cookie(response: &mut Response, ctx: &Ctx, name: &str, value: &str, seconds: i64) {
    let secure = if ctx.config.production() { "; Secure" } else { "" };
    let cookie = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}
