//! The line about search by meaning, without pgvector or before it is set up; with it: `vectors::real`.

use super::app;
use crate::{testing::TestApp, web::Role};

#[tokio::test]
async fn without_a_model_of_vectors_the_page_says_that_search_is_by_words() {
    let (app, _folder) = app().await;
    for role in [Role::Admin, Role::Coach] {
        let page = app.signed_in(role).await.get("/admin/rag").await;
        page.assert_page(200, "La recherche se fait par les mots, et cela suffit");
        assert!(!page.text().contains("et par le sens"), "{page}");
    }
}

#[tokio::test]
async fn a_model_without_an_index_is_named_with_what_is_missing() {
    let settings =
        [("EMBEDDINGS_URL", "http://127.0.0.1:9/v1"), ("EMBEDDINGS_MODEL", "vec-1"), ("EMBEDDINGS_DIMENSIONS", "8")];
    let app = TestApp::with(&settings).await;
    let page = app.signed_in(Role::Assistante).await.get("/admin/rag").await;
    page.assert_page(200, "Le modèle «\u{a0}vec-1\u{a0}» est configuré, mais la base n’a pas pgvector");
    assert!(!page.text().contains("every 10s"), "{page}");
}
