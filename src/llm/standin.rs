//! For tests only: a model server that misbehaves on purpose, over real sockets.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpSocket, TcpStream},
    sync::Semaphore,
    task::JoinHandle,
    time::timeout,
};

/// Holds a stream back until a test lets it go on.
#[derive(Clone)]
pub struct Gate(Arc<Semaphore>);

impl Gate {
    /// One that lets nothing through yet.
    pub fn closed() -> Self {
        Self(Arc::new(Semaphore::new(0)))
    }

    /// Lets one step through, now or when it comes.
    pub fn open(&self) {
        self.0.add_permits(1);
    }

    async fn pass(&self) {
        self.0.acquire().await.expect("a gate").forget();
    }
}

/// How one request is answered.
#[derive(Clone)]
pub enum Reply {
    /// A whole answer with this text.
    Text(String),
    /// The same, cut by the limit of tokens.
    Truncated(String),
    /// This status and body.
    Status(u16, String),
    /// 429: to be asked again after so many seconds.
    Later(u64),
    /// 200 with this body, whatever it is.
    Body(String),
    /// Nothing before this time, then the reply.
    After(Duration, Box<Reply>),
    /// Closes the connection without a word.
    Hangup,
    /// Half of a body, then the connection closes.
    CutBody,
    /// A stream of these raw parts, sent one by one; whole if the flag says so, else the connection closes.
    Stream(Vec<Vec<u8>>, bool),
    /// A stream of these raw parts, and then silence for a minute.
    Silence(Vec<Vec<u8>>),
    /// A stream of several steps of raw parts: each but the first waits until the gate is opened once more.
    Gated(Gate, Vec<Vec<Vec<u8>>>),
    /// A vector of so many numbers for each text: the first is the text's length.
    Vectors(usize),
}

impl Reply {
    /// A well-formed stream of these pieces of text.
    pub fn stream(pieces: &[&str]) -> Self {
        Self::Stream([said(pieces), vec![DONE.to_vec()]].concat(), true)
    }

    /// The same in steps: each but the first waits until the gate is opened once more.
    pub fn gated(gate: &Gate, steps: &[&[&str]]) -> Self {
        let mut steps: Vec<_> = steps.iter().map(|pieces| said(pieces)).collect();
        steps.last_mut().expect("a step").push(DONE.to_vec());
        Self::Gated(gate.clone(), steps)
    }

    /// These pieces of text, and then silence.
    pub fn silence_after(pieces: &[&str]) -> Self {
        Self::Silence(said(pieces))
    }
}

fn said(pieces: &[&str]) -> Vec<Vec<u8>> {
    pieces.iter().map(|piece| event(&delta(piece))).collect()
}

/// Ends a well-formed stream.
const DONE: &[u8] = b"data: [DONE]\n\n";

/// The message of a stream that says what all of it cost.
pub fn usage(prompt_tokens: u64, completion_tokens: u64) -> String {
    json!({ "choices": [], "usage": { "prompt_tokens": prompt_tokens, "completion_tokens": completion_tokens } })
        .to_string()
}

/// The message of a stream that carries this text.
pub fn delta(text: &str) -> String {
    json!({ "choices": [{ "delta": { "content": text }, "finish_reason": null }] }).to_string()
}

/// A line of data as an event.
pub fn event(data: &str) -> Vec<u8> {
    format!("data: {data}\n\n").into_bytes()
}

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Request line and headers.
    pub head: String,
    /// The JSON.
    pub body: Value,
}

impl Seen {
    /// The text of the message with this role.
    pub fn message(&self, role: &str) -> &str {
        let messages = self.body["messages"].as_array().map(Vec::as_slice).unwrap_or_default();
        messages.iter().find(|one| one["role"] == role).and_then(|one| one["content"].as_str()).unwrap_or_default()
    }
}

/// A running stand-in; stops when dropped.
pub struct StandIn {
    /// For `OPENAI_BASE_URL`.
    pub base_url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
    task: JoinHandle<()>,
}

impl StandIn {
    /// Answers each request by what the function makes of it and of its number, from 0.
    pub async fn start(answer: impl Fn(&Seen, usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base_url = format!("http://{}/v1", listener.local_addr().expect("address"));
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (log, answer) = (seen.clone(), Arc::new(answer));
        let task = tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let (log, answer) = (log.clone(), answer.clone());
                tokio::spawn(serve(socket, log, answer));
            }
        });
        Self { base_url, seen, task }
    }

    /// Answers every request the same way.
    pub async fn always(reply: Reply) -> Self {
        Self::start(move |_, _| reply.clone()).await
    }

    /// The requests so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().expect("log").clone()
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// An address where nobody listens.
pub async fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    format!("http://{}/v1", listener.local_addr().expect("address"))
}

/// An address that takes no connection any more: those that wait there are never accepted, and fill its queue.
pub struct Deaf {
    /// For `OPENAI_BASE_URL`.
    pub base_url: String,
    _listener: TcpListener,
    _waiting: Vec<TcpStream>,
}

