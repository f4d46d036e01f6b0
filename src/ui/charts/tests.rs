//! Every chart: well-formed, honest numbers, nothing outside of the drawing.

use maud::Markup;
use proptest::prelude::*;

use super::*;

const BANDS: [Zone<'static>; 5] = [
    Zone { from: 0.0, to: 40.0, class: "prioritaire" },
    Zone { from: 40.0, to: 55.0, class: "fragile" },
    Zone { from: 55.0, to: 70.0, class: "stable" },
    Zone { from: 70.0, to: 85.0, class: "tres_solide" },
    Zone { from: 85.0, to: 100.0, class: "excellence" },
];

/// The markup, once its tags are balanced, no number is broken and no text starts outside of the drawing.
fn sound(chart: Markup) -> String {
    let html = chart.into_string();
    assert!(!html.contains("NaN") && !html.contains("inf") && !html.contains("style="), "{html}");
    let mut open = Vec::new();
    for tag in html.split('<').skip(1).map(|part| part.split('>').next().unwrap_or_default()) {
        match tag.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name), "{html}"),
            None => open.push(tag.split(' ').next().unwrap_or_default()),
        }
    }
    assert!(open.is_empty(), "{html}");
    for text in html.split("<text ").skip(1) {
        let x: f64 = text.split('"').nth(1).and_then(|x| x.parse().ok()).expect("x of a text");
        assert!((0.0..=320.0).contains(&x), "{text}");
    }
    html
}

fn bins(counts: &[i64]) -> Vec<Bin> {
    let width = 100.0 / counts.len() as f64;
    counts
        .iter()
        .enumerate()
        .map(|(at, count)| Bin { from: at as f64 * width, to: (at + 1) as f64 * width, count: *count })
        .collect()
}

#[test]
fn a_radar_has_its_title_its_sentence_and_its_numbers() {
    let html = sound(radar("Score par domaine", &[("Analyse", 62.0), ("Combinatoire", 40.5), ("Log & Exp", 81.0)]));
    assert!(html.contains("<title>Score par domaine</title>") && html.contains("role=\"img\""));
    assert!(html.contains("Le score le plus haut : Log &amp; Exp (81). Le plus bas : Combinatoire (40,5)."), "{html}");
    assert!(html.contains("<th scope=\"row\">Combinatoire</th><td class=\"num\">40,5</td>"));
}

#[test]
fn a_radar_bears_all_zero_all_full_and_too_few_domains() {
    let names = ["Méthodologie", "Connaissances", "Raisonnement", "Organisation"];
    for score in [0.0, 100.0] {
        let scores: Vec<(&str, f64)> = names.iter().map(|name| (*name, score)).collect();
        assert!(sound(radar("R", &scores)).contains("Le même score partout"));
    }
    assert!(!sound(radar("R", &[("Une", 1.0), ("Deux", 2.0)])).contains("polygon"));
    assert!(sound(radar("R", &[])).contains("Pas encore de score"));
    assert!(sound(radar("R", &[("A", f64::NAN), ("B", f64::INFINITY), ("C", -3.0)])).contains("partout : 0"));
}

#[test]
fn the_place_of_a_person_is_marked_in_its_column() {
    let you = You { at: 62.4, label: "tu es ici" };
    let html = sound(histogram("Cohorte", &bins(&[0, 1, 3, 8, 12, 20, 25, 14, 6, 2]), Some(you), &BANDS));
    assert!(
        html.contains("tu es ici</text>") && html.contains("91 élèves dans la cohorte ; tu es ici : 62,4."),
        "{html}"
    );
    assert_eq!(html.matches(" here\"").count(), 1);
    assert!(html.contains("<th scope=\"row\">60 à 70</th><td class=\"num\">25</td>"));
    assert!(!html.contains("<th scope=\"row\">0 à 10</th><td class=\"num\"></td>"));
}

#[test]
fn a_histogram_bears_one_column_an_empty_cohort_and_the_ends_of_the_scale() {
    for at in [0.0, 100.0, -5.0, 250.0, f64::NAN] {
        let you = You { at, label: "votre enfant est ici" };
        assert!(sound(histogram("C", &bins(&[4]), Some(you), &BANDS)).contains(" here\""), "{at}");
    }
    for empty in [bins(&[]), bins(&[0, 0, 0])] {
        let html = sound(histogram("C", &empty, Some(You { at: 50.0, label: "tu es ici" }), &BANDS));
        assert!(html.contains("Pas encore de résultat") && !html.contains("<svg"));
    }
}

#[test]
fn a_line_shows_its_uncertainty_only_when_all_points_have_one() {
    let point = |value: f64, between| Point { label: "nov.", value, between, note: "12 bilans".into() };
    let html = sound(line("Progression", &[point(50.0, Some((45.0, 55.0))), point(56.0, Some((52.0, 60.0)))]));
    assert!(html.contains("class=\"area\"") && html.contains("entre 52 et 60, 12 bilans"), "{html}");
    let html = sound(line("Progression", &[point(50.0, None), point(56.0, Some((52.0, 60.0)))]));
    assert!(!html.contains("class=\"area\""));
    assert!(sound(line("P", &[point(f64::NAN, None)])).contains("nov. : 0."));
    assert!(sound(line("P", &[])).contains("Pas encore"));
}

#[test]
fn columns_bear_nothing_zeros_and_long_names() {
    assert!(sound(columns("C", "Séances", &[])).contains("Rien à montrer"));
    let column = |label, value: f64| Column { label, value, shown: format!("{value}"), class: "", href: None };
    assert!(!sound(columns("C", "Séances", &[column("lun.", 0.0), column("mar.", 0.0)])).contains("<rect"));
    let html = sound(columns("C", "Séances", &[column("Une période au nom très long", 3.0), column("b", 1.0)]));
    assert!(html.contains("textLength") && html.contains("Le plus haut : Une période au nom très long (3)."), "{html}");
}

#[test]
fn a_bar_never_leaves_its_track() {
    for (score, width) in [(-4.0, "0"), (62.4, "62.4"), (400.0, "100"), (f64::NAN, "0")] {
        assert!(sound(bar(score)).contains(&format!("class=\"fill\" width=\"{width}\"")), "{score}");
    }
    assert!(sound(share(0, 0)).contains("class=\"fill\" width=\"0\""));
}

proptest! {
    #[test]
    fn any_scores_make_a_sound_radar(scores in prop::collection::vec(("[A-MO-Zb-hj-zéè &]{1,30}", -10.0..110.0f64), 0..9)) {
        let scores: Vec<(&str, f64)> = scores.iter().map(|(name, score)| (name.as_str(), *score)).collect();
        sound(radar("R", &scores));
    }

    #[test]
    fn any_cohort_makes_a_sound_picture(counts in prop::collection::vec(0i64..1_000_000, 0..40), at in -10.0..110.0f64) {
        sound(histogram("C", &bins(&counts), Some(You { at, label: "tu es ici" }), &BANDS));
    }

    #[test]
    fn any_months_make_a_sound_line(values in prop::collection::vec(any::<f64>(), 0..40)) {
        let points: Vec<Point> = values.iter().map(|value| Point { label: "janv. 27", value: *value, between: Some((*value, 100.0)), note: String::new() }).collect();
        sound(line("P", &points));
        let bars: Vec<Column> = values.iter().map(|value| Column { label: "janv. 27", value: *value, shown: "1 240".into(), class: "", href: None }).collect();
        sound(columns("C", "Séances", &bars));
    }
}
