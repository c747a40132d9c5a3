//! The report of a run: a table for people, one JSON object for programs.

use std::collections::BTreeMap;
use std::fmt;

use ballast_types::policy::Rule;
use serde::{Serialize, Serializer};

use crate::date::{format_day, format_time, HOUR};
use crate::outcome::{Coin, Crowd, Outcome, Parts, Sample};
use crate::params::Settings;
use crate::series::Row;
use crate::staking::Staking;
use crate::stats::{annual_return, min_variance_hedge, variance_reduction, Figures};
use crate::tape::Irregularities;

/// The rules whose actions are always listed; rule 1 only if it acted.
const RULES: std::ops::RangeInclusive<u8> = 2..=7;
/// What a shorter run makes of a year is noise.
const MIN_HOURS_OF_A_YEAR: u64 = 90 * 24;
/// Maximum number of lines of one kind.
const MAX_LISTED: usize = 5;
/// Printed under every return, because replays look better than reality.
const CAUTION: &str = "A replay is no forecast. Most of what this hedge earned since 2019, it earned before 2022.";

/// Everything that is reported. Serialised, it is the object of `--json`; a figure that is not finite becomes null.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// What was replayed.
    pub name: String,
    /// Time of the first sample.
    #[serde(serialize_with = "as_time")]
    pub from: u64,
    /// Time of the last sample.
    #[serde(serialize_with = "as_time")]
    pub to: u64,
    /// Hours of a bar.
    pub bar_hours: f64,
    /// Whether the run was stopped early.
    pub stopped: bool,
    /// What was irregular in the hours.
    pub irregular: Irregularities,
    /// Hours from the first to the last sample, including missing ones.
    pub hours: u64,
    /// Hours between two calls of a keeper.
    pub keeper_hours: f64,
    /// Age of the price in seconds when keepers and others acted.
    pub price_age: u64,
    /// The vault, including all costs up to the final payout.
    pub hedged: Figures,
    /// The margin coin alone.
    pub unhedged: Figures,
    /// `1 - variance of hedged / variance of unhedged`.
    pub variance_reduction: f64,
    /// Where the result comes from.
    pub result: Origin,
    /// The margin coin.
    #[serde(skip)]
    pub coin: Coin,
    /// The hedge of least variance, if that is another coin than the index's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_variance_hedge: Option<MinVariance>,
    /// Liquidations of the vault.
    pub liquidations: u64,
    /// Actions of keepers by rule.
    pub rebalances: BTreeMap<String, u64>,
    /// Funding received, over the start.
    pub funding: f64,
    /// Cost of the vault's own trades, over the start.
    pub costs: f64,
    /// Cost of depositing, over what was paid in.
    pub entering: f64,
    /// Cost of redeeming, over what was paid in.
    pub leaving: f64,
    /// Gain or loss from hedging less or more than all coins, over the start.
    pub tilt: f64,
    /// Short over coins, over all samples.
    pub hedge_ratio: Range,
    /// Leverage at the venue.
    pub leverage: Leverage,
    /// The market's pool.
    pub pool: Pool,
    /// What strangers and liquidity providers did.
    pub strangers: Crowd,
    /// Invariant checks.
    pub invariants: Invariants,
    /// Broken invariants.
    pub broken: Vec<String>,
    /// What people were refused during the run.
    pub refused: Vec<String>,
    /// Smallest units left in the vault after everybody redeemed.
    pub left_after_exit: Left,
    /// Steps (bars of the file) replayed per second.
    pub steps_per_second: f64,
}

/// The object of `--json`: the report with notes and parameters.
#[derive(Debug, Serialize)]
pub struct Document<'a> {
    /// Flattened.
    #[serde(flatten)]
    pub report: &'a Report,
    /// What was inferred from the files.
    pub notes: &'a [String],
    /// The staked coin, if the margin is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub staking: Option<&'a Staking>,
    /// Every parameter of the run.
    pub parameters: &'a Settings,
    /// The state after each step, if requested.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub series: Option<&'a [Row]>,
}

impl Document<'_> {
    /// The object on one line.
    ///
    /// # Errors
    /// This type causes none.
    pub fn to_json(&self) -> serde_json::Result<String> {
        serde_json::to_string(self)
    }
}

/// Where the result of the vault comes from, including all costs up to the final payout.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Origin {
    /// Value of all deposits at the first price, whole quote.
    pub paid_in: f64,
    /// The parts over what was paid in: together the final NAV less one.
    pub over_start: Parts,
    /// The same in whole quote.
    pub quote: Parts,
}

/// Mean, min and max of a figure.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Range {
    /// Mean over the samples.
    pub mean: f64,
    /// Minimum.
    pub min: f64,
    /// Maximum.
    pub max: f64,
}

