//! SQL of accounts as the staff sees them.

use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::model::{Account, Details, Filter, Row};
use crate::{
    error::{Error, OnConstraint as _, Result},
    ui::filters::MOST_COUNTED,
    web::{Role, checks::given},
};

/// How many accounts a list gives, and from where.
#[derive(Clone, Copy, Default)]
pub struct Part {
    /// Most rows.
    pub limit: i64,
    /// Rows left out (the contract's paging).
    pub offset: i64,
    /// The last account of the page before (that of the pages).
    pub after: Option<Uuid>,
}

/// Accounts in the order of names.
pub async fn list(pool: &PgPool, filter: &Filter, part: Part) -> Result<Vec<Account>> {
    let words = filter.words();
    let rows = sqlx::query_as!(
        Row,
        r#"select id, role, email, identifier, first_name, last_name, phone, activated_at, deactivated_at, created_at, updated_at
           from users
           where ($1::text is null or role = $1)
             and ($2::text is null or case when deactivated_at is not null then 'closed'
                                           when activated_at is null then 'waiting' else 'active' end = $2)
             and ($3::text is null or (search_text like plain_text($3)
                  and search_text like all (array(select plain_text(word) from unnest($4::text[]) word))))
             and ($5::uuid is null or (plain_text(last_name), plain_text(first_name), id) >
                  (select plain_text(l.last_name), plain_text(l.first_name), l.id from users l where l.id = $5))
           order by plain_text(last_name), plain_text(first_name), id
           limit $6 offset $7"#,
        filter.role(),
        filter.state(),
        words.longest,
        &words.all,
        part.after,
        part.limit,
        part.offset
    )
    .fetch_all(pool)
    .await?;
    rows.into_iter().map(Account::try_from).collect()
}

/// How many accounts the filter finds; one more than [`MOST_COUNTED`] stands for "more".
pub async fn count(pool: &PgPool, filter: &Filter) -> Result<i64> {
    let words = filter.words();
    sqlx::query_scalar!(
        r#"select count(*) as "count!" from (
             select from users
             where ($1::text is null or role = $1)
               and ($2::text is null or case when deactivated_at is not null then 'closed'
                                             when activated_at is null then 'waiting' else 'active' end = $2)
               and ($3::text is null or (search_text like plain_text($3)
                  and search_text like all (array(select plain_text(word) from unnest($4::text[]) word))))
             limit $5) found"#,
        filter.role(),
        filter.state(),
        words.longest,
        &words.all,
        MOST_COUNTED + 1
    )
    .fetch_one(pool)
    .await
    .map_err(Error::from)
}

/// An account.
pub async fn find(conn: &mut PgConnection, id: Uuid) -> Result<Option<Account>> {
    let row = sqlx::query_as!(
        Row,
        "select id, role, email, identifier, first_name, last_name, phone, activated_at, deactivated_at, created_at, updated_at
         from users where id = $1",
        id
    )
    .fetch_optional(conn)
    .await?;
    row.map(Account::try_from).transpose()
}

/// An account that nobody else changes until the end of the transaction.
pub async fn lock(conn: &mut PgConnection, id: Uuid) -> Result<Option<Account>> {
    let row = sqlx::query_as!(
        Row,
        "select id, role, email, identifier, first_name, last_name, phone, activated_at, deactivated_at, created_at, updated_at
         from users where id = $1 for no key update",
        id
    )
    .fetch_optional(conn)
    .await?;
    row.map(Account::try_from).transpose()
}

