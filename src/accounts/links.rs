//! One-time links: a secret that opens one thing for one account, once and for a while. Only its hash is stored.
//!
//! Always true: using a link and its effect are one transaction, so that of two uses at once one wins; whoever
//! changes the password, or the address, kills what was sent before; a closed account's links open nothing.

use chrono::{DateTime, Duration, Utc};
use sha2::{Digest as _, Sha256};
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

use super::readable;
use crate::{ctx::Ctx, error::Result};

/// What a link opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Choosing the first password.
    Activation,
    /// Choosing a new password.
    Reset,
    /// Confirming a new e-mail address.
    Email,
}

impl Purpose {
    fn key(self) -> &'static str {
        match self {
            Self::Activation => "ACTIVATION",
            Self::Reset => "RESET",
            Self::Email => "EMAIL",
        }
    }

    /// How long the link is good for.
    pub fn life(self) -> Duration {
        match self {
            Self::Activation => Duration::hours(72),
            Self::Reset => Duration::minutes(60),
            Self::Email => Duration::hours(24),
        }
    }

    /// The same in words.
    pub fn life_in_words(self) -> &'static str {
        match self {
            Self::Activation => "72\u{a0}heures",
            Self::Reset => "une heure",
            Self::Email => "24\u{a0}heures",
        }
    }

    /// The page behind the link, and the first letters of the secret.
    fn path(self) -> (&'static str, &'static str) {
        match self {
            Self::Activation => ("/auth/activate", "act"),
            Self::Reset => ("/auth/reset-password", "rst"),
            Self::Email => ("/compte/email/confirmation", "eml"),
        }
    }
}

/// How the secret leaves the house.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// By mail.
    Mail,
    /// On a slip of paper.
    Slip,
}

/// What a valid link leads to.
#[derive(Debug)]
pub struct Target {
    /// The account.
    pub user_id: Uuid,
    /// The new address, for [`Purpose::Email`].
    pub new_email: Option<String>,
}

/// Groups of the secret on a slip: 99 bits.
const SLIP_GROUPS: usize = 4;

fn hash(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

/// Makes a link; the address that it returns goes to its owner and is stored nowhere.
pub async fn create(
    conn: &mut PgConnection,
    ctx: &Ctx,
    user: Uuid,
    purpose: Purpose,
    channel: Channel,
    new_email: Option<&str>,
) -> Result<String> {
    let (path, prefix) = purpose.path();
    let secret = match channel {
        Channel::Mail => format!("{prefix}_{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple()),
        // Somebody may have to type it.
        Channel::Slip => format!("{prefix}_{}", readable::draw(SLIP_GROUPS)),
    };
    let expires: DateTime<Utc> = Utc::now() + purpose.life();
    sqlx::query!(
        "insert into account_links (token_hash, user_id, purpose, expires_at, channel, new_email)
         values ($1, $2, $3, $4, $5, $6)",
        hash(&secret),
        user,
        purpose.key(),
        expires,
        if channel == Channel::Slip { "SLIP" } else { "MAIL" },
        new_email
    )
    .execute(conn)
    .await?;
    Ok(format!("{}{path}?token={secret}", ctx.config.public_url))
}

/// What the link leads to, while it is valid. Looking does not use it up: mail scanners open links.
pub async fn find(db: impl PgExecutor<'_>, secret: &str, purpose: Purpose) -> Result<Option<Target>> {
    Ok(sqlx::query_as!(
        Target,
        "select l.user_id, l.new_email from account_links l join users u on u.id = l.user_id
         where l.token_hash = $1 and l.purpose = $2 and l.used_at is null and l.expires_at > now()
           and u.deactivated_at is null",
        hash(secret),
        purpose.key()
    )
    .fetch_optional(db)
    .await?)
}

/// Uses the link up; nothing if it is not valid, or not any more.
pub async fn use_up(conn: &mut PgConnection, secret: &str, purpose: Purpose) -> Result<Option<Target>> {
    Ok(sqlx::query_as!(
        Target,
        "update account_links l set used_at = now() from users u
         where l.token_hash = $1 and l.purpose = $2 and l.used_at is null and l.expires_at > now()
           and u.id = l.user_id and u.deactivated_at is null
         returning l.user_id, l.new_email",
        hash(secret),
        purpose.key()
    )
    .fetch_optional(conn)
    .await?)
}

/// Ends all links of the account.
pub async fn kill_all(conn: &mut PgConnection, user: Uuid) -> Result<()> {
    sqlx::query!("update account_links set used_at = now() where user_id = $1 and used_at is null", user)
        .execute(conn)
        .await?;
    Ok(())
}

/// Ends the account's links of one purpose.
pub async fn kill(conn: &mut PgConnection, user: Uuid, purpose: Purpose) -> Result<()> {
    sqlx::query!(
        "update account_links set used_at = now() where user_id = $1 and purpose = $2 and used_at is null",
        user,
        purpose.key()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Links mailed for the account in the last hour.
pub async fn count_mailed(conn: &mut PgConnection, user: Uuid) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "n!" from account_links
           where user_id = $1 and channel = 'MAIL' and created_at > now() - interval '1 hour'"#,
        user
    )
    .fetch_one(conn)
    .await?)
}
