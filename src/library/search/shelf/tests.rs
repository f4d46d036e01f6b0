use super::*;
use crate::{
    library::{
        asked,
        search::{Hit, Question, Viewer, lexical, rank::Ranked, search},
        starter,
    },
    seed::bench::sheets::{self, Sheet},
    subjects::SchoolSubject,
    testing::TestApp,
    web::Role,
};

/// As students ask, and as they should not.
const QUESTIONS: [&str; 14] = [
    "Comment je sais si une suite est géométrique ?",
    "derivee d'un produit",
    "la proba de B sachant A",
    "x² - 3x = 0 delta",
    "f'(x) = 0 ça veut dire un max ?",
    "u_{n+1} en fonction de u_n",
    "recurence initialisation hérédité",
    "pile ou file, laquelle pour un historique",
    "SELECT nom FROM eleve WHERE age > 17",
    "problématique d'une dissertation",
    "un vecteur normal au plan",
    "stp explique",
    "photosynthèse",
    "' & | !c:* \\",
];

fn ask(text: &str, viewer: Viewer) -> Question<'_> {
    let subject = Some(SchoolSubject::Mathematiques);
    Question { text, subject, grade: Some("TERMINALE"), strict: false, viewer, limit: 12 }
}

async fn put(app: &TestApp, title: &str, body: &str, visibility: &str) -> uuid::Uuid {
    let sheet = Sheet { title, subject: "MATHEMATIQUES", grade: None, visibility, owner: None, body };
    sheets::put(&mut app.ctx.pool.acquire().await.expect("connection"), &sheet).await.expect("stored")
}

async fn found(app: &TestApp, shelf: &Shelf, viewer: Viewer, text: &str) -> Vec<Hit> {
    search(&app.ctx.pool, shelf, None, &ask(text, viewer)).await.expect("found").hits
}

#[tokio::test]
async fn what_is_found_in_memory_is_what_the_database_finds() {
    let app = TestApp::new().await;
    let mut conn = app.ctx.pool.acquire().await.expect("connection");
    for sheet in starter::sheets().expect("sheets") {
        let (title, grade) = (&sheet.details.title, sheet.details.grade.map(|grade| grade.key()));
        let subject = sheet.details.subject.key();
        let stored = Sheet { title, subject, grade, visibility: "ALL", owner: None, body: &sheet.text };
        let id = sheets::put(&mut conn, &stored).await.expect("stored");
        asked::set(&mut conn, id, 1, &sheet.key).await.expect("phrasings");
    }
    drop(conn);
    app.ctx.shelf.read(&app.ctx.pool).await.expect("read");
    let held = app.ctx.shelf.held().expect("held");
    let viewer = Viewer { id: app.person(Role::Eleve).await, role: Role::Eleve };
    let mut passages = 0;
    for text in QUESTIONS {
        for strict in [false, true] {
            let question = Question { strict, ..ask(text, viewer) };
            let in_memory = lexical(&app.ctx.pool, Some(&held), &question).await.expect("in memory");
            let in_database = lexical(&app.ctx.pool, None, &question).await.expect("in the database");
            // The database leaves out passages that hold nothing but a frequent word: that changes little, further down.
            let best = |ranked: &[Ranked]| {
                let best = ranked.iter().take(6).filter(|one| one.coverage > 0.3);
                best.map(|one| one.passage).collect::<Vec<_>>()
            };
            assert_eq!(best(&in_memory), best(&in_database), "{text}");
            for (one, other) in in_memory.iter().zip(&in_database).take(best(&in_memory).len()) {
                assert!((one.score / other.score - 1.0).abs() < 0.05, "{text}: {one:?} {other:?}");
                assert!((one.coverage - other.coverage).abs() < 1e-4, "{text}: {one:?} {other:?}");
            }
            passages += best(&in_memory).len();
        }
    }
    assert!(passages > 80, "the questions find something: {passages}");
}

