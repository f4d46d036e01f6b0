//! The rules of the next step. Pure: a state in, one step out; there always is one.

use chrono::{DateTime, Duration, Utc};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    assessments::{
        attempt::Listed,
        bank,
        forms::{self, Taken},
        model::{Grade, Subject},
        runner::paths,
    },
    learning::map::SkillMap,
    web::format,
};

/// Days after which progress can be measured again.
const MEASURE_AGAIN_DAYS: i64 = 21;
/// Days during which a result is news.
const NEWS_DAYS: i64 = 14;
/// The part of the student's page where questionnaires are started.
pub const START: &str = "/dashboard/eleve#faire-le-point";

/// How urgent a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Priority {
    /// Something runs out.
    Critical,
    /// Nothing else makes sense before it.
    High,
    /// Good to do.
    Medium,
    /// Everything is fine.
    Low,
}

/// What to do next, in the contract's fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// Which rule.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// To the person.
    pub message: String,
    /// Where it is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// How urgent.
    pub priority: Priority,
    /// Name of an icon.
    pub icon: &'static str,
    /// What the button says.
    #[serde(skip)]
    pub action: &'static str,
    /// The form that the button starts, where it starts one.
    #[serde(skip)]
    pub start: Option<String>,
}

fn step(kind: &'static str, priority: Priority, icon: &'static str, message: String) -> Step {
    Step { kind, message, link: None, priority, icon, action: "", start: None }
}

impl Step {
    fn leads(mut self, link: impl Into<String>, action: &'static str) -> Self {
        (self.link, self.action) = (Some(link.into()), action);
        self
    }

    fn starts(mut self, form: &str, action: &'static str) -> Self {
        self.start = Some(form.to_owned());
        self.leads(START, action)
    }
}

/// What a student has done.
pub struct StudentState {
    /// Whose forms they get.
    pub grade: Grade,
    /// Assessments, newest first.
    pub assessments: Vec<Listed>,
    /// Maps of the subjects of the grade.
    pub maps: Vec<SkillMap>,
}

impl StudentState {
    fn open(&self, now: DateTime<Utc>) -> Option<&Listed> {
        self.assessments.iter().find(|it| it.status == "PENDING" && it.deadline.is_none_or(|deadline| deadline > now))
    }

    /// Results, the first taken first.
    fn taken(&self) -> Vec<Taken> {
        let done = self.assessments.iter().rev().filter(|it| it.status == "COMPLETED");
        done.filter_map(|it| Some(Taken { form: it.bank.clone(), at: it.completed_at? })).collect()
    }

    /// Subjects with an SSN, the one measured last first, with the moment.
    fn measured(&self) -> Vec<(Subject, DateTime<Utc>)> {
        let mut found: Vec<(Subject, DateTime<Utc>)> = Vec::new();
        for it in self.assessments.iter().filter(|it| it.ssn.is_some()) {
            let subject = bank::find(&it.bank).map(|it| it.bank.subject);
            if let (Some(subject), Some(at)) = (subject, it.completed_at)
                && !found.iter().any(|(known, _)| *known == subject)
            {
                found.push((subject, at));
            }
        }
        found
    }
}

fn title(form: &str) -> &str {
    bank::find(form).map_or("ton questionnaire", |it| it.bank.title.as_str())
}

/// A student's: resume, measure for the first time, measure again after three weeks when there is a new form, practise
/// what the graph says.
pub fn of_student(state: &StudentState, now: DateTime<Utc>) -> Step {
    if let Some(open) = state.open(now) {
        let until = open.deadline.map_or_else(String::new, |at| format!(", jusqu’à {}", format::hour(at)));
        let message = format!("Reprends « {} » : tes réponses sont gardées{until}.", title(&open.bank));
        return step("RESUME_ASSESSMENT", Priority::Critical, "clock", message)
            .leads(paths::attempt(open.id), "Reprendre");
    }
    let taken = state.taken();
    if taken.is_empty() {
        let message = "Fais le point une première fois : le résultat dira par quoi commencer.".to_owned();
        let first = step("TAKE_ASSESSMENT", Priority::High, "chart", message).leads(START, "Choisir un questionnaire");
        return first;
    }
    measure_again(state, &taken, now).or_else(|| practise(state)).unwrap_or_else(|| {
        step("ALL_GOOD", Priority::Low, "check", "Tout est à jour : rien ne presse.".to_owned())
            .leads("/progression", "Voir ma progression")
    })
}

