//! Everything that a report may say about an assessment, and nothing else: no name, no address, no answer. The model
//! reads these facts, the composed report is made of them, and [`super::guard`] refuses a number that is not in them.

use std::fmt::Write as _;

use anyhow::Context as _;

use crate::{
    assessments::{
        bank::Bank,
        model::{Band, Grade, RuleVersion, Subject},
        result::{ResultRow, Skill},
        scoring::ScoringResult,
        standard_score::is_low_sample,
    },
    error::Result,
    web::format::decimal,
};

/// From here, a domain is a strength (as in the scoring's own sentences); below, it can become a priority.
const STRENGTH: i32 = 70;
/// More than that is not a list of priorities any more.
const MOST_PRIORITIES: usize = 3;

/// The facts of one scored assessment.
#[derive(Debug, Clone, PartialEq)]
pub struct BilanFacts {
    /// What it was about.
    pub subject: Subject,
    /// For which year.
    pub grade: Grade,
    /// The rules that scored it: under `scoring_v2` only the questions that were sent count.
    pub rule: RuleVersion,
    /// Where it stands in its cohort; none for practice.
    pub standing: Option<Standing>,
    /// Share of the points, in percent.
    pub global_score: i32,
    /// Share of right answers among those given, in percent; none when nothing was answered, and under `scoring_v2`,
    /// which counts as given what was not sent.
    pub precision: Option<i32>,
    /// Share of questions answered, in percent; the rest is "je ne sais pas".
    pub confidence: i32,
    /// Whether saying "je ne sais pas" is worth at least a guess: under `scoring_v3`, in a bank without method domain.
    pub nsp_rewarded: bool,
    /// Scores of the domains that were measured, in the bank's order.
    pub domains: Vec<DomainFact>,
    /// Scores of the skills that were measured.
    pub skills: Vec<SkillFact>,
}

/// A standardised score and the cohort that made it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standing {
    /// 0 to 100, one decimal.
    pub ssn: f64,
    /// Share of the cohort strictly below, in percent.
    pub percentile: i32,
    /// Results in the cohort when the score was made.
    pub cohort_n: i64,
}

/// Score of a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DomainFact {
    /// Its key in the bank.
    pub key: String,
    /// Its short name.
    pub label: String,
    /// Share of right answers, in percent.
    pub score: i32,
}

/// Score of a skill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkillFact {
    /// Key of its domain.
    pub domain: String,
    /// Its name.
    pub label: String,
    /// Share of right answers, in percent.
    pub score: i32,
    /// Right answers.
    pub right: i32,
    /// Questions; never 0.
    pub total: i32,
}

impl Standing {
    /// The band of the score.
    pub fn band(&self) -> Band {
        Band::of(self.ssn)
    }

    /// Whether the cohort was too small for the score to be more than provisional.
    pub fn provisional(&self) -> bool {
        is_low_sample(self.cohort_n)
    }
}

impl BilanFacts {
    /// The facts of a result; none while there is no score.
    pub fn of(row: &ResultRow) -> Result<Option<Self>> {
        let (Some(global_score), Some(confidence)) = (row.global_score, row.confidence_index) else { return Ok(None) };
        let bank = row.edition()?.bank;
        let scoring: Option<ScoringResult> =
            row.scoring_result.clone().and_then(|json| serde_json::from_value(json).ok());
        let rule = RuleVersion::parse(&row.engine_version).context("unknown rule version")?;
        Ok(Some(Self {
            subject: row.subject().context("unknown subject")?,
            grade: Grade::parse(&row.grade).context("unknown grade")?,
            rule,
            standing: row.ssn.map(|ssn| Standing {
                ssn,
                percentile: row.percentile().unwrap_or_default(),
                cohort_n: row.cohort_n.unwrap_or_default(),
            }),
            global_score: global_score.into(),
            precision: scoring.as_ref().and_then(|one| one.precision_index).filter(|_| rule == RuleVersion::V3),
            confidence: confidence.into(),
            nsp_rewarded: rewards_nsp(rule, bank),
            domains: domains(row, bank, scoring.as_ref())?,
            skills: skills(row, bank),
        }))
    }

    /// Share of questions left to "je ne sais pas", in percent: with [`Self::confidence`] it makes 100. None under
    /// `scoring_v2`, which counts unknown ids as such.
    pub fn nsp_share(&self) -> Option<i32> {
        (self.rule == RuleVersion::V3).then_some(100 - self.confidence)
    }

    /// [`Self::nsp_share`], or 0 where nothing is to be said of it.
    pub(super) fn unknown(&self) -> i32 {
        self.nsp_share().unwrap_or_default()
    }

    /// Domains that are strong, the best first.
    pub fn strengths(&self) -> Vec<&DomainFact> {
        let mut strong: Vec<_> = self.domains.iter().filter(|one| one.score >= STRENGTH).collect();
        strong.sort_by_key(|one| -one.score);
        strong
    }

    /// Domains to work on, the weakest first, at most three. Where nothing is strong yet, the best domain is what to
    /// build on, not one of them.
    pub fn priorities(&self) -> Vec<&DomainFact> {
        let base = self.best_domain().filter(|best| best.score < STRENGTH && self.domains.len() > 1);
        let is_base = |one: &DomainFact| base.is_some_and(|base| base.key == one.key);
        let mut weak: Vec<_> = self.domains.iter().filter(|one| one.score < STRENGTH && !is_base(one)).collect();
        weak.sort_by_key(|one| one.score);
        weak.truncate(MOST_PRIORITIES);
        weak
    }

