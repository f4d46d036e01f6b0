//! Mails about a sign-in on a kind of device that was not seen before.

use chrono::Utc;
use maud::{Markup, html};
use sqlx::PgConnection;

use super::{Notice, hello, if_not_you, own_recipient};
use crate::{
    accounts::account::{self, Account, Recipient},
    ctx::Ctx,
    error::Result,
    messaging,
    web::format,
};

/// Tells the owner; for a child without e-mail, the guardians who have an account of their own.
pub(in crate::accounts) async fn tell_new_device(
    conn: &mut PgConnection,
    ctx: &Ctx,
    account: &Account,
    device: &str,
    address: &str,
) -> Result<()> {
    let seen = seen(device, address);
    if let Some(owner) = own_recipient(account) {
        return messaging::send(conn, &own(ctx, account, &seen).to(account, &owner)).await;
    }
    for guardian in account::list_active_guardians(&mut *conn, account.id).await? {
        messaging::send(conn, &of_child(ctx, account, &guardian, &seen).to(account, &guardian)).await?;
    }
    Ok(())
}

/// When, on what and where from.
fn seen(device: &str, address: &str) -> Markup {
    let at = Utc::now();
    html! { ul { li { "le " (format::date(at)) " à " (format::hour(at)) } li { (device) } li { "adresse " (address) } } }
}

fn own(ctx: &Ctx, account: &Account, seen: &Markup) -> Notice {
    Notice {
        template: "account-new-device",
        subject: "Connexion depuis un nouvel appareil".to_owned(),
        html: html! {
            (hello(&account.first_name))
            p { (account.tone().say("Ton", "Votre")) " compte vient d’être ouvert sur un appareil que nous n’avions pas encore vu\u{a0}:" }
            (seen)
            p { (account.tone().say("Si c’était toi, tout va bien.", "Si c’était vous, tout va bien.")) }
            (if_not_you(ctx, account))
        },
    }
}

fn of_child(ctx: &Ctx, child: &Account, guardian: &Recipient, seen: &Markup) -> Notice {
    let (first_name, forgot) = (&child.first_name, format!("{}/auth/forgot-password", ctx.config.public_url));
    Notice {
        template: "child-new-device",
        subject: format!("Connexion de {first_name} depuis un nouvel appareil"),
        html: html! {
            (hello(&guardian.name))
            p { "Le compte de " (first_name) " vient d’être ouvert sur un appareil que nous n’avions pas encore vu\u{a0}:" }
            (seen)
            p { "Si c’était bien " (first_name) ", par exemple sur un nouveau téléphone ou au lycée, tout va bien\u{a0}: il n’y a rien à faire." }
            p {
                "Vous avez un doute\u{a0}? Demandez ensemble " a href=(forgot) { "un autre mot de passe" } " avec l’identifiant "
                strong { (child.sign_in_name()) } "\u{a0}: le lien arrivera à votre adresse, et tous les appareils seront déconnectés. Puis prévenez l’équipe."
            }
        },
    }
}
