//! Files that come, and what is refused.

use super::{app, audited, id, ingested, samples, send, standing, upload};
use crate::{testing::together, web::Role};

async fn count(app: &crate::testing::TestApp) -> (i64, i64, i64) {
    let row = sqlx::query!(
        r#"select (select count(*) from library_documents) as "documents!", (select count(*) from library_versions) as "versions!",
                  (select count(*) from jobs where kind = 'library.ingest') as "jobs!""#
    );
    let row = row.fetch_one(&app.ctx.pool).await.expect("counts");
    (row.documents, row.versions, row.jobs)
}

#[tokio::test]
async fn a_document_comes_with_its_version_job_and_audit_entry_and_its_file_is_in_the_store() {
    let (app, _folder) = app().await;
    let coach = app.signed_in(Role::Coach).await;
    let file = samples::pdf(&[&["Une page."]]);
    let answer = upload(&coach, "C:\\cours\\suites_2026.pdf", &file).await.assert(200).json();
    assert_eq!((&answer["ok"], answer["duplicate"].is_null()), (&true.into(), true), "{answer}");
    assert_eq!(answer["url"], format!("/admin/rag/{}", id(&answer)));
    let key = answer["storageKey"].as_str().expect("key");
    assert!(app.ctx.files.exists(key).await.expect("store"));
    assert_eq!(count(&app).await, (1, 1, 1));
    assert_eq!(audited(&app.ctx.pool, "RAG_INGEST").await, 1);
    let docs = coach.get("/api/rag/docs").await.assert(200).json();
    assert_eq!(docs["docs"][0]["meta"]["title"], "suites 2026", "{docs}");
    assert_eq!(
        (&docs["docs"][0]["status"], &docs["docs"][0]["meta"]["level"]),
        (&"PENDING".into(), &"TERMINALE".into())
    );
    let jobs = coach.get("/api/rag/jobs").await.assert(200).json();
    assert_eq!((&jobs["jobs"][0]["step"], &jobs["jobs"][0]["progress"]), (&"EXTRACT".into(), &0.into()), "{jobs}");
}

#[tokio::test]
async fn the_same_file_sent_twice_at_once_is_one_document_and_a_duplicate() {
    let (app, _folder) = app().await;
    let (one, other) = (app.signed_in(Role::Coach).await, app.signed_in(Role::Admin).await);
    app.warm().await;
    let file = samples::pdf(&[&["La même page."]]);
    let answers = together([upload(&one, "a.pdf", &file), upload(&other, "b.pdf", &file)]).await;
    let answers: Vec<_> = answers.into_iter().map(|answer| answer.assert(200).json()).collect();
    assert_eq!(answers.iter().filter(|answer| answer["duplicate"] == true).count(), 1, "{answers:?}");
    assert_eq!(id(&answers[0]), id(&answers[1]));
    assert_eq!(count(&app).await, (1, 1, 1));
}

#[tokio::test]
async fn a_private_document_is_nobody_elses_duplicate() {
    let (app, _folder) = app().await;
    let (owner, other) = (app.signed_in(Role::Coach).await, app.signed_in(Role::Coach).await);
    let file = ("prive.txt", "Le même texte.".as_bytes());
    let fields = [("subject", "NSI"), ("visibility", "OWNER")];
    let first = send(&owner, "/api/rag/upload", Some(file), &fields).await.assert(200).json();
    let second = send(&other, "/api/rag/upload", Some(file), &fields).await.assert(200).json();
    assert!(second["duplicate"].is_null() && id(&first) != id(&second));
    other.get(&format!("/admin/rag/{}", id(&first))).await.assert(404);
    owner.get(&format!("/admin/rag/{}", id(&first))).await.assert_page(200, "prive");
}

#[tokio::test]
async fn what_is_no_document_is_refused_in_words_and_leaves_nothing() {
    let (app, _folder) = app().await;
    let desk = app.signed_in(Role::Assistante).await;
    let bomb = samples::zip(&[("word/document.xml", &vec![b' '; 40 << 20])]);
    let nested = samples::zip(&[("dedans.zip", &bomb)]);
    for (name, bytes, says) in [
        ("programme.pdf", b"MZ\x90\0\x03\0\0\0".as_slice(), "Ce type de fichier n’est pas accepté"),
        ("vide.txt", b"", "vide"),
        ("latin.txt", b"d\xE9riv\xE9e", "UTF-8"),
        ("bombe.docx", &bomb, "démesurée"),
        ("poupees.docx", &nested, "Ce type de fichier n’est pas accepté"),
        ("photo.jpg", b"\xFF\xD8\xFF\xE0\0\x10JFIF", "image"),
    ] {
        let answer = upload(&desk, name, bytes).await;
        assert_eq!(answer.status, 422, "{name}: {answer}");
        assert!(answer.json()["message"].as_str().is_some_and(|message| message.contains(says)), "{name}: {answer}");
    }
    let missing = send(&desk, "/api/rag/upload", None, &[("subject", "NSI")]).await.assert(400).json();
    assert_eq!(missing["error"], "missing file");
    let odd = send(&desk, "/api/rag/upload", Some(("a.txt", b"texte")), &[("subject", "CUISINE")]).await.assert(400);
    assert!(odd.text().contains("matière"), "{odd}");
    assert_eq!(count(&app).await, (0, 0, 0));
    assert_eq!(app.ctx.files.older_than(std::time::Duration::ZERO).await.expect("store"), Vec::<String>::new());
}

