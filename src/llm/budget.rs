//! What may still be spent, known without asking the database: the sums of the table as they were last read, what this
//! server has spent since, and the most that its calls under way may cost.
//!
//! Always true: this server lets no call begin that could lead over a budget. Other servers' spending is known a few
//! seconds later. Only what is known to be free goes on when a budget is spent. Periods are those of Tunis.

use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, NaiveDate, Utc};

use super::LlmError;
use crate::{config::BudgetConfig, web::format};

/// A day or a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Period {
    Day,
    Month,
}

impl Period {
    pub const ALL: [Self; 2] = [Self::Day, Self::Month];

    /// Key of the period that a day lies in.
    pub fn key(self, day: NaiveDate) -> String {
        match self {
            Self::Day => day.format("%Y-%m-%d").to_string(),
            Self::Month => day.format("%Y-%m").to_string(),
        }
    }
}

/// The money of one period.
#[derive(Debug, Default)]
struct Window {
    limit: Option<u64>,
    /// In the table, when it was last read.
    read: u64,
    /// Spent by this server since, …
    since: u64,
    /// … of which this much is in the table by now.
    written: u64,
    /// A call was refused in this period.
    refused: bool,
}

impl Window {
    fn spent(&self) -> u64 {
        self.read.saturating_add(self.since)
    }

    fn begin(&mut self) {
        *self = Self { limit: self.limit, ..Self::default() };
    }
}

struct Figures {
    today: NaiveDate,
    windows: [Window; 2],
    /// Most that the calls under way may cost.
    reserved: u64,
}

/// What may be spent by this server.
pub(super) struct Budget(Mutex<Figures>);

/// A threshold that was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reached {
    pub period: Period,
    pub day: NaiveDate,
    /// 80 or 100, in per cent.
    pub threshold: i16,
    pub spent: u64,
    pub limit: u64,
}

impl Figures {
    /// A new day begins with nothing spent.
    fn turn_to(&mut self, today: NaiveDate) {
        for (period, window) in Period::ALL.into_iter().zip(&mut self.windows) {
            if period.key(today) != period.key(self.today) {
                window.begin();
            }
        }
        self.today = today;
    }
}

impl Budget {
    pub fn new(config: &BudgetConfig) -> Self {
        let window = |limit| Window { limit, ..Window::default() };
        let windows = [window(config.day), window(config.month)];
        Self(Mutex::new(Figures { today: format::tunis_day(Utc::now()), windows, reserved: 0 }))
    }

    fn figures(&self) -> MutexGuard<'_, Figures> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn today(&self) -> MutexGuard<'_, Figures> {
        let mut figures = self.figures();
        figures.turn_to(format::tunis_day(Utc::now()));
        figures
    }

    /// Whether there is any limit at all.
    pub fn is_limited(&self) -> bool {
        self.figures().windows.iter().any(|window| window.limit.is_some())
    }

    /// Whether money is left, apart from what calls under way may cost.
    pub fn is_left(&self) -> bool {
        self.today().windows.iter().all(|window| window.limit.is_none_or(|limit| window.spent() < limit))
    }

    /// Sets aside the most that a call may cost. `free`: known to cost nothing.
    pub fn reserve(&self, most: u64, free: bool) -> Result<u64, LlmError> {
        if free {
            return Ok(0);
        }
        let mut figures = self.today();
        let reserved = figures.reserved;
        let mut refused = false;
        for window in &mut figures.windows {
            let Some(limit) = window.limit else { continue };
            let before = window.spent().saturating_add(reserved);
            let over = before >= limit || before.saturating_add(most) > limit;
            window.refused |= over;
            refused |= over;
        }
        if refused {
            return Err(LlmError::OverBudget);
        }
        figures.reserved = reserved.saturating_add(most);
        Ok(most)
    }

    /// A call that had set this aside has ended and cost that.
    pub fn settle(&self, reserved: u64, cost: u64) {
        let mut figures = self.today();
        figures.reserved = figures.reserved.saturating_sub(reserved);
        for window in &mut figures.windows {
            window.since = window.since.saturating_add(cost);
        }
    }

    /// A call of this moment is in the table now.
    pub fn wrote(&self, at: DateTime<Utc>, cost: u64) {
        let mut figures = self.today();
        let (today, day) = (figures.today, format::tunis_day(at));
        for (period, window) in Period::ALL.into_iter().zip(&mut figures.windows) {
            if period.key(day) == period.key(today) {
                window.written = window.written.saturating_add(cost).min(window.since);
            }
        }
    }

