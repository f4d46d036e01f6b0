//! How a mail looks: one narrow column, the school's name above, its address below. Styles are inline and the frame is
//! a table, because mail programs keep little else. No picture, no request to anywhere.

use maud::{DOCTYPE, Markup, html};

use crate::config::Config;

/// Stands for the address of the site in the text and the HTML of a mail: the real one is put in when it leaves, so
/// that mails can be written where the settings are not at hand.
pub const SITE: &str = "https://site.invalid";

const FONT: &str = "font-family:-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif";
const INK: &str = "color:#0f172a";
const MUTED: &str = "color:#475569";

/// The whole document around a mail's content.
pub fn layout(config: &Config, title: &str, body: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="fr" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light";
                title { (title) }
            }
            body style="margin:0;padding:0;background:#f7f8fb" {
                table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="background:#f7f8fb" {
                    tr { td align="center" style="padding:24px 12px" {
                        table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:560px" {
                            tr { td style={ (FONT) ";" (INK) ";font-size:18px;font-weight:800;padding:0 4px 16px" } { (config.school.name) } }
                            tr { td style={ (FONT) ";" (INK) ";font-size:16px;line-height:1.6;background:#ffffff;border:1px solid #dde3ec;border-radius:12px;padding:8px 20px" } { (body) } }
                            tr { td style={ (FONT) ";" (MUTED) ";font-size:13px;line-height:1.6;padding:16px 4px 0" } { (footer(config)) } }
                        }
                    } }
                }
            }
        }
    }
}

fn footer(config: &Config) -> Markup {
    let school = &config.school;
    html! {
        p style="margin:0" { (school.name) br; (school.address) br; (school.phone) " · " (school.email) }
        p style="margin:8px 0 0" {
            "Message automatique de "
            a href=(config.public_url) style=(MUTED) { (config.public_url.split("//").last().unwrap_or_default()) }
            ". Une question ? Répondez simplement à ce message."
        }
    }
}

/// The school, under the plain text of a mail.
pub(super) fn signature(config: &Config) -> String {
    let school = &config.school;
    format!("{}\n{}\n{} · {}\n{}\n", school.name, school.address, school.phone, school.email, config.public_url)
}

/// The one thing to do in a mail: a link that looks like a button, large enough for a thumb.
pub fn button(link: &str, label: &str) -> Markup {
    html! {
        p style="margin:24px 0" {
            a href=(link) style="display:inline-block;background:#1b4fd8;color:#ffffff;font-weight:600;text-decoration:none;padding:14px 24px;border-radius:10px" { (label) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[test]
    fn a_mail_names_the_school_and_fetches_nothing() {
        let config =
            testing::config(&[("SCHOOL_NAME", "École Ibn & Fils"), ("SCHOOL_ADDRESS", "3 rue de Carthage, Tunis")]);
        let mail =
            layout(&config, "Titre", html! { p { "Bonjour," } (button("https://a.example/x?a=1&b=2", "Ouvrir")) })
                .into_string();
        assert!(mail.contains("École Ibn &amp; Fils") && mail.contains("3 rue de Carthage, Tunis"));
        assert!(mail.contains(r#"href="https://a.example/x?a=1&amp;b=2""#));
        for fetch in ["<img", "<link", "<script", "url(", "@import"] {
            assert!(!mail.contains(fetch), "{fetch}");
        }
    }
}
