//! Whether the library finds the passage that answers: questions as students type them, over the starter sheets among
//! many other passages. The database should hold nothing else.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use serde::Deserialize;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::{
    super::dice::Dice,
    sheets::{self, Sheet},
};
use crate::{
    library::{
        asked, passages,
        search::{Question, Shelf, Viewer, search},
    },
    subjects::SchoolSubject,
    web::Role,
};

/// How many of the best passages count.
const BEST: usize = 5;
/// How often each text of banks and skills is among the other passages: once, as in a library without duplicates.
const COPIES: usize = 1;
/// What other lessons are made of.
const TOPICS: &str = "ops/bench/retrieval/topics.toml";
/// Passages that are looked at, for the place of those further down.
const LOOKED_AT: usize = 20;

/// A question and the phrase of a sheet that answers it.
#[derive(Deserialize)]
pub(super) struct Pair {
    pub question: String,
    sheet: String,
    quote: String,
    /// The class of who asks.
    grade: Option<String>,
}

#[derive(Deserialize)]
struct Pairs {
    pairs: Vec<Pair>,
}

#[derive(Deserialize)]
struct Head {
    title: String,
    subject: String,
    grade: Option<String>,
}

/// Stores sheets and other passages where there are none yet, then asks every question; prints what was not found, then
/// the figures. `root`: the repository.
pub(super) async fn run(pool: &PgPool, root: &Path, distractors: usize) -> anyhow::Result<()> {
    let stored = stored_sheets(pool).await?;
    let documents = if stored.is_empty() { fill(pool, root, distractors).await? } else { stored };
    let passages = sqlx::query_scalar!(r#"select count(*) as "n!" from library_passages where live"#);
    let passages = passages.fetch_one(pool).await?;
    let pairs = pairs(root)?;
    let held = Shelf::default();
    held.read(pool).await.map_err(anyhow::Error::new)?;
    // As for a large library, and as for a small one, which is held in memory.
    // `sure`: without passages that hold little of the question, as the tutor leaves them out.
    let ways =
        [(false, false, false), (false, true, false), (true, false, false), (true, true, false), (true, true, true)];
    for (in_memory, with_subject, sure) in ways {
        let (mut places, mut absent) = (Vec::new(), 0);
        for pair in &pairs {
            let document = documents.get(&pair.sheet).with_context(|| format!("no sheet {}", pair.sheet))?;
            let shelf = if in_memory { held.clone() } else { Shelf::default() };
            match place(pool, &shelf, *document, pair, (with_subject, sure)).await? {
                None => {
                    absent += 1;
                    println!("absent\t{}\t{}", pair.sheet, pair.quote);
                }
                Some(place) if place > BEST && with_subject && !sure => {
                    println!("missed\t{place}\t{}\t{}", pair.sheet, pair.question);
                    places.push(place);
                }
                Some(place) => places.push(place),
            }
        }
        let how = format!(
            "{}{}{}",
            if with_subject { "subject" } else { "no-subject" },
            if in_memory { "-in-memory" } else { "" },
            if sure { "-sure" } else { "" }
        );
        println!("retrieval {how} pairs={} absent={absent} passages={passages} {}", places.len(), figures(&places));
    }
    Ok(())
}

/// Which part of the questions is answered among the best passages.
fn figures(places: &[usize]) -> String {
    let all = places.len().max(1) as f64;
    let among = |most: usize| places.iter().filter(|place| **place <= most).count() as f64 / all;
    let reciprocal: f64 = places.iter().filter(|it| **it <= LOOKED_AT).map(|it| 1.0 / *it as f64).sum();
    format!(
        "recall@1={:.3} recall@5={:.3} recall@20={:.3} mrr={:.3}",
        among(1),
        among(BEST),
        among(LOOKED_AT),
        reciprocal / all
    )
}

/// The place of the first passage that holds the quote, or half of one that lies across two; [`LOOKED_AT`] + 1 when it is
/// further down; none when no passage holds it.
async fn place(
    pool: &PgPool,
    shelf: &Shelf,
    document: Uuid,
    pair: &Pair,
    (with_subject, sure): (bool, bool),
) -> anyhow::Result<Option<usize>> {
    let quote = spaced(&pair.quote);
    let half = quote.chars().count() / 2;
    let halves: [String; 2] = [quote.chars().take(half).collect(), quote.chars().skip(half).collect()];
    let bodies = sqlx::query!("select id, body from library_passages where document_id = $1 and live", document)
        .fetch_all(pool)
        .await?;
    let right: Vec<i64> = bodies
        .iter()
        .filter(|row| halves.iter().any(|half| spaced(&row.body).contains(half.as_str())))
        .map(|row| row.id)
        .collect();
    let whole: Vec<i64> = bodies.iter().filter(|row| spaced(&row.body).contains(&quote)).map(|row| row.id).collect();
    let right = if whole.is_empty() { right } else { whole };
    if right.is_empty() {
        return Ok(None);
    }
    let viewer = Viewer { id: Uuid::nil(), role: Role::Eleve };
    let subject = sqlx::query_scalar!("select subject from library_documents where id = $1", document);
    let subject = SchoolSubject::parse(&subject.fetch_one(pool).await?).filter(|_| with_subject);
    let question = Question {
        text: &pair.question,
        subject,
        grade: pair.grade.as_deref(),
        strict: false,
        viewer,
        limit: LOOKED_AT,
    };
    let found = search(pool, shelf, None, &question).await.map_err(anyhow::Error::new)?;
    let found = if sure { found.sure(&pair.question) } else { found };
    let place = found.hits.iter().position(|hit| right.contains(&hit.passage));
    Ok(Some(place.map_or(LOOKED_AT + 1, |place| place + 1)))
}

fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub(super) fn pairs(root: &Path) -> anyhow::Result<Vec<Pair>> {
    let mut pairs = Vec::new();
    for path in files(&root.join("ops/bench/retrieval"), "toml")? {
        if path.ends_with("topics.toml") {
            continue;
        }
        let text = fs::read_to_string(&path)?;
        let file: Pairs = toml::from_str(&text).with_context(|| path.display().to_string())?;
        pairs.extend(file.pairs);
    }
    Ok(pairs)
}

/// All files below a folder that end so, in order.
fn files(folder: &Path, ending: &str) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path, ending)?);
        } else if path.extension().is_some_and(|its| its == ending) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

