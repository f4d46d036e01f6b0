//! Questions on their way to the model of vectors, which is another machine, too.

use async_trait::async_trait;

use crate::{
    aria::masking::Masks,
    library::vectors::{Embedder, Model},
};

/// What makes vectors, and is told no names.
pub(super) struct Private<'a> {
    embedder: &'a dyn Embedder,
    masks: Masks,
}

impl<'a> Private<'a> {
    pub fn new(embedder: &'a dyn Embedder, masks: Masks) -> Self {
        Self { embedder, masks }
    }
}

#[async_trait]
impl Embedder for Private<'_> {
    fn model(&self) -> Option<Model> {
        self.embedder.model()
    }

    async fn embed(&self, texts: &[String]) -> anyhow::Result<Vec<Vec<f32>>> {
        let mut masks = self.masks.clone();
        let masked: Vec<String> = texts.iter().map(|text| masks.mask(text)).collect();
        self.embedder.embed(&masked).await
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::aria::masking::Known;

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

    #[tokio::test]
    async fn the_model_of_vectors_hears_no_name_no_mail_and_no_phone() {
        let ear = Ear::default();
        let people = [Known { first_name: "Hédi", last_name: "Ben Salah", role_label: "ELEVE", ..Known::default() }];
        let texts = ["Hedi Ben Salah (hedi@mail.tn, +216 98 123 456) a dit : u = 3".to_owned()];
        Private::new(&ear, Masks::new(&people)).embed(&texts).await.expect("heard");
        let heard = ear.0.lock().expect("texts").concat();
        assert_eq!(heard, "⟦ELEVE_1⟧ (⟦COURRIEL_1⟧, ⟦TELEPHONE_1⟧) a dit : u = 3");
    }
}
