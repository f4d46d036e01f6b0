//! Parsing, look-ups, and the embedded banks against the tables of spec §1.2.

use super::{check::problems, *};

const HEADER: &str = r#"
subject = "MATHS"
title = "Essai"
minutes = 30
date = "2026-11-20"
editions = [{ id = "essai_v1", grade = "PREMIERE" }]
domains = [{ key = "un", label = "Un", title = "Un" }, { key = "deux", label = "Deux", title = "Deux" }]
"#;

/// A file of one question.
fn file(domain: &str, id: &str, key: &str) -> String {
    format!(
        r#"
domain = "{domain}"
skills = {{ compter = "Compter" }}
[[questions]]
id = "{id}"
weight = 2
competence = "Appliquer"
topic = "Somme"
skills = ["compter"]
text = '''$1+1$ ?'''
key = "{key}"
options = {{ a = "1", b = "2", c = "3", d = "4" }}
explanation = "On compte."
why = {{ a = "non", c = "non", d = "non" }}
"#
    )
}

fn parse(files: &[(&str, String)]) -> Result<Bank, String> {
    let files: Vec<_> = files.iter().map(|(name, text)| ((*name).to_owned(), text.clone())).collect();
    Bank::parse("essai", &files).map_err(|error| error.to_string())
}

#[test]
fn questions_come_in_domain_order_whatever_the_files_are_called() {
    let files = [("z.toml", file("un", "U1", "b")), ("a.toml", file("deux", "D1", "b")), ("bank.toml", HEADER.into())];
    let bank = parse(&files).unwrap();
    assert_eq!(bank.questions.iter().map(|it| it.id.as_str()).collect::<Vec<_>>(), ["U1", "D1"]);
    let first = &bank.questions[0];
    assert_eq!((first.key, first.right_option(), first.domain.as_str()), (1, "b", "un"));
    assert_eq!(first.why.each_ref().map(Option::is_some), [true, false, true, true]);
    assert_eq!((bank.minutes, bank.editions[0].grade), (30, Grade::Premiere));
    assert_eq!(bank.skill("compter").unwrap().domain, "un");
    assert!(bank.method_domain().is_none());
}

#[test]
fn a_folder_that_cannot_be_scored_is_refused_with_the_file_and_the_reason() {
    let header = ("bank.toml", HEADER.to_owned());
    let refused = |files: &[(&str, String)]| parse(files).unwrap_err();
    assert_eq!(refused(&[("un.toml", file("un", "U1", "a"))]), "essai: no bank.toml");
    let lonely = refused(&[header.clone(), ("un.toml", file("un", "U1", "a"))]);
    assert_eq!(lonely, "essai: the domain «deux» has no question");
    let stranger = refused(&[header.clone(), ("x.toml", file("trois", "T1", "a"))]);
    assert!(stranger.starts_with("essai/x.toml: the domain «trois»"), "{stranger}");
    let twice = refused(&[header.clone(), ("x.toml", file("un", "T1", "a")), ("y.toml", file("un", "T2", "a"))]);
    assert!(twice.starts_with("essai/y.toml: the domain «un»"), "{twice}");
    let no_option = refused(&[header.clone(), ("x.toml", file("un", "U1", "e"))]);
    assert!(no_option.starts_with("essai/x.toml: ") && no_option.contains("unknown variant"), "{no_option}");
    let misspelt = refused(&[header, ("x.toml", file("un", "U1", "a").replace("explanation", "explication"))]);
    assert!(misspelt.contains("explication"), "{misspelt}");
    let empty = HEADER.replace("[{ id = \"essai_v1\", grade = \"PREMIERE\" }]", "[]");
    assert_eq!(refused(&[("bank.toml", empty)]), "essai: no domain or no edition");
}

