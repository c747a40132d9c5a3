//! The deployed system, and formatting of its amounts.

use ballast_types::market::{Leverage, LiquidationPrice};
use ballast_types::vault::{ConfigResponse, ExtensionQueryMsg, QueryMsg};
use ballast_types::{CoinInfo, Money, Purse};
use cosmwasm_std::{Coin, Decimal256, SignedDecimal256, Uint128};
use cw20::TokenInfoResponse;
use serde::de::DeserializeOwned;
use serde::Serialize;

use crate::figures::{fixed, float, grouped};
use crate::session::Session;
use crate::{amount, Addresses, Error, Msg, Result};

/// Names and decimals of coins and shares.
#[derive(Debug, Clone, PartialEq)]
pub struct Units {
    /// The hedged coin.
    pub base: CoinInfo,
    /// Its name in the chain file.
    pub base_name: String,
    /// The settlement coin.
    pub quote: CoinInfo,
    /// Its name in the chain file.
    pub quote_name: String,
    /// Symbol of the share token.
    pub share_name: String,
    /// Decimals of the share token.
    pub share_decimals: u8,
}

/// A deployment, with the vault's configuration and token.
pub struct System {
    /// Addresses.
    pub at: Addresses,
    /// The vault's configuration.
    pub config: ConfigResponse,
    /// The share token.
    pub token: TokenInfoResponse,
    /// How to show amounts.
    pub units: Units,
}

impl System {
    /// Reads the state file and queries the vault.
    ///
    /// # Errors
    /// [`Error::User`] without a deployment on this chain; [`Error::Chain`] when the vault is on another market.
    pub fn load(session: &Session) -> Result<Self> {
        let at = session.addresses()?;
        session.client.head()?;
        let config = session.client.query(&at.vault, &extension(ExtensionQueryMsg::Config {}));
        let config: ConfigResponse = config.map_err(|error| session.explained(error))?;
        if config.venue.as_str() != at.market {
            let text = format!("the vault {} trades at {}, the state file says {}", at.vault, config.venue, at.market);
            return Err(Error::chain(text));
        }
        let token: TokenInfoResponse = session.client.query(&at.vault, &QueryMsg::TokenInfo {})?;
        let name = |coin: &CoinInfo| {
            let named = session.file.coins.iter().find(|(_, known)| known.denom == coin.denom);
            named.map_or_else(|| coin.denom.clone(), |(name, _)| name.clone())
        };
        let units = Units {
            base_name: name(&config.base),
            base: config.base.clone(),
            quote_name: name(&config.quote),
            quote: config.quote.clone(),
            share_name: token.symbol.clone(),
            share_decimals: token.decimals,
        };
        Ok(System { at, config, token, units })
    }

    /// A query of the vault that is not in the standard.
    ///
    /// # Errors
    /// Those of [`crate::Client::query`].
    pub fn ask_vault<T: DeserializeOwned>(&self, session: &Session, query: ExtensionQueryMsg) -> Result<T> {
        session.client.query(&self.at.vault, &extension(query))
    }

    /// A call of the vault.
    ///
    /// # Errors
    /// [`Error::User`] when it cannot be encoded as JSON.
    pub fn vault_call(&self, msg: &impl Serialize, funds: &[Coin]) -> Result<Msg> {
        Msg::execute(&self.at.vault, msg, funds)
    }

    /// A call of the market.
    ///
    /// # Errors
    /// [`Error::User`] when it cannot be encoded as JSON.
    pub fn market_call(&self, msg: &impl Serialize, funds: &[Coin]) -> Result<Msg> {
        Msg::execute(&self.at.market, msg, funds)
    }
}

/// Wraps a query that is not in the standard.
pub const fn extension(query: ExtensionQueryMsg) -> QueryMsg {
    QueryMsg::VaultExtension(query)
}

/// `amount * (1 - part)`, rounded down.
///
/// # Errors
/// [`Error::User`] for a part above one.
pub fn less(amount: Uint128, part: Decimal256) -> Result<Uint128> {
    let kept = Decimal256::one().checked_sub(part);
    let kept = kept.map_err(|_| Error::user(format!("--slippage {part}: a part is wanted, from 0 to 1")))?;
    let product = ballast_math::Money::from_amount(amount).mul_floor(kept).and_then(Money::amount_floor);
    product.map_err(|error| Error::user(error.to_string()))
}

