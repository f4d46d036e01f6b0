//! Who works at the demo school. Students know coaches by their pseudonym.

/// Admin or assistante.
pub(super) struct Desk {
    pub role: &'static str,
    pub first: &'static str,
    pub last: &'static str,
}

/// A coach; subjects are keys of [`crate::accounts::families::SUBJECTS`].
pub(super) struct Coach {
    pub first: &'static str,
    pub last: &'static str,
    pub pseudonym: &'static str,
    pub title: &'static str,
    pub subjects: &'static [&'static str],
    /// Gets a password.
    pub account: bool,
}

/// The desk; both get a password.
pub(super) const DESK: &[Desk] = &[
    Desk { role: "ADMIN", first: "Nadia", last: "Mansour" },
    Desk { role: "ASSISTANTE", first: "Ons", last: "Baccouche" },
];

/// The coaches. The first three teach the mathematics of Terminale.
pub(super) const COACHES: &[Coach] = &[
    Coach {
        first: "Hatem",
        last: "Zribi",
        pseudonym: "Hélios",
        title: "Agrégé de mathématiques",
        subjects: &["MATHEMATIQUES"],
        account: true,
    },
    Coach {
        first: "Marion",
        last: "Lemoine",
        pseudonym: "Athéna",
        title: "Certifiée de mathématiques, DIU NSI",
        subjects: &["MATHEMATIQUES", "NSI"],
        account: true,
    },
    Coach {
        first: "Bechir",
        last: "Hamdi",
        pseudonym: "Zénon",
        title: "Docteur en physique",
        subjects: &["PHYSIQUE_CHIMIE", "MATHEMATIQUES"],
        account: false,
    },
    Coach {
        first: "Inès",
        last: "Chatti",
        pseudonym: "Calliope",
        title: "Agrégée de lettres modernes",
        subjects: &["FRANCAIS", "PHILOSOPHIE"],
        account: false,
    },
    Coach {
        first: "Paul",
        last: "Vasseur",
        pseudonym: "Clio",
        title: "Certifié d’histoire-géographie",
        subjects: &["HISTOIRE_GEO", "SES"],
        account: false,
    },
    Coach {
        first: "Rym",
        last: "Daoud",
        pseudonym: "Iris",
        title: "Professeure d’anglais et d’espagnol",
        subjects: &["ANGLAIS", "ESPAGNOL"],
        account: false,
    },
];

/// How many of [`COACHES`] teach the mathematics of Terminale.
pub(super) const MATHS_COACHES: usize = 3;
