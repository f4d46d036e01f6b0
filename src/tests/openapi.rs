use serde_json::Value;

use crate::testing::TestApp;

/// (method in capitals, path in poem's notation) of every operation of the document.
pub(crate) fn operations(document: &Value) -> Vec<(String, String)> {
    let paths = document["paths"].as_object().expect("paths");
    let mut all = Vec::new();
    for (path, operations) in paths {
        for method in operations.as_object().expect("operations").keys() {
            all.push((method.to_uppercase(), path.replace('{', ":").replace('}', "")));
        }
    }
    all
}

pub(crate) async fn document(app: &TestApp) -> Value {
    app.anonymous().get("/api/openapi.json").await.assert(200).json()
}

#[tokio::test]
async fn the_document_describes_every_operation_with_its_answers() {
    let document = document(&TestApp::new().await).await;
    assert!(document["openapi"].as_str().expect("version").starts_with('3'));
    for (path, operations) in document["paths"].as_object().expect("paths") {
        for (method, operation) in operations.as_object().expect("operations") {
            let answers = operation["responses"].as_object().expect("responses");
            assert!(answers.keys().any(|status| status.starts_with('2')), "{method} {path} never succeeds");
            assert!(operation["summary"].is_string() || operation["description"].is_string(), "{method} {path}");
        }
    }
}

#[tokio::test]
async fn every_reference_in_the_document_leads_somewhere() {
    let document = document(&TestApp::new().await).await;
    let text = document.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(document.pointer(reference).is_some(), "{reference}");
    }
}

#[tokio::test]
async fn its_page_needs_nothing_from_elsewhere() {
    let page = TestApp::new().await.anonymous().get("/api/docs").await;
    let page = if page.status.is_redirection() {
        panic!("moved: {page}");
    } else {
        page.assert(200)
    };
    assert!(!page.text().contains("src=\"http") && !page.text().contains("href=\"http"), "{page}");
}
