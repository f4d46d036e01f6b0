//! From glyphs at their places to lines in reading order: words, lines, columns, paragraphs, headings. Pure.

/// A glyph, in a page whose origin is the upper left corner.
#[derive(Debug, Clone)]
pub struct Glyph {
    /// Left end on the baseline.
    pub x: f64,
    /// The baseline.
    pub y: f64,
    /// How far it reaches to the right.
    pub width: f64,
    /// Size of its font.
    pub size: f64,
    /// What it stands for.
    pub text: String,
}

/// A run of text on one line, between two wide gaps.
#[derive(Debug, Clone)]
struct Piece {
    left: f64,
    right: f64,
    y: f64,
    size: f64,
    text: String,
}

impl Piece {
    fn of(glyph: &Glyph) -> Self {
        let Glyph { x, y, width, size, ref text } = *glyph;
        Self { left: x, right: x + width, y, size, text: text.clone() }
    }

    /// Whether both share a line: what stands above or below it (exponent, index) does, too.
    fn beside(&self, other: &Self) -> bool {
        (self.y - other.y).abs() < 0.45 * self.size.max(other.size)
    }

    fn push(&mut self, other: &Self) {
        let gap = other.left - self.right;
        let apart = gap > 0.17 * self.size.min(other.size);
        if apart && !self.text.ends_with(char::is_whitespace) && !other.text.starts_with(char::is_whitespace) {
            self.text.push(' ');
        }
        self.text.push_str(&other.text);
        if other.size > self.size {
            (self.y, self.size) = (other.y, other.size);
        }
        self.right = self.right.max(other.right);
    }
}

/// A line in reading order.
#[derive(Debug, Clone)]
struct Line {
    y: f64,
    size: f64,
    text: String,
}

/// The text of a page. Paragraphs are separated by an empty line; a line in clearly larger letters is a heading (`#`).
pub fn text(glyphs: &[Glyph]) -> String {
    let pieces = pieces(glyphs);
    let mut lines = Vec::new();
    order(pieces, 0, &mut lines);
    write(&lines)
}

/// Glyphs to pieces: first in the order of drawing, then what meets on a line.
fn pieces(glyphs: &[Glyph]) -> Vec<Piece> {
    let mut runs: Vec<Piece> = Vec::new();
    let mut last: Option<&Glyph> = None;
    for glyph in glyphs.iter().filter(|glyph| glyph.size > 0.5 && glyph.x.is_finite() && glyph.y.is_finite()) {
        // Bold that is drawn as the same letter twice.
        if last.is_some_and(|last| last.text == glyph.text && near(last, glyph)) {
            continue;
        }
        last = Some(glyph);
        let piece = Piece::of(glyph);
        match runs.last_mut() {
            Some(run) if run.beside(&piece) && follows(run, &piece) => run.push(&piece),
            _ => runs.push(piece),
        }
    }
    runs.retain(|run| !run.text.trim().is_empty());
    runs.sort_by(|a, b| a.y.total_cmp(&b.y).then(a.left.total_cmp(&b.left)));
    let mut merged: Vec<Piece> = Vec::new();
    for row in rows(runs) {
        let mut row = row.into_iter();
        let Some(mut open) = row.next() else { continue };
        for piece in row {
            if follows(&open, &piece) {
                open.push(&piece);
            } else {
                merged.push(std::mem::replace(&mut open, piece));
            }
        }
        merged.push(open);
    }
    merged
}

fn near(a: &Glyph, b: &Glyph) -> bool {
    (a.x - b.x).abs() < 0.12 * a.size && (a.y - b.y).abs() < 0.12 * a.size
}

/// Whether a piece goes on where another ends, a space between them at most.
fn follows(run: &Piece, next: &Piece) -> bool {
    let gap = next.left - run.right;
    let size = run.size.max(next.size);
    gap < 1.1 * size && gap > -0.6 * size
}

