//! What contracts say in smallest units and seconds, in whole coins and times.
//!
//! Contracts do not know what their coins are called. Each template below is a sentence of theirs with its numbers named
//! by what they count, and how it reads for people.

use cosmwasm_std::{Timestamp, Uint128};

use crate::commands::{grouped, time};
use crate::{amount, ChainFile};

const TEMPLATES: [(&str, &str); 33] = [
    ("slack of {quote} would be below the {quote} required", "slack of {} would be below the {} required"),
    ("settling would leave slack of {quote}", "settling would leave slack of {}"),
    ("{quote} of {quote} quote are missing", "{} of {} are missing"),
    ("gains of {quote} is below the {quote} that", "gains of {} is below the {} that"),
    ("equity of {quote} would be left where {quote} keeps", "equity of {} would be left where {} keeps"),
    ("a position of {quote} is below the least of {quote}", "a position of {} is below the least of {}"),
    (
        "an entry value of {quote} on one side would be above the cap of {quote} quote",
        "an entry value of {} on one side would be above the cap of {}",
    ),
    (
        "open interest of {base} would be above the cap of {base} units",
        "open interest of {} would be above the cap of {}",
    ),
    (
        "an entry value of {quote} of shorts beside the hedger's would be above their cap of {quote} quote",
        "an entry value of {} of shorts beside the hedger's would be above their cap of {}",
    ),
    (
        "an entry value of {quote} is more than the {quote} quote that may be added now",
        "an entry value of {} is more than the {} that may be added now",
    ),
    ("the order costs {quote}, more than the limit of {quote}", "the order costs {}, more than the limit of {}"),
    ("profit of {quote}, capped at {quote}", "profit of {}, capped at {}"),
    ("profit of {quote} is beyond its cap of {quote}", "profit of {} is beyond its cap of {}"),
    ("the pool is worth {quote}:", "the pool is worth {}:"),
    ("owes {quote}: others settle only what is more than {quote}", "owes {}: others settle only what is more than {}"),
    ("base: Uint128({base}), quote: Uint128({quote})", "{} and {}"),
    ("a short of {base} is needed, the market takes {base} more", "a short of {} is needed, the market takes {} more"),
    ("cannot close {base} of a short of {base}", "cannot close {} of a short of {}"),
    ("value would be {quote}, above the deposit cap of {quote}", "value would be {}, above the deposit cap of {}"),
    ("net asset value is {quote} with {shares} shares outstanding", "net asset value is {} with {} outstanding"),
    ("the deposit would add {quote} in value", "the deposit would add {} in value"),
    ("a deposit that adds {quote} is worth", "a deposit that adds {} is worth"),
    ("{shares} shares, fewer than the least accepted {shares}", "{}, fewer than the least accepted {}"),
    ("{shares} shares asked for, there are {shares}", "{} asked for, there are {}"),
    ("{shares} shares are worth less than one unit", "{} are worth less than one unit"),
    ("the exit costs {quote} units of quote, above {quote}:", "the exit costs {}, above {}:"),
    ("the trade cost {quote} units of quote, at most {quote} is", "the trade cost {}, at most {} is"),
    ("idle quote is {quote};", "idle quote is {};"),
    ("the auction takes {base} more base now, {base} is attached", "the auction takes {} more now, {} is attached"),
    ("{time} (seconds)", "{}"),
    ("before {time}: it came back", "before {}: it came back"),
    ("cannot become longer before {time}:", "cannot become longer before {}:"),
    ("is of {time}, before the same publisher's last of {time}", "is of {}, before the same publisher's last of {}"),
];

/// The same text as people read it.
pub(crate) fn readable(text: &str, file: &ChainFile) -> String {
    let text = TEMPLATES.iter().fold(text.to_owned(), |text, (pattern, words)| replaced(&text, pattern, words, file));
    without_some(&text)
}

/// Replaces every place where the pattern stands.
fn replaced(text: &str, pattern: &str, words: &str, file: &ChainFile) -> String {
    let mut out = String::new();
    let mut rest = text;
    let mut inside_number = false;
    while let Some(first) = rest.chars().next() {
        if let Some((numbers, after)) = matched(rest, pattern, file).filter(|_| !inside_number) {
            out.push_str(&filled(words, &numbers));
            rest = after;
            inside_number = false;
        } else {
            out.push(first);
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
            inside_number = first.is_ascii_digit() || first == '.' || first == '-';
        }
    }
    out
}

