//! SQL of notifications.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor, PgPool};
use uuid::Uuid;

use super::{Kind, MailWish, Notice, mails::Recipient};
use crate::error::Result;

/// Who is told, with the wish for the kind; none if gone or deactivated.
pub(in crate::messaging) async fn find_recipient(
    conn: &mut PgConnection,
    person: Uuid,
    kind: Kind,
) -> Result<Option<Recipient>> {
    let row = sqlx::query!(
        r#"select u.id, u.role, u.first_name, u.last_name, p.mail as "mail?",
                  case when u.activated_at is not null then u.email end as email
           from users u left join notification_preferences p on p.user_id = u.id and p.kind = $2
           where u.id = $1 and u.deactivated_at is null"#,
        person,
        kind.key()
    )
    .fetch_optional(conn)
    .await?;
    row.map(|row| {
        Ok(Recipient {
            id: row.id,
            role: row.role.parse()?,
            first_name: row.first_name,
            last_name: row.last_name,
            email: row.email,
            chosen: row.mail.as_deref().and_then(MailWish::parse),
        })
    })
    .transpose()
}

/// Stores the notification, or renews the unread one about the same; whether it is new.
pub(super) async fn insert(conn: &mut PgConnection, notice: &Notice, digest: bool) -> Result<bool> {
    let new = sqlx::query_scalar!(
        r#"insert into notifications (id, user_id, kind, title, body, link, digest) values ($1, $2, $3, $4, $5, $6, $7)
           on conflict (user_id, kind, link) where read_at is null
           do update set title = excluded.title, body = excluded.body, at = excluded.at, digest = excluded.digest
           returning (xmax = 0) as "new!""#,
        Uuid::now_v7(),
        notice.user_id,
        notice.kind.key(),
        notice.title,
        notice.body,
        notice.link,
        digest
    )
    .fetch_one(conn)
    .await?;
    Ok(new)
}

/// A notification as its owner sees it.
#[derive(Debug)]
pub(super) struct Row {
    pub id: Uuid,
    pub kind: String,
    pub title: String,
    pub body: String,
    pub link: String,
    pub at: DateTime<Utc>,
    pub read_at: Option<DateTime<Utc>>,
}

/// After which notification a page of the list goes on.
#[derive(Debug, Clone, Copy)]
pub(super) struct After {
    pub at: DateTime<Utc>,
    pub id: Uuid,
}

/// Newest first, from `after` on.
pub(super) async fn list(
    pool: &PgPool,
    person: Uuid,
    unread: bool,
    after: Option<After>,
    limit: i64,
) -> Result<Vec<Row>> {
    let rows = sqlx::query_as!(
        Row,
        "select id, kind, title, body, link, at, read_at from notifications
         where user_id = $1 and ($2 = false or read_at is null)
           and ($3::timestamptz is null or (at, id) < ($3, $4::uuid))
         order by at desc, id desc limit $5",
        person,
        unread,
        after.map(|after| after.at),
        after.map(|after| after.id),
        limit
    )
    .fetch_all(pool)
    .await?;
    Ok(rows)
}

/// All that is unread, messages included.
pub(super) async fn count_unread(pool: &PgPool, person: Uuid) -> Result<i64> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from notifications where user_id = $1 and read_at is null"#,
        person
    )
    .fetch_one(pool)
    .await?;
    Ok(count)
}

/// Marks one of the person's notifications as read; answers its link, none if it is not theirs.
pub(super) async fn set_read(conn: &mut PgConnection, person: Uuid, id: Uuid) -> Result<Option<String>> {
    let link = sqlx::query_scalar!(
        "update notifications set read_at = coalesce(read_at, now()) where id = $1 and user_id = $2 returning link",
        id,
        person
    )
    .fetch_optional(conn)
    .await?;
    Ok(link)
}

/// Marks all as read that came until now; how many.
pub(super) async fn set_all_read(conn: &mut PgConnection, person: Uuid) -> Result<u64> {
    let done = sqlx::query!("update notifications set read_at = now() where user_id = $1 and read_at is null", person)
        .execute(conn)
        .await?;
    Ok(done.rows_affected())
}

/// Marks as read what leads to a page that was just read.
pub(in crate::messaging) async fn set_read_link(
    conn: &mut PgConnection,
    person: Uuid,
    kind: Kind,
    link: &str,
) -> Result<()> {
    sqlx::query!(
        "update notifications set read_at = now() where user_id = $1 and kind = $2 and link = $3 and read_at is null",
        person,
        kind.key(),
        link
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Deletes some of what is older than `days`, or was read longer than `read_days` ago; how many. A notification that is
/// renewed meanwhile stays.
pub(super) async fn delete_old(pool: &PgPool, days: i32, read_days: i32, some: i64) -> Result<u64> {
    let gone = sqlx::query!(
        "delete from notifications where id in (
             (select id from notifications where at < now() - make_interval(days => $1) limit $3)
             union all
             (select id from notifications where read_at < now() - make_interval(days => $2) limit $3))
           and (at < now() - make_interval(days => $1) or read_at < now() - make_interval(days => $2))",
        days,
        read_days,
        some
    )
    .execute(pool)
    .await?;
    Ok(gone.rows_affected())
}

/// People for whom the daily mail has something.
pub(super) async fn list_digest_people(pool: &PgPool) -> Result<Vec<Uuid>> {
    let people = sqlx::query_scalar!("select distinct user_id from notifications where digest").fetch_all(pool).await?;
    Ok(people)
}

/// What a daily mail tells.
#[derive(Debug)]
pub(super) struct Waiting {
    pub title: String,
    pub link: String,
}

/// Takes what waits for a person's daily mail: nobody else gets it after this. What was read meanwhile is left out.
pub(super) async fn take_digest(conn: &mut PgConnection, person: Uuid) -> Result<Vec<Waiting>> {
    let rows = sqlx::query!(
        "update notifications set digest = false where user_id = $1 and digest
         returning title, link, read_at, at",
        person
    )
    .fetch_all(conn)
    .await?;
    let mut rows: Vec<_> = rows.into_iter().filter(|row| row.read_at.is_none()).collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.at));
    Ok(rows.into_iter().map(|row| Waiting { title: row.title, link: row.link }).collect())
}

/// What the person chose.
pub(super) async fn list_preferences(db: impl PgExecutor<'_>, person: Uuid) -> Result<Vec<(String, MailWish)>> {
    let rows = sqlx::query!("select kind, mail from notification_preferences where user_id = $1", person)
        .fetch_all(db)
        .await?;
    Ok(rows.into_iter().filter_map(|row| Some((row.kind, MailWish::parse(&row.mail)?))).collect())
}

/// Stores the choice for one kind; what waited for a daily mail that is not wanted any more waits no longer.
pub(super) async fn set_preference(conn: &mut PgConnection, person: Uuid, kind: Kind, wish: MailWish) -> Result<()> {
    sqlx::query!(
        "insert into notification_preferences (user_id, kind, mail) values ($1, $2, $3)
         on conflict (user_id, kind) do update set mail = excluded.mail",
        person,
        kind.key(),
        wish.key()
    )
    .execute(&mut *conn)
    .await?;
    if wish != MailWish::Daily {
        let kind = kind.key();
        sqlx::query!(
            "update notifications set digest = false where user_id = $1 and kind = $2 and digest",
            person,
            kind
        )
        .execute(conn)
        .await?;
    }
    Ok(())
}