#[test]
fn every_embedded_bank_is_sound() {
    let mut faults = Vec::new();
    for bank in banks() {
        faults.extend(problems(bank).into_iter().map(|fault| format!("{}: {fault}", bank.id)));
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn ids_of_questions_and_editions_are_unique_among_all_banks() {
    let all = banks().iter().flat_map(|bank| &bank.questions).map(|it| &it.id);
    let mut ids: Vec<_> = all.chain(editions().map(|it| &it.edition.id)).collect();
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count);
}

#[test]
fn an_edition_is_found_by_its_id_and_by_its_combination() {
    let found = |subject, grade| for_combination(subject, grade).map(|it| it.edition.id.as_str());
    assert_eq!(found(Subject::Maths, Grade::Terminale), Some("maths_terminale_spe_v1"));
    assert_eq!(found(Subject::Maths, Grade::Premiere), Some("maths_premiere_default"));
    assert_eq!(found(Subject::General, Grade::Premiere), Some("general_premiere_default"));
    assert_eq!(found(Subject::General, Grade::Terminale), Some("general_terminale_default"));
    assert_eq!(found(Subject::Nsi, Grade::Terminale), Some("nsi_terminale_default"));
    assert_eq!(found(Subject::Nsi, Grade::Premiere), None);
    let maths = find("maths_terminale_spe_v1").unwrap();
    assert_eq!((maths.bank.id.as_str(), maths.bank.subject), ("maths_terminale_spe_v1", Subject::Maths));
    assert_eq!(maths.edition.grade, Grade::Terminale);
    assert!(find("maths_terminale_spe_v0").is_none());
    assert!(bank(&maths.bank.id).is_some());
}

/// Spec §1.2.4: domain in canonical order, prefix of the ids, and the weights of questions 01, 02…
const MATHS_TERMINALE: [(&str, &str, &str); 5] = [
    ("analyse", "MATH-ANA", "121232123213"),
    ("combinatoire", "MATH-COMB", "123213"),
    ("geometrie", "MATH-GEO", "1223122313"),
    ("logExp", "MATH-LOG", "1122231233"),
    ("probabilites", "MATH-PROB", "121212231323"),
];

#[test]
fn the_terminale_bank_has_the_ids_and_weights_of_the_record() {
    let bank = bank("maths_terminale_spe_v1").unwrap();
    let expected: Vec<_> = MATHS_TERMINALE
        .iter()
        .flat_map(|(domain, prefix, weights)| {
            weights.bytes().zip(1..).map(move |(weight, n)| (*domain, format!("{prefix}-{n:02}"), weight - b'0'))
        })
        .collect();
    let actual: Vec<_> = bank.questions.iter().map(|it| (it.domain.as_str(), it.id.clone(), it.weight)).collect();
    assert_eq!(actual, expected);
    let keys: Vec<_> = bank.domains.iter().map(|it| it.key.as_str()).collect();
    assert_eq!(keys, MATHS_TERMINALE.map(|it| it.0));
}

#[test]
fn the_terminale_bank_has_50_questions_for_98_points_and_60_minutes() {
    let bank = bank("maths_terminale_spe_v1").unwrap();
    let of_weight = |weight| bank.questions.iter().filter(|it| it.weight == weight).count();
    assert_eq!([1, 2, 3].map(of_weight), [16, 20, 14]);
    assert_eq!(bank.questions.iter().map(|it| u32::from(it.weight)).sum::<u32>(), 98);
    let sizes: Vec<_> =
        bank.domains.iter().map(|it| bank.questions.iter().filter(|q| q.domain == it.key).count()).collect();
    assert_eq!(sizes, [12, 6, 10, 10, 12]);
    assert_eq!(bank.minutes, 60);
}

#[test]
fn in_the_terminale_bank_the_right_option_is_always_a_and_the_competence_follows_the_weight() {
    for question in &bank("maths_terminale_spe_v1").unwrap().questions {
        assert_eq!(question.right_option(), "a", "{}", question.id);
        let competence = ["Restituer", "Appliquer", "Raisonner"][usize::from(question.weight) - 1];
        assert_eq!(question.competence, competence, "{}", question.id);
    }
}

/// Domain in canonical order, prefix of the ids, and the weights of questions 01, 02…
const MATHS_PREMIERE: [(&str, &str, &str); 6] = [
    ("suites", "MATHP-SUI", "112233"),
    ("secondDegre", "MATHP-DEG", "112233"),
    ("derivation", "MATHP-DER", "112233"),
    ("expTrigo", "MATHP-EXP", "112223"),
    ("geometrie", "MATHP-GEO", "112223"),
    ("probabilites", "MATHP-PROB", "112233"),
];

#[test]
fn the_premiere_bank_has_six_questions_a_domain_for_70_points_and_45_minutes() {
    let bank = find("maths_premiere_default").unwrap().bank;
    assert_eq!((bank.id.as_str(), bank.subject, bank.minutes), ("maths_premiere_spe_v1", Subject::Maths, 45));
    let rows = MATHS_PREMIERE.iter().flat_map(|(domain, prefix, weights)| {
        weights.bytes().zip(1..).map(move |(weight, n)| (*domain, format!("{prefix}-{n:02}"), weight - b'0'))
    });
    assert!(rows.eq(bank.questions.iter().map(|it| (it.domain.as_str(), it.id.clone(), it.weight))));
    assert!(bank.domains.iter().map(|it| it.key.as_str()).eq(MATHS_PREMIERE.map(|it| it.0)));
    assert_eq!(bank.questions.iter().map(|it| u32::from(it.weight)).sum::<u32>(), 70);
}

#[test]
fn in_the_premiere_bank_the_right_options_are_spread_and_the_competence_follows_the_weight() {
    let bank = bank("maths_premiere_spe_v1").unwrap();
    let of_key = |key| bank.questions.iter().filter(|it| it.key == key).count();
    assert_eq!([0, 1, 2, 3].map(of_key), [9; 4]);
    for question in &bank.questions {
        let competence = ["Restituer", "Appliquer", "Raisonner"][usize::from(question.weight) - 1];
        assert_eq!(question.competence, competence, "{}", question.id);
        assert!(question.hint.is_some(), "{}", question.id);
    }
}

/// Spec §1.2.5: id, domain, weight, competence, right option.
const GENERAL: [(&str, &str, u8, &str, &str); 15] = [
    ("GEN-METH-01", "methodologie", 1, "Organisation", "b"),
    ("GEN-METH-02", "methodologie", 2, "Planification", "c"),
    ("GEN-METH-03", "methodologie", 2, "Auto-évaluation", "a"),
    ("GEN-METH-04", "methodologie", 1, "Organisation", "a"),
    ("GEN-CONN-01", "connaissances", 1, "Culture générale", "b"),
    ("GEN-CONN-02", "connaissances", 2, "Compréhension", "a"),
    ("GEN-CONN-03", "connaissances", 1, "Culture générale", "b"),
    ("GEN-CONN-04", "connaissances", 2, "Compréhension", "a"),
    ("GEN-RAIS-01", "raisonnement", 2, "Analyse", "a"),
    ("GEN-RAIS-02", "raisonnement", 3, "Argumentation", "b"),
    ("GEN-RAIS-03", "raisonnement", 2, "Logique", "b"),
    ("GEN-RAIS-04", "raisonnement", 3, "Synthèse", "b"),
    ("GEN-ORG-01", "organisation", 1, "Gestion du temps", "a"),
    ("GEN-ORG-02", "organisation", 2, "Priorisation", "a"),
    ("GEN-ORG-03", "organisation", 1, "Concentration", "a"),
];

#[test]
fn the_general_diagnostic_has_the_table_of_the_record_and_20_minutes() {
    let bank = for_combination(Subject::General, Grade::Premiere).unwrap().bank;
    let row = |it: &'static Question| {
        (it.id.as_str(), it.domain.as_str(), it.weight, it.competence.as_str(), it.right_option())
    };
    assert_eq!(bank.questions.iter().map(row).collect::<Vec<_>>(), GENERAL);
    assert_eq!(bank.minutes, 20);
    assert_eq!(bank.method_domain().unwrap().key, "methodologie");
}

