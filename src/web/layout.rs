//! The shell: head, skip link, navigation by role, main, live regions, footer. Drawn for every page by [`super::render`].

use maud::{DOCTYPE, Markup, html};

use super::{
    assets,
    page::{Page, Width},
    visitor::{Person, Role, Unread},
};
use crate::ui::icons;

/// Settings of htmx, read before it starts: no injected style, errors are not swapped (their toast is an `hx-partial`,
/// which arrives all the same) except 422, and Back reloads the page. There is no switch for eval: the CSP is.
const HTMX_CONFIG: &str =
    r#"{"includeIndicatorCSS":false,"noSwap":[204,304,"40x","41x",428,429,"5xx"],"history":"reload"}"#;

/// One entry of the navigation.
struct Link {
    path: &'static str,
    label: &'static str,
    icon: fn() -> Markup,
}

/// What each role finds in its rail (wide screens) or bottom bar (phones).
fn links(role: Role) -> &'static [Link] {
    const HOME: &str = "Accueil";
    match role {
        Role::Admin => &[
            Link { path: "/dashboard/admin", label: HOME, icon: icons::home },
            Link { path: "/admin/directeur", label: "Cohorte", icon: icons::chart },
            Link { path: "/admin/users", label: "Personnes", icon: icons::people },
            Link { path: "/admin/aria", label: "ARIA", icon: icons::aria },
            Link { path: "/admin/outbox", label: "E-mails", icon: icons::message },
        ],
        Role::Assistante => &[
            Link { path: "/dashboard/assistante", label: HOME, icon: icons::home },
            Link { path: "/admin/families", label: "Familles", icon: icons::family },
            Link { path: "/admin/users", label: "Personnes", icon: icons::people },
            Link { path: "/aria", label: "ARIA", icon: icons::aria },
            Link { path: "/admin/outbox", label: "E-mails", icon: icons::message },
        ],
        Role::Coach => &[
            Link { path: "/dashboard/coach", label: HOME, icon: icons::home },
            Link { path: "/admin/questions", label: "Questions", icon: icons::book },
            Link { path: "/aria", label: "ARIA", icon: icons::aria },
            Link { path: "/admin/rag", label: "Bibliothèque", icon: icons::list },
            Link { path: "/messages", label: "Messages", icon: icons::message },
        ],
        Role::Parent => &[
            Link { path: "/dashboard/parent", label: HOME, icon: icons::home },
            Link { path: "/messages", label: "Messages", icon: icons::message },
            Link { path: "/aria", label: "ARIA", icon: icons::aria },
            Link { path: "/compte", label: "Compte", icon: icons::person },
        ],
        Role::Eleve => &[
            Link { path: "/dashboard/eleve", label: HOME, icon: icons::home },
            Link { path: "/competences", label: "Compétences", icon: icons::target },
            Link { path: "/progression", label: "Progression", icon: icons::chart },
            Link { path: "/dashboard/eleve/aria", label: "ARIA", icon: icons::aria },
            Link { path: "/badges", label: "Badges", icon: icons::star },
        ],
    }
}

/// The whole document around a page.
pub fn shell(page: &Page, person: Option<&Person>, path: &str) -> Markup {
    let links = person.filter(|_| !page.focused).map(|person| links(person.role)).unwrap_or_default();
    let framed = links.len() > 1; // a menu of one entry helps nobody
    let body_class = match (framed, page.focused) {
        (true, _) => "framed",
        (_, true) => "focused",
        _ => "open",
    };
    html! {
        (DOCTYPE)
        html lang="fr" class=[person.is_some_and(|person| person.easy_reading).then_some("dys")] {
            (head(page))
            body class=(body_class) {
                a class="skip" href="#main" { "Aller au contenu" }
                @if !page.focused { (header(page, person)) }
                @if framed { (navigation(links, path)) }
                main id="main" class=[(page.width == Width::Wide).then_some("wide")] tabindex="-1" { (page.main) }
                @if !page.focused { (footer()) }
                @if framed && person.is_some_and(|person| person.role == Role::Eleve) && !path.starts_with(TUTOR) { (tutor()) }
                div id="status" class="visually-hidden" role="status" aria-live="polite" {}
                div id="toasts" aria-live="assertive" {}
            }
        }
    }
}

fn head(page: &Page) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover";
            title { (page.title) " · Nexus Réussite" }
            @if let Some(seconds) = page.refresh { noscript { meta http-equiv="refresh" content=(seconds); } }
            meta name="theme-color" media="(prefers-color-scheme: light)" content="#ffffff";
            meta name="theme-color" media="(prefers-color-scheme: dark)" content="#131b2b";
            meta name="htmx-config" content=(HTMX_CONFIG);
            @if page.title_font {
                link rel="preload" href=(assets::url("fonts/plus-jakarta-sans.woff2")) as="font" type="font/woff2" crossorigin;
                link rel="stylesheet" href=(assets::url("css/font.css"));
            }
            link rel="stylesheet" href=(assets::url("css/app.css"));
            link rel="icon" href=(assets::url("img/icon.svg")) type="image/svg+xml";
            script src=(assets::url("vendor/htmx-4.0.1.min.js")) defer {}
            script src=(assets::url("js/app.js")) defer {}
            script src=(assets::url("js/math.js")) defer {}
        }
    }
}

