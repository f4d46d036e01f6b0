//! What tokens cost, in millionths of the currency. Pure.

use super::Usage;
use crate::config::Price;

/// Prices are for so many tokens.
const PER: u128 = 1_000_000;

/// The cost, rounded up: what is paid for never counts as nothing.
pub(super) fn cost(price: Price, usage: Usage) -> u64 {
    let of = |tokens: u64, price: u64| u128::from(tokens) * u128::from(price);
    let total = of(usage.prompt_tokens, price.input).saturating_add(of(usage.completion_tokens, price.output));
    // What the database can hold.
    u64::try_from(total.div_ceil(PER)).unwrap_or(u64::MAX).min(i64::MAX.unsigned_abs())
}

/// How many tokens a text of so many characters has, about.
pub(super) fn tokens_of(chars: usize) -> u64 {
    chars.div_ceil(4) as u64
}

/// What a call may cost at most, before it is made: French has more tokens than the usual estimate says.
pub(super) fn most(price: Price, chars: usize, max_tokens: u32) -> u64 {
    cost(price, Usage { prompt_tokens: chars.div_ceil(2) as u64, completion_tokens: max_tokens.into() })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn usage(prompt_tokens: u64, completion_tokens: u64) -> Usage {
        Usage { prompt_tokens, completion_tokens }
    }

    #[test]
    fn a_thousand_tokens_at_two_euros_a_million_are_two_thousand_millionths() {
        assert_eq!(cost(Price { input: 2_000_000, output: 6_000_000 }, usage(1000, 0)), 2_000);
        assert_eq!(cost(Price { input: 100_000, output: 300_000 }, usage(1, 0)), 1, "a tenth counts as one");
        assert_eq!(cost(Price::default(), usage(1000, 1000)), 0);
    }

    proptest! {
        #[test]
        fn a_cost_is_never_less_than_what_is_paid_nor_a_millionth_more(
            prompt in 0..10_000_000_u64, completion in 0..10_000_000_u64,
            input in 0..100_000_000_u64, output in 0..100_000_000_u64,
        ) {
            let exact = u128::from(prompt) * u128::from(input) + u128::from(completion) * u128::from(output);
            let counted = u128::from(cost(Price { input, output }, usage(prompt, completion))) * 1_000_000;
            prop_assert!(counted >= exact && counted < exact + 1_000_000);
            prop_assert_eq!(counted == 0, exact == 0, "only what is free is nothing");
        }

        #[test]
        fn no_number_of_tokens_overflows(prompt: u64, completion: u64, input: u64, output: u64) {
            let cost = cost(Price { input, output }, usage(prompt, completion));
            prop_assert!(i64::try_from(cost).is_ok());
        }
    }
}
