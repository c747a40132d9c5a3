//! Recognises venues whose lists have no names.

use std::fmt;

use serde_json::value::RawValue;

use crate::fault::Fault;
use crate::values::{cell, list, object, List};

/// The venue that candles come from, and how it is recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Venue {
    /// Responses with a `retCode`.
    Bybit,
    /// A code of "0" and a last column that says whether the bar is complete.
    Okx,
    /// Eight columns, of which the last says in words whether the bar is complete.
    Gate,
    /// A code of "200000" and times in seconds. (Its futures have milliseconds and another column order.)
    KuCoin,
}

/// Numbers of columns at OKX: mark or index candles, and trade candles.
const OKX_WIDTHS: [usize; 2] = [6, 9];
const GATE_WIDTH: usize = 8;
const KUCOIN_WIDTH: usize = 7;
/// Number of digits of a time in seconds.
const SECONDS: usize = 10;
/// Phemex puts the bar's length in seconds and the previous close before the prices, which older responses scale.
const PHEMEX_WIDTH: usize = 9;
const PHEMEX_SECONDS: [&str; 13] =
    ["60", "300", "900", "1800", "3600", "7200", "10800", "14400", "21600", "43200", "86400", "604800", "2592000"];
const COIN_GECKO_WIDTH: usize = 5;
const COIN_GECKO_DIGITS: usize = 13;

impl Venue {
    /// The venue of this response, if that is certain.
    ///
    /// # Errors
    /// [`Fault::Unnamed`] for lists that look alike at two venues but mean different things, [`Fault::Prefixed`] for
    /// those of Phemex.
    pub fn of(whole: &RawValue, entries: &List<'_>, width: usize) -> Result<Option<Self>, Fault> {
        let every = |place: usize, is: fn(&str) -> bool| {
            entries
                .iter()
                .all(|entry| list(entry).is_some_and(|cells| cells.get(place).is_some_and(|one| is(&cell(one)))))
        };
        let last = width.saturating_sub(1);
        let Some(answer) = object(whole) else {
            if width == COIN_GECKO_WIDTH && every(0, |time| time.len() == COIN_GECKO_DIGITS) {
                return Err(Fault::Unnamed { venue: "CoinGecko", expected: "" });
            }
            let is_gate = width == GATE_WIDTH && every(last, |closed| matches!(closed, "true" | "false"));
            return Ok(is_gate.then_some(Venue::Gate));
        };
        let has_rows = answer.get("data").and_then(|data| object(data)).is_some_and(|data| data.contains_key("rows"));
        if has_rows && width >= PHEMEX_WIDTH && every(1, |seconds| PHEMEX_SECONDS.contains(&seconds)) {
            return Err(Fault::Prefixed { venue: "Phemex", expected: "" });
        }
        let code = answer.get("code").map_or("", |code| code.get());
        let is_okx = || OKX_WIDTHS.contains(&width) && every(last, |confirm| matches!(confirm, "0" | "1"));
        Ok(match code {
            _ if answer.contains_key("retCode") => Some(Venue::Bybit),
            "\"0\"" if is_okx() => Some(Venue::Okx),
            "\"200000\"" if width == KUCOIN_WIDTH && every(0, |time| time.len() == SECONDS) => Some(Venue::KuCoin),
            _ => None,
        })
    }

    /// The names of the venue's columns.
    pub fn names(self, width: usize) -> Vec<String> {
        let known: &[&str] = match self {
            Venue::Bybit | Venue::Okx => &["ts", "o", "h", "l", "c"],
            Venue::Gate => &["t", "quote volume", "c", "h", "l", "o", "base volume"],
            Venue::KuCoin => &["time", "open", "close", "high", "low", "volume", "turnover"],
        };
        let mut names: Vec<String> = known.iter().take(width).map(|name| (*name).to_owned()).collect();
        names.extend((names.len()..width).map(|place| format!("column {}", place.saturating_add(1))));
        if let Some(last) = names.last_mut().filter(|_| matches!(self, Venue::Okx | Venue::Gate)) {
            "confirm".clone_into(last);
        }
        names
    }
}

impl fmt::Display for Venue {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Venue::Bybit => "Bybit",
            Venue::Okx => "OKX",
            Venue::Gate => "Gate",
            Venue::KuCoin => "KuCoin",
        })
    }
}
