//! The form "bilan gratuit" as the families of the demo school filled it in, and their consents.

use chrono::TimeDelta;

use super::{
    super::dice::Dice,
    rows::{Consent, Request, Student, User},
    school::{self, Pupil},
};
use crate::{accounts::legal::LegalText, error::Result, keys::Keys};

const OBJECTIVES: &[&str] = &[
    "Préparer l’épreuve de spécialité et viser la mention.",
    "Reprendre confiance avant les prochains contrôles.",
    "Consolider les bases avant une classe préparatoire.",
    "Avoir un avis extérieur sur son niveau réel.",
    "Retrouver une méthode de travail régulière.",
];
const DIFFICULTIES: &[&str] = &[
    "Perd ses moyens pendant les devoirs surveillés.",
    "Les démonstrations et la rédaction.",
    "Travaille beaucoup, mais les notes ne suivent pas.",
    "Les probabilités, depuis l’an dernier.",
    "Se laisse déborder et s’y prend au dernier moment.",
];
const AVAILABILITIES: &[&str] =
    &["Mercredi après-midi et samedi matin", "En semaine après 18 h", "Le week-end", "Samedi, ou en ligne le soir"];
const MODALITIES: &[&str] = &["online", "presentiel", "hybride"];

/// A mobile number out of the range that the French regulator keeps for works of fiction: it rings nowhere.
pub(super) fn phone(of: &str) -> String {
    let mut dice = Dice::of(format_args!("phone of {of}"));
    format!("+33 6 39 98 {:02} {:02}", dice.between(0, 99), dice.between(0, 99))
}

/// An address out of a range that is kept for documentation (RFC 5737).
pub(super) fn address(dice: &mut Dice) -> String {
    format!("203.0.113.{}", dice.between(1, 254))
}

/// The level as the family sees it.
fn level(pupil: &Pupil) -> &'static str {
    match pupil.ability.general() {
        it if it < -0.8 => "difficultes",
        it if it < 0.4 => "moyen",
        it if it < 1.5 => "bon",
        _ => "excellent",
    }
}

/// The form for this child. Optional fields are filled in by some.
pub(super) fn request(
    keys: &Keys,
    parent: &User,
    (child, student): (&User, &Student),
    pupil: &Pupil,
    dice: &mut Dice,
) -> Request {
    let mut some = |list: &[&'static str]| dice.chance(0.6).then(|| dice.pick(list));
    let (objectives, difficulties) = (some(OBJECTIVES), some(DIFFICULTIES));
    let (preferred_modality, availability) = (some(MODALITIES), some(AVAILABILITIES));
    Request {
        id: school::id(keys, format_args!("request for {}", child.id)),
        form_key: school::id(keys, format_args!("form for {}", child.id)).to_string(),
        guardian_id: parent.id,
        student_id: child.id,
        parent_first_name: parent.first_name,
        parent_last_name: parent.last_name,
        parent_email: parent.email.clone().unwrap_or_default(),
        parent_phone: parent.phone.clone().unwrap_or_default(),
        student_first_name: child.first_name,
        student_last_name: child.last_name,
        student_grade: student.grade,
        student_school: student.school,
        student_birth_date: student.birth_date,
        subjects: pupil.subjects,
        current_level: level(pupil),
        objectives,
        difficulties,
        preferred_modality,
        availability,
        newsletter: dice.chance(0.3),
        created_at: pupil.joined,
    }
}

/// What the parent agreed to with the form.
pub(super) fn consents(keys: &Keys, request: &Request, dice: &mut Dice) -> Result<Vec<Consent>> {
    let address = address(dice);
    let mut given = vec![
        (LegalText::Terms.key(), LegalText::Terms.version()?),
        (LegalText::Privacy.key(), LegalText::Privacy.version()?),
    ];
    if request.newsletter {
        given.push(("newsletter", LegalText::Privacy.version()?));
    }
    let consent = |(text_key, text_version): (&'static str, String)| Consent {
        id: school::id(keys, format_args!("consent {text_key} of {}", request.id)),
        request_id: request.id,
        person_id: request.guardian_id,
        person_name: format!("{} {}", request.parent_first_name, request.parent_last_name),
        for_name: format!("{} {}", request.student_first_name, request.student_last_name),
        text_key,
        text_version,
        address: address.clone(),
        agreed_at: request.created_at + TimeDelta::seconds(1),
    };
    Ok(given.into_iter().map(consent).collect())
}
