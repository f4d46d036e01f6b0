//! What the columns of a file are: French headers, whatever their accents, capitals and spaces.

/// What a column holds; guardians are counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    LastName,
    FirstName,
    Grade,
    Email,
    BirthDate,
    School,
    ExtraTime,
    GuardianLastName(usize),
    GuardianFirstName(usize),
    GuardianEmail(usize),
    GuardianPhone(usize),
    GuardianRelation(usize),
}

/// Headers of the template, in its order.
pub(super) const TEMPLATE: &[&str] = &[
    "Nom",
    "Prénom",
    "Classe",
    "E-mail",
    "Date de naissance",
    "Établissement",
    "Tiers-temps",
    "Parent 1 nom",
    "Parent 1 prénom",
    "Parent 1 e-mail",
    "Parent 1 téléphone",
    "Parent 1 lien",
    "Parent 2 nom",
    "Parent 2 prénom",
    "Parent 2 e-mail",
    "Parent 2 téléphone",
    "Parent 2 lien",
];

/// A text without accents, capitals, spaces and signs: "E-mail (parent 1)" → "emailparent1".
pub(super) fn plain(text: &str) -> String {
    text.chars()
        .flat_map(char::to_lowercase)
        .filter_map(|letter| {
            Some(match letter {
                'a'..='z' | '0'..='9' => letter,
                'à' | 'â' | 'ä' => 'a',
                'é' | 'è' | 'ê' | 'ë' => 'e',
                'î' | 'ï' => 'i',
                'ô' | 'ö' => 'o',
                'û' | 'ù' | 'ü' => 'u',
                'ç' => 'c',
                _ => return None,
            })
        })
        .collect()
}

/// What the header says; none for a column that is not ours (it is ignored, and the preview says so).
pub(super) fn of_header(header: &str) -> Option<Column> {
    let name = plain(header);
    for (word, at) in [
        ("parent", None),
        ("responsable", None),
        ("representant", None),
        ("tuteur", None),
        ("mere", Some(0)),
        ("pere", Some(1)),
    ] {
        if let Some(place) = name.find(word).filter(|_| name != word) {
            let rest = format!("{}{}", &name[..place], name[place + word.len()..].trim_start_matches("legal"));
            return guardian(&rest, at);
        }
    }
    Some(match name.as_str() {
        "nom" | "nomdefamille" | "nomeleve" | "nomdeleleve" => Column::LastName,
        "prenom" | "prenomeleve" | "prenomdeleleve" => Column::FirstName,
        "classe" | "niveau" => Column::Grade,
        "email" | "mail" | "courriel" | "adressemail" | "adresseemail" | "emaileleve" | "maileleve" => Column::Email,
        "datedenaissance" | "datenaissance" | "naissance" | "nele" | "neele" => Column::BirthDate,
        "etablissement" | "lycee" | "ecole" => Column::School,
        "tierstemps" => Column::ExtraTime,
        _ => return None,
    })
}

fn guardian(rest: &str, known: Option<usize>) -> Option<Column> {
    let at = known.or_else(|| if rest.contains('2') { Some(1) } else { Some(0) })?;
    let kind: String = rest.chars().filter(char::is_ascii_alphabetic).collect();
    let kind = kind.as_str();
    // "Nom de la mère": what is left is "nomdela".
    ["", "dela", "du", "de"].iter().find_map(|link| guardian_column(kind.strip_suffix(link)?, at))
}

fn guardian_column(kind: &str, at: usize) -> Option<Column> {
    Some(match kind {
        "nom" => Column::GuardianLastName(at),
        "prenom" => Column::GuardianFirstName(at),
        "email" | "mail" | "courriel" | "adressemail" | "adresseemail" => Column::GuardianEmail(at),
        "telephone" | "tel" | "portable" | "mobile" => Column::GuardianPhone(at),
        "lien" | "relation" | "qualite" => Column::GuardianRelation(at),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_header_of_the_template_is_known_and_different() {
        let columns: Vec<Column> = TEMPLATE.iter().map(|header| of_header(header).expect(header)).collect();
        for (at, column) in columns.iter().enumerate() {
            assert!(!columns[..at].contains(column), "{column:?}");
        }
    }

    #[test]
    fn headers_are_read_as_people_write_them() {
        for (header, column) in [
            ("NOM", Column::LastName),
            (" prenom ", Column::FirstName),
            ("E-Mail", Column::Email),
            ("Né(e) le", Column::BirthDate),
            ("Email parent 1", Column::GuardianEmail(0)),
            ("Responsable légal 2 - Téléphone", Column::GuardianPhone(1)),
            ("Prénom du parent 2", Column::GuardianFirstName(1)),
            ("Nom de la mère", Column::GuardianLastName(0)),
            ("Tél. père", Column::GuardianPhone(1)),
            ("PARENT 1 PRÉNOM", Column::GuardianFirstName(0)),
        ] {
            assert_eq!(of_header(header), Some(column), "{header}");
        }
        assert_eq!(of_header("Observations"), None);
    }
}
