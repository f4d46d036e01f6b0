//! What every handler and job needs: settings, pool, keys, counters. Cheap to clone.

use std::{ops::Deref, sync::Arc};

use sqlx::PgPool;

use crate::{
    accounts::passwords::Passwords,
    aria,
    config::Config,
    keys::Keys,
    library::{Files, Shelf},
    llm,
    messaging::{Mailer, live::Live},
    web::{Seen, limits::Limits},
};

/// Shared by all; see [`CtxInner`].
#[derive(Clone)]
pub struct Ctx(Arc<CtxInner>);

/// The content of [`Ctx`].
pub struct CtxInner {
    /// Settings.
    pub config: Config,
    /// Connections to the one database.
    pub pool: PgPool,
    /// The secret key.
    pub keys: Keys,
    /// Rate limits.
    pub limits: Limits,
    /// Sessions in use, to be renewed.
    pub seen: Seen,
    /// Password hashing, bounded.
    pub passwords: Passwords,
    /// The language model.
    pub llm: llm::Client,
    /// The store of uploaded files.
    pub files: Files,
    /// The words of the library, as far as they are held in memory.
    pub shelf: Shelf,
    /// How mail leaves.
    pub mailer: Mailer,
    /// Open pages that are told what changes.
    pub live: Live,
    /// Answers that are being written.
    pub aria: aria::Engine,
    /// Streams of those who watch them.
    pub aria_seats: aria::Seats,
}

impl Ctx {
    /// From settings, a pool and the secret.
    pub fn new(config: Config, pool: PgPool, keys: Keys) -> anyhow::Result<Self> {
        let llm = llm::Client::new(&config.llm, pool.clone())?;
        let passwords = Passwords::new()?;
        let mailer = Mailer::new(&config);
        let files = Files::new(&config.data_dir);
        Ok(Self(Arc::new(CtxInner {
            config,
            pool,
            keys,
            limits: Limits::default(),
            seen: Seen::default(),
            passwords,
            llm,
            files,
            shelf: Shelf::default(),
            mailer,
            live: Live::default(),
            aria: aria::Engine::default(),
            aria_seats: aria::Seats::default(),
        })))
    }
}

impl Deref for Ctx {
    type Target = CtxInner;

    fn deref(&self) -> &CtxInner {
        &self.0
    }
}
