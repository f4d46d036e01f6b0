//! Forgets the files of yesterday: they are full of personal data.

use serde::{Deserialize, Serialize};

use crate::{
    ctx::Ctx,
    jobs::{Job, Lease},
};

/// Deletes previews that nobody took over, and results, after a day.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct ForgetImports;

impl Job for ForgetImports {
    const KIND: &'static str = "forget_student_imports";
    const LABEL: &'static str = "Nettoyage des fichiers importés";
    const MAX_ATTEMPTS: i16 = 3;

    async fn run(self, ctx: &Ctx, _: &mut Lease) -> anyhow::Result<()> {
        super::store::delete_old(&ctx.pool).await?;
        Ok(())
    }
}
