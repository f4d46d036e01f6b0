//! The results behind each number of the directeur's page.

use std::collections::HashSet;

use crate::{
    db::data_dir::DataDir,
    seed::bench::{Wanted, bench},
    testing::{Client, TestApp},
    web::Role,
};

const LIST: &str = "/admin/directeur/resultats";

/// A school with a hundred and twenty results.
async fn school() -> TestApp {
    let app = TestApp::new().await;
    let folder = std::env::temp_dir().join(format!("nexus-results-{}", uuid::Uuid::new_v4()));
    let data = DataDir::open(&folder).expect("data folder");
    bench(&app.ctx, &data, Wanted { assessments: 120, students: 0 }).await.expect("filled");
    std::fs::remove_dir_all(folder).expect("clean");
    app
}

/// The assessments that the list shows, page after page.
async fn walk(admin: &Client, start: &str) -> Vec<String> {
    let (mut path, mut found) = (start.to_owned(), Vec::new());
    for _ in 0..10 {
        let answer = admin.get(&path).await.assert(200);
        let page = answer.text();
        found.extend(
            page.match_indices("href=\"/assessments/").map(|(at, head)| page[at + head.len()..][..36].to_owned()),
        );
        let Some((before, _)) = page.split_once("\" rel=\"next\"") else { return found };
        path = before.rsplit_once("href=\"").expect("a link").1.replace("&amp;", "&");
    }
    panic!("the list never ends");
}

async fn text(app: &TestApp, sql: &'static str) -> Vec<String> {
    sqlx::query_scalar(sql).fetch_all(&app.ctx.pool).await.expect(sql)
}

#[tokio::test]
async fn page_after_page_every_result_is_met_once_newest_first() {
    let app = school().await;
    let admin = app.signed_in(Role::Admin).await;
    let all =
        text(&app, "select assessment_id::text from standard_scores order by scored_on desc, assessment_id desc").await;
    assert_eq!(all.len(), 120);
    assert_eq!(walk(&admin, LIST).await, all);
}

#[tokio::test]
async fn behind_each_number_of_the_cohort_stand_as_many_results() {
    let app = school().await;
    let admin = app.signed_in(Role::Admin).await;
    let answer = admin.get("/admin/directeur").await.assert(200);
    let page = answer.text();
    let mut seen = HashSet::new();
    for (at, _) in page.match_indices(&format!("href=\"{LIST}?")) {
        let link = page[at + 6..].split('"').next().expect("end").replace("&amp;", "&");
        // Where the number itself is the link.
        let shown = page[at..].split_once('>').expect("tag").1.split('<').next().expect("text");
        let Ok(n) = shown.replace('\u{202f}', "").split_whitespace().next().unwrap_or("").parse::<usize>() else {
            continue;
        };
        assert_eq!(walk(&admin, &link).await.len(), n, "{link}");
        seen.insert(link);
    }
    assert!(seen.len() >= 4, "the cohort, its levels and its subject: {seen:?}");
}

#[tokio::test]
async fn a_month_a_level_or_what_cannot_be_read_narrows_as_it_says() {
    let app = school().await;
    let admin = app.signed_in(Role::Admin).await;
    let months = text(&app, "select distinct to_char(scored_on, 'YYYY-MM') from standard_scores").await;
    let mut met = 0;
    for month in &months {
        met += walk(&admin, &format!("{LIST}?mois={month}")).await.len();
    }
    assert_eq!(met, 120);
    assert!(walk(&admin, &format!("{LIST}?mois=1999-01")).await.is_empty());
    admin.get(&format!("{LIST}?mois=1999-01")).await.assert_page(200, "Élargissez");
    assert_eq!(walk(&admin, &format!("{LIST}?niveau=x&mois=hier&apres=lui&matiere=%00")).await.len(), 120);
    let low = walk(&admin, &format!("{LIST}?niveau=prioritaire")).await;
    let known = text(&app, "select assessment_id::text from standard_scores where ssn < 40").await;
    assert_eq!(low.into_iter().collect::<HashSet<_>>(), known.into_iter().collect());
}

#[tokio::test]
async fn the_file_holds_what_the_filter_finds_and_who_took_it_is_known() {
    let app = school().await;
    let admin = app.signed_in(Role::Admin).await;
    let file = admin.get("/admin/directeur/resultats.csv").await.assert(200);
    assert!(file.header("content-type").starts_with("text/csv"));
    assert_eq!(file.text().lines().count(), 121);
    assert!(file.text().starts_with("\u{feff}Élève;Matière;"));
    let low = text(&app, "select 1::text from standard_scores where ssn < 40").await.len();
    let narrowed = admin.get("/admin/directeur/resultats.csv?niveau=prioritaire").await.assert(200);
    assert_eq!(narrowed.text().lines().count(), 1 + low);
    assert_eq!(
        text(&app, "select details->>'lines' from audit_log where action = 'results.export' order by id").await,
        ["120".to_owned(), low.to_string()]
    );
}
