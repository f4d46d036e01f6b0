//! Which questions deserve a second look, and what to do: pure.
//!
//! The limits are those of common practice (e.g. Ebel & Frisbie 1991): they are signs, and a person decides. A published
//! bank never changes, so what is wrong is put right in the next form.

use super::figures::{ItemFigures, OPTIONS};
use crate::assessments::bank::OPTION_KEYS;

/// Below so many attempts no question is judged: chance alone would raise flags.
pub const FEWEST: i64 = 30;
/// Below so many no option is called dead: of fewer, one in fifty is nobody or one, and a good option may be that by chance.
pub const FEWEST_FOR_DEAD: i64 = 100;
/// More than this share right: too easy.
const EASY: f64 = 0.95;
/// Less than this share right: too hard.
const HARD: f64 = 0.15;
/// Less correlation than this with the rest of the bank: tells little.
const WEAK: f64 = 0.15;
/// An option chosen by a smaller share than this tempts nobody.
const DEAD: f64 = 0.02;
/// A larger share of "je ne sais pas" than this.
const UNKNOWN: f64 = 0.5;
/// A wrong option with more pull than this is chosen by the strong rather than by the weak.
const ATTRACTS: f64 = 0.05;

/// A reason to look at a question again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flag {
    /// Those who are right do worse elsewhere than those who are wrong.
    Negative,
    /// These wrong options are chosen more than the right one.
    Beaten(Vec<usize>),
    /// Nearly all are right.
    TooEasy,
    /// Nearly all are not.
    TooHard,
    /// Being right says little about the rest.
    Weak,
    /// Most say "je ne sais pas".
    Unknown,
    /// These wrong options are chosen by nearly nobody.
    Dead(Vec<usize>),
}

/// The flags of a question, the gravest first; none at all (not: an empty list) when too few have answered to judge.
pub fn flags(item: &ItemFigures) -> Option<Vec<Flag>> {
    if item.n < FEWEST {
        return None;
    }
    let right = item.options[item.key];
    let wrong = || (0..OPTIONS).filter(|option| *option != item.key);
    let beaten: Vec<usize> = wrong().filter(|option| item.options[*option].n > right.n).collect();
    let dead: Vec<usize> = wrong().filter(|option| item.options[*option].share < DEAD).collect();
    let mut found = Vec::new();
    let mut raise = |is: bool, flag: Flag| {
        if is {
            found.push(flag);
        }
    };
    let discrimination = item.discrimination();
    raise(discrimination.is_some_and(|r| r < 0.0), Flag::Negative);
    raise(!beaten.is_empty(), Flag::Beaten(beaten));
    raise(item.facility() > EASY, Flag::TooEasy);
    raise(item.facility() < HARD, Flag::TooHard);
    raise(discrimination.is_some_and(|r| (0.0..WEAK).contains(&r)), Flag::Weak);
    raise(item.nsp > UNKNOWN, Flag::Unknown);
    raise(item.n >= FEWEST_FOR_DEAD && !dead.is_empty(), Flag::Dead(dead));
    Some(found)
}

/// Whether a wrong option is chosen by those who do well elsewhere.
pub fn attracts_the_strong(item: &ItemFigures, option: usize) -> bool {
    let figures = item.options[option];
    option != item.key && item.n >= FEWEST && figures.share >= DEAD && figures.pull.is_some_and(|pull| pull > ATTRACTS)
}

impl Flag {
    /// In two or three words.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Negative => "Discrimine à l’envers",
            Self::Beaten(_) => "Une erreur l’emporte",
            Self::TooEasy => "Trop facile",
            Self::TooHard => "Trop difficile",
            Self::Weak => "Discrimine peu",
            Self::Unknown => "Trop de « je ne sais pas »",
            Self::Dead(options) if options.len() == 1 => "Réponse délaissée",
            Self::Dead(_) => "Réponses délaissées",
        }
    }

    /// What it means and what to do.
    pub fn advice(&self) -> String {
        match self {
            Self::Negative => "Ceux qui réussissent cette question réussissent moins bien les autres : vérifiez d’abord la clé, puis cherchez une seconde lecture de l’énoncé.".to_owned(),
            Self::Beaten(options) => format!("{} plus que la bonne réponse : vérifiez la clé, puis si cette erreur mérite d’être reprise en cours.", chosen(options)),
            Self::TooEasy => "Plus de 95\u{a0}% de réussite : elle ne départage plus personne. Gardez-la comme question de confiance, ou remplacez-la dans la prochaine forme.".to_owned(),
            Self::TooHard => "Moins de 15\u{a0}% de réussite : vérifiez qu’elle est au programme et que l’énoncé se lit sans aide, ou simplifiez-la dans la prochaine forme.".to_owned(),
            Self::Weak => "La réussir ne dit presque rien du niveau sur les autres questions : relisez l’énoncé et les réponses, un piège de forme y joue peut-être.".to_owned(),
            Self::Unknown => "Plus de la moitié disent « je ne sais pas » : la notion n’est peut-être pas encore vue à ce moment de l’année. Parlez-en aux coachs.".to_owned(),
            Self::Dead(options) => format!("{} par moins de 2\u{a0}% des élèves : cherchez, pour la prochaine forme, une erreur que vos élèves font vraiment.", chosen(options)),
        }
    }
}

/// "La réponse b est choisie", "Les réponses b et d sont choisies".
fn chosen(options: &[usize]) -> String {
    let names: Vec<&str> = options.iter().filter_map(|option| OPTION_KEYS.get(*option).copied()).collect();
    match names.split_last() {
        Some((last, [])) => format!("La réponse {last} est choisie"),
        Some((last, others)) => format!("Les réponses {} et {last} sont choisies", others.join(", ")),
        None => String::new(),
    }
}
