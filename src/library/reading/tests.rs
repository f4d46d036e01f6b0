use std::io::Write as _;

use flate2::{Compression, write::GzEncoder};
use uuid::Uuid;

use crate::{
    library::{Question, Viewer, link, search},
    seed::bench::sheets::{self, Sheet},
    testing::{Answer, TestApp},
    web::Role,
};

const BODY: &str = "# Dérivation\n\nLe nombre dérivé est la pente de la tangente, $f'(a)$.\n\n## Règles\n\nLa dérivée d’un produit est $u'v + uv'$.";

fn sheet<'a>(title: &'a str, visibility: &'a str, owner: Option<Uuid>, body: &'a str) -> Sheet<'a> {
    Sheet { title, subject: "MATHEMATIQUES", grade: Some("TERMINALE"), visibility, owner, body }
}

async fn put(app: &TestApp, sheet: &Sheet<'_>) -> Uuid {
    sheets::put(&mut app.ctx.pool.acquire().await.expect("connection"), sheet).await.expect("stored")
}

async fn cited(app: &TestApp, text: &str) -> String {
    let viewer = Viewer { id: Uuid::nil(), role: Role::Eleve };
    let question = Question { text, subject: None, grade: None, strict: false, viewer, limit: 1 };
    let found = search(&app.ctx.pool, &app.ctx.shelf, None, &question).await.expect("found");
    link(&found.hits[0])
}

fn compressed(answer: &Answer) -> usize {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::new(4));
    gzip.write_all(&answer.bytes).expect("memory");
    gzip.finish().expect("memory").len()
}

#[tokio::test]
async fn a_citation_leads_to_its_passage_which_is_marked() {
    let app = TestApp::new().await;
    put(&app, &sheet("Dérivation", "ALL", None, BODY)).await;
    let link = cited(&app, "pente de la tangente").await;
    let (path, anchor) = link.split_once('#').expect("anchor");
    let page = app.signed_in(Role::Eleve).await.get(path).await;
    page.assert_page(200, "Passage cité");
    let text = page.text();
    for says in
        [&format!("id=\"{anchor}\""), "Droits", "Nexus Réussite", "document pédagogique", "Mathématiques, Terminale"]
    {
        assert!(text.contains(says), "{says}: {page}");
    }
    assert!(!text.contains("version plus ancienne"));
}

#[tokio::test]
async fn who_may_not_read_a_document_does_not_learn_that_it_is_there() {
    let app = TestApp::new().await;
    let coach = app.signed_in(Role::Coach).await;
    let team = put(&app, &sheet("Pour l’équipe", "STAFF", Some(coach.id), BODY)).await;
    let own = put(&app, &sheet("Brouillon", "OWNER", Some(coach.id), BODY)).await;
    for role in Role::ALL {
        let person = app.signed_in(role).await;
        let of_the_team = !matches!(role, Role::Parent | Role::Eleve);
        let list = person.get("/bibliotheque").await;
        assert_eq!(list.text().contains("Pour l’équipe"), of_the_team, "{role}");
        assert!(!list.text().contains("Brouillon"), "{role}");
        person.get(&format!("/bibliotheque/{team}")).await.assert(if of_the_team { 200 } else { 404 });
        person.get(&format!("/bibliotheque/{own}/1")).await.assert(404);
    }
    coach.get(&format!("/bibliotheque/{own}/1")).await.assert(200);
    assert!(app.anonymous().get("/bibliotheque").await.redirected().starts_with("/auth/signin"));
}

#[tokio::test]
async fn a_replaced_document_still_shows_what_was_cited_and_leads_to_the_new_text() {
    let app = TestApp::new().await;
    let document = put(&app, &sheet("Dérivation", "ALL", None, BODY)).await;
    let old = cited(&app, "tangente").await;
    let mut conn = app.ctx.pool.acquire().await.expect("connection");
    sheets::put_version(&mut conn, document, 2, "Un texte nouveau.").await.expect("version");
    let student = app.signed_in(Role::Eleve).await;
    let page = student.get(old.split('#').next().unwrap_or_default()).await;
    page.assert_page(200, "version plus ancienne");
    assert!(
        page.text().contains("la pente de la tangente")
            && page.text().contains(&format!("href=\"/bibliotheque/{document}\""))
    );
    student.get(&format!("/bibliotheque/{document}")).await.assert_page(200, "Un texte nouveau.");
    let missing = student.get(&format!("/bibliotheque/{document}/3")).await.assert(404);
    assert!(!missing.text().contains("a retiré"), "{missing}");
    sqlx::query!("update library_documents set withdrawn_at = now()").execute(&app.ctx.pool).await.expect("withdrawn");
    student.get(old.split('#').next().unwrap_or_default()).await.assert_page(404, "a retiré ce document");
}