fn measure_again(state: &StudentState, taken: &[Taken], now: DateTime<Utc>) -> Option<Step> {
    let due = |at: DateTime<Utc>| now - at >= Duration::days(MEASURE_AGAIN_DAYS);
    let (offer, at) = state.measured().into_iter().filter(|(_, at)| due(*at)).find_map(|(subject, at)| {
        let offer = forms::offer(subject, state.grade, taken).filter(|offer| !offer.practice)?;
        Some((offer, at))
    })?;
    let weeks = (now - at).num_weeks();
    let message = format!(
        "{weeks} semaines ont passé depuis ton dernier résultat : mesure tes progrès avec de nouvelles questions (« {} », {} minutes).",
        offer.edition.bank.title, offer.edition.bank.minutes
    );
    let form = offer.edition.edition.id.as_str();
    Some(step("TAKE_NEW_FORM", Priority::Medium, "rise", message).starts(form, "Commencer"))
}

fn practise(state: &StudentState) -> Option<Step> {
    let order = state.measured();
    let place = |map: &SkillMap| order.iter().position(|(subject, _)| *subject == map.catalogue.subject);
    let mut maps: Vec<&SkillMap> = state.maps.iter().filter(|map| !map.is_blank()).collect();
    maps.sort_by_key(|map| place(map).unwrap_or(usize::MAX));
    let (map, node) = maps.into_iter().find_map(|map| Some((map, *map.next().first()?)))?;
    let why = match node.opens {
        0 => "c’est là que tu gagneras le plus".to_owned(),
        1 => "elle ouvre la porte à une autre compétence".to_owned(),
        many => format!("elle ouvre la porte à {many} autres compétences"),
    };
    let message = format!("Travaille « {} » : {why}.", node.skill.label);
    let link = format!("/competences?matiere={}#{}", map.catalogue.subject.as_str(), node.skill.tag);
    Some(step("PRACTISE_SKILL", Priority::Medium, "target", message).leads(link, "Voir comment"))
}

/// A child, or a coach's student.
#[derive(Debug, Clone)]
pub struct Child {
    /// Key in `students`.
    pub id: Uuid,
    /// First name.
    pub first_name: String,
    /// Whether the child can sign in.
    pub activated: bool,
    /// Latest completed assessment.
    pub assessment_id: Option<Uuid>,
    /// When it was sent.
    pub completed_at: Option<DateTime<Utc>>,
    /// Latest SSN.
    pub ssn: Option<f64>,
}

impl Child {
    fn news(&self, now: DateTime<Utc>, days: i64) -> Option<Uuid> {
        self.completed_at.filter(|at| now - *at <= Duration::days(days)).and(self.assessment_id)
    }

    fn page(&self, page: &str) -> String {
        format!("/eleves/{}/{page}", self.id)
    }
}

/// A parent's: the most urgent over all children.
pub fn of_parent(children: &[Child], now: DateTime<Utc>) -> Step {
    if children.is_empty() {
        let message = "Présentez votre enfant : le bilan gratuit crée sa fiche.".to_owned();
        return step("ADD_CHILD", Priority::Critical, "person", message)
            .leads("/bilan-gratuit", "Commencer un bilan gratuit");
    }
    let steps = children.iter().map(|child| of_child(child, now));
    steps
        .min_by_key(|step| step.priority)
        .unwrap_or_else(|| step("VIEW_PROGRESS", Priority::Low, "chart", "Tout est à jour.".to_owned()))
}

