//! Every parameter of a run in one TOML file: printed with its documentation and its default, read back strictly.
//!
//! The documentation is that of the wire types themselves, so that the printed file cannot drift from what the contracts take.

use ballast_params::{document, overlay, ParamsError};
use ballast_types::market::MarketParams;
use ballast_types::policy::PolicyParams;
use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Decimal, Decimal256};
use serde::Serialize;

/// The world around the vault.
#[cw_serde]
#[serde(deny_unknown_fields)]
pub struct WorldParams {
    /// Depositors who come at the start and redeem everything at the end. (1 to 100)
    pub depositors: u32,
    /// Worth of each one's coins at the start, whole quote. (1000 to 100000000)
    pub deposit: Decimal,
    /// Decimals of the hedged coin. (0 to 18)
    pub base_decimals: u8,
    /// Decimals of the settlement coin. (0 to 18)
    pub quote_decimals: u8,
    /// Seconds between two calls of a keeper; never more often than there are prices. (60 to 2592000)
    pub keeper_every: u64,
    /// Quote in the pool at the start, over the notional that will be hedged. (0.1 to 100)
    pub pool: Decimal,
    /// Whether its providers top the pool up to that, over the notional of the day, once a day.
    pub top_up: bool,
    /// What an arbitrageur needs to act within the hour: buy the pool's base, fill the vault's auction. (0 to 0.1)
    pub edge: Decimal,
    /// Longs of others, over the vault's short. (0 to 2)
    pub longs: Decimal,
    /// Accounts that publish the price, and the smallest majority of them is the quorum. From three on one is rough:
    /// now and then silent, late, or off by some per mille with a wide confidence. (1 to 15)
    pub publishers: u32,
    /// Seconds by which the price is old when keepers and all others act. (0 to 50)
    pub price_age: u64,
    /// How busy strangers are (positions, margin without a position, dust) and providers who leave the pool and come
    /// back: nobody at 0, twice as often at 2 as at 1. (0 to 10)
    pub strangers: Decimal,
    /// What the rough publisher, strangers and restless providers do follows from this number.
    pub seed: u32,
    /// Seconds between two checks of the invariants. (3600 to 604800)
    pub check_every: u64,
}

impl Default for WorldParams {
    fn default() -> Self {
        WorldParams {
            depositors: 3,
            deposit: Decimal::from_ratio(100_000u32, 1u32),
            base_decimals: 8,
            quote_decimals: 6,
            keeper_every: 3_600,
            pool: Decimal::percent(200),
            top_up: true,
            edge: Decimal::permille(1),
            longs: Decimal::percent(50),
            publishers: 3,
            price_age: 6,
            strangers: Decimal::one(),
            seed: 1,
            check_every: 86_400,
        }
    }
}

impl WorldParams {
    /// The same, or the first parameter outside of its bounds.
    ///
    /// # Errors
    /// [`ParamsError::Bounds`].
    pub fn validate(self) -> Result<Self, ParamsError> {
        let whole = |number: u32| Decimal::from_ratio(number, 1u32);
        let check = |inside: bool, key, value: String, bounds| match inside {
            true => Ok(()),
            false => Err(ParamsError::Bounds { section: "world", key, value, bounds }),
        };
        let text = |value: &dyn ToString| value.to_string();
        check((1..=100).contains(&self.depositors), "depositors", text(&self.depositors), "1 to 100")?;
        let deposit = whole(1_000)..=whole(100_000_000);
        check(deposit.contains(&self.deposit), "deposit", text(&self.deposit), "1000 to 100000000")?;
        check(self.base_decimals <= 18, "base_decimals", text(&self.base_decimals), "0 to 18")?;
        check(self.quote_decimals <= 18, "quote_decimals", text(&self.quote_decimals), "0 to 18")?;
        let keeper = (60..=2_592_000).contains(&self.keeper_every);
        check(keeper, "keeper_every", text(&self.keeper_every), "60 to 2592000 seconds")?;
        let pool = Decimal::percent(10)..=whole(100);
        check(pool.contains(&self.pool), "pool", text(&self.pool), "0.1 to 100")?;
        check(self.edge <= Decimal::percent(10), "edge", text(&self.edge), "0 to 0.1")?;
        check(self.longs <= whole(2), "longs", text(&self.longs), "0 to 2")?;
        check((1..=15).contains(&self.publishers), "publishers", text(&self.publishers), "1 to 15")?;
        check(self.price_age <= 50, "price_age", text(&self.price_age), "0 to 50 seconds")?;
        check(self.strangers <= whole(10), "strangers", text(&self.strangers), "0 to 10")?;
        let checks = (3_600..=604_800).contains(&self.check_every);
        check(checks, "check_every", text(&self.check_every), "3600 to 604800 seconds")?;
        Ok(self)
    }
}

/// All parameters of a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Settings {
    /// Of the market. The contract checks the bounds.
    pub market: MarketParams,
    /// Of the hedge policy. The contract checks the bounds.
    pub policy: PolicyParams,
    /// Of the world around both.
    pub world: WorldParams,
}

impl Default for Settings {
    fn default() -> Self {
        Settings::around(WorldParams::default())
    }
}

impl Settings {
    /// The defaults in a given world: the market's least position depends on the decimals of the quote.
    fn around(world: WorldParams) -> Self {
        let market = MarketParams::defaults(world.quote_decimals);
        Settings { market, policy: PolicyParams::default(), world }
    }

    /// The settings of a file: what it does not name keeps its default.
    ///
    /// # Errors
    /// [`ParamsError`] for anything unknown, of the wrong type, or outside of the world's bounds.
    pub fn from_toml(text: &str) -> Result<Self, ParamsError> {
        let mut file: toml::Table = text.parse()?;
        let mut section = |name: &'static str| match file.remove(name) {
            Some(toml::Value::Table(table)) => Ok(table),
            Some(_) => Err(ParamsError::Value { section: name, reason: "a section was expected".into() }),
            None => Ok(toml::Table::new()),
        };
        let (market, policy, world) = (section("market")?, section("policy")?, section("world")?);
        if let Some(section) = file.keys().next() {
            return Err(ParamsError::UnknownSection {
                section: section.clone(),
                known: "market, policy, world".to_owned(),
            });
        }
        let world = overlay("world", &WorldParams::default(), world)?.validate()?;
        let defaults = Settings::around(world);
        Ok(Settings {
            market: overlay("market", &defaults.market, market)?,
            policy: overlay("policy", &defaults.policy, policy)?,
            world: defaults.world,
        })
    }

    /// The file that [`Settings::from_toml`] reads, each parameter with its documentation above it.
    ///
    /// # Errors
    /// [`ParamsError::Unwritable`] should a parameter ever have a type that TOML has not.
    pub fn to_toml(&self) -> Result<String, ParamsError> {
        let sections =
            [document("market", &self.market)?, document("policy", &self.policy)?, document("world", &self.world)?];
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

    /// Replaces the part of the rate that the pool pays on.
    pub fn with_pass_through(mut self, pass_through: Option<Decimal>) -> Self {
        self.market.pass_through = pass_through.map_or(self.market.pass_through, Decimal256::from);
        self
    }
}
