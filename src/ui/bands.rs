//! The five bands of the standardised score on screen: one colour, one icon and one word each, everywhere.

use maud::{Markup, html};

use super::icons;

/// The badge of a band; `key` is its key (`tres_solide`), which is also its class, `label` its word.
pub fn badge(key: &str, label: &str) -> Markup {
    html! { span class={ "band " (key) } { (icon(key)) (label) } }
}

/// The icon of a band; that of an unknown key is neutral.
fn icon(key: &str) -> Markup {
    match key {
        "excellence" => icons::star(),
        "tres_solide" => icons::rise(),
        "stable" => icons::level(),
        "fragile" => icons::dashed(),
        "prioritaire" => icons::flag(),
        _ => icons::blank(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_band_has_its_own_icon_and_its_word() {
        let keys = ["excellence", "tres_solide", "stable", "fragile", "prioritaire"];
        let mut icons: Vec<String> = keys.iter().map(|key| icon(key).into_string()).collect();
        icons.sort();
        icons.dedup();
        assert_eq!(icons.len(), keys.len());
        assert!(badge("fragile", "Fragile").into_string().ends_with("Fragile</span>"));
    }
}
