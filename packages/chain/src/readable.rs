//! What contracts say in smallest units and seconds, in whole coins and times.
//!
//! Contracts do not know what their coins are called. Each template below is a sentence of theirs with its numbers named
//! by what they count, and how it reads for people.

use cosmwasm_std::{Timestamp, Uint128};

use crate::commands::{grouped, time};
use crate::{amount, ChainFile};

const TEMPLATES: [(&str, &str); 39] = [
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
    // BASE and QUOTE are the denoms.
    ("{base} BASE, less than the least accepted {base}", "{}, less than the least accepted {}"),
    ("{quote} QUOTE, less than the least accepted {quote}", "{}, less than the least accepted {}"),
    ("{base} base is less than the {base} asked for", "{} is less than the {} asked for"),
    ("{quote} quote is less than the {quote} asked for", "{} is less than the {} asked for"),
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
];

/// The same text as people read it.
pub(crate) fn readable(text: &str, file: &ChainFile) -> String {
    let text = TEMPLATES.iter().fold(text.to_owned(), |text, (pattern, words)| {
        let pattern = pattern.replace("BASE", &file.base.denom).replace("QUOTE", &file.quote.denom);
        replaced(&text, &pattern, words, file)
    });
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
mod tests;
