//! SQL of searching by words.
//!
//! `(select $1)` around an array: see [`crate::db`].

use std::{collections::HashMap, ops::Range};

use sqlx::{PgExecutor, PgPool};
use uuid::Uuid;

use super::{
    Hit, Question, Viewer,
    plan::Plan,
    rank::{Look, Place, Ranked, Standing},
    stems::Stems,
    words::{Wanted, plain},
};
use crate::error::{Error, Result};

/// A stem that is looked for, and in how many passages it stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Term {
    pub lexeme: String,
    /// Which word of the question it stands for.
    pub group: usize,
    pub weight: f32,
    /// Whether it is of the question itself.
    pub asked: bool,
    pub passages: i32,
}

/// All of them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Terms {
    pub list: Vec<Term>,
    /// How many passages there are, roughly.
    pub passages: i32,
}

impl Terms {
    /// What a word weighs that stands in so many passages.
    pub fn rarity(&self, passages: i32) -> f32 {
        let (all, some) = (self.passages.max(passages) as f32, passages as f32);
        (1.0 + (all - some + 0.5) / (some + 0.5)).ln()
    }
}

/// The stems of what is wanted, as the library has them. A word that it does not know is stemmed; one that is no stem of
/// it either becomes those that begin with it, when it is the last one, or those that are written almost like it.
pub(super) async fn terms(pool: &PgPool, wanted: &[Wanted]) -> Result<Terms> {
    let words: Vec<String> = wanted.iter().map(|it| it.word.clone()).collect();
    let rows = sqlx::query!(
        r#"select q.at as "at!", l.lexeme as "lexeme!",
                  coalesce((select sum(w.passages) from library_words w where w.lexeme = l.lexeme collate "C"), 0)::int4 as "passages!",
                  (select case when reltuples >= 0 then reltuples::int4
                          -- Never counted yet.
                          else (select count(*)::int4 from (select from library_index limit 10000) some_of_them) end
                   from pg_class where oid = 'library_index'::regclass) as "all!"
           from unnest((select $1::text[])) with ordinality q (word, at)
           cross join lateral (
               select w.lexeme from library_words w where w.word = library_plain(q.word) collate "C"
               union all
               select library_stem(q.word) collate "C"
               where not exists (select from library_words w where w.word = library_plain(q.word) collate "C")) l
           where l.lexeme is not null"#,
        &words
    )
    .fetch_all(pool)
    .await?;
    let mut terms = Terms { list: Vec::new(), passages: 0 };
    let mut unknown: Vec<usize> = (0..wanted.len()).filter(|at| wanted[*at].asked).collect();
    for row in rows {
        let at = (row.at - 1) as usize;
        let Some(one) = wanted.get(at) else { continue };
        terms.passages = terms.passages.max(row.all).max(row.passages);
        if row.passages > 0 {
            unknown.retain(|other| *other != at);
        }
        terms.list.push(term(one, row.lexeme, 1.0, row.passages));
    }
    if !unknown.is_empty() {
        guess(pool, wanted, &unknown, &mut terms).await?;
    }
    Ok(terms)
}

/// A word that is looked for by this stem.
pub(super) fn term(wanted: &Wanted, lexeme: String, sure: f32, passages: i32) -> Term {
    Term { lexeme, group: wanted.group, weight: wanted.weight * sure, asked: wanted.asked, passages }
}

