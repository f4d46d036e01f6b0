//! The staff's list of mails: what left, what waits, what failed, and sending again what did not leave. The words of a
//! mail are never shown: they may hold links that open accounts, and go once it is sent.

use chrono::{DateTime, Utc};
use sqlx::PgPool;

use crate::error::Result;

mod pages;
mod store;
mod views;
mod words;

pub(super) use pages::{list, resend};

/// How mail is doing, in a few numbers, at the same cost however many mails there were.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// Mails to be sent.
    pub waiting: i64,
    /// When the longest waiting one was written.
    pub waiting_since: Option<DateTime<Utc>>,
    /// Mails that were given up.
    pub failed: i64,
    /// Mails that left in the last 24 hours.
    pub sent_today: i64,
}

impl Health {
    /// Whether a mail waits longer than a mail server takes to come back.
    pub fn is_late(&self, now: DateTime<Utc>) -> bool {
        self.waiting_since.is_some_and(|since| now - since > chrono::TimeDelta::minutes(15))
    }
}

/// Mail health, for dashboards.
pub async fn health(pool: &PgPool) -> Result<Health> {
    store::health(pool).await
}
