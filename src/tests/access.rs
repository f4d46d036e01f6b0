//! Every route × every role: what the anonymous and people who have nothing to do with the record get. A route that
//! is added without a row here fails the first test. Those who have to do with a record are in the tests of its room.

use std::collections::BTreeSet;

use poem::http::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    access_rows::{
        Form,
        Gets::{self, Is, Own, SignIn, To},
        Json, LIBRARY, Nothing, PEOPLE, ROWS, Row, TUTOR,
    },
    openapi,
};
use crate::{
    assessments::tests::support,
    pages,
    testing::{Answer, Client, TestApp},
    web::Role,
};

/// Every row.
fn rows() -> impl Iterator<Item = &'static Row> {
    ROWS.iter().chain(PEOPLE).chain(TUTOR).chain(LIBRARY)
}

async fn app() -> TestApp {
    TestApp::with(&[("DATA_DIR", &std::env::temp_dir().to_string_lossy())]).await
}

/// Every `METHOD /path` of the site and of the contract.
pub(super) async fn routes(app: &TestApp) -> Vec<String> {
    let document = openapi::document(app).await;
    let contract = openapi::operations(&document).into_iter().map(|(method, path)| format!("{method} {path}"));
    pages().listed().iter().map(|(method, path)| format!("{method} {path}")).chain(contract).collect()
}

#[tokio::test]
async fn every_route_has_a_row() {
    let site: BTreeSet<String> = routes(&app().await).await.into_iter().collect();
    let rows: BTreeSet<String> = self::rows().map(|row| row.route.to_owned()).collect();
    assert_eq!(site.difference(&rows).collect::<Vec<_>>(), Vec::<&String>::new(), "routes without a row");
    assert_eq!(rows.difference(&site).collect::<Vec<_>>(), Vec::<&String>::new(), "rows without a route");
    assert_eq!(rows.len(), self::rows().count(), "two rows for one route");
}

#[tokio::test]
async fn every_route_answers_every_role_as_its_row_says() {
    let app = app().await;
    let record = support::completed_attempt(&app).await;
    let mut wrong = Vec::new();
    for row in rows() {
        wrong.extend(problem(row, record, &app.anonymous(), "anonymous", row.anonymous, "").await);
        for (role, gets) in Role::ALL.into_iter().zip(row.roles) {
            let person = app.signed_in(role).await;
            wrong.extend(problem(row, record, &person, role.key(), gets, role.landing()).await);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

async fn problem(row: &Row, record: Uuid, who: &Client, name: &str, gets: Gets, own: &str) -> Option<String> {
    let answer = send(row, record, who, name).await;
    let location = answer.header("location");
    let as_expected = match gets {
        Is(status) => answer.status.as_u16() == status,
        To(path) => answer.status == 303 && (path.is_empty() || location == path.replace(":id", &record.to_string())),
        Own => answer.status == 303 && location == own,
        SignIn => answer.status == 303 && location.starts_with("/auth/signin"),
    };
    let got = format!("{} {location}", answer.status.as_u16());
    (!as_expected).then(|| format!("{} as {name}: expected {gets:?}, got {got}", row.route))
}

/// Each role from an address of its own: refused sign-ins are counted by address.
async fn send(row: &Row, record: Uuid, who: &Client, name: &str) -> Answer {
    let (method, path) = row.route.split_once(' ').expect("method and path");
    let address = format!("203.0.113.{}", name.bytes().map(u32::from).sum::<u32>() % 250);
    let id = if path.contains("/jobs/") { "1".to_owned() } else { record.to_string() };
    let path = path.replace(":id", &id).replace(":number", "1").replace(":kind", "demande");
    let path = path.replace(":userId", &id);
    let path = path.replace(":id", &id).replace(":number", "1");
    let path = path.replace(":bank", support::LONG).replace(":question", "MATH-COMB-01");
    match row.sends {
        Nothing if method == "GET" => who.get(&path).from(&address).await,
        Nothing => panic!("{} sends something", row.route),
        Form(fields) => who.post(&path, fields).from(&address).await,
        Json(text) => {
            let body: Value = serde_json::from_str(text).unwrap_or_else(|_| json!({}));
            let method = Method::from_bytes(method.as_bytes()).expect("method");
            let ask = who.ask(method, &path).header("content-type", "application/json").body(body.to_string());
            ask.from(&address).await
        }
    }
}
