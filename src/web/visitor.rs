//! Who is asking: the signed-in [`Person`], if any, and what this browser began before signing in.

use std::{fmt, net::IpAddr, str::FromStr};

use chrono::{DateTime, Utc};
use tower_sessions::Session;
use uuid::Uuid;

use crate::error::{Error, Result};

/// The five roles; the wire and the database use the French keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Directs the school; sees all.
    Admin,
    /// At the desk.
    Assistante,
    /// Teaches; sees own students.
    Coach,
    /// Guardian of one or more students.
    Parent,
    /// Student.
    Eleve,
}

impl Role {
    /// All roles, staff first.
    pub const ALL: [Self; 5] = [Self::Admin, Self::Assistante, Self::Coach, Self::Parent, Self::Eleve];

    /// Key on the wire and in the database.
    pub fn key(self) -> &'static str {
        match self {
            Self::Admin => "ADMIN",
            Self::Assistante => "ASSISTANTE",
            Self::Coach => "COACH",
            Self::Parent => "PARENT",
            Self::Eleve => "ELEVE",
        }
    }

    /// First page after signing in.
    pub fn landing(self) -> &'static str {
        match self {
            Self::Admin => "/dashboard/admin",
            Self::Assistante => "/dashboard/assistante",
            Self::Coach => "/dashboard/coach",
            Self::Parent => "/dashboard/parent",
            Self::Eleve => "/dashboard/eleve",
        }
    }

    /// Admin or assistante: sees every student.
    pub fn is_staff(self) -> bool {
        matches!(self, Self::Admin | Self::Assistante)
    }
}

impl FromStr for Role {
    type Err = Error;

    fn from_str(key: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|role| role.key() == key)
            .ok_or_else(|| Error::internal(anyhow::anyhow!("unknown role {key:?}")))
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

/// What waits for a person: the two numbers at the top of every page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Unread {
    /// Messages.
    pub messages: i64,
    /// Notifications about other things.
    pub notices: i64,
}

/// A signed-in person.
#[derive(Debug, Clone)]
pub struct Person {
    /// Key in `users`.
    pub id: Uuid,
    /// What they are here.
    pub role: Role,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// E-mail; a child may have none.
    pub email: Option<String>,
    /// Whether pages are set for easier reading.
    pub easy_reading: bool,
    /// What waited when the request came.
    pub unread: Unread,
}

impl Person {
    /// First and last name.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }
}

/// Key of the session data that lists what this browser began without an account.
pub const GRANTS: &str = "grants";
/// Most records one browser keeps access to; the oldest are forgotten.
const MOST_GRANTS: usize = 20;

/// The one who asks: put on every request by [`super::session`].
#[derive(Clone)]
pub struct Visitor {
    /// The server-side session; empty until something is stored.
    pub session: Session,
    /// The signed-in person.
    pub person: Option<Person>,
    /// Whether the person reaches nothing before a second factor is set up ([`super::enrolment`]).
    pub must_enrol: bool,
    /// When the session ends if it is not used before; none without a session.
    pub expires_at: Option<DateTime<Utc>>,
    /// Assessments begun in this browser.
    pub grants: Vec<Uuid>,
    /// Address of the client, through trusted proxies only.
    pub address: IpAddr,
    /// `User-Agent`, shortened.
    pub user_agent: String,
}

impl Visitor {
    /// The signed-in person, or the error that leads to the sign-in page.
    pub fn signed_in(&self) -> Result<&Person> {
        self.person.as_ref().ok_or_else(Error::sign_in)
    }

    /// The signed-in person when in one of these roles. Others are told that the page is not for them.
    pub fn in_role(&self, roles: &[Role]) -> Result<&Person> {
        let person = self.signed_in()?;
        if roles.contains(&person.role) {
            Ok(person)
        } else {
            Err(Error::forbidden(
                "Cette page est réservée à d’autres comptes de l’école. Revenez à votre tableau de bord.",
            ))
        }
    }

    /// Remembers that this browser began the record.
    pub async fn grant(&self, id: Uuid) -> Result<()> {
        let mut grants = self.grants.clone();
        grants.retain(|known| *known != id);
        grants.push(id);
        let surplus = grants.len().saturating_sub(MOST_GRANTS);
        grants.drain(..surplus);
        self.session.insert(GRANTS, grants).await.map_err(Error::unavailable)
    }
}