#[tokio::test]
async fn a_long_document_comes_in_parts_and_no_page_is_heavy() {
    let app = TestApp::new().await;
    let chapter = |n: usize| {
        let line = |at: usize| {
            format!("La ligne {n}-{at} calcule $\\frac{{x^{at} + {n}}}{{\\sqrt{{{at}}}}} = {at}$ pas à pas. ")
        };
        format!("## Chapitre {n}\n\n{}", (0..70).map(line).collect::<String>())
    };
    let body = (1..=12).map(chapter).collect::<Vec<_>>().join("\n\n");
    let document = put(&app, &sheet("Long cours", "ALL", None, &body)).await;
    let student = app.signed_in(Role::Eleve).await;
    let first = student.get(&format!("/bibliotheque/{document}")).await;
    first.assert_page(200, "partie\u{a0}1 sur");
    assert!(first.text().contains("Partie suivante") && !first.text().contains("Chapitre 12"), "{first}");
    let passage = sqlx::query_scalar!("select id from library_passages order by ordinal offset 20 limit 1");
    let passage = passage.fetch_one(&app.ctx.pool).await.expect("passage");
    let cited = student.get(&format!("/bibliotheque/{document}/1?p={passage}")).await;
    assert!(cited.text().contains("Passage cité") && cited.text().contains("Partie précédente"), "{cited}");
    for page in [first, cited, student.get(&format!("/bibliotheque/{document}/1?partie=99")).await.assert(200)] {
        assert!(compressed(&page) <= 14_000, "{} bytes", compressed(&page));
    }
}

#[tokio::test]
async fn students_are_told_what_to_do_as_tu_and_others_as_vous() {
    let app = TestApp::new().await;
    let document = put(&app, &sheet("Dérivation", "ALL", None, BODY)).await;
    sqlx::query!("update library_documents set withdrawn_at = now()").execute(&app.ctx.pool).await.expect("withdrawn");
    let (student, parent) = (app.signed_in(Role::Eleve).await, app.signed_in(Role::Parent).await);
    for (who, pose, essaie) in [(student, "Pose ", "Essaie "), (parent, "Posez ", "Essayez ")] {
        who.get("/bibliotheque").await.assert_page(200, &format!("{pose}une question"));
        who.get("/bibliotheque?q=zzz").await.assert_page(200, &format!("{essaie}avec d’autres mots"));
        who.get(&format!("/bibliotheque/{document}")).await.assert_page(404, &format!("{pose}la question de nouveau"));
    }
}

#[tokio::test]
async fn the_list_is_grouped_by_subject_and_folded_where_it_is_long() {
    let app = TestApp::new().await;
    for n in 0..8 {
        put(&app, &sheet(&format!("Fiche {n}"), "ALL", None, BODY)).await;
        put(&app, &Sheet { subject: "NSI", ..sheet(&format!("Algorithme {n}"), "ALL", None, BODY) }).await;
    }
    let student = app.signed_in(Role::Eleve).await;
    let page = student.get("/bibliotheque").await.assert(200);
    assert_eq!(page.text().matches("<summary>").count(), 2, "{page}");
    let (maths, nsi) = (page.text().find("Fiche 0"), page.text().find("Algorithme 7"));
    assert!(maths < nsi && page.text().find("Fiche 7") < page.text().find("Algorithme 0"), "{page}");
    let page = student.get("/bibliotheque?matiere=NSI").await.assert(200);
    assert!(page.text().contains("<h2>NSI</h2>") && !page.text().contains("<summary>"), "{page}");
}

#[tokio::test]
async fn passages_of_one_document_stand_together_under_its_title() {
    let app = TestApp::new().await;
    let body = "# Tangente\n\nLa pente de la tangente.\n\n# Autre\n\nUne autre tangente.";
    put(&app, &sheet("Dérivation", "ALL", None, &body.repeat(20))).await;
    let page = app.signed_in(Role::Eleve).await.get("/bibliotheque?q=tangente").await;
    page.assert_page(200, "Passages trouvés");
    assert_eq!(page.text().matches("<h3>").count(), 1, "{page}");
    assert!(page.text().matches("<mark>").count() > 1, "{page}");
}

#[tokio::test]
async fn readers_search_and_see_the_words_of_their_question() {
    let app = TestApp::new().await;
    put(&app, &sheet("Dérivation", "ALL", None, BODY)).await;
    let student = app.signed_in(Role::Eleve).await;
    let page = student.get("/bibliotheque?q=la+derivee+d%27un+produit").await;
    page.assert_page(200, "Passages trouvés");
    assert!(page.text().contains("<mark>dérivée</mark>") && page.text().contains("/1?p="), "{page}");
    student.get("/bibliotheque?q=photosynthese&matiere=NSI").await.assert_page(200, "Aucun passage trouvé");
    student.get("/bibliotheque?matiere=NSI").await.assert_page(200, "Rien ici");
}

#[tokio::test]
async fn the_team_searches_by_the_contract() {
    let app = TestApp::new().await;
    let document = put(&app, &sheet("Dérivation", "STAFF", None, BODY)).await;
    let coach = app.signed_in(Role::Coach).await;
    let found = coach.get("/api/rag/search?q=tangente&subject=MATHEMATIQUES&k=3").await.assert(200).json();
    assert_eq!(found["mode"], "lexical");
    let result = &found["results"][0];
    assert_eq!(result["docId"], document.to_string());
    assert_eq!((&result["version"], &result["span"]["start"]), (&1.into(), &0.into()));
    assert!(result["text"].as_str().is_some_and(|text| text.contains("tangente")));
    assert!(result["url"].as_str().is_some_and(|url| url.starts_with("/bibliotheque/")), "{result}");
    coach.get("/api/rag/search?q=tangente&subject=CUISINE").await.assert(400);
    let none = coach.get("/api/rag/search?q=tangente&subject=NSI").await.assert(200).json();
    assert_eq!(none["results"], serde_json::json!([]));
}
