//! A file and the fields beside it, sent as a form (`multipart/form-data`): read whole within a limit ([`read`]), or
//! poured out piece by piece ([`stream`]).

use std::collections::BTreeMap;

use poem::{
    Body, FromRequest as _, Request, RequestBody,
    http::header,
    web::{Field, Multipart},
};
use tokio::io::AsyncReadExt as _;

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

/// Where a large file goes, piece by piece.
pub trait Pour: Send {
    /// Takes the next piece.
    fn pour(&mut self, bytes: &[u8]) -> impl Future<Output = anyhow::Result<()>> + Send;
}

/// What a form said beside its file.
#[derive(Debug, Default)]
pub struct Sent {
    /// Name of the file, shortened and without its folders; none when there was no file.
    pub file_name: Option<String>,
    /// Text fields; the last of a name counts.
    pub fields: BTreeMap<String, String>,
}

/// Pours the first file of a form out, at most `most` bytes of it, and reads the text fields. 413 for a larger one.
pub async fn stream(req: &Request, sent: Body, most: u64, file: &mut impl Pour) -> Result<Sent> {
    let length = req.header(header::CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
    if length.is_some_and(|length| length > most + FIELDS as u64) {
        return Err(Error::too_large());
    }
    let mut form = Sent::default();
    let mut whole = RequestBody::new(sent);
    let mut parts = Multipart::from_request(req, &mut whole).await.map_err(|_| unreadable())?;
    let mut left = FIELDS as u64;
    while let Some(part) = parts.next_field().await.map_err(|_| unreadable())? {
        match (part.file_name(), part.name().map(ToOwned::to_owned)) {
            (Some(name), _) if form.file_name.is_none() => {
                form.file_name = Some(base_name(name));
                pour(part, most, file).await?;
            }
            (None, Some(name)) => {
                let mut text = Vec::new();
                part.into_async_read().take(left + 1).read_to_end(&mut text).await.map_err(|_| unreadable())?;
                left = left.checked_sub(text.len() as u64).ok_or_else(Error::too_large)?;
                let text = String::from_utf8(text).ok().filter(|text| !text.contains('\0')).ok_or_else(unreadable)?;
                form.fields.insert(name, text);
            }
            // A second file.
            _ => return Err(unreadable()),
        }
    }
    Ok(form)
}

async fn pour(part: Field, most: u64, file: &mut impl Pour) -> Result<()> {
    let mut bytes = part.into_async_read();
    let mut buffer = vec![0; 64 * 1024];
    let mut size = 0;
    loop {
        let read = bytes.read(&mut buffer).await.map_err(|_| unreadable())?;
        if read == 0 {
            return Ok(());
        }
        size += read as u64;
        if size > most {
            return Err(Error::too_large());
        }
        file.pour(&buffer[..read]).await?;
    }
}

fn base_name(name: &str) -> String {
    let base = name.rsplit(['/', '\\']).next().unwrap_or(name);
    base.chars().filter(|sign| !sign.is_control()).take(100).collect()
}

fn unreadable() -> Error {
    Error::bad_request("Le fichier n’a pas pu être lu. Rechargez la page et recommencez.")
}

/// Reads the file of a form; a handler asks for it once it knows who is asking.
pub async fn read<const MOST: usize>(req: &Request, sent: Body) -> Result<Upload> {
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
