//! A mail server of a few lines, as bad as it is told to be.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// Takes every mail.
    Kind,
    /// Takes the connection and says nothing.
    Silent,
    /// "Come back later" for every recipient.
    Busy,
    /// Knows no recipient.
    Unknown,
    /// Takes the mail, but says so after this many milliseconds only.
    Late(u64),
    /// Takes the mail and cuts the connection instead of saying so.
    Cuts,
}

#[derive(Default)]
struct Seen {
    mails: Vec<String>,
    connections: usize,
}

pub struct StandIn {
    pub port: u16,
    mood: Arc<Mutex<Mood>>,
    seen: Arc<Mutex<Seen>>,
    server: Option<JoinSet<()>>,
}

impl StandIn {
    /// Reserves a port; nobody listens yet.
    pub async fn down() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("port");
        let port = listener.local_addr().expect("address").port();
        Self { port, mood: Arc::new(Mutex::new(Mood::Kind)), seen: Arc::default(), server: None }
    }

    pub async fn up(mood: Mood) -> Self {
        let mut stand_in = Self::down().await;
        stand_in.start(mood).await;
        stand_in
    }

    pub async fn start(&mut self, mood: Mood) {
        self.set(mood);
        let listener = TcpListener::bind(("127.0.0.1", self.port)).await.expect("the same port");
        let (mood, seen) = (self.mood.clone(), self.seen.clone());
        let mut server = JoinSet::new();
        server.spawn(async move {
            let mut conversations = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                seen.lock().expect("seen").connections += 1;
                conversations.spawn(converse(stream, mood.clone(), seen.clone()));
            }
        });
        self.server = Some(server);
    }

    pub fn set(&self, mood: Mood) {
        *self.mood.lock().expect("mood") = mood;
    }

    /// What it has taken, as it came.
    pub fn mails(&self) -> Vec<String> {
        self.seen.lock().expect("seen").mails.clone()
    }

    pub fn connections(&self) -> usize {
        self.seen.lock().expect("seen").connections
    }
}

async fn converse(stream: TcpStream, mood: Arc<Mutex<Mood>>, seen: Arc<Mutex<Seen>>) {
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader).lines();
    if *mood.lock().expect("mood") == Mood::Silent {
        std::future::pending::<()>().await;
    }
    let _ = writer.write_all(b"220 stand-in\r\n").await;
    while let Ok(Some(line)) = lines.next_line().await {
        let now = *mood.lock().expect("mood");
        let answer = match line.split([' ', ':']).next().unwrap_or_default().to_uppercase().as_str() {
            "EHLO" => "250-stand-in\r\n250 8BITMIME",
            "RCPT" if now == Mood::Busy => "450 busy, come back later",
            "RCPT" if now == Mood::Unknown => "550 no such mailbox",
            "DATA" => {
                let _ = writer.write_all(b"354 go on\r\n").await;
                let mut mail = String::new();
                while let Ok(Some(line)) = lines.next_line().await {
                    if line == "." {
                        break;
                    }
                    mail.push_str(&line);
                    mail.push('\n');
                }
                seen.lock().expect("seen").mails.push(mail);
                match now {
                    Mood::Late(ms) => tokio::time::sleep(Duration::from_millis(ms)).await,
                    Mood::Cuts => return,
                    _ => {}
                }
                "250 taken"
            }
            "QUIT" => "221 bye",
            _ => "250 ok",
        };
        if writer.write_all(format!("{answer}\r\n").as_bytes()).await.is_err() {
            return;
        }
    }
}
