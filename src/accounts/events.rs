//! What happens to accounts and other rooms act upon later: jobs that they run, so that this room need not know them.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Says that an account was activated, by whoever reads its mail: what was made before it existed finds its owner
/// ([`crate::learning`] runs this job). Enqueued in the transaction of the activation.
#[derive(Debug, Serialize, Deserialize)]
pub struct AccountActivated {
    /// Key in `users`.
    pub user_id: Uuid,
}