    /// The sums of the table for this day and its month, read when nothing was being written by this server.
    pub fn read(&self, day: NaiveDate, spent: [u64; 2]) {
        let mut figures = self.today();
        if figures.today != day {
            return;
        }
        for (window, spent) in figures.windows.iter_mut().zip(spent) {
            window.read = spent;
            window.since = window.since.saturating_sub(window.written);
            window.written = 0;
        }
    }

    /// The thresholds that are reached: 80 %, and 100 % when a call was refused or all is spent.
    pub fn reached(&self) -> Vec<Reached> {
        let figures = self.today();
        let mut reached = Vec::new();
        for (period, window) in Period::ALL.into_iter().zip(&figures.windows) {
            let Some(limit) = window.limit else { continue };
            let (spent, day) = (window.spent(), figures.today);
            let most = u128::from(limit) * 80;
            let thresholds = [(80, u128::from(spent) * 100 >= most), (100, spent >= limit || window.refused)];
            reached.extend(thresholds.into_iter().filter(|(_, is)| *is).map(|(threshold, _)| Reached {
                period,
                day,
                threshold,
                spent,
                limit,
            }));
        }
        reached
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budget(day: Option<u64>, month: Option<u64>) -> Budget {
        Budget::new(&BudgetConfig { day, month, currency: "EUR".into() })
    }

    fn today() -> NaiveDate {
        format::tunis_day(Utc::now())
    }

    #[test]
    fn without_a_limit_nothing_is_refused() {
        let budget = budget(None, None);
        assert_eq!(budget.reserve(u64::MAX, false), Ok(u64::MAX));
        assert!(!budget.is_limited() && budget.is_left() && budget.reached().is_empty());
    }

    #[test]
    fn what_calls_under_way_may_cost_counts_until_they_end() {
        let budget = budget(Some(100), None);
        let first = budget.reserve(60, false).expect("fits");
        assert_eq!(budget.reserve(41, false), Err(LlmError::OverBudget));
        budget.settle(first, 10);
        assert_eq!(budget.reserve(90, false), Ok(90));
        assert_eq!(budget.reserve(1, false), Err(LlmError::OverBudget));
        assert_eq!(budget.reserve(0, false), Err(LlmError::OverBudget), "an unknown price is not a free one");
        assert_eq!(budget.reserve(0, true), Ok(0), "what is free goes on");
    }

    #[test]
    fn what_is_written_and_read_back_counts_once() {
        let budget = budget(Some(100), Some(1000));
        budget.settle(0, 30);
        budget.settle(0, 20);
        budget.wrote(Utc::now(), 30);
        // Another server has spent 25, and 500 on earlier days.
        budget.read(today(), [55, 555]);
        let spent: Vec<u64> = budget.figures().windows.iter().map(Window::spent).collect();
        assert_eq!(spent, [75, 575]);
        budget.wrote(Utc::now(), 20);
        budget.read(today(), [75, 575]);
        assert_eq!(budget.figures().windows[0].spent(), 75);
    }

    #[test]
    fn a_new_day_begins_with_nothing_spent_and_the_month_goes_on() {
        let budget = budget(Some(100), Some(1000));
        budget.settle(0, 100);
        assert!(!budget.is_left());
        let (tomorrow, day) = (today().succ_opt().expect("day"), today());
        let mut figures = budget.figures();
        figures.turn_to(tomorrow);
        let same_month = Period::Month.key(tomorrow) == Period::Month.key(day);
        assert_eq!(figures.windows[0].spent(), 0);
        assert_eq!(figures.windows[1].spent(), if same_month { 100 } else { 0 });
    }

    #[test]
    fn thresholds_are_reached_at_80_per_cent_and_when_a_call_is_refused() {
        let budget = budget(Some(100), None);
        budget.settle(0, 79);
        assert!(budget.reached().is_empty());
        budget.settle(0, 1);
        let thresholds = |budget: &Budget| budget.reached().iter().map(|one| one.threshold).collect::<Vec<_>>();
        assert_eq!(thresholds(&budget), [80]);
        assert!(budget.reserve(30, false).is_err());
        assert_eq!(thresholds(&budget), [80, 100]);
    }
}
