//! Metrics of a keeper, for Prometheus.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cosmwasm_std::Timestamp;

use super::super::status::name;
use super::fees::Fees;
use super::price::{Price, FLAGS};
use crate::log::unix_time;
use crate::prometheus::{self, Text};
use crate::{Result, Stop};

/// Rules of the policy.
const RULES: usize = 7;

/// The last observation.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Seen {
    /// Venue leverage; infinite without equity, zero without a position.
    pub leverage: f64,
    /// `L_max`.
    pub leverage_max: f64,
    /// Equity over notional; none without a position.
    pub margin_ratio: Option<f64>,
    /// Short over coins.
    pub hedge_ratio: f64,
    /// How much less the deposited coin sells for than it is redeemed for; none in a market of one price.
    pub discount: Option<f64>,
    /// Age of the price by the chain's clock, seconds.
    pub price_age: u64,
    /// When that was, by this machine's clock, seconds since 1970.
    pub read_at: u64,
    /// Net asset value, whole quote.
    pub nav: f64,
    /// Value of a whole share, whole quote; none without shares.
    pub share_price: Option<f64>,
}

/// All metrics.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Metrics {
    /// Whether the node answered in the last round.
    pub up: bool,
    /// Last height seen.
    pub height: u64,
    /// The vault, once it was queried.
    pub seen: Option<Seen>,
    /// The price, once the oracle was queried.
    pub price: Option<Price>,
    /// Balance for fees, once the bank was queried.
    pub fees: Option<Fees>,
    /// Actions by rule.
    pub actions: [u64; RULES],
    /// Accounts liquidated.
    pub liquidations: u64,
    /// Errors of contracts or of the chain.
    pub chain_errors: u64,
    /// Rounds in which no node responded.
    pub network_errors: u64,
    /// Transactions with an unknown result.
    pub may_have_happened: u64,
    /// Time of the last round without errors, seconds since 1970; none before the first.
    pub last_success: Option<u64>,
}

impl Metrics {
    /// Counts an action of a rule.
    pub fn acted(&mut self, rule: u8) {
        let place = usize::from(rule).checked_sub(1);
        if let Some(count) = place.and_then(|place| self.actions.get_mut(place)) {
            *count = count.saturating_add(1);
        }
    }

    /// Actions of all rules.
    pub fn all_actions(&self) -> u64 {
        self.actions.iter().copied().fold(0, u64::saturating_add)
    }

    /// The text for Prometheus at this time, seconds since 1970.
    pub fn render(&self, now: u64) -> String {
        let mut text = Text::default();
        text.gauge("ballast_up", "Whether the node answered in the last round.", Some(f64::from(u8::from(self.up))));
        text.gauge("ballast_height", "Last height seen.", Some(self.height as f64));
        let seen = |of: fn(&Seen) -> Option<f64>| self.seen.as_ref().and_then(of);
        text.gauge(
            "ballast_leverage",
            "Leverage at the venue, 0 without a position.",
            seen(|seen| Some(seen.leverage)),
        );
        text.gauge(
            "ballast_leverage_max",
            "Leverage above which coins are posted.",
            seen(|seen| Some(seen.leverage_max)),
        );
        text.gauge("ballast_margin_ratio", "Equity over notional at the venue.", seen(|seen| seen.margin_ratio));
        text.gauge("ballast_hedge_ratio", "Short over coins.", seen(|seen| Some(seen.hedge_ratio)));
        text.gauge(
            "ballast_discount",
            "How much less the deposited coin sells for than it is redeemed for, as a part of that.",
            seen(|seen| seen.discount),
        );
        let age = self.seen.map(|seen| seen.price_age.saturating_add(now.saturating_sub(seen.read_at)) as f64);
        text.gauge("ballast_oracle_age_seconds", "Time since the price was observed, by the chain's clock.", age);
        self.render_price(&mut text);
        text.gauge("ballast_nav", "Net asset value in whole quote.", seen(|seen| Some(seen.nav)));
        text.gauge("ballast_share_price", "Value of a whole share in whole quote.", seen(|seen| seen.share_price));
        let fees = |of: fn(&Fees) -> Option<f64>| self.fees.as_ref().and_then(of);
        text.gauge("ballast_fees_left", "Whole coins left for fees.", fees(|fees| fees.whole));
        let actions = fees(|fees| fees.actions.map(|actions| actions as f64));
        text.gauge("ballast_fees_left_actions", "Actions that they pay for.", actions);
        text.head("ballast_actions_total", "Rebalances by rule of the policy.", "counter");
        for (rule, count) in (1..).zip(self.actions) {
            text.sample(&format!("ballast_actions_total{{rule=\"{rule}\"}}"), count as f64);
        }
        text.head("ballast_liquidations_total", "Accounts liquidated.", "counter");
        text.sample("ballast_liquidations_total", self.liquidations as f64);
        let help = "Refusals of the chain, rounds without a node, and transactions that may have happened.";
        text.head("ballast_errors_total", help, "counter");
        text.sample("ballast_errors_total{kind=\"chain\"}", self.chain_errors as f64);
        text.sample("ballast_errors_total{kind=\"network\"}", self.network_errors as f64);
        text.sample("ballast_errors_total{kind=\"may_have_happened\"}", self.may_have_happened as f64);
        let success = self.last_success.map(|time| time as f64);
        text.gauge("ballast_last_success_timestamp_seconds", "When a round last could do everything.", success);
        text.into_string()
    }

    fn render_price(&self, text: &mut Text) {
        text.head("ballast_oracle_flag", "Whether the price has this flag.", "gauge");
        for flag in FLAGS.iter().filter(|_| self.price.is_some()) {
            let has = self.price.as_ref().is_some_and(|price| price.flags.contains(flag));
            let sample = format!("ballast_oracle_flag{{flag=\"{}\"}}", name(flag));
            text.sample(&sample, f64::from(u8::from(has)));
        }
        let seconds =
            |of: fn(&Price) -> Option<Timestamp>| self.price.as_ref().and_then(of).map(|time| time.seconds() as f64);
        text.gauge(
            "ballast_oracle_held_back_since_timestamp_seconds",
            "Since when a price is held back.",
            seconds(|price| price.held_back.as_ref().map(|held| held.time)),
        );
        text.gauge(
            "ballast_oracle_usable_from_timestamp_seconds",
            "From when on a newly published value may confirm it.",
            seconds(|price| price.usable_from),
        );
    }
}

/// Metrics shared with the server's thread.
#[derive(Debug, Clone, Default)]
pub struct Shared(Arc<Mutex<Metrics>>);

impl Shared {
    /// Locks the metrics for reading or changing.
    pub fn lock(&self) -> MutexGuard<'_, Metrics> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Serves `/metrics` on its own thread until stopped.
    ///
    /// # Errors
    /// [`crate::Error::User`] when the address cannot be listened at.
    pub fn serve(&self, address: SocketAddr, stop: Stop) -> Result<SocketAddr> {
        let metrics = self.clone();
        prometheus::serve(address, stop, move || metrics.lock().render(unix_time()))
    }
}

#[cfg(test)]
mod tests;
