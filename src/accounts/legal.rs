//! Legal pages and the versions of the texts that people consent to (decision 14).

use poem::{handler, web::Data};
use rust_embed::RustEmbed;

use crate::{
    ctx::Ctx,
    error::{Error, Result},
    ui::markdown,
    web::Page,
};

#[derive(RustEmbed)]
#[folder = "assets/legal/"]
#[include = "*.md"]
struct Texts;

/// A text that people agree to.
#[derive(Debug, Clone, Copy)]
pub enum LegalText {
    /// Mentions légales.
    Notice,
    /// Conditions.
    Terms,
    /// Confidentialité.
    Privacy,
}

impl LegalText {
    /// Name of the file, and key in the consent record.
    pub fn key(self) -> &'static str {
        match self {
            Self::Notice => "mentions-legales",
            Self::Terms => "conditions",
            Self::Privacy => "confidentialite",
        }
    }

    /// (title, version, body in Markdown).
    fn parts(self) -> Option<(String, String, String)> {
        let file = Texts::get(&format!("{}.md", self.key()))?;
        let text = String::from_utf8(file.data.into_owned()).ok()?;
        let mut lines = text.lines();
        let title = lines.next()?.strip_prefix("# ")?.trim().to_owned();
        let version = lines.next()?.strip_prefix("version:")?.trim().to_owned();
        Some((title, version, lines.collect::<Vec<_>>().join("\n")))
    }

    /// Version of the text in force.
    pub fn version(self) -> Result<String> {
        let (_, version, _) =
            self.parts().ok_or_else(|| Error::internal(anyhow::anyhow!("legal text {}", self.key())))?;
        Ok(version)
    }

    fn page(self, ctx: &Ctx) -> Result<Page> {
        let (title, version, body) = self.parts().ok_or_else(Error::not_found)?;
        let school = &ctx.config.school;
        let body = body
            .replace("{{school_name}}", &school.name)
            .replace("{{school_address}}", &school.address)
            .replace("{{school_email}}", &school.email)
            .replace("{{school_phone}}", &school.phone)
            .replace("{{host}}", &school.host);
        let main = maud::html! {
            article class="prose" { h1 { (title) } (markdown::render(&body)) p class="muted" { "Version du " (version) } }
        };
        Ok(Page::new(title, main))
    }
}

/// `/mentions-legales`.
#[handler]
pub fn notice(ctx: Data<&Ctx>) -> Result<Page> {
    LegalText::Notice.page(&ctx)
}

/// `/conditions`.
#[handler]
pub fn terms(ctx: Data<&Ctx>) -> Result<Page> {
    LegalText::Terms.page(&ctx)
}

/// `/confidentialite`.
#[handler]
pub fn privacy(ctx: Data<&Ctx>) -> Result<Page> {
    LegalText::Privacy.page(&ctx)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_legal_text_has_a_title_and_a_version() {
        for text in [LegalText::Notice, LegalText::Terms, LegalText::Privacy] {
            let (title, version, body) = text.parts().expect("readable");
            assert!(
                !title.is_empty() && version.parse::<chrono::NaiveDate>().is_ok() && body.len() > 200,
                "{}",
                text.key()
            );
        }
    }
}
