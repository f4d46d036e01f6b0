//! The right options of the second form of the Terminale bank, found again by computing.

use std::f64::consts::{E, PI};

use super::{
    Row, assert_covered, assert_recomputed, at, bell, close, cross, dot, highest, integral, is_along, is_convex,
    is_derivative, is_solved_by,
    latex::{eval, gap, list, maths, number, of_x, right_side, vector},
    law, limit, mean, minus, norm, normal, on_line, same, states, subsets, thousandths, zeros,
};

const BANK: &str = "maths_terminale_spe_v1_form2";

const ROWS: &[Row] = &[
    ("MATH2-ANA-01", &[r"\mathrm{e}^{4-3x}", "Quelle égalité est vraie"], |says, o| {
        let derivative = right_side(o).replace("f(x)", &format!("({})", says[0]));
        is_derivative(of_x(&derivative), of_x(says[0]))
    }),
    ("MATH2-ANA-02", &["x^3 - 12x = k", "exactement deux solutions"], |says, o| {
        zeros(|x| gap(says[0], &[('x', x), ('k', value(o))]), -10, 10).len() == 2
    }),
    ("MATH2-ANA-03", &[r"\dfrac{5}{x}", "primitive"], |says, o| is_derivative(of_x(says[0]), of_x(right_side(o)))),
    ("MATH2-ANA-04", &[r"\int_0^{\frac{\pi}{2}} ", r"\cos(x)\,\mathrm{e}^{\sin(x)}"], |says, o| {
        states(o, integral(of_x(says[1]), 0.0, PI / 2.0))
    }),
    ("MATH2-ANA-05", &[r"x^2\ln(x)", r"\geqslant m", "le plus grand nombre", "pour tout $x > 0$"], |says, o| {
        let f = of_x(says[0]);
        states(o, -highest(|x| -f(x), 1e-6, 100.0))
    }),
    ("MATH2-ANA-06", &["x^4 - 2x^3", "concave"], |says, o| {
        let (f, ends) = (of_x(says[0]), list(maths(o)));
        is_convex(|x| -f(x), ends[0].max(-50.0), ends[1].min(50.0))
    }),
    ("MATH2-ANA-07", &[r"x^3\,\mathrm{e}^{-x}", "limite", r"+\infty"], |says, o| states(o, limit(of_x(says[0])))),
    ("MATH2-ANA-08", &[r"n\left(\mathrm{e}^{\frac{2}{n}} - 1\right)", "limite"], |says, o| {
        states(o, limit_in_inverse_powers(|n| eval(says[0], &[('n', n)])))
    }),
    (
        "MATH2-ANA-09",
        &["$12$\u{a0}°C à 8\u{a0}h", "$20$\u{a0}°C à 14\u{a0}h", "$15$\u{a0}°C à 20\u{a0}h"],
        |_, o| is_true_of_all_days(o),
    ),
    ("MATH2-ANA-10", &[r"\ln(2x^2 + 1)", "coefficient directeur", "abscisse $1$"], |says, o| {
        let f = of_x(says[0]);
        states(o, (f(1.0 + 1e-5) - f(1.0 - 1e-5)) / 2e-5)
    }),
    ("MATH2-ANA-11", &[r"x(t) = 3\cos(2t)", "la dérivée"], |says, o| is_derivative(of_t(o), of_t(says[0]))),
    ("MATH2-ANA-12", &[r"\dfrac{6}{x^2}", "x = 2", "aire", "limite"], |says, o| {
        // From 2 to infinity, with x = exp(s).
        let f = of_x(says[0]);
        states(o, integral(|s| f(s.exp()) * s.exp(), 2_f64.ln(), 40.0))
    }),
    ("MATH2-COMB-01", &[r"\binom{9}{7}"], |_, o| states(o, subsets(9, |it| it.count_ones() == 7))),
    ("MATH2-COMB-02", &[r"\binom{15}{6} - \binom{14}{6}"], |_, o| {
        // Six of fifteen, less those without the first.
        states(o, subsets(15, |it| it.count_ones() == 6 && it & 1 == 1))
    }),
    ("MATH2-COMB-03", &["4 bénévoles parmi 10", "ne peuvent pas être choisis ensemble"], |_, o| {
        states(o, subsets(10, |it| it.count_ones() == 4 && it & 0b11 != 0b11))
    }),
    ("MATH2-COMB-04", &["5 cases", "3 couleurs", "deux cases voisines n’ont jamais la même couleur"], |_, o| {
        let frieze = |which: u32| (0..5).map(move |place| which / 3_u32.pow(place) % 3);
        let allowed = |which: &u32| frieze(*which).zip(frieze(*which).skip(1)).all(|(one, next)| one != next);
        states(o, (0..243).filter(allowed).count() as f64)
    }),
    ("MATH2-COMB-05", &["cinq lettres du mot TUNIS", "exactement une fois"], |_, o| {
        let all_there =
            |word: &u32| (0..5).fold(0, |seen, place| seen | 1 << (word / 5_u32.pow(place) % 5)) == 0b1_1111;
        states(o, (0..3125).filter(all_there).count() as f64)
    }),
    ("MATH2-COMB-06", &[r"A(0\,;\,0)", r"B(4\,;\,3)", r"C(1\,;\,2)", "évitent $C$"], |_, o| {
        // Seven steps, a bit each: 1 goes up.
        states(o, subsets(7, |steps| steps.count_ones() == 3 && (steps & 0b111).count_ones() != 2))
    }),
    ("MATH2-GEO-01", &[r" 1 \\ -2 \\ k ", r" 4 \\ 3 \\ -1 ", "= -7$"], |says, o| {
        close(dot(vector(&with(says[0], 'k', value(o))), vector(says[1])), -7.0)
    }),
    ("MATH2-GEO-02", &[r" 1 \\ -2 \\ 0 ", "vecteur normal"], |says, o| is_along(normal(maths(o)), vector(says[0]))),
    ("MATH2-GEO-03", &["3x + my - 6z + 1 = 0", "x - 2y - 2z + 5 = 0", "parallèles"], |says, o| {
        is_along(normal(&with(says[0], 'm', value(o))), normal(says[1]))
    }),
    ("MATH2-GEO-04", &["x + 2y - 2z + 2 = 0", "x + 2y - 2z - 7 = 0", "la distance $AH$"], |says, o| {
        let n = normal(says[0]);
        let a = n.map(|it| -it * at(says[0], [0.0; 3]) / dot(n, n));
        assert!(close(at(says[0], a), 0.0));
        states(o, at(says[1], a).abs() / norm(normal(says[1])))
    }),
    ("MATH2-GEO-05", &[r"A(1\,;\,-2\,;\,3)", r"B(3\,;\,2\,;\,-1)", "la distance $AB$"], |says, o| {
        states(o, norm(minus(point(says[1]), point(says[0]))))
    }),
    ("MATH2-GEO-06", &[r"A(1\,;\,0\,;\,2)", r"B(3\,;\,1\,;\,0)", r"C(1\,;\,1\,;\,1)", r"\widehat{BAC}"], |says, o| {
        let (u, v) = (minus(point(says[1]), point(says[0])), minus(point(says[2]), point(says[0])));
        states(o, (dot(u, v) / norm(u) / norm(v)).acos() * 180.0 / PI)
    }),
    ("MATH2-GEO-07", &[r"x = 2 + t \\ y = -1 - 2t \\ z = 5 + 4t", r"A(0\,;\,3\,;\,-1)", "parallèle"], |says, o| {
        let along = |line: &str| minus(on_line(line, 1.0), on_line(line, 0.0));
        let from_a = minus(on_line(maths(o), 0.0), point(says[1]));
        is_along(along(maths(o)), along(says[0])) && norm(cross(from_a, along(says[0]))) < 1e-9
    }),
    (
        "MATH2-GEO-08",
        &[r"A(3\,;\,0\,;\,0)", r"B(0\,;\,0\,;\,2)", r"C(1\,;\,1\,;\,1)", r"D(2\,;\,k\,;\,-1)"],
        |says, o| {
            let [a, b, c] = [0, 1, 2].map(|it: usize| point(says[it]));
            let d = point(&with(says[3], 'k', value(o)));
            dot(cross(minus(b, a), minus(c, a)), minus(d, a)) == 0.0
        },
    ),
    ("MATH2-GEO-09", &[r"A(3\,;\,1\,;\,1)", r"B(2\,;\,5\,;\,1)", r"C(1\,;\,2\,;\,0)"], |says, o| {
        let [a, b, c] = [0, 1, 2].map(|it: usize| point(says[it]));
        let right_at = |from, one, other| dot(minus(one, from), minus(other, from)) == 0.0;
        let right = [("A", right_at(a, b, c)), ("B", right_at(b, c, a)), ("C", right_at(c, a, b))];
        match o.split('$').nth(1) {
            Some(name) => right.contains(&(name, true)),
            None => right.iter().all(|it| !it.1),
        }
    }),
    ("MATH2-GEO-10", &[r"x = 1 + 2t \\ y = -1 + t \\ z = 3 - t", "x - y + z - 5 = 0"], |says, o| {
        o == position(says[0], says[1])
    }),
    ("MATH2-LOG-01", &[r"\ln(x) = -2"], |says, o| {
        o.contains('=') && close(gap(says[0], &[('x', value(o))]), 0.0) // Not for the option in words.
    }),
    ("MATH2-LOG-02", &[r"\mathrm{e}^{\ln 12 - \ln 3}"], |says, o| states(o, eval(says[0], &[]))),
    ("MATH2-LOG-03", &[r"\mathrm{e}^{2x} + 4 = 5\,\mathrm{e}^{x}"], |says, o| is_solved_by(says[0], &list(maths(o)))),
    ("MATH2-LOG-04", &[r"\ln 2 \approx 0{,}69", r"\ln 3 \approx 1{,}10", r"\ln 18"], |_, o| {
        states(o, (18_f64.ln() * 100.0).round() / 100.0) && close(number(o), 0.69 + 1.10 + 1.10)
    }),
    ("MATH2-LOG-05", &[r"2\ln(x) = \ln(x + 6)"], |says, o| is_solved_by(says[0], &list(maths(o)))),
    ("MATH2-LOG-06", &[r"\dfrac{ax + 2\ln x}{3x + 1}", r"en $+\infty$ est-elle égale à $4$"], |says, o| {
        close(limit(|x| eval(says[0], &[('x', x), ('a', value(o))])), 4.0)
    }),
    ("MATH2-LOG-07", &[r"x \mapsto \mathrm{e}^{-x}"], |_, o| {
        o.trim_start_matches("Elle est ").split(" et ").all(is_true_of_exp_of_minus_x)
    }),
    ("MATH2-LOG-08", &[r"1 + 3\ln(x) - \ln(2x)"], |says, o| same(of_x(maths(o)), of_x(says[0]))),
    ("MATH2-LOG-09", &[r"\mathrm{e}^{x} = mx", "strictement positif", "aucune solution"], |says, o| {
        let none = |m: f64| zeros(|x| gap(says[0], &[('x', x), ('m', m)]), -6, 6).is_empty();
        [0.25, 0.75, 1.0, 1.5, 2.0, 2.5, E, 3.0, 4.0, 8.0].into_iter().all(|m| holds(maths(o), m) == none(m))
    }),
    ("MATH2-LOG-10", &[r"C(t) = 6t\,\mathrm{e}^{-0{,}5t}", "maximale"], |says, o| {
        states(o, highest(of_t(says[0]), 0.0, 50.0))
    }),
    ("MATH2-PROB-01", &["probabilité de $0{,}8$", "$35$", "lancers manqués", "espérance"], |_, o| {
        states(o, mean(&law(35, 1.0 - 0.8)))
    }),
    ("MATH2-PROB-02", &["$5$ feux", "$0{,}4$", "exactement $3$ feux rouges"], |_, o| states(o, law(5, 0.4)[3])),
    ("MATH2-PROB-03", &["$70$\u{a0}%", "$10$\u{a0}% d’entre eux", "ne viennent pas en bus, $20$\u{a0}%"], |_, o| {
        // Among 1000 pupils, 700 come by bus.
        states(o, (700.0 * 10.0 / 100.0 + 300.0 * 20.0 / 100.0) / 1000.0)
    }),
    ("MATH2-PROB-04", &["$60$\u{a0}%", "$2$\u{a0}%", "$5$\u{a0}%", "qu’elle vienne de la machine A"], |_, o| {
        // Among 1000 pieces, 600 come from A.
        let (of_a, of_b) = (600.0 * 2.0 / 100.0, 400.0 * 5.0 / 100.0);
        states(o, of_a / (of_a + of_b))
    }),
    ("MATH2-PROB-05", &["d’espérance $52$", r"$[46\,;\,58]$", "environ $68$\u{a0}%"], |_, o| {
        (bell(52.0, number(o), 46.0, 58.0) - 0.68).abs() < 0.005
    }),
    (
        "MATH2-PROB-06",
        &[
            "d’espérance $500$",
            "d’écart type $8$",
            r"P(X \leqslant 488) \approx 0{,}067",
            r"P(488 \leqslant X \leqslant 512)",
        ],
        |_, o| {
            assert!(close(thousandths(bell(500.0, 8.0, 380.0, 488.0)), 0.067));
            states(o, thousandths(bell(500.0, 8.0, 488.0, 512.0)))
        },
    ),
    ("MATH2-PROB-07", &["$60$ sportifs, dont $24$ filles", "$20$ des $60$ sportifs", "indépendants"], |_, o| {
        close(number(o) / 60.0, 24.0 / 60.0 * 20.0 / 60.0)
    }),
    ("MATH2-PROB-08", &["$3$ élèves parmi $10$", "$6$ filles et $4$ garçons", "au moins $2$ filles"], |_, o| {
        let girls = |group: u32| (group & 0b11_1111).count_ones();
        let good = subsets(10, |group| group.count_ones() == 3 && girls(group) >= 2);
        states(o, good / subsets(10, |group| group.count_ones() == 3))
    }),
    ("MATH2-PROB-09", &["n = 150", "p = 0{,}4", "écart type"], |_, o| {
        let law = law(150, 0.4);
        let squares: f64 = law.iter().zip(0..).map(|(p, k)| p * f64::from(k * k)).sum();
        states(o, (squares - mean(&law).powi(2)).sqrt())
    }),
    ("MATH2-PROB-10", &[r"\left[f - \dfrac{1}{\sqrt{n}}\,;\,f + \dfrac{1}{\sqrt{n}}\right]", "p > 0{,}5"], |_, o| {
        let formulas: Vec<_> = o.split('$').collect();
        let (n, f) = (eval(right_side(formulas[1]), &[]), eval(right_side(formulas[3]), &[]));
        f - n.sqrt().recip() > 0.5
    }),
    ("MATH2-PROB-11", &["$3$ capteurs", "$0{,}9$", "au moins un capteur soit en panne"], |_, o| {
        states(o, law(3, 1.0 - 0.9)[1..].iter().sum())
    }),
    ("MATH2-PROB-12", &["$100$ fois", "égale à $4$", "< 0{,}5", r"\geqslant m"], |_, o| {
        states(o, 1.0 - 4.0 / 100.0 / (0.5 * 0.5))
    }),
];

