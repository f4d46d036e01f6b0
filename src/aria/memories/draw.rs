//! Reads what the model proposes to remember. Pure, and strict: what is not clearly a memory about learning is left out.

use serde::Deserialize;

use super::{Kind, LONGEST};

/// A memory to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// What kind.
    pub kind: Kind,
    /// What is remembered.
    pub content: String,
    /// How long, in days.
    pub days: i64,
}

/// Memories of one conversation.
const MOST: usize = 5;
/// Life when the model says none.
const DAYS: i64 = 30;

/// Words that have no place in a memory about learning: health, family, feelings, beliefs, bodies. The prompt forbids
/// them; what slips through is left out here.
const PRIVATE: [&str; 40] = [
    "malad",
    "santé",
    "médic",
    "médec",
    "psy",
    "dépress",
    "anxi",
    "angoiss",
    "stress",
    "trouble",
    "handicap",
    "tdah",
    "dyslex",
    "dyspra",
    "autis",
    "divorc",
    "sépar",
    "parents",
    "père",
    "mère",
    "frère",
    "sœur",
    "soeur",
    "famille",
    "relig",
    "musulman",
    "chrétien",
    "juif",
    "ramadan",
    "église",
    "mosquée",
    "politique",
    "amoureu",
    "copain",
    "copine",
    "sexe",
    "sexuel",
    "suicid",
    "drogue",
    "alcool",
];

#[derive(Deserialize)]
struct Proposed {
    kind: String,
    content: String,
    #[serde(default)]
    days: Option<i64>,
}

/// The memories in an answer of the model; nothing when it is not the list that was asked for.
pub fn read(answer: &str) -> Vec<Drawn> {
    let (Some(start), Some(end)) = (answer.find('['), answer.rfind(']')) else { return Vec::new() };
    if end < start {
        return Vec::new();
    }
    let proposed: Vec<Proposed> = serde_json::from_str(&answer[start..=end]).unwrap_or_default();
    proposed.into_iter().filter_map(keep).take(MOST).collect()
}

fn keep(one: Proposed) -> Option<Drawn> {
    let kind = Kind::parse(one.kind.trim().to_uppercase().as_str())?;
    let content = one.content.split_whitespace().collect::<Vec<_>>().join(" ");
    let length = content.chars().count();
    let lower = content.to_lowercase();
    let private = PRIVATE.iter().any(|word| lower.split(|c: char| !c.is_alphabetic()).any(|it| it.starts_with(word)));
    if !(8..=LONGEST).contains(&length) || private || content.contains(['<', '>', '⟦', '{']) {
        return None;
    }
    let days = one.days.unwrap_or(DAYS).clamp(1, kind.most_days());
    Some(Drawn { kind, content, days })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_wherever_it_stands_in_the_answer() {
        let answer = "Voici :\n```json\n[{\"kind\":\"semantic\",\"content\":\"Confond  produit et somme des racines\",\"days\":900}]\n```";
        let drawn = read(answer);
        let content = "Confond produit et somme des racines".to_owned();
        assert_eq!(drawn, [Drawn { kind: Kind::Semantic, content, days: 180 }]);
    }

    #[test]
    fn nonsense_is_no_memory() {
        for answer in
            ["", "rien", "[]", "]x[", "[{\"kind\":\"X\",\"content\":\"abcdefghij\"}]", "[1, 2]", "{\"kind\":\"PLAN\"}"]
        {
            assert_eq!(read(answer), [], "{answer}");
        }
    }

    #[test]
    fn what_is_private_is_left_out_even_when_the_model_proposes_it() {
        for content in [
            "Ses parents divorcent cette année",
            "A un trouble de l’attention diagnostiqué",
            "Jeûne pendant le ramadan en révisant",
            "<script>alert(1)</script> retenir",
        ] {
            let answer = format!("[{{\"kind\":\"SEMANTIC\",\"content\":\"{content}\"}}]");
            assert_eq!(read(&answer), [], "{content}");
        }
    }

    #[test]
    fn five_at_most_are_kept_from_one_conversation() {
        let one = "{\"kind\":\"PLAN\",\"content\":\"Refaire les exercices du chapitre\"}";
        assert_eq!(read(&format!("[{}]", [one; 9].join(","))).len(), 5);
    }
}
