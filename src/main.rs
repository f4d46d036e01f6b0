//! The binary: subcommands only.
#![forbid(unsafe_code)]

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use nexus_reussite::{commands, config::Config, library};

/// A sixth less time for a question to the tutor than with the system's, and 11 kB less for each stream
/// (`ops/bench/README.md`).
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Nexus Réussite: the product in one binary. Settings come from the environment; see README.md.
#[derive(Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves the product.
    Serve,
    /// Applies migrations.
    Migrate,
    /// Fills the database.
    Seed {
        #[command(subcommand)]
        what: Seed,
    },
    /// Manages administrators.
    Admin {
        #[command(subcommand)]
        what: Admin,
    },
    /// Reads the text out of a file, in a process of its own: started by the server, never by a person.
    #[command(hide = true)]
    Extract,
    /// Checks settings, folder, database and mail, and says what is wrong.
    Doctor,
}

#[derive(Subcommand)]
enum Seed {
    /// A demo school: families, coaches, months of assessments.
    Demo,
    /// A mass of rows for benchmarks: see ops/bench/README.md. Never in production.
    #[command(hide = true)]
    Bench(commands::SeedBench),
    /// The library's benchmarks: see ops/bench/README.md. Never in production.
    #[command(hide = true)]
    Library(commands::SeedLibrary),
}

#[derive(Subcommand)]
enum Admin {
    /// Creates an admin; the password is the first line of standard input.
    Create(commands::AdminCreate),
    /// Switches the second factor of an account off, for somebody who lost phone and recovery codes.
    TwoFactorOff(commands::TwoFactorOff),
}

fn main() -> ExitCode {
    let command = Cli::parse().command;
    if matches!(command, Command::Extract) {
        return ended(library::extract::child());
    }
    let config = match Config::from_env() {
        Ok(config) => config,
        Err(problems) => {
            eprintln!("Les réglages sont à corriger :");
            problems.iter().for_each(|problem| eprintln!("  - {problem}"));
            return ExitCode::from(2);
        }
    };
    let result = commands::run(async move {
        match command {
            Command::Serve => commands::serve(config).await,
            Command::Migrate => commands::migrate(config).await,
            Command::Seed { what: Seed::Demo } => commands::seed_demo(config).await,
            Command::Seed { what: Seed::Bench(wanted) } => commands::seed_bench(config, wanted).await,
            Command::Seed { what: Seed::Library(wanted) } => commands::seed_library(config, wanted).await,
            Command::Admin { what: Admin::Create(admin) } => commands::admin_create(config, admin).await,
            Command::Admin { what: Admin::TwoFactorOff(whose) } => commands::two_factor_off(config, whose).await,
            Command::Doctor => commands::doctor(config).await,
            Command::Extract => library::extract::child(),
        }
    });
    ended(result)
}

fn ended(result: anyhow::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}
