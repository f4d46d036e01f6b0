//! The families whose children are enrolled at the demo school, written by hand: siblings, twins, separated parents,
//! a guardian who is not a parent. All are invented.

use crate::assessments::model::Subject;

/// Relation of a guardian: keys of `guardianships.relation`.
const MERE: &str = "MERE";
const PERE: &str = "PERE";

/// Guardians and children.
pub(super) struct Family {
    pub guardians: &'static [Guardian],
    pub children: &'static [Child],
    /// Moved away: the accounts are closed, the record is kept.
    pub left: bool,
}

/// A guardian. The first of a family wrote to the school.
pub(super) struct Guardian {
    pub first: &'static str,
    pub last: &'static str,
    pub relation: &'static str,
    pub payer: bool,
    /// Gets a password: one of the accounts that visitors of the demo sign in with.
    pub account: bool,
}

/// A child.
pub(super) struct Child {
    pub first: &'static str,
    pub last: &'static str,
    /// SECONDE, PREMIERE or TERMINALE.
    pub grade: &'static str,
    /// See [`crate::seed::ability`].
    pub ability: f64,
    pub story: Story,
    /// Tiers-temps.
    pub extra_time: bool,
    /// Gets a password.
    pub account: bool,
}

/// What a child has done so far.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Story {
    /// A first assessment on joining; some took another or came back to the same.
    Usual,
    /// Just these: subject, and how many days ago.
    Sat(&'static [(Subject, i64)]),
    /// Is answering right now; took the general assessment before, if it is not that one.
    Running,
    /// Ran out of time before half of the questions.
    Unfinished,
}

impl Guardian {
    const fn pays(mut self) -> Self {
        self.payer = true;
        self
    }

    const fn signs_in(mut self) -> Self {
        self.account = true;
        self
    }
}

impl Child {
    const fn of(first: &'static str, last: &'static str, grade: &'static str, ability: f64) -> Self {
        Self { first, last, grade, ability, story: Story::Usual, extra_time: false, account: false }
    }

    const fn told(mut self, story: Story) -> Self {
        self.story = story;
        self
    }

    const fn extra_time(mut self) -> Self {
        self.extra_time = true;
        self
    }

    const fn signs_in(mut self) -> Self {
        self.account = true;
        self
    }
}

const fn guardian(first: &'static str, last: &'static str, relation: &'static str) -> Guardian {
    Guardian { first, last, relation, payer: false, account: false }
}

const fn mere(first: &'static str, last: &'static str) -> Guardian {
    guardian(first, last, MERE)
}

const fn pere(first: &'static str, last: &'static str) -> Guardian {
    guardian(first, last, PERE)
}

const fn terminale(first: &'static str, last: &'static str, ability: f64) -> Child {
    Child::of(first, last, "TERMINALE", ability)
}

const fn premiere(first: &'static str, last: &'static str, ability: f64) -> Child {
    Child::of(first, last, "PREMIERE", ability)
}

const fn seconde(first: &'static str, last: &'static str, ability: f64) -> Child {
    Child::of(first, last, "SECONDE", ability)
}

const fn family(guardians: &'static [Guardian], children: &'static [Child]) -> Family {
    Family { guardians, children, left: false }
}

const fn moved_away(guardians: &'static [Guardian], children: &'static [Child]) -> Family {
    Family { guardians, children, left: true }
}

/// Yassine's assessments: the general one long ago, mathematics twice, with new questions the second time.
const YASSINE: Story = Story::Sat(&[(Subject::General, 128), (Subject::Maths, 68), (Subject::Maths, 12)]);
/// Inès's: once and for all.
const INES: Story = Story::Sat(&[(Subject::General, 33)]);
/// Adam's: lately, so that his parents see more than a provisional score.
const ADAM: Story = Story::Sat(&[(Subject::Maths, 18)]);

