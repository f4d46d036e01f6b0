//! Every route × every role: what the anonymous and people who have nothing to do with the record get. A route that
//! is added without a row here fails the first test. Those who have to do with a record are in the tests of its room.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use uuid::Uuid;

use super::openapi;
use crate::{
    assessments::tests::support,
    pages,
    testing::{Answer, Client, TestApp},
    web::Role,
};

/// What is expected.
#[derive(Clone, Copy, Debug)]
enum Gets {
    /// This status.
    Is(u16),
    /// 303 to this path; `:id` is the record, nothing stands for anywhere.
    To(&'static str),
    /// 303 to the sign-in page.
    SignIn,
    /// 303 to the role's own landing page.
    Own,
}
use Gets::{Is, Own, SignIn, To};

/// A route and what is sent to it: nothing, a form or JSON.
struct Row {
    route: &'static str,
    sends: Sends,
    anonymous: Gets,
    /// In the order of [`Role::ALL`]: admin, assistante, coach, parent, élève.
    roles: [Gets; 5],
}

#[derive(Clone, Copy)]
enum Sends {
    Nothing,
    Form(&'static [(&'static str, &'static str)]),
    Json(&'static str),
}
use Sends::{Form, Json, Nothing};

const fn row(route: &'static str, sends: Sends, anonymous: Gets, roles: [Gets; 5]) -> Row {
    Row { route, sends, anonymous, roles }
}

/// The same for all.
const fn all(route: &'static str, sends: Sends, gets: Gets) -> Row {
    row(route, sends, gets, [gets; 5])
}

/// For the admin alone; the others are told that it is not for them.
const fn admin(route: &'static str, sends: Sends, gets: Gets) -> Row {
    row(route, sends, SignIn, [gets, Is(403), Is(403), Is(403), Is(403)])
}

/// What the banks contain and how they do: for the staff and the coaches.
const fn content(route: &'static str) -> Row {
    row(route, Nothing, SignIn, [Is(200), Is(200), Is(200), Is(403), Is(403)])
}

/// A landing page: the admin enters all, the others their own.
const fn landing(route: &'static str, roles: [Gets; 5]) -> Row {
    row(route, Nothing, SignIn, roles)
}

const SUBMISSION: &str =
    r#"{"subject":"MATHS","grade":"TERMINALE","studentData":{"email":"a@example.org","name":"Alya"},"answers":{}}"#;
const FAMILY: &str = r#"{"parentFirstName":"Leïla","parentLastName":"Ben Salah","parentEmail":"leila@example.org","parentPhone":"+216 20 123 456",
    "studentFirstName":"Yassine","studentLastName":"Ben Salah","studentGrade":"terminale","subjects":["MATHEMATIQUES"],"currentLevel":"moyen","acceptTerms":true}"#;
const STRANGER: [Gets; 5] = [Is(200), Is(200), Is(404), Is(404), Is(404)];

const ROWS: &[Row] = &[
    row("GET /", Nothing, Is(200), [Own; 5]),
    row("GET /dashboard", Nothing, SignIn, [Own; 5]),
    landing("GET /dashboard/admin", [Is(200), Own, Own, Own, Own]),
    landing("GET /dashboard/assistante", [Is(200), Is(200), Own, Own, Own]),
    landing("GET /dashboard/coach", [Is(200), Own, Is(200), Own, Own]),
    landing("GET /dashboard/parent", [Is(200), Own, Own, Is(200), Own]),
    landing("GET /dashboard/eleve", [Is(200), Own, Own, Own, Is(200)]),
    // accounts
    row("GET /auth/signin", Nothing, Is(200), [Own; 5]),
    all("POST /auth/signin", Form(&[("email", "nobody@example.org"), ("password", "wrong")]), Is(422)),
    all("POST /auth/signout", Form(&[]), To("/")),
    all("GET /auth/activate", Nothing, Is(400)),
    all("POST /auth/activate", Form(&[("token", "act_unknown"), ("password", "a good password")]), Is(400)),
    all("GET /mentions-legales", Nothing, Is(200)),
    all("GET /conditions", Nothing, Is(200)),
    all("GET /confidentialite", Nothing, Is(200)),
    // the free assessment
    all("GET /bilan-gratuit", Nothing, Is(200)),
    all("POST /bilan-gratuit", Form(&[]), Is(422)),
    all("GET /bilan-gratuit/eleve", Nothing, To("/bilan-gratuit")),
    all("POST /bilan-gratuit/eleve", Form(&[]), To("/bilan-gratuit")),
    // the runner: another student's attempt
    row(
        "POST /assessments",
        Form(&[("bank", "maths_terminale_spe_v1")]),
        SignIn,
        [Is(403), Is(403), Is(403), Is(403), To("")],
    ),
    all("GET /assessments/:id", Nothing, To("/assessments/:id/result")),
    all("POST /assessments/:id/start", Form(&[]), Is(404)),
    all("GET /assessments/:id/questions/:number", Nothing, Is(404)),
    all("POST /assessments/:id/questions/:number", Form(&[("answer", "nsp")]), Is(404)),
    all("GET /assessments/:id/review", Nothing, Is(404)),
    all("POST /assessments/:id/sending", Form(&[]), Is(404)),
    all("POST /assessments/:id/time-up", Form(&[]), Is(404)),
    // its result
    row("GET /assessments/:id/result", Nothing, SignIn, STRANGER),
    row("GET /assessments/:id/result/questions", Nothing, SignIn, STRANGER),
    all("GET /assessments/:id/processing", Nothing, To("/assessments/:id/result")),
    // its reports: no model to ask again here
    row(
        "GET /assessments/:id/reports",
        Nothing,
        SignIn,
        [To("/assessments/:id/result#reports"), To("/assessments/:id/result#reports"), Is(404), Is(404), Is(404)],
    ),
    row("POST /assessments/:id/reports/retry", Form(&[]), SignIn, [Is(409), Is(409), Is(403), Is(403), Is(403)]),
    // the directeur
    admin("GET /admin/directeur", Nothing, Is(200)),
    admin("POST /admin/directeur/recompute", Form(&[("subject", "MATHS")]), To("/admin/directeur#recompute")),
    admin("GET /admin/directeur/recompute/progress", Nothing, Is(200)),
    // the quality of questions
    content("GET /admin/questions"),
    admin("POST /admin/questions/recompute", Form(&[]), To("/admin/questions#recompute")),
    content("GET /admin/questions/recompute/progress"),
    content("GET /admin/questions/:bank"),
    content("GET /admin/questions/:bank/csv"),
    content("GET /admin/questions/:bank/:question"),
    content("GET /admin/formes"),
    // jobs
    admin("GET /admin/jobs", Nothing, Is(200)),
    admin("POST /admin/jobs/retry", Form(&[]), To("/admin/jobs")),
    admin("POST /admin/jobs/:id/retry", Form(&[]), To("/admin/jobs")),
    // the JSON contract
    all("GET /api/auth/csrf", Nothing, Is(200)),
    all(
        "POST /api/auth/callback/credentials",
        Form(&[("email", "nobody@example.org"), ("password", "wrong")]),
        Is(401),
    ),
    all("GET /api/auth/session", Nothing, Is(200)),
    all("POST /api/auth/signout", Form(&[]), Is(200)),
    all("POST /api/assessments/submit", Json(SUBMISSION), Is(201)),
    all("GET /api/assessments/:id/status", Nothing, Is(200)),
    all("GET /api/assessments/:id/result", Nothing, Is(200)),
    all("POST /api/bilan-gratuit", Json(FAMILY), Is(200)),
    row("GET /api/admin/directeur/stats", Nothing, Is(403), [Is(200), Is(403), Is(403), Is(403), Is(403)]),
    row(
        "POST /api/admin/recompute-ssn",
        Json(r#"{"type":"MATHS"}"#),
        Is(403),
        [Is(200), Is(403), Is(403), Is(403), Is(403)],
    ),
    all("GET /api/health", Nothing, Is(200)),
    all("GET /api/v1/health", Nothing, Is(200)),
    all("GET /api/health/live", Nothing, Is(200)),
    all("GET /api/health/ready", Nothing, Is(200)),
];

async fn app() -> TestApp {
    TestApp::with(&[("DATA_DIR", &std::env::temp_dir().to_string_lossy())]).await
}

#[tokio::test]
async fn every_route_has_a_row() {
    let document = openapi::document(&app().await).await;
    let contract = openapi::operations(&document).into_iter().map(|(method, path)| format!("{method} {path}"));
    let site: BTreeSet<String> =
        pages().listed().iter().map(|(method, path)| format!("{method} {path}")).chain(contract).collect();
    let rows: BTreeSet<String> = ROWS.iter().map(|row| row.route.to_owned()).collect();
    assert_eq!(site.difference(&rows).collect::<Vec<_>>(), Vec::<&String>::new(), "routes without a row");
    assert_eq!(rows.difference(&site).collect::<Vec<_>>(), Vec::<&String>::new(), "rows without a route");
    assert_eq!(rows.len(), ROWS.len(), "two rows for one route");
}

#[tokio::test]
async fn every_route_answers_every_role_as_its_row_says() {
    let app = app().await;
    let record = support::completed_attempt(&app).await;
    let mut wrong = Vec::new();
    for row in ROWS {
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
    let path = path.replace(":id", &id).replace(":number", "1");
    let path = path.replace(":bank", support::LONG).replace(":question", "MATH-COMB-01");
    match row.sends {
        Nothing if method == "GET" => who.get(&path).from(&address).await,
        Nothing => panic!("{} sends something", row.route),
        Form(fields) => who.post(&path, fields).from(&address).await,
        Json(text) => {
            let body: Value = serde_json::from_str(text).unwrap_or_else(|_| json!({}));
            who.post_json(&path, &body).from(&address).await
        }
    }
}
