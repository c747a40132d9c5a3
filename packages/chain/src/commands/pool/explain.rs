//! If open positions prevent a withdrawal, says what can be withdrawn instead.

use ballast_types::market::{QueryMsg, SolvencyResponse};
use cosmwasm_std::{SignedDecimal256, Uint128};

use super::count;
use crate::commands::system::System;
use crate::session::Session;
use crate::{Error, Result};

/// Percentage to offer of the shares that would just fit, because the price may move until then.
const SAFE_PERCENT: u8 = 99;

/// Explains a refusal that is caused by too little slack; others stay as they are.
pub fn explained(session: &Session, system: &System, shares: Uint128, error: Error) -> Error {
    let Error::Chain(text) = &error else { return error };
    let Some((left, required)) = slack(text) else { return error };
    // If a query fails, this is left out.
    let now = possible(session, system, shares, (left, required)).ok().flatten();
    let now = match now {
        Some(shares) if !shares.is_zero() => {
            format!("About {} shares can be withdrawn now: ballast-chain pool-withdraw {shares}.", count(shares))
        }
        Some(_) => "Nothing can be withdrawn now.".to_owned(),
        None => "Try fewer shares.".to_owned(),
    };
    let quote = |units: SignedDecimal256| {
        let units = units.to_int_floor().unsigned_abs();
        Uint128::try_from(units).map_or_else(|_| units.to_string(), |units| system.units.quote(units))
    };
    let missing = required.checked_sub(left).map_or_else(|_| "more".to_owned(), quote);
    Error::chain(format!(
        "the open positions need that part of the pool: this withdrawal would leave {missing} less than must stay for \
         them. {now} The rest comes free when positions are closed, or when others put more into the pool"
    ))
}

/// The slack that the withdrawal would leave, and the minimum.
fn slack(text: &str) -> Option<(SignedDecimal256, SignedDecimal256)> {
    let (left, rest) = text.split_once("slack of ")?.1.split_once(" would be below the ")?;
    Some((left.parse().ok()?, rest.split_once(" required")?.0.parse().ok()?))
}

/// How many of these shares can be withdrawn now; every share takes the same part of the slack.
fn possible(
    session: &Session,
    system: &System,
    shares: Uint128,
    (left, required): (SignedDecimal256, SignedDecimal256),
) -> Result<Option<Uint128>> {
    let query = QueryMsg::Solvency { market: system.config.market.clone() };
    let solvency: SolvencyResponse = session.client.query(&system.at.market, &query)?;
    Ok(portion(shares, solvency.slack.units(), left, required))
}

/// `shares * (slack - required) / (slack - left)`, minus a safety margin.
fn portion(
    shares: Uint128,
    slack: SignedDecimal256,
    left: SignedDecimal256,
    required: SignedDecimal256,
) -> Option<Uint128> {
    if slack <= required {
        return Some(Uint128::zero());
    }
    let part = slack.checked_sub(required).ok()?.checked_div(slack.checked_sub(left).ok()?).ok()?;
    let part = part.checked_mul(SignedDecimal256::percent(SAFE_PERCENT.into())).ok()?;
    let shares = SignedDecimal256::from_ratio(shares.u128(), 1u8).checked_mul(part).ok()?;
    Uint128::try_from(shares.to_int_floor().unsigned_abs()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(slack: &str, left: &str, required: &str) -> Option<u128> {
        let [slack, left, required] = [slack, left, required].map(|text| text.parse().unwrap_or_default());
        portion(Uint128::new(1_000_000), slack, left, required).map(|shares| shares.u128())
    }

    #[test]
    fn so_many_shares_leave_as_the_slack_above_what_is_required_pays_for() {
        // 1,000,000 shares take 300 of a slack of 100; 40 must stay, so a fifth of them can go, less 1 %.
        assert_eq!(of("100", "-200", "40"), Some(198_000));
        assert_eq!(of("40", "-200", "40"), Some(0));
        assert_eq!(of("20", "-200", "40"), Some(0));
        assert_eq!(of("-5", "-200", "40"), Some(0));
    }
}