/// A ratio in percent: 0.1234 is `12.34 %`.
pub fn percent(ratio: impl ToString) -> String {
    format!("{} %", fixed(float(ratio) * 100.0, 2))
}

/// A price with about six significant digits.
pub fn price(price: impl ToString) -> String {
    let number = float(price);
    let digits = match number.abs() {
        size if size >= 1000.0 => 2,
        size if size >= 1.0 => 4,
        _ => 8,
    };
    fixed(number, digits)
}

/// Leverage, or a note that there is none.
pub fn leverage(leverage: Leverage) -> String {
    match leverage {
        Leverage::None => "none".to_owned(),
        Leverage::Finite(ratio) => fixed(ratio, 3),
        Leverage::Infinite => "infinite".to_owned(),
    }
}

/// Seconds in a readable unit: `90 s`, `5 min`, `3 h`.
pub fn duration(seconds: u64) -> String {
    let parts = |unit: u64| seconds.checked_div(unit).unwrap_or_default();
    match seconds {
        0..=119 => format!("{seconds} s"),
        120..=7_199 => format!("{} min", parts(60)),
        7_200..=172_799 => format!("{} h", parts(3_600)),
        _ => format!("{} d", parts(86_400)),
    }
}

impl Units {
    /// An amount of base, with all its digits.
    pub fn base(&self, units: Uint128) -> String {
        format!("{} {}", grouped(&amount::whole(units, self.base.decimals)), self.base_name)
    }

    /// An amount of quote, with all its digits.
    pub fn quote(&self, units: Uint128) -> String {
        format!("{} {}", grouped(&amount::whole(units, self.quote.decimals)), self.quote_name)
    }

    /// Both coins with all their digits, without zero amounts.
    pub fn purse(&self, purse: Purse) -> String {
        match (purse.base.is_zero(), purse.quote.is_zero()) {
            (false, true) => self.base(purse.base),
            (true, false) => self.quote(purse.quote),
            (false, false) => format!("{} and {}", self.base(purse.base), self.quote(purse.quote)),
            (true, true) => "nothing".to_owned(),
        }
    }

    /// Shares, with all their digits.
    pub fn shares(&self, units: Uint128) -> String {
        format!("{} {}", grouped(&amount::whole(units, self.share_decimals)), self.share_name)
    }

    /// Money in whole quote, as a number.
    pub fn quote_float(&self, money: Money) -> f64 {
        float(money) / 10f64.powi(self.quote.decimals.into())
    }

    /// Money in whole quote, to two digits.
    pub fn money(&self, money: Money) -> String {
        format!("{} {}", fixed(self.quote_float(money), 2), self.quote_name)
    }

    /// A price of base in quote.
    pub fn price(&self, of: Decimal256) -> String {
        format!("{} {}/{}", price(of), self.quote_name, self.base_name)
    }

    /// The price at which the position would be liquidated.
    pub fn liquidation(&self, at: LiquidationPrice) -> String {
        match at {
            LiquidationPrice::Never => "at no price".to_owned(),
            LiquidationPrice::Above(price) => format!("{} and above", self.price(price)),
            LiquidationPrice::Below(price) => format!("{} and below", self.price(price)),
            LiquidationPrice::Now => "now".to_owned(),
        }
    }

    /// Value of one whole share in whole quote; none without shares.
    pub fn share_price(&self, nav: Money, supply: Uint128) -> Option<SignedDecimal256> {
        if supply.is_zero() {
            return None;
        }
        let power = |decimals: u8| SignedDecimal256::from_ratio(1, 1).checked_mul(ten_to(decimals)).ok();
        let value = nav.units().checked_mul(power(self.share_decimals)?).ok()?;
        let supply = SignedDecimal256::from_atomics(supply.u128().try_into().unwrap_or(i128::MAX), 0).ok()?;
        value.checked_div(supply).ok()?.checked_div(power(self.quote.decimals)?).ok()
    }
}

fn ten_to(decimals: u8) -> SignedDecimal256 {
    let power = 10i128.checked_pow(decimals.into()).unwrap_or(i128::MAX);
    SignedDecimal256::from_atomics(power, 0).unwrap_or(SignedDecimal256::MAX)
}

