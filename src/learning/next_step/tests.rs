//! The rules of the next step.

use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

use super::engine::*;
use crate::{
    assessments::{
        attempt::Listed,
        bank,
        model::{Grade, Subject},
    },
    learning::{
        catalogue,
        map::{Measured, SkillMap, tests::evidence},
    },
};

const GENERAL: &str = "general_terminale_default";

fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + Duration::days(20_000)
}

fn done(form: &str, days_ago: i64, ssn: Option<f64>) -> Listed {
    Listed {
        id: Uuid::nil(),
        bank: form.into(),
        status: "COMPLETED".into(),
        created_at: now() - Duration::days(days_ago),
        completed_at: Some(now() - Duration::days(days_ago)),
        deadline: None,
        ssn,
        provisional: Some(false),
        global_score: Some(50),
        answered: 0,
    }
}

fn open(minutes_left: i64) -> Listed {
    let deadline = Some(now() + Duration::minutes(minutes_left));
    Listed { status: "PENDING".into(), completed_at: None, deadline, ..done(GENERAL, 0, None) }
}

fn student(assessments: Vec<Listed>, known: &[(&str, usize, usize)]) -> Step {
    let measured: Measured =
        known.iter().map(|(tag, right, wrong)| ((*tag).to_owned(), evidence(*right, *wrong))).collect();
    let catalogue = catalogue::find(Subject::General, Grade::Terminale).expect("general");
    let maps = vec![SkillMap::new(catalogue, &measured, now())];
    of_student(&StudentState { grade: Grade::Terminale, assessments, maps }, now())
}

fn tags() -> Vec<&'static str> {
    let catalogue = catalogue::find(Subject::General, Grade::Terminale).expect("general");
    catalogue.skills.iter().map(|it| it.tag.as_str()).collect()
}

#[test]
fn an_assessment_that_runs_comes_before_all_else_and_one_whose_time_is_up_does_not() {
    let it = student(vec![open(5), done(GENERAL, 40, Some(50.0))], &[]);
    assert_eq!((it.kind, it.priority), ("RESUME_ASSESSMENT", Priority::Critical));
    assert_eq!(student(vec![open(-1)], &[]).kind, "TAKE_ASSESSMENT");
}

#[test]
fn a_student_without_a_result_is_invited_to_take_stock() {
    let it = student(vec![], &[]);
    assert_eq!((it.kind, it.priority, it.link.as_deref()), ("TAKE_ASSESSMENT", Priority::High, Some(START)));
}

#[test]
fn after_a_result_the_graph_says_what_to_practise_and_why() {
    let first = tags()[0];
    let it = student(vec![done(GENERAL, 3, Some(50.0))], &[(first, 0, 2)]);
    assert_eq!(it.kind, "PRACTISE_SKILL");
    assert!(it.link.as_deref().is_some_and(|link| link.ends_with(&format!("#{first}"))), "{it:?}");
    assert!(it.message.contains(" : "), "{it:?}");
}

#[test]
fn with_every_skill_known_and_no_new_form_all_is_good() {
    let tags = tags();
    let known: Vec<(&str, usize, usize)> = tags.iter().map(|tag| (*tag, 4, 0)).collect();
    assert_eq!(student(vec![done(GENERAL, 60, Some(80.0))], &known).kind, "ALL_GOOD");
}

#[test]
fn progress_is_measured_again_after_three_weeks_when_there_is_a_form_with_new_questions() {
    let forms: Vec<&str> = bank::editions()
        .filter(|it| it.bank.subject == Subject::Maths && it.edition.grade == Grade::Terminale)
        .map(|it| it.edition.id.as_str())
        .collect();
    let first = forms[0];
    let known = [(tags()[0], 0, 2)];
    let (early, late) =
        (student(vec![done(first, 20, Some(50.0))], &known), student(vec![done(first, 21, Some(50.0))], &known));
    assert_eq!(early.kind, "PRACTISE_SKILL");
    match forms.get(1) {
        Some(second) => assert_eq!((late.kind, late.start.as_deref()), ("TAKE_NEW_FORM", Some(*second))),
        None => assert_eq!(late.kind, "PRACTISE_SKILL"),
    }
}

fn child(activated: bool, days_ago: Option<i64>, ssn: Option<f64>) -> Child {
    Child {
        id: Uuid::nil(),
        first_name: "Inès".into(),
        activated,
        assessment_id: days_ago.map(|_| Uuid::nil()),
        completed_at: days_ago.map(|days| now() - Duration::days(days)),
        ssn,
    }
}

#[test]
fn a_parent_is_led_by_the_child_whose_step_is_the_most_urgent() {
    let kind = |children: &[Child]| of_parent(children, now()).kind;
    assert_eq!(kind(&[]), "ADD_CHILD");
    assert_eq!(kind(&[child(false, Some(3), Some(50.0))]), "ACTIVATE_CHILD");
    assert_eq!(kind(&[child(true, None, None)]), "TAKE_ASSESSMENT");
    assert_eq!(kind(&[child(true, Some(3), Some(50.0))]), "SEE_RESULT");
    assert_eq!(kind(&[child(true, Some(30), Some(50.0))]), "VIEW_PROGRESS");
    assert_eq!(kind(&[child(true, Some(3), Some(50.0)), child(true, None, None)]), "TAKE_ASSESSMENT");
}

#[test]
fn a_coach_reads_fresh_results_first_then_prepares_for_the_student_who_needs_it_most() {
    let kind = |students: &[Child]| of_coach(students, now()).kind;
    assert_eq!(kind(&[]), "ALL_GOOD");
    assert_eq!(kind(&[child(true, None, None)]), "ALL_GOOD");
    assert_eq!(kind(&[child(true, Some(2), Some(50.0))]), "SEE_RESULT");
    assert_eq!(kind(&[child(true, Some(20), Some(50.0))]), "VIEW_STUDENT");
}

#[test]
fn staff_see_what_waits_and_that_nothing_does() {
    assert_eq!([0, 1, 5].map(|n| of_assistante(n).kind), ["ALL_CLEAR", "CALL_FAMILIES", "CALL_FAMILIES"]);
    assert_eq!([0, 1, 5].map(|n| of_admin(n).kind), ["VIEW_METRICS", "REVIEW_JOBS", "REVIEW_JOBS"]);
}
