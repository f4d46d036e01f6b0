//! Mails of the free assessment: activation of a new family, or a word to the owner of an existing account.

use maud::html;
use uuid::Uuid;

use super::BilanForm;
use crate::{
    ctx::Ctx,
    messaging::{Mail, button},
};

/// Welcome, activation link, and the link that resumes the assessment.
pub(super) fn activation(ctx: &Ctx, form: &BilanForm, parent: Uuid, email: &str, link: &str, resume: &str) -> Mail {
    let (child, school) = (form.student_first_name.trim(), &ctx.config.school.name);
    let text = format!(
        "Bonjour {parent_name},\n\nMerci de votre confiance : le bilan gratuit de {child} est ouvert chez {school}.\n\n\
         Activez votre compte (lien valable 72 heures, une seule fois) pour retrouver les résultats et les conseils :\n{link}\n\n\
         Pour reprendre le bilan sur un autre appareil, ou relire le résultat pendant 30 jours :\n{resume}\n\n\
         Si vous n’avez rien demandé, ignorez ce message : sans activation, ce compte ne sert à rien.",
        parent_name = form.parent_name(),
    );
    let html = html! {
        p { "Bonjour " (form.parent_name()) "," }
        p { "Merci de votre confiance : le bilan gratuit de " (child) " est ouvert chez " (school) "." }
        p { "Activez votre compte pour retrouver les résultats et les conseils. Ce lien est valable 72 heures et sert une seule fois." }
        (button(link, "Activer mon compte"))
        p { "Pour reprendre le bilan sur un autre appareil, ou relire le résultat pendant 30 jours : " a href=(resume) { "ouvrir le bilan" } "." }
        p { "Si vous n’avez rien demandé, ignorez ce message : sans activation, ce compte ne sert à rien." }
    };
    Mail {
        user_id: Some(parent),
        template: "family-activation",
        to_name: form.parent_name(),
        to_email: email.to_owned(),
        subject: format!("Le bilan de {child} : activez votre compte"),
        text,
        html,
    }
}

/// For an address that has an account already: only its owner learns so, here.
pub(super) fn account_exists(ctx: &Ctx, form: &BilanForm, email: &str, resume: &str) -> Mail {
    let (child, school, base) = (form.student_first_name.trim(), &ctx.config.school.name, &ctx.config.public_url);
    let signin = format!("{base}/auth/signin");
    let text = format!(
        "Bonjour,\n\nUn bilan gratuit vient d’être demandé pour {child} avec votre adresse. Vous avez déjà un compte chez {school} : \
         rien n’y a été changé.\n\nPour suivre ce bilan ou relire son résultat pendant 30 jours :\n{resume}\n\n\
         Si vous avez déjà un espace de parent, nous vous demanderons à votre prochaine connexion, sur votre page, si ce bilan \
         est bien le vôtre ; sans votre accord, il n’entre dans aucun dossier :\n{signin}\n\n\
         Si cette demande ne vient pas de vous, répondez « Non » à cette question ou ignorez ce message."
    );
    let html = html! {
        p { "Bonjour," }
        p { "Un bilan gratuit vient d’être demandé pour " (child) " avec votre adresse. Vous avez déjà un compte chez " (school) " : rien n’y a été changé." }
        (button(resume, "Suivre ce bilan"))
        p { "Ce lien ouvre le résultat pendant 30 jours. Si vous avez déjà un espace de parent, nous vous demanderons à votre prochaine connexion, sur votre page, si ce bilan est bien le vôtre ; sans votre accord, il n’entre dans aucun dossier. Pour retrouver votre compte : " a href=(signin) { "se connecter" } "." }
        p { "Si cette demande ne vient pas de vous, répondez « Non » à cette question ou ignorez ce message." }
    };
    Mail {
        user_id: None,
        template: "family-account-exists",
        to_name: form.parent_name(),
        to_email: email.to_owned(),
        subject: format!("Le bilan de {child} : vous avez déjà un compte"),
        text,
        html,
    }
}
