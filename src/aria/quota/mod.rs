//! How many questions a person may ask on a day (Africa/Tunis). Limits by role and plan, which the admin sets.
//!
//! Always true: a question is reserved before the model is asked, in the statement that stores the question
//! ([`super::store::take`]), so that parallel questions never exceed the limit by one; it is given back when no answer came.

mod pages;
mod store;
mod views;

use chrono::{NaiveDate, TimeDelta};
use poem::http::StatusCode;
use serde_json::json;

pub use self::store::{forget_old, left};
use crate::{
    error::Error,
    web::{Person, Role, format},
};
pub(super) use pages::{grant, set, set_contacts, show, withdraw};

/// What a person may ask today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    /// Questions a day.
    pub per_day: i32,
    /// Asked today.
    pub used: i32,
    /// Today.
    pub day: NaiveDate,
    /// Whether more can be had.
    pub free: bool,
}

impl Left {
    /// Questions that can still be asked today.
    pub fn questions(&self) -> i32 {
        (self.per_day - self.used).max(0)
    }
}

/// Where more is to be had: a student's ARIA+ raises nobody else's limit.
pub fn more(role: Role) -> Option<(&'static str, &'static str)> {
    match role {
        Role::Eleve => Some(("/dashboard/parent/abonnements", "Souscrire à ARIA+")),
        _ => None,
    }
}

/// The sentence when nothing is left.
pub fn sentence(person: &Person, left: &Left) -> String {
    if left.per_day == 0 {
        // No midnight changes that.
        let whom = if person.role == Role::Eleve { "toi" } else { "vous" };
        return format!("ARIA ne prend pas de questions de {whom} pour l’instant. Ce qui est écrit est gardé.");
    }
    let tomorrow = format::day(left.day + TimeDelta::days(1));
    let (asked, come_back) = if person.role == Role::Eleve {
        ("Tu as posé toutes tes questions du jour", "Tu pourras en poser d’autres")
    } else {
        ("Vous avez posé toutes vos questions du jour", "Vous pourrez en poser d’autres")
    };
    format!(
        "{asked} ({} par jour). {come_back} à partir de minuit, le {tomorrow}. Ce qui est écrit est gardé.",
        left.per_day
    )
}

/// The contract's 429: the sentence, when it begins anew, the way to more.
pub fn reached(person: &Person, left: &Left) -> Error {
    let sentence = sentence(person, left);
    let midnight = format::tunis_midnight(left.day + TimeDelta::days(1));
    let mut body = json!({ "error": "limit", "message": sentence, "resetAt": midnight.to_rfc3339() });
    if let Some((url, label)) = more(person.role).filter(|_| left.free) {
        body["cta"] = json!({ "url": url, "label": label });
    }
    let seconds = (midnight - chrono::Utc::now()).num_seconds().max(1).unsigned_abs();
    Error { retry_after: Some(seconds), ..Error::new(StatusCode::TOO_MANY_REQUESTS, sentence).with_json(body) }
}
