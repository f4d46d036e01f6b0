//! Families who asked for the free assessment and are not enrolled (yet): drawn from lists of names.

use super::super::dice::Dice;

#[rustfmt::skip]
const LAST: &[&str] = &[
    "Abdelkefi", "Amri", "Baccar", "Belaïd", "Ben Achour", "Ben Youssef", "Bonnet", "Boukadida", "Chebbi", "Dridi",
    "Ellouze", "Fakhfakh", "Fontaine", "Gabsi", "Ghribi", "Girard", "Hachicha", "Hamza", "Jouini", "Kammoun",
    "Ksouri", "Labidi", "Ladhari", "Leroy", "Louati", "Mabrouk", "Marzouki", "Mathieu", "Mzoughi", "Neji", "Oueslati",
    "Rebaï", "Renard", "Saïdi", "Souissi", "Triki", "Vidal", "Yahyaoui",
];
#[rustfmt::skip]
const PARENTS: &[&str] = &[
    "Afef", "Ali", "Amira", "Aurélie", "Basma", "Cyrine", "Emmanuel", "Faouzi", "Habib", "Hanen", "Houda", "Imed",
    "Jamel", "Jihène", "Lamia", "Maher", "Moez", "Naïma", "Noureddine", "Pascale", "Saloua", "Sandrine", "Sihem",
    "Stéphane", "Thouraya", "Yves",
];
#[rustfmt::skip]
const CHILDREN: &[&str] = &[
    "Ahmed", "Alexandre", "Ameni", "Arij", "Baptiste", "Cyrine", "Dhia", "Eya", "Fedi", "Ghada", "Hedi", "Ikram",
    "Iyed", "Jasser", "Juliette", "Khadija", "Léa", "Louay", "Maram", "Mathis", "Mayssa", "Nadine", "Omar", "Oussama",
    "Rania", "Romane", "Saber", "Sirine", "Sonia", "Tasnim", "Théo", "Wiem", "Yasmine", "Zeineb",
];

/// How far the journey of such a family has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// The form is sent; the child has not begun.
    Waiting,
    /// The child is answering right now.
    Running,
    /// The child has a result.
    Sent,
}

/// A parent and a child.
pub(super) struct Prospect {
    pub parent_first: &'static str,
    pub child_first: &'static str,
    pub last: &'static str,
    pub grade: &'static str,
    pub subjects: &'static [&'static str],
    pub ability: f64,
    pub days_ago: i64,
    pub stage: Stage,
    /// Whether the parent has followed the link of the mail.
    pub activated: bool,
}

/// Those who ask for the same thing.
struct Asked {
    grade: &'static str,
    subjects: &'static [&'static str],
    families: usize,
    /// Whether two of them were the first of all on their bank.
    pioneers: bool,
}

const fn asked(grade: &'static str, subjects: &'static [&'static str], families: usize, pioneers: bool) -> Asked {
    Asked { grade, subjects, families, pioneers }
}

const ASKED: &[Asked] = &[
    asked("TERMINALE", &["MATHEMATIQUES", "PHYSIQUE_CHIMIE"], 12, true),
    asked("TERMINALE", &["MATHEMATIQUES"], 14, false),
    asked("TERMINALE", &["PHILOSOPHIE", "ANGLAIS"], 4, true),
    asked("PREMIERE", &["FRANCAIS", "MATHEMATIQUES"], 6, true),
    asked("SECONDE", &["MATHEMATIQUES", "FRANCAIS"], 2, false),
];

/// Ability and day of the first two on a bank. They stand far apart: between two equals, the third would land at 0 or
/// at 100.
const PIONEERS: [(f64, i64); 2] = [(-1.3, 207), (0.9, 206)];

/// Days since the latest results.
const LATEST: [i64; 4] = [1, 2, 4, 6];

/// All of them; no two have the same last name.
pub(super) fn all() -> Vec<Prospect> {
    let groups = ASKED.iter().flat_map(|asked| (0..asked.families).map(move |number| (asked, number)));
    groups.enumerate().map(|(at, (asked, number))| prospect(at, asked, number)).collect()
}

fn prospect(at: usize, asked: &Asked, number: usize) -> Prospect {
    let mut dice = Dice::of(format_args!("prospect {at}"));
    let pioneer = PIONEERS.get(number).filter(|_| asked.pioneers);
    let (stage, days_ago) = match (pioneer, at) {
        (Some((_, days_ago)), _) => (Stage::Sent, *days_ago),
        (None, 2) => (Stage::Running, 0),
        (None, 3) => (Stage::Waiting, 0),
        (None, 13) => (Stage::Waiting, 2),
        (None, 14..18) => (Stage::Sent, LATEST[at - 14]),
        _ => (Stage::Sent, dice.between(8, 200)),
    };
    let drawn = 0.9 * dice.bell();
    Prospect {
        parent_first: PARENTS[at * 7 % PARENTS.len()],
        child_first: CHILDREN[at * 7 % CHILDREN.len()],
        last: LAST[at % LAST.len()],
        grade: asked.grade,
        subjects: asked.subjects,
        ability: pioneer.map_or(drawn, |(ability, _)| *ability),
        days_ago,
        stage,
        activated: stage == Stage::Sent && dice.chance(0.6),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_two_families_have_the_same_name() {
        let names: HashSet<&str> = all().iter().map(|one| one.last).collect();
        assert_eq!(names.len(), all().len());
    }
}
