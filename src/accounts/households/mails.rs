//! The mail to a parent who has an account already and gets a child.

use maud::html;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    accounts::people,
    ctx::Ctx,
    error::Result,
    messaging::{Mail, button},
};

/// None for an account that is not activated: its activation mail is on the way.
pub(super) async fn tied(conn: &mut PgConnection, ctx: &Ctx, guardian: Uuid, student: Uuid) -> Result<Option<Mail>> {
    let (Some(guardian), Some(child)) =
        (people::store::find(conn, guardian).await?, people::store::find(conn, student).await?)
    else {
        return Ok(None);
    };
    let Some(email) = guardian.email.clone().filter(|_| guardian.activated_at.is_some()) else { return Ok(None) };
    let (school, link) = (&ctx.config.school.name, format!("{}/dashboard/parent", ctx.config.public_url));
    let text = format!(
        "L’équipe de {school} a rattaché {} à votre compte : vous suivez désormais son travail depuis votre page d’accueil.",
        child.full_name()
    );
    let after = "Si c’est une erreur, répondez à ce message.";
    Ok(Some(Mail {
        user_id: Some(guardian.id),
        template: "guardian-tied",
        to_name: guardian.full_name(),
        to_email: email,
        subject: format!("{} est rattaché à votre compte", child.first_name),
        text: format!("Bonjour {},\n\n{text}\n{link}\n\n{after}", guardian.full_name()),
        html: html! { p { "Bonjour " (guardian.full_name()) "," } p { (text) } (button(&link, "Ouvrir ma page")) p { (after) } },
    }))
}