    /// The domain with the best score, if any question of it was answered right.
    pub fn best_domain(&self) -> Option<&DomainFact> {
        let best = self.domains.iter().map(|one| one.score).max().filter(|score| *score > 0)?;
        self.domains.iter().find(|one| one.score == best)
    }

    /// Skills to work on: the weakest first and, among equals, the one that more questions measured, so that the report
    /// and the page name the same next step. Never one that is wholly right.
    pub fn skills_to_work_on(&self) -> Vec<&SkillFact> {
        let mut weak: Vec<_> = self.skills.iter().filter(|one| one.right < one.total).collect();
        weak.sort_by_key(|one| (one.score, -one.total));
        weak
    }

    /// Skills that were wholly right in more than one question, the best measured first.
    pub fn sure_skills(&self) -> Vec<&SkillFact> {
        let mut sure: Vec<_> = self.skills.iter().filter(|one| one.right == one.total && one.total > 1).collect();
        sure.sort_by_key(|one| -one.total);
        sure
    }

    /// Whether there is nothing to correct.
    pub fn all_right(&self) -> bool {
        self.global_score == 100 && self.domains.iter().all(|one| one.score == 100)
    }

    /// Whether nothing was right.
    pub fn none_right(&self) -> bool {
        self.global_score == 0 && self.best_domain().is_none()
    }

    /// The one next step, as an action: never empty.
    pub fn next_step(&self) -> String {
        match self.skills_to_work_on().first() {
            Some(skill) => format!("reprendre « {} »", skill.label),
            None if self.all_right() => "passer à des problèmes plus exigeants".to_owned(),
            None if self.domains.is_empty() => "passer l’évaluation question par question".to_owned(),
            None => "reprendre les questions une par une, avec leur explication".to_owned(),
        }
    }

    /// The facts as the model reads them: a line "clé: valeur" each.
    pub fn to_lines(&self) -> String {
        let mut lines = String::new();
        // Writing to a String cannot fail.
        let _ = self.write_lines(&mut lines);
        lines
    }

    fn write_lines(&self, out: &mut String) -> std::fmt::Result {
        writeln!(out, "matière: {}", self.subject.label())?;
        writeln!(out, "niveau: {}", self.grade.label())?;
        if let Some(standing) = &self.standing {
            standing.write_lines(out)?;
        }
        let of = if self.rule == RuleVersion::V2 { "des points des questions traitées" } else { "des points" };
        writeln!(out, "score global: {} % {of}", self.global_score)?;
        if let Some(precision) = self.precision {
            writeln!(out, "précision: {precision} % de réponses justes parmi celles qui ont été données")?;
        }
        if let Some(share) = self.nsp_share() {
            writeln!(out, "part de « je ne sais pas »: {share} %")?;
            writeln!(out, "« je ne sais pas » compte en sa faveur: {}", if self.nsp_rewarded { "oui" } else { "non" })?;
            writeln!(out, "part de questions répondues: {} %", self.confidence)?;
        }
        for domain in &self.domains {
            writeln!(out, "domaine {}: {} % de réponses justes", domain.label, domain.score)?;
        }
        for SkillFact { label, score, right, total, .. } in &self.skills {
            writeln!(out, "compétence {label}: {score} % ({right} sur {total})")?;
        }
        writeln!(out, "forces: {}", listed(&self.strengths()))?;
        writeln!(out, "priorités: {}", listed(&self.priorities()))?;
        writeln!(out, "prochaine étape: {}", self.next_step())
    }
}

impl Standing {
    fn write_lines(&self, out: &mut String) -> std::fmt::Result {
        writeln!(out, "SSN: {}", decimal(self.ssn))?;
        writeln!(out, "bande: {}", self.band().label())?;
        // In a small cohort a percentile says nothing yet.
        if !self.provisional() {
            writeln!(out, "percentile: {}", self.percentile)?;
        }
        writeln!(out, "effectif de la cohorte: {}", self.cohort_n)?;
        writeln!(out, "provisoire: {}", if self.provisional() { "oui" } else { "non" })
    }
}

/// See [`crate::assessments::scoring::v3`].
pub(super) fn rewards_nsp(rule: RuleVersion, bank: &Bank) -> bool {
    rule == RuleVersion::V3 && bank.method_domain().is_none()
}

/// Those that were measured: the stored list holds 0 for the others.
fn domains(row: &ResultRow, bank: &Bank, scoring: Option<&ScoringResult>) -> Result<Vec<DomainFact>> {
    let measured = |key: &str| scoring.is_none_or(|one| one.metrics.category_scores.contains_key(key));
    let label = |key: &str| bank.domain(key).map_or_else(|| key.to_owned(), |domain| domain.label.clone());
    let all = row.domains()?.into_iter().filter(|(key, _)| measured(key));
    Ok(all.map(|(key, score)| DomainFact { label: label(&key), key, score: score.into() }).collect())
}

/// In the order of the page.
fn skills(row: &ResultRow, bank: &Bank) -> Vec<SkillFact> {
    let fact = |one: &Skill<'_>| {
        bank.skill(one.tag).map(|skill| SkillFact {
            domain: skill.domain.clone(),
            label: skill.label.clone(),
            score: one.score.into(),
            right: one.right.into(),
            total: one.total.into(),
        })
    };
    row.skills().iter().filter_map(fact).collect()
}

fn listed(domains: &[&DomainFact]) -> String {
    let labels: Vec<&str> = domains.iter().map(|one| one.label.as_str()).collect();
    if labels.is_empty() { "aucune".to_owned() } else { labels.join(" ; ") }
}