impl Deaf {
    /// Listens, and fills the queue.
    pub async fn start() -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.bind(([127, 0, 0, 1], 0).into()).expect("a port");
        let listener = socket.listen(1).expect("a queue");
        let address = listener.local_addr().expect("address");
        let mut waiting = Vec::new();
        while let Ok(connected) = timeout(Duration::from_millis(300), TcpStream::connect(address)).await {
            waiting.push(connected.expect("a place in the queue"));
            assert!(waiting.len() < 10, "the queue is never full");
        }
        Self { base_url: format!("http://{address}/v1"), _listener: listener, _waiting: waiting }
    }
}

type Answer = dyn Fn(&Seen, usize) -> Reply + Send + Sync;

async fn serve(mut socket: TcpStream, log: Arc<Mutex<Vec<Seen>>>, answer: Arc<Answer>) {
    let Some(seen) = read(&mut socket).await else { return };
    let number = {
        let mut log = log.lock().expect("log");
        log.push(seen.clone());
        log.len() - 1
    };
    let mut reply = answer(&seen, number);
    while let Reply::After(pause, next) = reply {
        tokio::time::sleep(pause).await;
        reply = *next;
    }
    // The client may have gone: that is its right.
    let _ = write(&mut socket, reply, &seen).await;
}

async fn read(socket: &mut TcpStream) -> Option<Seen> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let n = socket.read(&mut buffer).await.ok().filter(|n| *n > 0)?;
        bytes.extend_from_slice(&buffer[..n]);
        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "))?.parse::<usize>().ok()?;
        if bytes.len() >= end + 4 + length {
            return Some(Seen { head, body: serde_json::from_slice(&bytes[end + 4..]).ok()? });
        }
    }
}

async fn write(socket: &mut TcpStream, reply: Reply, seen: &Seen) -> std::io::Result<()> {
    match reply {
        Reply::Text(text) => write_body(socket, 200, &answer(&text, "stop")).await,
        Reply::Truncated(text) => write_body(socket, 200, &answer(&text, "length")).await,
        Reply::Status(status, body) => write_body(socket, status, &body).await,
        Reply::Later(seconds) => {
            let head = format!("HTTP/1.1 429 X\r\nretry-after: {seconds}\r\ncontent-length: 2\r\n\r\n{{}}");
            socket.write_all(head.as_bytes()).await
        }
        Reply::Body(body) => write_body(socket, 200, &body).await,
        Reply::CutBody => {
            socket.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n{\"choices\":[{\"mess").await
        }
        Reply::Stream(parts, whole) => write_stream(socket, &parts, whole).await,
        Reply::Gated(gate, steps) => {
            write_stream(socket, &steps[0], false).await?;
            for step in &steps[1..] {
                gate.pass().await;
                write_parts(socket, step).await?;
            }
            socket.write_all(b"0\r\n\r\n").await
        }
        Reply::Silence(parts) => {
            write_stream(socket, &parts, false).await?;
            tokio::time::sleep(Duration::from_secs(60)).await;
            Ok(())
        }
        Reply::Vectors(dimensions) => write_body(socket, 200, &vectors(seen, dimensions)).await,
        Reply::Hangup | Reply::After(..) => Ok(()),
    }
}

fn answer(text: &str, finish: &str) -> String {
    json!({
        "model": "stand-in",
        "choices": [{ "message": { "role": "assistant", "content": text }, "finish_reason": finish }],
        "usage": { "prompt_tokens": 12, "completion_tokens": 34 },
    })
    .to_string()
}

/// Last text first: the place is in `index`.
fn vectors(seen: &Seen, dimensions: usize) -> String {
    let texts = seen.body["input"].as_array().cloned().unwrap_or_default();
    let vector = |text: &Value| {
        let mut vector = vec![0.0; dimensions];
        vector[0] = text.as_str().unwrap_or_default().len() as f64;
        vector
    };
    let data = texts.iter().enumerate().rev().map(|(index, text)| json!({ "index": index, "embedding": vector(text) }));
    json!({ "data": data.collect::<Vec<_>>(), "usage": { "prompt_tokens": texts.len() } }).to_string()
}

async fn write_body(socket: &mut TcpStream, status: u16, body: &str) -> std::io::Result<()> {
    let head = format!("HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len());
    socket.write_all(head.as_bytes()).await?;
    socket.write_all(body.as_bytes()).await
}

async fn write_stream(socket: &mut TcpStream, parts: &[Vec<u8>], whole: bool) -> std::io::Result<()> {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
    socket.write_all(head.as_bytes()).await?;
    write_parts(socket, parts).await?;
    if whole { socket.write_all(b"0\r\n\r\n").await } else { Ok(()) }
}

async fn write_parts(socket: &mut TcpStream, parts: &[Vec<u8>]) -> std::io::Result<()> {
    for part in parts {
        socket.write_all(format!("{:x}\r\n", part.len()).as_bytes()).await?;
        socket.write_all(part).await?;
        socket.write_all(b"\r\n").await?;
        socket.flush().await?;
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    Ok(())
}
