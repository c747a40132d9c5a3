//! Reads hours and settings as the command line asks.

use std::fs::{self, File};
use std::path::Path;

use anyhow::{anyhow, ensure, Context, Result};

use crate::args::SimulateArgs;
use crate::closings::Closings;
use crate::data::{read_bars, read_funding, read_ratios, read_yields, Bars, Funding, Spikes};
use crate::date::format_day;
use crate::generate::generate;
use crate::margin::{margin, says_margin, MarginCoin};
use crate::params::Settings;
use crate::staking::{OfFile, Staking};
use crate::tape::Tape;

const HOURS_GENERATED: u64 = 8_760;
/// Heading of the built-in extract, with its own staked coin and with another margin.
const EXTRACT: &str = "built-in staked ATOM with the discount of stETH";
const EXTRACT_ALONE: &str = "built-in ATOM";
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
    pub margin: MarginCoin,
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
    let tape = margin.covered(&prices, window).and_then(|(window, outside)| {
        let mut tape = Tape::new(&prices, mark.as_ref(), &funding, window)?;
        tape.irregular.outside_margin = outside;
        match args.closings {
            true => tape.with_closings(&prices.bars),
            false => Ok(tape),
        }
    });
    let mut notes = Notes::default();
    notes.add(args.prices.as_deref(), prices.notes);
    notes.add(args.mark.as_deref(), mark.map(|mark| mark.notes).unwrap_or_default());
    notes.add(args.funding.as_deref(), funding.notes);
    for (file, points) in margin.files().into_iter().filter(|_| says_margin(args)) {
        notes.add(Some(Path::new(file)), points.notes.clone());
    }
    let closings = tape.as_ref().ok().and_then(|tape| tape.closings.as_ref());
    notes.add(args.prices.as_deref(), closings.map(Closings::name).into_iter().collect());
    let Notes(notes) = notes;
    // They usually explain why files do not fit together, so they must not get lost on an error.
    let tape = tape.map_err(|why| match notes.is_empty() {
        true => why,
        false => anyhow!("{why}. What was read:\n{}", notes.join("\n")),
    })?;
    let tape = match &margin {
        MarginCoin::Index => tape,
        MarginCoin::Staked(staking) => tape.with_staking(staking)?,
        MarginCoin::Own(prices) => tape.with_collateral(&prices.values),
    };
    Ok(Input { name, tape, margin, notes })
}

/// What is worth knowing of the files, each line with its file's name; nothing of what is built in.
#[derive(Default)]
struct Notes(Vec<String>);

impl Notes {
    fn add(&mut self, file: Option<&Path>, notes: Vec<String>) {
        let Some(file) = file else { return };
        self.0.extend(notes.into_iter().map(|note| format!("{}: {note}", file.display())));
    }
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
        let name = if says_margin(args) { EXTRACT_ALONE } else { EXTRACT };
        return Ok(Source { name: name.to_owned(), prices, mark: None, funding });
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

pub(crate) fn open(path: &Path) -> Result<File> {
    File::open(path).with_context(|| format!("cannot open {}", path.display()))
}

fn bars_of(path: &Path, spikes: Spikes) -> Result<Bars> {
    Ok(read_bars(&path.display().to_string(), open(path)?, spikes)?)
}

fn funding_of(path: &Path, interval_ms: Option<u64>, spikes: Spikes) -> Result<Funding> {
    Ok(read_funding(&path.display().to_string(), open(path)?, interval_ms, spikes)?)
}
