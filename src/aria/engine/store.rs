//! SQL of the engine. Every change of a running answer names the server that writes it: that is the fence.
//!
//! `(select $1)` around an array: see [`crate::db`].

use serde_json::Value;
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

use super::ALIVE;
use crate::{
    aria::model::{Mode, State},
    error::Result,
};

/// A piece of a running answer.
#[derive(Debug, Clone)]
pub struct Piece {
    pub generation: Uuid,
    pub seq: i64,
    pub body: String,
}

/// What is sent to the model, each part as JSON.
#[derive(Debug, Clone)]
pub struct Sent {
    /// For which answer.
    pub generation: Uuid,
    /// [{role, content}].
    pub messages: String,
    /// The passages that may be cited.
    pub passages: String,
    /// What the masks stand for.
    pub masks: String,
    /// {part: tokens}.
    pub tokens: String,
    /// Version of the prompt.
    pub prompt_version: i32,
    /// How the passages were found.
    pub search_mode: Option<&'static str>,
}

/// What was sent before a crash.
#[derive(Debug)]
pub struct SentBefore {
    /// [{role, content}].
    pub messages: Value,
    /// The passages that may be cited.
    pub passages: Value,
    /// What the masks stand for.
    pub masks: Value,
    /// Version of the prompt.
    pub prompt_version: Option<i32>,
    /// How the passages were found.
    pub search_mode: Option<String>,
}

/// How an answer ended.
#[derive(Debug, Clone, Default)]
pub struct Ended {
    pub generation: Uuid,
    pub state: &'static str,
    pub mode: &'static str,
    pub answer: String,
    pub citations: Value,
    pub resumed: bool,
    pub problem: Option<String>,
    pub provider: Option<String>,
    pub model: Option<String>,
    pub prompt_version: Option<i32>,
    pub search_mode: Option<String>,
    pub first_piece_ms: Option<i32>,
    /// The question does not count.
    pub give_back: bool,
}

impl Ended {
    /// Whether one of these questions does not count: then places in quotas are held before the answers end.
    pub fn gives_back(ended: &[Self]) -> bool {
        ended.iter().any(|one| one.give_back)
    }

    /// How it ends when it cannot be stored as it is.
    pub fn unstorable(&self) -> Self {
        Self {
            generation: self.generation,
            state: State::Failed.key(),
            mode: Mode::Model.key(),
            citations: serde_json::json!([]),
            problem: Some("the answer could not be stored".to_owned()),
            give_back: true,
            ..Self::default()
        }
    }
}

