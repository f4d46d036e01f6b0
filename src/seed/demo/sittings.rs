//! Who sat which assessment when, and what they answered. Pure, like the school on paper.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::{
    super::dice::Dice,
    calendar::Calendar,
    families::Story,
    prospects::Stage,
    school::{self, Journey, Pupil, School},
};
use crate::{
    assessments::{
        attempt,
        bank::{BankEdition, Question},
        forms::{self, Offer, Taken},
        free,
        model::{Grade, Subject},
        scoring::v3::Answer,
    },
    error::{Error, Result},
    keys::Keys,
};

/// Ability gained in a month.
const LEARNED_A_MONTH: f64 = 0.12;
/// Ability gained by having read the explanations of the same questions.
const LEARNED_BY_EXPLANATIONS: f64 = 0.5;

/// How many days ago those who are answering now took the general assessment.
pub(super) const BEFORE_RUNNING: i64 = 25;

/// An attempt in the app.
pub(super) struct Sitting {
    pub id: Uuid,
    /// Of the shuffle.
    pub seed: Uuid,
    pub edition: BankEdition,
    pub student: Uuid,
    pub student_name: String,
    pub request: Option<Uuid>,
    pub minutes: u16,
    pub created: DateTime<Utc>,
    pub state: State,
    /// What was done with the questions seen, in the bank's order from the first.
    pub seen: Vec<Seen>,
}

/// Where an attempt stands.
#[derive(Clone, Copy)]
pub(super) enum State {
    /// Not begun.
    Waiting,
    /// The clock runs since then.
    Running(DateTime<Utc>),
    /// Begun, and the clock ran out before half of the questions.
    Unfinished(DateTime<Utc>),
    /// Begun, sent.
    Sent(DateTime<Utc>, DateTime<Utc>),
}

/// A question that was shown.
pub(super) struct Seen {
    pub answer: Answer,
    pub seen_at: DateTime<Utc>,
    pub answered_at: DateTime<Utc>,
}

impl Sitting {
    /// When it was begun, if it was.
    pub fn started(&self) -> Option<DateTime<Utc>> {
        match self.state {
            State::Waiting => None,
            State::Running(at) | State::Unfinished(at) | State::Sent(at, _) => Some(at),
        }
    }

    /// When its time is or was up.
    pub fn deadline(&self) -> Option<DateTime<Utc>> {
        self.started().map(|at| at + TimeDelta::minutes(self.minutes.into()))
    }

    /// The moment that puts it in order with the others.
    pub fn moment(&self) -> DateTime<Utc> {
        match self.state {
            State::Sent(_, at) => at,
            _ => self.created,
        }
    }

    /// Answers as the rules want them.
    pub fn answers(&self) -> Vec<Answer> {
        self.seen.iter().map(|seen| seen.answer).collect()
    }
}

/// All sittings of the school, in the order in which they were sent.
pub(super) fn draw(keys: &Keys, calendar: Calendar, school: &School) -> Result<Vec<Sitting>> {
    let mut all = Vec::new();
    for pupil in &school.pupils {
        let dice = Dice::of(format_args!("sittings of {}", pupil.name));
        let mut of_pupil = OfPupil { keys, calendar, pupil, dice, drawn: 0, taken: Vec::new() };
        all.extend(of_pupil.draw()?);
    }
    all.sort_by_key(|sitting| (sitting.moment(), sitting.id));
    Ok(all)
}

struct OfPupil<'a> {
    keys: &'a Keys,
    calendar: Calendar,
    pupil: &'a Pupil,
    dice: Dice,
    /// Sittings drawn so far.
    drawn: usize,
    /// Forms taken so far.
    taken: Vec<Taken>,
}

