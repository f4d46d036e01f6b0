//! What people are told: messages between them ([`talk`]), notifications ([`notices`]), mail. Owns `outbox`; the tables of
//! talk and notices are theirs.
//!
//! Always true: a mail is a row written in the caller's transaction; a job sends it; no request waits for a mail
//! server. A mail may leave twice in a crash, never under two Message-IDs; it is WAITING until the server took it,
//! then SENT; FAILED once its job is dead.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    error::Result,
    jobs,
    web::{Routes, format, get, post},
};

mod job;
mod layout;
pub mod live;
mod mailer;
mod message;
pub mod notices;
pub mod outbox;
mod store;
pub mod talk;
mod text;

#[cfg(test)]
mod tests;

pub use job::SendMail;
pub use layout::{SITE, button, layout};
pub use mailer::Mailer;
pub use store::{Figures, figures};
pub use text::text;

/// Pages of this room.
pub fn routes(routes: Routes) -> Routes {
    routes
        .at("/messages", get(talk::conversations))
        .at("/messages/nouveau", get(talk::choose))
        .at("/messages/:id", get(talk::show).post(talk::create))
        .at("/messages/:id/nouveaux", get(talk::updates))
        .at("/notifications", get(notices::list))
        .at("/notifications/badges", get(notices::badges))
        .at("/notifications/lues", post(notices::read_all))
        .at("/notifications/:id", get(notices::open))
        .at("/notifications/:id/lue", post(notices::read))
        .at("/compte/notifications", get(notices::show_preferences).post(notices::set_preferences))
        .at("/admin/outbox", get(outbox::list))
        .at("/admin/outbox/:id/renvoyer", post(outbox::resend))
        .at("/live", get(live::show))
}

/// When something happened, as a list says it: "aujourd’hui à 19 h 05", "hier à 8 h 30", "le 3 mars 2026".
fn when(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let (day, today) = (format::tunis_day(at), format::tunis_day(now));
    if day == today {
        format!("aujourd’hui à {}", format::hour(at))
    } else if day == today - TimeDelta::days(1) {
        format!("hier à {}", format::hour(at))
    } else {
        format!("le {}", format::day(day))
    }
}

/// A mail, ready to be stored.
#[derive(Debug, Clone)]
pub struct Mail {
    /// Account concerned, for erasure.
    pub user_id: Option<Uuid>,
    /// Name of the template, for the outbox page.
    pub template: &'static str,
    /// Name of the recipient.
    pub to_name: String,
    /// Address of the recipient.
    pub to_email: String,
    /// Subject.
    pub subject: String,
    /// Plain text; [`text`] can make it from the HTML. The school's address is put under it when the mail leaves.
    pub text: String,
    /// HTML of the same text: paragraphs and [`button`]s only; [`layout`] is drawn around it when the mail leaves.
    pub html: maud::Markup,
}

/// Stores the mail and the job that sends it, inside the caller's transaction.
pub async fn send(conn: &mut PgConnection, mail: &Mail) -> Result<()> {
    let outbox_id = store::insert(&mut *conn, mail).await?;
    jobs::enqueue(conn, &SendMail { outbox_id }).await
}

#[cfg(test)]
mod when_tests {
    use super::*;

    #[test]
    fn a_moment_is_said_as_people_say_it() {
        let at = |text: &str| DateTime::parse_from_rfc3339(text).expect("moment").to_utc();
        let now = at("2026-11-20T09:00:00Z");
        assert_eq!(when(at("2026-11-20T07:05:00Z"), now), "aujourd’hui à 8\u{a0}h\u{a0}05");
        assert_eq!(when(at("2026-11-19T18:00:00Z"), now), "hier à 19\u{a0}h\u{a0}00");
        assert_eq!(when(at("2026-03-03T18:00:00Z"), now), "le 3 mars 2026");
    }
}
