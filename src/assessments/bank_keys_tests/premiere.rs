//! The right options of the bank of Première, found again by computing.

use std::f64::consts::PI;

use super::{
    Row, assert_covered, assert_recomputed, close, dot, highest, is_derivative, is_solved_by,
    latex::{eval, gap, list, maths, number, of_x, right_side},
    minus, norm, same, states, zeros,
};

const BANK: &str = "maths_premiere_spe_v1";

const ROWS: &[Row] = &[
    ("MATHP-SUI-01", &["u_0 = 3", "u_{n+1} = 2u_n - 1", "u_3"], |says, o| states(o, terms(says[0], says[1])[3])),
    ("MATHP-SUI-02", &[r"n \geqslant 1", "arithmétique de raison $-3$", "u_1 = 10"], |_, o| {
        let steps = std::iter::successors(Some(10.0), |u| Some(u - 3.0));
        (1..12).map(f64::from).zip(steps).all(|(n, u)| close(eval(right_side(o), &[('n', n)]), u))
    }),
    (
        "MATHP-SUI-03",
        &["$10$\u{a0}% des abonnés de l’année précédente ne se réabonnent pas", "$50$ nouvelles personnes"],
        |_, o| [800.0, 770.0, 1240.0].into_iter().all(|u| close(next(o, u), u - u * 10.0 / 100.0 + 50.0)),
    ),
    ("MATHP-SUI-04", &["u_n = n^2 - 8n", "le plus petit entier naturel", "croissante à partir du rang"], |says, o| {
        let u = |n: u32| eval(right_side(says[0]), &[('n', f64::from(n))]);
        let grows_from = |p: u32| (p..100).all(|n| u(n) <= u(n + 1));
        states(o, (0..100).find(|p| grows_from(*p)).map_or(f64::NAN, f64::from))
    }),
    ("MATHP-SUI-05", &["$18$ places au premier rang", "$2$ places de plus", "$528$ places en tout"], |_, o| {
        let places = |rows: u32| (0..rows).map(|row| 18 + 2 * row).sum::<u32>();
        states(o, (1..100).find(|rows| places(*rows) == 528).map_or(f64::NAN, f64::from))
    }),
    ("MATHP-SUI-06", &["u_0 = 10", r"u_{n+1} = 0{,}5\,u_n + 2", "v_n = u_n - 4"], |says, o| {
        (0..).map(f64::from).zip(terms(says[0], says[1])).all(|(n, u)| close(eval(right_side(o), &[('n', n)]), u))
    }),
    ("MATHP-DEG-01", &["x^2 + 2x - 15 = 0"], |says, o| is_solved_by(says[0], &solutions(o))),
    ("MATHP-DEG-02", &["x^2 - 6x + 2", "forme canonique"], |says, o| same(of_x(right_side(o)), of_x(says[0]))),
    ("MATHP-DEG-03", &["-x^2 + x + 6", "-x^2 + x + 6 > 0"], |says, o| {
        quarters(-20, 20).all(|x| is_in(x, maths(o)) == (of_x(says[0])(x) > 0.0))
    }),
    ("MATHP-DEG-04", &["Le nombre $1$ est une solution", "3x^2 + 4x - 7 = 0", "l’autre solution"], |says, o| {
        let other = number(o);
        other != 1.0 && close(gap(says[1], &[('x', other)]), 0.0)
    }),
    ("MATHP-DEG-05", &["x^2 + mx + m + 3 = 0", "aucune solution réelle"], |says, o| {
        let none = |m: f64| zeros(|x| gap(says[0], &[('x', x), ('m', m)]), -20, 20).is_empty();
        [-9.0, -6.0, -4.0, -2.5, -2.0, -1.5, 0.0, 2.0, 3.0, 5.5, 6.0, 6.5, 9.0]
            .into_iter()
            .all(|m| is_met(o, m) == none(m))
    }),
    ("MATHP-DEG-06", &["$40$ mètres de grillage", "trois autres côtés", "la plus grande aire possible"], |_, o| {
        states(o, highest(|x| x * (40.0 - 2.0 * x), 0.0, 20.0))
    }),
    ("MATHP-DER-01", &["f(x) = x^2", "taux de variation", "entre $2$ et $2 + h$"], |says, o| {
        let f = of_x(right_side(says[0]));
        [-0.7, 0.1, 1.5].into_iter().all(|h| close(eval(maths(o), &[('h', h)]), (f(2.0 + h) - f(2.0)) / h))
    }),
    ("MATHP-DER-02", &[r"A(2\,;\,5)", r"B(4\,;\,1)", "la tangente à la courbe en $A$", "f'(2)"], |says, o| {
        let (a, b) = (list(&says[0][1..]), list(&says[1][1..]));
        states(o, (b[1] - a[1]) / (b[0] - a[0]))
    }),
    ("MATHP-DER-03", &["f(x) = x^2 - 3x + 1", "tangente", "au point d’abscisse $2$"], |says, o| {
        let (f, line) = (of_x(right_side(says[0])), of_x(right_side(o)));
        let slope = (f(2.0 + 1e-5) - f(2.0 - 1e-5)) / 2e-5;
        close(line(2.0), f(2.0)) && close(line(3.0) - line(2.0), slope)
    }),
    ("MATHP-DER-04", &[r"\dfrac{2x + 1}{x - 3}", r"]3\,;\,+\infty[", "sa dérivée"], |says, o| {
        let (derivative, f) = (of_x(right_side(o)), of_x(says[0]));
        is_derivative(|x| derivative(x + 3.0), |x| f(x + 3.0))
    }),
    ("MATHP-DER-05", &["f(x) = x^3 + ax^2 + 3x + 1", r"$f$ est croissante sur $\mathbb{R}$"], |says, o| {
        let f = |a: f64, x: f64| eval(right_side(says[0]), &[('a', a), ('x', x)]);
        let grows = |a: f64| quarters(-6, 6).all(|x| f(a, x) <= f(a, x + 0.25) + 1e-9);
        [-8.0, -6.0, -4.0, -3.0, -1.0, 0.0, 2.0, 3.0, 4.0, 6.0, 8.0].into_iter().all(|a| is_in(a, maths(o)) == grows(a))
    }),
    ("MATHP-DER-06", &["côté $12$ cm", r"0 \leqslant x \leqslant 6", "sans couvercle", "maximal"], |_, o| {
        let volume = |x: f64| x * (12.0 - 2.0 * x).powi(2);
        close(volume(eval(right_side(o), &[])), highest(volume, 0.0, 6.0))
    }),
    ("MATHP-EXP-01", &[r"\dfrac{\mathrm{e}^{2x} \times \mathrm{e}^{3}}{\mathrm{e}^{x-1}}"], |says, o| {
        same(of_x(maths(o)), of_x(says[0]))
    }),
    ("MATHP-EXP-02", &[r"\dfrac{29\pi}{6}", "même point du cercle trigonométrique"], |says, o| {
        let (here, there) = (number(o), eval(says[0], &[]));
        close(here.cos(), there.cos()) && close(here.sin(), there.sin())
    }),
    ("MATHP-EXP-03", &[r"\mathrm{e}^{x^2 - 3} = \left(\mathrm{e}^{x}\right)^2"], |says, o| {
        is_solved_by(says[0], &solutions(o))
    }),
    ("MATHP-EXP-04", &[r"\sin(-x) + \sin(x + 4\pi) + \cos(-x)"], |says, o| same(of_x(maths(o)), of_x(says[0]))),
    ("MATHP-EXP-05", &[r"[\dfrac{\pi}{2}\,;\,\pi\right]", r"\sin(x) = \dfrac{3}{5}"], |_, o| {
        // The sine falls from 1 to 0 there.
        let (mut low, mut high) = (PI / 2.0, PI);
        for _ in 0..60 {
            let middle = (low + high) / 2.0;
            if middle.sin() > 3.0 / 5.0 { low = middle } else { high = middle }
        }
        states(o, low.cos())
    }),
    ("MATHP-EXP-06", &[r"f(x) = (x^2 - 3)\,\mathrm{e}^{x}", "décroissante"], |says, o| {
        let f = of_x(right_side(says[0]));
        quarters(-20, 20).filter(|x| is_in(*x, maths(o)) && is_in(x + 0.25, maths(o))).all(|x| f(x) >= f(x + 0.25))
    }),
    ("MATHP-GEO-01", &["AB = 4", "AC = 3", r"\widehat{BAC} = 60^\circ", "produit scalaire"], |_, o| {
        states(o, dot(polar(4.0, 0.0), polar(3.0, 60.0)))
    }),
    ("MATHP-GEO-02", &["3x - 2y + 5 = 0", "normal", "repère orthonormé"], |says, o| {
        let vector = plane(maths(o));
        norm(vector) > 0.0 && close(dot(vector, direction(says[0])), 0.0)
    }),
    ("MATHP-GEO-03", &["x^2 + y^2 - 6x + 4y - 12 = 0", "centre et son rayon"], |says, o| {
        let (centre, radius) = (plane(maths(o)), eval(o.split('$').nth(3).expect("a radius"), &[]));
        (0..12)
            .map(|hour| polar(radius, f64::from(hour) * 30.0))
            .all(|[x, y, _]| close(gap(says[0], &[('x', centre[0] + x), ('y', centre[1] + y)]), 0.0))
    }),
    ("MATHP-GEO-04", &["AB = 5", "AC = 8", r"\widehat{BAC} = 60^\circ", "BC"], |_, o| {
        states(o, norm(minus(polar(8.0, 60.0), polar(5.0, 0.0))))
    }),
    ("MATHP-GEO-05", &[r"A(1\,;\,2)", r"B(4\,;\,3)", r"C(-1\,;\,y)", "rectangle en $A$"], |says, o| {
        let (a, b, c) = (plane(&says[0][1..]), plane(&says[1][1..]), [-1.0, eval(right_side(o), &[]), 0.0]);
        close(dot(minus(b, a), minus(c, a)), 0.0)
    }),
    ("MATHP-GEO-06", &[r"A(6\,;\,2)", "2x + y - 4 = 0", "projeté orthogonal"], |says, o| {
        let (a, h) = (plane(&says[0][1..]), plane(maths(o)));
        let on_line = close(gap(says[1], &[('x', h[0]), ('y', h[1])]), 0.0);
        on_line && close(dot(minus(a, h), direction(says[1])), 0.0)
    }),
    (
        "MATHP-PROB-01",
        &["dont $50$ mineurs", "$30$ mineurs et $45$ majeurs", "joue au basket sachant qu’il est mineur"],
        |_, o| states(o, 30.0 / 50.0),
    ),
    ("MATHP-PROB-02", &["P(X = -2) = 0{,}3", "P(X = 0) = 0{,}5", "P(X = 5) = 0{,}2", "espérance"], |says, o| {
        let law = says[..3].iter().map(|piece| piece[6..].split_once(") =").expect("a probability"));
        states(o, law.map(|(value, p)| eval(value, &[]) * eval(p, &[])).sum())
    }),
    (
        "MATHP-PROB-03",
        &[
            "$70$\u{a0}% des vols",
            "$20$\u{a0}% des vols internationaux et $10$\u{a0}% des autres",
            "qu’il soit en retard",
        ],
        // Of 1000 flights.
        |_, o| states(o, (700.0 * 0.2 + 300.0 * 0.1) / 1000.0),
    ),
    ("MATHP-PROB-04", &["P(A) = 0{,}4", "P(B) = 0{,}5", r"P(A \cup B) = 0{,}7"], |says, o| {
        let p = |piece: usize| eval(right_side(says[piece]), &[]);
        let both = p(0) + p(1) - p(2);
        let (independent, exclusive) = (close(both, p(0) * p(1)), close(both, 0.0));
        match o.rsplit('$').next().expect("words").trim() {
            "sont indépendants et incompatibles" => independent && exclusive,
            "sont indépendants, mais pas incompatibles" => independent && !exclusive,
            "sont incompatibles, mais pas indépendants" => !independent && exclusive,
            "ne sont ni indépendants ni incompatibles" => !independent && !exclusive,
            other => panic!("what is «{other}»?"),
        }
    }),
    (
        "MATHP-PROB-05",
        &[r"est $\dfrac{1}{4}$", "$20$ euros si on tombe deux fois", "$4$ euros si on y tombe exactement une fois"],
        |_, o| {
            // A wheel of four equal parts, of which part 0 wins.
            let received = (0..16).map(|two| [20.0, 4.0, 0.0][usize::from(two / 4 != 0) + usize::from(two % 4 != 0)]);
            states(o, received.sum::<f64>() / 16.0)
        },
    ),
    (
        "MATHP-PROB-06",
        &["$60$\u{a0}% des pièces", "$2$\u{a0}% sont défectueuses", "$7$\u{a0}% le sont", "vienne de la machine $A$"],
        // Of 1000 parts.
        |_, o| states(o, 600.0 * 0.02 / (600.0 * 0.02 + 400.0 * 0.07)),
    ),
];

