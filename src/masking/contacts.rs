//! E-mails and phone numbers in a text: the known ones however they are written, others by their form.

use super::{Found, Known, What};

#[derive(Debug, Clone)]
pub(super) struct Emails {
    known: Vec<String>,
}

impl Emails {
    pub fn new(people: &[Known<'_>]) -> Self {
        let known = people.iter().filter_map(|person| person.email).map(|email| email.trim().to_lowercase());
        Self { known: known.filter(|email| email.contains('@')).collect() }
    }

    /// Whether one can be anywhere in the text.
    pub fn may_be_in(text: &str) -> bool {
        text.contains('@')
    }

    pub fn find(&self, text: &str, at: usize) -> Option<Found> {
        // The longest: of a known one inside a longer one, nothing stays.
        let known = self.known.iter().filter_map(|email| same_letters(&text[at..], email)).max();
        let length = known.max(email_length(text, at))?;
        Some(Found { length, what: What::Email(text[at..at + length].to_lowercase()) })
    }
}

/// Bytes of the text that are this word in lower case.
fn same_letters(text: &str, lower: &str) -> Option<usize> {
    let mut wanted = lower.chars().peekable();
    let mut length = 0;
    for letter in text.chars() {
        if wanted.peek().is_none() {
            break;
        }
        if !letter.to_lowercase().all(|letter| wanted.next() == Some(letter)) {
            return None;
        }
        length += letter.len_utf8();
    }
    wanted.peek().is_none().then_some(length)
}

/// Bytes of an e-mail that begins here.
fn email_length(text: &str, at: usize) -> Option<usize> {
    let is_local = |sign: char| sign.is_alphanumeric() || matches!(sign, '.' | '_' | '%' | '+' | '-');
    if text[..at].chars().next_back().is_some_and(is_local) {
        return None;
    }
    let (local, _) = text[at..].split_once(|sign| !is_local(sign))?;
    let domain = text[at + local.len()..].strip_prefix('@')?;
    let domain = domain.split(|sign: char| !sign.is_alphanumeric() && sign != '.' && sign != '-').next()?;
    let domain = domain.trim_end_matches(['.', '-']);
    let (host, end) = domain.rsplit_once('.')?;
    (!local.is_empty() && !host.is_empty() && end.chars().count() >= 2).then_some(local.len() + 1 + domain.len())
}

#[derive(Debug, Clone)]
pub(super) struct Phones {
    /// The figures of known numbers as they may be written, and without the prefix of the country.
    known: Vec<(String, String)>,
}

/// What may stand before the figures of a known number.
const PREFIXES: [&str; 10] = ["+216", "00216", "216", "+330", "+33", "00330", "0033", "33", "0", ""];
/// Fewer figures are no number of somebody.
const FEWEST: usize = 8;
/// Most signs between two figures of a known number: "+33 (0)6".
const MOST_BETWEEN: usize = 2;
/// Most signs between two figures of any number.
const WIDEST: usize = 4;

impl Phones {
    pub fn new(people: &[Known<'_>]) -> Self {
        let known = people.iter().filter_map(|person| person.phone).map(core).filter(|core| core.len() >= FEWEST);
        let written = known.flat_map(|core| PREFIXES.map(|prefix| (format!("{prefix}{core}"), core.clone())));
        Self { known: written.collect() }
    }

    /// Whether one can be anywhere in the text.
    pub fn may_be_in(text: &str) -> bool {
        text.bytes().filter(u8::is_ascii_digit).nth(FEWEST - 1).is_some()
    }

    pub fn find(&self, text: &str, at: usize) -> Option<Found> {
        matches!(text.as_bytes().get(at), Some(b'0'..=b'9' | b'+')).then_some(())?;
        is_long_enough(&text[at..]).then_some(())?;
        let known = self
            .known
            .iter()
            .find_map(|(written, core)| figures_length(&text[at..], written).map(|length| (length, core.clone())));
        let unknown = || form_length(text, at).map(|length| (length, core(&text[at..at + length])));
        let (length, figures) = known.or_else(unknown)?;
        Some(Found { length, what: What::Phone(figures) })
    }
}

/// Whether so many figures follow each other with little between them: most figures of a course are of no number.
fn is_long_enough(text: &str) -> bool {
    let (mut figures, mut between) = (0, 0);
    for sign in text.chars() {
        if sign.is_ascii_digit() {
            (figures, between) = (figures + 1, 0);
        } else {
            between += 1;
        }
        if figures == FEWEST || between > WIDEST {
            break;
        }
    }
    figures == FEWEST
}

/// The figures of a number without the prefix of the country.
fn core(phone: &str) -> String {
    let figures: String = phone.chars().filter(char::is_ascii_digit).collect();
    let national = figures.trim_start_matches('0');
    let rest =
        ["216", "33"].iter().find_map(|prefix| national.strip_prefix(prefix)).filter(|rest| rest.len() >= FEWEST);
    rest.unwrap_or(national).trim_start_matches('0').to_owned()
}

/// Bytes of the text that are these figures, with or without signs between them.
fn figures_length(text: &str, wanted: &str) -> Option<usize> {
    let mut length = 0;
    for (place, figure) in wanted.chars().enumerate() {
        let between = text[length..].chars().take_while(|sign| is_between(*sign)).take(MOST_BETWEEN);
        let skipped: usize = if place == 0 { 0 } else { between.map(char::len_utf8).sum() };
        text[length + skipped..].starts_with(figure).then_some(())?;
        length += skipped + figure.len_utf8();
    }
    Some(length)
}

fn is_between(sign: char) -> bool {
    matches!(sign, ' ' | '\u{a0}' | '\u{202f}' | '.' | '-' | '/' | '(' | ')')
}

/// Groups of figures, and how the first begins.
type Form = (&'static [usize], fn(&str) -> bool);

/// Bytes of a number of one of the usual forms that begins here and stands alone.
fn form_length(text: &str, at: usize) -> Option<usize> {
    let before = &text[..at];
    let is_inside = before.ends_with(char::is_alphanumeric)
        || before.strip_suffix(['.', ',']).is_some_and(|rest| rest.ends_with(|sign: char| sign.is_ascii_digit()));
    if is_inside {
        return None;
    }
    let forms: [Form; 4] =
        [(&[10], is_french), (&[2, 2, 2, 2, 2], is_french), (&[8], is_tunisian), (&[2, 3, 3], is_tunisian)];
    let here = &text[at..];
    let national = forms.into_iter().find_map(|(groups, is_one)| {
        let length = groups_length(here, groups)?;
        let is_figure = is_tunisian(here) && is_figure(before, &here[..length], &here[length..]);
        (is_one(here) && ends_alone(&here[length..]) && !is_figure).then_some(length)
    });
    national.or_else(|| international_length(here))
}

fn is_french(text: &str) -> bool {
    text.starts_with('0') && !text.starts_with("00")
}

fn is_tunisian(text: &str) -> bool {
    text.starts_with(['2', '3', '4', '5', '7', '9'])
}

/// Groups of so many figures, the same sign between them.
fn groups_length(text: &str, groups: &[usize]) -> Option<usize> {
    let mut length = 0;
    let mut joint = None;
    for (place, size) in groups.iter().enumerate() {
        if place > 0 {
            let sign = text[length..].chars().next().filter(|sign| is_between(*sign))?;
            (*joint.get_or_insert(sign) == sign).then_some(())?;
            length += sign.len_utf8();
        }
        let figures = text[length..].chars().take(*size).take_while(char::is_ascii_digit).count();
        (figures == *size).then_some(())?;
        length += size;
    }
    Some(length)
}

/// "+216 98 123 456", "0033 6 12 34 56 78".
fn international_length(text: &str) -> Option<usize> {
    /// Most figures of a number of any country.
    const MOST: usize = 15;
    let start = if text.starts_with('+') { 1 } else { 2 };
    let is_prefix = text.starts_with('+') || text.starts_with("00");
    (is_prefix && text.get(start..)?.starts_with(|sign: char| ('1'..='9').contains(&sign))).then_some(())?;
    let (mut length, mut figures, mut gap) = (start, 0, 0);
    for (place, sign) in text.char_indices().skip(start) {
        match sign {
            _ if sign.is_ascii_digit() && figures < MOST => (length, figures, gap) = (place + 1, figures + 1, 0),
            _ if is_between(sign) && gap < MOST_BETWEEN => gap += 1,
            _ => break,
        }
    }
    (figures >= FEWEST && ends_alone(&text[length..])).then_some(length)
}

/// Neither a letter nor a figure, nor a decimal part follows.
fn ends_alone(after: &str) -> bool {
    let goes_on = after.starts_with(char::is_alphanumeric);
    let is_decimal =
        after.strip_prefix(['.', ',']).is_some_and(|rest| rest.starts_with(|sign: char| sign.is_ascii_digit()));
    !goes_on && !is_decimal
}

/// Eight figures that are rather a number: round, or beside a sign of calculation, or given to a function.
fn is_figure(before: &str, figures: &str, after: &str) -> bool {
    let is_sign = |sign: char| "=+*×÷/<>≤≥≈%€$^·".contains(sign);
    let is_argument = before.strip_suffix('(').is_some_and(|rest| rest.ends_with(char::is_alphanumeric));
    figures.ends_with("000")
        || is_argument
        || before.trim_end().ends_with(is_sign)
        || after.trim_start().starts_with(is_sign)
}
