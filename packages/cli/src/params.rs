//! All parameters of a run in one TOML file: printed with documentation and defaults, and parsed strictly.
//!
//! The documentation comes from the message types themselves, so the printed file always matches the contracts.

use ballast_params::{document, overlay, within_bounds, ParamsError};
use ballast_types::market::MarketParams;
use ballast_types::oracle::{FeedConfig, Source};
use ballast_types::parameters;
use ballast_types::parameters::Outside;
use ballast_types::policy::PolicyParams;
use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Decimal, Decimal256};
use serde::ser::Error as _;
use serde::{Serialize, Serializer};

parameters! {
    /// The simulated world around the vault.
    #[cw_serde]
    #[serde(deny_unknown_fields)]
    pub struct WorldParams {
        /// Number of depositors, who deposit at the start and redeem everything at the end.
        depositors: u32 = "3", "1" to "100";
        /// Value of each deposit at the start, whole quote.
        deposit: Decimal = "100000", "1000" to "100000000";
        /// Decimals of the hedged coin.
        base_decimals: u8 = "8", "0" to "18";
        /// Decimals of the settlement coin.
        quote_decimals: u8 = "6", "0" to "18";
        /// Seconds between two calls of a keeper, at least the length of a bar.
        keeper_every: u64 = "3600 seconds", "60" to "2592000 seconds";
        /// Quote in the pool at the start, over the hedged notional.
        pool: Decimal = "2", "0.1" to "100";
        /// Whether liquidity providers refill the pool to that ratio of the current notional every day.
        top_up: bool = "true";
        /// Minimum profit for which an arbitrageur buys the pool's base or fills the vault's auction within the hour.
        edge: Decimal = "0.001", "0" to "0.1";
        /// Longs of other traders, over the vault's short.
        longs: Decimal = "0.5", "0" to "2";
        /// Number of price publishers; the quorum is the smallest majority. With three or more, one of them is
        /// unreliable: sometimes silent, late, or off by some per mille with a wide confidence interval.
        publishers: u32 = "3", "1" to "15";
        /// Age of the price in seconds when keepers and others act.
        price_age: u64 = "6 seconds", "0" to "50 seconds";
        /// Activity of strangers (positions, margin without a position, dust) and of providers who leave the pool and
        /// come back: none at 0, twice as much at 2 as at 1.
        strangers: Decimal = "1", "0" to "10";
        /// Seed for the behaviour of the unreliable publisher, strangers and restless providers.
        seed: u32 = "1";
        /// Seconds between two invariant checks.
        check_every: u64 = "86400 seconds", "3600" to "604800 seconds";
    }
}

impl Default for WorldParams {
    fn default() -> Self {
        WorldParams::declared()
    }
}

impl WorldParams {
    /// Returns the parameters if they are within bounds.
    ///
    /// # Errors
    /// [`ParamsError::Bounds`].
    pub fn validate(self) -> Result<Self, ParamsError> {
        let Some(Outside { name: key, value, .. }) = self.first_outside_of(Self::BOUNDS) else { return Ok(self) };
        let declared = Self::PARAMETERS.iter().find(|parameter| parameter.name == key);
        let (min, max) = declared.and_then(|parameter| parameter.bounds).unwrap_or_default();
        let (value, bounds) = (value.to_string(), format!("{min} to {max}"));
        Err(ParamsError::Bounds { section: "world", key, value, bounds })
    }
}

/// All parameters of a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Settings {
    /// Of the market.
    pub market: MarketParams,
    /// Of the hedge policy.
    pub policy: PolicyParams,
    /// Of the feed of the price; its publishers are the world's.
    #[serde(serialize_with = "parameters_alone")]
    pub price_feed: FeedConfig,
    /// Parameters of the funding rate feed, likewise.
    #[serde(serialize_with = "parameters_alone")]
    pub rate_feed: FeedConfig,
    /// Parameters of the simulated world.
    pub world: WorldParams,
}

const SECTIONS: [&str; 5] = ["market", "policy", "price_feed", "rate_feed", "world"];

impl Default for Settings {
    fn default() -> Self {
        Settings::around(WorldParams::default())
    }
}

impl Settings {
    /// The defaults for a given world: the market's minimum position depends on the decimals of quote.
    fn around(world: WorldParams) -> Self {
        let market = MarketParams::defaults(world.quote_decimals);
        let nobody = || Source::Published { publishers: Vec::new(), quorum: 0 };
        let (price_feed, rate_feed) = (FeedConfig::price(nobody()), FeedConfig::rate(nobody()));
        Settings { market, policy: PolicyParams::default(), price_feed, rate_feed, world }
    }

