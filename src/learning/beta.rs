//! The Beta law: its distribution function and its quantiles. Pure.
//!
//! The regularised incomplete beta function is its continued fraction (Press et al., *Numerical Recipes*, 3rd ed.,
//! §6.4, after Lentz), the gamma function Lanczos's approximation; both are good to more digits than anybody reads.

/// Smallest number that stands in for 0 in the continued fraction.
const TINY: f64 = 1e-300;

/// ln Γ(x) for x > 0 (Lanczos, g = 7, nine terms).
fn ln_gamma(x: f64) -> f64 {
    const TERMS: [f64; 9] = [
        0.999_999_999_999_809_9,
        676.520_368_121_885_1,
        -1_259.139_216_722_402_8,
        771.323_428_777_653_1,
        -176.615_029_162_140_6,
        12.507_343_278_686_905,
        -0.138_571_095_265_720_12,
        9.984_369_578_019_572e-6,
        1.505_632_735_149_311_6e-7,
    ];
    let x = x - 1.0;
    let sum = TERMS.iter().enumerate().skip(1).fold(TERMS[0], |sum, (at, term)| sum + term / (x + at as f64));
    let t = x + 7.5;
    0.5 * (2.0 * std::f64::consts::PI).ln() + (x + 0.5) * t.ln() - t + sum.ln()
}

/// P(X ≤ x) for X ~ Beta(a, b), a and b > 0.
pub fn distribution(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let front = (ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (-x).ln_1p()).exp();
    // The fraction converges quickly on this side of the mean only.
    if x < (a + 1.0) / (a + b + 2.0) {
        front * fraction(x, a, b) / a
    } else {
        1.0 - front * fraction(1.0 - x, b, a) / b
    }
}

fn fraction(x: f64, a: f64, b: f64) -> f64 {
    let kept = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / kept(1.0 - (a + b) * x / (a + 1.0));
    let mut product = d;
    for step in 1..300 {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / kept(1.0 + even * d);
        c = kept(1.0 + even / c);
        product *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / kept(1.0 + odd * d);
        c = kept(1.0 + odd / c);
        product *= d * c;
        if (d * c - 1.0).abs() < 1e-12 {
            break;
        }
    }
    product
}

/// The x with P(X ≤ x) = p for X ~ Beta(a, b), to ten digits: by halving, which never fails.
pub fn quantile(p: f64, a: f64, b: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..40 {
        let middle = f64::midpoint(low, high);
        if distribution(middle, a, b) < p {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn laws_that_can_be_worked_out_by_hand_come_out_right() {
        // Beta(1, 1) is uniform, Beta(a, 1) has x^a, Beta(1, b) has 1 − (1 − x)^b, Beta(2, 2) has 3x² − 2x³.
        for x in [0.0, 0.05, 0.3, 0.5, 0.9, 1.0_f64] {
            let close = |found: f64, expected: f64| assert!((found - expected).abs() < 1e-10, "{found} {expected}");
            close(distribution(x, 1.0, 1.0), x);
            close(distribution(x, 3.0, 1.0), x.powi(3));
            close(distribution(x, 1.0, 4.0), 1.0 - (1.0 - x).powi(4));
            close(distribution(x, 2.0, 2.0), 3.0 * x * x - 2.0 * x.powi(3));
        }
        assert!((quantile(0.05, 2.0, 1.0) - 0.05_f64.sqrt()).abs() < 1e-9);
        assert!((quantile(0.5, 7.0, 7.0) - 0.5).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn a_quantile_is_the_inverse_of_the_distribution(p in 0.01..0.99_f64, a in 0.2..60.0_f64, b in 0.2..60.0_f64) {
            prop_assert!((distribution(quantile(p, a, b), a, b) - p).abs() < 1e-6);
        }
    }
}
