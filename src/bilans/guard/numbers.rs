//! The numbers of a French text: digits with a decimal comma or point, thousands set apart by spaces.
//! Number words ("trois", "cent") are not looked at: French is full of them ("un", "une", "deux ou trois pistes").

/// A number as it stands in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    /// Byte at which it begins.
    pub start: usize,
    /// Its value, in one spelling: point, no zeros in front or behind.
    pub value: String,
    /// When it may also be several numbers side by side ("20 300"): their values.
    pub parts: Vec<String>,
}

/// Every number of the text, in order. A sign that is no digit but means a number (`²`, `½`) is one of its own.
pub fn numbers(text: &str) -> Vec<Number> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some((start, c)) = chars.get(at).copied() {
        if c.is_ascii_digit() {
            let number = Reader { chars: &chars, at }.read();
            at = number.1;
            found.push(Number { start, ..signed(number.0, &text[..start]) });
        } else {
            if c.is_numeric() {
                found.push(Number { start, value: c.to_string(), parts: vec![] });
            }
            at += 1;
        }
    }
    found
}

struct Reader<'a> {
    chars: &'a [(usize, char)],
    at: usize,
}

impl Reader<'_> {
    /// The number that begins here, and where it ends.
    fn read(mut self) -> (Number, usize) {
        let mut groups = vec![self.digits(self.at)];
        self.at += groups[0].len();
        while let Some(group) = self.next_group(&groups) {
            self.at += 1 + group.len();
            groups.push(group);
        }
        let decimals = self.decimals();
        let decimals = if decimals.is_empty() { String::new() } else { format!(".{decimals}") };
        let value = plain(&format!("{}{decimals}", groups.concat()));
        let last = groups.len() - 1;
        let parts = match last {
            0 => vec![],
            _ => (0..=last)
                .map(|at| plain(&if at == last { format!("{}{decimals}", groups[at]) } else { groups[at].clone() }))
                .collect(),
        };
        (Number { start: 0, value, parts }, self.at)
    }

    fn digits(&self, from: usize) -> String {
        self.chars[from..].iter().map(|(_, c)| *c).take_while(char::is_ascii_digit).collect()
    }

    /// Three digits after one space, behind a first group of at most three.
    fn next_group(&self, groups: &[String]) -> Option<String> {
        let space = self.chars.get(self.at).is_some_and(|(_, c)| matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}'));
        if !space || groups[0].len() > 3 {
            return None;
        }
        Some(self.digits(self.at + 1)).filter(|group| group.len() == 3)
    }

    /// The digits behind a comma or a point that a digit follows at once.
    fn decimals(&mut self) -> String {
        let separated = self.chars.get(self.at).is_some_and(|(_, c)| matches!(c, ',' | '.'));
        if !separated {
            return String::new();
        }
        let decimals = self.digits(self.at + 1);
        if !decimals.is_empty() {
            self.at += 1 + decimals.len();
        }
        decimals
    }
}

/// With its minus sign, if one stands before it that is no hyphen or range ("40-55").
fn signed(number: Number, before: &str) -> Number {
    let minus = before.strip_suffix(['-', '−', '–']).is_some_and(|rest| {
        rest.chars().next_back().is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '%' | '-' | ')'))
    });
    if minus { Number { value: format!("-{}", number.value), parts: vec![], ..number } } else { number }
}

fn plain(number: &str) -> String {
    let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
    let (whole, decimals) = (whole.trim_start_matches('0'), decimals.trim_end_matches('0'));
    let whole = if whole.is_empty() { "0" } else { whole };
    if decimals.is_empty() { whole.to_owned() } else { format!("{whole}.{decimals}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<String> {
        numbers(text).into_iter().map(|number| number.value).collect()
    }

    #[test]
    fn french_numbers_are_read_as_they_are_meant() {
        let table: &[(&str, &[&str])] = &[
            ("SSN de 52,4.", &["52.4"]),
            ("52.40, puis 007", &["52.4", "7"]),
            ("Analyse 67, géométrie 33", &["67", "33"]),
            ("sur 1 234 567 élèves", &["1234567"]),
            ("sur 1\u{202f}234,5", &["1234.5"]),
            ("49 %, 67% et 3/4", &["49", "67", "3", "4"]),
            ("de 40-55 à −5 ou -7", &["40", "55", "-5", "-7"]),
            ("x² et ½, H2O", &["²", "½", "2"]),
            ("12.05.2026", &["12.05", "2026"]),
            ("aucun, deux ou trois", &[]),
        ];
        for (text, expected) in table {
            assert_eq!(values(text), *expected, "{text}");
        }
    }

    #[test]
    fn groups_of_three_may_also_be_two_numbers() {
        assert_eq!(
            numbers("20 300")[0],
            Number { start: 0, value: "20300".into(), parts: vec!["20".into(), "300".into()] }
        );
        assert_eq!(values("2026 300"), ["2026", "300"]);
    }
}
