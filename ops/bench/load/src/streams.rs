//! Conversations with the tutor: `streams` asks at once and reads every answer as it is written; `chat` asks at a
//! constant rate and waits for the JSON; `watch` holds streams of answers that say nothing.
//!
//! The model stand-in stamps its pieces with the moment at which it sends them (`{micros}`), or with their number: what
//! arrives here is compared with that, and no stamp may be missing or come twice.

use std::{
    rc::Rc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use anyhow::{Context as _, Result, ensure};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{Method, Request, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use tokio::{
    net::TcpStream,
    task::{JoinSet, spawn_local},
    time::{Instant, sleep, sleep_until, timeout},
};

use crate::{
    args::Args,
    client::{Body, Client},
    stats::{Errors, Stats},
};

/// A stream that is silent for so long is lost.
const SILENCE: Duration = Duration::from_secs(30);

/// What one stream measured.
#[derive(Default)]
struct Heard {
    /// From the model's first piece to its arrival.
    first: Option<Duration>,
    /// Between two pieces.
    gaps: Vec<Duration>,
    /// From the question to the end.
    whole: Duration,
    /// From the model's last piece to the end.
    stamps: Vec<u64>,
}

fn micros() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |it| u64::try_from(it.as_micros()).unwrap_or(u64::MAX))
}

/// `streams ADDRESS --cookies FILE --clients 100 --tokens 300 --within-ms 2000`
pub async fn run(args: &Args) -> Result<bool> {
    let cookies = args.lines("cookies")?;
    let clients: usize = args.number("clients", 100)?;
    let tokens: usize = args.number("tokens", 300)?;
    let within: u64 = args.number("within-ms", 2000)?;
    ensure!(cookies.len() >= clients, "{} cookies for {clients} clients", cookies.len());
    let (mut tasks, server) = (JoinSet::new(), args.server);
    for (number, cookie) in cookies.into_iter().take(clients).enumerate() {
        let wait = Duration::from_millis(within * number as u64 / clients as u64);
        tasks.spawn_local(async move {
            sleep(wait).await;
            listen(server, &cookie).await
        });
    }
    let (mut first, mut gaps, mut whole, mut errors) =
        (Stats::default(), Stats::default(), Stats::default(), Errors::default());
    while let Some(heard) = tasks.join_next().await {
        match heard? {
            Ok(heard) => {
                check(&heard, tokens, &mut errors);
                heard.first.into_iter().for_each(|it| first.add(it, 0));
                heard.gaps.iter().for_each(|it| gaps.add(*it, 0));
                whole.add(heard.whole, 0);
            }
            Err(error) => errors.add(format!("{error:#}")),
        }
    }
    first.print("first-piece");
    gaps.print("gap");
    whole.print("whole");
    println!("streams n={} errors={}", whole.len(), errors.count());
    Ok(errors.count() == 0)
}

fn check(heard: &Heard, tokens: usize, errors: &mut Errors) {
    if heard.stamps.len() != tokens {
        errors.add(format!("{} of {tokens} pieces", heard.stamps.len()));
    } else if heard.stamps.windows(2).any(|two| two[0] > two[1]) {
        errors.add("pieces out of order");
    } else if heard.stamps[0] == 0 && heard.stamps.iter().zip(0..).any(|(stamp, number)| *stamp != number) {
        errors.add("pieces lost and repeated");
    }
}

/// Asks and reads to the end.
async fn listen(server: std::net::SocketAddr, cookie: &str) -> Result<Heard> {
    let begun = Instant::now();
    let request = Request::builder()
        .method(Method::POST)
        .uri("/api/aria/chat?stream=true")
        .header(header::HOST, server.to_string())
        .header(header::COOKIE, cookie)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Full::new(Bytes::from_static(b"{\"message\":\"Explique la raison\"}")))?;
    let mut body = open(server, request).await?;
    let (mut heard, mut text, mut before) = (Heard::default(), Vec::new(), None::<Instant>);
    while let Some(frame) = timeout(SILENCE, body.frame()).await.context("silence")? {
        let Ok(data) = frame?.into_data() else { continue };
        let now = Instant::now();
        text.extend_from_slice(&data);
        while let Some(end) = text.windows(2).position(|two| two == b"\n\n") {
            let event = String::from_utf8(text.drain(..end + 2).collect())?;
            ensure!(!event.contains("event: error") && !event.contains("event: reset"), "{event}");
            if event.contains("event: token") {
                take(&mut heard, &event);
                if let Some(before) = before.replace(now) {
                    heard.gaps.push(now - before);
                }
            }
        }
    }
    ensure!(before.is_some(), "nothing was said");
    heard.whole = begun.elapsed();
    Ok(heard)
}

