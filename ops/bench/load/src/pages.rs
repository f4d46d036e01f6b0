//! Pages at a constant rate. Each request has its moment, decided beforehand; its latency counts from that moment,
//! whether or not the server was ready for it (no coordinated omission).

use std::{
    cell::RefCell,
    net::SocketAddr,
    rc::Rc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use tokio::{task::JoinSet, time::sleep_until};

use crate::{
    args::Args,
    client::Client,
    stats::{Errors, Stats},
};

/// Not counted: connections are made, caches filled.
const WARM_UP: Duration = Duration::from_secs(3);

struct Shared {
    idle: RefCell<Vec<Client>>,
    stats: RefCell<Stats>,
    errors: RefCell<Errors>,
}

/// Asks for the targets (`COOKIE<tab>PATH` a line) in turn.
pub async fn run(args: &Args) -> Result<bool> {
    let targets: Vec<(String, String)> =
        args.lines("targets")?.iter().map(|line| target(line)).collect::<Result<_>>()?;
    let rate: u32 = args.number("rate", 200)?;
    let seconds: u64 = args.number("seconds", 30)?;
    let name = args.text("name").unwrap_or("pages").to_owned();
    let shared =
        Rc::new(Shared { idle: Vec::new().into(), stats: Stats::default().into(), errors: Errors::default().into() });
    let (begin, step) = (Instant::now(), Duration::from_secs(1) / rate);
    let all = ((WARM_UP.as_secs() + seconds) * u64::from(rate)) as u32;
    let mut tasks = JoinSet::new();
    for number in 0..all {
        let due = begin + step * number;
        sleep_until(due.into()).await;
        let (cookie, path) = targets[number as usize % targets.len()].clone();
        tasks.spawn_local(ask(shared.clone(), args.server, cookie, path, due, due >= begin + WARM_UP));
    }
    while tasks.join_next().await.is_some() {}
    shared.stats.borrow_mut().print(&name);
    let errors = shared.errors.borrow().count();
    println!("{name} rate={rate} seconds={seconds} errors={errors}");
    Ok(errors == 0)
}

fn target(line: &str) -> Result<(String, String)> {
    let (cookie, path) = line.split_once('\t').context("a target is COOKIE<tab>PATH")?;
    Ok((cookie.to_owned(), path.to_owned()))
}

async fn ask(shared: Rc<Shared>, server: SocketAddr, cookie: String, path: String, due: Instant, counts: bool) {
    let idle = shared.idle.borrow_mut().pop();
    let mut client = idle.unwrap_or_else(|| Client::new(server, ""));
    client.set_cookie(&cookie);
    match client.get(&path).await.and_then(|answer| answer.expect(200)) {
        Ok(answer) if counts => shared.stats.borrow_mut().add(due.elapsed(), answer.body.len()),
        Ok(_) => {}
        Err(error) => shared.errors.borrow_mut().add(format!("{path}: {error:#}")),
    }
    shared.idle.borrow_mut().push(client);
}
