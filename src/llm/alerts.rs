//! Tells the admins, once for each period and threshold, that a budget is nearly or entirely spent.

use sqlx::PgPool;

use super::{
    budget::{Period, Reached},
    money, store,
};
use crate::{
    error::Result,
    messaging::notices::{self, Kind, Notice},
};

/// The admin's page of models.
pub(super) const PATH: &str = "/admin/modeles";

/// Tells it, unless any server has told it before.
pub(super) async fn tell(pool: &PgPool, reached: &Reached, currency: &str) -> Result<()> {
    let mut tx = crate::db::begin(pool).await?;
    let period = reached.period.key(reached.day);
    if store::insert_alert(&mut tx, &period, reached).await? {
        let (title, body) = words(reached, currency);
        tracing::warn!(period, reached.threshold, reached.spent, reached.limit, "a budget of models");
        for user_id in store::list_admins(&mut tx).await? {
            // A link of its own for each alert: one that is unread is not replaced by the next.
            let link = format!("{PATH}?alerte={period}-{}", reached.threshold);
            let notice = Notice { user_id, kind: Kind::Models, title: title.clone(), body: body.clone(), link };
            notices::notify(&mut tx, &notice).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

/// Title and sentence.
fn words(reached: &Reached, currency: &str) -> (String, String) {
    let of = match reached.period {
        Period::Day => "du jour",
        Period::Month => "du mois",
    };
    let (spent, limit) = (money::amount(reached.spent, currency), money::amount(reached.limit, currency));
    if reached.threshold >= 100 {
        let title = format!("Le budget {of} des modèles de langage est épuisé");
        let until = match reached.period {
            Period::Day => "jusqu’à demain",
            Period::Month => "jusqu’au mois prochain",
        };
        (title, format!("{spent} dépensés sur {limit}. Les modèles payants ne sont plus appelés {until}."))
    } else {
        let title = format!("Le budget {of} des modèles de langage est presque épuisé");
        (title, format!("{spent} dépensés sur {limit}. À 100\u{a0}%, les modèles payants ne seront plus appelés."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alert_says_how_much_of_how_much_and_what_follows() {
        let day = chrono::NaiveDate::from_ymd_opt(2026, 11, 26).expect("day");
        let reached = Reached { period: Period::Day, day, threshold: 80, spent: 4_100_000, limit: 5_000_000 };
        let (title, body) = words(&reached, "EUR");
        assert_eq!(title, "Le budget du jour des modèles de langage est presque épuisé");
        assert!(body.starts_with("4,10\u{a0}€ dépensés sur 5\u{a0}€."), "{body}");
        let (title, body) = words(&Reached { period: Period::Month, threshold: 100, ..reached }, "EUR");
        assert!(title.ends_with("est épuisé") && body.ends_with("jusqu’au mois prochain."), "{title} {body}");
    }
}
