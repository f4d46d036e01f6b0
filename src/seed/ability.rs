//! What a student of the demo school answers: an item response model. Who is able beyond a question's difficulty
//! probably knows it; who does not know says so, or falls for one of the options.

use std::collections::BTreeMap;

use super::dice::Dice;
use crate::assessments::{
    bank::{Bank, OPTION_KEYS, Question},
    scoring::{v2, v3::Answer},
};

/// Difficulty of questions of weight 1, 2 and 3, on the scale of abilities.
const DIFFICULTY: [f64; 3] = [-1.1, 0.0, 1.0];
/// How sharply knowing follows ability.
const SHARPNESS: f64 = 1.4;
/// Spread of a student's domains around the general ability.
const TILT: f64 = 0.55;
/// Spread of questions around the difficulty of their weight.
const SPREAD: f64 = 0.35;
/// How often a guess is right: a little less than one in four, because the options tempt.
const LUCK: f64 = 0.22;
/// Of those who guess wrong, how many choose the most tempting option, and the second.
const TEMPTING: [f64; 2] = [0.55, 0.3];

/// How a student does, on a scale of mean 0 and deviation 1.
#[derive(Debug, Clone)]
pub(super) struct Ability {
    who: String,
    general: f64,
    /// How often "je ne sais pas" is said of what is not known.
    candour: f64,
}

impl Ability {
    pub fn new(who: &str, general: f64) -> Self {
        let candour = 0.35 + 0.2 * Dice::of(format_args!("candour of {who}")).bell();
        Self { who: who.to_owned(), general, candour: candour.clamp(0.05, 0.85) }
    }

    pub fn general(&self) -> f64 {
        self.general
    }

    /// Answers to the bank's questions, in its order. `learned`: how much ability has grown since the first time.
    /// Who is slow leaves the last questions without an answer.
    pub fn answers(&self, bank: &Bank, learned: f64, dice: &mut Dice) -> Vec<Answer> {
        let tilts: Vec<f64> = bank.domains.iter().map(|domain| self.tilt(&domain.key)).collect();
        let tilt = |question: &Question| {
            bank.domains.iter().position(|domain| domain.key == question.domain).map_or(0.0, |at| tilts[at])
        };
        let mut answers: Vec<Answer> = bank
            .questions
            .iter()
            .map(|question| self.answer(question, self.general + tilt(question) + learned, dice))
            .collect();
        let slow = dice.chance(0.15) && self.general < 0.5;
        let late = if slow { dice.between(1, (bank.questions.len() / 8) as i64) as usize } else { 0 };
        let all = answers.len();
        answers[all - late..].fill(Answer::Unanswered);
        answers
    }

    fn tilt(&self, domain: &str) -> f64 {
        TILT * Dice::of(format_args!("{} in {domain}", self.who)).bell()
    }

    fn answer(&self, question: &Question, ability: f64, dice: &mut Dice) -> Answer {
        let mut of_question = Dice::of(format_args!("difficulty of {}", question.id));
        let difficulty = DIFFICULTY[usize::from(question.weight.clamp(1, 3)) - 1] + SPREAD * of_question.bell();
        let knows = 1.0 / (1.0 + (-SHARPNESS * (ability - difficulty)).exp());
        if dice.chance(knows) {
            return Answer::Choice(question.key);
        }
        if dice.chance(self.candour) {
            return Answer::Nsp;
        }
        if dice.chance(LUCK) { Answer::Choice(question.key) } else { Answer::Choice(tempted(question, dice)) }
    }
}

/// A wrong option; the same one tempts most students.
fn tempted(question: &Question, dice: &mut Dice) -> usize {
    let first = Dice::of(format_args!("temptation of {}", question.id)).between(0, 2) as usize;
    let wrong: Vec<usize> = (0..4).filter(|option| *option != question.key).collect();
    let place = if dice.chance(TEMPTING[0]) {
        0
    } else if dice.chance(TEMPTING[1] / (1.0 - TEMPTING[0])) {
        1
    } else {
        2
    };
    wrong[(first + place) % wrong.len()]
}

/// The same answers as the JSON contract wants them, by the id of the question: what was not answered is not sent.
pub(super) fn submitted(bank: &Bank, answers: &[Answer]) -> BTreeMap<String, String> {
    let pair = |(question, answer): (&Question, &Answer)| {
        let option = match answer {
            Answer::Choice(option) => OPTION_KEYS.get(*option)?,
            Answer::Nsp => v2::NSP,
            Answer::Unanswered => return None,
        };
        Some((question.id.clone(), option.to_owned()))
    };
    bank.questions.iter().zip(answers).filter_map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assessments::{bank, scoring::v3};

    fn mean_raw(general: f64, learned: f64) -> f64 {
        let bank = bank::bank("maths_terminale_spe_v1").expect("bank");
        let raw = |at: i32| {
            let ability = Ability::new(&format!("student {at}"), general);
            let answers = ability.answers(bank, learned, &mut Dice::of(format_args!("sitting {at}")));
            v3::score(bank, &answers).raw_micro as f64 / 1e6
        };
        (0..60).map(raw).sum::<f64>() / 60.0
    }

    #[test]
    fn an_average_student_scores_in_the_middle_and_an_able_one_near_the_top() {
        assert!((48.0..62.0).contains(&mean_raw(0.0, 0.0)), "{}", mean_raw(0.0, 0.0));
        assert!(mean_raw(2.5, 0.0) > 85.0, "{}", mean_raw(2.5, 0.0));
        assert!(mean_raw(-2.0, 0.0) < 38.0, "{}", mean_raw(-2.0, 0.0));
    }

    #[test]
    fn who_has_learned_scores_higher() {
        assert!(mean_raw(0.0, 0.6) > mean_raw(0.0, 0.0) + 4.0);
    }
}
