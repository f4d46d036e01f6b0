//! What a sound bank is: the faults that parsing lets through, found when the tests run.

use std::collections::BTreeSet;

use pulldown_latex::{Parser, RenderConfig, Storage, push_mathml};

use super::{Bank, OPTION_KEYS, Question};

/// Everything that is wrong with a bank, one sentence a fault; empty when it is sound.
pub(crate) fn problems(bank: &Bank) -> Vec<String> {
    let mut found = Vec::new();
    repeated(bank.questions.iter().map(|it| &it.id), "question id", &mut found);
    repeated(bank.domains.iter().map(|it| &it.key), "domain", &mut found);
    repeated(bank.editions.iter().map(|it| &it.id), "edition", &mut found);
    repeated(bank.skills.iter().map(|it| &it.tag), "skill", &mut found);
    skill_problems(bank, &mut found);
    for question in &bank.questions {
        let mut faults = Vec::new();
        structure_problems(question, &mut faults);
        text_problems(question, &mut faults);
        found.extend(faults.into_iter().map(|fault| format!("{}: {fault}", question.id)));
    }
    found
}

fn repeated<'a>(keys: impl Iterator<Item = &'a String>, what: &str, found: &mut Vec<String>) {
    let mut seen = BTreeSet::new();
    found.extend(keys.filter(|key| !seen.insert(*key)).map(|key| format!("{what} {key} is there twice")));
}

fn skill_problems(bank: &Bank, found: &mut Vec<String>) {
    for skill in &bank.skills {
        let tag = &skill.tag;
        let ascii = tag.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'_');
        if !ascii || tag.is_empty() || tag.len() > 40 {
            found.push(format!("skill {tag}: not a snake_case tag of at most 40 characters"));
        }
        if skill.label.trim().is_empty() || skill.label.chars().count() > 60 {
            found.push(format!("skill {tag}: its label is empty or longer than 60 characters"));
        }
        if !bank.questions.iter().any(|it| it.skills.contains(tag)) {
            found.push(format!("skill {tag}: no question uses it"));
        }
    }
    for question in &bank.questions {
        let declared = |tag: &String| bank.skills.iter().any(|it| it.tag == *tag && it.domain == question.domain);
        found.extend(
            question
                .skills
                .iter()
                .filter(|tag| !declared(tag))
                .map(|tag| format!("{}: skill {tag} unknown", question.id)),
        );
    }
}

fn structure_problems(question: &Question, faults: &mut Vec<String>) {
    if !(1..=3).contains(&question.weight) {
        faults.push(format!("weight {}", question.weight));
    }
    if !(1..=2).contains(&question.skills.len()) {
        faults.push(format!("{} skills", question.skills.len()));
    }
    repeated(question.skills.iter(), "skill", faults);
    for (index, why) in question.why.iter().enumerate() {
        if why.is_some() == (index == question.key) {
            faults.push(format!("why of option {}: for each wrong option and for no other", OPTION_KEYS[index]));
        }
    }
    let values = question.options.each_ref().map(|text| normalised(text));
    for later in 1..values.len() {
        for earlier in 0..later {
            if values[earlier] == values[later] {
                faults.push(format!("options {} and {} are equal", OPTION_KEYS[earlier], OPTION_KEYS[later]));
            }
        }
    }
}

fn text_problems(question: &Question, faults: &mut Vec<String>) {
    let names = ["competence", "topic", "text", "explanation"].into_iter();
    let fixed = [&question.competence, &question.topic, &question.text, &question.explanation];
    let options = OPTION_KEYS.into_iter().zip(&question.options);
    let optional = [("hint", &question.hint)].into_iter().chain(OPTION_KEYS.into_iter().zip(&question.why));
    let all = names.zip(fixed).chain(options).chain(optional.filter_map(|(name, it)| Some((name, it.as_ref()?))));
    for (name, text) in all {
        if text.trim().is_empty() {
            faults.push(format!("{name} is empty"));
        }
        if let Err(fault) = check_text(text) {
            faults.push(format!("{name}: {fault}"));
        }
    }
}

