//! Settings of the language models: who is asked, in which order, at what price, within which limits.

use std::time::Duration;

use rust_decimal::{Decimal, prelude::ToPrimitive as _};
use secrecy::SecretString;

use super::Vars;

/// `LLM_MODE`: `live` (default, also for any unknown value), `stub` or `off`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LlmMode {
    /// Calls the configured models.
    Live,
    /// Writes three short deterministic texts, for demonstrations and tests.
    Stub,
    /// Writes nothing; the composed reports are shown.
    Off,
}

/// Where the language models are.
#[derive(Debug, Clone)]
pub struct LlmConfig {
    /// `LLM_MODE`.
    pub mode: LlmMode,
    /// `LLM_PROVIDERS`, in the order in which they are asked; without it those that are configured: Mistral, Gemini,
    /// OpenAI, Ollama.
    pub providers: Vec<ProviderConfig>,
    /// `OLLAMA_TIMEOUT` in milliseconds (120000): one whole answer, of any provider.
    pub timeout: Duration,
    /// `LLM_FIRST_TOKEN_TIMEOUT` in milliseconds (30000): until a stream begins.
    pub first_token: Duration,
    /// `LLM_IDLE_TIMEOUT` in milliseconds (20000): between two pieces of a stream.
    pub idle: Duration,
    /// `LLM_CONCURRENCY` (64): calls at once, of one server.
    pub concurrency: usize,
    /// `LLM_CONCURRENCY_PER_PERSON` (4): calls at once for one person.
    pub concurrency_per_person: usize,
    /// What may be spent.
    pub budget: BudgetConfig,
    /// `EMBEDDINGS_URL`…: who turns passages into vectors; `None`: nobody.
    pub embeddings: Option<EmbeddingsConfig>,
}

/// One provider that speaks the OpenAI chat-completions protocol. `NAME` is its name in capitals.
#[derive(Debug, Clone)]
pub struct ProviderConfig {
    /// As in `LLM_PROVIDERS`: `mistral`, `gemini`, `openai`, `ollama` or any other name. Kept in the log of calls.
    pub name: String,
    /// As people and messages about failures name it.
    pub label: String,
    /// `NAME_BASE_URL` (known for the first three; `OLLAMA_URL` + `/v1`), without a final slash.
    pub base_url: String,
    /// `NAME_API_KEY`.
    pub api_key: Option<SecretString>,
    /// `NAME_MODEL`.
    pub model: String,
    /// `NAME_PRICE_IN`, `NAME_PRICE_OUT`; `None`: not known, counted as nothing.
    pub price: Option<Price>,
    /// Whether the server is known to understand `stream_options.include_usage`.
    pub stream_usage: bool,
}

/// Millionths of the currency for a million tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Price {
    /// Of the request.
    pub input: u64,
    /// Of the answer.
    pub output: u64,
}

/// What may be spent on models, in millionths of the currency.
#[derive(Debug, Clone)]
pub struct BudgetConfig {
    /// `LLM_BUDGET_DAY` (none), in currency units: a day of Tunis.
    pub day: Option<u64>,
    /// `LLM_BUDGET_MONTH` (none), in currency units: a month of Tunis.
    pub month: Option<u64>,
    /// `LLM_CURRENCY` (EUR): of prices and budgets.
    pub currency: String,
}

/// The one provider of embeddings.
#[derive(Debug, Clone)]
pub struct EmbeddingsConfig {
    /// `EMBEDDINGS_URL`: an OpenAI-compatible address, without `/embeddings`.
    pub base_url: String,
    /// `EMBEDDINGS_API_KEY`.
    pub api_key: Option<SecretString>,
    /// `EMBEDDINGS_MODEL`.
    pub model: String,
    /// `EMBEDDINGS_DIMENSIONS`: numbers in a vector.
    pub dimensions: usize,
    /// `EMBEDDINGS_PRICE`, in currency units for a million tokens.
    pub price: Option<Price>,
}

