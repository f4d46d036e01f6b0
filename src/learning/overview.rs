//! Where many students stand at once, for the dashboards: two queries, whatever their number.
//! `(select $1)` around an array: see [`crate::db`].

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::PgPool;
use uuid::Uuid;

use super::{
    map::{Node, SkillMap, State},
    next_step::engine::StudentState,
    progression::Change,
    store, student,
};
use crate::{
    assessments::{attempt, model::Subject},
    error::{Error, Result},
};

/// How many strengths and priorities are named.
const NAMED: usize = 3;

/// A skill worth naming.
#[derive(Debug, Clone, PartialEq)]
pub struct Named {
    /// Its subject.
    pub subject: Subject,
    /// Its tag.
    pub tag: String,
    /// Its name.
    pub label: String,
    /// Mastery, from 0 to 1.
    pub mean: f64,
}

/// The latest SSN of a student.
#[derive(Debug, Clone, PartialEq)]
pub struct Latest {
    /// Its assessment.
    pub assessment: Uuid,
    /// What it was about.
    pub subject: Subject,
    /// As it was told.
    pub ssn: f64,
    /// Whether its cohort was still small.
    pub provisional: bool,
    /// When.
    pub at: DateTime<Utc>,
    /// The one before in the same subject, and how they compare.
    pub before: Option<(f64, Change)>,
}

/// Where a student stands.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Overview {
    /// The latest SSN.
    pub latest: Option<Latest>,
    /// Known skills, the surest first; at most three.
    pub strengths: Vec<Named>,
    /// Skills to learn next, the first first; at most three.
    pub priorities: Vec<Named>,
    /// How many badges.
    pub badges: i64,
    /// Last day of presence or last assessment, whichever is later.
    pub last_activity: Option<DateTime<Utc>>,
}

struct Row {
    student_id: Uuid,
    grade: String,
    assessment_id: Option<Uuid>,
    subject: Option<String>,
    ssn: Option<f64>,
    standard_error: Option<f64>,
    cohort_n: Option<i64>,
    completed_at: Option<DateTime<Utc>>,
    before_ssn: Option<f64>,
    before_error: Option<f64>,
    badges: i64,
    last_activity: Option<DateTime<Utc>>,
}

/// Where these students stand. The caller has checked who may see them.
pub async fn for_students(pool: &PgPool, students: &[Uuid]) -> Result<HashMap<Uuid, Overview>> {
    let (rows, mut mastery) = tokio::try_join!(list(pool, students), store::list_mastery(pool, students))?;
    let now = Utc::now();
    Ok(rows
        .into_iter()
        .map(|row| {
            let grade = student::grade(&row.grade);
            let maps = SkillMap::all_of(grade, now, |subject| mastery.remove(&(row.student_id, subject)));
            (row.student_id, row.overview(&maps))
        })
        .collect())
}

/// One student's state and overview: three queries, the maps read once for both.
pub async fn with_state(pool: &PgPool, student: Uuid) -> Result<(StudentState, Overview)> {
    let ids = [student];
    let (rows, assessments, mut mastery) =
        tokio::try_join!(list(pool, &ids), attempt::list_for_student(pool, student), store::list_mastery(pool, &ids))?;
    let row = rows.into_iter().next();
    let grade = student::grade(row.as_ref().map_or("", |row| &row.grade));
    let maps = SkillMap::all_of(grade, Utc::now(), |subject| mastery.remove(&(student, subject)));
    let overview = row.map(|row| row.overview(&maps)).unwrap_or_default();
    Ok((StudentState { grade, assessments, maps }, overview))
}

async fn list(pool: &PgPool, students: &[Uuid]) -> Result<Vec<Row>> {
    sqlx::query_as!(
        Row,
        r#"select s.user_id as student_id, s.grade, l.assessment_id as "assessment_id?", l.subject as "subject?", l.ssn as "ssn?",
                  l.standard_error as "standard_error?", l.cohort_n as "cohort_n?", l.completed_at as "completed_at?",
                  b.ssn as "before_ssn?", b.standard_error as "before_error?",
                  (select count(*) from student_badges e where e.student_id = s.user_id) as "badges!",
                  greatest(
                      (select seen_at from active_days d where d.student_id = s.user_id order by day desc limit 1),
                      (select max(completed_at) from progression_history p where p.student_id = s.user_id)) as last_activity
           from students s
           left join lateral (
               select * from progression_history p where p.student_id = s.user_id and p.ssn is not null
               order by p.completed_at desc limit 1) l on true
           left join lateral (
               select * from progression_history p where p.student_id = s.user_id and p.ssn is not null
                 and p.subject = l.subject and p.completed_at < l.completed_at
               order by p.completed_at desc limit 1) b on true
           where s.user_id = any((select $1::uuid[])::uuid[])"#,
        students
    )
    .fetch_all(pool)
    .await
    .map_err(Error::from)
}

impl Row {
    fn overview(self, maps: &[SkillMap]) -> Overview {
        Overview {
            strengths: strengths(maps),
            priorities: priorities(maps),
            badges: self.badges,
            last_activity: self.last_activity,
            latest: self.latest(),
        }
    }

    fn latest(self) -> Option<Latest> {
        let (ssn, error) = (self.ssn?, self.standard_error?);
        let before = self.before_ssn.zip(self.before_error);
        Some(Latest {
            assessment: self.assessment_id?,
            subject: Subject::parse(self.subject.as_deref()?)?,
            ssn,
            provisional: crate::assessments::standard_score::is_low_sample(self.cohort_n?),
            at: self.completed_at?,
            before: before.map(|before| (before.0, Change::between(before, (ssn, error)))),
        })
    }
}

fn named(map: &SkillMap, node: &Node) -> Named {
    Named {
        subject: map.catalogue.subject,
        tag: node.skill.tag.clone(),
        label: node.skill.label.clone(),
        mean: node.evidence.map_or(0.5, |it| it.mean(map.now)),
    }
}

fn strengths(maps: &[SkillMap]) -> Vec<Named> {
    let known =
        maps.iter().flat_map(|map| map.nodes.iter().filter(|it| it.state == State::Known).map(|it| named(map, it)));
    let mut known: Vec<Named> = known.collect();
    known.sort_by(|one, other| other.mean.total_cmp(&one.mean));
    known.truncate(NAMED);
    known
}

/// The first of each subject, then the second of each…
fn priorities(maps: &[SkillMap]) -> Vec<Named> {
    let next: Vec<Vec<Named>> =
        maps.iter().map(|map| map.next().into_iter().take(NAMED).map(|it| named(map, it)).collect()).collect();
    (0..NAMED).flat_map(|place| next.iter().filter_map(move |of| of.get(place).cloned())).take(NAMED).collect()
}
