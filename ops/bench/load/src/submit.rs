//! Submissions by the JSON contract, each client sending its next one when the last is answered: latency with one
//! client, throughput with several.

use std::{
    cell::{Cell, RefCell},
    fmt::Write as _,
    net::SocketAddr,
    rc::Rc,
    time::Instant,
};

use anyhow::Result;
use tokio::task::JoinSet;

use crate::{
    args::Args,
    client::{Body, Client},
    random::Random,
    stats::{Errors, Stats},
};

struct Shared {
    questions: Vec<String>,
    left: Cell<usize>,
    warm_up: Cell<usize>,
    begun: Cell<Option<Instant>>,
    stats: RefCell<Stats>,
    errors: RefCell<Errors>,
}

/// Sends `--warm-up` submissions that do not count, then `--count` that do.
pub async fn run(args: &Args) -> Result<bool> {
    let (count, warm_up): (usize, usize) = (args.number("count", 2000)?, args.number("warm-up", 300)?);
    let clients: u64 = args.number("clients", 1)?;
    let name = args.text("name").unwrap_or("submit").to_owned();
    let shared = Rc::new(Shared {
        questions: args.lines("questions")?,
        left: Cell::new(count + warm_up),
        warm_up: Cell::new(warm_up),
        begun: Cell::new(None),
        stats: Stats::default().into(),
        errors: Errors::default().into(),
    });
    let mut tasks = JoinSet::new();
    for client in 0..clients {
        tasks.spawn_local(send_all(shared.clone(), args.server, Random::new(client + 1)));
    }
    while tasks.join_next().await.is_some() {}
    let seconds = shared.begun.get().map_or(0.0, |begun| begun.elapsed().as_secs_f64());
    let mut stats = shared.stats.borrow_mut();
    stats.print(&name);
    let errors = shared.errors.borrow().count();
    println!("{name} clients={clients} per_second={:.0} errors={errors}", stats.len() as f64 / seconds);
    Ok(errors == 0)
}

async fn send_all(shared: Rc<Shared>, server: SocketAddr, mut random: Random) {
    let mut client = Client::new(server, "");
    while shared.left.get() > 0 {
        shared.left.set(shared.left.get() - 1);
        let counts = shared.warm_up.get() == 0;
        shared.warm_up.set(shared.warm_up.get().saturating_sub(1));
        let body = Body::Json(body(&shared.questions, &mut random));
        let begun = Instant::now();
        if counts && shared.begun.get().is_none() {
            shared.begun.set(Some(begun));
        }
        match client.post("/api/assessments/submit", body).await.and_then(|answer| answer.expect(201)) {
            Ok(answer) if counts => shared.stats.borrow_mut().add(begun.elapsed(), answer.body.len()),
            Ok(_) => {}
            Err(error) => shared.errors.borrow_mut().add(format!("{error:#}")),
        }
    }
}

/// Somebody who knows between a third and nine tenths; option `a` is the right one in the stored data.
fn body(questions: &[String], random: &mut Random) -> String {
    let knows = random.between(30, 90);
    let mut answers = String::new();
    for question in questions {
        let option = match random.below(100) {
            draw if draw < knows => "a",
            draw if draw % 4 == 0 => "__NSP__",
            draw => ["b", "c", "d"][(draw % 3) as usize],
        };
        // Writing to a String cannot fail.
        let _ = write!(answers, "{}\"{question}\":\"{option}\"", if answers.is_empty() { "" } else { "," });
    }
    let number = random.below(1_000_000);
    format!(
        r#"{{"subject":"MATHS","grade":"TERMINALE","assessmentVersion":"maths_terminale_spe_v1","duration":2400000,
            "studentData":{{"email":"eleve{number}@bench.example","name":"Élève {number}","schoolYear":"2026-2027"}},
            "answers":{{{answers}}}}}"#
    )
}
