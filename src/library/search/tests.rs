use super::*;
use crate::{
    seed::bench::sheets::{self, Sheet},
    testing::TestApp,
};

const DERIVATION: &str = "# Règles de dérivation\n\nLa dérivée d’un produit est $(uv)' = u'v + uv'$. Le signe de la dérivée donne le sens de variation de la fonction.";
const SUITES: &str = "# Suites\n\nUne suite géométrique se reconnaît à sa raison : on multiplie toujours par le même nombre. Le raisonnement par récurrence démontre une propriété pour tout entier.";
const SQL: &str = "# Bases de données\n\nLa requête `SELECT nom FROM eleve WHERE age > 17` filtre les lignes. Une jointure relie deux tables par une clé étrangère.";

fn sheet<'a>(title: &'a str, subject: &'a str, body: &'a str) -> Sheet<'a> {
    Sheet { title, subject, grade: Some("TERMINALE"), visibility: "ALL", owner: None, body }
}

async fn put(app: &TestApp, sheet: &Sheet<'_>) -> Uuid {
    sheets::put(&mut app.ctx.pool.acquire().await.expect("connection"), sheet).await.expect("stored")
}

async fn library() -> (TestApp, Viewer) {
    let app = TestApp::new().await;
    put(&app, &sheet("Règles de dérivation", "MATHEMATIQUES", DERIVATION)).await;
    put(&app, &sheet("Suites", "MATHEMATIQUES", SUITES)).await;
    put(&app, &sheet("SQL", "NSI", SQL)).await;
    let id = app.person(Role::Eleve).await;
    (app, Viewer { id, role: Role::Eleve })
}

fn ask(text: &str, viewer: Viewer) -> Question<'_> {
    Question { text, subject: None, grade: None, strict: false, viewer, limit: 5 }
}

async fn first(app: &TestApp, viewer: Viewer, text: &str) -> Option<String> {
    let found = search(&app.ctx.pool, &app.ctx.shelf, None, &ask(text, viewer)).await.expect("found");
    assert_eq!(found.mode, Mode::Lexical);
    found.hits.first().map(|hit| hit.title.clone())
}

#[tokio::test]
async fn accents_elisions_endings_and_typing_mistakes_do_not_matter() {
    let (app, viewer) = library().await;
    for (asked, title) in [
        ("comment deriver un produit ?", "Règles de dérivation"),
        ("c'est quoi la DERIVEE d’une fonction", "Règles de dérivation"),
        ("qu’est-ce qu’une suite géometriques", "Suites"),
        ("la recurence", "Suites"),
        ("raisonement par récurrence", "Suites"),
        ("clé etrangere", "SQL"),
        ("select where", "SQL"),
        ("une joint", "SQL"),
        ("comment relier deux tables", "SQL"),
    ] {
        assert_eq!(first(&app, viewer, asked).await.as_deref(), Some(title), "{asked}");
    }
    for nothing in ["", "?", "photosynthèse", "'", "\\", "a & b | !c:*"] {
        assert_eq!(first(&app, viewer, nothing).await, None, "{nothing}");
    }
}

#[tokio::test]
async fn a_hit_says_where_it_stands_and_brings_its_section() {
    let (app, viewer) = library().await;
    let found = search(&app.ctx.pool, &app.ctx.shelf, None, &ask("suite géométrique", viewer)).await.expect("found");
    let hit = &found.hits[0];
    assert_eq!(
        (hit.heading_path.as_slice(), hit.span.clone()),
        (&["Suites".to_owned()][..], 0..SUITES.chars().count())
    );
    assert_eq!((hit.body.as_str(), hit.section_body.as_str()), (SUITES, SUITES));
    assert!(hit.coverage > 0.9, "{hit:?}");
    assert_eq!(link(hit), format!("/bibliotheque/{}/1?p={}#p-{}", hit.document, hit.passage, hit.passage));
}

#[tokio::test]
async fn subject_and_grade_are_preferences_unless_told_otherwise() {
    let (app, viewer) = library().await;
    put(&app, &sheet("Suites en NSI", "NSI", SUITES)).await;
    let mut question = ask("suite géométrique", viewer);
    question.subject = Some(SchoolSubject::Nsi);
    let found = search(&app.ctx.pool, &app.ctx.shelf, None, &question).await.expect("found");
    assert_eq!(found.hits.iter().map(|hit| hit.subject.as_str()).collect::<Vec<_>>(), ["NSI", "MATHEMATIQUES"]);
    question.strict = true;
    let found = search(&app.ctx.pool, &app.ctx.shelf, None, &question).await.expect("found");
    assert_eq!(found.hits.len(), 1);
}

