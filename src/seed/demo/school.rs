//! The demo school on paper: everybody with ids, identifiers, families, coaches, requests and consents. Pure: the same
//! key and the same moment give the same school.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::{
    super::{ability::Ability, dice::Dice},
    calendar::Calendar,
    families::{self, Story},
    prospects::{self, Stage},
    registrar::Registrar,
    rows::{CoachStudent, People},
    staff::{COACHES, MATHS_COACHES},
};
use crate::{error::Result, keys::Keys};

/// Everybody, and what is needed to make their assessments.
#[derive(Default)]
pub(super) struct School {
    pub people: People,
    pub pupils: Vec<Pupil>,
    /// Places in `people.users` of those who get a password, in the order of the list that visitors read.
    pub with_password: Vec<usize>,
}

/// Where a student stands in the lists of rows.
#[derive(Clone, Copy)]
pub(super) struct Entered {
    pub id: Uuid,
    pub user: usize,
    pub student: usize,
}

/// A student who has something to do with assessments.
pub(super) struct Pupil {
    pub id: Uuid,
    pub entered: Entered,
    pub name: String,
    pub grade: &'static str,
    pub extra_time: bool,
    pub subjects: &'static [&'static str],
    pub ability: Ability,
    pub joined: DateTime<Utc>,
    pub journey: Journey,
    /// The family's request, when the first assessment came from it.
    pub request: Option<Uuid>,
}

/// What a student has done so far.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Journey {
    /// Of an enrolled child.
    Enrolled(Story),
    /// Of a family that asked for the free assessment.
    Asked(Stage),
}

/// Draws the school.
pub(super) fn draw(keys: &Keys, calendar: Calendar) -> Result<School> {
    let mut registrar = Registrar::new(keys, calendar);
    registrar.enter_staff();
    for (at, family) in families::ENROLLED.iter().enumerate() {
        registrar.enter_family(at, family)?;
    }
    for prospect in prospects::all() {
        registrar.enter_prospect(&prospect)?;
    }
    let mut school = registrar.school;
    assign_coaches(&mut school, calendar);
    Ok(school)
}

/// Enrolled students: those of Terminale have a coach for mathematics, the others one for another subject; some have
/// both.
fn assign_coaches(School { people, pupils, .. }: &mut School, calendar: Calendar) {
    let enrolled = pupils.iter().filter(|pupil| matches!(pupil.journey, Journey::Enrolled(_)));
    for (at, pupil) in enrolled.enumerate() {
        let mut dice = Dice::of(format_args!("coaches of {}", pupil.name));
        let maths = at % MATHS_COACHES;
        let other = MATHS_COACHES + at % (COACHES.len() - MATHS_COACHES);
        let coaches = match (pupil.grade, dice.chance(0.35)) {
            (_, true) => vec![maths, other],
            ("TERMINALE", false) => vec![maths],
            (_, false) => vec![other],
        };
        let since = (pupil.joined + TimeDelta::days(7)).min(calendar.now);
        let rows = coaches.into_iter().map(|at| people.coaches[at].user_id);
        let rows = rows.map(|coach_id| CoachStudent { coach_id, student_id: pupil.id, since });
        people.coach_students.extend(rows.collect::<Vec<_>>());
    }
}

/// The id of something in the demo school: always the same in one installation, and as hard to guess as any other.
pub(super) fn id(keys: &Keys, of: std::fmt::Arguments<'_>) -> Uuid {
    keys.derived_id("demo school", &of.to_string())
}
