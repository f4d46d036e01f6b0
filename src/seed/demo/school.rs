//! The demo school on paper: everybody with ids, identifiers, families, coaches, requests and consents. Pure: the same
//! key and the same moment give the same school.

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::{
    super::{ability::Ability, dice::Dice},
    calendar::Calendar,
    families::{self, Child, Family, Guardian, Story},
    forms,
    prospects::{self, Prospect, Stage},
    rows::{Coach, CoachStudent, Guardianship, People, Student, User},
    sittings,
    staff::{self, COACHES, MATHS_COACHES},
};
use crate::{accounts::identifier, error::Result, keys::Keys};

/// Lycées of the children; invented.
const SCHOOLS: &[&str] =
    &["Lycée des Jasmins", "Lycée Ibn-Battouta", "Lycée du Belvédère", "Lycée Élissa", "Lycée de la Corniche"];

/// Everybody, and what is needed to make their assessments.
pub(super) struct School {
    pub people: People,
    pub pupils: Vec<Pupil>,
    /// Places in `people.users` of those who get a password, in the order of the list that visitors read.
    pub with_password: Vec<usize>,
}

/// Where a student stands in the lists of rows.
#[derive(Clone, Copy)]
pub(super) struct Entered {
    id: Uuid,
    user: usize,
    student: usize,
}

/// A student who has something to do with assessments.
pub(super) struct Pupil {
    pub id: Uuid,
    entered: Entered,
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
    let school = School { people: People::default(), pupils: Vec::new(), with_password: Vec::new() };
    let mut registrar = Registrar { keys, calendar, taken: HashSet::new(), school };
    registrar.enter_staff();
    for (at, family) in families::ENROLLED.iter().enumerate() {
        registrar.enter_family(at, family)?;
    }
    for prospect in prospects::all() {
        registrar.enter_prospect(&prospect)?;
    }
    registrar.assign_coaches();
    Ok(registrar.school)
}

struct Registrar<'a> {
    keys: &'a Keys,
    calendar: Calendar,
    /// Identifiers and local parts of addresses given so far.
    taken: HashSet<String>,
    school: School,
}

