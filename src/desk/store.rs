//! SQL of the desk.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::model::{HOLD, Holder, Item, Kind, Outcome, holds};
use crate::error::{Error, Result};

/// Most items on the page; the rest comes up as these are done.
pub const MOST_ITEMS: i64 = 50;

/// Most items that are counted.
pub const MOST_COUNTED: i64 = 1000;

/// The queue.
#[derive(Debug)]
pub struct Queue {
    /// The oldest first, at most [`MOST_ITEMS`].
    pub items: Vec<Item>,
    /// All that wait, those not shown included; counted up to [`MOST_COUNTED`].
    pub waiting: i64,
    /// Closed by somebody of the staff since midnight in Tunis.
    pub done_today: i64,
}

struct Row {
    kind: String,
    subject_id: Uuid,
    opened_at: DateTime<Utc>,
    who: Option<String>,
    what: Option<String>,
    holder: Option<Uuid>,
    holder_name: Option<String>,
    taken_at: Option<DateTime<Utc>>,
    waiting: i64,
    done_today: i64,
}

impl Row {
    fn item(self, now: DateTime<Utc>) -> Option<Item> {
        let holder = match (self.holder, self.holder_name, self.taken_at) {
            (Some(id), Some(name), Some(since)) if holds(since, now) => Some(Holder { id, name, since }),
            _ => None,
        };
        Some(Item {
            kind: Kind::from_key(&self.kind)?,
            subject_id: self.subject_id,
            opened_at: self.opened_at,
            who: self.who.unwrap_or_default(),
            what: self.what.unwrap_or_default(),
            holder,
        })
    }
}

/// What waits, in one query; what it costs depends on what is open, not on what was ever done.
pub async fn load_queue(pool: &PgPool) -> Result<Queue> {
    let rows = sqlx::query_as!(
        Row,
        r#"with open as materialized (
               select * from desk_items
               where closed_at is null and (waits_until is null or waits_until <= now())
               order by opened_at, subject_id limit $1),
           waiting as (
               select count(*) as n from (
                   select from desk_items where closed_at is null and (waits_until is null or waits_until <= now())
                   limit $2) few),
           done as (
               select count(*) as today from desk_items
               where closed_by is not null
                 and closed_at >= date_trunc('day', now() at time zone 'Africa/Tunis') at time zone 'Africa/Tunis')
           select coalesce(i.kind, '') as "kind!", coalesce(i.subject_id, '00000000-0000-0000-0000-000000000000') as "subject_id!",
                  coalesce(i.opened_at, now()) as "opened_at!", waiting.n as "waiting!", done.today as "done_today!",
                  coalesce(r.parent_first_name || ' ' || r.parent_last_name, u.first_name || ' ' || u.last_name, m.to_name,
                           a.student_name) as who,
                  coalesce(r.parent_phone || ', pour ' || r.student_first_name, u.email, m.to_email, a.subject) as what,
                  i.taken_by as holder, t.first_name || ' ' || t.last_name as holder_name, i.taken_at
           from done cross join waiting left join open i on true
           left join bilan_requests r on i.kind = 'REQUEST' and r.id = i.subject_id
           left join users u on i.kind = 'ACTIVATION' and u.id = i.subject_id
           left join outbox m on i.kind = 'MAIL' and m.id = i.subject_id
           left join assessments a on i.kind = 'REPORT' and a.id = i.subject_id
           left join users t on t.id = i.taken_by
           order by i.opened_at, i.subject_id"#,
        MOST_ITEMS,
        MOST_COUNTED
    )
    .fetch_all(pool)
    .await?;
    let (waiting, done_today) = rows.first().map_or((0, 0), |row| (row.waiting, row.done_today));
    let now = Utc::now();
    Ok(Queue { items: rows.into_iter().filter_map(|row| row.item(now)).collect(), waiting, done_today })
}

