//! A stand-in for a model server, of known speed: the OpenAI protocol for chat (streamed or whole) and embeddings. One
//! thread serves thousands of streams: pieces are small, due at moments decided when a request arrives, and written as
//! they are due, so that a late piece does not delay those after it.

use std::{
    convert::Infallible,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, ready},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use anyhow::{Context as _, Result, ensure};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Limited};
use hyper::{
    Request, Response, StatusCode,
    body::{Body, Frame, Incoming, SizeHint},
    header,
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::{
    net::{TcpListener, TcpStream},
    task::spawn_local,
    time::{Instant, Sleep, sleep, sleep_until},
};

use crate::{args::Args, random::Random};

/// Largest request that is read.
const MOST_BYTES: usize = 8 * 1024 * 1024;
/// What the model says, again and again.
const WORDS: [&str; 12] =
    ["La ", "dérivée ", "de ", "cette ", "fonction ", "est ", "positive", ", ", "donc ", "elle ", "croît", ".\n"];

/// What a token of an answer is.
#[derive(Debug, Clone, Copy)]
enum Stamp {
    /// A word.
    Words,
    /// The moment at which it is sent, `{micros since 1970}`.
    Moment,
    /// Its number, from 0: as long as a word.
    Number,
}

/// How the model behaves.
#[derive(Debug)]
struct Speed {
    /// Until the first token.
    first: Duration,
    /// Between two tokens.
    step: Duration,
    /// Tokens of an answer; a request may want fewer.
    tokens: u64,
    /// What each piece is.
    stamped: Stamp,
    /// Numbers in a vector.
    dimensions: usize,
    /// Until vectors come.
    vectors: Duration,
}

/// Serves until the time is over.
pub async fn run(args: &Args) -> Result<bool> {
    let per_second: u64 = args.number("tokens-per-second", 30)?;
    ensure!((1..=1_000_000).contains(&per_second), "--tokens-per-second {per_second}");
    let speed = Rc::new(Speed {
        first: Duration::from_millis(args.number("first-ms", 200)?),
        step: Duration::from_secs(1) / per_second as u32,
        tokens: args.number("tokens", 300)?,
        stamped: match args.number("stamped", 0_u8)? {
            0 => Stamp::Words,
            1 => Stamp::Moment,
            _ => Stamp::Number,
        },
        dimensions: args.number("dimensions", 1024)?,
        vectors: Duration::from_millis(args.number("vectors-ms", 20)?),
    });
    let listener = TcpListener::bind(args.server).await.with_context(|| args.server.to_string())?;
    println!("model on http://{}/v1 {speed:?}", listener.local_addr()?);
    let end = Instant::now() + Duration::from_secs(args.number("seconds", 3600)?);
    loop {
        tokio::select! {
            () = sleep_until(end) => return Ok(true),
            accepted = listener.accept() => { spawn_local(connection(accepted?.0, speed.clone())); }
        }
    }
}

async fn connection(socket: TcpStream, speed: Rc<Speed>) {
    // A client that has gone, or that speaks badly, is no trouble of ours.
    let _ = socket.set_nodelay(true);
    let service = service_fn(move |request| answer(request, speed.clone()));
    let _ = http1::Builder::new().serve_connection(TokioIo::new(socket), service).await;
}

async fn answer(request: Request<Incoming>, speed: Rc<Speed>) -> Result<Response<Tokens>, Infallible> {
    let path = request.uri().path().to_owned();
    let body = Limited::new(request.into_body(), MOST_BYTES).collect().await.map(|body| body.to_bytes());
    let asked = body.ok().and_then(|body| serde_json::from_slice::<Value>(&body).ok());
    Ok(match (path.as_str(), asked) {
        ("/v1/chat/completions", Some(asked)) => chat(&asked, &speed).await,
        ("/v1/embeddings", Some(asked)) => {
            sleep(speed.vectors).await;
            whole(StatusCode::OK, &embeddings(&asked, speed.dimensions))
        }
        (_, asked) => {
            let status = if asked.is_some() { StatusCode::NOT_FOUND } else { StatusCode::BAD_REQUEST };
            whole(status, &json!({ "error": { "message": "this model does not know that" } }))
        }
    })
}

async fn chat(asked: &Value, speed: &Rc<Speed>) -> Response<Tokens> {
    let count = asked["max_tokens"].as_u64().map_or(speed.tokens, |most| most.min(speed.tokens));
    let characters: usize =
        asked["messages"].as_array().into_iter().flatten().filter_map(|one| Some(one["content"].as_str()?.len())).sum();
    let usage = json!({ "prompt_tokens": characters.div_ceil(4), "completion_tokens": count });
    let begun = Instant::now();
    if asked["stream"] == true {
        let usage = (asked["stream_options"]["include_usage"] == true).then_some(usage);
        let due = begun + speed.first;
        let body = Tokens::Stream(Box::new(Stream {
            speed: speed.clone(),
            count,
            sent: 0,
            due,
            sleep: Box::pin(sleep_until(due)),
            usage,
        }));
        return response(StatusCode::OK, "text/event-stream", body);
    }
    sleep_until(begun + speed.first + speed.step * count.saturating_sub(1) as u32).await;
    let text: String = (0..count).map(|number| word(number, speed.stamped)).collect();
    let message = json!({ "role": "assistant", "content": text });
    let choices = json!([{ "index": 0, "message": message, "finish_reason": "stop" }]);
    whole(StatusCode::OK, &json!({ "id": "bench", "model": "bench", "choices": choices, "usage": usage }))
}

/// The token of this number.
fn word(number: u64, stamped: Stamp) -> String {
    match stamped {
        Stamp::Words => WORDS[number as usize % WORDS.len()].to_owned(),
        Stamp::Moment => {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            format!("{{{}}} ", now.as_micros())
        }
        Stamp::Number => format!("{{{number}}} "),
    }
}

/// A vector of length 1 for each text: its words and their threes of letters, each hashed to a place, so that texts that
/// share words are near each other, on every machine.
fn embeddings(asked: &Value, dimensions: usize) -> Value {
    let one = asked["input"].as_str().map(|text| vec![text]);
    let many = || asked["input"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let texts: Vec<&str> = one.unwrap_or_else(many);
    let data: Vec<Value> = texts
        .iter()
        .enumerate()
        .map(|(index, text)| json!({ "index": index, "embedding": vector(text, dimensions) }))
        .collect();
    let tokens: usize = texts.iter().map(|text| text.len().div_ceil(4)).sum();
    json!({ "model": "bench", "data": data, "usage": { "prompt_tokens": tokens } })
}

fn vector(text: &str, dimensions: usize) -> Vec<f32> {
    let mut vector = vec![0.0_f32; dimensions.max(1)];
    let text = text.to_lowercase();
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        add(&mut vector, word.as_bytes(), 1.0);
        let letters: Vec<char> = word.chars().collect();
        for three in letters.windows(3) {
            let three: String = three.iter().collect();
            add(&mut vector, three.as_bytes(), 0.5);
        }
    }
    let length = vector.iter().map(|number| number * number).sum::<f32>().sqrt();
    if length > 0.0 {
        vector.iter_mut().for_each(|number| *number /= length);
    } else {
        vector[0] = 1.0;
    }
    vector
}

/// FNV-1a, then one step of the generator: one place, one sign.
fn add(vector: &mut [f32], bytes: &[u8], weight: f32) {
    let hash = bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3));
    let mixed = Random::new(hash).bits();
    let place = (mixed >> 1) as usize % vector.len();
    vector[place] += if mixed & 1 == 0 { weight } else { -weight };
}

