//! What stays and what is taken out, however a text is cut.

use proptest::prelude::*;

use super::*;

const BODY: &str = "Une suite est **arithmétique** si l’on passe d’un terme au suivant en ajoutant toujours la même constante, la raison.";

fn filter() -> Filter {
    let given = |tag: &str, body: &str| Given { tag: tag.into(), body: body.into(), citation: Citation::default() };
    let passages = [given("k3f9", BODY), given("m7aa", "La raison peut être négative : la suite décroît alors.")];
    Filter::new(passages.into(), vec!["Je crois que la suite est toujours croissante".into()])
}

fn whole(text: &str) -> (String, Vec<usize>, usize) {
    let mut filter = filter();
    let mut out = filter.push(text);
    out.push_str(&filter.finish());
    let cited = cited(&out);
    (out, cited, filter.dropped())
}

#[test]
fn a_tag_that_was_given_becomes_a_numbered_citation_and_another_is_dropped() {
    let (out, cited, dropped) =
        whole("On ajoute la raison [[k3f9]]. Elle vaut 2 [[zzzz]]. Encore [[m7aa]] et [[k3f9]].");
    assert_eq!(out, "On ajoute la raison〔1〕. Elle vaut 2. Encore〔2〕 et〔1〕.");
    assert_eq!((cited, dropped), (vec![0, 1], 1));
}

#[test]
fn a_true_quotation_stays_whatever_its_spaces_apostrophes_and_bold_words() {
    let quote = "« une suite est arithmétique si l'on passe d’un terme au suivant […] la même constante »";
    let (out, _, dropped) = whole(&format!("La fiche dit {quote} [[k3f9]]."));
    assert_eq!((out, dropped), (format!("La fiche dit {quote}〔1〕."), 0));
}

#[test]
fn a_quotation_that_stands_nowhere_is_taken_out() {
    let (out, _, dropped) = whole("La fiche dit « la raison est toujours strictement positive » [[k3f9]].");
    assert_eq!(out, format!("La fiche dit {TAKEN_OUT}〔1〕."));
    assert_eq!(dropped, 1);
    assert_eq!(whole("Tu dis « la suite est toujours croissante ».").2, 0);
    assert_eq!(whole("On appelle « suite » une liste.").0, "On appelle « suite » une liste.");
}

#[test]
fn a_quotation_leads_to_the_passage_where_it_stands() {
    let (_, cited, _) = whole("« La raison peut être négative » [[k3f9]].");
    assert_eq!(cited, [1]);
}

#[test]
fn lists_links_and_code_with_brackets_are_left_alone() {
    for text in ["t[0] = [1, 2]", "[x](y)", "m[[0, 1]]", "[[1, 2], [3, 4]]", "a [", "« ouvert"] {
        let expected = text.replace('«', "“");
        assert_eq!(whole(text).0, expected, "{text}");
    }
}

#[test]
fn the_sign_of_a_checked_citation_cannot_be_forged() {
    assert_eq!(whole("Vrai〔1〕.").0, "Vrai1.");
}

const TRUE: &str = "la raison peut être négative";
const FALSE: &str = "la raison est toujours strictement positive";

#[test]
fn quotations_between_curly_quotes_are_checked_as_those_between_guillemets() {
    assert_eq!(whole(&format!("La fiche dit “{TRUE}” [[k3f9]].")).0, format!("La fiche dit “{TRUE}”〔2〕."));
    assert_eq!(whole(&format!("La fiche dit “{FALSE}” [[k3f9]].")).0, format!("La fiche dit {TAKEN_OUT}〔1〕."));
    assert_eq!(whole("Tu dis “la suite est toujours croissante”.").2, 0);
    assert_eq!(whole("On appelle “suite” une liste, “ouverte").0, "On appelle “suite” une liste, \"ouverte");
}

