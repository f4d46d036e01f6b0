//! HTTP tests of imports.

use poem::http::Method;

use crate::{
    accounts::people::tests::{audited, mails},
    testing::{Answer, Ask, Client, TestApp, together},
    web::Role,
};

const FILE: &str = "Nom;Prénom;Classe;Date de naissance;Parent 1 nom;Parent 1 prénom;Parent 1 e-mail;Parent 2 nom;Parent 2 prénom;Parent 2 e-mail\n\
    Garnier;Adam;TG2;14/03/2009;Trabelsi;Olfa;olfa@example.org;Garnier;Julien;julien@example.org\n\
    Garnier;Zoé;2nde;02/10/2011;Trabelsi;Olfa;olfa@example.org;;;\n\
    Dubois;Élise;Terminale;05/06/2009;Dubois;Claire;claire@example.org;;;\n";

fn upload(who: &Client, file: &[u8]) -> Ask {
    let mut body = b"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"classe.csv\"\r\nContent-Type: text/csv\r\n\r\n".to_vec();
    body.extend_from_slice(file);
    body.extend_from_slice(b"\r\n--b--\r\n");
    who.ask(Method::POST, "/admin/import")
        .header("accept", "text/html,application/xhtml+xml")
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "multipart/form-data; boundary=b")
        .body(body)
}

async fn imported(who: &Client, file: &[u8], mails: bool) -> Answer {
    let place = upload(who, file).await.redirected();
    who.get(&place).await.assert_page(200, "Rien n’est encore créé");
    let fields: &[(&str, &str)] = if mails { &[("mails", "true")] } else { &[] };
    who.post(&place, fields).await.assert_redirect(&place);
    who.get(&place).await.assert(200)
}

/// (students, guardians, ties)
async fn counts(app: &TestApp) -> (i64, i64, i64) {
    let row = sqlx::query!(
        r#"select (select count(*) from students) as "students!", (select count(*) from users where role = 'PARENT') as "parents!",
                  (select count(*) from guardianships) as "ties!""#
    );
    let row = row.fetch_one(&app.ctx.pool).await.expect("counts");
    (row.students, row.parents, row.ties)
}

#[tokio::test]
async fn a_class_is_looked_at_then_entered_and_a_second_time_changes_nothing() {
    let app = TestApp::new().await;
    let desk = app.signed_in(Role::Assistante).await;
    let place = upload(&desk, FILE.as_bytes()).await.redirected();
    let preview = desk.get(&place).await;
    preview.assert_page(200, "adam.garnier");
    assert_eq!(counts(&app).await, (0, 0, 0), "a preview changes nothing");
    let done = imported(&desk, FILE.as_bytes(), false).await;
    done.assert_page(200, "L’import est terminé");
    assert_eq!(counts(&app).await, (3, 3, 4));
    assert_eq!(mails(&app.ctx.pool).await, [], "no mail unless the box is ticked");
    assert_eq!(audited(&app.ctx.pool, "students.import").await, 1);
    // Taken over from the preview of before, too, everybody is known.
    desk.post(&place, &[]).await.assert_redirect(&place);
    assert_eq!(counts(&app).await, (3, 3, 4));
    let again = upload(&desk, FILE.as_bytes()).await.redirected();
    desk.get(&again).await.assert_page(200, "il n’y a rien à faire");
    imported(&desk, FILE.as_bytes(), true).await;
    assert_eq!(counts(&app).await, (3, 3, 4));
    assert_eq!(mails(&app.ctx.pool).await, []);
    let kept = sqlx::query_scalar!(
        r#"select count(*) as "n!" from student_imports where state = 'DONE' and lines is not null"#
    );
    assert_eq!(kept.fetch_one(&app.ctx.pool).await.expect("lines"), 0, "the lines are wiped");
}

