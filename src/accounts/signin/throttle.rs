//! Failed sign-ins are counted in the database, by account and by address, for a quarter of an hour. The account name
//! is stored only as a keyed hash: people type passwords into the wrong field.
//!
//! Always true: one waits because of failures from the own address only, so nobody elsewhere can keep the owner out; a
//! try counts as failed until it has succeeded, so that many at once do not slip through together.

use std::net::IpAddr;

use sqlx::{PgConnection, PgPool};

use crate::{
    ctx::Ctx,
    error::{Error, Result},
    web::address,
};

/// Failures for one account from one address before each further try must wait.
const FREE_HERE: i64 = 5;
/// The same while the account is under attack: [`ATTACK`] failures from everywhere.
const FREE_UNDER_ATTACK: i64 = 1;
/// Failures for one account from everywhere that no forgetful owner makes.
const ATTACK: i64 = 50;
/// Failures from one address for all accounts: a school's worth of typing errors.
const FREE_ADDRESS: i64 = 200;
/// Seconds that anyone has to wait at most after a failure.
pub const LONGEST_WAIT: i64 = 60;

/// What one try is counted under.
pub(super) struct Counted {
    account: String,
    address: String,
}

impl Counted {
    pub(super) fn new(ctx: &Ctx, account: &str, address: IpAddr) -> Self {
        Self { account: ctx.keys.sign_text("signin", account), address: address::network(address).to_string() }
    }

    /// As if all tries came from one address that nobody else has.
    pub(super) fn anywhere(ctx: &Ctx, account: &str) -> Self {
        let account = ctx.keys.sign_text("signin", account);
        Self { address: account.clone(), account }
    }
}

/// Failures of the last quarter of an hour, and seconds since the last one.
struct Recent {
    /// For this account from this address.
    both: i64,
    /// For this account from everywhere.
    account: i64,
    /// For all accounts from this address.
    address: i64,
    since_both: i64,
    since_address: i64,
}

impl Recent {
    /// Seconds to wait; 0: go ahead.
    fn wait(&self) -> i64 {
        let free = if self.account < ATTACK { FREE_HERE } else { FREE_UNDER_ATTACK };
        pause(self.both, free, self.since_both).max(pause(self.address, FREE_ADDRESS, self.since_address))
    }
}

/// Seconds to wait after `failures`, the last one `since` seconds ago.
fn pause(failures: i64, free: i64, since: i64) -> i64 {
    if failures < free {
        return 0;
    }
    let pause = 2_i64.saturating_pow(u32::try_from(failures - free + 1).unwrap_or(u32::MAX)).min(LONGEST_WAIT);
    (pause - since).max(0)
}

/// Counts a try, or answers 429 with the seconds to wait when there were too many failures.
pub(super) async fn begin(pool: &PgPool, counted: &Counted) -> Result<()> {
    let mut tx = crate::db::begin(pool).await?;
    // Tries for this account from here, one at a time.
    let key = format!("{} {}", counted.account, counted.address);
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended($1, 5))", key).execute(&mut *tx).await?;
    let seconds = recent(&mut tx, counted).await?.wait();
    if seconds > 0 {
        return Err(Error::too_many(seconds.unsigned_abs()));
    }
    sqlx::query!("insert into signin_failures (account, address) values ($1, $2)", counted.account, counted.address)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(())
}

async fn recent(conn: &mut PgConnection, counted: &Counted) -> Result<Recent> {
    sqlx::query_as!(
        Recent,
        r#"with recent as (
               select account = $1 as mine, address = $2 as here, extract(epoch from clock_timestamp() - failed_at) as since
               from signin_failures
               where (account = $1 or address = $2) and failed_at > now() - interval '15 minutes')
           select count(*) filter (where mine and here) as "both!", count(*) filter (where mine) as "account!",
                  count(*) filter (where here) as "address!",
                  coalesce(min(since) filter (where mine and here), 900)::bigint as "since_both!",
                  coalesce(min(since) filter (where here), 900)::bigint as "since_address!"
           from recent"#,
        counted.account,
        counted.address
    )
    .fetch_one(conn)
    .await
    .map_err(Error::from)
}

/// The owner got in: this account's failures from here no longer count.
pub(super) async fn forget(pool: &PgPool, counted: &Counted) -> Result<()> {
    sqlx::query!("delete from signin_failures where account = $1 and address = $2", counted.account, counted.address)
        .execute(pool)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_waits_longer_than_a_minute() {
        assert_eq!(pause(4, FREE_HERE, 0), 0);
        assert_eq!(pause(5, FREE_HERE, 0), 2);
        assert_eq!(pause(5, FREE_HERE, 3), 0);
        for failures in 0..500 {
            assert!((0..=LONGEST_WAIT).contains(&pause(failures, FREE_HERE, 0)));
        }
    }
}
