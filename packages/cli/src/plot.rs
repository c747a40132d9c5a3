//! The picture of a run: four panels in one SVG, drawn without fonts or a display.

use std::ops::Range;

use anyhow::{anyhow, Result};
use plotters::coord::combinators::IntoLogRange;
use plotters::coord::ranged1d::{AsRangedCoord, Ranged, ValueFormatter};
use plotters::coord::Shift;
use plotters::prelude::*;

use crate::date::format_day;
use crate::outcome::Outcome;
use crate::stats::Point;

const WIDTH: u32 = 1_000;
const HEIGHT: u32 = 1_080;
/// More points than this on a line show nothing more and make the file large.
const MOST_POINTS: usize = 1_600;
/// From this ratio of the greatest to the least NAV on the axis is logarithmic.
const MOST_LINEAR: f64 = 5.0;
/// Leverage above this runs out of the picture.
const MOST_LEVERAGE: f64 = 10.0;

const HEDGED: RGBColor = RGBColor(0, 98, 155);
const UNHEDGED: RGBColor = RGBColor(190, 190, 190);
const BAND: RGBColor = RGBColor(214, 120, 40);

struct Line {
    label: &'static str,
    color: RGBColor,
    points: Vec<Point>,
}

impl Line {
    fn new(label: &'static str, color: RGBColor, points: Vec<Point>) -> Self {
        Line { label, color, points: thin(points) }
    }
}

/// The picture as the text of an SVG file.
///
/// # Errors
/// An outcome without two samples; whatever the drawing library refuses.
pub fn draw(title: &str, outcome: &Outcome) -> Result<String> {
    if outcome.samples.len() < 2 {
        return Err(anyhow!("nothing to draw: the run was stopped before its second step"));
    }
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, (WIDTH, HEIGHT)).into_drawing_area();
        root.fill(&WHITE).map_err(refused)?;
        let root = root.titled(title, ("sans-serif", 20)).map_err(refused)?;
        panels(&root, outcome)?;
        root.present().map_err(refused)?;
    }
    Ok(svg)
}

fn panels(root: &DrawingArea<SVGBackend<'_>, Shift>, outcome: &Outcome) -> Result<()> {
    let areas = root.split_evenly((4, 1));
    let [nav, leverage, ratio, funding] = areas.as_slice() else {
        return Err(anyhow!("four panels were asked for, {} came", areas.len()));
    };
    let worth = [
        Line::new("unhedged", UNHEDGED, drawable(outcome.unhedged())),
        Line::new("hedged", HEDGED, drawable(outcome.hedged())),
    ];
    let range = span(&worth, f64::MIN_POSITIVE);
    // A short run needs an even axis, years a logarithmic one.
    if range.end > MOST_LINEAR * range.start {
        panel(nav, "NAV, start = 1 (logarithmic)", range.log_scale(), &worth, &|value| format!("{value:.2}"))?;
    } else {
        panel(nav, "NAV, start = 1", range, &worth, &|value| format!("{value:.2}"))?;
    }

    let shown = |value: f64| value.min(MOST_LEVERAGE);
    let band = [
        Line::new("", BAND, outcome.path(|sample| shown(sample.leverage_max))),
        Line::new("its band", BAND, outcome.path(|sample| shown(sample.leverage_min))),
        Line::new("leverage", HEDGED, outcome.path(|sample| shown(sample.leverage))),
    ];
    panel(leverage, "Leverage at the venue", span(&band, 0.0), &band, &|value| format!("{value:.1}"))?;

    let hedge = [Line::new("hedge ratio", HEDGED, outcome.path(|sample| sample.hedge_ratio))];
    panel(ratio, "Short over coins", span(&hedge, 0.0), &hedge, &|value| format!("{value:.3}"))?;

    let rates = [
        Line::new("reference a year, %", UNHEDGED, outcome.path(|sample| sample.reference * 100.0)),
        Line::new("received so far, % of the start", HEDGED, outcome.path(|sample| sample.funding * 100.0)),
    ];
    panel(funding, "Funding", span(&rates, f64::NEG_INFINITY), &rates, &|value| format!("{value:.0}"))
}

fn panel<Y>(
    area: &DrawingArea<SVGBackend<'_>, Shift>,
    title: &str,
    values: Y,
    lines: &[Line],
    label: &dyn Fn(&f64) -> String,
) -> Result<()>
where
    Y: AsRangedCoord<Value = f64>,
    Y::CoordDescType: Ranged<ValueType = f64> + ValueFormatter<f64>,
{
    let times = lines.iter().flat_map(|line| line.points.iter()).map(|point| point.time);
    let (first, last) = times.fold((u64::MAX, 0), |(first, last), time| (first.min(time), last.max(time)));
    let mut chart = ChartBuilder::on(area)
        .caption(title, ("sans-serif", 15))
        .margin(8)
        .x_label_area_size(24)
        .y_label_area_size(52)
        .build_cartesian_2d(first as f64..last as f64, values)
        .map_err(refused)?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(RGBColor(230, 230, 230))
        .x_labels(7)
        .y_labels(6)
        .x_label_formatter(&|time| format_day(*time as u64))
        .y_label_formatter(label)
        .draw()
        .map_err(refused)?;
    for Line { label, color, points } in lines {
        let drawn = points.iter().map(|point| (point.time as f64, point.nav));
        let style = color.stroke_width(1);
        let series = chart.draw_series(LineSeries::new(drawn, style)).map_err(refused)?;
        if !label.is_empty() {
            series.label(*label).legend(move |(x, y)| PathElement::new([(x, y), (x.saturating_add(14), y)], style));
        }
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .background_style(WHITE.mix(0.8))
        .label_font(("sans-serif", 12))
        .draw()
        .map_err(refused)
}

/// From the least to the greatest finite value, a little wider, and never below `floor` by that.
fn span(lines: &[Line], floor: f64) -> Range<f64> {
    let values = lines.iter().flat_map(|line| line.points.iter()).map(|point| point.nav);
    let (low, high) =
        values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
    if low > high {
        return 0.0..1.0;
    }
    let air = ((high - low) * 0.05).max(high.abs() * 0.01).max(1e-6);
    // A logarithmic axis must stay above zero, so there the air below is a share of the least value.
    let below = if floor > 0.0 { low * 0.95 } else { (low - air).max(floor) };
    below..high + air
}

/// A logarithm needs a value above zero: what is worth less than a thousandth of the start is drawn there.
fn drawable(path: Vec<Point>) -> Vec<Point> {
    path.into_iter().map(|point| Point { nav: point.nav.max(0.001), ..point }).collect()
}

/// At most [`MOST_POINTS`] points that keep every peak and trough: of each stretch its least and its greatest. Values that are not finite
/// are left out.
fn thin(points: Vec<Point>) -> Vec<Point> {
    let points: Vec<Point> = points.into_iter().filter(|point| point.nav.is_finite()).collect();
    if points.len() <= MOST_POINTS {
        return points;
    }
    let stretch = points.len().div_ceil(MOST_POINTS / 2);
    let mut thinned = Vec::with_capacity(MOST_POINTS);
    for part in points.chunks(stretch) {
        let least = part.iter().min_by(|left, right| left.nav.total_cmp(&right.nav));
        let most = part.iter().max_by(|left, right| left.nav.total_cmp(&right.nav));
        if let Some((least, most)) = least.zip(most) {
            let (early, late) = if least.time <= most.time { (least, most) } else { (most, least) };
            thinned.extend([*early, *late]);
        }
    }
    thinned
}

fn refused(error: impl std::fmt::Display) -> anyhow::Error {
    anyhow!("the picture could not be drawn: {error}")
}
