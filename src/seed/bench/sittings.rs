//! Months of attempts in the app by the students of `bench_students`: each takes several forms of the grade, the first
//! time for a score, and some come back to one, which is practice (decision 6).

use chrono::Utc;
use sqlx::PgConnection;

use super::{
    bulk::{self, Kind},
    templates,
};
use crate::assessments::{
    bank::{self, BankEdition},
    model::{Grade, RuleVersion},
};

/// How many different attempts on a form there are.
const TEMPLATES: usize = 400;
/// Forms that a student takes, at most.
const FORMS: usize = 4;
/// How many days ago the first form was taken, and how many days lie between two.
const BEGAN: i32 = 290;
const APART: i32 = 60;

/// Stores them, form by form.
pub(super) async fn add(conn: &mut PgConnection) -> anyhow::Result<()> {
    for grade in Grade::ALL {
        let forms: Vec<BankEdition> = bank::editions().filter(|one| one.edition.grade == grade).take(FORMS).collect();
        for (place, edition) in (0..).zip(forms) {
            set_rows(conn, grade, place).await?;
            let templates = templates::attempts(edition.bank, TEMPLATES, Utc::now())?;
            bulk::store(conn, Kind { edition, rule: RuleVersion::V3 }, templates).await?;
        }
    }
    Ok(())
}

/// Who takes the form that comes at this place: all the first, three in four each of the others; of the first, one in
/// four takes it again weeks later and does better. Who is able does well, a little better with each form.
async fn set_rows(conn: &mut PgConnection, grade: Grade, place: i32) -> anyhow::Result<()> {
    bulk::open_rows(conn).await?;
    sqlx::query(
        "insert into bench_rows (at, id, template, completed_at, student, name, practice)
         select row_number() over (order by id) - 1, id,
                least(greatest(floor($3 * skill), 0), $3 - 1)::int4, completed_at, student, name, practice
         from (
             select gen_random_uuid() as id, s.ability + 0.03 * $2 + (random() - 0.5) / 8 + again.gain as skill,
                    now() - make_interval(days => $4 - $5 * $2) + (random() * 20 + again.days) * interval '1 day' as completed_at,
                    s.id as student, u.first_name || ' ' || u.last_name as name, again.practice
             from (select *, random() as luck from bench_students where grade = $1) s
             join users u on u.id = s.id
             join (values (false, 0.0, 0), (true, 0.15, 25)) as again (practice, gain, days) on true
             where case when again.practice then $2 = 0 and s.luck < 0.25 else $2 = 0 or s.luck < 0.75 end) drawn",
    )
    .bind(grade.as_str())
    .bind(place)
    .bind(TEMPLATES as f64)
    .bind(BEGAN)
    .bind(APART)
    .execute(conn)
    .await?;
    Ok(())
}