/// Creates an account that waits for its activation; false when the address has one.
pub async fn insert(conn: &mut PgConnection, id: Uuid, role: Role, details: &Details) -> Result<bool> {
    let inserted = sqlx::query!(
        "insert into users (id, role, email, first_name, last_name, phone) values ($1, $2, $3, $4, $5, $6)
         on conflict (email) do nothing",
        id,
        role.key(),
        details.email().map(super::normal_email),
        details.first_name.trim(),
        details.last_name.trim(),
        given(Some(&details.phone))
    )
    .execute(conn)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// The row of a coach, whose pseudonym is the name until another is chosen; with a number when it is taken.
pub async fn insert_coach(conn: &mut PgConnection, id: Uuid, name: &str) -> Result<()> {
    sqlx::query!("select pg_advisory_xact_lock(hashtext('coach pseudonym'))").execute(&mut *conn).await?;
    sqlx::query!(
        "insert into coaches (user_id, pseudonym)
         select $1, case when number = 1 then $2 else $2 || ' ' || number end
         from generate_series(1, 1000) number
         where not exists (select from coaches where pseudonym = case when number = 1 then $2 else $2 || ' ' || number end)
         order by number limit 1
         on conflict (user_id) do nothing",
        id,
        name
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Whether another account has the address.
pub async fn is_taken(conn: &mut PgConnection, email: &str, id: Uuid) -> Result<bool> {
    let taken = sqlx::query_scalar!(
        r#"select exists (select from users where email = $1 and id <> $2) as "taken!""#,
        email,
        id
    );
    taken.fetch_one(conn).await.map_err(Error::from)
}

/// Stores what the form says. `clock_timestamp()`: two changes in one transaction are two versions, too.
pub async fn set(conn: &mut PgConnection, id: Uuid, role: Role, details: &Details, email: Option<&str>) -> Result<()> {
    sqlx::query!(
        "update users set role = $2, first_name = $3, last_name = $4, email = $5, phone = $6, updated_at = clock_timestamp()
         where id = $1",
        id,
        role.key(),
        details.first_name.trim(),
        details.last_name.trim(),
        email,
        given(Some(&details.phone))
    )
    .execute(conn)
    .await
    .on_constraint("users_email_key", || Error::conflict("Un autre compte vient de prendre cette adresse. Rien n’a été changé."))?;
    Ok(())
}

/// Gives the account an address.
pub async fn set_email(conn: &mut PgConnection, id: Uuid, email: &str) -> Result<()> {
    sqlx::query!("update users set email = $2, updated_at = clock_timestamp() where id = $1", id, email)
        .execute(conn)
        .await
        .on_constraint("users_email_key", || Error::conflict("Un autre compte vient de prendre cette adresse."))?;
    Ok(())
}

/// Marks that the account's record was changed elsewhere (a student's schooling, a coach's subjects).
pub async fn touch(conn: &mut PgConnection, id: Uuid) -> Result<()> {
    sqlx::query!("update users set updated_at = clock_timestamp() where id = $1", id).execute(conn).await?;
    Ok(())
}

/// Whether the person is somebody's guardian.
pub async fn has_children(conn: &mut PgConnection, id: Uuid) -> Result<bool> {
    let row = sqlx::query_scalar!(r#"select exists (select from guardianships where guardian_id = $1) as "has!""#, id);
    row.fetch_one(conn).await.map_err(Error::from)
}

/// Whether another admin is left who can sign in. Two who remove each other at once take turns: one is told no.
pub async fn another_admin(conn: &mut PgConnection, id: Uuid) -> Result<bool> {
    sqlx::query!("select pg_advisory_xact_lock(hashtext('admins'))").execute(&mut *conn).await?;
    let row = sqlx::query_scalar!(
        r#"select exists (select from users where role = 'ADMIN' and id <> $1 and deactivated_at is null
                          and activated_at is not null) as "left!""#,
        id
    );
    row.fetch_one(conn).await.map_err(Error::from)
}

/// Takes the students from somebody who is no coach any more.
pub async fn delete_coaching(conn: &mut PgConnection, id: Uuid) -> Result<()> {
    sqlx::query!("delete from coach_students where coach_id = $1", id).execute(conn).await?;
    Ok(())
}

/// A guardian with an address: who receives what a child without one cannot.
pub struct Recipient {
    /// Key in `users`.
    pub id: Uuid,
    /// First and last name.
    pub name: String,
    /// Address.
    pub email: String,
}

/// The child's guardians who have an address and may see the child, and are not closed.
pub async fn list_recipients(conn: &mut PgConnection, student: Uuid) -> Result<Vec<Recipient>> {
    sqlx::query_as!(
        Recipient,
        r#"select u.id, u.first_name || ' ' || u.last_name as "name!", u.email as "email!"
           from guardianships g join users u on u.id = g.guardian_id
           where g.student_id = $1 and 'VIEW' = any (g.rights) and u.email is not null and u.deactivated_at is null
           order by g.is_payer desc, g.created_at"#,
        student
    )
    .fetch_all(conn)
    .await
    .map_err(Error::from)
}