#[tokio::test]
async fn what_changed_since_the_library_was_read_is_found_and_what_is_gone_is_not() {
    let app = TestApp::new().await;
    let viewer = Viewer { id: app.person(Role::Eleve).await, role: Role::Eleve };
    let shelf = Shelf::default();
    put(&app, "Suites", "Une suite géométrique se reconnaît à sa raison.", "ALL").await;
    shelf.read(&app.ctx.pool).await.expect("read");
    let before = shelf.held().expect("held");
    assert_eq!(found(&app, &shelf, viewer, "suite géométrique").await.len(), 1);
    assert!(Arc::ptr_eq(&before, &shelf.held().expect("held")), "nothing changed: nothing is read");

    let new = put(&app, "Orthogonalité", "Deux vecteurs orthogonaux.", "ALL").await;
    assert_eq!(found(&app, &shelf, viewer, "vecteurs orthogonaux").await.len(), 1, "at once, from the database");
    shelf.read(&app.ctx.pool).await.expect("read");
    assert_eq!(found(&app, &shelf, viewer, "vecteurs orthogonaux").await.len(), 1);

    let change = async |sql: &'static str| sqlx::query(sql).execute(&app.ctx.pool).await.expect("changed");
    change("update library_documents set visibility = 'STAFF' where title = 'Orthogonalité'").await;
    assert!(found(&app, &shelf, viewer, "vecteurs orthogonaux").await.is_empty());
    change("update library_documents set withdrawn_at = now()").await;
    shelf.read(&app.ctx.pool).await.expect("read");
    let coach = Viewer { role: Role::Coach, ..viewer };
    assert!(found(&app, &shelf, coach, "vecteurs orthogonaux").await.is_empty(), "{new}");
    change("update library_documents set withdrawn_at = null").await;
    assert_eq!(found(&app, &shelf, coach, "vecteurs orthogonaux").await.len(), 1);
}

#[tokio::test]
async fn an_ingestion_that_is_given_up_leaves_what_is_held_as_it_is() {
    let app = TestApp::new().await;
    put(&app, "Suites", "Une suite géométrique.", "ALL").await;
    let shelf = Shelf::default();
    shelf.read(&app.ctx.pool).await.expect("read");
    let held = shelf.held().expect("held");
    let mut tx = crate::db::begin(&app.ctx.pool).await.expect("transaction");
    let sheet = Sheet { title: "Rien", subject: "NSI", grade: None, visibility: "ALL", owner: None, body: "Rien." };
    sheets::put(&mut tx, &sheet).await.expect("stored");
    shelf.read(&app.ctx.pool).await.expect("read");
    let stamp = super::super::store::stamp(&app.ctx.pool).await.expect("stamp");
    assert!(held.is(stamp) && shelf.held().expect("held").is(stamp), "what is not committed is not seen");
    tx.rollback().await.expect("given up");
    assert!(held.is(super::super::store::stamp(&app.ctx.pool).await.expect("stamp")));
}

#[tokio::test]
async fn two_who_change_the_library_at_once_wait_for_each_other_and_both_are_counted() {
    let app = TestApp::new().await;
    app.warm().await;
    let put = |at: usize| {
        let app = &app;
        async move { put(app, &format!("Suites {at}"), "Une suite géométrique.", "ALL").await }
    };
    futures_util::future::join_all((0..8).map(put)).await;
    app.ctx.shelf.read(&app.ctx.pool).await.expect("read");
    let viewer = Viewer { id: app.person(Role::Eleve).await, role: Role::Eleve };
    assert_eq!(found(&app, &app.ctx.shelf, viewer, "suite géométrique").await.len(), 8);
}

#[tokio::test]
async fn an_ingestion_keeps_nobody_waiting_who_changes_what_is_not_searched() {
    let app = TestApp::new().await;
    app.warm().await;
    put(&app, "Suites", "Une suite géométrique.", "ALL").await;
    let mut book = crate::db::begin(&app.ctx.pool).await.expect("transaction");
    let sheet =
        Sheet { title: "Livre", subject: "NSI", grade: None, visibility: "ALL", owner: None, body: "Un livre." };
    sheets::put(&mut book, &sheet).await.expect("stored");
    // As the sheets of the house at each start of a server.
    let change = "update library_passages set asked = asked where body like 'Une suite%'";
    let mut other = crate::db::begin(&app.ctx.pool).await.expect("transaction");
    sqlx::query("set local lock_timeout = '2s'").execute(&mut *other).await.expect("set");
    sqlx::query(change).execute(&mut *other).await.expect("nobody is waited for");
    other.rollback().await.expect("given up");
    book.rollback().await.expect("given up");
}

#[tokio::test]
async fn a_library_that_is_too_large_is_not_held() {
    let app = TestApp::new().await;
    put(&app, "Une", "Une phrase.", "ALL").await;
    put(&app, "Deux", "Deux phrases.", "ALL").await;
    assert!(store::read(&app.ctx.pool, 1).await.expect("read").is_err());
    assert!(store::read(&app.ctx.pool, 2).await.expect("read").is_ok());
}
