//! Samples: a question of the runner and the review before sending.

use maud::{Markup, html};

use crate::ui::{icons, math};

const DOMAINS: [(&str, u32, u32); 5] =
    [("Analyse", 12, 12), ("Combinatoire", 3, 6), ("Géométrie", 0, 10), ("Log & Exp", 0, 10), ("Probabilités", 0, 12)];

fn head(state: (&str, &str)) -> Markup {
    html! {
        header class="runner-head" {
            div class="runner-bar" {
                p class="runner-title" { "Mathématiques" }
                p class="save-state" data-state=(state.0) data-saving="enregistrement…" data-saved="enregistré" data-failed="non enregistré : nouvel essai…" data-refused="non enregistré" { (state.1) }
                time class="countdown" role="timer" data-deadline="1800003254000" data-now="1800000000000" {
                    (icons::clock()) span class="visually-hidden" { "Temps restant : " } b { "54:14" }
                }
            }
            ol class="domains" aria-label="Progression par domaine" {
                @for (name, done, all) in DOMAINS {
                    li aria-current=[(name == "Combinatoire").then_some("step")] {
                        span class="name" { (name) }
                        progress value=(done) max=(all) aria-label={ (name) " : " (done) " réponses sur " (all) } {}
                    }
                }
            }
        }
    }
}

pub fn question(number: u32) -> Markup {
    let options = [
        r"$\displaystyle\int_0^{+\infty} \mathrm{e}^{-x}\,\mathrm{d}x = 1$",
        r"$\lim_{n \to +\infty} \left(1 + \dfrac{1}{n}\right)^{n} = \mathrm{e}$",
        r"Ce nombre n’existe pas, car la fonction $x \mapsto \dfrac{\ln x}{x}$ n’est pas définie en $0$",
        r"$\dbinom{7}{3} + \dbinom{7}{4} + \dbinom{8}{5} + \dbinom{9}{6} + \dbinom{10}{7} + \dbinom{11}{8} = \dbinom{12}{9}$",
    ];
    html! {
        (head(("idle", "")))
        form class="question" id="question" method="post" action="/next" hx-post="/save" hx-trigger="change" hx-swap="none" hx-sync="this:queue last" data-save data-shortcuts {
            h1 tabindex="-1" autofocus { "Question " (number) " " span { "sur 50 · Combinatoire" } }
            div class="prompt" {
                p { (math::text(r"Une classe compte 12 élèves. On veut former un comité de trois personnes, sans ordre et sans répétition. En utilisant que $\dbinom{n}{k} = \dfrac{n!}{k!\,(n-k)!}$, laquelle de ces affirmations est vraie ?")) }
                p { (math::text(r"$$\sum_{k=0}^{n} \binom{n}{k}\, x^{k}\, y^{n-k} = (x+y)^{n}$$")) }
            }
            fieldset class="options" {
                legend class="visually-hidden" { "Ta réponse" }
                @for (letter, option) in ["A", "B", "C", "D"].iter().zip(options) {
                    label { input type="radio" name="answer" value={ "v" (letter) } checked[*letter == "B" && number == 8]; kbd { (letter) } span { (math::text(option)) } }
                }
                label class="nsp" { input type="radio" name="answer" value="__NSP__"; kbd { "N" } span { "Je ne sais pas" } }
            }
            p class="shortcuts" {
                label { input type="checkbox" data-shortcuts-toggle checked; span { "Raccourcis du clavier : " kbd { "A" } " à " kbd { "D" } ", " kbd { "N" } ", " kbd { "Entrée" } } }
            }
            p class="actions" {
                a class="button quiet" href="/question.html" aria-label="Question précédente" { (icons::back()) span class="wide-only" { "Précédente" } }
                button class="button" type="submit" data-next hx-post="/next" hx-target="#main" hx-select="#main" hx-swap="outerHTML" hx-push-url="true" hx-sync="closest form:queue last" { "Suivante" (icons::arrow()) }
            }
        }
        form id="time-up" method="post" action="/time-up" hidden {}
    }
}

/// A question whose text and options are code.
pub fn question_of_code() -> Markup {
    let text = "La fonction suivante reçoit une liste `t` et un dictionnaire, et devrait renvoyer une moyenne.\n\n```python\ndef moyenne(t, coefficients):\n    total = 0\n    for i in range(len(t)):\n        total = total + t[i] * coefficients[i]  # le coefficient de la note\n\n    return total / sum(coefficients)\n```\n\nQuelle instruction manque-t-il ?";
    let options = [
        "```python\ndef aire(self):\n    return self.cote ** 2\n```",
        "```sql\nSELECT nom FROM eleve WHERE ville = 'Sfax' AND moyenne > 14;\n```",
        "`{0: [1, 2, 3], 1: [0, 2], 2: [0, 1, 3], 3: [0, 2]}`",
        "Rien : la fonction `moyenne` convient.",
    ];
    html! {
        (head(("idle", "")))
        form class="question" id="question" method="post" action="/next" data-save data-shortcuts {
            h1 tabindex="-1" { "Question 3 " span { "sur 36 · Programmation" } }
            div class="prompt" { (math::paragraphs(text)) }
            fieldset class="options" {
                legend class="visually-hidden" { "Ta réponse" }
                @for (letter, option) in ["A", "B", "C", "D"].iter().zip(options) {
                    label { input type="radio" name="answer" value={ "v" (letter) } checked[*letter == "B"]; kbd { (letter) } span { (math::text(option)) } }
                }
            }
        }
    }
}

pub fn review() -> Markup {
    html! {
        (head(("saved", "enregistré")))
        section class="question" {
            p class="eyebrow" { "Dernière étape" }
            h1 class="title" { "Relire avant d’envoyer" }
            p class="notice warm" { (icons::alert()) span { "Deux questions sont sans réponse : elles compteront comme « je ne sais pas »." } }
            @for (name, first, last) in [("Analyse", 1, 12), ("Combinatoire", 13, 18)] {
                h2 class="h3" { (name) }
                ol class="review" { @for number in first..=last { li { (entry(number)) } } }
            }
            p class="actions" {
                a class="button quiet" href="/question.html" aria-label="Revenir aux questions" { (icons::back()) span class="wide-only" { "Revenir" } }
                button class="button" type="submit" { "Envoyer mes réponses" }
            }
        }
    }
}

fn entry(number: u32) -> Markup {
    let (class, icon, word) = match number {
        4 | 15 => ("blank", icons::blank(), "sans réponse"),
        7 | 11 | 16 => ("nsp", icons::unknown(), "je ne sais pas"),
        _ => ("answered", icons::check(), "répondu"),
    };
    html! { a class=(class) href="/question.html" { (icon) span { b { "Question " (number) } (word) } } }
}
