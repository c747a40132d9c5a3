use ballast_types::market::{MarketParams, Reference};
use ballast_types::oracle::{FeedConfig, Source, TradingHours};
use ballast_types::policy::PolicyParams;
use ballast_types::CoinInfo;
use cosmwasm_std::{Decimal256, SignedDecimal256, Uint128};

use crate::Collateral;

/// The set-up of a system; every field has a sensible default.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The hedged coin.
    pub base: CoinInfo,
    /// The settlement coin.
    pub quote: CoinInfo,
    /// What the margin coin is worth.
    pub collateral: Collateral,
    /// First price, whole quote per whole base.
    pub price: Decimal256,
    /// First yearly funding reference.
    pub reference: SignedDecimal256,
    /// Seconds of the first block.
    pub start: u64,
    /// Number of accounts that publish each feed, at least one. The quorum is the smallest majority.
    pub publishers: u32,
    /// Price feed; the suite's publishers replace its source.
    pub price_feed: FeedConfig,
    /// Trading hours of the price feed, and of the feed of what the margin coin sells for if that is published.
    pub hours: Option<TradingHours>,
    /// Rate feed; the suite's publishers replace its source.
    pub rate_feed: FeedConfig,
    /// Whether to use a constant reference instead of the rate feed.
    pub constant_reference: bool,
    /// Parameters of the market.
    pub market: MarketParams,
    /// Parameters of the vault's policy.
    pub policy: PolicyParams,
    /// Whole quote that the provider deposits into the pool at the start.
    pub pool_quote: u128,
    /// Deposit cap of the vault, units of quote.
    pub deposit_cap: Option<Uint128>,
}

impl Default for Setup {
    fn default() -> Self {
        Setup::coins(6, 6)
    }
}

impl Setup {
    /// `uatom` hedged against `uusdc` with the decimals given, at 10 a coin, five publishers, 1,000,000 in the pool,
    /// default parameters. The margin coin has no price of its own, unless the environment says so
    /// ([`Collateral::of_environment`]).
    pub fn coins(base_decimals: u8, quote_decimals: u8) -> Setup {
        // the suite sets its own publishers
        let nobody = Source::Fixed { value: SignedDecimal256::one() };
        Setup {
            base: CoinInfo { denom: "uatom".into(), decimals: base_decimals },
            quote: CoinInfo { denom: "uusdc".into(), decimals: quote_decimals },
            collateral: Collateral::of_environment(),
            price: Decimal256::percent(1000),
            reference: SignedDecimal256::percent(10),
            start: 1_700_000_000,
            publishers: 5,
            price_feed: FeedConfig::price(nobody.clone()),
            hours: None,
            rate_feed: FeedConfig::rate(nobody),
            constant_reference: false,
            market: MarketParams::defaults(quote_decimals),
            policy: PolicyParams::default(),
            pool_quote: 1_000_000,
            deposit_cap: None,
        }
    }

    /// The market's funding reference.
    pub(crate) fn market_reference(&self) -> Reference {
        if self.constant_reference {
            Reference::Constant { rate: self.reference }
        } else {
            Reference::Feed { feed: crate::suite::RATE_FEED.into() }
        }
    }

    /// The quorum of a feed: the smallest majority of its publishers.
    pub fn quorum(&self) -> u32 {
        self.publishers / 2 + 1
    }

    /// Units in a whole base coin.
    pub fn whole_base(&self) -> u128 {
        10u128.pow(self.base.decimals.into())
    }

    /// Units in a whole quote coin.
    pub fn whole_quote(&self) -> u128 {
        10u128.pow(self.quote.decimals.into())
    }
}
