//! Pages of a student's learning, and who may read them.

use super::{completed, set};
use crate::{
    assessments::tests::support::{LONG, SHORT, completed_by},
    learning::overview,
    testing::TestApp,
    web::Role,
};

const PAGES: [&str; 3] = ["competences", "progression", "badges"];

#[tokio::test]
async fn student_guardian_coach_and_staff_read_them_and_nobody_else() {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    completed_by(&app, &student).await;
    let (parent, coach) = (app.signed_in(Role::Parent).await, app.signed_in(Role::Coach).await);
    app.guard(parent.id, student.id).await;
    app.coach(coach.id, student.id).await;
    for page in PAGES {
        let path = format!("/eleves/{}/{page}", student.id);
        student.get(&format!("/{page}")).await.assert(200);
        for reader in
            [&student, &parent, &coach, &app.signed_in(Role::Admin).await, &app.signed_in(Role::Assistante).await]
        {
            reader.get(&path).await.assert(200);
        }
        for stranger in [Role::Eleve, Role::Parent, Role::Coach] {
            app.signed_in(stranger).await.get(&path).await.assert(404);
        }
        assert!(app.anonymous().get(&path).await.redirected().starts_with("/auth/signin"));
    }
}

#[tokio::test]
async fn a_guardian_without_the_right_to_look_does_not() {
    let app = TestApp::new().await;
    let (student, parent) = (app.person(Role::Eleve).await, app.signed_in(Role::Parent).await);
    app.guard(parent.id, student).await;
    set(&app, "update guardianships set rights = '{CONSENT}'").await;
    parent.get(&format!("/eleves/{student}/competences")).await.assert(404);
}

#[tokio::test]
async fn the_map_says_what_is_known_what_is_not_and_what_comes_next() {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    student.get("/competences?matiere=GENERAL").await.assert_page(200, "Rien de mesuré encore");
    completed(&app, &student, LONG, 20, 12).await;
    let page = student.get("/competences").await;
    page.assert_page(200, "À apprendre ensuite");
    for says in ["<svg class=\"plot tree\"", "<title>Compétences de «", "à apprendre", "pas encore mesurée", "réponse"]
    {
        assert!(page.text().contains(says), "{says}: {page}");
    }
    student.get("/competences?matiere=GENERAL").await.assert_page(200, "Rien de mesuré encore");
    student.get("/competences?matiere=LATIN").await.assert(404);
}

#[tokio::test]
async fn the_map_and_the_progression_take_few_queries() {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    completed_by(&app, &student).await;
    for (page, most) in [("/competences", 2), ("/progression", 3), ("/badges", 2)] {
        let queries = student.get(page).await.assert(200).queries();
        assert!(queries.len() <= most, "{page}: {queries:?}");
    }
}

#[tokio::test]
async fn the_progression_tells_what_a_recompute_has_moved() {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    student.get("/progression").await.assert_page(200, "Pas encore de score");
    completed_by(&app, &student).await;
    let page = student.get("/progression").await;
    page.assert_page(200, "Un seul score pour l’instant");
    assert!(!page.text().contains("recalculé depuis"), "{page}");
    set(&app, "update standard_scores set ssn = 71.3").await;
    let page = student.get("/progression").await;
    assert!(page.text().contains("recalculé depuis avec une cohorte plus grande : 71,3"), "{page}");
}

#[tokio::test]
async fn families_see_no_projection_until_the_back_test_allows_it() {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    completed_by(&app, &student).await;
    let shown = async || student.get("/progression").await.text().contains("dans huit semaines");
    assert!(!shown().await);
    set(
        &app,
        "insert into projection_backtests (day, model_version, subject, n, mae_model, mae_baseline, spread)
        values (current_date, 'ridge_v1', 'ALL', 400, 6, 5, 12)",
    )
    .await;
    assert!(!shown().await, "it is worse than nothing changing");
    set(&app, "update projection_backtests set mae_model = 4").await;
    assert!(shown().await);
    set(&app, "update projection_backtests set n = 29").await;
    assert!(!shown().await, "too few to tell");
}

#[tokio::test]
async fn badges_are_listed_with_their_reason_and_those_of_the_tutor_too() {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    completed_by(&app, &student).await;
    let page = student.get("/badges").await;
    page.assert_page(200, "Décollage Réussi");
    assert!(page.text().contains("» terminé") && page.text().contains("Score Parfait"), "{page}");
    assert!(page.text().contains("Dialogue avec le Futur"), "{page}");
}

#[tokio::test]
async fn many_students_are_overlooked_in_two_queries() {
    let app = TestApp::new().await;
    let (one, other) = (app.signed_in(Role::Eleve).await, app.person(Role::Eleve).await);
    completed(&app, &one, SHORT, 9, 2).await;
    let found = overview::for_students(&app.ctx.pool, &[one.id, other]).await.expect("overview");
    let of_one = &found[&one.id];
    assert!(of_one.latest.as_ref().is_some_and(|it| it.before.is_none() && it.provisional), "{of_one:?}");
    assert!(!of_one.priorities.is_empty() && of_one.priorities.len() <= 3, "{of_one:?}");
    assert!(of_one.badges >= 1 && of_one.last_activity.is_some());
    assert!(found[&other].latest.is_none() && found[&other].priorities.is_empty());
}