#[tokio::test]
async fn nobody_finds_what_they_may_not_read_and_nobody_finds_less_because_of_it() {
    let (app, viewer) = library().await;
    let coach = app.person(Role::Coach).await;
    for at in 0..300 {
        let title = format!("Suites {at}");
        let visibility = if at % 2 == 0 { "STAFF" } else { "OWNER" };
        put(&app, &Sheet { visibility, owner: Some(coach), ..sheet(&title, "MATHEMATIQUES", SUITES) }).await;
    }
    let other = Viewer { id: app.person(Role::Coach).await, role: Role::Coach };
    let count = async |viewer: Viewer, text: &str| {
        let question = Question { limit: 1000, ..ask(text, viewer) };
        search(&app.ctx.pool, &app.ctx.shelf, None, &question).await.expect("found").hits.len()
    };
    assert_eq!(count(viewer, "suite géométrique").await, 1);
    assert_eq!(count(viewer, "géométrique").await, 1);
    assert_eq!(count(other, "géométrique").await, 151);
    assert_eq!(count(Viewer { id: coach, role: Role::Coach }, "géométrique").await, 301);
}

#[tokio::test]
async fn what_is_replaced_withdrawn_or_deleted_is_not_found_any_more() {
    let (app, viewer) = library().await;
    let pool = &app.ctx.pool;
    let document = put(&app, &sheet("Physique", "PHYSIQUE_CHIMIE", "La gravitation attire les corps.")).await;
    assert_eq!(first(&app, viewer, "gravitation").await.as_deref(), Some("Physique"));
    let mut conn = pool.acquire().await.expect("connection");
    sheets::put_version(&mut conn, document, 2, "Le magnétisme attire les aimants.").await.expect("version");
    assert_eq!(first(&app, viewer, "gravitation").await, None);
    assert_eq!(first(&app, viewer, "magnétisme").await.as_deref(), Some("Physique"));
    sqlx::query!("update library_documents set title = 'Aimantation' where id = $1", document)
        .execute(pool)
        .await
        .expect("title");
    assert_eq!(first(&app, viewer, "magnétisme").await.as_deref(), Some("Aimantation"));
    sqlx::query!("update library_documents set withdrawn_at = now() where id = $1", document)
        .execute(pool)
        .await
        .expect("gone");
    assert_eq!(first(&app, viewer, "magnétisme").await, None);
    let words = sqlx::query_scalar!(
        r#"select count(*) as "n!" from library_words where word in ('gravitation', 'magnetisme')"#
    );
    assert_eq!(words.fetch_one(pool).await.expect("words"), 0);
}

#[tokio::test]
async fn a_document_that_becomes_private_is_found_by_its_owner_alone() {
    let (app, viewer) = library().await;
    sqlx::query!("update library_documents set visibility = 'OWNER', owner_id = $1 where title = 'SQL'", viewer.id)
        .execute(&app.ctx.pool)
        .await
        .expect("owner");
    assert_eq!(first(&app, viewer, "jointure").await.as_deref(), Some("SQL"));
    let other = Viewer { id: app.person(Role::Admin).await, role: Role::Admin };
    assert_eq!(first(&app, other, "jointure").await, None);
}

#[tokio::test]
async fn in_a_library_that_was_never_counted_a_frequent_word_weighs_something_too() {
    let app = TestApp::new().await;
    for at in 0..12 {
        put(&app, &sheet(&format!("Suites {at}"), "MATHEMATIQUES", "Une suite de nombres.")).await;
    }
    put(&app, &sheet("Espace", "MATHEMATIQUES", "La géométrie du plan.")).await;
    put(&app, &sheet("Fiche", "MATHEMATIQUES", "Une suite géométrique.")).await;
    for at in 0..20 {
        put(&app, &sheet(&format!("Autre {at}"), "NSI", "Une pile, une file.")).await;
    }
    let viewer = Viewer { id: app.person(Role::Eleve).await, role: Role::Eleve };
    let terms = store::terms(&app.ctx.pool, &words::wanted("suite géométrique")).await.expect("terms");
    assert_eq!(terms.passages, 34);
    assert_eq!(first(&app, viewer, "suite géométrique").await.as_deref(), Some("Fiche"));
}

#[tokio::test]
async fn formulas_are_words_however_they_are_typed() {
    let (app, viewer) = library().await;
    put(&app, &sheet("Carrés", "MATHEMATIQUES", "On étudie $x^{2}$ et $P_A(B)$.")).await;
    put(&app, &sheet("Cubes", "MATHEMATIQUES", "On étudie $x^3$ et $u_{n+1}$.")).await;
    for (asked, title) in
        [("x²", "Carrés"), ("x^2 ?", "Carrés"), ("x^3", "Cubes"), ("p(a|b)", "Carrés"), ("u(n+1)", "Cubes")]
    {
        assert_eq!(first(&app, viewer, asked).await.as_deref(), Some(title), "{asked}");
    }
}