/// All families, those with accounts for visitors first.
pub(super) const ENROLLED: &[Family] = &[
    family(
        &[mere("Leïla", "Ben Salah").pays().signs_in(), pere("Karim", "Ben Salah")],
        &[
            terminale("Yassine", "Ben Salah", 0.75).told(YASSINE).signs_in(),
            premiere("Inès", "Ben Salah", 0.6).told(INES).signs_in(),
            seconde("Skander", "Ben Salah", -0.3),
        ],
    ),
    // Separated: one pays, both see.
    family(
        &[mere("Olfa", "Trabelsi").pays().signs_in(), pere("Julien", "Garnier")],
        &[terminale("Adam", "Garnier", -0.7).told(ADAM)],
    ),
    family(
        &[mere("Sophie", "Laurent").pays(), pere("Mehdi", "Haddad")],
        &[terminale("Maya", "Haddad", 0.4).told(Story::Running).extra_time().signs_in()],
    ),
    family(
        &[mere("Fatma", "Mansouri"), pere("Hichem", "Mansouri").pays()],
        &[terminale("Lina", "Mansouri", 1.7), terminale("Sami", "Mansouri", 0.2)],
    ),
    family(&[mere("Rim", "Chaabane").pays()], &[premiere("Youssef", "Chaabane", -0.4)]),
    family(
        &[mere("Claire", "Dubois").pays(), pere("Nicolas", "Dubois").pays()],
        &[terminale("Élise", "Dubois", 2.2), premiere("Hugo", "Dubois", 0.8)],
    ),
    family(&[mere("Sonia", "Gharbi").pays()], &[terminale("Aziz", "Gharbi", -1.2)]),
    family(&[pere("Nabil", "Ayari").pays()], &[premiere("Nour", "Ayari", 1.3)]),
    family(
        &[mere("Amel", "Bouazizi"), pere("Ridha", "Bouazizi").pays()],
        &[terminale("Firas", "Bouazizi", -0.3), seconde("Salma", "Bouazizi", 0.4)],
    ),
    family(&[mere("Hajer", "Khelifi").pays(), pere("Thomas", "Lefebvre")], &[terminale("Camille", "Lefebvre", 0.5)]),
    family(&[mere("Mouna", "Jaziri").pays()], &[terminale("Ghassen", "Jaziri", -1.6)]),
    family(
        &[pere("Slim", "Karoui").pays()],
        &[terminale("Meriem", "Karoui", 1.2), premiere("Rayan", "Karoui", -0.9).extra_time()],
    ),
    family(&[mere("Isabelle", "Moreau").pays()], &[terminale("Antoine", "Moreau", 0.0)]),
    family(&[mere("Raja", "Zouari"), pere("Anis", "Zouari").pays()], &[terminale("Emna", "Zouari", 2.9)]),
    family(&[mere("Wided", "Hammami").pays()], &[premiere("Aya", "Hammami", 0.1)]),
    family(&[guardian("Mongi", "Slimane", "TUTEUR").pays()], &[terminale("Bilel", "Slimane", -0.5)]),
    family(
        &[mere("Asma", "Mejri"), pere("Laurent", "Fournier").pays()],
        &[premiere("Louise", "Fournier", 0.5), seconde("Noé", "Fournier", -0.1)],
    ),
    family(&[mere("Ibtissem", "Riahi").pays()], &[terminale("Sarra", "Riahi", 0.8)]),
    family(
        &[pere("Lotfi", "Belhadj").pays()],
        &[terminale("Wassim", "Belhadj", -2.2), premiere("Malek", "Belhadj", -1.1)],
    ),
    family(&[mere("Hélène", "Rousseau").pays(), pere("Marc", "Rousseau")], &[terminale("Victor", "Rousseau", 0.4)]),
    family(&[mere("Samia", "Ferchichi").pays()], &[terminale("Nesrine", "Ferchichi", -0.1)]),
    family(&[pere("Walid", "Cherif").pays()], &[terminale("Ismaël", "Cherif", 1.0), premiere("Yosra", "Cherif", 0.2)]),
    family(&[mere("Anne", "Bernard").pays()], &[premiere("Chloé", "Bernard", 1.0)]),
    family(&[mere("Henda", "Masmoudi").pays()], &[terminale("Oumaima", "Masmoudi", -0.7)]),
    family(&[pere("Tarek", "Sassi").pays()], &[terminale("Amine", "Sassi", 0.1).told(Story::Unfinished)]),
    family(&[mere("Latifa", "Guesmi").pays()], &[premiere("Mariem", "Guesmi", -0.6)]),
    family(&[pere("Kamel", "Tlili").pays()], &[terminale("Houssem", "Tlili", -1.0)]),
    family(&[mere("Dorsaf", "Ben Amor").pays(), pere("Fabien", "Petit")], &[terminale("Jade", "Petit", 0.6)]),
    family(&[mere("Najet", "Abidi").pays()], &[terminale("Syrine", "Abidi", -0.2)]),
    family(&[pere("Chokri", "Nasri").pays()], &[premiere("Taha", "Nasri", 0.4), seconde("Farah", "Nasri", 0.0)]),
    family(&[mere("Céline", "Faure").pays()], &[terminale("Gabriel", "Faure", 1.4)]),
    family(&[mere("Monia", "Jebali").pays()], &[terminale("Achref", "Jebali", -1.4)]),
    family(&[pere("Sofiene", "Miled").pays()], &[premiere("Dorra", "Miled", -0.2).told(Story::Running)]),
    family(&[mere("Nathalie", "Lambert").pays()], &[terminale("Lucas", "Lambert", -0.4)]),
    family(
        &[mere("Kaouther", "Maalej").pays(), pere("Fethi", "Maalej")],
        &[terminale("Selim", "Maalej", 0.2), premiere("Alia", "Maalej", 1.6)],
    ),
    family(&[pere("Adel", "Toumi").pays()], &[terminale("Khalil", "Toumi", -1.9)]),
    family(&[mere("Zohra", "Ouali").pays()], &[terminale("Hana", "Ouali", -0.6)]),
    family(&[pere("Philippe", "Perrin").pays()], &[premiere("Manon", "Perrin", -0.3)]),
    moved_away(&[mere("Ahlem", "Gharsalli").pays()], &[terminale("Mohamed-Ali", "Gharsalli", 0.0)]),
];
