//! What the three reports share: numbers and names as French writes them, the cohort, why a domain matters.

use crate::{
    assessments::model::{RuleVersion, Subject},
    bilans::facts::{BilanFacts, DomainFact, SkillFact, Standing},
    web::format,
};

/// "67 %".
pub fn percent(value: i32) -> String {
    format!("{value}\u{a0}%")
}

/// "« Analyse »".
pub fn quoted(label: &str) -> String {
    format!("«\u{a0}{label}\u{a0}»")
}

/// "« A », « B » et « C »".
pub fn enumerated<'a>(labels: impl IntoIterator<Item = &'a str>) -> String {
    let mut labels: Vec<String> = labels.into_iter().map(quoted).collect();
    match labels.pop() {
        None => String::new(),
        Some(last) if labels.is_empty() => last,
        Some(last) => format!("{} et {last}", labels.join(", ")),
    }
}

/// "En mathématiques", to begin a sentence.
pub fn about(subject: Subject) -> &'static str {
    match subject {
        Subject::Maths => "En mathématiques",
        Subject::Nsi => "En NSI",
        Subject::General => "Sur la méthode et la culture du Bac",
    }
}

/// Where a score lies, seen from the middle of its cohort.
pub fn place(ssn: f64) -> &'static str {
    match ssn {
        70.0.. => "nettement au-dessus",
        55.0.. => "au-dessus",
        45.0.. => "tout près",
        40.0.. => "un peu en dessous",
        _ => "en dessous",
    }
}

/// Why the score can still move; empty when the cohort is large enough.
pub fn provisional(standing: &Standing) -> String {
    if !standing.provisional() {
        return String::new();
    }
    match standing.cohort_n {
        ..=0 => {
            "Ce score est provisoire : aucun autre résultat n’existait encore pour le comparer, il peut donc bouger."
                .to_owned()
        }
        1 => "Ce score est provisoire : il n’est comparé qu’à un seul résultat, il peut donc encore bouger.".to_owned(),
        n => format!("Ce score est provisoire : il n’est comparé qu’à {n} résultats, il peut donc encore bouger."),
    }
}

/// "Il dépasse 62 % des résultats de la cohorte, qui en compte 120."; empty while the cohort is small.
pub fn percentile(standing: &Standing) -> String {
    let n = format::count(standing.cohort_n);
    match standing.percentile {
        _ if standing.provisional() => String::new(),
        0 => format!("Pour l’instant, il fait partie des plus bas de la cohorte, qui compte {n} résultats."),
        share => format!("Il dépasse {} des résultats de la cohorte, qui en compte {n}.", percent(share)),
    }
}

/// "des points", and of which.
pub fn points(facts: &BilanFacts) -> &'static str {
    match facts.rule {
        RuleVersion::V2 => "des points des questions traitées",
        RuleVersion::V3 => "des points",
    }
}

/// "**Analyse** : 67 % de réponses justes".
pub fn scored(domain: &DomainFact) -> String {
    format!("**{}** : {} de réponses justes", domain.label, percent(domain.score))
}

/// A priority: its domain, its score, why it pays.
pub fn priority(domain: &DomainFact) -> String {
    format!("**{}** ({} de réponses justes) : {}.", domain.label, percent(domain.score), reason(&domain.key))
}

/// The names of the first skills, at most two.
pub fn skills_enumerated(skills: &[&SkillFact]) -> String {
    enumerated(skills.iter().take(2).map(|one| one.label.as_str()))
}

/// Why work in this domain pays.
pub fn reason(domain: &str) -> &'static str {
    match domain {
        "analyse" => "limites, dérivées et variations reviennent dans presque tous les sujets",
        "combinatoire" => "compter sans rien oublier prépare directement les probabilités",
        "geometrie" => "le bon vecteur rend un problème de géométrie bien plus court",
        "logExp" => "ces deux fonctions reviennent en analyse et en sciences",
        "suites" => "écrire une situation pas à pas, puis la prévoir, sert jusqu’au Bac et après",
        "secondDegre" => "une équation bien résolue débloque les chapitres qui suivent",
        "derivation" => "la dérivée est l’outil qui sert le plus en Terminale",
        "expTrigo" => "ces fonctions reviennent en Terminale et en physique",
        "probabilites" => "un arbre bien posé suffit souvent à résoudre l’exercice",
        "algebre" => "calculer avec sûreté libère l’esprit pour raisonner",
        "python" => "lire et écrire un court programme est la base de tout le reste",
        "poo" => "classes et objets gardent clair un programme qui grandit",
        "structures" => "une structure bien choisie rend un programme simple et rapide",
        "algorithmique" => "dérouler un algorithme à la main évite d’écrire au hasard",
        "sql" => "interroger une base demande peu de règles, vite apprises",
        "architecture" => "comprendre la machine aide à expliquer ce que fait un programme",
        "methodologie" => "une bonne façon de travailler profite à toutes les matières",
        "connaissances" => "connaître les règles du Bac et de Parcoursup permet de décider à temps",
        "raisonnement" => "savoir ce qu’un document prouve, ou non, sert partout",
        "organisation" => "un temps bien réparti évite la fatigue et les oublis",
        _ => "c’est là qu’il reste le plus à gagner",
    }
}
