//! The margin coin of a run: the coin of the prices, a staked one or another one, and which hours its files cover.

use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::{ensure, Result};

use crate::args::SimulateArgs;
use crate::data::{read_prices, read_ratios, read_yields, Bars, Points, Spikes};
use crate::date::format_time;
use crate::input::{extract_of_staking, open};
use crate::staking::{OfFile, Staking, Yield};

/// The margin coin of a run.
#[derive(Debug, Clone, PartialEq)]
pub enum MarginCoin {
    /// The coin of the prices.
    Index,
    /// A staked one.
    Staked(Staking),
    /// Another one.
    Own(OfFile<Points>),
}

impl MarginCoin {
    /// The staked coin, if it is one.
    pub fn staking(&self) -> Option<&Staking> {
        match self {
            MarginCoin::Staked(staking) => Some(staking),
            MarginCoin::Index | MarginCoin::Own(_) => None,
        }
    }

    /// At the end of a heading.
    pub(crate) fn name(&self) -> String {
        match self {
            MarginCoin::Index => String::new(),
            MarginCoin::Staked(staking) => format!(", {}", staking.name()),
            MarginCoin::Own(prices) => format!(" as the hedge of {}", prices.file),
        }
    }

    /// Its files, each with its values.
    pub(crate) fn files(&self) -> Vec<(&str, &Points)> {
        match self {
            MarginCoin::Index => vec![],
            MarginCoin::Staked(Staking { rates, ratios, .. }) => {
                let rates = rates.iter().map(|rates| (rates.file.as_str(), &rates.values.rates));
                rates.chain(ratios.iter().map(|ratios| (ratios.file.as_str(), &ratios.values))).collect()
            }
            MarginCoin::Own(prices) => vec![(&prices.file, &prices.values)],
        }
    }

    /// The part of the window in which all files of the margin coin say something at the close of each bar, and how many
    /// bars that leaves out.
    pub(crate) fn covered(&self, prices: &Bars, window: Range<u64>) -> Result<(Range<u64>, u64)> {
        let bars = |window: &Range<u64>| {
            let opens = prices.bars.iter().map(|bar| bar.opens_ms.div_euclid(1_000));
            opens.filter(|opens| window.contains(opens)).count() as u64
        };
        let mut covered = window.clone();
        for (file, points) in self.files() {
            let (from, until) = points.span();
            let opens = |closes_ms: u64| closes_ms.saturating_sub(prices.length_ms).div_ceil(1_000);
            covered = covered.start.max(opens(from))..covered.end.min(opens(until));
            let (asked, known) = (bars(&window), bars(&covered));
            ensure!(
                asked < 2 || known >= 2,
                "{file} says something from {} until {}: of the {asked} bars asked for, {known} close in that time, and a \
                 run needs two",
                format_time(from.div_euclid(1_000)),
                format_time(until.div_euclid(1_000)),
            );
        }
        let outside = bars(&window).saturating_sub(bars(&covered));
        Ok((covered, outside))
    }
}

/// Whether the margin coin is asked for.
pub(crate) fn says_margin(args: &SimulateArgs) -> bool {
    let files = args.collateral.is_some() || args.collateral_ratio.is_some();
    files || args.staking_yield.is_some() || !args.discount.is_empty()
}

/// The one that the arguments ask for.
///
/// # Errors
/// If something is wrong with a file, with the line number, or with discounts.
pub fn margin(args: &SimulateArgs) -> Result<MarginCoin> {
    if let Some(path) = &args.collateral {
        let spikes = if args.allow_spikes { Spikes::Allow } else { Spikes::Refuse };
        return Ok(MarginCoin::Own(of_file(path, |file, text| Ok(read_prices(file, text, spikes)?))?));
    }
    if !says_margin(args) {
        return match args.prices.is_none() && args.generate.is_none() {
            true => Ok(MarginCoin::Staked(extract_of_staking()?)),
            false => Ok(MarginCoin::Index),
        };
    }
    let mut staking = Staking::new(0.0, &args.discount)?;
    match &args.staking_yield {
        Some(Yield::Constant(yearly)) => staking.yearly = *yearly,
        Some(Yield::File(path)) => staking.rates = Some(of_file(path, |file, text| Ok(read_yields(file, text)?))?),
        None => {}
    }
    let ratios = |path: &PathBuf| of_file(path, |file, text| Ok(read_ratios(file, text)?));
    staking.ratios = args.collateral_ratio.as_ref().map(ratios).transpose()?;
    Ok(MarginCoin::Staked(staking))
}

fn of_file<T>(path: &Path, read: impl Fn(&str, File) -> Result<T>) -> Result<OfFile<T>> {
    let file = path.display().to_string();
    Ok(OfFile { values: read(&file, open(path)?)?, file })
}
