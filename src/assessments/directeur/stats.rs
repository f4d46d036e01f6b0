//! Figures of all cohorts, in two queries of constant cost.

use chrono::NaiveDate;
use sqlx::PgPool;
use uuid::Uuid;

use crate::{
    assessments::{model::Band, standard_score::round1},
    error::{Error, Result},
};

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

/// Reads the figures.
pub async fn load(pool: &PgPool) -> Result<Stats> {
    let (figures, alerts) = tokio::try_join!(load_figures(pool), load_alerts(pool))?;
    Ok(Stats { alerts, ..figures })
}

async fn load_figures(pool: &PgPool) -> Result<Stats> {
    let row = sqlx::query!(
        r#"select (select count(*) from students) as "students!",
               uncounted as "uncounted!", practice as "practice!",
               coalesce((select sum(n) from cohorts), 0)::int8 as "scored!",
               coalesce((select sum(sum_tenths) from cohort_months), 0)::int8 as "sum_tenths!",
               coalesce((select sum(sum_global) from cohort_months), 0)::int8 as "sum_global!",
               coalesce((select jsonb_agg(jsonb_build_object('month', month, 'n', n, 'tenths', tenths) order by month) from (
                   select month, sum(n)::int8 as n, sum(sum_tenths)::int8 as tenths from cohort_months
                   group by month order by month desc limit 6) months), '[]') as "months!",
               coalesce((select jsonb_agg(jsonb_build_object('bank', c.bank, 'rule', c.rule_version, 'subject', c.subject, 'n', c.n,
                   'bins', (select coalesce(jsonb_agg(jsonb_build_array(tenths, n) order by tenths), '[]') from cohort_bins where cohort_id = c.id))
                   order by c.subject, c.bank, c.rule_version) from cohorts c), '[]') as "cohorts!"
           from (select count(*) as uncounted, count(*) filter (where status = 'COMPLETED') as practice
                 from assessments where status <> 'COMPLETED' or not in_cohort) few"#
    )
    .fetch_one(pool)
    .await?;
    let cohorts: Vec<CohortFigures> = read_list(&row.cohorts, |one| {
        Some(CohortFigures {
            bank: one["bank"].as_str()?.to_owned(),
            rule_version: one["rule"].as_str()?.to_owned(),
            subject: one["subject"].as_str()?.to_owned(),
            n: one["n"].as_i64()?,
            bins: one["bins"]
                .as_array()?
                .iter()
                .filter_map(|bin| Some((i16::try_from(bin[0].as_i64()?).ok()?, bin[1].as_i64()?)))
                .collect(),
        })
    })?;
    let months = read_list(&row.months, |one| {
        let n = one["n"].as_i64()?;
        Some(MonthFigures {
            month: one["month"].as_str()?.parse().ok()?,
            avg_ssn: mean(one["tenths"].as_i64()?, n, 10.0)?,
            n,
        })
    })?;
    let mut distribution = Distribution::default();
    cohorts.iter().flat_map(|cohort| &cohort.bins).for_each(|(tenths, n)| distribution.add(*tenths, *n));
    Ok(Stats {
        total: row.scored + row.uncounted,
        completed: row.scored + row.practice,
        students: row.students,
        average_ssn: mean(row.sum_tenths, row.scored, 10.0),
        average_global: mean(row.sum_global, row.scored, 1.0),
        distribution,
        subjects: subjects(&cohorts),
        alerts: Vec::new(),
        months,
        cohorts,
    })
}

fn read_list<T>(list: &serde_json::Value, read: impl Fn(&serde_json::Value) -> Option<T>) -> Result<Vec<T>> {
    let items = list.as_array().map(Vec::as_slice).unwrap_or_default();
    items.iter().map(|one| read(one).ok_or_else(|| Error::internal(anyhow::anyhow!("unreadable figures")))).collect()
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
