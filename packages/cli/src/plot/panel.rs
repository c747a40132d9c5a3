//! One panel: axes, curves, and the legend to the right of them.

use anyhow::Result;
use plotters::coord::Shift;
use plotters::prelude::*;

use super::refused;
use super::scale::Scale;
use super::times::Times;
use crate::stats::Point;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Width of the legends in pixels.
const LEGEND: u32 = 190;
/// Line height of a legend in pixels.
const LINE: i32 = 20;
/// Maximum number of points or dots per line: more would be invisible and make the file large.
const MAX_POINTS: usize = 1_600;
const MAX_DOTS: usize = 800;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Line,
    Area,
    Dots,
}

/// What is drawn under one label.
pub(super) struct Series {
    label: &'static str,
    color: RGBColor,
    shape: Shape,
    pub(super) points: Vec<Point>,
}

impl Series {
    pub(super) fn line(label: &'static str, color: RGBColor, points: Vec<Point>) -> Self {
        Series { label, color, shape: Shape::Line, points: thin(points) }
    }

    /// The area between two paths.
    pub(super) fn area(label: &'static str, color: RGBColor, lower: Vec<Point>, upper: Vec<Point>) -> Self {
        let outline = thin(upper).into_iter().chain(thin(lower).into_iter().rev());
        Series { label, color, shape: Shape::Area, points: outline.collect() }
    }

    pub(super) fn dots(label: &'static str, color: RGBColor, mut points: Vec<Point>) -> Self {
        points.retain(|point| point.nav.is_finite());
        let every = points.len().div_ceil(MAX_DOTS).max(1);
        Series { label, color, shape: Shape::Dots, points: points.into_iter().step_by(every).collect() }
    }
}

/// A panel before it is drawn.
pub(super) struct Panel {
    pub(super) title: &'static str,
    pub(super) scale: Scale,
    pub(super) series: Vec<Series>,
}

impl Panel {
    pub(super) fn draw(&self, area: &Area<'_>) -> Result<()> {
        let width = area.dim_in_pixel().0;
        let (curves, legend) = area.split_horizontally(width.saturating_sub(LEGEND));
        self.curves(&curves)?;
        self.legend(&legend)
    }

    fn curves(&self, area: &Area<'_>) -> Result<()> {
        let times = self.series.iter().flat_map(|one| one.points.iter()).map(|point| point.time);
        let (first, last) = times.fold((u64::MAX, 0), |(first, last), time| (first.min(time), last.max(time)));
        let mut chart = ChartBuilder::on(area)
            .caption(self.title, ("sans-serif", 15))
            .margin(8)
            .x_label_area_size(24)
            .y_label_area_size(52)
            .build_cartesian_2d(Times::new(first, last), self.scale.clone())
            .map_err(refused)?;
        chart
            .configure_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(RGBColor(230, 230, 230))
            .draw()
            .map_err(refused)?;
        for Series { color, shape, points, .. } in &self.series {
            let drawn = points.iter().map(|point| (point.time, point.nav));
            match shape {
                Shape::Line => chart.draw_series(LineSeries::new(drawn, color)).map(|_| ()),
                Shape::Area => {
                    let polygon = Polygon::new(drawn.collect::<Vec<_>>(), color.mix(0.2));
                    chart.draw_series([polygon]).map(|_| ())
                }
                Shape::Dots => chart.draw_series(drawn.map(|place| Circle::new(place, 3, color.filled()))).map(|_| ()),
            }
            .map_err(refused)?;
        }
        Ok(())
    }

    fn legend(&self, area: &Area<'_>) -> Result<()> {
        let mut y = 34_i32;
        for Series { label, color, shape, .. } in &self.series {
            let (left, right) = (8, 26);
            match shape {
                Shape::Line => area.draw(&PathElement::new([(left, y), (right, y)], color.stroke_width(2))),
                Shape::Area => {
                    let corners = [(left, y.saturating_sub(5)), (right, y.saturating_add(5))];
                    area.draw(&Rectangle::new(corners, color.mix(0.2).filled()))
                }
                Shape::Dots => area.draw(&Circle::new((17, y), 3, color.filled())),
            }
            .map_err(refused)?;
            let text = (32, y.saturating_sub(7));
            area.draw(&Text::new(*label, text, ("sans-serif", 13))).map_err(refused)?;
            y = y.saturating_add(LINE);
        }
        Ok(())
    }
}

/// Reduces a path to at most [`MAX_POINTS`] points, the minimum and maximum of each stretch, so that peaks and troughs
/// are kept. Values that are not finite are left out.
fn thin(points: Vec<Point>) -> Vec<Point> {
    let points: Vec<Point> = points.into_iter().filter(|point| point.nav.is_finite()).collect();
    if points.len() <= MAX_POINTS {
        return points;
    }
    let stretch = points.len().div_ceil(MAX_POINTS / 2);
    let mut thinned = Vec::with_capacity(MAX_POINTS);
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
