//! The accounts that visitors of the demo school sign in with, their passwords, and the list of them in `DATA_DIR`.

use futures_util::future::try_join_all;
use rand::RngExt as _;

use super::{rows::User, school::School};
use crate::{accounts::passwords::Passwords, error::Result, web::Role};

/// Letters and digits that nobody takes for another.
const ALPHABET: &[u8; 31] = b"abcdefghjkmnpqrstuvwxyz23456789";
/// Groups of a password and letters of a group: 15 letters out of 31 are 74 bits.
const GROUPS: (usize, usize) = (3, 5);

/// Draws a password for each of those who get one, staff first, stores the hashes in their rows, and answers the list: a line
/// `role email password` each; a student without e-mail has the identifier in its place.
pub(super) async fn open(passwords: &Passwords, school: &mut School) -> Result<String> {
    let role = |at: &usize| Role::ALL.iter().position(|role| role.key() == school.people.users[*at].role);
    school.with_password.sort_by_key(role);
    let drawn: Vec<String> = school.with_password.iter().map(|_| draw()).collect();
    let hashes = try_join_all(drawn.iter().map(|password| passwords.hash(password.clone()))).await?;
    let mut list = String::new();
    for ((at, password), hash) in school.with_password.iter().zip(&drawn).zip(hashes) {
        let user = &mut school.people.users[*at];
        user.password_hash = Some(hash);
        list.push_str(&format!("{} {} {password}\n", user.role, account(user)));
    }
    Ok(list)
}

/// What the person types to sign in.
fn account(user: &User) -> &str {
    user.email.as_deref().or(user.identifier.as_deref()).unwrap_or_default()
}

/// A password that can be read out: `hk7mp-4xqaw-9tzrb`.
fn draw() -> String {
    let mut random = rand::rng();
    let mut group =
        || -> String { (0..GROUPS.1).map(|_| char::from(ALPHABET[random.random_range(0..ALPHABET.len())])).collect() };
    (0..GROUPS.0).map(|_| group()).collect::<Vec<_>>().join("-")
}
