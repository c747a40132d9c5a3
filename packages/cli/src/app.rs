//! `ballast simulate`, from its arguments to its output. The replay itself is passed in.

use std::fs;
use std::io::{ErrorKind, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{bail, Context, Result};
use ballast_types::policy::PolicyParams;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::args::SimulateArgs;
use crate::date::HOUR;
use crate::input;
use crate::margin::MarginCoin;
use crate::outcome::Outcome;
use crate::params::Settings;
use crate::plot::{self, Format};
use crate::report::{Document, Report};
use crate::series;
use crate::staking::Yield;
use crate::tape::Tape;

/// Reports progress and says whether to stop.
pub trait Watcher {
    /// Called after each step with the number of steps done so far.
    fn done(&self, steps: usize);
    /// Whether to stop now: everybody redeems, and the report covers the run so far.
    fn stopped(&self) -> bool;
}

/// Replays a tape with given settings.
pub type Replay<'a> = &'a dyn Fn(&Tape, &Settings, &dyn Watcher) -> Result<Outcome>;

struct Console<'a> {
    bar: ProgressBar,
    stop: &'a AtomicBool,
}

impl Watcher for Console<'_> {
    fn done(&self, steps: usize) {
        self.bar.set_position(steps as u64);
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// Runs and writes the report to `out`; `stop` may be set at any time, from any thread.
///
/// # Errors
/// Malformed input, with file and line, before anything runs; an error of the contracts; a file that cannot be written;
/// a broken invariant, after the report.
pub fn simulate(args: &SimulateArgs, replay: Replay<'_>, stop: &AtomicBool, out: &mut dyn Write) -> Result<Report> {
    let settings = input::settings(args)?;
    let input = input::hours(args)?;
    let further = seldom(args, &input.tape).into_iter().chain(hedged_whole(&input.margin, &settings));
    for note in input.notes.iter().cloned().chain(further) {
        // A closed stderr is no reason to stop.
        let _ = writeln!(std::io::stderr().lock(), "{note}");
    }
    if let Some(closings) = &input.tape.closings {
        closings.check(&settings.policy)?;
    }
    let format = args.plot.as_deref().map(Format::of).transpose()?;
    check_places(args)?;

    let console = Console { bar: progress_bar(input.tape.hours.len()), stop };
    let outcome = replay(&input.tape, &settings, &console)?;
    console.bar.finish_and_clear();

    let report = Report::new(&input.name, input.tape.irregular, &outcome);
    let rows = if args.series || args.csv.is_some() { series::rows(&outcome) } else { Vec::new() };
    let text = match args.json {
        true => {
            let series = args.series.then_some(rows.as_slice());
            let (notes, staking) = (&input.notes, input.margin.staking());
            Document { report: &report, notes, staking, parameters: &settings, series }.to_json()?
        }
        false => report.to_string(),
    };
    print(&text, out)?;
    if let Some(path) = &args.csv {
        let written = fs::File::create(path).map_err(Into::into);
        let written = written.and_then(|file| series::write_csv(&rows, file));
        written.with_context(|| cannot_write(path))?;
    }
    if let Some((path, format)) = args.plot.as_ref().zip(format) {
        let picture = format.encode(plot::draw(&title(&report), &outcome)?)?;
        fs::write(path, picture).with_context(|| cannot_write(path))?;
    }
    if let Some(first) = report.broken.first() {
        bail!("{} invariants broken, the first: {first}", report.invariants.broken);
    }
    Ok(report)
}

/// A note if the keeper comes less often than requested.
fn seldom(args: &SimulateArgs, tape: &Tape) -> Option<String> {
    let asked = args.keeper_every.filter(|asked| *asked < tape.bar)?;
    let hours = |seconds: u64| seconds as f64 / HOUR as f64;
    let (asked, bar) = (hours(asked), hours(tape.bar));
    Some(format!("a keeper every {asked} h was asked for; with bars of {bar} h it comes every {bar} h"))
}

/// A note if another coin is hedged as if it moved like the index.
fn hedged_whole(margin: &MarginCoin, settings: &Settings) -> Option<String> {
    let MarginCoin::Own(prices) = margin else { return None };
    (settings.policy.min_variance_hedge == PolicyParams::default().min_variance_hedge).then(|| {
        format!(
            "{}: all of this coin is hedged with the perpetual of another one; to hedge the part with which both vary \
             least, set `min_variance_hedge`, `hedge_min` and `hedge_max` in [policy] of a file, and pass that with --params",
            prices.file
        )
    })
}

/// Prints some lines. A reader that closes the pipe (`| head`) is not an error.
///
/// # Errors
/// If `out` cannot be written for another reason.
pub fn print(text: &str, out: &mut dyn Write) -> Result<()> {
    let written = writeln!(out, "{}", text.trim_end()).and_then(|()| out.flush());
    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other.context("cannot write the report"),
    }
}

/// Hidden in a pipe, where a bar would only be noise.
fn progress_bar(steps: usize) -> ProgressBar {
    let target = match std::io::stderr().is_terminal() {
        true => ProgressDrawTarget::stderr(),
        false => ProgressDrawTarget::hidden(),
    };
    let bar = ProgressBar::with_draw_target(Some(steps as u64), target);
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} steps, {per_sec}, {eta} left");
    style.map_or(bar.clone(), |style| bar.with_style(style))
}

fn cannot_write(path: &Path) -> String {
    format!("cannot write {}", path.display())
}

/// Finds out before the run whether a file cannot be written, or would overwrite another file of the run.
fn check_places(args: &SimulateArgs) -> Result<()> {
    let rates = match &args.staking_yield {
        Some(Yield::File(path)) => Some(path),
        Some(Yield::Constant(_)) | None => None,
    };
    let read = [&args.prices, &args.funding, &args.mark, &args.params, &args.collateral, &args.collateral_ratio];
    let read = read.into_iter().flatten().chain(rates);
    let mut taken = read.map(|path| place_of(path)).collect::<Result<Vec<_>>>()?;
    for path in [&args.csv, &args.plot].into_iter().flatten() {
        check_writable(path)?;
        let place = place_of(path)?;
        if taken.contains(&place) {
            bail!("{}: another option names the same file", cannot_write(path));
        }
        taken.push(place);
    }
    Ok(())
}

/// The canonical path of a file.
fn place_of(path: &Path) -> Result<PathBuf> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let named = || format!("{}: no such place for a file", path.display());
    match path.canonicalize() {
        Ok(place) => Ok(place),
        Err(_) => Ok(folder.canonicalize().with_context(named)?.join(path.file_name().with_context(named)?)),
    }
}

/// Opens the file in the same way as later, without changing it.
fn check_writable(path: &Path) -> Result<()> {
    let is_new = !path.exists();
    fs::OpenOptions::new().append(true).create(true).open(path).with_context(|| cannot_write(path))?;
    if is_new {
        fs::remove_file(path).with_context(|| cannot_write(path))?;
    }
    Ok(())
}

/// A longer name does not fit into the picture.
const LONGEST_NAME: usize = 80;

fn title(report: &Report) -> String {
    let (hedged, unhedged) = (report.hedged.final_nav, report.unhedged.final_nav);
    let surplus = report.name.chars().count().saturating_sub(LONGEST_NAME);
    let end: String = report.name.chars().skip(surplus).collect();
    let name = if surplus > 0 { format!("…{end}") } else { end };
    format!("{name}: hedged {hedged:.3}, unhedged {unhedged:.3} (start = 1)")
}
