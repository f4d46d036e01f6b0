//! Masks on people, contacts and figures, and for any text and any cutting.

use proptest::prelude::*;

use super::*;

fn people() -> Vec<Known<'static>> {
    let known = |role_label, first_name, last_name| Known { first_name, last_name, role_label, ..Known::default() };
    vec![
        Known {
            email: Some("sami.benali@mail.tn"),
            phone: Some("+216 98 123 456"),
            ..known("ELEVE", "Sami", "Ben Ali")
        },
        Known {
            email: Some("Lea.O@exemple.fr"), phone: Some("06 12 34 56 78"), ..known("PARENT", "Léa", "O’Brien")
        },
        known("ELEVE", "Rose", "Dupont"),
        known("COACH", "Jean-Noël", "Petit"),
    ]
}

fn masked(text: &str) -> String {
    Masks::new(&people()).mask(text)
}

#[test]
fn a_name_is_masked_in_either_order_and_alone_whatever_its_case_and_accents() {
    for text in ["Sami Ben Ali", "BEN ALI Sami", "sami", "Ben Ali", "sami.benali", "SAMI BEN-ALI"] {
        assert_eq!(masked(text), "⟦ELEVE_1⟧", "{text}");
    }
    for text in ["Lea O'Brien", "léa", "LE\u{301}A", "Lea"] {
        assert_eq!(masked(text), "⟦PARENT_1⟧", "{text}");
    }
    assert_eq!(masked("Salut jean noel, dit M. Jean-Noël Petit"), "Salut ⟦COACH_1⟧, dit M. ⟦COACH_1_2⟧");
}

#[test]
fn only_whole_words_are_names() {
    for text in ["Samira", "le samizdat", "baléa", "alibi"] {
        assert_eq!(masked(text), text);
    }
}

#[test]
fn a_name_that_is_a_word_is_one_inside_a_sentence_with_a_capital_or_with_the_last_name() {
    assert_eq!(
        masked("Et Rose a réussi. Rose est une fleur, une rose."),
        "Et ⟦ELEVE_2⟧ a réussi. Rose est une fleur, une rose."
    );
    assert_eq!(masked("Rose Dupont, rose dupont"), "⟦ELEVE_2⟧, ⟦ELEVE_2_2⟧");
    assert_eq!(masked("un petit effort"), "un petit effort");
}

#[test]
fn emails_and_phones_are_masked_known_or_not() {
    assert_eq!(masked("écris à SAMI.benali@mail.tn."), "écris à ⟦COURRIEL_1⟧.");
    assert_eq!(masked("x@y.org puis a.b+c@d-e.fr, x@y.org"), "⟦COURRIEL_1⟧ puis ⟦COURRIEL_2⟧, ⟦COURRIEL_1⟧");
    for phone in ["+216 98 123 456", "98123456", "98.123.456", "0021698123456", "0612345678", "+33 (0)6 12 34 56 78"] {
        assert_eq!(masked(&format!("mon tel {phone}, ok")), "mon tel ⟦TELEPHONE_1⟧, ok", "{phone}");
    }
    for phone in ["01 40 20 50 50", "+49 30 901820", "22 333 444", "71234567"] {
        assert_eq!(masked(phone), "⟦TELEPHONE_1⟧", "{phone}");
    }
}

#[test]
fn the_figures_of_an_exercise_stay_readable() {
    for text in [
        "3.14159265",
        "x = 12345678",
        "22 333 444 + 1",
        "12 345 678 habitants",
        "0,12345678",
        "1 2 3 4 5 6 7 8",
        "2^10 = 1024",
        "f(20000001) = 3",
        "25 600 000 habitants",
        "u@v",
        "2026-11-26",
    ] {
        assert_eq!(masked(text), text);
    }
}

#[test]
fn a_mark_that_somebody_typed_does_not_become_a_name() {
    let mut masks = Masks::new(&people());
    let sent = masks.mask("Sami écrit ⟦ELEVE_1⟧ et ⟦⟧");
    assert_eq!(sent, "⟦ELEVE_1⟧ écrit ⟦_⟧ELEVE_1⟧ et ⟦_⟧⟧");
    assert_eq!(masks.unmask(&sent), "Sami écrit ⟦ELEVE_1⟧ et ⟦⟧");
}

#[test]
fn a_mark_that_was_never_given_stays_as_the_model_wrote_it() {
    let mut masks = Masks::new(&people());
    masks.mask("Sami");
    assert_eq!(masks.unmask("⟦ELEVE_7⟧ ⟦ELEVE_1 ⟦ELEVE_1⟧ ⟦"), "⟦ELEVE_7⟧ ⟦ELEVE_1 Sami ⟦");
}

#[test]
fn a_stream_shows_no_half_mark_and_keeps_nothing_back_at_its_end() {
    let mut masks = Masks::new(&people());
    masks.mask("Sami");
    let mut unmasker = masks.unmasker();
    let shown: Vec<String> =
        ["Bravo ⟦EL", "EVE", "_1", "⟧ !", " ⟦EL"].iter().map(|piece| unmasker.feed(piece)).collect();
    assert_eq!(shown, ["Bravo ", "", "", "Sami !", " "]);
    assert_eq!(unmasker.finish(), "⟦EL");
}

/// Texts in which names, contacts and signs of marks are frequent.
fn text() -> impl Strategy<Value = String> {
    let pieces = [
        "Sami",
        "ben ali",
        "Léa",
        "O’Brien",
        "Rose",
        "Dupont",
        "sami.benali@mail.tn",
        "lea.o@EXEMPLE.fr",
        "+216 98 123 456",
        "98123456",
        "06.12.34.56.78",
        "0033612345678",
        " ",
        ". ",
        "-",
        "@",
        "é",
        "⟦",
        "⟧",
        "ELEVE_1",
        "_",
        "1",
        "\n",
        "+",
        "x",
    ];
    let piece = prop_oneof![3 => prop::sample::select(pieces.to_vec()).prop_map(str::to_owned), 1 => "\\PC{0,3}"];
    prop::collection::vec(piece, 0..20).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn unmasking_what_was_masked_gives_the_text_back(text in text()) {
        let mut masks = Masks::new(&people());
        let sent = masks.mask(&text);
        prop_assert_eq!(masks.unmask(&sent), text);
    }

    #[test]
    fn a_stream_is_unmasked_as_the_whole_wherever_it_is_cut(sent in text(), cuts in prop::collection::vec(0..200_usize, 0..12)) {
        let mut masks = Masks::new(&people());
        let sent = masks.mask(&sent) + &sent;
        let mut unmasker = masks.unmasker();
        let mut shown = String::new();
        let mut rest = &*sent;
        for cut in cuts {
            let cut = rest.char_indices().map(|(at, _)| at).nth(cut % 9).unwrap_or(rest.len());
            shown += &unmasker.feed(&rest[..cut]);
            rest = &rest[cut..];
        }
        shown += &unmasker.feed(rest);
        shown += &unmasker.finish();
        prop_assert_eq!(shown, masks.unmask(&sent));
    }

    #[test]
    fn no_known_email_or_phone_leaves(text in text()) {
        let sent = masked(&text).to_lowercase();
        for known in ["sami.benali@mail.tn", "lea.o@exemple.fr", "98123456", "98 123 456", "612345678", "6.12.34.56.78"] {
            prop_assert!(!sent.contains(known), "{}: {}", known, sent);
        }
    }
}
