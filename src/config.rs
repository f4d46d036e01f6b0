//! Settings: environment variables only, read once at start; every problem is reported together.
//! Secrets are [`SecretString`]s: they are never printed.

mod llm;

use std::{env, net::IpAddr, path::PathBuf, str::FromStr, time::Duration};

use secrecy::SecretString;

pub use self::llm::{BudgetConfig, EmbeddingsConfig, LlmConfig, LlmMode, Price, ProviderConfig};

/// All settings of the product. The doc comment of a field names its variable and default.
#[derive(Debug, Clone)]
pub struct Config {
    /// `BIND` (0.0.0.0) and `PORT` (3000): where the server listens.
    pub bind: (IpAddr, u16),
    /// `DATA_DIR` (./data): private cluster, mail files, demo accounts, local secret, uploaded files.
    pub data_dir: PathBuf,
    /// `DATABASE_URL`: an existing PostgreSQL; absent: a private cluster in `DATA_DIR`.
    pub database_url: Option<SecretString>,
    /// `DB_CONNECTIONS` (12): most connections of the pool; the job queue opens up to three of its own.
    pub db_connections: u32,
    /// `PUBLIC_URL` (http://localhost:PORT), without a final slash: links in mails; https means production.
    pub public_url: String,
    /// `SECRET_KEY` (≥ 32 characters): signs links; made in `DATA_DIR` locally, mandatory in production.
    pub secret_key: Option<SecretString>,
    /// `TRUSTED_PROXIES` (none), comma-separated addresses: only from these is `X-Forwarded-For` believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// `RATE_LIMITS` (on): `off` for benchmarks; refused in production.
    pub rate_limits: bool,
    /// `STAFF_TWO_FACTOR` (on when `PUBLIC_URL` is https): whether admins and assistantes must have a second factor.
    pub staff_two_factor: bool,
    /// `DEMO` (1): whether `ops/run` fills a new private cluster with the demo school.
    pub demo: bool,
    /// The language models: see [`LlmConfig`].
    pub llm: LlmConfig,
    /// `ARIA_SECOND_LOOK` (on): whether the model, too, looks for signs of danger in each message of a family.
    pub aria_second_look: bool,
    /// How mail leaves: see [`SmtpConfig`]; absent: files in `DATA_DIR/mail`.
    pub smtp: Option<SmtpConfig>,
    /// `MAIL_FROM` or `SMTP_FROM` (`Nexus Réussite <ne-pas-repondre@localhost>`): sender of every mail.
    pub mail_from: String,
    /// The school, as legal pages and mails name it.
    pub school: School,
}

/// What the school calls itself; shown on legal pages and in mails.
#[derive(Debug, Clone)]
pub struct School {
    /// `SCHOOL_NAME` (Nexus Réussite).
    pub name: String,
    /// `SCHOOL_ADDRESS`.
    pub address: String,
    /// `SCHOOL_EMAIL`.
    pub email: String,
    /// `SCHOOL_PHONE`.
    pub phone: String,
    /// `SCHOOL_HOST`: who runs the machine.
    pub host: String,
}

/// What stands in the place of a telephone number that the school has not given.
const NO_PHONE: &str = "(téléphone à renseigner par l’école)";

impl School {
    /// The telephone number, once the school has given one.
    pub fn known_phone(&self) -> Option<&str> {
        Some(self.phone.as_str()).filter(|phone| *phone != NO_PHONE)
    }
}

/// `SMTP_HOST`, `SMTP_PORT` (587), `SMTP_USER`, `SMTP_PASSWORD`, `SMTP_SECURE`, `SMTP_TIMEOUT`.
#[derive(Debug, Clone)]
pub struct SmtpConfig {
    /// Server name.
    pub host: String,
    /// Port.
    pub port: u16,
    /// `SMTP_SECURE`: `tls` (from the first byte), `starttls` (default) or `none` (a server on this machine).
    pub secure: SmtpSecurity,
    /// User and password, when the server wants them.
    pub login: Option<(String, SecretString)>,
    /// `SMTP_TIMEOUT` in milliseconds (20000): connecting; one whole mail may take three times as long.
    pub timeout: Duration,
}

/// How the connection to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpSecurity {
    /// TLS from the first byte (port 465).
    Tls,
    /// Plain, then upgraded; refused if the server cannot.
    StartTls,
    /// Plain: only for a server on the same machine.
    None,
}

