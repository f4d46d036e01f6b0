//! A school of any size: students in families of one to three children, coaches, staff, and the families' requests. All
//! are signed in already.

use std::fmt::Write as _;

use sqlx::PgConnection;
use tower_sessions::session::Id;
use uuid::Uuid;

use crate::web::{Role, session};

/// Children of the families, in turn: eight in five families.
const CHILDREN: [usize; 5] = [2, 1, 1, 3, 1];
/// Students a coach has, about: each student has two coaches.
const STUDENTS_OF_A_COACH: usize = 25;
const ASSISTANTES: usize = 2;

/// Somebody with a session.
struct Person {
    id: Uuid,
    role: Role,
    cookie: Id,
}

/// Everybody who was added.
pub(super) struct People {
    all: Vec<Person>,
    /// (guardian, student, payer).
    guardianships: Vec<(Uuid, Uuid, bool)>,
    /// (coach, student).
    coached: Vec<(Uuid, Uuid)>,
}

impl People {
    /// On paper: so many students with all who belong to them.
    fn draw(students: usize) -> Self {
        let mut people = Self { all: Vec::new(), guardianships: Vec::new(), coached: Vec::new() };
        let coaches: Vec<Uuid> =
            (0..(2 * students).div_ceil(STUDENTS_OF_A_COACH)).map(|_| people.add(Role::Coach)).collect();
        let mut family = 0;
        let mut left = students;
        while left > 0 {
            let children = CHILDREN[family % CHILDREN.len()].min(left);
            // Two guardians in two families out of three; one pays.
            let guardians: Vec<Uuid> =
                (0..if family % 3 == 0 { 1 } else { 2 }).map(|_| people.add(Role::Parent)).collect();
            for _ in 0..children {
                people.add_child(&guardians, &coaches, students - left);
                left -= 1;
            }
            family += 1;
        }
        people.add(Role::Admin);
        for _ in 0..ASSISTANTES {
            people.add(Role::Assistante);
        }
        people
    }

    fn add(&mut self, role: Role) -> Uuid {
        let id = Uuid::new_v4();
        self.all.push(Person { id, role, cookie: Id::default() });
        id
    }

    fn add_child(&mut self, guardians: &[Uuid], coaches: &[Uuid], number: usize) {
        let child = self.add(Role::Eleve);
        self.guardianships.extend(guardians.iter().enumerate().map(|(at, guardian)| (*guardian, child, at == 0)));
        let first = number % coaches.len();
        let second = (number / coaches.len() + first + 1) % coaches.len();
        self.coached.push((coaches[first], child));
        if second != first {
            self.coached.push((coaches[second], child));
        }
    }

    /// How many they are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// A line each: role, tab, cookie as it is sent.
    pub fn cookies(&self) -> String {
        self.all.iter().fold(String::new(), |mut list, person| {
            let _ = writeln!(list, "{}\tnexus={}", person.role, person.cookie);
            list
        })
    }
}

/// Adds so many students with all who belong to them, in one transaction, and the temporary table `bench_students` of
/// those students, each with an ability between 0 and 1.
pub(super) async fn add(conn: &mut PgConnection, students: u32) -> anyhow::Result<People> {
    let people = People::draw(students as usize);
    let mut tx = sqlx::Connection::begin(conn).await?;
    insert_users(&mut tx, &people).await?;
    insert_ties(&mut tx, &people).await?;
    insert_requests(&mut tx, &people).await?;
    tx.commit().await?;
    Ok(people)
}

async fn insert_users(conn: &mut PgConnection, people: &People) -> anyhow::Result<()> {
    let ids: Vec<Uuid> = people.all.iter().map(|person| person.id).collect();
    let roles: Vec<&str> = people.all.iter().map(|person| person.role.key()).collect();
    let keys: Vec<Vec<u8>> = people.all.iter().map(|person| session::key(&person.cookie)).collect();
    sqlx::query(
        "with fresh as (
             select * from unnest($1::uuid[], $2::text[], $3::bytea[]) with ordinality as f (id, role, key, number)),
         person as (
             insert into users (id, role, email, identifier, first_name, last_name, phone, activated_at, created_at)
             select id, role, case when role <> 'ELEVE' then 'mesure.' || id || '@example.org' end,
                    case when role = 'ELEVE' then 'mesure.' || id end,
                    (array['Yassine', 'Lina', 'Mehdi', 'Sarra', 'Adam', 'Nour', 'Élise', 'Karim'])[1 + number % 8],
                    (array['Ben Salah', 'Trabelsi', 'Gharbi', 'Mansour', 'Dupont'])[1 + number % 5] || ' ' || number,
                    '+216 20 000 000', now(), now() - number % 300 * interval '1 day'
             from fresh)
         insert into sessions (key, user_id, user_agent, address, expires_at)
         select key, id, 'nexus seed bench', '127.0.0.1', now() + interval '14 days' from fresh",
    )
    .bind(ids)
    .bind(roles)
    .bind(keys)
    .execute(&mut *conn)
    .await?;
    insert_students(conn, people).await
}

