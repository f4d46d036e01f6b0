//! A site with the tutor running, and a model that says what a test wants.

use std::time::Duration;

use serde_json::Value;
use uuid::Uuid;

use crate::{
    aria::{self, Running},
    llm::standin::{Reply, Seen, StandIn},
    seed::bench::sheets::{self, Sheet},
    testing::{Answer, Signed, TestApp},
    web::Role,
};

/// A site whose tutor runs.
pub struct Tutor {
    pub app: TestApp,
    pub model: Option<StandIn>,
    running: Option<Running>,
}

/// With a model that answers chats so; the second look finds nothing.
pub async fn tutor(answer: impl Fn(&Seen, usize) -> Reply + Send + Sync + 'static) -> Tutor {
    tutor_with(&[], answer).await
}

/// Memories, as a model draws them.
pub const DRAWN: &str = r#"[{"kind": "SEMANTIC", "content": "Confond la dérivée d’un produit et le produit des dérivées.", "days": 90},
    {"kind": "PLAN", "content": "Refaire deux exercices de récurrence avant vendredi.", "days": 7}]"#;

/// With a model that answers « Oui. », draws memories, and names conversations.
pub async fn tutor_that_draws() -> Tutor {
    tutor(|seen, _| match (seen.body["stream"].as_bool(), seen.message("system").contains("JSON")) {
        (Some(true), _) => Reply::stream(&["Oui."]),
        (_, true) => Reply::Text(DRAWN.into()),
        _ => Reply::Text("Dérivée d’un produit".into()),
    })
    .await
}

/// The same with more settings.
pub async fn tutor_with(
    settings: &[(&str, &str)],
    answer: impl Fn(&Seen, usize) -> Reply + Send + Sync + 'static,
) -> Tutor {
    let model = StandIn::start(
        move |seen, number| {
            if is_second_look(seen) { Reply::Text("RIEN".into()) } else { answer(seen, number) }
        },
    )
    .await;
    let tutor = tutor_at(&model.base_url, settings).await;
    Tutor { model: Some(model), ..tutor }
}

/// With a model at this address.
pub async fn tutor_at(base_url: &str, settings: &[(&str, &str)]) -> Tutor {
    let mut all = vec![("OPENAI_BASE_URL", base_url), ("OPENAI_API_KEY", "sk-test")];
    all.extend_from_slice(settings);
    running(TestApp::with(&all).await)
}

/// Without a model.
pub async fn alone() -> Tutor {
    running(TestApp::with(&[("LLM_MODE", "off")]).await)
}

fn running(app: TestApp) -> Tutor {
    let running = Some(aria::start(&app.ctx));
    Tutor { app, model: None, running }
}

/// Whether the model is asked to look for danger.
pub fn is_second_look(seen: &Seen) -> bool {
    seen.body["max_tokens"] == 8
}

impl Tutor {
    pub async fn student(&self) -> Signed {
        self.app.signed_in(Role::Eleve).await
    }

    /// Stops the tutor of this server, in order.
    pub async fn stop(&mut self) {
        self.running.take().expect("the tutor runs").stop().await;
    }

    /// Asks as a page does that hears the answer by its stream; the answer, which is being written.
    pub async fn begin(&self, who: &Signed, question: &str) -> Uuid {
        let form = [("key", question), ("question", question), ("subject", "MATHEMATIQUES")];
        who.post("/dashboard/eleve/aria", &form).htmx().await.redirected();
        sqlx::query_scalar!(
            "select id from aria_generations where user_id = $1 order by created_at desc limit 1",
            who.id
        )
        .fetch_one(&self.app.ctx.pool)
        .await
        .expect("answer")
    }

    /// What the model was asked, without second looks.
    pub fn asked(&self) -> Vec<Seen> {
        let seen = self.model.as_ref().map(StandIn::seen).unwrap_or_default();
        seen.into_iter().filter(|one| !is_second_look(one)).collect()
    }

    /// State of an answer, and what became of its place in the quota.
    pub async fn standing(&self, answer: Uuid) -> (String, String) {
        let row = sqlx::query!("select state, quota from aria_generations where id = $1", answer)
            .fetch_one(&self.app.ctx.pool)
            .await
            .expect("answer");
        (row.state, row.quota)
    }

    /// Waits until the answer is in this state.
    pub async fn until(&self, answer: Uuid, state: &str) {
        for _ in 0..400 {
            let now = sqlx::query_scalar!("select state from aria_generations where id = $1", answer)
                .fetch_one(&self.app.ctx.pool)
                .await
                .expect("answer");
            if now == state {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("the answer is never {state}");
    }

    /// The stored text of an answer that has ended, and whether it was taken up again.
    pub async fn text_of(&self, answer: Uuid) -> (String, bool) {
        let row = sqlx::query!(r#"select answer as "answer!", resumed from aria_generations where id = $1"#, answer)
            .fetch_one(&self.app.ctx.pool)
            .await
            .expect("answer");
        (row.answer, row.resumed)
    }

    /// A passage of the library that every signed-in person may read: a document of one passage.
    pub async fn document(&self, title: &str, body: &str) -> i64 {
        let sheet = Sheet { title, subject: "MATHEMATIQUES", grade: None, visibility: "ALL", owner: None, body };
        let mut conn = self.app.ctx.pool.acquire().await.expect("connection");
        let document = sheets::put(&mut conn, &sheet).await.expect("document");
        sqlx::query_scalar!("select id from library_passages where document_id = $1 limit 1", document)
            .fetch_one(&mut *conn)
            .await
            .expect("passage")
    }
}

/// Asks by the contract and waits for the JSON.
pub async fn ask(who: &Signed, message: &str) -> Answer {
    who.post_json("/api/aria/chat", &serde_json::json!({ "message": message })).await
}

/// The text of an answer.
pub fn said(answer: &Answer) -> String {
    answer.json()["response"].as_str().unwrap_or_default().to_owned()
}

/// The key of an answer.
pub fn key(body: &Value) -> Uuid {
    body["messageId"].as_str().expect("messageId").parse().expect("uuid")
}

/// An answer that this server should write and knows nothing of, since a minute.
pub async fn lost(app: &TestApp, student: Uuid) -> Uuid {
    let [conversation, question, answer] = [(); 3].map(|()| Uuid::now_v7());
    sqlx::query!(
        "with c as (insert into aria_conversations (id, user_id, subject, title) values ($1, $4, 'NSI', 'T')),
              q as (insert into aria_questions (id, conversation_id, user_id, form_key, content)
                    values ($2, $1, $4, ($2::uuid)::text, 'Q'))
         insert into aria_generations (id, question_id, conversation_id, user_id, state, lease, created_at)
         values ($3, $2, $1, $4, 'RUNNING', $5, now() - interval '1 minute')",
        conversation,
        question,
        answer,
        student,
        app.ctx.aria.token()
    )
    .execute(&app.ctx.pool)
    .await
    .expect("an answer");
    answer
}
