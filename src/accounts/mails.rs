//! Mails about accounts: links, and notices to the owner of what happened to the account. Text and HTML are one: the
//! text is made from the HTML.

use maud::{Markup, html};
use sqlx::PgConnection;

use super::{
    account::{self, Account, Recipient},
    links::Purpose,
};
use crate::{
    ctx::Ctx,
    error::Result,
    messaging::{self, Mail, button},
};

mod devices;

pub(super) use devices::tell_new_device;

/// A notice without its recipient.
pub(super) struct Notice {
    template: &'static str,
    subject: String,
    html: Markup,
}

impl Notice {
    fn to(&self, about: &Account, to: &Recipient) -> Mail {
        Mail {
            user_id: Some(about.id),
            template: self.template,
            to_name: to.name.clone(),
            to_email: to.email.clone(),
            subject: self.subject.clone(),
            text: messaging::text(&self.html),
            html: self.html.clone(),
        }
    }
}

fn own_recipient(account: &Account) -> Option<Recipient> {
    let email = account.email.clone()?;
    Some(Recipient { id: account.id, name: account.full_name(), email })
}

/// Sends a notice to the owner; a child without e-mail gets none.
pub(super) async fn tell_owner(conn: &mut PgConnection, account: &Account, notice: &Notice) -> Result<()> {
    match own_recipient(account) {
        Some(to) => messaging::send(conn, &notice.to(account, &to)).await,
        None => Ok(()),
    }
}

/// [`tell_owner`], or the guardians of a child without e-mail.
pub(super) async fn tell_owner_or_guardians(conn: &mut PgConnection, account: &Account, notice: &Notice) -> Result<()> {
    let recipients = match own_recipient(account) {
        Some(to) => vec![to],
        None => account::list_guardians(&mut *conn, account.id).await?,
    };
    for to in recipients {
        messaging::send(conn, &notice.to(account, &to)).await?;
    }
    Ok(())
}

fn hello(name: &str) -> Markup {
    html! { p { "Bonjour " (name) "," } }
}

fn how_long(purpose: Purpose) -> String {
    format!("Ce lien est valable {} et sert une seule fois.", purpose.life_in_words())
}

/// The link of an activation or of a reset: to the owner, or to the guardian of a child.
pub(super) fn link(ctx: &Ctx, account: &Account, to: &Recipient, purpose: Purpose, link: &str) -> Mail {
    let own = to.id == account.id;
    let notice = match (own, purpose) {
        (true, Purpose::Reset) => own_reset(account, link),
        (true, _) => own_activation(ctx, account, link),
        (false, _) => child_link(ctx, account, to, purpose, link),
    };
    notice.to(account, to)
}

fn own_activation(ctx: &Ctx, account: &Account, link: &str) -> Notice {
    let (tone, school) = (account.tone(), &ctx.config.school.name);
    Notice {
        template: "account-activation",
        subject: format!("{} compte chez {school}", tone.say("Active ton", "Activez votre")),
        html: html! {
            (hello(&account.first_name))
            p { (tone.say("Ton compte", "Votre compte")) " chez " (school) " est prêt. Il ne manque que le mot de passe. " (how_long(Purpose::Activation)) }
            (button(link, "Activer mon compte"))
            p { (tone.say("Tu n’as", "Vous n’avez")) " rien demandé\u{a0}? Il suffit d’ignorer ce message\u{a0}: sans activation, ce compte ne sert à rien." }
        },
    }
}

fn own_reset(account: &Account, link: &str) -> Notice {
    let tone = account.tone();
    Notice {
        template: "account-reset",
        subject: "Choisir un nouveau mot de passe".to_owned(),
        html: html! {
            (hello(&account.first_name))
            p { "Un nouveau mot de passe a été demandé pour " (tone.say("ton", "votre")) " compte. " (how_long(Purpose::Reset)) }
            (button(link, "Choisir un mot de passe"))
            p { (tone.say("Tu n’as", "Vous n’avez")) " rien demandé\u{a0}? Il suffit d’ignorer ce message\u{a0}: le mot de passe actuel reste valable." }
        },
    }
}

fn child_link(ctx: &Ctx, child: &Account, to: &Recipient, purpose: Purpose, link: &str) -> Notice {
    let (first_name, identifier) = (&child.first_name, child.sign_in_name());
    let reset = purpose == Purpose::Reset;
    Notice {
        template: if reset { "child-reset" } else { "child-activation" },
        subject: if reset {
            format!("Le mot de passe de {first_name}")
        } else {
            format!("Le compte de {first_name} est à activer")
        },
        html: html! {
            (hello(&to.name))
            p {
                @if reset { "Un nouveau mot de passe a été demandé pour le compte de " (first_name) " chez " (ctx.config.school.name) "." }
                @else { "Le compte de " (first_name) " chez " (ctx.config.school.name) " est prêt\u{a0}: il ne manque que le mot de passe." }
            }
            p { "Ouvrez ce lien avec " (first_name) ", qui choisira son mot de passe. " (how_long(purpose)) }
            (button(link, "Choisir le mot de passe"))
            p { "Pour se connecter ensuite, " (first_name) " tapera cet identifiant\u{a0}: " strong { (identifier) } }
            p { "Vous n’avez rien demandé\u{a0}? Ignorez ce message\u{a0}: rien ne change." }
        },
    }
}

