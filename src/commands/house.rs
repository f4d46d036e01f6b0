//! What every command needs: the data folder, the database (the given one, or the private cluster), the secret key.

use std::str::FromStr as _;

use anyhow::Context as _;
use rand::RngExt as _;
use secrecy::{ExposeSecret as _, SecretString};
use sqlx::postgres::PgConnectOptions;

use crate::{
    config::Config,
    ctx::Ctx,
    db::{
        self,
        cluster::{Cluster, Role},
        data_dir::DataDir,
    },
    keys::Keys,
};

/// The opened house.
pub(super) struct House {
    /// Settings, pool, keys.
    pub ctx: Ctx,
    /// The data folder.
    pub data: DataDir,
    /// The private cluster, when there is no `DATABASE_URL`.
    pub cluster: Option<Cluster>,
}

impl House {
    /// Opens the house in a role.
    pub async fn open(config: Config, role: Role) -> anyhow::Result<Self> {
        let data = DataDir::open(&config.data_dir)?;
        let (options, cluster) = match &config.database_url {
            Some(url) => {
                let options = PgConnectOptions::from_str(url.expose_secret())
                    .context("DATABASE_URL n’est pas une adresse PostgreSQL")?;
                (options, None)
            }
            None => {
                let cluster = Cluster::ensure(&data, role).await?;
                (cluster.connect_options(), Some(cluster))
            }
        };
        let keys = Keys::new(secret(&config, &data)?);
        let pool = db::pool(db::tuned(options, "nexus"), config.db_connections);
        Ok(Self { ctx: Ctx::new(config, pool, keys)?, data, cluster })
    }

    /// Opens the house as a command, does the work, closes it whatever came of it.
    pub async fn with(config: Config, work: impl AsyncFnOnce(&Self) -> anyhow::Result<()>) -> anyhow::Result<()> {
        let house = Self::open(config, Role::Command).await?;
        let result = work(&house).await;
        house.close().await?;
        result
    }

    /// Writes what is only in memory, closes connections, then the cluster if it is ours.
    pub async fn close(self) -> anyhow::Result<()> {
        if let Err(error) = self.ctx.llm.flush().await {
            tracing::error!(?error, "the last calls of models are not in the log");
        }
        self.ctx.pool.close().await;
        match self.cluster {
            Some(cluster) => cluster.stop().await,
            None => Ok(()),
        }
    }
}

/// `SECRET_KEY`, or the one kept in the data folder, made the first time.
fn secret(config: &Config, data: &DataDir) -> anyhow::Result<SecretString> {
    const FILE: &str = "secret.key";
    if let Some(secret) = &config.secret_key {
        return Ok(secret.clone());
    }
    if let Ok(known) = std::fs::read_to_string(data.path().join(FILE))
        && known.trim().len() >= 32
    {
        return Ok(SecretString::from(known.trim()));
    }
    let bytes: [u8; 32] = rand::rng().random();
    let secret: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    data.write_private(FILE, secret.as_bytes())?;
    Ok(SecretString::from(secret))
}
