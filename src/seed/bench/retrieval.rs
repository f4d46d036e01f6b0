//! Whether the library finds the passage that answers: questions as students type them, over the starter sheets among
//! many other passages. The database should hold nothing else.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use serde::Deserialize;
use sqlx::PgPool;
use uuid::Uuid;

use super::{
    sheets::{self, Sheet},
    super::dice::Dice,
};
use crate::{
    library::search::{Question, Viewer, search},
    web::Role,
};

/// How many of the best passages count.
const BEST: usize = 5;
/// Passages that are looked at, for the place of those further down.
const LOOKED_AT: usize = 20;

/// A question and the phrase of a sheet that answers it.
#[derive(Deserialize)]
struct Pair {
    question: String,
    sheet: String,
    quote: String,
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
    let (mut places, mut absent) = (Vec::new(), 0);
    for pair in pairs(root)? {
        let document = documents.get(&pair.sheet).with_context(|| format!("no sheet {}", pair.sheet))?;
        match place(pool, *document, &pair).await? {
            None => {
                absent += 1;
                println!("absent\t{}\t{}", pair.sheet, pair.quote);
            }
            Some(place) => {
                if place > BEST {
                    println!("missed\t{place}\t{}\t{}", pair.sheet, pair.question);
                }
                places.push(place);
            }
        }
    }
    let among = |most: usize| places.iter().filter(|place| **place <= most).count() as f64 / places.len().max(1) as f64;
    let reciprocal: f64 = places.iter().filter(|it| **it <= LOOKED_AT).map(|it| 1.0 / *it as f64).sum();
    println!(
        "retrieval pairs={} absent={absent} passages={passages} recall@1={:.3} recall@5={:.3} recall@20={:.3} mrr={:.3}",
        places.len(),
        among(1),
        among(BEST),
        among(LOOKED_AT),
        reciprocal / places.len().max(1) as f64
    );
    Ok(())
}

/// The place of the first passage that holds the quote, or half of one that lies across two; [`LOOKED_AT`] + 1 when it is
/// further down; none when no passage holds it.
async fn place(pool: &PgPool, document: Uuid, pair: &Pair) -> anyhow::Result<Option<usize>> {
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
    let whole: Vec<i64> =
        bodies.iter().filter(|row| spaced(&row.body).contains(&quote)).map(|row| row.id).collect();
    let right = if whole.is_empty() { right } else { whole };
    if right.is_empty() {
        return Ok(None);
    }
    let viewer = Viewer { id: Uuid::nil(), role: Role::Eleve };
    let question =
        Question { text: &pair.question, subject: None, grade: None, strict: false, viewer, limit: LOOKED_AT };
    let found = search(pool, None, &question).await.map_err(anyhow::Error::new)?;
    let place = found.hits.iter().position(|hit| right.contains(&hit.passage));
    Ok(Some(place.map_or(LOOKED_AT + 1, |place| place + 1)))
}

fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn pairs(root: &Path) -> anyhow::Result<Vec<Pair>> {
    let mut pairs = Vec::new();
    for path in files(&root.join("ops/bench/retrieval"), "toml")? {
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

async fn stored_sheets(pool: &PgPool) -> anyhow::Result<BTreeMap<String, Uuid>> {
    let rows = sqlx::query!(r#"select id, rights from library_documents where rights like 'bench:%'"#);
    let rows = rows.fetch_all(pool).await?;
    Ok(rows.into_iter().map(|row| (row.rights.trim_start_matches("bench:").to_owned(), row.id)).collect())
}

/// The sheets of the repository, then other documents.
async fn fill(pool: &PgPool, root: &Path, distractors: usize) -> anyhow::Result<BTreeMap<String, Uuid>> {
    let mut tx = pool.begin().await?;
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
        let sheet = Sheet { grade: head.grade.as_deref().filter(|grade| *grade != "LYCEE"), ..sheet(&head.title, &head.subject, body.trim()) };
        let id = sheets::put(&mut tx, &sheet).await?;
        sqlx::query!("update library_documents set rights = 'bench:' || $2 where id = $1", id, key)
            .execute(&mut *tx)
            .await?;
        documents.insert(key, id);
    }
    distract(&mut tx, root, distractors).await?;
    tx.commit().await?;
    sqlx::query("analyze library_index").execute(pool).await?;
    Ok(documents)
}

fn sheet<'a>(title: &'a str, subject: &'a str, body: &'a str) -> Sheet<'a> {
    Sheet { title, subject, grade: None, visibility: "ALL", owner: None, body }
}

