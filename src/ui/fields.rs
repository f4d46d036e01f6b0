//! Form fields: label, control, hint and error tied together (`aria-describedby`, `aria-invalid`), and the summary of
//! errors at the head of a refused form.

use maud::{Markup, html};

use super::icons;
use crate::web::FieldErrors;

/// One field of a form.
#[derive(Clone, Copy, Default)]
pub struct Field<'a> {
    /// Name in the form; also the id.
    pub name: &'a str,
    /// Visible label.
    pub label: &'a str,
    /// What was typed before.
    pub value: &'a str,
    /// `type` of the input; text when empty.
    pub kind: &'a str,
    /// `autocomplete` token; nothing when empty.
    pub autocomplete: &'a str,
    /// A sentence of help under the label.
    pub hint: &'a str,
    /// Whether the form is refused without it.
    pub required: bool,
    /// Most characters; 0: no limit shown to the browser.
    pub max: usize,
}

impl Field<'_> {
    fn described_by(&self, error: Option<&str>) -> Option<String> {
        let hint = (!self.hint.is_empty()).then(|| format!("{}-hint", self.name));
        let error = error.map(|_| format!("{}-error", self.name));
        let ids: Vec<String> = hint.into_iter().chain(error).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    fn frame(&self, errors: &FieldErrors, control: impl FnOnce(Option<&str>) -> Markup) -> Markup {
        let error = errors.of(self.name);
        html! {
            div class="field" {
                label for=(self.name) { (self.label) @if !self.required { span class="optional" { " (facultatif)" } } }
                @if !self.hint.is_empty() { p class="hint" id={ (self.name) "-hint" } { (self.hint) } }
                (control(error))
                @if let Some(error) = error { (wrong(self.name, error)) }
            }
        }
    }

    /// A line of text.
    pub fn input(self, errors: &FieldErrors) -> Markup {
        let kind = if self.kind.is_empty() { "text" } else { self.kind };
        self.frame(errors, |error| {
            html! {
                input id=(self.name) name=(self.name) type=(kind) value=[(kind != "password").then_some(self.value)]
                    autocomplete=[some(self.autocomplete)] required[self.required] maxlength=[(self.max > 0).then_some(self.max)]
                    aria-invalid=[error.map(|_| "true")] aria-describedby=[self.described_by(error)];
            }
        })
    }

    /// Several lines.
    pub fn textarea(self, errors: &FieldErrors) -> Markup {
        self.frame(errors, |error| {
            html! {
                textarea id=(self.name) name=(self.name) rows=(self.value.lines().count().clamp(3, 12)) required[self.required]
                    maxlength=[(self.max > 0).then_some(self.max)] aria-invalid=[error.map(|_| "true")]
                    aria-describedby=[self.described_by(error)] { (self.value) }
            }
        })
    }

    /// One choice of a list of (value, label).
    pub fn select(self, errors: &FieldErrors, options: &[(&str, &str)]) -> Markup {
        self.frame(errors, |error| {
            html! {
                select id=(self.name) name=(self.name) required[self.required] aria-invalid=[error.map(|_| "true")]
                    aria-describedby=[self.described_by(error)] {
                    option value="" { "Choisir…" }
                    @for (value, label) in options { option value=(value) selected[*value == self.value] { (label) } }
                }
            }
        })
    }
}

/// Several choices as boxes to tick.
pub fn checkboxes(
    name: &str,
    legend: &str,
    options: &[(&str, &str)],
    chosen: &[String],
    errors: &FieldErrors,
) -> Markup {
    let error = errors.of(name);
    html! {
        fieldset class="field boxes" id=(name) tabindex="-1" aria-describedby=[error.map(|_| format!("{name}-error"))] {
            legend { (legend) }
            @if let Some(error) = error { (wrong(name, error)) }
            div class="choices" {
                @for (value, label) in options {
                    label class="box" { input type="checkbox" name=(name) value=(value) checked[chosen.iter().any(|one| one == value)]; span { (label) } }
                }
            }
        }
    }
}

/// One box to tick, with its sentence.
pub fn agree(name: &str, sentence: Markup, checked: bool, errors: &FieldErrors) -> Markup {
    let error = errors.of(name);
    html! {
        div class="field" {
            label class="box" {
                input type="checkbox" id=(name) name=(name) value="true" checked[checked] aria-invalid=[error.map(|_| "true")]
                    aria-describedby=[error.map(|_| format!("{name}-error"))];
                span { (sentence) }
            }
            @if let Some(error) = error { (wrong(name, error)) }
        }
    }
}

/// The summary at the head of a refused form: each error leads to its field.
pub fn summary(errors: &FieldErrors) -> Markup {
    html! {
        @if !errors.is_empty() {
            div class="summary" role="alert" tabindex="-1" autofocus {
                h2 { "À corriger" }
                @for sentence in errors.general() { p { (sentence) } }
                ul { @for (name, sentence) in errors.fields() { li { a href={ "#" (name) } { (sentence) } } } }
            }
        }
    }
}

/// What is wrong with a field, under its label or control.
fn wrong(name: &str, error: &str) -> Markup {
    html! { p class="error" id={ (name) "-error" } { (icons::alert()) span { (error) } } }
}

fn some(value: &str) -> Option<&str> {
    (!value.is_empty()).then_some(value)
}
