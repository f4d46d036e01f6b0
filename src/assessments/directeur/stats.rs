//! Figures of all cohorts, in three queries of constant cost.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use sqlx::PgPool;
use uuid::Uuid;

use crate::{
    assessments::{model::Band, standard_score::round1},
    error::{Error, Result},
    ops::tallies::{self, Tallies},
    web::Role,
};

/// Months of the series.
const MONTHS: usize = 6;
/// Alerts shown at most.
pub const MOST_ALERTS: i64 = 20;

/// How many results stand in each band.
#[derive(Debug, Default, Clone)]
pub struct Distribution([i64; 5]);

impl Distribution {
    /// Results in a band.
    pub fn of(&self, band: Band) -> i64 {
        Band::ALL.iter().position(|one| *one == band).map_or(0, |at| self.0[at])
    }

    fn add(&mut self, tenths: i16, n: i64) {
        let band = Band::of(f64::from(tenths) / 10.0);
        if let Some(at) = Band::ALL.iter().position(|one| *one == band) {
            self.0[at] += n;
        }
    }
}

/// A cohort in numbers.
#[derive(Debug, Clone)]
pub struct CohortFigures {
    /// Bank edition.
    pub bank: String,
    /// Rule version.
    pub rule_version: String,
    /// MATHS, NSI or GENERAL.
    pub subject: String,
    /// Results.
    pub n: i64,
    /// (tenths, results).
    pub bins: Vec<(i16, i64)>,
}

/// Average of a subject.
#[derive(Debug, Clone)]
pub struct SubjectAverage {
    /// MATHS, NSI or GENERAL.
    pub subject: String,
    /// Mean SSN, one decimal.
    pub avg_ssn: f64,
    /// Results.
    pub n: i64,
}

/// A month.
#[derive(Debug, Clone)]
pub struct MonthFigures {
    /// First day of the month.
    pub month: NaiveDate,
    /// Mean SSN, one decimal.
    pub avg_ssn: f64,
    /// Results.
    pub n: i64,
}

/// A student who needs somebody now.
#[derive(Debug, Clone)]
pub struct Alert {
    /// Key in `assessments`.
    pub assessment_id: Uuid,
    /// First and last name.
    pub student_name: String,
    /// As given, or the account's.
    pub student_email: Option<String>,
    /// Below 40.
    pub ssn: f64,
    /// MATHS, NSI or GENERAL.
    pub subject: String,
}

/// All figures.
#[derive(Debug, Default)]
pub struct Stats {
    /// Assessments of any state.
    pub total: i64,
    /// Those with a score.
    pub completed: i64,
    /// Students.
    pub students: i64,
    /// Mean SSN; none without results.
    pub average_ssn: Option<f64>,
    /// Mean share of points.
    pub average_global: Option<f64>,
    /// By band.
    pub distribution: Distribution,
    /// By subject.
    pub subjects: Vec<SubjectAverage>,
    /// SSN below 40, lowest first, at most twenty.
    pub alerts: Vec<Alert>,
    /// The last six months, oldest first.
    pub months: Vec<MonthFigures>,
    /// Every cohort.
    pub cohorts: Vec<CohortFigures>,
}

impl Stats {
    /// Results in any cohort: those completed, without practice.
    pub fn in_cohorts(&self) -> i64 {
        self.cohorts.iter().map(|cohort| cohort.n).sum()
    }
}

/// Reads the figures: three queries.
pub async fn load(pool: &PgPool) -> Result<Stats> {
    let ((stats, _), alerts) = tokio::try_join!(load_figures(pool), load_alerts(pool))?;
    Ok(Stats { alerts, ..stats })
}

/// Reads the figures without the alerts, and the tallies that they are made of: two queries.
pub async fn load_figures(pool: &PgPool) -> Result<(Stats, Tallies)> {
    let (cohorts, tallies) = tokio::try_join!(load_cohorts(pool), tallies::load(pool))?;
    let mut distribution = Distribution::default();
    cohorts.iter().flat_map(|(cohort, _)| &cohort.bins).for_each(|(tenths, n)| distribution.add(*tenths, *n));
    let months = months(cohorts.iter().flat_map(|(_, months)| months));
    let cohorts: Vec<CohortFigures> = cohorts.into_iter().map(|(cohort, _)| cohort).collect();
    let scored: i64 = cohorts.iter().map(|cohort| cohort.n).sum();
    let all = |of: fn(&MonthSums) -> i64| months.values().map(of).sum();
    let completed = scored + tallies.practice();
    let stats = Stats {
        total: completed + tallies.open_assessments(),
        completed,
        students: tallies.people(Role::Eleve),
        average_ssn: mean(all(|it| it.tenths), scored, 10.0),
        average_global: mean(all(|it| it.global), scored, 1.0),
        distribution,
        subjects: subjects(&cohorts),
        alerts: Vec::new(),
        months: latest(&months),
        cohorts,
    };
    Ok((stats, tallies))
}

