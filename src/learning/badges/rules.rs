//! What earns a badge. Pure.
//!
//! The words of the old system are given these meanings: a *module* is a questionnaire brought to its end; a *chapter*
//! is a domain of the student's grade, mastered when all its measured skills are known; *50 %* and *master* of a subject
//! are half and nine tenths of the grade's measured skills known; *late* is from 22 h to 4 h in Tunis; two weeks in a row
//! are two calendar weeks that follow each other.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike as _, Days, NaiveDate, Timelike as _, Utc};
use chrono_tz::Africa::Tunis;

use crate::learning::map::{SkillMap, State};

/// Keys of all badges.
#[cfg(test)]
pub(super) const KEYS: [&str; 15] = [
    FIRST_LOGIN,
    TWO_WEEKS,
    STREAK_3,
    STREAK_5,
    LATE,
    FIRST_MODULE,
    PERFECT,
    CHAPTER,
    HALF,
    MASTER,
    "first_aria_question",
    "aria_questions_25",
    "aria_questions_100_subject",
    "aria_3_subjects",
    "aria_feedback_10",
];
const FIRST_LOGIN: &str = "first_login";
const TWO_WEEKS: &str = "weekly_first_login";
const STREAK_3: &str = "login_streak_3";
const STREAK_5: &str = "login_streak_5";
const LATE: &str = "late_night_study";
const FIRST_MODULE: &str = "first_module_completed";
const PERFECT: &str = "perfect_quiz_score";
const CHAPTER: &str = "chapter_master";
const HALF: &str = "subject_50_percent";
const MASTER: &str = "subject_master";

/// Fewest questions of a questionnaire that can be perfect.
const PERFECT_FROM: usize = 10;
/// Fewest skills of a domain that can be mastered.
const CHAPTER_FROM: usize = 2;

/// A badge and why, to the student.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earned {
    /// Key of the badge.
    pub key: &'static str,
    /// Such as "« Analyse » : toutes les compétences sont solides".
    pub reason: String,
}

fn earned(key: &'static str, reason: impl Into<String>) -> Earned {
    Earned { key, reason: reason.into() }
}

/// What the days on which a student was here have earned, whatever was earned before. Only the last ones need be given:
/// eleven days hold every streak and two weeks.
pub fn of_days(days: &BTreeSet<NaiveDate>) -> Vec<Earned> {
    let mut found = Vec::new();
    if !days.is_empty() {
        found.push(earned(FIRST_LOGIN, "Première connexion"));
    }
    let follows = |day: &NaiveDate, weeks: u64| {
        day.checked_add_days(Days::new(7 * weeks)).is_some_and(|it| days.iter().any(|other| same_week(*other, it)))
    };
    if days.iter().any(|day| follows(day, 1)) {
        found.push(earned(TWO_WEEKS, "Deux semaines de suite"));
    }
    for (key, length) in [(STREAK_3, 3), (STREAK_5, 5)] {
        if days.iter().any(|day| {
            (0..length).all(|more| day.checked_add_days(Days::new(more)).is_some_and(|it| days.contains(&it)))
        }) {
            found.push(earned(key, format!("{length} jours de suite")));
        }
    }
    found
}

fn same_week(one: NaiveDate, other: NaiveDate) -> bool {
    one.iso_week() == other.iso_week()
}

/// A questionnaire that was brought to its end.
#[derive(Debug, Clone, Copy)]
pub struct Finished<'a> {
    /// Its title.
    pub title: &'a str,
    /// Right answers.
    pub right: usize,
    /// Questions.
    pub questions: usize,
    /// Whether the explanations had been read before.
    pub practice: bool,
    /// When it was sent.
    pub at: DateTime<Utc>,
}