async fn insert_students(conn: &mut PgConnection, people: &People) -> anyhow::Result<()> {
    let of = |role: Role| -> Vec<Uuid> {
        people.all.iter().filter(|person| person.role == role).map(|person| person.id).collect()
    };
    // Two in five are in Première.
    sqlx::query(
        "create temporary table bench_students as
         select id, case when number % 5 < 2 then 'PREMIERE' else 'TERMINALE' end as grade,
                (random() + random() + random() + random()) / 4 as ability
         from unnest($1::uuid[]) with ordinality as s (id, number)",
    )
    .bind(of(Role::Eleve))
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "insert into students (user_id, grade, school) select id, grade, 'Lycée de mesure' from bench_students",
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "insert into coaches (user_id, pseudonym, subjects) select id, 'Mesure ' || id, '{MATHEMATIQUES}' from unnest($1::uuid[]) id",
    )
    .bind(of(Role::Coach))
    .execute(conn)
    .await?;
    Ok(())
}

async fn insert_ties(conn: &mut PgConnection, people: &People) -> anyhow::Result<()> {
    let column = |of: fn(&(Uuid, Uuid, bool)) -> Uuid| -> Vec<Uuid> { people.guardianships.iter().map(of).collect() };
    sqlx::query(
        "insert into guardianships (guardian_id, student_id, relation, is_payer)
         select guardian, student, case when payer then 'MERE' else 'PERE' end, payer
         from unnest($1::uuid[], $2::uuid[], $3::bool[]) as g (guardian, student, payer)",
    )
    .bind(column(|one| one.0))
    .bind(column(|one| one.1))
    .bind(people.guardianships.iter().map(|one| one.2).collect::<Vec<bool>>())
    .execute(&mut *conn)
    .await?;
    let (coaches, students): (Vec<Uuid>, Vec<Uuid>) = people.coached.iter().copied().unzip();
    sqlx::query("insert into coach_students (coach_id, student_id) select * from unnest($1::uuid[], $2::uuid[])")
        .bind(coaches)
        .bind(students)
        .execute(conn)
        .await?;
    Ok(())
}

/// One request for each child, by the guardian who pays, over three hundred days.
async fn insert_requests(conn: &mut PgConnection, people: &People) -> anyhow::Result<()> {
    let payers = people.guardianships.iter().filter(|(.., payer)| *payer);
    let (guardians, students): (Vec<Uuid>, Vec<Uuid>) =
        payers.map(|(guardian, student, _)| (*guardian, *student)).unzip();
    sqlx::query(
        "insert into bilan_requests (id, form_key, guardian_id, student_id, parent_first_name, parent_last_name,
             parent_email, parent_phone, student_first_name, student_last_name, student_grade, subjects, current_level,
             created_at)
         select gen_random_uuid(), 'mesure ' || s.id, g.id, s.id, g.first_name, g.last_name, g.email, g.phone,
                s.first_name, s.last_name, b.grade, '{MATHEMATIQUES}', 'moyen', now() - random() * interval '300 days'
         from unnest($1::uuid[], $2::uuid[]) as t (guardian, student)
         join users g on g.id = t.guardian join users s on s.id = t.student join bench_students b on b.id = t.student",
    )
    .bind(guardians)
    .bind(students)
    .execute(conn)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_student_has_a_family_and_two_coaches_and_nobody_is_tied_twice() {
        for size in [1, 2, 9, 400] {
            let people = People::draw(size);
            let count = |role: Role| people.all.iter().filter(|person| person.role == role).count();
            assert_eq!((count(Role::Eleve), count(Role::Admin), count(Role::Assistante)), (size, 1, ASSISTANTES));
            let payers = people.guardianships.iter().filter(|(.., payer)| *payer).count();
            assert_eq!(payers, size, "one payer for each child");
            let mut ties: Vec<_> = people.coached.clone();
            ties.extend(people.guardianships.iter().map(|(guardian, student, _)| (*guardian, *student)));
            let all = ties.len();
            ties.sort_unstable();
            ties.dedup();
            assert_eq!(ties.len(), all);
            if size >= 26 {
                assert_eq!(people.coached.len(), 2 * size);
            }
        }
    }
}
