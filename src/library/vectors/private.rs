//! Texts on their way to the model of vectors, which is another machine.

use async_trait::async_trait;
use sqlx::PgPool;

use super::{Embedder, Model};
use crate::masking::{Masks, People};

/// A model of vectors that hears no name, e-mail or phone of the school.
pub struct Private<'a> {
    embedder: &'a dyn Embedder,
    names: Names<'a>,
}

enum Names<'a> {
    /// Looked up already.
    Known(Box<Masks>),
    /// Looked up in each text: a passage may name anybody.
    OfSchool(&'a PgPool),
}

impl<'a> Private<'a> {
    /// For texts of which one knows who may be named in them.
    pub fn knowing(embedder: &'a dyn Embedder, masks: Masks) -> Self {
        Self { embedder, names: Names::Known(Box::new(masks)) }
    }

    /// For any text.
    pub fn asking(embedder: &'a dyn Embedder, pool: &'a PgPool) -> Self {
        Self { embedder, names: Names::OfSchool(pool) }
    }

    async fn mask(&self, text: &str) -> anyhow::Result<String> {
        let mut masks = match &self.names {
            Names::Known(masks) => Masks::clone(masks),
            Names::OfSchool(pool) => People::named(pool, [text]).await?.masks(),
        };
        Ok(masks.mask(text))
    }
}

#[async_trait]
impl Embedder for Private<'_> {
    fn model(&self) -> Option<Model> {
        self.embedder.model()
    }

    async fn embed(&self, texts: &[String]) -> anyhow::Result<Vec<Vec<f32>>> {
        let mut masked = Vec::with_capacity(texts.len());
        for text in texts {
            masked.push(self.mask(text).await?);
        }
        self.embedder.embed(&masked).await
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::{masking::Known, testing::TestApp, web::Role};

    #[derive(Default)]
    struct Ear(Mutex<Vec<String>>);

    #[async_trait]
    impl Embedder for Ear {
        fn model(&self) -> Option<Model> {
            None
        }

        async fn embed(&self, texts: &[String]) -> anyhow::Result<Vec<Vec<f32>>> {
            self.0.lock().expect("texts").extend_from_slice(texts);
            Ok(Vec::new())
        }
    }

    fn heard(ear: &Ear) -> String {
        ear.0.lock().expect("texts").concat()
    }

    #[tokio::test]
    async fn the_model_of_vectors_hears_no_name_no_mail_and_no_phone() {
        let ear = Ear::default();
        let people = [Known { first_name: "Hédi", last_name: "Ben Salah", role_label: "ELEVE", ..Known::default() }];
        let texts = ["Hedi Ben Salah (hedi@mail.tn, +216 98 123 456) a dit : u = 3".to_owned()];
        Private::knowing(&ear, Masks::new(&people)).embed(&texts).await.expect("heard");
        assert_eq!(heard(&ear), "⟦ELEVE_1⟧ (⟦COURRIEL_1⟧, ⟦TELEPHONE_1⟧) a dit : u = 3");
    }

    #[tokio::test]
    async fn a_passage_that_names_somebody_of_the_school_reaches_the_model_without_the_name() {
        let app = TestApp::new().await;
        app.person(Role::Eleve).await;
        let texts = ["Rapport : Prénom Nom a 12. Lu par Mme Nom.", "La dérivée de x² est 2x."].map(str::to_owned);
        let ear = Ear::default();
        Private::asking(&ear, &app.ctx.pool).embed(&texts).await.expect("heard");
        assert_eq!(heard(&ear), "Rapport : ⟦ELEVE_1⟧ a 12. Lu par Mme ⟦ELEVE_1_2⟧.La dérivée de x² est 2x.");
    }
}