impl Config {
    /// Reads the environment; `Err` lists every problem, one sentence each.
    pub fn from_env() -> Result<Self, Vec<String>> {
        Self::read(|name| env::var(name).ok())
    }

    /// Reads from any source of variables; tests use a map.
    pub fn read(source: impl Fn(&str) -> Option<String>) -> Result<Self, Vec<String>> {
        let mut vars = Vars { source, problems: Vec::new() };
        let port: u16 = vars.parsed("PORT", 3000);
        let public_url = vars
            .text("PUBLIC_URL")
            .unwrap_or_else(|| format!("http://localhost:{port}"))
            .trim_end_matches('/')
            .to_owned();
        if !public_url.starts_with("http://") && !public_url.starts_with("https://") {
            vars.problem("PUBLIC_URL doit commencer par http:// ou https://");
        }
        let https = public_url.starts_with("https://");
        let config = Self {
            bind: (vars.parsed("BIND", IpAddr::from([0, 0, 0, 0])), port),
            data_dir: vars.text("DATA_DIR").unwrap_or_else(|| "data".into()).into(),
            database_url: vars.secret("DATABASE_URL"),
            db_connections: vars.parsed("DB_CONNECTIONS", 12).max(2),
            public_url,
            secret_key: vars.secret("SECRET_KEY"),
            trusted_proxies: vars.addresses("TRUSTED_PROXIES"),
            rate_limits: vars.switch("RATE_LIMITS", true),
            staff_two_factor: vars.switch("STAFF_TWO_FACTOR", https),
            demo: vars.switch("DEMO", true),
            llm: vars.llm(),
            aria_second_look: vars.switch("ARIA_SECOND_LOOK", true),
            smtp: vars.smtp(),
            mail_from: vars
                .text("MAIL_FROM")
                .or_else(|| vars.text("SMTP_FROM"))
                .unwrap_or_else(|| "Nexus Réussite <ne-pas-repondre@localhost>".into()),
            school: vars.school(),
        };
        config.check(&mut vars.problems);
        if vars.problems.is_empty() { Ok(config) } else { Err(vars.problems) }
    }

    /// Whether families reach this server over https: Secure cookies, HSTS, no shortcuts.
    pub fn production(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    fn check(&self, problems: &mut Vec<String>) {
        use secrecy::ExposeSecret as _;
        if let Some(key) = &self.secret_key
            && key.expose_secret().len() < 32
        {
            problems.push("SECRET_KEY est trop court : 32 caractères au moins (openssl rand -hex 32)".into());
        }
        if self.production() && self.secret_key.is_none() {
            problems.push("SECRET_KEY est obligatoire quand PUBLIC_URL est en https".into());
        }
        if self.production() && !self.rate_limits {
            problems.push("RATE_LIMITS=off est refusé quand PUBLIC_URL est en https".into());
        }
        if self.mail_from.parse::<lettre::message::Mailbox>().is_err() {
            problems.push("MAIL_FROM n’est pas une adresse d’expéditeur valable".into());
        }
    }
}

struct Vars<S> {
    source: S,
    problems: Vec<String>,
}

impl<S: Fn(&str) -> Option<String>> Vars<S> {
    fn problem(&mut self, sentence: &str) {
        self.problems.push(sentence.to_owned());
    }