/// A provider that is known by name: name, label, address, model.
type Known = (&'static str, &'static str, &'static str, &'static str);

/// In the order of the chain; Ollama has no address of its own.
const KNOWN: [Known; 4] = [
    ("mistral", "Mistral", "https://api.mistral.ai/v1", "mistral-small-latest"),
    ("gemini", "Gemini", "https://generativelanguage.googleapis.com/v1beta/openai", "gemini-2.5-flash"),
    ("openai", "OpenAI", "https://api.openai.com/v1", "gpt-4o-mini"),
    ("ollama", "Ollama", "", "llama3.2:latest"),
];
/// Names that the log of calls uses for something else.
const RESERVED: [&str; 3] = ["embeddings", "stub", "llm"];
/// A unit of the currency.
const MICROS: Decimal = Decimal::from_parts(1_000_000, 0, 0, false, 0);

/// Prices of models that are known, in millionths of a euro for a million tokens.
fn known_price(provider: &str, model: &str) -> Option<Price> {
    let price = |input, output| Some(Price { input, output });
    if provider == "ollama" {
        return price(0, 0);
    }
    match model {
        _ if model.starts_with("magistral-medium") || model.starts_with("mistral-large") => price(2_000_000, 6_000_000),
        _ if model.starts_with("mistral-small") => price(100_000, 300_000),
        _ if model.starts_with("ministral-8b") => price(100_000, 100_000),
        _ if model.starts_with("mistral-embed") => price(100_000, 0),
        _ => None,
    }
}

/// `mistral` → `MISTRAL`, `my-host` → `MY_HOST`.
fn prefix(name: &str) -> String {
    name.to_uppercase().replace('-', "_")
}

fn is_name(name: &str) -> bool {
    name.len() <= 30
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_')
        && !RESERVED.contains(&name)
}

impl<S: Fn(&str) -> Option<String>> Vars<S> {
    pub(super) fn llm(&mut self) -> LlmConfig {
        let mode = match self.text("LLM_MODE").map(|text| text.to_lowercase()).as_deref() {
            Some("off") => LlmMode::Off,
            Some("stub") => LlmMode::Stub,
            _ => LlmMode::Live,
        };
        let budget = BudgetConfig {
            day: self.money("LLM_BUDGET_DAY"),
            month: self.money("LLM_BUDGET_MONTH"),
            currency: self.text("LLM_CURRENCY").unwrap_or_else(|| "EUR".to_owned()),
        };
        let (providers, embeddings) = (self.providers(), self.embeddings());
        if mode == LlmMode::Live && (budget.day.is_some() || budget.month.is_some()) {
            self.prices_are_known(&providers, embeddings.as_ref());
        }
        LlmConfig {
            mode,
            providers,
            timeout: self.millis("OLLAMA_TIMEOUT", 120_000),
            first_token: self.millis("LLM_FIRST_TOKEN_TIMEOUT", 30_000),
            idle: self.millis("LLM_IDLE_TIMEOUT", 20_000),
            concurrency: self.places("LLM_CONCURRENCY", 64),
            concurrency_per_person: self.places("LLM_CONCURRENCY_PER_PERSON", 4),
            budget,
            embeddings,
        }
    }

    /// A budget stops nobody whose calls are counted for nothing.
    fn prices_are_known(&mut self, providers: &[ProviderConfig], embeddings: Option<&EmbeddingsConfig>) {
        for one in providers.iter().filter(|one| one.price.is_none()) {
            let (label, model, prefix) = (&one.label, &one.model, prefix(&one.name));
            self.problems.push(format!(
                "LLM_BUDGET : le prix de {label} ({model}) n’est pas connu, le plafond ne l’arrêterait pas ; écrivez {prefix}_PRICE_IN et {prefix}_PRICE_OUT, par million de jetons (0 si c’est gratuit)"
            ));
        }
        if let Some(one) = embeddings.filter(|one| one.price.is_none()) {
            self.problems.push(format!(
                "LLM_BUDGET : le prix des vecteurs ({}) n’est pas connu, le plafond ne les arrêterait pas ; écrivez EMBEDDINGS_PRICE, par million de jetons (0 si c’est gratuit)",
                one.model
            ));
        }
    }

