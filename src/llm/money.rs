//! Millionths of a currency, as people read them. Pure.

use crate::web::format;

/// "2,50 €", "5 €", "0,0042 €": two decimals, or two digits that say something when it is less than a hundredth.
pub(super) fn amount(micros: u64, currency: &str) -> String {
    let sign = match currency {
        "EUR" => "€",
        "USD" => "$",
        other => other,
    };
    format!("{}\u{a0}{sign}", number(micros))
}

fn number(micros: u64) -> String {
    let places = decimals(micros);
    let unit = 10_u64.pow(6 - places);
    // Up: what was spent is never shown as less.
    let (parts, scale) = (micros.div_ceil(unit), 10_u64.pow(places));
    let whole = format::count((parts / scale).try_into().unwrap_or(i64::MAX));
    match parts % scale {
        0 => whole,
        rest => format!("{whole},{rest:0width$}", width = places as usize),
    }
}

fn decimals(micros: u64) -> u32 {
    match micros {
        10_000.. => 2,
        1_000.. => 4,
        100.. => 5,
        _ => 6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_read_as_in_french_and_small_ones_are_not_nothing() {
        for (micros, text) in [
            (0, "0"),
            (1, "0,000001"),
            (420, "0,00042"),
            (4_200, "0,0042"),
            (10_001, "0,02"),
            (2_500_000, "2,50"),
            (5_000_000, "5"),
            (1_234_567_890, "1\u{202f}234,57"),
        ] {
            assert_eq!(number(micros), text);
        }
        assert_eq!(amount(5_000_000, "TND"), "5\u{a0}TND");
    }
}