/// What unknown words may be.
async fn guess(pool: &PgPool, wanted: &[Wanted], unknown: &[usize], terms: &mut Terms) -> Result<()> {
    let words: Vec<String> = unknown.iter().map(|at| plain(&wanted[*at].word)).collect();
    let rests: Vec<String> = words.iter().map(|word| without_article(word)).collect();
    let rows = sqlx::query!(
        r#"select q.at as "at!", w.word as "word!", w.lexeme as "lexeme!", w.passages as "passages!"
           from unnest($1::text[], $2::text[]) with ordinality q (word, rest, at)
           cross join lateral (
               (select w.word, w.lexeme, w.passages from library_words w
                where length(q.word) >= 4 and w.word % (q.word collate "C")
                order by similarity(w.word, q.word) desc, w.passages desc limit 8)
               union
               (select w.word, w.lexeme, w.passages from library_words w
                where length(q.word) >= 2 and w.word >= q.word collate "C" and w.word < (q.word || chr(1114111)) collate "C"
                order by w.passages desc limit 5)
               union
               (select w.word, w.lexeme, w.passages from library_words w where w.word = q.rest collate "C")) w"#,
        &words,
        &rests
    )
    .fetch_all(pool)
    .await?;
    for row in rows {
        let Some(at) = unknown.get((row.at - 1) as usize) else { continue };
        let (one, typed) = (&wanted[*at], &words[(row.at - 1) as usize]);
        let begins = row.word.starts_with(typed.as_str()) && (one.last || typed.chars().count() <= 5);
        let most = if typed.chars().count() < 6 { 1 } else { 2 };
        let sure = match distance(typed, &row.word) {
            _ if row.word == rests[(row.at - 1) as usize] => 0.9,
            _ if begins => 0.8,
            near if near <= most => 0.8 - 0.1 * near as f32,
            _ => continue,
        };
        terms.list.push(term(one, row.lexeme, sure, row.passages));
    }
    Ok(())
}

/// A word that was typed together with what is elided before it: larbre, dun, quune.
fn without_article(word: &str) -> String {
    let rest = word.strip_prefix("qu").or_else(|| word.strip_prefix(['l', 'd', 'j', 'n', 's', 'm', 'c']));
    let rest = rest.filter(|rest| rest.len() > 2 && rest.starts_with(['a', 'e', 'i', 'o', 'u', 'h', 'y']));
    rest.unwrap_or(word).to_owned()
}

/// In how many places two words differ: letters changed, missing, too many, or in each other's place.
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=other.len()).collect()];
    for i in 1..=one.len() {
        let mut row = vec![i];
        for j in 1..=other.len() {
            let changed = rows[i - 1][j - 1] + usize::from(one[i - 1] != other[j - 1]);
            let mut least = changed.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[one.len()][other.len()]
}

/// A passage that is looked at.
#[derive(Debug)]
pub(super) struct Candidate {
    document: Uuid,
    section: i32,
    subject: String,
    grade: Option<String>,
    /// How well each of the plan's words stands in it.
    ranks: Vec<f32>,
}

impl Candidate {
    /// The words that stand in it.
    pub fn looks(&self) -> impl Iterator<Item = Look<'_, Place>> {
        let stand = self.ranks.iter().enumerate().filter(|(_, rank)| **rank > 0.0);
        stand.map(|(word, rank)| Look {
            section: (self.document, self.section),
            subject: &self.subject,
            grade: self.grade.as_deref(),
            word,
            stands: *rank,
        })
    }
}

/// The passages that the plan looks at.
pub(super) async fn candidates(pool: &PgPool, plan: &Plan, question: &Question<'_>) -> Result<Vec<Candidate>> {
    sqlx::query_as!(
        Candidate,
        r#"select document_id as "document!", section as "section!", subject as "subject!", grade, ranks as "ranks!"
           from library_candidates($1, $2, $3, $4, $5, $6, $7, $8)"#,
        &plan.anywhere,
        &plan.in_titles,
        &plan.ranked,
        question.viewer.id,
        question.viewer.role.key(),
        question.subject.filter(|_| question.strict).map(|subject| subject.key()),
        question.grade.filter(|_| question.strict),
        plan.most
    )
    .fetch_all(pool)
    .await
    .map_err(Error::from)
}

