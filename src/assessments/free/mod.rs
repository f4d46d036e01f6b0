//! The free assessment: the family's form in two steps, then the runner. The family itself is made by
//! [`crate::accounts::families`].

pub mod api;
mod pages;
mod views;

use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::{
    attempt::{self, Attempt, Taker},
    bank::{self, BankEdition},
    forms,
    model::{Grade, Subject},
    result::access,
};
use crate::{
    accounts::families::{self, BilanForm},
    ctx::Ctx,
    error::{Error, Result},
    web::{Routes, Visitor, get},
};

/// Pages of the journey.
pub fn routes(routes: Routes) -> Routes {
    routes
        .at("/bilan-gratuit", get(pages::parent).post(pages::set_parent))
        .at("/bilan-gratuit/eleve", get(pages::student).post(pages::create))
}

/// The bank for what the family chose, and why it is not the one they may expect.
#[derive(Clone, Copy)]
pub struct Choice {
    /// Bank and edition.
    pub edition: BankEdition,
    /// A sentence for the page, when it falls back to the general diagnostic.
    pub why: Option<&'static str>,
}

/// Decision 8: the first chosen subject that has a bank for the grade; else the general diagnostic, with a reason.
pub fn choose(subjects: &[String], grade: &str) -> Option<Choice> {
    let edition_grade = if grade == "TERMINALE" { Grade::Terminale } else { Grade::Premiere };
    let wanted: Vec<Subject> = subjects.iter().filter_map(|subject| subject_of(subject)).collect();
    let general = bank::for_combination(Subject::General, edition_grade)?;
    if grade == "SECONDE" {
        return Some(Choice {
            edition: general,
            why: Some("En seconde, le bilan porte sur la méthode et l’organisation."),
        });
    }
    let found = wanted.iter().find_map(|subject| bank::for_combination(*subject, edition_grade));
    Some(match found {
        Some(edition) => Choice { edition, why: None },
        None if wanted.is_empty() => Choice {
            edition: general,
            why: Some("Pour ces matières, le bilan porte sur la méthode, le raisonnement et la connaissance du Bac."),
        },
        None => Choice {
            edition: general,
            why: Some(
                "Nous n’avons pas encore de questionnaire pour cette matière à ce niveau : ce bilan porte sur la méthode et la connaissance du Bac.",
            ),
        },
    })
}

/// Why this attempt is not about the subject that the family may expect, if so (decision 8): a sentence for its first
/// page.
pub async fn reason(pool: &PgPool, attempt: &Attempt) -> Result<Option<&'static str>> {
    let wishes = attempt::find_wishes(pool, attempt.id).await?;
    let choice = wishes.and_then(|(subjects, grade)| choose(&subjects, &grade));
    Ok(choice.filter(|choice| choice.edition.edition.id == attempt.edition.edition.id).and_then(|choice| choice.why))
}

/// Registers the family and opens its attempt, in one transaction. The same key again finds what it made before.
async fn register(ctx: &Ctx, visitor: &Visitor, form: &BilanForm, key: &str) -> Result<Uuid> {
    let choice = choose(&form.subjects, &form.grade_key()).ok_or_else(Error::not_found)?;
    let assessment = ctx.keys.derived_id("bilan-assessment", key);
    let mut tx = crate::db::begin(&ctx.pool).await?;
    let registered =
        families::register(&mut tx, ctx, visitor, form, key, || access::signed_url(ctx, assessment)).await?;
    let name = form.student_name();
    let fresh = fresh_form(&mut tx, visitor, choice.edition, registered.student_id, &name).await?;
    let taker = Taker { student_id: registered.student_id, request_id: Some(registered.request_id), name };
    let id = attempt::open(&mut tx, ctx, visitor, assessment, fresh, &taker).await?;
    tx.commit().await?;
    Ok(id)
}

/// The form of the chosen bank's subject and grade that this child has not taken yet, if there is one.
async fn fresh_form(
    conn: &mut PgConnection,
    visitor: &Visitor,
    chosen: BankEdition,
    student: Option<Uuid>,
    name: &str,
) -> Result<BankEdition> {
    let taken = forms::list_taken(conn, student, name, &visitor.grants).await?;
    Ok(forms::offer(chosen.bank.subject, chosen.edition.grade, &taken).map_or(chosen, |offer| offer.edition))
}

pub(super) fn subject_of(key: &str) -> Option<Subject> {
    match key {
        "MATHEMATIQUES" => Some(Subject::Maths),
        "NSI" => Some(Subject::Nsi),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(subjects: &[&str], grade: &str) -> (String, bool) {
        let subjects: Vec<String> = subjects.iter().map(|one| (*one).to_owned()).collect();
        let choice = choose(&subjects, grade).expect("there is always the general diagnostic");
        (choice.edition.edition.id.clone(), choice.why.is_some())
    }

    #[test]
    fn the_bank_follows_the_chosen_subject_and_a_fallback_says_why() {
        assert_eq!(chosen(&["FRANCAIS", "MATHEMATIQUES"], "TERMINALE"), ("maths_terminale_spe_v1".into(), false));
        assert_eq!(chosen(&["FRANCAIS"], "TERMINALE"), ("general_terminale_default".into(), true));
        assert_eq!(chosen(&["FRANCAIS", "MATHEMATIQUES"], "PREMIERE"), ("maths_premiere_default".into(), false));
        assert_eq!(chosen(&["NSI", "MATHEMATIQUES"], "PREMIERE"), ("maths_premiere_default".into(), false));
        assert_eq!(chosen(&["NSI"], "TERMINALE"), ("nsi_terminale_default".into(), false));
        assert_eq!(chosen(&["NSI"], "PREMIERE"), ("general_premiere_default".into(), true));
        assert_eq!(chosen(&["MATHEMATIQUES"], "SECONDE"), ("general_premiere_default".into(), true));
    }
}
