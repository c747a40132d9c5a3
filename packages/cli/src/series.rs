//! The state after each step as rows. `--csv` and the series of `--json` have the same columns.

use std::io::Write;

use serde::Serialize;

use crate::outcome::{Outcome, Sample};

/// One row for each step, so one per hour for hourly bars. Infinite leverage (no equity left) is `inf` in CSV and null
/// in JSON.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// Milliseconds since 1970.
    pub timestamp_ms: u64,
    /// Index price, quote per base.
    pub price: f64,
    /// Net asset value of a share, over what was paid for it. The first row includes the cost of depositing; the last
    /// does not include the cost of redeeming.
    pub nav: f64,
    /// Value of the margin coin alone; 1 at the start.
    pub unhedged: f64,
    /// Venue leverage.
    pub leverage: f64,
    /// Leverage below which margin is withdrawn.
    pub leverage_min: f64,
    /// Leverage above which margin is added.
    pub leverage_max: f64,
    /// Short over coins.
    pub hedge_ratio: f64,
    /// Current yearly funding rate, positive if longs pay.
    pub reference: f64,
    /// Funding received so far, over the start.
    pub funding: f64,
    /// Value of a pool share, over what was paid for it.
    pub pool: f64,
    /// The same, hedged elsewhere at the reference rate.
    pub pool_hedged: f64,
    /// Slack of the pool, over all open notional.
    pub slack: f64,
    /// What the margin coin is worth, quote per base.
    pub collateral: f64,
    /// Coins for which a staked coin is redeemed; 1 for others.
    pub redemption_rate: f64,
    /// How much less a staked coin sells for than it is redeemed for; negative if more, 0 for others.
    pub discount: f64,
    /// Part of the NAV that comes from staking; the parts are together `nav - 1`.
    pub of_staking: f64,
    /// Part that comes from funding.
    pub of_funding: f64,
    /// Part that comes from costs.
    pub of_costs: f64,
    /// Part that comes from the staked coin's discount.
    pub of_discount: f64,
    /// Part that comes from coins without a hedge.
    pub of_tilt: f64,
    /// Numbers of the rules that keepers applied in the step, separated by spaces.
    pub rules: String,
}

/// All rows of a run.
pub fn rows(outcome: &Outcome) -> Vec<Row> {
    let start = outcome.samples.first().map_or(1.0, |sample| sample.collateral);
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
            unhedged: sample.collateral / start,
            leverage: sample.leverage,
            leverage_min: sample.leverage_min,
            leverage_max: sample.leverage_max,
            hedge_ratio: sample.hedge_ratio,
            reference: sample.reference,
            funding: sample.funding,
            pool: sample.pool,
            pool_hedged: sample.pool_hedged,
            slack: sample.slack,
            collateral: sample.collateral,
            redemption_rate: sample.redemption_rate,
            discount: sample.discount,
            of_staking: sample.parts.staking,
            of_funding: sample.parts.funding,
            of_costs: sample.parts.costs,
            of_discount: sample.parts.discount,
            of_tilt: sample.parts.tilt,
            rules: rules.join(" "),
        }
    };
    outcome.samples.iter().map(row).collect()
}

/// Writes the rows with a header.
///
/// # Errors
/// If `out` cannot be written.
pub fn write_csv(rows: &[Row], out: impl Write) -> csv::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    for row in rows {
        writer.serialize(row)?;
    }
    Ok(writer.flush()?)
}
