//! From the command line to hours and settings.

use std::fs::{self, File};
use std::path::Path;

use anyhow::{ensure, Context, Result};

use crate::args::SimulateArgs;
use crate::data::{read_bars, read_funding, Bars, Funding};
use crate::date::format_day;
use crate::generate::generate;
use crate::params::Settings;
use crate::tape::Tape;

const HOURS_GENERATED: u64 = 8_760;
const EXTRACT: &str = "built-in BTC";
const EXTRACT_PRICES: &str = include_str!("../../../tests/data/btc-spot-1h.csv");
const EXTRACT_MARK: &str = include_str!("../../../tests/data/btc-mark-1h.csv");
const EXTRACT_FUNDING: &str = include_str!("../../../tests/data/btc-funding-8h.csv");

/// What a run replays, and under which name.
#[derive(Debug, Clone, PartialEq)]
pub struct Input {
    /// For the head of the report.
    pub name: String,
    /// The hours.
    pub tape: Tape,
}

/// The hours that the arguments ask for: files, generated ones, or the extract that is built in.
///
/// # Errors
/// Whatever is wrong with a file, with its line number; a window without hours.
pub fn hours(args: &SimulateArgs) -> Result<Input> {
    if let Some((from, to)) = args.from.zip(args.to) {
        ensure!(from < to, "--from {} is not before --to {}", format_day(from), format_day(to));
    }
    let window = args.from.unwrap_or_default()..args.to.unwrap_or(u64::MAX);
    let (name, prices, mark, funding) = match (args.generate, &args.prices, &args.funding) {
        (Some(seed), _, _) => {
            let (prices, funding) = generate(seed, args.hours.unwrap_or(HOURS_GENERATED));
            (format!("generated from seed {seed}"), prices, None, funding)
        }
        (None, Some(prices), Some(funding)) => {
            let mark = args.mark.as_deref().map(bars_of).transpose()?;
            (prices.display().to_string(), bars_of(prices)?, mark, funding_of(funding)?)
        }
        (None, _, _) => {
            let (prices, mark, funding) = extract()?;
            (EXTRACT.to_owned(), prices, Some(mark), funding)
        }
    };
    let tape = Tape::new(&prices, mark.as_ref(), &funding, window)?;
    Ok(Input { name, tape })
}

/// The extract that is built in: prices, marks, funding.
///
/// # Errors
/// None, unless the extract was damaged when this was built.
pub fn extract() -> Result<(Bars, Bars, Funding)> {
    Ok((
        read_bars("btc-spot-1h.csv", EXTRACT_PRICES.as_bytes())?,
        read_bars("btc-mark-1h.csv", EXTRACT_MARK.as_bytes())?,
        read_funding("btc-funding-8h.csv", EXTRACT_FUNDING.as_bytes())?,
    ))
}

/// The settings that the arguments ask for: defaults, under the file of `--params`, under the options.
///
/// # Errors
/// An unreadable file, an unknown or malformed parameter, a value outside of the world's bounds.
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

fn bars_of(path: &Path) -> Result<Bars> {
    Ok(read_bars(&path.display().to_string(), open(path)?)?)
}

fn funding_of(path: &Path) -> Result<Funding> {
    Ok(read_funding(&path.display().to_string(), open(path)?)?)
}
