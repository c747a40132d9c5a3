//! Rewrites contract errors from smallest units and seconds to whole coins and times.
//!
//! Contracts do not know the names of their coins. Each template below is one of their sentences, with placeholders
//! that say what the numbers are, and its readable form.

use ballast_types::policy::Rule;
use cosmwasm_std::{Timestamp, Uint128};

use crate::figures::{fixed, grouped, rule_name, time};
use crate::{amount, ChainFile};
pub(crate) use words::{advice, worded};

mod words;

const TEMPLATES: [(&str, &str); 61] = [
    ("slack of {quote} would be below the {quote} required", "slack of {} would be below the {} required"),
    ("settling would leave slack of {quote}", "settling would leave slack of {}"),
    ("{quote} of {quote} quote are missing", "{} of {} are missing"),
    ("gains of {quote} is below the {quote} that", "gains of {} is below the {} that"),
    ("equity of {quote} would be left where {quote} keeps", "equity of {} would be left where {} keeps"),
    (
        "a position of {quote} units of quote is below the minimum of {quote}",
        "a position of {} is below the minimum of {}",
    ),
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
    ("owes {quote}: others may settle only losses above {quote}", "owes {}: others may settle only losses above {}"),
    ("base: Uint128({base}), quote: Uint128({quote})", "{} and {}"),
    ("a short of {base} is needed, the market takes {base} more", "a short of {} is needed, the market takes {} more"),
    ("cannot close {base} of a short of {base}", "cannot close {} of a short of {}"),
    ("value would be {quote}, above the deposit cap of {quote}", "value would be {}, above the deposit cap of {}"),
    ("net asset value is {quote} with {shares} shares outstanding", "net asset value is {} with {} outstanding"),
    (
        "the deposit would add {quote} in value, which is not positive: its cost is above its worth",
        "the deposit is too small for what it costs: it would add {} in value; deposit more",
    ),
    ("a deposit that adds {quote} is worth", "a deposit that adds {} is worth"),
    (
        "{shares} shares, fewer than the minimum of {shares}",
        "{}, fewer than the minimum of {}: allow more with --slippage, such as 0.01",
    ),
    ("{shares} shares asked for, there are {shares}", "{} asked for, there are {}"),
    ("{shares} shares are worth less than one unit", "{} are worth less than one unit"),
    // BASE and QUOTE are the denoms.
    (
        "{base} BASE, less than the minimum of {base}",
        "{}, less than the minimum of {}: allow more with --slippage, such as 0.01",
    ),
    (
        "{quote} QUOTE, less than the minimum of {quote}",
        "{}, less than the minimum of {}: allow more with --slippage, such as 0.01",
    ),
    (
        "{base} base is less than the {base} asked for",
        "{} is less than the {} asked for: allow more with --slippage, such as 0.01",
    ),
    (
        "{quote} quote is less than the {quote} asked for",
        "{} is less than the {} asked for: allow more with --slippage, such as 0.01",
    ),
    ("amount says {base}, but {base} is attached", "amount says {}, but {} is attached"),
    ("the exit costs {quote} units of quote, above {quote}:", "the exit costs {}, above {}:"),
    ("the trade cost {quote} units of quote, at most {quote} is", "the trade cost {}, at most {} is"),
    ("idle quote is {quote};", "idle quote is {};"),
    ("the auction takes {base} more base now, {base} is attached", "the auction takes {} more now, {} is attached"),
    ("is of {time}, after this block's {time}", "is of {}, after this block's {}"),
    ("{time} (seconds)", "{}"),
    ("before {time}: it came back", "before {}: it came back"),
    ("cannot become longer before {time}:", "cannot become longer before {}:"),
    ("is of {time}, before the same publisher's last of {time}", "is of {}, before the same publisher's last of {}"),
    ("a delta of {base} goes through zero from {base}:", "a delta of {} goes through zero from {}:"),
    (
        "a reduce-only delta of {base} would grow a position of {base}",
        "a reduce-only delta of {} would grow a position of {}",
    ),
    ("the position is a long of {base}:", "the position is a long of {}:"),
    (
        "{pool} shares are fewer than the {pool} asked for",
        "{} shares of the pool are fewer than the {} asked for: allow more with --slippage, such as 0.01",
    ),
    ("cannot withdraw {pool} of {pool} shares", "cannot withdraw {} of {} shares of the pool"),
    ("a request for {pool} shares stands", "a request for {} shares of the pool stands"),
    ("{pool} shares are more than the {pool} under notice", "{} shares of the pool are more than the {} under notice"),
    ("has no request: make one with pool_request first", "has no request: ballast-chain pool-request makes one"),
    ("leverage {ratio} is above {ratio}:", "leverage {} is above {}:"),
    (
        "leverage after the trade is {ratio}, above {ratio} and not below {ratio}:",
        "leverage after the trade is {}, above {} and not below {}:",
    ),
    (
        "hedge ratio after the trade is {ratio}, out of {ratio} to {ratio} and not nearer than {ratio}:",
        "hedge ratio after the trade is {}, out of {} to {} and not nearer than {}:",
    ),
    ("margin ratio {ratio} is not below maintenance {ratio}", "margin ratio {} is not below maintenance {}"),
    (
        "{ratio} of NAV would be at the venue: at most {ratio} may be",
        "{} of NAV would be at the venue: at most {} may be",
    ),
    ("may not be used for {names}: it is [{flags}]", "may not be used for {}: it is {}"),
    ("now (off: [], price flags: [{flags}]): try again later", "now, because its price is {}"),
    ("now (off: [{names}], price flags: [])", "now, because it has switched off {}"),
    (
        "now (off: [{names}], price flags: [{flags}]): try again later",
        "now, because it has switched off {} and its price is {}",
    ),
    ("{names} is switched off by the guardian", "{} is switched off by the guardian"),
    ("{names} is switched off", "{} is switched off"),
    ("{names} cannot be paused before", "{} cannot be paused before"),
    ("is a {names}, not a {names}", "is a {}, not a {}"),
    ("rule Some({rule})", "rule {}"),
];

