//! The sentences of a result: strengths, weaknesses, what to do next, the level, lucidity (spec §1.3.7).
//!
//! Student and family read the same ones, so they address nobody. What was not measured is never a strength nor a
//! weakness, and nobody who admits not knowing is told to lack lucidity (decision 2).

use super::{CompetenceScore, DomainScore, Scored};
use crate::assessments::model::{RuleVersion, Subject};

/// From here, a strength.
const STRENGTH: i32 = 70;
/// Below, a weakness.
const WEAKNESS: i32 = 40;
/// Below, a domain of the general diagnostic gets its advice.
const GENERAL_ADVICE: i32 = 60;

/// Sentences and names in French.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Feedback {
    /// Names of domains and competences at 70 or more.
    pub strengths: Vec<String>,
    /// Names of domains and competences under 40.
    pub weaknesses: Vec<String>,
    /// What to do next, a sentence each; never empty.
    pub recommendations: Vec<String>,
    /// The level.
    pub diagnostic_text: String,
    /// How well what is known was told from what is not.
    pub lucidity_text: String,
}

impl Scored {
    /// The same with its sentences, written from the figures.
    pub(super) fn with_feedback(mut self, subject: Subject) -> Self {
        self.feedback = Feedback {
            strengths: self.names(true, |score| score >= STRENGTH),
            weaknesses: self.names(subject != Subject::General, |score| score < WEAKNESS),
            recommendations: recommendations(subject, &self),
            diagnostic_text: diagnostic_text(self.global_score).into(),
            lucidity_text: lucidity_text(&self).into(),
        };
        self
    }

    /// Names of the domains, then of the competences if wanted, that were measured and whose score is kept.
    fn names(&self, competences: bool, keep: impl Fn(i32) -> bool) -> Vec<String> {
        let domains = self.measured_domains().filter(|it| keep(it.score)).map(|it| it.label.clone());
        let competences = self.measured_competences().filter(|it| competences && keep(it.score));
        domains.chain(competences.map(|it| it.label.clone())).collect()
    }

    fn measured_domains(&self) -> impl Iterator<Item = &DomainScore> {
        self.domain_scores.iter().filter(|it| it.measured)
    }

    fn measured_competences(&self) -> impl Iterator<Item = &CompetenceScore> {
        self.competences.iter().filter(|it| it.measured)
    }
}

fn recommendations(subject: Subject, scored: &Scored) -> Vec<String> {
    let mut found = Vec::new();
    match subject {
        Subject::Maths | Subject::Nsi => programme_advice(scored, &mut found),
        Subject::General => general_advice(scored, &mut found),
    }
    if scored.lucidity_index.is_some_and(|it| it < 60) {
        found.push("Prendre l’habitude de répondre « je ne sais pas » quand on hésite : savoir ce qu’on ne sait pas encore, c’est savoir quoi réviser.".into());
    }
    if found.is_empty() {
        found.push(closing(subject, scored.global_score).into());
    }
    found
}

fn programme_advice(scored: &Scored, found: &mut Vec<String>) {
    if 4 * i64::from(scored.totals.nsp) >= i64::from(scored.totals.questions) {
        found.push("Revenir aux bases, chapitre par chapitre : plusieurs questions portaient sur des notions qui restent à découvrir ou à revoir.".into());
    }
    if scored.precision_index.is_some_and(|it| it < 50) {
        found.push(
            "Viser la justesse avant la vitesse : relire l’énoncé et vérifier chaque résultat avant de valider.".into(),
        );
    }
    if scored.global_score < 40 {
        found.push(SUPPORT.into());
    }
    let domains = scored.measured_domains().filter(|it| it.score < WEAKNESS);
    found.extend(domains.map(|it| format!("Travailler spécifiquement : {}", it.label)));
    let competences = scored.measured_competences().filter(|it| it.score < WEAKNESS);
    found.extend(competences.map(|it| format!("Travailler spécifiquement : {} ({})", it.label, exercise(&it.key))));
}

const SUPPORT: &str =
    "Se faire accompagner par un professeur pendant quelques semaines, pour repartir sur des bases solides.";

