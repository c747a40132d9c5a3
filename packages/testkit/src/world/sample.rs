//! The state of the world after a step.

use ballast_types::market::{Leverage, LiquidationPrice, MarketResponse};
use ballast_types::policy::Targets;
use ballast_types::vault::VaultPositionResponse;
use ballast_types::Money;
use cosmwasm_std::{Decimal256, SignedDecimal256};

use super::{short_of, Step, Totals, World};
use crate::Collateral;

/// The state of the world after a step as floating point numbers; amounts are units of quote.
#[derive(Clone, Debug)]
pub struct WorldSample {
    /// Seconds of the step.
    pub time: u64,
    /// Index price.
    pub price: f64,
    /// What the margin coin is worth: the index price, unless it is a staked coin or another one.
    pub collateral: f64,
    /// Coins for which a staked coin is redeemed; one for others.
    pub redemption_rate: f64,
    /// How much less a staked coin sells for than it is redeemed for; negative if more, zero for others.
    pub discount: f64,
    /// Units of quote that a unit of base is worth at a price of one.
    pub scale: f64,
    /// NAV of the vault.
    pub nav: f64,
    /// Value of a share: NAV over supply, including the virtual share and unit; 1 at the start.
    pub share_price: f64,
    /// Leverage at the venue; `None` without a position, infinite without equity.
    pub leverage: Option<f64>,
    /// The value of the vault's short over that of its coins.
    pub hedge_ratio: f64,
    /// Units of base in the vault's books and margin.
    pub coins: f64,
    /// Unsettled funding.
    pub funding: f64,
    /// The funding reference, yearly.
    pub reference: f64,
    /// The policy's targets.
    pub targets: Targets,
    /// The venue's liquidation price.
    pub liquidation_price: LiquidationPrice,
    /// Slack of the pool over open notional.
    pub slack_over_notional: f64,
    /// Value of one share of the pool.
    pub pool_share: f64,
    /// Value of the pool.
    pub pool_value: f64,
    /// Units of the index coin that the pool is long: what its base is worth plus the net short of its traders.
    pub pool_exposure: f64,
}

impl WorldSample {
    pub(super) fn read(world: &World, step: Step, position: &VaultPositionResponse) -> WorldSample {
        let suite = &world.suite;
        let venue = &position.venue;
        let coins = position.idle.base.u128() as f64 + venue.position.margin.base.u128() as f64;
        let short = short_of(position) as f64;
        let virtual_shares = world.virtual_shares();
        let nav = money(position.nav);
        let pool = suite.pool("lp");
        let pool_value = (money(pool.value_low) + money(pool.value_high)) / 2.0;
        // without others the vault has the only short: saves a query
        let alone = world.params.longs.is_zero() && world.params.strangers.is_zero();
        let net_short = if alone { short } else { net_short(&suite.market_state()) };
        let notional = money(venue.measures.notional);
        let (price, collateral) = (number(step.price), number(step.collateral()));
        let worth = collateral / price;
        let staked = suite.staked().unwrap_or_default();
        WorldSample {
            time: step.time,
            price,
            collateral,
            redemption_rate: number(staked.rate),
            discount: number(staked.discount) - number(staked.premium),
            scale: suite.setup.whole_quote() as f64 / suite.setup.whole_base() as f64,
            nav,
            share_price: (nav + 1.0) / (position.shares.u128() as f64 + virtual_shares) * virtual_shares,
            leverage: match venue.measures.leverage {
                Leverage::None => None,
                Leverage::Finite(leverage) => Some(number(leverage)),
                Leverage::Infinite => Some(f64::INFINITY),
            },
            hedge_ratio: if coins > 0.0 { short / (coins * worth) } else { 0.0 },
            coins,
            funding: money(venue.position.funding),
            reference: signed_number(step.reference),
            targets: suite.targets(position),
            liquidation_price: venue.measures.liquidation_price,
            slack_over_notional: if notional > 0.0 { money(venue.capacity.slack) / notional } else { f64::INFINITY },
            pool_share: pool_value / (pool.total_shares.u128() as f64).max(1.0),
            pool_value,
            pool_exposure: pool.pool.base.u128() as f64 * worth + net_short,
        }
    }

    /// Adds what happened between two samples to the totals, with the integral of the reference over that time.
    pub(super) fn add_to(&self, totals: &mut Totals, last: &WorldSample, reference: f64) {
        let change = self.price / last.price - 1.0;
        let value_of = |base: f64| base * last.price * last.scale;
        totals.tilt += last.coins * last.collateral * last.scale * (1.0 - number(last.targets.hedge_target)) * change;
        let growth = self.pool_share / last.pool_share;
        totals.pool_growth *= growth;
        let hedge = value_of(last.pool_exposure) * (reference - change) / last.pool_value;
        totals.pool_growth_hedged *= growth + hedge;
    }
}

/// Units of base that shorts exceed longs by.
fn net_short(market: &MarketResponse) -> f64 {
    market.short.size.u128() as f64 - market.long.size.u128() as f64
}

/// What is left of the margin coin's worth, as a part of it, at the same price.
pub(super) fn fallen(before: Collateral, after: Collateral, price: SignedDecimal256) -> f64 {
    if before == after {
        return 1.0;
    }
    signed_number(after.worth(price)) / signed_number(before.worth(price))
}

/// A decimal as a float.
pub(crate) fn number(value: Decimal256) -> f64 {
    value.to_string().parse().expect("a decimal is a number")
}

/// A signed decimal as a float.
pub(crate) fn signed_number(value: SignedDecimal256) -> f64 {
    value.to_string().parse().expect("a decimal is a number")
}

/// Money as a float, in units of quote.
pub(crate) fn money(value: Money) -> f64 {
    signed_number(value.units())
}
