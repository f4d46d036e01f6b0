//! The pages and the export.

use super::*;
use crate::{
    assessments::{
        bank,
        tests::support::{LONG, SHORT, count},
    },
    testing::TestApp,
    web::Role,
};

/// Forty attempts on the long bank: all right on the first question, on the second most choose one wrong option.
async fn measured_school() -> TestApp {
    let app = TestApp::new().await;
    let edition = bank::find(LONG).expect("bank");
    let key = |number: usize| edition.bank.questions[number].key as i16;
    let attempts: Vec<Vec<Done>> = (0..40)
        .map(|student| {
            let second = if student % 4 == 0 { key(1) } else { (key(1) + 1) % 4 };
            let third = if student < 20 { key(2) } else { (key(2) + 1 + student % 3) % 4 };
            let fourth = if student < 20 { key(3) } else { (key(3) + 1 + student % 3) % 4 };
            [key(0), second, third, fourth].into_iter().map(|code| Some((code, 42.0))).collect()
        })
        .collect();
    store_attempts(&app.ctx.pool, edition, &attempts).await;
    measure(&app.ctx).await;
    app
}

#[tokio::test]
async fn the_list_shows_every_edition_and_says_which_have_too_few_answers() {
    let app = measured_school().await;
    let page = app.signed_in(Role::Admin).await.get("/admin/questions").await;
    page.assert_page(200, "Qualité des questions");
    for edition in bank::editions() {
        assert!(page.text().contains(&format!("href=\"/admin/questions/{}\"", edition.edition.id)), "{page}");
    }
    assert!(page.text().contains("Pas assez de réponses") && page.text().contains("Recalculer maintenant"), "{page}");
    assert_eq!(page.queries().len(), 2, "{:#?}", page.queries());
    let coach = app.signed_in(Role::Coach).await.get("/admin/questions").await;
    coach.assert_page(200, "Questionnaires");
    assert!(!coach.text().contains("Recalculer maintenant"), "only the admin asks for new figures: {coach}");
}

#[tokio::test]
async fn the_bank_s_page_lists_what_to_review_with_what_to_do() {
    let app = measured_school().await;
    let admin = app.signed_in(Role::Admin).await;
    let page = admin.get(&format!("/admin/questions/{LONG}")).await;
    page.assert_page(200, "Toutes les questions");
    let text = page.text();
    assert!(text.contains("Trop facile") && text.contains("Une erreur l’emporte"), "{page}");
    assert!(text.contains("vérifiez la clé"), "the advice stands beside the flag: {page}");
    assert!(text.contains("42\u{a0}s"), "median time: {page}");
    assert_eq!(page.queries().len(), 1, "{:#?}", page.queries());
    let slow = admin.get(&format!("/admin/questions/{LONG}?tri=reussite")).await;
    let at = |text: &str, what: &str| text.find(what).unwrap_or_else(|| panic!("no {what}"));
    let table = &slow.text()[at(slow.text(), "id=\"questions\"")..];
    let link = |question: usize| format!("{}\">", bank::find(LONG).expect("bank").bank.questions[question].id);
    assert!(
        at(table, &link(1)) < at(table, &link(2)) && at(table, &link(2)) < at(table, &link(0)),
        "the hardest first"
    );
    admin.get("/admin/questions/unknown_bank").await.assert(404);
}

#[tokio::test]
async fn the_question_s_page_shows_it_as_students_see_it_with_what_they_chose() {
    let app = measured_school().await;
    let admin = app.signed_in(Role::Admin).await;
    let question = &bank::find(LONG).expect("bank").bank.questions[1];
    let page = admin.get(&format!("/admin/questions/{LONG}/{}", question.id)).await;
    page.assert_page(200, "Ce que les élèves ont choisi");
    let text = page.text();
    assert!(text.contains("<math") && text.contains("Bonne réponse, 25\u{a0}% (10)"), "{page}");
    assert!(text.contains("75\u{a0}% (30)"), "the tempting one: {page}");
    assert!(text.contains("Une erreur l’emporte") && text.contains("L’explication"), "{page}");
    for missing in [format!("/admin/questions/{LONG}/NONE"), format!("/admin/questions/{SHORT}/{}", question.id)] {
        admin.get(&missing).await.assert(404);
    }
}

#[tokio::test]
async fn before_anything_is_measured_the_pages_say_so() {
    let app = TestApp::new().await;
    let admin = app.signed_in(Role::Admin).await;
    admin.get("/admin/questions").await.assert_page(200, "la première est faite dans la nuit");
    admin.get(&format!("/admin/questions/{LONG}")).await.assert_page(200, "pas encore été mesurées");
    admin.get(&format!("/admin/questions/{LONG}/MATH-COMB-01")).await.assert_page(200, "Pas assez de réponses");
    let csv = admin.get(&format!("/admin/questions/{LONG}/csv")).await.assert(200);
    assert!(!csv.text().contains("NaN") && csv.text().lines().count() == 51, "{csv}");
}

#[tokio::test]
async fn the_export_opens_in_a_french_spreadsheet() {
    let app = measured_school().await;
    let csv = app.signed_in(Role::Assistante).await.get(&format!("/admin/questions/{LONG}/csv")).await.assert(200);
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(csv.header("content-disposition"), format!("attachment; filename=\"questions-{LONG}.csv\""));
    let text = csv.text();
    assert!(text.starts_with("\u{feff}Numéro;Identifiant;"), "{csv}");
    let columns = text.lines().next().expect("head").split(';').count();
    let second = text.lines().nth(2).expect("second question");
    assert!(second.starts_with("2;") && second.contains(";40;25,0;") && second.contains(";42;"), "{second}");
    assert!(text.lines().all(|line| line.contains('"') || line.split(';').count() == columns), "{csv}");
}

#[tokio::test]
async fn asking_for_new_figures_is_for_the_admin() {
    let app = TestApp::new().await;
    for role in [Role::Assistante, Role::Coach, Role::Parent, Role::Eleve] {
        app.signed_in(role).await.post("/admin/questions/recompute", &[]).await.assert(403);
    }
    assert_eq!(count(&app, "item_runs").await, 0);
}
