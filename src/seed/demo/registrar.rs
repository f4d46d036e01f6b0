//! Writes the people of the demo school into its lists, with ids, identifiers and families.

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::{
    super::{ability::Ability, dice::Dice},
    calendar::Calendar,
    families::{Child, Family, Guardian, Story},
    forms,
    prospects::Prospect,
    rows::{Coach, Guardianship, Student, User},
    school::{self, Entered, Journey, Pupil, School},
    sittings,
    staff::{self, COACHES},
};
use crate::{accounts::identifier, error::Result, keys::Keys};

/// Lycées of the children; invented.
const SCHOOLS: &[&str] =
    &["Lycée des Jasmins", "Lycée Ibn-Battouta", "Lycée du Belvédère", "Lycée Élissa", "Lycée de la Corniche"];

/// Enters people one after the other; the school is what it has made.
pub(super) struct Registrar<'a> {
    keys: &'a Keys,
    calendar: Calendar,
    /// Identifiers and local parts of addresses given so far.
    taken: HashSet<String>,
    pub school: School,
}

impl<'a> Registrar<'a> {
    pub fn new(keys: &'a Keys, calendar: Calendar) -> Self {
        Self { keys, calendar, taken: HashSet::new(), school: School::default() }
    }

    fn id(&self, of: std::fmt::Arguments<'_>) -> Uuid {
        school::id(self.keys, of)
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
            deactivated_at: None,
            created_at: joined,
            updated_at: joined,
        };
        self.push(row)
    }

    fn push(&mut self, user: User) -> usize {
        self.school.people.users.push(user);
        self.school.people.users.len() - 1
    }

    /// The desk and the coaches.
    pub fn enter_staff(&mut self) {
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
    pub fn enter_family(&mut self, at: usize, family: &Family) -> Result<()> {
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
        let first = guardians.first().copied().unwrap_or_default();
        for (number, child) in family.children.iter().enumerate() {
            let later = match child.story {
                Story::Usual => joined + TimeDelta::days(dice.between(0, days_ago / 4)),
                _ => joined,
            };
            let student = self.enter_child(child, later);
            for (guardian, at) in family.guardians.iter().zip(&guardians) {
                self.tie(*at, student, guardian.relation, guardian.payer, later);
            }
            if asked && child.story == Story::Usual && number == 0 {
                self.ask(guardians[0], &mut dice)?;
            }
        }
        if family.left {
            let closed = self.calendar.now - TimeDelta::days(9);
            for user in &mut self.school.people.users[first..] {
                (user.deactivated_at, user.updated_at) = (Some(closed), closed);
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
            deactivated_at: None,
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

    /// A family that asked for the free assessment.
    pub fn enter_prospect(&mut self, prospect: &Prospect) -> Result<()> {
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
}

/// First and last name.
type Name = (&'static str, &'static str);

fn full((first, last): Name) -> String {
    format!("{first} {last}")
}
