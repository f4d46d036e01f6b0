//! What the model is told of a student, in a few lines: grade, skills of the subject, latest result, next step. Pure.

use std::fmt::Write as _;

use chrono::Utc;

use crate::{
    assessments::model::Subject,
    learning::{
        map::{SkillMap, State},
        next_step::engine::{self, StudentState},
        overview::Overview,
    },
    subjects::SchoolSubject,
    web::format,
};

/// Skills named of each kind.
const NAMED: usize = 5;

/// The lines; `own`: the student asks.
pub fn lines(grade: &str, subject: SchoolSubject, state: &StudentState, overview: &Overview, own: bool) -> String {
    let mut out = String::new();
    line(&mut out, "classe", &grade.to_lowercase());
    if let Some(map) = state.maps.iter().find(|map| assessed(subject) == Some(map.catalogue.subject)) {
        skills(&mut out, map);
    }
    if let Some(latest) = &overview.latest {
        let provisional = if latest.provisional { " (provisoire)" } else { "" };
        let result = format!(
            "{} le {}, score standardisé {}{provisional}, 50 est le milieu de la cohorte",
            latest.subject.label(),
            format::date(latest.at),
            format::decimal(latest.ssn)
        );
        line(&mut out, "dernier résultat", &result);
    }
    if own {
        line(&mut out, "prochaine étape proposée", &engine::of_student(state, Utc::now()).message);
    }
    out
}

fn skills(out: &mut String, map: &SkillMap) {
    for (state, label) in [(State::Known, "acquis"), (State::Shaky, "fragile"), (State::Unknown, "à travailler")] {
        let of = map.nodes.iter().filter(|node| node.state == state).map(|node| node.skill.label.as_str());
        let named: Vec<&str> = of.take(NAMED).collect();
        if !named.is_empty() {
            line(out, label, &named.join(" ; "));
        }
    }
}

fn line(out: &mut String, key: &str, value: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{key}: {value}");
}

/// The subject of assessments that measures this one.
fn assessed(subject: SchoolSubject) -> Option<Subject> {
    match subject {
        SchoolSubject::Mathematiques => Some(Subject::Maths),
        SchoolSubject::Nsi => Some(Subject::Nsi),
        _ => None,
    }
}