/// A piece of a text: prose, or LaTeX between one or two dollars.
#[derive(Debug, PartialEq)]
enum Piece<'a> {
    Prose(&'a str),
    Maths(&'a str),
}

/// Cuts a text at its dollars; fails if one is left alone or encloses nothing.
fn pieces(text: &str) -> Result<Vec<Piece<'_>>, String> {
    let (mut found, mut rest) = (Vec::new(), text);
    while let Some(start) = rest.find('$') {
        found.push(Piece::Prose(&rest[..start]));
        let mark = if rest[start..].starts_with("$$") { "$$" } else { "$" };
        let inside = &rest[start + mark.len()..];
        let end = inside.find(mark).ok_or_else(|| format!("a dollar is not closed: {}", &rest[start..]))?;
        if inside[..end].trim().is_empty() || inside[..end].contains('$') {
            return Err(format!("dollars do not match: {}", &rest[start..]));
        }
        found.push(Piece::Maths(&inside[..end]));
        rest = &inside[end + mark.len()..];
    }
    found.push(Piece::Prose(rest));
    Ok(found)
}

/// Code is closed, every formula outside of it renders, and none stands outside of dollars.
fn check_text(text: &str) -> Result<(), String> {
    for prose in without_code(text)? {
        check_maths(prose)?;
    }
    Ok(())
}

fn check_maths(prose: &str) -> Result<(), String> {
    for piece in pieces(prose)? {
        match piece {
            Piece::Maths(latex) if !renders(latex) => return Err(format!("does not render: {latex}")),
            Piece::Prose(prose) if prose.contains(['\\', '^', '_']) => {
                return Err(format!("a formula outside of dollars: {prose}"));
            }
            _ => {}
        }
    }
    Ok(())
}

fn renders(latex: &str) -> bool {
    let storage = Storage::new();
    let mut out = String::new();
    let written = push_mathml(&mut out, Parser::new(latex, &storage), RenderConfig::default());
    written.is_ok() && !out.contains("<merror")
}

const FENCE: &str = "```";

/// Languages that a block of code may name; `text` is for tables and drawings in characters.
const LANGUAGES: [&str; 3] = ["python", "sql", "text"];

/// What stands outside of code; fails if code is not closed, or is not written as the pages expect it.
fn without_code(text: &str) -> Result<Vec<&str>, String> {
    let (mut found, mut rest) = (Vec::new(), text);
    while let Some(start) = rest.find('`') {
        let (before, opened) = rest.split_at(start);
        let mark = if opened.starts_with(FENCE) { FENCE } else { "`" };
        let closed = opened[mark.len()..].split_once(mark);
        let (inside, after) = closed.ok_or_else(|| format!("code is not closed: {opened}"))?;
        let sound = if mark == FENCE {
            is_block(before, inside, after)
        } else {
            !inside.trim().is_empty() && !inside.contains('\n')
        };
        if !sound {
            return Err(format!("code that is empty or badly fenced: {inside}"));
        }
        found.push(before);
        rest = after;
    }
    found.push(rest);
    Ok(found)
}

/// Fences stand on lines of their own, the first names a language, and something is between them.
fn is_block(before: &str, inside: &str, after: &str) -> bool {
    let alone = (before.is_empty() || before.ends_with('\n')) && (after.is_empty() || after.starts_with('\n'));
    let named = inside.split_once('\n').is_some_and(|(language, code)| {
        LANGUAGES.contains(&language) && code.ends_with('\n') && !code.trim().is_empty()
    });
    alone && named
}

/// One writing for what a reader takes as the same answer: spacing and size commands do not count, and a plain number
/// (decimal, fraction) is its value. In code, case counts, and in a block of code spaces too.
fn normalised(option: &str) -> String {
    if option.contains(FENCE) {
        return option.trim().to_owned();
    }
    if option.contains('`') {
        return option.split_whitespace().collect();
    }
    let mut text = option.replace("{,}", ",");
    for dropped in ["\\left", "\\right", "\\,", "\\;", "\\!", "\\ ", "$", "\u{a0}", "\u{202f}"] {
        text = text.replace(dropped, "");
    }
    text = text.replace("\\dfrac", "\\frac").replace("\\tfrac", "\\frac");
    text.retain(|it| !it.is_whitespace());
    let text = text.trim_end_matches('.');
    number(text).map_or_else(|| text.to_lowercase(), |value| format!("{value:.9}"))
}