    /// The trimmed value; an empty variable counts as absent.
    fn text(&self, name: &str) -> Option<String> {
        (self.source)(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    fn secret(&self, name: &str) -> Option<SecretString> {
        self.text(name).map(SecretString::from)
    }

    fn parsed<T: FromStr>(&mut self, name: &str, default: T) -> T {
        match self.text(name).map(|text| text.parse()) {
            None => default,
            Some(Ok(value)) => value,
            Some(Err(_)) => {
                self.problems.push(format!("{name} n’a pas une valeur valable"));
                default
            }
        }
    }

    fn switch(&mut self, name: &str, default: bool) -> bool {
        match self.text(name).map(|text| text.to_lowercase()).as_deref() {
            None => default,
            Some("1" | "on" | "true" | "oui") => true,
            Some("0" | "off" | "false" | "non") => false,
            Some(_) => {
                self.problems.push(format!("{name} vaut on ou off"));
                default
            }
        }
    }

    fn addresses(&mut self, name: &str) -> Vec<IpAddr> {
        let text = self.text(name).unwrap_or_default();
        let parts: Vec<_> = text.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
        let parsed: Vec<IpAddr> = parts.iter().filter_map(|part| part.parse().ok()).collect();
        if parsed.len() != parts.len() {
            self.problems.push(format!("{name} : des adresses IP séparées par des virgules"));
        }
        parsed
    }

    fn smtp(&mut self) -> Option<SmtpConfig> {
        let host = self.text("SMTP_HOST")?;
        let secure = match self.text("SMTP_SECURE").map(|text| text.to_lowercase()).as_deref() {
            Some("tls" | "true" | "1") => SmtpSecurity::Tls,
            Some("none") => SmtpSecurity::None,
            None | Some("starttls" | "false" | "0") => SmtpSecurity::StartTls,
            Some(_) => {
                self.problem("SMTP_SECURE vaut tls, starttls ou none");
                SmtpSecurity::StartTls
            }
        };
        let default_port = if secure == SmtpSecurity::Tls { 465 } else { 587 };
        let login = match (self.text("SMTP_USER"), self.secret("SMTP_PASSWORD")) {
            (Some(user), Some(password)) => Some((user, password)),
            (None, None) => None,
            _ => {
                self.problem("SMTP_USER et SMTP_PASSWORD vont ensemble");
                None
            }
        };
        let timeout = Duration::from_millis(self.parsed("SMTP_TIMEOUT", 20_000));
        Some(SmtpConfig { host, port: self.parsed("SMTP_PORT", default_port), secure, login, timeout })
    }

    fn school(&mut self) -> School {
        let or = |value: Option<String>, default: &str| value.unwrap_or_else(|| default.to_owned());
        School {
            name: or(self.text("SCHOOL_NAME"), "Nexus Réussite"),
            address: or(self.text("SCHOOL_ADDRESS"), "(adresse à renseigner par l’école)"),
            email: or(self.text("SCHOOL_EMAIL"), "contact@localhost"),
            phone: or(self.text("SCHOOL_PHONE"), NO_PHONE),
            host: or(self.text("SCHOOL_HOST"), "(hébergeur à renseigner par l’école)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Config, Vec<String>> {
        Config::read(|name| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn an_empty_environment_is_a_working_local_setting() {
        let config = read(&[]).expect("defaults");
        assert_eq!(config.bind.1, 3000);
        assert!(!config.production());
        assert!(config.llm.providers.is_empty());
    }

    #[test]
    fn all_problems_are_reported_together() {
        let problems =
            read(&[("PORT", "many"), ("TRUSTED_PROXIES", "10.0.0.1,x"), ("PUBLIC_URL", "https://a.example")])
                .expect_err("three problems");
        assert_eq!(problems.len(), 3, "{problems:?}");
    }

    #[test]
    fn production_refuses_to_run_without_limits_or_secret() {
        let problems = read(&[("PUBLIC_URL", "https://a.example"), ("RATE_LIMITS", "off")]).expect_err("refused");
        assert!(
            problems.iter().any(|p| p.contains("SECRET_KEY")) && problems.iter().any(|p| p.contains("RATE_LIMITS"))
        );
    }

    #[test]
    fn staff_need_a_second_factor_where_families_come_by_https_unless_told_otherwise() {
        let secret = ("SECRET_KEY", "0123456789abcdef0123456789abcdef");
        let https = ("PUBLIC_URL", "https://a.example");
        assert!(!read(&[]).expect("local").staff_two_factor);
        assert!(read(&[secret, https]).expect("production").staff_two_factor);
        assert!(!read(&[secret, https, ("STAFF_TWO_FACTOR", "off")]).expect("told").staff_two_factor);
        assert!(read(&[("STAFF_TWO_FACTOR", "on")]).expect("told").staff_two_factor);
    }

    #[test]
    fn secrets_never_appear_in_a_debug_print() {
        let config = read(&[("SECRET_KEY", "0123456789abcdef0123456789abcdef"), ("OPENAI_API_KEY", "sk-hidden")])
            .expect("valid");
        let print = format!("{config:?}");
        assert!(!print.contains("0123456789abcdef") && !print.contains("sk-hidden"));
    }
}
