//! Reads hours and settings as the command line asks.

use std::fs::{self, File};
use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::{anyhow, ensure, Context, Result};

use crate::args::SimulateArgs;
use crate::data::{read_bars, read_funding, read_prices, read_ratios, read_yields, Bars, Funding, Points, Spikes};
use crate::date::{format_day, format_time};
use crate::generate::generate;
use crate::params::Settings;
use crate::staking::{OfFile, Staking, Yield};
use crate::tape::Tape;

const HOURS_GENERATED: u64 = 8_760;
/// Headings of the built-in extract: with its own staked coin, and with another margin.
const EXTRACT: [&str; 2] = ["built-in staked ATOM with the discount of stETH", "built-in ATOM"];
/// The files of the built-in extract: their names and what they contain.
const PRICES: (&str, &str) = ("atom-spot-1h.csv", include_str!("../../../tests/data/atom-spot-1h.csv"));
const FUNDING: (&str, &str) = ("atom-funding-8h.csv", include_str!("../../../tests/data/atom-funding-8h.csv"));
const RATES: (&str, &str) = ("atom-staking-1d.csv", include_str!("../../../tests/data/atom-staking-1d.csv"));
const RATIOS: (&str, &str) = ("steth-ratio-1d.csv", include_str!("../../../tests/data/steth-ratio-1d.csv"));

/// What a run replays, and its name.
#[derive(Debug, Clone, PartialEq)]
pub struct Input {
    /// Heading of the report.
    pub name: String,
    /// The hours.
    pub tape: Tape,
    /// The margin coin.
    pub margin: Margin,
    /// What was inferred from the files and is worth knowing, one line each.
    pub notes: Vec<String>,
}

/// The hours given by the arguments: from files, generated, or the built-in extract.
///
/// # Errors
/// If something is wrong with a file, with the line number; if the window has no hours.
pub fn hours(args: &SimulateArgs) -> Result<Input> {
    if let Some((from, to)) = args.from.zip(args.to) {
        ensure!(from < to, "--from {} is not before --to {}", format_day(from), format_day(to));
    }
    let window = args.from.unwrap_or_default()..args.to.unwrap_or(u64::MAX);
    let margin = margin(args)?;
    let mut source = source(args)?;
    if let Some(rate) = args.funding_rate {
        source.funding = Funding::constant(rate);
        source.name = format!("{}, funding of {:+.2} % a year at all times", source.name, rate * 100.0);
    }
    if says_margin(args) {
        source.name.push_str(&margin.name());
    }
    if args.closings {
        source.name.push_str(", with its closings");
    }
    let Source { name, prices, mark, funding } = source;
    let covered = margin.covered(&prices, window);
    let tape = covered.and_then(|(window, outside)| {
        let mut tape = Tape::new(&prices, mark.as_ref(), &funding, window)?;
        tape.irregular.outside_margin = outside;
        match args.closings {
            true => tape.with_closings(&prices.bars),
            false => Ok(tape),
        }
    });
    let file = |path: &Option<PathBuf>| path.as_ref().map_or(String::new(), |path| path.display().to_string());
    let of_files = [
        (file(&args.prices), prices.notes),
        (file(&args.mark), mark.map(|mark| mark.notes).unwrap_or_default()),
        (file(&args.funding), funding.notes),
    ];
    let of_margin = margin.files().into_iter().filter(|_| says_margin(args));
    let of_margin = of_margin.map(|(file, points)| (file.to_owned(), points.notes.clone()));
    let named = of_files.into_iter().chain(of_margin).filter(|(file, _)| !file.is_empty());
    let notes = named.flat_map(|(file, notes)| notes.into_iter().map(move |note| format!("{file}: {note}")));
    let closings = tape.as_ref().ok().and_then(|tape| tape.closings.as_ref());
    let closings = closings.map(|closings| format!("{}: {}", file(&args.prices), closings.name()));
    let notes: Vec<String> = notes.chain(closings).collect();
    // The notes usually explain why files do not fit together, so they must not get lost on an error.
    let tape = tape.map_err(|why| match notes.is_empty() {
        true => why,
        false => anyhow!("{why}. What was read:\n{}", notes.join("\n")),
    })?;
    let tape = match &margin {
        Margin::Index => tape,
        Margin::Staked(staking) => tape.with_staking(staking)?,
        Margin::Own(prices) => tape.with_collateral(&prices.values),
    };
    Ok(Input { name, tape, margin, notes })
}

/// The margin coin of a run.
#[derive(Debug, Clone, PartialEq)]
pub enum Margin {
    /// The coin of the prices.
    Index,
    /// A staked one.
    Staked(Staking),
    /// Another one.
    Own(OfFile<Points>),
}

impl Margin {
    /// The staked coin, if it is one.
    pub fn staking(&self) -> Option<&Staking> {
        match self {
            Margin::Staked(staking) => Some(staking),
            Margin::Index | Margin::Own(_) => None,
        }
    }

    /// At the end of a heading.
    fn name(&self) -> String {
        match self {
            Margin::Index => String::new(),
            Margin::Staked(staking) => format!(", {}", staking.name()),
            Margin::Own(prices) => format!(" as the hedge of {}", prices.file),
        }
    }

