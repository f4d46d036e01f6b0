//! `nexus admin create`: the first admin, from the command line.

use sqlx::PgPool;
use uuid::Uuid;

use super::{
    normal_email,
    passwords::{
        Passwords,
        rule::{self, Own},
    },
};
use crate::web::checks::is_email;

/// Creates an admin who can sign in at once.
pub async fn create(
    pool: &PgPool,
    email: &str,
    password: String,
    first_name: &str,
    last_name: &str,
) -> anyhow::Result<()> {
    let email = normal_email(email);
    anyhow::ensure!(is_email(&email), "« {email} » n’est pas une adresse e-mail.");
    if let Err(weakness) = rule::check(&password, &Own::new([email.as_str(), first_name, last_name])) {
        anyhow::bail!("{}", weakness.sentence());
    }
    let hash = Passwords::new()?.hash(password).await.map_err(|error| anyhow::anyhow!("{error}"))?;
    let inserted = sqlx::query!(
        "insert into users (id, role, email, first_name, last_name, password_hash, activated_at)
         values ($1, 'ADMIN', $2, $3, $4, $5, now()) on conflict (email) do nothing",
        Uuid::now_v7(),
        email,
        first_name,
        last_name,
        hash
    )
    .execute(pool)
    .await?;
    anyhow::ensure!(inserted.rows_affected() == 1, "Un compte existe déjà avec l’adresse {email}.");
    Ok(())
}