/// All passages of some sections, with where these words stand in them.
pub(super) async fn standings(
    pool: &PgPool,
    sections: impl Iterator<Item = &Place>,
    words: &[&Term],
) -> Result<Vec<Standing<Place>>> {
    let (documents, numbers): (Vec<Uuid>, Vec<i32>) = sections.copied().unzip();
    let mut by_lexeme: HashMap<&[u8], Vec<usize>> = HashMap::new();
    for (word, term) in words.iter().enumerate() {
        by_lexeme.entry(term.lexeme.as_bytes()).or_default().push(word);
    }
    let rows = sqlx::query!(
        r#"select i.passage_id as "passage!", i.document_id as "document!", i.section as "section!",
                  i.terms as "stems!: Stems"
           from unnest($1::uuid[], $2::int4[]) as q (document_id, section)
           join library_index i using (document_id, section)"#,
        &documents,
        &numbers
    )
    .fetch_all(pool)
    .await?;
    let standing = rows.into_iter().map(|row| {
        let known =
            row.stems.iter().filter_map(|(stem, places)| Some((by_lexeme.get(stem)?, places.collect::<Vec<_>>())));
        let words = known.flat_map(|(words, places)| words.iter().map(move |word| (*word, places.clone()))).collect();
        Standing { passage: row.passage, document: row.document, section: (row.document, row.section), words }
    });
    Ok(standing.collect())
}

/// Which state of its words the library is in.
pub(super) async fn stamp(db: impl PgExecutor<'_>) -> Result<Uuid> {
    Ok(sqlx::query_scalar!("select stamp from library_state").fetch_one(db).await?)
}

/// The passages with their documents and the sections around them, in this order. Who may read them is asked once more:
/// it may have changed meanwhile. With the state that the library is in.
pub(super) async fn load(pool: &PgPool, ranked: &[Ranked], viewer: Viewer) -> Result<(Vec<Hit>, Uuid)> {
    let passages: Vec<i64> = ranked.iter().map(|it| it.passage).collect();
    let rows = sqlx::query!(
        r#"select p.id, p.document_id, p.version, d.title, p.subject, d.authority, p.heading_path, p.page,
                  p.span_start, p.span_end, p.body, s.body as "section_body!", d.origin = 'STARTER' as "ours!", (select stamp from library_state) as "stamp!"
           from unnest((select $1::bigint[])) with ordinality q (id, place)
           join library_passages p using (id)
           join library_documents d on d.id = p.document_id
           cross join lateral (
               select string_agg(case o.gap when 0 then '' when 1 then E'\n' else E'\n\n' end || o.body, '' order by o.ordinal) as body
               from (select n.ordinal, n.body, coalesce(n.span_start - lag(n.span_end) over (order by n.ordinal), 0) as gap
                     from library_passages n
                     where n.document_id = p.document_id and n.version = p.version and n.section = p.section) o) s
           where p.live and library_may_read(p.visibility, p.owner_id, $2, $3)
           order by q.place"#,
        &passages,
        viewer.id,
        viewer.role.key()
    )
    .fetch_all(pool)
    .await?;
    let stamp = match rows.first() {
        Some(row) => row.stamp,
        None => stamp(pool).await?,
    };
    let hits = rows.into_iter().filter_map(|row| {
        let found = ranked.iter().find(|it| it.passage == row.id)?;
        Some(Hit {
            passage: row.id,
            document: row.document_id,
            version: row.version,
            title: row.title,
            subject: row.subject,
            authority: row.authority,
            heading_path: row.heading_path,
            page: row.page,
            span: span(row.span_start, row.span_end),
            body: row.body,
            section_body: row.section_body,
            ours: row.ours,
            score: found.score,
            coverage: found.coverage,
        })
    });
    Ok((hits.collect(), stamp))
}

fn span(start: i32, end: i32) -> Range<usize> {
    start.unsigned_abs() as usize..end.unsigned_abs() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_in_each_others_place_are_one_mistake() {
        assert_eq!(distance("recurence", "recurrence"), 1);
        assert_eq!(distance("exponantielle", "exponentielle"), 1);
        assert_eq!(distance("dreivee", "derivee"), 1);
        assert_eq!(distance("", "abc"), 3);
    }
}
