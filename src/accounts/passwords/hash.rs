//! One hash, made or checked on the calling thread.

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::phc::{Output, ParamsString, PasswordHash, Salt},
};

/// Memory in KiB (19 MiB), passes and lanes: OWASP's first choice for Argon2id.
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);
/// Blocks of 1 KiB that are asked for, whatever is used. glibc keeps freed blocks of up to 32 MiB for itself, in each
/// thread's arena: the server would never shrink again after a morning of sign-ins. Larger ones go back to the system,
/// and the pages that are not touched take no memory.
const RESERVED: usize = 40 * 1024;

/// PHC string of a password, with a new salt.
pub(super) fn make(password: &str) -> anyhow::Result<String> {
    let (memory, passes, lanes) = COST;
    let params = Params::new(memory, passes, lanes, Some(Params::DEFAULT_OUTPUT_LEN)).map_err(told)?;
    let salt = Salt::generate();
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(&params).map_err(told)?,
        salt: Some(salt),
        hash: Some(compute(password, &salt, params)?),
    };
    Ok(hash.to_string())
}

/// Whether the password belongs to the PHC string; false for one that cannot be read.
pub(super) fn matches(password: &str, stored: &str) -> bool {
    let Ok(hash) = PasswordHash::new(stored) else { return false };
    let is_ours = hash.algorithm == Algorithm::Argon2id.ident() && hash.version == Some(Version::V0x13.into());
    let (Some(salt), Some(expected), true, Ok(params)) = (&hash.salt, &hash.hash, is_ours, Params::try_from(&hash))
    else {
        return false;
    };
    // `Output` is compared in constant time.
    compute(password, salt, params).is_ok_and(|computed| computed == *expected)
}

fn compute(password: &str, salt: &[u8], params: Params) -> anyhow::Result<Output> {
    let mut memory = Vec::with_capacity(RESERVED);
    memory.resize(params.block_count(), Block::new());
    let mut out = vec![0; params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN)];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into_with_memory(password.as_bytes(), salt, &mut out, &mut memory)
        .map_err(told)?;
    Output::new(&out).map_err(told)
}

fn told(error: impl std::fmt::Display) -> anyhow::Error {
    anyhow::anyhow!("{error}")
}

#[cfg(test)]
mod tests {
    use argon2::PasswordVerifier as _;

    use super::*;

    #[test]
    fn a_hash_is_what_every_argon2_makes_and_reads() {
        let ours = make("un bon mot de passe").expect("hash");
        assert!(ours.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{ours}");
        let parsed = PasswordHash::new(&ours).expect("PHC");
        Argon2::default().verify_password(b"un bon mot de passe", &parsed).expect("the library agrees");
        assert!(!matches("autre", &ours));
    }

    #[test]
    fn what_is_no_hash_of_ours_matches_nothing() {
        for stored in [
            "",
            "mot de passe",
            "$argon2i$v=19$m=64,t=2,p=1$c29tZXNhbHQ$abcd",
            "$argon2id$v=19$m=64,t=2,p=1$c29tZXNhbHQ",
        ] {
            assert!(!matches("mot de passe", stored), "{stored}");
        }
    }
}
