//! Who may see a result whole. The rule itself is `may_view_assessment` in the database; here are signed links.

use std::time::Duration;

use chrono::Utc;
use uuid::Uuid;

use super::store;
use crate::{
    ctx::Ctx,
    error::{Error, Result},
    web::Visitor,
};

/// Life of a link in a mail.
const LIFE: Duration = Duration::from_secs(30 * 24 * 3600);
const PURPOSE: &str = "assessment";

/// An address that opens this assessment in any browser for thirty days.
pub fn signed_url(ctx: &Ctx, id: Uuid) -> String {
    let token = ctx.keys.expiring_token(PURPOSE, id, LIFE);
    format!("{}/assessments/{id}?acces={token}", ctx.config.public_url)
}

/// Whether the token of a link opens this assessment now.
pub fn link_opens(ctx: &Ctx, id: Uuid, token: &str) -> bool {
    ctx.keys.token_valid(PURPOSE, id, token, Utc::now())
}

/// Lets this browser see the assessment, if the link is genuine and fresh. Who may see it anyway needs no link.
pub async fn open_with_link(ctx: &Ctx, visitor: &Visitor, id: Uuid, token: &str) -> Result<()> {
    if link_opens(ctx, id, token) {
        return visitor.grant(id).await;
    }
    if store::find(&ctx.pool, visitor, id).await?.is_some_and(|row| row.whole) {
        return Ok(());
    }
    Err(Error::forbidden(
        "Ce lien n’est plus valable : il sert pendant trente jours. Connectez-vous, ou demandez un nouveau lien à l’équipe.",
    ))
}
