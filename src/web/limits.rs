//! Rate limits in memory, for requests that change something. They count per session first and generously per
//! address: a class of forty or a school behind one address is never locked out (decision 17). Sign-in attempts are
//! counted elsewhere, in the database.

use std::{hash::Hash, num::NonZeroU32};

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
};
use poem::{Endpoint, Middleware, Request, http::Method};

use super::{address, visitor::Visitor};
use crate::{ctx::Ctx, error::Error};

/// Changes a minute for one session: five times what a quick student does.
const PER_SESSION: u32 = 300;
/// Changes a minute for one address: three hundred students who answer every six seconds.
const PER_ADDRESS: u32 = 3000;

/// Mails an hour that one address may ask for (lost passwords, links): a school's worth on the first day of term.
const MAILS_PER_ADDRESS: u32 = 120;

/// The counters of the process.
pub struct Limits {
    sessions: DefaultKeyedRateLimiter<i128>,
    addresses: DefaultKeyedRateLimiter<std::net::IpAddr>,
    mails: DefaultKeyedRateLimiter<std::net::IpAddr>,
}

impl Default for Limits {
    fn default() -> Self {
        Self::new(PER_SESSION, PER_ADDRESS)
    }
}

impl Limits {
    fn new(per_session: u32, per_address: u32) -> Self {
        let a_minute = |most: u32| Quota::per_minute(NonZeroU32::new(most).unwrap_or(NonZeroU32::MIN));
        Self {
            sessions: RateLimiter::keyed(a_minute(per_session)),
            addresses: RateLimiter::keyed(a_minute(per_address)),
            mails: RateLimiter::keyed(Quota::per_hour(NonZeroU32::new(MAILS_PER_ADDRESS).unwrap_or(NonZeroU32::MIN))),
        }
    }

    /// Counts a mail that somebody without a session may ask for, existing account or not.
    pub fn ask_for_mail(&self, visitor: &Visitor) -> Result<(), Error> {
        count(&self.mails, &address::network(visitor.address))
    }

    fn check(&self, visitor: &Visitor) -> Result<(), Error> {
        if let Some(id) = visitor.session.id() {
            count(&self.sessions, &id.0)?;
        }
        count(&self.addresses, &address::network(visitor.address))
    }

    /// Forgets keys that have been quiet; run by a scheduled job.
    pub fn forget_quiet(&self) {
        self.sessions.retain_recent();
        self.addresses.retain_recent();
        self.mails.retain_recent();
    }
}

fn count<K: Hash + Eq + Clone>(limiter: &DefaultKeyedRateLimiter<K>, key: &K) -> Result<(), Error> {
    limiter
        .check_key(key)
        .map_err(|until| Error::too_many(until.wait_time_from(DefaultClock::default().now()).as_secs() + 1))
}

/// The one address whose contract has its own form of this refusal.
const TUTOR: &str = "/api/aria/chat";

/// Middleware: refuses with 429 and `Retry-After`. Stands inside [`super::session::Sessions`].
pub struct RateLimit(pub Ctx);

impl<E: Endpoint> Middleware<E> for RateLimit {
    type Output = RateLimitEndpoint<E>;

    fn transform(&self, inner: E) -> Self::Output {
        RateLimitEndpoint { inner, ctx: self.0.clone() }
    }
}

/// See [`RateLimit`].
pub struct RateLimitEndpoint<E> {
    inner: E,
    ctx: Ctx,
}

impl<E: Endpoint> Endpoint for RateLimitEndpoint<E> {
    type Output = E::Output;

    async fn call(&self, req: Request) -> poem::Result<E::Output> {
        let changes = !matches!(*req.method(), Method::GET | Method::HEAD | Method::OPTIONS);
        if changes
            && self.ctx.config.rate_limits
            && let Some(visitor) = req.data::<Visitor>()
        {
            let refused = |error: Error| if req.uri().path() == TUTOR { error.with_reset() } else { error };
            self.ctx.limits.check(visitor).map_err(refused)?;
        }
        self.inner.call(req).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_request_after_the_last_allowed_is_told_when_to_come_back() {
        let limits = Limits::new(300, 3);
        let address = std::net::IpAddr::from([127, 0, 0, 1]);
        assert!((0..3).all(|_| count(&limits.addresses, &address).is_ok()));
        let refused = count(&limits.addresses, &address).expect_err("fourth");
        assert!(refused.status == 429 && refused.retry_after.is_some_and(|seconds| (1..=60).contains(&seconds)));
    }
}
