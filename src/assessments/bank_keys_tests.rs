//! The right options of the banks of mathematics, found again by computing: a wrong key, a wrong number in an option, or
//! a wrong option that is right after all, fails here. The rows are those of Terminale (spec §1.2.4); [`premiere`] has
//! its own.
//!
//! A row of [`ROWS`] is a question: its id, the data it rests on (pieces of its text, so that neither changes alone),
//! and whether an option is right. Options are judged by counting, integrating or solving, never by their place.

mod form2;
mod latex;
mod premiere;

use std::f64::consts::{E, PI};

use self::latex::{eval, gap, list, maths, number, of_x, right_side, vector};
use super::bank;

type Row = (&'static str, &'static [&'static str], fn(&[&str], &str) -> bool);

const ROWS: &[Row] = &[
    ("MATH-ANA-01", &[r"\mathrm{e}^{-2x+5}", "sa dérivée"], |says, o| {
        is_derivative(of_x(right_side(o)), of_x(says[0]))
    }),
    ("MATH-ANA-02", &["x^3 - 3x^2 + 5 = 0"], |says, o| {
        states(o, zeros(|x| gap(says[0], &[('x', x)]), -10, 10).len() as f64)
    }),
    ("MATH-ANA-03", &[r"\dfrac{1}{x}", "primitive"], |says, o| is_derivative(of_x(says[0]), of_x(right_side(o)))),
    ("MATH-ANA-04", &[r"\int_0^1 ", r"2x\,\mathrm{e}^{x^2+1}"], |says, o| states(o, integral(of_x(says[1]), 0.0, 1.0))),
    ("MATH-ANA-05", &[r"x\ln(x) - 2x", "minimum"], |says, o| {
        let f = of_x(says[0]);
        states(o, -highest(|x| -f(x), 1e-6, 100.0))
    }),
    ("MATH-ANA-06", &["x^4 - 6x^2", "convexe"], |says, o| {
        let whole = maths(o) == r"\mathbb{R}";
        let ends = if whole { vec![-50.0, 50.0] } else { list(maths(o)) };
        is_convex(of_x(says[0]), ends[0], ends[1].min(50.0))
    }),
    ("MATH-ANA-07", &[r"\dfrac{\mathrm{e}^x}{x^2}", "limite"], |says, o| states(o, limit(of_x(says[0])))),
    ("MATH-ANA-08", &[r"\left(1 + \dfrac{1}{n}\right)^n", "limite"], |says, o| {
        states(o, limit(|n| eval(says[0], &[('n', n)])))
    }),
    ("MATH-ANA-09", &["f(-2) = 4", "f(0) = -1", "f(3) = 2"], |_, o| is_true_of_all_broken_lines(o)),
    ("MATH-ANA-10", &[r"\ln(x^2 - 2x + 5)", "sa dérivée"], |says, o| {
        is_derivative(of_x(right_side(o)), of_x(says[0]))
    }),
    ("MATH-ANA-11", &[r"\sin(4x)", "sa dérivée"], |says, o| is_derivative(of_x(right_side(o)), of_x(says[0]))),
    ("MATH-ANA-12", &[r"\mathrm{e}^{-x}", "aire", "limite"], |says, o| states(o, integral(of_x(says[0]), 0.0, 40.0))),
    ("MATH-COMB-01", &[r"\binom{8}{3}"], |_, o| states(o, subsets(8, |it| it.count_ones() == 3))),
    ("MATH-COMB-02", &[r"\binom{11}{4} + \binom{11}{5}"], |_, o| {
        states(o, subsets(11, |it| [4, 5].contains(&it.count_ones())))
    }),
    ("MATH-COMB-03", &["7 filles et 5 garçons", "4 personnes", "au moins un garçon"], |_, o| {
        states(o, subsets(12, |it| it.count_ones() == 4 && it & 0b1_1111 != 0))
    }),
    ("MATH-COMB-04", &["4 chiffres", "premier chiffre du code ne peut pas être 0"], |_, o| {
        states(o, (0..10_000).filter(|code| code / 1000 != 0).count() as f64)
    }),
    ("MATH-COMB-05", &["4 livres différents côte à côte"], |_, o| {
        // Two bits a place; a rank is a book.
        let all_there = |row: &u32| (0..4).fold(0, |seen, place| seen | 1 << (row >> (2 * place) & 3)) == 0b1111;
        states(o, (0..256).filter(all_there).count() as f64)
    }),
    ("MATH-COMB-06", &[r"O(0\,;\,0)", r"B(5\,;\,3)", r"C(2\,;\,1)"], |_, o| {
        // Eight steps, a bit each: 1 goes up.
        states(o, subsets(8, |steps| steps.count_ones() == 3 && (steps & 0b111).count_ones() == 1))
    }),
    ("MATH-GEO-01", &[r" 2 \\ -1 \\ 3 ", r" -4 \\ 1 \\ 2 "], |says, o| {
        states(o, dot(vector(says[0]), vector(says[1])))
    }),
    ("MATH-GEO-02", &["2x = 3z - 5", "normal"], |says, o| is_along(vector(maths(o)), normal(says[0]))),
    ("MATH-GEO-03", &["2x - y + 3z - 4 = 0", "parallèle"], |says, o| is_along(normal(maths(o)), normal(says[0]))),
    ("MATH-GEO-04", &[r"(4\,;\,-1\,;\,3)", "2x - y + 2z - 3 = 0", "distance"], |says, o| {
        let n = normal(says[1]);
        states(o, at(says[1], vector(says[0])).abs() / dot(n, n).sqrt())
    }),
    ("MATH-GEO-05", &[r" 2 \\ -3 \\ 6 ", "norme"], |says, o| states(o, norm(vector(says[0])))),
    ("MATH-GEO-06", &[r" 1 \\ -1 \\ 0 ", r" 0 \\ 1 \\ 1 ", "en degrés"], |says, o| {
        let (u, v) = (vector(says[0]), vector(says[1]));
        states(o, (dot(u, v) / norm(u) / norm(v)).acos() * 180.0 / PI)
    }),
    ("MATH-GEO-07", &[r"A(1\,;\,-2\,;\,3)", r"B(4\,;\,0\,;\,2)"], |says, o| {
        let (a, b) = (vector(&says[0][1..]), vector(&says[1][1..]));
        let (start, next) = (on_line(maths(o), 0.0), on_line(maths(o), 1.0));
        is_along(minus(next, start), minus(b, a)) && norm(cross(minus(start, a), minus(b, a))) < 1e-9
    }),
    ("MATH-GEO-08", &[r"A(1\,;\,1\,;\,0)", r"B(2\,;\,0\,;\,1)", r"C(0\,;\,3\,;\,1)"], |says, o| {
        says.iter().all(|point| at(maths(o), vector(&point[1..])) == 0.0)
    }),
    ("MATH-GEO-09", &[r" 2 \\ -1 \\ 3 ", "orthogonal"], |says, o| dot(vector(says[0]), vector(maths(o))) == 0.0),
    ("MATH-GEO-10", &[r"x = 1 + t \\ y = 2 - t \\ z = -1 + 2t", "2x + y - z - 3 = 0"], |says, o| {
        let point = vector(maths(o));
        let on_d = zeros(|t| norm(minus(on_line(says[0], t), point)), -5, 5).len() == 1;
        on_d && at(says[1], point) == 0.0
    }),
    ("MATH-LOG-01", &[r"\ln\left(\mathrm{e}^{-3}\right)"], |says, o| states(o, eval(says[0], &[]))),
    ("MATH-LOG-02", &[r"\mathrm{e}^{2\ln 5}"], |says, o| states(o, eval(says[0], &[]))),
    ("MATH-LOG-03", &[r"\mathrm{e}^{2x} - \mathrm{e}^{x} - 6 = 0"], |says, o| is_solved_by(says[0], &list(maths(o)))),
    ("MATH-LOG-04", &[r"\ln\left(a^3 b\right)", r"\ln a = 2", r"\ln b = 5"], |says, o| {
        states(o, eval(says[0], &[('a', E.powi(2)), ('b', E.powi(5))]))
    }),
    ("MATH-LOG-05", &[r"\ln(x) + \ln(x - 2) = \ln(8)"], |says, o| is_solved_by(says[0], &list(maths(o)))),
    ("MATH-LOG-06", &[r"\dfrac{2x + 3\ln x}{x + 1}", "limite"], |says, o| states(o, limit(of_x(says[0])))),
    ("MATH-LOG-07", &[r"x \mapsto \mathrm{e}^{x}"], |_, o| {
        o.trim_start_matches("Elle est ").split(" et ").all(is_true_of_exp)
    }),
    ("MATH-LOG-08", &[r"\ln\left(\dfrac{x^5}{\mathrm{e}^{2} x^{2}}\right)"], |says, o| {
        same(of_x(maths(o)), of_x(says[0]))
    }),
    ("MATH-LOG-09", &[r"\mathrm{e}^{x} = x + m", "exactement deux solutions"], |says, o| {
        let two = |m: f64| zeros(|x| gap(says[0], &[('x', x), ('m', m)]), -6, 3).len() == 2;
        [-3.0, -1.0, 0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 2.0, 5.0].into_iter().all(|m| holds(maths(o), m) == two(m))
    }),
    ("MATH-LOG-10", &[r"x\,\mathrm{e}^{-x}", "maximum"], |says, o| states(o, highest(of_x(says[0]), -5.0, 50.0))),
    ("MATH-PROB-01", &["n = 20", "p = 0{,}3", "espérance"], |_, o| states(o, mean(&law(20, 0.3)))),
    ("MATH-PROB-02", &["$5$ questions", "$5$ réponses", "exactement $2$ bonnes"], |_, o| {
        // A sheet is five digits in base 5; 0 is the right answer.
        let right = |sheet: u32| (0..5).filter(|place| (sheet / 5_u32.pow(*place)).is_multiple_of(5)).count();
        states(o, (0..3125).filter(|sheet| right(*sheet) == 2).count() as f64 / 3125.0)
    }),
    ("MATH-PROB-03", &["P(A) = 0{,}4", "P_A(B) = 0{,}5", r"P_{\overline{A}}(B) = 0{,}1"], |_, o| {
        states(o, 0.4 * 0.5 + (1.0 - 0.4) * 0.1)
    }),
    ("MATH-PROB-04", &["$1$\u{a0}%", "$90$\u{a0}%", "$10$\u{a0}%", "test positif", "au millième"], |_, o| {
        // Among 1000 people, 10 are ill: 9 of them and 99 of the others have a positive test.
        states(o, thousandths(9.0 / (9.0 + 99.0)))
    }),
    ("MATH-PROB-05", &[r"\mu = 50", r"\sigma = 10", "environ $68$\u{a0}%"], |_, o| {
        let ends = list(maths(o));
        ends[0] + ends[1] == 100.0 && (bell(50.0, 10.0, ends[0], ends[1]) - 0.68).abs() < 0.005
    }),
    ("MATH-PROB-06", &["d’espérance $100$ et d’écart type $15$", "P(X > 130)"], |_, o| {
        states(o, thousandths(bell(100.0, 15.0, 130.0, 400.0)))
    }),
    ("MATH-PROB-07", &["P(A) = 0{,}3", "P(B) = 0{,}5", r"P(A \cup B)"], |_, o| {
        let both = 0.3 + 0.5 - number(o);
        close(both, 0.3 * 0.5)
    }),
    ("MATH-PROB-08", &["$3$ cartes", "$32$ cartes", "$4$ as", "exactement $2$ as", "au millième"], |_, o| {
        let three = || (0..32).flat_map(|a| (0..a).flat_map(move |b| (0..b).map(move |c| [a, b, c])));
        let good = three().filter(|hand| hand.iter().filter(|card| **card < 4).count() == 2).count();
        states(o, thousandths(good as f64 / three().count() as f64))
    }),
    ("MATH-PROB-09", &["n = 50", "p = 0{,}2", "variance"], |_, o| {
        let law = law(50, 0.2);
        let squares: f64 = law.iter().zip(0..).map(|(p, k)| p * f64::from(k * k)).sum();
        states(o, squares - mean(&law).powi(2))
    }),
    ("MATH-PROB-10", &[r"n = 1\,600", "f = 0{,}52", r"f - \dfrac{1}{\sqrt{n}}", "p > 0{,}5"], |_, o| {
        let margin = 1600_f64.sqrt().recip();
        let ends = list(maths(o));
        let verdict = if 0.52 - margin > 0.5 { "Oui, " } else { "Non, " };
        o.starts_with(verdict) && close(ends[0], 0.52 - margin) && close(ends[1], 0.52 + margin)
    }),
    ("MATH-PROB-11", &["$0{,}3$ à chaque tir", "$4$ flèches", "au moins une fois"], |_, o| {
        states(o, law(4, 0.3)[1..].iter().sum())
    }),
    ("MATH-PROB-12", &["égale à $9$", r"\geqslant 0{,}5", r"\leqslant 0{,}05"], |_, o| {
        // In whole numbers: 9 / (n × 0,25) ≤ 0,05.
        states(o, (1..).find(|n| 9 * 100 * 100 <= 5 * n * 25).map_or(f64::NAN, f64::from))
    }),
];

#[test]
fn computing_finds_that_the_stored_key_of_every_maths_question_is_right_and_that_no_other_option_is() {
    assert_recomputed("maths_terminale_spe_v1", ROWS);
}

#[test]
fn every_question_of_the_terminale_bank_is_recomputed_once() {
    assert_covered("maths_terminale_spe_v1", ROWS);
}

/// For each row, the stored key and no other option is right.
#[track_caller]
fn assert_recomputed(bank_id: &str, rows: &[Row]) {
    let bank = bank::bank(bank_id).expect("the bank");
    let mut faults = Vec::new();
    for (id, says, is_right) in rows {
        let question = bank.question(id).unwrap_or_else(|| panic!("no question {id}"));
        for piece in says.iter().filter(|piece| !question.text.contains(**piece)) {
            faults.push(format!("{id}: its text no longer says «{piece}»: recompute it with what it says now"));
        }
        let right: Vec<_> = (0..4).filter(|place| is_right(says, &question.options[*place])).collect();
        if right != [question.key] {
            faults.push(format!("{id}: the key is {}, computing finds {right:?}", question.key));
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// The rows are the bank's questions, in its order.
#[track_caller]
fn assert_covered(bank_id: &str, rows: &[Row]) {
    let bank = bank::bank(bank_id).expect("the bank");
    assert!(rows.iter().map(|row| row.0).eq(bank.questions.iter().map(|it| it.id.as_str())));
}

// Numbers.

fn close(one: f64, other: f64) -> bool {
    one == other || (one - other).abs() <= 1e-6 * (1.0 + one.abs().min(other.abs()))
}

fn states(option: &str, value: f64) -> bool {
    close(number(option), value)
}

fn same(f: impl Fn(f64) -> f64, g: impl Fn(f64) -> f64) -> bool {
    [0.3, 0.9, 1.7, 2.6].into_iter().all(|x| close(f(x), g(x)))
}

fn is_derivative(derivative: impl Fn(f64) -> f64, f: impl Fn(f64) -> f64) -> bool {
    same(derivative, |x| (f(x + 1e-5) - f(x - 1e-5)) / 2e-5)
}

/// By Simpson's rule.
fn integral(f: impl Fn(f64) -> f64, from: f64, to: f64) -> f64 {
    let width = (to - from) / 2000.0;
    let weight = |place: u32| if place == 0 || place == 2000 { 1.0 } else { f64::from(2 + place % 2 * 2) };
    (0..=2000).map(|place| weight(place) * f(from + f64::from(place) * width)).sum::<f64>() * width / 3.0
}

/// At plus infinity, of what is settled there (or is beyond any float).
fn limit(f: impl Fn(f64) -> f64) -> f64 {
    let (far, farther) = (f(2_f64.powi(30)), f(2_f64.powi(40)));
    assert!(close(far, farther), "{far} then {farther}");
    farther
}

/// The maximum of a function that goes up, then down.
fn highest(f: impl Fn(f64) -> f64, mut low: f64, mut high: f64) -> f64 {
    for _ in 0..300 {
        let (left, right) = (low + (high - low) / 3.0, high - (high - low) / 3.0);
        if f(left) < f(right) { low = left } else { high = right }
    }
    f(low)
}

/// Where a function crosses or, on a multiple of 1/64, touches zero; where it has no value, it does neither.
fn zeros(f: impl Fn(f64) -> f64, from: i32, to: i32) -> Vec<f64> {
    let mut found = Vec::new();
    for step in from * 64..to * 64 {
        let (mut low, mut high) = (f64::from(step) / 64.0, f64::from(step + 1) / 64.0);
        let start = f(low);
        if start == 0.0 {
            found.push(low);
        } else if start * f(high) < 0.0 {
            for _ in 0..50 {
                let middle = (low + high) / 2.0;
                if f(middle) * start > 0.0 { low = middle } else { high = middle }
            }
            found.push(low);
        }
    }
    found
}

fn is_solved_by(equation: &str, expected: &[f64]) -> bool {
    let found = zeros(|x| gap(equation, &[('x', x)]), -10, 10);
    found.len() == expected.len() && found.iter().zip(expected).all(|(one, other)| close(*one, *other))
}

fn is_convex(f: impl Fn(f64) -> f64, from: f64, to: f64) -> bool {
    let step = (to - from) / 1000.0;
    (1..1000).map(|place| from + f64::from(place) * step).all(|x| f(x - step) + f(x + step) >= 2.0 * f(x) - 1e-9)
}

fn subsets(size: u32, wanted: impl Fn(u32) -> bool) -> f64 {
    (0..1_u32 << size).filter(|it| wanted(*it)).count() as f64
}

/// Probabilities of 0, 1… successes, one trial after the other.
fn law(trials: usize, p: f64) -> Vec<f64> {
    let mut law = vec![0.0; trials + 1];
    law[0] = 1.0;
    for _ in 0..trials {
        for k in (0..law.len()).rev() {
            law[k] = law[k] * (1.0 - p) + if k > 0 { law[k - 1] * p } else { 0.0 };
        }
    }
    law
}

fn mean(law: &[f64]) -> f64 {
    law.iter().zip(0..).map(|(p, k)| p * f64::from(k)).sum()
}

/// Probability that a normal variable lies between two values.
fn bell(mean: f64, deviation: f64, from: f64, to: f64) -> f64 {
    let density = |x: f64| (-((x - mean) / deviation).powi(2) / 2.0).exp() / (deviation * (2.0 * PI).sqrt());
    integral(density, from, to)
}

fn thousandths(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

// Vectors, points, planes `… = 0`, lines `x = … \\ y = … \\ z = …`.

fn dot(u: [f64; 3], v: [f64; 3]) -> f64 {
    u.iter().zip(v).map(|(a, b)| a * b).sum()
}

fn norm(u: [f64; 3]) -> f64 {
    dot(u, u).sqrt()
}

fn minus(u: [f64; 3], v: [f64; 3]) -> [f64; 3] {
    [u[0] - v[0], u[1] - v[1], u[2] - v[2]]
}

fn cross(u: [f64; 3], v: [f64; 3]) -> [f64; 3] {
    [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]]
}

fn is_along(u: [f64; 3], v: [f64; 3]) -> bool {
    norm(u) > 0.0 && norm(cross(u, v)) < 1e-9
}

/// Left side minus right side of a plane's equation, at a point.
fn at(plane: &str, [x, y, z]: [f64; 3]) -> f64 {
    gap(plane, &[('x', x), ('y', y), ('z', z)])
}

fn normal(plane: &str) -> [f64; 3] {
    let slope = |point| at(plane, point) - at(plane, [0.0; 3]);
    [slope([1.0, 0.0, 0.0]), slope([0.0, 1.0, 0.0]), slope([0.0, 0.0, 1.0])]
}

fn on_line(system: &str, t: f64) -> [f64; 3] {
    let lines = system.trim_start_matches(r"\begin{cases}").trim_end_matches(r"\end{cases}").split(r"\\");
    let values: Vec<_> = lines.map(|line| eval(right_side(line), &[('t', t)])).collect();
    values.try_into().expect("three coordinates")
}

// Statements in words.

/// Whether the option's sentence holds for every broken line through (-2, 4), (0, -1) and (3, 2) of a varied family.
fn is_true_of_all_broken_lines(option: &str) -> bool {
    const HEIGHTS: [f64; 4] = [-6.5, -2.5, 2.5, 6.5];
    let level = eval(right_side(option), &[]);
    (0..256_usize).all(|which| {
        let height = |place: usize| HEIGHTS[which >> (2 * place) & 3];
        let line = [4.0, height(0), height(1), -1.0, height(2), height(3), 2.0];
        let solutions = line.windows(2).filter(|ends| (ends[0] - level) * (ends[1] - level) < 0.0).count();
        match option.rsplit('$').next().expect("words").trim() {
            "a au moins deux solutions" => solutions >= 2,
            "a exactement deux solutions" => solutions == 2,
            "a exactement une solution" => solutions == 1,
            "n’a aucune solution" => solutions == 0,
            other => panic!("what is «{other}»?"),
        }
    })
}

fn is_true_of_exp(statement: &str) -> bool {
    let values: Vec<_> = (-20..=20).map(|x| (f64::from(x), f64::from(x).exp())).collect();
    let before_zero = values.windows(2).filter(|it| it[1].0 <= 0.0);
    match statement.split('$').next().expect("words").trim() {
        "strictement positive" | "strictement positive sur" => values.iter().all(|it| it.1 > 0.0),
        "strictement croissante sur" => values.windows(2).all(|it| it[0].1 < it[1].1),
        "décroissante sur" => before_zero.into_iter().all(|it| it[0].1 >= it[1].1),
        "du même signe que" => values.iter().all(|it| it.0 * it.1 > 0.0 || it.0 == it.1),
        "s’annule en" => number(statement).exp() == 0.0,
        other => panic!("what is «{other}»?"),
    }
}

/// An inequality on `m`.
fn holds(inequality: &str, m: f64) -> bool {
    let words: Vec<_> = inequality.split(' ').collect();
    let bound = eval(words[2], &[]);
    match words[1] {
        ">" => m > bound,
        "<" => m < bound,
        r"\geqslant" => m >= bound,
        other => panic!("what is «{other}»?"),
    }
}