    fn providers(&mut self) -> Vec<ProviderConfig> {
        let Some(list) = self.text("LLM_PROVIDERS") else {
            let meant: Vec<&str> =
                KNOWN.into_iter().map(|(name, ..)| name).filter(|name| self.is_meant(name)).collect();
            return meant.into_iter().filter_map(|name| self.provider(name)).collect();
        };
        let mut providers: Vec<ProviderConfig> = Vec::new();
        for name in list.split(',').map(|name| name.trim().to_lowercase()).filter(|name| !name.is_empty()) {
            if !is_name(&name) {
                self.problems.push(format!("LLM_PROVIDERS : « {name} » n’est pas un nom de fournisseur"));
            } else if providers.iter().any(|one| one.name == name) {
                self.problems.push(format!("LLM_PROVIDERS nomme deux fois {name}"));
            } else {
                providers.extend(self.provider(&name));
            }
        }
        providers
    }

    /// Whether a known provider belongs to the chain that nobody wrote down. Where there is an `OLLAMA_URL`, a key of
    /// OpenAI alone sends nothing out of the house: it may be the key of that address.
    fn is_meant(&self, name: &str) -> bool {
        let prefix = prefix(name);
        let (key, url) = (self.text(&format!("{prefix}_API_KEY")), self.text(&format!("{prefix}_BASE_URL")));
        match name {
            "ollama" => self.ollama_url().is_some(),
            "openai" => url.is_some() || (key.is_some() && self.ollama_url().is_none()),
            _ => key.is_some() || url.is_some(),
        }
    }

    fn ollama_url(&self) -> Option<String> {
        let bare = self.text("OLLAMA_URL").map(|url| format!("{}/v1", url.trim_end_matches('/')));
        self.text("OLLAMA_BASE_URL").or(bare)
    }

    /// The settings of one provider; `None`, with a problem, when they are not enough.
    fn provider(&mut self, name: &str) -> Option<ProviderConfig> {
        let prefix = prefix(name);
        let (_, label, address, default) = KNOWN.into_iter().find(|(known, ..)| *known == name).unwrap_or_default();
        let of = |what: &str| format!("{prefix}_{what}");
        let mut api_key = self.secret(&of("API_KEY"));
        let mut base_url = self.text(&of("BASE_URL"));
        if name == "ollama" {
            base_url = self.ollama_url();
            let alone = self.text("OPENAI_BASE_URL").is_none() && self.text("LLM_PROVIDERS").is_none();
            api_key = api_key.or_else(|| self.secret("OPENAI_API_KEY").filter(|_| alone));
        } else if api_key.is_some() && !address.is_empty() {
            base_url = base_url.or_else(|| Some(address.to_owned()));
        }
        let missing = match (&base_url, name) {
            (None, "ollama") => Some("OLLAMA_URL".to_owned()),
            (None, _) => Some(of(if address.is_empty() { "BASE_URL" } else { "API_KEY" })),
            _ => None,
        };
        let model = self.text(&of("MODEL")).or_else(|| Some(default.to_owned()).filter(|model| !model.is_empty()));
        if let Some(variable) = missing.or_else(|| model.is_none().then(|| of("MODEL"))) {
            self.problems.push(format!("LLM_PROVIDERS nomme {name} : il manque {variable}"));
            return None;
        }
        let (base_url, model) = (base_url?.trim_end_matches('/').to_owned(), model?);
        Some(ProviderConfig {
            price: self.price(&of("PRICE_IN"), &of("PRICE_OUT")).or_else(|| known_price(name, &model)),
            // Some servers refuse what they do not know, so only those are asked that are known to answer.
            stream_usage: name == "ollama" || (matches!(name, "openai" | "gemini") && base_url == address),
            name: name.to_owned(),
            label: if label.is_empty() { name.to_owned() } else { label.to_owned() },
            base_url,
            api_key,
            model,
        })
    }

