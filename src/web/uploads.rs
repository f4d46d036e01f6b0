//! A file and the fields beside it, sent as a form (`multipart/form-data`), read whole within a limit.

use poem::{Body, FromRequest as _, Request, RequestBody, web::Multipart};

use crate::error::{Error, Result};

/// What a form sends beside its file may be this large.
const FIELDS: usize = 16 * 1024;

/// One uploaded file.
pub struct Upload {
    /// Name of the file, as the browser says it, shortened.
    pub name: String,
    /// Content.
    pub bytes: Vec<u8>,
}

/// Reads the file of a form; a handler asks for it once it knows who is asking.
pub async fn read<const MOST: usize>(req: &Request, sent: Body) -> Result<Upload> {
    let unreadable = || Error::bad_request("Le fichier n’a pas pu être lu. Rechargez la page et recommencez.");
    let bytes = sent.into_bytes_limit(MOST + FIELDS).await.map_err(|_| Error::too_large())?;
    let mut whole = RequestBody::new(Body::from_bytes(bytes));
    let mut parts = Multipart::from_request(req, &mut whole).await.map_err(|_| unreadable())?;
    while let Some(part) = parts.next_field().await.map_err(|_| unreadable())? {
        if let Some(name) = part.file_name() {
            let name = name.chars().filter(|sign| !sign.is_control()).take(100).collect();
            let bytes = part.bytes().await.map_err(|_| unreadable())?;
            return if bytes.len() > MOST { Err(Error::too_large()) } else { Ok(Upload { name, bytes }) };
        }
    }
    Err(unreadable())
}
