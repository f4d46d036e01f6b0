//! How often a student has really tried the present exercise: the figure "tentatives: n" of the tutor's context.

/// Most that is counted; the tutor asks for two.
const MOST: usize = 9;
/// Words from which a reason ("parce que…") or an account ("j'ai fait…") is an answer and not a remark.
const REASONED: usize = 8;

/// Sayings that begin another exercise.
const OTHER_EXERCISE: [&str; 13] = [
    "autre exercice",
    "autre exo",
    "nouvel exercice",
    "nouveau exo",
    "exercice suivant",
    "exo suivant",
    "question suivante",
    "prochain exercice",
    "prochaine question",
    "passons à",
    "passe à la suite",
    "on change",
    "autre question",
];
/// Sayings that show one's own work.
const OWN_WORK: [&str; 21] = [
    "je trouve",
    "j'ai trouvé",
    "jai trouvé",
    "j'obtiens",
    "je tombe sur",
    "j'ai essayé",
    "jai essayé",
    "j'ai fait",
    "jai fait",
    "j'ai calculé",
    "j'ai écrit",
    "j'ai mis",
    "j'ai répondu",
    "j'ai utilisé",
    "j'ai appliqué",
    "j'ai dérivé",
    "ma réponse",
    "mon code",
    "mon plan",
    "ma thèse",
    "ma problématique",
];
/// Beginnings that announce one's own text: a question in it is part of it.
const OWN_TEXT: [&str; 4] = ["ma problématique", "mon plan", "ma thèse", "ma réponse"];
/// Sayings that give up.
const GIVING_UP: [&str; 7] =
    ["comprends pas", "comprends rien", "arrive pas", "y arrive pas", "marche pas", "sais pas", "aucune idée"];
/// Sayings that give reasons.
const REASONS: [&str; 9] =
    ["parce que", "parce qu'", "car ", "donc ", "puisque", "du coup ", "alors ", "on en déduit", "d'après"];
/// Sayings that only ask; own work may still stand beside them.
const ASKING: [&str; 16] = [
    "donne",
    "fais-le",
    "fais le",
    "réponds à",
    "résous",
    "résoudre",
    "calcule",
    "calculer",
    "comment",
    "pourquoi",
    "explique",
    "aide",
    "c'est quoi",
    "qu'est-ce",
    "peux-tu",
    "tu peux",
];

/// Real attempts of the student (`"user"`) since the last new exercise, from the turns of a conversation in order. A turn
/// counts when it has own work in it: an equality or a calculation, code, or an answer with its reason ("je trouve…",
/// "j’ai essayé… parce que…"). "Donne la réponse", "je sais pas", "ok" do not, nor does the same text sent again.
///
/// A guess by form: whether the work is honest or right is not judged, a copied wrong line counts, an attempt told
/// without any of these forms does not, and only the usual words ("exercice suivant", a pasted statement) begin another
/// exercise.
pub fn count_attempts(turns: &[(&str, &str)]) -> u8 {
    let said = turns.iter().filter(|(role, _)| *role == "user").map(|(_, text)| plain(text));
    let mut tried: Vec<String> = Vec::new();
    for text in said {
        if begins_exercise(&text) {
            tried.clear();
        } else if is_attempt(&text) && !tried.contains(&text) {
            tried.push(text);
        }
    }
    // Bounded, so it fits.
    u8::try_from(tried.len().min(MOST)).unwrap_or(u8::MAX)
}

