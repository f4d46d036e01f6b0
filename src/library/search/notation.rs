//! Formulas as words, where signs make the difference: f' and (uv)', x², u_{n+1}, P(A|B), P_A(B), P(A∩B), 0.1. The same as
//! `library_notation` in the database, which reads the passages: both change together. A space is one of ASCII, as there.

use std::sync::LazyLock;

use regex::Regex;

/// What is written, and the words for it.
const RULES: [(&str, &str); 6] = [
    (r"(?i)\b{start}(p_\{?[a-z]\}?\(|p\([ \t\n\r\f\v]*[a-z][ \t\n\r\f\v]*(\||\\mid|sachant))", " sachant "),
    (r"(?i)\b{start}p\([ \t\n\r\f\v]*[a-z][ \t\n\r\f\v]*(∩|\\cap|inter)", " inter "),
    (r"(?i)\b{start}([a-z])[_(]\{?[ \t\n\r\f\v]*n[ \t\n\r\f\v]*\+[ \t\n\r\f\v]*1", " $1 nplus1 "),
    (r"(?i)\^[ \t\n\r\f\v]*\{?\(?-?([a-z0-9])", " puissance$1 "),
    (r"(?i)(\b{start}[fghuvy]|\))['’′]", "$1 prime "),
    (r"([0-9])[.,]([0-9])", "${1}v$2"),
];

/// None when one of them is wrong: a test says so.
static READ: LazyLock<Vec<(Regex, &str)>> =
    LazyLock::new(|| RULES.iter().filter_map(|(written, words)| Some((Regex::new(written).ok()?, *words))).collect());

/// The text with its formulas as words.
pub(super) fn in_words(text: &str) -> String {
    let text = text.replace('²', "^2").replace('³', "^3");
    READ.iter().fold(text, |text, (written, words)| written.replace_all(&text, *words).into_owned())
}

#[cfg(test)]
mod tests {
    use proptest::strategy::{Strategy as _, ValueTree as _};

    use super::*;
    use crate::testing::TestApp;

    #[tokio::test]
    async fn a_question_is_read_as_the_passages_are() {
        assert_eq!(READ.len(), RULES.len(), "every rule is one");
        let app = TestApp::new().await;
        let signs = "[a-cfnpuvxyP(){}_^²³ \u{a0}\u{202f}'’|∩+.,0-9é\\\\]{0,24}";
        let mut runner = proptest::test_runner::TestRunner::deterministic();
        let mut texts: Vec<String> = [
            "x² + x^{n+1}",
            "u_{n+1} et u(n+1)",
            "P(A|B), p(a \\mid b), P_A(B), P_{A}(B)",
            "P(A ∩ B) ou p(a inter b)",
            "f'(x), (uv)', l’aire, d'une, f’’",
            "0.1 + 0,2",
            "2^(-x)",
            "exp(p(b)u(n +1)",
            "P(A\u{a0}∩ B), u_{n\u{202f}+ 1}, u_n\u{a0}",
        ]
        .map(str::to_owned)
        .to_vec();
        for _ in 0..400 {
            texts.push(signs.new_tree(&mut runner).expect("a text").current());
        }
        let theirs = sqlx::query_scalar!(
            r#"select library_notation(t) as "text!" from unnest($1::text[]) with ordinality q (t, at) order by at"#,
            &texts
        );
        let theirs = theirs.fetch_all(&app.ctx.pool).await.expect("texts");
        for (text, theirs) in texts.iter().zip(theirs) {
            assert_eq!(in_words(text), theirs, "{text}");
        }
    }
}
