//! How search by meaning stands, in one line.

use maud::{Markup, html};

use crate::{
    library::vectors::{NO_INDEX, Progress, Standing},
    web::format,
};

/// The line, with the name of the configured model; it asks for itself again while the model's vectors are made.
pub(in crate::library) fn meaning(standing: Option<&(String, Standing)>) -> Markup {
    let filling = matches!(standing, Some((_, Standing::Index(progress))) if !progress.built);
    html! {
        p id="meaning" class="muted" hx-get=[filling.then_some("/admin/rag")] hx-trigger=[filling.then_some("every 10s")]
            hx-select="#meaning" hx-swap="outerHTML" {
            (standing.map_or_else(without, |(model, standing)| line(model, standing)))
        }
    }
}

fn without() -> String {
    "La recherche se fait par les mots, et cela suffit pour bien répondre.".into()
}

fn line(model: &str, standing: &Standing) -> String {
    let model = format!("modèle «\u{a0}{model}\u{a0}»");
    match standing {
        Standing::NoIndex => format!("La recherche se fait par les mots. Le {model} est configuré, mais {NO_INDEX}."),
        Standing::Unknown => {
            format!("Le {model} est configuré\u{a0}; son avancement ne peut pas être lu pour le moment.")
        }
        Standing::Index(progress) if progress.built => {
            format!("La recherche se fait par les mots et par le sens, avec le {model}\u{a0}: {}.", share(progress))
        }
        Standing::Index(progress) => format!(
            "La recherche se fait par les mots pendant que le {model} se prépare\u{a0}: {}, soit {}\u{a0}%. Elle se fera aussi par le sens dès qu’il sera prêt.",
            share(progress),
            progress.done * 100 / progress.total.max(1)
        ),
    }
}

/// "1 200 passages sur 1 250 sont prêts".
fn share(progress: &Progress) -> String {
    let (done, total) = (format::count(progress.done), format::count(progress.total));
    let (passages, ready) = if progress.done > 1 { ("passages", "sont prêts") } else { ("passage", "est prêt") };
    format!("{done} {passages} sur {total} {ready}")
}
