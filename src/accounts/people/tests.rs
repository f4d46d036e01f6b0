//! HTTP tests of the register.

use poem::http::Method;
use serde_json::{Value, json};
use sqlx::PgPool;
use uuid::Uuid;

use crate::{
    testing::{Answer, Client, TestApp, together},
    web::Role,
};

pub(in crate::accounts) async fn audited(pool: &PgPool, action: &str) -> i64 {
    let count = sqlx::query_scalar!(r#"select count(*) as "count!" from audit_log where action = $1"#, action);
    count.fetch_one(pool).await.expect("audit log")
}

/// (template, address) of the mails that wait, oldest first.
pub(in crate::accounts) async fn mails(pool: &PgPool) -> Vec<(String, String)> {
    let rows = sqlx::query!("select template, to_email from outbox order by created_at, id").fetch_all(pool).await;
    rows.expect("outbox").into_iter().map(|row| (row.template, row.to_email)).collect()
}

pub(in crate::accounts) async fn send(who: &Client, method: Method, path: &str, body: &Value) -> Answer {
    who.ask(method, path).header("content-type", "application/json").body(body.to_string()).await
}

const NEW_PARENT: [(&str, &str); 5] = [
    ("role", "PARENT"),
    ("firstName", "Leïla"),
    ("lastName", "Ben Salah"),
    ("email", "Leila@Example.org"),
    ("phone", "+216 20 123 456"),
];

/// The hidden version of the form on an account's page.
async fn version(who: &Client, path: &str) -> String {
    let page = who.get(path).await.assert(200);
    let text = page.text();
    let rest = text.split("name=\"version\" value=\"").nth(1).expect("version");
    rest.split('"').next().expect("value").to_owned()
}

#[tokio::test]
async fn the_assistante_opens_the_account_of_a_parent_who_is_invited_by_mail() {
    let app = TestApp::new().await;
    let desk = app.signed_in(Role::Assistante).await;
    let place = desk.post("/admin/users", &NEW_PARENT).await.redirected();
    let id = place.trim_start_matches("/admin/users/").split('?').next().expect("id").to_owned();
    desk.get(&place).await.assert_page(200, "En attente");
    assert_eq!(mails(&app.ctx.pool).await, [("account-activation".to_owned(), "leila@example.org".to_owned())]);
    assert_eq!(audited(&app.ctx.pool, "users.create").await, 1);
    desk.post("/admin/users", &NEW_PARENT).await.assert_refused(&["email"]);
    desk.post(&format!("/admin/users/{id}/activation"), &[]).await.redirected();
    assert_eq!(mails(&app.ctx.pool).await.len(), 2);
}

#[tokio::test]
async fn the_assistante_neither_makes_nor_changes_nor_closes_a_colleague() {
    let app = TestApp::new().await;
    let (desk, admin) = (app.signed_in(Role::Assistante).await, app.person(Role::Admin).await);
    for role in ["ADMIN", "ASSISTANTE", "ELEVE", ""] {
        let mut form = NEW_PARENT;
        form[0].1 = role;
        desk.post("/admin/users", &form).await.assert_refused(&["role"]);
    }
    let page = desk.get("/admin/users/new").await.assert(200);
    assert!(!page.text().contains("Direction"), "{page}");
    let path = format!("/admin/users/{admin}");
    let page = desk.get(&path).await.assert(200);
    assert!(!page.text().contains("name=\"version\"") && !page.text().contains("/close"), "{page}");
    desk.post(&path, &NEW_PARENT).await.assert_page(422, "Seule la direction");
    desk.post(&format!("{path}/close"), &[]).await.assert_page(422, "Seule la direction");
    // Nor does a form of hers raise a parent.
    let parent = app.person(Role::Parent).await;
    let path = format!("/admin/users/{parent}");
    let now = version(&desk, &path).await;
    let raised =
        [("role", "ADMIN"), ("firstName", "P"), ("lastName", "N"), ("email", "p@example.org"), ("version", &now)];
    desk.post(&path, &raised).await.assert_page(422, "donnés par la direction");
    let role = sqlx::query_scalar!("select role from users where id = $1", parent);
    assert_eq!(role.fetch_one(&app.ctx.pool).await.expect("role"), "PARENT");
}

#[tokio::test]
async fn of_two_who_save_one_account_the_second_is_told_and_loses_nothing() {
    let app = TestApp::new().await;
    let (desk, admin) = (app.signed_in(Role::Assistante).await, app.signed_in(Role::Admin).await);
    let path = format!("/admin/users/{}", app.person(Role::Parent).await);
    let seen = version(&desk, &path).await;
    assert_eq!(seen, version(&admin, &path).await);
    let form = |phone, version| {
        [
            ("firstName", "Leïla"),
            ("lastName", "Nom"),
            ("email", "l@example.org"),
            ("phone", phone),
            ("version", version),
        ]
    };
    desk.post(&path, &form("20 111 111", &seen)).await.redirected();
    let second = admin.post(&path, &form("20 222 222", &seen)).await;
    second.assert_page(422, "Quelqu’un a modifié cette fiche");
    assert!(second.text().contains("value=\"20 222 222\"") && second.text().contains("<dd>20 111 111"), "{second}");
    let again = version(&admin, &path).await;
    admin.post(&path, &form("20 222 222", &again)).await.redirected();
    assert_eq!(audited(&app.ctx.pool, "users.update").await, 2);
}

#[tokio::test]
async fn a_new_address_makes_links_to_the_old_one_useless_and_tells_its_owner() {
    let app = TestApp::new().await;
    let (admin, parent) = (app.signed_in(Role::Admin).await, app.person(Role::Parent).await);
    let mut conn = app.ctx.pool.acquire().await.expect("connection");
    crate::accounts::activation::create_link(&mut conn, &app.ctx, parent).await.expect("link");
    let path = format!("/admin/users/{parent}");
    let now = version(&admin, &path).await;
    let form =
        [("role", "PARENT"), ("firstName", "P"), ("lastName", "N"), ("email", "new@example.org"), ("version", &now)];
    admin.post(&path, &form).await.redirected();
    let open = sqlx::query_scalar!(r#"select count(*) as "n!" from account_links where used_at is null"#);
    assert_eq!(open.fetch_one(&app.ctx.pool).await.expect("links"), 0);
    assert_eq!(mails(&app.ctx.pool).await, [("address-changed".to_owned(), format!("parent-{parent}@example.org"))]);
}

#[tokio::test]
async fn a_closed_account_is_signed_out_at_once_and_opens_again_as_it_was() {
    let app = TestApp::new().await;
    let (desk, parent) = (app.signed_in(Role::Assistante).await, app.signed_in(Role::Parent).await);
    parent.get("/dashboard/parent").await.assert(200);
    let path = format!("/admin/users/{}", parent.id);
    desk.post(&format!("{path}/close"), &[]).await.redirected();
    parent.get("/dashboard/parent").await.assert(303);
    desk.post(&format!("{path}/close"), &[]).await.redirected();
    assert_eq!(audited(&app.ctx.pool, "accounts.deactivate").await, 1);
    desk.post(&format!("{path}/activation"), &[]).await.assert_page(422, "fermé");
    desk.post(&format!("{path}/reopen"), &[]).await.redirected();
    app.sign_in(parent.id).await.get("/dashboard/parent").await.assert(200);
}

#[tokio::test]
async fn one_admin_is_always_left() {
    let app = TestApp::new().await;
    let (one, other) = (app.signed_in(Role::Admin).await, app.signed_in(Role::Admin).await);
    app.warm().await;
    one.post(&format!("/admin/users/{}/close", one.id), &[]).await.assert_page(422, "propre compte");
    together([
        one.post(&format!("/admin/users/{}/close", other.id), &[]),
        other.post(&format!("/admin/users/{}/close", one.id), &[]),
    ])
    .await;
    let left =
        sqlx::query_scalar!(r#"select count(*) as "n!" from users where role = 'ADMIN' and deactivated_at is null"#);
    assert_eq!(left.fetch_one(&app.ctx.pool).await.expect("count"), 1);
}

async fn named(app: &TestApp, role: Role, first: &str, last: &str) -> Uuid {
    let id = app.person(role).await;
    let named = sqlx::query!("update users set first_name = $2, last_name = $3 where id = $1", id, first, last);
    named.execute(&app.ctx.pool).await.expect("name");
    id
}

#[tokio::test]
async fn people_are_found_without_accents_and_in_any_order_of_words() {
    let app = TestApp::new().await;
    let desk = app.signed_in(Role::Assistante).await;
    let wanted = named(&app, Role::Eleve, "Éloïse", "Œuvrard-Ben Salah").await;
    named(&app, Role::Parent, "Amel", "Ben Amor").await;
    for searched in ["eloise", "salah+elo", "OEUVRARD", "ben+salah", &format!("eleve-{wanted}")] {
        let page = desk.get(&format!("/admin/users?q={searched}")).await.assert(200);
        assert!(page.text().contains(&wanted.to_string()) && page.text().contains("1 personne<"), "{searched}: {page}");
    }
    desk.get("/admin/users?q=100%25").await.assert_page(200, "Personne ne correspond");
    let page = desk.get("/admin/users?role=PARENT&state=active").await.assert(200);
    assert!(page.text().contains("1 personne<") && page.text().contains("Amel"), "{page}");
}

#[tokio::test]
async fn the_pages_of_the_list_hold_everybody_once_and_the_file_too() {
    let app = TestApp::new().await;
    let desk = app.signed_in(Role::Assistante).await;
    for number in 0..60 {
        named(&app, Role::Eleve, &format!("P{}", number % 7), &format!("N{}", number % 3)).await;
    }
    let (mut seen, mut next) = (Vec::new(), Some("/admin/users?role=ELEVE".to_owned()));
    while let Some(path) = next {
        let page = desk.get(&path).await.assert(200);
        assert!(page.queries().len() <= 2, "{:?}", page.queries());
        let links = page.text().split("href=\"/admin/users/").skip(1);
        seen.extend(links.filter_map(|rest| rest.get(..36)?.parse::<Uuid>().ok()));
        let link = page
            .text()
            .split("href=\"")
            .skip(1)
            .find(|rest| rest.contains("rel=\"next\"") && rest.find("rel=\"next\"") < rest.find('<'));
        next = link.and_then(|rest| rest.split('"').next()).map(|path| path.replace("&amp;", "&"));
    }
    assert_eq!(seen.len(), 60);
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 60);
    let file = desk.get("/admin/users.csv?role=ELEVE").await.assert(200);
    assert!(file.header("content-disposition").contains("personnes.csv"));
    assert!(file.text().starts_with("\u{feff}Nom;Prénom;Rôle;"), "{file}");
    assert_eq!(file.text().lines().count(), 61);
    assert_eq!(audited(&app.ctx.pool, "users.export").await, 1);
}

#[tokio::test]
async fn the_link_of_a_child_without_address_goes_to_the_guardians() {
    let app = TestApp::new().await;
    let (desk, child) = (app.signed_in(Role::Assistante).await, app.person(Role::Eleve).await);
    sqlx::query!(
        "update users set email = null, identifier = 'yassine.bensalah', activated_at = null where id = $1",
        child
    )
    .execute(&app.ctx.pool)
    .await
    .expect("child");
    let path = format!("/admin/users/{child}/activation");
    desk.post(&path, &[]).await.assert_page(422, "Aucune adresse e-mail");
    let (one, other) = (app.person(Role::Parent).await, app.person(Role::Parent).await);
    app.guard(one, child).await;
    app.guard(other, child).await;
    desk.post(&path, &[]).await.redirected();
    let sent = mails(&app.ctx.pool).await;
    assert_eq!(sent.len(), 2);
    assert!(sent.iter().all(|(template, _)| template == "child-activation"), "{sent:?}");
}

#[tokio::test]
async fn the_contract_lists_creates_changes_and_closes_users() {
    let app = TestApp::new().await;
    let admin = app.signed_in(Role::Admin).await;
    let new = json!({ "email": "Coach@Example.org", "password": "abcdefg1", "role": "COACH", "firstName": "Inès", "lastName": "Chatti" });
    let made = admin.post_json("/api/admin/users", &new).await.assert(201).json();
    assert_eq!((&made["success"], &made["message"]), (&json!(true), &json!("User created successfully")));
    let id = made["user"]["id"].clone();
    assert_eq!(
        admin.post_json("/api/admin/users", &new).await.assert(409).json()["error"],
        "User with this email already exists"
    );
    let list = admin.get("/api/admin/users?search=chatti").await.assert(200).json();
    assert_eq!(list["users"][0]["profile"]["pseudonym"], "Inès Chatti");
    assert_eq!(list["pagination"], json!({ "total": 1, "limit": 10, "offset": 0, "hasMore": false }));
    admin.get("/api/admin/users?limit=x").await.assert(422);
    let weak =
        json!({ "email": "a@example.org", "password": "short", "role": "PARENT", "firstName": "A", "lastName": "B" });
    let refused = admin.post_json("/api/admin/users", &weak).await.assert(422).json();
    assert_eq!(refused["details"]["errors"][0]["path"], "password");

    let change = json!({ "id": id, "firstName": "Rym", "password": "another1234" });
    let changed = send(&admin, Method::PATCH, "/api/admin/users", &change).await.assert(200).json();
    assert_eq!((&changed["user"]["firstName"], &changed["user"]["lastName"]), (&json!("Rym"), &json!("Chatti")));
    let hash = sqlx::query_scalar!("select password_hash from users where email = 'coach@example.org'");
    assert_eq!(hash.fetch_one(&app.ctx.pool).await.expect("row"), None);
    for (body, status, error) in [
        (json!({}), 400, "User ID is required"),
        (json!({ "id": Uuid::now_v7() }), 404, "User not found"),
        (json!({ "id": id, "email": format!("admin-{}@example.org", admin.id) }), 409, "Email already in use"),
    ] {
        let answer = send(&admin, Method::PATCH, "/api/admin/users", &body).await.assert(status);
        assert_eq!(answer.json()["error"], error);
    }

    let own = format!("/api/admin/users?id={}", admin.id);
    let refused = send(&admin, Method::DELETE, &own, &json!({})).await.assert(400);
    assert_eq!(refused.json()["error"], "Cannot delete your own account");
    let theirs = format!("/api/admin/users?id={}", id.as_str().expect("id"));
    send(&admin, Method::DELETE, &theirs, &json!({})).await.assert(200);
    let closed = sqlx::query_scalar!(
        r#"select deactivated_at is not null as "closed!" from users where email = 'coach@example.org'"#
    );
    assert!(closed.fetch_one(&app.ctx.pool).await.expect("row"));
}
