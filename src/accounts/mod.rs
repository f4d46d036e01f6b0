//! People: accounts, roles, families, sign-in, activation. Owns `users`, `students`, `guardianships`, `coaches`,
//! `coach_students`, `account_links`, `signin_failures`, `bilan_requests`, `consents`.

pub mod passwords;