fn number(text: &str) -> Option<f64> {
    if let Some(positive) = text.strip_prefix('-') {
        return number(positive).map(|value| -value);
    }
    let decimal = |text: &str| text.replace(',', ".").parse::<f64>().ok();
    let fraction = text.strip_prefix("\\frac{").and_then(|it| it.strip_suffix('}')).and_then(|it| it.split_once("}{"));
    let percent = text.strip_suffix("\\%").or_else(|| text.strip_suffix('%'));
    match (fraction, percent) {
        (Some((above, below)), _) => Some(decimal(above)? / decimal(below)?),
        (None, Some(value)) => Some(decimal(value)? / 100.0),
        (None, None) => decimal(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assessments::bank::fixture;

    type Spoil = fn(&mut Bank);

    #[test]
    fn the_fixture_is_sound() {
        assert_eq!(problems(&fixture::bank()), Vec::<String>::new());
    }

    #[test]
    fn each_fault_is_found_and_named() {
        let faults: [(&str, Spoil); 11] = [
            ("there twice", |bank| bank.questions[1].id = bank.questions[0].id.clone()),
            ("weight 4", |bank| bank.questions[0].weight = 4),
            ("0 skills", |bank| bank.questions[0].skills.clear()),
            ("skill unheard_of unknown", |bank| bank.questions[0].skills[0] = "unheard_of".into()),
            ("no question uses it", |bank| bank.skills[0].tag = "never_used".into()),
            ("not a snake_case tag", |bank| bank.skills[0].tag = "Été".into()),
            ("why of option b", |bank| bank.questions[0].why[1] = None),
            ("why of option a", |bank| bank.questions[0].why[0] = Some("Juste.".into())),
            ("options a and c are equal", |bank| bank.questions[0].options[2] = "$\\frac{1}{2}$".into()),
            ("a dollar is not closed", |bank| bank.questions[0].text.push('$')),
            ("does not render", |bank| bank.questions[0].hint = Some("$\\frac{1}$ et $\\nimporte$".into())),
        ];
        for (expected, spoil) in faults {
            let mut bank = fixture::bank();
            bank.questions[0].options[0] = "$0{,}5$".into();
            spoil(&mut bank);
            let found = problems(&bank);
            assert!(found.iter().any(|it| it.contains(expected)), "{expected}: {found:?}");
        }
    }

    #[test]
    fn a_text_is_cut_at_its_dollars() {
        let cut = pieces("Si $x > 0$, alors $$x^2 > 0$$").unwrap();
        assert_eq!(cut[1], Piece::Maths("x > 0"));
        assert_eq!(cut[3], Piece::Maths("x^2 > 0"));
        assert!(pieces("un $ seul").is_err());
        assert!(pieces("rien $$ ici").is_err());
        assert!(check_text("x^2 sans dollars").is_err());
        assert!(check_text("le code `a_b`").is_ok());
    }

    #[test]
    fn code_holds_no_formula_and_must_be_closed_and_fenced_as_pages_expect() {
        for sound in ["`5 $`", "Soit $x$ :\n\n```python\na_b = \"$\"\n```\n\nEt `c^2` ?", "```sql\nSELECT 1;\n```"] {
            assert_eq!(check_text(sound), Ok(()), "{sound}");
        }
        let faulty = [
            "`ouvert",
            "``",
            "`deux\nlignes`",
            "```python\nx = 1",
            "```python\n```",
            "```\nx\n```",
            "```ruby\nx\n```",
            "au milieu ```sql\nSELECT 1;\n```",
            "```sql\nSELECT 1;\n``` suite",
            "```python\nx\n```\n$ seul",
        ];
        for text in faulty {
            assert!(check_text(text).is_err(), "{text}");
        }
    }

    #[test]
    fn code_that_differs_by_case_or_by_indentation_is_not_the_same_option() {
        assert_ne!(normalised("`True`"), normalised("`true`"));
        assert_eq!(normalised("`[1, 2]`"), normalised("`[1,2]`"));
        let (inside, outside) = ("```python\nfor x in t:\n    s += x\n    n += 1\n```", "    n");
        assert_ne!(normalised(inside), normalised(&inside.replace(outside, "n")));
    }

    #[test]
    fn equal_numbers_written_otherwise_are_the_same_option() {
        for (one, other) in [("$0{,}5$", "$\\dfrac{1}{2}$"), ("$50\\,\\%$", "$0{,}50$"), ("$1\\,000$", "1 000")] {
            assert_eq!(normalised(one), normalised(other));
        }
        assert_ne!(normalised("$-2$"), normalised("$2$"));
        assert_ne!(normalised("$x+1$"), normalised("$x-1$"));
    }
}
