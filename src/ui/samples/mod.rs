//! Sample pages with every component, to look at in a browser while the look is worked on:
//! `LOOK_DIR=… cargo test --lib samples -- --ignored` writes one HTML file a page, which expect `/assets/` beside them.

mod entry;
mod result;
mod runner;
mod staff;

use std::{env, fs, path::PathBuf};

use poem::http::StatusCode;
use uuid::Uuid;

use super::charts::Zone;
use crate::web::{Page, Person, Role, layout::shell};

/// The five bands on the scale of the score.
const ZONES: [Zone<'static>; 5] = [
    Zone { from: 0.0, to: 40.0, class: "prioritaire" },
    Zone { from: 40.0, to: 55.0, class: "fragile" },
    Zone { from: 55.0, to: 70.0, class: "stable" },
    Zone { from: 70.0, to: 85.0, class: "tres_solide" },
    Zone { from: 85.0, to: 100.0, class: "excellence" },
];
/// Key and word of the bands, the best first.
const BANDS: [(&str, &str); 5] = [
    ("excellence", "Excellence"),
    ("tres_solide", "Très solide"),
    ("stable", "Stable"),
    ("fragile", "Fragile"),
    ("prioritaire", "Prioritaire"),
];

#[test]
#[ignore = "writes files to look at"]
fn sample_pages_are_written() {
    let folder = PathBuf::from(env::var_os("LOOK_DIR").expect("LOOK_DIR"));
    for (name, page, role) in pages() {
        let person = role.map(person);
        let html = shell(&page, person.as_ref(), "/admin/directeur").into_string();
        fs::write(folder.join(name).with_extension("html"), html).expect("a folder that can be written");
    }
}

fn pages() -> Vec<(&'static str, Page, Option<Role>)> {
    vec![
        ("home", Page::new("Accueil", entry::home()).wide(), None),
        ("form", Page::new("Bilan gratuit", entry::form()).status(StatusCode::UNPROCESSABLE_ENTITY), None),
        ("form2", Page::new("Bilan gratuit", entry::form_child()), None),
        ("question", Page::new("Question 7", runner::question(7)).focused(), None),
        ("question8", Page::new("Question 8", runner::question(8)).focused(), None),
        ("question-code", Page::new("Question 3", runner::question_of_code()).focused(), None),
        ("review", Page::new("Relire avant d’envoyer", runner::review()).focused(), None),
        ("result", Page::new("Résultat", result::page()).wide(), Some(Role::Parent)),
        ("directeur", Page::new("Cohorte", staff::page()).wide(), Some(Role::Admin)),
        ("error", Page::new("Page introuvable", entry::error()).status(StatusCode::NOT_FOUND), None),
    ]
}

fn person(role: Role) -> Person {
    let (first_name, last_name) = ("Amel".into(), "Ben Salah".into());
    Person {
        id: Uuid::nil(),
        role,
        first_name,
        last_name,
        email: None,
        easy_reading: false,
        unread: Default::default(),
    }
}
