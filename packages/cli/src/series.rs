//! The state after each step as rows: `--csv` and the series of `--json` have the same columns.

use std::io::Write;

use serde::Serialize;

use crate::outcome::{Outcome, Sample};

/// One row a step, so one an hour for hourly bars. Leverage that is infinite, because equity is gone, is `inf` in CSV and
/// null in JSON.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// Milliseconds since 1970.
    pub timestamp_ms: u64,
    /// Index price, quote per base.
    pub price: f64,
    /// Net asset value of a share, over what was paid for it: the first one shows what entering cost, and what leaving
    /// costs is not in the last.
    pub nav: f64,
    /// Worth of the coins alone, start = 1.
    pub unhedged: f64,
    /// Venue leverage.
    pub leverage: f64,
    /// Leverage below which margin comes home.
    pub leverage_min: f64,
    /// Leverage above which coins are posted.
    pub leverage_max: f64,
    /// Short over coins.
    pub hedge_ratio: f64,
    /// Funding rate in force, yearly, positive when longs pay.
    pub reference: f64,
    /// Funding received so far, over the start.
    pub funding: f64,
    /// Worth of a share of the pool, over what was paid for it.
    pub pool: f64,
    /// The same, hedged elsewhere at the reference.
    pub pool_hedged: f64,
    /// Slack of the pool, over all open notional.
    pub slack: f64,
    /// Numbers of the rules that keepers carried out in the step, with spaces between them.
    pub rules: String,
}

/// All rows of a run.
pub fn rows(outcome: &Outcome) -> Vec<Row> {
    let start = outcome.samples.first().map_or(1.0, |sample| sample.price);
    let mut actions = outcome.actions.iter().peekable();
    let row = |sample: &Sample| {
        let mut rules = Vec::new();
        while let Some(action) = actions.next_if(|action| action.time <= sample.time) {
            rules.push(action.rule.to_string());
        }
        Row {
            timestamp_ms: sample.time.saturating_mul(1_000),
            price: sample.price,
            nav: sample.nav,
            unhedged: sample.price / start,
            leverage: sample.leverage,
            leverage_min: sample.leverage_min,
            leverage_max: sample.leverage_max,
            hedge_ratio: sample.hedge_ratio,
            reference: sample.reference,
            funding: sample.funding,
            pool: sample.pool,
            pool_hedged: sample.pool_hedged,
            slack: sample.slack,
            rules: rules.join(" "),
        }
    };
    outcome.samples.iter().map(row).collect()
}

/// Writes the rows with a line of names above them.
///
/// # Errors
/// Whatever keeps `out` from being written.
pub fn write_csv(rows: &[Row], out: impl Write) -> csv::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    for row in rows {
        writer.serialize(row)?;
    }
    Ok(writer.flush()?)
}
