//! Views of the slip. The slip speaks to the student.

use chrono::Utc;
use maud::{Markup, html};

use crate::{
    accounts::{account::Account, links::Purpose},
    ctx::Ctx,
    ui::qr,
    web::format,
};

/// Before it is drawn.
pub(super) fn before(student: &Account) -> Markup {
    html! {
        h1 { "Fiche de connexion" }
        p class="lead" { "Une feuille à remettre à " (student.full_name()) "\u{a0}: son identifiant, et de quoi choisir son mot de passe avec un téléphone, sans adresse e-mail." }
        @if student.activated { p class="notice" { span { "Ce compte a déjà un mot de passe. La fiche permet d’en choisir un autre\u{a0}; d’ici là, l’actuel reste valable." } } }
        form method="post" class="card" hx-sync="this:drop" {
            p { "La fiche est valable 72\u{a0}heures, une seule fois. Les fiches et les liens envoyés auparavant ne marcheront plus." }
            div class="actions" { button class="button" type="submit" { "Préparer la fiche" } }
        }
    }
}

/// The slip itself.
pub(super) fn slip(ctx: &Ctx, student: &Account, link: &str) -> Markup {
    let until = Utc::now() + Purpose::Activation.life();
    let school = &ctx.config.school;
    html! {
        div class="no-print" {
            p class="lead" { "La fiche est prête. Imprimez-la maintenant\u{a0}: elle ne peut pas être affichée une seconde fois." }
            p { button class="button" type="button" data-print { "Imprimer" } }
        }
        article class="card slip" {
            p class="eyebrow" { (school.name) }
            h1 { "Bienvenue, " (student.first_name) }
            p { "Scanne ce carré avec l’appareil photo de ton téléphone, puis choisis ton mot de passe." }
            (qr::code(link, "Lien d’activation"))
            p { "Sans appareil photo, tape cette adresse\u{a0}:" br; code { (link) } }
            dl class="facts" {
                dt { "Ton identifiant" } dd { (student.sign_in_name()) }
                dt { "Pour te connecter ensuite" } dd { (ctx.config.public_url) }
                dt { "À faire avant le" } dd { (format::date(until)) " à " (format::hour(until)) }
            }
            p class="muted" { "Cette feuille ouvre ton compte une seule fois\u{a0}: ne la montre à personne, et jette-la ensuite. Un souci\u{a0}? " (school.phone) " · " (school.email) }
        }
    }
}
