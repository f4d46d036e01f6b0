//! Checks of what people and programs send: each failed check ties a sentence to a field. One set of checks serves the
//! HTML form and the JSON body of the same thing.

use serde_json::{Value, json};

use crate::error::Error;

/// Sentences tied to fields, in the order of the checks; an empty field name means the whole form.
#[derive(Debug, Default, Clone)]
pub struct FieldErrors(Vec<(String, String)>);

impl FieldErrors {
    /// Whether everything is fine.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first sentence for a field.
    pub fn of(&self, name: &str) -> Option<&str> {
        self.fields().find_map(|(field, sentence)| (field == name).then_some(sentence))
    }

    /// All (field, sentence) pairs that concern one field.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .filter(|(field, _)| !field.is_empty())
            .map(|(field, sentence)| (field.as_str(), sentence.as_str()))
    }

    /// Sentences that concern the whole form.
    pub fn general(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter(|(field, _)| field.is_empty()).map(|(_, sentence)| sentence.as_str())
    }

    /// Adds a sentence.
    pub fn add(&mut self, field: impl Into<String>, sentence: impl Into<String>) {
        self.0.push((field.into(), sentence.into()));
    }

    /// The contract's `details`: `{formErrors: […], fieldErrors: {field: […]}}`.
    pub fn details(&self) -> Value {
        let mut fields = serde_json::Map::new();
        for (field, sentence) in self.fields() {
            let list = fields.entry(field).or_insert_with(|| json!([]));
            if let Value::Array(list) = list {
                list.push(json!(sentence));
            }
        }
        json!({ "formErrors": self.general().collect::<Vec<_>>(), "fieldErrors": fields })
    }

    /// The contract's 400 for a JSON body that was refused.
    pub fn refused(&self) -> Error {
        let body = json!({ "success": false, "error": "Validation failed", "details": self.details() });
        Error::bad_request("Certaines informations sont à corriger.").with_json(body)
    }
}

/// Collects errors while values are checked.
#[derive(Default)]
pub struct Checks {
    errors: FieldErrors,
}

impl Checks {
    /// Ties the sentence to the field unless the condition holds.
    pub fn check(&mut self, field: &str, holds: bool, sentence: &str) {
        if !holds {
            self.errors.add(field, sentence);
        }
    }

    /// Text of at least `min` characters after trimming, at most `max`.
    pub fn text(&mut self, field: &str, value: &str, min: usize, max: usize, too_short: &str) {
        let length = value.trim().chars().count();
        if length < min {
            self.errors.add(field, too_short);
        } else if length > max {
            self.errors.add(field, format!("Trop long : {max} caractères au plus"));
        }
    }

    /// Text that may be missing; if given, of at most `max` characters.
    pub fn optional(&mut self, field: &str, value: Option<&str>, max: usize) {
        self.text(field, value.unwrap_or_default(), 0, max, "");
    }

    /// An e-mail address that mail can be sent to.
    pub fn email(&mut self, field: &str, value: &str) {
        self.check(field, is_email(value.trim()), "Email invalide");
    }

    /// One of the known values.
    pub fn one_of(&mut self, field: &str, value: &str, known: &[(&str, &str)], sentence: &str) {
        self.check(field, known.iter().any(|(key, _)| *key == value), sentence);
    }

    /// What was wrong.
    pub fn finish(self) -> FieldErrors {
        self.errors
    }
}

/// Whether mail can be addressed to it: as lettre parses it, with a dot in the domain, at most 254 bytes.
pub fn is_email(value: &str) -> bool {
    value.len() <= 254
        && value
            .parse::<lettre::Address>()
            .is_ok_and(|address| address.domain().contains('.') && !address.domain().ends_with('.'))
}

/// Text of a form: trimmed, an empty one counts as none.
pub fn given(value: Option<&str>) -> Option<&str> {
    value.map(str::trim).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_without_a_domain_is_refused() {
        for bad in ["not an address", "a@b", "@x.org", "a@", "a b@x.org", ""] {
            assert!(!is_email(bad), "{bad}");
        }
        assert!(is_email("mixed@example.org") && is_email("prenom.nom+lycee@exemple.com.tn"));
    }

    #[test]
    fn every_error_names_its_field() {
        let mut checks = Checks::default();
        checks.email("studentData.email", "x");
        checks.text("studentData.name", "Y", 2, 80, "Nom trop court");
        let details = checks.finish().details();
        assert_eq!(details["fieldErrors"]["studentData.email"][0], "Email invalide");
        assert_eq!(details["fieldErrors"]["studentData.name"][0], "Nom trop court");
    }
}
