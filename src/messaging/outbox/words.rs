//! What staff read for a template and for an error: words of a school, not of a mail server.

/// What a mail is about.
pub(super) fn template(key: &str) -> &str {
    match key {
        "family-activation" => "Activation (bilan gratuit)",
        "family-account-exists" => "Bilan gratuit, compte déjà ouvert",
        "notification" => "Notification",
        "daily-digest" => "Récapitulatif du soir",
        "unread-message" => "Message non lu",
        other => OTHERS.iter().find(|(part, _)| other.contains(part)).map_or("Autre e-mail", |(_, label)| label),
    }
}

/// Of rooms that write mails of their own, by a part of the name.
const OTHERS: &[(&str, &str)] = &[
    ("activation", "Activation d’un compte"),
    ("reset", "Mot de passe oublié"),
    ("password", "Mot de passe changé"),
    ("email", "Changement d’adresse"),
    ("device", "Connexion d’un nouvel appareil"),
    ("signin", "Connexion d’un nouvel appareil"),
    ("factor", "Double authentification"),
];

/// What went wrong at the last try, and what to do about it.
pub(super) fn error(text: &str) -> &'static str {
    const KNOWN: &[(&str, &str)] = &[
        (
            "le serveur d’e-mail refuse cette adresse",
            "L’adresse est refusée : elle n’existe plus ou elle est mal écrite. Vérifiez-la avec la famille.",
        ),
        (
            "l’adresse du destinataire n’est pas valable",
            "L’adresse est mal écrite. Corrigez-la dans la fiche de la personne.",
        ),
        ("le serveur d’e-mail n’a pas répondu", "Le service d’envoi n’a pas répondu à temps. Les essais continuent."),
        (
            "le serveur d’e-mail ne prend pas",
            "Le service d’envoi n’est pas joignable ou demande d’attendre. Les essais continuent.",
        ),
        (
            "le dossier des e-mails",
            "Le dossier des e-mails est plein ou protégé. Prévenez la personne qui gère le serveur.",
        ),
    ];
    KNOWN.iter().find(|(start, _)| text.starts_with(start)).map_or(
        "L’envoi n’a pas abouti. Renvoyez l’e-mail ; si cela continue, prévenez la personne qui gère le serveur.",
        |(_, words)| words,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_of_the_mailer_has_words_of_its_own() {
        // As mailer.rs and message.rs say them.
        let unknown = error("anything else");
        for said in [
            "le serveur d’e-mail refuse cette adresse ou ce message: permanent error (550): no such mailbox",
            "le serveur d’e-mail ne prend pas le message pour l’instant: Connection error",
            "le serveur d’e-mail n’a pas répondu en 30 s",
            "l’adresse du destinataire n’est pas valable: Invalid email address",
            "le dossier des e-mails (DATA_DIR/mail) n’est pas accessible en écriture: …",
        ] {
            assert_ne!(error(said), unknown, "{said}");
        }
    }

    #[test]
    fn an_unknown_template_is_still_named() {
        assert_eq!(template("family-activation"), "Activation (bilan gratuit)");
        assert_eq!(template("password-reset"), "Mot de passe oublié");
        assert_eq!(template("something"), "Autre e-mail");
    }
}
