//! The slip printed at the desk or at home.

use super::{PASSWORD, can_sign_in, child_of, count_audit, set};
use crate::{
    testing::{Answer, TestApp},
    web::Role,
};

/// The secret on a slip.
fn token(slip: &Answer) -> String {
    let rest = slip.text().split("token=").nth(1).expect("a link");
    rest.chars().take_while(|c| c.is_alphanumeric() || "_-".contains(*c)).collect()
}

#[tokio::test]
async fn a_slip_lets_a_child_without_e_mail_choose_a_password() {
    let app = TestApp::new().await;
    let parent = app.person(Role::Parent).await;
    let child = child_of(&app, parent, "yassine.bensalah").await;
    let path = format!("/comptes/{child}/fiche");
    let desk = app.signed_in(Role::Assistante).await;
    desk.get(&path).await.assert_page(200, "Préparer la fiche");
    let slip = desk.post(&path, &[]).await;
    slip.assert_page(200, "yassine.bensalah");
    assert!(slip.text().contains("<svg class=\"qr\"") && slip.header("cache-control") == "no-store", "{slip}");
    let form = |token: &str| {
        app.anonymous().post("/auth/activate", &[("token", token), ("password", PASSWORD), ("again", PASSWORD)])
    };
    form(&token(&slip)).await.assert(303);
    assert!(can_sign_in(&app, "yassine.bensalah", PASSWORD).await);
    assert_eq!(count_audit(&app, "accounts.draw_slip").await, 1);
}

#[tokio::test]
async fn a_new_slip_ends_those_before_and_looking_at_the_page_draws_none() {
    let app = TestApp::new().await;
    let parent = app.person(Role::Parent).await;
    let child = child_of(&app, parent, "yassine.bensalah").await;
    let path = format!("/comptes/{child}/fiche");
    let mother = app.sign_in(parent).await;
    let first = token(&mother.post(&path, &[]).await.assert(200));
    mother.get(&path).await.assert(200);
    app.anonymous().get(&format!("/auth/activate?token={first}")).await.assert(200);
    let second = token(&mother.post(&path, &[]).await.assert(200));
    app.anonymous().get(&format!("/auth/activate?token={first}")).await.assert(400);
    app.anonymous().get(&format!("/auth/activate?token={second}")).await.assert(200);
}

#[tokio::test]
async fn only_staff_and_the_own_guardians_draw_one_and_only_for_those_who_need_it() {
    let app = TestApp::new().await;
    let parent = app.person(Role::Parent).await;
    let child = child_of(&app, parent, "yassine.bensalah").await;
    let path = format!("/comptes/{child}/fiche");
    for role in [Role::Parent, Role::Coach, Role::Eleve] {
        let who = app.signed_in(role).await;
        who.get(&path).await.assert(404);
        who.post(&path, &[]).await.assert(404);
    }
    let admin = app.signed_in(Role::Admin).await;
    admin.get(&format!("/comptes/{parent}/fiche")).await.assert(404);
    admin.get("/comptes/x/fiche").await.assert(404);
    let mother = app.sign_in(parent).await;
    mother.get(&path).await.assert(200);
    set(&app, child, "update users set email = 'y@example.org', activated_at = now() where id = $1").await;
    mother.get(&path).await.assert(404);
    admin.get(&path).await.assert_page(200, "a déjà un mot de passe");
    set(&app, child, "update users set deactivated_at = now() where id = $1").await;
    admin.get(&path).await.assert(404);
}

#[tokio::test]
async fn a_guardian_without_the_right_to_decide_draws_none() {
    let app = TestApp::new().await;
    let parent = app.person(Role::Parent).await;
    let child = child_of(&app, parent, "yassine.bensalah").await;
    set(&app, child, "update guardianships set rights = '{VIEW}' where student_id = $1").await;
    app.sign_in(parent).await.get(&format!("/comptes/{child}/fiche")).await.assert(404);
}