fn whole(status: StatusCode, body: &Value) -> Response<Tokens> {
    response(status, "application/json", Tokens::Whole(Some(body.to_string().into())))
}

fn response(status: StatusCode, kind: &'static str, body: Tokens) -> Response<Tokens> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static(kind));
    response
}

/// A body: all at once, or token by token.
enum Tokens {
    Whole(Option<Bytes>),
    Stream(Box<Stream>),
}

/// A stream under way.
struct Stream {
    speed: Rc<Speed>,
    count: u64,
    sent: u64,
    due: Instant,
    sleep: Pin<Box<Sleep>>,
    usage: Option<Value>,
}

impl Body for Tokens {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match &mut *self {
            Self::Whole(body) => Poll::Ready(body.take().map(|body| Ok(Frame::data(body)))),
            Self::Stream(stream) => stream.poll_next(cx).map(|bytes| bytes.map(|bytes| Ok(Frame::data(bytes)))),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(Some(body)) => SizeHint::with_exact(body.len() as u64),
            Self::Whole(None) => SizeHint::with_exact(0),
            Self::Stream(_) => SizeHint::default(),
        }
    }
}

impl Stream {
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        if self.sent > self.count {
            return Poll::Ready(None);
        }
        ready!(self.sleep.as_mut().poll(cx));
        let number = self.sent;
        self.sent += 1;
        if number == self.count {
            return Poll::Ready(Some(self.farewell()));
        }
        // The goodbye follows the last token at once.
        if self.sent < self.count {
            self.due += self.speed.step;
            let due = self.due;
            self.sleep.as_mut().reset(due);
        } else {
            self.sleep.as_mut().reset(Instant::now());
        }
        let text = word(number, self.speed.stamped).replace('\n', "\\n");
        Poll::Ready(Some(format!("data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{text}\"}},\"finish_reason\":null}}]}}\n\n").into()))
    }

    fn farewell(&self) -> Bytes {
        let mut text = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n".to_owned();
        if let Some(usage) = &self.usage {
            text.push_str(&format!("data: {}\n\n", json!({ "choices": [], "usage": usage })));
        }
        text.push_str("data: [DONE]\n\n");
        text.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_share_words_are_nearer_than_those_that_do_not() {
        let near = |a: &str, b: &str| -> f32 { vector(a, 256).iter().zip(vector(b, 256)).map(|(a, b)| a * b).sum() };
        let text = "Calculer la dérivée d’une fonction";
        assert!(near(text, "la dérivée de la fonction") > near(text, "un tableau en Python") + 0.2);
        assert!((near(text, text) - 1.0).abs() < 1e-4 && vector("", 4) == [1.0, 0.0, 0.0, 0.0]);
    }
}
