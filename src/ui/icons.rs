//! Icons as inline SVG, drawn for this product on a 24 × 24 grid; always beside a word, so hidden from screen readers.

use maud::{Markup, PreEscaped, html};

fn icon(body: &'static str) -> Markup {
    html! {
        svg class="icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false" { (PreEscaped(body)) }
    }
}

/// The sign of the product: an N whose last stroke climbs. `assets/img/icon.svg` shows the same.
pub fn brand() -> Markup {
    icon(r#"<path d="M5 20V7l11 12.5" /><path class="accent" d="M16 19.5V4M11.5 8L16 3.5 20.5 8" />"#)
}

/// Home.
pub fn home() -> Markup {
    icon(r#"<path d="M4 11l8-7 8 7v9h-5v-6H9v6H4z" />"#)
}

/// A bar chart.
pub fn chart() -> Markup {
    icon(r#"<path d="M4 20V10M10 20V4M16 20v-7M21 20H3" />"#)
}

/// A list.
pub fn list() -> Markup {
    icon(r#"<path d="M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01" />"#)
}

/// A family: an adult and a child.
pub fn family() -> Markup {
    icon(
        r#"<circle cx="8" cy="6.5" r="3" /><path d="M3 20v-3a5 5 0 0 1 9-3" /><circle cx="16.5" cy="13" r="2.5" /><path d="M12 21a4.5 4.5 0 0 1 9 0" />"#,
    )
}

/// Done.
pub fn check() -> Markup {
    icon(r#"<path d="M4 12.5l5 5L20 6.5" />"#)
}

/// A clock.
pub fn clock() -> Markup {
    icon(r#"<circle cx="12" cy="12" r="8.5" /><path d="M12 7v5l3 2" />"#)
}

/// Wrong.
pub fn cross() -> Markup {
    icon(r#"<path d="M6 6l12 12M18 6L6 18" />"#)
}

/// "Je ne sais pas".
pub fn unknown() -> Markup {
    icon(r#"<path d="M8 8a4 4 0 1 1 6 3.5c-1.4.8-2 1.7-2 3.5M12 19.5h.01" />"#)
}

/// Forward.
pub fn arrow() -> Markup {
    icon(r#"<path d="M4 12h15M13 6l6 6-6 6" />"#)
}

/// Band Excellence: a star.
pub fn star() -> Markup {
    icon(r#"<path d="M12 3.5l2.6 5.4 5.9.8-4.3 4.1 1 5.9L12 16.9l-5.2 2.8 1-5.9L3.5 9.7l5.9-.8z" />"#)
}

/// Band Très solide: a double rise.
pub fn rise() -> Markup {
    icon(r#"<path d="M5 12l7-7 7 7M5 19l7-7 7 7" />"#)
}

/// Band Stable: level.
pub fn level() -> Markup {
    icon(r#"<path d="M4 9h16M4 15h16" />"#)
}

/// Band Fragile: a dashed line.
pub fn dashed() -> Markup {
    icon(r#"<path d="M3 12h4M10 12h4M17 12h4" />"#)
}

/// Between two states: a wave.
pub fn wave() -> Markup {
    icon(r#"<path d="M3 12q4.5-7 9 0t9 0" />"#)
}

/// Band Prioritaire: a flag.
pub fn flag() -> Markup {
    icon(r#"<path d="M5 21V4h13l-3 4.5 3 4.5H5" />"#)
}

/// Something to know.
pub fn info() -> Markup {
    icon(r#"<circle cx="12" cy="12" r="8.5" /><path d="M12 11v5M12 8h.01" />"#)
}

/// Something to watch or to correct.
pub fn alert() -> Markup {
    icon(r#"<path d="M12 4l9 16H3zM12 10.5v4M12 17.5h.01" />"#)
}

/// Nothing yet: a dashed circle.
pub fn blank() -> Markup {
    icon(r#"<circle cx="12" cy="12" r="8.5" stroke-dasharray="3 3.7" />"#)
}

/// Back.
pub fn back() -> Markup {
    icon(r#"<path d="M20 12H5M11 6l-6 6 6 6" />"#)
}

/// One person.
pub fn person() -> Markup {
    icon(r#"<circle cx="12" cy="8" r="4" /><path d="M4.5 20.5c.8-4 3.8-6 7.5-6s6.7 2 7.5 6" />"#)
}

/// Several persons.
pub fn people() -> Markup {
    icon(
        r#"<circle cx="9" cy="8" r="3.5" /><path d="M2.5 20c.5-3.8 3-5.5 6.5-5.5s6 1.7 6.5 5.5M16 4.8a3.5 3.5 0 0 1 0 6.4M18.5 15c1.7.8 2.7 2.4 3 5" />"#,
    )
}

/// A date.
pub fn calendar() -> Markup {
    icon(r#"<path d="M4 6h16v14H4zM4 10.5h16M8.5 3v5M15.5 3v5" />"#)
}

/// A message.
pub fn message() -> Markup {
    icon(r#"<path d="M4 5h16v11h-8l-5 4v-4H4z" />"#)
}

/// Notifications.
pub fn bell() -> Markup {
    icon(r#"<path d="M6 17v-6a6 6 0 0 1 12 0v6l1.5 2h-15zM10 21.5h4" />"#)
}

/// Only for those who may see it.
pub fn lock() -> Markup {
    icon(r#"<path d="M5.5 11h13v9h-13zM8.5 11V8a3.5 3.5 0 0 1 7 0v3" />"#)
}

/// A lesson, a resource.
pub fn book() -> Markup {
    icon(
        r#"<path d="M12 6.5C10 5 7.5 4.5 4 4.5v13.5c3.5 0 6 .5 8 2 2-1.5 4.5-2 8-2V4.5c-3.5 0-6 .5-8 2zM12 6.5V20" />"#,
    )
}

/// A target.
pub fn target() -> Markup {
    icon(r#"<circle cx="12" cy="12" r="8.5" /><circle cx="12" cy="12" r="4" /><path d="M12 12h.01" />"#)
}

/// To take away.
pub fn download() -> Markup {
    icon(r#"<path d="M12 4v11M7 10.5l5 5 5-5M5 20h14" />"#)
}

/// ARIA, the tutor: a spark.
pub fn aria() -> Markup {
    icon(r#"<path d="M12 3l2.2 6.3L20.5 12l-6.3 2.7L12 21l-2.2-6.3L3.5 12l6.3-2.7z" />"#)
}

/// Useful.
pub fn thumb_up() -> Markup {
    icon(r#"<path d="M7 20V10l4-7a2 2 0 0 1 2 2v4h5.5a2 2 0 0 1 2 2.4l-1.4 7a2 2 0 0 1-2 1.6zM3 10h4v10H3z" />"#)
}

/// Not useful.
pub fn thumb_down() -> Markup {
    icon(r#"<path d="M17 4v10l-4 7a2 2 0 0 1-2-2v-4H5.5a2 2 0 0 1-2-2.4l1.4-7a2 2 0 0 1 2-1.6zM21 14h-4V4h4z" />"#)
}

/// Copy.
pub fn copy() -> Markup {
    icon(r#"<path d="M9 8h11v12H9zM5 16H4V4h11v1" />"#)
}

/// Once more.
pub fn again() -> Markup {
    icon(r#"<path d="M20 5v5h-5M19.5 14a8 8 0 1 1-1.5-7l2 3" />"#)
}

/// Stop.
pub fn stop() -> Markup {
    icon(r#"<path d="M7 7h10v10H7z" />"#)
}
