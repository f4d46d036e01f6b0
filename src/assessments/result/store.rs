//! SQL of results: all that a page or an answer shows, in one query.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde_json::Value;
use sqlx::PgPool;
use uuid::Uuid;

use crate::{
    assessments::{
        bank::{self, BankEdition},
        model::Subject,
        record,
        standard_score::{self, CohortStats},
    },
    error::{Error, Result},
    web::{Role, Visitor},
};

/// A row as stored, with what belongs to it.
#[derive(Debug)]
pub struct ResultRow {
    /// Key in `assessments`.
    pub id: Uuid,
    /// Whether this visitor may see it whole.
    pub whole: bool,
    /// APP or API.
    pub origin: String,
    /// Bank edition.
    pub bank: String,
    /// MATHS, NSI or GENERAL.
    pub subject: String,
    /// PREMIERE or TERMINALE.
    pub grade: String,
    /// The student's account.
    pub student_id: Option<Uuid>,
    /// First and last name.
    pub student_name: String,
    /// Given with a JSON submission.
    pub student_email: Option<String>,
    /// See the schema.
    pub status: String,
    /// False for practice.
    pub in_cohort: bool,
    /// Rule version.
    pub engine_version: String,
    /// Stored `scoringResult`.
    pub scoring_result: Option<Value>,
    /// Percent of the points.
    pub global_score: Option<i16>,
    /// Percent not left to "je ne sais pas".
    pub confidence_index: Option<i16>,
    /// PENDING, COMPLETE, FAILED or SKIPPED.
    pub generation_status: String,
    /// Why there is no report by the model.
    pub error_code: Option<String>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was sent.
    pub completed_at: Option<DateTime<Utc>>,
    /// The SSN; none for practice.
    pub ssn: Option<f64>,
    /// Size of the cohort that made the SSN.
    pub cohort_n: Option<i64>,
    /// Its mean.
    pub cohort_mean: Option<f64>,
    /// Its deviation.
    pub cohort_std: Option<f64>,
    /// The cohort now.
    pub live_n: Option<i64>,
    live_sum_micro: Option<Decimal>,
    live_sum_sq: Option<Decimal>,
    bin_tenths: Vec<i16>,
    bin_counts: Vec<i64>,
    domain_keys: Vec<String>,
    domain_values: Vec<i16>,
    skill_tags: Vec<String>,
    skill_values: Vec<i16>,
    skill_right: Vec<i16>,
    skill_total: Vec<i16>,
    report_audiences: Vec<String>,
    report_texts: Vec<String>,
    report_models: Vec<String>,
    report_ssns: Vec<Option<f64>>,
    report_dates: Vec<DateTime<Utc>>,
    seed: Option<Vec<u8>>,
    questions: Vec<i16>,
    codes: Vec<i16>,
    answers: Option<Value>,
}

/// Score of a skill.
#[derive(Debug, Clone)]
pub struct Skill<'a> {
    /// Tag.
    pub tag: &'a str,
    /// Percent right.
    pub score: i16,
    /// Right answers.
    pub right: i16,
    /// Questions.
    pub total: i16,
}

/// What the model wrote for an audience.
#[derive(Debug, Clone, Copy)]
pub struct Report<'a> {
    /// The text.
    pub markdown: &'a str,
    /// Which model.
    pub model: &'a str,
    /// The SSN that it speaks of; a recompute may have changed the score since.
    pub ssn: Option<f64>,
    /// When.
    pub written_at: DateTime<Utc>,
}

/// Answers of an attempt in the app: seed of the shuffle, and (question, code) pairs.
pub struct Answers<'a> {
    /// Secret of the shuffle.
    pub seed: &'a [u8],
    /// 0–3 stored option, 4 "je ne sais pas", 5 seen; by question number.
    pub codes: Vec<Option<i16>>,
}

impl ResultRow {
    /// Bank and edition.
    pub fn edition(&self) -> Result<BankEdition> {
        bank::find(&self.bank).ok_or_else(|| Error::internal(anyhow::anyhow!("unknown bank {}", self.bank)))
    }

    /// The subject.
    pub fn subject(&self) -> Option<Subject> {
        Subject::parse(&self.subject)
    }

    /// (domain key, score) in the bank's canonical order, 0 where none is stored.
    pub fn domains(&self) -> Result<Vec<(String, i16)>> {
        let stored =
            |key: &str| self.domain_keys.iter().position(|one| one == key).map_or(0, |at| self.domain_values[at]);
        Ok(self.edition()?.bank.domains.iter().map(|domain| (domain.key.clone(), stored(&domain.key))).collect())
    }

