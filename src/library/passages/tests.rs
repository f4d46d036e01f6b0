use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;

fn chars(body: &str, span: &Range<usize>) -> String {
    body.chars().skip(span.start).take(span.len()).collect()
}

/// What is always true of any text.
fn check(body: &str, pieces: &[Piece]) {
    let mut end = 0;
    for (ordinal, piece) in pieces.iter().enumerate() {
        assert_eq!(piece.ordinal, ordinal);
        assert_eq!(piece.body, chars(body, &piece.span), "the body is the text of the span");
        assert!(piece.span.start >= end, "in order");
        assert!(chars(body, &(end..piece.span.start)).trim().is_empty(), "nothing is lost");
        assert!(!piece.body.trim().is_empty() && piece.body.trim() == piece.body);
        assert_eq!(piece.tokens, tokens(piece.span.len()));
        assert!(piece.tokens <= CAP, "{} tokens", piece.tokens);
        end = piece.span.end;
    }
    assert!(body.chars().skip(end).all(char::is_whitespace), "nothing is lost at the end");
    for pair in pieces.windows(2) {
        let together = tokens(pair[1].span.end - pair[0].span.start);
        let short = pair.iter().any(|piece| piece.tokens < LEAST);
        assert!(!short || together > MOST, "two that could be one: {pair:?}");
    }
    let sections = sections(pieces);
    assert_eq!(sections.len(), pieces.last().map_or(0, |last| last.section + 1));
    for (at, section) in sections.iter().enumerate() {
        assert_eq!(section.section, at);
        assert!(section.tokens <= SECTION.most.max(2 * CAP));
    }
}

fn sheet_parts() -> impl Strategy<Value = String> {
    let words = "[a-zéèà]{2,9}( [a-zéèà’]{1,10}){3,60}";
    let formula = prop_oneof![Just("$f'(x) = 2x. 3$".to_owned()), "\\$[a-z]( [+=] [a-z0-9]){0,20}\\$"];
    let sentence = (words, formula, words).prop_map(|(one, formula, two)| format!("{one} {formula} {two}. "));
    let paragraph = prop::collection::vec(sentence, 1..12).prop_map(|it| it.concat());
    prop_oneof![
        "#{1,4} [A-Z][a-z]{2,20}",
        paragraph,
        "(- [a-z ]{3,200}\n){1,8}",
        "(\\| [a-z]{1,30} \\| [a-z]{1,30} \\|\n){2,20}",
        "\\$\\$\n[a-z]( [+=] [a-z]){1,40}\n\\$\\$",
        "```python\n([a-z]{1,20} = [0-9]{1,5}\n){1,40}```",
    ]
}

#[test]
fn what_is_cut_within_a_formula_has_no_space_at_its_ends() {
    let formula = format!("${} {}$", "x".repeat(4 * CAP - 1), "y".repeat(4 * CAP));
    check(&formula, &split(&formula, &[]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(160))]

    #[test]
    fn any_text_whatever_is_cut_without_losing_anything(body in "(\\PC|[ \n\t#|$`*.\\-]){0,3000}") {
        check(&body, &split(&body, &[]));
    }

    #[test]
    fn passages_of_a_sheet_have_the_wanted_length_and_cut_no_formula(parts in prop::collection::vec(sheet_parts(), 1..40)) {
        let body = parts.join("\n\n");
        let pieces = split(&body, &[]);
        check(&body, &pieces);
        for piece in &pieces {
            prop_assert!(piece.tokens <= MOST, "{} tokens: {}", piece.tokens, piece.body);
            prop_assert_eq!(piece.body.matches('$').count() % 2, 0, "a formula is cut: {}", &piece.body);
            prop_assert_eq!(piece.body.matches("```").count() % 2, 0, "code is cut: {}", &piece.body);
        }
    }
}

#[test]
fn a_passage_knows_the_titles_above_it_and_its_page() {
    let long = "Une phrase de cours, assez longue pour compter. ".repeat(20);
    let body = format!("# Dérivation\n\n{long}\n\n## Nombre dérivé\n\n{long}\n\n## Tangente\n\n{long}");
    let pieces = split(&body, &[0, body.chars().count() / 2]);
    let paths: Vec<String> = pieces.iter().map(|piece| piece.heading_path.join(" > ")).collect();
    assert_eq!(paths, ["Dérivation", "Dérivation > Nombre dérivé", "Dérivation > Tangente"]);
    assert_eq!(pieces.iter().map(|piece| piece.page).collect::<Vec<_>>(), [Some(1), Some(1), Some(2)]);
    assert_eq!(sections(&pieces).len(), 1);
    assert_eq!(sections(&pieces)[0].heading_path, ["Dérivation"]);
}

#[test]
fn a_title_is_never_the_end_of_a_passage() {
    let long = "Une phrase de cours, assez longue pour compter. ".repeat(22);
    let body = format!("{long}\n\n## Méthode\n\n{long}");
    let pieces = split(&body, &[]);
    assert!(pieces[1].body.starts_with("## Méthode"), "{pieces:?}");
}

#[test]
fn a_list_item_stays_whole_and_a_text_without_a_break_is_cut_at_the_cap() {
    let item = format!("- {}", "mot ".repeat(400));
    assert_eq!(split(&item, &[]).len(), 1);
    let solid = "é".repeat(4 * CAP * 2 + 1);
    assert_eq!(split(&solid, &[]).iter().map(|piece| piece.tokens).collect::<Vec<_>>(), [CAP, CAP, 1]);
}

#[test]
fn a_long_text_has_sections_of_its_own() {
    let chapter = |n: usize| format!("## Chapitre {n}\n\n{}", "Une phrase de cours, assez longue. ".repeat(110));
    let body = (1..=8).map(chapter).collect::<Vec<_>>().join("\n\n");
    let pieces = split(&body, &[]);
    let sections = sections(&pieces);
    assert!(sections.iter().all(|it| (800..=1200).contains(&it.tokens)), "{sections:?}");
    assert_eq!(sections.len(), 8);
    assert_eq!(sections[3].heading_path, ["Chapitre 4"]);
}

#[test]
fn hostile_texts_take_no_longer_than_others() {
    for bad in
        ["$", "`", "$$", "```\n", "- ", "- \n", "|\n", "# a\n", "\n", " ", "a ", "a. ", "1. a\n", "  - a\n", "~~~\n"]
    {
        let body = bad.repeat(100_000 / bad.len());
        let begun = Instant::now();
        check_only_cap(&split(&body, &[]));
        assert!(begun.elapsed() < Duration::from_secs(5), "{bad:?}: {:?}", begun.elapsed());
    }
}

fn check_only_cap(pieces: &[Piece]) {
    assert!(pieces.iter().all(|piece| piece.tokens <= CAP));
}
