//! The table of [`super::access`]: every route, what is sent to it, and what each role gets.

/// What is expected.
#[derive(Clone, Copy, Debug)]
pub(super) enum Gets {
    /// This status.
    Is(u16),
    /// 303 to this path; `:id` is the record, nothing stands for anywhere.
    To(&'static str),
    /// 303 to the sign-in page.
    SignIn,
    /// 303 to the role's own landing page.
    Own,
}
pub(super) use Gets::{Is, Own, SignIn, To};

/// A route and what is sent to it: nothing, a form or JSON.
pub(super) struct Row {
    pub(super) route: &'static str,
    pub(super) sends: Sends,
    pub(super) anonymous: Gets,
    /// In the order of [`crate::web::Role::ALL`]: admin, assistante, coach, parent, élève.
    pub(super) roles: [Gets; 5],
}

#[derive(Clone, Copy)]
pub(super) enum Sends {
    Nothing,
    Form(&'static [(&'static str, &'static str)]),
    Json(&'static str),
}
pub(super) use Sends::{Form, Json, Nothing};

const fn row(route: &'static str, sends: Sends, anonymous: Gets, roles: [Gets; 5]) -> Row {
    Row { route, sends, anonymous, roles }
}

/// The same for all.
const fn all(route: &'static str, sends: Sends, gets: Gets) -> Row {
    row(route, sends, gets, [gets; 5])
}

/// About one's own account: the same for all who are signed in.
const fn own(route: &'static str, sends: Sends, gets: Gets) -> Row {
    row(route, sends, SignIn, [gets; 5])
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
const DESK: [Gets; 5] = [Is(200), Is(200), Is(403), Is(403), Is(403)];
const STRANGER: [Gets; 5] = [Is(200), Is(200), Is(404), Is(404), Is(404)];

pub(super) const ROWS: &[Row] = &[
    row("GET /", Nothing, Is(200), [Own; 5]),
    row("GET /dashboard", Nothing, SignIn, [Own; 5]),
    landing("GET /dashboard/admin", [Is(200), Own, Own, Own, Own]),
    landing("GET /dashboard/assistante", [Is(200), Is(200), Own, Own, Own]),
    landing("GET /dashboard/coach", [Is(200), Own, Is(200), Own, Own]),
    landing("GET /dashboard/parent", [Is(200), Own, Own, Is(200), Own]),
    landing("GET /dashboard/eleve", [Is(200), Own, Own, Own, Is(200)]),
    admin("GET /admin/activite", Nothing, Is(200)),
    admin("GET /admin/activite.csv", Nothing, Is(200)),
    // accounts
    row("GET /auth/signin", Nothing, Is(200), [Own; 5]),
    all("POST /auth/signin", Form(&[("email", "nobody@example.org"), ("password", "wrong")]), Is(422)),
    all("POST /auth/signout", Form(&[]), To("/")),
    all("GET /auth/activate", Nothing, Is(400)),
    all("POST /auth/activate", Form(&[("token", "act_unknown"), ("password", "a good password")]), Is(400)),
    all("POST /auth/activate/resend", Form(&[("account", "nobody@example.org")]), To("/auth/activate?sent=true")),
    all("GET /auth/two-factor", Nothing, To("/auth/signin")),
    all("POST /auth/two-factor", Form(&[("code", "123456")]), To("/auth/signin")),
    all("GET /auth/forgot-password", Nothing, Is(200)),
    all(
        "POST /auth/forgot-password",
        Form(&[("account", "nobody@example.org")]),
        To("/auth/forgot-password?sent=true"),
    ),
    all("GET /auth/reset-password", Nothing, Is(400)),
    all("POST /auth/reset-password", Form(&[("token", "rst_unknown"), ("password", "a good password")]), Is(400)),
    all("POST /auth/password-hint", Form(&[("password", "a good password")]), Is(200)),
    own("GET /compte", Nothing, Is(200)),
    own("POST /compte/telephone", Form(&[]), To("/compte?fait=telephone")),
    own("POST /compte/lecture", Form(&[]), To("/compte?fait=lecture")),
    own("GET /compte/mot-de-passe", Nothing, Is(200)),
    own("POST /compte/mot-de-passe", Form(&[]), Is(422)),
    own("GET /compte/email", Nothing, Is(200)),
    own("POST /compte/email", Form(&[]), Is(422)),
    all("GET /compte/email/confirmation", Nothing, Is(400)),
    all("POST /compte/email/confirmation", Form(&[("token", "eml_unknown")]), Is(400)),
    own("POST /compte/sessions/fin", Form(&[("session", "00")]), To("/compte?fait=session")),
    own("POST /compte/sessions/autres", Form(&[]), To("/compte?fait=sessions")),
    own("GET /compte/two-factor", Nothing, Is(200)),
    own("POST /compte/two-factor", Form(&[]), Is(422)),
    own("POST /compte/two-factor/confirmation", Form(&[]), Is(422)),
    own("POST /compte/two-factor/codes", Form(&[]), To("/compte/two-factor")),
    own("POST /compte/two-factor/arret", Form(&[]), Is(422)),
    // a student's slip and link: the record is no account here
    row("POST /compte/enfants/:id/lien", Form(&[]), SignIn, [Is(403), Is(403), Is(403), Is(404), Is(403)]),
    own("GET /comptes/:id/fiche", Nothing, Is(404)),
    own("POST /comptes/:id/fiche", Form(&[]), Is(404)),
    // a request that waits for its parent's answer: the record is none here
    own("POST /compte/bilans/:id/oui", Form(&[]), Is(404)),
    own("POST /compte/bilans/:id/non", Form(&[]), Is(404)),
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
    admin("GET /admin/directeur/resultats", Nothing, Is(200)),
    admin("GET /admin/directeur/resultats.csv", Nothing, Is(200)),
    admin("POST /admin/directeur/recompute", Form(&[("subject", "MATHS")]), To("/admin/directeur#recompute")),
    admin("GET /admin/directeur/recompute/progress", Nothing, Is(200)),
    // learning: of a record that is no student
    row("GET /competences", Nothing, SignIn, [Own, Own, Own, Own, Is(200)]),
    row("GET /progression", Nothing, SignIn, [Own, Own, Own, Own, Is(200)]),
    row("GET /badges", Nothing, SignIn, [Own, Own, Own, Own, Is(200)]),
    row("GET /eleves/:id/competences", Nothing, SignIn, [Is(404); 5]),
    row("GET /eleves/:id/progression", Nothing, SignIn, [Is(404); 5]),
    row("GET /eleves/:id/badges", Nothing, SignIn, [Is(404); 5]),
    admin("GET /admin/projections", Nothing, Is(200)),
    admin("POST /admin/projections/rebuild", Form(&[]), To("/admin/projections#competences")),
    row("POST /api/assessments/predict", Json(r#"{"studentId":"nobody"}"#), Is(401), [Is(404); 5]),
    row("GET /api/students/:student_id/badges", Nothing, Is(401), [Is(404); 5]),
    row("GET /api/me/next-step", Nothing, Is(401), [Is(200); 5]),
    // library: no document has the record's key
    own("GET /bibliotheque", Nothing, Is(200)),
    own("GET /bibliotheque/:id", Nothing, Is(404)),
    own("GET /bibliotheque/:id/:number", Nothing, Is(404)),
    row("GET /api/rag/search", Nothing, Is(401), [Is(200), Is(200), Is(200), Is(403), Is(403)]),
    // the desk: no such item
    row("GET /desk/:kind/:id", Nothing, SignIn, [Is(404), Is(404), Is(403), Is(403), Is(403)]),
    row("POST /desk/:kind/:id/take", Form(&[]), SignIn, [Is(404), Is(404), Is(403), Is(403), Is(403)]),
    row(
        "POST /desk/:kind/:id/release",
        Form(&[]),
        SignIn,
        [To("/dashboard/admin"), To("/dashboard/assistante"), Is(403), Is(403), Is(403)],
    ),
    row(
        "POST /desk/:kind/:id/close",
        Form(&[("outcome", "DROPPED")]),
        SignIn,
        [Is(404), Is(404), Is(403), Is(403), Is(403)],
    ),
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
    // llm: no provider has this name
    admin("GET /admin/modeles", Nothing, Is(200)),
    admin("POST /admin/modeles/:name/reprendre", Form(&[]), Is(404)),
    // messaging: nobody has the record's id, and no notification either
    row("GET /messages", Nothing, SignIn, [Is(200); 5]),
    row("GET /messages/nouveau", Nothing, SignIn, [Is(200); 5]),
    row("GET /messages/:id", Nothing, SignIn, [Is(404); 5]),
    row("POST /messages/:id", Form(&[("message", "Bonjour")]), SignIn, [Is(404); 5]),
    row("GET /messages/:id/nouveaux", Nothing, Is(204), [Is(404); 5]),
    row("GET /notifications", Nothing, SignIn, [Is(200); 5]),
    row("GET /notifications/badges", Nothing, Is(204), [Is(200); 5]),
    row("POST /notifications/lues", Form(&[]), SignIn, [To("/notifications"); 5]),
    row("GET /notifications/:id", Nothing, SignIn, [Is(404); 5]),
    row("POST /notifications/:id/lue", Form(&[]), SignIn, [Is(404); 5]),
    row("GET /compte/notifications", Nothing, SignIn, [Is(200); 5]),
    row("POST /compte/notifications", Form(&[("BILAN", "DAILY")]), SignIn, [To("/compte/notifications?saved=1"); 5]),
    row("GET /admin/outbox", Nothing, SignIn, DESK),
    row(
        "POST /admin/outbox/:id/renvoyer",
        Form(&[]),
        SignIn,
        [To("/admin/outbox"), To("/admin/outbox"), Is(403), Is(403), Is(403)],
    ),
    // without asking for a stream
    row("GET /live", Nothing, SignIn, [Is(406); 5]),
    row("GET /api/messages/conversations", Nothing, Is(401), [Is(200); 5]),
    row(
        "POST /api/messages/send",
        Json(r#"{"receiverId":"00000000-0000-0000-0000-000000000000","content":"Bonjour"}"#),
        Is(401),
        [Is(404); 5],
    ),
    row("GET /api/notifications", Nothing, Is(401), [Is(200); 5]),
    row("PATCH /api/notifications", Json(r#"{"action":"markAllAsRead"}"#), Is(401), [Is(200); 5]),
    // the JSON contract
    all("GET /api/auth/csrf", Nothing, Is(200)),
    all(
        "POST /api/auth/callback/credentials",
        Form(&[("email", "nobody@example.org"), ("password", "wrong")]),
        Is(401),
    ),
    all("GET /api/auth/session", Nothing, Is(200)),
    all("POST /api/auth/signout", Form(&[]), Is(200)),
    all("POST /api/auth/reset-password", Json(r#"{"email":"nobody@example.org"}"#), Is(200)),
    all("POST /api/assessments/submit", Json(SUBMISSION), Is(201)),
    all("GET /api/assessments/:id/status", Nothing, Is(200)),
    all("GET /api/assessments/:id/result", Nothing, Is(200)),
    all("POST /api/bilan-gratuit", Json(FAMILY), Is(200)),
    row("GET /api/admin/dashboard", Nothing, Is(401), [Is(200), Is(403), Is(403), Is(403), Is(403)]),
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

/// For the desk: admin and assistante; the others are told that it is not for them.
const fn desk(route: &'static str, sends: Sends, gets: Gets) -> Row {
    row(route, sends, SignIn, [gets, gets, Is(403), Is(403), Is(403)])
}

/// The desk's JSON: guards answer 401 and 403.
const fn desk_json(route: &'static str, sends: Sends, gets: Gets) -> Row {
    row(route, sends, Is(401), [gets, gets, Is(403), Is(403), Is(403)])
}

/// The admin's JSON.
const fn admin_json(route: &'static str, sends: Sends, gets: Gets) -> Row {
    row(route, sends, Is(401), [gets, Is(403), Is(403), Is(403), Is(403)])
}

/// The library: admin, assistante and coaches.
const fn library(route: &'static str, sends: Sends, gets: Gets) -> Row {
    row(route, sends, SignIn, [gets, gets, gets, Is(403), Is(403)])
}

/// The library's JSON.
const fn library_json(route: &'static str, sends: Sends, gets: Gets) -> Row {
    row(route, sends, Is(401), [gets, gets, gets, Is(403), Is(403)])
}

/// Course documents; `:id` is none here.
pub(super) const LIBRARY: &[Row] = &[
    library("GET /admin/rag", Nothing, Is(200)),
    library("POST /admin/rag", Form(&[]), Is(422)),
    library("GET /admin/rag/new", Nothing, Is(200)),
    library("GET /admin/rag/progress", Nothing, Is(200)),
    library("GET /admin/rag/:id", Nothing, Is(404)),
    library("POST /admin/rag/:id", Form(&[]), Is(404)),
    library("POST /admin/rag/:id/versions", Form(&[]), Is(404)),
    library("POST /admin/rag/:id/retry", Form(&[]), Is(404)),
    library("POST /admin/rag/:id/withdraw", Form(&[]), Is(404)),
    library("POST /admin/rag/:id/restore", Form(&[]), Is(404)),
    library_json("POST /api/rag/upload", Json("{}"), Is(400)),
    library_json("GET /api/rag/jobs", Nothing, Is(200)),
    library_json("GET /api/rag/docs", Nothing, Is(200)),
];

const A_PERSON: &str = "01900000-0000-7000-8000-000000000000";

/// The staff's pages about people, and the JSON of the same; `:id` is nobody here.
pub(super) const PEOPLE: &[Row] = &[
    desk("GET /admin/users", Nothing, Is(200)),
    desk("POST /admin/users", Form(&[]), Is(422)),
    desk("GET /admin/users.csv", Nothing, Is(200)),
    desk("GET /admin/users/new", Nothing, Is(200)),
    desk("GET /admin/users/:id", Nothing, Is(404)),
    desk("POST /admin/users/:id", Form(&[]), Is(404)),
    desk("POST /admin/users/:id/close", Form(&[]), Is(404)),
    desk("POST /admin/users/:id/reopen", Form(&[]), Is(404)),
    desk("POST /admin/users/:id/activation", Form(&[]), Is(404)),
    desk("GET /admin/families", Nothing, Is(200)),
    desk("POST /admin/families", Form(&[]), Is(422)),
    desk("GET /admin/families.csv", Nothing, Is(200)),
    desk("GET /admin/families/new", Nothing, Is(200)),
    desk("GET /admin/families/:id", Nothing, Is(404)),
    desk("POST /admin/families/:id", Form(&[]), Is(404)),
    desk("POST /admin/families/:id/guardians", Form(&[]), Is(404)),
    desk("POST /admin/families/:id/guardians/update", Form(&[("guardian", A_PERSON), ("relation", "MERE")]), Is(404)),
    desk("POST /admin/families/:id/guardians/unlink", Form(&[("guardian", A_PERSON)]), Is(404)),
    desk("POST /admin/families/:id/coaches", Form(&[("coach", A_PERSON)]), Is(404)),
    desk("POST /admin/families/:id/coaches/remove", Form(&[("coach", A_PERSON)]), Is(404)),
    desk("GET /admin/coaches", Nothing, Is(200)),
    desk("POST /admin/coaches", Form(&[]), Is(422)),
    desk("GET /admin/coaches.csv", Nothing, Is(200)),
    desk("GET /admin/coaches/new", Nothing, Is(200)),
    desk("GET /admin/coaches/:id", Nothing, Is(404)),
    desk("POST /admin/coaches/:id", Form(&[]), Is(404)),
    desk("POST /admin/coaches/:id/students", Form(&[("student", A_PERSON)]), Is(404)),
    desk("POST /admin/coaches/:id/students/remove", Form(&[("student", A_PERSON)]), Is(404)),
    desk("GET /admin/import", Nothing, Is(200)),
    desk("POST /admin/import", Form(&[]), Is(400)),
    desk("GET /admin/import/modele.csv", Nothing, Is(200)),
    desk("GET /admin/import/:id", Nothing, Is(404)),
    desk("POST /admin/import/:id", Form(&[]), Is(404)),
    desk("POST /admin/import/:id/cancel", Form(&[]), To("/admin/import")),
    admin_json("GET /api/admin/users", Nothing, Is(200)),
    admin_json("POST /api/admin/users", Json("{}"), Is(422)),
    admin_json("PATCH /api/admin/users", Json("{}"), Is(400)),
    admin_json("DELETE /api/admin/users", Json("{}"), Is(400)),
    desk_json("GET /api/assistant/coaches", Nothing, Is(200)),
    desk_json("POST /api/assistant/coaches", Json("{}"), Is(422)),
    desk_json("PUT /api/assistant/coaches/:userId", Json("{}"), Is(404)),
    desk_json("DELETE /api/assistant/coaches/:userId", Json("{}"), Is(404)),
    row("POST /api/assistant/activate-student", Json("{}"), Is(401), [Is(400), Is(400), Is(403), Is(400), Is(403)]),
    all("GET /api/student/activate", Nothing, Is(400)),
    all("POST /api/student/activate", Json("{}"), Is(400)),
    row("GET /api/parent/children", Nothing, Is(401), [Is(403), Is(403), Is(403), Is(200), Is(403)]),
    row("POST /api/parent/children", Json("{}"), Is(401), [Is(403), Is(403), Is(403), Is(422), Is(403)]),
];

/// The tutor and what is not free. No conversation, answer or alert has the record's key.
pub(super) const TUTOR: &[Row] = &[
    row("GET /dashboard/eleve/aria", Nothing, SignIn, [To("/aria"), To("/aria"), To("/aria"), To("/aria"), Is(200)]),
    row("GET /aria", Nothing, SignIn, [Is(200), Is(200), Is(200), Is(200), To("/dashboard/eleve/aria")]),
    row(
        "GET /dashboard/eleve/aria/:id",
        Nothing,
        SignIn,
        [To("/aria/:id"), To("/aria/:id"), To("/aria/:id"), To("/aria/:id"), Is(404)],
    ),
    row("GET /aria/:id", Nothing, SignIn, [Is(404), Is(404), Is(404), Is(404), To("/dashboard/eleve/aria/:id")]),
    own("POST /dashboard/eleve/aria", Form(&[("subject", "NSI")]), Is(422)),
    own("POST /aria", Form(&[("subject", "NSI")]), Is(422)),
    own("POST /dashboard/eleve/aria/:id", Form(&[("question", "Bonjour")]), Is(404)),
    own("POST /aria/:id", Form(&[("question", "Bonjour")]), Is(404)),
    own("POST /aria/:id/titre", Form(&[("titre", "Titre")]), Is(404)),
    own("POST /aria/:id/suppression", Form(&[]), Is(404)),
    own("GET /aria/reponses/:id/flux", Nothing, Is(404)),
    own("POST /aria/reponses/:id/arret", Form(&[]), Is(404)),
    own("POST /aria/reponses/:id/encore", Form(&[]), Is(404)),
    own("POST /aria/reponses/:id/avis", Form(&[("avis", "1")]), Is(404)),
    student("GET /aria/souvenirs", Nothing, Is(200)),
    student("POST /aria/souvenirs/tout", Form(&[]), To("/aria/souvenirs?fait=tout")),
    student("POST /aria/souvenirs/:id", Form(&[("texte", "Autre")]), Is(404)),
    student("POST /aria/souvenirs/:id/oubli", Form(&[]), Is(404)),
    row("GET /aria/famille", Nothing, SignIn, [Is(403), Is(403), Is(403), Is(200), Is(403)]),
    own("GET /dashboard/parent/abonnements", Nothing, Is(200)),
    row("GET /admin/aria", Nothing, SignIn, DESK),
    admin("POST /admin/aria/limites", Form(&[("role", "ELEVE"), ("plan", "FREE"), ("limite", "5")]), To("/admin/aria")),
    admin("POST /admin/aria/numeros", Form(&[]), To("/admin/aria")),
    row("POST /admin/aria/abonnes", Form(&[]), SignIn, [Is(422), Is(422), Is(403), Is(403), Is(403)]),
    row("POST /admin/aria/abonnes/:id/fin", Form(&[]), SignIn, UNKNOWN),
    row("GET /admin/aria/alertes", Nothing, SignIn, DESK),
    row("GET /admin/aria/alertes/:id", Nothing, SignIn, UNKNOWN),
    row("POST /admin/aria/alertes/:id/fin", Form(&[("note", "Famille appelée")]), SignIn, UNKNOWN),
    admin("GET /admin/aria/reponses", Nothing, Is(200)),
    admin("GET /admin/aria/reponses/:id", Nothing, Is(404)),
    row("POST /api/aria/chat", Json("{}"), Is(401), [Is(400); 5]),
    row("GET /api/aria/conversations", Nothing, Is(401), [Is(200); 5]),
    all("POST /api/aria/feedback", Json("{}"), Is(400)),
    all("GET /api/aria/health", Nothing, Is(200)),
    row("GET /api/context/build", Nothing, Is(401), [Is(400), Is(400), Is(403), Is(403), Is(403)]),
];

/// For the desk, about a record that is none.
const UNKNOWN: [Gets; 5] = [Is(404), Is(404), Is(403), Is(403), Is(403)];

/// About the student's own.
const fn student(route: &'static str, sends: Sends, gets: Gets) -> Row {
    row(route, sends, SignIn, [Is(403), Is(403), Is(403), Is(403), gets])
}