/// How to train a competence.
fn exercise(key: &str) -> &'static str {
    match key {
        "raisonnement" | "raisonner" => "rédiger chaque étape d’un problème et dire pourquoi elle est vraie",
        "calcul" => "de courtes séries de calculs sans calculatrice, un peu chaque jour",
        "abstraction" => "faire une figure ou un schéma avant de calculer",
        "restituer" => "apprendre les définitions et les formules en se testant sans le cours",
        "appliquer" => "refaire les exercices types du cours, sans regarder le corrigé",
        "logique" => "dérouler des algorithmes à la main, ligne par ligne",
        "syntaxe" => "écrire et faire tourner de petits programmes chaque semaine",
        "optimisation" => "comparer le coût de deux solutions d’un même problème",
        "debuggage" => "prévoir le résultat d’un programme avant de le lancer",
        _ => "s’y exercer un peu chaque semaine",
    }
}

fn general_advice(scored: &Scored, found: &mut Vec<String>) {
    let domains = scored.measured_domains().filter(|it| it.score < GENERAL_ADVICE);
    found.extend(domains.map(|it| format!("{} : {}.", it.label, habit(&it.domain))));
    if scored.global_score < 40 {
        found.push(SUPPORT.into());
    }
    if scored.confidence_index < 60 {
        found.push(
            "Plusieurs points restent à découvrir : en choisir deux ou trois, et en parler avec un professeur.".into(),
        );
    }
}

/// What to try in a domain of the general diagnostic.
fn habit(domain: &str) -> &'static str {
    match domain {
        "methodologie" => {
            "essayer une méthode de travail à la fois, par exemple se tester sans le cours avant un contrôle"
        }
        "connaissances" => {
            "faire le point sur les épreuves du Bac et sur Parcoursup avec un professeur ou sur les sites officiels"
        }
        "raisonnement" => "s’entraîner à dire ce qu’un document prouve, et ce qu’il ne prouve pas",
        "organisation" => "préparer sa semaine à l’avance, avec des séances courtes et régulières",
        _ => "y consacrer un moment chaque semaine",
    }
}

fn closing(subject: Subject, global: i32) -> &'static str {
    match (subject, global) {
        (Subject::General, _) => "Garder ces bonnes habitudes et les appliquer matière par matière.",
        (_, 80..) => "Continuer ainsi, et s’essayer à des problèmes plus exigeants pour aller plus loin.",
        (_, 60..) => "Consolider ces acquis par un entraînement régulier sur des sujets variés.",
        _ => "Revoir chaque semaine un chapitre et refaire ses exercices types, pour progresser pas à pas.",
    }
}

fn diagnostic_text(global: i32) -> &'static str {
    match global {
        80.. => "Excellent niveau : les notions évaluées sont maîtrisées.",
        60.. => "Bon niveau : l’essentiel est acquis, quelques points restent à consolider.",
        40.. => "Niveau correct : des bases sont là, un travail régulier sur les points fragiles fera la différence.",
        _ => {
            "Niveau à renforcer : reprendre les notions une par une, en commençant par les plus simples, est le bon point de départ."
        }
    }
}

fn lucidity_text(scored: &Scored) -> &'static str {
    match (scored.rule, scored.lucidity_index.unwrap_or(scored.confidence_index)) {
        (RuleVersion::V2, 80..) => "Très lucide : très peu de questions ont été laissées à « je ne sais pas ».",
        (RuleVersion::V2, 60..) => "Lucidité correcte : quelques « je ne sais pas » montrent ce qui reste à revoir.",
        (RuleVersion::V2, _) => {
            "Beaucoup de « je ne sais pas » : les reconnaître est honnête, et c’est une liste de notions à revoir."
        }
        (RuleVersion::V3, 80..) => {
            "Très lucide : presque chaque question a reçu une réponse juste ou un « je ne sais pas » assumé."
        }
        (RuleVersion::V3, 60..) => {
            "Lucidité correcte : le plus souvent, ce qui est su est bien distingué de ce qui ne l’est pas encore."
        }
        (RuleVersion::V3, _) if scored.totals.nsp > 0 => {
            "Des doutes ont été reconnus, et c’est précieux. D’autres réponses, données avec assurance, montrent des notions à revoir."
        }
        (RuleVersion::V3, _) => {
            "Lucidité à travailler : beaucoup de réponses étaient fausses sans qu’un doute soit signalé. Dire « je ne sais pas » aide à savoir quoi revoir."
        }
    }
}
