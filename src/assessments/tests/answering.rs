//! Answers: stored the moment they are chosen, by values that say nothing.

use super::support::{LONG, SHORT, answer, begin, count, end_time, options, send, value};
use crate::{
    assessments::bank,
    testing::{TestApp, together},
    web::Role,
};

/// What is stored for a question: choice and "je ne sais pas".
async fn stored(app: &TestApp, attempt: uuid::Uuid, number: i16) -> Option<(Option<i16>, bool)> {
    sqlx::query!("select choice, nsp from attempt_answers where assessment_id = $1 and question = $2", attempt, number)
        .fetch_optional(&app.ctx.pool)
        .await
        .expect("answer")
        .map(|row| (row.choice, row.nsp))
}

#[tokio::test]
async fn an_answer_is_stored_before_it_is_acknowledged_and_can_be_changed() {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    let attempt = begin(&student, SHORT).await;
    student.get(&format!("/assessments/{attempt}/questions/1")).await.assert(200);
    assert_eq!(stored(&app, attempt, 0).await, Some((None, false)), "seen");
    for shown in options(&app, attempt, 0).await {
        answer(&student, attempt, 0, &shown.value)
            .await
            .assert_redirect(&format!("/assessments/{attempt}/questions/2"));
        assert_eq!(stored(&app, attempt, 0).await, Some((Some(shown.stored as i16), false)));
    }
    answer(&student, attempt, 0, "nsp").await.assert(303);
    assert_eq!(stored(&app, attempt, 0).await, Some((None, true)));
    answer(&student, attempt, 14, "nsp").await.assert_redirect(&format!("/assessments/{attempt}/review"));
    let page = student.get(&format!("/assessments/{attempt}/questions/1")).await;
    assert!(page.text().contains("enregistré</p>"), "{page}");
}

#[tokio::test]
async fn the_page_s_script_gets_the_progress_alone() {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    let attempt = begin(&student, SHORT).await;
    let fragment = answer(&student, attempt, 0, "nsp").htmx().await.assert(200);
    assert!(fragment.text().starts_with("<hx-partial hx-target=\"#domains\""), "{fragment}");
    assert!(fragment.text().contains("1 réponses sur") || fragment.text().contains("1 réponse sur"), "{fragment}");
    assert_eq!(stored(&app, attempt, 0).await, Some((None, true)));
}

#[tokio::test]
async fn going_on_without_an_answer_leaves_the_question_open() {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    let attempt = begin(&student, SHORT).await;
    let next = student.post(&format!("/assessments/{attempt}/questions/1"), &[]).await;
    next.assert_redirect(&format!("/assessments/{attempt}/questions/2"));
    assert_eq!(stored(&app, attempt, 0).await, None);
}

#[tokio::test]
async fn only_an_opaque_value_of_this_attempt_and_question_is_an_answer() {
    let app = TestApp::new().await;
    let (student, other) = (app.signed_in(Role::Eleve).await, app.signed_in(Role::Eleve).await);
    let (attempt, others) = (begin(&student, SHORT).await, begin(&other, SHORT).await);
    let foreign = options(&app, others, 0).await;
    let elsewhere = options(&app, attempt, 1).await;
    let question = &bank::find(SHORT).expect("bank").bank.questions[0];
    let mut wrong: Vec<&str> =
        vec!["", "0", "1", "2", "3", "a", "b", "c", "d", "A", "NSP", "__NSP__", "nsp ", "null", "\0"];
    wrong.extend(foreign.iter().chain(&elsewhere).map(|shown| shown.value.as_str()));
    wrong.push(&question.options[question.key]);
    for value in wrong {
        answer(&student, attempt, 0, value).await.assert(400);
    }
    assert_eq!(stored(&app, attempt, 0).await, None);
    answer(&student, attempt, 15, "nsp").await.assert(404);
    student.post(&format!("/assessments/{attempt}/questions/0"), &[("answer", "nsp")]).await.assert(404);
}