/// A text of the repository that is no sheet, and its subject.
struct Other {
    subject: &'static str,
    text: String,
}

/// Documents made of questions, explanations and advice, mixed anew in each, until there are enough passages.
async fn distract(conn: &mut sqlx::PgConnection, root: &Path, wanted: usize) -> anyhow::Result<()> {
    let others = others(root)?;
    let mut dice = Dice::of("retrieval");
    let (mut number, mut passages) = (0, 0);
    while passages < wanted {
        number += 1;
        let subject = dice.pick(&["MATHEMATIQUES", "NSI", "FRANCAIS", "MATHEMATIQUES", "NSI"]);
        let of_it: Vec<&Other> = others.iter().filter(|other| other.subject == subject).collect();
        let mut body = String::new();
        for part in 1..=16 {
            body.push_str(&format!("## Exercice {part}\n\n"));
            for _ in 0..dice.between(2, 4) {
                body.push_str(&dice.pick(&of_it).text);
                body.push_str("\n\n");
            }
        }
        let title = format!("Feuille d’exercices {number}");
        passages += crate::library::passages::split(&body, &[]).len();
        sheets::put(conn, &sheet(&title, subject, &body)).await?;
    }
    Ok(())
}

/// What the banks ask and explain, what the skills advise, and sentences as other course documents have them.
fn others(root: &Path) -> anyhow::Result<Vec<Other>> {
    let mut others = Vec::new();
    for folder in ["assets/banks", "assets/skills"] {
        for path in files(&root.join(folder), "toml")? {
            let name = path.display().to_string();
            let subject = match () {
                () if name.contains("maths") => "MATHEMATIQUES",
                () if name.contains("nsi") => "NSI",
                () => "FRANCAIS",
            };
            let file: toml::Table = toml::from_str(&fs::read_to_string(&path)?).with_context(|| name.clone())?;
            for list in ["questions", "skills"] {
                let entries = file.get(list).and_then(toml::Value::as_array).into_iter().flatten();
                for entry in entries {
                    let texts = ["topic", "label", "text", "explanation", "advice"].map(|key| entry.get(key));
                    let texts: Vec<&str> = texts.into_iter().flatten().filter_map(toml::Value::as_str).collect();
                    others.push(Other { subject, text: texts.join("\n\n") });
                }
            }
        }
    }
    others.extend(near_topics());
    Ok(others)
}

/// Sentences on what else is taught, with the words that questions are made of.
fn near_topics() -> Vec<Other> {
    let mut dice = Dice::of("near topics");
    let things = [
        "la fonction affine", "une pyramide", "le théorème de Pythagore", "un pourcentage", "la médiane d’une série",
        "le roman d’apprentissage", "la tragédie classique", "le sonnet", "l’argumentation directe", "le registre comique",
        "une page web", "le capteur d’un objet connecté", "une feuille de calcul", "la photographie numérique", "un mot de passe",
    ];
    let says = [
        "se reconnaît à sa définition, qu’il faut citer avant de s’en servir",
        "demande une méthode en trois étapes, que l’exemple suivant applique",
        "donne lieu à une erreur fréquente : on conclut sans vérifier les conditions",
        "se calcule à partir des valeurs du tableau, arrondies au centième",
        "s’explique par le contexte, puis par le choix des mots",
        "prend un sens différent selon la question posée dans l’énoncé",
        "peut être négatif, nul ou positif selon le signe du coefficient",
        "se compare à un autre exemple pour montrer ce qui change",
    ];
    (0..240)
        .map(|at| {
            let subject = ["MATHEMATIQUES", "FRANCAIS", "NSI"][at % 3];
            let of_it = &things[[0, 5, 10][at % 3]..][..5];
            let sentences: Vec<String> =
                (0..5).map(|_| format!("Dans ce chapitre, {} {}.", dice.pick(of_it), dice.pick(&says))).collect();
            Other { subject, text: sentences.join(" ") }
        })
        .collect()
}
