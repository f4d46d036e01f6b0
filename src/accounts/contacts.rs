//! Who may write to whom (decision 13), as a table in code. The database has the same rule as `may_write_to` and
//! `contacts_of` (migration 102000), for conversations and lists; a test compares the two for every pair of people.

use crate::web::Role;

/// What ties two people together.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ties {
    /// One coaches the other.
    pub coach_and_student: bool,
    /// One is the coach of a child of the other, who may see that child.
    pub coach_and_guardian: bool,
    /// One of the two accounts is closed.
    pub deactivated: bool,
}

/// Whether people of these roles, tied like this, may write to each other; the same in both directions.
pub fn may_write(one: Role, other: Role, ties: Ties) -> bool {
    !ties.deactivated
        && match (one, other) {
            (Role::Admin | Role::Assistante, _) | (_, Role::Admin | Role::Assistante) => true,
            (Role::Coach, Role::Eleve) | (Role::Eleve, Role::Coach) => ties.coach_and_student,
            (Role::Coach, Role::Parent) | (Role::Parent, Role::Coach) => ties.coach_and_guardian,
            // Coaches among themselves, families among themselves: not here. No parent writes to another's child.
            (Role::Coach, Role::Coach) | (Role::Parent | Role::Eleve, Role::Parent | Role::Eleve) => false,
        }
}

#[cfg(test)]
mod tests {
    use sqlx::PgPool;
    use uuid::Uuid;

    use super::*;
    use crate::testing::TestApp;

    #[test]
    fn without_a_tie_only_the_desk_is_written_to() {
        for one in Role::ALL {
            for other in Role::ALL {
                let free = one.is_staff() || other.is_staff();
                assert_eq!(may_write(one, other, Ties::default()), free, "{one} to {other}");
                assert!(!may_write(one, other, Ties { deactivated: true, ..Ties::default() }));
            }
        }
    }

    async fn ties(pool: &PgPool, one: Uuid, other: Uuid) -> Ties {
        let row = sqlx::query!(
            r#"select exists (select from coach_students where (coach_id, student_id) in (($1, $2), ($2, $1))) as "student!",
                      exists (select from coach_students join guardianships g using (student_id)
                              where (coach_id, guardian_id) in (($1, $2), ($2, $1)) and 'VIEW' = any (g.rights)) as "guardian!",
                      exists (select from users where id in ($1, $2) and deactivated_at is not null) as "deactivated!""#,
            one,
            other
        )
        .fetch_one(pool)
        .await
        .expect("ties");
        Ties { coach_and_student: row.student, coach_and_guardian: row.guardian, deactivated: row.deactivated }
    }

    /// Two families and two coaches, the desk, a guardian who may not see the child any more, and closed accounts.
    async fn school(app: &TestApp) -> Vec<(Uuid, Role)> {
        let mut all = Vec::new();
        for role in Role::ALL.into_iter().chain(Role::ALL).chain([Role::Parent, Role::Coach, Role::Assistante]) {
            all.push((app.person(role).await, role));
        }
        let of = |role: Role, at: usize| all.iter().filter(|(_, its)| *its == role).nth(at).expect("person").0;
        let (student, other) = (of(Role::Eleve, 0), of(Role::Eleve, 1));
        for (parent, child) in [(0, student), (1, other), (2, student)] {
            app.guard(of(Role::Parent, parent), child).await;
        }
        app.coach(of(Role::Coach, 0), student).await;
        app.coach(of(Role::Coach, 1), other).await;
        app.coach(of(Role::Coach, 2), student).await;
        sqlx::query!("update guardianships set rights = '{}' where guardian_id = $1", of(Role::Parent, 2))
            .execute(&app.ctx.pool)
            .await
            .expect("blind");
        sqlx::query!(
            "update users set deactivated_at = now() where id = any($1)",
            &[of(Role::Coach, 2), of(Role::Assistante, 2)]
        )
        .execute(&app.ctx.pool)
        .await
        .expect("closed");
        all
    }

    #[tokio::test]
    async fn the_database_lets_write_exactly_those_whom_the_table_lets_write() {
        let app = TestApp::new().await;
        let all = school(&app).await;
        for (one, role) in &all {
            let contacts: Vec<Uuid> = sqlx::query_scalar!(r#"select id as "id!" from contacts_of($1)"#, one)
                .fetch_all(&app.ctx.pool)
                .await
                .expect("contacts");
            for (other, others) in &all {
                let expected = one != other && may_write(*role, *others, ties(&app.ctx.pool, *one, *other).await);
                let allowed = sqlx::query_scalar!(r#"select may_write_to($1, $2) as "may!""#, one, other)
                    .fetch_one(&app.ctx.pool)
                    .await
                    .expect("may");
                assert_eq!(allowed, expected, "{role} to {others}");
                assert_eq!(
                    contacts.iter().filter(|id| *id == other).count(),
                    usize::from(expected),
                    "{role}, {others}"
                );
            }
        }
    }

    #[tokio::test]
    async fn a_coach_is_listed_with_the_children_who_are_the_reason() {
        let app = TestApp::new().await;
        let (parent, coach) = (app.person(Role::Parent).await, app.person(Role::Coach).await);
        for _ in 0..2 {
            let child = app.person(Role::Eleve).await;
            app.guard(parent, child).await;
            app.coach(coach, child).await;
        }
        let through = sqlx::query_scalar!("select through from contacts_of($1) where id = $2", parent, coach)
            .fetch_one(&app.ctx.pool)
            .await
            .expect("contact");
        assert_eq!(through.as_deref(), Some("Prénom, Prénom"));
    }
}
