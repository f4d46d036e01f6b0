//! The subcommands of the binary. Each opens the house (settings, database, keys), does one thing and closes it.

mod doctor;
mod house;
mod serve;

use std::io::BufRead as _;

use clap::Args;

use self::house::House;
pub use self::{doctor::doctor, serve::serve};
use crate::{accounts, config::Config, db, seed};

/// Runs a subcommand on the async runtime.
pub fn run(command: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(command)
}

/// Options of `nexus admin create`.
#[derive(Args)]
pub struct AdminCreate {
    /// E-mail to sign in with.
    #[arg(long)]
    email: String,
    /// Reads the password from standard input: it must not appear in the list of processes.
    #[arg(long, required = true)]
    password_stdin: bool,
    /// First name.
    #[arg(long, default_value = "Administration")]
    first_name: String,
    /// Last name.
    #[arg(long, default_value = "Nexus")]
    last_name: String,
}

/// `nexus migrate`.
pub async fn migrate(config: Config) -> anyhow::Result<()> {
    House::with(config, async |house| {
        db::MIGRATOR.run(&house.ctx.pool).await?;
        println!("La base est à jour.");
        Ok(())
    })
    .await
}

/// `nexus seed demo`.
pub async fn seed_demo(config: Config) -> anyhow::Result<()> {
    House::with(config, async |house| {
        db::MIGRATOR.run(&house.ctx.pool).await?;
        seed::demo(&house.ctx, &house.data).await
    })
    .await
}

/// `nexus admin create`.
pub async fn admin_create(config: Config, admin: AdminCreate) -> anyhow::Result<()> {
    let mut password = String::new();
    std::io::stdin().lock().read_line(&mut password)?;
    let password = password.trim_end_matches(['\n', '\r']).to_owned();
    House::with(config, async |house| {
        db::MIGRATOR.run(&house.ctx.pool).await?;
        accounts::admin::create(&house.ctx.pool, &admin.email, password, &admin.first_name, &admin.last_name).await?;
        println!("Compte administrateur créé : {}", admin.email);
        Ok(())
    })
    .await
}
