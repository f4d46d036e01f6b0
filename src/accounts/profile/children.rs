//! A guardian helps a child who has no e-mail: the link for the password comes to the guardian's own address.

use poem::{
    handler,
    web::{Data, Path},
};
use uuid::Uuid;

use crate::{
    accounts::{
        account::{self, Recipient},
        activation::{self, Sent},
    },
    ctx::Ctx,
    error::{Error, Result},
    web::{Redirect, Role, Visitor},
};

/// `POST /compte/enfants/:id/lien`.
#[handler]
pub async fn send_link(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Path(child): Path<String>) -> Result<Redirect> {
    let person = visitor.in_role(&[Role::Parent])?;
    let child: Uuid = child.parse().map_err(|_| Error::not_found())?;
    let mut tx = crate::db::begin(&ctx.pool).await?;
    let child = account::find_child(&mut tx, person.id, child).await?;
    let child = child.filter(|child| child.email.is_none() || !child.activated).ok_or_else(Error::not_found)?;
    let email = person.email.clone().ok_or_else(Error::not_found)?;
    let guardian = Recipient { id: person.id, name: person.full_name(), email };
    let sent = activation::send_to_guardian(&mut tx, &ctx, &guardian, child.id).await?;
    tx.commit().await?;
    match sent {
        Sent::ToGuardians(_) | Sent::ToOwner => Ok(Redirect::to("/compte?fait=lien")),
        refused => Err(Error::conflict(refused.sentence())),
    }
}
