//! "Mon compte": what a person sees and changes of their own account.
//!
//! Always true: the password is asked again before what would let a stranger at an open computer take the account over
//! (password, e-mail, second factor); a new e-mail counts once its owner confirmed it.

mod change_email;
mod change_password;
pub mod children;
mod pages;
mod store;
mod views;

pub use change_email::{
    ask as ask_email, confirm as confirm_email, show as show_email, show_confirmation as show_email_confirmation,
};
pub use change_password::{create as create_password, show as show_password};
pub use pages::{end_others, end_session, set_phone, set_reading, show};

use crate::{
    accounts::account::{self, Account},
    ctx::Ctx,
    error::{Error, Result},
    web::Visitor,
};

/// The account of the person who is signed in.
async fn me(ctx: &Ctx, visitor: &Visitor) -> Result<Account> {
    account::find(&ctx.pool, visitor.signed_in()?.id).await?.ok_or_else(Error::sign_in)
}
