//! `nexus-load`: simulated clients for the benchmarks of `ops/bench`. One thread, so that most of the machine is left
//! to the server; every run is bounded in number and time and ends by itself.
//!
//! ```text
//! nexus-load pages  ADDRESS --targets FILE --rate 200 --seconds 30
//! nexus-load submit ADDRESS --questions FILE --clients 1 --count 2000 --warm-up 300
//! nexus-load exam   ADDRESS --cookies FILE --acks FILE --bank BANK --questions 16 --think-ms 2000-6000
//! nexus-load streams ADDRESS --cookies FILE --clients 1000 --tokens 300
//! nexus-load chat   ADDRESS --cookies FILE --rate 100 --seconds 20 --model-ms 200
//! nexus-load watch  ADDRESS --targets FILE --seconds 20
//! nexus-load model  ADDRESS --tokens-per-second 30 --first-ms 200 --tokens 300 --stamped 1 --dimensions 1024 --seconds 600
//! ```
//!
//! `model` is no client but the stand-in for a model server (chat and embeddings, at `/v1`).
#![forbid(unsafe_code)]

mod args;
mod client;
mod exam;
mod model;
mod pages;
mod random;
mod stats;
mod streams;
mod submit;

use std::process::ExitCode;

use anyhow::{Result, bail};

use args::Args;

fn run() -> Result<bool> {
    let args = Args::from_env()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let local = tokio::task::LocalSet::new();
    match args.command.as_str() {
        "pages" => local.block_on(&runtime, pages::run(&args)),
        "submit" => local.block_on(&runtime, submit::run(&args)),
        "exam" => local.block_on(&runtime, exam::run(&args)),
        "streams" => local.block_on(&runtime, streams::run(&args)),
        "chat" => local.block_on(&runtime, streams::chat(&args)),
        "watch" => local.block_on(&runtime, streams::watch(&args)),
        "model" => local.block_on(&runtime, model::run(&args)),
        other => bail!("unknown command {other:?}: pages, submit, exam, streams, chat, watch or model"),
    }
}

/// 0: all requests were answered as they should; 1: some were not; 2: the run could not take place.
fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("nexus-load: {error:#}");
            ExitCode::from(2)
        }
    }
}
