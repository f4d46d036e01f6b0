//! How much there is to guess in a text: runs ("abc", "987", "aaa"), rows of keys and repetitions count once.

/// Rows (and slanted columns) of the keyboards of France and of the United States.
const ROWS: [&str; 9] = [
    "1234567890",
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "1aqw2zsx3edc4rfv5tgb6yhn7ujm",
];
/// Characters that make a run.
const RUN: usize = 3;

/// What has to be guessed, in characters: a run is one; of a repetition only its first time counts.
pub(super) fn units(text: &str) -> usize {
    let chars: Vec<char> = text.chars().collect();
    let once = &chars[..period(&chars)];
    let mut units = 0;
    let mut at = 0;
    while at < once.len() {
        let run = run_length(&once[at..]);
        at += run;
        units += 1;
    }
    units
}

/// Length of the shortest beginning whose repetition is the whole text (which may end in the middle of one).
fn period(chars: &[char]) -> usize {
    let repeats = |period: &usize| chars.iter().zip(&chars[*period..]).all(|(one, other)| one == other);
    (1..=chars.len() / 2).find(repeats).unwrap_or(chars.len())
}

/// Length of the run at the beginning; 1 when there is none.
fn run_length(chars: &[char]) -> usize {
    let by_code = [-1, 0, 1]
        .map(|step| prefix(chars, |one, other| i64::from(u32::from(other)) - i64::from(u32::from(one)) == step));
    let on_keys = ROWS
        .iter()
        .flat_map(|row| [1, -1].map(|step| prefix(chars, |one, other| key_step(row, one, other) == Some(step))));
    let longest = by_code.into_iter().chain(on_keys).max().unwrap_or(1);
    if longest >= RUN { longest } else { 1 }
}

/// How many characters belong together, each with the one before.
fn prefix(chars: &[char], follows: impl Fn(char, char) -> bool) -> usize {
    1 + chars.windows(2).take_while(|pair| follows(pair[0], pair[1])).count()
}

fn key_step(row: &str, one: char, other: char) -> Option<i64> {
    let place = |key: char| row.chars().position(|known| known == key).and_then(|at| i64::try_from(at).ok());
    Some(place(other)? - place(one)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_counts_once_and_a_repetition_its_first_time() {
        for (text, expected) in [
            ("", 0),
            ("a", 1),
            ("ab", 2),
            ("abc", 1),
            ("aaaa", 1),
            ("987x", 2),
            ("azerty", 1),
            ("poiuyt", 1),
            ("1qaz2wsx", 1),
            ("abcabcabc", 1),
            ("motmotmot", 3),
            ("motmotmo", 3),
            ("jpvq", 4),
        ] {
            assert_eq!(units(text), expected, "{text}");
        }
    }
}