/// Lines of names and values, with aligned values.
pub fn aligned<N: AsRef<str>>(rows: &[(N, String)]) -> String {
    let width = rows.iter().map(|(name, _)| name.as_ref().chars().count()).max().unwrap_or(0);
    let lines = rows.iter().map(|(name, value)| format!("  {:<width$}  {value}", name.as_ref()).trim_end().to_owned());
    lines.collect::<Vec<_>>().join("\n")
}

/// A table with a header; the first column is left-aligned, the others right-aligned.
pub fn table(head: &[&str], lines: &[Vec<String>]) -> String {
    let head: Vec<String> = head.iter().map(|cell| (*cell).to_owned()).collect();
    let all: Vec<&Vec<String>> = std::iter::once(&head).chain(lines).collect();
    let width = |column: usize| {
        all.iter().filter_map(|line| line.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let render = |line: &&Vec<String>| {
        let cells = line.iter().enumerate().map(|(column, cell)| match column {
            0 => format!("{cell:<width$}", width = width(0)),
            _ => format!("{cell:>width$}", width = width(column)),
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    all.iter().map(render).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
pub mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Atom and usdc of six decimals, shares of twelve.
    pub fn units() -> Units {
        let coin = |denom: &str| CoinInfo { denom: denom.into(), decimals: 6 };
        Units {
            base: coin("uatom"),
            base_name: "atom".into(),
            quote: coin("uusdc"),
            quote_name: "usdc".into(),
            share_name: "bATOM".into(),
            share_decimals: 12,
        }
    }

    #[test]
    fn a_ratio_is_shown_in_percent() {
        assert_eq!(percent("-0.12345"), "-12.35 %");
    }

    #[test]
    fn amounts_carry_their_coin_and_lose_no_unit() {
        let units = units();
        assert_eq!(units.base(Uint128::new(12_500_001)), "12.500001 atom");
        assert_eq!(units.shares(Uint128::new(1_500_000_000_000_000)), "1,500 bATOM");
        let purse = |base: u128, quote: u128| units.purse(Purse::new(base.into(), quote.into()));
        assert_eq!(purse(1_000_000, 0), "1 atom");
        assert_eq!(purse(0, 2_500_000), "2.5 usdc");
        assert_eq!(purse(1, 1_000_000_000), "0.000001 atom and 1,000 usdc");
        assert_eq!(purse(0, 0), "nothing");
        assert_eq!(units.money(Money::from_amount(Uint128::new(1_234_567_890))), "1,234.57 usdc");
        assert_eq!(units.price("12.5".parse().unwrap()), "12.5000 usdc/atom");
    }

    #[test]
    fn a_share_price_is_value_over_whole_shares() {
        // 125 usdc over 100 shares of twelve decimals.
        let nav = Money::from_amount(Uint128::new(125_000_000));
        let price = units().share_price(nav, Uint128::new(100_000_000_000_000)).unwrap();
        assert_eq!(price.to_string(), "1.25");
        assert_eq!(units().share_price(nav, Uint128::zero()), None);
    }

    #[test]
    fn a_bound_is_rounded_down_and_refuses_a_part_above_one() {
        let less = |amount: u128, part: &str| less(amount.into(), part.parse().unwrap()).map(|least| least.u128());
        assert_eq!(less(1_001, "0.005"), Ok(995));
        assert_eq!(less(7, "0"), Ok(7));
        assert_eq!(less(7, "1"), Ok(0));
        assert!(less(7, "1.01").unwrap_err().to_string().contains("from 0 to 1"));
    }

    #[test]
    fn times_read_in_the_unit_that_says_something() {
        for (seconds, text) in [(0, "0 s"), (119, "119 s"), (120, "2 min"), (7_200, "2 h"), (172_800, "2 d")] {
            assert_eq!(duration(seconds), text);
        }
    }

    #[test]
    fn tables_stand_in_columns() {
        assert_eq!(aligned(&[("a", "1".to_owned()), ("long", "2".to_owned())]), "  a     1\n  long  2");
        let lines = [vec!["a".to_owned(), "1".to_owned()], vec!["bcd".to_owned(), "200".to_owned()]];
        assert_eq!(table(&["", "x"], &lines), "       x\na      1\nbcd  200");
    }
}
