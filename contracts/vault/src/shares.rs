//! Pure share maths. NAV is counted in quote, so a whole share starts at the value of one whole quote. Shares have `n`
//! more decimals than quote, and there are `10^n` virtual shares, backed by one virtual unit of quote.
//!
//! Virtual shares make it unprofitable to inflate the price of the first shares: an attacker owns only a part of what
//! they put in. (The books ignore donations, so only rounding is left to inflate the price with.)

use ballast_math::{MathError, Money, Purse, Quote, Shares};
use cosmwasm_std::Uint128;

/// Maximum of additional decimals: enough that rounding a deposit loses less than a millionth of a unit of quote.
const MAX_EXTRA_DECIMALS: u8 = 6;
/// Maximum number of decimals that wallets and cw20 support.
const MAX_DECIMALS: u8 = 18;
/// The virtual value.
const VIRTUAL_VALUE: Quote = Quote(Uint128::one());

/// Decimals of the share token for a settlement coin of `quote_decimals`.
pub fn decimals(quote_decimals: u8) -> u8 {
    quote_decimals.saturating_add(extra_decimals(quote_decimals))
}

fn extra_decimals(quote_decimals: u8) -> u8 {
    MAX_DECIMALS.saturating_sub(quote_decimals).min(MAX_EXTRA_DECIMALS)
}

/// Virtual shares for a settlement coin of `quote_decimals`: `10^n`.
pub fn virtual_shares(quote_decimals: u8) -> Shares {
    Shares(Uint128::new(10u128.saturating_pow(extra_decimals(quote_decimals).into())))
}

/// `supply + virtual`, the whole of which a redemption's shares are a part.
pub fn whole(supply: Shares, quote_decimals: u8) -> ballast_math::Result<Shares> {
    supply.plus(virtual_shares(quote_decimals))
}

/// The supply that is in `whole`.
pub fn supply(whole: Shares, quote_decimals: u8) -> Shares {
    whole.minus_or_zero(virtual_shares(quote_decimals))
}

/// Shares for `added` value at a net asset value of `nav`: `added * whole / (nav + 1)`, rounded down. An error if
/// `added` or `nav + 1` is not positive, or if the product overflows.
pub fn shares_floor(added: Money, nav: Money, whole: Shares) -> ballast_math::Result<Shares> {
    let behind = nav.plus(VIRTUAL_VALUE.money())?;
    if !behind.is_positive() {
        return Err(MathError::NegativeDivisor { money: behind.to_string() });
    }
    // The product is exact, so rounding happens only once.
    added.portion_floor(whole.amount(), Uint128::one())?.div_floor(behind.abs())?.amount_floor().map(Shares)
}

/// Value of `shares` out of `whole` of `nav`, rounded down; zero if `nav` is not positive. The virtual value does not
/// count: only what exists can be paid out.
pub fn value_floor(shares: Shares, nav: Money, whole: Shares) -> ballast_math::Result<Money> {
    nav.or_zero().portion_floor(shares.amount(), whole.amount())
}

/// The part `shares / whole` of `purse`, each coin rounded down.
pub fn coins_floor(shares: Shares, purse: Purse, whole: Shares) -> ballast_math::Result<Purse> {
    purse.portion_floor(shares.amount(), whole.amount())
}