#[test]
fn quotations_between_other_signs_are_checked_and_short_ones_when_a_tag_is_directly_behind() {
    for (open, close) in [("‹ ", " ›"), ("„", "“")] {
        let shown = |words: &str| whole(&format!("La fiche dit {open}{words}{close} [[k3f9]].")).0;
        assert_eq!(shown(TRUE), format!("La fiche dit {open}{TRUE}{close}〔2〕."));
        assert_eq!(shown(FALSE), format!("La fiche dit {TAKEN_OUT}〔1〕."));
    }
    assert_eq!(
        whole("La raison est « toujours positive ici » [[k3f9]].").0,
        format!("La raison est {TAKEN_OUT}〔1〕.")
    );
    let named = "On dit « toujours positive ici », et « la raison » [[k3f9]]";
    assert_eq!(whole(named).0, "On dit « toujours positive ici », et « la raison »〔1〕");
}

#[test]
fn a_block_quotation_that_stands_in_a_passage_stays_and_its_tag_leads_there() {
    let kept = [
        (format!("Lis :\n\n> {TRUE} [[k3f9]]\n\nFin."), format!("Lis :\n\n> {TRUE}〔2〕\n\nFin.")),
        (
            "> Une suite est arithmétique si l'on passe\n> d’un terme au suivant […] la même constante".into(),
            String::new(),
        ),
        (format!("> {TRUE}\n>\n> la même constante, la raison"), String::new()),
        (
            format!("> {TRUE}\n> — Fiche sur les suites, page 3 [[k3f9]]\n"),
            "> la raison peut être négative\n> — Fiche sur les suites, page 3〔2〕\n".into(),
        ),
        (format!("1. Lis :\n   > {TRUE}\n   > La suite décroît alors\n"), String::new()),
        ("> Je crois que la suite est toujours croissante\n\nC’est à vérifier.".into(), String::new()),
    ];
    for (text, expected) in kept {
        let expected = if expected.is_empty() { &text } else { &expected };
        let (out, _, dropped) = whole(&text);
        assert_eq!((&out, dropped), (expected, 0), "{text}");
    }
}

#[test]
fn a_block_quotation_that_stands_nowhere_is_taken_out_paragraph_by_paragraph() {
    let (out, cited, dropped) = whole(&format!("Lis :\n> {FALSE}\n> et toujours [[k3f9]]\n>\n> {TRUE}\n\nFin."));
    assert_eq!(out, format!("Lis :\n> {TAKEN_OUT}〔1〕\n>\n> {TRUE}\n\nFin."));
    assert_eq!((cited, dropped), (vec![0], 1));
    assert_eq!(whole(&format!("- a\n  >{FALSE} [[k3f9]]")).0, format!("- a\n  >{TAKEN_OUT}〔1〕"));
    assert_eq!(whole(&format!("> {FALSE}\n> — Fiche 3")).0, format!("> {TAKEN_OUT}\n> — Fiche 3"));
    // A dash alone makes no source of it, nor does a long line behind one.
    assert_eq!(whole(&format!("> — {FALSE} [[k3f9]]")).0, format!("> {TAKEN_OUT}〔1〕"));
    let long = format!("> {TRUE}\n> — {FALSE}, et {FALSE}, et {FALSE} [[k3f9]]");
    assert_eq!(whole(&long).0, format!("> {TAKEN_OUT}〔1〕"));
    // One that goes on for very long is not waited for: it is shown as words of the model's own.
    let long = format!("> {}\nFin", "mot ".repeat(600));
    assert_eq!(whole(&long).0, long[1..]);
}

#[test]
fn a_block_that_names_no_source_and_stands_nowhere_is_shown_as_plain_words() {
    let text = "1. Retiens :\n   > **À retenir** : une suite croissante\n   > n’est pas toujours majorée\n";
    let (out, _, dropped) = whole(text);
    assert_eq!(out, "1. Retiens :\n   **À retenir** : une suite croissante\n   n’est pas toujours majorée\n");
    assert_eq!(dropped, 0);
}

