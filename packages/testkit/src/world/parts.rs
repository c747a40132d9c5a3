//! Where the vault's result comes from, derived from what its position says before and after each of its orders.

use ballast_types::vault::VaultPositionResponse;
use serde::Serialize;

use super::sample::{money, number};
use super::{short_of, World};

/// The parts of a result, such as of what a share has gained so far over what it was worth at the start: then they add up
/// to the change of its price. Gains are positive and costs negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Parts {
    /// Growth of the redemption rate.
    pub staking: f64,
    /// Funding received less funding paid.
    pub funding: f64,
    /// What orders, fills, liquidations and deposits of others did to it at unchanged prices: fees, spread, conversion,
    /// what coins cost above their price. A cost is negative.
    pub costs: f64,
    /// The margin coin's price falling below what it is redeemed for, and coming back; and that a coin whose price fell
    /// suddenly pays for more than that.
    pub discount: f64,
    /// Move of the index price on coins without a hedge, or on a hedge without coins.
    pub tilt: f64,
}

impl Parts {
    /// All parts together.
    pub fn sum(&self) -> f64 {
        self.staking + self.funding + self.costs + self.discount + self.tilt
    }

    /// Each of them times a factor.
    #[must_use]
    pub fn times(&self, factor: f64) -> Parts {
        let Parts { staking, funding, costs, discount, tilt } = *self;
        Parts {
            staking: staking * factor,
            funding: funding * factor,
            costs: costs * factor,
            discount: discount * factor,
            tilt: tilt * factor,
        }
    }
}

/// The vault at one moment; amounts are units of quote, and prices those of a unit of base.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    share_price: f64,
    /// Share price per unit of quote.
    of_share: f64,
    coins: f64,
    short: f64,
    index: f64,
    /// Redemption rate, and what is left of it in the collateral price and in the lasting price.
    rate: f64,
    kept: f64,
    lasting: f64,
    funding: f64,
}

impl Look {
    fn of(world: &World, position: &VaultPositionResponse) -> Look {
        let setup = &world.suite.setup;
        let scale = setup.whole_quote() as f64 / setup.whole_base() as f64;
        let virtual_shares = world.virtual_shares();
        let of_share = virtual_shares / (position.shares.u128() as f64 + virtual_shares);
        let prices = &position.venue.prices;
        let (index, collateral) = (number(prices.index), number(prices.collateral));
        let lasting = prices.collateral_range.as_ref().and_then(|range| range.lasting(prices.collateral).ok());
        let rate = world.suite.staked().map_or(1.0, |staked| number(staked.rate));
        Look {
            share_price: (money(position.nav) + 1.0) * of_share,
            of_share,
            coins: (position.idle.base.u128() + position.venue.position.margin.base.u128()) as f64,
            short: short_of(position) as f64,
            index: index * scale,
            rate,
            kept: collateral / (index * rate),
            lasting: lasting.map_or(collateral, number) / (index * rate),
            funding: money(position.venue.position.funding),
        }
    }

    /// What happened until `next` while coins, short and shares stayed the same. With `price = index * rate * kept` the
    /// parts of its change add up exactly.
    fn parts_until(&self, next: &Look) -> Parts {
        let share = self.of_share;
        let unhedged = self.coins * self.rate * self.kept - self.short;
        Parts {
            staking: share * self.coins * next.index * (next.rate - self.rate) * self.kept,
            funding: share * (next.funding - self.funding),
            costs: 0.0,
            discount: share * self.coins * next.index * next.rate * (next.kept - self.kept),
            tilt: share * unhedged * (next.index - self.index),
        }
    }
}

impl World {
    /// Looks at the vault after prices and funding have changed, and before it does anything.
    pub(super) fn look(&mut self, position: &VaultPositionResponse) {
        let next = Look::of(self, position);
        if let Some(last) = self.look.replace(next) {
            let (sums, new) = (&mut self.totals.parts, last.parts_until(&next));
            sums.staking += new.staking;
            sums.funding += new.funding;
            sums.discount += new.discount;
            sums.tilt += new.tilt;
        }
    }

    /// Looks at the vault after it did something in the block of the last look.
    pub(super) fn look_after_order(&mut self, position: &VaultPositionResponse) {
        let next = Look::of(self, position);
        if let Some(last) = self.look.replace(next) {
            let lost = (last.coins - next.coins).max(0.0) * next.index * next.rate;
            let saved = next.of_share * lost * (next.lasting - next.kept);
            let parts = &mut self.totals.parts;
            parts.costs += next.share_price - last.share_price - saved;
            parts.discount += saved;
        }
    }

    /// Shares that nobody owns, worth one unit of quote.
    pub(super) fn virtual_shares(&self) -> f64 {
        10f64.powi(6.min(18 - i32::from(self.suite.setup.quote.decimals)))
    }
}