impl OfPupil<'_> {
    fn draw(&mut self) -> Result<Vec<Sitting>> {
        let own = self.own_edition()?;
        match self.pupil.journey {
            Journey::Enrolled(Story::Usual) => self.usual(own),
            Journey::Enrolled(Story::Sat(sat)) => sat.iter().map(|(subject, days)| self.sat(*subject, *days)).collect(),
            Journey::Enrolled(Story::Running) => self.running_now(own),
            Journey::Enrolled(Story::Unfinished) => Ok(vec![self.unfinished(own)]),
            Journey::Asked(Stage::Sent) => Ok(vec![self.sent(own, self.pupil.joined + TimeDelta::minutes(4), 0.0)]),
            Journey::Asked(Stage::Waiting) => Ok(vec![self.sitting(own, self.pupil.joined, State::Waiting)]),
            Journey::Asked(Stage::Running) => Ok(vec![self.running(own, self.pupil.joined + TimeDelta::minutes(2))]),
        }
    }

    /// The bank that the subjects lead to, by the rule of the free assessment.
    fn own_edition(&self) -> Result<BankEdition> {
        let subjects: Vec<String> = self.pupil.subjects.iter().map(|key| (*key).to_owned()).collect();
        free::choose(&subjects, self.pupil.grade).map(|choice| choice.edition).ok_or_else(no_bank)
    }

    fn edition(&self, subject: Subject) -> Result<BankEdition> {
        Ok(self.offer(subject)?.edition)
    }

    /// The form that the product would offer now.
    fn offer(&self, subject: Subject) -> Result<Offer> {
        let grade = if self.pupil.grade == "TERMINALE" { Grade::Terminale } else { Grade::Premiere };
        forms::offer(subject, grade, &self.taken).ok_or_else(no_bank)
    }

    /// Every few weeks a form with new questions, while there is one.
    fn new_forms(&mut self, subject: Subject, mut days_ago: i64) -> Result<Vec<Sitting>> {
        let mut all = Vec::new();
        loop {
            days_ago -= self.dice.between(35, 70);
            let offer = self.offer(subject)?;
            if days_ago < 2 || offer.practice {
                return Ok(all);
            }
            let at = self.calendar.study_time(days_ago, &mut self.dice);
            all.push(self.sent(offer.edition, at, self.learned(at)));
        }
    }

    /// A first assessment on joining, then new forms. Weeks later some of Terminale take the general one, and some come
    /// back to the same form, which is practice then.
    fn usual(&mut self, own: BankEdition) -> Result<Vec<Sitting>> {
        let begin = self.pupil.joined + TimeDelta::minutes(self.dice.between(3, 15));
        let mut all = vec![self.sent(own, begin, 0.0)];
        let joined_ago = self.calendar.days_ago(self.pupil.joined);
        let (again, general) = (self.dice.chance(0.25), self.dice.chance(0.35));
        if joined_ago < 40 {
            return Ok(all);
        }
        all.extend(self.new_forms(own.bank.subject, joined_ago)?);
        if again {
            let days_ago = self.dice.between(2, joined_ago - 30);
            let at = self.calendar.study_time(days_ago, &mut self.dice);
            all.push(self.sent(own, at, self.learned(at) + LEARNED_BY_EXPLANATIONS));
        }
        if general && own.bank.subject != Subject::General {
            let days_ago = self.dice.between(2, joined_ago - 20);
            let at = self.calendar.study_time(days_ago, &mut self.dice);
            all.push(self.sent(self.edition(Subject::General)?, at, self.learned(at)));
        }
        Ok(all)
    }

    fn sat(&mut self, subject: Subject, days_ago: i64) -> Result<Sitting> {
        let at = self.calendar.study_time(days_ago, &mut self.dice);
        Ok(self.sent(self.edition(subject)?, at, self.learned(at)))
    }

    /// Answering since a few minutes; the general assessment was done before.
    fn running_now(&mut self, own: BankEdition) -> Result<Vec<Sitting>> {
        let begun = self.calendar.now - TimeDelta::seconds(self.dice.between(400, 600));
        let mut all = vec![self.running(own, begun)];
        if own.bank.subject != Subject::General {
            all.push(self.sat(Subject::General, BEFORE_RUNNING)?);
        }
        Ok(all)
    }

    fn learned(&self, at: DateTime<Utc>) -> f64 {
        LEARNED_A_MONTH * (at - self.pupil.joined).num_days().max(0) as f64 / 30.0
    }

    /// Begun and sent within the time.
    fn sent(&mut self, edition: BankEdition, begun: DateTime<Utc>, learned: f64) -> Sitting {
        let answers = self.pupil.ability.answers(edition.bank, learned, &mut self.dice);
        let mut sitting = self.sitting(edition, begun, State::Waiting);
        let share = self.dice.between(45, 96);
        let took = TimeDelta::seconds(i64::from(sitting.minutes) * 60 * share / 100);
        sitting.state = State::Sent(begun, begun + took);
        self.taken.push(Taken { form: edition.edition.id.clone(), at: begun + took });
        sitting.seen = seen(edition, &answers, begun, took);
        sitting
    }

    /// Begun, some questions answered, the clock running.
    fn running(&mut self, edition: BankEdition, begun: DateTime<Utc>) -> Sitting {
        let mut sitting = self.sitting(edition, begun, State::Running(begun));
        sitting.seen = self.first_answers(edition, begun, self.calendar.now - begun, 5);
        sitting
    }

    /// Begun three days ago; the clock ran out before half of the questions.
    fn unfinished(&mut self, edition: BankEdition) -> Sitting {
        let begun = self.calendar.study_time(3, &mut self.dice);
        let mut sitting = self.sitting(edition, begun, State::Unfinished(begun));
        sitting.seen = self.first_answers(edition, begun, TimeDelta::minutes(21), 3);
        sitting
    }

    /// Answers to one question in so many, from the first.
    fn first_answers(
        &mut self,
        edition: BankEdition,
        from: DateTime<Utc>,
        took: TimeDelta,
        one_in: usize,
    ) -> Vec<Seen> {
        let answers = self.pupil.ability.answers(edition.bank, 0.0, &mut self.dice);
        seen(edition, &answers[..answers.len() / one_in], from, took)
    }

    fn sitting(&mut self, edition: BankEdition, created: DateTime<Utc>, state: State) -> Sitting {
        self.drawn += 1;
        let label = format!("{} of {}", self.drawn, self.pupil.id);
        // The request belongs to the first assessment only.
        let first = created - self.pupil.joined < TimeDelta::days(1);
        Sitting {
            id: school::id(self.keys, format_args!("sitting {label}")),
            seed: school::id(self.keys, format_args!("shuffle {label}")),
            edition,
            student: self.pupil.id,
            student_name: self.pupil.name.clone(),
            request: self.pupil.request.filter(|_| first),
            minutes: attempt::minutes(edition.bank.minutes, self.pupil.extra_time),
            created,
            state,
            seen: Vec::new(),
        }
    }
}

fn no_bank() -> Error {
    Error::internal(anyhow::anyhow!("no bank for a student of the demo school"))
}

/// The questions one after the other from a moment on, the hard ones slower. An unanswered one was seen all the same.
fn seen(edition: BankEdition, answers: &[Answer], from: DateTime<Utc>, took: TimeDelta) -> Vec<Seen> {
    let parts: Vec<i32> = edition.bank.questions.iter().zip(answers).map(|(question, _)| parts(question)).collect();
    // One part is left at the end, to look it all over.
    let part = took / (parts.iter().sum::<i32>() + 1);
    let mut begun = from;
    let seen = |(parts, answer): (i32, &Answer)| {
        let seen = Seen { answer: *answer, seen_at: begun, answered_at: begun + part * parts * 4 / 5 };
        begun += part * parts;
        seen
    };
    parts.into_iter().zip(answers).map(seen).collect()
}

/// How long a question takes, compared with others.
fn parts(question: &Question) -> i32 {
    let of_its_own = Dice::of(format_args!("time for {}", question.id)).between(0, 3) as i32;
    3 + 2 * i32::from(question.weight) + of_its_own
}