/// Results of a month: how many, the sums of their SSNs in tenths and of their shares of points.
#[derive(Debug, Default, Clone, Copy)]
struct MonthSums {
    n: i64,
    tenths: i64,
    global: i64,
}

fn months<'a>(rows: impl Iterator<Item = &'a (NaiveDate, MonthSums)>) -> BTreeMap<NaiveDate, MonthSums> {
    rows.fold(BTreeMap::new(), |mut months, (month, more)| {
        let sums: &mut MonthSums = months.entry(*month).or_default();
        *sums = MonthSums { n: sums.n + more.n, tenths: sums.tenths + more.tenths, global: sums.global + more.global };
        months
    })
}

/// The last months that have results, oldest first.
fn latest(months: &BTreeMap<NaiveDate, MonthSums>) -> Vec<MonthFigures> {
    let figures = months.iter().skip(months.len().saturating_sub(MONTHS));
    figures
        .filter_map(|(month, it)| Some(MonthFigures { month: *month, avg_ssn: mean(it.tenths, it.n, 10.0)?, n: it.n }))
        .collect()
}

/// A row for each cohort, with at most 1001 bins and a row for each month since its first result.
async fn load_cohorts(pool: &PgPool) -> Result<Vec<(CohortFigures, Vec<(NaiveDate, MonthSums)>)>> {
    let rows = sqlx::query!(
        r#"select c.bank, c.rule_version, c.subject, c.n, coalesce(b.tenths, '{}') as "tenths!", coalesce(b.counts, '{}') as "counts!",
                  coalesce(m.months, '{}') as "months!", coalesce(m.ns, '{}') as "ns!",
                  coalesce(m.sums, '{}') as "sums!", coalesce(m.globals, '{}') as "globals!"
           from cohorts c
           left join lateral (
               select array_agg(tenths order by tenths) as tenths, array_agg(n order by tenths) as counts
               from cohort_bins where cohort_id = c.id) b on true
           left join lateral (
               select array_agg(month) as months, array_agg(n) as ns, array_agg(sum_tenths) as sums,
                      array_agg(sum_global) as globals
               from cohort_months where cohort_id = c.id) m on true
           order by c.subject, c.bank, c.rule_version"#
    )
    .fetch_all(pool)
    .await?;
    let cohorts = rows.into_iter().map(|row| {
        let sums = row.ns.iter().zip(&row.sums).zip(&row.globals);
        let sums = sums.map(|((n, tenths), global)| MonthSums { n: *n, tenths: *tenths, global: *global });
        let months = row.months.iter().copied().zip(sums).collect();
        let bins = row.tenths.into_iter().zip(row.counts).collect();
        (CohortFigures { bank: row.bank, rule_version: row.rule_version, subject: row.subject, n: row.n, bins }, months)
    });
    Ok(cohorts.collect())
}

/// Mean with one decimal; none without values.
fn mean(sum: i64, n: i64, scale: f64) -> Option<f64> {
    (n > 0).then(|| round1(sum as f64 / n as f64 / scale))
}

fn subjects(cohorts: &[CohortFigures]) -> Vec<SubjectAverage> {
    let mut sums: Vec<(String, i64, i64)> = Vec::new();
    for cohort in cohorts {
        let tenths: i64 = cohort.bins.iter().map(|(tenths, n)| i64::from(*tenths) * n).sum();
        match sums.iter_mut().find(|(subject, ..)| *subject == cohort.subject) {
            Some((_, sum, n)) => {
                *sum += tenths;
                *n += cohort.n;
            }
            None => sums.push((cohort.subject.clone(), tenths, cohort.n)),
        }
    }
    sums.into_iter()
        .filter_map(|(subject, sum, n)| Some(SubjectAverage { subject, avg_ssn: mean(sum, n, 10.0)?, n }))
        .collect()
}

async fn load_alerts(pool: &PgPool) -> Result<Vec<Alert>> {
    sqlx::query_as!(
        Alert,
        r#"select s.assessment_id, a.student_name, coalesce(a.student_email, u.email) as student_email, s.ssn, a.subject
           from standard_scores s
           join assessments a on a.id = s.assessment_id
           left join users u on u.id = a.student_id
           where s.low_ssn is not null order by s.low_ssn limit $1"#,
        MOST_ALERTS
    )
    .fetch_all(pool)
    .await
    .map_err(Error::from)
}
