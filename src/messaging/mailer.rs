//! Hands a message over: to the mail server of the settings, or to a file in `DATA_DIR/mail` when there is none.
//!
//! Always true: a connection on which a conversation was cut off (time out, lost lease) is never used again: its late
//! answers would be taken for those of the next mail.

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use anyhow::{Context as _, anyhow};
use lettre::{
    AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    transport::smtp::{Error as SmtpError, authentication::Credentials},
};
use secrecy::ExposeSecret as _;
use tokio::{fs, io::AsyncWriteExt as _, time::timeout};
use uuid::Uuid;

use crate::config::{Config, SmtpConfig, SmtpSecurity};

type Transport = AsyncSmtpTransport<Tokio1Executor>;

/// Answers that concern this recipient or this mail, so that another try would get the same: unknown, foreign or
/// impossible mailbox. Others (no right to send, full mailbox…) can be repaired, and the mail is worth trying again.
const FINAL_ANSWERS: [&str; 3] = ["550", "551", "553"];

/// How mail leaves.
pub struct Mailer(Way);

enum Way {
    Server(Server),
    Files(PathBuf),
}

/// Why a message could not be handed over.
#[derive(Debug)]
pub(super) enum Failure {
    /// Never will be.
    Refused(anyhow::Error),
    /// Perhaps later.
    NotNow(anyhow::Error),
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::NotNow(error)
    }
}

impl Mailer {
    /// From the settings; nothing is connected before the first mail.
    pub fn new(config: &Config) -> Self {
        Self(match &config.smtp {
            Some(smtp) => Way::Server(Server { smtp: smtp.clone(), connections: Mutex::default() }),
            None => Way::Files(config.data_dir.join("mail")),
        })
    }

    /// Hands the message over; when this returns `Ok`, the server or the disk has it.
    pub(super) async fn deliver(&self, id: Uuid, message: &Message) -> Result<(), Failure> {
        match &self.0 {
            Way::Server(server) => server.send(message).await,
            Way::Files(folder) => Ok(write(folder, &format!("{id}.eml"), &message.formatted()).await?),
        }
    }
}

/// Whole or not at all: written under another name, then renamed. The same mail again replaces its file.
async fn write(folder: &Path, name: &str, content: &[u8]) -> anyhow::Result<()> {
    let write = async {
        fs::create_dir_all(folder).await?;
        let unfinished = folder.join(format!(".{name}.{}", Uuid::new_v4().simple()));
        let mut file = fs::File::create_new(&unfinished).await?;
        file.write_all(content).await?;
        file.sync_all().await?;
        fs::rename(&unfinished, folder.join(name)).await
    };
    write.await.context("le dossier des e-mails (DATA_DIR/mail) n’est pas accessible en écriture")
}

struct Server {
    smtp: SmtpConfig,
    /// Pooled connections; taken away whole when one of them may be out of step.
    connections: Mutex<Option<Transport>>,
}

/// Discards the connections unless the conversation ended.
struct OutOfStep<'a>(Option<&'a Server>);

impl Drop for OutOfStep<'_> {
    fn drop(&mut self) {
        if let Some(server) = self.0 {
            *server.connections.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
    }
}

impl Server {
    async fn send(&self, message: &Message) -> Result<(), Failure> {
        let transport = self.transport()?;
        let mut unless_ended = OutOfStep(Some(self));
        // A server that examines the mail answers late: giving up too early would send it twice.
        let patience = self.smtp.timeout * 3;
        let sent = timeout(patience, transport.send_raw(message.envelope(), &message.formatted())).await;
        let sent = sent.map_err(|_| Failure::NotNow(no_answer(patience)))?;
        unless_ended.0 = None;
        sent.map(|_| ()).map_err(failure)
    }

    fn transport(&self) -> anyhow::Result<Transport> {
        let mut connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        match &*connections {
            Some(transport) => Ok(transport.clone()),
            None => Ok(connections.insert(self.connect()?).clone()),
        }
    }

    fn connect(&self) -> anyhow::Result<Transport> {
        let host = self.smtp.host.as_str();
        let builder = match self.smtp.secure {
            SmtpSecurity::Tls => Transport::relay(host)?,
            SmtpSecurity::StartTls => Transport::starttls_relay(host)?,
            SmtpSecurity::None => Transport::builder_dangerous(host),
        };
        let builder = builder.port(self.smtp.port).timeout(Some(self.smtp.timeout));
        Ok(match &self.smtp.login {
            Some((user, password)) => {
                builder.credentials(Credentials::new(user.clone(), password.expose_secret().to_owned())).build()
            }
            None => builder.build(),
        })
    }
}

fn no_answer(patience: Duration) -> anyhow::Error {
    anyhow!("le serveur d’e-mail n’a pas répondu en {} s", patience.as_secs())
}

fn failure(error: SmtpError) -> Failure {
    let answer = error.status().map(|code| code.to_string());
    if answer.is_some_and(|code| FINAL_ANSWERS.contains(&code.as_str())) {
        Failure::Refused(anyhow!(error).context("le serveur d’e-mail refuse cette adresse ou ce message"))
    } else {
        Failure::NotNow(anyhow!(error).context("le serveur d’e-mail ne prend pas le message pour l’instant"))
    }
}
