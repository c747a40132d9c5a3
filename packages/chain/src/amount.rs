//! Amounts as users write them: `12.5atom` is 12500000 of `uatom` if atom has 6 decimals.

use std::collections::BTreeMap;

use ballast_types::CoinInfo;
use cosmwasm_std::{Coin, Uint128};

use crate::{Error, Result};

/// Parses an amount: whole coins with the coin's name (`12.5atom`), or units with a denom (`12500000uatom`).
///
/// # Errors
/// [`Error::User`] for anything else: unknown coins, more digits than the coin has, numbers that are too large.
pub fn parse(text: &str, coins: &BTreeMap<String, CoinInfo>) -> Result<Coin> {
    let split = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, name) = text.split_at_checked(split).unwrap_or((text, ""));
    let wrong = |why: String| Error::user(format!("amount '{text}': {why}"));
    if text.starts_with('-') {
        return Err(wrong("an amount above zero is wanted, such as 12.5atom".to_owned()));
    }
    if let Some(coin) = coins.get(name.trim()) {
        let amount = units(number, coin.decimals).map_err(wrong)?;
        return Ok(Coin { denom: coin.denom.clone(), amount });
    }
    if coins.values().any(|coin| coin.denom == name.trim()) {
        let amount = units(number, 0).map_err(wrong)?;
        return Ok(Coin { denom: name.trim().to_owned(), amount });
    }
    let known = coins.iter().map(|(name, coin)| format!("{name} ({})", coin.denom)).collect::<Vec<_>>().join(", ");
    if name.trim().is_empty() {
        return Err(wrong(format!("of which coin? One of {known} must follow the number")));
    }
    Err(wrong(format!("'{name}' is not a coin of the chain file, which has {known}")))
}

/// Parses an amount of one particular coin.
///
/// # Errors
/// Those of [`parse`]; [`Error::User`] for another coin.
pub fn parse_of(text: &str, coins: &BTreeMap<String, CoinInfo>, denom: &str) -> Result<Uint128> {
    let coin = parse(text, coins)?;
    if coin.denom != denom {
        let named = |denom: &str| {
            let known = coins.iter().find(|(_, coin)| coin.denom == denom);
            known.map_or_else(|| denom.to_owned(), |(name, _)| name.clone())
        };
        return Err(Error::user(format!("amount '{text}' is in {}, {} is wanted", named(&coin.denom), named(denom))));
    }
    Ok(coin.amount)
}

/// Parses an amount of one particular coin, above zero.
///
/// # Errors
/// Those of [`parse_of`]; [`Error::User`] for zero.
pub fn some_of(text: &str, coins: &BTreeMap<String, CoinInfo>, denom: &str) -> Result<Uint128> {
    let amount = parse_of(text, coins, denom)?;
    match amount.is_zero() {
        true => Err(Error::user(format!("amount '{text}' is nothing"))),
        false => Ok(amount),
    }
}

/// Converts whole coins with this many decimals to units.
///
/// # Errors
/// A text that says what is wrong with it.
pub fn units(number: &str, decimals: u8) -> std::result::Result<Uint128, String> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return Err(format!("'{number}' is not a number such as 12.5"));
    }
    let padding = usize::from(decimals).checked_sub(fraction.len());
    let padding =
        padding.ok_or_else(|| format!("{} digits after the point, the coin has {decimals}", fraction.len()))?;
    let digits = format!("{whole}{fraction}{}", "0".repeat(padding));
    digits.parse().map_err(|_| format!("{number} is not a number of coins that fits 128 bits"))
}

/// Converts units to whole coins, exactly: 12500000 with 6 decimals is `12.5`.
pub fn whole(units: Uint128, decimals: u8) -> String {
    let digits = format!("{:0>width$}", units.u128(), width = usize::from(decimals).saturating_add(1));
    let (whole, fraction) =
        digits.split_at_checked(digits.len().saturating_sub(decimals.into())).unwrap_or((&digits, ""));
    match fraction.trim_end_matches('0') {
        "" => whole.to_owned(),
        fraction => format!("{whole}.{fraction}"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn coins() -> BTreeMap<String, CoinInfo> {
        let coin = |denom: &str, decimals| CoinInfo { denom: denom.into(), decimals };
        BTreeMap::from([
            ("atom".into(), coin("uatom", 6)),
            ("eth".into(), coin("aeth", 18)),
            ("raw".into(), coin("raw", 0)),
        ])
    }

    #[test]
    fn whole_coins_and_units_are_read_to_the_unit() {
        for (text, amount, denom) in [
            ("12.5atom", 12_500_000, "uatom"),
            ("12.5 atom", 12_500_000, "uatom"),
            ("0.000001atom", 1, "uatom"),
            ("7uatom", 7, "uatom"),
            ("1eth", 1_000_000_000_000_000_000, "aeth"),
            ("3raw", 3, "raw"),
        ] {
            assert_eq!(
                parse(text, &coins()).unwrap(),
                Coin { denom: denom.into(), amount: Uint128::new(amount) },
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_not_an_amount_says_why() {
        for (text, part) in [
            ("12.5", "of which coin? One of atom (uatom), eth (aeth), raw (raw) must follow the number"),
            ("12.5xyz", "'xyz' is not a coin of the chain file, which has atom (uatom), eth (aeth), raw (raw)"),
            ("atom", "'' is not a number"),
            ("1.2345678atom", "7 digits after the point, the coin has 6"),
            ("1.5uatom", "1 digits after the point, the coin has 0"),
            ("-1atom", "an amount above zero is wanted"),
            ("1.2.3atom", "fits 128 bits"),
            ("1e5atom", "'e5atom' is not a coin"),
            ("340282366920938463463374607431768211456uatom", "fits 128 bits"),
        ] {
            let error = parse(text, &coins()).unwrap_err().to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
        assert!(some_of("0.0atom", &coins(), "uatom").unwrap_err().to_string().ends_with("is nothing"));
        assert!(parse_of("1eth", &coins(), "uatom").unwrap_err().to_string().contains("is in eth, atom is wanted"));
    }

    #[test]
    fn units_are_shown_as_they_are_read() {
        for (units, decimals, text) in
            [(12_500_000, 6, "12.5"), (1, 6, "0.000001"), (0, 6, "0"), (7, 0, "7"), (10, 1, "1"), (123, 2, "1.23")]
        {
            assert_eq!(whole(Uint128::new(units), decimals), text);
            assert_eq!(super::units(text, decimals).unwrap(), Uint128::new(units));
        }
    }
}
