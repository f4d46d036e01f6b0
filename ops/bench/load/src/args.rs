//! `COMMAND ADDRESS --name value …`.

use std::{collections::HashMap, env, fs, net::SocketAddr, str::FromStr};

use anyhow::{Context as _, Result, ensure};

/// The command line.
pub struct Args {
    /// What to do.
    pub command: String,
    /// The server; loads go to this machine only.
    pub server: SocketAddr,
    named: HashMap<String, String>,
}

impl Args {
    /// Reads the command line.
    pub fn from_env() -> Result<Self> {
        let mut words = env::args().skip(1);
        let command = words.next().context("COMMAND ADDRESS --name value …")?;
        let server: SocketAddr = words.next().context("no ADDRESS")?.parse().context("ADDRESS is IP:PORT")?;
        ensure!(server.ip().is_loopback(), "{server} is not this machine");
        let mut named = HashMap::new();
        while let Some(name) = words.next() {
            let value = words.next().with_context(|| format!("{name} has no value"))?;
            named.insert(name.trim_start_matches("--").to_owned(), value);
        }
        Ok(Self { command, server, named })
    }

    /// A value, or the default.
    pub fn number<T: FromStr>(&self, name: &str, default: T) -> Result<T> {
        match self.named.get(name) {
            Some(text) => text.parse().ok().with_context(|| format!("--{name} {text}")),
            None => Ok(default),
        }
    }

    /// Whether a value is there.
    pub fn has(&self, name: &str) -> bool {
        self.named.contains_key(name)
    }

    /// A value that must be there.
    pub fn text(&self, name: &str) -> Result<&str> {
        self.named.get(name).map(String::as_str).with_context(|| format!("--{name} is missing"))
    }

    /// The lines of the file that a value names.
    pub fn lines(&self, name: &str) -> Result<Vec<String>> {
        let path = self.text(name)?;
        let text = fs::read_to_string(path).with_context(|| path.to_owned())?;
        let lines: Vec<String> = text.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect();
        ensure!(!lines.is_empty(), "{path} is empty");
        Ok(lines)
    }
}
