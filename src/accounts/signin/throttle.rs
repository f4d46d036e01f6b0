//! Failed sign-ins are counted in the database, by account and by address, for a quarter of an hour. The account name
//! is stored only as a keyed hash: people type passwords into the wrong field.

use std::net::IpAddr;

use sqlx::PgPool;

use crate::{
    ctx::Ctx,
    error::{Error, Result},
};

/// Failures for one account from one address before each further try must wait.
const FREE_HERE: i64 = 5;
/// Failures for one account from everywhere: far higher, so that others cannot make the owner wait.
const FREE_ANYWHERE: i64 = 50;
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
        Self { account: ctx.keys.sign_text("signin", account), address: address.to_string() }
    }
}

/// Seconds to wait after `failures`, the last one `since` seconds ago; 0: go ahead.
fn wait(failures: i64, free: i64, since: i64) -> i64 {
    if failures < free {
        return 0;
    }
    let pause = 2_i64.saturating_pow(u32::try_from(failures - free + 1).unwrap_or(u32::MAX)).min(LONGEST_WAIT);
    (pause - since).max(0)
}

/// 429 with the seconds to wait, when there were too many failures.
pub(super) async fn check(pool: &PgPool, counted: &Counted) -> Result<()> {
    let row = sqlx::query!(
        r#"with recent as (
               select account = $1 as mine, address = $2 as here, failed_at from signin_failures
               where (account = $1 or address = $2) and failed_at > now() - interval '15 minutes')
           select count(*) filter (where mine and here) as "both!", count(*) filter (where mine) as "account!",
                  count(*) filter (where here) as "address!",
                  coalesce(extract(epoch from now() - max(failed_at)), 900)::bigint as "since!"
           from recent"#,
        counted.account,
        counted.address
    )
    .fetch_one(pool)
    .await?;
    let seconds = [
        wait(row.both, FREE_HERE, row.since),
        wait(row.account, FREE_ANYWHERE, row.since),
        wait(row.address, FREE_ADDRESS, row.since),
    ]
    .into_iter()
    .max()
    .unwrap_or(0);
    if seconds > 0 { Err(Error::too_many(seconds.unsigned_abs())) } else { Ok(()) }
}

/// Counts a failure.
pub(super) async fn count(pool: &PgPool, counted: &Counted) -> Result<()> {
    sqlx::query!("insert into signin_failures (account, address) values ($1, $2)", counted.account, counted.address)
        .execute(pool)
        .await?;
    Ok(())
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
        assert_eq!(wait(4, FREE_HERE, 0), 0);
        assert_eq!(wait(5, FREE_HERE, 0), 2);
        assert_eq!(wait(5, FREE_HERE, 3), 0);
        for failures in 0..500 {
            assert!((0..=LONGEST_WAIT).contains(&wait(failures, FREE_HERE, 0)));
        }
    }
}
