//! The section `[collateral]`: where the price of the deposited coin comes from, if it is not the index price.

use ballast_params::overlay;
use ballast_types::oracle::{FeedConfig, Source, TradingHours};
use serde::Deserialize;

use super::{hours, Feed};
use crate::{Error, Result};

/// The section before its names are replaced.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    feed: String,
    market_feed: Option<String>,
    rate_feed: Option<String>,
    #[serde(default)]
    price: toml::Table,
    #[serde(default)]
    market: toml::Table,
    #[serde(default)]
    rate: toml::Table,
    hours: Option<hours::Written>,
}

/// The feeds of the deposited coin's own price.
#[derive(Debug, Clone, PartialEq)]
pub struct Collateral {
    /// The feed that the market uses: one of those below.
    pub feed: String,
    /// What the coin sells for, as its publishers say.
    pub market_feed: Option<Feed>,
    /// How much of the index one is redeemed for, as its publishers say.
    pub rate_feed: Option<Feed>,
    /// The price, if it is computed from the others.
    pub computed: Option<Feed>,
}

impl Written {
    /// The feeds, computed from the index price where the section says so, and the hours of what the coin sells for.
    ///
    /// # Errors
    /// [`Error::User`] for a section that does not say what the coin is worth, and for parameters that do not exist.
    pub(super) fn resolve(
        mut self,
        price_feed: &str,
        published: impl Fn() -> Source,
    ) -> Result<(Collateral, Option<(String, TradingHours)>)> {
        let hours = self.hours.take().map(|written| written.read("collateral.hours")).transpose()?;
        let collateral = self.feeds(price_feed, published)?;
        let hours = match (hours, &collateral.market_feed) {
            (None, _) => None,
            (Some(hours), Some(market)) => Some((market.feed.clone(), hours)),
            (Some(_), None) => {
                return Err(Error::user(
                    "[collateral.hours] are those of what the coin sells for: name it in market_feed",
                ))
            }
        };
        Ok((collateral, hours))
    }

    fn feeds(self, price_feed: &str, published: impl Fn() -> Source) -> Result<Collateral> {
        let Written { feed, market_feed, rate_feed, price, market, rate, hours: _ } = self;
        let of = |name: &str, section, source, given: &toml::Table| -> Result<Feed> {
            let config = overlay(section, &FeedConfig::price(source), given.clone())?;
            Ok(Feed { feed: name.to_owned(), config })
        };
        let computed = |source| of(&feed, PRICE, source, &price).map(Some);
        let index = price_feed.to_owned();
        let rate_of = |name: &str| of(name, RATE, published(), &rate);
        if rate_feed.is_none() && !rate.is_empty() {
            return Err(Error::user(
                "[collateral.rate] has parameters of a feed that is not there: name it in rate_feed",
            ));
        }
        if market_feed.is_none() && !market.is_empty() {
            return Err(Error::user(
                "[collateral.market] has parameters of a feed that is not there: name it in market_feed",
            ));
        }
        Ok(match (market_feed, rate_feed) {
            (None, None) => {
                let market_feed = Some(of(&feed, PRICE, published(), &price)?);
                Collateral { feed, market_feed, rate_feed: None, computed: None }
            }
            (None, Some(rate)) => {
                let rate_feed = Some(rate_of(&rate)?);
                let computed = computed(Source::Product { feeds: vec![index, rate] })?;
                Collateral { feed, market_feed: None, rate_feed, computed }
            }
            (Some(market_feed), Some(rate)) => {
                let (sold, rate_feed) = (of(&market_feed, MARKET, published(), &market)?, rate_of(&rate)?);
                let computed = computed(Source::Staked { market: market_feed, index, rate })?;
                Collateral { feed, market_feed: Some(sold), rate_feed: Some(rate_feed), computed }
            }
            (Some(market_feed), None) => {
                return Err(Error::user(format!(
                    "[collateral] market_feed = \"{market_feed}\" without rate_feed: where there is only one price, \
                     write feed = \"{market_feed}\" alone"
                )))
            }
        })
    }
}

const PRICE: &str = "collateral.price";
const MARKET: &str = "collateral.market";
const RATE: &str = "collateral.rate";

impl Collateral {
    /// A warning where the price does not tell what the coin sells for or what it is redeemed for.
    pub fn unseen(&self) -> Option<String> {
        let feed = &self.feed;
        match (&self.rate_feed, &self.market_feed) {
            (None, _) => Some(format!(
                "the deposited coin's price '{feed}' does not say what it is redeemed for: no discount is seen, and a \
                 price that somebody pushes for an hour is believed. Of a staked coin name rate_feed and market_feed"
            )),
            (Some(_), None) => Some(format!(
                "the deposited coin's price '{feed}' does not say what it sells for: whoever buys it for less deposits it \
                 at its redemption price, at the others' cost. Name market_feed, unless it is redeemed at once"
            )),
            (Some(_), Some(_)) => None,
        }
    }

    /// All feeds, each after those that it needs, with their sections.
    pub(super) fn feeds(&self) -> impl Iterator<Item = (&'static str, &Feed)> {
        // A price that is alone has its parameters in the section of the price.
        let market = if self.rate_feed.is_some() { MARKET } else { PRICE };
        let published =
            [self.market_feed.as_ref().map(|feed| (market, feed)), self.rate_feed.as_ref().map(|feed| (RATE, feed))];
        published.into_iter().flatten().chain(self.computed.iter().map(|feed| (PRICE, feed)))
    }
}
