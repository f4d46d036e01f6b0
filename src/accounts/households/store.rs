//! SQL of families as the staff keeps them.

use chrono::NaiveDate;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::{Child, Guardian};
use crate::{
    accounts::{
        normal_email,
        people::{State, Words},
    },
    error::{Error, Result},
    ui::filters::MOST_COUNTED,
};

/// A student in the list.
pub struct Line {
    /// Key in `users`.
    pub id: Uuid,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// SECONDE, PREMIERE or TERMINALE.
    pub grade: String,
    /// Guardians, the payer first: "Leïla Ben Salah, Karim Ben Salah".
    pub guardians: Option<String>,
    /// Pseudonyms of the coaches.
    pub coaches: Option<String>,
    /// Whether a password has been chosen.
    pub activated: bool,
    /// Whether the account is closed.
    pub closed: bool,
}

impl Line {
    /// Where the student's account stands.
    pub fn state(&self) -> State {
        State::of(self.activated, self.closed)
    }
}

/// What the list is narrowed to.
pub struct Narrowed<'a> {
    /// Words of a student or of a guardian.
    pub words: Words,
    /// A grade.
    pub grade: Option<&'a str>,
    /// guardian (has none), coach (has none) or waiting (not activated).
    pub missing: Option<&'a str>,
}

/// Students in the order of names.
pub(super) async fn list(pool: &PgPool, narrowed: &Narrowed<'_>, after: Option<Uuid>, limit: i64) -> Result<Vec<Line>> {
    sqlx::query_as!(
        Line,
        r#"select u.id, u.first_name, u.last_name, s.grade,
                  (select string_agg(p.first_name || ' ' || p.last_name, ', ' order by g.is_payer desc, g.created_at)
                   from guardianships g join users p on p.id = g.guardian_id where g.student_id = u.id) as guardians,
                  (select string_agg(c.pseudonym, ', ' order by c.pseudonym)
                   from coach_students cs join coaches c on c.user_id = cs.coach_id where cs.student_id = u.id) as coaches,
                  u.activated_at is not null as "activated!", u.deactivated_at is not null as "closed!"
           from users u join students s on s.user_id = u.id
           where u.role = 'ELEVE'
             and ($1::text is null or u.id in (
                   select m.id from users m where m.search_text like plain_text($1)
                     and m.search_text like all (array(select plain_text(word) from unnest($2::text[]) word))
                   union
                   select g.student_id from users m join guardianships g on g.guardian_id = m.id
                   where m.search_text like plain_text($1)
                     and m.search_text like all (array(select plain_text(word) from unnest($2::text[]) word))))
             and ($3::text is null or s.grade = $3)
             and ($4::text is null
                  or ($4 = 'guardian' and not exists (select from guardianships g where g.student_id = u.id))
                  or ($4 = 'coach' and not exists (select from coach_students c where c.student_id = u.id))
                  or ($4 = 'waiting' and u.activated_at is null))
             and u.deactivated_at is null
             and ($5::uuid is null or (plain_text(u.last_name), plain_text(u.first_name), u.id) >
                  (select plain_text(l.last_name), plain_text(l.first_name), l.id from users l where l.id = $5))
           order by plain_text(u.last_name), plain_text(u.first_name), u.id limit $6"#,
        narrowed.words.longest,
        &narrowed.words.all,
        narrowed.grade,
        narrowed.missing,
        after,
        limit
    )
    .fetch_all(pool)
    .await
    .map_err(Error::from)
}

/// How many students that is, at most one more than [`MOST_COUNTED`].
pub(super) async fn count(pool: &PgPool, narrowed: &Narrowed<'_>) -> Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!" from (
             select from users u join students s on s.user_id = u.id
             where u.role = 'ELEVE'
               and ($1::text is null or u.id in (
                     select m.id from users m where m.search_text like plain_text($1)
                       and m.search_text like all (array(select plain_text(word) from unnest($2::text[]) word))
                     union
                     select g.student_id from users m join guardianships g on g.guardian_id = m.id
                     where m.search_text like plain_text($1)
                       and m.search_text like all (array(select plain_text(word) from unnest($2::text[]) word))))
               and ($3::text is null or s.grade = $3)
               and ($4::text is null
                    or ($4 = 'guardian' and not exists (select from guardianships g where g.student_id = u.id))
                    or ($4 = 'coach' and not exists (select from coach_students c where c.student_id = u.id))
                    or ($4 = 'waiting' and u.activated_at is null))
               and u.deactivated_at is null
             limit $5) found"#,
        narrowed.words.longest,
        &narrowed.words.all,
        narrowed.grade,
        narrowed.missing,
        MOST_COUNTED + 1
    )
    .fetch_one(pool)
    .await
    .map_err(Error::from)
}

