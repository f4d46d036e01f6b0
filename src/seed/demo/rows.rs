//! Rows of the people of the demo school, with the names of the columns: they are inserted as they are.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use uuid::Uuid;

/// All of them.
#[derive(Debug, Default)]
pub(super) struct People {
    pub users: Vec<User>,
    pub students: Vec<Student>,
    pub guardianships: Vec<Guardianship>,
    pub coaches: Vec<Coach>,
    pub coach_students: Vec<CoachStudent>,
    pub requests: Vec<Request>,
    pub consents: Vec<Consent>,
}

/// Row of `users`.
#[derive(Debug, Clone, Serialize)]
pub(super) struct User {
    pub id: Uuid,
    pub role: &'static str,
    pub email: Option<String>,
    pub identifier: Option<String>,
    pub first_name: &'static str,
    pub last_name: &'static str,
    pub phone: Option<String>,
    pub password_hash: Option<String>,
    pub activated_at: Option<DateTime<Utc>>,
    pub deactivated_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// Row of `students`.
#[derive(Debug, Serialize)]
pub(super) struct Student {
    pub user_id: Uuid,
    pub grade: &'static str,
    pub school: Option<&'static str>,
    pub birth_date: Option<NaiveDate>,
    pub extra_time: bool,
    pub created_at: DateTime<Utc>,
}

/// Row of `guardianships`.
#[derive(Debug, Serialize)]
pub(super) struct Guardianship {
    pub guardian_id: Uuid,
    pub student_id: Uuid,
    pub relation: &'static str,
    pub is_payer: bool,
    pub created_at: DateTime<Utc>,
}

/// Row of `coaches`.
#[derive(Debug, Serialize)]
pub(super) struct Coach {
    pub user_id: Uuid,
    pub pseudonym: &'static str,
    pub title: &'static str,
    pub subjects: &'static [&'static str],
}

/// Row of `coach_students`.
#[derive(Debug, Serialize)]
pub(super) struct CoachStudent {
    pub coach_id: Uuid,
    pub student_id: Uuid,
    pub since: DateTime<Utc>,
}

/// Row of `bilan_requests`.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Request {
    pub id: Uuid,
    pub form_key: String,
    pub guardian_id: Uuid,
    pub student_id: Uuid,
    pub parent_first_name: &'static str,
    pub parent_last_name: &'static str,
    pub parent_email: String,
    pub parent_phone: String,
    pub student_first_name: &'static str,
    pub student_last_name: &'static str,
    pub student_grade: &'static str,
    pub student_school: Option<&'static str>,
    pub student_birth_date: Option<NaiveDate>,
    pub subjects: &'static [&'static str],
    pub current_level: &'static str,
    pub objectives: Option<&'static str>,
    pub difficulties: Option<&'static str>,
    pub preferred_modality: Option<&'static str>,
    pub availability: Option<&'static str>,
    pub newsletter: bool,
    pub created_at: DateTime<Utc>,
}

/// Row of `consents`.
#[derive(Debug, Serialize)]
pub(super) struct Consent {
    pub id: Uuid,
    pub request_id: Uuid,
    pub person_id: Uuid,
    pub person_name: String,
    pub for_name: String,
    pub text_key: &'static str,
    pub text_version: String,
    pub address: String,
    pub agreed_at: DateTime<Utc>,
}