/// The numbers of a pattern that the text begins with, for people, and what follows.
fn matched<'a>(text: &'a str, pattern: &str, file: &ChainFile) -> Option<(Vec<String>, &'a str)> {
    let mut numbers = vec![];
    let (mut text, mut pattern) = (text, pattern);
    while let Some((before, rest)) = pattern.split_once('{') {
        let (kind, after) = rest.split_once('}')?;
        text = text.strip_prefix(before)?;
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '.' && c != '-').unwrap_or(text.len());
        // A point may end the sentence.
        let (number, _) = text.split_at_checked(end)?;
        let number = number.trim_end_matches('.');
        numbers.push(shown(number, kind, file)?);
        text = text.strip_prefix(number)?;
        pattern = after;
    }
    Some((numbers, text.strip_prefix(pattern)?))
}

fn filled(words: &str, numbers: &[String]) -> String {
    numbers.iter().fold(words.to_owned(), |words, number| words.replacen("{}", number, 1))
}

/// A number for people; none when it is not one.
fn shown(number: &str, kind: &str, file: &ChainFile) -> Option<String> {
    let (sign, digits) = number.strip_prefix('-').map_or(("", number), |digits| ("-", digits));
    let units: Uint128 = digits.split('.').next()?.parse().ok()?;
    let named = |denom: &str| {
        let known = file.coins.iter().find(|(_, coin)| coin.denom == denom);
        known.map_or_else(|| denom.to_owned(), |(name, _)| name.clone())
    };
    let (decimals, name) = match kind {
        "base" => (file.base.decimals, named(&file.base.denom)),
        "quote" => (file.quote.decimals, named(&file.quote.denom)),
        "shares" => (file.share_decimals(), file.share_symbol.clone()),
        _ => return Some(time(Timestamp::from_seconds(u64::try_from(units.u128()).ok()?))),
    };
    Some(format!("{sign}{} {name}", grouped(&amount::whole(units, decimals))))
}

/// `Some(X)` as `X`.
fn without_some(text: &str) -> String {
    let mut parts = text.split("Some(");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once(')') {
            Some((inner, rest)) => out.extend([inner, rest]),
            None => out.extend(["Some(", part]),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Atom and usdc of six decimals, shares of twelve.
    fn local() -> ChainFile {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/chains/local.toml");
        ChainFile::read(&path).unwrap()
    }

    #[test]
    fn amounts_of_contracts_are_shown_in_whole_coins() {
        for (text, shown) in [
            (
                "slack of -317508454.143219 would be below the 0 required",
                "slack of -317.508454 usdc would be below the 0 usdc required",
            ),
            (
                "a short of 12500000000 is needed, the market takes 250000 more: deposit less",
                "a short of 12,500 atom is needed, the market takes 0.25 atom more: deposit less",
            ),
            (
                "1500000000000 shares asked for, there are 1000000000000",
                "1.5 bATOM asked for, there are 1 bATOM",
            ),
            (
                "the exit costs 2500000 units of quote, above 2000000: to leave at this cost, give min_base and min_quote",
                "the exit costs 2.5 usdc, above 2 usdc: to leave at this cost, give min_base and min_quote",
            ),
            (
                "wasm1owner: a position of 99000000.5 is below the least of 100000000",
                "wasm1owner: a position of 99 usdc is below the least of 100 usdc",
            ),
        ] {
            assert_eq!(readable(text, &local()), shown);
        }
    }

    #[test]
    fn seconds_of_contracts_are_shown_as_times() {
        for (text, shown) in [
            (
                "shares under notice cannot be withdrawn before 1795738947 (seconds)",
                "shares under notice cannot be withdrawn before 2026-11-27T00:22:27Z",
            ),
            (
                "Reduce cannot be paused before 1577836800: it came back a short time ago",
                "Reduce cannot be paused before 2020-01-01T00:00:00Z: it came back a short time ago",
            ),
            (
                "the value of atom/usdc is of 1577836799.500000000, before the same publisher's last of 1577836800.000000000",
                "the value of atom/usdc is of 2019-12-31T23:59:59Z, before the same publisher's last of 2020-01-01T00:00:00Z",
            ),
        ] {
            assert_eq!(readable(text, &local()), shown);
        }
    }

    #[test]
    fn rules_are_shown_by_name_and_all_other_text_as_it_is() {
        assert_eq!(readable("after rule Some(Emergency)", &local()), "after rule Emergency");
        for text in ["the market has no price yet", "Some(", "", "price 12.5 is outside of 0.1 to 5", "ü 7 (secs)"] {
            assert_eq!(readable(text, &local()), text);
        }
    }
}