    /// The settings of a file; parameters that it does not set keep their defaults.
    ///
    /// # Errors
    /// [`ParamsError`] for anything unknown, of the wrong type, or outside of its bounds.
    pub fn from_toml(text: &str) -> Result<Self, ParamsError> {
        let mut file: toml::Table = text.parse()?;
        let mut section = |name: &'static str| match file.remove(name) {
            Some(toml::Value::Table(table)) => Ok(table),
            Some(_) => Err(ParamsError::Value { section: name, reason: "a section was expected".into() }),
            None => Ok(toml::Table::new()),
        };
        let [market, policy, price_feed, rate_feed, world] = SECTIONS.map(&mut section);
        let (market, policy, price_feed, rate_feed, world) = (market?, policy?, price_feed?, rate_feed?, world?);
        if let Some(section) = file.keys().next() {
            return Err(ParamsError::UnknownSection { section: section.clone(), known: SECTIONS.join(", ") });
        }
        let world = overlay("world", &WorldParams::default(), world)?.validate()?;
        let defaults = Settings::around(world);
        Ok(Settings {
            market: within_bounds("market", overlay("market", &defaults.market, market)?, MarketParams::first_outside)?,
            policy: within_bounds("policy", overlay("policy", &defaults.policy, policy)?, PolicyParams::first_outside)?,
            price_feed: feed("price_feed", &defaults.price_feed, price_feed)?,
            rate_feed: feed("rate_feed", &defaults.rate_feed, rate_feed)?,
            world: defaults.world,
        })
    }

    /// The file that [`Settings::from_toml`] reads, each parameter with its documentation above it.
    ///
    /// # Errors
    /// [`ParamsError::Unwritable`] if TOML cannot represent a parameter.
    pub fn to_toml(&self) -> Result<String, ParamsError> {
        let sections = [
            document("market", &self.market, MarketParams::PARAMETERS)?,
            document("policy", &self.policy, PolicyParams::PARAMETERS)?,
            document("price_feed", &self.price_feed, FeedConfig::PARAMETERS)?,
            document("rate_feed", &self.rate_feed, FeedConfig::PARAMETERS)?,
            document("world", &self.world, WorldParams::PARAMETERS)?,
        ];
        Ok(format!(
            "# Parameters of `ballast simulate --params FILE`. Ratios are plain (0.01 = 1 %), rates are yearly,\n\
             # times are seconds, amounts are smallest units. What is left out keeps its default.\n\n{}",
            sections.join("\n")
        ))
    }

    /// Replaces the slope of the market's funding.
    pub fn with_slope(mut self, slope: Option<Decimal>) -> Self {
        self.market.slope = slope.map_or(self.market.slope, Decimal256::from);
        self
    }

    /// Replaces the market's `pass_through`.
    pub fn with_pass_through(mut self, pass_through: Option<Decimal>) -> Self {
        self.market.pass_through = pass_through.map_or(self.market.pass_through, Decimal256::from);
        self
    }
}

/// Of prices and yearly rates: a bound on growth is one of redemption rates alone.
fn is_feed_parameter(name: &str) -> bool {
    name != "max_growth" && FeedConfig::PARAMETERS.iter().any(|parameter| parameter.name == name)
}

/// A feed without its kind and source, which the world sets.
fn parameters_alone<S: Serializer>(feed: &FeedConfig, serializer: S) -> Result<S::Ok, S::Error> {
    let mut fields = serde_json::to_value(feed).map_err(S::Error::custom)?;
    if let Some(fields) = fields.as_object_mut() {
        fields.retain(|name, _| is_feed_parameter(name));
    }
    fields.serialize(serializer)
}

fn feed(section: &'static str, defaults: &FeedConfig, given: toml::Table) -> Result<FeedConfig, ParamsError> {
    if let Some(key) = given.keys().find(|name| !is_feed_parameter(name)).cloned() {
        let known = FeedConfig::PARAMETERS.iter().map(|parameter| parameter.name);
        let mut known: Vec<&str> = known.filter(|name| is_feed_parameter(name)).collect();
        known.dedup();
        return Err(ParamsError::UnknownKey { section, key, known: known.join(", ") });
    }
    within_bounds(section, overlay(section, defaults, given)?, FeedConfig::first_outside)
}
