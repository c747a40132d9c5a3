//! The picture of a run: five panels with legends, as SVG or PNG. Needs no display.

mod panel;
mod png;
mod scale;
mod times;

use std::path::Path;

use anyhow::{anyhow, bail, Result};
use ballast_types::policy::Rule;
use plotters::prelude::*;

use crate::outcome::{Action, Outcome};
use crate::stats::Point;
use panel::{Panel, Series};
use scale::{Floor, Scale};

const WIDTH: u32 = 1_160;
const HEIGHT: u32 = 1_320;
/// Higher leverage is not shown.
const MAX_LEVERAGE: f64 = 10.0;

const HEDGED: RGBColor = RGBColor(0, 98, 155);
const UNHEDGED: RGBColor = RGBColor(160, 160, 160);
const BAND: RGBColor = RGBColor(214, 120, 40);
const RESCUE: RGBColor = RGBColor(190, 30, 45);
const UPKEEP: RGBColor = RGBColor(40, 130, 70);

/// File format of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Vector graphics, as drawn.
    Svg,
    /// The same as pixels.
    Png,
}

impl Format {
    /// The format for a file name, by its extension.
    ///
    /// # Errors
    /// An extension other than `.svg` and `.png`.
    pub fn of(path: &Path) -> Result<Self> {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        match ending.as_deref() {
            Some("svg") => Ok(Format::Svg),
            Some("png") => Ok(Format::Png),
            _ => bail!("{}: a picture's name ends in .svg or .png", path.display()),
        }
    }

    /// The bytes of the file for what [`draw`] drew.
    ///
    /// # Errors
    /// Errors of the rendering library.
    pub fn encode(self, svg: String) -> Result<Vec<u8>> {
        match self {
            Format::Svg => Ok(svg.into_bytes()),
            Format::Png => png::of(&svg),
        }
    }
}

/// Draws the picture as SVG.
///
/// # Errors
/// An outcome with fewer than two samples; errors of the drawing library.
pub fn draw(title: &str, outcome: &Outcome) -> Result<String> {
    if outcome.samples.len() < 2 {
        bail!("nothing to draw: the run was stopped before its second step");
    }
    let panels = [nav(outcome), leverage(outcome), hedge_ratio(outcome), reference(outcome), funding(outcome)];
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, (WIDTH, HEIGHT)).into_drawing_area();
        root.fill(&WHITE).map_err(refused)?;
        let root = root.titled(title, ("sans-serif", 20)).map_err(refused)?;
        for (area, panel) in root.split_evenly((panels.len(), 1)).iter().zip(&panels) {
            panel.draw(area)?;
        }
        root.present().map_err(refused)?;
    }
    Ok(svg)
}

fn nav(outcome: &Outcome) -> Panel {
    let series = vec![
        Series::line("unhedged", UNHEDGED, drawable(outcome.unhedged())),
        Series::line("hedged", HEDGED, drawable(outcome.hedged())),
    ];
    let scale = Scale::maybe_logarithmic(values(&series));
    let title = if scale.logarithmic() { "NAV, start = 1 (logarithmic)" } else { "NAV, start = 1" };
    Panel { title, scale, series }
}

fn leverage(outcome: &Outcome) -> Panel {
    let shown = |value: f64| value.min(MAX_LEVERAGE);
    let lower = outcome.path(|sample| shown(sample.leverage_min));
    let upper = outcome.path(|sample| shown(sample.leverage_max));
    let leverage = outcome.path(|sample| shown(sample.leverage));
    let (rescues, upkeep): (Vec<Action>, Vec<Action>) =
        outcome.actions.iter().partition(|action| action.rule <= Rule::LeverageHigh.number());
    let series = vec![
        Series::area("its band", BAND, lower, upper),
        Series::line("leverage", HEDGED, leverage.clone()),
        Series::dots("rebalance, rules 4 to 7", UPKEEP, at(&leverage, &upkeep)),
        Series::dots("rescue, rules 1 to 3", RESCUE, at(&leverage, &rescues)),
    ];
    let cut = outcome.samples.iter().any(|sample| sample.leverage > MAX_LEVERAGE);
    let title = if cut { "Leverage at the venue (10 and more are drawn as 10)" } else { "Leverage at the venue" };
    Panel { title, scale: Scale::linear(values(&series), Floor::Zero), series }
}

fn hedge_ratio(outcome: &Outcome) -> Panel {
    let series = vec![Series::line("hedge ratio", HEDGED, outcome.path(|sample| sample.hedge_ratio))];
    Panel { title: "Short over coins", scale: Scale::linear(values(&series), Floor::Zero), series }
}

fn reference(outcome: &Outcome) -> Panel {
    let series = vec![Series::line("reference", UNHEDGED, outcome.path(|sample| sample.reference * 100.0))];
    Panel { title: "Funding rate, % a year", scale: Scale::linear(values(&series), Floor::None), series }
}

fn funding(outcome: &Outcome) -> Panel {
    let series = vec![Series::line("received so far", HEDGED, outcome.path(|sample| sample.funding * 100.0))];
    Panel { title: "Funding received, % of the start", scale: Scale::linear(values(&series), Floor::None), series }
}

fn values(series: &[Series]) -> impl Iterator<Item = f64> + '_ {
    series.iter().flat_map(|one| one.points.iter()).map(|point| point.nav)
}

/// The points of a path at the times of some actions.
fn at(path: &[Point], actions: &[Action]) -> Vec<Point> {
    let point = |action: &Action| path.binary_search_by_key(&action.time, |point| point.time).ok();
    actions.iter().filter_map(point).filter_map(|place| path.get(place)).copied().collect()
}

/// Logarithms need values above zero, so anything below a thousandth of the start is drawn at a thousandth.
fn drawable(path: Vec<Point>) -> Vec<Point> {
    path.into_iter().map(|point| Point { nav: point.nav.max(0.001), ..point }).collect()
}

fn refused(error: impl std::fmt::Display) -> anyhow::Error {
    anyhow!("the picture could not be drawn: {error}")
}