#[test]
fn computing_finds_that_the_stored_key_of_every_question_of_the_second_form_is_right_and_no_other() {
    assert_recomputed(BANK, ROWS);
}

#[test]
fn every_question_of_the_second_form_is_recomputed_once() {
    assert_covered(BANK, ROWS);
}

/// The number after the equals sign of `$k = 5$`.
fn value(option: &str) -> f64 {
    eval(right_side(option), &[])
}

/// The right side of an equality, as a function of the time.
fn of_t(equality: &str) -> impl Fn(f64) -> f64 {
    move |t| eval(right_side(equality), &[('t', t)])
}

/// The text with a number in place of a letter.
fn with(text: &str, letter: char, value: f64) -> String {
    text.replace(letter, &format!("({value})"))
}

/// The coordinates of `A(1\,;\,2\,;\,3)`, which may themselves stand between parentheses.
fn point(named: &str) -> [f64; 3] {
    vector(&named[1..])
}

/// At plus infinity, of a function that is a series of inverse powers there: the first of them is taken away.
fn limit_in_inverse_powers(u: impl Fn(f64) -> f64) -> f64 {
    2.0 * u(65_536.0) - u(32_768.0)
}

/// What the options say of a line and a plane in that position.
fn position(line: &str, plane: &str) -> &'static str {
    let direction = minus(on_line(line, 1.0), on_line(line, 0.0));
    let inside = at(plane, on_line(line, 0.0)) == 0.0;
    match (dot(direction, normal(plane)) == 0.0, is_along(direction, normal(plane))) {
        (true, _) if inside => "$d$ est parallèle à $P$ et tous ses points sont dans $P$",
        (true, _) => "$d$ est parallèle à $P$ et aucun de ses points n’est dans $P$",
        (false, true) => "$d$ coupe $P$ en un seul point et lui est perpendiculaire",
        (false, false) => "$d$ coupe $P$ en un seul point sans lui être perpendiculaire",
    }
}

