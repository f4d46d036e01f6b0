//! What a score changes in the learning graph, in the transaction that makes the score: skills, history, projection,
//! UAI, badges. Seven statements, four of them before the lock on the cohort, whatever the size of the cohort and of the school.
//!
//! [`Feed::open`] comes before the cohort is locked and does what needs no SSN; [`Feed::close`] follows with it. The
//! student is locked in between, so that two assessments that end at the same moment see each other. The same assessment
//! is fed once: its row in the history is the mark.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    badges::{self, rules},
    catalogue,
    map::{Measured, SkillMap},
    mastery::{Answered, Evidence},
    progression,
    projection::{self, Effort},
    store::{self, AskedBy, NewPast, Past},
    student,
    uai::uai,
};
use crate::{
    assessments::{bank::BankEdition, model::Subject, record::Standard, scoring},
    error::Result,
};

/// A scored assessment of a student.
pub struct Source<'a> {
    /// Key in `assessments`.
    pub assessment: Uuid,
    /// Whose.
    pub student: Uuid,
    /// What was asked.
    pub edition: BankEdition,
    /// What was answered.
    pub scored: &'a scoring::Scored,
    /// Whether it was practice (decision 6).
    pub practice: bool,
    /// When it was sent.
    pub completed_at: DateTime<Utc>,
    /// Whether it is fed after the fact: what the student did since then does not count for it. One that ends now comes
    /// after all there is, even if another that ended in the same moment was quicker to get here.
    pub late: bool,
}

/// An assessment on its way into the graph.
pub struct Feed {
    assessment: Uuid,
    student: Uuid,
    edition: BankEdition,
    practice: bool,
    at: DateTime<Utc>,
    late: bool,
    rule_version: &'static str,
    global_score: i32,
    right: usize,
    asked: usize,
    past: Vec<Past>,
    map: Option<SkillMap>,
}

/// What the answers of an assessment say of each skill, by tag.
pub fn evidence(source: &Source<'_>) -> BTreeMap<&'static str, Evidence> {
    let mut found: BTreeMap<&'static str, Evidence> = BTreeMap::new();
    for mark in &source.scored.marks {
        let Some(question) = source.edition.bank.questions.get(mark.question) else { continue };
        let answered = Answered {
            right: mark.right,
            difficulty: question.weight,
            practice: source.practice,
            at: source.completed_at,
        };
        for tag in &question.skills {
            let one = Evidence::of(answered);
            found.entry(tag).and_modify(|all| *all = all.and(one)).or_insert(one);
        }
    }
    found
}

impl Feed {
    /// Locks the student and feeds the skills. None when there is no such student, or the assessment was fed before. A
    /// second result on a form counts as practice, however it came to be counted.
    pub async fn open(conn: &mut PgConnection, source: &Source<'_>) -> Result<Option<Self>> {
        let Some(grade) = store::lock_student(conn, source.student).await? else { return Ok(None) };
        let past = store::list_past(conn, source.student).await?;
        if past.iter().any(|it| it.assessment_id == source.assessment) {
            return Ok(None);
        }
        let seen_before = past.iter().any(|it| it.ssn.is_some() && it.bank == source.edition.edition.id);
        let source = Source { practice: source.practice || seen_before, ..*source };
        let measured = feed_skills(conn, &source).await?;
        let programme = catalogue::find(source.edition.bank.subject, student::grade(&grade));
        let marks = &source.scored.marks;
        Ok(Some(Self {
            assessment: source.assessment,
            student: source.student,
            edition: source.edition,
            practice: source.practice,
            at: source.completed_at,
            late: source.late,
            rule_version: source.scored.rule.as_str(),
            global_score: source.scored.global_score,
            right: marks.iter().filter(|mark| mark.right).count(),
            asked: marks.len(),
            past,
            map: programme.map(|it| SkillMap::new(it, &measured, source.completed_at)),
        }))
    }

    /// Writes the history, the projection and the badges, now that the SSN is known; none for practice.
    pub async fn close(self, conn: &mut PgConnection, standard: Option<Standard>) -> Result<()> {
        let standard = standard.filter(|_| !self.practice);
        store::insert_past(conn, &self.row(standard)).await?;
        if let Some(standard) = standard
            && let Some(projection) = projection::project(&self.history(standard.ssn), Effort::default())
        {
            let after = (self.assessment, self.subject());
            store::insert_projection(conn, self.student, after, AskedBy::Score, &projection, self.at).await?;
        }
        badges::award(conn, self.student, &self.earned(), self.at).await?;
        Ok(())
    }

    fn subject(&self) -> Subject {
        self.edition.bank.subject
    }

    fn row(&self, standard: Option<Standard>) -> NewPast<'_> {
        let error = |it: Standard| progression::standard_error(self.right, self.asked, it.cohort_std);
        NewPast {
            assessment: self.assessment,
            student: self.student,
            subject: self.subject(),
            bank: &self.edition.edition.id,
            rule_version: self.rule_version,
            ssn: standard.map(|it| it.ssn),
            standard_error: standard.map(error),
            cohort_n: standard.map(|it| it.cohort_n),
            global_score: self.global_score,
            uai: standard.and_then(|it| self.uai(it.ssn)),
            completed_at: self.at,
        }
    }

    /// Scores before this one.
    fn before(&self) -> impl Iterator<Item = (&str, f64)> {
        let earlier = self.past.iter().filter(|it| !self.late || it.completed_at <= self.at);
        earlier.filter_map(|it| Some((it.subject.as_str(), it.ssn?)))
    }

    fn history(&self, ssn: f64) -> Vec<f64> {
        let own = self.subject().as_str();
        self.before().filter(|(subject, _)| *subject == own).map(|(_, ssn)| ssn).chain([ssn]).collect()
    }

    fn uai(&self, ssn: f64) -> Option<f64> {
        let latest: Vec<(Subject, f64)> = Subject::ALL
            .into_iter()
            .filter_map(|subject| {
                let last = self.before().filter(|(key, _)| *key == subject.as_str()).map(|(_, ssn)| ssn).last();
                let ssn = if subject == self.subject() { Some(ssn) } else { last };
                Some((subject, ssn?))
            })
            .collect();
        uai(&latest).map(|it| it.uai)
    }

    fn earned(&self) -> Vec<rules::Earned> {
        let finished = rules::Finished {
            title: &self.edition.bank.title,
            right: self.right,
            questions: self.edition.bank.questions.len(),
            practice: self.practice,
            at: self.at,
        };
        let mut earned = rules::of_assessment(&finished);
        earned.extend(self.map.iter().flat_map(rules::of_skills));
        earned
    }
}

/// Adds what the answers say to what is known; answers all that is known of the subject then.
async fn feed_skills(conn: &mut PgConnection, source: &Source<'_>) -> Result<Measured> {
    let subject = source.edition.bank.subject;
    let mut known = store::list_mastery(&mut *conn, &[source.student]).await?;
    let mut measured = known.remove(&(source.student, subject)).unwrap_or_default();
    let mut changed = Vec::new();
    for (tag, fresh) in evidence(source) {
        let together = measured.get(tag).map_or(fresh, |before| before.and(fresh));
        measured.insert(tag.to_owned(), together);
        changed.push((tag.to_owned(), together));
    }
    store::set_mastery(conn, source.student, subject, &changed).await?;
    Ok(measured)
}