/// Pieces that share a line, each row from left to right; the pieces come sorted by their baseline.
fn rows(pieces: Vec<Piece>) -> Vec<Vec<Piece>> {
    let mut rows: Vec<Vec<Piece>> = Vec::new();
    for piece in pieces {
        let open = rows.iter_mut().rev().take(3).find(|row| row.iter().any(|other| other.beside(&piece)));
        match open {
            Some(row) => row.push(piece),
            None => rows.push(vec![piece]),
        }
    }
    for row in &mut rows {
        row.sort_by(|a, b| a.left.total_cmp(&b.left));
    }
    rows
}

/// Puts pieces into reading order: column by column where there are columns, and what spans them in its place.
fn order(pieces: Vec<Piece>, depth: usize, lines: &mut Vec<Line>) {
    let Some(gutter) = (depth < 3).then(|| gutter(&pieces)).flatten() else {
        lines.extend(rows(pieces).into_iter().filter_map(join));
        return;
    };
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for row in rows(pieces) {
        if row.iter().any(|piece| crosses(piece, gutter)) {
            order(std::mem::take(&mut left), depth + 1, lines);
            order(std::mem::take(&mut right), depth + 1, lines);
            lines.extend(join(row));
        } else {
            let (ours, theirs): (Vec<_>, Vec<_>) = row.into_iter().partition(|piece| piece.right <= gutter);
            left.extend(ours);
            right.extend(theirs);
        }
    }
    order(left, depth + 1, lines);
    order(right, depth + 1, lines);
}

fn crosses(piece: &Piece, x: f64) -> bool {
    piece.left < x && piece.right > x
}

/// Where two columns of prose are parted, if they are: few lines cross there, and both sides fill their width, which
/// the cells of a table do not.
fn gutter(pieces: &[Piece]) -> Option<f64> {
    const FEWEST: usize = 4;
    let left = pieces.iter().map(|piece| piece.left).reduce(f64::min)?;
    let right = pieces.iter().map(|piece| piece.right).reduce(f64::max)?;
    let width = right - left;
    let best = (25..=75).map(|percent| left + width * f64::from(percent) / 100.0).min_by_key(|x| {
        (pieces.iter().filter(|piece| crosses(piece, *x)).count(), ((x - left - width / 2.0).abs() * 10.0) as i64)
    })?;
    let (mut ours, mut theirs, mut across) = (Vec::new(), Vec::new(), 0);
    for piece in pieces {
        if crosses(piece, best) {
            across += 1;
        } else if piece.right <= best {
            ours.push(piece);
        } else {
            theirs.push(piece);
        }
    }
    let enough = ours.len().min(theirs.len());
    let is_prose = |side: &[&Piece]| {
        let from = side.iter().map(|piece| piece.left).fold(f64::MAX, f64::min);
        let to = side.iter().map(|piece| piece.right).fold(f64::MIN, f64::max);
        let filled = side.iter().filter(|piece| piece.right - piece.left > 0.6 * (to - from)).count();
        to - from > 0.2 * width && filled * 2 > side.len()
    };
    (enough >= FEWEST && across <= enough && is_prose(&ours) && is_prose(&theirs)).then_some(best)
}