fn of_child(child: &Child, now: DateTime<Utc>) -> Step {
    let name = &child.first_name;
    if !child.activated {
        let message =
            format!("Activez le compte de {name} : votre enfant y suivra ses progrès et saura quoi travailler.");
        return step("ACTIVATE_CHILD", Priority::High, "person", message)
            .leads("/dashboard/parent", "Activer le compte");
    }
    match (child.news(now, NEWS_DAYS), child.assessment_id) {
        (Some(result), _) => {
            let message = format!("Un résultat récent de {name} vous attend : lisez-le ensemble.");
            step("SEE_RESULT", Priority::Medium, "book", message).leads(paths::result(result), "Lire le résultat")
        }
        (_, None) => {
            let message = format!("{name} n’a pas encore de résultat : le bilan gratuit dit par où commencer.");
            step("TAKE_ASSESSMENT", Priority::High, "chart", message).leads("/bilan-gratuit", "Passer au bilan")
        }
        _ => {
            let message = format!("Voyez où en est {name}, et ce qu’il reste à travailler.");
            step("VIEW_PROGRESS", Priority::Low, "rise", message).leads(child.page("progression"), "Voir les progrès")
        }
    }
}

/// A coach's: fresh results first, then whoever needs help most.
pub fn of_coach(students: &[Child], now: DateTime<Utc>) -> Step {
    let by_need =
        |one: &&Child, other: &&Child| one.ssn.unwrap_or(f64::INFINITY).total_cmp(&other.ssn.unwrap_or(f64::INFINITY));
    let fresh = students.iter().filter(|it| it.news(now, 7).is_some()).min_by(by_need);
    if let Some((student, result)) = fresh.and_then(|it| Some((it, it.news(now, 7)?))) {
        let message =
            format!("{} a un nouveau résultat : regardez-le avant votre prochaine séance.", student.first_name);
        return step("SEE_RESULT", Priority::Medium, "book", message).leads(paths::result(result), "Lire le résultat");
    }
    match students.iter().filter(|it| it.ssn.is_some()).min_by(by_need) {
        Some(student) => {
            let message =
                format!("Préparez le travail de {} : ses compétences disent par quoi commencer.", student.first_name);
            step("VIEW_STUDENT", Priority::Low, "target", message)
                .leads(student.page("competences"), "Voir ses compétences")
        }
        None if students.is_empty() => {
            step("ALL_GOOD", Priority::Low, "check", "Aucun élève ne vous est encore confié.".to_owned())
        }
        None => step("ALL_GOOD", Priority::Low, "check", "Aucun résultat à lire pour l’instant.".to_owned()),
    }
}

/// The desk's: families who asked and never opened their mail.
pub fn of_assistante(silent_families: i64) -> Step {
    match silent_families {
        0 => step("ALL_CLEAR", Priority::Low, "check", "Aucune famille n’attend.".to_owned())
            .leads("/dashboard/assistante", "Voir les demandes"),
        1 => step(
            "CALL_FAMILIES",
            Priority::Medium,
            "message",
            "Une famille n’a pas encore activé son compte : un appel aide souvent.".to_owned(),
        )
        .leads("/dashboard/assistante", "Voir les demandes"),
        many => step(
            "CALL_FAMILIES",
            Priority::Medium,
            "message",
            format!("{many} familles n’ont pas encore activé leur compte : un appel aide souvent."),
        )
        .leads("/dashboard/assistante", "Voir les demandes"),
    }
}

/// The admin's: what the house could not do, else the cohort.
pub fn of_admin(dead_jobs: i64) -> Step {
    match dead_jobs {
        0 => {
            step("VIEW_METRICS", Priority::Low, "chart", "Rien n’est en panne : voyez où en est la cohorte.".to_owned())
                .leads("/admin/directeur", "Voir la cohorte")
        }
        1 => step(
            "REVIEW_JOBS",
            Priority::High,
            "alert",
            "Une tâche s’est arrêtée : relancez-la, ou voyez pourquoi.".to_owned(),
        )
        .leads("/admin/jobs", "Voir les tâches"),
        many => step(
            "REVIEW_JOBS",
            Priority::High,
            "alert",
            format!("{many} tâches se sont arrêtées : relancez-les, ou voyez pourquoi."),
        )
        .leads("/admin/jobs", "Voir les tâches"),
    }
}
