//! Which forms exist, and what stands in.

use super::*;
use crate::{
    assessments::tests::support::{SHORT, completed_by},
    testing::TestApp,
    web::Role,
};

fn size(bank: &str, rule: RuleVersion, n: i64) -> Size {
    Size { bank: bank.into(), rule_version: rule.as_str().into(), n }
}

#[test]
fn every_combination_is_there_and_has_its_forms_the_oldest_first() {
    let editions: Vec<BankEdition> = bank::editions().collect();
    let all = combinations(&editions, &[]);
    assert_eq!(all.len(), Subject::ALL.len() * Grade::ALL.len());
    assert_eq!(all.iter().map(|one| one.forms.len()).sum::<usize>(), editions.len());
    for one in &all {
        assert!(
            one.forms
                .iter()
                .all(|form| form.edition.bank.subject == one.subject && form.edition.edition.grade == one.grade)
        );
        assert!(one.forms.is_sorted_by_key(|form| form.edition.bank.date));
    }
}

#[test]
fn without_a_form_the_student_gets_what_the_rule_of_the_families_gives() {
    let general: Vec<BankEdition> = bank::editions().filter(|one| one.bank.subject == Subject::General).collect();
    let all = combinations(&general, &[]);
    for one in all.iter().filter(|one| one.subject != Subject::General) {
        let expected = free::choose(&[key(one.subject).to_owned()], one.grade.as_str()).expect("always one").edition;
        assert_eq!(one.instead.map(|edition| edition.edition), Some(expected.edition));
    }
    assert!(all.iter().filter(|one| one.subject == Subject::General).all(|one| one.instead.is_none()));
}

fn key(subject: Subject) -> &'static str {
    if subject == Subject::Nsi { "NSI" } else { "MATHEMATIQUES" }
}

#[test]
fn results_are_counted_by_where_they_come_from() {
    let editions: Vec<BankEdition> = bank::editions().collect();
    let sizes = [size(SHORT, RuleVersion::V3, 12), size(SHORT, RuleVersion::V2, 3), size("gone", RuleVersion::V3, 99)];
    let all = combinations(&editions, &sizes);
    let form = all.iter().flat_map(|one| &one.forms).find(|form| form.edition.edition.id == SHORT).expect("form");
    assert_eq!((form.in_app, form.received), (12, 3));
}

#[test]
fn seconde_and_the_other_subjects_get_the_general_questions() {
    assert!(for_seconde().is_some_and(|edition| edition.bank.subject == Subject::General));
    let others = other_subjects();
    assert!(others.contains(&"Français") && !others.contains(&"NSI") && others.len() == 8, "{others:?}");
}

#[tokio::test]
async fn the_page_says_what_exists_and_what_is_missing() {
    let app = TestApp::new().await;
    completed_by(&app, &app.signed_in(Role::Eleve).await).await;
    let page = app.signed_in(Role::Coach).await.get("/admin/formes").await;
    page.assert_page(200, "Ce qui existe");
    assert!(
        page.text().contains("Ce qui manque") && page.text().contains("1\u{a0}résultat dans l’application"),
        "{page}"
    );
    for edition in bank::editions() {
        assert!(page.text().contains(&edition.edition.id), "{page}");
    }
    assert_eq!(page.queries().len(), 1, "{:#?}", page.queries());
}
