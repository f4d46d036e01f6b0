//! Every route of a person's record × everybody who has to do with the record, or with another: the staff, the student,
//! the guardian, the coach, and another student, guardian and coach. A route with `:id` (or `:userId`, `:studentId`,
//! `:person`) that is neither here nor among those whose `:id` is nobody's record fails the first test.

use poem::http::Method;
use uuid::Uuid;

use super::access;
use crate::{
    assessments::tests::support,
    testing::{Answer, Client, Signed, TestApp},
    web::Role,
};

/// Whose record `:id` is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    /// A student's account.
    Student,
    /// A coach's account.
    Coach,
    /// An assessment of the student, sent.
    Assessment,
    /// A request with the guardian's address, made signed out: the guardian is asked about it.
    Request,
}
use Of::{Assessment, Coach, Request, Student};

/// What is sent.
#[derive(Clone, Copy)]
enum Sends {
    Nothing,
    Form(&'static [(&'static str, &'static str)]),
    Json,
}
use Sends::{Form, Json, Nothing};

/// Who asks, in the order of a row.
const VIEWERS: [&str; 8] = [
    "admin",
    "assistante",
    "the student",
    "the guardian",
    "the coach",
    "another student",
    "another guardian",
    "another coach",
];

struct Row {
    route: &'static str,
    sends: Sends,
    of: Of,
    /// Statuses, in the order of [`VIEWERS`].
    gets: [u16; 8],
}

const fn row(route: &'static str, sends: Sends, of: Of, gets: [u16; 8]) -> Row {
    Row { route, sends, of, gets }
}

/// The desk alone; the others are told that it is not for them, whosever the record is.
const fn desk(route: &'static str, sends: Sends, of: Of, gets: u16) -> Row {
    row(route, sends, of, [gets, gets, 403, 403, 403, 403, 403, 403])
}

/// Who has to do with the record sees it; for all others it does not exist.
const SEEN: [u16; 8] = [200, 200, 200, 200, 200, 404, 404, 404];
const STRANGER: &[(&str, &str)] =
    &[("coach", STRANGERS), ("student", STRANGERS), ("guardian", STRANGERS), ("relation", "MERE")];
const STRANGERS: &str = "01900000-0000-7000-8000-000000000000";

const ROWS: &[Row] = &[
    row("GET /assessments/:id/result", Nothing, Assessment, SEEN),
    row("GET /assessments/:id/result/questions", Nothing, Assessment, SEEN),
    row("GET /assessments/:id/reports", Nothing, Assessment, [303, 303, 303, 303, 303, 404, 404, 404]),
    row("POST /assessments/:id/reports/retry", Form(&[]), Assessment, [409, 409, 403, 403, 403, 403, 403, 403]),
    // The runner is the student's alone; sent, there is only the result to go to.
    row("GET /assessments/:id", Nothing, Assessment, [303; 8]),
    row("POST /assessments/:id/start", Form(&[]), Assessment, [404, 404, 303, 404, 404, 404, 404, 404]),
    row("GET /assessments/:id/questions/:number", Nothing, Assessment, [404, 404, 303, 404, 404, 404, 404, 404]),
    row(
        "POST /assessments/:id/questions/:number",
        Form(&[("answer", "nsp")]),
        Assessment,
        [404, 404, 303, 404, 404, 404, 404, 404],
    ),
    row("GET /assessments/:id/review", Nothing, Assessment, [404, 404, 303, 404, 404, 404, 404, 404]),
    row("POST /assessments/:id/sending", Form(&[]), Assessment, [404, 404, 303, 404, 404, 404, 404, 404]),
    row("POST /assessments/:id/time-up", Form(&[]), Assessment, [404, 404, 303, 404, 404, 404, 404, 404]),
    row("GET /assessments/:id/processing", Nothing, Assessment, [303; 8]),
    // The contract's public routes tell everybody the scores of an assessment whose id they know, and no name.
    row("GET /api/assessments/:id/status", Nothing, Assessment, [200; 8]),
    row("GET /api/assessments/:id/result", Nothing, Assessment, [200; 8]),
    row("GET /eleves/:id/competences", Nothing, Student, SEEN),
    row("GET /eleves/:id/progression", Nothing, Student, SEEN),
    row("GET /eleves/:id/badges", Nothing, Student, SEEN),
    row("GET /api/students/:student_id/badges", Nothing, Student, SEEN),
    // This student has an e-mail and a password: no guardian makes a new link any more.
    row("GET /comptes/:id/fiche", Nothing, Student, [200, 200, 404, 404, 404, 404, 404, 404]),
    row("POST /comptes/:id/fiche", Form(&[]), Student, [200, 200, 404, 404, 404, 404, 404, 404]),
    row("POST /compte/enfants/:id/lien", Form(&[]), Student, [403, 403, 403, 404, 403, 403, 404, 403]),
    row("POST /compte/bilans/:id/oui", Form(&[]), Request, [404, 404, 404, 303, 404, 404, 404, 404]),
    row("POST /compte/bilans/:id/non", Form(&[]), Request, [404, 404, 404, 303, 404, 404, 404, 404]),
    desk("GET /admin/users/:id", Nothing, Student, 200),
    desk("POST /admin/users/:id", Form(&[]), Student, 422),
    desk("POST /admin/users/:id/close", Form(&[]), Student, 303),
    desk("POST /admin/users/:id/reopen", Form(&[]), Student, 303),
    desk("POST /admin/users/:id/activation", Form(&[]), Student, 422),
    desk("GET /admin/families/:id", Nothing, Student, 200),
    desk("POST /admin/families/:id", Form(&[]), Student, 422),
    desk("POST /admin/families/:id/guardians", Form(&[]), Student, 422),
    desk("POST /admin/families/:id/guardians/update", Form(STRANGER), Student, 422),
    desk("POST /admin/families/:id/guardians/unlink", Form(STRANGER), Student, 422),
    desk("POST /admin/families/:id/coaches", Form(STRANGER), Student, 303),
    desk("POST /admin/families/:id/coaches/remove", Form(STRANGER), Student, 303),
    desk("GET /admin/coaches/:id", Nothing, Coach, 200),
    desk("POST /admin/coaches/:id", Form(&[]), Coach, 422),
    desk("POST /admin/coaches/:id/students", Form(STRANGER), Coach, 303),
    desk("POST /admin/coaches/:id/students/remove", Form(STRANGER), Coach, 303),
    desk("PUT /api/assistant/coaches/:userId", Json, Coach, 200),
    desk("DELETE /api/assistant/coaches/:userId", Json, Coach, 200),
];

/// Routes whose `:id` is nobody's record.
const NOBODYS: &[&str] = &[
    "POST /admin/jobs/:id/retry",
    "GET /admin/import/:id",
    "POST /admin/import/:id",
    "POST /admin/import/:id/cancel",
    // Somebody to talk to, and the own notices: the tests of messaging walk every pair.
    "GET /messages/:id",
    "POST /messages/:id",
    "GET /messages/:id/nouveaux",
    "GET /notifications/:id",
    "POST /notifications/:id/lue",
    // Conversations, answers and memories are their owner's alone, alerts and contexts the staff's: the tests of the tutor.
    "GET /dashboard/eleve/aria/:id",
    "POST /dashboard/eleve/aria/:id",
    "GET /aria/:id",
    "POST /aria/:id",
    "POST /aria/:id/titre",
    "POST /aria/:id/suppression",
    "GET /aria/reponses/:id/flux",
    "POST /aria/reponses/:id/arret",
    "POST /aria/reponses/:id/encore",
    "POST /aria/reponses/:id/avis",
    "POST /aria/souvenirs/:id",
    "POST /aria/souvenirs/:id/oubli",
    "POST /admin/aria/abonnes/:id/fin",
    "GET /admin/aria/alertes/:id",
    "POST /admin/aria/alertes/:id/fin",
    "GET /admin/aria/reponses/:id",
    // Documents: the tests of the library.
    "GET /admin/rag/:id",
    "POST /admin/rag/:id",
    "POST /admin/rag/:id/versions",
    "POST /admin/rag/:id/retry",
    "POST /admin/rag/:id/withdraw",
    "POST /admin/rag/:id/restore",
    "GET /bibliotheque/:id",
    "GET /bibliotheque/:id/:number",
    // The desk's: a mail, an item.
    "POST /admin/outbox/:id/renvoyer",
    "GET /desk/:kind/:id",
    "POST /desk/:kind/:id/take",
    "POST /desk/:kind/:id/release",
    "POST /desk/:kind/:id/close",
];

/// Names of what stands for a record in a route.
const RECORDS: &[&str] = &[":id", ":userId", ":studentId", ":student_id", ":person"];

#[tokio::test]
async fn every_route_of_a_record_has_a_row() {
    let missing: Vec<String> = access::routes(&TestApp::new().await)
        .await
        .into_iter()
        .filter(|route| route.split('/').any(|part| RECORDS.contains(&part)))
        .filter(|route| !NOBODYS.contains(&route.as_str()) && !ROWS.iter().any(|row| row.route == route))
        .collect();
    assert_eq!(missing, Vec::<String>::new(), "routes of a record without a row");
}

/// A student with a sent assessment, a guardian and a coach, and strangers of the same roles.
struct World {
    app: TestApp,
    assessment: Uuid,
    student: Uuid,
    coach: Uuid,
    request: Uuid,
    /// In the order of [`VIEWERS`].
    viewers: Vec<Signed>,
}

impl World {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let assessment = support::completed_attempt(&app).await;
        let student = sqlx::query_scalar!(r#"select student_id as "id!" from assessments where id = $1"#, assessment)
            .fetch_one(&app.ctx.pool)
            .await
            .expect("student");
        let (guardian, coach) = (app.person(Role::Parent).await, app.person(Role::Coach).await);
        app.guard(guardian, student).await;
        app.coach(coach, student).await;
        let (other, parent, another) =
            (app.person(Role::Eleve).await, app.person(Role::Parent).await, app.person(Role::Coach).await);
        app.guard(parent, other).await;
        app.coach(another, other).await;
        let (admin, desk) = (app.person(Role::Admin).await, app.person(Role::Assistante).await);
        let mut viewers = Vec::new();
        for id in [admin, desk, student, guardian, coach, other, parent, another] {
            viewers.push(app.sign_in(id).await);
        }
        let request = asked_about(&app, guardian, assessment).await;
        Self { app, assessment, student, coach, request, viewers }
    }

