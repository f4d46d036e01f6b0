//! Who may do what to whose documents.

use super::{app, id, send};
use crate::{testing::Signed, web::Role};

async fn with(who: &Signed, name: &str, visibility: &str) -> uuid::Uuid {
    let fields = [("subject", "NSI"), ("visibility", visibility)];
    let text = format!("Le texte de {name}.");
    id(&send(who, "/api/rag/upload", Some((name, text.as_bytes())), &fields).await.assert(200).json())
}

#[tokio::test]
async fn a_coach_reads_what_the_team_sees_and_changes_only_their_own() {
    let (app, _folder) = app().await;
    let (coach, colleague, desk) =
        (app.signed_in(Role::Coach).await, app.signed_in(Role::Coach).await, app.signed_in(Role::Assistante).await);
    let document = with(&colleague, "collegue.txt", "STAFF").await;
    let place = format!("/admin/rag/{document}");
    let seen = coach.get(&place).await.assert(200);
    assert!(!seen.text().contains("Enregistrer") && !seen.text().contains("Retirer ce document"), "{seen}");
    for path in ["withdraw", "retry", "restore"] {
        coach.post(&format!("{place}/{path}"), &[]).await.assert(404);
    }
    coach.post(&place, &[("title", "Pris")]).await.assert(404);
    send(&coach, &format!("{place}/versions"), Some(("b.txt", b"autre")), &[]).await.assert(404);
    desk.post(&format!("{place}/withdraw"), &[]).await.assert(303);
}

#[tokio::test]
async fn a_private_document_is_seen_by_its_owner_and_the_admin() {
    let (app, _folder) = app().await;
    let (coach, desk, admin) =
        (app.signed_in(Role::Coach).await, app.signed_in(Role::Assistante).await, app.signed_in(Role::Admin).await);
    let document = with(&coach, "prive.txt", "OWNER").await;
    let place = format!("/admin/rag/{document}");
    desk.get(&place).await.assert(404);
    assert!(!desk.get("/api/rag/docs").await.assert(200).text().contains("prive.txt"));
    assert!(!desk.get("/api/rag/jobs").await.assert(200).text().contains(&document.to_string()));
    admin.get(&place).await.assert(200);
    coach.get("/admin/rag").await.assert_page(200, "prive");
}

#[tokio::test]
async fn a_coach_opens_nothing_to_families() {
    let (app, _folder) = app().await;
    let coach = app.signed_in(Role::Coach).await;
    let fields = [("subject", "NSI"), ("visibility", "ALL")];
    send(&coach, "/api/rag/upload", Some(("a.txt", b"texte")), &fields).await.assert(400);
    let document = with(&coach, "b.txt", "STAFF").await;
    let form = [("title", "B"), ("subject", "NSI"), ("grade", "LYCEE"), ("authority", "D"), ("visibility", "ALL")];
    coach.post(&format!("/admin/rag/{document}"), &form).await.assert_page(422, "Choisissez qui peut lire");
    let form =
        [("title", "Mieux"), ("subject", "SVT"), ("grade", "PREMIERE"), ("authority", "B"), ("visibility", "OWNER")];
    coach.post(&format!("/admin/rag/{document}"), &form).await.assert(303);
    coach.get(&format!("/admin/rag/{document}")).await.assert_page(200, "Mieux");
}

#[tokio::test]
async fn families_do_not_enter() {
    let (app, _folder) = app().await;
    for role in [Role::Parent, Role::Eleve] {
        let who = app.signed_in(role).await;
        send(&who, "/api/rag/upload", Some(("a.txt", b"texte")), &[("subject", "NSI")]).await.assert(403);
        send(&who, "/admin/rag", Some(("a.txt", b"texte")), &[("subject", "NSI")]).await.assert(403);
    }
    let documents = sqlx::query_scalar!(r#"select count(*) as "n!" from library_documents"#);
    assert_eq!(documents.fetch_one(&app.ctx.pool).await.expect("count"), 0);
}
