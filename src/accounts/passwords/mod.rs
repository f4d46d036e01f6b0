//! Passwords: which are accepted ([`rule`]), how one is set ([`change`]), and their hashes: Argon2id, off the async
//! threads, a bounded number at once so that a flood of sign-ins cannot take all memory or both cores.

pub mod change;
mod common;
pub mod fields;
mod hash;
mod patterns;
pub mod rule;

use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::error::{Error, Result};

/// Hashes computed at once.
const AT_ONCE: usize = 2;
/// Longest password that is hashed; longer ones are refused before.
pub const MOST_CHARACTERS: usize = 128;

/// Makes and checks password hashes.
pub struct Passwords {
    permits: Arc<Semaphore>,
    /// Hash of a password that nobody has: checked for unknown accounts, so that they take the same time.
    nobody: String,
}

impl Passwords {
    /// Prepares the hash used for unknown accounts.
    pub fn new() -> anyhow::Result<Self> {
        let nobody = hash::make(&uuid::Uuid::new_v4().to_string())?;
        Ok(Self { permits: Arc::new(Semaphore::new(AT_ONCE)), nobody })
    }

    /// PHC string of a password.
    pub async fn hash(&self, password: String) -> Result<String> {
        self.run(move || hash::make(&password)).await?.map_err(Error::internal)
    }

    /// Whether the password belongs to the stored hash; `None` (no such account, no password yet) takes the same time
    /// and answers no.
    pub async fn verify(&self, password: String, stored: Option<String>) -> Result<bool> {
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| self.nobody.clone());
        let matches = self.run(move || hash::matches(&password, &stored)).await?;
        Ok(matches && known)
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let permit = self.permits.clone().acquire_owned().await.map_err(Error::internal)?;
        tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work()
        })
        .await
        .map_err(Error::internal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_of_a_known_account_is_accepted() {
        let passwords = Passwords::new().expect("hasher");
        let stored = passwords.hash("un bon mot de passe".into()).await.expect("hash");
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(passwords.verify("un bon mot de passe".into(), Some(stored.clone())).await.expect("check"));
        assert!(!passwords.verify("un autre".into(), Some(stored)).await.expect("check"));
        assert!(!passwords.verify("un bon mot de passe".into(), None).await.expect("check"));
    }
}