    /// What was closed is open again, and everybody signed in.
    async fn reopen(&mut self) {
        sqlx::query!("update users set deactivated_at = null").execute(&self.app.ctx.pool).await.expect("reopened");
        for viewer in &mut self.viewers {
            *viewer = self.app.sign_in(viewer.id).await;
        }
    }

    /// The record.
    fn record(&self, of: Of) -> Uuid {
        match of {
            Student => self.student,
            Coach => self.coach,
            Assessment => self.assessment,
            Request => self.request,
        }
    }
}

/// A request with this guardian's address that made the assessment.
async fn asked_about(app: &TestApp, guardian: Uuid, assessment: Uuid) -> Uuid {
    let id = Uuid::now_v7();
    sqlx::query!(
        "with request as (
             insert into bilan_requests (id, form_key, parent_first_name, parent_last_name, parent_email, parent_phone,
                 student_first_name, student_last_name, student_grade, subjects, current_level)
             select $1, 'signed-out', first_name, last_name, email, '+216 20 123 456', 'Yassine', 'Ben Salah', 'TERMINALE',
                    '{MATHEMATIQUES}', 'moyen' from users where id = $2)
         update assessments set request_id = $1 where id = $3",
        id,
        guardian,
        assessment
    )
    .execute(&app.ctx.pool)
    .await
    .expect("request");
    id
}

#[tokio::test]
async fn everybody_gets_of_a_record_what_its_row_says() {
    let mut world = World::new().await;
    let mut wrong = Vec::new();
    for row in ROWS {
        for (at, (name, expected)) in VIEWERS.iter().zip(row.gets).enumerate() {
            if row.route.ends_with("/close") || row.route.starts_with("DELETE") {
                world.reopen().await;
            }
            let got = send(row, world.record(row.of), &world.viewers[at]).await.status.as_u16();
            if got != expected {
                wrong.push(format!("{} as {name}: expected {expected}, got {got}", row.route));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

async fn send(row: &Row, record: Uuid, who: &Client) -> Answer {
    let (method, path) = row.route.split_once(' ').expect("method and path");
    let id = record.to_string();
    let path = RECORDS.iter().fold(path.replace(":number", "1"), |path, name| path.replace(name, &id));
    match row.sends {
        Nothing => who.get(&path).await,
        Form(fields) => who.post(&path, fields).await,
        Json => {
            let method = Method::from_bytes(method.as_bytes()).expect("method");
            who.ask(method, &path).header("content-type", "application/json").body("{}").await
        }
    }
}
