//! Small sound banks for the tests of the rules.

use chrono::NaiveDate;

use super::{Bank, Domain, Edition, ErrorType, Question, Skill};
use crate::assessments::model::{Grade, Subject};

/// A bank of mathematics: two domains, three questions, one of each weight.
pub(crate) fn bank() -> Bank {
    build(Subject::Maths, &[("analyse", &[1, 2]), ("logExp", &[3])])
}

/// A bank with these domains and, for each, a question of each of these weights. Ids are `Q0`, `Q1`…; in each, the
/// right option is `a`; a skill (`s0_1`…) is a domain and a weight; so is the kind of error in NSI.
pub(crate) fn build(subject: Subject, domains: &[(&str, &[u8])]) -> Bank {
    let mut bank = Bank {
        id: "fixture_v1".into(),
        subject,
        title: "Banque d’essai".into(),
        minutes: 60,
        date: NaiveDate::default(),
        editions: vec![Edition { id: "fixture_v1".into(), grade: Grade::Terminale }],
        domains: Vec::new(),
        skills: Vec::new(),
        questions: Vec::new(),
    };
    for (place, (key, weights)) in domains.iter().enumerate() {
        bank.domains.push(Domain { key: (*key).into(), label: format!("Domaine {key}"), title: (*key).into() });
        for weight in *weights {
            let tag = format!("s{place}_{weight}");
            if bank.skill(&tag).is_none() {
                bank.skills.push(Skill { tag: tag.clone(), label: tag.clone(), domain: (*key).into() });
            }
            bank.questions.push(question(bank.questions.len(), key, *weight, tag, subject));
        }
    }
    bank
}

fn question(number: usize, domain: &str, weight: u8, tag: String, subject: Subject) -> Question {
    let (competence, error_type) = match weight {
        1 => ("Restituer", ErrorType::Syntax),
        2 => ("Appliquer", ErrorType::Logic),
        _ => ("Raisonner", ErrorType::Optimization),
    };
    Question {
        id: format!("Q{number}"),
        domain: domain.into(),
        weight,
        competence: competence.into(),
        topic: "Une moitié".into(),
        skills: vec![tag],
        text: "Combien vaut $\\frac{1}{2} + \\frac{1}{2}$ ?".into(),
        hint: None,
        options: ["$1$".into(), "$0$".into(), "$2$".into(), "$\\frac{1}{4}$".into()],
        key: 0,
        explanation: "Deux moitiés font un tout.".into(),
        why: [None, Some("Non.".into()), Some("Non.".into()), Some("Non.".into())],
        error_type: (subject == Subject::Nsi).then_some(error_type),
    }
}
