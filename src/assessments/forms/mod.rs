//! Which form of a questionnaire a student gets (decision 6): one whose questions are new, while there is one; else the
//! one seen longest ago, as practice.

mod store;

pub use self::store::{Taken, list_taken};
use super::{
    bank::{self, BankEdition},
    model::{Grade, Subject},
};

/// A form to offer.
#[derive(Debug, Clone, Copy)]
pub struct Offer {
    /// The form.
    pub edition: BankEdition,
    /// Whether the student has a result on it already.
    pub practice: bool,
}

/// The place of the form to offer among the forms there are, oldest first, given those taken, the first taken first; and
/// whether it is practice. None without a form.
fn choose(forms: &[&str], taken: &[&str]) -> Option<(usize, bool)> {
    if let Some(fresh) = forms.iter().position(|form| !taken.contains(form)) {
        return Some((fresh, false));
    }
    // All are taken: the one whose last time is furthest back.
    let last = |form: &&str| taken.iter().rposition(|it| it == form);
    (0..forms.len()).min_by_key(|at| last(&forms[*at])).map(|at| (at, true))
}

/// The form to offer for a subject and a grade; none where there is no bank.
pub fn offer(subject: Subject, grade: Grade, taken: &[Taken]) -> Option<Offer> {
    let forms: Vec<BankEdition> =
        bank::editions().filter(|it| it.bank.subject == subject && it.edition.grade == grade).collect();
    let ids: Vec<&str> = forms.iter().map(|it| it.edition.id.as_str()).collect();
    let taken: Vec<&str> = taken.iter().map(|it| it.form.as_str()).collect();
    let (at, practice) = choose(&ids, &taken)?;
    Some(Offer { edition: forms[at], practice })
}

/// One offer for each subject of a grade.
pub fn offers(grade: Grade, taken: &[Taken]) -> Vec<Offer> {
    Subject::ALL.into_iter().filter_map(|subject| offer(subject, grade, taken)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_form_that_was_never_taken_comes_first_the_oldest_of_them() {
        assert_eq!(choose(&["v1", "v2"], &[]), Some((0, false)));
        assert_eq!(choose(&["v1", "v2"], &["v1"]), Some((1, false)));
        assert_eq!(choose(&["v1", "v2", "v3"], &["v2"]), Some((0, false)));
    }

    #[test]
    fn when_all_were_taken_the_one_seen_longest_ago_is_practice() {
        assert_eq!(choose(&["v1"], &["v1"]), Some((0, true)));
        assert_eq!(choose(&["v1", "v2"], &["v1", "v2"]), Some((0, true)));
        assert_eq!(choose(&["v1", "v2"], &["v1", "v2", "v1"]), Some((1, true)));
        assert_eq!(choose(&[], &["v1"]), None);
    }

    #[test]
    fn each_subject_of_a_grade_is_offered_once() {
        let subjects: Vec<Subject> = offers(Grade::Terminale, &[]).iter().map(|it| it.edition.bank.subject).collect();
        assert!(subjects.contains(&Subject::Maths) && subjects.contains(&Subject::General), "{subjects:?}");
        assert!(subjects.windows(2).all(|pair| pair[0] < pair[1]));
    }

    proptest! {
        #[test]
        fn it_is_practice_exactly_when_nothing_is_left(forms in 1..5_usize, taken in prop::collection::vec(0..5_usize, 0..12)) {
            let names = ["v0", "v1", "v2", "v3", "v4"];
            let taken: Vec<&str> = taken.into_iter().map(|at| names[at]).collect();
            let (at, practice) = choose(&names[..forms], &taken).expect("a form");
            prop_assert_eq!(practice, names[..forms].iter().all(|form| taken.contains(form)));
            prop_assert_eq!(taken.contains(&names[at]), practice);
        }
    }
}
