//! Reads urlencoded forms; what cannot be read at all is a 400, what is too large a 413.

use poem::{FromRequest, Request, RequestBody};
use serde::de::DeserializeOwned;

use crate::error::{Error, Result};

/// Largest form: long texts of the bilan form fit ten times.
const MOST_BYTES: usize = 64 * 1024;

/// A form's fields as `T`; fields that repeat become a `Vec`.
pub struct Form<T>(pub T);

impl<'a, T: DeserializeOwned> FromRequest<'a> for Form<T> {
    async fn from_request(_: &'a Request, body: &mut RequestBody) -> poem::Result<Self> {
        Ok(Self(read(body).await?))
    }
}

async fn read<T: DeserializeOwned>(body: &mut RequestBody) -> Result<T> {
    let unreadable = || Error::bad_request("Le formulaire n’a pas pu être lu. Rechargez la page et recommencez.");
    let body = body.take().map_err(|_| unreadable())?;
    let bytes = body.into_bytes_limit(MOST_BYTES).await.map_err(|_| Error::too_large())?;
    serde_html_form::from_bytes(&bytes).map_err(|_| unreadable())
}