/// An activation link was asked for an account that is active.
pub(super) fn already_active(ctx: &Ctx, account: &Account, to: &Recipient, link: &str) -> Mail {
    let tone = account.tone();
    let signin = format!("{}/auth/signin", ctx.config.public_url);
    let notice = Notice {
        template: "account-already-active",
        subject: format!("{} compte est déjà activé", tone.say("Ton", "Votre")),
        html: html! {
            (hello(&account.first_name))
            p { (tone.say("Ton", "Votre")) " compte est déjà activé\u{a0}: il suffit de " a href=(signin) { "se connecter" } "." }
            p { "Mot de passe oublié\u{a0}? " (how_long(Purpose::Reset)) }
            (button(link, "Choisir un autre mot de passe"))
        },
    };
    notice.to(account, to)
}

fn if_not_you(ctx: &Ctx, account: &Account) -> Markup {
    let forgot = format!("{}/auth/forgot-password", ctx.config.public_url);
    let tone = account.tone();
    html! {
        p {
            (tone.say("Ce n’était pas toi\u{a0}? ", "Ce n’était pas vous\u{a0}? "))
            a href=(forgot) { (tone.say("Choisis tout de suite un autre mot de passe", "Choisissez tout de suite un autre mot de passe")) }
            ", ce qui déconnecte tous les appareils, puis " (tone.say("préviens", "prévenez")) " l’équipe."
        }
    }
}

/// The password was changed.
pub(super) fn password_changed(ctx: &Ctx, account: &Account) -> Notice {
    Notice {
        template: "account-password-changed",
        subject: "Mot de passe changé".to_owned(),
        html: html! {
            (hello(&account.first_name))
            p { "Le mot de passe de " (account.tone().say("ton", "votre")) " compte vient d’être changé. Les autres appareils ont été déconnectés." }
            (if_not_you(ctx, account))
        },
    }
}

/// To a new address, which becomes the account's once the link is used.
pub(super) fn confirm_email(account: &Account, new_email: &str, link: &str) -> Mail {
    let tone = account.tone();
    let notice = Notice {
        template: "account-email-confirm",
        subject: format!("{} nouvelle adresse", tone.say("Confirme ta", "Confirmez votre")),
        html: html! {
            (hello(&account.first_name))
            p { "Ce lien fera de cette adresse celle de " (tone.say("ton", "votre")) " compte. D’ici là, rien ne change. " (how_long(Purpose::Email)) }
            (button(link, "Confirmer cette adresse"))
            p { (tone.say("Tu n’as", "Vous n’avez")) " rien demandé\u{a0}? Il suffit d’ignorer ce message." }
        },
    };
    notice.to(account, &Recipient { id: account.id, name: account.full_name(), email: new_email.to_owned() })
}

/// To a new address that has an account already: only its owner learns so, here.
pub(super) fn email_taken(account: &Account, new_email: &str) -> Mail {
    let notice = Notice {
        template: "account-email-taken",
        subject: "Cette adresse a déjà un compte".to_owned(),
        html: html! {
            p { "Bonjour," }
            p { "Quelqu’un a voulu faire de cette adresse celle d’un autre compte. Elle a déjà un compte chez nous\u{a0}: rien n’a été changé." }
            p { "Si ce n’était pas vous, ignorez ce message." }
        },
    };
    notice.to(account, &Recipient { id: account.id, name: String::new(), email: new_email.to_owned() })
}

/// A change of address was asked for, or has happened.
pub(super) fn email_notice(ctx: &Ctx, account: &Account, new_email: &str, done: bool) -> Notice {
    let tone = account.tone();
    let masked = mask(new_email);
    Notice {
        template: if done { "account-email-changed" } else { "account-email-asked" },
        subject: if done {
            "Adresse e-mail changée".to_owned()
        } else {
            "Changement d’adresse e-mail demandé".to_owned()
        },
        html: html! {
            (hello(&account.first_name))
            p {
                @if done { "L’adresse de " (tone.say("ton", "votre")) " compte est maintenant " (masked) ". Celle-ci ne sert plus à se connecter." }
                @else { "L’adresse " (masked) " doit remplacer celle de " (tone.say("ton", "votre")) " compte. Rien ne change avant sa confirmation." }
            }
            @if done { p { (tone.say("Ce n’était pas toi\u{a0}? Préviens", "Ce n’était pas vous\u{a0}? Prévenez")) " tout de suite l’équipe\u{a0}: elle peut fermer le compte et rétablir l’adresse." } }
            @else { (if_not_you(ctx, account)) }
        },
    }
}

/// Two-factor was switched on or off.
pub(super) fn two_factor(ctx: &Ctx, account: &Account, on: bool) -> Notice {
    Notice {
        template: "account-two-factor",
        subject: format!("Double authentification {}", if on { "activée" } else { "désactivée" }),
        html: html! {
            (hello(&account.first_name))
            p { "La double authentification de " (account.tone().say("ton", "votre")) " compte vient d’être " @if on { "activée" } @else { "désactivée" } "." }
            (if_not_you(ctx, account))
        },
    }
}

/// "s…a@example.org": enough to recognise one's own.
fn mask(email: &str) -> String {
    let (local, domain) = email.split_once('@').unwrap_or((email, ""));
    let mut letters = local.chars();
    let first = letters.next().map(String::from).unwrap_or_default();
    let last = letters.next_back().map(String::from).unwrap_or_default();
    format!("{first}…{last}@{domain}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_to_its_owner_only() {
        assert_eq!(mask("sonia@example.org"), "s…a@example.org");
        assert_eq!(mask("s@example.org"), "s…@example.org");
    }
}
