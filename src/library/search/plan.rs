//! Which passages are looked at: those with a rare word of the question, with several frequent ones together, or with a
//! frequent one in a title. So a question costs the same whatever the size of the library.

use super::store::{Term, Terms};

/// Up to how many passages a word may stand in to be looked for by itself.
const RARE: i32 = 150;
/// Up to how many passages a word may stand in to be looked for in titles, or together with more frequent ones, and how
/// many are gone through when each word counts: the index lists them all, however few are wanted.
const COMMON: i32 = 5_000;
/// Most passages of one clause.
const MOST: i32 = 150;
/// Most clauses.
const CLAUSES: usize = 8;
/// Most words that candidates are ranked by.
const RANKED: usize = 20;

/// What the database is asked for.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Plan {
    /// Each a text search query, for the whole passage.
    pub anywhere: Vec<String>,
    /// The same for its titles.
    pub in_titles: Vec<String>,
    /// Words that are ranked, one query each, in the order of the terms.
    pub ranked: Vec<String>,
    /// Most passages of one clause.
    pub most: i32,
    /// Each word by itself, in one clause.
    either: String,
    whole: bool,
}

/// Terms that stand somewhere, those of the question and the rare ones first; at most [`RANKED`].
pub(super) fn known(terms: &Terms) -> Vec<&Term> {
    let mut known: Vec<&Term> = terms.list.iter().filter(|term| term.passages > 0).collect();
    known.sort_by_key(|term| (!term.asked, term.passages));
    known.truncate(RANKED);
    known
}

impl Plan {
    /// Few clauses, the rarest first.
    pub fn of(terms: &Terms) -> Self {
        let known = known(terms);
        let mut by_rarity = known.clone();
        by_rarity.sort_by_key(|term| term.passages);
        let (rare, frequent): (Vec<&Term>, Vec<&Term>) = by_rarity.iter().copied().partition(|it| it.passages <= RARE);
        let mut anywhere: Vec<String> = rare.iter().take(CLAUSES).map(|term| quoted(&term.lexeme)).collect();
        anywhere.extend(together(&frequent, CLAUSES.saturating_sub(anywhere.len())));
        let titles = frequent
            .iter()
            .filter(|term| term.asked && term.passages <= COMMON)
            .take(4)
            .map(|term| quoted(&term.lexeme))
            .collect();
        let ranked = known.iter().map(|term| quoted(&term.lexeme)).collect();
        let either = either(&by_rarity);
        Self { anywhere, in_titles: titles, ranked, most: MOST, either, whole: frequent.is_empty() }
    }

    /// Every word by itself.
    pub fn whole(&self) -> Self {
        Self { anywhere: vec![self.either.clone()], in_titles: Vec::new(), most: 8 * MOST, whole: true, ..self.clone() }
    }

    /// Whether all words are looked for by themselves already.
    pub fn is_whole(&self) -> bool {
        self.whole
    }
}

/// The rarest words, up to a number of passages, but two of them whatever they are.
fn either(by_rarity: &[&Term]) -> String {
    let mut passages = 0;
    let some = by_rarity.iter().enumerate().take_while(|(at, term)| {
        passages += i64::from(term.passages);
        *at < 2 || passages <= 4 * i64::from(COMMON)
    });
    some.map(|(_, term)| quoted(&term.lexeme)).collect::<Vec<_>>().join(" | ")
}

/// Frequent words of different groups, together: the three rarest, then pairs.
fn together(frequent: &[&Term], most: usize) -> Vec<String> {
    let mut clauses = Vec::new();
    if let [one, two, three, ..] = frequent
        && one.group != two.group
        && two.group != three.group
        && one.group != three.group
    {
        clauses.push([one, two, three].map(|term| quoted(&term.lexeme)).join(" & "));
    }
    let mut pairs: Vec<(&Term, &Term)> = Vec::new();
    for (at, one) in frequent.iter().enumerate() {
        pairs.extend(frequent[at + 1..].iter().filter(|two| two.group != one.group).map(|two| (*one, *two)));
    }
    pairs.retain(|(one, two)| one.passages.min(two.passages) <= COMMON);
    pairs.sort_by_key(|(one, two)| i64::from(one.passages) * i64::from(two.passages));
    clauses.extend(pairs.iter().map(|(one, two)| format!("{} & {}", quoted(&one.lexeme), quoted(&two.lexeme))));
    clauses.truncate(most);
    clauses
}

/// A stem as a text search query.
fn quoted(lexeme: &str) -> String {
    format!("'{}'", lexeme.replace('\\', r"\\").replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(list: &[(&str, usize, i32)]) -> Terms {
        let term = |(lexeme, group, passages): &(&str, usize, i32)| Term {
            lexeme: (*lexeme).to_owned(),
            group: *group,
            weight: 1.0,
            asked: true,
            passages: *passages,
        };
        Terms { list: list.iter().map(term).collect(), passages: 100_000 }
    }

    #[test]
    fn frequent_words_are_only_looked_for_together_or_in_titles() {
        let plan =
            Plan::of(&terms(&[("fonction", 0, 20_000), ("deriv", 1, 5_000), ("wronskien", 2, 3), ("rien", 3, 0)]));
        assert_eq!(plan.anywhere, ["'wronskien'", "'deriv' & 'fonction'"]);
        assert_eq!(plan.in_titles, ["'deriv'"]);
        assert_eq!(plan.ranked, ["'wronskien'", "'deriv'", "'fonction'"]);
        assert!(!plan.is_whole());
        assert_eq!(plan.whole().anywhere, ["'wronskien' | 'deriv'"]);
    }

    #[test]
    fn names_of_one_word_are_not_looked_for_together() {
        let plan = Plan::of(&terms(&[("pent", 0, 4_000), ("coefficient", 0, 3_000)]));
        assert_eq!(plan.anywhere, Vec::<String>::new());
        assert_eq!(plan.in_titles.len(), 2);
    }

    #[test]
    fn a_stem_never_leaves_its_quotes() {
        assert_eq!(quoted(r"l'a\b"), r"'l''a\\b'");
    }
}
