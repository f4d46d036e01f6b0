//! Students of Terminale who are signed in already, for the benchmark of an exam day.

use std::path::PathBuf;

use tower_sessions::session::Id;
use uuid::Uuid;

use crate::{ctx::Ctx, db::data_dir::DataDir, web::session};

/// Name in `DATA_DIR` of the list of cookies.
const FILE: &str = "bench-sessions.txt";

/// Adds so many, and writes the values of their cookies, a line each; answers where. An earlier list is replaced.
pub(super) async fn add(ctx: &Ctx, data: &DataDir, wanted: u32) -> anyhow::Result<PathBuf> {
    let students: Vec<Uuid> = (0..wanted).map(|_| Uuid::new_v4()).collect();
    let cookies: Vec<Id> = (0..wanted).map(|_| Id::default()).collect();
    let keys: Vec<Vec<u8>> = cookies.iter().map(session::key).collect();
    sqlx::query!(
        "with fresh as (select id, key, number from unnest($1::uuid[], $2::bytea[]) with ordinality as f (id, key, number)),
              person as (
                  insert into users (id, role, identifier, first_name, last_name, activated_at)
                  select id, 'ELEVE', 'mesure.' || id, 'Élève', 'Mesure ' || number, now() from fresh),
              student as (insert into students (user_id, grade) select id, 'TERMINALE' from fresh)
         insert into sessions (key, user_id, user_agent, address, expires_at)
         select key, id, 'nexus seed bench', '127.0.0.1', now() + interval '14 days' from fresh",
        &students,
        &keys
    )
    .execute(&ctx.pool)
    .await?;
    let list: String = cookies.iter().map(|id| format!("{id}\n")).collect();
    data.write_private(FILE, list.as_bytes())
}
