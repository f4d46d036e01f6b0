//! For the guardians: *vous* and "votre enfant"; no jargon; nothing about the child or the family, nothing to sell.

use super::{
    Text,
    phrases::{about, percent, percentile, place, points, priority, provisional, quoted, scored, skills_enumerated},
};
use crate::{
    assessments::model::{Band, RuleVersion, Subject},
    bilans::facts::{BilanFacts, DomainFact, Standing},
    web::format::decimal,
};

pub fn compose(facts: &BilanFacts) -> String {
    let text = Text::default().title("L’essentiel");
    let text = match &facts.standing {
        Some(standing) => text.paragraph(standing_sentences(facts.subject, standing)),
        None => text.paragraph([format!(
            "{}, ce passage était un entraînement : il ne donne pas de SSN, mais il montre ce que votre enfant sait déjà et ce qui reste à travailler.",
            about(facts.subject)
        )]),
    };
    let text = text.paragraph([global(facts), unknown(facts)]).title("Ce qui est acquis");
    let text = strengths(text, facts).title("Ce qu’il faut consolider");
    let text = priorities(text, facts).title("Comment aider à la maison").list(at_home(facts));
    text.title("La prochaine étape").paragraph([next_step(facts)]).end()
}

fn standing_sentences(subject: Subject, standing: &Standing) -> [String; 4] {
    let meaning = match standing.band() {
        Band::Excellence => ", la plus haute",
        Band::TresSolide => ", juste sous la plus haute",
        Band::Stable => ", celle des résultats solides",
        Band::Fragile => " : le mot décrit le résultat du jour, non votre enfant",
        Band::Prioritaire => " : le mot signale qu’un appui serait utile, sans juger votre enfant",
    };
    [
        format!(
            "{}, votre enfant obtient un SSN de {}. C’est la bande {}{meaning}.",
            about(subject),
            decimal(standing.ssn),
            quoted(standing.band().label())
        ),
        format!(
            "Le SSN n’est pas une note sur un devoir : il compare ce résultat à ceux des élèves qui ont passé la même évaluation. Leur milieu est 50 ; ce résultat se situe {}.",
            place(standing.ssn)
        ),
        provisional(standing),
        percentile(standing),
    ]
}

fn global(facts: &BilanFacts) -> String {
    let share = format!("Votre enfant a obtenu {} {}", percent(facts.global_score), points(facts));
    match facts.global_score {
        _ if facts.all_right() => format!("{share} : tout est juste."),
        _ if facts.none_right() && facts.unknown() == 100 => {
            "Toutes les questions sont restées sur « je ne sais pas » : c’est une réponse honnête, et un point de départ clair.".to_owned()
        }
        _ if facts.none_right() => {
            "Cette fois, aucune réponse n’est juste : c’est un point de départ, et rien d’autre.".to_owned()
        }
        80.. => format!("{share} : l’essentiel de ce qui était évalué est acquis."),
        60.. => format!("{share} : une bonne partie de ce qui était évalué est acquise."),
        40.. => format!("{share} : des bases sont là, d’autres restent à construire."),
        _ => format!("{share} : il reste beaucoup à construire, et ce bilan dit par où commencer."),
    }
}

fn unknown(facts: &BilanFacts) -> String {
    let worth = if facts.nsp_rewarded { ", cela compte en faveur de votre enfant" } else { "" };
    match facts.unknown() {
        _ if facts.rule == RuleVersion::V2 => "Les autres ne comptent pas dans ce résultat.".to_owned(),
        0 | 100 => String::new(),
        share => format!(
            "Pour {} des questions, la réponse est restée « je ne sais pas » : c’est honnête{worth}, et cela aide à cibler le travail.",
            percent(share)
        ),
    }
}

fn strengths(text: Text, facts: &BilanFacts) -> Text {
    let strong = facts.strengths();
    if !strong.is_empty() {
        let example = |(at, domain)| if at == 0 { with_example(facts, domain) } else { format!("{}.", scored(domain)) };
        return text.list(strong.into_iter().take(3).enumerate().map(example));
    }
    text.paragraph([match facts.best_domain() {
        Some(best) => format!(
            "Le meilleur score est en {}, avec {} de réponses justes : on peut partir de là.",
            quoted(&best.label),
            percent(best.score)
        ),
        None if facts.unknown() >= 10 => {
            "Aucun domaine ne se détache encore. Dire « je ne sais pas » plutôt que répondre au hasard est déjà une bonne habitude de travail.".to_owned()
        }
        None => {
            "Aucun domaine ne se détache encore. Ce bilan remplace une impression générale par une liste de notions précises, et une notion s’apprend.".to_owned()
        }
    }])
}

/// A strong domain, with a skill that was wholly right, if there is one.
fn with_example(facts: &BilanFacts, domain: &DomainFact) -> String {
    let sure = facts.sure_skills().into_iter().find(|skill| skill.domain == domain.key);
    match sure {
        Some(skill) => format!("{} ; {} est bien maîtrisé.", scored(domain), quoted(&skill.label)),
        None => format!("{}.", scored(domain)),
    }
}

fn priorities(text: Text, facts: &BilanFacts) -> Text {
    let (priorities, skills) = (facts.priorities(), facts.skills_to_work_on());
    if !priorities.is_empty() {
        return text.list(priorities.iter().map(|one| priority(one)));
    }
    text.paragraph([match skills.is_empty() {
        _ if facts.all_right() => "Il n’y a rien à rattraper dans ce qui était évalué. L’enjeu est maintenant d’entretenir ces acquis et de s’essayer à des problèmes plus exigeants.".to_owned(),
        true => "Aucun domaine n’est en difficulté : il suffit de relire les questions manquées, avec leur explication.".to_owned(),
        false => format!(
            "Aucun domaine n’est en difficulté. Quelques points se gagnent encore sur {}.",
            skills_enumerated(&skills)
        ),
    }])
}

fn at_home(facts: &BilanFacts) -> Vec<String> {
    let explain = "Demandez à votre enfant de vous expliquer une notion avec ses mots : expliquer, c’est apprendre.";
    let regular = "Encouragez des séances courtes et régulières plutôt qu’une longue révision.";
    let last = if facts.all_right() {
        "Félicitez le travail accompli plutôt que le score : c’est lui qui se répète."
    } else if facts.unknown() >= 10 {
        "Accueillez bien un « je ne sais pas » : dire ce qui manque fait gagner du temps."
    } else {
        "Valorisez l’effort et les progrès, même petits."
    };
    [explain, regular, last].map(str::to_owned).to_vec()
}

fn next_step(facts: &BilanFacts) -> String {
    let skills = facts.skills_to_work_on();
    let then = skills.get(1).map(|next| format!(", puis {}", quoted(&next.label))).unwrap_or_default();
    match skills.first() {
        Some(skill) => format!(
            "Parlez de ce bilan avec votre enfant{}, puis avec l’équipe du centre. Le travail le plus utile cette semaine : reprendre {}{then}.",
            if facts.best_domain().is_some() { ", en commençant par ce qui est acquis" } else { "" },
            quoted(&skill.label)
        ),
        None if !facts.all_right() => "Parlez de ce bilan avec votre enfant, puis avec l’équipe du centre. Le travail le plus utile cette semaine : reprendre les questions manquées, une par une, avec leur explication.".to_owned(),
        None => "Parlez de ce bilan avec votre enfant, puis avec l’équipe du centre, pour choisir ensemble un objectif un peu plus ambitieux.".to_owned(),
    }
}
