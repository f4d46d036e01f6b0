//! Reading the little LaTeX in which the bank writes its answers. What is not understood fails loudly: an option that is
//! not read would pass for a wrong one.

use std::f64::consts::{E, PI};

/// The first formula of an option.
pub(super) fn maths(option: &str) -> &str {
    option.split('$').nth(1).unwrap_or_else(|| panic!("no formula: {option}"))
}

/// What follows the first equals sign, up to the end of the formula.
pub(super) fn right_side(text: &str) -> &str {
    let side = text.split_once('=').unwrap_or_else(|| panic!("not an equality: {text}")).1;
    side.split('$').next().unwrap_or(side)
}

/// The number that an option states; none for one in words.
pub(super) fn number(option: &str) -> f64 {
    option.split('$').nth(1).map_or(f64::NAN, |latex| eval(latex, &[]))
}

/// The numbers of a vector, a point, a set or an interval.
pub(super) fn list(latex: &str) -> Vec<f64> {
    let mut inside = latex.replace(r"\\", ";");
    for wrapper in ["$", r"\begin{pmatrix}", r"\end{pmatrix}", r"\{", r"\}", "[", "]", "(", ")"] {
        inside = inside.replace(wrapper, " ");
    }
    inside.split(';').map(|it| eval(it, &[])).collect()
}

pub(super) fn vector(latex: &str) -> [f64; 3] {
    list(latex).try_into().expect("three coordinates")
}

pub(super) fn of_x(latex: &str) -> impl Fn(f64) -> f64 {
    move |x| eval(latex, &[('x', x)])
}

/// Left side minus right side of an equation.
pub(super) fn gap(equation: &str, variables: &[(char, f64)]) -> f64 {
    let (left, right) = equation.split_once('=').expect("an equation");
    eval(left, variables) - eval(right, variables)
}

pub(super) fn eval(latex: &str, variables: &[(char, f64)]) -> f64 {
    let mut text = latex.replace("{,}", ".").replace(r"\mathrm{e}", "e").replace(r"\dfrac", r"\frac");
    for dropped in [r"\,", r"\left", r"\right", r"^\circ", "$"] {
        text = text.replace(dropped, "");
    }
    let mut reader = Reader { rest: text.trim(), variables };
    let value = reader.sum();
    assert!(reader.rest.is_empty(), "what is «{}» in {latex}?", reader.rest);
    value
}

struct Reader<'a> {
    rest: &'a str,
    variables: &'a [(char, f64)],
}

impl Reader<'_> {
    fn eat(&mut self, token: &str) -> bool {
        let Some(rest) = self.rest.strip_prefix(token) else { return false };
        self.rest = rest.trim_start();
        true
    }

    fn sum(&mut self) -> f64 {
        let sign = if self.eat("-") { -1.0 } else { 1.0 };
        self.eat("+");
        let mut total = sign * self.product();
        loop {
            if self.eat("+") {
                total += self.product();
            } else if self.eat("-") {
                total -= self.product();
            } else {
                return total;
            }
        }
    }

    fn product(&mut self) -> f64 {
        let mut value = self.power();
        while self.eat(r"\times") || self.rest.starts_with(|it: char| it.is_ascii_alphanumeric() || "({\\".contains(it))
        {
            value *= self.power();
        }
        value
    }

    fn power(&mut self) -> f64 {
        let base = self.atom();
        if self.eat("^") { base.powf(self.atom()) } else { base }
    }

    fn inside(&mut self, close: &str) -> f64 {
        let value = self.sum();
        assert!(self.eat(close), "«{close}» expected before «{}»", self.rest);
        value
    }

    fn atom(&mut self) -> f64 {
        if self.eat("(") {
            return self.inside(")");
        }
        if self.eat("{") {
            return self.inside("}");
        }
        if let Some(command) = [r"\frac", r"\binom"].into_iter().find(|it| self.eat(it)) {
            let (above, below) = (self.atom(), self.atom());
            let choose = |n: f64, k: f64| (0..k as u32).map(f64::from).map(|i| (n - i) / (k - i)).product();
            return if command == r"\frac" { above / below } else { choose(above, below) };
        }
        if let Some(function) = [r"\sqrt", r"\ln", r"\sin", r"\cos"].into_iter().find(|it| self.eat(it)) {
            let value = self.power();
            return match function {
                r"\sqrt" => value.sqrt(),
                r"\ln" => value.ln(),
                r"\sin" => value.sin(),
                _ => value.cos(),
            };
        }
        if let Some((_, value)) = [(r"\infty", f64::INFINITY), (r"\pi", PI)].into_iter().find(|it| self.eat(it.0)) {
            return value;
        }
        let digits = self.rest.len() - self.rest.trim_start_matches(|it: char| it.is_ascii_digit() || it == '.').len();
        let (token, rest) = self.rest.split_at(digits.max(self.rest.chars().next().map_or(0, char::len_utf8)));
        self.rest = rest.trim_start();
        let variable = |name: char| self.variables.iter().find(|it| it.0 == name).map(|it| it.1);
        match token {
            "e" => E,
            _ if digits > 0 => token.parse().expect("a number"),
            _ => token.chars().next().and_then(variable).unwrap_or_else(|| panic!("what is «{token}»?")),
        }
    }
}

#[test]
fn an_answer_in_latex_is_read_as_the_number_that_it_states() {
    let cases = [
        (r"$-\dfrac{3}{\mathrm{e}}$", -3.0 / E),
        (r"$2\sqrt{2}$", 8_f64.sqrt()),
        (r"$11\,040$", 11040.0),
        ("$0{,}7599$", 0.7599),
        (r"$120^\circ$", 120.0),
        (r"$\binom{12}{5}$", 792.0),
        (r"Il est égal à $\mathrm{e}^2 - 1$", E * E - 1.0),
        (r"$-\ln 2$", -(2_f64.ln())),
        (r"$-\dfrac{5\pi}{6}$", -5.0 * PI / 6.0),
        (r"$4 + 6 \times 0{,}5^2$", 5.5),
        (r"$10 \times (-3)^{2-1}$", -30.0),
    ];
    for (option, value) in cases {
        assert!((number(option) - value).abs() < 1e-9, "{option}: {}", number(option));
    }
    assert_eq!(number(r"$+\infty$"), f64::INFINITY);
    assert!(number("Ce nombre n’existe pas").is_nan());
    assert_eq!(list(r"$\{-2\,;\,4\}$"), [-2.0, 4.0]);
    assert_eq!(eval(r"2x^2 - (x - 1)\ln(x)", &[('x', 1.0)]), 2.0);
}