#[test]
fn computing_finds_that_the_stored_key_of_every_question_of_premiere_is_right_and_that_no_other_option_is() {
    assert_recomputed(BANK, ROWS);
}

#[test]
fn every_question_of_the_premiere_bank_is_recomputed_once() {
    assert_covered(BANK, ROWS);
}

/// What follows `u_n` by a rule `u_{n+1} = …`.
fn next(rule: &str, u: f64) -> f64 {
    eval(&right_side(rule).replace("u_n", "u"), &[('u', u)])
}

/// The first ten terms.
fn terms(first: &str, rule: &str) -> Vec<f64> {
    std::iter::successors(Some(eval(right_side(first), &[])), |u| Some(next(rule, *u))).take(10).collect()
}

/// The numbers of a set of solutions; none for the empty set.
fn solutions(option: &str) -> Vec<f64> {
    if maths(option) == r"\varnothing" { Vec::new() } else { list(maths(option)) }
}

/// From one whole number to another, by quarters.
fn quarters(from: i32, to: i32) -> impl Iterator<Item = f64> {
    (from * 4..=to * 4).map(|it| f64::from(it) / 4.0)
}

/// Whether a number is in an interval, or in a union of intervals.
fn is_in(x: f64, intervals: &str) -> bool {
    intervals.split(r"\cup").map(str::trim).any(|interval| {
        let ends = list(interval);
        let (after, before) = (interval.starts_with('['), interval.ends_with(']'));
        (ends[0] < x || after && ends[0] == x) && (x < ends[1] || before && x == ends[1])
    })
}

