//! Scheduled jobs that only forget: sessions, failed sign-ins, rows of the schedule.

use serde::{Deserialize, Serialize};

use super::{Job, Lease, schedule};
use crate::{ctx::Ctx, web};

/// Deletes sessions that have expired.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct ForgetExpiredSessions;

impl Job for ForgetExpiredSessions {
    const KIND: &'static str = "forget_expired_sessions";
    const LABEL: &'static str = "Nettoyage des connexions expirées";
    const MAX_ATTEMPTS: i16 = 3;

    async fn run(self, ctx: &Ctx, _: &mut Lease) -> anyhow::Result<()> {
        web::session::delete_expired(&ctx.pool).await?;
        Ok(())
    }
}

/// Deletes failed sign-ins that no limit counts any more.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct ForgetSigninFailures;

impl Job for ForgetSigninFailures {
    const KIND: &'static str = "forget_signin_failures";
    const LABEL: &'static str = "Nettoyage des essais de connexion";
    const MAX_ATTEMPTS: i16 = 3;

    async fn run(self, ctx: &Ctx, _: &mut Lease) -> anyhow::Result<()> {
        sqlx::query!("delete from signin_failures where failed_at < now() - interval '1 day'")
            .execute(&ctx.pool)
            .await?;
        Ok(())
    }
}

/// Deletes old rows of the schedule.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct ForgetPeriods;

impl Job for ForgetPeriods {
    const KIND: &'static str = "forget_job_periods";
    const LABEL: &'static str = "Nettoyage du calendrier des tâches";
    const MAX_ATTEMPTS: i16 = 3;

    async fn run(self, ctx: &Ctx, _: &mut Lease) -> anyhow::Result<()> {
        schedule::forget_old(&ctx.pool).await?;
        Ok(())
    }
}
