//! The two fields of a new password with their hint, and the hint while it is typed.

use maud::{Markup, html};
use poem::{handler, web::Data};
use serde::Deserialize;

use super::MOST_CHARACTERS;
use crate::{
    accounts::{
        account::{self, Account},
        links::{self, Purpose},
        passwords::rule::{self, FEWEST_CHARACTERS, Own},
    },
    ctx::Ctx,
    error::Result,
    ui::fields::Field,
    web::{FieldErrors, Form, Fragment, Visitor},
};

/// Where the hint comes from.
pub const HINT: &str = "/auth/password-hint";

/// Password and repetition. With JavaScript the hint below says how the password looks while it is typed; without, the
/// answer to the form does.
pub fn new_password(label: &str, account: &Account, errors: &FieldErrors) -> Markup {
    let field = |name, label, advice| Field {
        name,
        label,
        hint: advice,
        kind: "password",
        autocomplete: "new-password",
        required: true,
        max: MOST_CHARACTERS,
        ..Field::default()
    };
    html! {
        input type="hidden" name="username" autocomplete="username" value=(account.sign_in_name());
        div hx-post=(HINT) hx-trigger="input delay:400ms" hx-include="closest form" hx-target="#password-strength" hx-swap="outerHTML" hx-sync="this:replace" {
            (field("password", label,
                "Au moins 10\u{a0}caractères. Le plus simple\u{a0}: quatre mots sans rapport, comme un petit film dans la tête.").input(errors))
        }
        (strength(None))
        (field("again", "Le même mot de passe, encore une fois", "").input(errors))
    }
}

/// The hint `#password-strength`.
fn strength(says: Option<(&'static str, String)>) -> Markup {
    html! {
        p id="password-strength" class={ "hint " (says.as_ref().map_or("", |(class, _)| class)) } role="status" {
            @if let Some((_, sentence)) = says { (sentence) }
        }
    }
}

/// What was typed so far.
#[derive(Deserialize)]
pub struct Typed {
    #[serde(default)]
    token: String,
    #[serde(default)]
    password: String,
}

/// `POST /auth/password-hint`: how the password looks, for the person who is signed in or whom the link is for.
#[handler]
pub async fn hint(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Form(typed): Form<Typed>) -> Result<Fragment> {
    let own = match whose(&ctx, &visitor, &typed.token).await? {
        Some(account) => account.own_data(),
        None => Own::new([]),
    };
    let length = typed.password.chars().count();
    Ok(Fragment(strength(match length {
        0 => None,
        short if short < FEWEST_CHARACTERS => {
            let left = FEWEST_CHARACTERS - short;
            Some(("", format!("Encore {left}\u{a0}caractère{} au moins.", if left > 1 { "s" } else { "" })))
        }
        _ => Some(match rule::check(&typed.password, &own) {
            Ok(strength) => ("good", strength.sentence().to_owned()),
            Err(weakness) => ("bad", weakness.sentence().to_owned()),
        }),
    })))
}

async fn whose(ctx: &Ctx, visitor: &Visitor, token: &str) -> Result<Option<Account>> {
    let mut user = visitor.person.as_ref().map(|person| person.id);
    for purpose in [Purpose::Activation, Purpose::Reset] {
        if let Some(target) = links::find(&ctx.pool, token, purpose).await? {
            user = Some(target.user_id);
        }
    }
    match user {
        Some(user) => account::find(&ctx.pool, user).await,
        None => Ok(None),
    }
}
