//! A mail of the outbox as an e-mail message: the same row gives the same bytes, however often it is sent.

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use lettre::{
    Address, Message,
    message::{
        Mailbox, MultiPart, SinglePart,
        header::{HeaderName, HeaderValue},
    },
};
use maud::PreEscaped;

use super::{layout, store::Outgoing};
use crate::config::Config;

/// The message; fails on what no other try can repair (an address that is none).
pub(super) fn build(config: &Config, mail: &Outgoing) -> anyhow::Result<Message> {
    let from: Mailbox = config.mail_from.parse().context("MAIL_FROM")?;
    let to: Address = mail.to_email.parse().context("l’adresse du destinataire n’est pas valable")?;
    let mut message = Message::builder()
        .message_id(Some(format!("<{}@{}>", mail.id, from.email.domain())))
        .date(DateTime::<Utc>::into(mail.created_at))
        .from(from)
        .to(Mailbox::new(Some(one_line(&mail.to_name)).filter(|name| !name.is_empty()), to))
        .subject(one_line(&mail.subject))
        // No "out of office" in answer to a machine.
        .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned()));
    if let Ok(school) = config.school.email.parse() {
        message = message.reply_to(Mailbox::new(Some(config.school.name.clone()), school));
    }
    Ok(message.multipart(body(config, mail))?)
}

fn body(config: &Config, mail: &Outgoing) -> MultiPart {
    let here = |body: &str| body.replace(layout::SITE, &config.public_url);
    let text = format!("{}\n\n-- \n{}", here(mail.body_text.trim_end()), layout::signature(config));
    let html = layout::layout(config, &one_line(&mail.subject), PreEscaped(here(&mail.body_html)));
    MultiPart::alternative()
        // lettre's own boundary is random.
        .boundary(format!("nexus-{}", mail.id.simple()))
        .singlepart(SinglePart::plain(text))
        .singlepart(SinglePart::html(html.into_string()))
}

/// Names and subjects may come from forms: a line break in them would be a header.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use maud::html;
    use uuid::Uuid;

    use super::*;
    use crate::testing;

    fn outgoing() -> Outgoing {
        Outgoing {
            id: Uuid::nil(),
            to_name: "Amina Ben Salah".into(),
            to_email: "amina@example.org".into(),
            subject: "Le bilan de Yanis est prêt".into(),
            body_text: "Bonjour,\n\nLe bilan est prêt.".into(),
            body_html: html! { p { "Bonjour," } p { "Le bilan est prêt." } }.into_string(),
            created_at: DateTime::from_timestamp(1_790_000_000, 0).expect("moment"),
        }
    }

    fn formatted(mail: &Outgoing) -> String {
        let message = build(&testing::config(&[]), mail).expect("message");
        String::from_utf8(message.formatted()).expect("ASCII")
    }

    #[test]
    fn sent_twice_it_is_the_same_message() {
        let message = formatted(&outgoing());
        assert_eq!(message, formatted(&outgoing()));
        assert!(message.contains("Message-ID: <00000000-0000-0000-0000-000000000000@localhost>"), "{message}");
        assert!(
            message.contains("multipart/alternative")
                && message.contains("text/plain")
                && message.contains("text/html")
        );
    }

    #[test]
    fn links_of_the_site_get_its_address_when_the_mail_leaves() {
        let link = format!("{}/messages", layout::SITE);
        let html = layout::button(&link, "Lire");
        let mail = Outgoing { body_text: super::super::text(&html), body_html: html.into_string(), ..outgoing() };
        let config = testing::config(&[("PUBLIC_URL", "http://192.0.2.7:3000")]);
        let message = build(&config, &mail).expect("message").formatted();
        let message = String::from_utf8(message).expect("ASCII").replace("=\r\n", "");
        assert!(message.matches("http://192.0.2.7:3000/messages").count() == 2, "{message}");
        assert!(!message.contains("site.invalid"), "{message}");
    }

    #[test]
    fn a_line_break_in_a_name_or_a_subject_makes_no_header() {
        let hostile = "A\r\nBcc: victim@example.org";
        let message = formatted(&Outgoing { to_name: hostile.into(), subject: hostile.into(), ..outgoing() });
        let (headers, _) = message.split_once("\r\n\r\n").expect("headers and body");
        assert!(!headers.lines().any(|line| line.to_lowercase().starts_with("bcc")), "{headers}");
    }

    #[test]
    fn an_address_that_is_none_is_refused() {
        for address in ["", "amina", "a@b@c", "amina@example.org\r\nBcc: victim@example.org"] {
            let mail = Outgoing { to_email: address.into(), ..outgoing() };
            assert!(build(&testing::config(&[]), &mail).is_err(), "{address:?}");
        }
    }
}