fn header(page: &Page, person: Option<&Person>) -> Markup {
    html! {
        header class={ "top" @if person.is_some() { " signed" } } {
            a class="brand" href="/" { (icons::brand()) span { "Nexus Réussite" } }
            @match person {
                Some(person) => {
                    @if page.news { (unread(page.unread.unwrap_or(person.unread))) }
                    form method="post" action="/auth/signout" class="who" {
                        a class="who-name" href="/compte" aria-label={ (person.first_name) "\u{a0}: mon compte" } { (icons::person()) span { (person.first_name) } }
                        button class="link" type="submit" { "Se déconnecter" }
                    }
                }
                None => nav aria-label="Accès" { a class="button quiet" href="/auth/signin" { "Se connecter" } }
            }
        }
    }
}

/// What waits for the person: messages, notifications. Keeps itself up to date while the page is open: `app.js` hears
/// `/live` and triggers `live`; asking each minute is the net.
pub fn unread(Unread { messages, notices }: Unread) -> Markup {
    let link = |path: &str, icon: Markup, label: &str, count: i64| {
        html! {
            a href=(path) {
                (icon) span class="visually-hidden" { (label) }
                @if count > 0 { b class="count" { (count.min(99)) @if count > 99 { "+" } span class="visually-hidden" { @if count > 1 { " non lus" } @else { " non lu" } } } }
            }
        }
    };
    html! {
        nav id="unread" aria-label="Messages et notifications" hx-get="/notifications/badges" hx-trigger="live from:body, every 60s" hx-swap="outerHTML" {
            (link("/messages", icons::message(), "Messages", messages))
            (link("/notifications", icons::bell(), "Notifications", notices))
        }
    }
}

/// One entry is the current one: the most precise.
fn navigation(links: &[Link], path: &str) -> Markup {
    let current =
        links.iter().map(|link| link.path).filter(|link| path.starts_with(link)).max_by_key(|link| link.len());
    html! {
        nav class="rail" aria-label="Menu principal" {
            ul {
                @for link in links {
                    li { a href=(link.path) aria-current=[(current == Some(link.path)).then_some("page")] { ((link.icon)()) span { (link.label) } } }
                }
            }
        }
    }
}

/// Where a student asks the tutor.
const TUTOR: &str = "/dashboard/eleve/aria";

/// The way to the tutor from any of a student's pages: a panel beside the page, or, without scripts, its page.
fn tutor() -> Markup {
    html! {
        a class="aria-open" href=(TUTOR) data-open-panel hx-get={ (TUTOR) "?panneau=1" } hx-target="#panel" hx-select="#aria" hx-swap="innerHTML" {
            (icons::aria()) span { "Demander à ARIA" }
        }
        aside id="panel" aria-label="ARIA" {}
    }
}

fn footer() -> Markup {
    html! {
        footer class="bottom" {
            nav aria-label="Informations légales" {
                a href="/mentions-legales" { "Mentions légales" }
                a href="/conditions" { "Conditions" }
                a href="/confidentialite" { "Confidentialité" }
            }
        }
    }
}

/// A message that appears over the page, for an htmx answer; the reference is shown when there is something to quote.
pub fn toast(sentence: &str, reference: Option<&str>) -> Markup {
    html! {
        hx-partial hx-target="#toasts" hx-swap="beforeend" {
            div class="toast" {
                p { (sentence) @if let Some(reference) = reference { " Référence : " code { (reference) } } }
                button type="button" class="link" data-dismiss { "Fermer" }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn shown(role: Option<Role>, focused: bool) -> String {
        let page = Page::new("Essai", html! { h1 { "Essai" } });
        let page = if focused { page.focused() } else { page };
        let person = role.map(|role| Person {
            id: Uuid::nil(),
            role,
            first_name: "Amel".into(),
            last_name: "Ben Salah".into(),
            email: None,
            easy_reading: false,
            unread: Unread::default(),
        });
        shell(&page, person.as_ref(), "/admin/directeur").into_string()
    }

    #[test]
    fn every_file_that_the_shell_asks_for_exists() {
        let html = shown(None, false);
        let head = html.split("</head>").next().unwrap_or_default();
        let names: Vec<&str> = head
            .split([' ', '>'])
            .filter_map(|part| part.strip_prefix("href=\"").or_else(|| part.strip_prefix("src=\"")))
            .collect();
        assert_eq!(names.len(), 7, "{head}");
        assert!(names.iter().all(|name| name.starts_with("/assets/")), "{names:?}");
    }

    #[test]
    fn a_menu_of_several_entries_marks_the_current_one() {
        let html = shown(Some(Role::Admin), false);
        assert!(
            html.contains("class=\"framed\"") && html.contains("href=\"/admin/directeur\" aria-current=\"page\""),
            "{html}"
        );
    }

    #[test]
    fn a_menu_has_room_on_a_phone() {
        assert!(Role::ALL.into_iter().all(|role| links(role).len() <= 5));
    }

    #[test]
    fn a_focused_page_leads_nowhere_else() {
        let html = shown(Some(Role::Admin), true);
        assert!(html.contains("class=\"focused\"") && !html.contains("<nav") && !html.contains("<footer"), "{html}");
        assert!(
            !html.contains("font.css") && html.contains("id=\"status\"") && html.contains("id=\"toasts\""),
            "{html}"
        );
    }
}
