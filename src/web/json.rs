//! JSON bodies of the contract, with parse errors shaped by us: malformed JSON and wrong types are 400, a wrong type
//! names its field, a body over 1 MiB is 413.

use poem::{Request, RequestBody};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    payload::{ParsePayload, Payload},
    registry::{MetaMediaType, MetaRequest, MetaSchemaRef, Registry},
    types::Type,
};
use serde::de::DeserializeOwned;
use serde_json::json;

use super::checks::FieldErrors;
use crate::error::{Error, Result};

/// Largest JSON body.
const MOST_BYTES: usize = 1024 * 1024;

/// A JSON body as `T`: its schema comes from poem-openapi, its reading from serde.
pub struct JsonBody<T>(pub T);

impl<T: Type> Payload for JsonBody<T> {
    const CONTENT_TYPE: &'static str = "application/json";

    // Any content type is read as JSON: the contract's clients are lax, and the origin check has looked already.
    fn check_content_type(_: &str) -> bool {
        true
    }

    fn schema_ref() -> MetaSchemaRef {
        T::schema_ref()
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }
}

impl<T: Type + DeserializeOwned> ParsePayload for JsonBody<T> {
    const IS_REQUIRED: bool = true;

    async fn from_request(_: &Request, body: &mut RequestBody) -> poem::Result<Self> {
        let bytes = match body.take() {
            Ok(body) => body.into_bytes_limit(MOST_BYTES).await.map_err(|_| Error::too_large())?,
            Err(_) => Default::default(),
        };
        Ok(Self(parse(&bytes)?))
    }
}

impl<'a, T: Type + DeserializeOwned> ApiExtractor<'a> for JsonBody<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        <Self as Payload>::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        let content = vec![MetaMediaType { content_type: Self::CONTENT_TYPE, schema: Self::schema_ref() }];
        Some(MetaRequest { description: None, content, required: true })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        <Self as ParsePayload>::from_request(request, body).await
    }
}

/// The same where the contract says in its own words that a body cannot be read.
pub struct TriedJson<T>(pub Result<T>);

impl<'a, T: Type + DeserializeOwned> ApiExtractor<'a> for TriedJson<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        <JsonBody<T> as Payload>::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        <JsonBody<T> as ApiExtractor>::request_meta()
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        let read = <JsonBody<T> as ParsePayload>::from_request(request, body).await;
        Ok(Self(read.map(|body| body.0).map_err(|error| error.downcast().unwrap_or_else(Error::internal))))
    }
}

/// Reads the body; the error names the field of a wrong type.
fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    if holds_nul(bytes) {
        return Err(refused_whole("Le caractère nul (\\u0000) n’est pas accepté."));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        if error.inner().is_data() {
            wrong_type(&error.path().to_string(), &error.inner().to_string())
        } else {
            malformed()
        }
    })?;
    deserializer.end().map_err(|_| malformed())?;
    Ok(value)
}

fn malformed() -> Error {
    refused_whole("Le corps de la requête n’est pas du JSON valable.")
}

/// No keyboard types a NUL character and PostgreSQL stores none. In JSON it is `\u0000`, unless the backslash is itself
/// escaped.
fn holds_nul(json: &[u8]) -> bool {
    let escaped = |at: usize| json[..at].iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1;
    json.windows(6).enumerate().any(|(at, part)| part == b"\\u0000" && !escaped(at))
}

fn refused_whole(sentence: &'static str) -> Error {
    let details = json!({ "formErrors": [sentence], "fieldErrors": {} });
    Error::bad_request(sentence)
        .with_json(json!({ "success": false, "error": "Validation failed", "details": details }))
}

/// serde says "missing field `email` at line…" with the path of the parent: the field is the parent's child.
fn wrong_type(path: &str, message: &str) -> Error {
    let missing = message.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
    let path = if path == "." { "" } else { path };
    let (field, sentence) = match missing {
        Some(name) if path.is_empty() => (name.to_owned(), "Champ obligatoire"),
        Some(name) => (format!("{path}.{name}"), "Champ obligatoire"),
        None => (path.to_owned(), "Valeur d’un mauvais type ou inconnue"),
    };
    let mut errors = FieldErrors::default();
    errors.add(field, sentence);
    errors.refused()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize, Debug)]
    #[allow(dead_code)]
    struct Inner {
        email: String,
    }

    #[derive(Deserialize, Debug)]
    #[allow(dead_code)]
    struct Outer {
        inner: Inner,
        count: u32,
    }

    fn fields(body: &str) -> String {
        let error = parse::<Outer>(body.as_bytes()).expect_err("refused");
        error.json.expect("contract body")["details"]["fieldErrors"].to_string()
    }

    #[test]
    fn a_wrong_type_names_its_field() {
        assert!(fields(r#"{"inner":{"email":5},"count":1}"#).contains("inner.email"));
        assert!(fields(r#"{"inner":{},"count":1}"#).contains("inner.email"));
        assert!(fields(r#"{"inner":{"email":"x"},"count":"many"}"#).contains("count"));
        assert!(fields(r#"{"count":1}"#).contains("inner"));
    }

    #[test]
    fn a_nul_character_is_found_and_a_backslash_is_none() {
        for (text, found) in [
            (r#"{"a":"\u0000"}"#, true),
            (r#"{"a":"\\\u0000"}"#, true),
            (r#"{"a":"\\u0000"}"#, false),
            (r#"{"a":"\u00001"}"#, true),
            (r#"{"a":"u0000"}"#, false),
        ] {
            assert_eq!(holds_nul(text.as_bytes()), found, "{text}");
        }
    }

    #[test]
    fn malformed_json_is_a_400() {
        for body in [r#"{"inner":"#, "", "not json", r#"{"inner":{"email":"x"},"count":1} trailing"#] {
            assert_eq!(parse::<Outer>(body.as_bytes()).expect_err("refused").status, 400, "{body}");
        }
    }
}
