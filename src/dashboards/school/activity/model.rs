//! An event, its place in the order, and the filter of the page.

use chrono::{DateTime, Days, Months, NaiveDate, Utc};
use serde::Deserialize;
use uuid::Uuid;

use crate::{ui::filters, web::format};

/// Kinds of events as the address names them, with labels.
pub const KINDS: &[(&str, &str)] = &[("comptes", "Comptes"), ("evaluations", "Évaluations"), ("demandes", "Demandes")];

/// Something that happened.
#[derive(Debug, Clone)]
pub struct Activity {
    /// `user`, `assessment` or `request`.
    pub kind: String,
    /// The record: a person, an assessment, a request.
    pub id: Uuid,
    /// Whom it is about.
    pub who: String,
    /// Role of the new account, bank of the assessment, grade of the request.
    pub about: String,
    /// When.
    pub at: DateTime<Utc>,
}

impl Activity {
    /// Its place in the order.
    pub fn place(&self) -> Place {
        Place { at: self.at, id: self.id }
    }
}

/// A place in the order of events: the moment, then the id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Moment.
    pub at: DateTime<Utc>,
    /// Id, which tells apart what was made in one go.
    pub id: Uuid,
}

impl Place {
    /// Later than everything.
    pub const END: Self = Self { at: DateTime::<Utc>::MAX_UTC, id: Uuid::max() };

    /// As it stands in an address.
    pub fn key(self) -> String {
        format!("{}-{}", self.at.timestamp_micros(), self.id)
    }

    fn parse(key: &str) -> Option<Self> {
        let (micros, id) = key.split_once('-')?;
        Some(Self { at: DateTime::from_timestamp_micros(micros.parse().ok()?)?, id: id.parse().ok()? })
    }
}

/// What the page shows: the query of its address. What is no kind, no day or no place counts as not given.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// Key of [`KINDS`]; empty for all.
    pub kind: String,
    /// First day, YYYY-MM-DD.
    pub from: String,
    /// Last day.
    pub to: String,
    /// The last event of the page before.
    pub after: String,
}

impl Filter {
    /// The kind, as [`Activity::kind`] says it.
    pub fn kind(&self) -> Option<&'static str> {
        match self.kind.as_str() {
            "comptes" => Some("user"),
            "evaluations" => Some("assessment"),
            "demandes" => Some("request"),
            _ => None,
        }
    }

    /// First moment.
    pub fn since(&self) -> DateTime<Utc> {
        let first = self.from.parse().ok().map(format::tunis_midnight);
        first.unwrap_or(DateTime::UNIX_EPOCH).max(DateTime::UNIX_EPOCH)
    }

    /// Before which place: the end of the last day.
    pub fn until(&self) -> Place {
        let next = self.to.parse::<NaiveDate>().ok().and_then(|last| last.checked_add_days(Days::new(1)));
        next.map_or(Place::END, |day| Place {
            at: format::tunis_midnight(day).max(DateTime::UNIX_EPOCH),
            id: Uuid::nil(),
        })
    }

    /// Before which place this page goes on.
    pub fn before(&self) -> Place {
        let after = Place::parse(&self.after).filter(|place| place.at >= DateTime::UNIX_EPOCH);
        after.map_or(self.until(), |place| place.min(self.until()))
    }

    /// Whether anything is left out.
    pub fn narrows(&self) -> bool {
        self.kind().is_some() || self.since() > DateTime::UNIX_EPOCH || self.until() < Place::END
    }

    /// The address of `path` with this filter, from the event after which it goes on.
    pub fn link(&self, path: &str, after: &str) -> String {
        filters::link(path, &[("kind", &self.kind), ("from", &self.from), ("to", &self.to), ("after", after)])
    }
}

/// Where the accounts of a month are listed, by its first day.
pub fn accounts_of(first: NaiveDate) -> String {
    let last = first.checked_add_months(Months::new(1)).and_then(|next| next.pred_opt()).unwrap_or(first);
    let filter = Filter { kind: "comptes".into(), from: first.to_string(), to: last.to_string(), ..Filter::default() };
    filter.link("/admin/activite", "")
}

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn a_place_comes_back_from_its_address_to_the_microsecond() {
        let at = DateTime::from_timestamp_micros(1_795_000_000_123_456).expect("moment");
        let place = Place { at, id: Uuid::now_v7() };
        assert_eq!(Place::parse(&place.key()), Some(place));
        assert_eq!(Place::parse("hier"), None);
    }

    #[test]
    fn a_month_ends_on_its_last_day() {
        let first = NaiveDate::from_ymd_opt(2028, 2, 1).expect("day");
        assert_eq!(accounts_of(first), "/admin/activite?kind=comptes&from=2028-02-01&to=2028-02-29");
    }

    #[test]
    fn a_day_that_no_calendar_has_narrows_nothing() {
        for day in ["", "demain", "-9999-01-01", "2026-02-30"] {
            let filter = Filter { from: day.into(), ..Filter::default() };
            assert!(!filter.narrows(), "{day}");
        }
    }
}
