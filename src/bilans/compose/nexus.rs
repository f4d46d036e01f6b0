//! For the team: technical and short; explanations are hypotheses to check; a plan of sessions.

use super::{
    Text,
    phrases::{about, percent, place, points, quoted, scored},
};
use crate::{
    assessments::model::{RuleVersion, Subject},
    bilans::facts::{BilanFacts, DomainFact, SkillFact, Standing},
    web::format::{count, decimal},
};

/// Domains whose scores differ by no more than this make an even profile, in points.
const EVEN: i32 = 15;
/// Sessions on one skill each; one to open and one to close come besides.
const SKILL_SESSIONS: usize = 3;

pub fn compose(facts: &BilanFacts) -> String {
    let text = Text::default().title("Lecture du résultat");
    let text = text.paragraph([standing(facts), figures(facts)]).paragraph([reading(facts).to_owned(), profile(facts)]);
    let text = strengths(text.title("Points d’appui"), facts);
    let text = priorities(text.title("Priorités"), facts);
    text.title("Plan de séances proposé").list(sessions(facts)).title("Points de vigilance").list(watch(facts)).end()
}

fn standing(facts: &BilanFacts) -> String {
    let Some(standing) = &facts.standing else {
        return format!("{} : passage d’entraînement, sans SSN ni effet sur la cohorte.", about(facts.subject));
    };
    let Standing { ssn, percentile, cohort_n, .. } = *standing;
    let cohort = match (standing.provisional(), cohort_n) {
        (true, ..=0) => "score provisoire, première référence de la cohorte".to_owned(),
        (true, 1) => "score provisoire, comparé à un seul résultat".to_owned(),
        (true, n) => format!("score provisoire, comparé à {n} résultats"),
        (false, n) => format!("percentile {percentile} sur {} résultats", count(n)),
    };
    format!(
        "{} : SSN {}, bande {}, {} du milieu de la cohorte (50) ; {cohort}.",
        about(facts.subject),
        decimal(ssn),
        quoted(standing.band().label()),
        place(ssn)
    )
}

fn figures(facts: &BilanFacts) -> String {
    let precision = facts.precision.map(|share| format!(" ; précision : {}", percent(share))).unwrap_or_default();
    let unknown =
        facts.nsp_share().map(|share| format!(" ; « je ne sais pas » : {}", percent(share))).unwrap_or_default();
    format!("Score global : {} {}{precision}{unknown}.", percent(facts.global_score), points(facts))
}

/// What errors and "je ne sais pas" suggest together.
fn reading(facts: &BilanFacts) -> &'static str {
    match (facts.precision, facts.unknown()) {
        _ if facts.all_right() && facts.rule == RuleVersion::V2 => {
            "Aucune erreur dans les questions traitées : seules celles-là comptent, et les autres restent à vérifier avec l’élève."
        }
        _ if facts.all_right() => "Aucune erreur : l’évaluation ne montre pas la limite de l’élève.",
        _ if facts.rule == RuleVersion::V2 => {
            "Seules les questions traitées comptent : ce qui n’a pas été traité reste à vérifier."
        }
        (None, _) => "Aucune réponse donnée : hypothèse de notions non encore enseignées, à vérifier avec l’élève.",
        (Some(70..), 25..) => {
            "Peu d’erreurs et beaucoup de « je ne sais pas » : hypothèse de notions à enseigner plutôt que de conceptions à corriger."
        }
        (Some(..50), ..25) => {
            "Beaucoup d’erreurs et peu de « je ne sais pas » : hypothèse de conceptions à corriger, à vérifier en faisant verbaliser."
        }
        (Some(..50), _) => {
            "Erreurs et « je ne sais pas » se cumulent : hypothèse de bases à reprendre avant les notions du programme."
        }
        (Some(70..), _) => "Réponses le plus souvent justes : les erreurs restantes sont à examiner une par une.",
        _ => "Erreurs et « je ne sais pas » s’équilibrent : faire dire à l’élève ce qui relevait du doute.",
    }
}

fn profile(facts: &BilanFacts) -> String {
    let by_score = |one: &&DomainFact| one.score;
    let (Some(low), Some(high)) =
        (facts.domains.iter().min_by_key(by_score), facts.domains.iter().rev().max_by_key(by_score))
    else {
        return String::new();
    };
    match high.score - low.score {
        _ if facts.domains.len() == 1 => {
            format!("Un seul domaine mesuré : {} ({}).", quoted(&low.label), percent(low.score))
        }
        0 => format!("Profil homogène : {} dans tous les domaines mesurés.", percent(low.score)),
        ..=EVEN => format!("Profil homogène, de {} à {} selon les domaines.", percent(low.score), percent(high.score)),
        _ => format!(
            "Profil contrasté, de {} en {} à {} en {}.",
            percent(low.score),
            quoted(&low.label),
            percent(high.score),
            quoted(&high.label)
        ),
    }
}

fn strengths(text: Text, facts: &BilanFacts) -> Text {
    let (strong, sure) = (facts.strengths(), facts.sure_skills());
    let sure = match sure.is_empty() {
        true => String::new(),
        false => format!("Sans erreur sur plusieurs questions : {}.", quoted(&sure[0].label)),
    };
    let best = match facts.best_domain() {
        _ if !strong.is_empty() => String::new(),
        Some(best) => {
            format!("Pas de domaine solide. Meilleur score : {}, {}.", quoted(&best.label), percent(best.score))
        }
        None => "Pas d’acquis mesuré : partir de ce que l’élève dit savoir.".to_owned(),
    };
    text.list(strong.iter().take(3).map(|one| format!("{}.", scored(one)))).paragraph([best, sure])
}

