//! How many tokens each part may take. Pure.

/// What is known of the student.
pub const FACTS: usize = 350;
/// What ARIA remembers.
pub const MEMORIES: usize = 250;
/// What the library says.
pub const PASSAGES: usize = 3_600;
/// What was said before.
pub const HISTORY: usize = 1_600;

/// Tokens of a text, estimated: four characters each, as French takes with the usual models.
pub fn tokens(text: &str) -> usize {
    text.chars().count().div_ceil(4)
}

/// The first texts that fit together; what does not fit is left out with all that follows.
pub fn first_fitting<T>(items: impl IntoIterator<Item = T>, most: usize, text: impl Fn(&T) -> usize) -> Vec<T> {
    let mut left = most;
    let fits = |item: &T| {
        let size = text(item);
        let fits = size <= left;
        left = left.saturating_sub(size);
        fits
    };
    let mut fits = fits;
    items.into_iter().take_while(|item| fits(item)).collect()
}

/// The beginning of a text, of at most so many tokens, cut between words.
pub fn shortened(text: &str, most: usize) -> String {
    if tokens(text) <= most {
        return text.to_owned();
    }
    let short: String = text.chars().take(most * 4).collect();
    format!("{} […]", short.rsplit_once(char::is_whitespace).map_or(short.as_str(), |(words, _)| words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_left_out_with_what_follows() {
        let kept = first_fitting([3, 4, 9, 1], 10, |size| *size);
        assert_eq!(kept, [3, 4]);
        assert_eq!(first_fitting(["x"], 0, |_| 1), Vec::<&str>::new());
    }

    #[test]
    fn a_long_text_is_cut_between_words() {
        assert_eq!(shortened("court", 10), "court");
        let short = shortened(&"mot ".repeat(100), 10);
        assert!(short.ends_with("mot […]") && tokens(&short) <= 12, "{short}");
    }
}