fn join(row: Vec<Piece>) -> Option<Line> {
    let mut row = row.into_iter();
    let mut first = row.next()?;
    for piece in row {
        first.push(&piece);
    }
    Some(Line { y: first.y, size: first.size, text: first.text.trim().to_owned() })
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

fn write(lines: &[Line]) -> String {
    // Each line counts as often as it has letters: a page of short titles is none of body text.
    let body = median(lines.iter().flat_map(|line| std::iter::repeat_n(line.size, line.text.len().min(200))).collect());
    let pitch = median(lines.windows(2).map(|two| two[1].y - two[0].y).filter(|step| *step > 0.0).collect());
    let mut text = String::new();
    let mut before: Option<(&Line, usize)> = None;
    for line in lines {
        let level = heading(line, body);
        if let Some((last, last_level)) = before {
            let step = line.y - last.y;
            let goes_on = step > 0.0 && step < 1.6 * pitch.max(line.size) && level == last_level;
            text.push_str(match (goes_on, level) {
                (true, 0) => {
                    if step > 1.35 * pitch {
                        "\n\n"
                    } else {
                        "\n"
                    }
                }
                // A heading on two lines is one.
                (true, _) => " ",
                // The next column: its first line may go on with the sentence.
                (false, 0) if step < 0.0 && last_level == 0 => "\n",
                (false, _) => "\n\n",
            });
            if level > 0 && !goes_on {
                text.push_str(&"#".repeat(level));
                text.push(' ');
            }
        } else if level > 0 {
            text.push_str(&"#".repeat(level));
            text.push(' ');
        }
        text.push_str(&line.text);
        before = Some((line, level));
    }
    text
}

/// 1 or 2 for a heading, 0 for text.
fn heading(line: &Line, body: f64) -> usize {
    let words = line.text.chars().filter(|sign| sign.is_alphabetic()).count();
    if body <= 0.0 || words < 3 || line.text.chars().count() > 120 {
        0
    } else if line.size >= 1.6 * body {
        1
    } else if line.size >= 1.18 * body {
        2
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line of letters of one width.
    fn line(x: f64, y: f64, size: f64, text: &str) -> Vec<Glyph> {
        let glyph = |(at, sign): (usize, char)| Glyph {
            x: x + at as f64 * size / 2.0,
            y,
            width: size / 2.0,
            size,
            text: sign.to_string(),
        };
        text.chars().enumerate().map(glyph).collect()
    }

    #[test]
    fn two_columns_are_read_one_after_the_other_and_their_title_before_them() {
        let mut glyphs = line(150.0, 40.0, 20.0, "Un titre au-dessus des colonnes");
        for at in 0..6 {
            let y = 80.0 + 12.0 * f64::from(at);
            glyphs.extend(line(50.0, y, 10.0, &format!("la colonne de gauche, ligne numéro {at}")));
            glyphs.extend(line(300.0, y, 10.0, &format!("celle de droite, plus loin, ligne {at}")));
        }
        let text = text(&glyphs);
        assert!(text.starts_with("# Un titre au-dessus des colonnes\n\nla colonne"), "{text}");
        let (last_left, first_right) = (text.find("numéro 5"), text.find("plus loin, ligne 0"));
        assert!(last_left.is_some() && last_left < first_right, "{text}");
    }

    #[test]
    fn the_rows_of_a_table_stay_rows() {
        let mut glyphs = Vec::new();
        for (at, (word, value)) in
            [("loi", "P(X=k)"), ("moyenne", "np"), ("variance", "np(1-p)"), ("cas", "n=2"), ("fin", "oui")]
                .into_iter()
                .enumerate()
        {
            let y = 80.0 + 14.0 * at as f64;
            glyphs.extend(line(50.0, y, 10.0, word));
            glyphs.extend(line(300.0, y, 10.0, value));
        }
        assert!(text(&glyphs).contains("moyenne np\n"), "{}", text(&glyphs));
    }

    #[test]
    fn letters_drawn_one_by_one_are_words_and_a_letter_drawn_twice_is_one() {
        let mut glyphs = line(10.0, 20.0, 10.0, "ab");
        glyphs.push(Glyph { x: 15.4, ..glyphs[1].clone() });
        glyphs.push(Glyph { x: 24.0, y: 20.0, width: 5.0, size: 10.0, text: "c".into() });
        assert_eq!(text(&glyphs), "ab c");
    }

    #[test]
    fn an_exponent_stays_on_its_line() {
        let mut glyphs = line(10.0, 20.0, 10.0, "x");
        glyphs.extend(line(15.2, 16.5, 6.0, "2"));
        glyphs.extend(line(20.0, 20.0, 10.0, "= 4"));
        glyphs.extend(line(10.0, 32.0, 10.0, "fin"));
        assert!(text(&glyphs).starts_with("x2") && text(&glyphs).contains("= 4\nfin"), "{}", text(&glyphs));
    }
}