#[test]
fn a_quotation_that_was_shortened_after_an_accent_is_checked_like_others() {
    let body = "La fonction est majoré donc elle converge vers une limite où déjà tout est dit";
    let given = Given { tag: "k3f9".into(), body: body.into(), citation: Citation::default() };
    let mut filter = Filter::new([given].into(), Vec::new());
    let text = "« la fonction est majoré […] elle converge vers une limite où […] tout est dit »";
    assert_eq!(filter.push(text) + &filter.finish(), text);
    assert_eq!(filter.dropped(), 0);
}

#[test]
fn a_tag_inside_of_a_quotation_stands_behind_it() {
    assert_eq!(whole(&format!("On lit « {TRUE} [[k3f9]] ».")).0, format!("On lit « {TRUE} »〔2〕."));
    assert_eq!(whole(&format!("On lit « {FALSE} [[k3f9]] ».")).0, format!("On lit {TAKEN_OUT}〔1〕."));
    assert_eq!(whole("Le mot « raison [[k3f9]] » et « 〔2〕 ».").0, "Le mot « raison〔1〕 » et « 2 ».");
}

#[test]
fn what_follows_a_block_quotation_is_not_taken_into_it() {
    assert_eq!(whole(&format!("> {TRUE}\nEt donc\n")).0, format!("> {TRUE}\n\nEt donc\n"));
    assert_eq!(whole(&format!("> {TRUE}\n\nEt donc")).0, format!("> {TRUE}\n\nEt donc"));
}

#[test]
fn short_words_formulas_comparisons_and_code_are_no_block_quotations() {
    for text in [
        "> À retenir\n",
        "> $$u_n = u_0 + n \\times r$$\n",
        "> Donc : $u_{n+1} - u_n = r + 0 + 0$\n",
        "x > y et la raison est toujours strictement positive",
        "```python\n>>> print(1, 2, 3, 4, 5)\n> un deux trois quatre cinq\n```\n",
        "- ~~~ ou\n- ```sh\n  > un deux trois quatre cinq\n  ```\n",
    ] {
        assert_eq!(whole(text).0, text);
    }
    let behind = format!("```\nx\n```\n> {FALSE} [[k3f9]]\n> ```\n\n> {FALSE} [[k3f9]]");
    assert_eq!(whole(&behind).0, format!("```\nx\n```\n> {TAKEN_OUT}〔1〕\n\n> {TAKEN_OUT}〔1〕"));
}

#[test]
fn a_straight_quotation_with_a_tag_behind_it_is_checked() {
    let long_true = "La raison peut être négative : la suite décroît";
    assert_eq!(whole(&format!("Il est dit \"{long_true}\" [[k3f9]].")).0, format!("Il est dit \"{long_true}\"〔2〕."));
    for behind in [" ", "", ". ", "** ("] {
        let (out, _, dropped) = whole(&format!("Il est dit \"{FALSE}\"{behind}[[k3f9]]"));
        assert!(out.starts_with(&format!("Il est dit {TAKEN_OUT}")) && dropped == 1, "{out}");
    }
}

#[test]
fn straight_quotes_in_prose_code_and_formulas_are_left_alone() {
    for text in [
        "On dit \"If I had known, I would have come earlier\" : c’est un conditionnel passé.",
        "Tu peux écrire \"La fonction est dérivable sur R car elle est polynomiale\".",
        "Un écran de 15\" et un autre de 17\" coûtent bien plus cher que \"prévu\".",
        "Le signe \" ouvre une chaîne, et \"rien ne ferme celle-ci ici",
        "`print(\"un deux trois quatre cinq six sept\")` [0]",
        "```\nprint(\"un deux trois quatre cinq six sept\")\n```\n",
        "$\\text{\"un deux trois quatre cinq six sept\"}$",
    ] {
        assert_eq!(whole(text).0, text);
    }
    // Not even with a tag behind it.
    for text in
        ["`\"un deux trois quatre cinq six sept\" [[k3f9]]`", "$\"un deux trois quatre cinq six sept\" [[k3f9]]$"]
    {
        assert_eq!(whole(text).0, text.replace(" [[k3f9]]", "〔1〕"));
    }
}

