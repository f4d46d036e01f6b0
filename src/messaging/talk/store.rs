//! SQL of conversations.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::{Contact, Waiting};
use crate::{
    error::Result,
    web::{Role, visitor::Unread},
};

/// Whether the first may write to the second; none if there is no such person.
pub(super) async fn may_write(conn: &mut PgConnection, sender: Uuid, receiver: Uuid) -> Result<Option<bool>> {
    let row =
        sqlx::query_scalar!(r#"select may_write_to($1, $2) as "may!" from users where id = $2"#, sender, receiver)
            .fetch_optional(conn)
            .await?;
    Ok(row)
}

/// The conversation of these two, made if it is the first message, and locked: messages get their ids one by one.
pub(super) async fn lock_conversation(conn: &mut PgConnection, one: Uuid, two: Uuid) -> Result<Uuid> {
    let (low, high) = (one.min(two), one.max(two));
    sqlx::query!(
        "insert into conversations (id, low, high) values ($1, $2, $3) on conflict (low, high) do nothing",
        Uuid::now_v7(),
        low,
        high
    )
    .execute(&mut *conn)
    .await?;
    let id = sqlx::query_scalar!("select id from conversations where low = $1 and high = $2 for update", low, high)
        .fetch_one(conn)
        .await?;
    Ok(id)
}

/// A stored message, and whether it is new.
pub(super) struct Stored {
    pub id: i64,
    pub sent_at: DateTime<Utc>,
    pub new: bool,
}

/// Stores the message unless it is there.
pub(super) async fn insert(
    conn: &mut PgConnection,
    conversation: Uuid,
    sender: Uuid,
    body: &str,
    key: &[u8],
) -> Result<Stored> {
    let new = sqlx::query_as!(
        Stored,
        r#"insert into messages (conversation_id, sender_id, body, send_key) values ($1, $2, $3, $4)
           on conflict (send_key) do nothing returning id, sent_at, true as "new!""#,
        conversation,
        sender,
        body,
        key
    )
    .fetch_optional(&mut *conn)
    .await?;
    if let Some(new) = new {
        return Ok(new);
    }
    let known =
        sqlx::query_as!(Stored, r#"select id, sent_at, false as "new!" from messages where send_key = $1"#, key);
    Ok(known.fetch_one(conn).await?)
}

/// The newest message, for both sides.
pub(super) async fn set_newest(
    conn: &mut PgConnection,
    conversation: Uuid,
    sender: Uuid,
    receiver: Uuid,
    id: i64,
) -> Result<()> {
    // The receiver's side first: whoever reads locks it before the notification.
    sqlx::query!(
        "insert into conversation_sides (person_id, other_id, conversation_id, last_id, received_id)
         values ($2, $1, $3, $4, $4), ($1, $2, $3, $4, 0)
         on conflict (person_id, other_id) do update
         set last_id = excluded.last_id, received_id = greatest(conversation_sides.received_id, excluded.received_id)",
        sender,
        receiver,
        conversation,
        id
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The role of a person who exists.
pub(super) async fn find_role(conn: &mut PgConnection, person: Uuid) -> Result<Role> {
    sqlx::query_scalar!("select role from users where id = $1", person).fetch_one(conn).await?.parse()
}

/// A person who exists.
pub(super) async fn find_contact(conn: &mut PgConnection, person: Uuid) -> Result<Contact> {
    let row = sqlx::query!(
        r#"select u.id, u.role, u.first_name, u.last_name, c.pseudonym as "pseudonym?"
           from users u left join coaches c on c.user_id = u.id where u.id = $1"#,
        person
    )
    .fetch_one(conn)
    .await?;
    Ok(Contact {
        id: row.id,
        role: row.role.parse()?,
        first_name: row.first_name,
        last_name: row.last_name,
        pseudonym: row.pseudonym,
    })
}

/// Moves the read mark; whether something unread was read by it.
pub(super) async fn set_read(conn: &mut PgConnection, person: Uuid, other: Uuid, up_to: i64) -> Result<bool> {
    let done = sqlx::query!(
        "update conversation_sides
         set read_id = $3, read_at = now(), told_at = case when received_id <= $3 then null else told_at end
         where person_id = $1 and other_id = $2 and read_id < least($3, received_id)",
        person,
        other,
        up_to
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The numbers at the top of every page.
pub(super) async fn count_unread(pool: &PgPool, person: Uuid) -> Result<Unread> {
    let row =
        sqlx::query_as!(Unread, r#"select messages as "messages!", notices as "notices!" from unread_of($1)"#, person);
    Ok(row.fetch_one(pool).await?)
}

/// A conversation in the list.
pub(super) struct Line {
    pub contact: Contact,
    pub last_id: i64,
    pub body: String,
    pub sent_at: DateTime<Utc>,
    pub sender_id: Uuid,
    pub unread: i64,
}

/// The person's conversations, newest first, before a message.
pub(super) async fn list(pool: &PgPool, person: Uuid, before: Option<i64>, limit: i64) -> Result<Vec<Line>> {
    let rows = sqlx::query!(
        r#"select u.id, u.role, u.first_name, u.last_name, c.pseudonym as "pseudonym?",
                  s.last_id, m.body, m.sent_at, m.sender_id,
                  case when s.received_id > s.read_id then (
                      select count(*) from messages n
                      where n.conversation_id = s.conversation_id and n.id > s.read_id and n.sender_id = s.other_id)
                  else 0 end as "unread!"
           from conversation_sides s
           join messages m on m.id = s.last_id
           join users u on u.id = s.other_id
           left join coaches c on c.user_id = u.id
           where s.person_id = $1 and s.last_id < $2
           order by s.last_id desc limit $3"#,
        person,
        before.unwrap_or(i64::MAX),
        limit
    )
    .fetch_all(pool)
    .await?;
    rows.into_iter()
        .map(|row| {
            let contact = Contact {
                id: row.id,
                role: row.role.parse()?,
                first_name: row.first_name,
                last_name: row.last_name,
                pseudonym: row.pseudonym,
            };
            let (last_id, body, sent_at) = (row.last_id, row.body, row.sent_at);
            Ok(Line { contact, last_id, body, sent_at, sender_id: row.sender_id, unread: row.unread })
        })
        .collect()
}

/// The other one of a conversation, and how far both have read.
pub(super) struct Thread {
    pub contact: Contact,
    pub may_write: bool,
    /// None before the first message.
    pub conversation: Option<Uuid>,
    /// What the other has read, and when.
    pub their_read_id: i64,
    pub their_read_at: Option<DateTime<Utc>>,
}

/// The conversation with this person; none if there is none and none may begin.
pub(super) async fn find_thread(pool: &PgPool, person: Uuid, other: Uuid) -> Result<Option<Thread>> {
    let row = sqlx::query!(
        r#"select u.id, u.role, u.first_name, u.last_name, c.pseudonym as "pseudonym?",
                  may_write_to($1, $2) as "may_write!", s.conversation_id as "conversation?", t.read_id as "their_read_id?", t.read_at as "their_read_at?"
           from users u
           left join coaches c on c.user_id = u.id
           left join conversation_sides s on s.person_id = $1 and s.other_id = u.id
           left join conversation_sides t on t.person_id = u.id and t.other_id = $1
           where u.id = $2"#,
        person,
        other
    )
    .fetch_optional(pool)
    .await?;
    let Some(row) = row.filter(|row| row.may_write || row.conversation.is_some()) else { return Ok(None) };
    let contact = Contact {
        id: row.id,
        role: row.role.parse()?,
        first_name: row.first_name,
        last_name: row.last_name,
        pseudonym: row.pseudonym,
    };
    Ok(Some(Thread {
        contact,
        may_write: row.may_write,
        conversation: row.conversation,
        their_read_id: row.their_read_id.unwrap_or(0),
        their_read_at: row.their_read_at,
    }))
}

/// A message of a thread.
#[derive(Debug)]
pub(super) struct Message {
    pub id: i64,
    pub sender_id: Uuid,
    pub body: String,
    pub sent_at: DateTime<Utc>,
}

/// The newest messages before one, oldest first.
pub(super) async fn list_messages(
    pool: &PgPool,
    conversation: Uuid,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Message>> {
    let mut rows = sqlx::query_as!(
        Message,
        "select id, sender_id, body, sent_at from messages
         where conversation_id = $1 and id < $2 order by id desc limit $3",
        conversation,
        before.unwrap_or(i64::MAX),
        limit
    )
    .fetch_all(pool)
    .await?;
    rows.reverse();
    Ok(rows)
}

/// Somebody to write to.
pub(super) struct Choice {
    pub contact: Contact,
    /// "Yassine, Lina": the students that tie them.
    pub through: Option<String>,
}

/// Those whom the person may write to, by name; the team first. `search` is part of a name.
pub(super) async fn list_contacts(pool: &PgPool, person: Uuid, search: &str, limit: i64) -> Result<Vec<Choice>> {
    let rows = sqlx::query!(
        r#"select k.id as "id!", k.role as "role!", k.first_name as "first_name!", k.last_name as "last_name!",
                  k.through, c.pseudonym as "pseudonym?"
           from contacts_of($1) k left join coaches c on c.user_id = k.id
           where strpos(plain_text(k.first_name || ' ' || k.last_name || ' ' || coalesce(c.pseudonym, '') || ' ' ||
                                   coalesce(k.through, '')), plain_text($2)) > 0
           order by array_position(array['ADMIN', 'ASSISTANTE', 'COACH', 'PARENT', 'ELEVE'], k.role),
                    plain_text(k.last_name), plain_text(k.first_name), k.id
           limit $3"#,
        person,
        search,
        limit
    )
    .fetch_all(pool)
    .await?;
    rows.into_iter()
        .map(|row| {
            let contact = Contact {
                id: row.id,
                role: row.role.parse()?,
                first_name: row.first_name,
                last_name: row.last_name,
                pseudonym: row.pseudonym,
            };
            Ok(Choice { contact, through: row.through })
        })
        .collect()
}

/// Whose messages the person has not read, the longest waiting first.
pub(super) async fn list_waiting(pool: &PgPool, person: Uuid, viewer: Role, limit: i64) -> Result<Vec<Waiting>> {
    let rows = sqlx::query!(
        r#"select u.id, u.role, u.first_name, u.last_name, c.pseudonym as "pseudonym?", n.count as "count!", n.since as "since!"
           from conversation_sides s
           join users u on u.id = s.other_id
           left join coaches c on c.user_id = u.id
           cross join lateral (
               select count(*), min(m.sent_at) as since from messages m
               where m.conversation_id = s.conversation_id and m.id > s.read_id and m.sender_id = s.other_id) n
           where s.person_id = $1 and s.received_id > s.read_id
           order by n.since limit $2"#,
        person,
        limit
    )
    .fetch_all(pool)
    .await?;
    rows.into_iter()
        .map(|row| {
            let contact = Contact {
                id: row.id,
                role: row.role.parse()?,
                first_name: row.first_name,
                last_name: row.last_name,
                pseudonym: row.pseudonym,
            };
            let (name, link) = (contact.name(viewer), super::path(contact.id));
            Ok(Waiting { name, link, count: row.count, since: row.since })
        })
        .collect()
}

/// A conversation with something that has been unread for a while.
pub(super) struct Untold {
    pub person_id: Uuid,
    pub other_id: Uuid,
    pub count: i64,
}

/// Takes one conversation whose oldest unread message is older than so many minutes, and about which nothing was
/// mailed yet. Two servers never take the same.
pub(super) async fn take_untold(conn: &mut PgConnection, minutes: i32) -> Result<Option<Untold>> {
    let row = sqlx::query_as!(
        Untold,
        r#"with due as materialized (
               select s.person_id, s.other_id, n.count from conversation_sides s
               cross join lateral (
                   select count(*), min(m.sent_at) as since from messages m
                   where m.conversation_id = s.conversation_id and m.id > s.read_id and m.sender_id = s.other_id) n
               where s.received_id > s.read_id and s.told_at is null and n.since < now() - make_interval(mins => $1)
               order by s.received_id limit 1 for update of s skip locked)
           update conversation_sides s set told_at = now() from due
           where s.person_id = due.person_id and s.other_id = due.other_id
           returning s.person_id, s.other_id, due.count as "count!""#,
        minutes
    )
    .fetch_optional(conn)
    .await?;
    Ok(row)
}
