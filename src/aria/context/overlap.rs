//! Takes out of the continuation of an answer what the model repeats of what is written already. Pure.

/// From this many characters on, an equal end and beginning are a repetition and no chance.
const SHORTEST: usize = 8;
/// The beginning that is looked at before anything is let through.
const LOOK: usize = 240;

/// See the module. Lets everything through at once when nothing is written.
pub struct Overlap {
    written: String,
    held: Option<String>,
}

impl Overlap {
    /// After this text.
    pub fn new(written: &str) -> Self {
        let held = (!written.is_empty()).then(String::new);
        Self { written: written.to_owned(), held }
    }

    /// Takes a piece; answers what is new.
    pub fn push(&mut self, piece: &str) -> String {
        let Some(held) = &mut self.held else { return piece.to_owned() };
        held.push_str(piece);
        let restarts = self.written.starts_with(held.trim_start()) || held.trim_start().starts_with(&self.written);
        let enough = if restarts { held.len() > self.written.len() } else { held.chars().count() >= LOOK };
        if enough { self.finish() } else { String::new() }
    }

    /// All that waited, without the repetition.
    pub fn finish(&mut self) -> String {
        let Some(held) = self.held.take() else { return String::new() };
        let begun = held.trim_start();
        // The whole answer again, from its beginning.
        let same = begun.char_indices().zip(self.written.chars()).take_while(|((_, one), other)| one == other).count();
        if same >= LOOK.min(self.written.chars().count()) {
            return begun.chars().skip(same).collect();
        }
        let mut longest = begun.char_indices().map(|(at, sign)| at + sign.len_utf8()).rev();
        let repeated = longest.find(|end| self.written.ends_with(&begun[..*end]));
        match repeated.filter(|end| begun[..*end].chars().count() >= SHORTEST) {
            Some(end) => begun[end..].to_owned(),
            None => held,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn through(written: &str, pieces: &[&str]) -> String {
        let mut overlap = Overlap::new(written);
        let mut out: String = pieces.iter().map(|piece| overlap.push(piece)).collect();
        out.push_str(&overlap.finish());
        out
    }

    #[test]
    fn a_first_answer_passes_at_once() {
        let mut overlap = Overlap::new("");
        assert_eq!(overlap.push("Bon"), "Bon");
        assert_eq!(overlap.finish(), "");
    }

    #[test]
    fn the_end_that_is_repeated_is_taken_out() {
        assert_eq!(
            through("Une suite est arithmétique si", &["suite est arith", "métique si l’on ajoute"]),
            " l’on ajoute"
        );
        assert_eq!(through("Une suite est arithmétique si", &[" l’on ajoute"]), " l’on ajoute");
        assert_eq!(through("Il vaut a", &["a et b"]), "a et b");
    }

    #[test]
    fn an_answer_that_begins_again_goes_on_where_it_was() {
        let written = "Une suite est arithmétique si ".repeat(3);
        let again = format!("{written}l’on ajoute la raison.");
        assert_eq!(through(&written, &[&again[..40], &again[40..]]), "l’on ajoute la raison.");
    }
}