#[tokio::test]
async fn fifty_megabytes_are_the_limit() {
    let (app, _folder) = app().await;
    let admin = app.signed_in(Role::Admin).await;
    let large = vec![b'a'; (50 << 20) + 1];
    let refused = upload(&admin, "a.txt", &large).await.assert(413).json();
    assert_eq!(refused["error"], "file_too_large");
    let form = send(&admin, "/admin/rag", Some(("a.txt", &large)), &[]).await;
    form.assert_page(422, "dépasse 50");
}

#[tokio::test]
async fn the_form_leads_to_the_page_of_the_document_and_keeps_what_was_typed() {
    let (app, _folder) = app().await;
    let coach = app.signed_in(Role::Coach).await;
    let fields = [
        ("title", "Ma fiche"),
        ("subject", "NSI"),
        ("grade", "LYCEE"),
        ("authority", "D"),
        ("visibility", "STAFF"),
        ("rights", ""),
    ];
    let place = send(&coach, "/admin/rag", Some(("f.md", b"# Fiche")), &fields).await.redirected();
    coach.get(&place).await.assert_page(200, "Le document est arrivé");
    let again = send(&coach, "/admin/rag", Some(("f.md", b"# Fiche")), &fields).await.redirected();
    coach.get(&again).await.assert_page(200, "était déjà dans la bibliothèque");
    let wide = [("title", "Pour tous"), ("subject", "NSI"), ("grade", ""), ("authority", "D"), ("visibility", "ALL")];
    let refused = send(&coach, "/admin/rag", Some(("g.md", b"# Autre")), &wide).await;
    refused.assert_page(422, "Choisissez qui peut lire ce document");
    assert!(refused.text().contains("value=\"Pour tous\""));
}

#[tokio::test]
async fn a_file_that_is_refused_leaves_what_was_typed() {
    let (app, _folder) = app().await;
    let desk = app.signed_in(Role::Assistante).await;
    let fields =
        [("title", "Ma fiche"), ("subject", "NSI"), ("grade", "PREMIERE"), ("authority", "B"), ("visibility", "ALL")];
    let bomb = samples::zip(&[("word/document.xml", &vec![b' '; 40 << 20])]);
    let files: [Option<(&str, &[u8])>; 4] =
        [Some(("bombe.docx", &bomb)), Some(("faux.pdf", b"MZ\x90\0\x03")), Some(("vide.txt", b"")), None];
    for file in files {
        let page = send(&desk, "/admin/rag", file, &fields).await;
        page.assert_page(422, "Ma fiche");
        for choice in ["NSI", "PREMIERE", "B", "ALL"] {
            assert!(page.text().contains(&format!("value=\"{choice}\" selected")), "{choice}: {page}");
        }
        assert!(page.text().contains("id=\"file-error\""), "{page}");
    }
}

#[tokio::test]
async fn a_pdf_that_was_cut_off_is_no_scan() {
    let (app, _folder) = app().await;
    let desk = app.signed_in(Role::Assistante).await;
    let document = ingested(&app, &desk, "coupe.pdf", &samples::cut_pdf()).await;
    let (state, problem) = standing(&app.ctx, document).await;
    assert!(state == "FAILED" && problem.as_ref().is_some_and(|it| it.contains("abîmé ou incomplet")), "{problem:?}");
    let pages = sqlx::query_scalar!("select pages from library_versions where document_id = $1", document);
    assert_eq!(pages.fetch_one(&app.ctx.pool).await.expect("version"), Some(1), "it was opened");
}

#[tokio::test]
async fn a_scan_says_that_it_has_no_text_and_stays_visible_as_such() {
    let (app, _folder) = app().await;
    let desk = app.signed_in(Role::Assistante).await;
    let document = ingested(&app, &desk, "scan.pdf", &samples::pdf(&[&[], &[]])).await;
    let (state, problem) = standing(&app.ctx, document).await;
    assert!(state == "FAILED" && problem.is_some_and(|problem| problem.contains("que des images")));
    desk.get(&format!("/admin/rag/{document}")).await.assert_page(200, "2 pages sans texte lisible");
    desk.get("/admin/rag?state=FAILED").await.assert_page(200, "que des images");
}