    /// Skills, weakest first.
    pub fn skills(&self) -> Vec<Skill<'_>> {
        let mut skills: Vec<Skill<'_>> = (0..self.skill_tags.len())
            .map(|at| Skill {
                tag: &self.skill_tags[at],
                score: self.skill_values[at],
                right: self.skill_right[at],
                total: self.skill_total[at],
            })
            .collect();
        skills.sort_by_key(|skill| (skill.score, -skill.total));
        skills
    }

    /// The text of the model's report for an audience.
    pub fn report(&self, audience: &str) -> Option<&str> {
        self.full_report(audience).map(|report| report.markdown)
    }

    /// The model's report for an audience.
    pub fn full_report(&self, audience: &str) -> Option<Report<'_>> {
        let at = self.report_audiences.iter().position(|one| one == audience)?;
        Some(Report {
            markdown: self.report_texts.get(at)?,
            model: self.report_models.get(at)?,
            ssn: *self.report_ssns.get(at)?,
            written_at: *self.report_dates.get(at)?,
        })
    }

    /// Statistics of the cohort as it stands now; an empty one for practice.
    pub fn live_cohort(&self) -> Result<CohortStats> {
        match (self.live_n, self.live_sum_micro, self.live_sum_sq) {
            (Some(n), Some(sum), Some(squares)) => record::stats(n, sum, squares),
            _ => Ok(CohortStats::default()),
        }
    }

    /// The histogram of the cohort: (SSN in tenths, how many).
    pub fn histogram(&self) -> impl Iterator<Item = (i16, i64)> + '_ {
        self.bin_tenths.iter().copied().zip(self.bin_counts.iter().copied())
    }

    /// How many results of the cohort lie strictly below; 0 without an SSN.
    pub fn count_below(&self) -> i64 {
        let mine = self.ssn.map_or(0, record::tenths);
        self.histogram().filter(|(tenths, _)| *tenths < mine).map(|(_, n)| n).sum()
    }

    /// Percent of the cohort strictly below; none without an SSN.
    pub fn percentile(&self) -> Option<i32> {
        self.ssn.map(|_| standard_score::percentile(self.count_below(), self.bin_counts.iter().sum()))
    }

    /// Whether the SSN was made from a small cohort.
    pub fn is_provisional(&self) -> bool {
        standard_score::is_low_sample(self.cohort_n.unwrap_or(0))
    }

    /// Answers of an attempt in the app; none for a JSON submission.
    pub fn given(&self, questions: usize) -> Option<Answers<'_>> {
        let seed = self.seed.as_deref()?;
        let mut codes = vec![None; questions];
        for (question, code) in self.questions.iter().zip(&self.codes) {
            if let Some(slot) = usize::try_from(*question).ok().and_then(|at| codes.get_mut(at)) {
                *slot = Some(*code);
            }
        }
        Some(Answers { seed, codes })
    }

    /// What a JSON submission said about a question.
    pub fn submitted(&self, question: &str) -> Option<&str> {
        self.answers.as_ref()?.get(question)?.as_str()
    }
}

/// The assessment with all that belongs to it, whoever asks; [`ResultRow::whole`] says what may be shown.
pub async fn find(pool: &PgPool, visitor: &Visitor, id: Uuid) -> Result<Option<ResultRow>> {
    let (person, role) = visitor.person.as_ref().map(|person| (person.id, person.role.key())).unzip();
    find_as(pool, id, person, role, &visitor.grants).await
}

/// The same for the house itself, which writes the reports: there is no visitor.
pub async fn find_for_house(pool: &PgPool, id: Uuid) -> Result<Option<ResultRow>> {
    find_as(pool, id, None, Some(Role::Admin.key()), &[]).await
}

async fn find_as(
    pool: &PgPool,
    id: Uuid,
    person: Option<Uuid>,
    role: Option<&str>,
    grants: &[Uuid],
) -> Result<Option<ResultRow>> {
    sqlx::query_as!(
        ResultRow,
        r#"select a.id, coalesce(may_view_assessment(a.id, a.student_id, $2, $3, $4), false) as "whole!",
               a.origin, a.bank, a.subject, a.grade, a.student_id, a.student_name, a.student_email, a.status, a.in_cohort,
               a.engine_version, a.scoring_result, a.global_score, a.confidence_index, a.generation_status, a.error_code,
               a.created_at, a.completed_at, a.answers,
               s.ssn as "ssn?", s.cohort_n as "cohort_n?", s.cohort_mean as "cohort_mean?", s.cohort_std as "cohort_std?",
               c.n as "live_n?", c.sum_micro as "live_sum_micro?", c.sum_sq as "live_sum_sq?",
               coalesce(bins.tenths, '{}') as "bin_tenths!", coalesce(bins.counts, '{}') as "bin_counts!",
               coalesce(k.domains, '{}') as "domain_keys!", coalesce(k.domain_scores, '{}') as "domain_values!",
               coalesce(k.tags, '{}') as "skill_tags!", coalesce(k.scores, '{}') as "skill_values!",
               coalesce(k.corrects, '{}') as "skill_right!", coalesce(k.totals, '{}') as "skill_total!",
               coalesce(r.audiences, '{}') as "report_audiences!", coalesce(r.texts, '{}') as "report_texts!",
               coalesce(r.models, '{}') as "report_models!", coalesce(r.ssns, '{}') as "report_ssns!: Vec<Option<f64>>",
               coalesce(r.dates, '{}') as "report_dates!",
               t.seed as "seed?", coalesce(g.questions, '{}') as "questions!", coalesce(g.codes, '{}') as "codes!"
           from assessments a
           left join standard_scores s on s.assessment_id = a.id
           left join cohorts c on c.id = s.cohort_id
           left join attempts t on t.assessment_id = a.id
           left join lateral (
               select array_agg(tenths order by tenths) as tenths, array_agg(n order by tenths) as counts
               from cohort_bins where cohort_id = s.cohort_id) bins on true
           left join skill_scores k on k.assessment_id = a.id
           left join lateral (
               select array_agg(audience) as audiences, array_agg(markdown) as texts, array_agg(model) as models,
                      array_agg(ssn) as ssns, array_agg(written_at) as dates
               from reports where assessment_id = a.id) r on true
           left join lateral (
               select array_agg(question) as questions,
                      array_agg(case when nsp then 4::int2 else coalesce(choice, 5::int2) end) as codes
               from attempt_answers where assessment_id = a.id) g on true
           where a.id = $1"#,
        id,
        person,
        role,
        grants
    )
    .fetch_optional(pool)
    .await
    .map_err(Error::from)
}