impl Registrar<'_> {
    fn id(&self, of: std::fmt::Arguments<'_>) -> Uuid {
        id(self.keys, of)
    }

    /// `prenom.nom`, with digits if taken.
    fn free_name(&mut self, first: &str, last: &str) -> String {
        let base = identifier::base(first, last);
        let mut name = base.clone();
        let mut number = 2;
        while !self.taken.insert(name.clone()) {
            name = format!("{base}{number}");
            number += 1;
        }
        name
    }

    /// An adult, with an address; answers the place in the list of users.
    fn enter_adult(&mut self, role: &'static str, (first, last): Name, joined: DateTime<Utc>) -> usize {
        let name = self.free_name(first, last);
        let row = User {
            id: self.id(format_args!("user {name}")),
            role,
            email: Some(format!("{name}@example.org")),
            identifier: None,
            first_name: first,
            last_name: last,
            phone: Some(forms::phone(&name)),
            password_hash: None,
            activated_at: Some(joined),
            created_at: joined,
            updated_at: joined,
        };
        self.push(row)
    }

    fn push(&mut self, user: User) -> usize {
        self.school.people.users.push(user);
        self.school.people.users.len() - 1
    }

    fn enter_staff(&mut self) {
        let opened = self.calendar.study_time(230, &mut Dice::of("opening"));
        for desk in staff::DESK {
            let at = self.enter_adult(desk.role, (desk.first, desk.last), opened);
            self.school.with_password.push(at);
        }
        for coach in COACHES {
            let at = self.enter_adult("COACH", (coach.first, coach.last), opened);
            let user_id = self.school.people.users[at].id;
            let row = Coach { user_id, pseudonym: coach.pseudonym, title: coach.title, subjects: coach.subjects };
            self.school.people.coaches.push(row);
            if coach.account {
                self.school.with_password.push(at);
            }
        }
    }

    /// An enrolled family; about half of them came by the form of the free assessment.
    fn enter_family(&mut self, at: usize, family: &Family) -> Result<()> {
        let mut dice = Dice::of(format_args!("family {at}"));
        let oldest = |child: &Child| match child.story {
            Story::Sat(sat) => sat.iter().map(|(_, days_ago)| *days_ago).max(),
            Story::Running => Some(sittings::BEFORE_RUNNING),
            Story::Usual | Story::Unfinished => None,
        };
        let days_ago =
            family.children.iter().filter_map(oldest).max().map_or_else(|| dice.between(20, 205), |it| it + 3);
        let joined = self.calendar.study_time(days_ago, &mut dice);
        let guardians: Vec<usize> = family.guardians.iter().map(|one| self.enter_guardian(one, joined)).collect();
        let asked = dice.chance(0.5);
        for child in family.children {
            let later = joined + TimeDelta::days(dice.between(0, days_ago / 4));
            let student = self.enter_child(child, later);
            for (guardian, at) in family.guardians.iter().zip(&guardians) {
                self.tie(*at, student, guardian.relation, guardian.payer, later);
            }
            if asked && child.story == Story::Usual && std::ptr::eq(child, &family.children[0]) {
                self.ask(guardians[0], &mut dice)?;
            }
        }
        Ok(())
    }

    fn enter_guardian(&mut self, guardian: &Guardian, joined: DateTime<Utc>) -> usize {
        let at = self.enter_adult("PARENT", (guardian.first, guardian.last), joined);
        if guardian.account {
            self.school.with_password.push(at);
        } else if !guardian.payer && Dice::of(format_args!("second guardian {}", guardian.first)).chance(0.4) {
            self.school.people.users[at].activated_at = None;
        }
        at
    }

    fn enter_child(&mut self, child: &Child, joined: DateTime<Utc>) -> Uuid {
        let name = (child.first, child.last);
        let subjects: &[&str] = match child.grade {
            "TERMINALE" => &["MATHEMATIQUES"],
            _ => &["FRANCAIS", "MATHEMATIQUES"],
        };
        let entered = self.enter_student(name, (child.grade, child.extra_time), joined, Some(joined));
        if child.account {
            self.school.with_password.push(entered.user);
        }
        self.school.pupils.push(Pupil {
            id: entered.id,
            entered,
            name: full(name),
            grade: child.grade,
            extra_time: child.extra_time,
            subjects,
            ability: Ability::new(&full(name), child.ability),
            joined,
            journey: Journey::Enrolled(child.story),
            request: None,
        });
        entered.id
    }

    fn enter_student(
        &mut self,
        (first, last): Name,
        (grade, extra_time): (&'static str, bool),
        joined: DateTime<Utc>,
        activated_at: Option<DateTime<Utc>>,
    ) -> Entered {
        let name = self.free_name(first, last);
        let id = self.id(format_args!("user {name}"));
        let mut dice = Dice::of(format_args!("student {name}"));
        let years = match grade {
            "TERMINALE" => 17,
            "PREMIERE" => 16,
            _ => 15,
        };
        let age = TimeDelta::days(years * 365 + dice.between(5, 360));
        self.school.people.students.push(Student {
            user_id: id,
            grade,
            school: Some(dice.pick(SCHOOLS)),
            birth_date: Some((self.calendar.now - age).date_naive()),
            extra_time,
            created_at: joined,
        });
        let user = self.push(User {
            id,
            role: "ELEVE",
            email: None,
            identifier: Some(name),
            first_name: first,
            last_name: last,
            phone: None,
            password_hash: None,
            activated_at,
            created_at: joined,
            updated_at: joined,
        });
        Entered { id, user, student: self.school.people.students.len() - 1 }
    }

    fn tie(&mut self, guardian: usize, student: Uuid, relation: &'static str, payer: bool, at: DateTime<Utc>) {
        let guardian_id = self.school.people.users[guardian].id;
        let row = Guardianship { guardian_id, student_id: student, relation, is_payer: payer, created_at: at };
        self.school.people.guardianships.push(row);
    }

    fn enter_prospect(&mut self, prospect: &Prospect) -> Result<()> {
        let mut dice = Dice::of(format_args!("request of {}", prospect.last));
        let joined = match prospect.days_ago {
            0 => self.calendar.now - TimeDelta::minutes(dice.between(9, 14)),
            days_ago => self.calendar.study_time(days_ago, &mut dice),
        };
        let parent = self.enter_adult("PARENT", (prospect.parent_first, prospect.last), joined);
        let activated = prospect.activated.then_some(joined + TimeDelta::minutes(95));
        self.school.people.users[parent].activated_at = activated;
        let name = (prospect.child_first, prospect.last);
        let entered = self.enter_student(name, (prospect.grade, false), joined, None);
        self.tie(parent, entered.id, "PARENT", true, joined);
        self.school.pupils.push(Pupil {
            id: entered.id,
            entered,
            name: full(name),
            grade: prospect.grade,
            extra_time: false,
            subjects: prospect.subjects,
            ability: Ability::new(&full(name), prospect.ability),
            joined,
            journey: Journey::Asked(prospect.stage),
            request: None,
        });
        self.ask(parent, &mut dice)
    }

    /// The form of the free assessment, filled in by this parent for the child entered last.
    fn ask(&mut self, parent: usize, dice: &mut Dice) -> Result<()> {
        let School { people, pupils, .. } = &mut self.school;
        let Some(pupil) = pupils.last_mut() else { return Ok(()) };
        let child = (&people.users[pupil.entered.user], &people.students[pupil.entered.student]);
        let request = forms::request(self.keys, &people.users[parent], child, pupil, dice);
        people.consents.extend(forms::consents(self.keys, &request, dice)?);
        pupil.request = Some(request.id);
        people.requests.push(request);
        Ok(())
    }

    /// Enrolled students: those of Terminale have a coach for mathematics, the others one for another subject; some
    /// have both.
    fn assign_coaches(&mut self) {
        let enrolled = self.school.pupils.iter().filter(|pupil| matches!(pupil.journey, Journey::Enrolled(_)));
        for (at, pupil) in enrolled.enumerate() {
            let mut dice = Dice::of(format_args!("coaches of {}", pupil.name));
            let maths = at % MATHS_COACHES;
            let other = MATHS_COACHES + at % (COACHES.len() - MATHS_COACHES);
            let coaches = match (pupil.grade, dice.chance(0.35)) {
                (_, true) => vec![maths, other],
                ("TERMINALE", false) => vec![maths],
                (_, false) => vec![other],
            };
            let since = (pupil.joined + TimeDelta::days(7)).min(self.calendar.now);
            let people = &mut self.school.people;
            let coach_id = |at: usize| people.coaches[at].user_id;
            let rows: Vec<_> = coaches
                .into_iter()
                .map(|at| CoachStudent { coach_id: coach_id(at), student_id: pupil.id, since })
                .collect();
            people.coach_students.extend(rows);
        }
    }
}

/// First and last name.
type Name = (&'static str, &'static str);

fn full((first, last): Name) -> String {
    format!("{first} {last}")
}

/// The id of something in the demo school: always the same in one installation, and as hard to guess as any other.
pub(super) fn id(keys: &Keys, of: std::fmt::Arguments<'_>) -> Uuid {
    keys.derived_id("demo school", &of.to_string())
}