/// Reads the stamps of an event.
fn take(heard: &mut Heard, event: &str) {
    let now = micros();
    for stamp in event.split('{').skip(1).filter_map(|rest| rest.split('}').next()?.parse::<u64>().ok()) {
        if heard.stamps.is_empty() {
            heard.first = Some(Duration::from_micros(now.saturating_sub(stamp)));
        }
        heard.stamps.push(stamp);
    }
}

async fn open(server: std::net::SocketAddr, request: Request<Full<Bytes>>) -> Result<hyper::body::Incoming> {
    let stream = TcpStream::connect(server).await?;
    stream.set_nodelay(true)?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    spawn_local(connection);
    let response = timeout(SILENCE, sender.send_request(request)).await.context("no answer")??;
    ensure!(response.status() == 200, "{} instead of 200", response.status());
    // The connection ends with its sender.
    let body = response.into_body();
    spawn_local(async move {
        sleep(Duration::from_secs(900)).await;
        drop(sender);
    });
    Ok(body)
}

/// `chat ADDRESS --cookies FILE --rate 100 --seconds 20 --model-ms 200`: what the JSON answer adds to the model's time.
/// `--mode EXTRACT --questions FILE`: answers without a model, to these questions.
pub async fn chat(args: &Args) -> Result<bool> {
    let cookies = Rc::new(args.lines("cookies")?);
    let (rate, seconds): (u32, u64) = (args.number("rate", 100)?, args.number("seconds", 20)?);
    let model = Duration::from_millis(args.number("model-ms", 200)?);
    let mode = format!("\"mode\":\"{}\"", if args.has("mode") { args.text("mode")? } else { "MODEL" });
    let questions =
        Rc::new(if args.has("questions") { args.lines("questions")? } else { vec!["Explique la raison".into()] });
    let (mut tasks, server, begun) = (JoinSet::new(), args.server, Instant::now());
    for number in 0..u64::from(rate) * seconds {
        let due = begun + Duration::from_secs(1) * u32::try_from(number).unwrap_or(0) / rate;
        let at = usize::try_from(number).unwrap_or(0);
        let (cookie, message) = (cookies[at % cookies.len()].clone(), questions[at % questions.len()].clone());
        let mode = mode.clone();
        tasks.spawn_local(async move {
            sleep_until(due).await;
            let body = Body::Json(serde_json::json!({ "message": message }).to_string());
            let answer = Client::new(server, cookie).post("/api/aria/chat", body).await?.expect(200)?;
            ensure!(answer.text()?.contains(&mode), "another kind of answer");
            anyhow::Ok(due.elapsed())
        });
    }
    let (mut added, mut errors) = (Stats::default(), Errors::default());
    while let Some(done) = tasks.join_next().await {
        match done? {
            Ok(latency) => added.add(latency.saturating_sub(model), 0),
            Err(error) => errors.add(format!("{error:#}")),
        }
    }
    added.print("chat-added");
    println!("chat n={} errors={}", added.len(), errors.count());
    Ok(errors.count() == 0)
}

/// `watch ADDRESS --targets FILE --seconds 20`: lines `cookie TAB path`, a stream for each, held open.
pub async fn watch(args: &Args) -> Result<bool> {
    let lines = args.lines("targets")?;
    let seconds: u64 = args.number("seconds", 20)?;
    let (mut held, mut errors) = (Vec::new(), Errors::default());
    for line in &lines {
        let (cookie, path) = line.split_once('\t').context("cookie TAB path")?;
        let request = Request::builder()
            .uri(path)
            .header(header::HOST, args.server.to_string())
            .header(header::COOKIE, cookie)
            .header(header::ACCEPT, "text/event-stream")
            .body(Full::new(Bytes::new()))?;
        match open(args.server, request).await {
            Ok(body) => held.push(body),
            Err(error) => errors.add(format!("{error:#}")),
        }
    }
    println!("watch open={} errors={}", held.len(), errors.count());
    sleep(Duration::from_secs(seconds)).await;
    Ok(errors.count() == 0)
}