fn priorities(text: Text, facts: &BilanFacts) -> Text {
    let priorities = facts.priorities();
    if priorities.is_empty() {
        return text.paragraph([match facts.skills_to_work_on().first() {
            Some(skill) => format!("Aucun domaine faible. Reste à consolider : {}.", measured(skill)),
            None => "Aucune lacune mesurée : viser l’approfondissement, l’autonomie et la qualité de la rédaction."
                .to_owned(),
        }]);
    }
    let skills = facts.skills_to_work_on();
    text.list(priorities.iter().map(|domain| match skills.iter().find(|one| one.domain == domain.key) {
        Some(skill) => format!("{} ; d’abord {}.", scored(domain), measured(skill)),
        None => format!("{}.", scored(domain)),
    }))
}

/// "« Compter… » (1 sur 3)".
fn measured(skill: &SkillFact) -> String {
    format!("{} ({} sur {})", quoted(&skill.label), skill.right, skill.total)
}

fn sessions(facts: &BilanFacts) -> Vec<String> {
    let work = to_work_on(facts);
    let Some((first, _)) = work.first() else { return advanced(facts.subject) };
    let open = format!(
        "**Ouverture** : question résolue à voix haute sur {}, pour départager oubli et conception erronée.",
        quoted(first)
    );
    let close = "**Synthèse** : problème mêlant ces notions, puis questions manquées de l’évaluation ; vérification : chaque étape justifiée.".to_owned();
    let each = work.iter().take(SKILL_SESSIONS).enumerate();
    let each = each.map(|(at, (label, score))| format!("**{label}** : {}.", activity(facts.subject, *score, at)));
    std::iter::once(open).chain(each).chain([close]).collect()
}

/// Names and scores of the skills to work on; of the domains, where no skill was measured.
fn to_work_on(facts: &BilanFacts) -> Vec<(&str, i32)> {
    let skills = facts.skills_to_work_on();
    if skills.is_empty() {
        facts.priorities().into_iter().map(|one| (one.label.as_str(), one.score)).collect()
    } else {
        skills.into_iter().map(|one| (one.label.as_str(), one.score)).collect()
    }
}

/// What to do in a session and how to see that it worked, by what is known already; not the same three times.
fn activity(subject: Subject, score: i32, at: usize) -> &'static str {
    let activities: [&str; SKILL_SESSIONS] = match (subject, score) {
        (Subject::General, _) => [
            "étude d’un cas vécu, puis essai d’un geste dans une matière ; vérification : ce que l’élève en rapporte",
            "courte mise en situation, puis règle personnelle formulée ; vérification : la règle appliquée à un autre cas",
            "comparaison de plusieurs façons de faire ; vérification : un choix argumenté",
        ],
        (_, 0) => [
            "reprise du cours par un exemple, puis exercices guidés ; vérification : un exercice type réussi sans aide",
            "fiche méthode construite à deux, puis application ; vérification : la méthode redite sans fiche",
            "exercice résolu à étudier, puis son jumeau à faire ; vérification : rédactions comparées",
        ],
        (_, 1..50) => [
            "exercices gradués avec correction immédiate ; vérification : deux réussites de suite sans aide",
            "recherche de l’erreur dans une solution fausse, puis exercices ; vérification : l’erreur expliquée",
            "questions rapides, puis un exercice complet ; vérification : étapes justifiées à l’oral",
        ],
        _ => [
            "exercices mêlés à d’autres notions ; vérification : choix de la méthode expliqué",
            "exercice type Bac en temps limité ; vérification : solution complète, relue par l’élève",
            "problème où la méthode n’est pas annoncée ; vérification : stratégie justifiée avant le calcul",
        ],
    };
    activities[at % SKILL_SESSIONS]
}

fn advanced(subject: Subject) -> Vec<String> {
    let items: [&str; 3] = match subject {
        Subject::General => [
            "**Transfert** : appliquer les méthodes acquises à la matière la plus exigeante ; vérification : une semaine planifiée puis commentée.",
            "**Argumentation** : analyse d’un document long ; vérification : une synthèse orale structurée.",
            "**Projet** : préparation du Grand Oral ou du dossier d’orientation ; vérification : une première version relue.",
        ],
        _ => [
            "**Approfondissement** : problème ouvert qui mêle plusieurs domaines ; vérification : une stratégie expliquée avant tout calcul.",
            "**Rédaction** : mise au propre d’une solution complète ; vérification : chaque étape justifiée, relue par l’élève.",
            "**Transmission** : l’élève explique une notion difficile et répond aux objections ; vérification : clarté de l’exposé et des exemples.",
        ],
    };
    items.map(str::to_owned).to_vec()
}

fn watch(facts: &BilanFacts) -> Vec<String> {
    let mut points = vec!["Chaque compétence repose sur peu de questions : confirmer à l’oral avant de conclure."];
    match &facts.standing {
        Some(standing) if standing.provisional() => {
            points.push("SSN provisoire : s’appuyer d’abord sur les domaines et les compétences.");
        }
        None => points.push("Questions déjà vues avec leur correction : la mémoire a pu aider."),
        Some(_) => {}
    }
    if facts.unknown() >= 25 {
        points.push("« Je ne sais pas » fréquent : distinguer ce qui n’a pas été vu, oublié ou laissé faute de temps.");
    } else if facts.precision.is_some_and(|share| share < 50) {
        points.push("Réponses souvent fausses : observer si l’élève vérifie, et ce qui motive son choix.");
    } else {
        points.push("Avant la première séance, demander à l’élève lesquelles de ses réponses lui semblaient sûres.");
    }
    points.into_iter().map(str::to_owned).collect()
}