/// What a questionnaire earns.
pub fn of_assessment(it: &Finished<'_>) -> Vec<Earned> {
    let mut found = vec![earned(FIRST_MODULE, format!("« {} » terminé", it.title))];
    let hour = it.at.with_timezone(&Tunis).hour();
    if !(4..22).contains(&hour) {
        found.push(earned(LATE, format!("« {} » terminé à {hour}\u{a0}h passées", it.title)));
    }
    if !it.practice && it.questions >= PERFECT_FROM && it.right == it.questions {
        found.push(earned(PERFECT, format!("« {} » : {} réponses justes sur {}", it.title, it.right, it.questions)));
    }
    found
}

/// What the skills of a student earn.
pub fn of_skills(map: &SkillMap) -> Vec<Earned> {
    let measured: Vec<_> = map.nodes.iter().filter(|node| node.skill.measured).collect();
    let known = measured.iter().filter(|node| node.state == State::Known).count();
    let subject = map.catalogue.subject.label();
    let mut found = Vec::new();
    let mastered = map.catalogue.domains().into_iter().find(|domain| {
        let of_domain: Vec<_> = measured.iter().filter(|node| node.skill.domain == *domain).collect();
        of_domain.len() >= CHAPTER_FROM && of_domain.iter().all(|node| node.state == State::Known)
    });
    if let Some(domain) = mastered {
        let title = map.catalogue.domain_title(domain);
        found.push(earned(CHAPTER, format!("« {title} » : toutes les compétences sont solides")));
    }
    let count = format!("{subject} : {known} compétences solides sur {}", measured.len());
    if known > 0 && known * 2 >= measured.len() {
        found.push(earned(HALF, count.clone()));
    }
    if known > 0 && known * 10 >= measured.len() * 9 {
        found.push(earned(MASTER, count));
    }
    found
}

/// What the tutor has been asked so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AriaCounts {
    /// Questions in all.
    pub questions: i64,
    /// Questions in the subject that was asked about the most.
    pub most_in_a_subject: i64,
    /// Subjects asked about.
    pub subjects: i64,
    /// Answers that were judged.
    pub feedbacks: i64,
}

impl AriaCounts {
    /// Of (questions, feedbacks) in each subject.
    pub fn of(subjects: impl IntoIterator<Item = (i64, i64)>) -> Self {
        subjects.into_iter().fold(Self::default(), |all, (questions, feedbacks)| Self {
            questions: all.questions + questions,
            most_in_a_subject: all.most_in_a_subject.max(questions),
            subjects: all.subjects + i64::from(questions > 0),
            feedbacks: all.feedbacks + feedbacks,
        })
    }
}

