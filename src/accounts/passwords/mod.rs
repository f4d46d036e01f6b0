//! Passwords: which are accepted ([`rule`]), how one is set ([`change`]), and their hashes: Argon2id, off the async
//! threads, a bounded number at once so that a flood of sign-ins cannot take all memory or both cores.

pub mod change;
mod common;
pub mod fields;
mod patterns;
pub mod rule;

use std::sync::Arc;

use argon2::{
    Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version, password_hash::phc::PasswordHash,
};
use tokio::sync::Semaphore;

use crate::error::{Error, Result};

/// Memory in KiB (19 MiB), passes and lanes: OWASP's first choice for Argon2id.
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);
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
        let nobody = hash_now(&uuid::Uuid::new_v4().to_string())?;
        Ok(Self { permits: Arc::new(Semaphore::new(AT_ONCE)), nobody })
    }

    /// PHC string of a password.
    pub async fn hash(&self, password: String) -> Result<String> {
        self.run(move || hash_now(&password)).await?.map_err(Error::internal)
    }

    /// Whether the password belongs to the stored hash; `None` (no such account, no password yet) takes the same time
    /// and answers no.
    pub async fn verify(&self, password: String, stored: Option<String>) -> Result<bool> {
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| self.nobody.clone());
        let matches = self.run(move || verify_now(&password, &stored)).await?;
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

fn argon2() -> anyhow::Result<Argon2<'static>> {
    let (memory, passes, lanes) = COST;
    let params = Params::new(memory, passes, lanes, None).map_err(|error| anyhow::anyhow!("{error}"))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash_now(password: &str) -> anyhow::Result<String> {
    let hash = argon2()?.hash_password(password.as_bytes()).map_err(|error| anyhow::anyhow!("{error}"))?;
    Ok(hash.to_string())
}

fn verify_now(password: &str, stored: &str) -> bool {
    let Ok(hash) = PasswordHash::new(stored) else { return false };
    argon2().is_ok_and(|argon2| argon2.verify_password(password.as_bytes(), &hash).is_ok())
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
