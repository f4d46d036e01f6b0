//! For the student: *tu*, short sentences, no word that assumes a gender, nothing about the person.

use super::{
    Text,
    phrases::{about, percent, percentile, place, points, priority, provisional, quoted, scored, skills_enumerated},
};
use crate::{
    assessments::model::{Band, RuleVersion, Subject},
    bilans::facts::{BilanFacts, Standing},
    web::format::decimal,
};

/// True on the page that shows the report.
const EXPLANATIONS: &str =
    "Lis aussi l’explication de chaque question : elle dit pourquoi les autres réponses tentaient.";

pub fn compose(facts: &BilanFacts) -> String {
    let text = Text::default().title("Où tu en es");
    let text = match &facts.standing {
        Some(standing) => text.paragraph(standing_sentences(facts.subject, standing)),
        None => text.paragraph([format!(
            "{}, ce passage compte comme un entraînement : il ne donne pas de SSN, mais il montre ce qui tient et ce qui reste à travailler. Tu as déjà pu lire les explications : ce que tu réussis maintenant sans elles est bien à toi.",
            about(facts.subject)
        )]),
    };
    let text = text.paragraph([global(facts), unknown(facts), precision(facts)]).title("Tes points d’appui");
    let text = strengths(text, facts).title("Ce qui va te faire progresser");
    priorities(text, facts)
        .title("Ta prochaine étape")
        .paragraph([next_step(facts)])
        .paragraph([EXPLANATIONS.to_owned(), encouragement(facts)])
        .end()
}

fn standing_sentences(subject: Subject, standing: &Standing) -> [String; 4] {
    let meaning = match standing.band() {
        Band::Excellence => "la plus haute. Bravo, c’est un très beau résultat",
        Band::TresSolide => "juste sous la plus haute. C’est un très bon résultat",
        Band::Stable => "un bon résultat, sur lequel tu peux construire",
        Band::Fragile => "ce mot décrit un résultat du jour, pas toi",
        Band::Prioritaire => "ce mot ne te juge pas, il signale qu’un coup de main serait utile",
    };
    let band = quoted(standing.band().label());
    [
        format!("{}, ton SSN est de {}. C’est la bande {band} : {meaning}.", about(subject), decimal(standing.ssn)),
        format!(
            "Le SSN compare ton résultat à ceux des élèves qui ont passé la même évaluation : 50 est le milieu, et le tien se situe {}.",
            place(standing.ssn)
        ),
        provisional(standing),
        // Told only when it encourages: the place has been said already.
        if standing.percentile >= 50 { percentile(standing) } else { String::new() },
    ]
}

fn global(facts: &BilanFacts) -> String {
    let share = format!("Tu as obtenu {} {}", percent(facts.global_score), points(facts));
    match facts.global_score {
        _ if facts.all_right() => format!("{share} : tout est juste."),
        _ if facts.none_right() && facts.unknown() == 100 => {
            "Tout est resté sur « je ne sais pas » : c’est honnête, et c’est un point de départ clair.".to_owned()
        }
        _ if facts.none_right() => {
            "Cette fois, aucune réponse n’est juste. C’est un point de départ, rien de plus : tout ce que tu vas apprendre se verra.".to_owned()
        }
        80.. => format!("{share} : l’essentiel est là."),
        60.. => format!("{share} : une bonne partie est acquise."),
        40.. => format!("{share} : des bases sont là, d’autres restent à construire."),
        _ => format!("{share} : beaucoup reste à construire, une étape après l’autre."),
    }
}

fn unknown(facts: &BilanFacts) -> String {
    let worth = if facts.nsp_rewarded { ", cela compte en ta faveur" } else { "" };
    match facts.unknown() {
        _ if facts.rule == RuleVersion::V2 => {
            "Celles que tu n’as pas traitées ne comptent pas dans ce résultat.".to_owned()
        }
        0 => String::new(),
        100 => "Maintenant, tu sais exactement quoi découvrir.".to_owned(),
        share => format!(
            "Pour {} des questions, ta réponse est restée « je ne sais pas » : c’est honnête{worth}, et cela montre quoi travailler.",
            percent(share)
        ),
    }
}

fn precision(facts: &BilanFacts) -> String {
    let Some(precision) = facts.precision.filter(|_| !facts.none_right() && !facts.all_right()) else {
        return String::new();
    };
    let cases = format!("Quand tu réponds, c’est juste dans {} des cas", percent(precision));
    match (precision, facts.unknown()) {
        (100, _) => "Toutes les réponses que tu as données sont justes : ce que tu sais, tu le sais bien.".to_owned(),
        (..50, 25..) => format!("{cases} : prends le temps de vérifier avant de valider."),
        (..50, _) => format!("{cases} : prends le temps de vérifier, et ose « je ne sais pas » quand tu hésites."),
        (70.., 1..) => format!("{cases} : ce que tu sais, tu le sais bien."),
        (_, 1..) => format!("{cases}."),
        _ => String::new(),
    }
}

