//! What of a question is about a course: greetings and words about people find no passage of one. Pure.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::{fold::fold, library::search, web::Role};

/// Words of conversation, which stand in courses by chance only.
const TALK: &str = "salut coucou bjr bsr beaucoup super cool genial bravo oki desole desolee pardon oups haha fatigue \
                    fatiguee content contente bonne journee soiree bientot demain hier";
/// Words of adults about students and the school: a tree has *enfants*, too.
const PEOPLE: &str = "enfant enfants fils fille filles garcon ado ados eleve eleves etudiant etudiante seance seances \
                      resultat resultats note notes progres progresse progresser progression niveau bilan bilans coach \
                      coachs parent parents famille prepare preparer preparation proposer propose point points faible \
                      faibles fort forts travaille travailler travail mois semaine";

static TALK_WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| TALK.split_whitespace().collect());
static PEOPLE_WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| PEOPLE.split_whitespace().collect());

/// The question without such words; nothing when no course is asked about.
pub(super) fn about_course(question: &str, role: Role) -> Option<String> {
    let is_talk = |word: &&str| {
        if word.contains("://") || word.starts_with("www.") {
            return true;
        }
        let plain: String = word.chars().filter(|sign| sign.is_alphanumeric()).flat_map(fold).collect();
        TALK_WORDS.contains(plain.as_str()) || (role != Role::Eleve && PEOPLE_WORDS.contains(plain.as_str()))
    };
    let rest = question.split_whitespace().filter(|word| !is_talk(word)).collect::<Vec<_>>().join(" ");
    search::says_something(&rest).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn greetings_and_questions_about_people_ask_about_no_course() {
        for talk in ["bonjour", "Merci beaucoup !", "salut, ça va ?", "ok super", "oui", "pourquoi ?", "à demain"] {
            assert_eq!(about_course(talk, Role::Eleve), None, "{talk}");
        }
        for talk in ["Comment va mon enfant ?", "Quels sont les points faibles de ma fille ?", "A-t-il progressé ?"] {
            assert_eq!(about_course(talk, Role::Parent), None, "{talk}");
        }
    }

    #[test]
    fn a_course_is_asked_about_in_the_words_of_the_question() {
        let asked = about_course("Combien d’enfants a un nœud ?", Role::Eleve);
        assert_eq!(asked.as_deref(), Some("Combien d’enfants a un nœud ?"));
        let asked = about_course("Prépare une séance sur les suites pour mon élève", Role::Coach);
        assert_eq!(asked.as_deref(), Some("une sur les suites pour mon"));
        let asked = about_course("les suites https://exemple.org/xyz ?", Role::Eleve);
        assert_eq!(asked.as_deref(), Some("les suites ?"));
    }
}