/// The value of the perpetual, as a part of the coins', with which both together vary least.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct MinVariance {
    /// What the policy starts from.
    pub set: f64,
    /// The oracle's estimate at the end, from what it had seen.
    pub estimated: f64,
    /// Its estimates over the run, one a day.
    pub estimates: Range,
    /// Hourly returns that it had seen.
    pub returns: u64,
    /// Of all hours of the run, which nobody knew before.
    pub in_hindsight: f64,
}

/// Leverage at the venue over the samples.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Leverage {
    /// Mean.
    pub mean: f64,
    /// Maximum.
    pub max: f64,
    /// Hours of the steps that ended above the maximum leverage.
    pub hours_above_max: f64,
}

/// Results of the pool's providers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Pool {
    /// Yearly return without a hedge: the pool is long what traders are short.
    pub annual_return: f64,
    /// Yearly return if that is hedged elsewhere at the reference rate.
    pub annual_return_hedged: f64,
    /// Quote added later, minus withdrawals, over the start.
    pub topped_up: f64,
    /// Minimum slack, over all open notional.
    pub min_slack: f64,
}

/// Invariant checks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Invariants {
    /// Number of checks.
    pub checked: u64,
    /// Number of broken invariants.
    pub broken: u64,
}

/// Smallest units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Left {
    /// Units of the hedged coin.
    pub base: u128,
    /// Units of the settlement coin.
    pub quote: u128,
}

impl Report {
    /// The report of an outcome; `name` and `irregular` describe what was replayed.
    pub fn new(name: &str, irregular: Irregularities, outcome: &Outcome) -> Self {
        let (hedged, unhedged) = (outcome.hedged(), outcome.unhedged());
        let samples = &outcome.samples;
        let time = |sample: Option<&Sample>| sample.map_or(0, |sample| sample.time);
        let span = (time(samples.first()), time(samples.last()));
        let hours = span.1.saturating_sub(span.0).checked_div(HOUR).unwrap_or_default();
        let mut rebalances: BTreeMap<String, u64> = RULES.map(|rule| (rule.to_string(), 0)).collect();
        rebalances.extend(outcome.rebalances().into_iter().map(|(rule, count)| (rule.to_string(), count)));
        Report {
            name: name.to_owned(),
            from: span.0,
            to: span.1,
            bar_hours: outcome.bar as f64 / HOUR as f64,
            stopped: outcome.interrupted,
            irregular,
            hours,
            keeper_hours: outcome.keeper_every as f64 / HOUR as f64,
            price_age: outcome.price_age,
            hedged: Figures::of(&hedged),
            unhedged: Figures::of(&unhedged),
            variance_reduction: variance_reduction(&hedged, &unhedged),
            result: origin(outcome),
            coin: outcome.coin,
            min_variance_hedge: min_variance(outcome),
            liquidations: outcome.liquidations,
            rebalances,
            funding: outcome.funding,
            costs: outcome.costs,
            entering: samples.first().map_or(0.0, |first| 1.0 - first.nav),
            leaving: samples.last().zip(outcome.redeemed).map_or(0.0, |(last, redeemed)| last.nav - redeemed),
            tilt: outcome.tilt,
            hedge_ratio: range(samples.iter().map(|sample| sample.hedge_ratio)),
            leverage: leverage(samples),
            pool: pool(outcome, hours as f64),
            strangers: outcome.crowd,
            invariants: Invariants { checked: outcome.checks, broken: outcome.broken.len() as u64 },
            broken: outcome.broken.clone(),
            refused: outcome.refused.clone(),
            left_after_exit: Left { base: outcome.left_base, quote: outcome.left_quote },
            steps_per_second: speed(outcome),
        }
    }
}

fn origin(outcome: &Outcome) -> Origin {
    let (paid_in, over_start) = (outcome.paid_in, outcome.parts());
    Origin { paid_in, over_start, quote: over_start.times(paid_in) }
}

fn min_variance(outcome: &Outcome) -> Option<MinVariance> {
    let estimates = outcome.estimates.as_ref()?;
    Some(MinVariance {
        set: estimates.set,
        estimated: estimates.ratios.last().copied().unwrap_or_default(),
        estimates: range(estimates.ratios.iter().copied()),
        returns: estimates.returns,
        in_hindsight: min_variance_hedge(&outcome.unhedged(), &outcome.path(|sample| sample.price)),
    })
}