/// An item with all that its page says.
#[derive(Debug)]
pub struct Detail {
    /// Since when it waits.
    pub opened_at: DateTime<Utc>,
    /// Who has it.
    pub holder: Option<Holder>,
    /// When it was closed, by whom (none: by itself) and how.
    pub closed: Option<Closed>,
    /// (label, value), as they are read.
    pub facts: Vec<(String, String)>,
    /// Phone to call.
    pub phone: Option<String>,
    /// Address to write to.
    pub email: Option<String>,
    /// The assessment to look at.
    pub assessment_id: Option<Uuid>,
}

/// The end of an item.
#[derive(Debug)]
pub struct Closed {
    /// When.
    pub at: DateTime<Utc>,
    /// Who; none when it settled by itself.
    pub by: Option<String>,
    /// [`Outcome::key`].
    pub outcome: String,
    /// What was noted.
    pub note: Option<String>,
}

/// The item, open or closed.
pub async fn find(pool: &PgPool, kind: Kind, subject: Uuid) -> Result<Option<Detail>> {
    let row = sqlx::query!(
        r#"select i.opened_at, i.taken_by, i.taken_at, i.closed_at, i.outcome, i.note,
                  t.first_name || ' ' || t.last_name as holder_name, c.first_name || ' ' || c.last_name as closed_by,
                  coalesce(r.parent_phone, u.phone) as phone, coalesce(r.parent_email, u.email, m.to_email) as email,
                  coalesce(ra.id, a.id) as assessment_id,
                  case i.kind
                      when 'REQUEST' then jsonb_build_array(
                          jsonb_build_array('À savoir', case when r.disowned_at is not null
                              then 'La famille dit que cette demande ne vient pas d’elle.' end),
                          jsonb_build_array('Parent', r.parent_first_name || ' ' || r.parent_last_name),
                          jsonb_build_array('Élève', r.student_first_name || ' ' || r.student_last_name || ', ' || initcap(r.student_grade)),
                          jsonb_build_array('Établissement', r.student_school),
                          jsonb_build_array('Matières', array_to_string(r.subjects, ', ')),
                          jsonb_build_array('Objectifs', r.objectives),
                          jsonb_build_array('Difficultés', r.difficulties),
                          jsonb_build_array('Disponibilités', r.availability))
                      when 'ACTIVATION' then jsonb_build_array(
                          jsonb_build_array('Compte', u.first_name || ' ' || u.last_name),
                          jsonb_build_array('Enfants', (select string_agg(k.first_name, ', ' order by k.first_name)
                              from guardianships g join users k on k.id = g.student_id where g.guardian_id = u.id)))
                      when 'MAIL' then jsonb_build_array(
                          jsonb_build_array('À', m.to_name), jsonb_build_array('Objet', m.subject),
                          jsonb_build_array('Pourquoi', m.last_error))
                      else jsonb_build_array(
                          jsonb_build_array('Élève', a.student_name), jsonb_build_array('Matière', a.subject),
                          jsonb_build_array('Pourquoi', a.error_details))
                  end as "facts!"
           from desk_items i
           left join bilan_requests r on i.kind = 'REQUEST' and r.id = i.subject_id
           left join lateral (select id from assessments where request_id = r.id order by id desc limit 1) ra on true
           left join users u on i.kind = 'ACTIVATION' and u.id = i.subject_id
           left join outbox m on i.kind = 'MAIL' and m.id = i.subject_id
           left join assessments a on i.kind = 'REPORT' and a.id = i.subject_id
           left join users t on t.id = i.taken_by
           left join users c on c.id = i.closed_by
           where i.kind = $1 and i.subject_id = $2"#,
        kind.key(),
        subject
    )
    .fetch_optional(pool)
    .await?;
    let now = Utc::now();
    Ok(row.map(|row| Detail {
        opened_at: row.opened_at,
        holder: match (row.taken_by, row.holder_name, row.taken_at) {
            (Some(id), Some(name), Some(since)) if holds(since, now) => Some(Holder { id, name, since }),
            _ => None,
        },
        closed: row.closed_at.map(|at| Closed {
            at,
            by: row.closed_by,
            outcome: row.outcome.unwrap_or_default(),
            note: row.note,
        }),
        facts: facts(&row.facts),
        phone: row.phone,
        email: row.email,
        assessment_id: row.assessment_id,
    }))
}

