//! Who may do what: the school's matrix of roles and resources (specs §4.9, narrowed by decision 13), in one table.
//!
//! Always true: a cell says what may be done and how far it reaches; what is not in the table may not be done. Pages ask
//! here which roles may enter ([`staff`]), and load records through the person ([`super::students::for_viewer`]), so that
//! a record out of reach is a 404.

use poem::http::StatusCode;
use serde_json::json;

use crate::{
    error::{Error, Result},
    web::{Person, Role, Visitor},
};

/// What the school keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the matrix, which name themselves")]
pub enum Resource {
    User,
    Student,
    Bilan,
    Session,
    Reservation,
    Payment,
    Subscription,
    Content,
    Notification,
    Config,
    Report,
}

/// What is done to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the matrix, which name themselves")]
pub enum Action {
    Read,
    Create,
    Update,
    Delete,
    Validate,
}
use Action::{Create, Delete, Read, Update, Validate};

/// How far a right reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Not at all.
    Nothing,
    /// What is one's own; for a parent, what is one's children's, too.
    Own,
    /// What belongs to the students that one was given (`coach_students`).
    Assigned,
    /// Everything.
    All,
}

/// A cell: the actions, and their reach.
type Cell = (&'static [Action], Reach);

/// Every action: "MANAGE" of the matrix.
const ANY: &[Action] = &[Read, Create, Update, Delete, Validate];
const MANAGES: Cell = (ANY, Reach::All);
const NOTHING: Cell = (&[], Reach::Nothing);

const fn all(actions: &'static [Action]) -> Cell {
    (actions, Reach::All)
}
const fn assigned(actions: &'static [Action]) -> Cell {
    (actions, Reach::Assigned)
}
const fn own(actions: &'static [Action]) -> Cell {
    (actions, Reach::Own)
}

/// The matrix; cells in the order of [`Role::ALL`]. The assistante registers families and coaches at the desk (issue
/// "People"), so she creates and updates accounts: whose, says [`may_manage`].
#[rustfmt::skip]
const MATRIX: &[(Resource, [Cell; 5])] = &[
    //                        admin    assistante                         coach                           parent                        élève
    (Resource::User,         [MANAGES, all(&[Read, Create, Update, Delete]), assigned(&[Read]),           own(&[Read, Update]),         own(&[Read, Update])]),
    (Resource::Student,      [MANAGES, all(&[Read, Create, Update]),      assigned(&[Read]),              own(&[Read, Create]),         own(&[Read])]),
    (Resource::Bilan,        [MANAGES, all(&[Read, Validate]),            assigned(&[Read]),              own(&[Read, Create]),         own(&[Read, Create])]),
    (Resource::Session,      [MANAGES, all(&[Read, Update]),              assigned(&[Read, Update]),      own(&[Read]),                 own(&[Read])]),
    (Resource::Reservation,  [MANAGES, MANAGES,                           assigned(&[Read]),              own(&[Read, Create]),         NOTHING]),
    (Resource::Payment,      [MANAGES, all(&[Read]),                      NOTHING,                        own(&[Read]),                 NOTHING]),
    (Resource::Subscription, [MANAGES, all(&[Read, Update]),              NOTHING,                        own(&[Read]),                 NOTHING]),
    (Resource::Content,      [MANAGES, all(&[Read]),                      all(&[Read]),                   all(&[Read]),                 all(&[Read])]),
    (Resource::Notification, [MANAGES, own(&[Read, Update]),              own(&[Read, Update]),           own(&[Read, Update]),         own(&[Read, Update])]),
    (Resource::Config,       [MANAGES, NOTHING,                           NOTHING,                        NOTHING,                      NOTHING]),
    (Resource::Report,       [MANAGES, all(&[Read]),                      assigned(&[Read, Create]),      own(&[Read]),                 own(&[Read])]),
];

/// How far this role's right to this action on this resource reaches.
pub fn reach(role: Role, action: Action, resource: Resource) -> Reach {
    let column = Role::ALL.iter().position(|known| *known == role);
    let cell =
        MATRIX.iter().find(|(row, _)| *row == resource).zip(column).map_or(NOTHING, |((_, cells), at)| cells[at]);
    if cell.0.contains(&action) { cell.1 } else { Reach::Nothing }
}

/// Roles that have the right for all records: those who may enter the staff's page of it.
pub fn roles_for_all(action: Action, resource: Resource) -> Vec<Role> {
    Role::ALL.into_iter().filter(|role| reach(*role, action, resource) == Reach::All).collect()
}

/// The signed-in person when they have the right for all records; else the sign-in page, or "not for you".
pub fn staff(visitor: &Visitor, action: Action, resource: Resource) -> Result<&Person> {
    visitor.in_role(&roles_for_all(action, resource))
}

/// Whose accounts this role creates, edits, closes and reopens: the admin all, the assistante those of families and
/// coaches. Nobody raises anybody to the own level or above but the admin.
pub fn may_manage(actor: Role, account: Role) -> bool {
    match actor {
        Role::Admin => true,
        Role::Assistante => !account.is_staff(),
        Role::Coach | Role::Parent | Role::Eleve => false,
    }
}

/// Roles that this role gives to a new account; students are entered with their family, never alone.
pub fn may_appoint(actor: Role) -> Vec<Role> {
    Role::ALL.into_iter().filter(|role| *role != Role::Eleve && may_manage(actor, *role)).collect()
}

/// The signed-in person in one of these roles, or the contract's guard errors (specs §2.1).
pub fn guard<'a>(visitor: &'a Visitor, roles: &[Role]) -> Result<&'a Person> {
    let refused = |status: StatusCode, error: &str, message: String| {
        Error::new(status, message.clone()).with_json(json!({ "error": error, "message": message }))
    };
    let Some(person) = &visitor.person else {
        let message = "You must be signed in to access this resource".to_owned();
        return Err(refused(StatusCode::UNAUTHORIZED, "Unauthorized", message));
    };
    if roles.contains(&person.role) {
        return Ok(person);
    }
    let names = roles.iter().map(|role| role.key()).collect::<Vec<_>>().join(", ");
    let word = if roles.len() == 1 { "role" } else { "roles" };
    Err(refused(StatusCode::FORBIDDEN, "Forbidden", format!("Access denied. Required {word}: {names}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_admin_may_do_everything_everywhere() {
        for (resource, _) in MATRIX {
            assert!(ANY.iter().all(|action| reach(Role::Admin, *action, *resource) == Reach::All), "{resource:?}");
        }
        assert_eq!(MATRIX.len(), 11);
    }

    #[test]
    fn no_family_and_no_coach_reaches_the_records_of_all() {
        for (resource, _) in MATRIX.iter().filter(|(resource, _)| *resource != Resource::Content) {
            for role in [Role::Coach, Role::Parent, Role::Eleve] {
                assert!(ANY.iter().all(|action| reach(role, *action, *resource) < Reach::All), "{role} {resource:?}");
            }
        }
        assert_eq!(reach(Role::Coach, Read, Resource::Student), Reach::Assigned);
        assert_eq!(reach(Role::Parent, Read, Resource::Payment), Reach::Own);
        assert_eq!(reach(Role::Eleve, Read, Resource::Payment), Reach::Nothing);
    }

    #[test]
    fn the_assistante_makes_no_colleague_and_no_admin() {
        assert_eq!(may_appoint(Role::Assistante), [Role::Coach, Role::Parent]);
        assert_eq!(may_appoint(Role::Admin), [Role::Admin, Role::Assistante, Role::Coach, Role::Parent]);
        assert!(!may_manage(Role::Assistante, Role::Assistante) && !may_manage(Role::Coach, Role::Eleve));
        assert_eq!(roles_for_all(Update, Resource::Config), [Role::Admin]);
    }
}