pub(super) async fn stored_sheets(pool: &PgPool) -> anyhow::Result<BTreeMap<String, Uuid>> {
    let rows = sqlx::query!(r#"select id, rights from library_documents where rights like 'bench:%'"#);
    let rows = rows.fetch_all(pool).await?;
    Ok(rows.into_iter().map(|row| (row.rights.trim_start_matches("bench:").to_owned(), row.id)).collect())
}

/// The sheets of the repository, then other documents.
pub(super) async fn fill(pool: &PgPool, root: &Path, distractors: usize) -> anyhow::Result<BTreeMap<String, Uuid>> {
    let mut tx = crate::db::begin(pool).await?;
    let folder = root.join("assets/library");
    let mut documents = BTreeMap::new();
    for path in files(&folder, "md")? {
        let text = fs::read_to_string(&path)?;
        let (head, body) = text
            .strip_prefix("+++\n")
            .and_then(|rest| rest.split_once("\n+++\n"))
            .with_context(|| format!("{}: no head", path.display()))?;
        let head: Head = toml::from_str(head)?;
        let key = path.strip_prefix(&folder)?.with_extension("").display().to_string();
        let sheet = Sheet {
            grade: head.grade.as_deref().filter(|grade| *grade != "LYCEE"),
            ..sheet(&head.title, &head.subject, body.trim())
        };
        let id = sheets::put(&mut tx, &sheet).await?;
        sqlx::query!("update library_documents set rights = 'bench:' || $2 where id = $1", id, key)
            .execute(&mut *tx)
            .await?;
        asked::set(&mut tx, id, 1, &key).await.map_err(anyhow::Error::new)?;
        documents.insert(key, id);
    }
    tx.commit().await?;
    distract(pool, root, distractors).await?;
    sqlx::query("analyze library_index").execute(pool).await?;
    Ok(documents)
}

fn sheet<'a>(title: &'a str, subject: &'a str, body: &'a str) -> Sheet<'a> {
    Sheet { title, subject, grade: None, visibility: "ALL", owner: None, body }
}