/// Nobody else changes this person's ties until the end of the transaction.
pub(super) async fn lock_person(conn: &mut PgConnection, id: Uuid) -> Result<()> {
    sqlx::query!("select from users where id = $1 for no key update", id).execute(conn).await?;
    Ok(())
}

/// A guardian's child of this name; two of one name are told apart by the day of birth, when both are known.
pub(in crate::accounts) async fn find_child(
    conn: &mut PgConnection,
    guardian: Uuid,
    child: &Child,
) -> Result<Option<Uuid>> {
    sqlx::query_scalar!(
        "select u.id from guardianships g join users u on u.id = g.student_id join students s on s.user_id = u.id
         where g.guardian_id = $1 and plain_text(u.first_name) = plain_text($2) and plain_text(u.last_name) = plain_text($3)
           and (s.birth_date is null or $4::date is null or s.birth_date = $4)
         order by u.created_at limit 1",
        guardian,
        child.first_name,
        child.last_name,
        child.birth_date
    )
    .fetch_optional(conn)
    .await
    .map_err(Error::from)
}

/// Creates the child, who waits for an activation.
pub(super) async fn insert_child(conn: &mut PgConnection, id: Uuid, identifier: &str, child: &Child) -> Result<()> {
    sqlx::query!(
        "with person as (
             insert into users (id, role, identifier, email, first_name, last_name) values ($1, 'ELEVE', $2, $3, $4, $5))
         insert into students (user_id, grade, school, birth_date, extra_time) values ($1, $6, $7, $8, $9)",
        id,
        identifier,
        child.email.as_deref().map(normal_email),
        child.first_name,
        child.last_name,
        child.grade,
        child.school,
        child.birth_date,
        child.extra_time
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Stores the schooling; answers whether the student had extra time before.
pub(super) async fn set_child(conn: &mut PgConnection, id: Uuid, child: &Child) -> Result<bool> {
    sqlx::query_scalar!(
        "with before as (select extra_time from students where user_id = $1)
         update students set grade = $2, school = $3, birth_date = $4, extra_time = $5 where user_id = $1
         returning (select extra_time from before) as \"before!\"",
        id,
        child.grade,
        child.school,
        child.birth_date,
        child.extra_time
    )
    .fetch_one(conn)
    .await
    .map_err(Error::from)
}

/// The student's day of birth.
pub(super) async fn find_birth_date(conn: &mut PgConnection, id: Uuid) -> Result<Option<NaiveDate>> {
    let date =
        sqlx::query_scalar!("select birth_date from students where user_id = $1", id).fetch_optional(conn).await?;
    Ok(date.flatten())
}

/// Who has an address.
pub struct Known {
    /// Key in `users`.
    pub id: Uuid,
    /// Key of the role.
    pub role: String,
    /// Whether the account is closed.
    pub closed: bool,
}

/// The account with this address.
pub(in crate::accounts) async fn find_by_email(conn: &mut PgConnection, email: &str) -> Result<Option<Known>> {
    sqlx::query_as!(
        Known,
        r#"select id, role, deactivated_at is not null as "closed!" from users where email = $1"#,
        normal_email(email)
    )
    .fetch_optional(conn)
    .await
    .map_err(Error::from)
}

/// A student's guardians, the payer first.
pub(super) async fn list_guardians(conn: &mut PgConnection, student: Uuid) -> Result<Vec<Guardian>> {
    sqlx::query_as!(
        Guardian,
        r#"select u.id, u.first_name || ' ' || u.last_name as "name!", u.email, u.phone, g.relation, g.is_payer, g.rights,
                  u.activated_at is not null as "activated!", u.deactivated_at is not null as "closed!"
           from guardianships g join users u on u.id = g.guardian_id
           where g.student_id = $1 order by g.is_payer desc, g.created_at, u.id"#,
        student
    )
    .fetch_all(conn)
    .await
    .map_err(Error::from)
}

/// Ties a guardian to a student; false when they are.
pub(in crate::accounts) async fn insert_tie(
    conn: &mut PgConnection,
    guardian: Uuid,
    student: Uuid,
    relation: &str,
    is_payer: bool,
) -> Result<bool> {
    let inserted = sqlx::query!(
        "insert into guardianships (guardian_id, student_id, relation, is_payer) values ($1, $2, $3, $4)
         on conflict do nothing",
        guardian,
        student,
        relation,
        is_payer
    )
    .execute(conn)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// Stores a changed tie. Rights other than seeing stay as they are.
pub(super) async fn set_tie(conn: &mut PgConnection, student: Uuid, tie: &Guardian) -> Result<()> {
    sqlx::query!(
        "update guardianships set relation = $3, is_payer = $4,
             rights = case when $5 then array_append(array_remove(rights, 'VIEW'), 'VIEW') else array_remove(rights, 'VIEW') end
         where guardian_id = $1 and student_id = $2",
        tie.id,
        student,
        tie.relation,
        tie.is_payer,
        tie.sees()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes a tie away.
pub(super) async fn delete_tie(conn: &mut PgConnection, student: Uuid, guardian: Uuid) -> Result<()> {
    sqlx::query!("delete from guardianships where guardian_id = $1 and student_id = $2", guardian, student)
        .execute(conn)
        .await?;
    Ok(())
}

/// A coach, for choosing one.
pub struct Coach {
    /// Key in `users`.
    pub id: Uuid,
    /// First and last name.
    pub name: String,
    /// What students know the coach by.
    pub pseudonym: String,
    /// Whether this student is theirs.
    pub coaches: bool,
}

/// All coaches in service, and those of this student.
pub(super) async fn list_coaches(conn: &mut PgConnection, student: Uuid) -> Result<Vec<Coach>> {
    sqlx::query_as!(
        Coach,
        r#"select u.id, u.first_name || ' ' || u.last_name as "name!", c.pseudonym,
                  exists (select from coach_students cs where cs.coach_id = u.id and cs.student_id = $1) as "coaches!"
           from coaches c join users u on u.id = c.user_id
           where u.role = 'COACH' and u.deactivated_at is null order by plain_text(u.last_name), plain_text(u.first_name), u.id"#,
        student
    )
    .fetch_all(conn)
    .await
    .map_err(Error::from)
}

/// Gives the student to a coach in service; false when nothing changed.
pub(super) async fn insert_coaching(conn: &mut PgConnection, student: Uuid, coach: Uuid) -> Result<bool> {
    let inserted = sqlx::query!(
        "insert into coach_students (coach_id, student_id)
         select c.user_id, s.user_id from coaches c join users u on u.id = c.user_id, students s
         where c.user_id = $2 and u.role = 'COACH' and u.deactivated_at is null and s.user_id = $1
         on conflict do nothing",
        student,
        coach
    )
    .execute(conn)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// Takes the student from a coach.
pub(super) async fn delete_coaching(conn: &mut PgConnection, student: Uuid, coach: Uuid) -> Result<bool> {
    let deleted = sqlx::query!("delete from coach_students where coach_id = $2 and student_id = $1", student, coach)
        .execute(conn)
        .await?;
    Ok(deleted.rows_affected() == 1)
}

/// Brothers and sisters: other children of the same guardians.
pub struct Sibling {
    /// Key in `users`.
    pub id: Uuid,
    /// First and last name.
    pub name: String,
    /// Grade.
    pub grade: String,
}

/// See [`Sibling`].
pub(super) async fn list_siblings(conn: &mut PgConnection, student: Uuid) -> Result<Vec<Sibling>> {
    sqlx::query_as!(
        Sibling,
        r#"select distinct u.id, u.first_name || ' ' || u.last_name as "name!", s.grade
           from guardianships mine join guardianships other on other.guardian_id = mine.guardian_id
           join users u on u.id = other.student_id join students s on s.user_id = u.id
           where mine.student_id = $1 and other.student_id <> $1"#,
        student
    )
    .fetch_all(conn)
    .await
    .map_err(Error::from)
}
