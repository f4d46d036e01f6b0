//! "I lost my link", "I lost my password": whoever asks without a session is answered at once and always the same; a
//! job finds out whether there is such an account and sends what it needs.

use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::{MOST_MAILS, Sent, send};
use crate::{
    accounts::{account, links, mails},
    accounts::{
        account::Recipient,
        links::{Channel, Purpose},
    },
    ctx::Ctx,
    error::Result,
    jobs::{self, Job, Lease},
    messaging,
    web::{Visitor, checks::is_email},
};

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Wanted {
    /// The activation link.
    Activation,
    /// A link for a new password.
    Reset,
}

/// Sends a link to whoever owns the account, if there is one.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendAccountLink {
    /// E-mail or identifier, as it was typed.
    pub account: String,
    /// What for.
    pub wanted: Wanted,
}

impl Job for SendAccountLink {
    const KIND: &'static str = "send_account_link";
    const LABEL: &'static str = "Envoi d’un lien de compte";
    const PRIORITY: i16 = 10;

    async fn run(self, ctx: &Ctx, lease: &mut Lease) -> anyhow::Result<()> {
        let mut tx = crate::db::begin(&ctx.pool).await?;
        self.answer(&mut tx, ctx).await?;
        lease.finish(&mut tx).await?;
        Ok(tx.commit().await?)
    }
}

impl SendAccountLink {
    /// The work of the job, in the caller's transaction.
    pub(in crate::accounts) async fn answer(&self, conn: &mut PgConnection, ctx: &Ctx) -> Result<()> {
        let Some(found) = account::find_by_name(&mut *conn, &self.account).await? else { return Ok(()) };
        let Some(account) = account::lock(conn, found.id).await?.filter(|account| !account.deactivated) else {
            return Ok(());
        };
        match (account.activated, self.wanted) {
            (false, _) => send(conn, ctx, &account, Purpose::Activation).await?,
            (true, Wanted::Reset) => send(conn, ctx, &account, Purpose::Reset).await?,
            (true, Wanted::Activation) => return say_active(conn, ctx, &account).await,
        };
        Ok(())
    }
}

/// Tells the owner that there is nothing to activate, with the link for a new password. Counted like every link.
async fn say_active(conn: &mut PgConnection, ctx: &Ctx, account: &account::Account) -> Result<()> {
    let Some(email) = account.email.clone() else {
        return send(conn, ctx, account, Purpose::Reset).await.map(|_: Sent| ());
    };
    if links::count_mailed(conn, account.id).await? < MOST_MAILS {
        let to = Recipient { id: account.id, name: account.full_name(), email };
        let link = links::create(conn, ctx, account.id, Purpose::Reset, Channel::Mail, None).await?;
        messaging::send(conn, &mails::already_active(ctx, account, &to, &link)).await?;
    }
    Ok(())
}

/// Takes the wish, whoever it comes from. What cannot be an account (a password in the wrong field) is not stored.
pub async fn ask(ctx: &Ctx, visitor: &Visitor, account: &str, wanted: Wanted) -> Result<()> {
    if ctx.config.rate_limits {
        ctx.limits.ask_for_mail(visitor)?;
    }
    let account = crate::accounts::normal_email(account);
    if is_email(&account) || is_identifier(&account) {
        jobs::enqueue(&mut *ctx.pool.acquire().await?, &SendAccountLink { account, wanted }).await?;
    }
    Ok(())
}

/// Identifiers are letters without accents, digits and dots.
fn is_identifier(text: &str) -> bool {
    (3..=60).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
}
