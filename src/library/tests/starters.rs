//! The sheets of the house.

use super::{app, passages};
use crate::{
    jobs::tests::run_all,
    library::{Question, Viewer, jobs::IngestDocument, search, starter, starter::Sheet},
    web::Role,
};

fn sheet(text: &str) -> Sheet {
    let head = "+++\ntitle = \"Suites\"\nsubject = \"MATHEMATIQUES\"\ngrade = \"PREMIERE\"\nauthority = \"D\"\nskills = []\n+++\n";
    Sheet::parse("maths/premiere/suites", &format!("{head}{text}")).expect("sheet")
}

#[tokio::test]
async fn the_sheets_are_taken_over_once_and_a_changed_one_becomes_a_version() {
    let (app, _folder) = app().await;
    assert_eq!(starter::import_these(&app.ctx, &[sheet("# Suites\n\nLe texte.")]).await.expect("import"), 1);
    assert_eq!(starter::import_these(&app.ctx, &[sheet("# Suites\n\nLe texte.")]).await.expect("import"), 0);
    run_all::<IngestDocument>(&app.ctx).await;
    assert_eq!(starter::import_these(&app.ctx, &[sheet("# Suites\n\nCorrigé.")]).await.expect("import"), 1);
    run_all::<IngestDocument>(&app.ctx).await;
    let ids = sqlx::query_scalar!("select id from library_documents").fetch_all(&app.ctx.pool).await.expect("ids");
    assert_eq!(ids.len(), 1);
    assert!(!passages(&app.ctx.pool, ids[0], 1).await[0].5);
    let now = passages(&app.ctx.pool, ids[0], 2).await;
    assert!(now[0].5 && now[0].4.contains("Corrigé"), "{now:?}");
    let coach = app.signed_in(Role::Coach).await;
    coach.get(&format!("/admin/rag/{}", ids[0])).await.assert_page(200, "fiche de la maison");
}

#[tokio::test]
async fn two_servers_that_start_together_take_the_sheets_over_once() {
    let (app, _folder) = app().await;
    app.warm().await;
    let sheets = [sheet("# Suites\n\nLe texte.")];
    let (one, other) = tokio::join!(starter::import_these(&app.ctx, &sheets), starter::import_these(&app.ctx, &sheets));
    assert_eq!(one.expect("import") + other.expect("import"), 1);
}

#[tokio::test]
async fn a_sheet_is_found_by_the_way_in_which_students_ask_which_is_never_shown_and_follows_the_files() {
    let (app, _folder) = app().await;
    let sheets = starter::sheets().expect("sheets");
    let sheet = sheets.into_iter().find(|sheet| sheet.key == "maths/premiere/derivation-variations").expect("sheet");
    starter::import_these(&app.ctx, std::slice::from_ref(&sheet)).await.expect("import");
    run_all::<IngestDocument>(&app.ctx).await;
    let asked = async || {
        let asked = sqlx::query_scalar!("select asked from library_passages where live order by ordinal");
        asked.fetch_all(&app.ctx.pool).await.expect("asked")
    };
    let first = asked().await;
    assert!(first.iter().any(|lines| lines.contains("tableau des dérivées à apprendre par cœur")), "{first:?}");
    let viewer = Viewer { id: app.person(Role::Eleve).await, role: Role::Eleve };
    let ask = async |text: &str| {
        let question = Question { text, subject: None, grade: None, strict: false, viewer, limit: 5 };
        search(&app.ctx.pool, &app.ctx.shelf, None, &question).await.expect("found").hits
    };
    let hits = ask("un formulaire").await;
    assert!(!hits.is_empty() && hits.iter().all(|hit| !format!("{hit:?}").contains("formulaire")), "{hits:?}");
    // As if the file had said something else when the sheet was taken over.
    sqlx::query!("update library_passages set asked = 'un zigzag'").execute(&app.ctx.pool).await.expect("other");
    assert!(!ask("zigzag").await.is_empty());
    assert_eq!(starter::import_these(&app.ctx, &[sheet]).await.expect("import"), 0);
    assert_eq!(asked().await, first);
    assert!(ask("zigzag").await.is_empty());
}