/// Documents that are no sheets, until there are enough passages: exercises made of what the banks ask and explain and
/// the skills advise, each text [`COPIES`] times; then lessons on what else is taught (`topics.toml`).
async fn distract(pool: &PgPool, root: &Path, wanted: usize) -> anyhow::Result<()> {
    let mut dice = Dice::of("retrieval");
    let mut passages = 0;
    for copy in 1..=COPIES {
        for (subject, texts) in exercises(root)? {
            let sheet = format!("Feuille d’exercices {copy}");
            passages += put_parts(&mut *pool.acquire().await?, &sheet, subject, &dice.shuffled(texts)).await?;
        }
    }
    let topics: Topics = toml::from_str(&fs::read_to_string(root.join(TOPICS))?)?;
    for lesson in 1.. {
        // A transaction for each lesson of all topics: counts of words that one transaction changes often become slow.
        let mut tx = crate::db::begin(pool).await?;
        for topic in &topics.topics {
            if passages >= wanted {
                return Ok(tx.commit().await?);
            }
            let paragraphs: Vec<String> = (0..12).map(|_| topic.paragraph(&topics.sentences, &mut dice)).collect();
            let title = format!("{}, leçon {lesson}", topic.title);
            passages += put_parts(&mut tx, &title, &topic.subject, &paragraphs).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

/// Stores a document of some parts, four to a section; answers its number of passages.
async fn put_parts(conn: &mut PgConnection, title: &str, subject: &str, parts: &[String]) -> anyhow::Result<usize> {
    let part = |(number, texts): (usize, &[String])| format!("## Partie {}\n\n{}", number + 1, texts.join("\n\n"));
    let body = parts.chunks(4).enumerate().map(part).collect::<Vec<_>>().join("\n\n");
    sheets::put(conn, &sheet(title, subject, &body)).await?;
    Ok(passages::split(&body, &[]).len())
}

/// The texts of each file of banks and skills, with the subject's key.
fn exercises(root: &Path) -> anyhow::Result<Vec<(&'static str, Vec<String>)>> {
    let mut all = Vec::new();
    for folder in ["assets/banks", "assets/skills"] {
        for path in files(&root.join(folder), "toml")? {
            let name = path.display().to_string();
            let subjects = [("maths", "MATHEMATIQUES"), ("nsi", "NSI"), ("", "FRANCAIS")];
            let subject = subjects.iter().find(|(part, _)| name.contains(part)).map_or("FRANCAIS", |it| it.1);
            let file: toml::Table = toml::from_str(&fs::read_to_string(&path)?).with_context(|| name.clone())?;
            let lists = ["questions", "skills"].map(|list| file.get(list).and_then(toml::Value::as_array));
            let texts: Vec<String> = lists.into_iter().flatten().flatten().map(text_of).collect();
            if !texts.is_empty() {
                all.push((subject, texts));
            }
        }
    }
    Ok(all)
}

/// All that an entry says.
fn text_of(entry: &toml::Value) -> String {
    let texts = ["topic", "label", "text", "explanation", "advice"].map(|key| entry.get(key));
    texts.into_iter().flatten().filter_map(toml::Value::as_str).collect::<Vec<_>>().join("\n\n")
}

#[derive(Deserialize)]
struct Topics {
    topics: Vec<Topic>,
    sentences: Vec<String>,
}

#[derive(Deserialize)]
struct Topic {
    subject: String,
    title: String,
    words: Vec<String>,
}

impl Topic {
    fn paragraph(&self, sentences: &[String], dice: &mut Dice) -> String {
        let words: Vec<&str> = self.words.iter().map(String::as_str).collect();
        let sentences: Vec<&str> = sentences.iter().map(String::as_str).collect();
        let one = |dice: &mut Dice| {
            dice.pick(&sentences).replacen("{}", dice.pick(&words), 1).replacen("{}", dice.pick(&words), 1)
        };
        (0..5).map(|_| one(dice)).collect::<Vec<_>>().join(" ")
    }
}
