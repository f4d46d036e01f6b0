//! `nexus admin …`: what the operator does for accounts from the command line.

use sqlx::PgPool;
use uuid::Uuid;

use super::{
    account, normal_email,
    passwords::{
        Passwords,
        rule::{self, Own},
    },
    two_factor,
};
use crate::{ctx::Ctx, web::checks::is_email};

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

/// Switches the second factor off; the owner is told by mail.
pub async fn two_factor_off(ctx: &Ctx, email: &str) -> anyhow::Result<()> {
    let account = account::find_by_name(&ctx.pool, email).await?;
    let account = account.ok_or_else(|| anyhow::anyhow!("Aucun compte n’a l’adresse {email}."))?;
    let mut tx = crate::db::begin(&ctx.pool).await?;
    let was_on = two_factor::turn_off(&mut tx, ctx, None, &account).await?;
    anyhow::ensure!(was_on, "Ce compte n’a pas de double authentification.");
    Ok(tx.commit().await?)
}