/// Says that the server is there.
pub async fn show_life(db: impl PgExecutor<'_>, token: Uuid) -> Result<()> {
    sqlx::query!(
        "insert into aria_writers (token, alive_until) values ($1, now() + $2 * interval '1 second')
         on conflict (token) do update set alive_until = excluded.alive_until",
        token,
        ALIVE.as_secs_f64()
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The server is gone, in order: its answers can be taken up at once.
pub async fn leave(db: impl PgExecutor<'_>, token: Uuid) -> Result<()> {
    sqlx::query!("delete from aria_writers where token = $1 or alive_until < now() - interval '1 day'", token)
        .execute(db)
        .await?;
    Ok(())
}

/// Stores pieces of answers that this server still writes; again those whose storing was not heard of.
pub async fn insert_pieces(conn: &mut PgConnection, token: Uuid, pieces: &[Piece]) -> Result<()> {
    let ids: Vec<Uuid> = pieces.iter().map(|piece| piece.generation).collect();
    let numbers: Vec<i64> = pieces.iter().map(|piece| piece.seq).collect();
    let bodies: Vec<&str> = pieces.iter().map(|piece| piece.body.as_str()).collect();
    sqlx::query!(
        "insert into aria_pieces (generation_id, seq, body)
         select p.id, p.seq, p.body
         from unnest((select $1::uuid[]), (select $2::bigint[]), (select $3::text[])) p(id, seq, body)
         join aria_generations g on g.id = p.id and g.lease = $4 and g.state = 'RUNNING'
         on conflict do nothing",
        &ids,
        &numbers,
        &bodies as &[&str],
        token
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets the pieces of answers of this server that begin anew with another text.
pub async fn delete_pieces(conn: &mut PgConnection, token: Uuid, generations: &[Uuid]) -> Result<()> {
    sqlx::query!(
        "delete from aria_pieces p using aria_generations g
         where p.generation_id = any($1) and g.id = p.generation_id and g.lease = $2 and g.state = 'RUNNING'",
        generations,
        token
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Stores what was sent for answers that this server still writes.
pub async fn insert_sent(conn: &mut PgConnection, token: Uuid, sent: &[Sent]) -> Result<()> {
    let ids: Vec<Uuid> = sent.iter().map(|one| one.generation).collect();
    let column = |value: fn(&Sent) -> &str| sent.iter().map(value).collect::<Vec<&str>>();
    let versions: Vec<i32> = sent.iter().map(|one| one.prompt_version).collect();
    let modes: Vec<Option<&str>> = sent.iter().map(|one| one.search_mode).collect();
    sqlx::query!(
        "insert into aria_contexts (generation_id, messages, passages, masks, tokens, prompt_version, search_mode)
         select s.id, s.m::json, s.p::json, s.k::json, s.t::json, s.v, s.f
         from unnest((select $1::uuid[]), (select $2::text[]), (select $3::text[]), (select $4::text[]),
                     (select $5::text[]), (select $7::int[]), (select $8::text[])) s(id, m, p, k, t, v, f)
         join aria_generations g on g.id = s.id and g.lease = $6 and g.state = 'RUNNING'
         on conflict (generation_id) do update set messages = excluded.messages, passages = excluded.passages,
             masks = excluded.masks, tokens = excluded.tokens,
             prompt_version = excluded.prompt_version, search_mode = excluded.search_mode",
        &ids,
        &column(|one| &one.messages) as &[&str],
        &column(|one| &one.passages) as &[&str],
        &column(|one| &one.masks) as &[&str],
        &column(|one| &one.tokens) as &[&str],
        token,
        &versions,
        &modes as &[Option<&str>]
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends answers that this server still writes, settles what they cost, and forgets their pieces; answers which ended.
pub async fn end(conn: &mut PgConnection, token: Uuid, ended: &[Ended]) -> Result<Vec<Uuid>> {
    let ids: Vec<Uuid> = ended.iter().map(|one| one.generation).collect();
    if Ended::gives_back(ended) {
        lock_usage(conn, &ids).await?;
    }
    fn texts(ended: &[Ended], value: fn(&Ended) -> Option<&str>) -> Vec<Option<String>> {
        ended.iter().map(|one| value(one).map(str::to_owned)).collect()
    }
    let numbers = |value: fn(&Ended) -> Option<i32>| ended.iter().map(value).collect::<Vec<Option<i32>>>();
    let citations: Vec<Value> = ended.iter().map(|one| one.citations.clone()).collect();
    let resumed: Vec<bool> = ended.iter().map(|one| one.resumed).collect();
    let given: Vec<bool> = ended.iter().map(|one| one.give_back).collect();
    let done = sqlx::query_scalar!(
        r#"with news as (
               select * from unnest((select $2::uuid[]), $3::text[], $4::text[], $5::text[], $6::jsonb[], $7::bool[], $8::text[],
                                    $9::text[], $10::text[], $11::int[], $12::text[], $13::int[], $14::bool[])
                   n(id, state, mode, answer, citations, resumed, problem, provider, model, version, search, first, given)
           ), ended as (
               update aria_generations g
               set state = n.state, mode = n.mode, answer = n.answer, citations = n.citations, resumed = n.resumed,
                   problem = n.problem, provider = n.provider, model = n.model, prompt_version = n.version,
                   search_mode = n.search, first_piece_ms = n.first, lease = null, ended_at = now(),
                   quota = case when g.quota <> 'RESERVED' then g.quota when n.given then 'RETURNED' else 'SETTLED' end
               from news n where g.id = n.id and g.lease = $1 and g.state = 'RUNNING'
               returning g.id, g.user_id, g.quota_day, g.quota, n.given
           ), returned as (
               update aria_usage u set used = greatest(u.used - e.count, 0)
               from (select user_id, quota_day, count(*)::int as count from ended where quota = 'RETURNED' group by 1, 2) e
               where u.user_id = e.user_id and u.day = e.quota_day
           ), forgotten as (
               delete from aria_pieces p using ended e where p.generation_id = e.id
           )
           select id as "id!" from ended"#,
        token,
        &ids,
        &texts(ended, |one| Some(one.state)) as &[Option<String>],
        &texts(ended, |one| Some(one.mode)) as &[Option<String>],
        &texts(ended, |one| Some(&one.answer)) as &[Option<String>],
        &citations,
        &resumed,
        &texts(ended, |one| one.problem.as_deref()) as &[Option<String>],
        &texts(ended, |one| one.provider.as_deref()) as &[Option<String>],
        &texts(ended, |one| one.model.as_deref()) as &[Option<String>],
        &numbers(|one| one.prompt_version) as &[Option<i32>],
        &texts(ended, |one| one.search_mode.as_deref()) as &[Option<String>],
        &numbers(|one| one.first_piece_ms) as &[Option<i32>],
        &given
    )
    .fetch_all(&mut *conn)
    .await?;
    Ok(done)
}

/// Before the answers themselves: who asks meanwhile in the same conversation holds the place in the quota first, too.
async fn lock_usage(conn: &mut PgConnection, generations: &[Uuid]) -> Result<()> {
    sqlx::query!(
        "select u.user_id from aria_usage u join aria_generations g on g.user_id = u.user_id and g.quota_day = u.day
         where g.id = any($1) order by u.user_id, u.day for update of u",
        generations
    )
    .fetch_all(conn)
    .await?;
    Ok(())
}

/// Answers of this server that somebody wants to stop, wherever that was said.
pub async fn list_stops(db: impl PgExecutor<'_>, token: Uuid) -> Result<Vec<Uuid>> {
    let ids = sqlx::query_scalar!(
        "select id from aria_generations where state = 'RUNNING' and stop_wanted and lease = $1",
        token
    )
    .fetch_all(db)
    .await?;
    Ok(ids)
}

/// An answer whose server is gone.
#[derive(Debug)]
pub struct Orphan {
    pub id: Uuid,
    /// This one included.
    pub attempts: i16,
}

/// Takes up answers whose server is gone; at most `most`.
pub async fn take_up(db: impl PgExecutor<'_>, token: Uuid, most: i64) -> Result<Vec<Orphan>> {
    let orphans = sqlx::query_as!(
        Orphan,
        "with gone as (
             select id from aria_generations g
             where g.state = 'RUNNING' and not exists (
                 select from aria_writers w where w.token = g.lease and w.alive_until > now())
               and g.lease is distinct from $1
             limit $2 for update skip locked)
         update aria_generations g set lease = $1, attempts = g.attempts + 1 from gone where g.id = gone.id
         returning g.id, g.attempts",
        token,
        most
    )
    .fetch_all(db)
    .await?;
    Ok(orphans)
}

/// Takes up answers of this server that are none of those which it knows: what was begun and lost within it.
pub async fn take_back(db: impl PgExecutor<'_>, token: Uuid, known: &[Uuid]) -> Result<Vec<Orphan>> {
    let orphans = sqlx::query_as!(
        Orphan,
        "update aria_generations set attempts = attempts + 1
         where state = 'RUNNING' and lease = $1 and created_at < now() - interval '30 seconds' and id <> all($2)
         returning id, attempts",
        token,
        known
    )
    .fetch_all(db)
    .await?;
    Ok(orphans)
}

/// What is stored of a running answer.
pub async fn find_written(db: impl PgExecutor<'_>, generation: Uuid) -> Result<String> {
    let text = sqlx::query_scalar!(
        r#"select coalesce(string_agg(body, '' order by seq), '') as "text!" from aria_pieces where generation_id = $1"#,
        generation
    )
    .fetch_one(db)
    .await?;
    Ok(text)
}

/// What was sent for an answer, if it got so far.
pub async fn find_sent(db: impl PgExecutor<'_>, generation: Uuid) -> Result<Option<SentBefore>> {
    let sent = sqlx::query_as!(
        SentBefore,
        "select messages, passages, masks, prompt_version, search_mode from aria_contexts where generation_id = $1",
        generation
    )
    .fetch_optional(db)
    .await?;
    Ok(sent)
}

/// Forgets what was sent half a year ago.
pub async fn forget_sent(pool: &sqlx::PgPool) -> Result<u64> {
    let gone =
        sqlx::query!("delete from aria_contexts where created_at < now() - interval '180 days'").execute(pool).await?;
    Ok(gone.rows_affected())
}