/// Whether the sentence holds for every day of a varied family: 12 °C, then 20 °C, then 15 °C, broken lines between.
fn is_true_of_all_days(option: &str) -> bool {
    const HEIGHTS: [f64; 4] = [5.0, 13.5, 17.5, 25.0];
    let words: Vec<_> = option.split('$').collect();
    let level = eval(words[1], &[]);
    (0..256_usize).all(|which| {
        let height = |place: usize| HEIGHTS[which >> (2 * place) & 3];
        let day = [12.0, height(0), height(1), 20.0, height(2), height(3), 15.0];
        let moments = day.windows(2).filter(|ends| (ends[0] - level) * (ends[1] - level) < 0.0).count();
        match (words[0], words[2]) {
            ("Il a fait ", "\u{a0}°C à au moins deux instants") => moments >= 2,
            ("Il a fait ", "\u{a0}°C à exactement deux instants") => moments == 2,
            ("Il n’a jamais fait plus de ", "\u{a0}°C") => day.iter().all(|it| *it <= level),
            other => panic!("what is «{other:?}»?"),
        }
    })
}

fn is_true_of_exp_of_minus_x(statement: &str) -> bool {
    let values: Vec<_> = (-20..=20).map(|x| (f64::from(x), f64::from(-x).exp())).collect();
    match statement.split('$').next().expect("words").trim() {
        "strictement positive" => values.iter().all(|it| it.1 > 0.0),
        "strictement négative" => values.iter().all(|it| it.1 < 0.0),
        "strictement croissante sur" => values.windows(2).all(|it| it[0].1 < it[1].1),
        "strictement décroissante sur" => values.windows(2).all(|it| it[0].1 > it[1].1),
        "du même signe que" => values.iter().all(|it| it.1 * -it.0 > 0.0),
        other => panic!("what is «{other}»?"),
    }
}

/// A chain of inequalities on `m`, such as `0 < m < 1`.
fn holds(chain: &str, m: f64) -> bool {
    let words: Vec<_> = chain.split(' ').collect();
    let bound = |place: usize| eval(words[place], &[('m', m)]);
    (1..words.len()).step_by(2).all(|place| match words[place] {
        "<" => bound(place - 1) < bound(place + 1),
        r"\leqslant" => bound(place - 1) <= bound(place + 1),
        ">" => bound(place - 1) > bound(place + 1),
        other => panic!("what is «{other}»?"),
    })
}
