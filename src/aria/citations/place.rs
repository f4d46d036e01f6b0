//! Where in its Markdown a text stands that comes in pieces: in words, in code or in a formula, at the beginning of a line
//! or behind it. Pure.

/// What a backslash makes a sign like any other.
const ESCAPED: [char; 6] = ['\\', '`', '~', '$', '"', '>'];

/// What the text is inside of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inside {
    Words,
    /// Code in its line, between runs of this sign and length.
    Code(char, usize),
    /// Code on lines of its own.
    Fence(char, usize),
    Formula,
}

/// See the module. Code and formulas in a line end with it, so that a sign without its other half means little.
pub(super) struct Place {
    inside: Inside,
    /// Nothing but spaces and marks of a block quotation stands before it in its line.
    line_begins: bool,
    last: Option<char>,
}

impl Default for Place {
    fn default() -> Self {
        Self { inside: Inside::Words, line_begins: true, last: None }
    }
}

impl Place {
    /// Goes behind this text. A run of one sign, and what a backslash stands before, come as a whole.
    pub fn pass(&mut self, text: &str) {
        let mut rest = text;
        while let Some(sign) = rest.chars().next() {
            let length = match sign {
                '`' | '~' | '$' => rest.bytes().take_while(|byte| char::from(*byte) == sign).count(),
                '\\' => self.escape(rest),
                _ => sign.len_utf8(),
            };
            self.inside = self.behind(sign, length);
            self.line_begins = sign == '\n' || (self.line_begins && matches!(sign, ' ' | '>'));
            self.last = Some(sign);
            rest = &rest[length..];
        }
    }

    fn behind(&self, sign: char, run: usize) -> Inside {
        match (self.inside, sign) {
            // Code that does not end in its line is a block, wherever it begins: behind the sign of a list, too.
            (Inside::Code(of, length), '\n') if length >= 3 => Inside::Fence(of, length),
            (Inside::Fence(of, length), _) if sign == of && run >= length && self.line_begins => Inside::Words,
            (Inside::Fence(..), _) => self.inside,
            (_, '\n') => Inside::Words,
            (Inside::Words, '`') => Inside::Code(sign, run),
            (Inside::Words, '~') if run >= 3 && self.line_begins => Inside::Code(sign, run),
            (Inside::Words, '$') => Inside::Formula,
            (Inside::Code(of, length), _) if sign == of && run == length => Inside::Words,
            (Inside::Formula, '$') => Inside::Words,
            (inside, _) => inside,
        }
    }

    /// Bytes of a backslash that `rest` begins with, and of the sign that it makes one like any other.
    pub fn escape(&self, rest: &str) -> usize {
        let escapes = matches!(self.inside, Inside::Words | Inside::Formula) && rest[1..].starts_with(ESCAPED);
        if escapes { 2 } else { 1 }
    }

    /// Whether a block may begin here.
    pub fn begins_line(&self) -> bool {
        self.line_begins && !matches!(self.inside, Inside::Fence(..))
    }

    /// Whether a straight quote may open a quotation here: 15" is none.
    pub fn may_open_quote(&self) -> bool {
        self.inside == Inside::Words && !self.last.is_some_and(char::is_alphanumeric)
    }

    /// Code that is open in a block quotation ends with it.
    pub fn leave_block(&mut self) {
        self.inside = Inside::Words;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn behind(text: &str) -> Place {
        let mut place = Place::default();
        place.pass(text);
        place
    }

    #[test]
    fn code_and_formulas_are_known_from_words() {
        let words =
            ["", "a ", "`b` ", "``b ` c`` ", "$x$ ", "$$x$$ ", "`b\n", "5 $\n", "\\` ", "```\nx\n```\n", "~~b~~ "];
        for words in words {
            assert!(behind(words).may_open_quote(), "{words}");
        }
        for other in ["`b ", "``b ` ", "$x = ", "```\nx\n", "- ```python\nx ", "~~~\nx\n```\n", "a"] {
            assert!(!behind(other).may_open_quote(), "{other}");
        }
    }

    #[test]
    fn a_line_begins_behind_spaces_but_not_in_a_block_of_code() {
        for begins in ["", "  ", "a\n ", "> ", "```\nx\n```\n"] {
            assert!(behind(begins).begins_line(), "{begins}");
        }
        for not in ["a", "- ", "```\n", "```\nx\n  ``` y\n```\n", "````\n```\n"] {
            assert!(!behind(not).begins_line(), "{not}");
        }
    }
}