    /// Its files, each with its values.
    fn files(&self) -> Vec<(&str, &Points)> {
        match self {
            Margin::Index => vec![],
            Margin::Staked(Staking { rates, ratios, .. }) => {
                let rates = rates.iter().map(|rates| (rates.file.as_str(), &rates.values.rates));
                rates.chain(ratios.iter().map(|ratios| (ratios.file.as_str(), &ratios.values))).collect()
            }
            Margin::Own(prices) => vec![(&prices.file, &prices.values)],
        }
    }

    /// The part of the window in which all files of the margin coin say something at the close of each bar, and how many
    /// bars that leaves out.
    fn covered(&self, prices: &Bars, window: Range<u64>) -> Result<(Range<u64>, u64)> {
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
fn says_margin(args: &SimulateArgs) -> bool {
    let files = args.collateral.is_some() || args.collateral_ratio.is_some();
    files || args.staking_yield.is_some() || !args.discount.is_empty()
}

fn margin(args: &SimulateArgs) -> Result<Margin> {
    if let Some(path) = &args.collateral {
        let spikes = if args.allow_spikes { Spikes::Allow } else { Spikes::Refuse };
        return Ok(Margin::Own(of_file(path, |file, text| Ok(read_prices(file, text, spikes)?))?));
    }
    if !says_margin(args) {
        return match args.prices.is_none() && args.generate.is_none() {
            true => Ok(Margin::Staked(extract_of_staking()?)),
            false => Ok(Margin::Index),
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
    Ok(Margin::Staked(staking))
}

fn of_file<T>(path: &Path, read: impl Fn(&str, File) -> Result<T>) -> Result<OfFile<T>> {
    let file = path.display().to_string();
    Ok(OfFile { values: read(&file, open(path)?)?, file })
}

/// The inputs of a tape, and its name.
struct Source {
    name: String,
    prices: Bars,
    mark: Option<Bars>,
    funding: Funding,
}

fn source(args: &SimulateArgs) -> Result<Source> {
    if let Some(seed) = args.generate {
        let (prices, funding) = generate(seed, args.hours.unwrap_or(HOURS_GENERATED));
        return Ok(Source { name: format!("generated from seed {seed}"), prices, mark: None, funding });
    }
    let Some(path) = &args.prices else {
        let (prices, funding) = extract()?;
        return Ok(Source { name: EXTRACT[usize::from(says_margin(args))].to_owned(), prices, mark: None, funding });
    };
    let spikes = if args.allow_spikes { Spikes::Allow } else { Spikes::Refuse };
    let mark = args.mark.as_deref().map(|path| bars_of(path, spikes)).transpose()?;
    let prices = bars_of(path, spikes)?;
    let funding = args.funding.as_deref().map(|path| funding_of(path, args.funding_interval, spikes)).transpose()?;
    Ok(Source { name: path.display().to_string(), prices, mark, funding: funding.unwrap_or_default() })
}

/// The built-in extract: prices and funding.
///
/// # Errors
/// Only if the extract was damaged when this was built.
pub fn extract() -> Result<(Bars, Funding)> {
    Ok((
        read_bars(PRICES.0, PRICES.1.as_bytes(), Spikes::Refuse)?,
        read_funding(FUNDING.0, FUNDING.1.as_bytes(), None, Spikes::Refuse)?,
    ))
}

/// The staked coin of the built-in extract.
///
/// # Errors
/// As [`extract`].
pub fn extract_of_staking() -> Result<Staking> {
    let rates = OfFile { file: RATES.0.to_owned(), values: read_yields(RATES.0, RATES.1.as_bytes())? };
    let ratios = OfFile { file: RATIOS.0.to_owned(), values: read_ratios(RATIOS.0, RATIOS.1.as_bytes())? };
    Ok(Staking { rates: Some(rates), ratios: Some(ratios), ..Staking::default() })
}

/// The settings given by the arguments: options override the file of `--params`, which overrides the defaults.
///
/// # Errors
/// An unreadable file, an unknown or malformed parameter, or a value out of bounds.
pub fn settings(args: &SimulateArgs) -> Result<Settings> {
    let mut settings = match &args.params {
        Some(path) => {
            let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
            Settings::from_toml(&text).with_context(|| path.display().to_string())?
        }
        None => Settings::default(),
    };
    let world = &mut settings.world;
    world.keeper_every = args.keeper_every.unwrap_or(world.keeper_every);
    world.price_age = args.price_age.unwrap_or(world.price_age);
    world.depositors = args.depositors.unwrap_or(world.depositors);
    world.longs = args.longs.unwrap_or(world.longs);
    world.pool = args.pool.unwrap_or(world.pool);
    world.top_up = args.top_up.unwrap_or(world.top_up);
    world.edge = args.edge.unwrap_or(world.edge);
    settings.world = settings.world.validate()?;
    Ok(settings.with_slope(args.slope).with_pass_through(args.pass_through))
}

fn open(path: &Path) -> Result<File> {
    File::open(path).with_context(|| format!("cannot open {}", path.display()))
}

fn bars_of(path: &Path, spikes: Spikes) -> Result<Bars> {
    Ok(read_bars(&path.display().to_string(), open(path)?, spikes)?)
}

fn funding_of(path: &Path, interval_ms: Option<u64>, spikes: Spikes) -> Result<Funding> {
    Ok(read_funding(&path.display().to_string(), open(path)?, interval_ms, spikes)?)
}