fn strengths(text: Text, facts: &BilanFacts) -> Text {
    let (strong, sure) = (facts.strengths(), facts.sure_skills());
    if !strong.is_empty() {
        let sure = match sure.is_empty() {
            true => String::new(),
            false => format!("Tu as tout juste sur {}.", skills_enumerated(&sure)),
        };
        let more = if strong.len() > 3 { "D’autres domaines sont solides aussi." } else { "" };
        return text.list(strong.iter().take(3).map(|one| scored(one))).paragraph([sure.as_str(), more]);
    }
    let start = match facts.best_domain() {
        Some(best) => format!(
            "Ton meilleur score est en {} : {} de réponses justes. Pars de là : une notion comprise aide à comprendre la suivante.",
            quoted(&best.label),
            percent(best.score)
        ),
        None if facts.unknown() >= 10 => "Tu sais reconnaître ce que tu ne connais pas encore, et c’est une vraie force : on apprend plus vite quand on sait ce qui manque.".to_owned(),
        None => "Aucun domaine ne se détache encore. Ton premier appui, c’est ce bilan : il remplace une impression par une liste de notions, et une notion s’apprend.".to_owned(),
    };
    text.paragraph([start])
}

fn priorities(text: Text, facts: &BilanFacts) -> Text {
    let (priorities, skills) = (facts.priorities(), facts.skills_to_work_on());
    if !priorities.is_empty() {
        return text.list(priorities.iter().map(|one| priority(one)));
    }
    let sentence = match skills.as_slice() {
        _ if facts.all_right() => "Il n’y a rien à rattraper ici. Pour continuer à progresser, garde un rythme régulier, rédige chaque étape même quand elle te paraît évidente, et explique tes méthodes à quelqu’un : c’est le meilleur test.".to_owned(),
        [] => "Aucun domaine n’est en difficulté. Relis les questions manquées et leur explication : c’est là qu’il te reste des points à gagner.".to_owned(),
        [skill] => format!("Aucun domaine n’est en difficulté. Le plus utile est de rendre solide {} : c’est là qu’il te reste des points à gagner.", quoted(&skill.label)),
        skills => format!(
            "Aucun domaine n’est en difficulté. Le plus utile est de rendre solides {} : c’est là qu’il te reste des points à gagner.",
            skills_enumerated(skills)
        ),
    };
    text.paragraph([sentence])
}

fn next_step(facts: &BilanFacts) -> String {
    let skills = facts.skills_to_work_on();
    let then = skills.get(1).map(|next| format!(" Ensuite, passe à {}.", quoted(&next.label))).unwrap_or_default();
    match (skills.first().map(|skill| quoted(&skill.label)), facts.subject) {
        (Some(skill), Subject::General) => format!(
            "Cette semaine, travaille {skill} : choisis un seul geste nouveau, essaie-le dans une matière, puis note ce que cela change.{then}"
        ),
        (Some(skill), _) => format!(
            "Cette semaine, reprends {skill} : relis la page du cours, refais un exercice type sans regarder le corrigé, puis explique ta méthode à voix haute. Si tu bloques, note où : c’est la bonne question à poser.{then}"
        ),
        (None, _) if !facts.all_right() => {
            "Cette semaine, reprends les questions manquées une par une : lis l’explication, cache-la, puis refais le raisonnement à voix haute.".to_owned()
        }
        (None, Subject::General) => {
            "Cette semaine, choisis la matière qui te demande le plus d’efforts et applique-lui, une à une, les méthodes qui marchent déjà pour toi.".to_owned()
        }
        (None, _) => {
            "Cette semaine, choisis un problème plus difficile que d’habitude, cherche-le sans aide, puis rédige ta solution comme pour un examen.".to_owned()
        }
    }
}

fn encouragement(facts: &BilanFacts) -> String {
    match facts.strengths().first() {
        Some(best) if !facts.all_right() => {
            format!("Tu l’as montré avec {} : quand une notion est comprise, elle tient.", quoted(&best.label))
        }
        Some(_) => "Tu as de très bonnes bases : fais-les servir.".to_owned(),
        None => "Avance une notion à la fois : chacune est gagnée pour de bon.".to_owned(),
    }
}
