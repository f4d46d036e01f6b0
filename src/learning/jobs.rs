//! Work of this room done by the queue: accounts that find what was made before or without them, the nightly back-test,
//! rebuilding.

use chrono::Utc;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{projections, rebuild};
use crate::{
    accounts::{
        events::{AccountActivated, ParentSignedIn},
        families::{self, adopting},
    },
    assessments::{attach, history, runner::paths},
    ctx::Ctx,
    error::Result,
    jobs::{Job, Lease},
    messaging::notices::{self, Kind, Notice},
    web::format,
};

impl Job for AccountActivated {
    const KIND: &'static str = "accounts.activated";
    const LABEL: &'static str = "Rattachement des bilans d’un compte activé";

    /// What is claimed, tied and fed is one transaction with the end of the job; an assessment that has a student is not
    /// claimed again, so that it is fed once, whoever else runs.
    async fn run(self, ctx: &Ctx, lease: &mut Lease) -> anyhow::Result<()> {
        let mut tx = ctx.pool.begin().await?;
        attach_claimed(&mut tx, self.user_id).await?;
        lease.finish(&mut tx).await?;
        Ok(tx.commit().await?)
    }
}

/// Ties and feeds what the account may claim; answers the completed assessments that found their student.
async fn attach_claimed(conn: &mut PgConnection, user: Uuid) -> Result<Vec<Uuid>> {
    let claims = families::claims(conn, user).await?;
    let attached = attach::attach(conn, &claims).await?;
    for completed in history::list(conn, &attached).await? {
        rebuild::feed(conn, &completed).await?;
    }
    Ok(attached)
}

impl Job for ParentSignedIn {
    const KIND: &'static str = "accounts.parent-signed-in";
    const LABEL: &'static str = "Rattachement des bilans faits sans connexion";

    async fn run(self, ctx: &Ctx, lease: &mut Lease) -> anyhow::Result<()> {
        let mut tx = ctx.pool.begin().await?;
        let waiting = adopting::list_waiting(&mut tx, self.user_id).await?;
        let completed = attach::list_completed(&mut tx, &waiting).await?;
        let requests: Vec<Uuid> = completed.keys().copied().collect();
        let adopted = adopting::adopt(&mut tx, self.user_id, &requests).await?;
        if !adopted.is_empty() {
            let attached = attach_claimed(&mut tx, self.user_id).await?;
            for one in adopted {
                let assessment = completed.get(&one.request_id).filter(|id| attached.contains(id));
                if let Some(assessment) = assessment {
                    notices::notify(&mut tx, &joined(self.user_id, &one.first_name, *assessment)).await?;
                }
            }
        }
        lease.finish(&mut tx).await?;
        Ok(tx.commit().await?)
    }
}

/// Tells the parent what has joined the account, and what to do if it should not.
fn joined(parent: Uuid, first_name: &str, assessment: Uuid) -> Notice {
    Notice {
        user_id: parent,
        kind: Kind::Bilan,
        title: format!("Le bilan de {first_name} a rejoint votre compte"),
        body: "Il avait été demandé avec votre adresse, sans connexion. Si ce n’était pas vous, prévenez l’équipe."
            .to_owned(),
        link: paths::result(assessment),
    }
}

/// Compares past projections with what happened; scheduled every night.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct BacktestProjections {}

impl Job for BacktestProjections {
    const KIND: &'static str = "learning.backtest-projections";
    const LABEL: &'static str = "Vérification des projections";
    const MAX_ATTEMPTS: i16 = 3;

    async fn run(self, ctx: &Ctx, lease: &mut Lease) -> anyhow::Result<()> {
        let mut tx = ctx.pool.begin().await?;
        projections::backtest(&mut tx, format::tunis_day(Utc::now())).await?;
        lease.finish(&mut tx).await?;
        Ok(tx.commit().await?)
    }
}

/// Makes what is known of every student's skills again from their answers.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct RebuildSkills {}

impl Job for RebuildSkills {
    const KIND: &'static str = "learning.rebuild-skills";
    const LABEL: &'static str = "Reconstruction des cartes de compétences";
    const MAX_ATTEMPTS: i16 = 3;

    /// A transaction for each student: doing one twice changes nothing, so there is nothing to fence.
    async fn run(self, ctx: &Ctx, lease: &mut Lease) -> anyhow::Result<()> {
        for student in projections::list_assessed(&ctx.pool).await? {
            let mut tx = ctx.pool.begin().await?;
            rebuild::student(&mut tx, student).await?;
            lease.check(&mut tx).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}
