use ballast_types::oracle::{FeedConfig, PublishedValue, Source};
use cosmwasm_std::{Decimal256, SignedDecimal256};

use crate::suite::{published, PRICE_FEED};

/// Name of the margin coin's own price feed, in a market of two prices.
pub const COLLATERAL_FEED: &str = "collateral/quote";
/// Name of the feed of a staked coin's redemption rate.
pub const REDEMPTION_FEED: &str = "staked/base";
/// Name of the feed of what a staked coin sells for.
pub const STAKED_FEED: &str = "staked/quote";

/// Environment variable: see [`Collateral::of_environment`].
const TWO_PRICES: &str = "BALLAST_TWO_PRICES";

/// Maximum growth of a redemption rate a day: the most that may be set, for yields of up to 100 % a year.
const MAX_GROWTH: Decimal256 = Decimal256::percent(2);

/// The price of the margin coin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Collateral {
    /// The index price: a market of one price.
    #[default]
    Index,
    /// A feed of its own whose publishers always publish the index price. The vault assumes no discount
    /// (`assumed_discount` is set to zero), so every number is the same as with one price.
    Equal,
    /// The price of a staked coin: the lower of what it sells for and what it is redeemed for.
    Staked(Staked),
}

/// What a staked coin is worth in the coin that it stakes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Staked {
    /// Redemption rate: coins that one staked coin is redeemed for.
    pub rate: Decimal256,
    /// How much less it sells for: `1 - price / (index * rate)`.
    pub discount: Decimal256,
}

impl Default for Staked {
    /// A coin that is redeemed for one and sells for as much.
    fn default() -> Self {
        Staked { rate: Decimal256::one(), discount: Decimal256::zero() }
    }
}

impl Staked {
    /// What it sells for at an index price, rounded down.
    pub fn price(&self, index: SignedDecimal256) -> SignedDecimal256 {
        let part = |factor: Decimal256| SignedDecimal256::try_from(factor).expect("a rate is small");
        index * part(self.rate) * part(Decimal256::one() - self.discount)
    }
}

impl Collateral {
    /// [`Collateral::Equal`] if the environment variable `BALLAST_TWO_PRICES` is set, so that every test that starts
    /// from the default set-up runs in a market of two prices; [`Collateral::Index`] otherwise.
    pub fn of_environment() -> Collateral {
        match std::env::var_os(TWO_PRICES) {
            Some(_) => Collateral::Equal,
            None => Collateral::Index,
        }
    }

    /// The feed that the market names.
    pub(crate) fn feed(&self) -> Option<String> {
        (*self != Collateral::Index).then(|| COLLATERAL_FEED.to_owned())
    }

    /// Its feeds, each before those that are computed from it. `price` is the configuration of the index feed, with the
    /// publishers.
    pub(crate) fn feeds(&self, price: &FeedConfig) -> Vec<(&'static str, FeedConfig)> {
        match self {
            Collateral::Index => vec![],
            Collateral::Equal => vec![(COLLATERAL_FEED, price.clone())],
            Collateral::Staked(_) => {
                let [market, index, rate] = [STAKED_FEED, PRICE_FEED, REDEMPTION_FEED].map(str::to_owned);
                let source = Source::Staked { market, index, rate };
                let FeedConfig { kind, max_jump, .. } = FeedConfig::redemption_rate(price.source.clone());
                let max_growth = Some(MAX_GROWTH);
                vec![
                    (REDEMPTION_FEED, FeedConfig { kind, max_jump, max_growth, ..price.clone() }),
                    (STAKED_FEED, price.clone()),
                    (COLLATERAL_FEED, FeedConfig { source, ..price.clone() }),
                ]
            }
        }
    }

    /// The feeds whose history only `Observe` writes, because nobody publishes them.
    pub(crate) fn derived(&self) -> &'static [&'static str] {
        match self {
            Collateral::Index | Collateral::Equal => &[],
            Collateral::Staked(_) => &[COLLATERAL_FEED],
        }
    }

    /// What a publisher who sees this index price publishes of the margin coin.
    fn beside(&self, index: &PublishedValue) -> Vec<PublishedValue> {
        let priced = |feed: &str, value| PublishedValue { feed: feed.into(), value, ..index.clone() };
        match self {
            Collateral::Index => vec![],
            Collateral::Equal => vec![priced(COLLATERAL_FEED, index.value)],
            Collateral::Staked(staked) => {
                let rate = SignedDecimal256::try_from(staked.rate).expect("a rate is small");
                let rate = PublishedValue { time: index.time, ..published(REDEMPTION_FEED, rate) };
                vec![priced(STAKED_FEED, staked.price(index.value)), rate]
            }
        }
    }

    /// The values with those of the margin coin beside the index price, except for feeds that are among them already.
    pub(crate) fn completed(&self, values: Vec<PublishedValue>) -> Vec<PublishedValue> {
        let index = values.iter().find(|value| value.feed == PRICE_FEED);
        let mut beside = index.map(|index| self.beside(index)).unwrap_or_default();
        beside.retain(|value| values.iter().all(|given| given.feed != value.feed));
        values.into_iter().chain(beside).collect()
    }
}
