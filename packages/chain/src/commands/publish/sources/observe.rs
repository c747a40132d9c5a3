//! The value and the time in a source's answer.

use cosmwasm_std::SignedDecimal256;
use ureq::Agent;

use super::exact::Exact;
use super::fault::{Fault, Kind};
use super::fetch::{self, Answer};
use super::file::{per_year, Source};
use super::pointer::{at, scalar};
use super::told::told;
use super::written::Unit;

/// What a source said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Observed {
    /// A price or a yearly rate.
    pub value: SignedDecimal256,
    /// Nanoseconds since 1970: what the source says, otherwise when its answer arrived.
    pub time: u64,
}

/// Asks a source once.
pub fn observe(agent: &Agent, source: &Source) -> Result<Observed, Fault> {
    if let Some(text) = &source.request.lacks {
        return Err(Fault::new(Kind::NoKey, text.as_str()));
    }
    read(source, &fetch::ask(agent, &source.request)?)
}

fn read(source: &Source, answer: &Answer) -> Result<Observed, Fault> {
    let text = text_at(answer, &source.value)?;
    let bad = |why: &str| Fault::new(Kind::BadValue, format!("{} {why}", told(&text, &source.request)));
    let number = Exact::parse(&text).ok_or_else(|| bad("is not a number"))?;
    let number = match source.inverse {
        true => number.inverse().ok_or_else(|| bad("has no inverse"))?,
        false => number,
    };
    let factor = match &source.interval {
        None => source.factor.clone(),
        Some((pointer, unit)) => {
            let text = text_at(answer, pointer)?;
            let ms = Exact::parse(&text).and_then(|number| number.times(&Exact::whole(unit.millis())));
            let factor = ms.and_then(|ms| per_year(&ms)?.times(&source.factor));
            let bad = || {
                Fault::new(Kind::BadValue, format!("{} is no interval of 1 to 24 hours", told(&text, &source.request)))
            };
            factor.ok_or_else(bad)?
        }
    };
    let value = number.times(&factor).and_then(|number| number.decimal());
    let value = value.ok_or_else(|| bad("is too large"))?;
    let time = match &source.time {
        None => answer.arrived,
        Some((pointer, unit)) => {
            let text = text_at(answer, pointer)?;
            let time = time(&text, *unit);
            time.ok_or_else(|| {
                Fault::new(Kind::BadValue, format!("{} is no time in {}", told(&text, &source.request), unit.name()))
            })?
        }
    };
    Ok(Observed { value, time })
}

fn text_at(answer: &Answer, pointer: &str) -> Result<String, Fault> {
    let fault = |why: &str| Fault::new(Kind::NoValue, format!("{why} at '{pointer}'"));
    let value = at(&answer.json, pointer).ok_or_else(|| fault("nothing"))?;
    scalar(value).ok_or_else(|| fault("neither a number nor a string"))
}

/// As nanoseconds since 1970.
fn time(text: &str, unit: Unit) -> Option<u64> {
    let per_unit = match unit {
        Unit::Rfc3339 => {
            let time = cosmrs::tendermint::Time::parse_from_rfc3339(text).ok()?;
            return time.unix_timestamp_nanos().try_into().ok();
        }
        Unit::Seconds => 1_000_000_000,
        Unit::Milliseconds => 1_000_000,
        Unit::Microseconds => 1_000,
        Unit::Nanoseconds => 1,
    };
    Exact::parse(text)?.times(&Exact::whole(per_unit))?.floor()
}

#[cfg(test)]
mod tests;
