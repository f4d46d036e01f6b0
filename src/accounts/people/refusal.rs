//! Why a change to an account was not made, with the sentence for the form and where it belongs.

use crate::web::FieldErrors;

/// See the module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// No such account.
    Unknown,
    /// Accounts of this role are for the admin.
    NotYours,
    /// Giving this role is for the admin.
    RoleNotYours,
    /// Nobody becomes a student, and no student something else.
    RoleFixed,
    /// A parent who has children stays one.
    HasChildren,
    /// Without this one, nobody could administer the school.
    LastAdmin,
    /// One does not close the own account.
    Own,
    /// Another account has the address.
    EmailTaken,
    /// Adults sign in with an address.
    EmailMissing,
    /// Somebody else saved it since the form was drawn.
    ChangedMeanwhile,
    /// The account is activated already.
    Activated,
    /// The account is closed.
    Closed,
    /// Nobody can receive the link: no address, no guardian with one.
    NoAddress,
}

impl Refusal {
    /// What is said, and to which field it belongs; the whole form when empty.
    pub fn said(self) -> (&'static str, &'static str) {
        match self {
            Self::Unknown => ("", "Ce compte n’existe plus."),
            Self::NotYours => ("", "Seule la direction modifie les comptes de l’équipe."),
            Self::RoleNotYours => ("role", "Choisissez un rôle ; ceux de l’équipe sont donnés par la direction."),
            Self::RoleFixed => {
                ("role", "Un élève garde son rôle, et personne ne le devient ici : inscrivez-le depuis sa famille.")
            }
            Self::HasChildren => ("role", "Ce parent a des enfants inscrits : il garde son rôle."),
            Self::LastAdmin => ("", "C’est le dernier compte de la direction : il en faut toujours un."),
            Self::Own => {
                ("", "Vous ne pouvez pas fermer votre propre compte. Demandez-le à une autre personne de la direction.")
            }
            Self::EmailTaken => ("email", "Un autre compte a déjà cette adresse."),
            Self::EmailMissing => ("email", "Indiquez une adresse e-mail : c’est elle qui sert à se connecter."),
            Self::ChangedMeanwhile => (
                "",
                "Quelqu’un a modifié cette fiche pendant que vous la remplissiez. Rien n’est perdu : vos saisies sont ci-dessous, et l’enregistrement de l’autre personne est rappelé en tête. Vérifiez, puis enregistrez de nouveau.",
            ),
            Self::Activated => (
                "",
                "Ce compte est déjà activé : son propriétaire peut se connecter, ou demander un nouveau mot de passe.",
            ),
            Self::Closed => ("", "Ce compte est fermé : rouvrez-le d’abord."),
            Self::NoAddress => (
                "",
                "Aucune adresse e-mail, ni pour l’élève ni pour ses parents : ajoutez-en une, ou imprimez sa fiche d’activation.",
            ),
        }
    }

    /// The sentence at its field.
    pub fn errors(self) -> FieldErrors {
        let (field, sentence) = self.said();
        let mut errors = FieldErrors::default();
        errors.add(field, sentence);
        errors
    }
}