fn range(figures: impl Iterator<Item = f64> + Clone) -> Range {
    let count = figures.clone().count();
    if count == 0 {
        return Range::default();
    }
    Range {
        mean: figures.clone().sum::<f64>() / count as f64,
        min: figures.clone().fold(f64::INFINITY, f64::min),
        max: figures.fold(f64::NEG_INFINITY, f64::max),
    }
}

fn leverage(samples: &[Sample]) -> Leverage {
    let Range { mean, max, .. } = range(samples.iter().map(|sample| sample.leverage));
    let seconds: u64 = samples
        .windows(2)
        .map(|pair| match pair {
            [before, after] if after.leverage > after.leverage_max => after.time.saturating_sub(before.time),
            _ => 0,
        })
        .sum();
    Leverage { mean, max, hours_above_max: seconds as f64 / HOUR as f64 }
}

fn pool(outcome: &Outcome, hours: f64) -> Pool {
    let growth = |figure: fn(&Sample) -> f64| match (outcome.samples.first(), outcome.samples.last()) {
        (Some(first), Some(last)) => annual_return(figure(last) / figure(first), hours),
        _ => 0.0,
    };
    Pool {
        annual_return: growth(|sample| sample.pool),
        annual_return_hedged: growth(|sample| sample.pool_hedged),
        topped_up: outcome.topped_up,
        min_slack: range(outcome.samples.iter().map(|sample| sample.slack)).min,
    }
}

fn speed(outcome: &Outcome) -> f64 {
    let seconds = outcome.elapsed.as_secs_f64();
    let steps = outcome.samples.len().saturating_sub(1) as f64;
    if seconds > 0.0 {
        steps / seconds
    } else {
        0.0
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.head(out)?;
        self.paths(out)?;
        self.hedge(out)?;
        self.others(out)?;
        write!(out, "\n{CAUTION}")
    }
}

impl Report {
    /// Whether the run is long enough for returns a year.
    fn tells_of_years(&self) -> bool {
        self.hours >= MIN_HOURS_OF_A_YEAR
    }

    fn head(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Report { name, irregular, bar_hours, .. } = self;
        let (from, to) = (format_day(self.from), format_day(self.to));
        let (hours, keeper, age) = (self.hours, self.keeper_hours, self.price_age);
        writeln!(out, "{name}, {from} to {to}: {hours} h, a keeper every {keeper} h at prices {age} s old")?;
        writeln!(out, "Bars of {bar_hours} h: {irregular}.")?;
        if self.stopped {
            writeln!(out, "Stopped before the last hour; this is what was done so far.")?;
        }
        writeln!(out)
    }