fn facts(list: &serde_json::Value) -> Vec<(String, String)> {
    let pairs = list.as_array().map(Vec::as_slice).unwrap_or_default();
    pairs.iter().filter_map(|pair| Some((pair[0].as_str()?.to_owned(), pair[1].as_str()?.to_owned()))).collect()
}

/// Gives the item to the person, unless another one holds it or it is closed: false then.
pub async fn take(pool: &PgPool, kind: Kind, subject: Uuid, person: Uuid) -> Result<bool> {
    let taken = sqlx::query!(
        "update desk_items set taken_by = $3, taken_at = now()
         where kind = $1 and subject_id = $2 and closed_at is null
           and (taken_by is null or taken_by = $3 or taken_at < now() - make_interval(secs => $4))",
        kind.key(),
        subject,
        person,
        HOLD.as_seconds_f64()
    )
    .execute(pool)
    .await?;
    Ok(taken.rows_affected() == 1)
}

/// Puts the item back, if the person holds it.
pub async fn release(pool: &PgPool, kind: Kind, subject: Uuid, person: Uuid) -> Result<()> {
    sqlx::query!(
        "update desk_items set taken_by = null, taken_at = null
         where kind = $1 and subject_id = $2 and closed_at is null and taken_by = $3",
        kind.key(),
        subject,
        person
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Closes the item, or puts it off, for the person who holds it or when nobody does; false when another one holds or has
/// closed it. The row is locked until the end of the transaction, so what goes with it happens once.
pub async fn close(
    conn: &mut PgConnection,
    kind: Kind,
    subject: Uuid,
    person: Uuid,
    outcome: Outcome,
    note: Option<&str>,
) -> Result<bool> {
    let later = outcome == Outcome::Later;
    let closed = sqlx::query!(
        "update desk_items set
             closed_at = case when $5 then null else now() end, closed_by = case when $5 then null else $3::uuid end,
             outcome = case when $5 then null else $4 end, note = $6, taken_by = null, taken_at = null,
             waits_until = case when $5 then
                 (date_trunc('day', now() at time zone 'Africa/Tunis') + interval '1 day 8 hours') at time zone 'Africa/Tunis' end
         where kind = $1 and subject_id = $2 and closed_at is null and (waits_until is null or waits_until <= now())
           and (taken_by is null or taken_by = $3 or taken_at < now() - make_interval(secs => $7))",
        kind.key(),
        subject,
        person,
        outcome.key(),
        later,
        note,
        HOLD.as_seconds_f64()
    )
    .execute(conn)
    .await?;
    Ok(closed.rows_affected() == 1)
}

/// Opens an item for each account that waits for its owner and whose links have all expired; answers how many.
pub async fn open_forgotten_activations(conn: &mut PgConnection) -> Result<u64> {
    let opened = sqlx::query!(
        "insert into desk_items (kind, subject_id)
         select 'ACTIVATION', u.id from users u
         where u.activated_at is null and u.deactivated_at is null and u.email is not null
           and u.created_at < now() - interval '72 hours'
           and not exists (select from account_links l where l.user_id = u.id and l.purpose = 'ACTIVATION'
                           and l.used_at is null and l.expires_at > now())
         on conflict (kind, subject_id) do update
             set opened_at = now(), waits_until = null, taken_by = null, taken_at = null, closed_at = null,
                 closed_by = null, outcome = null, note = null
             where desk_items.outcome = 'RESENT'"
    )
    .execute(conn)
    .await
    .map_err(Error::from)?;
    Ok(opened.rows_affected())
}

/// Forgets items closed for longer than a year; answers how many.
pub async fn forget_old(conn: &mut PgConnection) -> Result<u64> {
    let gone = sqlx::query!("delete from desk_items where closed_at < now() - interval '1 year'").execute(conn).await?;
    Ok(gone.rows_affected())
}
