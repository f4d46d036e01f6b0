//! Where a text that is still being written can be rendered already: after its last whole block. Pure.

/// Length of the part that is whole: up to the last empty line outside of code and displayed formulas. What follows may
/// still change its meaning.
pub fn whole(text: &str) -> usize {
    let (mut fence, mut formula) = (false, false);
    let (mut at, mut found) = (0, 0);
    for line in text.split_inclusive('\n') {
        at += line.len();
        let trimmed = line.trim();
        if trimmed.starts_with("```") {
            fence = !fence;
        } else if !fence {
            formula ^= trimmed.matches("$$").count() % 2 == 1;
            formula = (formula || trimmed.contains("\\[")) && !trimmed.ends_with("\\]");
        }
        if trimmed.is_empty() && line.ends_with('\n') && !fence && !formula {
            found = at;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_paragraph_is_whole_once_an_empty_line_follows() {
        assert_eq!(whole("Un\ndeux"), 0);
        assert_eq!(whole("Un\n\ndeux"), 4);
        assert_eq!(whole("Un\n\ndeux\n\n"), 10);
    }

    #[test]
    fn code_and_displayed_formulas_are_not_cut() {
        assert_eq!(whole("```python\na = 1\n\nb = 2\n"), 0);
        let code = "```python\na = 1\n\nb = 2\n```\n\n";
        assert_eq!(whole(code), code.len());
        assert_eq!(whole("$$\nx\n\ny\n"), 0);
        assert_eq!(whole("\\[\nx\n\n"), 0);
        assert_eq!(whole("$$x$$\n\n"), 7);
    }

    proptest! {
        #[test]
        fn what_was_whole_stays_whole(text in "[a$`\n ]{0,60}") {
            let mut before = 0;
            for (at, _) in text.char_indices() {
                let now = whole(&text[..at]);
                prop_assert!(now >= before && now <= at);
                before = now;
            }
        }
    }
}