#[test]
fn the_second_form_asks_the_same_of_the_student_as_the_first_question_by_question() {
    let [first, second] = ["maths_terminale_spe_v1", "maths_terminale_spe_v1_form2"].map(|id| bank(id).unwrap());
    assert_eq!((&second.domains, &second.skills), (&first.domains, &first.skills));
    assert_eq!((second.subject, second.minutes), (first.subject, first.minutes));
    assert_eq!(second.questions.len(), first.questions.len());
    for (one, other) in first.questions.iter().zip(&second.questions) {
        assert_eq!(other.id, one.id.replace("MATH-", "MATH2-"));
        let asked = |it: &Question| (it.domain.clone(), it.weight, it.competence.clone(), it.skills.clone());
        assert_eq!(asked(other), asked(one), "{}", one.id);
        assert_ne!(other.text, one.text, "{}", one.id);
    }
}

#[test]
fn in_the_second_form_the_right_options_are_spread() {
    let second = bank("maths_terminale_spe_v1_form2").unwrap();
    assert_eq!([0, 1, 2, 3].map(|key| second.questions.iter().filter(|it| it.key == key).count()), [12, 13, 12, 13]);
}

#[test]
fn without_a_version_a_student_of_terminale_gets_the_first_form_though_there_is_a_second() {
    let offered: Vec<_> = editions()
        .filter(|it| it.bank.subject == Subject::Maths && it.edition.grade == Grade::Terminale)
        .map(|it| it.edition.id.as_str())
        .collect();
    assert_eq!(offered, ["maths_terminale_spe_v1", "maths_terminale_spe_v1_form2"]);
    assert_eq!(for_combination(Subject::Maths, Grade::Terminale).unwrap().edition.id, "maths_terminale_spe_v1");
}