    fn embeddings(&mut self) -> Option<EmbeddingsConfig> {
        let base_url = self.text("EMBEDDINGS_URL")?.trim_end_matches('/').to_owned();
        let dimensions: usize = self.parsed("EMBEDDINGS_DIMENSIONS", 0);
        let Some(model) = self.text("EMBEDDINGS_MODEL").filter(|_| (1..=16_000).contains(&dimensions)) else {
            self.problem("EMBEDDINGS_URL demande aussi EMBEDDINGS_MODEL et EMBEDDINGS_DIMENSIONS (1 à 16000)");
            return None;
        };
        let price = self.money("EMBEDDINGS_PRICE").map(|input| Price { input, output: 0 });
        let price = price.or_else(|| known_price("embeddings", &model));
        Some(EmbeddingsConfig { base_url, api_key: self.secret("EMBEDDINGS_API_KEY"), model, dimensions, price })
    }

    /// Both prices; one alone leaves the other at nothing.
    fn price(&mut self, input: &str, output: &str) -> Option<Price> {
        match (self.money(input), self.money(output)) {
            (None, None) => None,
            (input, output) => Some(Price { input: input.unwrap_or_default(), output: output.unwrap_or_default() }),
        }
    }

    /// An amount in currency units, such as 0.15, as millionths.
    fn money(&mut self, name: &str) -> Option<u64> {
        let text = self.text(name)?.replace(',', ".");
        let amount: Option<Decimal> = text.parse().ok();
        let micros = amount.and_then(|amount| amount.checked_mul(MICROS)?.ceil().to_u64());
        // What the database can hold, with room for a sum.
        let micros = micros.filter(|micros| *micros <= 1_000_000_000_000_000);
        if micros.is_none() {
            self.problems.push(format!("{name} est un montant, comme 2.50"));
        }
        micros
    }

    fn millis(&mut self, name: &str, default: u64) -> Duration {
        Duration::from_millis(self.parsed(name, default))
    }

    fn places(&mut self, name: &str, default: usize) -> usize {
        self.parsed(name, default).clamp(1, 100_000)
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Config, *};

    fn read(pairs: &[(&str, &str)]) -> Result<LlmConfig, Vec<String>> {
        let find = |name: &str| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        Config::read(find).map(|config| config.llm)
    }

    fn names(pairs: &[(&str, &str)]) -> Vec<String> {
        read(pairs).expect("valid").providers.into_iter().map(|provider| provider.name).collect()
    }

    #[test]
    fn without_an_order_those_that_are_configured_are_asked_in_the_order_of_the_house() {
        assert!(names(&[]).is_empty());
        let all = [
            ("OLLAMA_URL", "http://ollama"),
            ("OPENAI_BASE_URL", "http://other/v1"),
            ("GEMINI_API_KEY", "g"),
            ("MISTRAL_API_KEY", "m"),
        ];
        assert_eq!(names(&all), ["mistral", "gemini", "openai", "ollama"]);
        assert_eq!(names(&[("OPENAI_API_KEY", "k")]), ["openai"]);
    }

    #[test]
    fn with_a_local_model_a_key_alone_sends_nothing_outside() {
        let config = read(&[("OLLAMA_URL", "http://127.0.0.1:11434/"), ("OPENAI_API_KEY", "k")]).expect("valid");
        let [ollama] = config.providers.as_slice() else { panic!("one provider") };
        assert_eq!((ollama.label.as_str(), ollama.base_url.as_str()), ("Ollama", "http://127.0.0.1:11434/v1"));
        assert_eq!(ollama.model, "llama3.2:latest");
        assert!(ollama.api_key.is_some(), "the key of that address, as it always was");
    }

