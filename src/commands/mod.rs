//! The subcommands of the binary. Each opens the house (settings, database, keys), does one thing and closes it.

mod doctor;
mod house;
mod serve;

use std::io::BufRead as _;

use clap::Args;

use self::house::House;
pub use self::{doctor::doctor, serve::serve};
use crate::{
    accounts,
    config::Config,
    db::{self, data_dir::DataDir},
    library, seed,
};

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

/// Options of `nexus admin two-factor-off`.
#[derive(Args)]
pub struct TwoFactorOff {
    /// E-mail of the account.
    #[arg(long)]
    email: String,
}

/// `nexus admin two-factor-off`.
pub async fn two_factor_off(config: Config, whose: TwoFactorOff) -> anyhow::Result<()> {
    House::with(config, async |house| {
        accounts::admin::two_factor_off(&house.ctx, &whose.email).await?;
        println!("Double authentification désactivée : {}", whose.email);
        Ok(())
    })
    .await
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
        seed::demo(&house.ctx, &house.data).await?;
        library::starter::import(&house.ctx).await?;
        println!("L’école de démonstration est prête.");
        print_demo_accounts(&house.data)
    })
    .await
}

/// The accounts of the demo school, if there is one, and where they are written.
fn print_demo_accounts(data: &DataDir) -> anyhow::Result<()> {
    if let Some(accounts) = seed::accounts_file(data) {
        println!("  Comptes de démonstration (aussi dans {}) :\n", accounts.display());
        let text = std::fs::read_to_string(&accounts)?;
        text.lines().for_each(|line| println!("    {line}"));
        println!();
    }
    Ok(())
}

/// Options of `nexus seed bench`.
#[derive(Args)]
#[group(required = true, multiple = true)]
pub struct SeedBench {
    /// Scored assessments to add.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    assessments: Option<u32>,
    /// Students to add, with families, coaches, staff and attempts; everybody's cookie goes to DATA_DIR/bench-sessions.txt.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    students: Option<u32>,
}

/// `nexus seed bench`.
pub async fn seed_bench(config: Config, wanted: SeedBench) -> anyhow::Result<()> {
    let wanted = seed::bench::Wanted {
        assessments: wanted.assessments.unwrap_or_default(),
        students: wanted.students.unwrap_or_default(),
    };
    House::with(config, async |house| {
        db::MIGRATOR.run(&house.ctx.pool).await?;
        seed::bench::bench(&house.ctx, &house.data, wanted).await
    })
    .await
}

/// What `nexus seed library` measures.
#[derive(Args)]
pub struct SeedLibrary {
    /// The repository: sheets, questions, texts of other passages.
    #[arg(long, default_value = ".")]
    root: std::path::PathBuf,
    /// Other passages among which the answers are found.
    #[arg(long, default_value_t = 2_200)]
    passages: usize,
    /// How quickly, rather than how well.
    #[arg(long)]
    speed: bool,
}

/// `nexus seed library`.
pub async fn seed_library(config: Config, wanted: SeedLibrary) -> anyhow::Result<()> {
    House::with(config, async |house| {
        db::MIGRATOR.run(&house.ctx.pool).await?;
        seed::bench::library(&house.ctx, &wanted.root, wanted.passages, wanted.speed).await
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
        println!("Compte administrateur créé : {}", admin.email);
        Ok(())
    })
    .await
}