/// Domain in canonical order (spec §1.3.5), prefix of the ids, and the weights of questions 01, 02…
const NSI_TERMINALE: [(&str, &str, &str); 5] = [
    ("poo", "NSI-POO", "12232312"),
    ("structures", "NSI-STR", "1321321"),
    ("algorithmique", "NSI-ALG", "1221332"),
    ("sql", "NSI-SQL", "1122233"),
    ("architecture", "NSI-ARC", "1232312"),
];

#[test]
fn the_bank_of_nsi_has_36_questions_in_five_domains_and_50_minutes() {
    let bank = for_combination(Subject::Nsi, Grade::Terminale).unwrap().bank;
    let expected: Vec<_> = NSI_TERMINALE
        .iter()
        .flat_map(|(domain, prefix, weights)| {
            weights.bytes().zip(1..).map(move |(weight, n)| (*domain, format!("{prefix}-{n:02}"), weight - b'0'))
        })
        .collect();
    let actual: Vec<_> = bank.questions.iter().map(|it| (it.domain.as_str(), it.id.clone(), it.weight)).collect();
    assert_eq!(actual, expected);
    assert_eq!((bank.questions.len(), bank.minutes), (36, 50));
    let keys: Vec<_> = bank.domains.iter().map(|it| it.key.as_str()).collect();
    assert_eq!(keys, NSI_TERMINALE.map(|it| it.0));
}

#[test]
fn in_the_bank_of_nsi_the_right_options_are_spread_and_the_competence_follows_the_weight() {
    let bank = bank("nsi_terminale_v1").unwrap();
    for option in OPTION_KEYS {
        assert_eq!(bank.questions.iter().filter(|it| it.right_option() == option).count(), 9, "{option}");
    }
    for question in &bank.questions {
        let competence = ["Restituer", "Appliquer", "Raisonner"][usize::from(question.weight) - 1];
        assert_eq!(question.competence, competence, "{}", question.id);
    }
    for kind in [ErrorType::Syntax, ErrorType::Logic, ErrorType::Runtime, ErrorType::Optimization] {
        assert!(bank.questions.iter().any(|it| it.error_type == Some(kind)), "{kind:?}");
    }
}
