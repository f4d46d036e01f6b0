//! Mails about notifications: one at once, or all of a day together. They say what happened and where to read it.

use maud::{Markup, html};
use uuid::Uuid;

use super::{Kind, MailWish, Notice, store::Waiting};
use crate::{
    messaging::{Mail, SITE, button, text},
    web::Role,
};

/// Whom to write to.
#[derive(Debug, Clone)]
pub(in crate::messaging) struct Recipient {
    pub id: Uuid,
    pub role: Role,
    pub first_name: String,
    pub last_name: String,
    /// None for a child without one, and for an account that is not activated: its links would lead nowhere.
    pub email: Option<String>,
    /// What was chosen for the kind.
    pub chosen: Option<MailWish>,
}

impl Recipient {
    /// What the person wants for a kind, or must get.
    pub fn wish(&self, kind: Kind) -> MailWish {
        if self.email.is_none() {
            MailWish::Never
        } else if kind.mandatory() {
            MailWish::Now
        } else {
            self.chosen.unwrap_or(kind.default_wish())
        }
    }

    /// Whether the person is addressed with *tu*.
    pub fn is_student(&self) -> bool {
        self.role == Role::Eleve
    }

    /// A mail to this person; none without an address.
    pub fn mail(&self, template: &'static str, subject: String, html: Markup) -> Option<Mail> {
        Some(Mail {
            user_id: Some(self.id),
            template,
            to_name: format!("{} {}", self.first_name, self.last_name),
            to_email: self.email.clone()?,
            subject,
            text: text(&html),
            html,
        })
    }
}

/// First line of every mail.
pub(in crate::messaging) fn greeting(to: &Recipient) -> Markup {
    html! { p { "Bonjour " (to.first_name) "," } }
}

/// Last lines of every mail that can be switched off.
pub(in crate::messaging) fn about_preferences(to: &Recipient) -> Markup {
    html! {
        p {
            @if to.is_student() { "Tu peux choisir ces e-mails" } @else { "Vous pouvez choisir ces e-mails" }
            " dans " a href={ (SITE) "/compte/notifications" } { "les réglages de notification" } "."
        }
    }
}

/// The mail about one notification.
pub(super) fn one(to: &Recipient, notice: &Notice) -> Option<Mail> {
    let (title, body) = notice.kind.discreet().unwrap_or((&notice.title, &notice.body));
    let html = html! {
        (greeting(to))
        p { (title) "." @if !body.is_empty() { " " (body) } }
        (button(&format!("{SITE}{}", notice.link), "Lire"))
        @if !notice.kind.mandatory() { (about_preferences(to)) }
    };
    to.mail("notification", title.to_owned(), html)
}

/// The mail of the day.
pub(super) fn daily(to: &Recipient, waiting: &[Waiting]) -> Option<Mail> {
    let count = waiting.len();
    let subject = match (count, to.is_student()) {
        (1, _) => waiting.first()?.title.clone(),
        (_, true) => format!("{count} nouvelles pour toi"),
        (_, false) => format!("{count} nouvelles pour vous"),
    };
    let html = html! {
        (greeting(to))
        p { @if to.is_student() { "Voici ce que tu n’as pas encore lu :" } @else { "Voici ce que vous n’avez pas encore lu :" } }
        ul { @for one in waiting { li { a href={ (SITE) (one.link) } { (one.title) } } } }
        (button(&format!("{SITE}/notifications"), "Tout lire"))
        (about_preferences(to))
    };
    to.mail("daily-digest", subject, html)
}
