//! People who hang up, and answers that nobody writes any more.

use std::{future::Future, pin::pin, task::Poll, time::Duration};

use super::support::{Tutor, lost, tutor};
use crate::{
    aria::asking::{self, Place},
    llm::standin::Reply,
    subjects::SchoolSubject,
    testing::Signed,
    web::{Person, Role, visitor::Unread},
};

fn person(of: &Signed) -> Person {
    Person {
        id: of.id,
        role: Role::Eleve,
        first_name: "Aya".into(),
        last_name: "Test".into(),
        email: None,
        easy_reading: false,
        unread: Unread::default(),
    }
}

/// Lets it go so many steps, each with time for what it waits for, then drops it; whether it came to its end.
async fn dropped_after<T>(steps: usize, what: impl Future<Output = T>) -> bool {
    let mut what = pin!(what);
    for _ in 0..steps {
        let done = std::future::poll_fn(|cx| Poll::Ready(what.as_mut().poll(cx).is_ready())).await;
        if done {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(15)).await;
    }
    false
}

async fn running(tutor: &Tutor) -> i64 {
    sqlx::query_scalar!(r#"select count(*) as "count!" from aria_generations where state = 'RUNNING'"#)
        .fetch_one(&tutor.app.ctx.pool)
        .await
        .expect("count")
}

#[tokio::test]
async fn a_question_is_answered_at_whatever_moment_the_person_hangs_up() {
    let tutor = tutor(|_, _| Reply::stream(&["Oui."])).await;
    let mut whole = 0;
    for steps in 0..24 {
        let student = tutor.student().await;
        let place = Place::New { subject: SchoolSubject::Nsi, student: None };
        let person = person(&student);
        whole += usize::from(
            dropped_after(steps, asking::ask(&tutor.app.ctx, &person, place, Some("k"), "Bonjour ?", false)).await,
        );
    }
    assert!(whole > 0 && whole < 24, "some hung up and some did not: {whole}");
    for _ in 0..200 {
        if running(&tutor).await == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("{} answers are never written", running(&tutor).await);
}

#[tokio::test]
async fn an_answer_that_its_own_server_has_lost_is_taken_up_again() {
    let tutor = tutor(|_, _| Reply::stream(&["Tout."])).await;
    let student = tutor.student().await;
    let answer = lost(&tutor.app, student.id).await;
    tutor.until(answer, "DONE").await;
}
