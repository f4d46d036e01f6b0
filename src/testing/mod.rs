//! For tests only: a fresh database for each ([`database`]), the whole site without a socket ([`TestApp`]), people of
//! every role who are signed in already, and what a request asked of the database.

mod answer;
mod client;
pub(crate) mod database;
mod people;
mod record;

use std::sync::Arc;

use poem::{EndpointExt as _, Response, endpoint::BoxEndpoint};

pub use self::{
    answer::Answer,
    client::{Ask, Client, together},
    database::{config, ctx, ctx_with, fresh_database, fresh_pool},
    people::Signed,
};
use crate::{app, ctx::Ctx};

/// The real site on a fresh database. Requests come from 127.0.0.1, a trusted proxy here, so that a test can speak
/// from another address by `X-Forwarded-For`.
pub struct TestApp {
    /// Settings, pool, keys: for what a test arranges or checks behind the site's back.
    pub ctx: Ctx,
    site: Arc<BoxEndpoint<'static, Response>>,
}

impl TestApp {
    /// With the settings of an empty environment.
    pub async fn new() -> Self {
        Self::with(&[]).await
    }

    /// With these variables.
    pub async fn with(variables: &[(&str, &str)]) -> Self {
        let mut all = vec![("TRUSTED_PROXIES", "127.0.0.1")];
        all.extend_from_slice(variables);
        Self::on(ctx_with(&all).await)
    }

    /// On a context that exists already: another server on the same database.
    pub fn on(ctx: Ctx) -> Self {
        Self { site: Arc::new(app(ctx.clone()).boxed()), ctx }
    }

    /// Another server on the same database.
    pub fn beside(&self) -> Self {
        Self::on(database::ctx_beside(&self.ctx))
    }

    /// Opens all connections of the pool: requests that are sent together then really meet in the database.
    pub async fn warm(&self) {
        let connections = futures_util::future::join_all((0..8).map(|_| self.ctx.pool.acquire())).await;
        assert!(connections.iter().all(Result::is_ok));
    }

    /// A browser that knows nobody yet.
    pub fn anonymous(&self) -> Client {
        Client::new(self.site.clone())
    }
}
