//! The rules of `assets/aria/safety/rules.toml`, read once.

use std::{collections::HashMap, ops::Range, sync::LazyLock};

use anyhow::Context as _;
use serde::Deserialize;

use super::{
    Alarm, Kind,
    lexicon::Lexicon,
    pattern::{Pattern, Sentence, Sets},
    words,
};

/// Words before a sign among which "dit", "crie"… makes it the speech of another.
const SPEECH: usize = 4;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u32,
    aliases: HashMap<String, String>,
    sets: Vec<NamedSet>,
    contexts: HashMap<String, Vec<String>>,
    reporting: Vec<String>,
    fillers: Vec<String>,
    rules: Vec<WrittenRule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NamedSet {
    name: String,
    phrases: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRule {
    id: String,
    kind: Kind,
    patterns: Vec<String>,
    #[serde(default)]
    unless: Vec<String>,
    #[serde(default)]
    quiet_in: Vec<String>,
}

struct Rule {
    alarm: Alarm,
    patterns: Vec<Pattern>,
    /// What takes a sign back where it stands on the same words.
    unless: Vec<Pattern>,
    /// What takes it back wherever it is in the message.
    quiet_in: Vec<Pattern>,
}

/// The rules, the most urgent kind first.
pub(super) struct Rules {
    /// Version of the file.
    pub version: u32,
    lexicon: Lexicon,
    rules: Vec<Rule>,
    studies: Vec<Pattern>,
    reporting: Vec<Pattern>,
}

impl Rules {
    /// Those of the product.
    pub fn get() -> &'static Self {
        static RULES: LazyLock<Rules> = LazyLock::new(|| {
            let rules = Rules::read(include_str!("../../../assets/aria/safety/rules.toml"));
            // The file is in the binary; the tests read it.
            rules.unwrap_or_else(|error| panic!("rules.toml: {error:#}"))
        });
        &RULES
    }

    fn read(text: &str) -> anyhow::Result<Self> {
        let file: File = toml::from_str(text)?;
        let mut lexicon = Lexicon::new(&file.aliases, &file.fillers);
        let mut sets = Sets::default();
        for NamedSet { name, phrases } in &file.sets {
            sets.add(name, phrases, &mut lexicon).with_context(|| name.clone())?;
        }
        let mut parse = |texts: &[String]| -> anyhow::Result<Vec<Pattern>> {
            Ok(texts.iter().map(|text| Pattern::parse(text, &sets, &mut lexicon)).collect::<Result<_, _>>()?)
        };
        let mut rules = Vec::new();
        for written in &file.rules {
            let quiet_in = written.quiet_in.iter().map(|name| file.contexts.get(name).context("an unknown context"));
            let quiet_in: Vec<_> = quiet_in.collect::<anyhow::Result<_>>().with_context(|| written.id.clone())?;
            rules.push(Rule {
                alarm: Alarm { kind: written.kind, rule: written.id.clone().leak() },
                patterns: parse(&written.patterns).with_context(|| written.id.clone())?,
                unless: parse(&written.unless)?,
                quiet_in: parse(&quiet_in.into_iter().flatten().cloned().collect::<Vec<_>>())?,
            });
        }
        rules.sort_by_key(|rule| rule.alarm.kind);
        let studies = parse(file.contexts.get("etudes").context("no context « etudes »")?)?;
        let reporting = parse(&file.reporting)?;
        Ok(Self { version: file.version, lexicon, rules, studies, reporting })
    }

    /// The most urgent alarm that a message raises.
    pub fn assess(&self, message: &str) -> Option<Alarm> {
        let sentences: Vec<_> =
            words::sentences(message).iter().map(|words| Sentence::new(self.lexicon.read(words))).collect();
        let is_about_studies = says(&self.studies, &sentences);
        let raised = |rule: &&Rule| {
            let signs = |sentence: &Sentence| {
                let is_another = |place: &Range<usize>| is_about_studies && self.is_speech_of_another(sentence, place);
                let sign = |place: Range<usize>| !(rule.is_taken_back(sentence, &place) || is_another(&place));
                rule.patterns.iter().any(|pattern| pattern.places(sentence).any(sign))
            };
            sentences.iter().any(signs) && !says(&rule.quiet_in, &sentences)
        };
        self.rules.iter().find(raised).map(|rule| rule.alarm)
    }

    /// Between quotation marks, or after "il dit", "elle s’écrie"…
    fn is_speech_of_another(&self, sentence: &Sentence, place: &Range<usize>) -> bool {
        let words = sentence.tokens();
        let before = Sentence::new(words[place.start.saturating_sub(SPEECH)..place.start].to_vec());
        words[place.clone()].iter().all(|token| token.quoted)
            || self.reporting.iter().any(|verb| verb.places(&before).next().is_some())
    }
}

impl Rule {
    fn is_taken_back(&self, sentence: &Sentence, place: &Range<usize>) -> bool {
        let touches = |other: Range<usize>| other.start < place.end && place.start < other.end;
        self.unless.iter().any(|pattern| pattern.places(sentence).any(touches))
    }
}

fn says(patterns: &[Pattern], sentences: &[Sentence]) -> bool {
    patterns.iter().any(|pattern| sentences.iter().any(|sentence| pattern.places(sentence).next().is_some()))
}
