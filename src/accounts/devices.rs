//! Kinds of device: in plain words for the list of sessions, and remembered for each person, so that a sign-in on a new
//! one is told to the owner, or to the guardians of a child without e-mail. Owns `known_devices`.

use sqlx::PgConnection;
use uuid::Uuid;

use super::{account, mails};
use crate::{ctx::Ctx, error::Result, web::Visitor};

/// Browsers, by what their user agent holds; the first that fits (Edge says that it is Chrome, Chrome that it is Safari).
const BROWSERS: [(&str, &str); 11] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("YaBrowser/", "Yandex"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("HeadlessChrome/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Chromium/", "Chrome"),
    ("Safari/", "Safari"),
];
/// Systems; an Android says that it is Linux.
const SYSTEMS: [(&str, &str); 8] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "Chromebook"),
    ("Macintosh", "Mac"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
];

/// "Chrome sur Android": also what devices are told apart by. Versions change too often.
pub fn describe(user_agent: &str) -> String {
    let find = |table: &[(&str, &'static str)]| {
        table.iter().find(|(sign, _)| user_agent.contains(sign)).map(|(_, name)| *name)
    };
    match (find(&BROWSERS), find(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} sur {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, Some(system)) => format!("Un navigateur sur {system}"),
        (None, None) => "Un appareil inconnu".to_owned(),
    }
}

/// Remembers the visitor's device for the person who signs in; one that was not seen for 90 days is told to the owner
/// (a child without e-mail: to the guardians), but for the very first.
pub(super) async fn note(ctx: &Ctx, visitor: &Visitor, user: Uuid) -> Result<()> {
    let device = describe(&visitor.user_agent);
    let mut tx = crate::db::begin(&ctx.pool).await?;
    // One at a time for this person: two sign-ins at once are one news.
    let Some(account) = account::lock(&mut tx, user).await? else { return Ok(()) };
    if is_news(&mut tx, user, &device).await? {
        mails::tell_new_device(&mut tx, ctx, &account, &device, &visitor.address.to_string()).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Notes the device; whether it is new for somebody who had others.
async fn is_news(conn: &mut PgConnection, user: Uuid, device: &str) -> Result<bool> {
    let before = sqlx::query!(
        r#"select count(*) as "devices!",
                  coalesce(bool_or(family = $2 and last_seen_at > now() - interval '90 days'), false) as "known!"
           from known_devices where user_id = $1"#,
        user,
        device
    )
    .fetch_one(&mut *conn)
    .await?;
    sqlx::query!(
        "insert into known_devices (user_id, family) values ($1, $2)
         on conflict (user_id, family) do update set last_seen_at = now()",
        user,
        device
    )
    .execute(conn)
    .await?;
    Ok(before.devices > 0 && !before.known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_named_as_people_name_them() {
        for (user_agent, words) in [
            (
                "Mozilla/5.0 (Linux; Android 14; SM-A155F) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36",
                "Chrome sur Android",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
                "Safari sur iPhone",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0",
                "Edge sur Windows",
            ),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox sur Linux"),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15",
                "Safari sur Mac",
            ),
            ("curl/8.5.0", "Un appareil inconnu"),
            ("", "Un appareil inconnu"),
        ] {
            assert_eq!(describe(user_agent), words);
        }
    }
}