    #[test]
    fn an_order_that_is_written_down_holds_and_any_name_with_an_address_may_stand_in_it() {
        let config = read(&[
            ("LLM_PROVIDERS", "my-host, openai"),
            ("MY_HOST_BASE_URL", "http://10.0.0.5:8000/v1/"),
            ("MY_HOST_MODEL", "qwen"),
            ("OPENAI_API_KEY", "k"),
            ("MISTRAL_API_KEY", "not named, not asked"),
        ])
        .expect("valid");
        let of = |one: &ProviderConfig| (one.name.clone(), one.base_url.clone(), one.model.clone(), one.stream_usage);
        let [first, second] = config.providers.as_slice() else { panic!("two providers") };
        assert_eq!(of(first), ("my-host".into(), "http://10.0.0.5:8000/v1".into(), "qwen".into(), false));
        assert_eq!(of(second), ("openai".into(), "https://api.openai.com/v1".into(), "gpt-4o-mini".into(), true));
    }

    #[test]
    fn what_is_missing_for_a_named_provider_is_said() {
        for (name, missing) in [("mistral", "MISTRAL_API_KEY"), ("ollama", "OLLAMA_URL"), ("mine", "MINE_BASE_URL")] {
            let problems = read(&[("LLM_PROVIDERS", name)]).expect_err("not enough");
            assert!(problems[0].ends_with(missing), "{problems:?}");
        }
        assert!(read(&[("LLM_PROVIDERS", "mine"), ("MINE_BASE_URL", "http://h/v1")]).is_err(), "no model");
        assert!(read(&[("LLM_PROVIDERS", "ollama,ollama"), ("OLLAMA_URL", "http://h")]).is_err());
        assert!(read(&[("LLM_PROVIDERS", "é")]).is_err() && read(&[("LLM_PROVIDERS", "stub")]).is_err());
        assert!(read(&[("EMBEDDINGS_URL", "http://h/v1"), ("EMBEDDINGS_MODEL", "e")]).is_err(), "no dimensions");
    }

    #[test]
    fn prices_and_budgets_are_read_as_decimals_and_known_prices_need_not_be_written() {
        let config = read(&[
            ("LLM_PROVIDERS", "mistral,openai,ollama"),
            ("MISTRAL_API_KEY", "m"),
            ("OPENAI_API_KEY", "o"),
            ("OLLAMA_URL", "http://h"),
        ])
        .expect("valid");
        let prices: Vec<_> =
            config.providers.iter().map(|one| one.price.map(|price| (price.input, price.output))).collect();
        assert_eq!(prices, [Some((100_000, 300_000)), None, Some((0, 0))]);
        let own = read(&[("MISTRAL_API_KEY", "m"), ("MISTRAL_PRICE_IN", "0.0000001"), ("LLM_BUDGET_DAY", "2,50")])
            .expect("valid");
        assert_eq!((own.budget.day, own.budget.month), (Some(2_500_000), None));
        assert_eq!(own.providers[0].price, Some(Price { input: 1, output: 0 }), "never rounded to nothing");
        for wrong in ["-1", "dix", "1e99", "99999999999999999999"] {
            assert!(read(&[("LLM_BUDGET_MONTH", wrong)]).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_budget_asks_for_the_price_of_all_that_is_asked() {
        let vectors = [("EMBEDDINGS_URL", "http://h/v1"), ("EMBEDDINGS_MODEL", "e"), ("EMBEDDINGS_DIMENSIONS", "8")];
        let all = [&[("OPENAI_API_KEY", "o"), ("LLM_BUDGET_MONTH", "20")][..], &vectors].concat();
        let problems = read(&all).expect_err("no prices");
        assert!(problems[0].contains("OPENAI_PRICE_IN") && problems[1].contains("EMBEDDINGS_PRICE"), "{problems:?}");
        let priced = [&all[..], &[("OPENAI_PRICE_IN", "0.15"), ("EMBEDDINGS_PRICE", "0")]].concat();
        assert!(read(&priced).is_ok());
        assert!(read(&[&all[..], &[("LLM_MODE", "off")]].concat()).is_ok(), "nobody is asked");
    }
}
