//! Icons as inline SVG, drawn for this product on a 24 × 24 grid; always beside a word, so hidden from screen readers.

use maud::{Markup, PreEscaped, html};

fn icon(body: &'static str) -> Markup {
    html! {
        svg class="icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false" { (PreEscaped(body)) }
    }
}

/// The sign of the product: a path that climbs.
pub fn brand() -> Markup {
    icon(r#"<path d="M3 20V4h4l8 11V4h6" /><path class="accent" d="M15 20h6v-9" />"#)
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
    icon(r#"<path d="M9 9a3 3 0 1 1 4.5 2.6c-1 .6-1.5 1.2-1.5 2.4M12 18h.01" />"#)
}

/// Forward.
pub fn arrow() -> Markup {
    icon(r#"<path d="M4 12h15M13 6l6 6-6 6" />"#)
}

/// Band Excellence: a star.
pub fn star() -> Markup {
    icon(r#"<path d="M12 3.5l2.6 5.4 5.9.8-4.3 4.1 1 5.9L12 16.9l-5.2 2.8 1-5.9L3.500 9.700l5.900-.8z" />"#)
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

/// Band Prioritaire: a flag.
pub fn flag() -> Markup {
    icon(r#"<path d="M5 21V4h13l-3 4.500 3 4.500H5" />"#)
}
