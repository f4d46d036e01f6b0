//! Mails that the staff's register sends: activation, and the notice that an address was replaced.

use maud::html;

use super::{Account, store::Recipient};
use crate::{
    ctx::Ctx,
    messaging::{Mail, button},
    web::Role,
};

/// To the owner of a new account.
pub(in crate::accounts) fn activation(ctx: &Ctx, account: &Account, email: &str, link: &str) -> Mail {
    let school = &ctx.config.school.name;
    let (hello, subject, text) = if account.role == Role::Eleve {
        (
            format!("Bonjour {},", account.first_name),
            format!("Ton compte {school} : choisis ton mot de passe"),
            format!(
                "{school} t’a ouvert un compte. Choisis ton mot de passe avec ce lien : il est valable 72 heures et sert une seule fois."
            ),
        )
    } else {
        (
            format!("Bonjour {},", account.full_name()),
            format!("Votre compte {school} : choisissez votre mot de passe"),
            format!(
                "{school} vous a ouvert un compte. Choisissez votre mot de passe avec ce lien : il est valable 72 heures et sert une seule fois."
            ),
        )
    };
    let after = "Le lien a expiré ? L’équipe en envoie un autre sur simple demande.";
    Mail {
        user_id: Some(account.id),
        template: "account-activation",
        to_name: account.full_name(),
        to_email: email.to_owned(),
        subject,
        text: format!("{hello}\n\n{text}\n{link}\n\n{after}"),
        html: html! { p { (hello) } p { (text) } (button(link, "Choisir mon mot de passe")) p { (after) } },
    }
}

/// To a guardian, for a child without e-mail: the identifier and the link.
pub(super) fn child_activation(ctx: &Ctx, child: &Account, guardian: &Recipient, link: &str) -> Mail {
    let (school, name, identifier) = (&ctx.config.school.name, &child.first_name, child.account());
    let text = format!(
        "Voici de quoi activer le compte de {name} chez {school}. Ouvrez ce lien avec votre enfant, qui y choisit son mot de \
         passe : il est valable 72 heures et sert une seule fois."
    );
    Mail {
        user_id: Some(guardian.id),
        template: "child-activation",
        to_name: guardian.name.clone(),
        to_email: guardian.email.clone(),
        subject: format!("Le compte de {name} : choisir son mot de passe"),
        text: format!(
            "Bonjour {},\n\n{text}\n{link}\n\nEnsuite, {name} se connecte avec son identifiant : {identifier}",
            guardian.name
        ),
        html: html! {
            p { "Bonjour " (guardian.name) "," }
            p { (text) }
            (button(link, "Activer son compte"))
            p { "Ensuite, " (name) " se connecte avec son identifiant : " b { (identifier) } }
        },
    }
}

/// To the address that an account had: its owner must learn that it leads nowhere now.
pub(super) fn address_changed(ctx: &Ctx, account: &Account) -> Option<Mail> {
    let email = account.email.clone()?;
    let school = &ctx.config.school;
    let text = format!(
        "L’équipe de {} a remplacé l’adresse e-mail de votre compte : celle-ci ne sert plus à s’y connecter.",
        school.name
    );
    let after = "Si vous n’avez rien demandé, répondez à ce message.";
    Some(Mail {
        user_id: Some(account.id),
        template: "address-changed",
        to_name: account.full_name(),
        to_email: email,
        subject: "L’adresse de votre compte a été remplacée".to_owned(),
        text: format!("Bonjour {},\n\n{text}\n\n{after}", account.full_name()),
        html: html! { p { "Bonjour " (account.full_name()) "," } p { (text) } p { (after) } },
    })
}
