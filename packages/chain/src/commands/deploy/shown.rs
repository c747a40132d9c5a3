//! Formats compared values for people.

use ballast_types::CoinInfo;
use cosmwasm_std::Uint128;
use serde_json::Value;

use crate::figures::grouped;
use crate::{amount, ChainFile};

/// A value of this name: amounts in units, followed by whole coins in brackets.
pub fn shown(name: &str, value: &Value, file: &ChainFile) -> String {
    let text = match value {
        Value::Null => return "none".to_owned(),
        Value::String(text) => text.clone(),
        other => return other.to_string(),
    };
    match (coin(name, file), text.parse::<Uint128>()) {
        (Some(_), Ok(Uint128::MAX)) => "no limit".to_owned(),
        (Some(coin), Ok(units)) => {
            let known = file.coins.iter().find(|(_, info)| *info == coin);
            let coin_name = known.map_or(&coin.denom, |(name, _)| name);
            format!("{text} ({} {coin_name})", grouped(&amount::whole(units, coin.decimals)))
        }
        _ => text,
    }
}

/// The coin that a value is an amount of, if it is one.
fn coin<'a>(name: &str, file: &'a ChainFile) -> Option<&'a CoinInfo> {
    match name {
        "market.params.max_open_interest" => Some(&file.base),
        "market.params.min_position" | "vault.deposit_cap" => Some(&file.quote),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    #[test]
    fn amounts_are_shown_in_whole_coins_and_what_is_no_limit_or_none_says_so() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/chains/local.toml");
        let file = ChainFile::read(&path).unwrap();
        for (name, value, text) in [
            ("market.params.min_position", json!("100000000"), "100000000 (100 usdc)"),
            ("market.params.max_open_interest", json!(Uint128::MAX), "no limit"),
            ("market.params.max_open_interest", json!("1234500000"), "1234500000 (1,234.5 atom)"),
            ("vault.deposit_cap", json!(null), "none"),
            ("vault.deposit_cap", json!("1000000000"), "1000000000 (1,000 usdc)"),
            ("market.params.headroom", json!("0.1"), "0.1"),
            ("vault.base.decimals", json!(6), "6"),
        ] {
            assert_eq!(shown(name, &value, &file), text, "{name}");
        }
    }

    /// A new parameter that is an amount must be shown as one: all others are ratios, with a point or small.
    #[test]
    fn no_amount_of_the_markets_parameters_stays_in_smallest_units() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/chains/local.toml");
        let file = ChainFile::read(&path).unwrap();
        let params = json!(file.market_params);
        for (key, value) in params.as_object().unwrap() {
            let text = shown(&format!("market.params.{key}"), value, &file);
            assert!(text.parse::<u128>().map_or(true, |number| number < 10_000_000), "{key}: {text}");
        }
    }
}
