//! The secret key and what is made with it: signatures for links that expire, tokens, ids that only we can derive,
//! secrets that are stored encrypted.

use std::time::Duration;

use aes_gcm::{
    Aes256Gcm, Nonce,
    aead::{Aead as _, KeyInit as _, Payload},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use hmac::{Hmac, Mac as _};
use rand::RngExt as _;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

/// Bytes of the nonce of AES-GCM.
const NONCE: usize = 12;

/// Signs with `SECRET_KEY`; every purpose has its own signatures.
#[derive(Debug)]
pub struct Keys(SecretString);

impl Keys {
    /// From the secret of the settings.
    pub fn new(secret: SecretString) -> Self {
        Self(secret)
    }

    /// HMAC-SHA-256 of the message for this purpose.
    pub fn sign(&self, purpose: &str, message: &[u8]) -> [u8; 32] {
        // HMAC takes keys of any length: this cannot fail.
        let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(self.0.expose_secret().as_bytes())
            .unwrap_or_else(|_| unreachable!());
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(message);
        mac.finalize().into_bytes().into()
    }

    /// [`Self::sign`] as URL-safe text.
    pub fn sign_text(&self, purpose: &str, message: &str) -> String {
        URL_SAFE_NO_PAD.encode(self.sign(purpose, message.as_bytes()))
    }

    /// An id that is always the same for the same message, and that nobody else can compute.
    pub fn derived_id(&self, purpose: &str, message: &str) -> Uuid {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&self.sign(purpose, message.as_bytes())[..16]);
        uuid::Builder::from_random_bytes(bytes).into_uuid()
    }

    /// Encrypts a secret that must be read again (AES-256-GCM, a key for each purpose), bound to its owner: the nonce
    /// stands before it.
    pub fn seal(&self, purpose: &str, owner: Uuid, secret: &[u8]) -> anyhow::Result<Vec<u8>> {
        let nonce: [u8; NONCE] = rand::rng().random();
        let payload = Payload { msg: secret, aad: owner.as_bytes() };
        let sealed = self
            .cipher(purpose)
            .encrypt(Nonce::from_slice(&nonce), payload)
            .map_err(|_| anyhow::anyhow!("encryption failed"))?;
        Ok([&nonce[..], &sealed].concat())
    }

    /// What [`Self::seal`] encrypted; fails when it was made with another key, for another owner, or was changed.
    pub fn open(&self, purpose: &str, owner: Uuid, sealed: &[u8]) -> anyhow::Result<Vec<u8>> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE).ok_or_else(|| anyhow::anyhow!("too short"))?;
        let payload = Payload { msg: sealed, aad: owner.as_bytes() };
        self.cipher(purpose)
            .decrypt(Nonce::from_slice(nonce), payload)
            .map_err(|_| anyhow::anyhow!("a stored secret does not open: was SECRET_KEY changed?"))
    }

    fn cipher(&self, purpose: &str) -> Aes256Gcm {
        Aes256Gcm::new(&self.sign("seal", purpose.as_bytes()).into())
    }

    /// A token for this record that expires: `{unix time}.{signature}`.
    pub fn expiring_token(&self, purpose: &str, id: Uuid, life: Duration) -> String {
        let until = Utc::now().timestamp().saturating_add(i64::try_from(life.as_secs()).unwrap_or(i64::MAX));
        format!("{until}.{}", self.sign_text(purpose, &format!("{id}:{until}")))
    }

    /// Whether the token was made for this record and has not expired.
    pub fn token_valid(&self, purpose: &str, id: Uuid, token: &str, now: DateTime<Utc>) -> bool {
        let Some((until, signature)) = token.split_once('.') else { return false };
        let fresh = until.parse::<i64>().is_ok_and(|until| until >= now.timestamp());
        let expected = self.sign_text(purpose, &format!("{id}:{until}"));
        fresh && bool::from(signature.as_bytes().ct_eq(expected.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> Keys {
        Keys::new(SecretString::from("a test secret of at least 32 characters"))
    }

    #[test]
    fn a_signed_link_opens_its_record_only_and_only_until_it_expires() {
        let (id, now) = (Uuid::new_v4(), Utc::now());
        let token = keys().expiring_token("result", id, Duration::from_secs(60));
        assert!(keys().token_valid("result", id, &token, now));
        assert!(!keys().token_valid("result", Uuid::new_v4(), &token, now));
        assert!(!keys().token_valid("other", id, &token, now));
        assert!(!keys().token_valid("result", id, &token, now + chrono::Duration::seconds(61)));
        let (until, signature) = token.split_once('.').expect("two parts");
        let later = format!("{}.{signature}", until.parse::<i64>().expect("number") + 1000);
        assert!(!keys().token_valid("result", id, &later, now));
    }

    #[test]
    fn a_sealed_secret_opens_for_its_owner_and_purpose_only() {
        let (owner, secret) = (Uuid::new_v4(), b"twenty secret bytes!");
        let sealed = keys().seal("totp", owner, secret).expect("sealed");
        assert!(!sealed.windows(8).any(|part| secret.windows(8).any(|other| part == other)));
        assert_ne!(sealed, keys().seal("totp", owner, secret).expect("sealed"), "another nonce each time");
        assert_eq!(keys().open("totp", owner, &sealed).expect("opened"), secret);
        assert!(keys().open("totp", Uuid::new_v4(), &sealed).is_err());
        assert!(keys().open("other", owner, &sealed).is_err());
        let mut changed = sealed.clone();
        changed[15] ^= 1;
        assert!(keys().open("totp", owner, &changed).is_err() && keys().open("totp", owner, &sealed[..5]).is_err());
        let another = Keys::new(SecretString::from("another secret of at least 32 characters"));
        assert!(another.open("totp", owner, &sealed).is_err());
    }

    #[test]
    fn derived_ids_are_stable_and_differ_by_purpose() {
        assert_eq!(keys().derived_id("a", "x"), keys().derived_id("a", "x"));
        assert_ne!(keys().derived_id("a", "x"), keys().derived_id("b", "x"));
    }
}
