//! The one list of job kinds. A kind that is not here is left in the queue for a server that knows it.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde_json::Value;
use sqlx::PgConnection;

use super::{Job, Lease, housekeeping};
use crate::{accounts, aria, assessments, ctx::Ctx, desk, learning, library, llm, messaging, ops};

/// Every kind of job of the product.
fn kinds() -> Vec<Kind> {
    vec![
        register::<messaging::SendMail>(),
        register::<accounts::activation::wanted::SendAccountLink>(),
        register::<accounts::imports::ForgetImports>(),
        register::<ops::tallies::MergeTallies>(),
        register::<messaging::talk::TellUnread>(),
        register::<messaging::notices::SendDigests>(),
        register::<messaging::notices::ForgetNotifications>(),
        register::<assessments::jobs::AssessmentScored>(),
        register::<assessments::jobs::EndExpiredAttempts>(),
        register::<assessments::jobs::Recompute>(),
        register::<accounts::events::AccountActivated>(),
        register::<learning::badges::JudgeActiveDays>(),
        register::<learning::jobs::BacktestProjections>(),
        register::<learning::jobs::RebuildSkills>(),
        register::<library::vectors::jobs::ReembedLibrary>(),
        register::<desk::jobs::LookForForgottenAccounts>(),
        register::<assessments::items::jobs::MeasureEveryNight>(),
        register::<assessments::items::jobs::MeasureItems>(),
        register::<llm::jobs::ForgetCalls>(),
        register::<aria::jobs::LookForQuietConversations>(),
        register::<aria::jobs::Remember>(),
        register::<aria::jobs::ForgetOld>(),
        register::<library::jobs::IngestDocument>(),
        register::<library::jobs::ImportStarter>(),
        register::<library::jobs::SweepFiles>(),
        register::<housekeeping::ForgetExpiredSessions>(),
        register::<housekeeping::ForgetSigninFailures>(),
        register::<housekeeping::ForgetPeriods>(),
    ]
}

/// A kind, with its type forgotten.
pub(super) struct Kind {
    pub name: &'static str,
    pub label: &'static str,
    pub most_at_once: usize,
    pub run: fn(Value, Ctx, Lease) -> BoxFuture<'static, anyhow::Result<()>>,
    pub on_death: for<'a> fn(Value, &'a mut PgConnection) -> BoxFuture<'a, anyhow::Result<()>>,
}

pub(super) fn register<J: Job>() -> Kind {
    Kind {
        name: J::KIND,
        label: J::LABEL,
        most_at_once: J::MOST_AT_ONCE,
        run: |payload, ctx, mut lease| {
            Box::pin(async move { serde_json::from_value::<J>(payload)?.run(&ctx, &mut lease).await })
        },
        on_death: |payload, conn| Box::pin(async move { serde_json::from_value::<J>(payload)?.on_death(conn).await }),
    }
}

/// The kinds that a worker knows; cheap to clone.
#[derive(Clone)]
pub(super) struct Registry(Arc<[Kind]>);

impl Registry {
    /// All of the product.
    pub fn product() -> Self {
        Self::of(kinds())
    }

    pub fn of(kinds: Vec<Kind>) -> Self {
        Self(kinds.into())
    }

    pub fn find(&self, name: &str) -> Option<&Kind> {
        self.0.iter().find(|kind| kind.name == name)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Kind> {
        self.0.iter()
    }

    /// What staff read for a kind.
    pub fn label(&self, name: &str) -> String {
        self.find(name).map_or_else(|| format!("Autre tâche ({name})"), |kind| kind.label.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::jobs::schedule;

    #[test]
    fn no_two_kinds_share_a_name_and_each_has_a_label_in_french() {
        let names: HashSet<_> = kinds().iter().map(|kind| kind.name).collect();
        assert_eq!(names.len(), kinds().len());
        assert!(kinds().iter().all(|kind| kind.label != kind.name));
    }

    #[test]
    fn every_scheduled_job_is_a_known_kind() {
        let registry = Registry::product();
        for entry in schedule::table() {
            assert!(registry.find(entry.kind).is_some(), "{} is missing in the registry", entry.kind);
        }
    }
}
