//! The sheets of the house.

use super::{app, passages};
use crate::{
    jobs::tests::run_all,
    library::{jobs::IngestDocument, starter, starter::Sheet},
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