    fn paths(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hedged, unhedged) = (&self.hedged, &self.unhedged);
        writeln!(out, "{:<22}{:>12}{:>12}", "", "hedged", "unhedged")?;
        writeln!(out, "{:<22}{:>12.4} {:>11.4}", "NAV, start = 1", hedged.final_nav, unhedged.final_nav)?;
        match self.tells_of_years() {
            true => pair(out, "return a year", hedged.annual_return, unhedged.annual_return)?,
            false => row(out, "return a year", "left out: a run of under 90 days says nothing of a year")?,
        }
        pair(out, "volatility a year", hedged.annual_volatility, unhedged.annual_volatility)?;
        pair(out, "deepest drawdown", hedged.max_drawdown, unhedged.max_drawdown)?;
        pair(out, "worst 8 hours", hedged.worst_8h, unhedged.worst_8h)?;
        row(out, "variance reduction", &format!("{:.2} %", self.variance_reduction * 100.0))?;
        writeln!(out)
    }

    fn hedge(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (ratio, leverage) = (&self.hedge_ratio, &self.leverage);
        let rules: Vec<String> =
            self.rebalances.iter().map(|(rule, count)| format!("{}: {count}", rule_name(rule))).collect();
        let total: u64 = self.rebalances.values().sum();
        row(out, "liquidations", &self.liquidations.to_string())?;
        row(out, "rebalances", &format!("{total} ({})", rules.join(", ")))?;
        match self.coin {
            Coin::Index => self.sums(out)?,
            Coin::Staked => self.parts(out, "discount")?,
            Coin::Own => self.parts(out, "against the index")?,
        }
        if let Some(MinVariance { set, estimated, estimates, in_hindsight, .. }) = &self.min_variance_hedge {
            let Range { mean, min, max } = estimates;
            let oracle =
                format!("the oracle's estimate at the end {estimated:.3}, mean {mean:.3}, {min:.3} to {max:.3}");
            row(out, "min-variance hedge", &format!("{set:.3} set; {oracle}; in hindsight {in_hindsight:.3}"))?;
        }
        row(out, "hedge ratio", &format!("mean {:.3}, {:.3} to {:.3}", ratio.mean, ratio.min, ratio.max))?;
        let above = leverage.hours_above_max;
        row(
            out,
            "leverage",
            &format!("mean {:.2}, most {:.2}, {above} h above its maximum", leverage.mean, leverage.max),
        )
    }

    /// Funding, costs and tilt, of which the result of a plain coin consists but for what the hedge drifts.
    fn sums(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        row(out, "funding", &format!("{} of the start", percent(self.funding)))?;
        let (entering, leaving) = (percent(-self.entering), percent(-self.leaving));
        row(
            out,
            "costs",
            &format!("{} of the start; besides, entering {entering}, leaving {leaving}", percent(-self.costs)),
        )?;
        row(out, "tilt", &format!("{} of the start, by hedging less or more than all coins", percent(self.tilt)))
    }

    /// All parts of the result of a coin that is not the index's; `against` names what its own price did.
    fn parts(&self, out: &mut fmt::Formatter<'_>, against: &str) -> fmt::Result {
        let Origin { paid_in, over_start, quote } = &self.result;
        let (entering, leaving) = (percent(-self.entering), percent(-self.leaving));
        let parts = [
            ("staking", over_start.staking, quote.staking, String::new()),
            ("funding", over_start.funding, quote.funding, String::new()),
            ("costs", over_start.costs, quote.costs, format!("; of which entering {entering}, leaving {leaving}")),
            (against, over_start.discount, quote.discount, String::new()),
            ("tilt", over_start.tilt, quote.tilt, "; the price's move on what was not hedged".to_owned()),
        ];
        for (label, part, quote, more) in parts {
            row(out, label, &format!("{} of the start, {quote:+.2} quote{more}", percent(part)))?;
        }
        let (sum, total) = (percent(over_start.sum()), quote.sum());
        row(out, "together", &format!("{sum}, {total:+.2} quote on the {paid_in:.2} that were paid in"))
    }

    fn others(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pool = &self.pool;
        if self.tells_of_years() {
            let (alone, hedged) = (percent(pool.annual_return), percent(pool.annual_return_hedged));
            let returns = format!("{alone} as it is, {hedged} for a provider who hedges elsewhere");
            row(out, "pool's return a year", &returns)?;
        }
        let (added, slack) = (percent(pool.topped_up), percent(pool.min_slack));
        row(
            out,
            "pool",
            &format!("providers added {added} of the start later on; minimum slack {slack} of open notional"),
        )?;
        self.crowd(out)?;
        let Invariants { checked, broken } = self.invariants;
        row(out, "invariants", &format!("checked {checked} times, {broken} broken"))?;
        for broken in self.broken.iter().take(MAX_LISTED) {
            row(out, "  broken", broken)?;
        }
        row(out, "refused on the way", &self.refused.len().to_string())?;
        for refused in self.refused.iter().take(MAX_LISTED) {
            row(out, "  refused", refused)?;
        }
        let Left { base, quote } = self.left_after_exit;
        row(out, "left after exit", &format!("{base} base, {quote} quote (smallest units)"))?;
        row(out, "speed", &format!("{:.0} steps a second", self.steps_per_second))
    }
}

impl Report {
    /// Prints nothing if there were no strangers.
    fn crowd(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Crowd { orders, refused, liquidated, closed_at_cap, providers_left, providers_unpaid } = self.strangers;
        if orders > 0 {
            let text = format!(
                "{orders} orders, {refused} refused; {liquidated} liquidations, {closed_at_cap} closed at their cap"
            );
            row(out, "strangers", &text)?;
        }
        if providers_left.saturating_add(providers_unpaid) > 0 {
            let text = format!("{providers_left} times, {providers_unpaid} more could not be paid in time");
            row(out, "providers left", &text)?;
        }
        Ok(())
    }
}

/// Number and name of a rule.
fn rule_name(number: &str) -> String {
    let rule = Rule::ALL.into_iter().find(|rule| rule.number().to_string() == number);
    rule.map_or_else(|| number.to_owned(), |rule| format!("{number} {}", rule.name()))
}

fn row(out: &mut fmt::Formatter<'_>, label: &str, text: &str) -> fmt::Result {
    writeln!(out, "{label:<22}{text}")
}

/// A figure of both paths.
fn pair(out: &mut fmt::Formatter<'_>, label: &str, hedged: f64, unhedged: f64) -> fmt::Result {
    writeln!(out, "{label:<22}{:>12} {:>11}", percent(hedged), percent(unhedged))
}

fn as_time<S: Serializer>(seconds: &u64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&format_time(*seconds))
}

fn percent(fraction: f64) -> String {
    // Adding zero turns -0 into 0.
    format!("{:+.2} %", fraction * 100.0 + 0.0)
}