#[tokio::test]
async fn no_page_gives_away_a_key_an_id_a_topic_or_where_an_option_is_stored() {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    let attempt = begin(&student, LONG).await;
    let bank = bank::find(LONG).expect("bank").bank;
    let mut places = [0; 4];
    for (number, question) in bank.questions.iter().enumerate() {
        let page = student.get(&format!("/assessments/{attempt}/questions/{}", number + 1)).await.assert(200);
        let text = page.text();
        // Formulas are drawn: the longest piece of plain text stands for an explanation.
        let explained = question.why.iter().flatten().chain([&question.explanation]);
        let longest = |text: &'static str| text.split('$').max_by_key(|part| part.len()).unwrap_or_default();
        let mut secrets: Vec<&str> = explained.map(|text| longest(text)).filter(|text| text.len() > 30).collect();
        secrets.extend([question.id.as_str(), question.topic.as_str(), "data-key", "data-correct", "data-right"]);
        secrets.extend(question.skills.iter().map(String::as_str));
        for secret in secrets {
            assert!(!text.contains(secret), "question {}: {secret}", number + 1);
        }
        let values: Vec<&str> =
            text.split("name=\"answer\" value=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let shown = options(&app, attempt, number).await;
        assert_eq!(values, [&shown[0].value, &shown[1].value, &shown[2].value, &shown[3].value, "nsp"]);
        places[shown.iter().position(|one| one.stored == question.key).expect("key")] += 1;
    }
    assert!(places.iter().all(|count| *count < 30), "the right option is not always at one place: {places:?}");
    let review = student.get(&format!("/assessments/{attempt}/review")).await;
    assert!(bank.questions.iter().all(|question| !review.text().contains(&question.id)), "{review}");
}

#[tokio::test]
async fn two_attempts_show_the_options_in_orders_of_their_own() {
    let app = TestApp::new().await;
    let (first, second) = (app.signed_in(Role::Eleve).await, app.signed_in(Role::Eleve).await);
    let (first, second) = (begin(&first, LONG).await, begin(&second, LONG).await);
    let mut same = 0;
    for number in 0..50 {
        let (one, two) = (options(&app, first, number).await, options(&app, second, number).await);
        assert!(one.iter().all(|shown| two.iter().all(|other| shown.value != other.value)));
        same += usize::from(one.iter().zip(&two).all(|(one, two)| one.stored == two.stored));
    }
    assert!(same < 15, "{same} of 50 in the same order");
}

#[tokio::test]
async fn an_answer_on_its_way_when_the_time_ends_is_taken_and_a_later_one_is_not() {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    let attempt = begin(&student, SHORT).await;
    end_time(&app, attempt, 2.0).await;
    answer(&student, attempt, 0, "nsp").await.assert(303);
    assert_eq!(stored(&app, attempt, 0).await, Some((None, true)));
    end_time(&app, attempt, 6.0).await;
    answer(&student, attempt, 1, "nsp").await.assert_redirect(&format!("/assessments/{attempt}"));
    assert_eq!(stored(&app, attempt, 1).await, None);
}

#[tokio::test]
async fn an_answer_after_the_end_is_refused_and_leads_to_the_result() {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    let attempt = begin(&student, SHORT).await;
    let right = value(&app, attempt, SHORT, 0, true).await;
    send(&student, attempt).await.assert(303);
    let result = format!("/assessments/{attempt}/result");
    answer(&student, attempt, 0, &right).await.assert_redirect(&result);
    let script = answer(&student, attempt, 0, &right).htmx().await.assert(409);
    assert_eq!(script.header("hx-redirect"), result);
    assert_eq!(stored(&app, attempt, 0).await, None);
    student.get(&format!("/assessments/{attempt}/questions/1")).await.assert_redirect(&result);
    student.get(&format!("/assessments/{attempt}/review")).await.assert_redirect(&result);
    student.post(&format!("/assessments/{attempt}/start"), &[]).await.assert(303);
    assert_eq!(count(&app, "attempt_answers").await, 0);
}

#[tokio::test]
async fn a_question_page_costs_two_queries_at_most_and_an_answer_two() {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    let attempt = begin(&student, LONG).await;
    let path = format!("/assessments/{attempt}/questions/1");
    let first = student.get(&path).await;
    assert!((1..=2).contains(&first.queries().len()), "{:#?}", first.queries());
    assert_eq!(student.get(&path).await.queries().len(), 1, "seen already");
    let saved = answer(&student, attempt, 0, "nsp").htmx().await;
    assert!((1..=2).contains(&saved.queries().len()), "{:#?}", saved.queries());
    assert_eq!(student.get(&format!("/assessments/{attempt}/review")).await.queries().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_sent_at_once_are_all_stored() {
    let app = TestApp::new().await;
    app.warm().await;
    let student = app.signed_in(Role::Eleve).await;
    let attempt = begin(&student, LONG).await;
    for answered in together((0..50).map(|number| answer(&student, attempt, number, "nsp"))).await {
        answered.assert(303);
    }
    assert_eq!(count(&app, "attempt_answers where nsp").await, 50);
}
