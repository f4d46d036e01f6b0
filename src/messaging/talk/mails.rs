//! The mail about an unread message: who wrote and where to read it, never what.

use maud::html;

use super::{Contact, path, wrote};
use crate::messaging::{
    Mail, SITE, button,
    notices::{Recipient, about_preferences, greeting},
};

/// None for a person without an address.
pub(super) fn unread(to: &Recipient, from: &Contact, count: i64) -> Option<Mail> {
    let name = from.name(to.role);
    let messages = if count > 1 { format!("{count} messages") } else { "un message".to_owned() };
    let html = html! {
        (greeting(to))
        p {
            @if to.is_student() { (name) " t’a écrit " (messages) " sur Nexus Réussite." }
            @else { (name) " vous a écrit " (messages) " sur Nexus Réussite." }
        }
        (button(&format!("{SITE}{}", path(from.id)), "Lire et répondre"))
        (about_preferences(to))
    };
    to.mail("unread-message", wrote(&name, to.role), html)
}