fn plain(text: &str) -> String {
    text.to_lowercase().replace(['’', '‘'], "'").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn has(text: &str, sayings: &[&str]) -> bool {
    sayings.iter().any(|saying| text.contains(saying))
}

/// Another exercise is asked for, or a statement is pasted: "exercice 3 : on considère…", "soit f la fonction…".
fn begins_exercise(text: &str) -> bool {
    const STATEMENTS: [&str; 9] = [
        "soit ",
        "on considère",
        "on donne",
        "on pose ",
        "énoncé",
        "déterminer ",
        "démontrer que",
        "montrer que",
        "résoudre dans",
    ];
    let is_numbered = (text.starts_with("exercice ") || text.starts_with("exo ") || text.starts_with("ex "))
        && text.split(' ').nth(1).is_some_and(|word| word.starts_with(|letter: char| letter.is_ascii_digit()));
    let is_statement = STATEMENTS.iter().any(|start| text.starts_with(start));
    !has(text, &OWN_WORK) && (has(text, &OTHER_EXERCISE) || is_numbered || is_statement)
}

fn is_attempt(text: &str) -> bool {
    let is_own = has(text, &OWN_WORK);
    let asks = has(text, &ASKING) && !OWN_TEXT.iter().any(|start| text.starts_with(start));
    let words = text.split(' ').count();
    let reasons = has(&format!("{text} "), &REASONS) && words >= REASONED;
    let works = has_equality(text) || has_code(text);
    if text.ends_with('?') || asks {
        // "calcule 3x + 2 = 5" is the exercise, "j’ai essayé x = 2, pourquoi c’est faux ?" is work.
        return is_own && (works || has_figure(text) || reasons) || has_code(text) && words >= REASONED;
    }
    let tells = is_own && (has_figure(text) || words >= REASONED) && !has(text, &GIVING_UP);
    works || has_calculation(text) || tells || reasons
}

fn has_figure(text: &str) -> bool {
    text.contains(|letter: char| letter.is_ascii_digit())
}

/// Something on both sides of a sign of equality or order: "x = 3", "u(n+1) <= 2".
fn has_equality(text: &str) -> bool {
    let sides: Vec<&str> = text.split(['=', '≤', '≥', '≈', '⇔', '⟺', '→']).collect();
    let is_side = |side: &&str| side.contains(char::is_alphanumeric);
    sides.len() > 1 && sides.windows(2).any(|pair| is_side(&pair[0]) && is_side(&pair[1]))
}

/// Two figures or letters with an operation between: "3*4+2", "2x - 6", "-b/2a".
fn has_calculation(text: &str) -> bool {
    let signs: Vec<char> = text.chars().filter(|sign| !sign.is_whitespace()).collect();
    let is_operand = |sign: char| sign.is_ascii_digit() || sign == ')' || sign == '(' || sign == '√' || sign == 'π';
    has_figure(text)
        && signs.windows(3).any(|three| {
            matches!(three[1], '+' | '*' | '×' | '/' | '÷' | '^' | '−' | '-')
                && (is_operand(three[0]) || is_operand(three[2]))
                && (three[0].is_alphanumeric() || is_operand(three[0]))
                && (three[2].is_alphanumeric() || is_operand(three[2]))
        })
}

/// A block of code, or a line that only code has.
fn has_code(text: &str) -> bool {
    const CODE: [&str; 11] =
        ["```", "def ", "return ", "print(", "for i in", "while ", "import ", "select ", "range(", "len(", "append("];
    let marks = CODE.iter().filter(|mark| text.contains(**mark)).count();
    text.contains("```") || (marks > 0 && text.contains(['(', ':', '='])) || marks > 1
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORK: [&str; 16] = [
        "x = 3",
        "je trouve 12",
        "J’ai essayé avec le discriminant mais je tombe sur un négatif",
        "3*4+2",
        "f'(x) = 2x + 1",
        "j'obtiens u_1 = 5 et u_2 = 11",
        "def somme(l): return sum(l)",
        "```python\nfor i in range(3):\n    print(i)\n```",
        "elle est croissante parce que la dérivée est positive sur tout l'intervalle",
        "delta = 25 - 24 = 1 donc deux racines",
        "je trouve -2, c'est juste ?",
        "j'ai essayé x = 2, pourquoi c'est faux ?",
        "jai trouvé que la suite converge vers 0",
        "2x − 6 ≥ 0 ⇔ x ≥ 3",
        "c'est une métaphore car le poète compare la mer à un miroir sans outil",
        "ma problématique : comment Manon échappe au jugement du lecteur",
    ];
    const NONE: [&str; 16] = [
        "donne la réponse",
        "je sais pas",
        "ok",
        "j'ai pas compris",
        "merci !",
        "c'est quoi une dérivée ?",
        "résous 2x + 3 = 7",
        "calcule 3*4+2",
        "aide-moi pour f(x) = x² stp",
        "encore un indice",
        "??",
        "fais-le à ma place",
        "oui",
        "tu peux corriger ?",
        "j'ai essayé mais j'y arrive pas",
        "mon code marche pas du tout je sais pas pourquoi aide-moi stp",
    ];

    #[test]
    fn own_work_is_an_attempt_and_asking_is_none() {
        for (texts, count) in [(&WORK[..], 1), (&NONE[..], 0)] {
            for text in texts {
                assert_eq!(count_attempts(&[("user", text)]), count, "{text}");
            }
        }
    }

    #[test]
    fn attempts_are_counted_since_the_last_new_exercise() {
        let turns = [
            ("user", "Exercice 1 : résoudre x² = 4"),
            ("assistant", "Que donne x = 2 ?"),
            ("user", "je trouve 2"),
            ("user", "et x = -2"),
            ("user", "exercice suivant"),
            ("user", "je sais pas"),
            ("user", "j'ai essayé x = 1"),
        ];
        assert_eq!(count_attempts(&turns[..4]), 2);
        assert_eq!(count_attempts(&turns), 1);
        assert_eq!(count_attempts(&[]), 0);
    }

    #[test]
    fn the_same_text_again_and_what_the_tutor_wrote_are_no_attempt() {
        assert_eq!(count_attempts(&[("user", "x = 3"), ("user", "X  = 3"), ("assistant", "y = 4")]), 1);
    }

    #[test]
    fn a_pasted_statement_is_no_attempt() {
        let statement = "Soit f la fonction définie par f(x) = 3x + 2. Montrer que f est croissante.";
        assert_eq!(count_attempts(&[("user", "x = 3"), ("user", statement)]), 0);
    }
}