/// The prefix that cosmwasm_std adds to the error of a queried contract.
const WRAPPERS: [&str; 2] = ["Generic error: ", "Querier contract error: "];

/// The text in readable form.
pub(crate) fn readable(text: &str, file: &ChainFile) -> String {
    let text = WRAPPERS.iter().fold(text.to_owned(), |text, wrapper| text.replace(wrapper, ""));
    let text = TEMPLATES.iter().fold(text, |text, (pattern, words)| {
        let pattern = pattern.replace("BASE", &file.base.denom).replace("QUOTE", &file.quote.denom);
        replaced(&text, &pattern, words, file)
    });
    let text = with_coins(&text, file);
    unwrapped(&unwrapped(&text, "Some(", ")"), "Purse { ", " }")
}

/// Replaces each occurrence of the pattern.
fn replaced(text: &str, pattern: &str, words: &str, file: &ChainFile) -> String {
    let mut out = String::new();
    let mut rest = text;
    let mut inside_number = false;
    while let Some(first) = rest.chars().next() {
        if let Some((numbers, after)) = (!inside_number).then(|| matched(rest, pattern, file)).flatten() {
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

/// Matches a pattern at the start of the text. Returns the readable numbers and the rest.
fn matched<'a>(text: &'a str, pattern: &str, file: &ChainFile) -> Option<(Vec<String>, &'a str)> {
    let mut numbers = vec![];
    let (mut text, mut pattern) = (text, pattern);
    while let Some((before, rest)) = pattern.split_once('{') {
        let (kind, after) = rest.split_once('}')?;
        text = text.strip_prefix(before)?;
        let part = begins(text, kind);
        numbers.push(shown(part, kind, file)?);
        text = text.strip_prefix(part)?;
        pattern = after;
    }
    Some((numbers, text.strip_prefix(pattern)?))
}

/// The longest prefix of the text that is of this kind.
fn begins<'a>(text: &'a str, kind: &str) -> &'a str {
    let up_to = |end: Option<usize>| end.and_then(|end| text.get(..end)).unwrap_or(text);
    match kind {
        // Several names are separated by commas.
        "names" | "flags" => {
            let end = text.find(|c: char| !c.is_ascii_alphabetic() && c != ',' && c != ' ');
            let names = up_to(end);
            match text.get(names.len()..) {
                Some(rest) if rest.starts_with(']') => names,
                _ => up_to(text.find(|c: char| !c.is_ascii_alphabetic())),
            }
        }
        "rule" => up_to(text.find(|c: char| !c.is_ascii_alphabetic())),
        // A point may end the sentence.
        _ => up_to(text.find(|c: char| !c.is_ascii_digit() && c != '.' && c != '-')).trim_end_matches('.'),
    }
}

fn filled(words: &str, numbers: &[String]) -> String {
    numbers.iter().fold(words.to_owned(), |words, number| words.replacen("{}", number, 1))
}

/// A number or a name in readable form; none if it is not one.
fn shown(number: &str, kind: &str, file: &ChainFile) -> Option<String> {
    match kind {
        "names" => return worded(number),
        "flags" => return Some(format!("{}: {}", worded(number)?, advice(number))),
        _ => {}
    }
    if kind == "rule" {
        let rule = Rule::ALL.iter().find(|rule| format!("{rule:?}") == number)?;
        return Some(rule_name(*rule));
    }
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
        "ratio" => return Some(fixed(number, 3)),
        "pool" => return Some(grouped(digits)),
        _ => {
            // A number that is too large cannot be a time of the chain.
            let nanos = u64::try_from(units.u128()).ok()?.checked_mul(1_000_000_000)?;
            return Some(time(Timestamp::from_nanos(nanos)));
        }
    };
    // Less than a unit below zero rounds to zero.
    let sign = if units.is_zero() { "" } else { sign };
    Some(format!("{sign}{} {name}", grouped(&amount::whole(units, decimals))))
}

/// Units of a coin as the chain writes them: `5000000ucosm`.
fn with_coins(text: &str, file: &ChainFile) -> String {
    let mut coins = file.coins.iter().collect::<Vec<_>>();
    // Longer denoms first, in case one is a prefix of another.
    coins.sort_by_key(|(_, coin)| std::cmp::Reverse(coin.denom.len()));
    coins.iter().fold(text.to_owned(), |text, (name, coin)| {
        let mut parts = text.split(coin.denom.as_str()).peekable();
        let mut out = String::new();
        while let Some(part) = parts.next() {
            let before = part.trim_end_matches(|c: char| c.is_ascii_digit());
            let number = part.get(before.len()..).unwrap_or_default();
            let ends =
                parts.peek().is_some_and(|next| !next.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '/'));
            match number.parse::<Uint128>() {
                Ok(units) if ends && !before.ends_with(|c: char| c.is_alphanumeric() || c == '.') => {
                    out.push_str(&format!("{before}{} {name}", grouped(&amount::whole(units, coin.decimals))));
                }
                _ => {
                    out.push_str(part);
                    if parts.peek().is_some() {
                        out.push_str(&coin.denom);
                    }
                }
            }
        }
        out
    })
}

/// The text between these two, without them.
fn unwrapped(text: &str, open: &str, close: &str) -> String {
    let mut parts = text.split(open);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once(close) {
            Some((inner, rest)) => out.extend([inner, rest]),
            None => out.extend([open, part]),
        }
    }
    out
}

#[cfg(test)]
mod tests;
