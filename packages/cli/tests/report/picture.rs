//! The picture of a run.

use ballast_cli::outcome::{Action, Outcome, Sample};
use ballast_cli::plot::{self, Format};
use resvg::tiny_skia::Pixmap;

use super::made::{outcome, sample, START};

/// The number after each ` name="`.
fn numbers(line: &str, name: &str) -> Vec<f64> {
    let start = format!(" {name}=\"");
    line.split(&start).skip(1).map(|rest| rest.split('"').next().unwrap().parse().unwrap()).collect()
}

/// The corners of a line or of an area.
fn corners(line: &str) -> Vec<(f64, f64)> {
    let points = line.split(" points=\"").nth(1).unwrap().split('"').next().unwrap();
    let corner = |pair: &str| pair.split_once(',').map(|(x, y)| (x.parse().unwrap(), y.parse().unwrap())).unwrap();
    points.split_whitespace().map(corner).collect()
}

/// Horizontal places of the texts that are these words.
fn places(svg: &str, words: &str) -> Vec<f64> {
    let lines: Vec<&str> = svg.lines().collect();
    let texts = lines.windows(2).filter(|pair| pair[0].starts_with("<text") && pair[1] == words);
    texts.flat_map(|pair| numbers(pair[0], "x")).collect()
}

#[test]
fn the_picture_has_five_panels_and_stays_small() {
    let svg = plot::draw("A title & more", &outcome()).unwrap();
    assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"));
    for part in [
        "A title &amp; more",
        "NAV, start = 1",
        "Leverage at the venue",
        "Short over coins",
        "Funding rate, % a year",
        "Funding received, % of the start",
        "02-01 01:00",
    ] {
        assert!(svg.contains(part), "{part}");
    }
    let years: Vec<Sample> = (0..60_000)
        .map(|hour| {
            sample(hour, 100.0 + (hour % 977) as f64, 1.0 + (hour as f64 / 1e6).sin(), 2.0 + (hour % 7) as f64 / 10.0)
        })
        .collect();
    let busy = (1..60_000).map(|hour| Action { time: START + hour * 3_600, rule: 2 + (hour % 6) as u8 }).collect();
    let svg = plot::draw("years", &Outcome { samples: years, actions: busy, ..outcome() }).unwrap();
    assert!(svg.len() < 800_000, "{}", svg.len());
    assert!(plot::draw("nothing", &Outcome::default()).is_err());
}

#[test]
fn legends_stand_beside_the_curves() {
    let svg = plot::draw("test", &outcome()).unwrap();
    let drawn = svg.lines().filter(|line| line.starts_with("<polyline") || line.starts_with("<polygon"));
    let curves: Vec<f64> = drawn.flat_map(corners).map(|(x, _)| x).filter(|x| *x <= 970.0).collect();
    let right = curves.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    assert!(curves.len() > 10, "{}", curves.len());
    for label in [
        "unhedged",
        "hedged",
        "leverage",
        "its band",
        "rescue, rules 1 to 3",
        "rebalance, rules 4 to 7",
        "hedge ratio",
        "reference",
        "received so far",
    ] {
        let found = places(&svg, label);
        assert_eq!(found.len(), 1, "{label}");
        assert!(found[0] > right, "{label} at {}, curves up to {right}", found[0]);
    }
}

#[test]
fn the_band_is_an_area_and_rebalances_are_marked_on_the_leverage() {
    let svg = plot::draw("test", &outcome()).unwrap();
    let area: Vec<&str> = svg.lines().filter(|line| line.starts_with("<polygon")).collect();
    assert_eq!(area.len(), 1);
    // Three samples: there along the upper end, back along the lower one.
    let outline = corners(area[0]);
    assert_eq!(outline.len(), 6);
    let (upper, lower) = outline.split_at(3);
    assert!(upper[0].1 < lower[0].1, "the greater leverage is drawn higher: {outline:?}");
    let dots: Vec<&str> =
        svg.lines().filter(|line| line.starts_with("<circle") && numbers(line, "cx")[0] < 970.0).collect();
    // Rule 5 in the second step; rule 3 in the second and in the third.
    assert_eq!(dots.len(), 3);
    let on_a_curve = |dot: &&str| {
        let place = (numbers(dot, "cx")[0], numbers(dot, "cy")[0]);
        svg.lines().filter(|line| line.starts_with("<polyline")).any(|line| corners(line).contains(&place))
    };
    assert!(dots.iter().all(on_a_curve), "{dots:?}");
}

#[test]
fn funding_received_and_the_rate_have_an_axis_each() {
    let mut outcome = outcome();
    // A rate of 300 % and 0.04 % received: on one axis the latter would be a line at zero.
    for (step, sample) in outcome.samples.iter_mut().enumerate() {
        sample.reference = 3.0;
        sample.funding = 0.0002 * step as f64;
    }
    let svg = plot::draw("test", &outcome).unwrap();
    let mut drawn =
        svg.lines().filter(|line| line.starts_with("<polyline")).map(corners).filter(|line| line[0].0 < 970.0);
    let received = drawn.next_back().unwrap();
    assert_eq!(received.len(), 3);
    assert!(received[0].1 - received[2].1 > 100.0, "{received:?}");
}

#[test]
fn a_leverage_that_is_cut_off_says_so() {
    let mut outcome = outcome();
    assert!(!plot::draw("test", &outcome).unwrap().contains("10 and more"));
    outcome.samples[2].leverage = f64::INFINITY;
    assert!(plot::draw("test", &outcome).unwrap().contains("Leverage at the venue (10 and more are drawn as 10)"));
}

#[test]
fn years_have_logarithmic_ticks_that_one_can_read() {
    let mut outcome = outcome();
    outcome.samples[1].collateral = 6_000.0;
    outcome.samples[2].collateral = 250.0;
    let svg = plot::draw("test", &outcome).unwrap();
    assert!(svg.contains("NAV, start = 1 (logarithmic)"));
    for tick in ["1", "2", "5", "10", "20", "50"] {
        assert!(!places(&svg, tick).is_empty(), "{tick}");
    }
}

#[test]
fn a_png_is_the_same_picture_with_its_words() {
    let svg = plot::draw("A title", &outcome()).unwrap();
    let image = Pixmap::decode_png(&Format::Png.encode(svg.clone()).unwrap()).unwrap();
    assert_eq!((image.width(), image.height()), (2_320, 2_640));
    let dark = |svg: String| {
        let image = Pixmap::decode_png(&Format::Png.encode(svg).unwrap()).unwrap();
        let title = image.pixels().iter().take(2_320 * 60).filter(|dot| dot.red() < 128).count();
        title
    };
    assert!(dark(svg.clone()) > 100);
    // Not a frame of the drawing: without the words nothing is there.
    assert_eq!(dark(svg.replace("A title", "")), 0);
    assert_eq!(Format::Svg.encode(svg.clone()).unwrap(), svg.into_bytes());
}

#[test]
fn the_name_says_what_is_written() {
    assert_eq!(Format::of("a/b.svg".as_ref()).unwrap(), Format::Svg);
    assert_eq!(Format::of("b.PNG".as_ref()).unwrap(), Format::Png);
    for name in ["b.jpg", "b", "png", "b.svg.gz"] {
        let error = Format::of(name.as_ref()).unwrap_err();
        assert_eq!(error.to_string(), format!("{name}: a picture's name ends in .svg or .png"));
    }
}