#[tokio::test]
async fn a_file_in_windows_1252_with_commas_enters_the_same_students() {
    let app = TestApp::new().await;
    let desk = app.signed_in(Role::Admin).await;
    imported(&desk, FILE.as_bytes(), true).await;
    assert_eq!(mails(&app.ctx.pool).await.len(), 3);
    let (bytes, _, unmappable) = encoding_rs::WINDOWS_1252.encode(FILE);
    assert!(!unmappable);
    let commas: Vec<u8> = bytes.iter().map(|byte| if *byte == b';' { b',' } else { *byte }).collect();
    imported(&desk, &commas, true).await;
    let mut marked = b"\xef\xbb\xbf".to_vec();
    marked.extend_from_slice(FILE.replace('\n', "\r\n").as_bytes());
    imported(&desk, &marked, true).await;
    assert_eq!(counts(&app).await, (3, 3, 4));
    let name = sqlx::query_scalar!("select first_name from users where identifier = 'elise.dubois'");
    assert_eq!(name.fetch_one(&app.ctx.pool).await.expect("student"), "Élise");
}

#[tokio::test]
async fn one_wrong_line_enters_nobody_and_is_named() {
    let app = TestApp::new().await;
    let desk = app.signed_in(Role::Assistante).await;
    let file = format!("{FILE}Moreau;Antoine;CM2;01/01/2009;;;;;;\n");
    upload(&desk, file.as_bytes()).await.assert_page(422, "Ligne 5");
    // What only the database knows is named by line, too.
    let coach = app.person(Role::Coach).await;
    let file = format!("{FILE}Moreau;Antoine;Tle;01/01/2009;Moreau;Isabelle;coach-{coach}@example.org;;;\n");
    upload(&desk, file.as_bytes()).await.assert_page(422, "n’est pas un compte de parent");
    upload(&desk, b"").await.assert_page(422, "vide");
    upload(&desk, &vec![b'a'; super::MOST_BYTES + 1]).await.assert(413);
    desk.post("/admin/import", &[]).await.assert(400);
    assert_eq!(counts(&app).await, (0, 0, 0));
}

#[tokio::test]
async fn a_second_guardian_is_tied_to_the_child_that_is_known() {
    let app = TestApp::new().await;
    let desk = app.signed_in(Role::Assistante).await;
    imported(&desk, FILE.as_bytes(), false).await;
    let more = "nom;prénom;classe;naissance;parent 1 nom;parent 1 prénom;parent 1 email;parent 2 nom;parent 2 prénom;parent 2 email\n\
        Dubois;elise;Terminale;2009-06-05;Dubois;Nicolas;nicolas@example.org;Dubois;Claire;claire@example.org\n";
    imported(&desk, more.as_bytes(), false).await;
    assert_eq!(counts(&app).await, (3, 4, 5));
    // The same name in another family is another child, and the preview says so.
    let other = "nom;prénom;classe;naissance;parent 1 nom;parent 1 prénom;parent 1 email\n\
        Dubois;Élise;Terminale;2009-06-05;Dubois;Anne;anne@example.org\n";
    let place = upload(&desk, other.as_bytes()).await.redirected();
    desk.get(&place).await.assert_page(200, "Homonyme à vérifier");
    desk.post(&format!("{place}/cancel"), &[]).await.assert_redirect("/admin/import");
    desk.get(&place).await.assert(404);
    assert_eq!(counts(&app).await, (3, 4, 5));
}

#[tokio::test]
async fn clicked_twice_or_by_two_the_class_is_entered_once() {
    let app = TestApp::new().await;
    let (desk, admin) = (app.signed_in(Role::Assistante).await, app.signed_in(Role::Admin).await);
    let places =
        [upload(&desk, FILE.as_bytes()).await.redirected(), upload(&admin, FILE.as_bytes()).await.redirected()];
    app.warm().await;
    let answers = together([desk.post(&places[0], &[]), desk.post(&places[0], &[]), admin.post(&places[1], &[])]).await;
    assert!(answers.iter().all(|answer| answer.status == 303), "{answers:?}");
    assert_eq!(counts(&app).await, (3, 3, 4));
}

#[tokio::test]
async fn the_template_is_a_file_that_the_import_takes() {
    let app = TestApp::new().await;
    let desk = app.signed_in(Role::Assistante).await;
    let template = desk.get("/admin/import/modele.csv").await.assert(200);
    imported(&desk, &template.bytes, false).await;
    assert_eq!(counts(&app).await, (1, 1, 1));
}
