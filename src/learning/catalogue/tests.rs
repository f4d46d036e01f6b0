//! What a sound catalogue is, tested on small ones, and that the embedded ones are.

use std::collections::{BTreeSet, HashMap};

use super::*;

const HEAD: &str = "subject = \"MATHS\"\ngrade = \"PREMIERE\"\n";

fn skill(tag: &str, needs: &str) -> String {
    format!(
        "[[skills]]\ntag = \"{tag}\"\ndomain = \"analyse\"\nlabel = \"Savoir {tag}\"\nneeds = [{needs}]\nadvice = '''Un conseil.'''\n"
    )
}

fn catalogue(skills: &[(&str, &str)]) -> Catalogue {
    let text: String = skills.iter().map(|(tag, needs)| skill(tag, needs)).collect();
    Catalogue::parse("maths_premiere.toml", &format!("{HEAD}{text}")).expect("a catalogue")
}

/// Everything that is wrong with a catalogue, given the one of the grade below.
fn problems(catalogue: &Catalogue, below: Option<&Catalogue>) -> Vec<String> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    let known = |tag: &str| catalogue.skill(tag).or_else(|| below?.skill(tag)).is_some();
    for skill in &catalogue.skills {
        let tag = &skill.tag;
        if !seen.insert(tag) || below.is_some_and(|below| below.skill(tag).is_some()) {
            found.push(format!("{tag} is there twice"));
        }
        let ascii = tag.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'_');
        if !ascii || tag.is_empty() || tag.len() > 40 {
            found.push(format!("{tag}: not a snake_case tag of at most 40 characters"));
        }
        if skill.label.trim().is_empty() || skill.label.chars().count() > 60 {
            found.push(format!("{tag}: its label is empty or longer than 60 characters"));
        }
        if skill.advice.is_empty() || skill.needs.len() > 3 {
            found.push(format!("{tag}: no advice, or more than three needs"));
        }
        found.extend(skill.needs.iter().filter(|need| !known(need)).map(|need| format!("{tag} needs unknown {need}")));
    }
    found.extend(in_a_circle(catalogue).into_iter().map(|tag| format!("{tag} needs itself")));
    found
}

/// Skills that are left when those whose needs are all gone are taken away again and again.
fn in_a_circle(catalogue: &Catalogue) -> Vec<String> {
    let mut left: HashMap<&str, Vec<&str>> = catalogue
        .skills
        .iter()
        .map(|it| {
            let own = it.needs.iter().map(String::as_str).filter(|need| catalogue.skill(need).is_some());
            (it.tag.as_str(), own.collect())
        })
        .collect();
    loop {
        let free: Vec<&str> = left
            .iter()
            .filter(|(_, needs)| !needs.iter().any(|need| left.contains_key(need)))
            .map(|it| *it.0)
            .collect();
        if free.is_empty() {
            let mut rest: Vec<String> = left.into_keys().map(str::to_owned).collect();
            rest.sort();
            return rest;
        }
        left.retain(|tag, _| !free.contains(tag));
    }
}

#[test]
fn a_sound_catalogue_has_no_problem() {
    let sound = catalogue(&[("base", ""), ("milieu", "\"base\""), ("haut", "\"milieu\", \"base\"")]);
    assert_eq!(problems(&sound, None), Vec::<String>::new());
}

#[test]
fn a_tag_twice_an_unknown_need_and_a_circle_are_found() {
    let faulty =
        catalogue(&[("un", ""), ("un", ""), ("deux", "\"trois\""), ("trois", "\"deux\""), ("cinq", "\"rien\"")]);
    let found = problems(&faulty, None);
    for expected in ["un is there twice", "deux needs itself", "trois needs itself", "cinq needs unknown rien"] {
        assert!(found.iter().any(|it| it == expected), "{expected}: {found:?}");
    }
}

#[test]
fn a_skill_may_need_one_of_the_grade_below_and_may_not_repeat_it() {
    let (below, own) = (catalogue(&[("base", "")]), catalogue(&[("haut", "\"base\"")]));
    assert_eq!(problems(&own, Some(&below)), Vec::<String>::new());
    assert_eq!(problems(&below, Some(&below)), ["base is there twice"]);
}

#[test]
fn a_file_must_be_named_after_what_it_holds_and_have_the_expected_shape() {
    let text = format!("{HEAD}{}", skill("un", ""));
    assert!(Catalogue::parse("nsi_premiere.toml", &text).is_err());
    let error = Catalogue::parse("maths_premiere.toml", &text.replace("label", "libelle")).expect_err("refused");
    assert!(error.to_string().contains("maths_premiere.toml"), "{error}");
}

#[test]
fn the_embedded_catalogues_are_sound() {
    for catalogue in embedded().expect("embedded") {
        let found = problems(&catalogue, below(&catalogue));
        assert_eq!(found, Vec::<String>::new(), "{} {}", catalogue.subject.as_str(), catalogue.grade.as_str());
    }
}

#[test]
fn every_skill_of_a_bank_is_in_the_catalogue_of_its_subject_and_grade_under_the_same_name() {
    for it in bank::editions() {
        let catalogue = find(it.bank.subject, it.edition.grade).expect("a catalogue for every bank");
        for skill in &it.bank.skills {
            let known = catalogue.skill(&skill.tag).map(|known| (known.label.as_str(), known.domain.as_str()));
            assert_eq!(
                known,
                Some((skill.label.as_str(), skill.domain.as_str())),
                "{} in {}",
                skill.tag,
                it.edition.id
            );
        }
        assert!(catalogue.skills.iter().any(|skill| skill.measured));
        let written = catalogue.skills.iter().all(|skill| !skill.advice.is_empty());
        assert!(written || it.bank.subject == Subject::General, "{} has no catalogue of its own", it.edition.id);
    }
}

#[test]
fn where_no_file_is_written_the_banks_stand_in_without_prerequisites() {
    let general = find(Subject::General, Grade::Terminale).expect("general");
    assert!(general.skills.iter().all(|skill| skill.needs.is_empty() && skill.measured));
    assert_eq!(below(general), None);
    assert_eq!(general.domain_title("nowhere"), "nowhere");
}