#[test]
fn an_answer_that_is_gone_on_with_knows_that_it_is_in_code() {
    let text = format!("> {FALSE}\n```\n\n> {FALSE} [[k3f9]]");
    let mut filter = filter().after("Voici :\n```python\n");
    let out = filter.push(&text) + &filter.finish();
    assert_eq!(out, format!("> {FALSE}\n```\n\n> {TAKEN_OUT}〔1〕"));
}

#[test]
fn what_is_never_closed_does_not_wait_for_ever() {
    for open in ["« ", "“", "\"", "> ", "[[", "`", "\\"] {
        let mut filter = filter();
        let mut shown = filter.push(open).len();
        for _ in 0..500 {
            shown += filter.push("mots ").len();
        }
        assert!(shown > 2_500 - LONGEST_QUOTE - 8, "{open}: {shown}");
    }
}

/// Each way of cutting gives what the whole gives.
fn in_pieces(text: &str, cuts: Vec<usize>) -> String {
    let mut filter = filter();
    let (mut out, mut signs) = (String::new(), text.chars().peekable());
    for cut in cuts.into_iter().chain([usize::MAX]) {
        let piece: String = signs.by_ref().take(cut).collect();
        out.push_str(&filter.push(&piece));
    }
    out + &filter.finish()
}

/// Parts of answers: all that the filter decides about, words true and false, and much more than it waits for.
fn part() -> impl Strategy<Value = String> {
    let signs = [
        "« ",
        " »",
        "“",
        "”",
        "‹",
        "›",
        "„",
        "mots",
        "\"",
        "\"",
        "> ",
        ">",
        "\n",
        "\n",
        "\n> ",
        "\n\n",
        "```",
        "`",
        "~~~",
        "$",
        "$$",
        "\\",
        "— ",
        "[[k3f9]]",
        " [[m7aa]]",
        "[[nope]]",
        "[[",
        "]]",
        "[",
        ".",
        ". ",
        " ",
        "\u{a0}",
        "〔1〕",
        ")",
        "t[1]",
        "…",
        TRUE,
        FALSE,
    ];
    prop_oneof![20 => prop::sample::select(signs.to_vec()).prop_map(str::to_owned), 1 => Just("des mots ".repeat(170))]
}

proptest! {
    #[test]
    fn it_does_not_matter_where_the_pieces_are_cut(cuts in prop::collection::vec(1..30_usize, 0..60)) {
        let text = format!(
            "Voici [[k3f9]] et « {TRUE} » [[m7aa]], puis [[nope]] ou t[1].\n« {FALSE} » fin “{TRUE}” [[k3f9]] ou “{FALSE}”.\n\
             > {TRUE} [[k3f9]]\n>\n> {FALSE}\n> — Fiche\nEt \"{FALSE}\" [[k3f9]], `\"{FALSE}\" [[k3f9]]`.\n```py\n> {FALSE}\n```\n[[k3"
        );
        prop_assert_eq!(in_pieces(&text, cuts), whole(&text).0);
    }

    #[test]
    fn nor_does_it_in_any_text(
        parts in prop::collection::vec(part(), 0..24), cuts in prop::collection::vec(1..40_usize, 0..80),
    ) {
        let text = parts.concat();
        prop_assert_eq!(in_pieces(&text, cuts), whole(&text).0);
    }

    #[test]
    fn a_false_quotation_is_never_shown_as_one(
        parts in prop::collection::vec(prop::sample::select(vec!["Voici", " ", "\n\n", ". ", "[[k3f9]]", "« suite »", "$x$"]), 0..12),
        quotation in prop::sample::select(vec![format!("« {FALSE} »"), format!("“{FALSE}”"), format!("\n> {FALSE} [[k3f9]]\n")]),
    ) {
        let text = format!("{}{quotation}{}", parts.concat(), parts.concat());
        prop_assert!(!whole(&text).0.contains(FALSE));
    }
}