/// What talking to the tutor earns.
pub fn aria(counts: AriaCounts) -> Vec<Earned> {
    let rules = [
        (counts.questions >= 1, "first_aria_question", "Première question posée à ARIA"),
        (counts.questions >= 25, "aria_questions_25", "25 questions posées à ARIA"),
        (counts.most_in_a_subject >= 100, "aria_questions_100_subject", "100 questions dans une même matière"),
        (counts.subjects >= 3, "aria_3_subjects", "ARIA interrogée dans 3 matières"),
        (counts.feedbacks >= 10, "aria_feedback_10", "10 avis donnés sur les réponses d’ARIA"),
    ];
    rules.into_iter().filter(|(holds, ..)| *holds).map(|(_, key, reason)| earned(key, reason)).collect()
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone as _;

    use super::*;
    use crate::{
        assessments::model::{Grade, Subject},
        learning::{
            catalogue::{Catalogue, Skill},
            map::{Measured, tests::evidence},
        },
    };

    fn day(number: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, number).expect("a day of November")
    }

    fn keys(earned: &[Earned]) -> Vec<&'static str> {
        earned.iter().map(|it| it.key).collect()
    }

    fn of(days: &[u32]) -> Vec<&'static str> {
        keys(&of_days(&days.iter().map(|it| day(*it)).collect()))
    }

    #[test]
    fn days_in_a_row_and_weeks_in_a_row_earn_the_badges_of_presence() {
        assert_eq!(of(&[]), Vec::<&str>::new());
        assert_eq!(of(&[4]), [FIRST_LOGIN]);
        assert_eq!(of(&[4, 5, 7]), [FIRST_LOGIN]);
        assert_eq!(of(&[4, 5, 6]), [FIRST_LOGIN, STREAK_3]);
        // 8 November 2026 is a Sunday, the 9th the Monday of the next week.
        assert_eq!(of(&[8, 9]), [FIRST_LOGIN, TWO_WEEKS]);
        assert_eq!(of(&[2, 16]), [FIRST_LOGIN], "a week in between");
        assert_eq!(of(&[2, 3, 4, 5, 6]), [FIRST_LOGIN, STREAK_3, STREAK_5]);
    }

    fn finished(right: usize, questions: usize, practice: bool, hour: u32) -> Vec<&'static str> {
        let at = Tunis.with_ymd_and_hms(2026, 11, 4, hour, 30, 0).single().expect("moment").to_utc();
        keys(&of_assessment(&Finished { title: "Essai", right, questions, practice, at }))
    }

    #[test]
    fn a_questionnaire_earns_by_its_end_its_hour_and_its_faultlessness() {
        assert_eq!(finished(3, 15, false, 18), [FIRST_MODULE]);
        assert_eq!(finished(3, 15, false, 22), [FIRST_MODULE, LATE]);
        assert_eq!(finished(3, 15, false, 3), [FIRST_MODULE, LATE]);
        assert_eq!(finished(3, 15, false, 4), [FIRST_MODULE]);
        assert_eq!(finished(15, 15, false, 18), [FIRST_MODULE, PERFECT]);
        assert_eq!(finished(15, 15, true, 18), [FIRST_MODULE], "after the explanations it is no feat");
        assert_eq!(finished(9, 9, false, 18), [FIRST_MODULE], "too short");
    }

    /// Two domains of five skills each.
    fn catalogue() -> &'static Catalogue {
        let skills = (0..10).map(|at| Skill {
            tag: format!("s{at}"),
            domain: if at < 5 { "un" } else { "deux" }.into(),
            label: format!("Savoir {at}"),
            needs: Vec::new(),
            advice: "Un conseil.".into(),
            measured: true,
        });
        Box::leak(Box::new(Catalogue { subject: Subject::Maths, grade: Grade::Premiere, skills: skills.collect() }))
    }

    fn skills(known: std::ops::Range<usize>) -> Vec<&'static str> {
        let measured: Measured = known.map(|at| (format!("s{at}"), evidence(3, 0))).collect();
        let now = DateTime::UNIX_EPOCH + chrono::Duration::days(20_000);
        keys(&of_skills(&SkillMap::new(catalogue(), &measured, now)))
    }

    #[test]
    fn known_skills_earn_a_chapter_half_of_a_subject_and_the_subject() {
        assert_eq!(skills(0..0), Vec::<&str>::new());
        assert_eq!(skills(0..4), Vec::<&str>::new());
        assert_eq!(skills(0..5), [CHAPTER, HALF]);
        assert_eq!(skills(1..6), [HALF]);
        assert_eq!(skills(0..9), [CHAPTER, HALF, MASTER]);
    }

    #[test]
    fn the_tutor_s_badges_follow_the_counts() {
        let counts = |questions, most_in_a_subject, subjects, feedbacks| {
            keys(&aria(AriaCounts { questions, most_in_a_subject, subjects, feedbacks }))
        };
        assert_eq!(counts(0, 0, 0, 0), Vec::<&str>::new());
        assert_eq!(counts(1, 1, 1, 0), ["first_aria_question"]);
        assert_eq!(counts(25, 20, 2, 9), ["first_aria_question", "aria_questions_25"]);
        assert_eq!(counts(130, 100, 3, 10).len(), 5);
    }
}
