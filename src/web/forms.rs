//! Reads urlencoded forms; what cannot be read at all is a 400, what is too large a 413.

use poem::{FromRequest, Request, RequestBody};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaMediaType, MetaRequest, Registry},
    types::Type,
};
use serde::de::DeserializeOwned;

use crate::error::{Error, Result};

/// Largest form: long texts of the bilan form fit ten times.
pub(super) const MOST_BYTES: usize = 64 * 1024;

/// A form's fields as `T`; fields that repeat become a `Vec`.
pub struct Form<T>(pub T);

impl<'a, T: DeserializeOwned> FromRequest<'a> for Form<T> {
    async fn from_request(_: &'a Request, body: &mut RequestBody) -> poem::Result<Self> {
        Ok(Self(read(body).await?))
    }
}

/// [`Form`] as a body of the JSON contract: it appears in the OpenAPI document.
pub struct FormBody<T>(pub T);

impl<'a, T: Type + DeserializeOwned> ApiExtractor<'a> for FormBody<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        let content =
            vec![MetaMediaType { content_type: "application/x-www-form-urlencoded", schema: T::schema_ref() }];
        Some(MetaRequest { description: None, content, required: true })
    }

    async fn from_request(_: &'a Request, body: &mut RequestBody, _: ExtractParamOptions<()>) -> poem::Result<Self> {
        Ok(Self(read(body).await?))
    }
}

async fn read<T: DeserializeOwned>(body: &mut RequestBody) -> Result<T> {
    let unreadable = || Error::bad_request("Le formulaire n’a pas pu être lu. Rechargez la page et recommencez.");
    let body = body.take().map_err(|_| unreadable())?;
    let bytes = body.into_bytes_limit(MOST_BYTES).await.map_err(|_| Error::too_large())?;
    if holds_nul(&bytes) {
        return Err(unreadable());
    }
    serde_html_form::from_bytes(&bytes).map_err(|_| unreadable())
}

/// No keyboard types a NUL character and PostgreSQL stores none.
fn holds_nul(form: &[u8]) -> bool {
    form.contains(&0) || form.windows(3).any(|part| part == b"%00")
}