/// Whether `m` meets one of the conditions of « Pour $…$ ou $…$ », such as `-2 < m < 6`.
fn is_met(option: &str, m: f64) -> bool {
    option.split('$').skip(1).step_by(2).any(|condition| {
        let words: Vec<_> = condition.split(' ').collect();
        words.windows(3).step_by(2).all(|it| {
            let (left, right) = (eval(it[0], &[('m', m)]), eval(it[2], &[('m', m)]));
            match it[1] {
                "<" => left < right,
                ">" => left > right,
                "=" => left == right,
                other => panic!("what is «{other}»?"),
            }
        })
    })
}

// The plane is where the third coordinate is zero.

fn plane(latex: &str) -> [f64; 3] {
    let [x, y] = list(latex).try_into().expect("two coordinates");
    [x, y, 0.0]
}

/// By length and angle in degrees.
fn polar(length: f64, degrees: f64) -> [f64; 3] {
    let angle = degrees * PI / 180.0;
    [length * angle.cos(), length * angle.sin(), 0.0]
}

/// From a point of the line to another one.
fn direction(line: &str) -> [f64; 3] {
    let at = |x: f64, y: f64| gap(line, &[('x', x), ('y', y)]);
    let height = |x: f64| -at(x, 0.0) / (at(x, 1.0) - at(x, 0.0));
    [1.0, height(1.0) - height(0.0), 0.0]
}
