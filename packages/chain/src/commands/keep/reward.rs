//! Whether a liquidation is worth its fee.

use ballast_math::Price;
use ballast_types::{CoinInfo, Purse};
use cosmwasm_std::{Coin, Decimal256, Uint128};

/// The two coins of a market and what base is worth.
#[derive(Debug, Clone, PartialEq)]
pub struct Rate {
    /// The hedged coin.
    pub base: CoinInfo,
    /// The settlement coin.
    pub quote: CoinInfo,
    /// Whole quote per whole base.
    pub price: Decimal256,
}

/// A reward that is too small, units of quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooSmall {
    /// The value of the reward.
    pub worth: Uint128,
    /// The minimum.
    pub least: Uint128,
}

impl Rate {
    /// Whether a reward is below the given minimum or, without one, below the fee. A fee in a third coin cannot be
    /// compared, so any reward is enough then.
    ///
    /// # Errors
    /// If an amount overflows.
    pub fn too_small(
        &self,
        reward: Purse,
        fee: &Coin,
        asked: Option<Uint128>,
    ) -> ballast_math::Result<Option<TooSmall>> {
        let price = Price::new(self.price, self.base.decimals, self.quote.decimals)?;
        let least = match asked {
            Some(asked) => asked,
            None if fee.denom == self.quote.denom => fee.amount,
            None if fee.denom == self.base.denom => price.value_ceil(fee.amount)?,
            None => Uint128::zero(),
        };
        let worth = price.value_floor(reward.base)?.saturating_add(reward.quote);
        Ok((worth < least).then_some(TooSmall { worth, least }))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Atom of 6 decimals at 8 usdc of 6 decimals.
    fn rate() -> Rate {
        let coin = |denom: &str| CoinInfo { denom: denom.into(), decimals: 6 };
        Rate { base: coin("uatom"), quote: coin("uusdc"), price: Decimal256::percent(800) }
    }

    /// Value and minimum of a reward (units of base and quote) that is too small; none if it is large enough.
    fn lacking(reward: (u128, u128), fee: (u128, &str), asked: Option<u128>) -> Option<(u128, u128)> {
        let reward = Purse::new(reward.0.into(), reward.1.into());
        let fee = Coin { denom: fee.1.into(), amount: fee.0.into() };
        let found = rate().too_small(reward, &fee, asked.map(Uint128::new)).unwrap();
        found.map(|found| (found.worth.u128(), found.least.u128()))
    }

    #[test]
    fn a_reward_must_reach_what_was_asked_for_whatever_the_fee() {
        // 1,000 units of atom at 8 are 8,000 of usdc, and 500 of usdc beside them
        assert_eq!(lacking((1_000, 500), (0, "ucosm"), Some(8_500)), None);
        assert_eq!(lacking((1_000, 500), (0, "uatom"), Some(8_501)), Some((8_500, 8_501)));
        assert_eq!(lacking((0, 0), (5_000, "uusdc"), Some(0)), None);
    }

    #[test]
    fn where_nothing_was_asked_for_a_reward_must_be_worth_the_fee() {
        assert_eq!(lacking((0, 5_000), (5_000, "uusdc"), None), None);
        assert_eq!(lacking((0, 4_999), (5_000, "uusdc"), None), Some((4_999, 5_000)));
        // a fee of 625 units of atom at 8 is 5,000 of usdc
        assert_eq!(lacking((0, 5_000), (625, "uatom"), None), None);
        assert_eq!(lacking((624, 0), (625, "uatom"), None), Some((4_992, 5_000)));
    }

    #[test]
    fn a_fee_in_a_third_coin_is_not_compared() {
        assert_eq!(lacking((0, 0), (1_000_000_000, "ucosm"), None), None);
    }
}
